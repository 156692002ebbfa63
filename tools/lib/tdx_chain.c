// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * PCK <- Platform or Processor CA <- Intel SGX Root CA, and TCB Signing <- root.
 * Several certificates may carry the same name, pre-production ones do: every
 * combination is tried before a chain is given up.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "tdx.h"

#define NAME_SIZE 64

bool cvm_tdx_is_named(const X509 *x509, const char *name)
{
	char text[NAME_SIZE];

	cvm_x509_common_name(X509_get_subject_name(x509), text, sizeof(text));
	return strstr(text, name);
}

static bool issued(const struct cert *issuer, const struct cert *subject)
{
	return !X509_NAME_cmp(X509_get_subject_name(issuer->x509),
			      X509_get_issuer_name(subject->x509));
}

static bool has_signed(const struct cert *issuer, const struct cert *subject)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer->x509);

	return key && X509_verify(subject->x509, key) == 1;
}

/* The caller's own copy of this root is trusted; that one will be tried. */
static bool is_known_root(const struct cvm_verifier *verifier, const struct cert *root)
{
	size_t i;

	for (i = 0; i < verifier->n_certs; i++)
		if (verifier->certs[i]->trusted &&
		    !memcmp(verifier->certs[i]->spki_sha256, root->spki_sha256, 32))
			return true;
	return false;
}

/* Certificates that came with the leaf, then those of the verifier; NULL behind the last. */
static const struct cert *candidate(const struct cvm_verifier *verifier,
				    const struct tdx_leaf *leaf, size_t i)
{
	if (i < leaf->n_certs)
		return leaf->certs[i];
	i -= leaf->n_certs;
	return i < verifier->n_certs ? verifier->certs[i] : NULL;
}

static void set_state(struct tdx_chain *chain, enum chain_state state, const char *why)
{
	chain->state = state;
	snprintf(chain->why, sizeof(chain->why), "%s", why);
}

static bool is_signed_as_intel_does(X509 *x509)
{
	int digest, key;

	return X509_get_signature_info(x509, &digest, &key, NULL, NULL) && digest == NID_sha256 &&
	       key == NID_X9_62_id_ecPublicKey;
}

static bool is_of_intel(const struct cert *cert)
{
	return cvm_p256_is_key(X509_get0_pubkey(cert->x509)) && is_signed_as_intel_does(cert->x509);
}

/* What Intel's certificates are beyond X.509. Names keep a PCK from signing TCB info. */
static const char *break_of_intel_rules(const struct tdx_leaf *leaf, const struct tdx_chain *chain)
{
	if (!is_of_intel(leaf->cert) || (chain->ca && !is_of_intel(chain->ca)) ||
	    !is_of_intel(chain->root))
		return "a certificate is not ECDSA P-256 with SHA-256";
	if (X509_check_ca(leaf->cert->x509) == 1)
		return "the certificate is one of a certificate authority";
	if ((chain->ca && X509_check_ca(chain->ca->x509) != 1) ||
	    X509_check_ca(chain->root->x509) != 1)
		return "an issuer is no certificate authority";
	if (!cvm_tdx_is_named(leaf->cert->x509, leaf->name))
		return "the certificate was issued for another purpose";
	return NULL;
}

static void explain_time(struct tdx_chain *chain, const struct tdx_leaf *leaf,
			 const struct path_result *path)
{
	bool early = path->time_error == X509_V_ERR_CERT_NOT_YET_VALID;
	const struct cert *path_certs[3] = { leaf->cert, chain->ca, chain->root };
	const struct cert *cert;
	char name[NAME_SIZE], from[11], to[11];

	chain->in_time = !path->time_error;
	if (chain->in_time)
		return;
	if (!chain->ca)
		path_certs[1] = chain->root;
	cert = path_certs[path->time_depth < 0 || path->time_depth > 2 ? 2 : path->time_depth];
	cvm_x509_common_name(X509_get_subject_name(cert->x509), name, sizeof(name));
	snprintf(chain->time_why, sizeof(chain->time_why), "%s %s, its dates are %s to %s", name,
		 early ? "is not yet valid" : "has expired",
		 cvm_x509_date(from, X509_get0_notBefore(cert->x509)),
		 cvm_x509_date(to, X509_get0_notAfter(cert->x509)));
}

