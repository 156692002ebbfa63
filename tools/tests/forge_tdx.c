// SPDX-License-Identifier: LGPL-2.1-or-later
/* Certificates of a hierarchy like Intel's, with the SGX extension of a PCK. */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "forge_tdx.h"
#include "tap.h"

#define SGX_OID	   "1.2.840.113741.1.13.1"
#define ROOT_NAME  "Test SGX Root CA"
#define CA_NAME	   "Test SGX PCK Platform CA"
#define PCK_NAME   "Test SGX PCK Certificate"
#define SIGN_NAME  "Test SGX TCB Signing"
#define TCB_PCESVN 17
#define TCB_CPUSVN 18

static void need(bool good, const char *what)
{
	if (!good)
		tap_bail_out("libcrypto: %s", what);
}

/* ---- keys ---- */

static EVP_PKEY *new_key(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");

	need(key, "key generation");
	return key;
}

void tdx_keys_make(struct tdx_keys *keys)
{
	keys->root = new_key();
	keys->ca = new_key();
	keys->pck = new_key();
	keys->signer = new_key();
	keys->attestation = new_key();
	keys->other = new_key();
}

void tdx_keys_free(struct tdx_keys *keys)
{
	EVP_PKEY_free(keys->root);
	EVP_PKEY_free(keys->ca);
	EVP_PKEY_free(keys->pck);
	EVP_PKEY_free(keys->signer);
	EVP_PKEY_free(keys->attestation);
	EVP_PKEY_free(keys->other);
}

/* ---- DER ---- */

struct der {
	uint8_t bytes[2048];
	size_t len;
};

static void put(struct der *der, const void *bytes, size_t len)
{
	need(len <= sizeof(der->bytes) - der->len, "room for DER");
	memcpy(der->bytes + der->len, bytes, len);
	der->len += len;
}

/* Puts a header before everything from @start on. */
static void wrap(struct der *der, size_t start, uint8_t tag)
{
	size_t len = der->len - start;
	uint8_t header[4] = { tag, 0x82, len >> 8, len };
	size_t header_len = 4;

	if (len < 0x80) {
		header[1] = len;
		header_len = 2;
	} else if (len < 0x100) {
		header[1] = 0x81;
		header[2] = len;
		header_len = 3;
	}
	put(der, header, header_len);
	memmove(der->bytes + start + header_len, der->bytes + start, len);
	memcpy(der->bytes + start, header, header_len);
}

/* The OID of the extension with what follows it. */
static void put_oid(struct der *der, const uint8_t *rest, size_t len)
{
	static const uint8_t arc[] = { 0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01 };
	size_t start = der->len;

	put(der, arc, sizeof(arc));
	put(der, rest, len);
	wrap(der, start, V_ASN1_OBJECT);
}

static void put_number(struct der *der, unsigned int number)
{
	uint8_t bytes[3] = { 0, number >> 8, number };
	size_t start = der->len, skip = number >= 0x8000 ? 0 : number >= 0x80 ? 1 : 2;

	put(der, bytes + skip, sizeof(bytes) - skip);
	wrap(der, start, V_ASN1_INTEGER);
}

static void put_octets(struct der *der, const uint8_t *bytes, size_t len)
{
	size_t start = der->len;

	put(der, bytes, len);
	wrap(der, start, V_ASN1_OCTET_STRING);
}

static void put_tcb_entry(struct der *der, const struct tdx_cert *cert, uint8_t which)
{
	const uint8_t rest[2] = { 2, which };
	size_t start = der->len;

	put_oid(der, rest, sizeof(rest));
	if (which == TCB_CPUSVN)
		put_octets(der, cert->svn, 16);
	else
		put_number(der, which == TCB_PCESVN ? cert->pce_svn : cert->svn[which - 1]);
	wrap(der, start, V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED);
}

static void put_tcb(struct der *der, const struct tdx_cert *cert)
{
	static const uint8_t rest[1] = { 2 };
	size_t start = der->len, inner;
	uint8_t which;

	put_oid(der, rest, 1);
	inner = der->len;
	for (which = 1; which <= TCB_CPUSVN; which++)
		if (which != cert->leave_out)
			put_tcb_entry(der, cert, which);
	wrap(der, inner, V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED);
	wrap(der, start, V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED);
}

static void put_pair(struct der *der, uint8_t which, const uint8_t *bytes, size_t len)
{
	size_t start = der->len;

	put_oid(der, &which, 1);
	put_octets(der, bytes, len);
	wrap(der, start, V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED);
}

/* ---- certificates ---- */

