// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The appraisal of one quote or TDREPORT, as a table of checks, like that of an SNP
 * report in verify.c. A quote hangs on a chain of five links: its signature, the
 * attestation key in the quoting enclave's report, the PCK's signature over that
 * report, the PCK's chain, and what Intel says of the TCB.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "tdx.h"

#define NAME_SIZE 64

/**
 * struct subject - a quote under appraisal
 * @verifier: certificates, collateral, time and expectations
 * @cache: what it remembers
 * @appraisal: collects the checks
 * @bytes: the quote as it came
 * @quote: the quote, parsed
 * @platform: its PCK and what is known of it, or NULL
 * @tcb_info: document for its FMSPC, or NULL
 * @qe_identity: document for its quoting enclave, or NULL
 */
struct subject {
	struct cvm_verifier *verifier;
	struct tdx_cache *cache;
	struct cvm_appraisal *appraisal;
	const uint8_t *bytes;
	struct cvm_tdx_quote quote;
	struct platform *platform;
	struct collateral *tcb_info;
	struct collateral *qe_identity;
};

#define add(s, name, result, ...)                                                         \
	cvm_appraisal_add((s)->appraisal, name, CVM_GROUP_AUTHENTIC, CVM_RESULT_##result, \
			  __VA_ARGS__)

static bool has_pck(const struct subject *s)
{
	return s->platform && !s->platform->malformed[0];
}

static bool has_chain(const struct subject *s)
{
	return has_pck(s) && s->platform->chain.state == CHAIN_VALID;
}

static const struct cert *root_of(const struct subject *s)
{
	return has_chain(s) ? s->platform->chain.root : NULL;
}

/* ---- the PCK and its chain ---- */

static int check_pck(struct subject *s)
{
	char fmspc[13];

	if (!s->platform) {
		cvm_check_remedy(add(s, "pck-certificate", MISSING,
				     "the quote names its PCK certificate only (type %d)",
				     s->quote.certification),
				 "get it from %s and name it with --certs", cvm_pcs_pck_url);
	} else if (s->platform->malformed[0]) {
		add(s, "pck-certificate", FAIL, "the PCK certificate is malformed: %s",
		    s->platform->malformed);
	} else {
		cvm_hex(fmspc, s->platform->pck.fmspc, 6);
		memcpy(s->appraisal->fmspc, fmspc, sizeof(fmspc));
		add(s, "pck-certificate", OK, "PCK certificate of FMSPC %s, PCESVN %u", fmspc,
		    s->platform->pck.pce_svn);
	}
	return 0;
}

static void describe_chain(struct subject *s)
{
	const struct tdx_chain *chain = &s->platform->chain;
	const char *whose = chain->root->intel ? "pinned" : "the caller's own";
	char ca_name[NAME_SIZE], root_name[NAME_SIZE], key[CVM_HEX_SHORT];

	cvm_x509_common_name(X509_get_subject_name(chain->ca->x509), ca_name, NAME_SIZE);
	cvm_x509_common_name(X509_get_subject_name(chain->root->x509), root_name, NAME_SIZE);
	cvm_hex_short(key, chain->root->spki_sha256, sizeof(chain->root->spki_sha256));
	add(s, "chain", OK, "PCK <- %s <- %s (%s root key %s)", ca_name, root_name, whose, key);
}

static int check_chain(struct subject *s)
{
	const struct tdx_chain *chain;

	if (!has_pck(s))
		return 0;
	chain = &s->platform->chain;
	switch (chain->state) {
	case CHAIN_VALID:
		describe_chain(s);
		break;
	case CHAIN_NO_CA:
	case CHAIN_NO_ROOT:
		cvm_check_remedy(add(s, "chain", MISSING, "%s", chain->why),
				 "get the SGX-PCK-Certificate-Issuer-Chain that comes with %s %s",
				 cvm_pcs_pck_url, "and name it with --certs");
		break;
	case CHAIN_UNTRUSTED:
		cvm_check_remedy(add(s, "chain", FAIL, "%s", chain->why),
				 "for the keys of a test platform, name the root with --roots");
		break;
	case CHAIN_BROKEN:
		add(s, "chain", FAIL, "%s", chain->why);
		break;
	}
	return 0;
}

static const char *day_of(time_t at, char date[16])
{
	struct tm tm;

	if (!gmtime_r(&at, &tm) || !strftime(date, 16, "%Y-%m-%d", &tm))
		snprintf(date, 16, "that day");
	return date;
}

