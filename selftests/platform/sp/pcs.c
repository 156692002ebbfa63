// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel's provisioning certification service, API version 4: TCB info, identity of the
 * quoting enclave, revocation lists and chains, in the bodies of its answers. The
 * signature is over the inner object's bytes as they stand.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "td.h"

#define OLD_DATE	"2018-01-04T00:00:00Z"
#define COMPACT		(JSON_COMPACT | JSON_PRESERVE_ORDER)

/* The signer and product of the quoting enclave; quote.c reports the same */
const uint8_t qe_mrsigner[32] = {
	0xdc, 0x9e, 0x2a, 0x7c, 0x6f, 0x94, 0x8f, 0x17, 0x47, 0x4e, 0x34, 0xa7,
	0xfc, 0x43, 0xed, 0x03, 0x0f, 0x7c, 0x15, 0x63, 0xf1, 0xba, 0xbd, 0xdf,
	0x63, 0x40, 0xc8, 0x2e, 0x0e, 0x54, 0xa8, 0xc5,
};

static json_t *date(time_t when)
{
	char text[32];
	struct tm tm;

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &tm));
	return json_string(text);
}

static json_t *hex(const uint8_t *bytes, size_t size)
{
	char text[2 * 64 + 1] = "";
	size_t i;

	for (i = 0; i < size; i++)
		snprintf(text + 2 * i, 3, "%02X", bytes[i]);
	return json_string(text);
}

static json_t *advisories(const char *list)
{
	char copy[256], *rest = copy, *word;
	json_t *array = json_array();

	snprintf(copy, sizeof(copy), "%s", list);
	while ((word = strsep(&rest, ",")))
		if (*word)
			json_array_append_new(array, json_string(word));
	return array;
}

static bool matches_nothing(const char *status)
{
	return !strcmp(status, "NoMatchingLevel");
}

/* A level of its own list: what it asks for, its date, its status, its advisories */
static json_t *level(json_t *tcb, const char *when, const char *status, const char *list)
{
	json_t *object = json_pack("{s:o, s:s, s:s}", "tcb", tcb, "tcbDate", when, "tcbStatus",
				   status);

	if (*list)
		json_object_set_new(object, "advisoryIDs", advisories(list));
	return object;
}

/* Levels of one number, for module and quoting enclave: it, and all that is older */
static json_t *svn_levels(uint64_t svn, const char *status)
{
	json_t *levels = json_array();

	if (matches_nothing(status)) {
		json_array_append_new(levels, level(json_pack("{s:I}", "isvsvn",
							      (json_int_t)svn + 1),
						    OLD_DATE, "UpToDate", ""));
		return levels;
	}
	json_array_append_new(levels, level(json_pack("{s:I}", "isvsvn", (json_int_t)svn),
					    "2024-11-13T00:00:00Z", status, ""));
	json_array_append_new(levels, level(json_pack("{s:i}", "isvsvn", 0), OLD_DATE, "OutOfDate",
					    "INTEL-SA-00001"));
	return levels;
}

static json_t *components(const uint8_t *svns, unsigned int more)
{
	json_t *array = json_array();
	int i;

	for (i = 0; i < 16; i++)
		json_array_append_new(array, json_pack("{s:i}", "svn", svns[i] + (i ? 0 : more)));
	return array;
}

static json_t *platform_tcb(const struct td_options *td, const uint8_t tdx[16], unsigned int more)
{
	return json_pack("{s:o, s:I, s:o}", "sgxtcbcomponents", components(td->pck_tcb, more),
			 "pcesvn", (json_int_t)td->pce_svn, "tdxtcbcomponents", components(tdx, 0));
}

