// SPDX-License-Identifier: LGPL-2.1-or-later
/* TAP for the tests of libcvm. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tap.h"

static int tests, failed;

static void print(const char *text, va_list args)
{
	vprintf(text, args);
	printf("\n");
	fflush(stdout);
}

bool tap_ok(bool good, const char *name, ...)
{
	va_list args;

	failed += !good;
	printf("%sok %d - ", good ? "" : "not ", ++tests);
	va_start(args, name);
	print(name, args);
	va_end(args);
	return good;
}

void tap_skip(const char *name, const char *why, ...)
{
	va_list args;

	printf("ok %d - %s # SKIP ", ++tests, name);
	va_start(args, why);
	print(why, args);
	va_end(args);
}

void tap_note(const char *text, ...)
{
	va_list args;

	printf("# ");
	va_start(args, text);
	print(text, args);
	va_end(args);
}

void tap_bail_out(const char *why, ...)
{
	va_list args;

	printf("Bail out! ");
	va_start(args, why);
	print(why, args);
	va_end(args);
	exit(1);
}

int tap_done(void)
{
	printf("1..%d\n", tests);
	return failed || !tests;
}
