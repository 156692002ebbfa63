// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * TCB info and enclave identity as Intel's provisioning service hands them out: an
 * object with a document and a signature over the bytes of that document.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tdx.h"
#include "tdx_json.h"

#define TEXT_MAX 0x400000

static int malformed(struct cvm_error *err, const char *name, const char *format, const char *what)
{
	return cvm_error_set(err, -EBADMSG, CVM_ERR_CERTIFICATE, name, format, what);
}

void cvm_collateral_free(struct collateral *collateral)
{
	if (!collateral)
		return;
	cvm_tcb_info_free(collateral->tcb_info);
	cvm_qe_identity_free(collateral->qe_identity);
	free(collateral->raw);
	free(collateral);
}

static int append(struct cvm_verifier *verifier, struct tdx_cache *cache,
		  struct collateral *collateral)
{
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
	size_t size = (cache->n_collateral + 1) * sizeof(*cache->collateral);
	struct collateral **grown = realloc(cache->collateral, size);

	if (!grown)
		return -ENOMEM;
	cache->collateral = grown;
	cache->collateral[cache->n_collateral++] = collateral;
	verifier->generation++;
	return 0;
}

/* ---- parsing ---- */

/* The signed bytes, parsed by themselves: what is used is what was signed. */
static int read_document(struct collateral *collateral, const json_t *document, const char **why)
{
	struct json_reader reader = { 0 };

	collateral->issued = cvm_json_date(&reader, document, "issueDate", NULL);
	collateral->until = cvm_json_date(&reader, document, "nextUpdate", NULL);
	if (reader.why) {
		*why = reader.why;
		return -EBADMSG;
	}
	if (collateral->kind == COLLATERAL_TCB_INFO)
		return cvm_tcb_info_parse(document, &collateral->tcb_info, why);
	return cvm_qe_identity_parse(document, &collateral->qe_identity, why);
}

/* The same formats serve SGX; those documents say nothing about a TD. */
static bool is_for_tdx(enum collateral_kind kind, const json_t *document)
{
	const char *id = json_string_value(json_object_get(document, "id"));

	return id && !strcmp(id, kind == COLLATERAL_TCB_INFO ? "TDX" : "TD_QE");
}

static int load_document(struct collateral *collateral, struct cvm_error *err)
{
	json_t *document =
		json_loadb(collateral->raw, collateral->raw_len, JSON_REJECT_DUPLICATES, NULL);
	const char *why = "document";
	int ret = -EBADMSG;

	if (document && !is_for_tdx(collateral->kind, document))
		ret = 0;
	else if (document)
		ret = read_document(collateral, document, &why) ?: 1;
	json_decref(document);
	if (ret == -ENOMEM)
		return cvm_error_nomem(err, collateral->name);
	if (ret < 0)
		return malformed(err, collateral->name, "%s is missing or malformed", why);
	return ret;
}

/* Finds the document in @text, which jansson has accepted as @wrapper. */
static int unwrap(struct collateral *collateral, const json_t *wrapper, const char *text,
		  size_t len, struct cvm_error *err)
{
	static const char *const keys[] = {
		[COLLATERAL_TCB_INFO] = "tcbInfo",
		[COLLATERAL_QE_IDENTITY] = "enclaveIdentity",
	};
	struct json_reader reader = { 0 };
	const char *raw;
	size_t raw_len;

	collateral->kind = json_object_get(wrapper, keys[COLLATERAL_TCB_INFO])
				   ? COLLATERAL_TCB_INFO
				   : COLLATERAL_QE_IDENTITY;
	cvm_json_object(&reader, wrapper, keys[collateral->kind]);
	if (reader.why)
		return malformed(err, collateral->name, "%s",
				 "neither TCB info nor an enclave identity");
	cvm_json_hex(&reader, wrapper, "signature", collateral->signature, 64);
	if (reader.why || cvm_json_raw(text, len, keys[collateral->kind], &raw, &raw_len))
		return malformed(err, collateral->name, "%s is missing or malformed", "signature");
	collateral->raw = malloc(raw_len);
	if (!collateral->raw)
		return cvm_error_nomem(err, collateral->name);
	memcpy(collateral->raw, raw, raw_len);
	collateral->raw_len = raw_len;
	return load_document(collateral, err);
}

int cvm_collateral_add(struct cvm_verifier *verifier, const char *text, size_t len,
		       const char *name, struct cvm_error *err)
{
	struct tdx_cache *cache = cvm_tdx_cache_get(verifier);
	struct collateral *collateral = calloc(1, sizeof(*collateral));
	json_t *wrapper = NULL;
	int ret;

	if (!cache || !collateral) {
		free(collateral);
		return cvm_error_nomem(err, name);
	}
	snprintf(collateral->name, sizeof(collateral->name), "%s", name);
	if (len <= TEXT_MAX)
		wrapper = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	if (wrapper)
		ret = unwrap(collateral, wrapper, text, len, err);
	else
		ret = malformed(err, name, "%s", "this is no JSON");
	json_decref(wrapper);
	if (ret > 0 && append(verifier, cache, collateral))
		ret = cvm_error_nomem(err, name);
	if (ret <= 0)
		cvm_collateral_free(collateral);
	return ret;
}

