// SPDX-License-Identifier: GPL-2.0-only
/*
 * Certificates shaped like Intel's: "Intel SGX PCK Certificate and Certificate
 * Revocation List Profile Specification", 1.5. Names are Intel's, because verifiers go
 * by them; the keys are a test's.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/asn1t.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "td.h"

#define CA_FROM		1527811200	/* 2018-06-01 */
#define CA_UNTIL	2524607999	/* 2049-12-31 */
#define SGX_OID		"1.2.840.113741.1.13.1"

struct outline {
	const char *subject, *issuer;
	EVP_PKEY *key, *issuer_key;
	X509 *issuer_cert;	/* NULL: its own */
	time_t from, until;
	const char *usage, *constraints;
};

static X509_NAME *name_of(const char *common_name)
{
	static const char *const parts[][2] = {
		{ "O", "Intel Corporation" }, { "L", "Santa Clara" }, { "ST", "CA" }, { "C", "US" },
	};
	X509_NAME *name = X509_NAME_new();
	size_t i;

	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const uint8_t *)common_name, -1,
				   -1, 0);
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		X509_NAME_add_entry_by_txt(name, parts[i][0], MBSTRING_UTF8,
					   (const uint8_t *)parts[i][1], -1, -1, 0);
	return name;
}

/* Positive and of 20 bytes, as Intel's */
static void set_serial(X509 *cert)
{
	uint8_t bytes[20];
	BIGNUM *number;

	RAND_bytes(bytes, sizeof(bytes));
	bytes[0] = (bytes[0] & 0x3f) | 0x40;
	number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert));
	BN_free(number);
}

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	if (!extension || !X509_add_ext(cert, extension, -1))
		die_openssl("cannot add an extension");
	X509_EXTENSION_free(extension);
}

static X509 *begin(const struct outline *outline)
{
	X509_NAME *subject = name_of(outline->subject), *issuer = name_of(outline->issuer);
	X509 *cert = X509_new(), *signer = outline->issuer_cert ? outline->issuer_cert : cert;

	if (!cert || !X509_set_version(cert, X509_VERSION_3) ||
	    !ASN1_TIME_set(X509_getm_notBefore(cert), outline->from) ||
	    !ASN1_TIME_set(X509_getm_notAfter(cert), outline->until) ||
	    !X509_set_subject_name(cert, subject) || !X509_set_issuer_name(cert, issuer) ||
	    !X509_set_pubkey(cert, outline->key))
		die_openssl("cannot make a certificate");
	set_serial(cert);
	X509_NAME_free(subject);
	X509_NAME_free(issuer);
	add_extension(cert, signer, NID_subject_key_identifier, "hash");
	add_extension(cert, signer, NID_authority_key_identifier, "keyid:always");
	add_extension(cert, signer, NID_key_usage, outline->usage);
	add_extension(cert, signer, NID_basic_constraints, outline->constraints);
	return cert;
}

static X509 *finish(X509 *cert, const struct outline *outline)
{
	if (!X509_sign(cert, outline->issuer_key, EVP_sha256()))
		die_openssl("cannot sign a certificate");
	return cert;
}

/* ---- the SGX extension ---- */

struct der {
	uint8_t bytes[1024];
	size_t size;
};

static void der_raw(struct der *der, const void *data, size_t size)
{
	if (size > sizeof(der->bytes) - der->size)
		die("the SGX extension is too long");
	memcpy(der->bytes + der->size, data, size);
	der->size += size;
}

static void der_header(struct der *der, uint8_t tag, size_t size)
{
	const uint8_t small[] = { tag, size }, large[] = { tag, 0x82, size >> 8, size };

	if (size < 0x80)
		der_raw(der, small, sizeof(small));
	else
		der_raw(der, large, sizeof(large));
}

static void der_value(struct der *der, uint8_t tag, const void *data, size_t size)
{
	der_header(der, tag, size);
	der_raw(der, data, size);
}

