// SPDX-License-Identifier: LGPL-2.1-or-later
/* A policy as rules, and each rule as a check on a report. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

#define DETAIL_SIZE	 192
#define SECONDS_PER_HOUR 3600

static const void *field(const struct trial *t)
{
	return (const uint8_t *)t->subject->report + t->rule->key->where;
}

/* "change max_vmpl in prod.policy line 9", or what to write when there is no such line. */
static void add_remedy(const struct trial *t, struct cvm_check *check, const char *unless)
{
	const struct policy_key *key = t->rule->key;
	const char *value = key->kind == RULE_TCB_STATUS ? "UpToDate, ..." : "any";

	if (t->rule->line)
		cvm_check_remedy(check, "%schange %s in %s line %u", unless, key->key,
				 t->policy->name, t->rule->line);
	else
		cvm_check_remedy(check, "%swrite %s = %s under [%s] in a policy file", unless,
				 key->key, value, key->section);
}

void cvm_policy_judge(const struct trial *t, bool good, const char *unless, const char *detail, ...)
{
	enum cvm_result result = good ? CVM_RESULT_OK : CVM_RESULT_FAIL;
	struct cvm_check *check;
	char text[DETAIL_SIZE];
	va_list args;

	va_start(args, detail);
	vsnprintf(text, sizeof(text), detail, args);
	va_end(args);
	check = cvm_appraisal_add(t->appraisal, t->rule->key->check, CVM_GROUP_POLICY, result, "%s",
				  text);
	if (!good)
		add_remedy(t, check, unless);
}

void cvm_policy_judge_bit(const struct trial *t, uint64_t word)
{
	const char *name = t->rule->key->check;
	bool on = word & t->rule->key->where;

	if (t->rule->number == BIT_REQUIRED && !on)
		cvm_policy_judge(t, false, "", "%s is off, the policy requires it", name);
	else if (t->rule->number == BIT_FORBIDDEN && on)
		cvm_policy_judge(t, false, "", "%s is on, the policy forbids it", name);
	else
		cvm_policy_judge(t, true, "", "%s is %s", name, on ? "on" : "off");
}

/* The one bit that undoes all others, and the one that comes close. */
static void judge_debug(const struct trial *t)
{
	uint64_t word = t->subject->report->policy;
	bool on = word & CVM_SNP_POLICY_DEBUG;
	const char *note = "";

	if (word & CVM_SNP_POLICY_MIGRATE_MA)
		note = "; MIGRATE_MA is on, a migration agent may take this guest's memory";
	if (!on)
		cvm_policy_judge(t, true, "", "DEBUG is off%s", note);
	else if (t->rule->number == BIT_ANY)
		cvm_policy_judge(t, true, "", "DEBUG is on, the policy lets it%s", note);
	else
		cvm_policy_judge(t, false, "launch the guest without DEBUG, or ",
				 "DEBUG is on, the host can read this guest's memory%s", note);
}

static void try_guest_bit(const struct trial *t)
{
	if (t->rule->key->where == CVM_SNP_POLICY_DEBUG && t->rule->number != BIT_REQUIRED)
		judge_debug(t);
	else
		cvm_policy_judge_bit(t, t->subject->report->policy);
}

static void try_platform_bit(const struct trial *t)
{
	cvm_policy_judge_bit(t, t->subject->report->platform_info);
}

static void try_min_tcb(const struct trial *t)
{
	const char *name = t->rule->key->check;
	unsigned int value = *(const uint8_t *)field(t);

	if (!strcmp(t->rule->key->key, "min_fmc") && !t->subject->report->reported_tcb.has_fmc)
		cvm_policy_judge(t, false, "", "%s: this product has no such component", name);
	else
		cvm_policy_judge(t, value >= t->rule->number, "update the host firmware, or ",
				 "%s %u, policy wants >= %" PRIu64, name, value, t->rule->number);
}

static void try_min_number(const struct trial *t)
{
	uint32_t value = *(const uint32_t *)field(t);

	cvm_policy_judge(t, value >= t->rule->number, "", "%s %u, policy wants >= %" PRIu64,
			 t->rule->key->check, value, t->rule->number);
}

