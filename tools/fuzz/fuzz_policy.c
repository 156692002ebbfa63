// SPDX-License-Identifier: LGPL-2.1-or-later
/* Policies: rules as they are written, and errors that name a line. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "policy.h"

/* A policy may be in any language; its errors quote it. */
static bool has_control(const char *text)
{
	while (*text && (unsigned char)*text >= ' ' && *text != 0x7f)
		text++;
	return *text;
}

static unsigned int lines_of(const uint8_t *data, size_t size)
{
	unsigned int lines = 1;
	size_t i;

	for (i = 0; i < size; i++)
		lines += data[i] == '\n';
	return lines;
}

static void check_rules(const struct cvm_policy *policy, unsigned int lines)
{
	size_t i, k;

	for (i = 0; i < policy->n_rules; i++) {
		const struct policy_rule *rule = &policy->rules[i];

		FUZZ_CHECK(rule->key && rule->line <= lines);
		FUZZ_CHECK(!rule->count || rule->bytes);
		for (k = 0; k < i; k++)
			FUZZ_CHECK(policy->rules[k].key != rule->key);
	}
}

/* A policy is total: it says something of any evidence, and never accepts DEBUG unasked. */
static void check_apply(const struct cvm_policy *policy)
{
	static const struct cvm_snp_report snp = { .version = 3, .has_cpuid = true };
	static const struct cvm_tdx_report tdx = { .is_15 = true };
	static const struct cvm_tcb_verdict tcb = { .status = CVM_TCB_UP_TO_DATE };
	const struct policy_subject subjects[] = {
		{ .report = &snp },
		{ .tdx = &tdx, .tcb = &tcb, .has_crl = true, .crl_age = 86400 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(subjects); i++) {
		struct cvm_appraisal *appraisal = cvm_appraisal_new(cvm_policy_size(policy));

		FUZZ_CHECK(appraisal);
		cvm_policy_apply(policy, &subjects[i], appraisal);
		FUZZ_CHECK(appraisal->n_checks <= cvm_policy_size(policy));
		cvm_appraisal_free(appraisal);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cvm_policy *policy, *again;
	struct cvm_error err = { 0 };
	int ret = cvm_policy_parse((const char *)data, size, "fuzz.policy", &policy, &err);

	if (ret) {
		FUZZ_CHECK(!policy && fuzz_is_told(ret, &err));
		FUZZ_CHECK(!has_control(err.what) && !has_control(err.why));
		FUZZ_CHECK(err.code != CVM_ERR_POLICY || strstr(err.what, "line"));
		return 0;
	}
	FUZZ_CHECK(!memchr(data, '\0', size));
	check_rules(policy, lines_of(data, size));
	check_apply(policy);
	FUZZ_CHECK(!cvm_policy_parse((const char *)data, size, "fuzz.policy", &again, NULL));
	FUZZ_CHECK(again->n_rules == policy->n_rules);
	cvm_policy_free(again);
	cvm_policy_free(policy);
	return 0;
}
