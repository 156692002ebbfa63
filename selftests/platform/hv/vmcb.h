/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual machine control block, APM volume 2, appendix B, as far as the
 * processor underneath (QEMU's emulation of AMD SVM) implements it.
 */
#ifndef HV_VMCB_H
#define HV_VMCB_H

#include <stddef.h>
#include <stdint.h>

#define EXIT_READ_DR0		0x020
#define EXIT_WRITE_DR0		0x030
#define EXIT_EXCEPTION(n)	(0x040 + (n))
#define EXIT_INTR		0x060
#define EXIT_NMI		0x061
#define EXIT_RDPMC		0x06f
#define EXIT_CPUID		0x072
#define EXIT_INVD		0x076
#define EXIT_HLT		0x078
#define EXIT_IOIO		0x07b
#define EXIT_MSR		0x07c
#define EXIT_SHUTDOWN		0x07f
#define EXIT_VMRUN		0x080
#define EXIT_VMMCALL		0x081
#define EXIT_VMLOAD		0x082
#define EXIT_VMSAVE		0x083
#define EXIT_STGI		0x084
#define EXIT_CLGI		0x085
#define EXIT_SKINIT		0x086
#define EXIT_WBINVD		0x089
#define EXIT_MONITOR		0x08a
#define EXIT_MWAIT		0x08b
#define EXIT_NPF		0x400
#define EXIT_INVALID		0xffffffff	/* QEMU stores 32 bits of -1 */

/* intercepts are one bit each from EXIT_INTR on */
#define INTERCEPT(exit)		(1ull << ((exit) - EXIT_INTR))

#define EVENT_VALID		(1ull << 31)
#define EVENT_HAS_ERROR		(1ull << 11)
#define EVENT_NMI		(2ull << 8)
#define EVENT_EXCEPTION		(3ull << 8)

#define EFER_SCE		(1ull << 0)
#define EFER_LME		(1ull << 8)
#define EFER_LMA		(1ull << 10)
#define EFER_NXE		(1ull << 11)
#define EFER_SVME		(1ull << 12)
#define EFER_DEFINED		0xfd01ull	/* APM volume 2, section 3.1.7 */

#define CR0_PG			(1ull << 31)
#define RFLAGS_IF		(1ull << 9)

struct vmcb_segment {
	uint16_t selector;
	uint16_t attributes;
	uint32_t limit;
	uint64_t base;
} __attribute__((packed));

struct vmcb_control {
	uint16_t intercept_cr_read;
	uint16_t intercept_cr_write;
	uint16_t intercept_dr_read;
	uint16_t intercept_dr_write;
	uint32_t intercept_exceptions;
	uint64_t intercepts;				/* 0x00c */
	uint8_t reserved_014[0x2c];
	uint64_t iopm_base;				/* 0x040 */
	uint64_t msrpm_base;
	uint64_t tsc_offset;
	uint32_t asid;
	uint8_t tlb_control;
	uint8_t reserved_05d[3];
	uint64_t interrupt_control;			/* 0x060 */
	uint64_t interrupt_state;
	uint64_t exit_code;				/* 0x070 */
	uint64_t exit_info_1;
	uint64_t exit_info_2;
	uint64_t exit_interrupt_info;
	uint64_t nested_control;			/* 0x090 */
	uint8_t reserved_098[0x10];
	uint64_t event_injection;			/* 0x0a8 */
	uint64_t nested_cr3;
	uint8_t reserved_0b8[0x400 - 0xb8];
} __attribute__((packed));

struct vmcb_save {
	struct vmcb_segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
	uint8_t reserved_0a0[43];
	uint8_t cpl;					/* 0x0cb */
	uint8_t reserved_0cc[4];
	uint64_t efer;					/* 0x0d0 */
	uint8_t reserved_0d8[112];
	uint64_t cr4, cr3, cr0, dr7, dr6, rflags, rip;	/* 0x148 */
	uint8_t reserved_180[88];
	uint64_t rsp;					/* 0x1d8 */
	uint8_t reserved_1e0[24];
	uint64_t rax, star, lstar, cstar, sfmask, kernel_gs_base;
	uint64_t sysenter_cs, sysenter_esp, sysenter_eip, cr2;
	uint8_t reserved_248[32];
	uint64_t g_pat;					/* 0x268 */
	uint8_t reserved_270[0xc00 - 0x270];
} __attribute__((packed));

struct vmcb {
	struct vmcb_control control;
	struct vmcb_save save;
} __attribute__((packed, aligned(4096)));

/* Registers that every start of ours has alike: flat segments, nothing pending */
static inline void vmcb_set_flat(struct vmcb_save *save, struct vmcb_segment code,
				 struct vmcb_segment data)
{
	save->cs = code;
	save->ds = data;
	save->es = data;
	save->ss = data;
	save->fs = data;
	save->gs = data;
	save->tr = (struct vmcb_segment){ 0, 0x8b, 0xffff, 0 };
	save->ldtr = (struct vmcb_segment){ 0, 0x82, 0xffff, 0 };
	save->rflags = 2;
	save->dr6 = 0xffff0ff0;
	save->dr7 = 0x400;
}

#define VMCB_AT(field, offset) \
	_Static_assert(offsetof(struct vmcb, field) == (offset), #field)

VMCB_AT(control.intercepts, 0x00c);
VMCB_AT(control.iopm_base, 0x040);
VMCB_AT(control.exit_code, 0x070);
VMCB_AT(control.event_injection, 0x0a8);
VMCB_AT(save.cpl, 0x4cb);
VMCB_AT(save.efer, 0x4d0);
VMCB_AT(save.rip, 0x578);
VMCB_AT(save.rsp, 0x5d8);
VMCB_AT(save.rax, 0x5f8);
VMCB_AT(save.cr2, 0x640);
VMCB_AT(save.g_pat, 0x668);
_Static_assert(sizeof(struct vmcb) == 4096, "struct vmcb");

#endif /* HV_VMCB_H */
