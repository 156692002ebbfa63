// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault_load SECONDS: a foreground that needs memory. Touches new pages one by one, gives
 * them back, and begins again; prints the 99th percentile of what a touch took, in ns.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define PAGE		4096
#define PAGES		8192
#define MEMORY		((size_t)PAGES * PAGE)	/* 32 MiB at a time */
#define BUCKET_NS	50
#define BUCKETS		200000		/* up to 10 ms; the last takes what is longer */

static uint32_t histogram[BUCKETS];

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static char *new_memory(void)
{
	char *memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);

	/* page by page, as most faults are */
	if (memory == MAP_FAILED || madvise(memory, MEMORY, MADV_NOHUGEPAGE)) {
		perror("fault_load");
		exit(1);
	}
	return memory;
}

static void touch_all(volatile char *memory)
{
	uint64_t before = now(), after, bucket;
	unsigned int i;

	for (i = 0; i < PAGES; i++, before = after) {
		memory[(size_t)i * PAGE] = 1;
		after = now();
		bucket = (after - before) / BUCKET_NS;
		histogram[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
	}
}

static uint64_t percentile(unsigned int percent)
{
	uint64_t all = 0, below = 0;
	unsigned int i;

	for (i = 0; i < BUCKETS; i++)
		all += histogram[i];
	for (i = 0; i < BUCKETS && below * 100 <= all * percent; i++)
		below += histogram[i];
	return (uint64_t)i * BUCKET_NS;
}

int main(int argc, char **argv)
{
	uint64_t end = now() + (argc == 2 ? strtoull(argv[1], NULL, 10) : 1) * 1000000000;
	char *memory;

	do {
		memory = new_memory();
		touch_all(memory);
		munmap(memory, MEMORY);
	} while (now() < end);
	printf("%llu\n", (unsigned long long)percentile(99));
	return 0;
}
