// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exits of SEV-ES and SNP guests: which are the hypervisor's own ("automatic exits",
 * APM volume 2, section 15.35.4) and which become a #VC in the guest.
 */
#include "../cpu.h"
#include "snp.h"

#define MSR_GHCB	0xc0010130u
#define MSR_SEV_STATUS	0xc0010131u

#define REP_PREFIX	0xf3	/* makes VMGEXIT of VMMCALL */
#define VMGEXIT_LENGTH	4
#define DR7		0x80u

struct snp snp;

static struct snp_vcpu snp_vcpus[MAX_VCPUS];

/**
 * snp_vcpu() - SNP's part of a vCPU
 * @v: the vCPU
 */
struct snp_vcpu *snp_vcpu(struct vcpu *v)
{
	return &snp_vcpus[v->id];
}

/**
 * cpuid_execute() - CPUID of the processor underneath
 * @leaf: EAX
 * @subleaf: ECX
 */
struct snp_cpuid cpuid_execute(uint32_t leaf, uint32_t subleaf)
{
	uint32_t regs[4];

	cpuid(leaf, subleaf, regs);
	return (struct snp_cpuid){ regs[0], regs[1], regs[2], regs[3] };
}

/**
 * exits_skip() - the instruction is done
 * @v: the vCPU
 * @length: bytes of it
 */
void exits_skip(struct vcpu *v, unsigned int length)
{
	v->vmcb->save.rip += length;
	v->vmcb->control.interrupt_state = 0;
}

/**
 * exits_cpuid() - CPUID, which the hypervisor answers or the guest emulates
 * @v: the vCPU
 */
void exits_cpuid(struct vcpu *v)
{
	struct snp_cpuid seen;

	if (!snp.cpuid_direct) {
		vc_inject(v, EXIT_CPUID);
		return;
	}
	seen = snp_cpuid_seen(v->vmcb->save.rax, v->regs.rcx);
	v->vmcb->save.rax = seen.eax;
	v->regs.rbx = seen.ebx;
	v->regs.rcx = seen.ecx;
	v->regs.rdx = seen.edx;
	exits_skip(v, 2);
}

static void exit_msr(struct vcpu *v)
{
	uint32_t msr = v->regs.rcx;
	bool write = v->vmcb->control.exit_info_1;
	uint64_t value;

	if (msr == MSR_GHCB && write) {
		snp_vcpu(v)->ghcb_msr = (uint32_t)v->vmcb->save.rax | v->regs.rdx << 32;
	} else if (msr == MSR_GHCB || (msr == MSR_SEV_STATUS && !write)) {
		value = msr == MSR_GHCB ? snp_vcpu(v)->ghcb_msr : snp.status;
		v->vmcb->save.rax = (uint32_t)value;
		v->regs.rdx = value >> 32;
	} else {
		vc_inject(v, EXIT_MSR);
		return;
	}
	exits_skip(v, 2);
}

/**
 * exits_hlt() - HLT
 * @v: the vCPU
 */
void exits_hlt(struct vcpu *v)
{
	exits_skip(v, 1);
	if (v->vmcb->save.rflags & RFLAGS_IF)
		idle_until_interrupt(v);
	else
		ap_halt(v);
}

static void exit_vmmcall(struct vcpu *v)
{
	uint8_t prefix = 0;

	if (guest_read(v, v->vmcb->save.rip, &prefix, 1) && prefix == REP_PREFIX) {
		exits_skip(v, VMGEXIT_LENGTH);
		ghcb_exit(v);
	} else {
		vc_inject(v, EXIT_VMMCALL);
	}
}

/**
 * exits_serve() - serve an exit that is alike in all guests with #VC
 * @v: the vCPU
 */
void exits_serve(struct vcpu *v)
{
	uint64_t code = v->vmcb->control.exit_code;

	switch (code) {
	case EXIT_CPUID:
		exits_cpuid(v);
		break;
	case EXIT_READ_DR0 + 7:
	case EXIT_WRITE_DR0 + 7:
	case EXIT_RDPMC:
	case EXIT_INVD:
	case EXIT_IOIO:
	case EXIT_WBINVD:
	case EXIT_MONITOR:
	case EXIT_MWAIT:
		vc_inject(v, code);
		break;
	case EXIT_HLT:
		exits_hlt(v);
		break;
	case EXIT_MSR:
		exit_msr(v);
		break;
	case EXIT_VMMCALL:
		exit_vmmcall(v);
		break;
	case EXIT_INTR:	/* wanted for an order of another vCPU only */
		break;
	default:
		snp_stop_protocol(v, "exit that nothing serves", code);
	}
}

/**
 * exits_allow_msrs() - no exit for the MSRs that a host does not intercept
 *
 * They are in the VMSA of a guest that has one.
 */
void exits_allow_msrs(void)
{
	static const uint32_t msrs[] = {
		0x00000010,				/* TSC */
		0x00000174, 0x00000175, 0x00000176,	/* SYSENTER */
		0x00000277,				/* PAT */
		0x00000da0,				/* XSS */
		0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084,	/* SYSCALL */
		0xc0000100, 0xc0000101, 0xc0000102,	/* FS, GS and kernel GS base */
		0xc0000103,				/* TSC_AUX */
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(msrs); i++)
		vcpu_allow_msr(msrs[i]);
}

/**
 * exits_init() - intercepts of a guest with #VC
 * @v: the vCPU of this processor
 */
void exits_init(struct vcpu *v)
{
	struct vmcb_control *control = &v->vmcb->control;

	exits_allow_msrs();
	v->personality = snp_vcpu(v);
	control->intercept_dr_read |= DR7;
	control->intercept_dr_write |= DR7;
	control->intercepts |= INTERCEPT(EXIT_RDPMC) | INTERCEPT(EXIT_CPUID) |
			       INTERCEPT(EXIT_INVD) | INTERCEPT(EXIT_HLT) |
			       INTERCEPT(EXIT_IOIO) | INTERCEPT(EXIT_MSR) |
			       INTERCEPT(EXIT_VMMCALL) | INTERCEPT(EXIT_WBINVD) |
			       INTERCEPT(EXIT_MONITOR) | INTERCEPT(EXIT_MWAIT);
}
