// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * VEK <- ASK or ASVK <- ARK. Several certificates may carry the same name, and
 * the host may have added some of them: every combination is tried before the
 * chain is given up.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "lib.h"

#define NAME_SIZE   64
#define CA_KEY_BITS 4096

static bool issued(const struct cert *issuer, const struct cert *subject)
{
	return !X509_NAME_cmp(X509_get_subject_name(issuer->x509),
			      X509_get_issuer_name(subject->x509));
}

static const struct cert *at_depth(const struct cert *vek, const struct chain *chain, int depth)
{
	return depth <= 0 ? vek : depth == 1 ? chain->ca : chain->root;
}

static void subject_of(const struct cert *cert, char name[NAME_SIZE])
{
	cvm_x509_common_name(X509_get_subject_name(cert->x509), name, NAME_SIZE);
}

/* AMD 57230 section 2: RSASSA-PSS with SHA-384, MGF1 with SHA-384 and 48 bytes of salt */
static bool signed_as_amd_does(X509 *x509)
{
	int digest, key;
	uint32_t flags;

	return X509_get_signature_info(x509, &digest, &key, NULL, &flags) && key == NID_rsassaPss &&
	       digest == NID_sha384 && flags & X509_SIG_INFO_TLS;
}

/* libcrypto lets a CA pass without basic constraints, out of respect for old ones. */
static bool is_ca(X509 *x509)
{
	return X509_check_ca(x509) == 1;
}

static bool is_ca_key(X509 *x509)
{
	EVP_PKEY *key = X509_get0_pubkey(x509);

	return key && EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= CA_KEY_BITS;
}

static bool is_vek_key(X509 *x509)
{
	EVP_PKEY *key = X509_get0_pubkey(x509);
	char curve[32];

	return key && EVP_PKEY_is_a(key, "EC") &&
	       EVP_PKEY_get_utf8_string_param(key, "group", curve, sizeof(curve), NULL) &&
	       !strcmp(curve, SN_secp384r1);
}

static bool is_asvk(const struct cert *ca)
{
	char name[NAME_SIZE];

	subject_of(ca, name);
	return !strncmp(name, "SEV-VLEK", 8);
}

static bool is_vlek(const struct cert *vek)
{
	return vek->vek.signer == CVM_SNP_SIGNER_VLEK;
}

/* What AMD's certificates are beyond X.509; libcrypto's default accepts far weaker ones. */
static const char *break_of_amd_rules(const struct cert *vek, const struct chain *chain)
{
	if (!is_vek_key(vek->x509))
		return "the VEK is no key on the curve P-384";
	if (!is_ca(chain->ca->x509) || !is_ca(chain->root->x509))
		return "an issuer is no certificate authority";
	if (!is_ca_key(chain->ca->x509) || !is_ca_key(chain->root->x509))
		return "a CA key is not RSA of at least 4096 bits";
	if (!signed_as_amd_does(vek->x509) || !signed_as_amd_does(chain->ca->x509) ||
	    !signed_as_amd_does(chain->root->x509))
		return "a signature is not RSA-PSS with SHA-384";
	if (is_asvk(chain->ca) != is_vlek(vek))
		return "an ASK may sign VCEKs only, and an ASVK VLEKs only";
	return NULL;
}

static void set_state(struct chain *chain, enum chain_state state, const char *why)
{
	chain->state = state;
	snprintf(chain->why, sizeof(chain->why), "%s", why);
}

static void explain_error(struct chain *chain, const struct cert *vek,
			  const struct path_result *path)
{
	char name[NAME_SIZE];

	subject_of(at_depth(vek, chain, path->depth), name);
	chain->state = CHAIN_BROKEN;
	snprintf(chain->why, sizeof(chain->why), "%s: %s", name,
		 X509_verify_cert_error_string(path->error));
}

