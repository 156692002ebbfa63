// SPDX-License-Identifier: LGPL-2.1-or-later
/* The object a caller fills before it asks for an appraisal. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "tdx.h"

int cvm_verifier_new(struct cvm_verifier **verifier)
{
	struct cvm_verifier *v = calloc(1, sizeof(*v));

	*verifier = NULL;
	if (!v)
		return -ENOMEM;
	v->generation = 1;
	v->sha384 = EVP_MD_fetch(NULL, "SHA2-384", NULL);
	if (!v->sha384 || cvm_policy_default(&v->policy)) {
		cvm_verifier_free(v);
		return -ENOMEM;
	}
	*verifier = v;
	return 0;
}

void cvm_verifier_free(struct cvm_verifier *verifier)
{
	if (!verifier)
		return;
	cvm_certs_free(verifier);
	cvm_crls_free(verifier);
	cvm_tdx_cache_free(verifier->tdx);
	cvm_policy_free(verifier->policy);
	EVP_MD_free(verifier->sha384);
	free(verifier);
}

/**
 * struct loading - one call of an add function
 * @verifier: that gets what is found
 * @trust: certificates are the caller's roots
 * @want_crl: only CRLs make sense here
 * @collateral: CRLs are Intel's, and ask nothing of other chains
 * @refused: why an object was turned down, or NULL
 */
struct loading {
	struct cvm_verifier *verifier;
	bool trust;
	bool want_crl;
	bool collateral;
	const char *refused;
};

static int take_cert(void *owner, X509 *x509)
{
	struct loading *loading = owner;

	if (loading->want_crl)
		loading->refused = "a certificate, where a CRL belongs";
	else if (loading->trust &&
		 X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509)))
		loading->refused = "a root must be self-signed";
	if (!loading->refused)
		return cvm_certs_add(loading->verifier, x509, loading->trust);
	X509_free(x509);
	return -EINVAL;
}

static int take_crl(void *owner, X509_CRL *crl)
{
	struct loading *loading = owner;

	loading->refused = loading->trust ? "a CRL, where a root belongs" : cvm_crl_refused(crl);
	if (!loading->refused) {
		loading->verifier->asks_revocation |= !loading->collateral;
		return cvm_crl_add(loading->verifier, crl);
	}
	X509_CRL_free(crl);
	return -EINVAL;
}

static int load(struct loading *loading, const void *data, size_t len, const char *name,
		struct cvm_error *err)
{
	struct x509_sink sink = { .cert = take_cert, .crl = take_crl, .owner = loading };
	int found = cvm_x509_load(data, len, name, &sink, err);

	if (found == -EINVAL)
		return cvm_error_set(err, -EBADMSG, CVM_ERR_CERTIFICATE, name, "%s",
				     loading->refused);
	if (found)
		return found < 0 ? found : 0;
	return cvm_error_set(err, -EBADMSG, CVM_ERR_CERTIFICATE, name, "no %s in it",
			     loading->want_crl ? "CRL" : "certificate");
}

int cvm_verifier_add_certs(struct cvm_verifier *verifier, const void *data, size_t len,
			   const char *name, struct cvm_error *err)
{
	struct loading loading = { .verifier = verifier };

	return load(&loading, data, len, name, err);
}

int cvm_verifier_add_crl(struct cvm_verifier *verifier, const void *data, size_t len,
			 const char *name, struct cvm_error *err)
{
	struct loading loading = { .verifier = verifier, .want_crl = true };

	return load(&loading, data, len, name, err);
}

int cvm_verifier_add_collateral(struct cvm_verifier *verifier, const void *data, size_t len,
				const char *name, struct cvm_error *err)
{
	struct loading loading = { .verifier = verifier, .collateral = true };
	uint8_t *decoded;
	int ret;

	if (cvm_body_is_json(data, len)) {
		ret = cvm_collateral_add(verifier, data, len, name, err);
		return ret < 0 ? ret : 0;
	}
	decoded = cvm_body_decode(data, len, &len);
	ret = load(&loading, decoded ? decoded : data, len, name, err);
	free(decoded);
	return ret;
}

int cvm_verifier_add_roots(struct cvm_verifier *verifier, const void *data, size_t len,
			   const char *name, struct cvm_error *err)
{
	struct loading loading = { .verifier = verifier, .trust = true };

	return load(&loading, data, len, name, err);
}

void cvm_verifier_set_policy(struct cvm_verifier *verifier, struct cvm_policy *policy)
{
	cvm_policy_free(verifier->policy);
	verifier->policy = policy;
}

void cvm_verifier_set_time(struct cvm_verifier *verifier, time_t at)
{
	verifier->at = at;
	verifier->has_time = true;
	verifier->generation++;
}

void cvm_verifier_expect_report_data(struct cvm_verifier *verifier, const uint8_t data[64],
				     const char *origin)
{
	memcpy(verifier->report_data, data, sizeof(verifier->report_data));
	snprintf(verifier->origin, sizeof(verifier->origin), "%s", origin);
	verifier->has_seal_root = false;
	verifier->expect = EXPECT_REPORT_DATA;
}

int cvm_verifier_expect_seals(struct cvm_verifier *verifier, const void *nonce, size_t len,
			      const uint8_t root[CVM_SEAL_DIGEST], const char *name)
{
	int ret = cvm_nonce_to_report_data(nonce, len, verifier->nonce_alone);

	if (!ret)
		ret = cvm_seal_to_report_data(nonce, len, root, verifier->report_data);
	if (ret)
		return ret;
	memcpy(verifier->seal_root, root, sizeof(verifier->seal_root));
	snprintf(verifier->origin, sizeof(verifier->origin), "SHA-512(%s || seal root)", name);
	verifier->has_seal_root = true;
	verifier->expect = EXPECT_REPORT_DATA;
	return 0;
}

void cvm_verifier_expect_nothing(struct cvm_verifier *verifier)
{
	verifier->has_seal_root = false;
	verifier->expect = EXPECT_NOTHING;
}

int cvm_nonce_to_report_data(const void *nonce, size_t len, uint8_t report_data[64])
{
	return EVP_Digest(nonce, len, report_data, NULL, EVP_sha512(), NULL) ? 0 : -ENOMEM;
}

int cvm_seal_to_report_data(const void *nonce, size_t len, const uint8_t root[CVM_SEAL_DIGEST],
			    uint8_t report_data[64])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool done = ctx && EVP_DigestInit_ex(ctx, EVP_sha512(), NULL) &&
		    EVP_DigestUpdate(ctx, nonce, len) &&
		    EVP_DigestUpdate(ctx, root, CVM_SEAL_DIGEST) &&
		    EVP_DigestFinal_ex(ctx, report_data, NULL);

	EVP_MD_CTX_free(ctx);
	return done ? 0 : -ENOMEM;
}
