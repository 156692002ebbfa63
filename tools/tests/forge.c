// SPDX-License-Identifier: LGPL-2.1-or-later
/* Certificates, CRLs and reports with what a test wants in them. */
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "forge.h"
#include "tap.h"

#define AMD_ARC "1.3.6.1.4.1.3704.1."

const uint8_t forge_hwid[64] = { 0x7f, 0x3c, 0x11, 0x22, 0x33,	     0x44,
				 0x55, 0x66, 0x77, 0x88, [63] = 0x9a };

static void need(bool good, const char *what)
{
	if (!good)
		tap_bail_out("libcrypto: %s", what);
}

/* ---- keys ---- */

void forge_keys_make(struct forge_keys *keys)
{
	keys->ark = EVP_RSA_gen(4096);
	keys->ask = EVP_RSA_gen(4096);
	keys->vek = EVP_EC_gen("P-384");
	keys->other_vek = EVP_EC_gen("P-384");
	need(keys->ark && keys->ask && keys->vek && keys->other_vek, "key generation");
}

void forge_keys_free(struct forge_keys *keys)
{
	EVP_PKEY_free(keys->ark);
	EVP_PKEY_free(keys->ask);
	EVP_PKEY_free(keys->vek);
	EVP_PKEY_free(keys->other_vek);
}

/* ---- certificates ---- */

static X509_NAME *name_of(const char *common_name)
{
	X509_NAME *name = X509_NAME_new();

	need(name, "name");
	need(X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC,
					(const uint8_t *)"Test Micro Devices", -1, -1, 0),
	     "name");
	need(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const uint8_t *)common_name, -1,
					-1, 0),
	     "name");
	return name;
}

static void add_raw(X509 *x509, const char *suffix, const uint8_t *der, int len)
{
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *ext;
	char oid[64];
	ASN1_OBJECT *object;

	snprintf(oid, sizeof(oid), AMD_ARC "%s", suffix);
	object = OBJ_txt2obj(oid, 1);
	need(object && value && ASN1_OCTET_STRING_set(value, der, len), "extension");
	ext = X509_EXTENSION_create_by_OBJ(NULL, object, 0, value);
	need(ext && X509_add_ext(x509, ext, -1), "extension");
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(object);
}

static void add_text(X509 *x509, const char *suffix, const char *text)
{
	uint8_t der[128] = { V_ASN1_IA5STRING, strlen(text) };

	memcpy(der + 2, text, strlen(text));
	add_raw(x509, suffix, der, 2 + strlen(text));
}

static void add_number(X509 *x509, const char *suffix, uint8_t number)
{
	const uint8_t small[] = { V_ASN1_INTEGER, 1, number };
	const uint8_t large[] = { V_ASN1_INTEGER, 2, 0, number };

	if (number < 0x80)
		add_raw(x509, suffix, small, sizeof(small));
	else
		add_raw(x509, suffix, large, sizeof(large));
}

static void add_tcb(X509 *x509, const char *product, uint64_t tcb)
{
	static const char *const milan[8] = {
		"3.1", "3.2", "3.4", "3.5", "3.6", "3.7", "3.3", "3.8"
	};
	static const char *const turin[8] = {
		"3.9", "3.1", "3.2", "3.3", "3.5", "3.6", "3.7", "3.8"
	};
	const char *const *layout = strcmp(product, "Turin") ? milan : turin;
	int i;

	for (i = 0; i < 8; i++)
		add_number(x509, layout[i], tcb >> 8 * i);
}

static void add_hwid(X509 *x509, const struct forge_cert *cert)
{
	uint8_t der[2 + 64] = { V_ASN1_OCTET_STRING, cert->hwid_len };

	memcpy(der + 2, cert->hwid, cert->hwid_len);
	add_raw(x509, "4", der + 2 * !cert->wrap_hwid, cert->hwid_len + 2 * cert->wrap_hwid);
}

static void add_vek(X509 *x509, const struct forge_cert *cert)
{
	add_number(x509, "1", !strcmp(cert->product, "Turin"));
	add_text(x509, "2", cert->product);
	if (!cert->without_tcb)
		add_tcb(x509, cert->product, cert->tcb);
	if (cert->hwid)
		add_hwid(x509, cert);
	if (cert->csp_id)
		add_text(x509, "5", cert->csp_id);
}

static void add_ca(X509 *x509)
{
	static const int nids[] = { NID_basic_constraints, NID_key_usage };
	static const char *const values[] = { "critical,CA:TRUE", "critical,keyCertSign,cRLSign" };
	int i;

	for (i = 0; i < 2; i++) {
		X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, nids[i], values[i]);

		need(ext && X509_add_ext(x509, ext, -1), "CA extension");
		X509_EXTENSION_free(ext);
	}
}