/* ---- signatures ---- */

static void set_state(struct collateral *collateral, enum collateral_state state, const char *why)
{
	collateral->state = state;
	snprintf(collateral->why, sizeof(collateral->why), "%s", why);
}

static void judge_chain(struct collateral *collateral)
{
	const struct tdx_chain *chain = &collateral->chain;

	if (chain->state == CHAIN_NO_ROOT)
		set_state(collateral, COLLATERAL_NO_SIGNER, chain->why);
	else if (chain->state != CHAIN_VALID)
		set_state(collateral, COLLATERAL_FORGED, chain->why);
	else if (!chain->in_time)
		set_state(collateral, COLLATERAL_FORGED, chain->time_why);
	else if (chain->revocation == REVOCATION_REVOKED)
		set_state(collateral, COLLATERAL_FORGED, chain->revocation_why);
	else
		set_state(collateral, COLLATERAL_GENUINE, "");
}

/* 1 when @cert signed the document, 0 when not, or -ENOMEM. */
static int is_signed_by(const struct tdx_cache *cache, const struct collateral *collateral,
			struct cert *cert)
{
	if (!cert->signature_ctx)
		cert->signature_ctx = cvm_p256_context(X509_get0_pubkey(cert->x509));
	return cvm_p256_verify(cache, cert->signature_ctx, collateral->raw, collateral->raw_len,
			       collateral->signature);
}

/* A key has several certificates over the years: the one that holds at the time counts. */
static int check_signer(struct cvm_verifier *verifier, struct collateral *collateral)
{
	struct collateral best = { 0 };
	bool found = false;
	size_t i;

	set_state(&best, COLLATERAL_NO_SIGNER, "the TCB signing certificate is missing");
	for (i = 0; i < verifier->n_certs && !(found && best.state == COLLATERAL_GENUINE); i++) {
		struct cert *cert = verifier->certs[i];
		struct tdx_leaf leaf = { .cert = cert, .name = TDX_NAME_SIGNING };
		int ret;

		if (!cvm_tdx_is_named(cert->x509, TDX_NAME_SIGNING))
			continue;
		ret = is_signed_by(verifier->tdx, collateral, cert);
		if (!ret && !found)
			set_state(&best, COLLATERAL_FORGED,
				  "no TCB signing certificate given has signed it");
		if (ret > 0) {
			found = true;
			ret = cvm_tdx_chain_build(verifier, &leaf, &collateral->chain);
			judge_chain(collateral);
			best.state = collateral->state;
			best.chain = collateral->chain;
			memcpy(best.why, collateral->why, sizeof(best.why));
		}
		if (ret < 0)
			return ret;
	}
	collateral->state = best.state;
	collateral->chain = best.chain;
	memcpy(collateral->why, best.why, sizeof(best.why));
	return 0;
}

/* ---- choice ---- */

bool cvm_collateral_in_time(const struct collateral *collateral, time_t at)
{
	return collateral->issued <= at && at <= collateral->until;
}

static bool is_for(const struct collateral *collateral, enum collateral_kind kind,
		   const struct pck *pck)
{
	if (collateral->kind != kind)
		return false;
	return kind != COLLATERAL_TCB_INFO ||
	       (!memcmp(collateral->tcb_info->fmspc, pck->fmspc, 6) &&
		!memcmp(collateral->tcb_info->pce_id, pck->pce_id, 2));
}

/* A root that only tests trust must not vouch for the TCB of what Intel's root signed. */
static bool has_root(const struct collateral *collateral, const struct cert *root)
{
	return collateral->state == COLLATERAL_GENUINE && root &&
	       !memcmp(collateral->chain.root->spki_sha256, root->spki_sha256, 32);
}

static uint32_t evaluation_of(const struct collateral *collateral)
{
	return collateral->tcb_info ? collateral->tcb_info->evaluation_number
				    : collateral->qe_identity->evaluation_number;
}

static bool is_better(const struct collateral *a, const struct collateral *b, time_t at,
		      const struct cert *root)
{
	if (!b)
		return true;
	if (has_root(a, root) != has_root(b, root))
		return has_root(a, root);
	if (cvm_collateral_in_time(a, at) != cvm_collateral_in_time(b, at))
		return cvm_collateral_in_time(a, at);
	if (evaluation_of(a) != evaluation_of(b))
		return evaluation_of(a) > evaluation_of(b);
	return a->issued > b->issued;
}

int cvm_collateral_find(struct cvm_verifier *verifier, enum collateral_kind kind,
			const struct pck *pck, const struct cert *root, struct collateral **found)
{
	struct tdx_cache *cache = verifier->tdx;
	size_t i;

	*found = NULL;
	for (i = 0; i < cache->n_collateral; i++) {
		struct collateral *collateral = cache->collateral[i];

		if (!is_for(collateral, kind, pck))
			continue;
		if (collateral->generation != verifier->generation) {
			int ret = check_signer(verifier, collateral);

			if (ret)
				return ret;
			collateral->generation = verifier->generation;
		}
		if (is_better(collateral, *found, verifier->at, root))
			*found = collateral;
	}
	return 0;
}
