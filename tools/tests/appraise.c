// SPDX-License-Identifier: LGPL-2.1-or-later
/* One appraisal and what is expected of it. */
#include <stdlib.h>
#include <string.h>

#include "appraise.h"
#include "tap.h"

struct cvm_verifier *verifier_at(time_t at)
{
	struct cvm_verifier *verifier;

	if (cvm_verifier_new(&verifier))
		tap_bail_out("no verifier");
	cvm_verifier_set_time(verifier, at);
	cvm_verifier_expect_nothing(verifier);
	return verifier;
}

static void add(int (*add_to)(struct cvm_verifier *, const void *, size_t, const char *,
			      struct cvm_error *),
		struct cvm_verifier *verifier, struct blob blob)
{
	struct cvm_error err;

	if (add_to(verifier, blob.data, blob.len, "a test's file", &err))
		tap_bail_out("%s: %s", err.what, err.why);
	blob_free(&blob);
}

void add_certs(struct cvm_verifier *verifier, struct blob certs)
{
	add(cvm_verifier_add_certs, verifier, certs);
}

void add_roots(struct cvm_verifier *verifier, struct blob roots)
{
	add(cvm_verifier_add_roots, verifier, roots);
}

void add_crl(struct cvm_verifier *verifier, struct blob crl)
{
	add(cvm_verifier_add_crl, verifier, crl);
}

struct cvm_verifier *verifier_of(const struct forge_keys *keys)
{
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);
	struct forge_cert ark = forge_ark(keys), ask = forge_ask(keys);

	add_roots(verifier, forge_cert(&ark));
	add_certs(verifier, forge_cert(&ask));
	return verifier;
}

static struct cvm_appraisal *appraise(struct cvm_verifier *verifier, const void *evidence,
				      size_t len)
{
	struct cvm_appraisal *a;
	struct cvm_error err;

	if (cvm_verifier_appraise(verifier, evidence, len, &a, &err))
		tap_bail_out("%s: %s", err.what, err.why);
	return a;
}

static void show(const struct cvm_appraisal *a)
{
	static const char *const results[] = { "ok", "FAIL", "????", "skip" };
	size_t i;

	for (i = 0; i < a->n_checks; i++) {
		const struct cvm_check *check = &a->checks[i];

		tap_note("  %-4s %s: %s", results[check->result], check->name, check->detail);
		if (check->remedy)
			tap_note("         %s", check->remedy);
	}
	tap_note("%s (exit %d)", a->summary, a->exit_code);
}

static bool holds(const char *text, const char *wanted)
{
	return !wanted || (text && strstr(text, wanted));
}

static bool has_check(const struct cvm_appraisal *a, const struct expected *expected)
{
	size_t i;

	for (i = 0; i < a->n_checks; i++)
		if (!strcmp(a->checks[i].name, expected->check))
			return a->checks[i].result == expected->result &&
			       holds(a->checks[i].detail, expected->detail) &&
			       holds(a->checks[i].remedy, expected->remedy);
	return false;
}

/* The last line is part of the interface: scripts read its first word. */
static bool has_summary(const struct cvm_appraisal *a)
{
	static const char *const words[] = { "ACCEPTED", "REJECTED", "UNKNOWN" };

	return !strncmp(a->summary, words[a->verdict], strlen(words[a->verdict]));
}

void expect(struct cvm_verifier *verifier, const void *evidence, size_t len,
	    struct expected expected, const char *name)
{
	struct cvm_appraisal *a = appraise(verifier, evidence, len);
	bool good = a->verdict == expected.verdict && a->exit_code == expected.exit_code &&
		    has_summary(a) && (!expected.check || has_check(a, &expected));

	if (!tap_ok(good, "%s", name) || getenv("CVM_VERBOSE"))
		show(a);
	cvm_appraisal_free(a);
}

int exit_code_of(struct cvm_verifier *verifier, const void *evidence, size_t len)
{
	struct cvm_appraisal *a = appraise(verifier, evidence, len);
	int exit_code = a->exit_code;

	if (a->verdict == CVM_ACCEPTED && exit_code)
		exit_code = -1;
	if (a->verdict != CVM_ACCEPTED && !exit_code)
		exit_code = -1;
	cvm_appraisal_free(a);
	return exit_code;
}
