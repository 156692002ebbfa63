// SPDX-License-Identifier: LGPL-2.1-or-later
/* Quotes: every pointer stays inside, and nothing behind the quote matters. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "libcvm.h"

static void check_parts(const struct cvm_tdx_quote *quote, const uint8_t *data, size_t size)
{
	FUZZ_CHECK(quote->len <= size && quote->trailing == size - quote->len);
	FUZZ_CHECK(quote->signed_len < quote->len);
	FUZZ_CHECK(fuzz_lies_in(quote->signature, 64, data, quote->len));
	FUZZ_CHECK(fuzz_lies_in(quote->attestation_key, 64, data, quote->len));
	FUZZ_CHECK(fuzz_lies_in(quote->qe_bytes, 384, data, quote->len));
	FUZZ_CHECK(fuzz_lies_in(quote->qe_signature, 64, data, quote->len));
	FUZZ_CHECK(fuzz_lies_in(quote->qe_auth, quote->qe_auth_len, data, quote->len));
	FUZZ_CHECK(fuzz_lies_in(quote->certification_data, quote->certification_len, data,
				quote->len));
	FUZZ_CHECK(quote->signature >= data + quote->signed_len);
	FUZZ_CHECK(quote->certification >= CVM_TDX_CERT_PPID &&
		   quote->certification <= CVM_TDX_CERT_PCK_CHAIN);
}

/* The same bytes without what follows them, where a sanitizer sees the byte behind. */
static void check_exact(const struct cvm_tdx_quote *quote, const uint8_t *data)
{
	uint8_t *exact = malloc(quote->len);
	struct cvm_tdx_quote again;

	FUZZ_CHECK(exact);
	memcpy(exact, data, quote->len);
	memset(&again, 0xa5, sizeof(again));
	FUZZ_CHECK(!cvm_tdx_quote_parse(exact, quote->len, &again, NULL));
	FUZZ_CHECK(!again.trailing && again.len == quote->len);
	FUZZ_CHECK(again.signed_len == quote->signed_len);
	/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): the same padding too */
	FUZZ_CHECK(!memcmp(&again.td, &quote->td, sizeof(again.td)));
	FUZZ_CHECK(!memcmp(&again.qe, &quote->qe, sizeof(again.qe)));
	FUZZ_CHECK(again.certification_len == quote->certification_len);
	FUZZ_CHECK(cvm_tdx_quote_parse(exact, quote->len - 1, &again, NULL));
	free(exact);
}

static void check_policy(const struct cvm_tdx_report *td)
{
	struct cvm_policy *policy;
	char *text;

	FUZZ_CHECK(!cvm_policy_from_tdx(td, &text, NULL));
	FUZZ_CHECK(fuzz_is_plain(text, true));
	FUZZ_CHECK(!cvm_policy_parse(text, strlen(text), "own", &policy, NULL));
	cvm_policy_free(policy);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cvm_tdx_quote quote;
	struct cvm_error err = { 0 };
	int ret = cvm_tdx_quote_parse(data, size, &quote, &err);

	if (ret) {
		FUZZ_CHECK(fuzz_is_told(ret, &err));
		return 0;
	}
	FUZZ_CHECK(cvm_evidence_kind(data, size) == CVM_EVIDENCE_TDX_QUOTE);
	check_parts(&quote, data, size);
	check_exact(&quote, data);
	check_policy(&quote.td);
	return 0;
}
