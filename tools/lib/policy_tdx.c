// SPDX-License-Identifier: LGPL-2.1-or-later
/* Rules about TDX, each as a check on a TD and on what Intel says of its TCB. */
#include <string.h>

#include "policy.h"

static const void *field(const struct trial *t)
{
	return (const uint8_t *)t->subject->tdx + t->rule->key->where;
}

/* What only collateral tells; that it is missing has its own check with its own remedy. */
static const struct cvm_tcb_verdict *known_tcb(const struct trial *t)
{
	if (!t->subject->tcb)
		cvm_appraisal_add(t->appraisal, t->rule->key->check, CVM_GROUP_POLICY,
				  CVM_RESULT_MISSING, "%s is not known: the TCB was not judged",
				  t->rule->key->check);
	return t->subject->tcb;
}

/* DEBUG is the first of eight bits of which any lets the host look into the TD. */
static void try_debug(const struct trial *t)
{
	uint64_t on = t->subject->tdx->td_attributes & CVM_TDX_ATTR_UNTRUSTED;

	if (t->rule->number == BIT_REQUIRED)
		cvm_policy_judge_bit(t, on);
	else if (!on)
		cvm_policy_judge(t, true, "", "DEBUG is off");
	else if (t->rule->number == BIT_ANY)
		cvm_policy_judge(t, true, "", "TD attributes hold %#" PRIx64 ", the policy lets it",
				 on);
	else
		cvm_policy_judge(t, false, "launch the TD without DEBUG, or ",
				 "%s is on, the host can look into this TD",
				 on & CVM_TDX_ATTR_DEBUG ? "DEBUG" : "profiling");
}

static void try_bit(const struct trial *t)
{
	if (t->rule->key->where == CVM_TDX_ATTR_UNTRUSTED)
		try_debug(t);
	else
		cvm_policy_judge_bit(t, t->subject->tdx->td_attributes);
}

static void try_required(const struct trial *t)
{
	uint64_t value, missing;

	memcpy(&value, field(t), sizeof(value));
	missing = t->rule->number & ~value;
	if (missing)
		cvm_policy_judge(t, false, "", "%#" PRIx64 " lacks %#" PRIx64, value, missing);
	else
		cvm_policy_judge(t, true, "", "%#" PRIx64 " has all that is required", value);
}

static void try_allowed(const struct trial *t)
{
	uint64_t value, extra;

	memcpy(&value, field(t), sizeof(value));
	extra = value & ~t->rule->number;
	if (extra)
		cvm_policy_judge(t, false, "",
				 "%#" PRIx64 " has %#" PRIx64 " beside what is allowed", value,
				 extra);
	else
		cvm_policy_judge(t, true, "", "%#" PRIx64 " is allowed", value);
}

static void try_min_svn(const struct trial *t)
{
	const uint8_t *svn = field(t), *wanted = t->rule->bytes;
	size_t i;

	for (i = 0; i < CVM_TDX_SVNS && svn[i] >= wanted[i]; i++)
		;
	if (i < CVM_TDX_SVNS)
		cvm_policy_judge(t, false, "update the TDX module, or ",
				 "SVN %zu is %u, policy wants >= %u", i, svn[i], wanted[i]);
	else
		cvm_policy_judge(t, true, "", "every SVN is at least what the policy wants");
}

static void try_status(const struct trial *t)
{
	const struct cvm_tcb_verdict *tcb = known_tcb(t);
	bool accepted;

	if (!tcb)
		return;
	accepted = t->rule->number & 1u << tcb->status;
	cvm_policy_judge(t, accepted, "bring the host up to date, or ",
			 "Intel's status is %s, which is %saccepted",
			 cvm_tcb_status_name(tcb->status), accepted ? "" : "not ");
}

static bool is_allowed(const struct policy_rule *rule, const char *advisory)
{
	size_t i;

	for (i = 0; i < rule->count; i++)
		if (!strcmp((const char *)rule->bytes + i * rule->key->size, advisory))
			return true;
	return false;
}

static void try_advisories(const struct trial *t)
{
	const struct cvm_tcb_verdict *tcb = known_tcb(t);
	size_t i;

	if (!tcb)
		return;
	for (i = 0; i < tcb->n_advisories; i++) {
		if (is_allowed(t->rule, tcb->advisories[i]))
			continue;
		cvm_policy_judge(t, false, "bring the host up to date, or ",
				 "%s concerns this TCB and is not listed", tcb->advisories[i]);
		return;
	}
	cvm_policy_judge(t, true, "", "%zu advisories, all listed", tcb->n_advisories);
}

static void try_evaluation(const struct trial *t)
{
	const struct cvm_tcb_verdict *tcb = known_tcb(t);

	if (tcb)
		cvm_policy_judge(t, tcb->evaluation_number >= t->rule->number,
				 "get newer collateral, or ",
				 "TCB evaluation %u, policy wants >= %" PRIu64,
				 tcb->evaluation_number, t->rule->number);
}

void cvm_policy_try_tdx(const struct trial *t)
{
	switch (t->rule->key->kind) {
	case RULE_TD_BIT:
		return try_bit(t);
	case RULE_TD_BYTES:
		return cvm_policy_judge_bytes(t, field(t));
	case RULE_TD_REQUIRED:
		return try_required(t);
	case RULE_TD_ALLOWED:
		return try_allowed(t);
	case RULE_TD_MIN_SVN:
		return try_min_svn(t);
	case RULE_TCB_STATUS:
		return try_status(t);
	case RULE_TCB_ADVISORIES:
		return try_advisories(t);
	case RULE_TCB_EVALUATION:
		return try_evaluation(t);
	default:
		return;
	}
}
