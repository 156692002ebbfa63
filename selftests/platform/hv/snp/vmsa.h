/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VM save area of an SEV-ES or SNP guest, APM volume 2, table B-4. The part up
 * to 0x298 has the layout of the VMCB's save area.
 */
#ifndef SNP_VMSA_H
#define SNP_VMSA_H

#include <stddef.h>
#include <stdint.h>

struct vmsa_segment {
	uint16_t selector;
	uint16_t attributes;
	uint32_t limit;
	uint64_t base;
};

#define VMSA_VMCB_PART	0x298

/**
 * struct vmsa - a virtual CPU at rest
 *
 * Only the fields that the platform fills or reads have names.
 */
struct vmsa {
	struct vmsa_segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;	/* 0x000 */
	uint8_t reserved_0a0[42];
	uint8_t vmpl;								/* 0x0ca */
	uint8_t cpl;
	uint8_t reserved_0cc[4];
	uint64_t efer;								/* 0x0d0 */
	uint8_t reserved_0d8[112];
	uint64_t cr4, cr3, cr0, dr7, dr6, rflags, rip;				/* 0x148 */
	uint8_t reserved_180[88];
	uint64_t rsp;								/* 0x1d8 */
	uint8_t reserved_1e0[24];
	uint64_t rax;								/* 0x1f8 */
	uint8_t reserved_200[0x68];
	uint64_t g_pat;								/* 0x268 */
	uint8_t reserved_270[0x98];
	uint64_t rcx, rdx, rbx;							/* 0x308 */
	uint64_t reserved_320;
	uint64_t rbp, rsi, rdi;							/* 0x328 */
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;				/* 0x340 */
	uint8_t reserved_380[0x30];
	uint64_t sev_features;							/* 0x3b0 */
	uint8_t reserved_3b8[0x30];
	uint64_t xcr0;								/* 0x3e8 */
	uint8_t reserved_3f0[0x18];
	uint32_t mxcsr;								/* 0x408 */
	uint16_t x87_ftw, x87_fsw, x87_fcw;					/* 0x40c */
	uint8_t reserved_412[4096 - 0x412];
} __attribute__((packed));

#define VMSA_AT(field, offset) \
	_Static_assert(offsetof(struct vmsa, field) == (offset), #field)

VMSA_AT(vmpl, 0x0ca);
VMSA_AT(efer, 0x0d0);
VMSA_AT(cr4, 0x148);
VMSA_AT(rip, 0x178);
VMSA_AT(rsp, 0x1d8);
VMSA_AT(rax, 0x1f8);
VMSA_AT(g_pat, 0x268);
VMSA_AT(rcx, 0x308);
VMSA_AT(rbp, 0x328);
VMSA_AT(r8, 0x340);
VMSA_AT(sev_features, 0x3b0);
VMSA_AT(xcr0, 0x3e8);
VMSA_AT(mxcsr, 0x408);
VMSA_AT(x87_fcw, 0x410);
_Static_assert(sizeof(struct vmsa) == 4096, "struct vmsa");

#endif /* SNP_VMSA_H */
