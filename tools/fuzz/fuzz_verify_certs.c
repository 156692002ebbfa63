// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A genuine report with certificates of anybody: a byte of modes, then a VCEK, or a CRL.
 *
 * The host hands out certificates, and whoever stands between us and AMD hands out CRLs.
 * What is accepted must have been signed by the right key, fit the report, and be in
 * time; half of the inputs get a signature that fits.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "appraise.h"
#include "fuzz.h"
#include "lib.h"

#define MODE_SIGN 1
#define MODE_CRL  2
#define MODE_ASK  4 /* signs the CRL in place of the ARK */

static struct forge_keys keys;
static struct blob ark, ask, vcek;
static uint8_t report[CVM_SNP_REPORT_SIZE];

static struct cvm_verifier *new_verifier(void)
{
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);

	FUZZ_CHECK(!cvm_verifier_add_roots(verifier, ark.data, ark.len, "ark", NULL));
	FUZZ_CHECK(!cvm_verifier_add_certs(verifier, ask.data, ask.len, "ask", NULL));
	return verifier;
}

static void add_vcek(struct cvm_verifier *verifier)
{
	FUZZ_CHECK(!cvm_verifier_add_certs(verifier, vcek.data, vcek.len, "vcek", NULL));
}

/* ---- signatures that fit ---- */

/* As AMD signs */
static EVP_MD_CTX *signing(EVP_PKEY *key)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey;

	FUZZ_CHECK(ctx && EVP_DigestSignInit(ctx, &pkey, EVP_sha384(), NULL, key) == 1);
	FUZZ_CHECK(EVP_PKEY_CTX_set_rsa_padding(pkey, RSA_PKCS1_PSS_PADDING) > 0);
	FUZZ_CHECK(EVP_PKEY_CTX_set_rsa_pss_saltlen(pkey, RSA_PSS_SALTLEN_DIGEST) > 0);
	return ctx;
}

static void sign_cert(struct blob *blob)
{
	const uint8_t *at = blob->data;
	X509 *x509 = d2i_X509(NULL, &at, blob->len);
	EVP_MD_CTX *ctx = signing(keys.ask);
	uint8_t *der = NULL;
	int len = -1;

	if (x509 && X509_sign_ctx(x509, ctx) > 0)
		len = i2d_X509(x509, &der);
	EVP_MD_CTX_free(ctx);
	X509_free(x509);
	if (len <= 0)
		return;
	free(blob->data);
	*blob = (struct blob){ der, len };
}

static void sign_crl(struct blob *blob, EVP_PKEY *key)
{
	const uint8_t *at = blob->data;
	X509_CRL *crl = d2i_X509_CRL(NULL, &at, blob->len);
	EVP_MD_CTX *ctx = signing(key);
	uint8_t *der = NULL;
	int len = -1;

	if (crl && X509_CRL_sign_ctx(crl, ctx) > 0)
		len = i2d_X509_CRL(crl, &der);
	EVP_MD_CTX_free(ctx);
	X509_CRL_free(crl);
	if (len <= 0)
		return;
	free(blob->data);
	*blob = (struct blob){ der, len };
}

/* The way that mutated inputs take, with one that is not mutated */
static void check_genuine(void)
{
	struct cvm_verifier *verifier = new_verifier();
	struct forge_crl list = forge_ark_crl(&keys);
	struct blob crl = forge_crl(&list);

	FUZZ_CHECK(!fuzz_is_accepted(verifier, report, sizeof(report)));
	sign_cert(&vcek);
	add_vcek(verifier);
	FUZZ_CHECK(fuzz_is_accepted(verifier, report, sizeof(report)));
	sign_crl(&crl, keys.ark);
	FUZZ_CHECK(!cvm_verifier_add_crl(verifier, crl.data, crl.len, "crl", NULL));
	FUZZ_CHECK(fuzz_is_accepted(verifier, report, sizeof(report)));
	cvm_verifier_free(verifier);
	blob_free(&crl);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct forge_cert ark_cert, ask_cert, vcek_cert;

	(void)argc;
	(void)argv;
	fuzz_snp_keys(&keys);
	ark_cert = forge_ark(&keys);
	ask_cert = forge_ask(&keys);
	vcek_cert = forge_vcek(&keys);
	ark = forge_cert(&ark_cert);
	ask = forge_cert(&ask_cert);
	vcek = forge_cert(&vcek_cert);
	forge_report(report);
	forge_sign(report, keys.vek);
	check_genuine();
	return 0;
}

