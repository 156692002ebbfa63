/* SPDX-License-Identifier: GPL-2.0-only */
/* TDCALL and TDVMCALL, and writes that may fault, as the test module uses them. */
#ifndef TDX_TEST_H
#define TDX_TEST_H

#include <linux/types.h>
#include <asm/asm.h>

/* Leaves of TDCALL, TDX Module ABI */
#define TDG_VP_VMCALL		0
#define TDG_VP_INFO		1
#define TDG_MR_RTMR_EXTEND	2
#define TDG_VP_VEINFO_GET	3
#define TDG_MR_REPORT		4
#define TDG_VP_CPUIDVE_SET	5
#define TDG_MEM_PAGE_ACCEPT	6
#define TDG_VM_RD		7
#define TDG_VM_WR		8
#define TDG_SYS_RD		11
#define TDG_MR_VERIFYREPORT	22
#define TDG_MEM_PAGE_ATTR_RD	23

/* Completion status, TDX Module ABI */
#define TDX_OPERAND_INVALID	0xc000010000000000ULL
#define TDX_ALREADY_ACCEPTED	0x00000b0a00000000ULL
#define TDX_NO_VE_INFO		0xc000070400000000ULL
#define TDX_FIELD_INCORRECT	0xc0000c0000000000ULL
#define TDX_FIELD_READ_ONLY	0xc0000c0100000000ULL
#define TDX_INVALID_REPORTMAC	0xc000100100000000ULL

/* TDVMCALLs and their status in R10, GHCI */
#define VMCALL_IO		30
#define VMCALL_RDMSR		31
#define VMCALL_WRMSR		32
#define VMCALL_MAP_GPA		0x10001
#define VMCALL_INVALID		0x8000000000000000ULL
#define VMCALL_ALIGN		0x8000000000000002ULL
#define VMCALL_EXPOSED		0xfc00ULL	/* R10 to R15 */

/**
 * struct tdcall - registers of a TDCALL, in and out; R8 to R15 by their numbers
 */
struct tdcall {
	u64 rax, rcx, rdx, r8, r9, r10, r11, r12, r13, r14, r15;
};

static inline u64 tdcall(struct tdcall *call)
{
	register u64 r8 asm("r8") = call->r8;
	register u64 r9 asm("r9") = call->r9;
	register u64 r10 asm("r10") = call->r10;
	register u64 r11 asm("r11") = call->r11;
	register u64 r12 asm("r12") = call->r12;
	register u64 r13 asm("r13") = call->r13;
	register u64 r14 asm("r14") = call->r14;
	register u64 r15 asm("r15") = call->r15;

	asm volatile(".byte 0x66, 0x0f, 0x01, 0xcc"
		     : "+a" (call->rax), "+c" (call->rcx), "+d" (call->rdx), "+r" (r8), "+r" (r9),
		       "+r" (r10), "+r" (r11), "+r" (r12), "+r" (r13), "+r" (r14), "+r" (r15)
		     : : "cc", "memory");
	call->r8 = r8;
	call->r9 = r9;
	call->r10 = r10;
	call->r11 = r11;
	call->r12 = r12;
	return call->rax;
}

/* With two operands, as most leaves have */
static inline u64 leaf(u64 number, u64 rcx, u64 rdx)
{
	struct tdcall call = { .rax = number, .rcx = rcx, .rdx = rdx };

	return tdcall(&call);
}

/* R10 of a TDVMCALL */
static inline u64 vmcall(u64 number, u64 r12, u64 r13, u64 r14, u64 r15)
{
	struct tdcall call = { .rcx = VMCALL_EXPOSED, .r11 = number, .r12 = r12, .r13 = r13,
			       .r14 = r14, .r15 = r15 };

	return tdcall(&call) ? ~0ULL : call.r10;
}

/*
 * Return: false when the write was refused by a #GP, or by a #VE that nobody serves.
 * Not by native_write_cr4(), which mends what it wrote.
 */
#define write_cr_refusable(cr, value)				\
({								\
	bool __taken = true;					\
								\
	asm volatile("1: mov %1, %%" #cr "\n"			\
		     "   jmp 3f\n"				\
		     "2: movb $0, %0\n"				\
		     "3:\n"					\
		     _ASM_EXTABLE(1b, 2b)			\
		     : "+m" (__taken) : "r" (value) : "memory");	\
	__taken;						\
})

#endif /* TDX_TEST_H */
