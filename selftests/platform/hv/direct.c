// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ports straight through, for guests that have no protocol of their own for them.
 * The ways to end the run are watched, and what is the hypervisor's own.
 */
#include "hv.h"

/* see port.c */
static const uint16_t watched[] = { 0x64, 0x92, 0x604, 0x605, 0xcf9 };

#define IOIO_IN		0x1
#define IOIO_STRING	0x4
#define IOIO_SIZE(info)	((info) >> 4 & 7)
#define IOIO_PORT(info)	((info) >> 16 & 0xffff)

static bool is_watched(uint16_t port)
{
	unsigned int i;

	if (port_is_hidden(port, 1) || port == QUESTION_PORT)
		return true;
	for (i = 0; i < ARRAY_SIZE(watched); i++)
		if (port == watched[i])
			return true;
	return false;
}

/**
 * direct_allow_ports() - no exit for ports that are not watched
 */
void direct_allow_ports(void)
{
	uint32_t port;

	for (port = 0; port < 0x10000; port++)
		if (!is_watched(port))
			vcpu_allow_port(port);
}

/* A 32-bit register is extended with zeros, a shorter one keeps what it had */
static void set_rax(struct vmcb_save *save, uint32_t value, unsigned int size)
{
	memcpy(&save->rax, &value, size);
	if (size == 4)
		save->rax = value;
}

/**
 * direct_port_exit() - serve an access to a port that is watched
 * @v: the vCPU
 *
 * Return: false for string I/O, which no driver of such a port does.
 */
bool direct_port_exit(struct vcpu *v)
{
	uint64_t info = v->vmcb->control.exit_info_1;
	uint16_t port = IOIO_PORT(info);
	struct vmcb_save *save = &v->vmcb->save;

	if (info & IOIO_STRING)
		return false;
	if (info & IOIO_IN)
		set_rax(save, port_guest_in(port, IOIO_SIZE(info)), IOIO_SIZE(info));
	else
		port_guest_out(port, IOIO_SIZE(info), save->rax);
	save->rip = v->vmcb->control.exit_info_2;
	return true;
}
