// SPDX-License-Identifier: GPL-2.0-only
/*
 * TDCALL leaves that the kernel does not export: reading metadata fields and the state of a
 * page, and on older kernels extending a measurement register. TDX Module ABI, "Guest-Side
 * (TDCALL) Interface Functions".
 *
 * They hold no state between two calls and touch no page that the kernel manages, so
 * that a second user does no harm. Memory is never accepted here.
 */
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/tdx.h>

#include "cvm.h"

#define TDG_MR_RTMR_EXTEND	2
#define TDG_VM_RD		7
#define TDG_SYS_RD		11
#define TDG_MEM_PAGE_ATTR_RD	23

#define STATUS_ERROR		BIT_ULL(63)
#define STATUS_CODE(status)	((status) & GENMASK_ULL(63, 32))
#define STATUS_OPERAND(status)	((u32)(status))
#define OPERAND_INVALID		0xc000010000000000ULL
#define OPERAND_RAX		0
#define OPERAND_BUSY		0x8000020000000000ULL
#define BUSY_TRIES		16

#define EXTEND_ALIGN		64
#define MAPPING_PENDING		BIT_ULL(62)

/* Registers in and out; R10 and R11 may be changed by leaves that are not used here */
struct registers {
	u64 rcx;
	u64 rdx;
	u64 r8;
};

static u64 tdcall(u64 leaf, struct registers *registers)
{
	register u64 r8 asm("r8") = registers->r8;
	register u64 r9 asm("r9") = 0;

	asm volatile(".byte 0x66, 0x0f, 0x01, 0xcc"
		     : "+a" (leaf), "+c" (registers->rcx), "+d" (registers->rdx), "+r" (r8),
		       "+r" (r9)
		     : : "r10", "r11", "cc", "memory");
	registers->r8 = r8;
	return leaf;
}

/* While another vCPU or the host works on the same thing */
static u64 tdcall_patiently(u64 leaf, u64 rcx, u64 rdx, struct registers *result)
{
	unsigned int tries;
	u64 status;

	for (tries = 0; tries < BUSY_TRIES; tries++) {
		*result = (struct registers){ .rcx = rcx, .rdx = rdx };
		status = tdcall(leaf, result);
		if (STATUS_CODE(status) != OPERAND_BUSY)
			break;
	}
	return status;
}

static int read_field(u64 leaf, u64 field, u64 *value)
{
	struct registers registers = { .rdx = field };
	u64 status = tdcall(leaf, &registers);

	*value = registers.r8;
	return status & STATUS_ERROR ? -ENXIO : 0;
}

/**
 * cvm_tdx_read_vm() - read a metadata field of this TD
 * @field: identifier, TDX Module ABI "TD-Scope Metadata"
 * @value: receives it
 *
 * Return: 0; -ENXIO when this module has no such field.
 */
int cvm_tdx_read_vm(u64 field, u64 *value)
{
	return read_field(TDG_VM_RD, field, value);
}

/**
 * cvm_tdx_read_system() - read a metadata field of the TDX module
 * @field: identifier, TDX Module ABI "Global-Scope Metadata"
 * @value: receives it
 *
 * Return: 0; -ENXIO when this module has no such field.
 */
int cvm_tdx_read_system(u64 field, u64 *value)
{
	return read_field(TDG_SYS_RD, field, value);
}

#ifdef HAVE_TDX_EXTEND_RTMR
static int extend(unsigned int index, u8 *data)
{
	int ret = tdx_mcall_extend_rtmr(index, data);

	return ret == -ENXIO ? -EINVAL : ret;
}
#else
static int extend(unsigned int index, u8 *data)
{
	struct registers unused;
	u64 status = tdcall_patiently(TDG_MR_RTMR_EXTEND, virt_to_phys(data), index, &unused);

	if (!(status & STATUS_ERROR))
		return 0;
	if (STATUS_CODE(status) == OPERAND_INVALID)
		return -EINVAL;
	return STATUS_CODE(status) == OPERAND_BUSY ? -EBUSY : -EIO;
}
#endif

/**
 * cvm_tdx_extend() - extend an RTMR
 * @index: 0 to 3
 * @digest: 48 bytes
 *
 * Context: may sleep.
 * Return: 0; -EINVAL when the TDX module refuses; -EBUSY; -ENOMEM; -EIO.
 */
int cvm_tdx_extend(unsigned int index, const u8 digest[CVM_TDX_DIGEST_SIZE])
{
	u8 *data;
	int ret;

	/* kmalloc() aligns powers of two to themselves */
	BUILD_BUG_ON(CVM_TDX_DIGEST_SIZE > EXTEND_ALIGN);
	data = kzalloc(EXTEND_ALIGN, GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	memcpy(data, digest, CVM_TDX_DIGEST_SIZE);
	ret = extend(index, data);
	kfree(data);
	return ret;
}

/**
 * cvm_tdx_query_page() - is a page still the one that this guest has accepted?
 * @address: physical, of a private page that is accepted; for any other the TDX module
 *	leaves the guest with an EPT violation, and the VMM may change the page
 *
 * Context: any.
 * Return: 0; 1 when the page waits to be accepted (again); -EBUSY; -EOPNOTSUPP when this
 * TDX module does not know the question; -EIO.
 */
int cvm_tdx_query_page(u64 address)
{
	struct registers result;
	u64 status = tdcall_patiently(TDG_MEM_PAGE_ATTR_RD, address, 0, &result);

	if (!(status & STATUS_ERROR))
		return !!(result.rcx & MAPPING_PENDING);
	if (STATUS_CODE(status) == OPERAND_BUSY)
		return -EBUSY;
	if (STATUS_CODE(status) == OPERAND_INVALID && STATUS_OPERAND(status) == OPERAND_RAX)
		return -EOPNOTSUPP;
	return -EIO;
}
