// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Revocation. AMD publishes one list a line, signed by the ARK, which names
 * revoked ASKs and ASVKs. A list of the VEK's own issuer and entries of an
 * indirect list count as well, when someone supplies them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509_vfy.h>

#include "lib.h"

#define NAME_SIZE 64

const char *cvm_crl_refused(const X509_CRL *crl)
{
	time_t when;

	if (cvm_x509_time(X509_CRL_get0_lastUpdate(crl), &when))
		return "the CRL does not say when it was made";
	if (cvm_x509_time(X509_CRL_get0_nextUpdate(crl), &when))
		return "the CRL does not say until when it holds";
	return NULL;
}

int cvm_crl_add(struct cvm_verifier *verifier, X509_CRL *crl)
{
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
	size_t size = (verifier->n_crls + 1) * sizeof(*verifier->crls);
	X509_CRL **crls = realloc(verifier->crls, size);

	if (!crls) {
		X509_CRL_free(crl);
		return -ENOMEM;
	}
	verifier->crls = crls;
	verifier->crls[verifier->n_crls++] = crl;
	verifier->generation++;
	return 0;
}

void cvm_crls_free(struct cvm_verifier *verifier)
{
	size_t i;

	for (i = 0; i < verifier->n_crls; i++)
		X509_CRL_free(verifier->crls[i]);
	free(verifier->crls);
}

static bool is_issuer(const struct cert *issuer, const X509_CRL *crl)
{
	return !X509_NAME_cmp(X509_get_subject_name(issuer->x509), X509_CRL_get_issuer(crl));
}

static bool signed_by(const struct cert *issuer, X509_CRL *crl)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer->x509);

	return key && X509_CRL_verify(crl, key) == 1;
}

/**
 * struct crl_set - the CRLs that concern one chain
 * @genuine: signed by an issuer of the chain
 * @named: how many claim such an issuer
 */
struct crl_set {
	struct stack_st_X509_CRL *genuine;
	size_t named;
};

static int collect(const struct cvm_verifier *verifier, const struct chain *chain,
		   struct crl_set *set)
{
	size_t i;

	for (i = 0; i < verifier->n_crls; i++) {
		X509_CRL *crl = verifier->crls[i];
		bool of_root = is_issuer(chain->root, crl);
		bool of_ca = is_issuer(chain->ca, crl);

		set->named += of_root || of_ca;
		if (!(of_root && signed_by(chain->root, crl)) &&
		    !(of_ca && signed_by(chain->ca, crl)))
			continue;
		if (!sk_X509_CRL_push(set->genuine, crl))
			return -ENOMEM;
	}
	return 0;
}

static void conclude(struct chain *chain, enum revocation revocation, const char *why,
		     const X509_NAME *who)
{
	char name[NAME_SIZE];

	cvm_x509_common_name(who, name, sizeof(name));
	chain->revocation = revocation;
	snprintf(chain->revocation_why, sizeof(chain->revocation_why), why, name);
}

/* Revocation is for good: an old list that names a certificate condemns it too. */
static bool is_listed(const struct crl_set *set, X509 *x509)
{
	X509_REVOKED *entry;
	int i;

	for (i = 0; i < sk_X509_CRL_num(set->genuine); i++)
		if (X509_CRL_get0_by_cert(sk_X509_CRL_value(set->genuine, i), &entry, x509) == 1)
			return true;
	return false;
}

static X509 *find_revoked(const struct crl_set *set, const struct cert *vek,
			  const struct chain *chain)
{
	X509 *path[] = { vek->x509, chain->ca->x509, chain->root->x509 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(path); i++)
		if (is_listed(set, path[i]))
			return path[i];
	return NULL;
}

static bool is_current(const X509_CRL *crl, time_t at, time_t *issued)
{
	time_t until;

	return !cvm_x509_time(X509_CRL_get0_lastUpdate(crl), issued) &&
	       !cvm_x509_time(X509_CRL_get0_nextUpdate(crl), &until) && *issued <= at &&
	       at <= until;
}

static void find_newest(const struct crl_set *set, const struct cert *root, time_t at,
			struct chain *chain)
{
	time_t issued;
	int i;

	for (i = 0; i < sk_X509_CRL_num(set->genuine); i++) {
		const X509_CRL *crl = sk_X509_CRL_value(set->genuine, i);

		if (is_issuer(root, crl) && is_current(crl, at, &issued) &&
		    issued > chain->crl_issued)
			chain->crl_issued = issued;
	}
}

static void describe_clear(struct chain *chain)
{
	char date[11];
	struct tm tm;

	gmtime_r(&chain->crl_issued, &tm);
	strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	chain->revocation = REVOCATION_CLEAR;
	snprintf(chain->revocation_why, sizeof(chain->revocation_why), "not revoked, CRL of %s",
		 date);
}

/* Dates, scope and critical extensions of the lists are libcrypto's to judge. */
static int judge(const struct cvm_verifier *verifier, const struct crl_set *set,
		 const struct cert *vek, struct chain *chain)
{
	const X509_NAME *root = X509_get_subject_name(chain->root->x509);
	struct path_result path;
	int ret = cvm_path_verify(vek->x509, chain->ca->x509, chain->root->x509, verifier->at,
				  set->genuine, &path);

	if (ret)
		return ret;
	find_newest(set, chain->root, verifier->at, chain);
	if (path.revoked_depth >= 0)
		conclude(chain, REVOCATION_REVOKED, "a certificate below %s is revoked", root);
	else if (path.crl_error == X509_V_ERR_UNABLE_TO_GET_CRL || !path.crl_error)
		conclude(chain, REVOCATION_UNDECIDED, "no CRL of %s was given", root);
	else if (path.crl_error == X509_V_ERR_CRL_HAS_EXPIRED)
		conclude(chain, REVOCATION_UNDECIDED, "the CRL of %s has expired", root);
	else if (path.crl_error == X509_V_ERR_CRL_NOT_YET_VALID)
		conclude(chain, REVOCATION_UNDECIDED, "the CRL of %s is not yet valid", root);
	else
		conclude(chain, REVOCATION_FORGED, "the CRL of %s breaks a rule of X.509", root);
	if (!path.error && !path.crl_error && path.revoked_depth < 0 && chain->crl_issued)
		describe_clear(chain);
	return 0;
}

static int check_set(const struct cvm_verifier *verifier, const struct crl_set *set,
		     const struct cert *vek, struct chain *chain)
{
	const X509_NAME *root = X509_get_subject_name(chain->root->x509);
	X509 *revoked = find_revoked(set, vek, chain);

	if (revoked)
		conclude(chain, REVOCATION_REVOKED, "%s is revoked",
			 X509_get_subject_name(revoked));
	else if (!set->named)
		conclude(chain, REVOCATION_UNDECIDED, "no CRL given is of %s", root);
	else if (!sk_X509_CRL_num(set->genuine))
		conclude(chain, REVOCATION_FORGED, "the CRL is not signed by %s", root);
	else
		return judge(verifier, set, vek, chain);
	return 0;
}

int cvm_crl_check(struct cvm_verifier *verifier, const struct cert *vek, struct chain *chain)
{
	struct crl_set set = { .genuine = sk_X509_CRL_new_null() };
	int ret;

	chain->revocation = REVOCATION_UNCHECKED;
	ret = set.genuine ? collect(verifier, chain, &set) : -ENOMEM;
	if (!ret && verifier->asks_revocation)
		ret = check_set(verifier, &set, vek, chain);
	sk_X509_CRL_free(set.genuine);
	return ret;
}
