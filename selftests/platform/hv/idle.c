// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting for an interrupt of the guest. A second VMCB runs one HLT with
 * interrupts on and intercepted. The exit does not acknowledge the interrupt: it
 * stays pending in the local APIC and the guest takes it when it runs again.
 */
#include "cpu.h"
#include "hv.h"

#define IDLE_ASID	2
#define RFLAGS_IDLE	0x202	/* IF */

static struct vmcb idle_vmcbs[MAX_VCPUS];

/**
 * idle_init() - prepare the idle VMCB
 * @v: the vCPU
 */
void idle_init(struct vcpu *v)
{
	struct vmcb *idle = &idle_vmcbs[v->id];
	struct vmcb_segment data = { 0x10, 0xc93, 0xffffffff, 0 };

	v->idle_vmcb = idle;
	idle->control.intercepts = INTERCEPT(EXIT_INTR) | INTERCEPT(EXIT_NMI) |
				   INTERCEPT(EXIT_VMRUN);
	idle->control.iopm_base = v->vmcb->control.iopm_base;
	idle->control.msrpm_base = v->vmcb->control.msrpm_base;
	idle->control.asid = IDLE_ASID;
	idle->save.cs = (struct vmcb_segment){ 0x08, 0xa9b, 0xffffffff, 0 };
	idle->save.ds = data;
	idle->save.es = data;
	idle->save.ss = data;
	idle->save.cr0 = 0x80000033;
	idle->save.cr3 = (uint64_t)boot_pml4;
	idle->save.cr4 = 0x20;
	idle->save.efer = EFER_SVME | EFER_NXE | EFER_LMA | EFER_LME;
	idle->save.dr6 = 0xffff0ff0;
	idle->save.dr7 = 0x400;
}

static void idle_with(struct vcpu *v, uint64_t rflags)
{
	struct vmcb *idle = v->idle_vmcb;
	struct registers scratch;

	if (v->nmi_pending)
		return;
	idle->save.rip = (uint64_t)idle_code;
	idle->save.rflags = rflags;
	idle->control.event_injection = 0;
	hv_unlock();
	vmrun(idle, &scratch);
	if (idle->control.exit_code == EXIT_NMI)
		smp_serve_nmi(v);
	else if (idle->control.exit_code != EXIT_INTR)
		panic("idling ended by exit %lx", idle->control.exit_code);
	hv_lock();
}

/**
 * idle_until_interrupt() - wait until this vCPU has something to do
 * @v: the vCPU of this processor
 *
 * Context: with the big lock, which is dropped meanwhile.
 */
void idle_until_interrupt(struct vcpu *v)
{
	idle_with(v, RFLAGS_IDLE);
}

static bool all_dead(void)
{
	unsigned int i;

	for (i = 0; i < vcpu_count; i++)
		if (vcpus[i].started && !vcpus[i].dead)
			return false;
	return true;
}

/**
 * idle_masked() - wait with interrupts off
 * @v: the vCPU of this processor
 *
 * When every vCPU does so, only an NMI from outside could go on: the guest is dead, and
 * the run ends now and not at its time limit.
 *
 * Context: with the big lock, which is dropped meanwhile.
 */
void idle_masked(struct vcpu *v)
{
	v->dead = true;
	if (all_dead() && !v->nmi_pending) {
		log_info("hv: the guest is dead: every processor halts with interrupts off\n");
		vcpu_dump(v);
		stop(STOP_DEAD);
	}
	idle_until_interrupt(v);
	v->dead = false;
}

/**
 * idle_until_nmi() - wait for an NMI or another vCPU's kick, not for interrupts
 * @v: the vCPU of this processor
 *
 * Context: with the big lock, which is dropped meanwhile.
 */
void idle_until_nmi(struct vcpu *v)
{
	idle_with(v, RFLAGS_IDLE & ~RFLAGS_IF);
}
