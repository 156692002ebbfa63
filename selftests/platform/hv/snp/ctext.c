// SPDX-License-Identifier: GPL-2.0-only
/*
 * An unencrypted read of a private page returns what the memory chip holds:
 * ciphertext. The guest is shown a scrambled copy of the page for exactly one
 * instruction. The scramble stands in for AES-XTS: 16-byte blocks, keyed, tweaked
 * by the address, and the same input gives the same output.
 */
#include "mix.h"
#include "snp.h"

#define DB_VECTOR	1
#define ROUNDS		6
#define RFLAGS_TF	0x100ul
#define DR6_BS		0x4000ul

static uint64_t copy[PAGE_SIZE / 8] __attribute__((aligned(4096)));
static struct vcpu *shown_to;
static uint64_t ctext_key, shown;

/**
 * ctext_init() - choose the key of this run
 * @key: any value
 */
void ctext_init(uint64_t key)
{
	ctext_key = key;
}

static void scramble_block(uint64_t out[2], const uint64_t in[2], uint64_t address)
{
	uint64_t tweak = mix64(address ^ ctext_key);
	uint64_t left = in[0] ^ tweak, right = in[1] ^ mix64(tweak);
	unsigned int round;

	for (round = 0; round < ROUNDS; round++) {
		uint64_t next = left ^ mix64(right + tweak + round);

		left = right;
		right = next;
	}
	out[0] = left;
	out[1] = right;
}

static void scramble_page(uint64_t gpa)
{
	const uint64_t *plain = snp_memory(gpa);
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / 8; i += 2)
		scramble_block(copy + i, plain + i, gpa + i * 8);
}

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
	scramble_page(gpa);
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
