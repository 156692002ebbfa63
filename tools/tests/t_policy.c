// SPDX-License-Identifier: LGPL-2.1-or-later
/* Policy files: what they say, what they refuse, and where they are wrong. */
#include <stdlib.h>
#include <string.h>

#include "appraise.h"
#include "tap.h"

static struct forge_keys keys;
static uint8_t report[CVM_SNP_REPORT_SIZE];

#define MEASUREMENT                                                        \
	"808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f" \
	"a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
#define ZEROS_32 "0000000000000000000000000000000000000000000000000000000000000000"
#define CHIP_ID                                                            \
	"7f3c112233445566778800000000000000000000000000000000000000000000" \
	"000000000000000000000000000000000000000000000000000000000000009a"

static struct cvm_verifier *verifier_with(struct cvm_policy *policy)
{
	struct cvm_verifier *verifier = verifier_of(&keys);
	struct forge_cert vcek = forge_vcek(&keys);
	struct forge_crl crl = forge_ark_crl(&keys);

	add_certs(verifier, forge_cert(&vcek));
	add_crl(verifier, forge_crl(&crl));
	cvm_verifier_set_policy(verifier, policy);
	return verifier;
}

static int exit_code(const char *text)
{
	struct cvm_policy *policy;
	struct cvm_verifier *verifier;
	struct cvm_error err;
	int code;

	if (cvm_policy_parse(text, strlen(text), "test.policy", &policy, &err)) {
		tap_note("%s: %s", err.what, err.why);
		return -1;
	}
	verifier = verifier_with(policy);
	code = exit_code_of(verifier, report, sizeof(report));
	cvm_verifier_free(verifier);
	return code;
}

/* The report: Milan, VMPL 0, TCB 4.0.24.219, guest SVN 3, policy 30133h, SMT on. */
static const char *const accepting[] = {
	"",
	"# nothing\n\n; nothing\n",
	"[snp]\nproduct = Genoa, Milan\n",
	"[snp]\nproduct = Genoa\nproduct = Milan\n",
	"[snp]\nsigner = vcek\n",
	"[snp]\nmax_vmpl = 0\n",
	"[snp]\nmin_abi = 1.51\n",
	"[snp]\nmin_version = 3\nmin_guest_svn = 3\n",
	"[snp]\nmeasurement = " MEASUREMENT "\n",
	"[snp]\nmeasurement = " ZEROS_32 "00000000000000000000000000000000,\n  " MEASUREMENT "\n",
	"[snp]\nhost_data=" ZEROS_32 "\r\n",
	"[snp]\nfamily_id = 00000000000000000000000000000000\n",
	"[snp]\nchip_id = 7f3c112233445566, " CHIP_ID "\n",
	"[guest-policy]\ndebug = forbidden\nmigrate_ma = forbidden\nsmt = required\n",
	"[guest-policy]\ndebug = any\nsingle_socket = any\n",
	"[platform-info]\nsmt = required\ntsme = forbidden\nalias_check = required\n",
	"[tcb]\nmin_bootloader = 4\nmin_tee = 0\nmin_snp = 24\nmin_microcode = 219\n",
	"[tcb-committed]\nmin_snp = 24\n[tcb-launch]\nmin_microcode = 1\n",
	"[revocation]\nmax_crl_age = 5d\n",
	"[revocation]\nmax_crl_age = 120h\n",
};

static const char *const refusing[] = {
	"[snp]\nproduct = Genoa\n",
	"[snp]\nsigner = vlek\n",
	"[snp]\nmin_abi = 1.52\n",
	"[snp]\nmin_abi = 2.0\n",
	"[snp]\nmin_version = 4\n",
	"[snp]\nmin_guest_svn = 4\n",
	"[snp]\nmeasurement = " ZEROS_32 "00000000000000000000000000000000\n",
	"[snp]\nimage_id = 00000000000000000000000000000001\n",
	"[snp]\nchip_id = 7f3c112233445566\n",
	"[guest-policy]\ndebug = required\n",
	"[guest-policy]\nmigrate_ma = required\n",
	"[guest-policy]\nsmt = forbidden\n",
	"[guest-policy]\nciphertext_hiding = required\n",
	"[platform-info]\ntsme = required\n",
	"[platform-info]\nsmt = forbidden\n",
	"[tcb]\nmin_bootloader = 5\n",
	"[tcb]\nmin_tee = 1\n",
	"[tcb]\nmin_snp = 25\n",
	"[tcb]\nmin_microcode = 220\n",
	"[tcb]\nmin_fmc = 0\n",
	"[tcb-committed]\nmin_snp = 25\n",
	"[tcb-launch]\nmin_snp = 25\n",
	"[revocation]\nmax_crl_age = 4d\n",
	"[revocation]\nmax_crl_age = 119h\n",
};

