// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a quote hangs on, link by link: each is broken once, by someone who has all keys
 * but the one that matters, and the check that must see it is named.
 */
#include <stdlib.h>
#include <string.h>

#include "appraise.h"
#include "forge_tdx.h"
#include "tap.h"

#define FAILS(name, text) ((struct expected){ CVM_REJECTED, 6, name, CVM_RESULT_FAIL, text, NULL })
#define MISSES(name, url) \
	((struct expected){ CVM_UNDECIDED, 6, name, CVM_RESULT_MISSING, NULL, url })

#define API "https://api.trustedservices.intel.com"

static struct tdx_keys keys;

static void expect_quote(struct cvm_verifier *verifier, const struct tdx_quote *quote,
			 struct expected expected, const char *name)
{
	struct blob blob = tdx_quote_make(quote);

	expect(verifier, blob.data, blob.len, expected, name);
	blob_free(&blob);
}

/* A quote like any other, with this PCK. */
static struct tdx_quote quote_of(const struct tdx_cert *pck)
{
	struct tdx_quote quote = tdx_quote_new(&keys);

	blob_free(&quote.chain);
	quote.chain = tdx_chain_make(&keys, pck);
	return quote;
}

static void expect_pck(const struct tdx_cert *pck, struct expected expected, const char *name)
{
	struct cvm_verifier *verifier = tdx_verifier_of(&keys);
	struct tdx_quote quote = quote_of(pck);

	quote.pck = pck->key;
	expect_quote(verifier, &quote, expected, name);
	blob_free(&quote.chain);
	cvm_verifier_free(verifier);
}

/* ---- the quote ---- */

static void test_signatures(void)
{
	struct cvm_verifier *verifier = tdx_verifier_of(&keys);
	struct tdx_quote good = tdx_quote_new(&keys), quote = good;

	expect_quote(verifier, &quote, ACCEPTED, "all is well");
	quote.attestation = keys.other;
	expect_quote(verifier, &quote, FAILS("quote-signature", "did not sign this quote"),
		     "another key signed");
	quote.named = keys.other;
	expect_quote(verifier, &quote, FAILS("attestation-key", "another attestation key"),
		     "another key signed, and the quote names it");
	quote.bound = keys.other;
	quote.pck = keys.other;
	expect_quote(verifier, &quote, FAILS("qe-signature", "the PCK did not sign"),
		     "another key, named, and bound in a report that the PCK did not sign");
	quote = good;
	expect_quote(verifier, &quote, ACCEPTED, "and all is well again");
	blob_free(&good.chain);
	cvm_verifier_free(verifier);
}

static void test_enclave(void)
{
	struct cvm_verifier *verifier = tdx_verifier_of(&keys);
	struct tdx_quote good = tdx_quote_new(&keys), quote = good;

	quote.qe_signer = 1;
	expect_quote(verifier, &quote, FAILS("quoting-enclave", "MRSIGNER"),
		     "a quoting enclave of another signer");
	quote = good;
	quote.qe_prod_id = 1;
	expect_quote(verifier, &quote, FAILS("quoting-enclave", "ISVPRODID"),
		     "the quoting enclave for SGX");
	quote = good;
	quote.mrsignerseam = 1;
	expect_quote(verifier, &quote, FAILS("tdx-module", "MRSIGNERSEAM"),
		     "a TDX module of another signer");
	quote = good;
	quote.tee_tcb_svn[1] = 7;
	expect_quote(verifier, &quote, FAILS("tdx-module", "does not know"),
		     "a TDX module that is not in the TCB info");
	blob_free(&good.chain);
	cvm_verifier_free(verifier);
}

/* ---- the PCK and its chain ---- */

static void test_pck(void)
{
	struct tdx_cert pck = tdx_pck(&keys);

	expect_pck(&pck, ACCEPTED, "a PCK");
	pck.issuer_key = keys.other;
	expect_pck(&pck, FAILS("chain", "signature"), "signed by somebody else");
	pck = tdx_pck(&keys);
	pck.subject = "Test SGX TCB Signing";
	expect_pck(&pck, FAILS("chain", "another purpose"), "with the name of another purpose");
	pck = tdx_pck(&keys);
	pck.until = FORGE_NOW - 86400;
	expect_pck(&pck, FAILS("validity", "has expired"), "that has expired");
	pck = tdx_pck(&keys);
	pck.from = FORGE_NOW + 86400;
	expect_pck(&pck, FAILS("validity", "not yet valid"), "that is not yet valid");
	pck = tdx_pck(&keys);
	pck.is_ca = true;
	expect_pck(&pck, FAILS("chain", "authority"), "that is a CA");
	pck = tdx_pck(&keys);
	pck.has_sgx = false;
	expect_pck(&pck, FAILS("pck-certificate", "SGX extension"), "without the SGX extension");
	pck = tdx_pck(&keys);
	pck.leave_out = 17;
	expect_pck(&pck, FAILS("pck-certificate", "SVN"), "without PCESVN");
	pck = tdx_pck(&keys);
	pck.leave_out = 3;
	expect_pck(&pck, FAILS("pck-certificate", "SVN"), "without an SVN");
	pck = tdx_pck(&keys);
	pck.fmspc[0]++;
	expect_pck(&pck, MISSES("tcb-info", API "/tdx/certification/v4/tcb?fmspc=b1c06f000000"),
		   "of an FMSPC without TCB info");
	pck = tdx_pck(&keys);
	pck.pce_id[0]++;
	expect_pck(&pck, MISSES("tcb-info", API), "of another PCE");
}

