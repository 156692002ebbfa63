/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The SEV and SEV-ES personalities: guests whose memory is encrypted, and whose host is
 * not kept from changing it. What they have in common with SNP is in ../snp/.
 */
#ifndef SEV_SEV_H
#define SEV_SEV_H

#include <stdbool.h>
#include <stdint.h>

#include "../snp/snp.h"

/**
 * struct view_access - an access that the nested tables did not allow
 * @encrypted: through the C-bit, or with paging off
 * @table_walk: the processor walked the guest's page tables
 * @fetch: it fetched an instruction
 * @state: of the page
 */
struct view_access {
	bool encrypted;
	bool table_walk;
	bool fetch;
	enum page_state state;
};

enum view_action {
	VIEW_RETRY,		/* allowed by now: another vCPU turned the page */
	VIEW_DEVICE,		/* no memory there */
	VIEW_TURN,		/* the page is seen through the other key from now on */
	VIEW_WALK_ENCRYPTED,	/* tables are encrypted whatever the C-bit says */
	VIEW_VIOLATION,		/* nothing that the platform can show */
};

/* view.c */
enum view_action view_rule(struct view_access access);
bool view_fault(struct vcpu *v);
void view_touch(struct vcpu *v, uint64_t gpa, bool private);
void view_stop(struct vcpu *v, uint64_t gpa, const char *what) __attribute__((noreturn));
void view_stats(void);

/* launch.c */
void sev_prepare(uint64_t status);
void sev_launch(struct vcpu *v, void *boot_params);
void sev_real_mode(struct vcpu *v, uint16_t cs, uint16_t ip);

#endif /* SEV_SEV_H */
