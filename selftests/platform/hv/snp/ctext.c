// SPDX-License-Identifier: GPL-2.0-only
/*
 * An unencrypted read of a private page returns what the memory chip holds:
 * ciphertext. The guest is shown an encrypted copy of the page for exactly one
 * instruction.
 */
#include "cipher.h"
#include "snp.h"

#define DB_VECTOR	1
#define RFLAGS_TF	0x100ul
#define DR6_BS		0x4000ul

static uint64_t copy[PAGE_SIZE / 8] __attribute__((aligned(4096)));
static struct vcpu *shown_to;
static uint64_t shown;

/**
 * ctext_show() - let the next instruction of a vCPU see ciphertext
 * @v: the vCPU
 * @gpa: page, private
 *
 * While another vCPU is being shown a page this one tries again. Interrupts
 * wait: one would save the trap flag that is not the guest's.
 */
void ctext_show(struct vcpu *v, uint64_t gpa)
{
	struct vmcb_save *save = &v->vmcb->save;
	struct snp_decoy *decoy = &snp_vcpu(v)->decoy;

	if (shown_to)
		return;
	cipher_encrypt(copy, snp_memory(gpa), gpa);
	npt_map(gpa, false, (uint64_t)copy, false);
	shown_to = v;
	shown++;
	decoy->gpa = gpa;
	decoy->flags = save->rflags & (RFLAGS_TF | RFLAGS_IF);
	save->rflags = (save->rflags & ~RFLAGS_IF) | RFLAGS_TF;
	v->vmcb->control.intercept_exceptions |= 1u << DB_VECTOR;
}

/**
 * ctext_hide() - the instruction is over, or ended in another exit
 * @v: the vCPU that exits
 *
 * Return: true if the exit was only for this and is served.
 */
bool ctext_hide(struct vcpu *v)
{
	struct vmcb_save *save = &v->vmcb->save;
	struct snp_decoy *decoy = &snp_vcpu(v)->decoy;

	if (shown_to != v)
		return false;
	page_state_set(decoy->gpa, page_state_get(decoy->gpa));
	shown_to = NULL;
	v->vmcb->control.intercept_exceptions &= ~(1u << DB_VECTOR);
	save->rflags &= ~(RFLAGS_TF | RFLAGS_IF);
	save->rflags |= decoy->flags;
	if (v->vmcb->control.exit_code != EXIT_EXCEPTION(DB_VECTOR))
		return false;
	save->dr6 &= ~DR6_BS;
	return !(decoy->flags & RFLAGS_TF);
}

/**
 * ctext_stats() - log how often ciphertext was read
 */
void ctext_stats(void)
{
	log_info("ciphertext reads: %lu\n", shown);
}
