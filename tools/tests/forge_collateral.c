// SPDX-License-Identifier: LGPL-2.1-or-later
/* Collateral with what a test wants in it, and verifiers that have it. */
#define _GNU_SOURCE /* asprintf() */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appraise.h"
#include "forge_tdx.h"
#include "tap.h"

#define MRSIGNER_ZERO  48
#define COMPONENTS     16
#define TDX_COMPONENTS 3

static void need(bool good, const char *what)
{
	if (!good)
		tap_bail_out("jansson: %s", what);
}

/* Bytes in hexadecimal: @first, and zeros after it. */
static json_t *hex(const char *first, size_t len)
{
	char text[129];

	need(len < sizeof(text) / 2, "hexadecimal text");
	memset(text, '0', 2 * len);
	text[2 * len] = '\0';
	memcpy(text, first, strlen(first));
	return json_string(text);
}

static json_t *dates(void)
{
	return json_pack("{s:s, s:s, s:i}", "issueDate", "2025-11-20T00:00:00Z", "nextUpdate",
			 "2025-12-20T00:00:00Z", "tcbEvaluationDataNumber", 18);
}

/* ---- levels ---- */

static json_t *level(json_t *tcb, const char *status, const char *advisory)
{
	json_t *object = json_pack("{s:o, s:s, s:s}", "tcb", tcb, "tcbDate", "2024-11-13T00:00:00Z",
				   "tcbStatus", status);

	if (advisory)
		json_object_set_new(object, "advisoryIDs", json_pack("[s]", advisory));
	need(object, "level");
	return object;
}

static json_t *components(int svn, int n)
{
	json_t *array = json_array();
	int i;

	for (i = 0; i < COMPONENTS; i++)
		json_array_append_new(array, json_pack("{s:i}", "svn", i < n ? svn : 0));
	return array;
}

json_t *tdx_level(int sgx, int tdx, int pce_svn, const char *status, const char *advisory)
{
	json_t *tcb = json_pack("{s:o, s:i, s:o}", "sgxtcbcomponents", components(sgx, COMPONENTS),
				"pcesvn", pce_svn, "tdxtcbcomponents",
				components(tdx, TDX_COMPONENTS));

	return level(tcb, status, advisory);
}

json_t *tdx_svn_level(int svn, const char *status, const char *advisory)
{
	return level(json_pack("{s:i}", "isvsvn", svn), status, advisory);
}

json_t *tdx_list(json_t *first, json_t *second)
{
	json_t *array = json_array();

	json_array_append_new(array, first);
	if (second)
		json_array_append_new(array, second);
	return array;
}

/* ---- documents ---- */

static json_t *signer_of_module(void)
{
	return json_pack("{s:o, s:o, s:s}", "mrsigner", hex("", MRSIGNER_ZERO), "attributes",
			 hex("", 8), "attributesMask", "FFFFFFFFFFFFFFFF");
}

json_t *tdx_module(const char *id, json_t *levels)
{
	json_t *module = signer_of_module();

	json_object_set_new(module, "id", json_string(id));
	json_object_set_new(module, "tcbLevels", levels);
	return module;
}

json_t *tdx_tcb_info(json_t *levels, json_t *modules)
{
	json_t *info = dates();

	json_object_set_new(info, "id", json_string("TDX"));
	json_object_set_new(info, "version", json_integer(3));
	json_object_set_new(info, "fmspc", json_string("B0C06F000000"));
	json_object_set_new(info, "pceId", json_string("0000"));
	json_object_set_new(info, "tcbType", json_integer(0));
	json_object_set_new(info, "tdxModule", signer_of_module());
	json_object_set_new(info, "tdxModuleIdentities", modules);
	json_object_set_new(info, "tcbLevels", levels);
	return info;
}

json_t *tdx_qe_identity(json_t *levels)
{
	json_t *identity = dates();

	json_object_set_new(identity, "id", json_string("TD_QE"));
	json_object_set_new(identity, "version", json_integer(2));
	json_object_set_new(identity, "miscselect", hex("", 4));
	json_object_set_new(identity, "miscselectMask", json_string("FFFFFFFF"));
	json_object_set_new(identity, "attributes", hex("11", 16));
	json_object_set_new(identity, "attributesMask", hex("FBFFFFFFFFFFFFFF", 16));
	json_object_set_new(identity, "mrsigner", hex("DC", 32));
	json_object_set_new(identity, "isvprodid", json_integer(2));
	json_object_set_new(identity, "tcbLevels", levels);
	return identity;
}

json_t *tdx_new_tcb_info(void)
{
	json_t *module = tdx_module("TDX_01", tdx_list(tdx_svn_level(4, "UpToDate", NULL), NULL));

	return tdx_tcb_info(tdx_list(tdx_level(3, 3, 13, "UpToDate", NULL), NULL),
			    tdx_list(module, NULL));
}

json_t *tdx_new_qe_identity(void)
{
	return tdx_qe_identity(tdx_list(tdx_svn_level(4, "UpToDate", NULL), NULL));
}

struct blob tdx_signed(EVP_PKEY *signer, const char *name, json_t *document)
{
	char *body = json_dumps(document, JSON_COMPACT), *text;
	struct blob blob = { 0 };
	char signature[129];
	uint8_t raw[64];
	size_t i;
	int len;

	need(body, "document");
	json_decref(document);
	tdx_sign(signer, body, strlen(body), raw);
	for (i = 0; i < sizeof(raw); i++)
		sprintf(signature + 2 * i, "%02x", raw[i]);
	len = asprintf(&text, "{\"%s\":%s,\"signature\":\"%s\"}", name, body, signature);
	need(len > 0, "memory");
	free(body);
	blob.data = (uint8_t *)text;
	blob.len = len;
	return blob;
}

/* ---- verifiers ---- */

void tdx_add(struct cvm_verifier *verifier, struct blob collateral)
{
	struct cvm_error err;

	if (cvm_verifier_add_collateral(verifier, collateral.data, collateral.len, "a test's file",
					&err))
		tap_bail_out("%s: %s", err.what, err.why);
	blob_free(&collateral);
}

void tdx_add_document(struct cvm_verifier *verifier, const struct tdx_keys *keys, const char *name,
		      json_t *document)
{
	tdx_add(verifier, tdx_signed(keys->signer, name, document));
}

void tdx_add_crls(struct cvm_verifier *verifier, const struct tdx_keys *keys)
{
	struct forge_crl root_crl = tdx_root_crl(keys), ca_crl = tdx_ca_crl(keys);

	tdx_add(verifier, forge_crl(&root_crl));
	tdx_add(verifier, forge_crl(&ca_crl));
}

void tdx_add_certificates(struct cvm_verifier *verifier, const struct tdx_keys *keys)
{
	struct tdx_cert signer = tdx_signer(keys);

	tdx_add(verifier, tdx_cert_make(&signer));
	tdx_add_crls(verifier, keys);
}

struct cvm_verifier *tdx_verifier_bare(const struct tdx_keys *keys)
{
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);
	struct tdx_cert root = tdx_root(keys);

	add_roots(verifier, tdx_cert_make(&root));
	return verifier;
}

struct cvm_verifier *tdx_verifier_of(const struct tdx_keys *keys)
{
	struct cvm_verifier *verifier = tdx_verifier_bare(keys);

	tdx_add_certificates(verifier, keys);
	tdx_add_document(verifier, keys, "tcbInfo", tdx_new_tcb_info());
	tdx_add_document(verifier, keys, "enclaveIdentity", tdx_new_qe_identity());
	return verifier;
}