static void der_integer(struct der *der, unsigned long value)
{
	uint8_t bytes[3] = { value >> 16, value >> 8, value };
	size_t skip = 0;

	while (skip < 2 && !bytes[skip] && !(bytes[skip + 1] & 0x80))
		skip++;
	der_value(der, 0x02, bytes + skip, 3 - skip);
}

static void der_oid(struct der *der, const char *suffix)
{
	ASN1_OBJECT *object;
	uint8_t bytes[64], *at = bytes;
	char text[64];
	int size;

	snprintf(text, sizeof(text), "%s%s", SGX_OID, suffix);
	object = OBJ_txt2obj(text, 1);
	size = i2d_ASN1_OBJECT(object, &at);
	der_raw(der, bytes, size);
	ASN1_OBJECT_free(object);
}

/* SEQUENCE { OID, value }; the value is encoded already */
static void der_entry(struct der *der, const char *suffix, const struct der *value)
{
	struct der inner = { .size = 0 };

	der_oid(&inner, suffix);
	der_raw(&inner, value->bytes, value->size);
	der_value(der, 0x30, inner.bytes, inner.size);
}

static void entry_octets(struct der *der, const char *suffix, const void *data, size_t size)
{
	struct der value = { .size = 0 };

	der_value(&value, 0x04, data, size);
	der_entry(der, suffix, &value);
}

static void entry_integer(struct der *der, const char *suffix, unsigned long number)
{
	struct der value = { .size = 0 };

	der_integer(&value, number);
	der_entry(der, suffix, &value);
}

static void entry_tcb(struct der *der, const struct td_options *td)
{
	struct der list = { .size = 0 }, value = { .size = 0 };
	char suffix[16];
	int i;

	for (i = 0; i < 16; i++) {
		snprintf(suffix, sizeof(suffix), ".2.%d", i + 1);
		entry_integer(&list, suffix, td->pck_tcb[i]);
	}
	entry_integer(&list, ".2.17", td->pce_svn);
	entry_octets(&list, ".2.18", td->pck_tcb, sizeof(td->pck_tcb));
	der_value(&value, 0x30, list.bytes, list.size);
	der_entry(der, ".2", &value);
}

static void entry_flag(struct der *der, const char *suffix, bool set)
{
	const uint8_t byte = set ? 0xff : 0;
	struct der value = { .size = 0 };

	der_value(&value, 0x01, &byte, 1);
	der_entry(der, suffix, &value);
}

/* What only platforms with more than one package have */
static void entry_platform(struct der *der, const uint8_t instance[16])
{
	struct der list = { .size = 0 }, value = { .size = 0 };

	entry_octets(der, ".6", instance, 16);
	entry_flag(&list, ".7.1", true);
	entry_flag(&list, ".7.2", true);
	entry_flag(&list, ".7.3", true);
	der_value(&value, 0x30, list.bytes, list.size);
	der_entry(der, ".7", &value);
}

static void add_sgx(X509 *cert, const struct td_options *td)
{
	struct der list = { .size = 0 }, all = { .size = 0 }, type = { .size = 0 };
	const uint8_t ppid[16] = { 0x99 }, instance[16] = { 0x17 };
	const uint8_t sgx_type = td->processor_ca ? 0 : 1;
	ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
	ASN1_OBJECT *object = OBJ_txt2obj(SGX_OID, 1);
	X509_EXTENSION *extension;

	entry_octets(&list, ".1", ppid, sizeof(ppid));
	entry_tcb(&list, td);
	entry_octets(&list, ".3", td->pce_id, sizeof(td->pce_id));
	entry_octets(&list, ".4", td->fmspc, sizeof(td->fmspc));
	der_value(&type, 0x0a, &sgx_type, 1);
	der_entry(&list, ".5", &type);
	if (!td->processor_ca)
		entry_platform(&list, instance);
	der_value(&all, 0x30, list.bytes, list.size);
	ASN1_OCTET_STRING_set(octets, all.bytes, all.size);
	extension = X509_EXTENSION_create_by_OBJ(NULL, object, 0, octets);
	if (!extension || !X509_add_ext(cert, extension, -1))
		die_openssl("cannot add the SGX extension");
	X509_EXTENSION_free(extension);
	ASN1_OBJECT_free(object);
	ASN1_OCTET_STRING_free(octets);
}

