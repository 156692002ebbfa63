// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSRs as the TDX module virtualizes them: ABI table "MSR Virtualization". What the
 * module denies is #GP(0), what it leaves to the VMM is #VE.
 */
#include "../cpu.h"
#include "tdx.h"

#define MSR_APIC_BASE	0x1b
#define MSR_LENGTH	2
#define APIC_BASE_X2APIC	0xfee00c00ull
#define APIC_BASE_BSP		0x100ull

#define MICROCODE_REVISION	(0x2b000603ull << 32)
/* FERR, BTS and PEBS not available */
#define MISC_ENABLE		(1ull | 1ull << 11 | 1ull << 12)
/*
 * Nothing of the known side channels, so that Linux patches nothing that the
 * processor underneath does not need
 */
#define ARCH_CAPABILITIES	(0xd7bull | 1ull << 13 | 1ull << 14 | 1ull << 15 | 1ull << 17 | \
				 1ull << 20 | 1ull << 24 | 1ull << 26 | 1ull << 27 | 1ull << 62)

/**
 * struct msr_rule - what happens to a range of MSRs
 * @first: of the range
 * @last: of the range
 * @read: on RDMSR
 * @write: on WRMSR
 * @constant: value read with MSR_CONSTANT
 */
struct msr_rule {
	uint32_t first, last;
	enum msr_answer read, write;
	uint64_t constant;
};

