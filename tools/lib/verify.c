// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The appraisal of one report, as a table of checks. Each check adds its line;
 * what follows from the lines is decided in appraisal.c.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>

#include "lib.h"

#define NAME_SIZE 64

/**
 * struct subject - evidence under appraisal
 * @verifier: certificates, time and expectations
 * @appraisal: collects the checks
 * @report: the evidence, parsed
 * @vek: certificate that should have signed it, or NULL
 * @chain: of @vek
 * @signed_by_vek: the signature was checked and holds
 * @unsigned_report: the firmware made no signature, so no certificate can help
 */
struct subject {
	struct cvm_verifier *verifier;
	struct cvm_appraisal *appraisal;
	struct cvm_snp_report *report;
	const struct cert *vek;
	const struct chain *chain;
	bool signed_by_vek;
	bool unsigned_report;
};

#define ok(s, name, ...) \
	cvm_appraisal_add((s)->appraisal, name, CVM_GROUP_AUTHENTIC, CVM_RESULT_OK, __VA_ARGS__)
#define fail(s, name, ...) \
	cvm_appraisal_add((s)->appraisal, name, CVM_GROUP_AUTHENTIC, CVM_RESULT_FAIL, __VA_ARGS__)
#define missing(s, name, ...)                                                            \
	cvm_appraisal_add((s)->appraisal, name, CVM_GROUP_AUTHENTIC, CVM_RESULT_MISSING, \
			  __VA_ARGS__)
#define skipped(s, name, ...)                                                            \
	cvm_appraisal_add((s)->appraisal, name, CVM_GROUP_AUTHENTIC, CVM_RESULT_SKIPPED, \
			  __VA_ARGS__)

static bool is_masked(const struct cvm_snp_report *report)
{
	return cvm_is_zero(report->chip_id, cvm_snp_hwid_size(report->product));
}

static const char *signer_name(const struct subject *s)
{
	return cvm_signer_name(s->report->signer);
}

static void remedy_vek(struct subject *s, struct cvm_check *check)
{
	const struct cvm_snp_report *report = s->report;
	char url[CVM_URL_SIZE];

	if (report->signer == CVM_SNP_SIGNER_VLEK)
		cvm_check_remedy(check, "the provider has it; guests get it in the %s",
				 "certificate table that comes with a report");
	else if (is_masked(report))
		cvm_check_remedy(check, "the chip id is masked: AMD cannot be asked, use the %s",
				 "certificate table that comes with the report");
	else
		cvm_check_remedy(check, "get %s", cvm_kds_vek_url(url, report));
}

static void remedy_url(struct subject *s, struct cvm_check *check, const char *what,
		       const char *option)
{
	char url[CVM_URL_SIZE];

	cvm_check_remedy(check, "get %s and name it with %s",
			 cvm_kds_url(url, s->report->signer, s->report->product, what), option);
}

/* ---- checks ---- */

static void check_signer(struct subject *s)
{
	const struct cvm_snp_report *report = s->report;

	if (report->signer != CVM_SNP_SIGNER_VCEK && report->signer != CVM_SNP_SIGNER_VLEK &&
	    report->signer != CVM_SNP_SIGNER_NONE)
		missing(s, "signer", "signed by a key of kind %d, which this version does not know",
			report->signer);
	else if (report->signer == CVM_SNP_SIGNER_VCEK && report->mask_chip_key)
		fail(s, "signer", "not signed: the host masks the chip's key (MASK_CHIP_KEY)");
	else if (s->unsigned_report)
		fail(s, "signer", "the report is not signed");
	else
		ok(s, "signer", "signed by a %s", signer_name(s));
}

static void check_vek(struct subject *s)
{
	const struct cvm_snp_report *report = s->report;
	char tcb[CVM_TCB_TEXT];

	if (s->unsigned_report)
		return;
	if (!s->vek)
		remedy_vek(s,
			   missing(s, "vek-certificate", "the %s certificate for TCB %s is missing",
				   signer_name(s), cvm_snp_tcb_text(tcb, &report->reported_tcb)));
	else if (s->vek->vek.malformed)
		fail(s, "vek-certificate", "the %s certificate is malformed: %s", signer_name(s),
		     s->vek->vek.malformed);
	else
		ok(s, "vek-certificate", "%s certificate for %s", signer_name(s),
		   s->vek->vek.product_name);
}

