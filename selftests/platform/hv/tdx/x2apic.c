// SPDX-License-Identifier: GPL-2.0-only
/*
 * The x2APIC of a TD, on the xAPIC that QEMU has: MSR 800h + n is the register at
 * 16 * n of the APIC page, but for those whose shape differs. Intel SDM volume 3,
 * section 11.12.
 *
 * The TD is told that the timer counts at 25 MHz; QEMU's counts at 1 GHz.
 */
#include "tdx.h"

#define MSR_FIRST	0x800
#define MSR_ID		0x802
#define MSR_LDR		0x80d
#define MSR_ICR		0x830
#define MSR_TMICT	0x838
#define MSR_TMCCT	0x839
#define MSR_SELF_IPI	0x83f

#define REG_ID		0x20
#define REG_ICR_LOW	0x300
#define REG_ICR_HIGH	0x310

#define ICR_LOGICAL	(1u << 11)
#define ICR_SHORTHANDS	(3u << 18)
#define ICR_TO_SELF	(1u << 18)
#define TIMER_SCALE	40

static unsigned int register_of(uint32_t msr)
{
	return (msr - MSR_FIRST) * 16;
}

/* Cluster and position in it, from the APIC id */
static uint64_t logical_id(uint32_t id)
{
	return (uint64_t)(id >> 4) << 16 | 1u << (id & 15);
}

/* Which registers there are, and in which direction: SDM volume 3, table 11-6 */
static bool has_register(uint32_t msr, bool write)
{
	switch (msr) {
	case 0x802 ... 0x803:		/* ID, version */
	case 0x80a:			/* PPR */
	case 0x80d:			/* LDR */
	case 0x810 ... 0x827:		/* ISR, TMR, IRR */
	case 0x839:			/* current count */
		return !write;
	case 0x80b:			/* EOI */
	case 0x83f:			/* self IPI */
		return write;
	case 0x808:			/* TPR */
	case 0x80f:			/* SVR */
	case 0x828:			/* ESR */
	case 0x82f ... 0x830:		/* CMCI, ICR */
	case 0x832 ... 0x838:		/* local vector table, initial count */
	case 0x83e:			/* divide configuration */
		return true;
	default:
		return false;
	}
}

/* EOI and ESR take 0 only, the ICR alone is wider than 32 bits */
static bool takes_value(uint32_t msr, uint64_t value)
{
	switch (msr) {
	case 0x80b:
	case 0x828:
		return !value;
	case 0x808:
	case 0x83f:
		return value <= 0xff;
	case 0x830:
		return true;
	default:
		return value <= 0xffffffff;
	}
}

/**
 * x2apic_read() - RDMSR of an x2APIC register
 * @v: the vCPU of this processor
 * @msr: 800h to 83fh
 * @value: receives it
 *
 * Return: false for what is no register, or cannot be read.
 */
bool x2apic_read(struct vcpu *v, uint32_t msr, uint64_t *value)
{
	if (!has_register(msr, false))
		return false;
	switch (msr) {
	case MSR_ID:
		*value = v->apic_id;
		return true;
	case MSR_LDR:
		*value = logical_id(v->apic_id);
		return true;
	case MSR_ICR:
		*value = apic_read(REG_ICR_LOW) |
			 (uint64_t)(apic_read(REG_ICR_HIGH) >> 24) << 32;
		return true;
	case MSR_TMICT:
		*value = tdx_vcpu(v)->timer_count;
		return true;
	case MSR_TMCCT:
		*value = apic_read(register_of(msr)) / TIMER_SCALE;
		return true;
	default:
		*value = apic_read(register_of(msr));
		return true;
	}
}

static void send(struct vcpu *v, uint32_t destination, uint32_t command)
{
	apic_write(REG_ICR_HIGH, destination << 24);
	if (!apic_guest_write(v, REG_ICR_LOW, command))
		apic_write(REG_ICR_LOW, command);
}

/* A destination of the cluster model is a set: one physical command for each of it */
static void send_command(struct vcpu *v, uint32_t destination, uint32_t command)
{
	unsigned int i;

	if (!(command & ICR_LOGICAL) || command & ICR_SHORTHANDS) {
		send(v, destination, command);
		return;
	}
	for (i = 0; i < vcpu_count; i++) {
		uint64_t id = logical_id(vcpus[i].apic_id);

		if (id >> 16 == destination >> 16 && (uint16_t)id & (uint16_t)destination)
			send(v, vcpus[i].apic_id, command & ~ICR_LOGICAL);
	}
}

static void set_timer(struct vcpu *v, uint64_t count)
{
	uint64_t scaled = count * TIMER_SCALE;

	tdx_vcpu(v)->timer_count = (uint32_t)count;
	/* too long for QEMU's register: an early tick, which the guest starts again */
	apic_write(register_of(MSR_TMICT), scaled > 0xffffffff ? 0xffffffff : scaled);
}

/**
 * x2apic_write() - WRMSR of an x2APIC register
 * @v: the vCPU of this processor
 * @msr: 800h to 83fh
 * @value: to write
 *
 * Return: false for what is no register, cannot be written, or not with this value.
 */
bool x2apic_write(struct vcpu *v, uint32_t msr, uint64_t value)
{
	if (!has_register(msr, true) || !takes_value(msr, value))
		return false;
	switch (msr) {
	case MSR_ICR:
		send_command(v, value >> 32, value);
		return true;
	case MSR_TMICT:
		set_timer(v, (uint32_t)value);
		return true;
	case MSR_SELF_IPI:
		send(v, 0, (value & 0xff) | ICR_TO_SELF);
		return true;
	default:
		apic_write(register_of(msr), value);
		return true;
	}
}
