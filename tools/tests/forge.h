/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A key hierarchy of the test's own, shaped like AMD's, and everything a test
 * wants to get wrong about it. Failures of libcrypto end the test.
 */
#ifndef CVM_TESTS_FORGE_H
#define CVM_TESTS_FORGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <openssl/x509.h>

#include "libcvm.h"

#define FORGE_NOW  1764028800 /* 2025-11-25, where the tests live */
#define FORGE_YEAR (365 * 86400)

/* Keys of a hierarchy; the CA keys take a second to make. */
struct forge_keys {
	EVP_PKEY *ark;
	EVP_PKEY *ask;
	EVP_PKEY *vek;
	EVP_PKEY *other_vek;
};

/**
 * struct forge_cert - a certificate to make
 * @subject: common name
 * @issuer: common name
 * @key: of the subject
 * @issuer_key: that signs
 * @serial: number
 * @from: first second of its validity
 * @until: last second
 * @no_ca: leave out that a CA is one
 * @pkcs1: sign with PKCS#1 v1.5 instead of PSS
 * @digest: of the signature, NULL for SHA-384
 * @product: productName; NULL makes a CA certificate
 * @tcb: for the TCB extensions
 * @hwid: hardware ID, NULL for none
 * @hwid_len: bytes of it
 * @wrap_hwid: put an OCTET STRING around it
 * @csp_id: of a VLEK, NULL for none
 * @without_tcb: leave the TCB extensions out
 */
struct forge_cert {
	const char *subject;
	const char *issuer;
	EVP_PKEY *key;
	EVP_PKEY *issuer_key;
	long serial;
	time_t from;
	time_t until;
	bool no_ca;
	bool pkcs1;
	const EVP_MD *digest;
	const char *product;
	uint64_t tcb;
	const uint8_t *hwid;
	size_t hwid_len;
	bool wrap_hwid;
	const char *csp_id;
	bool without_tcb;
};

struct forge_crl {
	const char *issuer;
	EVP_PKEY *key;
	time_t from;
	time_t until;
	bool no_until;
	const long *revoked;
	size_t n_revoked;
};

/* Bytes for free(). */
struct blob {
	uint8_t *data;
	size_t len;
};

void forge_keys_make(struct forge_keys *keys);
void forge_keys_free(struct forge_keys *keys);
struct blob forge_cert(const struct forge_cert *cert);
struct blob forge_crl(const struct forge_crl *crl);
struct blob forge_pem(struct blob der);

/* Defaults that make a chain which is accepted; a test changes one thing. */
struct forge_cert forge_ark(const struct forge_keys *keys);
struct forge_cert forge_ask(const struct forge_keys *keys);
struct forge_cert forge_vcek(const struct forge_keys *keys);
struct forge_cert forge_vlek(const struct forge_keys *keys);
struct forge_crl forge_ark_crl(const struct forge_keys *keys);

/* A Milan report of version 3, unsigned: fields at the offsets of the ABI. */
void forge_report(uint8_t report[CVM_SNP_REPORT_SIZE]);
void forge_sign(uint8_t report[CVM_SNP_REPORT_SIZE], EVP_PKEY *key);

extern const uint8_t forge_hwid[64];
#define FORGE_TCB 0xdb18000000000004ull

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#endif

/* offsets in a report, SEV-SNP ABI table 23 */
#define AT_VERSION	0x00
#define AT_POLICY	0x08
#define AT_VMPL		0x30
#define AT_ALGO		0x34
#define AT_PLATFORM	0x40
#define AT_KEY_BITS	0x48
#define AT_REPORT_DATA	0x50
#define AT_REPORTED_TCB 0x180
#define AT_CPUID	0x188
#define AT_CHIP_ID	0x1a0
#define AT_SIGNATURE	0x2a0

/* file.c */
/* The file, or data NULL. */
struct blob blob_read(const char *path);
void blob_free(struct blob *blob);
/* ../shared beside the source, or NULL when it is not there. */
const char *shared_folder(void);

#endif /* CVM_TESTS_FORGE_H */
