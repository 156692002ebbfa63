// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices through the GHCB: port and memory-mapped accesses, MSRs. GHCB
 * specification 2.03, sections 4.1.2, 4.1.3 and 4.1.4.
 */
#include "ghcb_call.h"
#include "snp.h"

/* SW_EXITINFO1 of IOIO is EXITINFO1 of the #VMEXIT: APM volume 2, section 15.10.2 */
#define IOIO_IN(info)		((info) & 1)
#define IOIO_STRING(info)	((info) >> 2 & 1)
#define IOIO_SIZE(info)		((unsigned int)((info) >> 4 & 7))
#define IOIO_PORT(info)		((uint16_t)((info) >> 16))

static uint32_t bytes_of(const void *data, unsigned int size)
{
	uint32_t value = 0;

	memcpy(&value, data, size);
	return value;
}

/* The attacks are against the RMP */
static bool is_attack(uint16_t port, unsigned int size)
{
	return port == ATTACK_PORT && size == 4 && snp_has(SEV_STATUS_SNP);
}

static uint32_t port_in(uint16_t port, unsigned int size)
{
	if (is_attack(port, size))
		return attack_count();
	return port_guest_in(port, size);
}

static void port_out(struct vcpu *v, uint16_t port, unsigned int size, uint32_t value)
{
	if (is_attack(port, size))
		attack_order(v, value);
	else
		port_guest_out(port, size, value);
}

static void string_io(struct ghcb_call *call, uint16_t port, unsigned int size)
{
	uint64_t count = call->info2;
	uint8_t *data;

	if (!ghcb_require(call, GHCB_SCRATCH))
		return;
	if (count > SNP_SCRATCH_MAX) {
		ghcb_fail(call, GHCB_ERR_INVALID_INPUT);
		return;
	}
	data = ghcb_scratch(call, count * size);
	if (!data)
		return;
	for (; count; count--, data += size) {
		uint32_t value;

		if (IOIO_IN(call->info1)) {
			value = port_in(port, size);
			memcpy(data, &value, size);
		} else {
			port_out(call->v, port, size, bytes_of(data, size));
		}
	}
	ghcb_succeed(call, 0);
}

/**
 * ghcb_ioio() - IN, OUT, INS and OUTS
 * @call: the call
 */
void ghcb_ioio(struct ghcb_call *call)
{
	unsigned int size = IOIO_SIZE(call->info1);
	uint16_t port = IOIO_PORT(call->info1);

	if (size != 1 && size != 2 && size != 4) {
		ghcb_fail(call, GHCB_ERR_INVALID_INPUT);
	} else if (IOIO_STRING(call->info1)) {
		string_io(call, port, size);
	} else if (IOIO_IN(call->info1)) {
		ghcb_return_rax(call, port_in(port, size));
		ghcb_succeed(call, 0);
	} else if (ghcb_require(call, GHCB_RAX)) {
		port_out(call->v, port, size, bytes_of(&call->rax, size));
		ghcb_succeed(call, 0);
	}
}

/**
 * ghcb_mmio() - read or write a device register
 * @call: the call
 *
 * A guest must not reach its own or the hypervisor's memory this way.
 */
void ghcb_mmio(struct ghcb_call *call)
{
	uint64_t size = call->info2, value = 0;
	void *data;

	if ((size != 1 && size != 2 && size != 4 && size != 8) || call->info1 % size ||
	    !mmio_allowed(call->info1, size)) {
		ghcb_fail(call, GHCB_ERR_INVALID_INPUT);
		return;
	}
	data = ghcb_scratch(call, size);
	if (!data)
		return;
	if (call->code == GHCB_EXIT_MMIO_READ) {
		value = mmio_read(call->info1, size);
		memcpy(data, &value, size);
	} else {
		memcpy(&value, data, size);
		mmio_write(call->v, call->info1, value, size);
	}
	ghcb_succeed(call, 0);
}

static void read_msr(struct ghcb_call *call, uint32_t msr)
{
	uint64_t value;

	if (!msr_guest_read(msr, &value)) {
		ghcb_inject_gp(call);
		return;
	}
	ghcb_return_rax(call, value & 0xffffffff);
	ghcb_return_rdx(call, value >> 32);
	ghcb_succeed(call, 0);
}

static void write_msr(struct ghcb_call *call, uint32_t msr)
{
	if (msr_guest_write(msr, (call->rax & 0xffffffff) | call->rdx << 32))
		ghcb_succeed(call, 0);
	else
		ghcb_inject_gp(call);
}

/**
 * ghcb_msr_access() - RDMSR and WRMSR
 * @call: the call
 */
void ghcb_msr_access(struct ghcb_call *call)
{
	uint32_t msr = call->rcx;

	if (call->info1 > 1)
		ghcb_fail(call, GHCB_ERR_INVALID_INPUT);
	else if (!call->info1)
		read_msr(call, msr);
	else if (ghcb_require(call, GHCB_RAX | GHCB_RDX))
		write_msr(call, msr);
}
