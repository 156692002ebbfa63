// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What Intel's provisioning service and the caches before it answer, as somebody saved
 * it: issuer chains stand percent-encoded in HTTP headers, CRLs of some caches are
 * hexadecimal text.
 */
#define _GNU_SOURCE /* memmem() */
#include <stdlib.h>
#include <string.h>

#include "tdx.h"

#define TEXT_MAX 0x400000

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* JSON has an object on the outside; nothing else that belongs here begins like one. */
bool cvm_body_is_json(const char *text, size_t len)
{
	for (; len && is_space(*text); len--)
		text++;
	return len && *text == '{';
}

static uint8_t *decode_hex(const char *text, size_t len, size_t *decoded_len)
{
	uint8_t *bytes;

	while (len && is_space(text[len - 1]))
		len--;
	if (len < 4 || memcmp(text, "30", 2))
		return NULL;
	bytes = malloc(len / 2);
	if (bytes && !cvm_unhex(text, len, bytes, len / 2)) {
		*decoded_len = len / 2;
		return bytes;
	}
	free(bytes);
	return NULL;
}

static uint8_t *decode_percent(const char *text, size_t len, size_t *decoded_len)
{
	static const char begin[] = "-----BEGIN%20";
	const char *end = text + len;
	uint8_t *bytes, *at;

	/* behind the name of the header, if that was saved too */
	text = len > TEXT_MAX ? NULL : memmem(text, len, begin, sizeof(begin) - 1);
	if (!text)
		return NULL;
	bytes = malloc(len);
	for (at = bytes; bytes && text < end; at++) {
		bool coded = *text == '%' && end - text > 2 && !cvm_unhex(text + 1, 2, at, 1);

		if (!coded)
			*at = *text;
		text += coded ? 3 : 1;
	}
	*decoded_len = at - bytes;
	return bytes;
}

uint8_t *cvm_body_decode(const char *text, size_t len, size_t *decoded_len)
{
	uint8_t *bytes = decode_hex(text, len, decoded_len);

	return bytes ? bytes : decode_percent(text, len, decoded_len);
}
