// SPDX-License-Identifier: LGPL-2.1-or-later
/* The certificates a verifier holds. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "lib.h"

/* Digest of the public key as it stands in the certificate, not as re-encoded. */
static bool digest_key(const X509 *x509, uint8_t digest[32])
{
	uint8_t *der = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &der);
	bool done = len > 0 && EVP_Digest(der, len, digest, NULL, EVP_sha256(), NULL);

	OPENSSL_free(der);
	return done;
}

static struct cert *find_same(struct cvm_verifier *verifier, const X509 *x509)
{
	size_t i;

	for (i = 0; i < verifier->n_certs; i++)
		if (!X509_cmp(verifier->certs[i]->x509, x509))
			return verifier->certs[i];
	return NULL;
}

static int append(struct cvm_verifier *verifier, struct cert *cert)
{
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
	size_t size = (verifier->n_certs + 1) * sizeof(*verifier->certs);
	struct cert **certs = realloc(verifier->certs, size);

	if (!certs)
		return -ENOMEM;
	verifier->certs = certs;
	verifier->certs[verifier->n_certs++] = cert;
	return 0;
}

static void describe(struct cert *cert, bool trust)
{
	X509 *x509 = cert->x509;

	cert->self_issued = !X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509));
	if (cert->self_issued && digest_key(x509, cert->spki_sha256))
		cert->pinned = cvm_root_product(cert->spki_sha256);
	cert->intel = cert->self_issued && cvm_root_is_intel(cert->spki_sha256);
	cert->trusted = cert->self_issued &&
			(trust || cert->intel || cert->pinned != CVM_SNP_UNKNOWN);
	cvm_vek_parse(x509, &cert->vek);
}

struct cert *cvm_cert_new(X509 *x509, bool trust)
{
	struct cert *cert = calloc(1, sizeof(*cert));

	if (!cert) {
		X509_free(x509);
		return NULL;
	}
	cert->x509 = x509;
	describe(cert, trust);
	return cert;
}

void cvm_cert_free(struct cert *cert)
{
	if (!cert)
		return;
	EVP_PKEY_CTX_free(cert->signature_ctx);
	X509_free(cert->x509);
	free(cert);
}

int cvm_certs_add(struct cvm_verifier *verifier, X509 *x509, bool trust)
{
	struct cert *cert = find_same(verifier, x509);
	int ret;

	verifier->generation++;
	if (cert) {
		cert->trusted |= trust && cert->self_issued;
		X509_free(x509);
		return 0;
	}
	cert = cvm_cert_new(x509, trust);
	ret = cert ? append(verifier, cert) : -ENOMEM;
	if (ret)
		cvm_cert_free(cert);
	return ret;
}

void cvm_certs_free(struct cvm_verifier *verifier)
{
	size_t i;

	for (i = 0; i < verifier->n_certs; i++)
		cvm_cert_free(verifier->certs[i]);
	free(verifier->certs);
}
