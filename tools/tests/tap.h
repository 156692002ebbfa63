/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TAP for the tests of libcvm: results, the plan at the end, the exit status. */
#ifndef CVM_TESTS_TAP_H
#define CVM_TESTS_TAP_H

#include <stdbool.h>

/* One result; returns @good. */
bool tap_ok(bool good, const char *name, ...) __attribute__((format(printf, 2, 3)));
void tap_skip(const char *name, const char *why, ...) __attribute__((format(printf, 2, 3)));
void tap_note(const char *text, ...) __attribute__((format(printf, 1, 2)));
/* For what must work before there is anything to test. */
void tap_bail_out(const char *why, ...) __attribute__((format(printf, 1, 2), noreturn));
/* The plan; what main() returns. */
int tap_done(void);

#endif /* CVM_TESTS_TAP_H */
