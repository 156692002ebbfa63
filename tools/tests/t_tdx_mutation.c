// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A quote, a TCB info or an enclave identity of which one byte was changed never helps
 * to an acceptance; a quote that is cut short is malformed. With evidence of the test's
 * own, and with each genuine quote that is at hand.
 */
#include <stdlib.h>
#include <string.h>

#include "appraise.h"
#include "forge_tdx.h"
#include "tap.h"

/* Low, high and many bits, in turn. */
static const uint8_t masks[] = { 0x01, 0x80, 0xff, 0x10 };

/* The text of the PCK chain: what is signed in it has its own signatures. */
static bool is_text(const struct cvm_tdx_quote *quote, const uint8_t *base, size_t at)
{
	return base + at >= quote->certification_data - 6 &&
	       base + at < quote->certification_data + quote->certification_len;
}

/* Accepted as the very same platform: line ends around a certificate do not make another. */
static bool is_same_platform(struct cvm_verifier *verifier, const uint8_t *bytes, size_t len,
			     const char *fmspc)
{
	struct cvm_appraisal *a;
	bool same;

	if (cvm_verifier_appraise(verifier, bytes, len, &a, NULL))
		tap_bail_out("no appraisal");
	same = a->verdict == CVM_ACCEPTED && !strcmp(a->fmspc, fmspc) &&
	       a->tcb.status == CVM_TCB_UP_TO_DATE;
	cvm_appraisal_free(a);
	return same;
}

static void test_flips(struct cvm_verifier *verifier, const struct blob *blob, const char *name,
		       const char *fmspc)
{
	uint8_t *copy = malloc(blob->len);
	size_t at, accepted = 0, changed = 0, other = 0;
	struct cvm_tdx_quote quote;

	if (!copy || cvm_tdx_quote_parse(blob->data, blob->len, &quote, NULL))
		tap_bail_out("%s: does not parse", name);
	for (at = 0; at < quote.len; at++) {
		int code;

		memcpy(copy, blob->data, blob->len);
		copy[at] ^= masks[at % ARRAY_SIZE(masks)];
		code = exit_code_of(verifier, copy, blob->len);
		if (!is_text(&quote, blob->data, at))
			accepted += code == 0;
		else if (!code)
			changed += !is_same_platform(verifier, copy, blob->len, fmspc);
		other += code != 0 && code != 5 && code != 6;
		if (code == 0 && !is_text(&quote, blob->data, at))
			tap_note("byte %#zx flipped is accepted", at);
	}
	tap_ok(!accepted, "%s: no flipped byte is accepted", name);
	tap_ok(!other, "%s: a flipped byte is malformed or not authentic, nothing else", name);
	tap_ok(!changed, "%s: no flipped byte makes another platform", name);
	free(copy);
}

static void test_lengths(struct cvm_verifier *verifier, const struct blob *blob, const char *name)
{
	size_t len, wrong = 0;

	for (len = 0; len < blob->len; len++) {
		/* exactly as long as it says, so that a sanitizer sees the byte behind it */
		uint8_t *exact = malloc(len ? len : 1);

		memcpy(exact, blob->data, len);
		wrong += exit_code_of(verifier, exact, len) != 5;
		free(exact);
	}
	tap_ok(!wrong, "%s: cut short anywhere it is malformed", name);
}

static void test_quote(struct cvm_verifier *verifier, const struct blob *blob, const char *name,
		       const char *fmspc)
{
	if (!tap_ok(!exit_code_of(verifier, blob->data, blob->len), "%s: is accepted", name))
		return;
	test_flips(verifier, blob, name, fmspc);
	test_lengths(verifier, blob, name);
}

static void test_own(const struct tdx_keys *keys, uint16_t version, uint16_t body_type,
		     const char *name)
{
	struct cvm_verifier *verifier = tdx_verifier_of(keys);
	struct blob blob = tdx_quote_of(keys, version, body_type);

	test_quote(verifier, &blob, name, "b0c06f000000");
	blob_free(&blob);
	cvm_verifier_free(verifier);
}

static void test_trailing(const struct tdx_keys *keys)
{
	struct cvm_verifier *verifier = tdx_verifier_of(keys);
	struct tdx_quote quote = tdx_quote_new(keys);
	struct blob blob;

	quote.trailing = 4096;
	blob = tdx_quote_make(&quote);
	tap_ok(!exit_code_of(verifier, blob.data, blob.len), "bytes behind the quote are let be");
	blob_free(&quote.chain);
	blob_free(&blob);
	cvm_verifier_free(verifier);
}

/* ---- TDREPORTs ---- */

