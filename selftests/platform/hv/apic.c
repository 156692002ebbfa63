// SPDX-License-Identifier: GPL-2.0-only
/*
 * The local APIC of this processor. A guest's accesses go to the same device,
 * but for what would reach the hypervisor instead of the guest.
 */
#include "hv.h"

#define APIC_BASE	0xfee00000ul

#define ICR_MODE(icr)		((icr) >> 8 & 7)
#define ICR_MODE_NMI		4
#define ICR_MODE_INIT		5
#define ICR_MODE_STARTUP	6
#define ICR_LOGICAL		(1u << 11)
#define ICR_ASSERT		(1u << 14)
#define ICR_VECTOR(icr)		((uint8_t)(icr))
#define ICR_SHORTHAND(icr)	((icr) >> 18 & 3)

enum shorthand {
	TO_DESTINATION,
	TO_SELF,
	TO_ALL,
	TO_OTHERS,
};

/**
 * apic_read() - read a register
 * @reg: offset in the APIC page
 */
uint32_t apic_read(unsigned int reg)
{
	return *(volatile uint32_t *)(APIC_BASE + reg);
}

/**
 * apic_write() - write a register
 * @reg: offset in the APIC page
 * @value: to write
 */
void apic_write(unsigned int reg, uint32_t value)
{
	*(volatile uint32_t *)(APIC_BASE + reg) = value;
}

/**
 * apic_send_nmi() - send an NMI to a processor
 * @apic_id: whose
 *
 * The guest may be between its two writes of the command register; the high
 * half is put back for it.
 */
void apic_send_nmi(unsigned int apic_id)
{
	uint32_t high = apic_read(APIC_ICR_HIGH);

	apic_write(APIC_ICR_HIGH, apic_id << 24);
	apic_write(APIC_ICR_LOW, 0x4000 | ICR_MODE_NMI << 8);
	apic_write(APIC_ICR_HIGH, high);
}

static bool is_target(const struct vcpu *sender, const struct vcpu *v, uint32_t icr)
{
	unsigned int destination = apic_read(APIC_ICR_HIGH) >> 24;

	switch (ICR_SHORTHAND(icr)) {
	case TO_SELF:
		return v == sender;
	case TO_ALL:
		return true;
	case TO_OTHERS:
		return v != sender;
	default:
		if (destination == 0xff)
			return true;
		if (icr & ICR_LOGICAL)	/* flat model: one bit a processor */
			return destination >> v->apic_id & 1;
		return destination == v->apic_id;
	}
}

static void send_guest_nmi(struct vcpu *v, uint32_t icr)
{
	unsigned int i;

	for (i = 0; i < vcpu_count; i++) {
		if (!is_target(v, &vcpus[i], icr))
			continue;
		vcpus[i].nmi_pending = true;
		if (&vcpus[i] != v && vcpus[i].started)
			smp_kick(&vcpus[i]);
	}
}

/* The end of an INIT, its de-assertion, means nothing to processors newer than the 82489DX */
static void send_startup(struct vcpu *v, uint32_t icr)
{
	bool startup = ICR_MODE(icr) == ICR_MODE_STARTUP;
	unsigned int i;

	if (!personality->startup || !(startup || icr & ICR_ASSERT)) {
		log_trace("apic: vcpu %u: command %x dropped\n", v->id, icr);
		return;
	}
	for (i = 0; i < vcpu_count; i++)
		if (&vcpus[i] != v && is_target(v, &vcpus[i], icr))
			personality->startup(&vcpus[i], startup, ICR_VECTOR(icr));
}

/**
 * apic_guest_write() - a guest writes a register of its APIC
 * @v: the vCPU of this processor
 * @reg: offset in the APIC page
 * @value: to write
 *
 * Return: false when it is an ordinary write that the caller shall do. INIT and
 * startup would reset the processor under the hypervisor: the personality plays them, or
 * they are dropped where a guest starts processors by its own protocol.
 */
bool apic_guest_write(struct vcpu *v, unsigned int reg, uint32_t value)
{
	if (reg != APIC_ICR_LOW)
		return false;
	switch (ICR_MODE(value)) {
	case ICR_MODE_NMI:
		send_guest_nmi(v, value);
		return true;
	case ICR_MODE_INIT:
	case ICR_MODE_STARTUP:
		send_startup(v, value);
		return true;
	default:
		return false;
	}
}
