// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VMM that lies to a TD, on order (behaviour.c): about quotes, and about pages that
 * the TD has accepted.
 */
#include "../hostile.h"
#include "tdx.h"

/*
 * On the port of hv/snp/attack.c: the guest writes 32 bits, bits 31:28 say what, bits 27:0
 * are the page number.
 */
#define ATTACK_REPLACE	1	/* TDH.MEM.PAGE.REMOVE, TDH.MEM.PAGE.AUG */

/**
 * attack_quote_call() - when a quote is asked for
 * @ret: receives R10
 *
 * Return: true when the VMM does nothing but answer so.
 */
bool attack_quote_call(uint64_t *ret)
{
	if (!behaviour_plays("quote-call"))
		return false;
	*ret = behaviour_number();
	return true;
}

/**
 * attack_quote_answer() - when a quote is in the TD's buffer
 * @gpa: of the buffer, without the shared bit
 * @size: of the buffer
 * @status: that it would get
 *
 * Return: the status that it gets.
 */
uint64_t attack_quote_answer(uint64_t gpa, uint64_t size, uint64_t status)
{
	behaviour_plays("sp");
	behaviour_patch("quote", host_range(gpa, size), size);
	fetch_watch(gpa, size);
	return behaviour_plays("quote-status") ? behaviour_number() : status;
}

/* To where the VMM adds it, and the TD had accepted it */
static void take_away(uint64_t gpa)
{
	if (!sept_replace(gpa))
		return;
	smp_shoot_down_others(NULL);
	behaviour_count(1);
}

/**
 * attack_at_once() - what is done at once, when it is ordered
 */
void attack_at_once(void)
{
	if (behaviour_is("take-away"))
		take_away(behaviour_number() & PAGE_MASK);
}

/**
 * td_attack() - play the malicious host
 * @v: the vCPU that asks
 * @order: what to do to which page
 */
void td_attack(struct vcpu *v, uint32_t order)
{
	uint64_t gpa = (order & 0xfffffffull) * PAGE_SIZE;
	unsigned int what = order >> 28;

	if (what != ATTACK_REPLACE || !sept_replace(gpa)) {
		log_info("tdx: attack %u on page %lx refused: not an attack, or not a private page\n",
			 what, gpa);
		return;
	}
	log_info("tdx: attack %u on page %lx\n", what, gpa);
	smp_shoot_down_others(v);
}