static const struct {
	const char *text;
	const char *what;
	const char *why;
} errors[] = {
	{ "[snp]\nmeasured = 00\n", "test.policy line 2", "unknown key measured in [snp]" },
	{ "[snp]\n\n[tbc]\nmin_snp = 1\n", "test.policy line 4", "unknown section [tbc]" },
	{ "max_vmpl = 0\n", "test.policy line 1", "before the first [section]" },
	{ "[snp]\nmax_vmpl\n", "test.policy line 2", "neither" },
	{ "[snp\n", "test.policy line 1", "neither" },
	{ "[snp]\nmax_vmpl = 4\n", "test.policy line 2", "from 0 to 3" },
	{ "[snp]\nmax_vmpl = -1\n", "test.policy line 2", "from 0 to 3" },
	{ "[snp]\nmax_vmpl = 0x1\n", "test.policy line 2", "from 0 to 3" },
	{ "[snp]\nmax_vmpl =\n", "test.policy line 2", "from 0 to 3" },
	{ "[snp]\nmax_vmpl = 0\nmax_vmpl = 1\n", "test.policy line 3", "first in line 2" },
	{ "[tcb]\nmin_snp = 256\n", "test.policy line 2", "from 0 to 255" },
	{ "[tcb]\nmin_snp = 99999999999999999999999\n", "test.policy line 2", "from 0 to 255" },
	{ "[snp]\nmin_abi = 1\n", "test.policy line 2", "MAJOR.MINOR" },
	{ "[snp]\nmeasurement = 00\n", "test.policy line 2", "96 hexadecimal digits" },
	{ "[snp]\nmeasurement =\n", "test.policy line 2", "no value" },
	{ "[snp]\nhost_data = " MEASUREMENT "\n", "test.policy line 2", "64 hexadecimal" },
	{ "[snp]\nfamily_id = 0000000000000000000000000000000g\n", "test.policy line 2", "32" },
	{ "[snp]\nproduct = Naples\n", "test.policy line 2", "Milan, Genoa or Turin" },
	{ "[snp]\nsigner = me\n", "test.policy line 2", "vcek or vlek" },
	{ "[guest-policy]\ndebug = no\n", "test.policy line 2", "required, forbidden or any" },
	{ "[guest-policy]\nDEBUG = any\n", "test.policy line 2", "unknown key" },
	{ "[revocation]\nmax_crl_age = 7\n", "test.policy line 2", "7d" },
	{ "[snp]\nmeasurement = " MEASUREMENT "," MEASUREMENT, "test.policy line 2", "longer" },
};

static void test_rules(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(accepting); i++)
		tap_ok(!exit_code(accepting[i]), "accepts, number %zu", i);
	for (i = 0; i < ARRAY_SIZE(refusing); i++)
		tap_ok(exit_code(refusing[i]) == 8, "refuses, number %zu", i);
}

static void test_errors(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		struct cvm_error err = { 0 };
		struct cvm_policy *policy;
		int ret = cvm_policy_parse(errors[i].text, strlen(errors[i].text), "test.policy",
					   &policy, &err);
		bool refused = ret < 0 && !policy && err.code == CVM_ERR_POLICY;
		bool at_line = !strcmp(err.what, errors[i].what);
		bool why = strstr(err.why, errors[i].why);

		if (!tap_ok(refused && at_line && why, "error: %s", errors[i].why))
			tap_note("%s: %s", err.what, err.why);
		cvm_policy_free(policy);
	}
}

static void test_binary(void)
{
	static const char text[] = "[snp]\nmax_vmpl = 0\0\n";
	struct cvm_error err = { 0 };
	struct cvm_policy *policy;

	tap_ok(cvm_policy_parse(text, sizeof(text) - 1, "test.policy", &policy, &err) < 0,
	       "a zero byte is refused");
	tap_ok(err.code == CVM_ERR_POLICY, "and the error is of a policy");
}