/* What runs, with the status chosen; what was before, out of date */
static json_t *platform_levels(const struct td_options *td)
{
	static const uint8_t oldest[16];
	json_t *levels = json_array();

	if (matches_nothing(td->tcb_status)) {
		json_array_append_new(levels,
				      level(platform_tcb(td, td->identity.tee_tcb_svn2, 1),
					    OLD_DATE, "UpToDate", ""));
		return levels;
	}
	json_array_append_new(levels, level(platform_tcb(td, td->identity.tee_tcb_svn2, 0),
					    "2024-11-13T00:00:00Z", td->tcb_status,
					    td->advisories));
	json_array_append_new(levels, level(platform_tcb(td, oldest, 0), OLD_DATE, "OutOfDate",
					    "INTEL-SA-00002"));
	return levels;
}

static json_t *module_attributes(void)
{
	const uint8_t none[8] = { 0 }, all[8] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	return json_pack("{s:o, s:o}", "attributes", hex(none, 8), "attributesMask", hex(all, 8));
}

static json_t *module(const struct td_options *td)
{
	json_t *object = json_pack("{s:o}", "mrsigner", hex(td->identity.mrsignerseam, 48));
	json_t *attributes = module_attributes();

	json_object_update(object, attributes);
	json_decref(attributes);
	return object;
}

static json_t *module_identity(const struct td_options *td)
{
	json_t *object, *rest = module(td);
	char id[16];

	snprintf(id, sizeof(id), "TDX_%02x", td->identity.tee_tcb_svn[1]);
	object = json_pack("{s:s}", "id", id);
	json_object_update(object, rest);
	json_decref(rest);
	json_object_set_new(object, "tcbLevels",
			    svn_levels(td->identity.tee_tcb_svn2[0], td->module_status));
	return object;
}

/* A module without a major version is judged by the platform's levels alone */
static json_t *module_identities(const struct td_options *td)
{
	if (!td->identity.tee_tcb_svn[1])
		return json_array();
	return json_pack("[o]", module_identity(td));
}

static json_t *tcb_info(const struct td_options *td)
{
	json_t *info = json_pack("{s:s, s:i, s:o, s:o, s:o, s:o, s:i, s:I}", "id", "TDX", "version",
				 3, "issueDate", date(td->issued), "nextUpdate",
				 date(td->next_update), "fmspc", hex(td->fmspc, 6), "pceId",
				 hex(td->pce_id, 2), "tcbType", 0, "tcbEvaluationDataNumber",
				 (json_int_t)td->tcb_evaluation);

	json_object_set_new(info, "tdxModule", module(td));
	json_object_set_new(info, "tdxModuleIdentities", module_identities(td));
	json_object_set_new(info, "tcbLevels", platform_levels(td));
	return info;
}

static json_t *qe_identity(const struct td_options *td)
{
	return json_pack("{s:s, s:i, s:o, s:o, s:I, s:s, s:s, s:s, s:s, s:o, s:i, s:o}", "id",
			 "TD_QE", "version", 2, "issueDate", date(td->issued), "nextUpdate",
			 date(td->next_update), "tcbEvaluationDataNumber",
			 (json_int_t)td->tcb_evaluation, "miscselect", "00000000", "miscselectMask",
			 "FFFFFFFF", "attributes", "11000000000000000000000000000000",
			 "attributesMask", "FBFFFFFFFFFFFFFF0000000000000000", "mrsigner",
			 hex(qe_mrsigner, 32), "isvprodid", 2, "tcbLevels",
			 svn_levels(td->qe_svn, td->qe_status));
}

/* {"name":<the object's bytes>,"signature":"..."} */
static void publish_signed(const struct enclave *enclave, const char *folder, const char *file,
			   const char *name, json_t *object)
{
	char *inner = json_dumps(object, COMPACT), *outer;
	uint8_t signature[64];
	json_t *text;
	int size;

	json_decref(object);
	if (!inner)
		die("cannot write %s", file);
	ecdsa_sign(enclave->keys.tcb_signing, inner, strlen(inner), signature);
	text = hex(signature, sizeof(signature));
	size = asprintf(&outer, "{\"%s\":%s,\"signature\":\"%s\"}", name, inner,
			json_string_value(text));
	if (size < 0)
		die("no memory");
	folder_write(folder, file, outer, size);
	json_decref(text);
	free(outer);
	free(inner);
}

