// SPDX-License-Identifier: LGPL-2.1-or-later
/* The signature of a report: ECDSA P-384 with SHA-384, SEV-SNP ABI table 138. */
#include <errno.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "lib.h"

#define COMPONENT_SIZE 72 /* R and S: little endian, zero extended */
#define DER_MAX	       112 /* two integers of 49 bytes and three headers */

/* DER of a signature, in @der. Its length, or -ENOMEM. */
static int encode(const uint8_t *raw, uint8_t der[DER_MAX])
{
	BIGNUM *r = BN_lebin2bn(raw, 48, NULL);
	BIGNUM *s = BN_lebin2bn(raw + COMPONENT_SIZE, 48, NULL);
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

/* Kept with the certificate: setting it up costs a tenth of a verification. */
static EVP_PKEY_CTX *context_of(struct cert *vek)
{
	EVP_PKEY *key = X509_get0_pubkey(vek->x509);

	if (vek->signature_ctx || !key || !EVP_PKEY_is_a(key, "EC"))
		return vek->signature_ctx;
	vek->signature_ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (vek->signature_ctx && EVP_PKEY_verify_init(vek->signature_ctx) != 1) {
		EVP_PKEY_CTX_free(vek->signature_ctx);
		vek->signature_ctx = NULL;
	}
	return vek->signature_ctx;
}

int cvm_signature_verify(struct cvm_verifier *verifier, struct cert *vek, const uint8_t *report)
{
	EVP_PKEY_CTX *ctx = context_of(vek);
	uint8_t digest[48], der[DER_MAX];
	int len;

	if (!ctx)
		return 0;
	len = encode(report + CVM_SNP_REPORT_SIGNED, der);
	if (len < 0)
		return len;
	if (!EVP_Digest(report, CVM_SNP_REPORT_SIGNED, digest, NULL, verifier->sha384, NULL))
		return -ENOMEM;
	return EVP_PKEY_verify(ctx, der, len, digest, sizeof(digest)) == 1;
}
