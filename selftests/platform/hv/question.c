// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a test in the guest may ask of the platform, by a byte written to a port that no
 * machine has (/dev/port). The answer is in the log, for the test on the host; what goes
 * back to the guest, whose kernel and modules know nothing of it, is how often the host did
 * what order.c was told.
 */
#include "hostile.h"
#include "hv.h"

static bool refuses;

/**
 * question_refuses() - does the host refuse to take pages back?
 */
bool question_refuses(void)
{
	return refuses;
}

/**
 * question_answer() - answer a question
 * @what: 'a' for the count of accepted pages, 's' for the state of every page, 'r' and 'R'
 *	to begin and end to refuse pages that are to become private; order.c has 'h'
 */
void question_answer(char what)
{
	if (order_take(what))
		return;
	switch (what) {
	case 'a':
		log_info("asked: pages accepted %lu\n", page_state_accepted());
		break;
	case 's':
		page_state_log();
		log_info("pages: end\n");
		break;
	case 'r':
	case 'R':
		refuses = what == 'r';
		break;
	default:
		break;
	}
}
