// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hostile VMM on order, as hv/snp/attack.c: the guest writes 32 bits to the port, bits
 * 31:28 say what, bits 27:0 are the page number.
 */
#include "tdx.h"

#define ATTACK_REPLACE	1	/* TDH.MEM.PAGE.REMOVE, TDH.MEM.PAGE.AUG */

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
