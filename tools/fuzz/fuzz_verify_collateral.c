// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A genuine quote with collateral of anybody: a byte of modes, a document.
 *
 * Without Intel's signature no document may help to an acceptance, unless its signed
 * bytes are those that Intel signed. With it, the document says what it says: then only
 * a status of UpToDate is accepted.
 */
#define _GNU_SOURCE /* memmem() */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appraise.h"
#include "forge_tdx.h"
#include "fuzz.h"

#define MODE_SIGN     1
#define MODE_IDENTITY 2

/**
 * struct document - one of the two kinds
 * @name: of it
 * @make: as it should be
 * @raw: those bytes
 * @other: the other one, signed
 */
struct document {
	const char *name;
	json_t *(*make)(void);
	char *raw;
	struct blob other;
};

static struct tdx_keys keys;
static struct blob quote, certs[4];
static struct document documents[] = {
	{ .name = "tcbInfo", .make = tdx_new_tcb_info },
	{ .name = "enclaveIdentity", .make = tdx_new_qe_identity },
};

static void make_documents(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(documents); i++) {
		struct document *other = &documents[!i];
		json_t *document = documents[i].make();

		documents[i].raw = json_dumps(document, JSON_COMPACT);
		json_decref(document);
		documents[i].other = tdx_signed(keys.signer, other->name, other->make());
	}
}

static void add(struct cvm_verifier *verifier, const struct blob *blob)
{
	FUZZ_CHECK(!cvm_verifier_add_collateral(verifier, blob->data, blob->len, "own", NULL));
}

static struct cvm_verifier *verifier_with(const struct blob *document)
{
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);
	size_t i;

	FUZZ_CHECK(!cvm_verifier_add_roots(verifier, certs[0].data, certs[0].len, "root", NULL));
	for (i = 1; i < ARRAY_SIZE(certs); i++)
		add(verifier, &certs[i]);
	add(verifier, document);
	return verifier;
}

/* The document with a signature by the right key, whatever it is. */
static struct blob sign(const struct document *document, const uint8_t *data, size_t size)
{
	struct blob blob = { .data = malloc(size + 256) };
	uint8_t raw[64];
	size_t i;

	FUZZ_CHECK(blob.data);
	tdx_sign(keys.signer, data, size, raw);
	blob.len = sprintf((char *)blob.data, "{\"%s\":", document->name);
	memcpy(blob.data + blob.len, data, size);
	blob.len += size;
	blob.len += sprintf((char *)blob.data + blob.len, ",\"signature\":\"");
	for (i = 0; i < sizeof(raw); i++)
		blob.len += sprintf((char *)blob.data + blob.len, "%02x", raw[i]);
	blob.len += sprintf((char *)blob.data + blob.len, "\"}");
	return blob;
}

/* The way that mutated inputs take, with one that is not mutated */
static void check_genuine(void)
{
	struct cvm_verifier *verifier;
	struct blob blob;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(documents); i++) {
		const uint8_t *raw = (const uint8_t *)documents[i].raw;

		verifier = verifier_with(&documents[i].other);
		FUZZ_CHECK(!fuzz_is_accepted(verifier, quote.data, quote.len));
		blob = sign(&documents[i], raw, strlen(documents[i].raw));
		add(verifier, &blob);
		FUZZ_CHECK(fuzz_is_accepted(verifier, quote.data, quote.len));
		cvm_verifier_free(verifier);
		blob_free(&blob);
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct tdx_cert root, signer;
	struct forge_crl root_crl, ca_crl;
	struct tdx_quote new;

	(void)argc;
	(void)argv;
	fuzz_tdx_keys(&keys);
	root = tdx_root(&keys);
	signer = tdx_signer(&keys);
	root_crl = tdx_root_crl(&keys);
	ca_crl = tdx_ca_crl(&keys);
	certs[0] = tdx_cert_make(&root);
	certs[1] = tdx_cert_make(&signer);
	certs[2] = forge_crl(&root_crl);
	certs[3] = forge_crl(&ca_crl);
	new = tdx_quote_new(&keys);
	quote = tdx_quote_make(&new);
	blob_free(&new.chain);
	make_documents();
	check_genuine();
	return 0;
}

static void appraise(struct cvm_verifier *verifier, const struct document *document,
		     const struct blob *blob, bool is_signed)
{
	struct cvm_appraisal *appraisal;

	FUZZ_CHECK(!cvm_verifier_appraise(verifier, quote.data, quote.len, &appraisal, NULL));
	FUZZ_CHECK(fuzz_is_consistent(appraisal));
	if (appraisal->verdict == CVM_ACCEPTED) {
		FUZZ_CHECK(appraisal->has_tcb && appraisal->tcb.status == CVM_TCB_UP_TO_DATE);
		FUZZ_CHECK(is_signed ||
			   memmem(blob->data, blob->len, document->raw, strlen(document->raw)));
	}
	cvm_appraisal_free(appraisal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct document *document;
	struct cvm_verifier *verifier;
	struct blob blob;
	bool is_signed;

	if (size < 2)
		return 0;
	document = &documents[!!(*data & MODE_IDENTITY)];
	is_signed = *data & MODE_SIGN;
	blob = (struct blob){ (uint8_t *)data + 1, size - 1 };
	if (is_signed)
		blob = sign(document, data + 1, size - 1);
	verifier = verifier_with(&document->other);
	cvm_verifier_add_collateral(verifier, blob.data, blob.len, "fuzz", NULL);
	appraise(verifier, document, &blob, is_signed);
	cvm_verifier_free(verifier);
	if (is_signed)
		free(blob.data);
	return 0;
}
