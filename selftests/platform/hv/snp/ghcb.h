/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest-hypervisor communication block and its protocols: GHCB
 * specification 2.03 (56421). Section numbers below are of that document.
 */
#ifndef SNP_GHCB_H
#define SNP_GHCB_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct ghcb - the page a guest shares with the hypervisor, section 3
 *
 * The guest may write every byte at any time, also while an exit is handled.
 */
struct ghcb {
	uint8_t reserved_000[0xcb];
	uint8_t cpl;			/* 0x0cb */
	uint8_t reserved_0cc[0x74];
	uint64_t xss;			/* 0x140 */
	uint8_t reserved_148[0x18];
	uint64_t dr7;			/* 0x160 */
	uint8_t reserved_168[0x90];
	uint64_t rax;			/* 0x1f8 */
	uint8_t reserved_200[0x108];
	uint64_t rcx;			/* 0x308 */
	uint64_t rdx;
	uint64_t rbx;
	uint8_t reserved_320[0x70];
	uint64_t sw_exit_code;		/* 0x390 */
	uint64_t sw_exit_info_1;
	uint64_t sw_exit_info_2;
	uint64_t sw_scratch;
	uint8_t reserved_3b0[0x38];
	uint64_t xcr0;			/* 0x3e8 */
	uint8_t valid_bitmap[16];	/* 0x3f0 */
	uint64_t x87_state_gpa;
	uint8_t reserved_408[0x3f8];
	uint8_t shared_buffer[2032];	/* 0x800 */
	uint8_t reserved_ff0[10];
	uint16_t protocol_version;	/* 0xffa */
	uint32_t ghcb_usage;
} __attribute__((packed));

_Static_assert(sizeof(struct ghcb) == 4096, "struct ghcb");
_Static_assert(offsetof(struct ghcb, sw_exit_code) == 0x390, "sw_exit_code");
_Static_assert(offsetof(struct ghcb, valid_bitmap) == 0x3f0, "valid_bitmap");
_Static_assert(offsetof(struct ghcb, shared_buffer) == 0x800, "shared_buffer");
_Static_assert(offsetof(struct ghcb, protocol_version) == 0xffa, "protocol_version");

/* bit of a field in the valid bitmap */
#define GHCB_BIT(field)		(offsetof(struct ghcb, field) / 8)

#define GHCB_PROTOCOL_MIN	1
#define GHCB_PROTOCOL_MAX	2
#define GHCB_USAGE_STANDARD	0

/* exit codes that are #VMEXIT codes too */
enum ghcb_exit {
	GHCB_EXIT_READ_DR7	= 0x27,
	GHCB_EXIT_WRITE_DR7	= 0x37,
	GHCB_EXIT_RDTSC		= 0x6e,
	GHCB_EXIT_RDPMC		= 0x6f,
	GHCB_EXIT_CPUID		= 0x72,
	GHCB_EXIT_INVD		= 0x76,
	GHCB_EXIT_IOIO		= 0x7b,
	GHCB_EXIT_MSR		= 0x7c,
	GHCB_EXIT_VMMCALL	= 0x81,
	GHCB_EXIT_RDTSCP	= 0x87,
	GHCB_EXIT_WBINVD	= 0x89,
	GHCB_EXIT_MONITOR	= 0x8a,
	GHCB_EXIT_MWAIT		= 0x8b,
};

/* exit codes for software, section 4.1 */
#define GHCB_EXIT_MMIO_READ		0x80000001u
#define GHCB_EXIT_MMIO_WRITE		0x80000002u
#define GHCB_EXIT_NMI_COMPLETE		0x80000003u
#define GHCB_EXIT_AP_RESET_HOLD		0x80000004u
#define GHCB_EXIT_AP_JUMP_TABLE		0x80000005u
#define GHCB_EXIT_PSC			0x80000010u
#define GHCB_EXIT_GUEST_REQUEST		0x80000011u
#define GHCB_EXIT_EXT_GUEST_REQUEST	0x80000012u
#define GHCB_EXIT_AP_CREATION		0x80000013u
#define GHCB_EXIT_FEATURES		0x8000fffdu
#define GHCB_EXIT_TERMINATE		0x8000fffeu
#define GHCB_EXIT_UNSUPPORTED_EVENT	0x8000ffffu

