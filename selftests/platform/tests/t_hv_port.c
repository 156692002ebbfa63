// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ports: what the guest does not have, and the ways to end a run.
 */
#include "../hv/hv.h"
#include "t_tap.h"

void log_info(const char *format, ...)
{
	(void)format;
}

void stop(enum stop_code code)
{
	(void)code;
	__builtin_trap();
}

static char asked;

void question_answer(char what)
{
	asked = what;
}

static bool ends(uint16_t port, uint32_t value, enum stop_code wanted)
{
	enum stop_code code;

	return port_ends_run(port, value, &code) && code == wanted;
}

static bool goes_on(uint16_t port, uint32_t value)
{
	enum stop_code code;

	return !port_ends_run(port, value, &code);
}

int main(void)
{
	tap_ok(!port_is_hidden(0x3f8, 1) && !port_is_hidden(0x2f7, 1) && !port_is_hidden(0x300, 4),
	       "the guest has its serial port, and what is beside the hypervisor's");
	tap_ok(port_is_hidden(0x2f8, 1) && port_is_hidden(0x2ff, 1), "the host link is hidden");
	tap_ok(port_is_hidden(0x2f5, 4) && port_is_hidden(0x2f7, 2), "also from wide accesses");
	tap_ok(port_is_hidden(0xe9, 1) && port_is_hidden(0xf4, 4) && port_is_hidden(0xf1, 4),
	       "log and exit are hidden");
	tap_ok(port_is_hidden(0x514, 4) && port_is_hidden(0x518, 4) && !port_is_hidden(0x510, 2),
	       "DMA of the firmware configuration is hidden, its data port is not");

	tap_ok(ends(0x604, 0x2000, STOP_POWER_OFF) && ends(0x604, 0x3c01, STOP_POWER_OFF),
	       "ACPI power off");
	tap_ok(ends(0x605, 0x20, STOP_POWER_OFF), "by its upper half");
	tap_ok(goes_on(0x604, 1) && goes_on(0x605, 0x1c), "switching ACPI on is no power off");
	tap_ok(ends(0x64, 0xfe, STOP_RESET) && goes_on(0x64, 0xd1), "reset by the keyboard controller");
	tap_ok(ends(0x92, 1, STOP_RESET) && goes_on(0x92, 2), "by port 92h");
	tap_ok(ends(0xcf9, 6, STOP_RESET) && goes_on(0xcf9, 2), "by port cf9h");
	tap_ok(goes_on(0xcf8, 0x80000400), "an address of PCI configuration is none");
	port_guest_out(QUESTION_PORT, 1, 's');
	tap_ok(asked == 's', "a question reaches the platform, and no device");
	return tap_done();
}
