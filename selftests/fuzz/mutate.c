// SPDX-License-Identifier: GPL-2.0-only
/* Inputs that have reached something, changed a little. */
#include <string.h>

#include "fuzz.h"

static void insert(struct input *input, const struct call *call)
{
	unsigned int at = random_below(input->count + 1);

	if (input->count == CALLS_MAX)
		return;
	memmove(&input->calls[at + 1], &input->calls[at],
		(input->count - at) * sizeof(input->calls[0]));
	input->calls[at] = *call;
	input->count++;
}

static void remove_one(struct input *input)
{
	unsigned int at = random_below(input->count);

	if (input->count == 1)
		return;
	input->count--;
	memmove(&input->calls[at], &input->calls[at + 1],
		(input->count - at) * sizeof(input->calls[0]));
}

static void change_byte(struct call *call)
{
	unsigned int at;

	if (!call->length)
		call->length = 1;
	at = random_below(call->length);
	switch (random_below(4)) {
	case 0:
		call->data[at] ^= 1 << random_below(8);
		break;
	case 1:
		call->data[at] += one_in(2) ? 1 : -1;
		break;
	default:
		call->data[at] = random_bits();
	}
}

static void change_length(struct call *call)
{
	unsigned int length = random_below(call->length + 2);

	if (length > DATA_MAX)
		return;
	if (length < call->length)
		memset(call->data + length, 0, call->length - length);
	call->length = length;
}

static void change_argument(struct call *call)
{
	const struct op *op = &ops[call->op];

	if (op->n_fields && !one_in(4))
		generate_field(call, op, &op->fields[random_below(op->n_fields)]);
	else if (op->door == DOOR_GENL && !one_in(4))
		mutate_message(call);
	else if (one_in(6))
		change_length(call);
	else
		change_byte(call);
}

static void change_once(struct input *input, const struct input *other)
{
	struct call *call = &input->calls[random_below(input->count)];
	struct call made;

	switch (random_below(10)) {
	case 0:
		generate_call(&made);
		insert(input, &made);
		break;
	case 1:
		insert(input, &other->calls[random_below(other->count)]);
		break;
	case 2:
		made = *call;
		insert(input, &made);
		break;
	case 3:
		remove_one(input);
		break;
	case 4:
		call->how ^= 1 << random_below(7);
		break;
	default:
		change_argument(call);
	}
}

/**
 * mutate() - change an input
 * @input: it
 * @other: one to take calls from
 */
void mutate(struct input *input, const struct input *other)
{
	unsigned int times = 1 + random_below(4), i;

	while (times--)
		change_once(input, other);
	for (i = 0; i < input->count; i++)
		call_trim(&input->calls[i]);
}