static void try_max_vmpl(const struct trial *t)
{
	uint32_t vmpl = t->subject->report->vmpl;

	if (vmpl == UINT32_MAX)
		cvm_policy_judge(t, false, "", "the host asked for this report, not the guest");
	else
		cvm_policy_judge(t, vmpl <= t->rule->number, "",
				 "vmpl %u, policy wants <= %" PRIu64, vmpl, t->rule->number);
}

static void try_min_abi(const struct trial *t)
{
	uint64_t policy = t->subject->report->policy;
	unsigned int major = CVM_SNP_POLICY_ABI_MAJOR(policy);
	unsigned int minor = CVM_SNP_POLICY_ABI_MINOR(policy);
	unsigned int wanted = t->rule->number;

	cvm_policy_judge(t, (major << 8 | minor) >= wanted, "",
			 "min ABI %u.%u, policy wants >= %u.%u", major, minor, wanted >> 8,
			 wanted & 0xff);
}

void cvm_policy_judge_bytes(const struct trial *t, const void *field)
{
	const struct policy_key *key = t->rule->key;
	char text[CVM_HEX_SHORT];
	bool listed = false;
	size_t i;

	for (i = 0; i < t->rule->count && !listed; i++)
		listed = !memcmp(t->rule->bytes + i * key->size, field, key->size);
	cvm_policy_judge(t, listed, "", "%s %s is %slisted", key->check,
			 cvm_hex_short(text, field, key->size), listed ? "" : "not ");
}

static void try_bytes(const struct trial *t)
{
	cvm_policy_judge_bytes(t, field(t));
}

static void judge_set(const struct trial *t, unsigned int member, const char *name)
{
	bool allowed = member < 32 && t->rule->number & 1u << member;

	cvm_policy_judge(t, allowed, "", "%s is %sallowed", name, allowed ? "" : "not ");
}

static void try_product(const struct trial *t)
{
	enum cvm_snp_product product = t->subject->report->product;

	judge_set(t, product, cvm_snp_product_name(product));
}

static void try_signer(const struct trial *t)
{
	enum cvm_snp_signer signer = t->subject->report->signer;

	judge_set(t, signer, cvm_signer_name(signer));
}

static void try_crl_age(const struct trial *t)
{
	time_t age = t->subject->crl_age;

	if (!t->subject->has_crl)
		cvm_policy_judge(t, false, "name a CRL with --crl, or ",
				 "no current CRL, the policy wants one");
	else
		cvm_policy_judge(t, age <= (time_t)t->rule->number, "get a newer CRL, or ",
				 "CRL is %lld hours old, policy wants <= %" PRIu64,
				 (long long)age / SECONDS_PER_HOUR,
				 t->rule->number / SECONDS_PER_HOUR);
}

/* clang-format off */
static void (*const tries[])(const struct trial *t) = {
	[RULE_GUEST_BIT] = try_guest_bit,
	[RULE_PLATFORM_BIT] = try_platform_bit,
	[RULE_MIN_TCB] = try_min_tcb,
	[RULE_MIN_NUMBER] = try_min_number,
	[RULE_MAX_VMPL] = try_max_vmpl,
	[RULE_MIN_ABI] = try_min_abi,
	[RULE_BYTES] = try_bytes,
	[RULE_PRODUCT] = try_product,
	[RULE_SIGNER] = try_signer,
	[RULE_CRL_AGE] = try_crl_age,
	[RULE_TD_BIT] = cvm_policy_try_tdx,
	[RULE_TD_BYTES] = cvm_policy_try_tdx,
	[RULE_TD_REQUIRED] = cvm_policy_try_tdx,
	[RULE_TD_ALLOWED] = cvm_policy_try_tdx,
	[RULE_TD_MIN_SVN] = cvm_policy_try_tdx,
	[RULE_TCB_STATUS] = cvm_policy_try_tdx,
	[RULE_TCB_ADVISORIES] = cvm_policy_try_tdx,
	[RULE_TCB_EVALUATION] = cvm_policy_try_tdx,
};

