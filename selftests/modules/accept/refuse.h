/* SPDX-License-Identifier: GPL-2.0-only */
/* Included ahead of accept.c: its call to the allocator goes through the test. */
#ifndef ACCEPT_REFUSE_H
#define ACCEPT_REFUSE_H

#define pr_fmt(fmt) "cvm: " fmt

#include <linux/gfp.h>

int test_contig_range(unsigned long start, unsigned long end);

#undef alloc_contig_range
#define alloc_contig_range(start, end, ...)	test_contig_range(start, end)

#endif /* ACCEPT_REFUSE_H */
