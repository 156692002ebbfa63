// SPDX-License-Identifier: LGPL-2.1-or-later
/* Checks, and what follows from them: verdict, exit code, last line. */
#define _GNU_SOURCE /* vasprintf() */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib.h"

#define N_GROUPS 4

static const int exit_codes[N_GROUPS] = {
	[CVM_GROUP_FORMAT] = 5,
	[CVM_GROUP_AUTHENTIC] = 6,
	[CVM_GROUP_FRESH] = 7,
	[CVM_GROUP_POLICY] = 8,
};

struct cvm_appraisal *cvm_appraisal_new(size_t room)
{
	struct cvm_appraisal *appraisal = calloc(1, sizeof(*appraisal));

	if (!appraisal)
		return NULL;
	appraisal->checks = calloc(room, sizeof(*appraisal->checks));
	if (!appraisal->checks) {
		free(appraisal);
		return NULL;
	}
	appraisal->platform = "snp";
	appraisal->product = cvm_snp_product_name(CVM_SNP_UNKNOWN);
	return appraisal;
}

static char *print(const char *format, va_list args)
{
	char *text;

	return vasprintf(&text, format, args) < 0 ? NULL : text;
}

struct cvm_check *cvm_appraisal_add(struct cvm_appraisal *appraisal, const char *name,
				    enum cvm_group group, enum cvm_result result,
				    const char *detail, ...)
{
	struct cvm_check *check = &appraisal->checks[appraisal->n_checks++];
	va_list args;

	check->name = name;
	check->group = group;
	check->result = result;
	va_start(args, detail);
	check->detail = print(detail, args);
	va_end(args);
	return check;
}

void cvm_check_remedy(struct cvm_check *check, const char *remedy, ...)
{
	va_list args;

	va_start(args, remedy);
	check->remedy = print(remedy, args);
	va_end(args);
}

static const struct cvm_check *find(const struct cvm_appraisal *appraisal, enum cvm_group group,
				    enum cvm_result result)
{
	size_t i;

	for (i = 0; i < appraisal->n_checks; i++)
		if (appraisal->checks[i].group == group && appraisal->checks[i].result == result)
			return &appraisal->checks[i];
	return NULL;
}

static size_t count(const struct cvm_appraisal *appraisal, enum cvm_group group,
		    enum cvm_result result)
{
	size_t i, n = 0;

	for (i = 0; i < appraisal->n_checks; i++)
		n += appraisal->checks[i].group == group && appraisal->checks[i].result == result;
	return n;
}

/* The first group that does not hold decides; in it, a failure outweighs what is missing. */
static const struct cvm_check *decide(struct cvm_appraisal *appraisal)
{
	const struct cvm_check *check;
	int group;

	for (group = 0; group < N_GROUPS; group++) {
		appraisal->exit_code = exit_codes[group];
		appraisal->verdict = CVM_REJECTED;
		check = find(appraisal, group, CVM_RESULT_FAIL);
		if (check)
			return check;
		appraisal->verdict = CVM_UNDECIDED;
		check = find(appraisal, group, CVM_RESULT_MISSING);
		if (check)
			return check;
	}
	appraisal->exit_code = 0;
	appraisal->verdict = CVM_ACCEPTED;
	return NULL;
}

static bool is_fresh(const struct cvm_appraisal *appraisal)
{
	return find(appraisal, CVM_GROUP_FRESH, CVM_RESULT_OK);
}

static int summarise_policy(struct cvm_appraisal *appraisal)
{
	size_t failed = count(appraisal, CVM_GROUP_POLICY, CVM_RESULT_FAIL);
	size_t rules = failed + count(appraisal, CVM_GROUP_POLICY, CVM_RESULT_OK);

	return asprintf(&appraisal->summary,
			"REJECTED: authentic%s, but not acceptable (%zu of %zu policy rules).",
			is_fresh(appraisal) ? " and fresh" : "", failed, rules);
}

static int summarise_failure(struct cvm_appraisal *appraisal, const struct cvm_check *check)
{
	switch (check->group) {
	case CVM_GROUP_FORMAT:
		return asprintf(&appraisal->summary, "REJECTED: malformed: %s.", check->detail);
	case CVM_GROUP_AUTHENTIC:
		return asprintf(&appraisal->summary, "REJECTED: not authentic: %s.", check->detail);
	case CVM_GROUP_FRESH:
		return asprintf(&appraisal->summary,
				"REJECTED: authentic, but not made for this nonce%s.",
				appraisal->has_seal_root ? " and seal root" : "");
	default:
		return summarise_policy(appraisal);
	}
}

static int summarise(struct cvm_appraisal *appraisal, const struct cvm_check *check)
{
	if (appraisal->verdict == CVM_UNDECIDED)
		return asprintf(&appraisal->summary, "UNKNOWN: %s.", check->detail);
	if (check)
		return summarise_failure(appraisal, check);
	if (is_fresh(appraisal))
		return asprintf(&appraisal->summary, "ACCEPTED: authentic, fresh, acceptable.");
	return asprintf(&appraisal->summary,
			"ACCEPTED: authentic and acceptable; freshness was not asked for.");
}

int cvm_appraisal_finish(struct cvm_appraisal *appraisal)
{
	const struct cvm_check *check = decide(appraisal);
	size_t i;

	for (i = 0; i < appraisal->n_checks; i++)
		if (!appraisal->checks[i].detail)
			return -ENOMEM;
	if (summarise(appraisal, check) >= 0)
		return 0;
	appraisal->summary = NULL;
	return -ENOMEM;
}

void cvm_appraisal_free(struct cvm_appraisal *appraisal)
{
	size_t i;

	if (!appraisal)
		return;
	for (i = 0; i < appraisal->n_checks; i++) {
		free(appraisal->checks[i].detail);
		free(appraisal->checks[i].remedy);
	}
	free(appraisal->tcb.advisories);
	free(appraisal->checks);
	free(appraisal->summary);
	free(appraisal);
}
