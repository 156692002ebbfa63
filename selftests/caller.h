/* SPDX-License-Identifier: GPL-2.0-only */
/* Callers that get their structures wrong, or may not call. */
#ifndef SELFTESTS_CALLER_H
#define SELFTESTS_CALLER_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

#define CALLER_PAGE	4096
#define CALLER_NOBODY	65534

/* A later kernel's structure: ours, and a tail that ours does not know */
union longer {
	struct cvm_evidence evidence;
	uint8_t bytes[CALLER_PAGE];
	uint32_t size;
};

/* Every size but the right one, for a command whose structure has @known bytes */
static inline void caller_sizes(int fd, unsigned long command, size_t known, const char *name)
{
	const uint32_t small[] = { 0, 3, 4, known - 1 };
	union longer argument;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(small); i++) {
		memset(&argument, 0, sizeof(argument));
		argument.size = small[i];
		tap_is(device_call(fd, command, &argument), -EINVAL, "%s: size %u", name, small[i]);
	}
	memset(&argument, 0, sizeof(argument));
	argument.size = CALLER_PAGE + 1;
	tap_is(device_call(fd, command, &argument), -E2BIG, "%s: size above a page", name);
	argument.size = UINT32_MAX;
	tap_is(device_call(fd, command, &argument), -E2BIG, "%s: largest size", name);
	argument.size = known + 8;
	argument.bytes[known + 7] = 1;
	tap_is(device_call(fd, command, &argument), -E2BIG, "%s: unknown tail is not zero", name);
	argument.size = CALLER_PAGE;
	argument.bytes[known + 7] = 0;
	argument.bytes[CALLER_PAGE - 1] = 1;
	tap_is(device_call(fd, command, &argument), -E2BIG, "%s: last byte of a page", name);
}

/* A child without privilege: true in the child */
static inline bool caller_fork_nobody(pid_t *child)
{
	*child = fork();
	if (*child < 0)
		tap_bail("fork: %s", strerror(errno));
	if (*child)
		return false;
	if (setgid(CALLER_NOBODY) || setuid(CALLER_NOBODY))
		_exit(255);
	return true;
}

static inline int caller_result(pid_t child)
{
	int status;

	waitpid(child, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) == 255)
		tap_bail("the child without privilege failed: status %#x", status);
	return -WEXITSTATUS(status);
}

/* Runs a test as nobody; its result is 0 or a negative errno */
static inline int caller_nobody(int (*test)(int fd), int fd)
{
	pid_t child;

	if (caller_fork_nobody(&child))
		_exit(-test(fd));
	return caller_result(child);
}

/* Runs a command as nobody, its output unseen; its exit status, negated */
static inline int caller_nobody_runs(const char *command)
{
	pid_t child;

	if (caller_fork_nobody(&child)) {
		if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
			_exit(255);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(255);
	}
	return caller_result(child);
}

/* For caller_nobody(): @fd is the flags of open() */
static inline int caller_open(int fd)
{
	int opened = open(CVM_DEVICE, fd);

	return opened < 0 ? -errno : 0;
}

#endif /* SELFTESTS_CALLER_H */
