// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * PCK certificates as they come in quotes. A host gives the same chain and the same
 * quoting enclave with every quote, so both are checked once and then compared byte by
 * byte. How many are remembered is bounded.
 */
#define _GNU_SOURCE /* memmem() */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509.h>

#include "tdx.h"

void cvm_platform_free(struct platform *platform)
{
	size_t i;

	if (!platform)
		return;
	for (i = 0; i < platform->n_certs; i++)
		cvm_cert_free(platform->certs[i]);
	EVP_PKEY_CTX_free(platform->ctx);
	EVP_PKEY_CTX_free(platform->proof.key_ctx);
	free(platform->bytes);
	free(platform);
}

/* ---- certificates out of certification data ---- */

static int take_cert(void *owner, X509 *x509)
{
	struct platform *platform = owner;
	struct cert *cert;

	if (platform->n_certs == PLATFORM_CERTS_MAX) {
		X509_free(x509);
		return -EBADMSG;
	}
	cert = cvm_cert_new(x509, false);
	if (!cert)
		return -ENOMEM;
	platform->certs[platform->n_certs++] = cert;
	return 0;
}

static int take_crl(void *owner, X509_CRL *crl)
{
	(void)owner;
	X509_CRL_free(crl);
	return 0;
}

/* The order in the chain is nothing to rely on: the PCK is the one with Intel's extension. */
static void find_pck(struct platform *platform)
{
	size_t i;

	for (i = 0; i < platform->n_certs; i++) {
		struct cert *cert = platform->certs[i];

		cvm_pck_parse(cert->x509, &platform->pck);
		if (!platform->pck.present)
			continue;
		platform->certs[i] = platform->certs[0];
		platform->certs[0] = cert;
		if (platform->pck.malformed)
			snprintf(platform->malformed, sizeof(platform->malformed), "%s",
				 platform->pck.malformed);
		else
			platform->ctx = cvm_p256_context(X509_get0_pubkey(cert->x509));
		return;
	}
	snprintf(platform->malformed, sizeof(platform->malformed),
		 "no certificate has the SGX extension of a PCK");
}

static int load(struct platform *platform, size_t len)
{
	struct x509_sink sink = { .cert = take_cert, .crl = take_crl, .owner = platform };
	struct cvm_error why = { 0 };
	int ret;

	/* some quoting enclaves count the NUL behind the text */
	while (len && !platform->bytes[len - 1])
		len--;
	ret = cvm_x509_load(platform->bytes, len, "PCK certificate chain", &sink, &why);
	if (ret == -ENOMEM)
		return ret;
	if (ret < 0)
		snprintf(platform->malformed, sizeof(platform->malformed), "%.200s",
			 why.why[0] ? why.why : "more than 8 certificates");
	return 0;
}

/* ---- issuers, which the platforms of one kind have in common ---- */

/* Bytes up to the end of the first certificate of a text, 0 when that is not to be seen. */
static size_t first_len(const uint8_t *bytes, size_t len)
{
	static const char end[] = "-----END CERTIFICATE-----";
	const uint8_t *at = memmem(bytes, len, end, sizeof(end) - 1);

	return at ? at + sizeof(end) - 1 - bytes : 0;
}

/* A platform whose text is the same behind its PCK, or NULL. */
static const struct platform *find_sibling(const struct tdx_cache *cache, const uint8_t *rest,
					   size_t len)
{
	size_t i;

	for (i = 0; i < TDX_PLATFORMS; i++) {
		const struct platform *other = cache->platforms[i];

		if (other && other->leaf_len && other->len - other->leaf_len == len &&
		    !memcmp(other->bytes + other->leaf_len, rest, len))
			return other;
	}
	return NULL;
}

/* Decoding a certificate takes libcrypto three times as long as verifying its signature. */
static int share_issuers(struct platform *platform, const struct platform *sibling)
{
	int ret = 0;
	size_t i;

	for (i = 1; i < sibling->n_certs && !ret; i++) {
		X509_up_ref(sibling->certs[i]->x509);
		ret = take_cert(platform, sibling->certs[i]->x509);
	}
	return ret;
}

static int load_all(const struct tdx_cache *cache, struct platform *platform)
{
	size_t leaf_len = first_len(platform->bytes, platform->len);
	const struct platform *sibling = NULL;
	const struct cert *first;
	int ret;

	if (leaf_len)
		sibling = find_sibling(cache, platform->bytes + leaf_len, platform->len - leaf_len);
	ret = load(platform, sibling ? leaf_len : platform->len);
	if (!ret && sibling && platform->n_certs == 1)
		ret = share_issuers(platform, sibling);
	if (ret || platform->malformed[0])
		return ret;
	first = platform->certs[0];
	find_pck(platform);
	if (leaf_len && !platform->malformed[0] && first == platform->certs[0])
		platform->leaf_len = leaf_len;
	return 0;
}