static int check_dates(struct subject *s)
{
	char date[16];

	if (!has_chain(s))
		return 0;
	if (s->platform->chain.in_time)
		add(s, "validity", OK, "the certificates are valid on %s",
		    day_of(s->verifier->at, date));
	else
		add(s, "validity", FAIL, "%s", s->platform->chain.time_why);
	return 0;
}

static int check_revocation(struct subject *s)
{
	const struct tdx_chain *chain;
	char url[CVM_URL_SIZE];

	if (!has_chain(s))
		return 0;
	chain = &s->platform->chain;
	if (chain->revocation == REVOCATION_CLEAR)
		add(s, "revocation", OK, "%s", chain->revocation_why);
	else if (chain->revocation == REVOCATION_UNDECIDED)
		cvm_check_remedy(add(s, "revocation", MISSING, "revocation is open: %s",
				     chain->revocation_why),
				 "get %s and name it with --collateral",
				 cvm_pcs_crl_url(url, chain->open_issuer));
	else
		add(s, "revocation", FAIL, "%s", chain->revocation_why);
	return 0;
}

/* ---- signatures ---- */

static int check_qe_signature(struct subject *s)
{
	int ret;

	if (!has_pck(s))
		return 0;
	ret = cvm_platform_prove(s->cache, s->platform, &s->quote);
	if (ret)
		return ret;
	if (s->platform->proof.is_signed)
		add(s, "qe-signature", OK, "report of the quoting enclave signed by the PCK");
	else
		add(s, "qe-signature", FAIL,
		    "the PCK did not sign the report of the quoting enclave");
	return 0;
}

/* SHA-256 over attestation key and authentication data, then zeros: appendix A.3.8 */
static int check_attestation_key(struct subject *s)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t expected[64] = { 0 };
	bool done = ctx && EVP_DigestInit_ex(ctx, s->cache->sha256, NULL) &&
		    EVP_DigestUpdate(ctx, s->quote.attestation_key, 64) &&
		    EVP_DigestUpdate(ctx, s->quote.qe_auth, s->quote.qe_auth_len) &&
		    EVP_DigestFinal_ex(ctx, expected, NULL);

	EVP_MD_CTX_free(ctx);
	if (!done)
		return -ENOMEM;
	if (!memcmp(expected, s->quote.qe.report_data, sizeof(expected)))
		add(s, "attestation-key", OK, "the quoting enclave vouches for the key");
	else
		add(s, "attestation-key", FAIL,
		    "the quoting enclave's report is about another attestation key");
	return 0;
}

static int check_signature(struct subject *s)
{
	int ret;

	if (!has_pck(s))
		return 0;
	ret = cvm_p256_verify(s->cache, s->platform->proof.key_ctx, s->bytes, s->quote.signed_len,
			      s->quote.signature);
	if (ret < 0)
		return ret;
	if (ret)
		add(s, "quote-signature", OK, "ECDSA P-256 by the attestation key");
	else
		add(s, "quote-signature", FAIL, "the attestation key did not sign this quote");
	return 0;
}

/* ---- collateral ---- */

static bool is_usable(const struct subject *s, const struct collateral *collateral)
{
	return collateral && collateral->state == COLLATERAL_GENUINE &&
	       cvm_collateral_in_time(collateral, s->verifier->at) && root_of(s) &&
	       !memcmp(collateral->chain.root->spki_sha256, root_of(s)->spki_sha256, 32);
}

static void describe_dates(const struct collateral *collateral, char from[16], char to[16])
{
	day_of(collateral->issued, from);
	day_of(collateral->until, to);
}

/* One line for a document that was found; NULL when nothing of Intel's can mend it. */
static struct cvm_check *judge_collateral(struct subject *s, const char *name,
					  const struct collateral *collateral)
{
	char from[16], to[16];

	describe_dates(collateral, from, to);
	if (collateral->state == COLLATERAL_NO_SIGNER)
		return add(s, name, MISSING, "%s: %s", collateral->name, collateral->why);
	if (collateral->state == COLLATERAL_FORGED) {
		add(s, name, FAIL, "%s: %s", collateral->name, collateral->why);
		return NULL;
	}
	if (root_of(s) && memcmp(collateral->chain.root->spki_sha256, root_of(s)->spki_sha256, 32))
		return add(s, name, MISSING, "%s is of another root than the quote",
			   collateral->name);
	if (!cvm_collateral_in_time(collateral, s->verifier->at))
		return add(s, name, MISSING, "%s is for %s to %s", collateral->name, from, to);
	add(s, name, OK, "%s signed by the TCB signing key, issued %s, valid to %s",
	    collateral->kind == COLLATERAL_TCB_INFO ? "TCB info" : "QE identity", from, to);
	return NULL;
}