/* A signing context as AMD signs, or not. */
static EVP_MD_CTX *signing(EVP_PKEY *key, const EVP_MD *digest, bool pkcs1)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey;

	need(ctx && EVP_DigestSignInit(ctx, &pkey, digest ? digest : EVP_sha384(), NULL, key) > 0,
	     "sign");
	if (pkcs1 || !EVP_PKEY_is_a(key, "RSA"))
		return ctx;
	need(EVP_PKEY_CTX_set_rsa_padding(pkey, RSA_PKCS1_PSS_PADDING) > 0, "PSS");
	need(EVP_PKEY_CTX_set_rsa_pss_saltlen(pkey, RSA_PSS_SALTLEN_DIGEST) > 0, "PSS");
	return ctx;
}

struct blob forge_cert(const struct forge_cert *cert)
{
	X509 *x509 = X509_new();
	X509_NAME *subject = name_of(cert->subject);
	X509_NAME *issuer = name_of(cert->issuer);
	EVP_MD_CTX *ctx = signing(cert->issuer_key, cert->digest, cert->pkcs1);
	struct blob blob = { 0 };

	need(x509, "certificate");
	need(X509_set_version(x509, X509_VERSION_3), "certificate");
	need(ASN1_INTEGER_set(X509_get_serialNumber(x509), cert->serial), "certificate");
	need(X509_set_subject_name(x509, subject), "certificate");
	need(X509_set_issuer_name(x509, issuer), "certificate");
	need(ASN1_TIME_set(X509_getm_notBefore(x509), cert->from), "certificate");
	need(ASN1_TIME_set(X509_getm_notAfter(x509), cert->until), "certificate");
	need(X509_set_pubkey(x509, cert->key), "certificate");
	if (cert->product)
		add_vek(x509, cert);
	else if (!cert->no_ca)
		add_ca(x509);
	need(X509_sign_ctx(x509, ctx) > 0, "sign certificate");
	blob.len = i2d_X509(x509, &blob.data);
	EVP_MD_CTX_free(ctx);
	X509_NAME_free(subject);
	X509_NAME_free(issuer);
	X509_free(x509);
	return blob;
}

static void revoke(X509_CRL *crl, long serial, time_t when)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	ASN1_TIME *time = ASN1_TIME_set(NULL, when);

	need(entry, "revoke");
	need(number, "revoke");
	need(time, "revoke");
	need(ASN1_INTEGER_set(number, serial), "revoke");
	need(X509_REVOKED_set_serialNumber(entry, number), "revoke");
	need(X509_REVOKED_set_revocationDate(entry, time), "revoke");
	need(X509_CRL_add0_revoked(crl, entry), "revoke");
	ASN1_INTEGER_free(number);
	ASN1_TIME_free(time);
}

struct blob forge_crl(const struct forge_crl *list)
{
	X509_CRL *crl = X509_CRL_new();
	X509_NAME *issuer = name_of(list->issuer);
	ASN1_TIME *from = ASN1_TIME_set(NULL, list->from);
	ASN1_TIME *until = ASN1_TIME_set(NULL, list->until);
	EVP_MD_CTX *ctx = signing(list->key, NULL, false);
	struct blob blob = { 0 };
	size_t i;

	need(crl, "CRL");
	need(X509_CRL_set_version(crl, X509_CRL_VERSION_2), "CRL");
	need(X509_CRL_set_issuer_name(crl, issuer), "CRL");
	need(X509_CRL_set1_lastUpdate(crl, from), "CRL");
	need((list->no_until || X509_CRL_set1_nextUpdate(crl, until)), "CRL");
	for (i = 0; i < list->n_revoked; i++)
		revoke(crl, list->revoked[i], list->from);
	X509_CRL_sort(crl);
	need(X509_CRL_sign_ctx(crl, ctx) > 0, "sign CRL");
	blob.len = i2d_X509_CRL(crl, &blob.data);
	EVP_MD_CTX_free(ctx);
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
	X509_NAME_free(issuer);
	X509_CRL_free(crl);
	return blob;
}

struct blob forge_pem(struct blob der)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct blob pem = { 0 };
	char *text;
	long len;

	need(bio && PEM_write_bio(bio, "CERTIFICATE", "", der.data, der.len) > 0, "PEM");
	len = BIO_get_mem_data(bio, &text);
	pem.data = malloc(len);
	need(pem.data, "memory");
	memcpy(pem.data, text, len);
	pem.len = len;
	BIO_free(bio);
	return pem;
}

