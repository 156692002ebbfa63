// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A report of which one byte was changed is never accepted, whichever byte it
 * is; one that is too short or too long is malformed. Once with a report of the
 * test's own, once with each genuine one that is at hand.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "appraise.h"
#include "tap.h"

/* Low, high and many bits, in turn. */
static const uint8_t masks[] = { 0x01, 0x80, 0xff, 0x10 };

static void test_flips(struct cvm_verifier *verifier, const uint8_t *report, const char *name)
{
	uint8_t copy[CVM_SNP_REPORT_SIZE];
	size_t at, accepted = 0, other = 0;

	for (at = 0; at < sizeof(copy); at++) {
		int code;

		memcpy(copy, report, sizeof(copy));
		copy[at] ^= masks[at % ARRAY_SIZE(masks)];
		code = exit_code_of(verifier, copy, sizeof(copy));
		accepted += code == 0;
		other += code != 0 && code != 5 && code != 6;
		if (code != 5 && code != 6)
			tap_note("byte %#zx flipped: exit %d", at, code);
	}
	tap_ok(!accepted, "%s: no flipped byte is accepted", name);
	tap_ok(!other, "%s: a flipped byte is malformed or not authentic, nothing else", name);
}

static void test_lengths(struct cvm_verifier *verifier, const uint8_t *report, const char *name)
{
	uint8_t *longer = calloc(1, 2 * CVM_SNP_REPORT_SIZE);
	size_t len, wrong = 0;

	if (!longer)
		tap_bail_out("no memory");
	memcpy(longer, report, CVM_SNP_REPORT_SIZE);
	for (len = 0; len < 2 * CVM_SNP_REPORT_SIZE; len++) {
		/* exactly as long as it says, so that a sanitizer sees the byte behind it */
		uint8_t *exact;

		if (len == CVM_SNP_REPORT_SIZE)
			continue;
		exact = malloc(len ? len : 1);
		memcpy(exact, longer, len);
		wrong += exit_code_of(verifier, exact, len) != 5;
		free(exact);
	}
	free(longer);
	tap_ok(!wrong, "%s: every other length is malformed", name);
}

static void test_report(struct cvm_verifier *verifier, const uint8_t *report, const char *name)
{
	if (!tap_ok(!exit_code_of(verifier, report, CVM_SNP_REPORT_SIZE), "%s: is accepted", name))
		return;
	test_flips(verifier, report, name);
	test_lengths(verifier, report, name);
}

/* ---- values that no firmware writes ---- */

struct odd_value {
	size_t at;
	uint8_t value;
	int exit_code;
	const char *name;
};

static const struct odd_value odd_values[] = {
	{ AT_VERSION, 0, 5, "version 0" },
	{ AT_VERSION, 1, 5, "version 1" },
	{ AT_VERSION, 2, 0, "version 2" },
	{ AT_VERSION, 4, 0, "version 4" },
	{ AT_VERSION, 5, 0, "version 5" },
	{ AT_VERSION, 6, 0, "version 6, newer than is known" },
	{ AT_ALGO, 0, 5, "signature algorithm 0" },
	{ AT_ALGO, 2, 5, "signature algorithm 2" },
	{ AT_VMPL, 3, 0, "VMPL 3" },
	{ AT_VMPL, 4, 5, "VMPL 4" },
	{ AT_KEY_BITS, 2 << 2, 5, "reserved signing key 2" },
	{ AT_KEY_BITS, 7 << 2, 6, "signing key 7: not signed" },
	{ AT_KEY_BITS, 1 << 1, 6, "MASK_CHIP_KEY" },
	{ AT_KEY_BITS, 1 << 5, 0, "a reserved bit in the signed part" },
	{ 0x4c, 0xff, 0, "a reserved byte in the signed part" },
	{ 0x29f, 0xff, 0, "the last signed byte" },
	{ AT_CPUID + 1, 0x11, 6, "another product than the certificate" },
	{ AT_CPUID, 0x1b, 6, "a CPU that is not known" },
	{ AT_POLICY + 2, 0x0b, 8, "DEBUG" },
	{ AT_REPORTED_TCB, 9, 6, "another TCB than the certificate" },
	{ AT_CHIP_ID, 9, 6, "another chip than the certificate" },
};