/* Names of AMD's CAs end in the line they serve: SEV-Milan, SEV-VLEK-Milan, ARK-Milan. */
static enum cvm_snp_product line_of_ca(const struct cert *ca)
{
	char name[NAME_SIZE];
	const char *dash;

	if (!ca)
		return CVM_SNP_UNKNOWN;
	if (ca->pinned != CVM_SNP_UNKNOWN)
		return ca->pinned;
	cvm_x509_common_name(X509_get_subject_name(ca->x509), name, sizeof(name));
	dash = strrchr(name, '-');
	return dash ? cvm_snp_product_of_name(dash + 1) : CVM_SNP_UNKNOWN;
}

static bool disagree(enum cvm_snp_product a, enum cvm_snp_product b)
{
	return a != CVM_SNP_UNKNOWN && b != CVM_SNP_UNKNOWN && a != b;
}

static void check_product(struct subject *s)
{
	const struct cvm_snp_report *report = s->report;
	enum cvm_snp_product ca = s->chain ? line_of_ca(s->chain->ca) : CVM_SNP_UNKNOWN;
	enum cvm_snp_product root = s->chain ? line_of_ca(s->chain->root) : CVM_SNP_UNKNOWN;
	const char *product = cvm_snp_product_name(report->product);

	if (s->unsigned_report || (!report->has_cpuid && !s->vek))
		return;
	if (s->vek && disagree(report->product, s->vek->vek.product))
		fail(s, "product", "the report is of a %s, the certificate of a %s", product,
		     cvm_snp_product_name(s->vek->vek.product));
	else if (disagree(report->product, ca) || disagree(report->product, root))
		fail(s, "product", "the report is of a %s, its issuers are those of %s", product,
		     cvm_snp_product_name(disagree(report->product, ca) ? ca : root));
	else if (report->product == CVM_SNP_UNKNOWN)
		cvm_check_remedy(missing(s, "product", "CPU family %#x model %#x is not known here",
					 report->cpuid_family, report->cpuid_model),
				 "a newer cvmctl may know it");
	else if (report->has_cpuid)
		ok(s, "product", "%s, CPU family %#x model %#x stepping %u", product,
		   report->cpuid_family, report->cpuid_model, report->cpuid_stepping);
	else
		ok(s, "product", "%s by the certificate, this report does not tell", product);
}

static void check_signature(struct subject *s)
{
	const struct cvm_snp_report *report = s->report;
	char chip[CVM_HEX_SHORT], tcb[CVM_TCB_TEXT];

	if (!s->vek)
		return;
	if (!s->signed_by_vek)
		fail(s, "report-signature", "the key of the %s certificate did not sign this",
		     signer_name(s));
	else if (report->signer == CVM_SNP_SIGNER_VLEK || is_masked(report))
		ok(s, "report-signature", "ECDSA P-384 by %s, TCB %s", signer_name(s),
		   cvm_snp_tcb_text(tcb, &report->reported_tcb));
	else
		ok(s, "report-signature", "ECDSA P-384 by %s of chip %s, TCB %s", signer_name(s),
		   cvm_hex_short(chip, report->chip_id, cvm_snp_hwid_size(report->product)),
		   cvm_snp_tcb_text(tcb, &report->reported_tcb));
}

static void check_tcb(struct subject *s)
{
	const struct cvm_snp_tcb *reported = &s->report->reported_tcb;
	char ours[CVM_TCB_TEXT], theirs[CVM_TCB_TEXT];

	if (!s->vek || s->vek->vek.malformed)
		return;
	cvm_snp_tcb_text(ours, reported);
	if (reported->raw == s->vek->vek.tcb.raw)
		ok(s, "vek-tcb", "TCB %s in report and certificate", ours);
	else
		remedy_vek(s, fail(s, "vek-tcb", "the report says TCB %s, the certificate %s", ours,
				   cvm_snp_tcb_text(theirs, &s->vek->vek.tcb)));
}

