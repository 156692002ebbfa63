// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model specific registers on behalf of the guest, as far as the policy lets it.
 */
#include "../cpu.h"
#include "../hostile.h"
#include "msr_policy.h"
#include "snp.h"

static bool read_msr(uint32_t msr, uint64_t *value)
{
	switch (msr_policy(msr)) {
	case MSR_READ:
	case MSR_READ_WRITE:
		*value = rdmsr(msr);
		return true;
	case MSR_ZERO:
		*value = 0;
		return true;
	default:
		count_refused_msr(msr, false);
		return false;
	}
}

/**
 * msr_guest_read() - read a register for the guest
 * @msr: its number
 * @value: receives it
 *
 * Return: false for one that the guest does not have.
 */
bool msr_guest_read(uint32_t msr, uint64_t *value)
{
	if (!read_msr(msr, value))
		return false;
	behaviour_contradict("msr", value, sizeof(*value));
	return true;
}

/**
 * msr_guest_write() - write a register for the guest
 * @msr: its number
 * @value: to write
 *
 * Return: false for one that the guest does not have, or may not change.
 */
bool msr_guest_write(uint32_t msr, uint64_t value)
{
	enum msr_policy policy = msr_policy(msr);

	if (policy == MSR_REFUSED || (policy == MSR_READ && rdmsr(msr) != value)) {
		count_refused_msr(msr, true);
		return false;
	}
	if (policy == MSR_READ_WRITE)
		wrmsr(msr, value);
	return true;
}
