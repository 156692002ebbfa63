// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plain SEV personality: encrypted memory and nothing else. The guest has no #VC,
 * and the hypervisor sees and serves its registers. Devices go straight through but for
 * the local APIC, whose INIT and startup must not reach the processor.
 */
#include "../insn.h"
#include "sev.h"

#define GP_VECTOR	13
#define MSR_SEV_STATUS	0xc0010131u
#define APIC_PAGE	0xfee00000ul
#define NPF_WRITE	0x2ul		/* EXITINFO1 */

/* What KVM answers to a call that it does not know; none is offered */
#define UNKNOWN_CALL	(-1000l)
#define VMMCALL_LENGTH	3

static uint8_t vectors[MAX_VCPUS];	/* of the startup IPIs */

static bool read_msr(uint32_t msr, uint64_t *value)
{
	if (msr == MSR_SEV_STATUS) {
		*value = snp.status;
		return true;
	}
	return msr_guest_read(msr, value);
}

static void exit_msr(struct vcpu *v)
{
	struct vmcb_save *save = &v->vmcb->save;
	uint32_t msr = v->regs.rcx;
	uint64_t value = (uint32_t)save->rax | v->regs.rdx << 32;
	bool write = v->vmcb->control.exit_info_1;

	if (!(write ? msr_guest_write(msr, value) : read_msr(msr, &value))) {
		vcpu_inject(v, GP_VECTOR, true, 0);
		return;
	}
	if (!write) {
		save->rax = (uint32_t)value;
		v->regs.rdx = value >> 32;
	}
	exits_skip(v, 2);
}

static void exit_vmmcall(struct vcpu *v)
{
	v->vmcb->save.rax = UNKNOWN_CALL;
	exits_skip(v, VMMCALL_LENGTH);
}

/* Hardware gives the instruction's bytes to the hypervisor, which cannot read memory */
static void apic_store(struct vcpu *v, uint64_t gpa)
{
	struct insn_store store;

	if (!insn_store(v, &store))
		view_stop(v, gpa, "write to the local APIC that is no MOV of 32 bits");
	exits_skip(v, store.length);
	mmio_write(v, gpa, store.value, sizeof(store.value));
}

static void exit_device(struct vcpu *v)
{
	uint64_t gpa = v->vmcb->control.exit_info_2, page = gpa & PAGE_MASK;
	bool apic = page == APIC_PAGE;

	if (apic && v->vmcb->control.exit_info_1 & NPF_WRITE)
		apic_store(v, gpa);
	else if (mmio_allowed(page, PAGE_SIZE))
		npt_map(page, false, page, !apic);
	else
		view_stop(v, gpa, "access to a device that is not the guest's");
}

static void serve_exit(struct vcpu *v)
{
	uint64_t code = v->vmcb->control.exit_code;

	switch (code) {
	case EXIT_CPUID:
		exits_cpuid(v);
		break;
	case EXIT_MSR:
		exit_msr(v);
		break;
	case EXIT_IOIO:
		if (!direct_port_exit(v))
			snp_stop_protocol(v, "string I/O to a port that is watched",
					  v->vmcb->control.exit_info_1);
		break;
	case EXIT_HLT:
		exits_hlt(v);
		break;
	case EXIT_VMMCALL:
		exit_vmmcall(v);
		break;
	case EXIT_NPF:
		if (!view_fault(v))
			exit_device(v);
		break;
	case EXIT_INTR:	/* wanted for an order of another vCPU only */
		break;
	default:
		snp_stop_protocol(v, "exit that nothing serves", code);
	}
}

static void sev_exit(struct vcpu *v)
{
	if (snp_vcpu(v)->order == AP_NO_ORDER)
		serve_exit(v);
	ap_obey(v);
}

static void begin(struct vcpu *v)
{
	sev_real_mode(v, vectors[v->id] << 8, 0);
}

/* An INIT ends whatever the vCPU does; a startup IPI counts after an INIT, and once */
static void startup(struct vcpu *target, bool sipi, uint8_t vector)
{
	if (sipi && ap_is_parked(target)) {
		vectors[target->id] = vector;
		ap_order(target, AP_RUN);
	} else if (!sipi && !ap_is_parked(target)) {
		ap_order(target, AP_PARK);
	}
}

static void prepare(void)
{
	sev_prepare(SEV_STATUS_SEV);
	snp.begin = begin;
	snp.cpuid_direct = true;
}

static void init_vcpu(struct vcpu *v)
{
	v->personality = snp_vcpu(v);
	direct_allow_ports();
	exits_allow_msrs();
	v->vmcb->control.intercepts |= INTERCEPT(EXIT_CPUID) | INTERCEPT(EXIT_HLT) |
				       INTERCEPT(EXIT_VMMCALL);
}

const struct personality sev_personality = {
	.name = "sev",
	.views = { .bit = SNP_C_BIT_NR, .set_is_private = true },
	.ram_state = PAGE_PRIVATE,
	.own_pages = E820_RESERVED,
	.prepare = prepare,
	.launch = sev_launch,
	.vcpu_init = init_vcpu,
	.vcpu_start = ap_start,
	.startup = startup,
	.touch = view_touch,
	.exit = sev_exit,
	.stats = view_stats,
};