static int check_tcb_info(struct subject *s)
{
	struct cvm_check *check;
	char url[CVM_URL_SIZE];
	int ret;

	if (!has_pck(s))
		return 0;
	ret = cvm_collateral_find(s->verifier, COLLATERAL_TCB_INFO, &s->platform->pck, root_of(s),
				  &s->tcb_info);
	if (ret)
		return ret;
	if (s->tcb_info)
		check = judge_collateral(s, "tcb-info", s->tcb_info);
	else
		check = add(s, "tcb-info", MISSING, "TCB info for FMSPC %s is missing",
			    s->appraisal->fmspc);
	if (check)
		cvm_check_remedy(check, "get %s with its issuer chain, name both with --collateral",
				 cvm_pcs_tcb_url(url, s->platform->pck.fmspc));
	return 0;
}

static int check_qe_identity(struct subject *s)
{
	struct cvm_check *check;
	int ret;

	if (!has_pck(s))
		return 0;
	ret = cvm_collateral_find(s->verifier, COLLATERAL_QE_IDENTITY, NULL, root_of(s),
				  &s->qe_identity);
	if (ret)
		return ret;
	if (s->qe_identity)
		check = judge_collateral(s, "qe-identity", s->qe_identity);
	else
		check = add(s, "qe-identity", MISSING,
			    "the identity of the quoting enclave is missing");
	if (check)
		cvm_check_remedy(check, "get %s with its issuer chain, name both with --collateral",
				 cvm_pcs_qe_url);
	return 0;
}

/* ---- what the collateral says ---- */

static int check_module(struct subject *s)
{
	const uint8_t *svn = s->quote.td.tee_tcb_svn;
	const char *mismatch;

	if (!is_usable(s, s->tcb_info))
		return 0;
	mismatch = cvm_tdx_module_mismatch(s->tcb_info->tcb_info, &s->quote.td);
	if (mismatch)
		cvm_check_remedy(add(s, "tdx-module", FAIL, "TDX module %u.%u: %s", svn[1], svn[0],
				     mismatch),
				 "a module newer than the TCB info needs newer TCB info");
	else
		add(s, "tdx-module", OK, "TDX module %u.%u is signed by Intel", svn[1], svn[0]);
	return 0;
}

static int check_quoting_enclave(struct subject *s)
{
	const char *mismatch;

	if (!is_usable(s, s->qe_identity))
		return 0;
	mismatch = cvm_qe_mismatch(s->qe_identity->qe_identity, &s->quote.qe);
	if (mismatch)
		add(s, "quoting-enclave", FAIL, "%s is not that of Intel's quoting enclave",
		    mismatch);
	else
		add(s, "quoting-enclave", OK, "Intel's quoting enclave, ISVSVN %u",
		    s->quote.qe.isv_svn);
	return 0;
}

/* Revoked is no matter of taste: keys of such a TCB may be in the hands of others. */
static int check_tcb(struct subject *s)
{
	struct cvm_tcb_verdict *tcb = &s->appraisal->tcb;
	struct tcb_question question = { .quote = &s->quote };
	int ret;

	if (!is_usable(s, s->tcb_info) || !is_usable(s, s->qe_identity))
		return 0;
	question.pck = &s->platform->pck;
	question.info = s->tcb_info->tcb_info;
	question.identity = s->qe_identity->qe_identity;
	ret = cvm_tcb_judge(&question, tcb);
	if (ret)
		return ret;
	s->appraisal->has_tcb = true;
	if (tcb->status == CVM_TCB_REVOKED)
		add(s, "tcb", FAIL, "Intel has revoked this TCB (platform %s, module %s, QE %s)",
		    cvm_tcb_status_name(tcb->platform), cvm_tcb_status_name(tcb->module),
		    cvm_tcb_status_name(tcb->qe));
	else
		add(s, "tcb", OK, "platform %s, TDX module %s, quoting enclave %s",
		    cvm_tcb_status_name(tcb->platform), cvm_tcb_status_name(tcb->module),
		    cvm_tcb_status_name(tcb->qe));
	return 0;
}

