// SPDX-License-Identifier: LGPL-2.1-or-later
/* SNP reports: fields, and the policy that is made from them. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "lib.h"

static void check_fields(const struct cvm_snp_report *report, const uint8_t *data)
{
	FUZZ_CHECK(report->version >= 2 && report->signature_algo == 1);
	FUZZ_CHECK(report->newer || report->vmpl <= 3 || report->vmpl == UINT32_MAX);
	FUZZ_CHECK(!memcmp(report->report_data, data + 0x50, 64));
	FUZZ_CHECK(!memcmp(report->measurement, data + 0x90, 48));
	FUZZ_CHECK(!memcmp(report->chip_id, data + 0x1a0, 64));
	FUZZ_CHECK(!memcmp(&report->reported_tcb.raw, data + 0x180, 8));
	FUZZ_CHECK(report->has_cpuid == (report->version >= 3));
	FUZZ_CHECK(cvm_snp_product_name(report->product));
}

/* "Accepts exactly this evidence", says the header of that policy. */
static void check_policy(const struct cvm_snp_report *report)
{
	struct policy_subject subject = { .report = report };
	struct cvm_appraisal *appraisal;
	struct cvm_policy *policy;
	char *text;
	size_t i;

	FUZZ_CHECK(!cvm_policy_from_report(report, &text, NULL));
	FUZZ_CHECK(fuzz_is_plain(text, true));
	FUZZ_CHECK(!cvm_policy_parse(text, strlen(text), "own", &policy, NULL));
	appraisal = cvm_appraisal_new(cvm_policy_size(policy));
	FUZZ_CHECK(appraisal);
	cvm_policy_apply(policy, &subject, appraisal);
	for (i = 0; i < appraisal->n_checks; i++)
		FUZZ_CHECK(appraisal->checks[i].result != CVM_RESULT_FAIL ||
			   report->signer > CVM_SNP_SIGNER_VLEK);
	cvm_appraisal_free(appraisal);
	cvm_policy_free(policy);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cvm_snp_report report, again;
	struct cvm_error err = { 0 };
	int ret = cvm_snp_report_parse(data, size, &report, &err);

	if (ret) {
		FUZZ_CHECK(fuzz_is_told(ret, &err));
		return 0;
	}
	FUZZ_CHECK(size == CVM_SNP_REPORT_SIZE);
	memset(&again, 0xa5, sizeof(again));
	FUZZ_CHECK(!cvm_snp_report_parse(data, size, &again, NULL));
	/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): the same padding too */
	FUZZ_CHECK(!memcmp(&report, &again, sizeof(report)));
	check_fields(&report, data);
	check_policy(&report);
	return 0;
}