static int try_path(struct cvm_verifier *verifier, const struct tdx_leaf *leaf,
		    struct tdx_chain *chain)
{
	X509 *ca = chain->ca ? chain->ca->x509 : NULL;
	struct path_result path;
	const char *why;
	int ret =
		cvm_path_verify(leaf->cert->x509, ca, chain->root->x509, verifier->at, NULL, &path);

	if (ret)
		return ret;
	if (path.error) {
		set_state(chain, CHAIN_BROKEN, X509_verify_cert_error_string(path.error));
		return 0;
	}
	why = break_of_intel_rules(leaf, chain);
	set_state(chain, why ? CHAIN_BROKEN : CHAIN_VALID, why ? why : "");
	explain_time(chain, leaf, &path);
	return 0;
}

/*
 * How much a chain is worth: the best of several candidates is kept. An untrusted root
 * that did sign says more than a trusted one of the same name that did not.
 */
static int rank(const struct tdx_chain *chain)
{
	static const int ranks[] = {
		[CHAIN_NO_CA] = 0,     [CHAIN_NO_ROOT] = 1, [CHAIN_BROKEN] = 2,
		[CHAIN_UNTRUSTED] = 3, [CHAIN_VALID] = 4,
	};

	return ranks[chain->state] + (chain->state == CHAIN_VALID && chain->in_time);
}

static void missing_issuer(struct tdx_chain *chain, enum chain_state state, const struct cert *cert)
{
	char name[NAME_SIZE];

	cvm_x509_common_name(X509_get_issuer_name(cert->x509), name, sizeof(name));
	chain->state = state;
	snprintf(chain->why, sizeof(chain->why), "the certificate of %s is missing", name);
}

static void untrusted_root(struct tdx_chain *chain)
{
	char name[NAME_SIZE], key[CVM_HEX_SHORT];

	cvm_x509_common_name(X509_get_subject_name(chain->root->x509), name, sizeof(name));
	chain->state = CHAIN_UNTRUSTED;
	snprintf(chain->why, sizeof(chain->why), "the key %s of the root \"%s\" is not Intel's",
		 cvm_hex_short(key, chain->root->spki_sha256, 32), name);
}

/* All roots for one CA, or for the leaf when @ca is NULL. */
static int try_roots(struct cvm_verifier *verifier, const struct tdx_leaf *leaf,
		     const struct cert *ca, struct tdx_chain *best)
{
	const struct cert *root;
	size_t i;

	for (i = 0; (root = candidate(verifier, leaf, i)); i++) {
		const struct cert *subject = ca ? ca : leaf->cert;
		struct tdx_chain chain = { .ca = ca, .root = root };
		int ret = 0;

		if (!root->self_issued || !issued(root, subject))
			continue;
		if (!root->trusted && is_known_root(verifier, root))
			continue;
		if (root->trusted)
			ret = try_path(verifier, leaf, &chain);
		else if (has_signed(root, subject))
			untrusted_root(&chain);
		else
			set_state(&chain, CHAIN_BROKEN, "certificate signature failure");
		if (ret)
			return ret;
		if (rank(&chain) > rank(best))
			*best = chain;
	}
	return 0;
}

static int try_cas(struct cvm_verifier *verifier, const struct tdx_leaf *leaf,
		   struct tdx_chain *best)
{
	const struct cert *ca;
	size_t i;

	missing_issuer(best, CHAIN_NO_CA, leaf->cert);
	for (i = 0; (ca = candidate(verifier, leaf, i)); i++) {
		int ret;

		if (ca->self_issued || ca == leaf->cert || !issued(ca, leaf->cert))
			continue;
		if (best->state == CHAIN_NO_CA)
			missing_issuer(best, CHAIN_NO_ROOT, ca);
		ret = try_roots(verifier, leaf, ca, best);
		if (ret)
			return ret;
	}
	return 0;
}

int cvm_tdx_chain_build(struct cvm_verifier *verifier, const struct tdx_leaf *leaf,
			struct tdx_chain *chain)
{
	int ret;

	*chain = (struct tdx_chain){ 0 };
	if (leaf->has_ca) {
		ret = try_cas(verifier, leaf, chain);
	} else {
		missing_issuer(chain, CHAIN_NO_ROOT, leaf->cert);
		ret = try_roots(verifier, leaf, NULL, chain);
	}
	if (!ret && chain->state == CHAIN_VALID)
		cvm_tdx_crl_check(verifier, leaf->cert, chain);
	return ret;
}
