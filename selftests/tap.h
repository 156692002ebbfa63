/* SPDX-License-Identifier: GPL-2.0-only */
/* Test Anything Protocol on standard output, for the tests that run in a guest. */
#ifndef SELFTESTS_TAP_H
#define SELFTESTS_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define __printf(format_at, values_at)	__attribute__((format(printf, format_at, values_at)))
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static unsigned int tap_number;
static unsigned int tap_failures;

static inline void tap_line(bool passed, const char *name, va_list args)
{
	printf("%sok %u - ", passed ? "" : "not ", ++tap_number);
	vprintf(name, args);
	printf("\n");
	fflush(stdout);
	if (!passed)
		tap_failures++;
}

/**
 * tap_ok() - one result
 * @passed: how it went
 * @name: of the test, as for printf
 */
static inline __printf(2, 3)
bool tap_ok(bool passed, const char *name, ...)
{
	va_list args;

	va_start(args, name);
	tap_line(passed, name, args);
	va_end(args);
	return passed;
}

/**
 * tap_is() - one result by comparing numbers; shows both when they differ
 * @got: what came
 * @wanted: what was due
 * @name: of the test, as for printf
 */
static inline __printf(3, 4)
bool tap_is(long long got, long long wanted, const char *name, ...)
{
	va_list args;

	va_start(args, name);
	tap_line(got == wanted, name, args);
	va_end(args);
	if (got != wanted)
		printf("# got %lld (%#llx), wanted %lld (%#llx)\n", got, got, wanted, wanted);
	return got == wanted;
}

/* A test that cannot run here, and why */
static inline void tap_skip(const char *name, const char *why)
{
	printf("ok %u - %s # SKIP %s\n", ++tap_number, name, why);
}

/* The rest makes no sense: for what a test needs and did not get. */
_Noreturn static inline __printf(1, 2)
void tap_bail(const char *why, ...)
{
	va_list args;

	va_start(args, why);
	printf("Bail out! ");
	vprintf(why, args);
	printf("\n");
	va_end(args);
	exit(1);
}

/* Prints the plan; the result is for main() to return. */
static inline int tap_done(void)
{
	printf("1..%u\n", tap_number);
	return tap_failures ? 1 : 0;
}

#endif /* SELFTESTS_TAP_H */