/* All of these are signed by the right key: the value alone decides. */
static void test_values(struct cvm_verifier *verifier, const struct forge_keys *keys)
{
	uint8_t report[CVM_SNP_REPORT_SIZE];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(odd_values); i++) {
		const struct odd_value *odd = &odd_values[i];
		int code;

		forge_report(report);
		report[odd->at] = odd->value;
		forge_sign(report, keys->vek);
		code = exit_code_of(verifier, report, sizeof(report));
		tap_ok(code == odd->exit_code, "%s: exit %d", odd->name, odd->exit_code);
		if (code != odd->exit_code)
			tap_note("exit is %d", code);
	}
}

static void test_no_signature(struct cvm_verifier *verifier)
{
	uint8_t report[CVM_SNP_REPORT_SIZE];

	forge_report(report);
	expect(verifier, report, sizeof(report),
	       (struct expected){ CVM_REJECTED, 6, "signer", CVM_RESULT_FAIL, "not signed", NULL },
	       "a signature of zeros");
	memset(report + AT_SIGNATURE, 0xff, 48);
	memset(report + AT_SIGNATURE + 72, 0xff, 48);
	expect(verifier, report, sizeof(report), REJECTED(6), "a signature out of range");
}

/* ---- genuine reports ---- */

static void add_file(struct cvm_verifier *verifier, const char *format, const char *shared,
		     const char *name)
{
	char path[8192];
	struct blob blob;

	snprintf(path, sizeof(path), format, shared, name);
	blob = blob_read(path);
	if (blob.data)
		add_certs(verifier, blob);
}

static void test_genuine(const char *shared, const char *name)
{
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);
	struct cvm_policy *policy;
	char path[8192];
	struct blob report;

	snprintf(path, sizeof(path), "%s/vectors/evidence/snp/%s/report.bin", shared, name);
	report = blob_read(path);
	add_file(verifier, "%s/vectors/evidence/snp/%s/vcek.der", shared, name);
	add_file(verifier, "%s/vectors/evidence/certs/amd/%s_vcek_chain.pem", shared,
		 strstr(name, "milan")	 ? "milan"
		 : strstr(name, "genoa") ? "genoa"
					 : "turin");
	/* one of them runs with DEBUG; that is not what is tested here */
	if (cvm_policy_parse("[guest-policy]\ndebug = any\n", 27, "test", &policy, NULL))
		tap_bail_out("no policy");
	cvm_verifier_set_policy(verifier, policy);
	cvm_verifier_set_time(verifier, strstr(name, "v5-genoa") || strstr(name, "4ae0e73a")
						? FORGE_NOW + FORGE_YEAR / 2
						: FORGE_NOW);
	if (report.len == CVM_SNP_REPORT_SIZE)
		test_report(verifier, report.data, name);
	blob_free(&report);
	cvm_verifier_free(verifier);
}

/* One of each version and product is enough: each takes a thousand signatures. */
static void test_all_genuine(void)
{
	static const char *const names[] = {
		"snp-v2-milan-vcek-377e6241", "snp-v3-milan-vcek-05b7438a",
		"snp-v3-genoa-vcek-4ae0e73a", "snp-v5-genoa-vcek-8fd94192",
		"snp-v5-turin-vcek-3f44a09b",
	};
	const char *shared = shared_folder();
	size_t i;

	if (!shared)
		tap_skip("genuine reports", "../shared is not here");
	for (i = 0; shared && i < ARRAY_SIZE(names); i++)
		test_genuine(shared, names[i]);
}

int main(void)
{
	uint8_t report[CVM_SNP_REPORT_SIZE];
	struct cvm_verifier *verifier;
	struct forge_keys keys;
	struct forge_cert vcek;

	forge_keys_make(&keys);
	verifier = verifier_of(&keys);
	vcek = forge_vcek(&keys);
	add_certs(verifier, forge_cert(&vcek));
	forge_report(report);
	forge_sign(report, keys.vek);

	test_report(verifier, report, "own report");
	test_values(verifier, &keys);
	test_no_signature(verifier);
	test_all_genuine();

	cvm_verifier_free(verifier);
	forge_keys_free(&keys);
	return tap_done();
}
