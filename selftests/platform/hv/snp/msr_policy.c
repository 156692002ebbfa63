// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which model specific registers a guest may reach through the GHCB. Only those
 * that cannot hurt the hypervisor, which runs on the same processor.
 */
#include "../hv.h"
#include "msr_policy.h"

struct msr_range {
	uint32_t first, last;
	enum msr_policy policy;
};

static const struct msr_range ranges[] = {
	{ 0x0000001b, 0x0000001b, MSR_READ },		/* APIC base: the LAPIC must not move */
	{ 0x0000003a, 0x0000003b, MSR_ZERO },		/* feature control, TSC adjust */
	{ 0x00000048, 0x00000049, MSR_ZERO },		/* speculation control */
	{ 0x0000008b, 0x0000008b, MSR_READ },		/* microcode level */
	{ 0x000000e7, 0x000000e8, MSR_READ },		/* MPERF, APERF */
	{ 0x000000fe, 0x000000fe, MSR_READ },		/* MTRR capabilities */
	{ 0x00000179, 0x00000179, MSR_READ },		/* machine check banks */
	{ 0x0000017a, 0x0000017b, MSR_READ_WRITE },	/* machine check status, control */
	{ 0x000001a0, 0x000001a0, MSR_READ },		/* misc enable */
	{ 0x000001d9, 0x000001d9, MSR_ZERO },		/* debug control */
	{ 0x00000200, 0x0000020f, MSR_READ_WRITE },	/* variable MTRRs */
	{ 0x00000250, 0x00000250, MSR_READ_WRITE },	/* fixed MTRRs */
	{ 0x00000258, 0x00000259, MSR_READ_WRITE },
	{ 0x00000268, 0x0000026f, MSR_READ_WRITE },
	{ 0x000002ff, 0x000002ff, MSR_READ_WRITE },	/* default memory type */
	{ 0x00000400, 0x0000047f, MSR_READ_WRITE },	/* machine check banks */
	{ 0xc0010000, 0xc0010007, MSR_ZERO },		/* performance counters */
	{ 0xc0010010, 0xc0010010, MSR_READ },		/* SYSCFG: memory encryption lives there */
	{ 0xc0010015, 0xc0010015, MSR_ZERO },		/* HWCR */
	{ 0xc001001f, 0xc001001f, MSR_ZERO },		/* northbridge configuration */
	{ 0xc0010055, 0xc0010055, MSR_ZERO },		/* interrupt pending message */
	{ 0xc0010058, 0xc0010058, MSR_ZERO },		/* MMIO configuration space */
	{ 0xc0010061, 0xc001006b, MSR_ZERO },		/* P-states */
	{ 0xc0010140, 0xc0010141, MSR_ZERO },		/* OS visible workarounds */
	{ 0xc0010200, 0xc001020b, MSR_ZERO },		/* performance counters */
	{ 0xc0011004, 0xc0011005, MSR_ZERO },		/* CPUID feature overrides */
	{ 0xc0011020, 0xc001102f, MSR_ZERO },		/* load-store and decode configuration */
};

/**
 * msr_policy() - may a guest have this register?
 * @msr: its number
 */
enum msr_policy msr_policy(uint32_t msr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		if (msr >= ranges[i].first && msr <= ranges[i].last)
			return ranges[i].policy;
	return MSR_REFUSED;
}
