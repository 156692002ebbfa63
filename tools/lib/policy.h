/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files that read, write and apply policies share. */
#ifndef CVM_POLICY_H
#define CVM_POLICY_H

#include <inttypes.h>

#include "lib.h"

/**
 * enum rule_kind - what a rule looks at, and how
 * @RULE_GUEST_BIT: bit of the guest policy: required, forbidden, any
 * @RULE_PLATFORM_BIT: bit of PLATFORM_INFO, in the same words
 * @RULE_MIN_TCB: lowest value of one TCB component
 * @RULE_MIN_NUMBER: lowest value of a 32 bit field
 * @RULE_MAX_VMPL: highest number of the VMPL
 * @RULE_MIN_ABI: lowest minimum ABI that the guest asked for at launch
 * @RULE_BYTES: the field is one of a list
 * @RULE_PRODUCT: the product is one of a list
 * @RULE_SIGNER: the signing key is one of a list
 * @RULE_CRL_AGE: highest age of the CRL, and that there is one
 * @RULE_TD_BIT: bit of the TD attributes, in the words of @RULE_GUEST_BIT
 * @RULE_TD_BYTES: the field of a TD is one of a list
 * @RULE_TD_REQUIRED: bits of a 64 bit field that must be set
 * @RULE_TD_ALLOWED: bits of a 64 bit field outside of which none may be set
 * @RULE_TD_MIN_SVN: lowest value of each SVN of the TDX module
 * @RULE_TCB_STATUS: Intel's TCB status is one of a list
 * @RULE_TCB_ADVISORIES: all advisories that concern the TCB are in a list
 * @RULE_TCB_EVALUATION: lowest number of Intel's TCB evaluation
 *
 * Those from @RULE_TD_BIT on are about TDX, those before @RULE_CRL_AGE about SNP.
 */
enum rule_kind {
	RULE_GUEST_BIT,
	RULE_PLATFORM_BIT,
	RULE_MIN_TCB,
	RULE_MIN_NUMBER,
	RULE_MAX_VMPL,
	RULE_MIN_ABI,
	RULE_BYTES,
	RULE_PRODUCT,
	RULE_SIGNER,
	RULE_CRL_AGE,
	RULE_TD_BIT,
	RULE_TD_BYTES,
	RULE_TD_REQUIRED,
	RULE_TD_ALLOWED,
	RULE_TD_MIN_SVN,
	RULE_TCB_STATUS,
	RULE_TCB_ADVISORIES,
	RULE_TCB_EVALUATION,
};

enum bit_rule { BIT_ANY, BIT_REQUIRED, BIT_FORBIDDEN };

/**
 * struct policy_key - a key of the policy file
 * @section: it stands in
 * @key: name in the file
 * @check: name of the check it makes
 * @kind: what its value is
 * @where: mask of a bit, or offset of the field in struct cvm_snp_report or
 *	struct cvm_tdx_report
 * @size: bytes of the field
 */
struct policy_key {
	const char *section;
	const char *key;
	const char *check;
	enum rule_kind kind;
	uint64_t where;
	size_t size;
};

/**
 * struct policy_rule - a key with its value
 * @key: that was given
 * @line: of the policy file, 0 when the rule holds by default
 * @number: enum bit_rule, a limit, a mask, or a set of products, signers or statuses
 *	as bits
 * @bytes: values of a list, one after the other
 * @count: values in @bytes
 */
struct policy_rule {
	const struct policy_key *key;
	unsigned int line;
	uint64_t number;
	uint8_t *bytes;
	size_t count;
};

struct cvm_policy {
	char name[128];
	struct policy_rule *rules;
	size_t n_rules;
};

/**
 * struct trial - one rule against one piece of evidence
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

/* policy_keys.c */
extern const struct policy_key cvm_policy_keys[];
extern const size_t cvm_policy_n_keys;
const struct policy_key *cvm_policy_key_find(const char *section, const char *key);
bool cvm_policy_has_section(const char *section);
bool cvm_policy_key_is_tdx(const struct policy_key *key);
bool cvm_policy_key_is_snp(const struct policy_key *key);

/* policy.c */
/* Adds the check; @unless goes before the remedy, for what should be tried first. */
void cvm_policy_judge(const struct trial *t, bool good, const char *unless, const char *detail, ...)
	__attribute__((format(printf, 4, 5)));
void cvm_policy_judge_bit(const struct trial *t, uint64_t word);
void cvm_policy_judge_bytes(const struct trial *t, const void *field);
struct policy_rule *cvm_policy_rule_find(const struct cvm_policy *policy,
					 const struct policy_key *key);
/* A new rule for @key, or NULL when memory is out. */
struct policy_rule *cvm_policy_rule_add(struct cvm_policy *policy, const struct policy_key *key,
					unsigned int line);
/* The rules that hold unless the file says otherwise. 0 or -ENOMEM. */
int cvm_policy_add_defaults(struct cvm_policy *policy);

/* policy_tdx.c */
/* A rule about TDX against TDX evidence. */
void cvm_policy_try_tdx(const struct trial *t);

#endif /* CVM_POLICY_H */
