// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

/* Bytes shown on each side of an elided value */
#define HEAD 6
#define TAIL 4

static void put(char *text, const uint8_t *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < len; i++) {
		*text++ = digits[data[i] >> 4];
		*text++ = digits[data[i] & 15];
	}
	*text = '\0';
}

/* Lower case without separators, for free(). */
char *hex_encode(const uint8_t *data, size_t len)
{
	char *text = malloc(2 * len + 1);

	if (text)
		put(text, data, len);
	return text;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* -EINVAL for anything but pairs of digits, -E2BIG for more than @max bytes. */
int hex_decode(const char *text, uint8_t *data, size_t max, size_t *len)
{
	size_t i, n = strlen(text);

	if (!n || n % 2)
		return -EINVAL;
	if (n / 2 > max)
		return -E2BIG;
	for (i = 0; i < n / 2; i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		data[i] = high << 4 | low;
	}
	*len = n / 2;
	return 0;
}

/* Hex with the middle left out, unless the user wants it all or little would be left out. */
const char *hex_elided(const uint8_t *data, size_t len, char *text, size_t size)
{
	char head[2 * HEAD + 1], tail[2 * TAIL + 1];

	if (2 * len < size && (settings.verbose || len <= HEAD + TAIL + 2)) {
		put(text, data, len);
		return text;
	}
	put(head, data, HEAD);
	put(tail, data + len - TAIL, TAIL);
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
