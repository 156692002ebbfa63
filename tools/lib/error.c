// SPDX-License-Identifier: LGPL-2.1-or-later
/* How the offline half says what failed and why. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "lib.h"

int cvm_error_set(struct cvm_error *err, int ret, enum cvm_error_code code, const char *what,
		  const char *why, ...)
{
	va_list args;

	if (!err)
		return ret;
	err->code = code;
	snprintf(err->what, sizeof(err->what), "%s", what);
	va_start(args, why);
	vsnprintf(err->why, sizeof(err->why), why, args);
	va_end(args);
	return ret;
}

int cvm_error_nomem(struct cvm_error *err, const char *what)
{
	return cvm_error_set(err, -ENOMEM, CVM_ERR_INTERNAL, what, "out of memory");
}