/* ---- policy ---- */

static void check_policy(struct cvm_verifier *v, struct cvm_appraisal *appraisal,
			 const struct tdx_chain *chain)
{
	struct policy_subject subject = { .tdx = &appraisal->tdx };

	if (appraisal->has_tcb)
		subject.tcb = &appraisal->tcb;
	if (chain && chain->revocation == REVOCATION_CLEAR) {
		subject.has_crl = true;
		subject.crl_age = v->at - chain->crl_issued;
	}
	cvm_policy_apply(v->policy, &subject, appraisal);
}

/* clang-format off */
static int (*const checks[])(struct subject *s) = {
	check_pck,
	check_chain,
	check_dates,
	check_revocation,
	check_qe_signature,
	check_attestation_key,
	check_signature,
	check_tcb_info,
	check_qe_identity,
	check_module,
	check_quoting_enclave,
	check_tcb,
};

/* clang-format on */

size_t cvm_tdx_checks_max(void)
{
	return ARRAY_SIZE(checks) + 3;
}

/* ---- the appraisal ---- */

static void take_td(struct cvm_appraisal *appraisal, const struct cvm_tdx_report *td)
{
	appraisal->tdx = *td;
	appraisal->has_tdx = true;
	appraisal->product = td->is_15 ? "TDX 1.5" : "TDX 1.0";
}

static int appraise_quote(struct subject *s, size_t len)
{
	struct cvm_appraisal *appraisal = s->appraisal;
	struct cvm_error why;
	size_t i;
	int ret;

	if (cvm_tdx_quote_parse(s->bytes, len, &s->quote, &why)) {
		cvm_appraisal_add(appraisal, "quote-format", CVM_GROUP_FORMAT, CVM_RESULT_FAIL,
				  "%s", why.why);
		return 0;
	}
	take_td(appraisal, &s->quote.td);
	cvm_appraisal_add(appraisal, "quote-format", CVM_GROUP_FORMAT, CVM_RESULT_OK,
			  "TDX quote version %u, %zu bytes%s", s->quote.version, s->quote.len,
			  s->quote.trailing ? ", and more behind it that are not looked at" : "");
	ret = cvm_platform_find(s->verifier, &s->quote, &s->platform);
	for (i = 0; i < ARRAY_SIZE(checks) && !ret; i++)
		ret = checks[i](s);
	cvm_check_freshness(s->verifier, appraisal->tdx.report_data, appraisal);
	check_policy(s->verifier, appraisal, has_chain(s) ? &s->platform->chain : NULL);
	return ret;
}

/* Its MAC is made with a key that never leaves the CPU: what holds it together holds there. */
static int appraise_report(struct cvm_verifier *verifier, struct cvm_appraisal *appraisal,
			   const uint8_t *bytes, size_t len)
{
	struct cvm_tdx_report report;
	struct cvm_error why;

	if (cvm_tdx_report_parse(bytes, len, &report, &why)) {
		cvm_appraisal_add(appraisal, "report-format", CVM_GROUP_FORMAT, CVM_RESULT_FAIL,
				  "%s", why.why);
		return 0;
	}
	take_td(appraisal, &report);
	cvm_appraisal_add(appraisal, "report-format", CVM_GROUP_FORMAT, CVM_RESULT_OK,
			  "TDREPORT version %u, %zu bytes, its hashes hold", report.version, len);
	cvm_check_remedy(cvm_appraisal_add(appraisal, "mac", CVM_GROUP_AUTHENTIC,
					   CVM_RESULT_MISSING,
					   "only its own machine can check the MAC of a TDREPORT"),
			 "get a quote: cvmctl attest");
	cvm_check_freshness(verifier, appraisal->tdx.report_data, appraisal);
	check_policy(verifier, appraisal, NULL);
	return 0;
}

int cvm_tdx_appraise(struct cvm_verifier *verifier, struct cvm_appraisal *appraisal,
		     const uint8_t *bytes, size_t len)
{
	struct subject s = {
		.verifier = verifier,
		.cache = cvm_tdx_cache_get(verifier),
		.appraisal = appraisal,
		.bytes = bytes,
	};

	if (!s.cache)
		return -ENOMEM;
	appraisal->platform = "tdx";
	if (appraisal->kind == CVM_EVIDENCE_TDX_REPORT)
		return appraise_report(verifier, appraisal, bytes, len);
	return appraise_quote(&s, len);
}
