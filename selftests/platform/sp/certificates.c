// SPDX-License-Identifier: GPL-2.0-only
/*
 * Certificates shaped like AMD's: VCEK Certificate and KDS Interface
 * Specification, 57230, chapter 3.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "sp.h"

#define CA_FROM		1577836800	/* 2020-01-01 */
#define CA_UNTIL	2366841600	/* 2045-01-01 */
#define PSS_SALT	48

#define OID_AMD		"1.3.6.1.4.1.3704.1."

/* of Milan's line; VCEKs and VLEKs are all number 0 */
enum serial {
	SERIAL_VEK	= 0,
	SERIAL_ARK	= 0x10000,
	SERIAL_ASK	= 0x10001,
	SERIAL_ASVK	= 0x10101,
};

/* a certificate's fields but for extensions and signature */
struct outline {
	const char *subject;
	const char *issuer;
	EVP_PKEY *key;
	long serial;
	time_t from, until;
};

/* Like AMD's but marked as a test's; verifiers look at the common name */
static X509_NAME *certificate_name(const char *common_name)
{
	static const char *const parts[][2] = {
		{ "OU", "Test keys, no hardware" },
		{ "O", "cvm software platform" },
	};
	X509_NAME *name = X509_NAME_new();
	size_t i;

	for (i = 0; i < 2; i++)
		X509_NAME_add_entry_by_txt(name, parts[i][0], MBSTRING_UTF8,
					   (const uint8_t *)parts[i][1], -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const uint8_t *)common_name, -1,
				   -1, 0);
	return name;
}

/**
 * pss_context() - begin a signature as AMD makes them, RSASSA-PSS with SHA-384
 * @key: RSA key of the issuer
 */
EVP_MD_CTX *pss_context(EVP_PKEY *key)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *parameters;

	if (!context || EVP_DigestSignInit(context, &parameters, EVP_sha384(), NULL, key) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, PSS_SALT) != 1 ||
	    EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, EVP_sha384()) != 1)
		die_openssl("cannot prepare a signature");
	return context;
}

static void certificate_sign(X509 *cert, EVP_PKEY *key)
{
	EVP_MD_CTX *context = pss_context(key);

	if (!X509_sign_ctx(cert, context))
		die_openssl("cannot sign a certificate");
	EVP_MD_CTX_free(context);
}

static X509 *begin(const struct outline *outline)
{
	X509_NAME *subject = certificate_name(outline->subject);
	X509_NAME *issuer = certificate_name(outline->issuer);
	X509 *cert = X509_new();

	if (!cert || !X509_set_version(cert, X509_VERSION_3) ||
	    !ASN1_INTEGER_set(X509_get_serialNumber(cert), outline->serial) ||
	    !ASN1_TIME_set(X509_getm_notBefore(cert), outline->from) ||
	    !ASN1_TIME_set(X509_getm_notAfter(cert), outline->until) ||
	    !X509_set_subject_name(cert, subject) || !X509_set_issuer_name(cert, issuer) ||
	    !X509_set_pubkey(cert, outline->key))
		die_openssl("cannot make a certificate");
	X509_NAME_free(subject);
	X509_NAME_free(issuer);
	return cert;
}

static void add_standard(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	if (!extension || !X509_add_ext(cert, extension, -1))
		die_openssl("cannot add an extension");
	X509_EXTENSION_free(extension);
}

/* The value of AMD's extensions is the encoding itself, or for ids plain bytes */
static void add_amd(X509 *cert, const char *suffix, const uint8_t *value, size_t size)
{
	ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension;
	ASN1_OBJECT *object;
	char oid[64];

	snprintf(oid, sizeof(oid), "%s%s", OID_AMD, suffix);
	object = OBJ_txt2obj(oid, 1);
	ASN1_OCTET_STRING_set(octets, value, size);
	extension = X509_EXTENSION_create_by_OBJ(NULL, object, 0, octets);
	if (!extension || !X509_add_ext(cert, extension, -1))
		die_openssl("cannot add an extension");
	X509_EXTENSION_free(extension);
	ASN1_OBJECT_free(object);
	ASN1_OCTET_STRING_free(octets);
}

static void add_integer(X509 *cert, const char *suffix, uint8_t value)
{
	uint8_t small[] = { 0x02, 1, value }, large[] = { 0x02, 2, 0, value };

	if (value < 0x80)
		add_amd(cert, suffix, small, sizeof(small));
	else
		add_amd(cert, suffix, large, sizeof(large));
}

static void add_string(X509 *cert, const char *suffix, const char *text)
{
	uint8_t value[128] = { 0x16, strlen(text) };	/* IA5String */

	memcpy(value + 2, text, strlen(text));
	add_amd(cert, suffix, value, 2 + strlen(text));
}