static void test_tdreport(const char *shared)
{
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);
	char path[8192];
	struct blob blob;
	size_t at, wrong = 0;

	snprintf(path, sizeof(path), "%s/vectors/evidence/ccel/attrs-tdreport/tdreport.bin",
		 shared);
	blob = blob_read(path);
	for (at = 256; at < blob.len; at++) {
		blob.data[at] ^= masks[at % ARRAY_SIZE(masks)];
		/* 495 to 511 are reserved and under no hash */
		if (at < 495 || at > 511)
			wrong += exit_code_of(verifier, blob.data, blob.len) != 5;
		blob.data[at] ^= masks[at % ARRAY_SIZE(masks)];
	}
	tap_ok(blob.len == CVM_TDX_REPORT_SIZE && !wrong, "a TDREPORT is held together by hashes");
	blob_free(&blob);
	cvm_verifier_free(verifier);
}

/* ---- collateral ---- */

struct document {
	const char *name;
	json_t *(*make)(void);
};

static const struct document documents[] = {
	{ "tcbInfo", tdx_new_tcb_info },
	{ "enclaveIdentity", tdx_new_qe_identity },
};

/* A verifier with everything but @left_out. */
static struct cvm_verifier *verifier_without(const struct tdx_keys *keys, size_t left_out)
{
	struct cvm_verifier *verifier = tdx_verifier_bare(keys);
	const struct document *other = &documents[!left_out];

	tdx_add_certificates(verifier, keys);
	tdx_add_document(verifier, keys, other->name, other->make());
	return verifier;
}

static bool is_accepted_with(const struct tdx_keys *keys, size_t which, const struct blob *document,
			     const struct blob *quote)
{
	struct cvm_verifier *verifier = verifier_without(keys, which);
	int code = -1;

	if (!cvm_verifier_add_collateral(verifier, document->data, document->len, "test", NULL))
		code = exit_code_of(verifier, quote->data, quote->len);
	cvm_verifier_free(verifier);
	return !code;
}

static void test_document(const struct tdx_keys *keys, size_t which, const struct blob *quote)
{
	const char *name = documents[which].name;
	struct blob document = tdx_signed(keys->signer, name, documents[which].make());
	size_t at, accepted = 0, cut = 0;

	tap_ok(is_accepted_with(keys, which, &document, quote), "%s: is accepted", name);
	for (at = 0; at < document.len; at++) {
		document.data[at] ^= 1;
		accepted += is_accepted_with(keys, which, &document, quote);
		document.data[at] ^= 1;
	}
	tap_ok(!accepted, "%s: no flipped byte is accepted", name);
	for (at = document.len - 1; at > 0; at -= at > 97 ? 97 : 1) {
		struct blob shorter = { document.data, at };

		cut += is_accepted_with(keys, which, &shorter, quote);
	}
	tap_ok(!cut, "%s: cut short it is not accepted", name);
	blob_free(&document);
}

/* ---- genuine quotes ---- */

static void test_genuine(const char *shared)
{
	static const char *const files[] = {
		"tcb_info_90c06f000000.json", "td_qe_identity.json",
		"tcb_signing_chain.pem",      "root_ca_crl.der",
		"pck_crl_platform.der",
	};
	/* 2026-03-16T22:34:06Z, when that collateral was made */
	struct cvm_verifier *verifier = verifier_at(1773700446);
	char path[8192];
	struct blob blob;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s/vectors/evidence/collateral/attrs-2026-03/%s",
			 shared, files[i]);
		tdx_add(verifier, blob_read(path));
	}
	snprintf(path, sizeof(path),
		 "%s/vectors/evidence/tdx/tdx-v5-90c06f000000-cf77a6e9/quote.bin", shared);
	blob = blob_read(path);
	test_quote(verifier, &blob, "a genuine quote of version 5", "90c06f000000");
	blob_free(&blob);
	cvm_verifier_free(verifier);
}

int main(void)
{
	const char *shared = shared_folder();
	struct tdx_keys keys;
	struct tdx_quote quote;
	struct blob blob;

	tdx_keys_make(&keys);
	test_own(&keys, 4, 2, "version 4");
	test_own(&keys, 5, 2, "version 5, TDX 1.0");
	test_own(&keys, 5, 3, "version 5, TDX 1.5");
	test_trailing(&keys);
	quote = tdx_quote_new(&keys);
	blob = tdx_quote_make(&quote);
	test_document(&keys, 0, &blob);
	test_document(&keys, 1, &blob);
	blob_free(&quote.chain);
	blob_free(&blob);
	if (shared) {
		test_genuine(shared);
		test_tdreport(shared);
	} else {
		tap_skip("genuine quotes", "../shared is not here");
	}
	tdx_keys_free(&keys);
	return tap_done();
}
