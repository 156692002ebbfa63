// SPDX-License-Identifier: LGPL-2.1-or-later
/* A policy as rules, and each rule as a check on a report. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

#define DETAIL_SIZE	 192
#define SECONDS_PER_HOUR 3600

/**
 * struct trial - one rule against one report
 * @policy: the rule is of
 * @rule: that is tried
 * @subject: what it is about
 * @appraisal: gets the check
 */
struct trial {
	const struct cvm_policy *policy;
	const struct policy_rule *rule;
	const struct policy_subject *subject;
	struct cvm_appraisal *appraisal;
};

static const void *field(const struct trial *t)
{
	return (const uint8_t *)t->subject->report + t->rule->key->where;
}

/* "change max_vmpl in prod.policy line 9", or what to write when there is no such line. */
static void add_remedy(const struct trial *t, struct cvm_check *check, const char *unless)
{
	const struct policy_key *key = t->rule->key;

	if (t->rule->line)
		cvm_check_remedy(check, "%schange %s in %s line %u", unless, key->key,
				 t->policy->name, t->rule->line);
	else
		cvm_check_remedy(check, "%swrite %s = any under [%s] in a policy file", unless,
				 key->key, key->section);
}

/* Adds the check; @unless goes before the remedy, for what should be tried first. */
__attribute__((format(printf, 4, 5))) static void judge(const struct trial *t, bool good,
							const char *unless, const char *detail, ...)
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

static void judge_bit(const struct trial *t, uint64_t word)
{
	const char *name = t->rule->key->check;
	bool on = word & t->rule->key->where;

	if (t->rule->number == BIT_REQUIRED && !on)
		judge(t, false, "", "%s is off, the policy requires it", name);
	else if (t->rule->number == BIT_FORBIDDEN && on)
		judge(t, false, "", "%s is on, the policy forbids it", name);
	else
		judge(t, true, "", "%s is %s", name, on ? "on" : "off");
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
		judge(t, true, "", "DEBUG is off%s", note);
	else if (t->rule->number == BIT_ANY)
		judge(t, true, "", "DEBUG is on, the policy lets it%s", note);
	else
		judge(t, false, "launch the guest without DEBUG, or ",
		      "DEBUG is on, the host can read this guest's memory%s", note);
}

static void try_guest_bit(const struct trial *t)
{
	if (t->rule->key->where == CVM_SNP_POLICY_DEBUG && t->rule->number != BIT_REQUIRED)
		judge_debug(t);
	else
		judge_bit(t, t->subject->report->policy);
}

static void try_platform_bit(const struct trial *t)
{
	judge_bit(t, t->subject->report->platform_info);
}

static void try_min_tcb(const struct trial *t)
{
	const char *name = t->rule->key->check;
	unsigned int value = *(const uint8_t *)field(t);

	if (!strcmp(t->rule->key->key, "min_fmc") && !t->subject->report->reported_tcb.has_fmc)
		judge(t, false, "", "%s: this product has no such component", name);
	else
		judge(t, value >= t->rule->number, "update the host firmware, or ",
		      "%s %u, policy wants >= %" PRIu64, name, value, t->rule->number);
}

static void try_min_number(const struct trial *t)
{
	uint32_t value = *(const uint32_t *)field(t);

	judge(t, value >= t->rule->number, "", "%s %u, policy wants >= %" PRIu64,
	      t->rule->key->check, value, t->rule->number);
}

static void try_max_vmpl(const struct trial *t)
{
	uint32_t vmpl = t->subject->report->vmpl;

	if (vmpl == UINT32_MAX)
		judge(t, false, "", "the host asked for this report, not the guest");
	else
		judge(t, vmpl <= t->rule->number, "", "vmpl %u, policy wants <= %" PRIu64, vmpl,
		      t->rule->number);
}

static void try_min_abi(const struct trial *t)
{
	uint64_t policy = t->subject->report->policy;
	unsigned int major = CVM_SNP_POLICY_ABI_MAJOR(policy);
	unsigned int minor = CVM_SNP_POLICY_ABI_MINOR(policy);
	unsigned int wanted = t->rule->number;

	judge(t, (major << 8 | minor) >= wanted, "", "min ABI %u.%u, policy wants >= %u.%u", major,
	      minor, wanted >> 8, wanted & 0xff);
}

static void try_bytes(const struct trial *t)
{
	const struct policy_key *key = t->rule->key;
	char text[CVM_HEX_SHORT];
	bool listed = false;
	size_t i;

	for (i = 0; i < t->rule->count && !listed; i++)
		listed = !memcmp(t->rule->bytes + i * key->size, field(t), key->size);
	judge(t, listed, "", "%s %s is %slisted", key->check,
	      cvm_hex_short(text, field(t), key->size), listed ? "" : "not ");
}

static void judge_set(const struct trial *t, unsigned int member, const char *name)
{
	bool allowed = member < 32 && t->rule->number & 1u << member;

	judge(t, allowed, "", "%s is %sallowed", name, allowed ? "" : "not ");
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
		judge(t, false, "name a CRL with --crl, or ",
		      "no current CRL, the policy wants one");
	else
		judge(t, age <= (time_t)t->rule->number, "get a newer CRL, or ",
		      "CRL is %lld hours old, policy wants <= %" PRIu64,
		      (long long)age / SECONDS_PER_HOUR, t->rule->number / SECONDS_PER_HOUR);
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
};

/* clang-format on */

void cvm_policy_apply(const struct cvm_policy *policy, const struct policy_subject *subject,
		      struct cvm_appraisal *appraisal)
{
	size_t i;

	for (i = 0; i < policy->n_rules; i++) {
		struct trial trial = { policy, &policy->rules[i], subject, appraisal };

		tries[policy->rules[i].key->kind](&trial);
	}
}

size_t cvm_policy_size(const struct cvm_policy *policy)
{
	return policy->n_rules;
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

int cvm_policy_add_defaults(struct cvm_policy *policy)
{
	const struct policy_key *key = cvm_policy_key_find("guest-policy", "debug");
	struct policy_rule *rule;

	if (cvm_policy_rule_find(policy, key))
		return 0;
	rule = cvm_policy_rule_add(policy, key, 0);
	if (!rule)
		return -ENOMEM;
	rule->number = BIT_FORBIDDEN;
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
