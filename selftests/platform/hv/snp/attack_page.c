// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hostile host that is asked to change pages, on order (behaviour.c).
 */
#include "../hostile.h"
#include "snp.h"

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
