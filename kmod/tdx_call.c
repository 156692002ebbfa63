// SPDX-License-Identifier: GPL-2.0-only
/*
 * TDCALL leaves that the kernel does not export: reading metadata fields, and on older kernels
 * extending a measurement register. TDX Module ABI, "Guest-Side (TDCALL) Interface
 * Functions".
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

#define STATUS_ERROR		BIT_ULL(63)
#define STATUS_CODE(status)	((status) & GENMASK_ULL(63, 32))
#define OPERAND_INVALID		0xc000010000000000ULL
#define OPERAND_BUSY		0x8000020000000000ULL
#define BUSY_TRIES		16

#define EXTEND_ALIGN		64

/* Registers in and out; R10 and R11 may be changed by leaves that are not used here */
static u64 tdcall(u64 leaf, u64 rcx, u64 rdx, u64 *out_r8)
{
	register u64 r8 asm("r8") = 0;
	register u64 r9 asm("r9") = 0;

	asm volatile(".byte 0x66, 0x0f, 0x01, 0xcc"
		     : "+a" (leaf), "+c" (rcx), "+d" (rdx), "+r" (r8), "+r" (r9)
		     : : "r10", "r11", "cc", "memory");
	*out_r8 = r8;
	return leaf;
}

static int read_field(u64 leaf, u64 field, u64 *value)
{
	return tdcall(leaf, 0, field, value) & STATUS_ERROR ? -ENXIO : 0;
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
	u64 status, unused;
	unsigned int tries;

	for (tries = 0; tries < BUSY_TRIES; tries++) {
		status = tdcall(TDG_MR_RTMR_EXTEND, virt_to_phys(data), index, &unused);
		if (STATUS_CODE(status) != OPERAND_BUSY)
			break;
	}
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
