// SPDX-License-Identifier: LGPL-2.1-or-later
/* TDREPORTs, as they come and with hashes that fit: those no mutation would ever find. */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "fuzz.h"
#include "libcvm.h"

/* TDX Module ABI, TDREPORT_STRUCT */
#define TCB_INFO_HASH_AT 32
#define TD_INFO_HASH_AT	 80
#define REPORT_DATA_AT	 128
#define TCB_INFO_AT	 256
#define TCB_INFO_SIZE	 239
#define TD_INFO_AT	 512
#define TD_INFO_SIZE	 512

static void check_policy(const struct cvm_tdx_report *report)
{
	struct cvm_policy *policy;
	char *text;

	FUZZ_CHECK(!cvm_policy_from_tdx(report, &text, NULL));
	FUZZ_CHECK(fuzz_is_plain(text, true));
	FUZZ_CHECK(!cvm_policy_parse(text, strlen(text), "own", &policy, NULL));
	cvm_policy_free(policy);
	free(text);
}

static int parse(const uint8_t *data, size_t size)
{
	struct cvm_tdx_report report, again;
	struct cvm_error err = { 0 };
	int ret = cvm_tdx_report_parse(data, size, &report, &err);

	if (ret) {
		FUZZ_CHECK(fuzz_is_told(ret, &err));
		return ret;
	}
	FUZZ_CHECK(size == CVM_TDX_REPORT_SIZE && !report.from_quote);
	memset(&again, 0xa5, sizeof(again));
	FUZZ_CHECK(!cvm_tdx_report_parse(data, size, &again, NULL));
	/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): the same padding too */
	FUZZ_CHECK(!memcmp(&report, &again, sizeof(report)));
	FUZZ_CHECK(!memcmp(report.mrtd, data + TD_INFO_AT + 16, 48));
	FUZZ_CHECK(!memcmp(report.report_data, data + REPORT_DATA_AT, 64));
	check_policy(&report);
	return 0;
}

static void hash(uint8_t *data, size_t at, size_t size, size_t hash_at)
{
	FUZZ_CHECK(EVP_Digest(data + at, size, data + hash_at, NULL, EVP_sha384(), NULL) == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t copy[CVM_TDX_REPORT_SIZE];
	bool is_known;

	parse(data, size);
	if (size != sizeof(copy))
		return 0;
	memcpy(copy, data, size);
	hash(copy, TCB_INFO_AT, TCB_INFO_SIZE, TCB_INFO_HASH_AT);
	hash(copy, TD_INFO_AT, TD_INFO_SIZE, TD_INFO_HASH_AT);
	is_known = copy[0] == 0x81 && !copy[1] && copy[2] <= 1;
	FUZZ_CHECK(!parse(copy, size) == is_known);
	return 0;
}
