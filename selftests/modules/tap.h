/* SPDX-License-Identifier: GPL-2.0-only */
/* TAP in the kernel log, for one module each. */
#ifndef TEST_TAP_H
#define TEST_TAP_H

#include <linux/printk.h>
#include <linux/types.h>

static unsigned int tap_number, tap_failures;

static inline bool ok(bool passed, const char *name)
{
	tap_number++;
	pr_info("%sok %u - %s\n", passed ? "" : "not ", tap_number, name);
	tap_failures += !passed;
	return passed;
}

static inline void is(u64 got, u64 wanted, const char *name)
{
	if (!ok(got == wanted, name))
		pr_info("# got %#llx, wanted %#llx\n", got, wanted);
}

static inline void tap_done(void)
{
	pr_info("1..%u\n", tap_number);
}

#endif /* TEST_TAP_H */