/* ---- a chain that holds ---- */

struct forge_cert forge_ark(const struct forge_keys *keys)
{
	return (struct forge_cert){
		.subject = "ARK-Milan",
		.issuer = "ARK-Milan",
		.key = keys->ark,
		.issuer_key = keys->ark,
		.serial = 0x10000,
		.from = FORGE_NOW - 5 * FORGE_YEAR,
		.until = FORGE_NOW + 20l * FORGE_YEAR,
	};
}

struct forge_cert forge_ask(const struct forge_keys *keys)
{
	return (struct forge_cert){
		.subject = "SEV-Milan",
		.issuer = "ARK-Milan",
		.key = keys->ask,
		.issuer_key = keys->ark,
		.serial = 0x10001,
		.from = FORGE_NOW - 5 * FORGE_YEAR,
		.until = FORGE_NOW + 20l * FORGE_YEAR,
	};
}

struct forge_cert forge_vcek(const struct forge_keys *keys)
{
	return (struct forge_cert){
		.subject = "SEV-VCEK",
		.issuer = "SEV-Milan",
		.key = keys->vek,
		.issuer_key = keys->ask,
		.serial = 7,
		.product = "Milan-B0",
		.tcb = FORGE_TCB,
		.hwid = forge_hwid,
		.hwid_len = 64,
		.from = FORGE_NOW - FORGE_YEAR,
		.until = FORGE_NOW + 6 * FORGE_YEAR,
	};
}

struct forge_cert forge_vlek(const struct forge_keys *keys)
{
	struct forge_cert cert = forge_vcek(keys);

	cert.subject = "SEV-VLEK";
	cert.issuer = "SEV-VLEK-Milan";
	cert.hwid = NULL;
	cert.csp_id = "CN=cloud.example";
	return cert;
}

struct forge_crl forge_ark_crl(const struct forge_keys *keys)
{
	return (struct forge_crl){
		.issuer = "ARK-Milan",
		.key = keys->ark,
		.from = FORGE_NOW - 5 * 86400,
		.until = FORGE_NOW + 30 * 86400,
	};
}

/* ---- reports ---- */

static void put(uint8_t *at, uint64_t value, int len)
{
	while (len--) {
		*at++ = value;
		value >>= 8;
	}
}

void forge_report(uint8_t report[CVM_SNP_REPORT_SIZE])
{
	int i;

	memset(report, 0, CVM_SNP_REPORT_SIZE);
	put(report + AT_VERSION, 3, 4);
	put(report + 0x04, 3, 4);
	put(report + AT_POLICY, 0x30133, 8);
	put(report + AT_ALGO, 1, 4);
	put(report + 0x38, FORGE_TCB, 8);
	put(report + AT_PLATFORM, 0x25, 8);
	for (i = 0; i < 64; i++)
		report[AT_REPORT_DATA + i] = i;
	for (i = 0; i < 48; i++)
		report[0x90 + i] = 0x80 + i;
	memset(report + 0x140, 0x5a, 32);
	memset(report + 0x160, 0xff, 32);
	put(report + AT_REPORTED_TCB, FORGE_TCB, 8);
	put(report + AT_CPUID, 0x010119, 3);
	memcpy(report + AT_CHIP_ID, forge_hwid, 64);
	put(report + 0x1e0, FORGE_TCB, 8);
	put(report + 0x1f0, FORGE_TCB, 8);
}

void forge_sign(uint8_t report[CVM_SNP_REPORT_SIZE], EVP_PKEY *key)
{
	EVP_MD_CTX *ctx = signing(key, EVP_sha384(), false);
	uint8_t der[128], *at_r = report + AT_SIGNATURE;
	const uint8_t *at = der;
	size_t len = sizeof(der);
	ECDSA_SIG *signature;

	need(EVP_DigestSign(ctx, der, &len, report, CVM_SNP_REPORT_SIGNED) > 0, "sign report");
	signature = d2i_ECDSA_SIG(NULL, &at, len);
	memset(report + AT_SIGNATURE, 0, CVM_SNP_REPORT_SIZE - AT_SIGNATURE);
	need(signature, "signature");
	need(BN_bn2lebinpad(ECDSA_SIG_get0_r(signature), at_r, 72) == 72, "signature");
	need(BN_bn2lebinpad(ECDSA_SIG_get0_s(signature), at_r + 72, 72) == 72, "signature");
	ECDSA_SIG_free(signature);
	EVP_MD_CTX_free(ctx);
}
