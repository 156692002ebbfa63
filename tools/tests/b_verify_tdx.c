// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * How much libcvm adds to libcrypto when it verifies a quote with collateral: bare
 * ECDSA P-256 verification of the quote's signature against the whole appraisal, with
 * the chain, the CRLs and the collateral cached. A second rate is with platforms that
 * change all the time, so that every PCK chain is verified anew. Both run in this
 * process, in turns, so their ratios count. Prints one JSON object, rates per CPU second.
 */
#define _GNU_SOURCE /* memmem() */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "appraise.h"
#include "forge_tdx.h"
#include "tap.h"

#define ROUNDS	  7
#define PER_ROUND 1000
#define PLATFORMS 48 /* more than a verifier remembers */

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* What the quote's signature is to libcrypto. */
struct bare {
	EVP_PKEY_CTX *ctx;
	uint8_t digest[32];
	uint8_t der[128];
	int der_len;
};

static void bare_prepare(struct bare *bare, EVP_PKEY *key, const struct blob *blob)
{
	ECDSA_SIG *signature = ECDSA_SIG_new();
	uint8_t *at = bare->der;
	struct cvm_tdx_quote quote;

	if (cvm_tdx_quote_parse(blob->data, blob->len, &quote, NULL))
		tap_bail_out("the quote is malformed");
	ECDSA_SIG_set0(signature, BN_bin2bn(quote.signature, 32, NULL),
		       BN_bin2bn(quote.signature + 32, 32, NULL));
	bare->der_len = i2d_ECDSA_SIG(signature, &at);
	ECDSA_SIG_free(signature);
	EVP_Digest(blob->data, quote.signed_len, bare->digest, NULL, EVP_sha256(), NULL);
	bare->ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	EVP_PKEY_verify_init(bare->ctx);
}

static double bare_rate(struct bare *bare)
{
	double start = cpu_seconds();
	int i;

	for (i = 0; i < PER_ROUND; i++)
		if (EVP_PKEY_verify(bare->ctx, bare->der, bare->der_len, bare->digest, 32) != 1)
			tap_bail_out("the bare verification fails");
	return PER_ROUND / (cpu_seconds() - start);
}

static double rate(struct cvm_verifier *verifier, const struct blob *quotes, size_t n)
{
	double start = cpu_seconds();
	size_t i;

	for (i = 0; i < PER_ROUND; i++)
		if (exit_code_of(verifier, quotes[i % n].data, quotes[i % n].len))
			tap_bail_out("the quote is not accepted");
	return PER_ROUND / (cpu_seconds() - start);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), compare);
	return values[ROUNDS / 2];
}

/* The chain with another PCK; its issuers stay the same to the byte. */
static struct blob chain_with(const struct blob *chain, const struct tdx_cert *pck)
{
	static const char end[] = "-----END CERTIFICATE-----\n";
	struct blob blob = tdx_cert_make(pck);
	const uint8_t *rest = memmem(chain->data, chain->len, end, sizeof(end) - 1);
	size_t rest_len;

	if (!rest)
		tap_bail_out("the chain is no text");
	rest += sizeof(end) - 1;
	rest_len = chain->data + chain->len - rest;
	blob.data = realloc(blob.data, blob.len + rest_len);
	if (!blob.data)
		tap_bail_out("no memory");
	memcpy(blob.data + blob.len, rest, rest_len);
	blob.len += rest_len;
	return blob;
}

static void make_quotes(const struct tdx_keys *keys, struct blob quotes[PLATFORMS])
{
	struct tdx_quote quote = tdx_quote_new(keys);
	struct tdx_cert pck = tdx_pck(keys);
	struct blob chain = quote.chain;
	int i;

	for (i = 0; i < PLATFORMS; i++) {
		pck.serial = 1000 + i;
		quote.chain = chain_with(&chain, &pck);
		quotes[i] = tdx_quote_make(&quote);
		blob_free(&quote.chain);
	}
	blob_free(&chain);
}

int main(void)
{
	double bare_rates[ROUNDS], rates[ROUNDS], ratios[ROUNDS], cold[ROUNDS];
	struct blob quotes[PLATFORMS];
	struct cvm_verifier *verifier;
	struct tdx_keys keys;
	struct bare bare;
	int i;

	tdx_keys_make(&keys);
	make_quotes(&keys, quotes);
	verifier = tdx_verifier_of(&keys);
	bare_prepare(&bare, keys.attestation, &quotes[0]);

	for (i = 0; i < ROUNDS; i++) {
		bare_rates[i] = bare_rate(&bare);
		rates[i] = rate(verifier, quotes, 1);
		cold[i] = rate(verifier, quotes, PLATFORMS);
		ratios[i] = rates[i] / bare_rates[i];
	}
	printf("{\"name\": \"tdx-verify-cached\", \"bare_per_cpu_s\": %.0f,", median(bare_rates));
	printf(" \"per_cpu_s\": %.0f, \"new_platform_per_cpu_s\": %.0f,", median(rates),
	       median(cold));
	printf(" \"ratio\": %.3f, \"runs\": %d}\n", median(ratios), ROUNDS);
	EVP_PKEY_CTX_free(bare.ctx);
	cvm_verifier_free(verifier);
	for (i = 0; i < PLATFORMS; i++)
		blob_free(&quotes[i]);
	tdx_keys_free(&keys);
	return 0;
}
