/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Policy, appraisal, and the verifier.
 * Part of libcvm.h, which is what programs include.
 */
#ifndef LIBCVM_VERIFY_H
#define LIBCVM_VERIFY_H

#include "libcvm_error.h"
#include "libcvm_seal.h"
#include "libcvm_snp.h"
#include "libcvm_tdx.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- policy ---- */

struct cvm_policy;

/* name is used in messages; errors name it with the line. Text is INI. */
int cvm_policy_parse(const char *text, size_t len, const char *name, struct cvm_policy **policy,
		     struct cvm_error *err);
/*
 * The policy that holds when the user gives none: DEBUG refused, and of the TCB
 * statuses of Intel only UpToDate accepted. All others say that something is left
 * to do, and whether it was done cannot be seen in a quote: who knows it can say so.
 */
int cvm_policy_default(struct cvm_policy **policy);
/* A policy text that accepts exactly this evidence; *text is for free(). */
int cvm_policy_from_report(const struct cvm_snp_report *report, char **text, struct cvm_error *err);
int cvm_policy_from_tdx(const struct cvm_tdx_report *report, char **text, struct cvm_error *err);
void cvm_policy_free(struct cvm_policy *policy);

/* ---- appraisal ---- */

/**
 * enum cvm_verdict - RFC 9334 attestation result, in one word
 * @CVM_ACCEPTED: everything asked for holds
 * @CVM_REJECTED: something asked for does not hold
 * @CVM_UNDECIDED: something needed to decide is missing; shown as UNKNOWN
 */
enum cvm_verdict {
	CVM_ACCEPTED,
	CVM_REJECTED,
	CVM_UNDECIDED,
};

enum cvm_group {
	CVM_GROUP_FORMAT, /* exit 5 */
	CVM_GROUP_AUTHENTIC, /* exit 6 */
	CVM_GROUP_FRESH, /* exit 7 */
	CVM_GROUP_POLICY, /* exit 8 */
};

enum cvm_result {
	CVM_RESULT_OK,
	CVM_RESULT_FAIL,
	CVM_RESULT_MISSING, /* could not be decided; makes the verdict undecided */
	CVM_RESULT_SKIPPED, /* not asked for, and the detail says so */
};

/**
 * struct cvm_check - one line of an appraisal
 * @name: stable identifier, for example "vek-signature"
 * @group: what it counts towards
 * @result: how it went
 * @detail: one line for people
 * @remedy: what to do, or NULL
 */
struct cvm_check {
	const char *name;
	enum cvm_group group;
	enum cvm_result result;
	char *detail;
	char *remedy;
};

/**
 * struct cvm_appraisal - the result of appraising one piece of evidence
 * @verdict: the answer
 * @exit_code: 0, or 5-8 for the first group that did not hold
 * @kind: of the evidence
 * @platform: "snp" or "tdx"
 * @product: "Milan", "Genoa", "Turin", "TDX 1.0", "TDX 1.5" or "unknown"
 * @summary: the last line, begins with ACCEPTED, REJECTED or UNKNOWN
 * @report: the parsed SNP report, valid when @has_report
 * @has_report: the evidence was a well formed SNP report
 * @tdx: the parsed TDREPORT or body of the quote, valid when @has_tdx
 * @has_tdx: the evidence was a well formed TDREPORT or quote
 * @fmspc: family, model, stepping, platform and custom SKU that the PCK certificate
 *	names, in lower case; "" when that is not known
 * @has_tcb: @tcb is valid, in part at least
 * @tcb: Intel's judgement on the TCB
 * @has_seal_root: a seal root was asked for
 * @seal_root: that was asked for
 * @sealed: the evidence binds it
 * @checks: all checks, in order
 * @n_checks: number of @checks
 */
struct cvm_appraisal {
	enum cvm_verdict verdict;
	int exit_code;
	enum cvm_evidence_kind kind;
	const char *platform;
	const char *product;
	char *summary;
	struct cvm_snp_report report;
	bool has_report;
	struct cvm_tdx_report tdx;
	bool has_tdx;
	char fmspc[13];
	bool has_tcb;
	struct cvm_tcb_verdict tcb;
	bool has_seal_root;
	uint8_t seal_root[CVM_SEAL_DIGEST];
	bool sealed;
	struct cvm_check *checks;
	size_t n_checks;
};

void cvm_appraisal_free(struct cvm_appraisal *appraisal);

/*
 * A verifier holds what appraisal needs: certificates, CRLs, roots, a policy, a
 * time, and the chains it has already checked. One thread at a time.
 */
struct cvm_verifier;

int cvm_verifier_new(struct cvm_verifier **verifier);
void cvm_verifier_free(struct cvm_verifier *verifier);
/* Certificates: DER, PEM (any number), or a certificate table with DER or PEM entries. */
int cvm_verifier_add_certs(struct cvm_verifier *verifier, const void *data, size_t len,
			   const char *name, struct cvm_error *err);
int cvm_verifier_add_crl(struct cvm_verifier *verifier, const void *data, size_t len,
			 const char *name, struct cvm_error *err);
/*
 * Anything that Intel's provisioning service hands out: TCB info and enclave
 * identity as signed JSON, issuer chains and CRLs as PEM, DER or hexadecimal DER.
 */
int cvm_verifier_add_collateral(struct cvm_verifier *verifier, const void *data, size_t len,
				const char *name, struct cvm_error *err);
/* Trusts these self-signed certificates beside the pinned ones: test platforms only. */
int cvm_verifier_add_roots(struct cvm_verifier *verifier, const void *data, size_t len,
			   const char *name, struct cvm_error *err);
/* Takes over the policy. */
void cvm_verifier_set_policy(struct cvm_verifier *verifier, struct cvm_policy *policy);
void cvm_verifier_set_time(struct cvm_verifier *verifier, time_t at);
/* Exactly one of these three must be called before appraising. */
void cvm_verifier_expect_report_data(struct cvm_verifier *verifier, const uint8_t data[64],
				     const char *origin);
void cvm_verifier_expect_nothing(struct cvm_verifier *verifier);
/*
 * Report data as cvm_seal_to_report_data() makes it; @name is what messages call the nonce.
 * 0 or -ENOMEM. Of another nonce or root, freshness does not hold: the hash does not tell
 * which of them it is. Of the nonce without a root, it holds, and policy does not.
 */
int cvm_verifier_expect_seals(struct cvm_verifier *verifier, const void *nonce, size_t len,
			      const uint8_t root[CVM_SEAL_DIGEST], const char *name);
/* 0 when *appraisal was made, whatever its verdict; errors are the caller's or the machine's. */
int cvm_verifier_appraise(struct cvm_verifier *verifier, const void *evidence, size_t len,
			  struct cvm_appraisal **appraisal, struct cvm_error *err);

/* SHA-512 of a nonce: what `attest --nonce` binds and `verify --nonce` expects. */
int cvm_nonce_to_report_data(const void *nonce, size_t len, uint8_t report_data[64]);
/* SHA-512(nonce || root): what `attest --bind seal` binds. 0 or -ENOMEM. */
int cvm_seal_to_report_data(const void *nonce, size_t len, const uint8_t root[CVM_SEAL_DIGEST],
			    uint8_t report_data[64]);

#ifdef __cplusplus
}
#endif

#endif /* LIBCVM_VERIFY_H */
