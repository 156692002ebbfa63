// SPDX-License-Identifier: LGPL-2.1-or-later
/* Quotes with what a test wants in them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "forge_tdx.h"
#include "tap.h"

#define QUOTE_MAX 16384
#define QE_REPORT 384

static const uint8_t intel[16] = { 0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9,
				   0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07 };

static void need(bool good, const char *what)
{
	if (!good)
		tap_bail_out("libcrypto: %s", what);
}

/* ---- bytes ---- */

static void put(struct blob *blob, const void *bytes, size_t len)
{
	need(blob->len + len <= QUOTE_MAX, "room for a quote");
	memcpy(blob->data + blob->len, bytes, len);
	blob->len += len;
}

static void put_number(struct blob *blob, uint64_t number, size_t len)
{
	uint8_t bytes[8];
	size_t i;

	for (i = 0; i < 8; i++)
		bytes[i] = number >> 8 * i;
	put(blob, bytes, len);
}

static void fill(struct blob *blob, uint8_t byte, size_t len)
{
	while (len--)
		put(blob, &byte, 1);
}

/* ---- signatures ---- */

void tdx_sign(EVP_PKEY *key, const void *data, size_t len, uint8_t raw[64])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t der[128];
	const uint8_t *at = der;
	size_t der_len = sizeof(der);
	ECDSA_SIG *signature;

	need(ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1, "signature");
	need(EVP_DigestSign(ctx, der, &der_len, data, len) == 1, "signature");
	signature = d2i_ECDSA_SIG(NULL, &at, der_len);
	need(signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, 32) == 32, "signature");
	need(BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + 32, 32) == 32, "signature");
	ECDSA_SIG_free(signature);
	EVP_MD_CTX_free(ctx);
}

static void point_of(EVP_PKEY *key, uint8_t point[64])
{
	uint8_t encoded[65];
	size_t len = 0;

	EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, encoded, sizeof(encoded),
					&len);
	need(len == sizeof(encoded), "public key");
	memcpy(point, encoded + 1, 64);
}

/* ---- quotes ---- */

struct tdx_quote tdx_quote_new(const struct tdx_keys *keys)
{
	struct tdx_cert pck = tdx_pck(keys);

	return (struct tdx_quote){
		.version = 4,
		.body_type = 2,
		.certification = 5,
		.tee_tcb_svn = { 5, 1, 3 },
		.tee_tcb_svn2 = { 5, 1, 3 },
		.td_attributes = 1 << 28,
		.xfam = 0x606e7,
		.qe_isv_svn = 4,
		.qe_prod_id = 2,
		.qe_signer = 0xdc,
		.attestation = keys->attestation,
		.named = keys->attestation,
		.bound = keys->attestation,
		.pck = keys->pck,
		.chain = tdx_chain_make(keys, &pck),
	};
}

static void put_header(struct blob *blob, const struct tdx_quote *quote)
{
	put_number(blob, quote->version, 2);
	put_number(blob, 2, 2);
	put_number(blob, 0x81, 4);
	put_number(blob, 0, 4);
	put(blob, intel, sizeof(intel));
	fill(blob, 0, 20);
}

static void put_body(struct blob *blob, const struct tdx_quote *quote)
{
	uint8_t field;

	if (quote->version > 4) {
		put_number(blob, quote->body_type, 2);
		put_number(blob, quote->body_type == 3 ? 648 : 584, 4);
	}
	put(blob, quote->tee_tcb_svn, 16);
	fill(blob, 0x5e, 48);
	put(blob, &quote->mrsignerseam, 1);
	fill(blob, 0, 47 + 8);
	put_number(blob, quote->td_attributes, 8);
	put_number(blob, quote->xfam, 8);
	/* MRTD, MRCONFIGID, MROWNER, MROWNERCONFIG, RTMR0-3: one value each */
	for (field = 0; field < 8; field++)
		fill(blob, 0xa0 + field, 48);
	if (quote->report_data)
		put(blob, quote->report_data, 64);
	else
		fill(blob, 0x42, 64);
	if (quote->body_type == 3) {
		put(blob, quote->tee_tcb_svn2, 16);
		fill(blob, 0, 48);
	}
}

static void put_qe_report(struct blob *blob, const struct tdx_quote *quote)
{
	static const uint8_t auth[32] = { 1, 2, 3 };
	uint8_t hashed[64 + sizeof(auth)], digest[32], signature[64];
	size_t start = blob->len;

	fill(blob, 0, 16 + 4 + 28);
	put_number(blob, 0x11, 16 / 2);
	fill(blob, 0, 16 / 2);
	fill(blob, 0x9e, 32);
	fill(blob, 0, 32);
	put(blob, &quote->qe_signer, 1);
	fill(blob, 0, 31 + 96);
	put_number(blob, quote->qe_prod_id, 2);
	put_number(blob, quote->qe_isv_svn, 2);
	fill(blob, 0, 60);
	point_of(quote->bound, hashed);
	memcpy(hashed + 64, auth, sizeof(auth));
	need(EVP_Digest(hashed, sizeof(hashed), digest, NULL, EVP_sha256(), NULL), "digest");
	put(blob, digest, sizeof(digest));
	fill(blob, 0, 32);
	tdx_sign(quote->pck, blob->data + start, QE_REPORT, signature);
	put(blob, signature, sizeof(signature));
	put_number(blob, sizeof(auth), 2);
	put(blob, auth, sizeof(auth));
}

struct blob tdx_quote_make(const struct tdx_quote *quote)
{
	size_t inner = QE_REPORT + 64 + 2 + 32 + 6 + quote->chain.len;
	struct blob blob = { .data = malloc(QUOTE_MAX) };
	uint8_t raw[64];

	need(blob.data, "memory");
	put_header(&blob, quote);
	put_body(&blob, quote);
	tdx_sign(quote->attestation, blob.data, blob.len, raw);
	put_number(&blob, 64 + 64 + 6 + inner, 4);
	put(&blob, raw, sizeof(raw));
	point_of(quote->named, raw);
	put(&blob, raw, sizeof(raw));
	put_number(&blob, 6, 2);
	put_number(&blob, inner, 4);
	put_qe_report(&blob, quote);
	put_number(&blob, quote->certification, 2);
	put_number(&blob, quote->chain.len, 4);
	put(&blob, quote->chain.data, quote->chain.len);
	fill(&blob, 0, quote->trailing);
	return blob;
}

struct blob tdx_quote_of(const struct tdx_keys *keys, uint16_t version, uint16_t body_type)
{
	struct tdx_quote quote = tdx_quote_new(keys);
	struct blob blob;

	quote.version = version;
	quote.body_type = body_type;
	blob = tdx_quote_make(&quote);
	blob_free(&quote.chain);
	return blob;
}
