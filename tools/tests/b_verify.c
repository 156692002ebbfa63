// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Appraisals with the chain cached against bare P-384 verifications of
 * libcrypto, side by side on one thread: rounds alternate, and the median of
 * their ratios counts. Prints one JSON object, rates per CPU second.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "appraise.h"
#include "tap.h"

#define ROUNDS	  7
#define PER_ROUND 400

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* What the report's signature is to libcrypto. */
struct bare {
	EVP_PKEY_CTX *ctx;
	uint8_t digest[48];
	uint8_t der[128];
	int der_len;
};

static void bare_prepare(struct bare *bare, EVP_PKEY *key, const uint8_t *report)
{
	ECDSA_SIG *signature = ECDSA_SIG_new();
	uint8_t *at = bare->der;

	ECDSA_SIG_set0(signature, BN_lebin2bn(report + AT_SIGNATURE, 48, NULL),
		       BN_lebin2bn(report + AT_SIGNATURE + 72, 48, NULL));
	bare->der_len = i2d_ECDSA_SIG(signature, &at);
	ECDSA_SIG_free(signature);
	EVP_Digest(report, CVM_SNP_REPORT_SIGNED, bare->digest, NULL, EVP_sha384(), NULL);
	bare->ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	EVP_PKEY_verify_init(bare->ctx);
}

static double bare_rate(struct bare *bare)
{
	double start = cpu_seconds();
	int i;

	for (i = 0; i < PER_ROUND; i++)
		if (EVP_PKEY_verify(bare->ctx, bare->der, bare->der_len, bare->digest, 48) != 1)
			tap_bail_out("the bare verification fails");
	return PER_ROUND / (cpu_seconds() - start);
}

static double appraisal_rate(struct cvm_verifier *verifier, const uint8_t *report)
{
	double start = cpu_seconds();
	int i;

	for (i = 0; i < PER_ROUND; i++)
		if (exit_code_of(verifier, report, CVM_SNP_REPORT_SIZE))
			tap_bail_out("the report is not accepted");
	return PER_ROUND / (cpu_seconds() - start);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), compare);
	return values[ROUNDS / 2];
}

int main(void)
{
	double bare_rates[ROUNDS], rates[ROUNDS], ratios[ROUNDS];
	uint8_t report[CVM_SNP_REPORT_SIZE];
	struct cvm_verifier *verifier;
	struct forge_keys keys;
	struct forge_cert vcek;
	struct forge_crl crl;
	struct bare bare;
	int i;

	forge_keys_make(&keys);
	forge_report(report);
	forge_sign(report, keys.vek);
	verifier = verifier_of(&keys);
	vcek = forge_vcek(&keys);
	add_certs(verifier, forge_cert(&vcek));
	crl = forge_ark_crl(&keys);
	add_crl(verifier, forge_crl(&crl));
	bare_prepare(&bare, keys.vek, report);

	for (i = 0; i < ROUNDS; i++) {
		bare_rates[i] = bare_rate(&bare);
		rates[i] = appraisal_rate(verifier, report);
		ratios[i] = rates[i] / bare_rates[i];
	}
	printf("{\"name\": \"snp-verify-cached\", \"bare_per_cpu_s\": %.0f,", median(bare_rates));
	printf(" \"per_cpu_s\": %.0f,", median(rates));
	printf(" \"ratio\": %.3f, \"runs\": %d}\n", median(ratios), ROUNDS);
	EVP_PKEY_CTX_free(bare.ctx);
	cvm_verifier_free(verifier);
	forge_keys_free(&keys);
	return 0;
}
