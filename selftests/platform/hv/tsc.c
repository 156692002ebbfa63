// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rate of the TSC, which no CPUID leaf of QEMU tells. Used for the
 * hypervisor's own time limits only: the launcher tells the guest its rate.
 */
#include "cpu.h"
#include "hv.h"

#define PIT_HZ		1193182
#define PIT_CHANNEL_2	0x42
#define PIT_COMMAND	0x43
#define PIT_GATE	0x61
#define SAMPLES		20

struct sample {
	uint64_t tsc;
	uint32_t count;
};

/*
 * The host may take the processor away at any point. Of several readings, each
 * between two readings of the TSC, the tightest is right.
 */
static struct sample tightest(void)
{
	uint64_t best = ~0ull;
	struct sample result = { 0 };
	unsigned int i;

	for (i = 0; i < SAMPLES; i++) {
		uint64_t before = rdtsc(), after;
		uint32_t count;

		outb(PIT_COMMAND, 0x80);	/* latch channel 2 */
		after = rdtsc();
		count = inb(PIT_CHANNEL_2);
		count |= (uint32_t)inb(PIT_CHANNEL_2) << 8;
		if (after - before >= best)
			continue;
		best = after - before;
		result.tsc = before + best / 2;
		result.count = count;
	}
	return result;
}

static uint64_t measure(void)
{
	struct sample first, last;

	do {
		outb(PIT_GATE, (inb(PIT_GATE) & ~2) | 1);
		outb(PIT_COMMAND, 0xb0);	/* channel 2, mode 0, both bytes */
		outb(PIT_CHANNEL_2, 0xff);
		outb(PIT_CHANNEL_2, 0xff);
		first = tightest();
		do
			last = tightest();
		while (last.count > 20000 && last.count < first.count);
		/* once more if it ran through zero meanwhile */
	} while (last.count >= first.count || first.count < 50000);
	return (last.tsc - first.tsc) * PIT_HZ / (first.count - last.count) / 1000;
}

/**
 * tsc_khz() - rate of the TSC in kHz, measured once
 */
uint64_t tsc_khz(void)
{
	static uint64_t khz;

	if (!khz)
		khz = measure();
	return khz;
}
