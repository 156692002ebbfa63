/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One appraisal and what is expected of it. */
#ifndef CVM_TESTS_APPRAISE_H
#define CVM_TESTS_APPRAISE_H

#include "forge.h"

/**
 * struct expected - what an appraisal must say
 * @verdict: of the whole
 * @exit_code: of the whole
 * @check: name of a check that must be there, or NULL
 * @result: of that check
 * @detail: text that its detail must hold, or NULL
 * @remedy: text that its remedy must hold, or NULL
 */
struct expected {
	enum cvm_verdict verdict;
	int exit_code;
	const char *check;
	enum cvm_result result;
	const char *detail;
	const char *remedy;
};

/* A verifier at @at that expects no report data. */
struct cvm_verifier *verifier_at(time_t at);
/* Adds and frees; what does not load ends the test. */
void add_certs(struct cvm_verifier *verifier, struct blob certs);
void add_roots(struct cvm_verifier *verifier, struct blob roots);
void add_crl(struct cvm_verifier *verifier, struct blob crl);
/* Root and ASK of @keys, trusted, at FORGE_NOW. */
struct cvm_verifier *verifier_of(const struct forge_keys *keys);
/* One result; the appraisal is shown in full when it is not as expected. */
void expect(struct cvm_verifier *verifier, const void *evidence, size_t len,
	    struct expected expected, const char *name);
int exit_code_of(struct cvm_verifier *verifier, const void *evidence, size_t len);

#define ACCEPTED       ((struct expected){ .verdict = CVM_ACCEPTED })
#define REJECTED(code) ((struct expected){ .verdict = CVM_REJECTED, .exit_code = (code) })
#define UNDECIDED      ((struct expected){ .verdict = CVM_UNDECIDED, .exit_code = 6 })

#endif /* CVM_TESTS_APPRAISE_H */
