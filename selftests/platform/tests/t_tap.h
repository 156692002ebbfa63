/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Test Anything Protocol for the native tests.
 */
#ifndef T_TAP_H
#define T_TAP_H

#include <stdbool.h>
#include <stdio.h>

static int tap_number, tap_failed;

static inline void tap_ok(bool good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tap_number, name);
	if (!good)
		tap_failed++;
}

static inline int tap_done(void)
{
	printf("1..%d\n", tap_number);
	return tap_failed ? 1 : 0;
}

#endif /* T_TAP_H */