static void explain_time(struct chain *chain, const struct cert *vek,
			 const struct path_result *path)
{
	const struct cert *cert = at_depth(vek, chain, path->time_depth);
	bool early = path->time_error == X509_V_ERR_CERT_NOT_YET_VALID;
	char name[NAME_SIZE], from[11], to[11];

	chain->in_time = !path->time_error;
	if (chain->in_time)
		return;
	subject_of(cert, name);
	snprintf(chain->time_why, sizeof(chain->time_why), "%s %s, its dates are %s to %s", name,
		 early ? "is not yet valid" : "has expired",
		 cvm_x509_date(from, X509_get0_notBefore(cert->x509)),
		 cvm_x509_date(to, X509_get0_notAfter(cert->x509)));
}

static int try_path(struct cvm_verifier *verifier, const struct cert *vek, struct chain *chain)
{
	struct path_result path;
	const char *why;
	int ret = cvm_path_verify(vek->x509, chain->ca->x509, chain->root->x509, verifier->at, NULL,
				  &path);

	if (ret)
		return ret;
	if (path.error) {
		explain_error(chain, vek, &path);
		return 0;
	}
	why = break_of_amd_rules(vek, chain);
	set_state(chain, why ? CHAIN_BROKEN : CHAIN_VALID, why ? why : "");
	explain_time(chain, vek, &path);
	return 0;
}

/* How much a chain is worth: the best of several candidates is kept. */
static int rank(const struct chain *chain)
{
	static const int ranks[] = {
		[CHAIN_NO_CA] = 0,  [CHAIN_NO_ROOT] = 1, [CHAIN_UNTRUSTED] = 2,
		[CHAIN_BROKEN] = 3, [CHAIN_VALID] = 4,
	};

	return ranks[chain->state] + (chain->state == CHAIN_VALID && chain->in_time);
}

static void missing_issuer(struct chain *chain, enum chain_state state, const struct cert *cert)
{
	char name[NAME_SIZE];

	cvm_x509_common_name(X509_get_issuer_name(cert->x509), name, sizeof(name));
	chain->state = state;
	snprintf(chain->why, sizeof(chain->why), "the certificate of %s is missing", name);
}

static void untrusted_root(struct chain *chain)
{
	char name[NAME_SIZE], key[CVM_HEX_SHORT];

	subject_of(chain->root, name);
	chain->state = CHAIN_UNTRUSTED;
	snprintf(chain->why, sizeof(chain->why), "the key %s of the root \"%s\" is none of AMD's",
		 cvm_hex_short(key, chain->root->spki_sha256, 32), name);
}

/* All roots for one CA. */
static int try_roots(struct cvm_verifier *verifier, const struct cert *vek, const struct cert *ca,
		     struct chain *best)
{
	size_t i;

	for (i = 0; i < verifier->n_certs; i++) {
		struct chain chain = { .ca = ca, .root = verifier->certs[i] };
		int ret = 0;

		if (!chain.root->self_issued || !issued(chain.root, ca))
			continue;
		if (chain.root->trusted)
			ret = try_path(verifier, vek, &chain);
		else
			untrusted_root(&chain);
		if (ret)
			return ret;
		if (rank(&chain) > rank(best))
			*best = chain;
	}
	return 0;
}

static int build(struct cvm_verifier *verifier, const struct cert *vek, struct chain *best)
{
	size_t i;

	*best = (struct chain){ 0 };
	missing_issuer(best, CHAIN_NO_CA, vek);
	for (i = 0; i < verifier->n_certs; i++) {
		const struct cert *ca = verifier->certs[i];
		int ret;

		if (ca->self_issued || ca == vek || !issued(ca, vek))
			continue;
		if (best->state == CHAIN_NO_CA) {
			best->ca = ca;
			missing_issuer(best, CHAIN_NO_ROOT, ca);
		}
		ret = try_roots(verifier, vek, ca, best);
		if (ret)
			return ret;
	}
	return 0;
}

const struct chain *cvm_chain_get(struct cvm_verifier *verifier, struct cert *vek)
{
	struct chain *chain = &vek->chain;

	if (chain->generation == verifier->generation)
		return chain;
	if (build(verifier, vek, chain))
		return NULL;
	if (chain->state == CHAIN_VALID && cvm_crl_check(verifier, vek, chain))
		return NULL;
	chain->generation = verifier->generation;
	return chain;
}
