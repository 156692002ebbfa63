// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink messages made up by the contract, Documentation/netlink/specs/cvm.yaml. As data of
 * a call: flags of the message, what is wrong with it (genl.c tells both), and attributes,
 * each of type, length and value; one within another has the bit of nests.
 */
#include <linux/types.h>
#include <string.h>

#include "../../kmod/uapi/cvm_genl.h"
#include "fuzz.h"

#define NESTED	0x80
#define LIES	0x40
#define HEAD	2

/* Flags as genl.c takes them */
#define DUMP	0x01
#define ACK	0x02

static bool is_dump(unsigned long command)
{
	return command == CVM_CMD_MEMORY_GET || command == CVM_CMD_FINDING_GET ||
	       command == CVM_CMD_LEDGER_GET;
}

static void add(struct call *call, uint8_t type, const void *value, unsigned int length)
{
	if (call->length + 2 + length > DATA_MAX)
		return;
	/* of a wrong length now and then */
	if (one_in(24) && length)
		length--;
	call->data[call->length++] = type | (one_in(40) ? LIES : 0);
	call->data[call->length++] = length;
	memcpy(call->data + call->length, value, length);
	call->length += length;
}

static void add_number(struct call *call, uint8_t type, uint64_t value, unsigned int length)
{
	if (one_in(3))
		value = interesting();
	add(call, type, &value, length);
}

static void add_label(struct call *call)
{
	static const char names[][40] = { "", "a label", "%s",
					  "0123456789012345678901234567890",
					  "01234567890123456789012345678901234567" };
	const char *name = names[random_below(5)];
	unsigned int at = call->length;

	if (at + 80 > DATA_MAX)
		return;
	call->length += 2;
	if (!one_in(12))
		add(call, CVM_A_LABEL_NAME, name, strlen(name) + !one_in(8));
	if (!one_in(12))
		add_number(call, CVM_A_LABEL_START, (uint64_t)random_below(64) << 20, 8);
	if (!one_in(12))
		add_number(call, CVM_A_LABEL_LENGTH, 4096 * (1 + random_below(16)), 8);
	if (one_in(2))
		add_number(call, CVM_A_LABEL_IMAGE, random_below(2), 1);
	call->data[at] = CVM_A_AUDIT_LABEL | (one_in(16) ? 0 : NESTED);
	call->data[at + 1] = call->length - at - 2;
}

static void add_any(struct call *call)
{
	uint64_t value = interesting();

	add(call, (1 + random_below(30)) | (one_in(4) ? NESTED : 0), &value, random_below(9));
}

static void add_accept(struct call *call)
{
	unsigned int i;

	for (i = random_below(3); i; i--)
		add_number(call, CVM_A_ACCEPT_NODE, 0, 4);
	if (!one_in(4))
		add_number(call, CVM_A_ACCEPT_AMOUNT, (1 + random_below(4)) << 22, 8);
	if (one_in(2))
		add_number(call, CVM_A_ACCEPT_RATE, (uint64_t)random_below(64) << 20, 8);
	if (one_in(2))
		add_number(call, CVM_A_ACCEPT_FLOOR, (uint64_t)random_below(64) << 20, 8);
}

static void add_audit(struct call *call)
{
	unsigned int i;

	for (i = one_in(2) ? random_below(3) : 0; i; i--)
		add_label(call);
	if (one_in(3))
		add_number(call, CVM_A_AUDIT_RATE, (uint64_t)random_below(64) << 24, 8);
	if (one_in(3))
		add_number(call, CVM_A_AUDIT_HARDWARE, random_below(16), 4);
}

/**
 * generate_message() - make up the message of a call
 * @call: its operation is a command
 */
void generate_message(struct call *call)
{
	unsigned long command = ops[call->op].number;

	call->length = HEAD;
	call->data[0] = is_dump(command) ? DUMP : ACK;
	if (one_in(10))
		call->data[0] = random_bits();
	if (one_in(16))
		call->data[1] = 1 + random_below(7);
	if (command == CVM_CMD_ACCEPT_START)
		add_accept(call);
	if (command == CVM_CMD_AUDIT_RUN)
		add_audit(call);
	if (one_in(8))
		add_any(call);
}

/**
 * mutate_message() - change the message of a call
 * @call: its operation is a command
 */
void mutate_message(struct call *call)
{
	if (call->length < HEAD)
		call->length = HEAD;
	switch (random_below(6)) {
	case 0:
		call->data[0] ^= 1 << random_below(8);
		break;
	case 1:
		call->data[1] = random_below(8);
		break;
	case 2:
		add_any(call);
		break;
	case 3:
		add_label(call);
		break;
	case 4:
		memset(call->data, 0, sizeof(call->data));
		generate_message(call);
		break;
	default:
		call->data[random_below(call->length)] = interesting();
	}
}
