// SPDX-License-Identifier: GPL-2.0-only
/*
 * verify_rate REPORT VEK CERTS ROOTS: SNP verifications per CPU second, over
 * libcrypto's bare P-384 verifications of the same key and message. Rounds of
 * the two alternate, so that both see the same machine. Prints one ratio a round.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "libcvm.h"

#define ROUNDS		7
#define PER_ROUND	300

#define SIGNATURE	0x2a0	/* SEV-SNP ABI table 23 */
#define COMPONENT	72

struct blob {
	unsigned char *data;
	size_t len;
};

struct bare {
	EVP_PKEY_CTX *context;
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int digest_len;
	unsigned char *signature;
	int signature_len;
};

static void die(const char *what)
{
	fprintf(stderr, "verify_rate: %s\n", what);
	exit(1);
}

static struct blob read_file(const char *path)
{
	struct blob blob = { malloc(1 << 20), 0 };
	FILE *file = fopen(path, "rb");

	if (!file || !blob.data)
		die(path);
	blob.len = fread(blob.data, 1, 1 << 20, file);
	fclose(file);
	return blob;
}

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static EVP_PKEY *public_key(const struct blob *vek)
{
	BIO *bio = BIO_new_mem_buf(vek->data, vek->len);
	X509 *cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	EVP_PKEY *key = cert ? X509_get_pubkey(cert) : NULL;

	if (!key)
		die("the VEK is no PEM certificate");
	X509_free(cert);
	BIO_free(bio);
	return key;
}

static void bare_prepare(struct bare *bare, const struct blob *report, const struct blob *vek)
{
	const unsigned char *raw = report->data + SIGNATURE;
	ECDSA_SIG *signature = ECDSA_SIG_new();
	EVP_PKEY *key = public_key(vek);

	ECDSA_SIG_set0(signature, BN_lebin2bn(raw, COMPONENT, NULL),
		       BN_lebin2bn(raw + COMPONENT, COMPONENT, NULL));
	bare->signature = NULL;
	bare->signature_len = i2d_ECDSA_SIG(signature, &bare->signature);
	EVP_Digest(report->data, SIGNATURE, bare->digest, &bare->digest_len, EVP_sha384(), NULL);
	bare->context = EVP_PKEY_CTX_new(key, NULL);
	if (EVP_PKEY_verify_init(bare->context) != 1)
		die("cannot prepare the bare verification");
	ECDSA_SIG_free(signature);
	EVP_PKEY_free(key);
}

static double bare_round(struct bare *bare)
{
	double start = cpu_seconds();
	int i;

	for (i = 0; i < PER_ROUND; i++)
		if (EVP_PKEY_verify(bare->context, bare->signature, bare->signature_len,
				    bare->digest, bare->digest_len) != 1)
			die("the bare signature does not verify");
	return PER_ROUND / (cpu_seconds() - start);
}

static struct cvm_verifier *verifier_prepare(const struct blob *report, const char *vek,
					     const char *certs, const char *roots)
{
	const char *const paths[] = { vek, certs };
	struct cvm_verifier *verifier;
	struct cvm_error error;
	struct blob blob;
	int i;

	if (cvm_verifier_new(&verifier))
		die("no verifier");
	for (i = 0; i < 2; i++) {
		blob = read_file(paths[i]);
		if (cvm_verifier_add_certs(verifier, blob.data, blob.len, paths[i], &error))
			die(error.why);
		free(blob.data);
	}
	blob = read_file(roots);
	if (cvm_verifier_add_roots(verifier, blob.data, blob.len, roots, &error))
		die(error.why);
	free(blob.data);
	cvm_verifier_set_time(verifier, time(NULL));
	cvm_verifier_expect_report_data(verifier, report->data + 0x50, "the report itself");
	return verifier;
}

static double verifier_round(struct cvm_verifier *verifier, const struct blob *report)
{
	struct cvm_appraisal *appraisal;
	struct cvm_error error;
	double start = cpu_seconds();
	int i;

	for (i = 0; i < PER_ROUND; i++) {
		if (cvm_verifier_appraise(verifier, report->data, report->len, &appraisal, &error))
			die(error.why);
		if (appraisal->verdict != CVM_ACCEPTED)
			die(appraisal->summary);
		cvm_appraisal_free(appraisal);
	}
	return PER_ROUND / (cpu_seconds() - start);
}

int main(int argc, char **argv)
{
	struct cvm_verifier *verifier;
	struct blob report, vek;
	struct bare bare;
	int round;

	if (argc != 5)
		die("usage: verify_rate REPORT VEK CERTS ROOTS");
	report = read_file(argv[1]);
	vek = read_file(argv[2]);
	bare_prepare(&bare, &report, &vek);
	verifier = verifier_prepare(&report, argv[2], argv[3], argv[4]);

	/* the first appraisal checks the chain; the rounds find it cached */
	verifier_round(verifier, &report);
	for (round = 0; round < ROUNDS; round++) {
		double ours = verifier_round(verifier, &report);
		double theirs = bare_round(&bare);

		fprintf(stderr, "round %d: %.0f verifications, %.0f bare, per CPU second\n",
			round, ours, theirs);
		printf("%.4f\n", ours / theirs);
	}
	cvm_verifier_free(verifier);
	return 0;
}
