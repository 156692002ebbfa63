// SPDX-License-Identifier: LGPL-2.1-or-later
/* Quotes, TDREPORTs and collateral. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "forge_tdx.h"
#include "seeds.h"
#include "tap.h"

#define VERIFY_MODES 4

/* ---- quotes ---- */

static void put_quote(const struct tdx_quote *quote, const char *name)
{
	struct blob blob = tdx_quote_make(quote);
	char mode_name[32];
	uint8_t mode;

	seed_put_evidence("tdx_quote", name, blob);
	for (mode = 0; mode < VERIFY_MODES; mode++) {
		snprintf(mode_name, sizeof(mode_name), "%s-mode-%u", name, mode);
		seed_put_mode("verify_tdx", mode_name, mode, blob.data, blob.len);
	}
	blob_free(&blob);
}

static void put_policy(const struct tdx_quote *quote)
{
	struct blob blob = tdx_quote_make(quote);
	struct cvm_tdx_quote parsed;
	char *text;

	if (cvm_tdx_quote_parse(blob.data, blob.len, &parsed, NULL) ||
	    cvm_policy_from_tdx(&parsed.td, &text, NULL))
		tap_bail_out("no policy of a quote");
	seed_put("policy", "tdx", text, strlen(text));
	free(text);
	blob_free(&blob);
}

/* The SGX extension is there to be mutated in DER only */
static void put_pck(const struct blob *chain)
{
	BIO *bio = BIO_new_mem_buf(chain->data, chain->len);
	X509 *pck = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	uint8_t *der = NULL;
	int len = pck ? i2d_X509(pck, &der) : -1;

	if (len <= 0)
		tap_bail_out("no PCK certificate");
	seed_put("x509", "pck", der, len);
	OPENSSL_free(der);
	X509_free(pck);
	BIO_free(bio);
}

static void put_quotes(const struct tdx_keys *keys)
{
	struct tdx_quote quote = tdx_quote_new(keys);
	struct blob chain = quote.chain;

	put_pck(&chain);
	seed_put("x509", "pck-chain", chain.data, chain.len);
	seed_put("tdx_collateral", "pck-chain", chain.data, chain.len);
	put_quote(&quote, "quote-4");
	quote.trailing = 64;
	put_quote(&quote, "trailing");
	quote.trailing = 0;
	quote.version = 5;
	put_quote(&quote, "quote-5-10");
	quote.body_type = 3;
	put_quote(&quote, "quote-5-15");
	put_policy(&quote);
	/* short, so that mutations hit what is before the chain more often */
	quote.certification = 1;
	quote.chain = (struct blob){ (uint8_t *)"0123456789", 10 };
	put_quote(&quote, "ppid");
	blob_free(&chain);
}

/* ---- TDREPORTs ---- */

static void put_tdreport(const char *name, uint8_t version, bool is_15)
{
	uint8_t report[CVM_TDX_REPORT_SIZE] = { 0x81, 0, version };
	size_t i;

	for (i = 512; i < 512 + 16 + 8 * 48; i++)
		report[i] = i;
	report[256] = 0xff;
	report[256 + 1] = 1;
	report[256 + 2] = is_15 ? 3 : 0;
	EVP_Digest(report + 256, 239, report + 32, NULL, EVP_sha384(), NULL);
	EVP_Digest(report + 512, 512, report + 80, NULL, EVP_sha384(), NULL);
	seed_put_evidence("tdx_report", name, (struct blob){ report, sizeof(report) });
}

/* ---- collateral ---- */

static void put_document(const struct tdx_keys *keys, const char *name, const char *document_name,
			 json_t *document)
{
	bool is_identity = strcmp(document_name, "tcbInfo");
	char *raw = json_dumps(document, JSON_COMPACT), mode_name[64];
	struct blob blob = tdx_signed(keys->signer, document_name, document);

	seed_put("tdx_collateral", name, blob.data, blob.len);
	snprintf(mode_name, sizeof(mode_name), "%s-whole", name);
	seed_put_mode("verify_collateral", mode_name, 2 * is_identity, blob.data, blob.len);
	snprintf(mode_name, sizeof(mode_name), "%s-signed", name);
	seed_put_mode("verify_collateral", mode_name, 1 + 2 * is_identity, raw, strlen(raw));
	blob_free(&blob);
	free(raw);
}

static json_t *two_levels(void)
{
	return tdx_list(tdx_level(4, 3, 14, "UpToDate", NULL),
			tdx_level(3, 3, 13, "SWHardeningNeeded", "INTEL-SA-00960"));
}

static json_t *two_modules(void)
{
	json_t *levels = tdx_list(tdx_svn_level(5, "UpToDate", NULL),
				  tdx_svn_level(2, "OutOfDate", "INTEL-SA-01036"));
	json_t *old = tdx_list(tdx_svn_level(1, "Revoked", NULL), NULL);

	return tdx_list(tdx_module("TDX_01", levels), tdx_module("TDX_03", old));
}

static void put_documents(const struct tdx_keys *keys)
{
	json_t *levels = tdx_list(tdx_svn_level(5, "UpToDate", NULL),
				  tdx_svn_level(4, "OutOfDate", "INTEL-SA-01076"));

	put_document(keys, "tcb-info", "tcbInfo", tdx_new_tcb_info());
	put_document(keys, "tcb-levels", "tcbInfo", tdx_tcb_info(two_levels(), two_modules()));
	put_document(keys, "identity", "enclaveIdentity", tdx_new_qe_identity());
	put_document(keys, "identity-levels", "enclaveIdentity", tdx_qe_identity(levels));
}

/* As caches of Intel's service hand them out */
static void put_transport_coding(const struct tdx_keys *keys)
{
	struct forge_crl crl = tdx_root_crl(keys);
	struct tdx_cert signer = tdx_signer(keys);
	struct blob der = forge_crl(&crl), pem = tdx_cert_make(&signer);
	char *text = malloc(3 * pem.len + 3 * der.len + 1);
	size_t i, len = 0;

	if (!text)
		tap_bail_out("no memory");
	seed_put("tdx_collateral", "crl", der.data, der.len);
	seed_put("x509", "tdx-crl", der.data, der.len);
	for (i = 0; i < der.len; i++)
		len += sprintf(text + len, "%02x", der.data[i]);
	seed_put("tdx_collateral", "crl-hex", text, len);
	for (len = 0, i = 0; i < pem.len; i++)
		len += sprintf(text + len, strchr("\n /+=", pem.data[i]) ? "%%%02X" : "%c",
			       pem.data[i]);
	seed_put("tdx_collateral", "percent", text, len);
	free(text);
	blob_free(&der);
	blob_free(&pem);
}

void seeds_tdx(const struct tdx_keys *keys)
{
	put_quotes(keys);
	put_tdreport("tdreport-0", 0, false);
	put_tdreport("tdreport-1", 1, true);
	put_documents(keys);
	put_transport_coding(keys);
}
