// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * How a seal root is bound into evidence: the hash is that of the openssl command, and of
 * reports and quotes only those that bind nonce and root are accepted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appraise.h"
#include "forge_tdx.h"
#include "tap.h"

static const uint8_t nonce[] = "a nonce of a verifier";
static uint8_t root[CVM_SEAL_DIGEST], other_root[CVM_SEAL_DIGEST];

/* ---- the hash ---- */

/* What openssl makes of the two, in hex; "" when it does not run */
static void ask_openssl(const uint8_t *data, size_t len, char hex[129])
{
	char path[] = "/tmp/t_seal.XXXXXX", command[64];
	int fd = mkstemp(path);
	FILE *out;

	hex[0] = '\0';
	if (fd < 0 || write(fd, data, len) != (ssize_t)len ||
	    write(fd, root, sizeof(root)) != sizeof(root))
		tap_bail_out("no temporary file");
	close(fd);
	snprintf(command, sizeof(command), "openssl dgst -sha512 -r %s", path);
	out = popen(command, "r");
	if (!out || fscanf(out, "%128s", hex) != 1)
		hex[0] = '\0';
	if (out)
		pclose(out);
	unlink(path);
}

static void test_hash(size_t len)
{
	uint8_t *data = malloc(len), bound[64];
	char wanted[129], found[129] = "";
	size_t i;

	for (i = 0; i < len; i++)
		data[i] = i * 7;
	if (cvm_seal_to_report_data(data, len, root, bound))
		tap_bail_out("no hash");
	for (i = 0; i < sizeof(bound); i++)
		sprintf(found + 2 * i, "%02x", bound[i]);
	ask_openssl(data, len, wanted);
	tap_ok(!strcmp(wanted, found), "SHA-512 of a nonce of %zu bytes and a root", len);
	free(data);
}

static void test_hashes(void)
{
	static const size_t lengths[] = { 1, 31, 32, 96, 128, 4096 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++)
		test_hash(lengths[i]);
}

/* ---- evidence ---- */

#define SEALED(result_, detail_) .check = "seal-root", .result = (result_), .detail = (detail_)
#define STALE(remedy_) \
	((struct expected){ CVM_REJECTED, 7, "report-data", CVM_RESULT_FAIL, NULL, remedy_ })

static void expect_seals(struct cvm_verifier *verifier, const void *bytes, size_t len,
			 const uint8_t *wanted)
{
	if (cvm_verifier_expect_seals(verifier, bytes, len, wanted, "nonce"))
		tap_bail_out("no hash");
}

static void expect_nonce(struct cvm_verifier *verifier)
{
	uint8_t data[64];

	cvm_nonce_to_report_data(nonce, sizeof(nonce), data);
	cvm_verifier_expect_report_data(verifier, data, "SHA-512(nonce)");
}

/* Evidence that binds nonce and root */
static void test_sealed(struct cvm_verifier *verifier, const void *evidence, size_t len,
			const char *name)
{
	tap_note("%s", name);
	expect_seals(verifier, nonce, sizeof(nonce), root);
	expect(verifier, evidence, len,
	       (struct expected){ SEALED(CVM_RESULT_OK, "bound: seal root 0001") },
	       "nonce and root are those that are bound");
	expect_seals(verifier, nonce, sizeof(nonce), other_root);
	expect(verifier, evidence, len, STALE("which cannot be told"), "another root");
	expect_seals(verifier, nonce, sizeof(nonce) - 1, root);
	expect(verifier, evidence, len, STALE("which cannot be told"), "another nonce");
	expect_nonce(verifier);
	expect(verifier, evidence, len, STALE("--seal-root"), "the nonce without a root");
	cvm_verifier_expect_nothing(verifier);
	expect(verifier, evidence, len, ACCEPTED, "nobody asks what is bound");
}

/* Evidence that binds the nonce alone */
static void test_unsealed(struct cvm_verifier *verifier, const void *evidence, size_t len,
			  const char *name)
{
	tap_note("%s", name);
	expect_nonce(verifier);
	expect(verifier, evidence, len, ACCEPTED, "the nonce");
	expect_seals(verifier, nonce, sizeof(nonce), root);
	expect(verifier, evidence, len,
	       (struct expected){ CVM_REJECTED, 8, SEALED(CVM_RESULT_FAIL, "no seal root") },
	       "a root that is not bound is for the policy");
	expect_seals(verifier, nonce, sizeof(nonce) - 1, root);
	expect(verifier, evidence, len, STALE("which cannot be told"), "another nonce and a root");
}

typedef void (*test_evidence)(struct cvm_verifier *verifier, const void *evidence, size_t len,
			      const char *name);

static void test_snp(const uint8_t data[64], test_evidence test)
{
	struct forge_keys keys;
	uint8_t report[CVM_SNP_REPORT_SIZE];
	struct cvm_verifier *verifier;
	struct forge_cert vcek;

	forge_keys_make(&keys);
	vcek = forge_vcek(&keys);
	verifier = verifier_of(&keys);
	add_certs(verifier, forge_cert(&vcek));
	forge_report(report);
	memcpy(report + AT_REPORT_DATA, data, 64);
	forge_sign(report, vcek.key);
	test(verifier, report, sizeof(report), "a report");
	cvm_verifier_free(verifier);
	forge_keys_free(&keys);
}

static void test_tdx(const uint8_t data[64], test_evidence test)
{
	struct cvm_verifier *verifier;
	struct tdx_quote quote;
	struct tdx_keys keys;
	struct blob blob;

	tdx_keys_make(&keys);
	verifier = tdx_verifier_of(&keys);
	quote = tdx_quote_new(&keys);
	quote.report_data = data;
	blob = tdx_quote_make(&quote);
	test(verifier, blob.data, blob.len, "a quote");
	blob_free(&blob);
	blob_free(&quote.chain);
	cvm_verifier_free(verifier);
	tdx_keys_free(&keys);
}

int main(void)
{
	uint8_t data[64];
	size_t i;

	for (i = 0; i < sizeof(root); i++)
		root[i] = i;
	memcpy(other_root, root, sizeof(root));
	other_root[31] ^= 1;
	test_hashes();
	if (cvm_seal_to_report_data(nonce, sizeof(nonce), root, data))
		tap_bail_out("no hash");
	test_snp(data, test_sealed);
	test_tdx(data, test_sealed);
	cvm_nonce_to_report_data(nonce, sizeof(nonce), data);
	test_snp(data, test_unsealed);
	test_tdx(data, test_unsealed);
	return tap_done();
}