/* ---- what must hold of an acceptance ---- */

static bool is_in_time(const ASN1_TIME *from, const ASN1_TIME *until)
{
	time_t now = FORGE_NOW;

	return X509_cmp_time(from, &now) < 0 && X509_cmp_time(until, &now) > 0;
}

static bool is_good_vcek(const struct cert *cert)
{
	X509 *x509 = cert->x509;

	return EVP_PKEY_eq(X509_get0_pubkey(x509), keys.vek) == 1 &&
	       X509_verify(x509, keys.ask) == 1 &&
	       is_in_time(X509_get0_notBefore(x509), X509_get0_notAfter(x509)) &&
	       !cert->vek.malformed && cert->vek.tcb.raw == FORGE_TCB && cert->vek.hwid_len == 64 &&
	       !memcmp(cert->vek.hwid, forge_hwid, 64);
}

static bool has_good_vcek(const struct cvm_verifier *verifier)
{
	bool found = false;
	size_t i;

	for (i = 0; i < verifier->n_certs; i++)
		found |= is_good_vcek(verifier->certs[i]);
	return found;
}

static bool lists(X509_CRL *crl, const struct blob *der)
{
	const uint8_t *at = der->data;
	X509 *x509 = d2i_X509(NULL, &at, der->len);
	X509_REVOKED *entry;
	bool listed;

	FUZZ_CHECK(x509);
	listed = X509_CRL_get0_by_serial(crl, &entry, X509_get0_serialNumber(x509)) == 1;
	X509_free(x509);
	return listed;
}

static bool is_of(const struct blob *der, X509_CRL *crl, EVP_PKEY *key)
{
	const uint8_t *at = der->data;
	X509 *x509 = d2i_X509(NULL, &at, der->len);
	bool named;

	FUZZ_CHECK(x509);
	named = !X509_NAME_cmp(X509_get_subject_name(x509), X509_CRL_get_issuer(crl));
	X509_free(x509);
	return named && X509_CRL_verify(crl, key) == 1;
}

/* Entries of indirect lists name other issuers: those the library has to tell apart. */
static bool is_plain_list(X509_CRL *crl)
{
	return X509_CRL_get_ext_by_NID(crl, NID_issuing_distribution_point, -1) < 0;
}

static bool is_current(const X509_CRL *crl)
{
	return is_in_time(X509_CRL_get0_lastUpdate(crl), X509_CRL_get0_nextUpdate(crl));
}

static void check_crl(X509_CRL *crl)
{
	if (is_of(&ark, crl, keys.ark)) {
		FUZZ_CHECK(is_current(crl));
		FUZZ_CHECK(!is_plain_list(crl) || !lists(crl, &ask));
	}
	FUZZ_CHECK(!is_of(&ask, crl, keys.ask) || !is_plain_list(crl) || !lists(crl, &vcek));
}

static void check_accepted(const struct cvm_verifier *verifier)
{
	bool has_ark_crl = !verifier->n_crls;
	size_t i;

	FUZZ_CHECK(has_good_vcek(verifier));
	for (i = 0; i < verifier->n_crls; i++) {
		has_ark_crl |= is_of(&ark, verifier->crls[i], keys.ark);
		/* of several, an old one may have been replaced */
		if (verifier->n_crls == 1)
			check_crl(verifier->crls[i]);
	}
	FUZZ_CHECK(has_ark_crl);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cvm_verifier *verifier;
	struct blob blob;

	if (size < 2)
		return 0;
	blob = (struct blob){ malloc(size - 1), size - 1 };
	FUZZ_CHECK(blob.data);
	memcpy(blob.data, data + 1, size - 1);
	verifier = new_verifier();
	if (*data & MODE_CRL) {
		if (*data & MODE_SIGN)
			sign_crl(&blob, *data & MODE_ASK ? keys.ask : keys.ark);
		add_vcek(verifier);
		cvm_verifier_add_crl(verifier, blob.data, blob.len, "fuzz", NULL);
	} else {
		if (*data & MODE_SIGN)
			sign_cert(&blob);
		cvm_verifier_add_certs(verifier, blob.data, blob.len, "fuzz", NULL);
	}
	if (fuzz_is_accepted(verifier, report, sizeof(report)))
		check_accepted(verifier);
	cvm_verifier_free(verifier);
	blob_free(&blob);
	return 0;
}
