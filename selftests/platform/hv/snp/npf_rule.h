/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a memory access ends in that the nested tables did not allow.
 */
#ifndef SNP_NPF_RULE_H
#define SNP_NPF_RULE_H

#include <stdbool.h>

#include "../hv.h"

/**
 * struct npf_access - an access and the page it went to
 * @encrypted: through the C-bit
 * @write: it is a write
 * @table_walk: the processor walked the guest's page tables
 * @state: of the page
 * @vmsa: the page holds a VM save area
 */
struct npf_access {
	bool encrypted;
	bool write;
	bool table_walk;
	enum page_state state;
	bool vmsa;
};

enum npf_action {
	NPF_RETRY,		/* allowed by now: another vCPU changed the page */
	NPF_MMIO,		/* #VC, the guest emulates the access */
	NPF_NOT_VALIDATED,	/* #VC, page not validated */
	NPF_CIPHERTEXT,		/* the guest reads what the memory chip holds */
	NPF_WALK_ENCRYPTED,	/* tables are encrypted whatever the C-bit says */
	NPF_VIOLATION,		/* hardware faults into the host; the VM stops */
};

enum npf_action npf_rule(struct npf_access access);
const char *npf_violation_name(struct npf_access access);

#endif /* SNP_NPF_RULE_H */