static struct platform *platform_new(const struct tdx_cache *cache, const uint8_t *bytes,
				     size_t len)
{
	struct platform *platform = calloc(1, sizeof(*platform));

	if (!platform)
		return NULL;
	platform->len = len;
	platform->bytes = malloc(len ? len : 1);
	if (platform->bytes) {
		memcpy(platform->bytes, bytes, len);
		if (!load_all(cache, platform))
			return platform;
	}
	cvm_platform_free(platform);
	return NULL;
}

/* ---- memory ---- */

/* The place of these bytes, or else the one that was not used for longest. */
static struct platform **place_of(struct tdx_cache *cache, const uint8_t *bytes, size_t len)
{
	struct platform **oldest = &cache->platforms[0];
	size_t i;

	for (i = 0; i < TDX_PLATFORMS; i++) {
		struct platform **at = &cache->platforms[i];

		if (*at && (*at)->len == len && !memcmp((*at)->bytes, bytes, len))
			return at;
		if (*oldest && (!*at || (*at)->used < (*oldest)->used))
			oldest = at;
	}
	return oldest;
}

static int check_chain(struct cvm_verifier *verifier, struct platform *platform)
{
	struct tdx_leaf leaf = {
		.cert = platform->certs[0],
		.name = TDX_NAME_PCK,
		.has_ca = true,
		.certs = platform->certs,
		.n_certs = platform->n_certs,
	};
	int ret;

	if (platform->malformed[0] || platform->generation == verifier->generation)
		return 0;
	ret = cvm_tdx_chain_build(verifier, &leaf, &platform->chain);
	if (!ret)
		platform->generation = verifier->generation;
	return ret;
}

static int get(struct cvm_verifier *verifier, const uint8_t *bytes, size_t len,
	       struct platform **platform)
{
	struct tdx_cache *cache = verifier->tdx;
	struct platform **at = place_of(cache, bytes, len);

	if (!*at || (*at)->len != len || memcmp((*at)->bytes, bytes, len)) {
		struct platform *fresh = platform_new(cache, bytes, len);

		if (!fresh)
			return -ENOMEM;
		cvm_platform_free(*at);
		*at = fresh;
	}
	(*at)->used = ++cache->uses;
	*platform = *at;
	return check_chain(verifier, *at);
}

/* ---- PCK certificates that did not come with the quote ---- */

/* The caller's certificate whose key signed the report of the quoting enclave, or NULL. */
static struct cert *find_signer(struct cvm_verifier *verifier, const struct cvm_tdx_quote *quote)
{
	size_t i;

	for (i = 0; i < verifier->n_certs; i++) {
		struct cert *cert = verifier->certs[i];

		if (!cvm_tdx_is_named(cert->x509, TDX_NAME_PCK))
			continue;
		if (!cert->signature_ctx)
			cert->signature_ctx = cvm_p256_context(X509_get0_pubkey(cert->x509));
		if (cvm_p256_verify(verifier->tdx, cert->signature_ctx, quote->qe_bytes, 384,
				    quote->qe_signature) > 0)
			return cert;
	}
	return NULL;
}

int cvm_platform_find(struct cvm_verifier *verifier, const struct cvm_tdx_quote *quote,
		      struct platform **platform)
{
	uint8_t *der = NULL;
	struct cert *cert;
	int len, ret;

	*platform = NULL;
	if (quote->certification >= CVM_TDX_CERT_PCK_LEAF)
		return get(verifier, quote->certification_data, quote->certification_len, platform);
	cert = find_signer(verifier, quote);
	if (!cert)
		return 0;
	len = i2d_X509(cert->x509, &der);
	ret = len > 0 ? get(verifier, der, len, platform) : -ENOMEM;
	OPENSSL_free(der);
	return ret;
}

/* ---- the quoting enclave ---- */

static bool is_proven(const struct platform_proof *proof, const struct cvm_tdx_quote *quote)
{
	return proof->known && !memcmp(proof->qe_bytes, quote->qe_bytes, 384) &&
	       !memcmp(proof->signature, quote->qe_signature, 64) &&
	       !memcmp(proof->key, quote->attestation_key, 64);
}

int cvm_platform_prove(struct tdx_cache *cache, struct platform *platform,
		       const struct cvm_tdx_quote *quote)
{
	struct platform_proof *proof = &platform->proof;
	EVP_PKEY *key;
	int ret;

	if (is_proven(proof, quote))
		return 0;
	EVP_PKEY_CTX_free(proof->key_ctx);
	memset(proof, 0, sizeof(*proof));
	ret = cvm_p256_verify(cache, platform->ctx, quote->qe_bytes, 384, quote->qe_signature);
	if (ret < 0)
		return ret;
	proof->is_signed = ret;
	key = cvm_p256_key(quote->attestation_key);
	if (key)
		proof->key_ctx = cvm_p256_context(key);
	EVP_PKEY_free(key);
	memcpy(proof->qe_bytes, quote->qe_bytes, 384);
	memcpy(proof->signature, quote->qe_signature, 64);
	memcpy(proof->key, quote->attestation_key, 64);
	proof->known = true;
	return 0;
}