/* ---- revocation lists and chains ---- */

static void add_list_extensions(X509_CRL *crl, X509 *issuer)
{
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	X509_EXTENSION *key;
	X509V3_CTX context;

	ASN1_INTEGER_set(number, 1);
	X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0);
	ASN1_INTEGER_free(number);
	X509V3_set_ctx(&context, issuer, NULL, NULL, crl, 0);
	key = X509V3_EXT_conf_nid(NULL, &context, NID_authority_key_identifier, "keyid:always");
	if (!key || !X509_CRL_add_ext(crl, key, -1))
		die_openssl("cannot add an extension");
	X509_EXTENSION_free(key);
}

static void publish_crl(const char *folder, const char *file, X509 *issuer, EVP_PKEY *key,
			const X509 *revoked, const struct options *options)
{
	X509_CRL *crl = crl_begin(issuer, options);
	uint8_t *der = NULL;
	int size;

	if (revoked)
		crl_add(crl, revoked, options->crl_from);
	add_list_extensions(crl, issuer);
	if (!X509_CRL_sign(crl, key, EVP_sha256()))
		die_openssl("cannot sign the CRL");
	size = i2d_X509_CRL(crl, &der);
	if (size < 0)
		die_openssl("cannot encode the CRL");
	folder_write(folder, file, der, size);
	OPENSSL_free(der);
	X509_CRL_free(crl);
}

static void publish_chain(const char *folder, const struct td_certificates *certs)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data;
	long size;

	if (!PEM_write_bio_X509(bio, certs->tcb_signing) || !PEM_write_bio_X509(bio, certs->root))
		die_openssl("cannot write the chain");
	size = BIO_get_mem_data(bio, &data);
	folder_write(folder, "tcb_signing_chain.pem", data, size);
	BIO_free(bio);
}

static bool is_revoked(const struct options *options, const char *name)
{
	return !strcmp(options->revoke, name);
}

/**
 * pcs_publish() - write what a verifier needs into <folder>/tdx
 * @enclave: with keys and certificates
 * @folder: state folder
 */
void pcs_publish(const struct enclave *enclave, const char *folder)
{
	const struct options *options = enclave->options;
	const struct td_certificates *certs = &enclave->certs;
	const uint8_t *fmspc = options->td.fmspc;
	char tdx[PATH_MAX - 32], collateral[PATH_MAX], file[64];

	if (snprintf(tdx, sizeof(tdx), "%s/tdx", folder) >= (int)sizeof(tdx))
		die("the path of %s is too long", folder);
	snprintf(collateral, sizeof(collateral), "%s/collateral", tdx);
	folder_make(tdx);
	folder_make(collateral);
	folder_write_cert(tdx, "root", certs->root);
	folder_write_cert(tdx, "pck", certs->pck);
	snprintf(file, sizeof(file), "tcb_info_%02x%02x%02x%02x%02x%02x.json", fmspc[0], fmspc[1],
		 fmspc[2], fmspc[3], fmspc[4], fmspc[5]);
	publish_signed(enclave, collateral, file, "tcbInfo", tcb_info(&options->td));
	publish_signed(enclave, collateral, "td_qe_identity.json", "enclaveIdentity",
		       qe_identity(&options->td));
	publish_chain(collateral, certs);
	publish_crl(collateral, options->td.processor_ca ? "pck_crl_processor.der" :
							   "pck_crl_platform.der",
		    certs->ca, enclave->keys.ca, is_revoked(options, "pck") ? certs->pck : NULL,
		    options);
	publish_crl(collateral, "root_ca_crl.der", certs->root, enclave->keys.root,
		    is_revoked(options, "pck-ca") ? certs->ca : NULL, options);
}
