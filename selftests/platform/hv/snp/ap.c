// SPDX-License-Identifier: GPL-2.0-only
/*
 * Application processors that wait, halt and start again. What starts them is AP
 * creation in an SNP guest (ap_creation.c), INIT and SIPI in the others (../sev/).
 */
#include "snp.h"

/**
 * ap_order() - make another vCPU run from its start, or wait for that
 * @target: the vCPU
 * @order: what it shall do
 *
 * A vCPU in the guest sees the order at its next exit; the interrupt intercept
 * makes sure that there is one.
 */
void ap_order(struct vcpu *target, enum snp_ap_order order)
{
	snp_vcpu(target)->order = order;
	target->vmcb->control.intercepts |= INTERCEPT(EXIT_INTR);
	smp_wake(target);
}

/**
 * ap_is_parked() - does a vCPU wait to be started?
 * @v: the vCPU
 */
bool ap_is_parked(struct vcpu *v)
{
	return !v->started || snp_vcpu(v)->parked || snp_vcpu(v)->order == AP_PARK;
}

/* Halted or parked vCPUs cannot wake each other: when the last one stops, all is over */
static bool any_runs(void)
{
	unsigned int i;

	for (i = 0; i < vcpu_count; i++)
		if (vcpus[i].nmi_pending || snp_vcpu(&vcpus[i])->running)
			return true;
	return false;
}

static void stop_running(struct vcpu *v)
{
	snp_vcpu(v)->running = false;
	if (any_runs())
		return;
	log_info("snp: all vCPUs have halted for good\n");
	vcpu_dump(v);
	stop(STOP_DEAD);
}

/**
 * ap_halt() - HLT with interrupts off: only an NMI or an order ends it
 * @v: the vCPU
 */
void ap_halt(struct vcpu *v)
{
	struct snp_vcpu *own = snp_vcpu(v);

	stop_running(v);
	while (!v->nmi_pending && own->order == AP_NO_ORDER)
		idle_until_nmi(v);
	own->running = true;
}

static void begin(struct vcpu *v)
{
	struct snp_vcpu *own = snp_vcpu(v);

	own->order = AP_NO_ORDER;
	own->running = true;
	own->parked = false;
	v->vmcb->control.intercepts &= ~INTERCEPT(EXIT_INTR);
	snp.begin(v);
}

/**
 * ap_start() - wait for the order to run, and begin
 * @v: the vCPU
 *
 * While it waits its VMSA page is free for the guest to use again.
 */
void ap_start(struct vcpu *v)
{
	struct snp_vcpu *own = snp_vcpu(v);

	own->vmsa = 0;
	own->parked = true;
	if (own->order != AP_RUN)
		stop_running(v);
	while (own->order != AP_RUN) {
		own->order = AP_NO_ORDER;
		v->nmi_pending = false;	/* a processor that does not run takes none */
		idle_until_nmi(v);
	}
	begin(v);
}

/**
 * ap_obey() - carry out what another vCPU ordered
 * @v: the vCPU, after an exit
 */
void ap_obey(struct vcpu *v)
{
	if (snp_vcpu(v)->order != AP_NO_ORDER)
		ap_start(v);
}

/**
 * ap_reset_hold() - wait to be started again, after the exit that asks for it
 * @v: the vCPU
 *
 * Linux takes a processor offline this way.
 */
void ap_reset_hold(struct vcpu *v)
{
	if (snp_vcpu(v)->order == AP_NO_ORDER)
		snp_vcpu(v)->order = AP_PARK;
}
