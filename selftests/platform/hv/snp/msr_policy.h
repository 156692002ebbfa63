/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SNP_MSR_POLICY_H
#define SNP_MSR_POLICY_H

#include <stdint.h>

enum msr_policy {
	MSR_REFUSED,		/* #GP(0) */
	MSR_READ,		/* value of the machine, writes are refused */
	MSR_READ_WRITE,		/* the machine's own register */
	MSR_ZERO,		/* reads as 0, writes are dropped */
};

enum msr_policy msr_policy(uint32_t msr);

#endif /* SNP_MSR_POLICY_H */