/* ---- the hierarchy ---- */

static X509 *make_ca(const char *subject, const char *issuer, EVP_PKEY *key, EVP_PKEY *issuer_key,
		     X509 *issuer_cert, const char *constraints)
{
	const struct outline outline = {
		.subject = subject, .issuer = issuer, .key = key, .issuer_key = issuer_key,
		.issuer_cert = issuer_cert, .from = CA_FROM, .until = CA_UNTIL,
		.usage = "critical,keyCertSign,cRLSign", .constraints = constraints,
	};

	return finish(begin(&outline), &outline);
}

static X509 *make_pck(const char *issuer, const struct td_keys *keys, X509 *ca,
		      const struct td_options *td)
{
	const struct outline outline = {
		.subject = "Intel SGX PCK Certificate", .issuer = issuer, .key = keys->pck,
		.issuer_key = keys->ca, .issuer_cert = ca, .from = td->pck_from,
		.until = td->pck_until, .usage = "critical,digitalSignature,nonRepudiation",
		.constraints = "critical,CA:FALSE",
	};
	X509 *cert = begin(&outline);

	add_sgx(cert, td);
	return finish(cert, &outline);
}

static X509 *make_tcb_signing(const char *issuer, const struct td_keys *keys, X509 *root)
{
	const struct outline outline = {
		.subject = "Intel SGX TCB Signing", .issuer = issuer, .key = keys->tcb_signing,
		.issuer_key = keys->root, .issuer_cert = root, .from = CA_FROM, .until = CA_UNTIL,
		.usage = "critical,digitalSignature,nonRepudiation",
		.constraints = "critical,CA:FALSE",
	};

	return finish(begin(&outline), &outline);
}

/**
 * td_certificates_make() - certify all keys
 * @certs: receives the certificates
 * @keys: the hierarchy
 * @options: platform and validity
 */
void td_certificates_make(struct td_certificates *certs, const struct td_keys *keys,
			  const struct options *options)
{
	const char *root = "Intel SGX Root CA";
	const char *ca = options->td.processor_ca ? "Intel SGX PCK Processor CA" :
						    "Intel SGX PCK Platform CA";

	certs->root = make_ca(root, root, keys->root, keys->root, NULL,
			      "critical,CA:TRUE,pathlen:1");
	certs->ca = make_ca(ca, root, keys->ca, keys->root, certs->root,
			    "critical,CA:TRUE,pathlen:0");
	certs->pck = make_pck(ca, keys, certs->ca, &options->td);
	certs->tcb_signing = make_tcb_signing(root, keys, certs->root);
}

/**
 * td_certificates_free() - forget the certificates
 * @certs: the certificates
 */
void td_certificates_free(struct td_certificates *certs)
{
	X509_free(certs->root);
	X509_free(certs->ca);
	X509_free(certs->pck);
	X509_free(certs->tcb_signing);
}

/**
 * td_chain_pem() - PCK certificate, its CA and the root, as a quote carries them
 * @certs: the certificates
 *
 * Return: text, for free().
 */
char *td_chain_pem(const struct td_certificates *certs)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *text;
	long size;

	if (!PEM_write_bio_X509(bio, certs->pck) || !PEM_write_bio_X509(bio, certs->ca) ||
	    !PEM_write_bio_X509(bio, certs->root))
		die_openssl("cannot write the chain");
	size = BIO_get_mem_data(bio, &data);
	text = strndup(data, size);
	BIO_free(bio);
	if (!text)
		die("no memory");
	return text;
}