static void add_sgx(X509 *x509, const struct tdx_cert *cert)
{
	static const uint8_t ppid[16] = { 1 };
	ASN1_OBJECT *object = OBJ_txt2obj(SGX_OID, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	struct der der = { .len = 0 };
	X509_EXTENSION *ext;

	put_pair(&der, 1, ppid, sizeof(ppid));
	put_tcb(&der, cert);
	put_pair(&der, 3, cert->pce_id, sizeof(cert->pce_id));
	put_pair(&der, 4, cert->fmspc, sizeof(cert->fmspc));
	wrap(&der, 0, V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED);
	need(object && value && ASN1_OCTET_STRING_set(value, der.bytes, der.len), "extension");
	ext = X509_EXTENSION_create_by_OBJ(NULL, object, 0, value);
	need(ext && X509_add_ext(x509, ext, -1), "extension");
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(object);
}

static void add_named(X509 *x509, int nid, const char *value)
{
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	need(ext && X509_add_ext(x509, ext, -1), "extension");
	X509_EXTENSION_free(ext);
}

static X509_NAME *name_of(const char *common_name)
{
	static const uint8_t organisation[] = "Test Micro Devices";
	const uint8_t *common = (const uint8_t *)common_name;
	X509_NAME *name = X509_NAME_new();
	bool done;

	/* the same shape as forge.c gives to the issuers of its CRLs */
	done = name && X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, organisation, -1, -1, 0);
	need(done, "name");
	done = X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
	need(done, "name");
	return name;
}

static X509 *make(const struct tdx_cert *cert)
{
	X509_NAME *subject = name_of(cert->subject), *issuer = name_of(cert->issuer);
	X509 *x509 = X509_new();

	need(x509 && X509_set_version(x509, X509_VERSION_3), "certificate");
	need(ASN1_INTEGER_set(X509_get_serialNumber(x509), cert->serial), "serial number");
	need(X509_set_subject_name(x509, subject), "subject");
	need(X509_set_issuer_name(x509, issuer), "issuer");
	need(ASN1_TIME_set(X509_getm_notBefore(x509), cert->from), "notBefore");
	need(ASN1_TIME_set(X509_getm_notAfter(x509), cert->until), "notAfter");
	need(X509_set_pubkey(x509, cert->key), "public key");
	add_named(x509, NID_basic_constraints,
		  cert->is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
	add_named(x509, NID_key_usage,
		  cert->is_ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
	if (cert->has_sgx)
		add_sgx(x509, cert);
	need(X509_sign(x509, cert->issuer_key, EVP_sha256()), "signature");
	X509_NAME_free(subject);
	X509_NAME_free(issuer);
	return x509;
}

struct blob tdx_cert_make(const struct tdx_cert *cert)
{
	BIO *bio = BIO_new(BIO_s_mem());
	X509 *x509 = make(cert);
	struct blob blob;
	char *text;

	need(bio && PEM_write_bio_X509(bio, x509), "PEM");
	blob.len = BIO_get_mem_data(bio, &text);
	blob.data = malloc(blob.len);
	need(blob.data, "memory");
	memcpy(blob.data, text, blob.len);
	BIO_free(bio);
	X509_free(x509);
	return blob;
}

static struct blob join(struct blob a, struct blob b)
{
	a.data = realloc(a.data, a.len + b.len);
	need(a.data, "memory");
	memcpy(a.data + a.len, b.data, b.len);
	a.len += b.len;
	blob_free(&b);
	return a;
}

struct blob tdx_chain_make(const struct tdx_keys *keys, const struct tdx_cert *pck)
{
	struct tdx_cert ca = tdx_ca(keys), root = tdx_root(keys);

	return join(join(tdx_cert_make(pck), tdx_cert_make(&ca)), tdx_cert_make(&root));
}

static struct tdx_cert template(const char *subject, EVP_PKEY *key, const char *issuer,
				EVP_PKEY *issuer_key)
{
	return (struct tdx_cert){
		.subject = subject,
		.issuer = issuer,
		.key = key,
		.issuer_key = issuer_key,
		.serial = 7,
		.from = FORGE_NOW - FORGE_YEAR,
		.until = FORGE_NOW + FORGE_YEAR,
	};
}

struct tdx_cert tdx_root(const struct tdx_keys *keys)
{
	struct tdx_cert cert = template(ROOT_NAME, keys->root, ROOT_NAME, keys->root);

	cert.is_ca = true;
	cert.serial = 1;
	return cert;
}

struct tdx_cert tdx_ca(const struct tdx_keys *keys)
{
	struct tdx_cert cert = template(CA_NAME, keys->ca, ROOT_NAME, keys->root);

	cert.is_ca = true;
	cert.serial = 2;
	return cert;
}

struct tdx_cert tdx_signer(const struct tdx_keys *keys)
{
	struct tdx_cert cert = template(SIGN_NAME, keys->signer, ROOT_NAME, keys->root);

	cert.serial = 3;
	return cert;
}

struct tdx_cert tdx_pck(const struct tdx_keys *keys)
{
	static const uint8_t fmspc[6] = { 0xb0, 0xc0, 0x6f };
	struct tdx_cert cert = template(PCK_NAME, keys->pck, CA_NAME, keys->ca);

	cert.has_sgx = true;
	memcpy(cert.fmspc, fmspc, sizeof(fmspc));
	memset(cert.svn, 3, sizeof(cert.svn));
	cert.pce_svn = 13;
	return cert;
}

struct forge_crl tdx_root_crl(const struct tdx_keys *keys)
{
	return (struct forge_crl){
		.issuer = ROOT_NAME,
		.key = keys->root,
		.from = FORGE_NOW - 86400,
		.until = FORGE_NOW + 86400,
	};
}

struct forge_crl tdx_ca_crl(const struct tdx_keys *keys)
{
	struct forge_crl crl = tdx_root_crl(keys);

	crl.issuer = CA_NAME;
	crl.key = keys->ca;
	return crl;
}
