// SPDX-License-Identifier: GPL-2.0-only
/*
 * Port I/O on behalf of the guest: the machine's devices, less what is the
 * hypervisor's own, and the ways to switch the machine off.
 */
#include "cpu.h"
#include "hostile.h"
#include "hv.h"

#define COM2		0x2f8
#define DEBUG_CONSOLE	0xe9
#define DEBUG_EXIT	0xf4
#define FW_CFG_DMA	0x514
#define ACPI_PM1_CONTROL	0x604
#define ACPI_SLEEP_ENABLE	0x2000
#define KEYBOARD_COMMAND	0x64
#define KEYBOARD_RESET		0xfe
#define FAST_RESET		0x92
#define FAST_RESET_CPU		0x01
#define RESET_CONTROL		0xcf9
#define RESET_CPU		0x04

static const struct {
	uint16_t first, last;
} hidden[] = {
	{ COM2, COM2 + 7 },
	{ DEBUG_CONSOLE, DEBUG_CONSOLE },
	{ DEBUG_EXIT, DEBUG_EXIT + 3 },
	{ FW_CFG_DMA, FW_CFG_DMA + 7 },	/* it would write wherever the guest says */
};

/**
 * port_is_hidden() - does an access touch a port that the guest does not have?
 * @port: first port
 * @size: 1, 2 or 4 bytes
 */
bool port_is_hidden(uint16_t port, unsigned int size)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hidden); i++)
		if (port <= hidden[i].last && port + size > hidden[i].first)
			return true;
	return false;
}

/**
 * port_ends_run() - does a write switch the machine off, or reset it?
 * @port: first port
 * @value: written
 * @code: receives which of the two
 *
 * ACPI's sleep control is 16 bits wide and may be written in two halves.
 */
bool port_ends_run(uint16_t port, uint32_t value, enum stop_code *code)
{
	*code = STOP_RESET;
	switch (port) {
	case ACPI_PM1_CONTROL:
		*code = STOP_POWER_OFF;
		return value & ACPI_SLEEP_ENABLE;
	case ACPI_PM1_CONTROL + 1:
		*code = STOP_POWER_OFF;
		return value & (ACPI_SLEEP_ENABLE >> 8);
	case KEYBOARD_COMMAND:
		return (uint8_t)value == KEYBOARD_RESET;
	case FAST_RESET:
		return value & FAST_RESET_CPU;
	case RESET_CONTROL:
		return value & RESET_CPU;
	default:
		return false;
	}
}

/*
 * A device that makes its driver share a buffer and take it back, as often as the argument
 * says. A driver asks what it wants by reading 16 bits of the question port.
 */
static bool device_wants(void)
{
	static uint64_t left;

	if (!behaviour_is("flap"))
		left = 0;
	else if (!behaviour_played())
		left = behaviour_number();
	if (!left)
		return false;
	left--;
	return behaviour_plays("flap");
}

/**
 * port_guest_in() - read a port for the guest
 * @port: the port
 * @size: 1, 2 or 4 bytes
 *
 * Return: all ones for what the guest must not see.
 */
uint32_t port_guest_in(uint16_t port, unsigned int size)
{
	if (port_is_hidden(port, size))
		return ~0u;
	if (port == QUESTION_PORT)
		return size == 2 ? device_wants() : behaviour_played();
	switch (size) {
	case 1:
		return inb(port);
	case 2:
		return inw(port);
	default:
		return inl(port);
	}
}

/**
 * port_guest_out() - write a port for the guest
 * @port: the port
 * @size: 1, 2 or 4 bytes
 * @value: to write
 */
void port_guest_out(uint16_t port, unsigned int size, uint32_t value)
{
	enum stop_code code;

	if (port_is_hidden(port, size))
		return;
	if (port == QUESTION_PORT) {
		question_answer(value);
		return;
	}
	if (port_ends_run(port, value, &code)) {
		log_info("hv: the guest %s\n", code == STOP_RESET ? "resets" : "switches off");
		stop(code);
	}
	switch (size) {
	case 1:
		outb(port, value);
		break;
	case 2:
		outw(port, value);
		break;
	default:
		outl(port, value);
	}
}