/* clang-format on */

static bool concerns(const struct policy_key *key, const struct policy_subject *subject)
{
	return subject->tdx ? !cvm_policy_key_is_snp(key) : !cvm_policy_key_is_tdx(key);
}

/*
 * Whoever wrote rules for one platform only means evidence of that platform: guests of
 * the other one would pass for want of rules about them.
 */
static void check_platform(const struct cvm_policy *policy, const struct policy_subject *subject,
			   struct cvm_appraisal *appraisal)
{
	bool has_ours = false, has_other = false;
	const char *ours = subject->tdx ? "TDX" : "SNP", *other = subject->tdx ? "SNP" : "TDX";
	size_t i;

	for (i = 0; i < policy->n_rules; i++) {
		const struct policy_rule *rule = &policy->rules[i];
		bool is_tdx = cvm_policy_key_is_tdx(rule->key);

		if (!rule->line || (!is_tdx && !cvm_policy_key_is_snp(rule->key)))
			continue;
		has_ours |= is_tdx == !!subject->tdx;
		has_other |= is_tdx != !!subject->tdx;
	}
	if (has_other && !has_ours)
		cvm_check_remedy(cvm_appraisal_add(appraisal, "platform-allowed", CVM_GROUP_POLICY,
						   CVM_RESULT_FAIL,
						   "%s has rules for %s, none for %s", policy->name,
						   other, ours),
				 "write rules for %s as well, see cvm-policy(5)", ours);
}

void cvm_policy_apply(const struct cvm_policy *policy, const struct policy_subject *subject,
		      struct cvm_appraisal *appraisal)
{
	size_t i;

	check_platform(policy, subject, appraisal);
	for (i = 0; i < policy->n_rules; i++) {
		struct trial trial = { policy, &policy->rules[i], subject, appraisal };

		if (concerns(policy->rules[i].key, subject))
			tries[policy->rules[i].key->kind](&trial);
	}
}

size_t cvm_policy_size(const struct cvm_policy *policy)
{
	return policy->n_rules + 1;
}

struct policy_rule *cvm_policy_rule_find(const struct cvm_policy *policy,
					 const struct policy_key *key)
{
	size_t i;

	for (i = 0; i < policy->n_rules; i++)
		if (policy->rules[i].key == key)
			return &policy->rules[i];
	return NULL;
}

struct policy_rule *cvm_policy_rule_add(struct cvm_policy *policy, const struct policy_key *key,
					unsigned int line)
{
	size_t size = (policy->n_rules + 1) * sizeof(*policy->rules);
	struct policy_rule *rules = realloc(policy->rules, size);

	if (!rules)
		return NULL;
	policy->rules = rules;
	rules[policy->n_rules] = (struct policy_rule){ .key = key, .line = line };
	return &rules[policy->n_rules++];
}

static const struct {
	const char *section;
	const char *key;
	uint64_t number;
} defaults[] = {
	{ "guest-policy", "debug", BIT_FORBIDDEN },
	{ "td-attributes", "debug", BIT_FORBIDDEN },
	{ "tdx-tcb", "status", 1u << CVM_TCB_UP_TO_DATE },
};

int cvm_policy_add_defaults(struct cvm_policy *policy)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(defaults); i++) {
		const struct policy_key *key;
		struct policy_rule *rule;

		key = cvm_policy_key_find(defaults[i].section, defaults[i].key);
		if (cvm_policy_rule_find(policy, key))
			continue;
		rule = cvm_policy_rule_add(policy, key, 0);
		if (!rule)
			return -ENOMEM;
		rule->number = defaults[i].number;
	}
	return 0;
}

int cvm_policy_default(struct cvm_policy **policy)
{
	return cvm_policy_parse("", 0, "the default policy", policy, NULL);
}

void cvm_policy_free(struct cvm_policy *policy)
{
	size_t i;

	if (!policy)
		return;
	for (i = 0; i < policy->n_rules; i++)
		free(policy->rules[i].bytes);
	free(policy->rules);
	free(policy);
}
