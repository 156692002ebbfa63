// SPDX-License-Identifier: GPL-2.0-only
/*
 * A host that interrupts without a reason. Not at every entry: a guest would do nothing but
 * take interrupts, and any host can keep a guest from running.
 */
#include "cpu.h"
#include "hostile.h"
#include "hv.h"

/* VMCB offset 60h, APM volume 2, appendix B: a virtual interrupt waits for RFLAGS.IF */
#define V_IRQ		(1ull << 8)
#define V_IGN_TPR	(1ull << 20)
#define V_VECTOR(n)	((n) << 32)

#define PAUSE	16	/* entries from one to the next */

/* The argument is how many entries are from one to the next */
static void blow_nmi(struct vcpu *v)
{
	uint64_t pause = behaviour_number();

	if (!pause || v->runs % pause)
		return;
	v->nmi_pending = true;
	behaviour_count(1);
}

/**
 * storm_blow() - have an interrupt wait that nobody sent, when that was ordered
 * @v: the vCPU that is about to run
 *
 * The argument is the vector. One that waits no longer was taken. "nmi" is one for itself:
 * nothing keeps it waiting but another NMI.
 */
void storm_blow(struct vcpu *v)
{
	static bool waits[MAX_VCPUS];
	struct vmcb_control *control = &v->vmcb->control;

	if (behaviour_is("nmi"))
		blow_nmi(v);
	if (!behaviour_is("storm")) {
		if (waits[v->id])
			control->interrupt_control = 0;
		waits[v->id] = false;
		return;
	}
	if (waits[v->id] && control->interrupt_control & V_IRQ)
		return;
	if (waits[v->id])
		behaviour_count(1);
	waits[v->id] = !(v->runs % PAUSE);
	if (!waits[v->id])
		return;
	control->interrupt_control = V_IRQ | V_IGN_TPR | V_VECTOR(behaviour_number() & 0xff);
}