static void check_hwid(struct subject *s)
{
	const struct cvm_snp_report *report = s->report;
	size_t size = cvm_snp_hwid_size(report->product);
	char ours[CVM_HEX_SHORT], theirs[CVM_HEX_SHORT];
	const struct vek *vek;

	if (!s->vek || s->vek->vek.malformed)
		return;
	vek = &s->vek->vek;
	cvm_hex_short(ours, report->chip_id, size);
	if (vek->signer == CVM_SNP_SIGNER_VLEK)
		skipped(s, "vek-hwid", "a VLEK names no chip; it was issued to %s", vek->csp_id);
	else if (is_masked(report))
		skipped(s, "vek-hwid", "the host masks the chip id, so it cannot be compared");
	else if (vek->hwid_len == size && !memcmp(vek->hwid, report->chip_id, size))
		ok(s, "vek-hwid", "chip %s in report and certificate", ours);
	else
		remedy_vek(s, fail(s, "vek-hwid", "the report is of chip %s, the certificate of %s",
				   ours, cvm_hex_short(theirs, vek->hwid, vek->hwid_len)));
}

static void describe_chain(struct subject *s)
{
	const struct cert *root = s->chain->root;
	const char *whose = root->pinned != CVM_SNP_UNKNOWN ? "pinned" : "the caller's own";
	char ca_name[NAME_SIZE], root_name[NAME_SIZE], key[CVM_HEX_SHORT];

	cvm_x509_common_name(X509_get_subject_name(s->chain->ca->x509), ca_name, NAME_SIZE);
	cvm_x509_common_name(X509_get_subject_name(root->x509), root_name, NAME_SIZE);
	cvm_hex_short(key, root->spki_sha256, sizeof(root->spki_sha256));
	ok(s, "chain", "%s <- %s <- %s (%s root key %s)", cvm_signer_name(s->vek->vek.signer),
	   ca_name, root_name, whose, key);
}

static void check_chain(struct subject *s)
{
	if (!s->vek)
		return;
	switch (s->chain->state) {
	case CHAIN_VALID:
		describe_chain(s);
		break;
	case CHAIN_NO_CA:
	case CHAIN_NO_ROOT:
		remedy_url(s, missing(s, "chain", "%s", s->chain->why), "cert_chain", "--certs");
		break;
	case CHAIN_UNTRUSTED:
		cvm_check_remedy(fail(s, "chain", "%s", s->chain->why),
				 "for the keys of a test platform, name the root with --roots");
		break;
	case CHAIN_BROKEN:
		fail(s, "chain", "%s", s->chain->why);
		break;
	}
}

static bool has_valid_chain(const struct subject *s)
{
	return s->vek && s->chain->state == CHAIN_VALID;
}

static void check_dates(struct subject *s)
{
	char date[16];
	struct tm tm;

	if (!has_valid_chain(s))
		return;
	if (!s->chain->in_time) {
		fail(s, "validity", "%s", s->chain->time_why);
		return;
	}
	if (!gmtime_r(&s->verifier->at, &tm) || !strftime(date, sizeof(date), "%Y-%m-%d", &tm))
		snprintf(date, sizeof(date), "that day");
	ok(s, "validity", "the certificates are valid on %s", date);
}

static void check_revocation(struct subject *s)
{
	const char *why;

	if (!has_valid_chain(s))
		return;
	why = s->chain->revocation_why;
	switch (s->chain->revocation) {
	case REVOCATION_UNCHECKED:
		remedy_url(s,
			   skipped(s, "revocation", "revocation was not checked: no CRL was given"),
			   "crl", "--crl");
		break;
	case REVOCATION_CLEAR:
		ok(s, "revocation", "%s", why);
		break;
	case REVOCATION_UNDECIDED:
		remedy_url(s, missing(s, "revocation", "revocation is open: %s", why), "crl",
			   "--crl");
		break;
	case REVOCATION_REVOKED:
	case REVOCATION_FORGED:
		fail(s, "revocation", "%s", why);
		break;
	}
}

static void check_freshness(struct subject *s)
{
	cvm_check_freshness(s->verifier, s->report->report_data, s->appraisal);
}

static void check_policy(struct subject *s)
{
	struct policy_subject subject = {
		.report = s->report,
		.vek = s->vek ? &s->vek->vek : NULL,
	};

	if (has_valid_chain(s) && s->chain->revocation == REVOCATION_CLEAR) {
		subject.has_crl = true;
		subject.crl_age = s->verifier->at - s->chain->crl_issued;
	}
	cvm_policy_apply(s->verifier->policy, &subject, s->appraisal);
}

