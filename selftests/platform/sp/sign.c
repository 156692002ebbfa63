// SPDX-License-Identifier: GPL-2.0-only
/* ECDSA with P-256 in the form that quotes and collateral have: R and S, 32 bytes each. */
#include <string.h>

#include <openssl/ec.h>
#include <openssl/ecdsa.h>

#include "td.h"

/**
 * ecdsa_sign() - sign with SHA-256
 * @key: P-256
 * @data: bytes
 * @size: how many
 * @signature: receives R and S, big endian
 */
void ecdsa_sign(EVP_PKEY *key, const void *data, size_t size, uint8_t signature[64])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	const uint8_t *at;
	uint8_t der[128];
	size_t length = sizeof(der);
	ECDSA_SIG *parts;

	if (!context || EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestSign(context, der, &length, data, size) != 1)
		die_openssl("cannot sign");
	EVP_MD_CTX_free(context);
	at = der;
	parts = d2i_ECDSA_SIG(NULL, &at, length);
	if (!parts || BN_bn2binpad(ECDSA_SIG_get0_r(parts), signature, 32) != 32 ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(parts), signature + 32, 32) != 32)
		die_openssl("cannot split a signature");
	ECDSA_SIG_free(parts);
}

/**
 * ec_point() - the public key as X and Y
 * @key: P-256
 * @point: receives them, big endian
 */
void ec_point(EVP_PKEY *key, uint8_t point[64])
{
	uint8_t encoded[65];
	size_t length;

	if (!EVP_PKEY_get_octet_string_param(key, "pub", encoded, sizeof(encoded), &length) ||
	    length != sizeof(encoded))
		die_openssl("cannot encode a public key");
	memcpy(point, encoded + 1, 64);
}
