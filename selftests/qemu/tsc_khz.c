// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print the rate of this machine's time-stamp counter in kHz.
 *
 * An emulated guest reads the host's counter but has no clock to measure it by:
 * each look at one is an exit of unknown length. So the rate is measured here, on
 * the host, and given to the guest as tsc_early_khz=.
 */
#include <limits.h>
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

#define ROUNDS		5
#define TRIES		200		/* for one reading of both clocks */
#define ROUND_NS	50000000LL

struct reading {
	long long ns;
	unsigned long long tsc;
	unsigned long long doubt;		/* cycles within which @ns was taken */
};

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Both clocks at one moment: of many tries the one with the least time in between */
static struct reading read_clocks(void)
{
	struct reading best = { .doubt = ULLONG_MAX };
	int i;

	for (i = 0; i < TRIES; i++) {
		unsigned long long before = __rdtsc();
		long long ns = now();
		unsigned long long after = __rdtsc();

		if (after - before >= best.doubt)
			continue;
		best.ns = ns;
		best.tsc = before + (after - before) / 2;
		best.doubt = after - before;
	}
	return best;
}

int main(void)
{
	unsigned long long least_doubt = ULLONG_MAX, khz = 0;
	struct timespec pause = { .tv_nsec = ROUND_NS };
	int i;

	for (i = 0; i < ROUNDS; i++) {
		struct reading first = read_clocks(), last;

		nanosleep(&pause, NULL);
		last = read_clocks();
		if (first.doubt + last.doubt >= least_doubt)
			continue;
		least_doubt = first.doubt + last.doubt;
		khz = (last.tsc - first.tsc) * 1000000 / (last.ns - first.ns);
	}
	printf("%llu\n", khz);
	return khz ? 0 : 1;
}