/* clang-format off */
static void (*const checks[])(struct subject *s) = {
	check_signer,
	check_product,
	check_vek,
	check_signature,
	check_tcb,
	check_hwid,
	check_chain,
	check_dates,
	check_revocation,
	check_freshness,
	check_policy,
};

/* clang-format on */

/* ---- the appraisal ---- */

static int find_vek(struct subject *s, const uint8_t *bytes)
{
	struct vek_choice choice = { 0 };
	int ret;

	s->unsigned_report = s->report->signer == CVM_SNP_SIGNER_NONE ||
			     cvm_is_zero(bytes + CVM_SNP_REPORT_SIGNED, 144) ||
			     (s->report->signer == CVM_SNP_SIGNER_VCEK && s->report->mask_chip_key);
	if (s->unsigned_report)
		return 0;
	ret = cvm_vek_choose(s->verifier, s->report, bytes, &choice);
	if (ret || !choice.vek)
		return ret;
	s->vek = choice.vek;
	s->chain = choice.chain;
	s->signed_by_vek = choice.signed_by_vek;
	if (!s->report->has_cpuid) {
		s->report->product = s->vek->vek.product;
		cvm_snp_report_set_layout(s->report, s->report->product);
	}
	return 0;
}

static int appraise(struct cvm_verifier *verifier, struct cvm_appraisal *appraisal,
		    const uint8_t *bytes, size_t len)
{
	struct subject s = {
		.verifier = verifier,
		.appraisal = appraisal,
		.report = &appraisal->report,
	};
	const char *newer = "";
	struct cvm_error why;
	size_t i;
	int ret;

	if (cvm_snp_report_parse(bytes, len, s.report, &why)) {
		cvm_appraisal_add(appraisal, "report-format", CVM_GROUP_FORMAT, CVM_RESULT_FAIL,
				  "%s", why.why);
		return 0;
	}
	appraisal->has_report = true;
	if (s.report->newer)
		newer = "; newer than known here, read as far as the ABI promises";
	cvm_appraisal_add(appraisal, "report-format", CVM_GROUP_FORMAT, CVM_RESULT_OK,
			  "SNP report version %u, %zu bytes%s", s.report->version, len, newer);
	ret = find_vek(&s, bytes);
	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(checks); i++)
		checks[i](&s);
	appraisal->product = cvm_snp_product_name(s.report->product);
	return 0;
}

static int check_caller(const struct cvm_verifier *verifier, struct cvm_error *err)
{
	if (!verifier->has_time)
		return cvm_error_set(err, -EINVAL, CVM_ERR_USAGE, "verifier", "no time was set");
	if (verifier->expect == EXPECT_UNSET)
		return cvm_error_set(err, -EINVAL, CVM_ERR_USAGE, "verifier",
				     "neither report data nor its absence is expected");
	return 0;
}

static size_t checks_max(void)
{
	/* the format, and freshness may have two lines */
	size_t snp = 2 + ARRAY_SIZE(checks), tdx = cvm_tdx_checks_max();

	return snp > tdx ? snp : tdx;
}

int cvm_verifier_appraise(struct cvm_verifier *verifier, const void *evidence, size_t len,
			  struct cvm_appraisal **appraisal, struct cvm_error *err)
{
	struct cvm_appraisal *a;
	int ret = check_caller(verifier, err);

	*appraisal = NULL;
	if (ret)
		return ret;
	a = cvm_appraisal_new(checks_max() + cvm_policy_size(verifier->policy));
	if (!a)
		return cvm_error_nomem(err, "appraisal");
	a->kind = cvm_evidence_kind(evidence, len);
	ERR_set_mark();
	if (a->kind == CVM_EVIDENCE_TDX_QUOTE || a->kind == CVM_EVIDENCE_TDX_REPORT)
		ret = cvm_tdx_appraise(verifier, a, evidence, len);
	else
		ret = appraise(verifier, a, evidence, len);
	ERR_pop_to_mark();
	if (!ret)
		ret = cvm_appraisal_finish(a);
	if (ret) {
		cvm_appraisal_free(a);
		return cvm_error_nomem(err, "appraisal");
	}
	*appraisal = a;
	return 0;
}