/* In the order of the TCB version's bytes, as genuine certificates have them */
static void add_tcb(X509 *cert, const struct options *options)
{
	struct tcb tcb = tcb_split(options->product, options->reported_tcb);
	bool turin = options->product->has_fmc;

	if (turin)
		add_integer(cert, "3.9", tcb.fmc);
	add_integer(cert, "3.1", tcb.bootloader);
	add_integer(cert, "3.2", tcb.tee);
	if (turin)
		add_integer(cert, "3.3", tcb.snp);
	else
		add_integer(cert, "3.4", 0);
	add_integer(cert, "3.5", 0);
	add_integer(cert, "3.6", 0);
	add_integer(cert, "3.7", 0);
	if (!turin)
		add_integer(cert, "3.3", tcb.snp);
	add_integer(cert, "3.8", tcb.microcode);
}

static X509 *make_vek(const struct outline *outline, const char *title,
		      const struct options *options)
{
	X509 *cert = begin(outline);

	add_integer(cert, "1", options->product->has_fmc);
	add_string(cert, "2", title);
	add_tcb(cert, options);
	return cert;
}

static X509 *make_vcek(const char *issuer, const struct keys *keys,
		       const struct options *options)
{
	size_t id_size = options->product->has_fmc ? SP_TURIN_CHIP_ID : SP_CHIP_ID;
	struct outline outline = {
		.subject = "SEV-VCEK", .issuer = issuer, .key = keys->vcek,
		.serial = SERIAL_VEK, .from = options->vek_from, .until = options->vek_until,
	};
	X509 *cert = make_vek(&outline, options->product->vcek_title, options);

	add_amd(cert, "4", options->chip_id, id_size);
	certificate_sign(cert, keys->ask);
	return cert;
}

static X509 *make_vlek(const char *issuer, const struct keys *keys,
		       const struct options *options)
{
	struct outline outline = {
		.subject = "SEV-VLEK", .issuer = issuer, .key = keys->vlek,
		.serial = SERIAL_VEK, .from = options->vek_from, .until = options->vek_until,
	};
	X509 *cert = make_vek(&outline, options->product->title, options);

	add_string(cert, "5", "CN=cvm-software-platform");
	certificate_sign(cert, keys->asvk);
	return cert;
}

static X509 *begin_ca(const char *subject, const char *issuer, EVP_PKEY *key, long serial)
{
	struct outline outline = {
		.subject = subject, .issuer = issuer, .key = key, .serial = serial,
		.from = CA_FROM, .until = CA_UNTIL,
	};

	return begin(&outline);
}

static X509 *make_ark(const char *name, EVP_PKEY *key)
{
	X509 *cert = begin_ca(name, name, key, SERIAL_ARK);

	add_standard(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign");
	add_standard(cert, cert, NID_subject_key_identifier, "hash");
	add_standard(cert, cert, NID_basic_constraints, "critical,CA:TRUE");
	certificate_sign(cert, key);
	return cert;
}

/*
 * AMD's ASK and ASVK may not sign CRLs: AMD does not revoke single VCEKs. Here
 * they may, for tests of verifiers that take such a list.
 */
static X509 *make_intermediate(const char *subject, EVP_PKEY *key, long serial,
			       const char *ark_name, X509 *ark, EVP_PKEY *ark_key)
{
	X509 *cert = begin_ca(subject, ark_name, key, serial);

	add_standard(cert, ark, NID_subject_key_identifier, "hash");
	add_standard(cert, ark, NID_authority_key_identifier, "keyid:always");
	add_standard(cert, ark, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
	add_standard(cert, ark, NID_key_usage, "critical,keyCertSign,cRLSign");
	certificate_sign(cert, ark_key);
	return cert;
}

/**
 * certificates_make() - certify all keys
 * @certs: receives the certificates
 * @keys: the hierarchy
 * @options: product, TCB, chip id, validity
 */
void certificates_make(struct certificates *certs, const struct keys *keys,
		       const struct options *options)
{
	char ark[32], ask[32], asvk[32];

	snprintf(ark, sizeof(ark), "ARK-%s", options->product->title);
	snprintf(ask, sizeof(ask), "SEV-%s", options->product->title);
	snprintf(asvk, sizeof(asvk), "SEV-VLEK-%s", options->product->title);

	certs->ark = make_ark(ark, keys->ark);
	certs->ask = make_intermediate(ask, keys->ask, SERIAL_ASK, ark, certs->ark, keys->ark);
	certs->asvk = make_intermediate(asvk, keys->asvk, SERIAL_ASVK, ark, certs->ark,
					keys->ark);
	certs->vcek = make_vcek(ask, keys, options);
	certs->vlek = make_vlek(asvk, keys, options);
}

/**
 * certificates_free() - forget the certificates
 * @certs: the certificates
 */
void certificates_free(struct certificates *certs)
{
	X509_free(certs->ark);
	X509_free(certs->ask);
	X509_free(certs->asvk);
	X509_free(certs->vcek);
	X509_free(certs->vlek);
}
