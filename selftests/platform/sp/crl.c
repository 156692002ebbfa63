// SPDX-License-Identifier: GPL-2.0-only
/*
 * Revocation lists: the ARK's, as AMD's KDS hands it out, and one of whoever
 * issued the endorsement key. Each issuer can revoke only what it issued.
 */
#include <string.h>

#include "sp.h"

static bool is_revoked(const struct options *options, const char *name)
{
	return !strcmp(options->revoke, name);
}

static bool is_vek_revoked(const struct options *options)
{
	return is_revoked(options, "vek") || is_revoked(options, options->vlek ? "vlek" : "vcek");
}

/**
 * crl_add() - revoke a certificate
 * @crl: the list
 * @cert: its certificate
 * @when: since then
 */
void crl_add(X509_CRL *crl, const X509 *cert, time_t when)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *time = ASN1_TIME_set(NULL, when);

	X509_REVOKED_set_serialNumber(entry, (ASN1_INTEGER *)X509_get0_serialNumber(cert));
	X509_REVOKED_set_revocationDate(entry, time);
	if (!X509_CRL_add0_revoked(crl, entry))
		die_openssl("cannot revoke a certificate");
	ASN1_TIME_free(time);
}

static void seal_crl(X509_CRL *crl, EVP_PKEY *key)
{
	EVP_MD_CTX *context = pss_context(key);

	if (!X509_CRL_sign_ctx(crl, context))
		die_openssl("cannot sign the CRL");
	EVP_MD_CTX_free(context);
}

/**
 * crl_begin() - an empty list
 * @issuer: who revokes
 * @options: when the list holds
 */
X509_CRL *crl_begin(const X509 *issuer, const struct options *options)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *from = ASN1_TIME_set(NULL, options->crl_from);
	ASN1_TIME *until = ASN1_TIME_set(NULL, options->crl_until);

	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer));
	X509_CRL_set1_lastUpdate(crl, from);
	X509_CRL_set1_nextUpdate(crl, until);
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
	return crl;
}

/**
 * crl_make_ark() - the ARK's list, of the ASK and ASVK
 * @certs: the hierarchy's certificates
 * @keys: its keys
 * @options: what is revoked, and when the list holds
 */
X509_CRL *crl_make_ark(const struct certificates *certs, const struct keys *keys,
		       const struct options *options)
{
	X509_CRL *crl = crl_begin(certs->ark, options);

	if (is_revoked(options, "ask"))
		crl_add(crl, certs->ask, options->crl_from);
	if (is_revoked(options, "asvk"))
		crl_add(crl, certs->asvk, options->crl_from);
	seal_crl(crl, keys->ark);
	return crl;
}

/**
 * crl_make_vek() - the list of whoever issued the key that signs
 * @certs: the hierarchy's certificates
 * @keys: its keys
 * @options: signer, what is revoked, and when the list holds
 */
X509_CRL *crl_make_vek(const struct certificates *certs, const struct keys *keys,
		       const struct options *options)
{
	X509_CRL *crl = crl_begin(options->vlek ? certs->asvk : certs->ask, options);

	if (is_vek_revoked(options))
		crl_add(crl, options->vlek ? certs->vlek : certs->vcek, options->crl_from);
	seal_crl(crl, options->vlek ? keys->asvk : keys->ask);
	return crl;
}