/* Sorted; what is not listed is #VE */
static const struct msr_rule rules[] = {
	{ 0x10, 0x10, MSR_NATIVE, MSR_VE, 0 },			/* TSC */
	{ 0x48, 0x48, MSR_NATIVE, MSR_NATIVE, 0 },		/* SPEC_CTRL */
	{ 0x49, 0x49, MSR_GP, MSR_NATIVE, 0 },			/* PRED_CMD */
	{ 0x87, 0x87, MSR_GP, MSR_GP, 0 },			/* MKTME_KEYID_PARTITIONING */
	{ 0x8b, 0x8b, MSR_CONSTANT, MSR_CONSTANT, MICROCODE_REVISION },
	{ 0x8c, 0x8f, MSR_GP, MSR_GP, 0 },			/* SGXLEPUBKEYHASH */
	{ 0x98, 0x9b, MSR_GP, MSR_GP, 0 },			/* WBINVDP, SEAM */
	{ 0x9e, 0x9e, MSR_GP, MSR_GP, 0 },			/* SMBASE */
	{ 0xbc, 0xbc, MSR_CONSTANT, MSR_GP, 0 },		/* MISC_PACKAGE_CTLS */
	{ 0xc1, 0xc8, MSR_GP, MSR_GP, 0 },			/* PMC0-7 */
	{ 0xe1, 0xe1, MSR_GP, MSR_GP, 0 },			/* UMWAIT_CONTROL */
	{ 0x10a, 0x10a, MSR_CONSTANT, MSR_GP, ARCH_CAPABILITIES },
	{ 0x10b, 0x10b, MSR_GP, MSR_CONSTANT, 0 },		/* FLUSH_CMD */
	{ 0x122, 0x122, MSR_GP, MSR_GP, 0 },			/* TSX_CTRL */
	{ 0x174, 0x176, MSR_NATIVE, MSR_NATIVE, 0 },		/* SYSENTER */
	{ 0x186, 0x18d, MSR_GP, MSR_GP, 0 },			/* PERFEVTSEL0-7 */
	{ 0x1a0, 0x1a0, MSR_CONSTANT, MSR_VE, MISC_ENABLE },
	{ 0x1a6, 0x1a7, MSR_GP, MSR_GP, 0 },			/* OFFCORE_RSP */
	{ 0x1c4, 0x1c5, MSR_GP, MSR_GP, 0 },			/* XFD */
	{ 0x1d9, 0x1d9, MSR_NATIVE, MSR_NATIVE, 0 },		/* DEBUGCTL */
	{ 0x1f8, 0x1fa, MSR_GP, MSR_GP, 0 },			/* DCA */
	{ 0x276, 0x276, MSR_GP, MSR_GP, 0 },			/* SLAM_ENABLE */
	{ 0x277, 0x277, MSR_NATIVE, MSR_NATIVE, 0 },		/* PAT */
	{ 0x309, 0x30c, MSR_GP, MSR_GP, 0 },			/* FIXED_CTR */
	{ 0x345, 0x345, MSR_CONSTANT, MSR_GP, 0 },		/* PERF_CAPABILITIES */
	{ 0x38d, 0x392, MSR_GP, MSR_GP, 0 },			/* PERF_GLOBAL */
	{ 0x3f1, 0x3f2, MSR_GP, MSR_GP, 0 },			/* PEBS */
	{ 0x3f6, 0x3f6, MSR_GP, MSR_GP, 0 },			/* PEBS_LD_LAT */
	{ 0x480, 0x480, MSR_CONSTANT, MSR_GP, 0 },		/* VMX_BASIC */
	{ 0x481, 0x484, MSR_VE, MSR_GP, 0 },			/* PIN, PROC, EXIT, ENTRY_CTLS */
	{ 0x485, 0x489, MSR_CONSTANT, MSR_GP, 0 },		/* MISC, CR0 and CR4 fixed */
	{ 0x48a, 0x48a, MSR_VE, MSR_GP, 0 },			/* VMCS_ENUM */
	{ 0x48b, 0x493, MSR_CONSTANT, MSR_GP, 0 },
	{ 0x4c1, 0x4c8, MSR_GP, MSR_GP, 0 },			/* A_PMC */
	{ 0x500, 0x500, MSR_GP, MSR_GP, 0 },			/* SGX_SVN_STATUS */
	{ 0x560, 0x587, MSR_GP, MSR_GP, 0 },			/* RTIT */
	{ 0x600, 0x600, MSR_CONSTANT, MSR_CONSTANT, 0 },	/* DS_AREA */
	{ 0x6a0, 0x6a8, MSR_GP, MSR_GP, 0 },			/* CET */
	{ 0x6e0, 0x6e0, MSR_GP, MSR_GP, 0 },			/* TSC_DEADLINE */
	{ 0x6e1, 0x6e1, MSR_CONSTANT, MSR_CONSTANT, 0 },	/* PKRS */
	{ 0x800, 0x801, MSR_GP, MSR_GP, 0 },
	{ 0x802, 0x802, MSR_VE, MSR_GP, 0 },			/* ID */
	{ 0x804, 0x807, MSR_GP, MSR_GP, 0 },
	{ 0x808, 0x808, MSR_APIC, MSR_APIC, 0 },		/* TPR */
	{ 0x809, 0x809, MSR_GP, MSR_GP, 0 },
	{ 0x80a, 0x80a, MSR_APIC, MSR_GP, 0 },			/* PPR */
	{ 0x80b, 0x80b, MSR_GP, MSR_APIC, 0 },			/* EOI */
	{ 0x80c, 0x80c, MSR_GP, MSR_GP, 0 },
	{ 0x810, 0x827, MSR_APIC, MSR_GP, 0 },			/* ISR, TMR, IRR */
	{ 0x829, 0x82e, MSR_GP, MSR_GP, 0 },
	{ 0x831, 0x831, MSR_GP, MSR_GP, 0 },
	{ 0x83a, 0x83d, MSR_GP, MSR_GP, 0 },
	{ 0x83f, 0x83f, MSR_GP, MSR_APIC, 0 },			/* SELF_IPI */
	{ 0x840, 0x8ff, MSR_GP, MSR_GP, 0 },
	{ 0x981, 0x98a, MSR_GP, MSR_GP, 0 },			/* TME, user interrupts */
	{ 0xc80, 0xc80, MSR_CONSTANT, MSR_GP, 0 },		/* DEBUG_INTERFACE */
	{ 0xd90, 0xd90, MSR_GP, MSR_GP, 0 },			/* BNDCFGS */
	{ 0xd93, 0xd93, MSR_GP, MSR_GP, 0 },			/* PASID */
	{ 0xda0, 0xda0, MSR_NATIVE, MSR_NATIVE, 0 },		/* XSS */
	{ 0x1200, 0x121f, MSR_GP, MSR_GP, 0 },			/* LBR_INFO */
	{ 0x14ce, 0x14cf, MSR_GP, MSR_GP, 0 },			/* LBR_CTL, LBR_DEPTH */
	{ 0x1500, 0x161f, MSR_GP, MSR_GP, 0 },			/* LBR_FROM, LBR_TO */
	{ 0x1b01, 0x1b01, MSR_CONSTANT, MSR_CONSTANT, 0 },	/* UARCH_MISC_CTL */
	{ 0xc0000081, 0xc0000084, MSR_NATIVE, MSR_NATIVE, 0 },	/* SYSCALL */
	{ 0xc0000100, 0xc0000103, MSR_NATIVE, MSR_NATIVE, 0 },	/* FS, GS, TSC_AUX */
};

