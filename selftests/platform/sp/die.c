// SPDX-License-Identifier: GPL-2.0-only
/*
 * A failure of this process ends it, with a reason.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/err.h>

#include "sp.h"

/**
 * die() - end the process
 * @format: the reason, without a newline
 */
void die(const char *format, ...)
{
	va_list arguments;

	fputs("sp: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

/**
 * die_openssl() - end the process for a failure of libcrypto
 * @what: failed
 */
void die_openssl(const char *what)
{
	char reason[256];

	ERR_error_string_n(ERR_get_error(), reason, sizeof(reason));
	die("%s: %s", what, reason);
}
