// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inputs as bytes: of each call its operation, how it is made, the length of its argument in
 * two bytes, and the argument. As text, in hexadecimal, they are lines of a file of seeds.
 */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

#define HEAD	4

/**
 * call_trim() - take the zeros from the end of an argument
 * @call: that has it
 */
void call_trim(struct call *call)
{
	while (call->length && !call->data[call->length - 1])
		call->length--;
}

/**
 * input_write() - make bytes of an input
 * @input: it
 * @bytes: BYTES_MAX of room
 *
 * Return: bytes written.
 */
size_t input_write(const struct input *input, uint8_t *bytes)
{
	const struct call *call;
	size_t at = 0;

	for (call = input->calls; call < input->calls + input->count; call++) {
		bytes[at++] = call->op;
		bytes[at++] = call->how;
		bytes[at++] = call->length & 0xff;
		bytes[at++] = call->length >> 8;
		memcpy(bytes + at, call->data, call->length);
		at += call->length;
	}
	return at;
}

/**
 * input_read() - make an input of bytes
 * @input: it
 * @bytes: from input_write()
 * @length: how many
 *
 * Return: whether they are one.
 */
bool input_read(struct input *input, const uint8_t *bytes, size_t length)
{
	struct call *call;
	size_t at = 0;

	memset(input, 0, sizeof(*input));
	while (at < length && input->count < CALLS_MAX) {
		call = &input->calls[input->count++];
		if (length - at < HEAD)
			return false;
		call->op = bytes[at];
		call->how = bytes[at + 1];
		call->length = bytes[at + 2] | bytes[at + 3] << 8;
		at += HEAD;
		if (call->op >= n_ops || call->length > DATA_MAX || call->length > length - at)
			return false;
		memcpy(call->data, bytes + at, call->length);
		at += call->length;
	}
	return input->count && at == length;
}

/**
 * input_from_text() - make an input of a line
 * @input: it
 * @text: hexadecimal digits, up to the end of the line
 *
 * Return: whether they are one.
 */
bool input_from_text(struct input *input, const char *text)
{
	uint8_t bytes[BYTES_MAX];
	size_t length;

	for (length = 0; length < sizeof(bytes); length++)
		if (sscanf(text + 2 * length, "%2hhx", &bytes[length]) != 1)
			break;
	return input_read(input, bytes, length);
}

/**
 * input_to_text() - make a line of an input
 * @input: it
 * @text: 2 * BYTES_MAX + 1 of room
 */
void input_to_text(const struct input *input, char *text)
{
	uint8_t bytes[BYTES_MAX];
	size_t length = input_write(input, bytes), i;

	for (i = 0; i < length; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
	text[2 * length] = '\0';
}
