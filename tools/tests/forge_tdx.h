/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A key hierarchy of the test's own, shaped like Intel's, with quotes and collateral,
 * and everything a test wants to get wrong about them.
 */
#ifndef CVM_TESTS_FORGE_TDX_H
#define CVM_TESTS_FORGE_TDX_H

#include <jansson.h>

#include "forge.h"

/* Keys of a hierarchy and of one platform; @other fits nowhere. */
struct tdx_keys {
	EVP_PKEY *root;
	EVP_PKEY *ca;
	EVP_PKEY *pck;
	EVP_PKEY *signer;
	EVP_PKEY *attestation;
	EVP_PKEY *other;
};

/**
 * struct tdx_cert - a certificate to make
 * @subject: common name
 * @issuer: common name
 * @key: of the subject
 * @issuer_key: that signs
 * @serial: number
 * @from: first second of its validity
 * @until: last second
 * @is_ca: a CA certificate
 * @has_sgx: has the SGX extension, made of what follows
 * @fmspc: in it
 * @pce_id: in it
 * @svn: in it
 * @pce_svn: in it
 * @leave_out: number of a TCB entry that is not there, 0 for none
 */
struct tdx_cert {
	const char *subject;
	const char *issuer;
	EVP_PKEY *key;
	EVP_PKEY *issuer_key;
	long serial;
	time_t from;
	time_t until;
	bool is_ca;
	bool has_sgx;
	uint8_t fmspc[6];
	uint8_t pce_id[2];
	uint8_t svn[16];
	uint16_t pce_svn;
	int leave_out;
};

/**
 * struct tdx_quote - a quote to make
 * @version: 4 or 5
 * @body_type: 2 or 3
 * @certification: type of the inner certification data
 * @tee_tcb_svn: of the TD
 * @tee_tcb_svn2: of the TD, body type 3
 * @mrsignerseam: first byte of that field
 * @td_attributes: of the TD
 * @xfam: of the TD
 * @report_data: 64 bytes, NULL for those that any other quote has
 * @qe_isv_svn: of the quoting enclave
 * @qe_prod_id: of the quoting enclave
 * @qe_signer: first byte of its MRSIGNER
 * @attestation: key that signs
 * @named: key that the quote names
 * @bound: key that the quoting enclave vouches for
 * @pck: key that signs the report of the quoting enclave
 * @chain: certification data
 * @trailing: bytes of 00 behind the quote
 */
struct tdx_quote {
	uint16_t version;
	uint16_t body_type;
	uint16_t certification;
	uint8_t tee_tcb_svn[16];
	uint8_t tee_tcb_svn2[16];
	uint8_t mrsignerseam;
	uint64_t td_attributes;
	uint64_t xfam;
	const uint8_t *report_data;
	uint16_t qe_isv_svn;
	uint16_t qe_prod_id;
	uint8_t qe_signer;
	EVP_PKEY *attestation;
	EVP_PKEY *named;
	EVP_PKEY *bound;
	EVP_PKEY *pck;
	struct blob chain;
	size_t trailing;
};

void tdx_keys_make(struct tdx_keys *keys);
void tdx_keys_free(struct tdx_keys *keys);

struct tdx_cert tdx_root(const struct tdx_keys *keys);
struct tdx_cert tdx_ca(const struct tdx_keys *keys);
struct tdx_cert tdx_pck(const struct tdx_keys *keys);
struct tdx_cert tdx_signer(const struct tdx_keys *keys);
/* PEM */
struct blob tdx_cert_make(const struct tdx_cert *cert);
/* PCK, CA and root in one text */
struct blob tdx_chain_make(const struct tdx_keys *keys, const struct tdx_cert *pck);

/* CRLs that revoke nothing */
struct forge_crl tdx_root_crl(const struct tdx_keys *keys);
struct forge_crl tdx_ca_crl(const struct tdx_keys *keys);

/* A quote that is accepted with the collateral below; owns @chain. */
struct tdx_quote tdx_quote_new(const struct tdx_keys *keys);
struct blob tdx_quote_make(const struct tdx_quote *quote);
/* The same at once, for a version of the quote and a type of its body */
struct blob tdx_quote_of(const struct tdx_keys *keys, uint16_t version, uint16_t body_type);

/* R and S, big endian, over SHA-256 */
void tdx_sign(EVP_PKEY *key, const void *data, size_t len, uint8_t raw[64]);

/* forge_collateral.c; what takes JSON frees it */
/* One platform level in which each component has that SVN; the advisory may be NULL. */
json_t *tdx_level(int sgx, int tdx, int pce_svn, const char *status, const char *advisory);
/* One level of a TDX module or a quoting enclave. */
json_t *tdx_svn_level(int svn, const char *status, const char *advisory);
/* An array of one or two. */
json_t *tdx_list(json_t *first, json_t *second);
/* An identity of a TDX module, for example "TDX_01". */
json_t *tdx_module(const char *id, json_t *levels);
json_t *tdx_tcb_info(json_t *levels, json_t *modules);
json_t *tdx_qe_identity(json_t *levels);
/* {"NAME":DOCUMENT,"signature":"..."} */
struct blob tdx_signed(EVP_PKEY *signer, const char *name, json_t *document);
/* Those of a platform that is up to date. */
json_t *tdx_new_tcb_info(void);
json_t *tdx_new_qe_identity(void);

/* A verifier at FORGE_NOW that trusts the root; with collateral that says UpToDate. */
struct cvm_verifier *tdx_verifier_bare(const struct tdx_keys *keys);
struct cvm_verifier *tdx_verifier_of(const struct tdx_keys *keys);
void tdx_add(struct cvm_verifier *verifier, struct blob collateral);
void tdx_add_document(struct cvm_verifier *verifier, const struct tdx_keys *keys, const char *name,
		      json_t *document);
/* TCB signing certificate and CRLs */
void tdx_add_certificates(struct cvm_verifier *verifier, const struct tdx_keys *keys);
void tdx_add_crls(struct cvm_verifier *verifier, const struct tdx_keys *keys);

#endif /* CVM_TESTS_FORGE_TDX_H */
