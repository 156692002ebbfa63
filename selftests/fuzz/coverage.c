// SPDX-License-Identifier: GPL-2.0-only
/* What code of the module a thread runs through, by KCOV; Documentation/dev-tools/kcov.rst */
#include <fcntl.h>
#include <linux/kcov.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "fuzz.h"

#define KCOV_FILE	"/sys/kernel/debug/kcov"
#define AREA_ENTRIES	(1u << 17)
#define AREA_BYTES	(AREA_ENTRIES * sizeof(unsigned long))

/* Of the module, so that edges are the same wherever it was loaded */
static unsigned long base;

static bool find_base(const char *module)
{
	char name[64], line[512];
	FILE *file = fopen("/proc/modules", "r");

	base = 0;
	while (file && !base && fgets(line, sizeof(line), file))
		if (sscanf(line, "%63s %*s %*s %*s %*s %lx", name, &base) != 2 ||
		    strcmp(name, module))
			base = 0;
	if (file)
		fclose(file);
	return base;
}

/**
 * coverage_open() - get ready; for the thread that calls
 * @coverage: to use
 * @module: that is built with coverage
 *
 * Return: false when the kernel has no KCOV, or no such module.
 */
bool coverage_open(struct coverage *coverage, const char *module)
{
	memset(coverage, 0, sizeof(*coverage));
	if (!find_base(module))
		return false;
	if (access(KCOV_FILE, F_OK))
		mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	coverage->fd = open(KCOV_FILE, O_RDWR | O_CLOEXEC);
	if (coverage->fd < 0 || ioctl(coverage->fd, KCOV_INIT_TRACE, AREA_ENTRIES))
		return false;
	coverage->area = mmap(NULL, AREA_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
			      coverage->fd, 0);
	return coverage->area != MAP_FAILED;
}

/**
 * coverage_reset() - before an input is run
 * @coverage: to forget the one before
 */
void coverage_reset(struct coverage *coverage)
{
	unsigned int i;

	for (i = 0; i < coverage->count; i++)
		coverage->seen[coverage->touched[i] / 8] = 0;
	coverage->count = 0;
}

/**
 * coverage_begin() - before a call
 * @coverage: that collects
 */
void coverage_begin(struct coverage *coverage)
{
	__atomic_store_n(&coverage->area[0], 0, __ATOMIC_RELAXED);
	ioctl(coverage->fd, KCOV_ENABLE, KCOV_TRACE_PC);
}

static void touch(struct coverage *coverage, uint16_t edge)
{
	uint8_t bit = 1 << edge % 8;

	if (coverage->seen[edge / 8] & bit)
		return;
	coverage->seen[edge / 8] |= bit;
	coverage->touched[coverage->count++] = edge;
}

/**
 * coverage_end() - after a call: an edge is two places one after the other
 * @coverage: that collects
 */
void coverage_end(struct coverage *coverage)
{
	unsigned long i, place, before = 0;
	unsigned long count = __atomic_load_n(&coverage->area[0], __ATOMIC_RELAXED);

	ioctl(coverage->fd, KCOV_DISABLE, 0);
	for (i = 1; i <= count; i++) {
		place = coverage->area[i] - base;
		touch(coverage, (place ^ before * 0x9e37) & (EDGES - 1));
		before = place;
	}
}
