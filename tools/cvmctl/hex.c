// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

/* Bytes shown on each side of an elided value */
#define HEAD 6
#define TAIL 4

/* Lower case without separators, for free(). */
char *hex_encode(const uint8_t *data, size_t len)
{
	char *text = malloc(2 * len + 1);

	return text ? cvm_hex(text, data, len) : NULL;
}

/* -EINVAL for anything but pairs of digits, -E2BIG for more than @max bytes. */
int hex_decode(const char *text, uint8_t *data, size_t max, size_t *len)
{
	size_t n = strlen(text);

	if (!n || n % 2)
		return -EINVAL;
	if (n / 2 > max)
		return -E2BIG;
	*len = n / 2;
	return cvm_unhex(text, n, data, n / 2);
}

/* Hex with the middle left out, unless the user wants it all or little would be left out. */
const char *hex_elided(const uint8_t *data, size_t len, char *text, size_t size)
{
	char head[2 * HEAD + 1], tail[2 * TAIL + 1];

	if (2 * len < size && (settings.verbose || len <= HEAD + TAIL + 2))
		return cvm_hex(text, data, len);
	cvm_hex(head, data, HEAD);
	cvm_hex(tail, data + len - TAIL, TAIL);
	snprintf(text, size, "%s%s%s", head, term_ellipsis(), tail);
	return text;
}

bool hex_is_zero(const uint8_t *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (data[i])
			return false;
	return true;
}
