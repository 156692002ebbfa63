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

/* ---- pages ---- */

static uint64_t mapped;		/* the page that was added last, 0 for none */
static uint64_t kept;

/**
 * attack_mapped() - a page was added, at the TD's wish
 * @gpa: the page, which the TD will accept
 */
void attack_mapped(uint64_t gpa)
{
	mapped = behaviour_is("map-twice") ? gpa : 0;
}

/* To where the VMM adds it, and the TD had accepted it */
static bool take_away(uint64_t gpa)
{
	if (!sept_replace(gpa))
		return false;
	smp_shoot_down_others(NULL);
	return true;
}

/**
 * td_attack_repeat() - add a page once more that the TD has accepted meanwhile
 */
void td_attack_repeat(void)
{
	if (!mapped || page_state_get(mapped) != PAGE_PRIVATE)
		return;
	if (take_away(mapped) && behaviour_plays("map-twice"))
		log_info("tdx: page %lx is added once more\n", mapped);
	mapped = 0;
}

/*
 * A VMM can write a page of the TD's, old ciphertext for one, but not with the TD's key:
 * the owner bit, and the MAC where there is one, tell at the TD's next read, and that ends
 * the TD (TDX Module Base Architecture, "Memory Integrity Protection and Machine Check
 * Handling").
 */
static void write_old(uint64_t gpa)
{
	if (!kept || gpa != kept || page_state_get(gpa) != PAGE_PRIVATE)
		return;
	withhold(gpa, "machine check: the page was not written with the TD's key");
	behaviour_count(1);
}

static void keep(uint64_t gpa)
{
	if (page_state_get(gpa) != PAGE_PRIVATE)
		return;
	kept = gpa;
	behaviour_count(1);
}

/**
 * td_attack_at_once() - what is done at once, when it is ordered
 *
 * To block a page is TDH.MEM.RANGE.BLOCK; the TD's next access is an EPT violation, at which
 * the VMM unblocks it.
 */
void td_attack_at_once(void)
{
	uint64_t gpa = behaviour_number() & PAGE_MASK;

	if (behaviour_is("take-away"))
		behaviour_count(take_away(gpa));
	else if (behaviour_is("keep"))
		keep(gpa);
	else if (behaviour_is("give-back"))
		write_old(gpa);
	else if (behaviour_is("block"))
		withhold(gpa, NULL);
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
