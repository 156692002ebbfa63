// SPDX-License-Identifier: GPL-2.0-only
/*
 * An SNP guest starts and stops its processors by AP creation, which takes the place of
 * INIT and SIPI. GHCB specification 2.03, section 4.1.9.
 */
#include "../hostile.h"
#include "rmp.h"
#include "snp.h"
#include "vmsa.h"

#define AP_REQUEST(info)	((info) & 0xffff)
#define AP_VMPL(info)		((info) >> 16 & 0xf)
#define AP_APIC_ID(info)	((uint32_t)((info) >> 32))

static struct vcpu *find_vcpu(uint32_t apic_id)
{
	unsigned int i;

	for (i = 0; i < vcpu_count; i++)
		if (vcpus[i].apic_id == apic_id)
			return &vcpus[i];
	return NULL;
}

/**
 * ap_runs_from() - is a page the VMSA of a vCPU that may run?
 * @gpa: address in the page
 */
bool ap_runs_from(uint64_t gpa)
{
	unsigned int i;

	for (i = 0; i < vcpu_count; i++)
		if (snp_vcpu(&vcpus[i])->vmsa == (gpa & PAGE_MASK))
			return true;
	return false;
}

/* What the hardware checks at VMRUN, and what the caller promised */
static bool is_startable(uint64_t gpa, uint64_t features)
{
	const struct vmsa *vmsa = snp_memory(gpa);

	if (gpa % PAGE_SIZE || !memory_is_guest(gpa, PAGE_SIZE) ||
	    page_state_get(gpa) != PAGE_PRIVATE || !rmp_is_vmsa(gpa))
		return false;
	return vmsa->sev_features == features && vmsa->sev_features == SNP_SEV_STATUS >> 2 &&
	       vmsa->vmpl == 0 && vmsa->efer & EFER_SVME;
}

static void create(struct ghcb_call *call, struct vcpu *target)
{
	if (!ghcb_require(call, GHCB_RAX))
		return;
	if (!is_startable(call->info2, call->rax)) {
		log_info("snp: AP creation refused: page %lx is no VMSA that can run\n",
			 call->info2);
		ghcb_fail(call, GHCB_ERR_INVALID_INPUT);
		return;
	}
	if (behaviour_plays("ap-refuse")) {
		ghcb_fail(call, GHCB_ERR_INVALID_INPUT);
		return;
	}
	if (behaviour_plays("ap-never")) {
		ghcb_succeed(call, 0);
		return;
	}
	log_info("snp: AP creation: vCPU %u from page %lx\n", target->id, call->info2);
	snp_vcpu(target)->next_vmsa = call->info2;
	ap_order(target, AP_RUN);
	ghcb_succeed(call, 0);
}

static void destroy(struct ghcb_call *call, struct vcpu *target)
{
	log_info("snp: AP destruction: vCPU %u\n", target->id);
	ap_order(target, AP_PARK);
	ghcb_succeed(call, 0);
}

/**
 * ghcb_ap_creation() - start or stop another vCPU
 * @call: the call
 *
 * "On INIT" is not there: an INIT reaches the processor without an exit.
 */
void ghcb_ap_creation(struct ghcb_call *call)
{
	struct vcpu *target = find_vcpu(AP_APIC_ID(call->info1));

	if (!target || target == call->v || AP_VMPL(call->info1)) {
		ghcb_fail(call, GHCB_ERR_INVALID_INPUT);
		return;
	}
	switch (AP_REQUEST(call->info1)) {
	case AP_CREATE:
		create(call, target);
		break;
	case AP_DESTROY:
		destroy(call, target);
		break;
	default:
		ghcb_fail(call, GHCB_ERR_INVALID_INPUT);
	}
}

/**
 * ap_begin_from_vmsa() - registers of a vCPU that was created
 * @v: the vCPU of this processor
 *
 * Paging is off: every access is encrypted until the guest turns it on.
 */
void ap_begin_from_vmsa(struct vcpu *v)
{
	struct snp_vcpu *own = snp_vcpu(v);

	own->vmsa = own->next_vmsa;
	own->ghcb_msr = 0;
	own->ghcb_registered = 0;
	vmsa_load(v, snp_memory(own->vmsa));
	v->vmcb->control.nested_cr3 = npt_root_all_private();
}
