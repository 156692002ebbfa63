// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A whole appraisal of an SNP report: a byte of modes, the report, a policy.
 *
 * What is accepted must be genuine. Half of the inputs get a signature that fits, for
 * nothing that was mutated would ever come as far as the fields otherwise.
 */
#include <stdlib.h>
#include <string.h>

#include "appraise.h"
#include "fuzz.h"

#define MODE_SIGN 1
#define MODE_DATA 2

static struct forge_keys keys;
static struct cvm_verifier *verifier;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	uint8_t report[CVM_SNP_REPORT_SIZE];
	struct forge_cert vcek;
	struct forge_crl crl;

	(void)argc;
	(void)argv;
	fuzz_snp_keys(&keys);
	vcek = forge_vcek(&keys);
	crl = forge_ark_crl(&keys);
	verifier = verifier_of(&keys);
	add_certs(verifier, forge_cert(&vcek));
	add_crl(verifier, forge_crl(&crl));
	forge_report(report);
	forge_sign(report, keys.vek);
	FUZZ_CHECK(fuzz_is_accepted(verifier, report, sizeof(report)));
	return 0;
}

/* Returns false when the text is no policy; *@is_default tells that there is none. */
static bool set_policy(const uint8_t *text, size_t size, bool *is_default)
{
	struct cvm_policy *policy;

	*is_default = !size;
	if (!size)
		FUZZ_CHECK(!cvm_policy_default(&policy));
	else if (cvm_policy_parse((const char *)text, size, "fuzz", &policy, NULL))
		return false;
	cvm_verifier_set_policy(verifier, policy);
	return true;
}

static bool is_genuine(const uint8_t *report)
{
	uint8_t genuine[CVM_SNP_REPORT_SIZE];

	forge_report(genuine);
	genuine[AT_VERSION] = report[AT_VERSION];
	return report[AT_VERSION] >= 2 && report[AT_VERSION] <= 6 &&
	       !memcmp(report, genuine, CVM_SNP_REPORT_SIGNED);
}

static void check_accepted(const struct cvm_snp_report *report, bool is_default)
{
	static const uint8_t masked[64];

	FUZZ_CHECK(report->reported_tcb.raw == FORGE_TCB);
	FUZZ_CHECK(report->signer == CVM_SNP_SIGNER_VCEK && !report->mask_chip_key);
	FUZZ_CHECK(!memcmp(report->chip_id, forge_hwid, 64) ||
		   !memcmp(report->chip_id, masked, 64));
	FUZZ_CHECK(!is_default || !(report->policy & CVM_SNP_POLICY_DEBUG));
}

static void appraise(uint8_t mode, const uint8_t *report, size_t size, bool is_default)
{
	struct cvm_appraisal *appraisal;
	uint8_t data[64];
	size_t i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = i;
	if (mode & MODE_DATA)
		cvm_verifier_expect_report_data(verifier, data, "nonce");
	else
		cvm_verifier_expect_nothing(verifier);
	FUZZ_CHECK(!cvm_verifier_appraise(verifier, report, size, &appraisal, NULL));
	FUZZ_CHECK(fuzz_is_consistent(appraisal));
	if (appraisal->verdict == CVM_ACCEPTED) {
		FUZZ_CHECK(size == CVM_SNP_REPORT_SIZE && appraisal->has_report);
		FUZZ_CHECK(mode & MODE_SIGN || is_genuine(report));
		FUZZ_CHECK(!(mode & MODE_DATA) || !memcmp(report + AT_REPORT_DATA, data, 64));
		check_accepted(&appraisal->report, is_default);
	}
	cvm_appraisal_free(appraisal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = size > CVM_SNP_REPORT_SIZE ? CVM_SNP_REPORT_SIZE : size - 1;
	uint8_t *report;
	bool is_default;

	if (!size)
		return 0;
	report = malloc(len ? len : 1);
	FUZZ_CHECK(report);
	memcpy(report, data + 1, len);
	if (*data & MODE_SIGN && len == CVM_SNP_REPORT_SIZE)
		forge_sign(report, keys.vek);
	if (set_policy(data + 1 + len, size - 1 - len, &is_default))
		appraise(*data, report, len, is_default);
	free(report);
	return 0;
}
