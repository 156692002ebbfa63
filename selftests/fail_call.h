/* SPDX-License-Identifier: GPL-2.0-only */
/* A call that shall fail at each of its points, and how to tell whether it failed cleanly. */
#ifndef SELFTESTS_FAIL_CALL_H
#define SELFTESTS_FAIL_CALL_H

#include <stddef.h>

/**
 * struct fail_call - a call, made again and again
 * @name: of it
 * @prepare: what it needs, before each; may be NULL
 * @run: the call itself, and nothing else: 0 or a negative errno
 * @wrong: after it: what is not as its result says, NULL when all is. May be NULL
 * @undo: takes back what it made; may be NULL
 * @errors: it may fail with, beside ENOMEM and EFAULT; ended by 0, may be NULL
 * @few: fail so many of its points only, spread evenly, because the call takes long; 0: all
 */
struct fail_call {
	const char *name;
	void (*prepare)(void);
	int (*run)(void);
	const char *(*wrong)(int ret);
	void (*undo)(void);
	const int *errors;
	unsigned int few;
};

#endif /* SELFTESTS_FAIL_CALL_H */
