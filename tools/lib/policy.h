/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files that read, write and apply policies share. */
#ifndef CVM_POLICY_H
#define CVM_POLICY_H

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
};

enum bit_rule { BIT_ANY, BIT_REQUIRED, BIT_FORBIDDEN };

/**
 * struct policy_key - a key of the policy file
 * @section: it stands in
 * @key: name in the file
 * @check: name of the check it makes
 * @kind: what its value is
 * @where: mask of a bit, or offset of the field in struct cvm_snp_report
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
 * @number: enum bit_rule, a limit, or a set of products or signers as bits
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

/* policy_keys.c */
extern const struct policy_key cvm_policy_keys[];
extern const size_t cvm_policy_n_keys;
const struct policy_key *cvm_policy_key_find(const char *section, const char *key);
bool cvm_policy_has_section(const char *section);

/* policy.c */
struct policy_rule *cvm_policy_rule_find(const struct cvm_policy *policy,
					 const struct policy_key *key);
/* A new rule for @key, or NULL when memory is out. */
struct policy_rule *cvm_policy_rule_add(struct cvm_policy *policy, const struct policy_key *key,
					unsigned int line);
/* The rules that hold unless the file says otherwise. 0 or -ENOMEM. */
int cvm_policy_add_defaults(struct cvm_policy *policy);

#endif /* CVM_POLICY_H */