/**
 * msr_decide() - what the module does with an access
 * @msr: register
 * @write: WRMSR
 * @constant: receives the value for MSR_CONSTANT
 */
enum msr_answer msr_decide(uint32_t msr, bool write, uint64_t *constant)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		if (msr < rules[i].first || msr > rules[i].last)
			continue;
		*constant = rules[i].constant;
		return write ? rules[i].write : rules[i].read;
	}
	return MSR_VE;
}

/**
 * msr_allow_native() - let the TD use those that are the processor's without an exit
 */
void msr_allow_native(void)
{
	unsigned int i;
	uint32_t msr;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		for (msr = rules[i].first; msr <= rules[i].last; msr++)
			if (rules[i].read == MSR_NATIVE && rules[i].write == MSR_NATIVE)
				vcpu_allow_msr(msr);
}

/**
 * msr_apic_base() - IA32_APIC_BASE: x2APIC, always
 * @v: the vCPU
 */
uint64_t msr_apic_base(const struct vcpu *v)
{
	return APIC_BASE_X2APIC | (v->id ? 0 : APIC_BASE_BSP);
}

static bool access_native(uint32_t msr, bool write, uint64_t *value)
{
	if (write)
		wrmsr(msr, *value);
	else
		*value = rdmsr(msr);
	return true;
}

static bool access_apic(struct vcpu *v, uint32_t msr, bool write, uint64_t *value)
{
	return write ? x2apic_write(v, msr, *value) : x2apic_read(v, msr, value);
}

/* Returns false when the access is a #GP */
static bool access(struct vcpu *v, enum msr_answer answer, uint64_t constant, uint64_t *value)
{
	bool write = v->vmcb->control.exit_info_1;
	uint32_t msr = v->regs.rcx;

	switch (answer) {
	case MSR_NATIVE:
		return access_native(msr, write, value);
	case MSR_CONSTANT:
		*value = constant;
		return true;
	case MSR_APIC:
		return access_apic(v, msr, write, value);
	default:
		return false;
	}
}

/**
 * msr_exit() - serve an RDMSR or WRMSR
 * @v: the vCPU
 */
void msr_exit(struct vcpu *v)
{
	bool write = v->vmcb->control.exit_info_1;
	uint64_t value = (uint32_t)v->vmcb->save.rax | v->regs.rdx << 32, constant = 0;
	uint32_t msr = v->regs.rcx;
	enum msr_answer answer = msr_decide(msr, write, &constant);

	if (msr == MSR_APIC_BASE && !write) {
		answer = MSR_CONSTANT;
		constant = msr_apic_base(v);
	}
	if (answer == MSR_VE) {
		ve_inject(v, (struct ve_info){
			.reason = write ? VE_WRMSR : VE_RDMSR,
			.length = MSR_LENGTH,
		});
		return;
	}
	if (!access(v, answer, constant, &value)) {
		gp_inject(v);
		return;
	}
	if (!write) {
		v->vmcb->save.rax = (uint32_t)value;
		v->regs.rdx = value >> 32;
	}
	v->vmcb->save.rip += MSR_LENGTH;
}
