// SPDX-License-Identifier: GPL-2.0-only
/*
 * RMP checks of a memory access: APM volume 2, section 15.36.10.
 */
#include "npf_rule.h"

static enum npf_action encrypted_rule(struct npf_access access)
{
	switch (access.state) {
	case PAGE_PENDING:
		return NPF_NOT_VALIDATED;
	case PAGE_PRIVATE:
		return access.vmsa && access.write ? NPF_VIOLATION : NPF_RETRY;
	default:
		return NPF_VIOLATION;
	}
}

/* Hardware keeps the host's key from writing the guest's pages, not from reading them. */
static enum npf_action unencrypted_rule(struct npf_access access)
{
	switch (access.state) {
	case PAGE_NONE:
		return NPF_MMIO;
	case PAGE_SHARED:
		return NPF_RETRY;
	case PAGE_PRIVATE:
	case PAGE_PENDING:
		if (access.table_walk)
			return NPF_WALK_ENCRYPTED;
		return access.write ? NPF_VIOLATION : NPF_CIPHERTEXT;
	default:
		return NPF_VIOLATION;
	}
}

/**
 * npf_rule() - decide what an access ends in
 * @access: the access
 */
enum npf_action npf_rule(struct npf_access access)
{
	return access.encrypted ? encrypted_rule(access) : unencrypted_rule(access);
}

/**
 * npf_violation_name() - say what is wrong with an access
 * @access: one that npf_rule() calls a violation
 */
const char *npf_violation_name(struct npf_access access)
{
	if (access.state == PAGE_HV)
		return "access to memory that is not the guest's";
	if (access.state == PAGE_NONE)
		return "encrypted access where there is no memory";
	if (access.vmsa)
		return "write to a VM save area";
	if (access.encrypted)
		return "encrypted access to a shared page";
	return "unencrypted write to a private page";
}