static void test_root(void)
{
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);
	struct tdx_quote quote = tdx_quote_new(&keys);
	struct tdx_cert root = tdx_root(&keys), pck = tdx_pck(&keys);

	expect_quote(verifier, &quote,
		     (struct expected){ CVM_REJECTED, 6, "chain", CVM_RESULT_FAIL, "not Intel's",
					"--roots" },
		     "a root that nobody trusts");
	add_certs(verifier, tdx_cert_make(&root));
	expect_quote(verifier, &quote, FAILS("chain", "not Intel's"),
		     "a root that came as a certificate only");
	cvm_verifier_free(verifier);

	verifier = tdx_verifier_bare(&keys);
	blob_free(&quote.chain);
	quote.chain = tdx_cert_make(&pck);
	expect_quote(verifier, &quote, MISSES("chain", API "/sgx/certification/v4/pckcert"),
		     "a PCK without its CA");
	blob_free(&quote.chain);
	cvm_verifier_free(verifier);
}

/* Types 1 to 3 name the PCK; the caller has to have it. */
static void test_named_pck(void)
{
	struct cvm_verifier *verifier = tdx_verifier_of(&keys);
	struct tdx_quote quote = tdx_quote_new(&keys);
	struct tdx_cert pck = tdx_pck(&keys);
	struct blob chain = quote.chain;

	quote.certification = 3;
	quote.chain = (struct blob){ calloc(1, 404), 404 };
	expect_quote(verifier, &quote, MISSES("pck-certificate", API), "a quote without a PCK");
	add_certs(verifier, chain);
	expect_quote(verifier, &quote, ACCEPTED, "and with the caller's");
	blob_free(&quote.chain);
	quote.certification = 4;
	quote.chain = tdx_cert_make(&pck);
	expect_quote(verifier, &quote, ACCEPTED, "a quote with the PCK only, and the caller's CA");
	blob_free(&quote.chain);
	cvm_verifier_free(verifier);
}

/* ---- revocation ---- */

static void test_missing_crls(void)
{
	struct forge_crl root_crl = tdx_root_crl(&keys), ca_crl = tdx_ca_crl(&keys);
	struct cvm_verifier *verifier = tdx_verifier_bare(&keys);
	struct tdx_quote quote = tdx_quote_new(&keys);

	expect_quote(verifier, &quote, MISSES("revocation", "IntelSGXRootCA.der"), "without CRLs");
	tdx_add(verifier, forge_crl(&root_crl));
	expect_quote(verifier, &quote,
		     MISSES("revocation", API "/sgx/certification/v4/pckcrl?ca=platform"),
		     "without the CRL of the CA");
	ca_crl.until = FORGE_NOW - 1;
	tdx_add(verifier, forge_crl(&ca_crl));
	expect_quote(verifier, &quote, MISSES("revocation", "pckcrl"), "with an old one");
	ca_crl = tdx_ca_crl(&keys);
	ca_crl.key = keys.other;
	tdx_add(verifier, forge_crl(&ca_crl));
	expect_quote(verifier, &quote, MISSES("revocation", "pckcrl"), "with a forged one");
	ca_crl = tdx_ca_crl(&keys);
	tdx_add(verifier, forge_crl(&ca_crl));
	expect_quote(verifier, &quote, MISSES("tcb-info", API), "with a good one");
	blob_free(&quote.chain);
	cvm_verifier_free(verifier);
}

static void expect_revoked(struct forge_crl crl, long serial, const char *check, const char *name)
{
	struct cvm_verifier *verifier = tdx_verifier_of(&keys);
	struct tdx_quote quote = tdx_quote_new(&keys);

	crl.revoked = &serial;
	crl.n_revoked = 1;
	/* however old the list is */
	crl.until = FORGE_NOW - 3600;
	tdx_add(verifier, forge_crl(&crl));
	expect_quote(verifier, &quote, FAILS(check, "revoked"), name);
	blob_free(&quote.chain);
	cvm_verifier_free(verifier);
}

static void test_revoked(void)
{
	expect_revoked(tdx_ca_crl(&keys), 7, "revocation", "a revoked PCK");
	expect_revoked(tdx_root_crl(&keys), 2, "revocation", "a revoked CA");
	expect_revoked(tdx_root_crl(&keys), 3, "tcb-info", "a revoked TCB signing key");
}

