// SPDX-License-Identifier: LGPL-2.1-or-later
/* ECDSA P-256 with SHA-256 as quotes and collateral carry it: R and S, big endian. */
#include <errno.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "tdx.h"

#define COMPONENT_SIZE 32
#define DER_MAX	       80 /* two integers of 33 bytes and three headers */

EVP_PKEY *cvm_p256_key(const uint8_t point[64])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	uint8_t encoded[65] = { POINT_CONVERSION_UNCOMPRESSED };
	EVP_PKEY *key = NULL;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
						 (char *)SN_X9_62_prime256v1, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, encoded,
						  sizeof(encoded)),
		OSSL_PARAM_construct_end(),
	};

	memcpy(encoded + 1, point, 64);
	if (ctx && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	return key;
}

bool cvm_p256_is_key(EVP_PKEY *key)
{
	char curve[32];

	return key && EVP_PKEY_is_a(key, "EC") &&
	       EVP_PKEY_get_utf8_string_param(key, "group", curve, sizeof(curve), NULL) &&
	       !strcmp(curve, SN_X9_62_prime256v1);
}

EVP_PKEY_CTX *cvm_p256_context(EVP_PKEY *key)
{
	EVP_PKEY_CTX *ctx;

	if (!cvm_p256_is_key(key))
		return NULL;
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (ctx && EVP_PKEY_verify_init(ctx) == 1)
		return ctx;
	EVP_PKEY_CTX_free(ctx);
	return NULL;
}

/* DER of a signature, in @der. Its length, or -ENOMEM. */
static int encode(const uint8_t raw[64], uint8_t der[DER_MAX])
{
	BIGNUM *r = BN_bin2bn(raw, COMPONENT_SIZE, NULL);
	BIGNUM *s = BN_bin2bn(raw + COMPONENT_SIZE, COMPONENT_SIZE, NULL);
	ECDSA_SIG *signature = ECDSA_SIG_new();
	int len = -ENOMEM;

	if (r && s && signature && ECDSA_SIG_set0(signature, r, s)) {
		r = NULL;
		s = NULL;
		len = i2d_ECDSA_SIG(signature, &der);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(signature);
	return len > 0 ? len : -ENOMEM;
}

int cvm_p256_verify(const struct tdx_cache *cache, EVP_PKEY_CTX *ctx, const void *data, size_t len,
		    const uint8_t signature[64])
{
	uint8_t digest[32], der[DER_MAX];
	int der_len;

	if (!ctx)
		return 0;
	der_len = encode(signature, der);
	if (der_len < 0)
		return der_len;
	if (!EVP_Digest(data, len, digest, NULL, cache->sha256, NULL))
		return -ENOMEM;
	return EVP_PKEY_verify(ctx, der, der_len, digest, sizeof(digest)) == 1;
}