static void test_default(void)
{
	struct cvm_verifier *verifier = verifier_of(&keys);
	struct forge_cert vcek = forge_vcek(&keys);
	uint8_t debug[CVM_SNP_REPORT_SIZE];

	add_certs(verifier, forge_cert(&vcek));
	memcpy(debug, report, sizeof(debug));
	debug[AT_POLICY + 2] |= 0x0c;
	forge_sign(debug, keys.vek);
	expect(verifier, debug, sizeof(debug),
	       (struct expected){ CVM_REJECTED, 8, "guest-policy.debug", CVM_RESULT_FAIL,
				  "MIGRATE_MA", "debug = any" },
	       "DEBUG is refused without a policy, and MIGRATE_MA is told");
	debug[AT_POLICY + 2] = 0x07;
	forge_sign(debug, keys.vek);
	expect(verifier, debug, sizeof(debug),
	       (struct expected){ CVM_ACCEPTED, 0, "guest-policy.debug", CVM_RESULT_OK,
				  "MIGRATE_MA", NULL },
	       "MIGRATE_MA alone is told");
	cvm_verifier_free(verifier);
}

static void test_remedy(void)
{
	static const char text[] = "[tcb]\n\nmin_microcode = 220\n";
	struct cvm_verifier *verifier;
	struct cvm_policy *policy;

	if (cvm_policy_parse(text, sizeof(text) - 1, "prod.policy", &policy, NULL))
		tap_bail_out("the policy does not parse");
	verifier = verifier_with(policy);
	expect(verifier, report, sizeof(report),
	       (struct expected){ CVM_REJECTED, 8, "tcb.microcode", CVM_RESULT_FAIL,
				  "tcb.microcode 219, policy wants >= 220",
				  "min_microcode in prod.policy line 3" },
	       "a failed rule names its line");
	cvm_verifier_free(verifier);
}

static void test_needs_crl(void)
{
	static const char text[] = "[revocation]\nmax_crl_age = 7d\n";
	struct cvm_verifier *verifier = verifier_of(&keys);
	struct forge_cert vcek = forge_vcek(&keys);
	struct cvm_policy *policy;

	if (cvm_policy_parse(text, sizeof(text) - 1, "p", &policy, NULL))
		tap_bail_out("the policy does not parse");
	add_certs(verifier, forge_cert(&vcek));
	cvm_verifier_set_policy(verifier, policy);
	expect(verifier, report, sizeof(report),
	       (struct expected){ CVM_REJECTED, 8, "crl-age", CVM_RESULT_FAIL, "no current CRL",
				  "--crl" },
	       "max_crl_age asks for a CRL");
	cvm_verifier_free(verifier);
}

/* ---- policies made from reports ---- */

static char *policy_text(const uint8_t *bytes)
{
	struct cvm_snp_report parsed;
	struct cvm_error err;
	char *text;

	if (cvm_snp_report_parse(bytes, CVM_SNP_REPORT_SIZE, &parsed, &err) ||
	    cvm_policy_from_report(&parsed, &text, &err))
		tap_bail_out("%s: %s", err.what, err.why);
	return text;
}

static void test_new(void)
{
	uint8_t other[CVM_SNP_REPORT_SIZE];
	char *text = policy_text(report);
	struct cvm_verifier *verifier;
	struct cvm_policy *policy;
	size_t at, accepted = 0;

	tap_ok(!exit_code(text), "a policy made from a report accepts it");
	if (cvm_policy_parse(text, strlen(text), "new.policy", &policy, NULL))
		tap_bail_out("the new policy does not parse");
	verifier = verifier_with(policy);
	/* what tells one guest from another: measurement, host data, key digests */
	for (at = 0x90; at < 0x140; at += 15) {
		memcpy(other, report, sizeof(other));
		other[at] ^= 1;
		forge_sign(other, keys.vek);
		accepted += exit_code_of(verifier, other, sizeof(other)) != 8;
	}
	tap_ok(!accepted, "and no other guest");
	cvm_verifier_free(verifier);

	memcpy(other, report, sizeof(other));
	other[AT_POLICY + 2] |= 0x08;
	free(text);
	text = policy_text(other);
	tap_ok(strstr(text, "WARNING") && strstr(text, "debug = required"),
	       "a policy made from a DEBUG guest says so");
	free(text);
}

int main(void)
{
	forge_keys_make(&keys);
	forge_report(report);
	forge_sign(report, keys.vek);

	test_rules();
	test_errors();
	test_binary();
	test_default();
	test_remedy();
	test_needs_crl();
	test_new();

	forge_keys_free(&keys);
	return tap_done();
}
