// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hostile host on order: the guest asks for an attack on a page of its own, so
 * that a test knows when it happens. A write of 32 bits to the port does it:
 * bits 31:28 say what, bits 27:0 are the page number. A read tells how many
 * attacks were carried out.
 */
#include "rmp.h"
#include "snp.h"

#define ATTACK_RETURN_UNVALIDATED	1
#define ATTACK_RETURN_ZEROED		2

static uint32_t attacks;

static bool is_target(uint64_t gpa)
{
	return memory_is_guest(gpa, PAGE_SIZE) && page_state_get(gpa) == PAGE_PRIVATE &&
	       !rmp_is_vmsa(gpa);
}

/**
 * attack_take_away() - take a private page away and give it back unvalidated
 * @v: the vCPU that goes on meanwhile, NULL for none
 * @gpa: the page
 *
 * Return: false when it is not the guest's.
 */
bool attack_take_away(struct vcpu *v, uint64_t gpa)
{
	if (!is_target(gpa))
		return false;
	rmp_release(gpa);
	rmp_assign(gpa, false);
	smp_shoot_down_others(v);
	return true;
}

/**
 * attack_order() - play the malicious host
 * @v: the vCPU that asks
 * @order: what to do to which page
 */
void attack_order(struct vcpu *v, uint32_t order)
{
	uint64_t gpa = (order & 0xfffffffull) * PAGE_SIZE;
	unsigned int what = order >> 28;

	if ((what != ATTACK_RETURN_UNVALIDATED && what != ATTACK_RETURN_ZEROED) ||
	    !attack_take_away(v, gpa)) {
		log_info("snp: attack %u on page %lx refused: not an attack, or not a private page\n",
			 what, gpa);
		return;
	}
	log_info("snp: attack %u on page %lx\n", what, gpa);
	if (what == ATTACK_RETURN_ZEROED)
		memset(snp_memory(gpa), 0, PAGE_SIZE);
	attacks++;
}

/**
 * attack_count() - attacks carried out so far
 */
uint32_t attack_count(void)
{
	return attacks;
}
