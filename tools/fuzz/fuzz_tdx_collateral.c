// SPDX-License-Identifier: LGPL-2.1-or-later
/* Whatever Intel's provisioning service may have answered, JSON above all. */
#include <string.h>

#include "fuzz.h"
#include "tdx.h"
#include "tdx_json.h"

static void check_document(const struct collateral *document)
{
	FUZZ_CHECK(document->raw_len && *document->raw == '{');
	FUZZ_CHECK(document->raw[document->raw_len - 1] == '}');
	FUZZ_CHECK(!document->tcb_info == !!document->qe_identity);
	FUZZ_CHECK(fuzz_is_text(document->name, sizeof(document->name)));
}

static void check_add(const uint8_t *data, size_t size)
{
	struct cvm_verifier *verifier;
	struct cvm_error err = { 0 };
	size_t i;
	int ret;

	FUZZ_CHECK(!cvm_verifier_new(&verifier));
	ret = cvm_verifier_add_collateral(verifier, data, size, "fuzz", &err);
	FUZZ_CHECK(!ret || fuzz_is_told(ret, &err));
	for (i = 0; verifier->tdx && i < verifier->tdx->n_collateral; i++)
		check_document(verifier->tdx->collateral[i]);
	FUZZ_CHECK(!ret || !verifier->tdx || !verifier->tdx->n_collateral);
	cvm_verifier_free(verifier);
}

/* Nobody but jansson says that the text is sound, so the scanner must not rely on it. */
static void check_raw(const uint8_t *data, size_t size)
{
	static const char *const keys[] = { "tcbInfo", "enclaveIdentity" };
	const char *text = (const char *)data;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		/* what a caller that does not clear them could have there */
		const char *raw = "";
		size_t len = SIZE_MAX / 2;

		if (cvm_json_raw(text, size, keys[i], &raw, &len))
			continue;
		FUZZ_CHECK(len && fuzz_lies_in(raw, len, data, size));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_add(data, size);
	check_raw(data, size);
	return 0;
}