/* ---- collateral ---- */

static struct cvm_verifier *verifier_without_signer(void)
{
	struct cvm_verifier *verifier = tdx_verifier_bare(&keys);

	tdx_add_crls(verifier, &keys);
	tdx_add_document(verifier, &keys, "tcbInfo", tdx_new_tcb_info());
	tdx_add_document(verifier, &keys, "enclaveIdentity", tdx_new_qe_identity());
	return verifier;
}

static void expect_signer(const struct tdx_cert *signer, struct expected expected, const char *name)
{
	struct cvm_verifier *verifier = verifier_without_signer();
	struct tdx_quote quote = tdx_quote_new(&keys);

	if (signer)
		tdx_add(verifier, tdx_cert_make(signer));
	expect_quote(verifier, &quote, expected, name);
	blob_free(&quote.chain);
	cvm_verifier_free(verifier);
}

static void test_signer(void)
{
	struct tdx_cert signer = tdx_signer(&keys);

	expect_signer(NULL, MISSES("tcb-info", API), "no TCB signing certificate");
	expect_signer(&signer, ACCEPTED, "a TCB signing certificate");
	signer.key = keys.other;
	expect_signer(&signer, FAILS("tcb-info", "has signed it"), "of another key");
	signer = tdx_signer(&keys);
	signer.issuer_key = keys.other;
	expect_signer(&signer, FAILS("tcb-info", "signature"), "that the root did not sign");
	signer = tdx_signer(&keys);
	signer.until = FORGE_NOW - 86400;
	expect_signer(&signer, FAILS("tcb-info", "expired"), "that has expired");
	/* whoever has the key of a PCK must not write TCB info with it */
	signer = tdx_signer(&keys);
	signer.subject = "Test SGX PCK Certificate";
	expect_signer(&signer, MISSES("tcb-info", API), "that is for something else");
}

static void test_dates(void)
{
	struct cvm_verifier *verifier = tdx_verifier_of(&keys);
	struct forge_crl root_crl = tdx_root_crl(&keys), ca_crl = tdx_ca_crl(&keys);
	struct tdx_quote quote = tdx_quote_new(&keys);

	root_crl.from = FORGE_NOW - FORGE_YEAR / 2;
	root_crl.until = FORGE_NOW + FORGE_YEAR / 2;
	ca_crl.from = root_crl.from;
	ca_crl.until = root_crl.until;
	tdx_add(verifier, forge_crl(&root_crl));
	tdx_add(verifier, forge_crl(&ca_crl));
	cvm_verifier_set_time(verifier, FORGE_NOW + 60 * 86400);
	expect_quote(verifier, &quote, MISSES("tcb-info", API), "collateral of last month");
	cvm_verifier_set_time(verifier, FORGE_NOW - 60 * 86400);
	expect_quote(verifier, &quote, MISSES("qe-identity", API), "collateral of next month");
	cvm_verifier_set_time(verifier, FORGE_NOW);
	expect_quote(verifier, &quote, ACCEPTED, "collateral of today");
	blob_free(&quote.chain);
	cvm_verifier_free(verifier);
}

/* Two trusted roots: TCB info of one says nothing about a quote of the other. */
static void test_other_root(void)
{
	struct cvm_verifier *verifier = tdx_verifier_of(&keys);
	struct tdx_keys others;
	struct tdx_quote quote;
	struct tdx_cert root;

	tdx_keys_make(&others);
	root = tdx_root(&others);
	add_roots(verifier, tdx_cert_make(&root));
	quote = tdx_quote_new(&others);
	expect_quote(verifier, &quote, MISSES("tcb-info", API), "TCB info of another root");
	blob_free(&quote.chain);
	tdx_keys_free(&others);
	cvm_verifier_free(verifier);
}

/* More platforms than are remembered, twice around. */
static void test_many_platforms(void)
{
	struct cvm_verifier *verifier = tdx_verifier_of(&keys);
	struct tdx_cert pck = tdx_pck(&keys);
	int i, wrong = 0;

	for (i = 0; i < 100; i++) {
		struct tdx_quote quote;
		struct blob blob;

		pck.serial = 100 + i % 50;
		quote = quote_of(&pck);
		if (i % 7 == 0)
			quote.attestation = keys.other;
		blob = tdx_quote_make(&quote);
		wrong += exit_code_of(verifier, blob.data, blob.len) != (i % 7 ? 0 : 6);
		blob_free(&blob);
		blob_free(&quote.chain);
	}
	tap_ok(!wrong, "a hundred quotes of fifty platforms");
	cvm_verifier_free(verifier);
}

int main(void)
{
	tdx_keys_make(&keys);
	test_signatures();
	test_enclave();
	test_pck();
	test_root();
	test_named_pck();
	test_missing_crls();
	test_revoked();
	test_signer();
	test_dates();
	test_other_root();
	test_many_platforms();
	tdx_keys_free(&keys);
	return tap_done();
}
