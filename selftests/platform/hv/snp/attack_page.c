// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hostile host that changes pages otherwise than it was asked, or unasked, on order
 * (behaviour.c).
 */
#include "../hostile.h"
#include "cipher.h"
#include "rmp.h"
#include "snp.h"

static uint64_t changed;	/* the page that became private last, 0 for none */

static struct {
	uint64_t gpa;
	uint64_t ciphertext[PAGE_SIZE / sizeof(uint64_t)];
} kept;

/**
 * attack_change() - before a page is changed
 * @done: receives what the guest is told
 *
 * Return: true when nothing is to be changed.
 */
bool attack_change(bool *done)
{
	static bool second;

	*done = behaviour_plays("psc-lie");
	if (*done || behaviour_plays("psc-refuse"))
		return true;
	if (!behaviour_plays("psc-half"))
		return false;
	second = !second;
	*done = true;
	return !second;
}

/**
 * attack_changed() - a page has become private
 * @gpa: the page, not validated yet
 */
void attack_changed(uint64_t gpa)
{
	changed = behaviour_is("psc-twice") ? gpa : 0;
}

/**
 * attack_repeat() - change a page once more that the guest has validated meanwhile
 */
void attack_repeat(void)
{
	if (!changed || page_state_get(changed) != PAGE_PRIVATE)
		return;
	if (attack_take_away(NULL, changed) && behaviour_plays("psc-twice"))
		log_info("snp: page %lx is given to the guest once more\n", changed);
	changed = 0;
}

/* A host can read what a private page holds: ciphertext */
static void keep(uint64_t gpa)
{
	if (page_state_get(gpa) != PAGE_PRIVATE)
		return;
	kept.gpa = gpa;
	cipher_encrypt(kept.ciphertext, snp_memory(gpa), gpa);
	behaviour_count(1);
}

/*
 * It cannot write there as long as the page is the guest's (APM volume 2, section 15.36.10).
 * So it takes the page, which ends its validation, writes, and gives it back: the same key
 * and address make the old contents of it.
 */
static void give_back(uint64_t gpa)
{
	if (!kept.gpa || gpa != kept.gpa || !attack_take_away(NULL, gpa))
		return;
	cipher_decrypt(snp_memory(gpa), kept.ciphertext, gpa);
	behaviour_count(1);
}

/* The RMP knows at which address a page of memory is the guest's (the same section) */
static void map_elsewhere(uint64_t gpa)
{
	if (page_state_get(gpa) != PAGE_PRIVATE)
		return;
	withhold(gpa, "RMP violation: the page mapped there is another address's");
	behaviour_count(1);
}

/**
 * attack_at_once() - what is done at once, when it is ordered
 */
void attack_at_once(void)
{
	uint64_t gpa = behaviour_number() & PAGE_MASK;

	if (behaviour_is("take-away"))
		behaviour_count(attack_take_away(NULL, gpa));
	else if (behaviour_is("keep"))
		keep(gpa);
	else if (behaviour_is("give-back"))
		give_back(gpa);
	else if (behaviour_is("remap"))
		map_elsewhere(gpa);
	else if (behaviour_is("block"))
		withhold(gpa, NULL);
}
