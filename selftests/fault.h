/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fault injection: the kernel counts the chances to fail that a task has in a call, and lets
 * the n-th one fail (Documentation/fault-injection/fault-injection.rst).
 */
#ifndef SELFTESTS_FAULT_H
#define SELFTESTS_FAULT_H

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

#define FAULT_DEBUG	"/sys/kernel/debug"

static const char *const fault_kinds[] = { "failslab", "fail_page_alloc", "fail_usercopy" };

static int fault_nth = -1;
static unsigned int fault_left;		/* of what was armed, when it was disarmed */

static inline bool fault_put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);

	if (fd >= 0)
		close(fd);
	return done;
}

static inline void fault_set(const char *kind, const char *file, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), FAULT_DEBUG "/%s/%s", kind, file);
	if (!fault_put(path, value))
		tap_bail("cannot write %s to %s: %s; the debug kernel has fault injection", value,
			 path, strerror(errno));
}

static inline void fault_set_all(const char *file, const char *value)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fault_kinds); i++)
		fault_set(fault_kinds[i], file, value);
}

static inline void fault_set_range(const char *which, uint64_t start, uint64_t end)
{
	char file[32], value[32];

	snprintf(file, sizeof(file), "%s-start", which);
	snprintf(value, sizeof(value), "%#" PRIx64, start);
	fault_set_all(file, value);
	snprintf(file, sizeof(file), "%s-end", which);
	snprintf(value, sizeof(value), "%#" PRIx64, end);
	fault_set_all(file, value);
}

/* Only what is done for code in this range counts; 0 and UINT64_MAX: all */
static inline void fault_within(uint64_t start, uint64_t end)
{
	fault_set_range("require", start, end);
}

/* A symbol of the kernel and the one behind it */
static inline bool fault_symbol(const char *wanted, uint64_t *start, uint64_t *end)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	uint64_t address;
	char name[128];

	*start = 0;
	*end = UINT64_MAX;
	while (file && fscanf(file, "%" SCNx64 " %*c %127s%*[^\n]", &address, name) == 2)
		if (!strcmp(name, wanted))
			*start = address;
	if (file && *start)
		rewind(file);
	while (file && *start && fscanf(file, "%" SCNx64 " %*c %127s%*[^\n]", &address, name) == 2)
		if (address > *start && address < *end)
			*end = address;
	if (file)
		fclose(file);
	return *start;
}

/*
 * Allocations that may wait count too, which is not the default, and so do single pages.
 * What kmemleak allocates to remember an object is not the caller's.
 */
static inline void fault_open(void)
{
	uint64_t start, end;

	fault_set_all("verbose", "0");
	fault_set_all("probability", "0");
	fault_set_all("times", "-1");
	fault_set_all("stacktrace-depth", "32");
	fault_set("failslab", "ignore-gfp-wait", "N");
	fault_set("fail_page_alloc", "ignore-gfp-wait", "N");
	fault_set("fail_page_alloc", "min-order", "0");
	if (fault_symbol("__alloc_object", &start, &end))
		fault_set_range("reject", start, end);
	fault_nth = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fault_nth < 0)
		tap_bail("/proc/self/fail-nth: %s", strerror(errno));
}

/* The n-th chance from here on fails */
static inline void fault_arm(unsigned int n)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", n);

	if (pwrite(fault_nth, text, length, 0) != length)
		tap_bail("cannot arm fault injection: %s", strerror(errno));
}

/*
 * Did it fail? No more does from here on. Reading the counter is a chance, too: when that
 * one failed none had before.
 */
static inline bool fault_disarm(void)
{
	char text[16] = "";
	bool fired = pread(fault_nth, text, sizeof(text) - 1, 0) > 0 && !atoi(text);

	fault_left = atoi(text);
	/* as is writing it, which then has disarmed it */
	if (pwrite(fault_nth, "0", 1, 0) != 1 && errno != EFAULT)
		tap_bail("cannot disarm fault injection: %s", strerror(errno));
	return fired;
}

/* So many percent of all chances in a range of code fail, whoever runs it */
static inline void fault_rain(unsigned int percent, uint64_t start, uint64_t end)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", percent);
	fault_within(start, end);
	fault_set_all("probability", text);
}

static inline void fault_dry(void)
{
	fault_set_all("probability", "0");
	fault_within(0, UINT64_MAX);
}

#endif /* SELFTESTS_FAULT_H */
