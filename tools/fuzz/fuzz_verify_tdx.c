// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A whole appraisal of a quote, with collateral: a byte of modes, the quote.
 *
 * What is accepted must be genuine. Half of the inputs get a signature that fits, for
 * nothing that was mutated would ever come as far as the fields otherwise.
 */
#include <stdlib.h>
#include <string.h>

#include "appraise.h"
#include "forge_tdx.h"
#include "fuzz.h"

#define MODE_SIGN 1
#define MODE_DATA 2
#define QE_REPORT 384

static struct tdx_keys keys;
static struct cvm_verifier *verifier;
static struct blob genuine[3];

static void sign(uint8_t *data, size_t size)
{
	struct cvm_tdx_quote quote;

	if (!cvm_tdx_quote_parse(data, size, &quote, NULL))
		tdx_sign(keys.attestation, data, quote.signed_len, data + (quote.signature - data));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	size_t i;

	(void)argc;
	(void)argv;
	fuzz_tdx_keys(&keys);
	verifier = tdx_verifier_of(&keys);
	genuine[0] = tdx_quote_of(&keys, 4, 2);
	genuine[1] = tdx_quote_of(&keys, 5, 2);
	genuine[2] = tdx_quote_of(&keys, 5, 3);
	for (i = 0; i < ARRAY_SIZE(genuine); i++) {
		sign(genuine[i].data, genuine[i].len);
		FUZZ_CHECK(fuzz_is_accepted(verifier, genuine[i].data, genuine[i].len));
	}
	return 0;
}

static bool is_same(const struct cvm_tdx_quote *a, const uint8_t *a_data,
		    const struct cvm_tdx_quote *b, const uint8_t *b_data)
{
	return a->signed_len == b->signed_len && !memcmp(a_data, b_data, a->signed_len);
}

static void check_genuine(const struct cvm_tdx_quote *quote, const uint8_t *data, bool is_signed)
{
	struct cvm_tdx_quote other;
	bool found = is_signed;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(genuine); i++) {
		FUZZ_CHECK(!cvm_tdx_quote_parse(genuine[i].data, genuine[i].len, &other, NULL));
		found |= is_same(quote, data, &other, genuine[i].data);
	}
	FUZZ_CHECK(found);
	FUZZ_CHECK(!memcmp(quote->qe_bytes, other.qe_bytes, QE_REPORT));
	FUZZ_CHECK(!memcmp(quote->attestation_key, other.attestation_key, 64));
}

static void appraise(uint8_t mode, const uint8_t *data, size_t size)
{
	struct cvm_appraisal *appraisal;
	struct cvm_tdx_quote quote;
	uint8_t nonce[64];

	memset(nonce, 0x42, sizeof(nonce));
	if (mode & MODE_DATA)
		cvm_verifier_expect_report_data(verifier, nonce, "nonce");
	else
		cvm_verifier_expect_nothing(verifier);
	FUZZ_CHECK(!cvm_verifier_appraise(verifier, data, size, &appraisal, NULL));
	FUZZ_CHECK(fuzz_is_consistent(appraisal));
	if (appraisal->verdict == CVM_ACCEPTED) {
		FUZZ_CHECK(!cvm_tdx_quote_parse(data, size, &quote, NULL));
		check_genuine(&quote, data, mode & MODE_SIGN);
		FUZZ_CHECK(appraisal->has_tcb && appraisal->tcb.status == CVM_TCB_UP_TO_DATE);
		FUZZ_CHECK(!(quote.td.td_attributes & CVM_TDX_ATTR_UNTRUSTED));
		FUZZ_CHECK(!(mode & MODE_DATA) || !memcmp(quote.td.report_data, nonce, 64));
		FUZZ_CHECK(!strcmp(appraisal->fmspc, "b0c06f000000"));
	}
	cvm_appraisal_free(appraisal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy;

	if (!size)
		return 0;
	copy = malloc(size > 1 ? size - 1 : 1);
	FUZZ_CHECK(copy);
	memcpy(copy, data + 1, size - 1);
	if (*data & MODE_SIGN)
		sign(copy, size - 1);
	appraise(*data, copy, size - 1);
	free(copy);
	return 0;
}
