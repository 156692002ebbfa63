// SPDX-License-Identifier: LGPL-2.1-or-later
/* Bytes as hexadecimal text and back. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib.h"

char *cvm_hex(char *text, const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *byte = bytes;
	size_t i;

	for (i = 0; i < len; i++) {
		text[2 * i] = digits[byte[i] >> 4];
		text[2 * i + 1] = digits[byte[i] & 15];
	}
	text[2 * len] = '\0';
	return text;
}

char *cvm_hex_short(char text[CVM_HEX_SHORT], const void *bytes, size_t len)
{
	const uint8_t *byte = bytes;

	if (len <= 8)
		return cvm_hex(text, bytes, len);
	snprintf(text, CVM_HEX_SHORT, "%02x%02x%02x%02x\xe2\x80\xa6%02x%02x", byte[0], byte[1],
		 byte[2], byte[3], byte[len - 2], byte[len - 1]);
	return text;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int cvm_unhex(const char *text, size_t text_len, uint8_t *bytes, size_t len)
{
	size_t i;

	if (text_len != 2 * len)
		return -EINVAL;
	for (i = 0; i < len; i++) {
		int high = digit_value(text[2 * i]);
		int low = digit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		bytes[i] = high << 4 | low;
	}
	return 0;
}

bool cvm_is_zero(const void *bytes, size_t len)
{
	const uint8_t *byte = bytes;

	while (len--)
		if (*byte++)
			return false;
	return true;
}