/* SW_EXITINFO1[31:0] of an answer, section 4.1 */
#define GHCB_INFO1_OK			0
#define GHCB_INFO1_EXCEPTION		1
#define GHCB_INFO1_ERROR		2

/* SW_EXITINFO2 with GHCB_INFO1_ERROR, table 7 */
enum ghcb_error {
	GHCB_ERR_NOT_REGISTERED		= 1,
	GHCB_ERR_INVALID_USAGE		= 2,
	GHCB_ERR_INVALID_SCRATCH	= 3,
	GHCB_ERR_MISSING_INPUT		= 4,
	GHCB_ERR_INVALID_INPUT		= 5,
	GHCB_ERR_INVALID_EVENT		= 6,
};

/* SW_EXITINFO2 with GHCB_INFO1_EXCEPTION: EVENTINJ of a #GP with error code 0 */
#define GHCB_INJECT_GP	0x80000b0du	/* valid, error code, exception 13 */

/* hypervisor features, section 2.3.10 */
#define GHCB_FEATURE_SNP		0x1u
#define GHCB_FEATURE_AP_CREATION	0x2u

/* page state change, section 4.1.6 */
#define PSC_MAX_ENTRIES		253
#define PSC_OP_PRIVATE		1
#define PSC_OP_SHARED		2
#define PSC_ERR_HEADER		0x100000001ull
#define PSC_ERR_ENTRY		0x100000002ull

struct psc_header {
	uint16_t current;
	uint16_t end;
	uint32_t reserved;
};

#define PSC_ENTRY_DONE(entry)	((entry) & 0xfff)
#define PSC_ENTRY_GFN(entry)	((entry) >> 12 & 0xffffffffffull)
#define PSC_ENTRY_OP(entry)	((unsigned int)((entry) >> 52 & 0xf))
#define PSC_ENTRY_2M(entry)	((entry) >> 56 & 1)

/* AP creation, section 4.1.9: SW_EXITINFO1[15:0] */
#define AP_CREATE_ON_INIT	0
#define AP_CREATE		1
#define AP_DESTROY		2

/* guest request, section 4.1.7: SW_EXITINFO2[63:32] */
#define VMM_ERR_INVALID_LEN	0x100000000ull
#define VMM_ERR_BUSY		(2ull << 32)

/* MSR protocol, section 2.3.1: bits 11:0 */
enum ghcb_msr_info {
	GHCB_MSR_SEV_INFO		= 0x001,
	GHCB_MSR_SEV_INFO_REQ		= 0x002,
	GHCB_MSR_CPUID_REQ		= 0x004,
	GHCB_MSR_CPUID			= 0x005,
	GHCB_MSR_AP_RESET_HOLD_REQ	= 0x006,
	GHCB_MSR_AP_RESET_HOLD		= 0x007,
	GHCB_MSR_PREFERRED_REQ		= 0x010,
	GHCB_MSR_PREFERRED		= 0x011,
	GHCB_MSR_REGISTER_REQ		= 0x012,
	GHCB_MSR_REGISTER		= 0x013,
	GHCB_MSR_PSC_REQ		= 0x014,
	GHCB_MSR_PSC			= 0x015,
	GHCB_MSR_FEATURES_REQ		= 0x080,
	GHCB_MSR_FEATURES		= 0x081,
	GHCB_MSR_TERMINATE_REQ		= 0x100,
};

#define GHCB_MSR_INFO_MASK	0xfffull

#endif /* SNP_GHCB_H */
