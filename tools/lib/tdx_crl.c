// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Revocation at Intel: every certificate but the root must have a current CRL of its
 * own issuer. The names of Intel's real and pre-production CAs are the same, so a CRL
 * that another key signed is somebody else's and not a forgery.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/x509_vfy.h>

#include "tdx.h"

#define NAME_SIZE 64

/* From memory, or found out. Every platform of a kind has the same two issuers. */
static bool is_signed_by(struct tdx_cache *cache, X509_CRL *crl, X509 *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);
	struct crl_proof *proof;
	size_t i;

	for (i = 0; i < TDX_CRL_PROOFS; i++)
		if (cache->crl_proofs[i].crl == crl && cache->crl_proofs[i].issuer == issuer)
			return cache->crl_proofs[i].is_signed;
	proof = &cache->crl_proofs[cache->n_crl_proofs++ % TDX_CRL_PROOFS];
	X509_free(proof->issuer);
	X509_up_ref(issuer);
	proof->crl = crl;
	proof->issuer = issuer;
	proof->is_signed = key && X509_CRL_verify(crl, key) == 1;
	return proof->is_signed;
}

static bool is_of(const struct cvm_verifier *verifier, X509_CRL *crl, const struct cert *issuer)
{
	return !X509_NAME_cmp(X509_get_subject_name(issuer->x509), X509_CRL_get_issuer(crl)) &&
	       is_signed_by(verifier->tdx, crl, issuer->x509);
}

/* Revocation is for good: an old list that names a certificate condemns it too. */
static bool lists(X509_CRL *crl, const struct cert *cert)
{
	X509_REVOKED *entry;

	return X509_CRL_get0_by_cert(crl, &entry, cert->x509) == 1;
}

/* A delta list or one of limited scope has a critical extension; so may what is not known. */
static bool is_complete(X509_CRL *crl)
{
	return X509_CRL_get_ext_by_critical(crl, 1, -1) < 0;
}

static bool is_current(const X509_CRL *crl, time_t at, time_t *issued)
{
	time_t until;

	return !cvm_x509_time(X509_CRL_get0_lastUpdate(crl), issued) &&
	       !cvm_x509_time(X509_CRL_get0_nextUpdate(crl), &until) && *issued <= at &&
	       at <= until;
}

static void conclude(struct tdx_chain *chain, enum revocation revocation, const struct cert *who,
		     const char *format)
{
	char name[NAME_SIZE];

	cvm_x509_common_name(X509_get_subject_name(who->x509), name, sizeof(name));
	chain->revocation = revocation;
	snprintf(chain->revocation_why, sizeof(chain->revocation_why), format, name);
}

/* Takes the newest of the lists that can speak for @cert. False ends the search. */
static bool check_one(const struct cvm_verifier *verifier, const struct cert *cert,
		      const struct cert *issuer, struct tdx_chain *chain)
{
	time_t issued, newest = 0;
	bool is_there = false;
	size_t i;

	for (i = 0; i < verifier->n_crls; i++) {
		X509_CRL *crl = verifier->crls[i];

		if (!is_of(verifier, crl, issuer))
			continue;
		is_there = true;
		if (lists(crl, cert)) {
			conclude(chain, REVOCATION_REVOKED, cert, "%s is revoked");
			return false;
		}
		if (is_complete(crl) && is_current(crl, verifier->at, &issued) && issued > newest)
			newest = issued;
	}
	if (!newest) {
		conclude(chain, REVOCATION_UNDECIDED, issuer,
			 is_there ? "no CRL of %s is valid at that time"
				  : "the CRL of %s is missing");
		chain->open_issuer = issuer;
		return true;
	}
	if (!chain->crl_issued || newest < chain->crl_issued)
		chain->crl_issued = newest;
	return true;
}

void cvm_tdx_crl_check(struct cvm_verifier *verifier, const struct cert *leaf,
		       struct tdx_chain *chain)
{
	const struct cert *issuer = chain->ca ? chain->ca : chain->root;
	char date[11] = "?";
	struct tm tm;

	chain->revocation = REVOCATION_CLEAR;
	if (!check_one(verifier, leaf, issuer, chain))
		return;
	if (chain->ca && !check_one(verifier, chain->ca, chain->root, chain))
		return;
	if (chain->revocation != REVOCATION_CLEAR)
		return;
	if (gmtime_r(&chain->crl_issued, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	snprintf(chain->revocation_why, sizeof(chain->revocation_why), "not revoked, CRL of %s",
		 date);
}
