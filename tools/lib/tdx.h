/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files that verify quotes know of each other; one section a file. */
#ifndef CVM_TDX_H
#define CVM_TDX_H

#include "lib.h"
#include "tdx_tcb.h"

/* tdx_chain.c */
/**
 * struct tdx_chain - a certificate of Intel to its root, checked
 * @state: whether the path holds, its dates apart
 * @why: the reason when it does not
 * @ca: CA between, or NULL
 * @root: Intel SGX Root CA
 * @in_time: all are valid at the verifier's time
 * @time_why: the reason when they are not
 * @revocation: what the CRLs say
 * @revocation_why: in words
 * @open_issuer: of the CRL that is missing, when @revocation is undecided
 * @crl_issued: thisUpdate of the oldest CRL that was used
 */
struct tdx_chain {
	enum chain_state state;
	char why[256];
	const struct cert *ca;
	const struct cert *root;
	bool in_time;
	char time_why[256];
	enum revocation revocation;
	char revocation_why[256];
	const struct cert *open_issuer;
	time_t crl_issued;
};

/**
 * struct tdx_leaf - what a chain begins with
 * @cert: the certificate
 * @name: part of its common name that only this kind has
 * @has_ca: there is a CA between it and the root
 * @certs: certificates that came with it, beside those of the verifier
 * @n_certs: number of @certs
 */
struct tdx_leaf {
	const struct cert *cert;
	const char *name;
	bool has_ca;
	struct cert *const *certs;
	size_t n_certs;
};

#define TDX_NAME_PCK	 "SGX PCK Certificate"
#define TDX_NAME_SIGNING "SGX TCB Signing"

bool cvm_tdx_is_named(const X509 *x509, const char *name);
/* 0 or -ENOMEM. */
int cvm_tdx_chain_build(struct cvm_verifier *verifier, const struct tdx_leaf *leaf,
			struct tdx_chain *chain);

/* tdx_crl.c */
/* Fills the revocation part of a chain that is valid otherwise. */
void cvm_tdx_crl_check(struct cvm_verifier *verifier, const struct cert *leaf,
		       struct tdx_chain *chain);

/* tdx_collateral.c */
enum collateral_kind {
	COLLATERAL_TCB_INFO,
	COLLATERAL_QE_IDENTITY,
};

/**
 * enum collateral_state - how far a document is Intel's
 * @COLLATERAL_GENUINE: signed, and the signer's chain holds
 * @COLLATERAL_NO_SIGNER: no TCB signing certificate, or its chain is not complete
 * @COLLATERAL_FORGED: no TCB signing certificate fits, or its chain does not hold
 */
enum collateral_state {
	COLLATERAL_GENUINE,
	COLLATERAL_NO_SIGNER,
	COLLATERAL_FORGED,
};

/**
 * struct collateral - one signed document
 * @kind: what it is
 * @name: of its file
 * @raw: the bytes that are signed
 * @raw_len: number of them
 * @signature: R and S
 * @issued: issueDate
 * @until: nextUpdate
 * @tcb_info: parsed, of COLLATERAL_TCB_INFO
 * @qe_identity: parsed, of COLLATERAL_QE_IDENTITY
 * @generation: state of the verifier it was checked in, 0 for none
 * @state: how far it is Intel's
 * @why: the reason when it is not
 * @chain: of its signer
 */
struct collateral {
	enum collateral_kind kind;
	char name[128];
	char *raw;
	size_t raw_len;
	uint8_t signature[64];
	time_t issued;
	time_t until;
	struct tcb_info *tcb_info;
	struct qe_identity *qe_identity;
	unsigned int generation;
	enum collateral_state state;
	char why[300];
	struct tdx_chain chain;
};

/* 1 when added, 0 when it is of no use here, or a negative errno with @err. */
int cvm_collateral_add(struct cvm_verifier *verifier, const char *text, size_t len,
		       const char *name, struct cvm_error *err);
void cvm_collateral_free(struct collateral *collateral);
/*
 * The best document of @kind: genuine, of that root, in time, newest. @pck chooses the
 * TCB info. 0 or -ENOMEM; *@found is NULL when there is none at all.
 */
int cvm_collateral_find(struct cvm_verifier *verifier, enum collateral_kind kind,
			const struct pck *pck, const struct cert *root, struct collateral **found);
bool cvm_collateral_in_time(const struct collateral *collateral, time_t at);

/* tdx_platform.c */
#define PLATFORM_CERTS_MAX 8

/**
 * struct platform_proof - the quoting enclave that was seen last
 * @known: the rest is valid
 * @qe_bytes: its report
 * @signature: over that, by the PCK
 * @is_signed: the signature holds
 * @key: attestation key
 * @key_ctx: ready to verify with it; NULL for bytes that are no key
 */
struct platform_proof {
	bool known;
	uint8_t qe_bytes[384];
	uint8_t signature[64];
	bool is_signed;
	uint8_t key[64];
	EVP_PKEY_CTX *key_ctx;
};

/**
 * struct platform - a PCK certificate and what was found out about it
 * @bytes: certification data it came in
 * @len: number of @bytes
 * @used: when it was needed last, in appraisals
 * @certs: PCK first, then what came with it
 * @n_certs: number of @certs
 * @leaf_len: bytes of the text up to the end of the PCK when that is the first, else 0
 * @malformed: why there is no PCK to be had from the bytes, or ""
 * @pck: its SGX extension
 * @ctx: ready to verify with its key
 * @generation: state of the verifier that @chain was checked in
 * @chain: PCK to root
 * @proof: of the last quote
 */
struct platform {
	uint8_t *bytes;
	size_t len;
	unsigned long used;
	struct cert *certs[PLATFORM_CERTS_MAX];
	size_t n_certs;
	size_t leaf_len;
	char malformed[256];
	struct pck pck;
	EVP_PKEY_CTX *ctx;
	unsigned int generation;
	struct tdx_chain chain;
	struct platform_proof proof;
};

/* The platform of a quote, from memory or new; *platform is NULL when its PCK is missing. */
int cvm_platform_find(struct cvm_verifier *verifier, const struct cvm_tdx_quote *quote,
		      struct platform **platform);
/* Fills the proof for this quote. 0 or -ENOMEM. */
int cvm_platform_prove(struct tdx_cache *cache, struct platform *platform,
		       const struct cvm_tdx_quote *quote);
void cvm_platform_free(struct platform *platform);

/* tdx_cache.c */
#define TDX_PLATFORMS  32
#define TDX_CRL_PROOFS 16

/**
 * struct crl_proof - whether a CRL is signed by an issuer
 * @crl: of the verifier
 * @issuer: held, so that no other certificate takes its place in memory
 * @is_signed: the answer
 */
struct crl_proof {
	const X509_CRL *crl;
	X509 *issuer;
	bool is_signed;
};

/**
 * struct tdx_cache - what a verifier holds and remembers of TDX
 * @sha256: fetched once
 * @collateral: documents
 * @n_collateral: number of @collateral
 * @platforms: those seen last; bounded, so that a batch does not grow
 * @uses: counts appraisals
 * @crl_proofs: the last answers
 * @n_crl_proofs: how many were given
 */
struct tdx_cache {
	EVP_MD *sha256;
	struct collateral **collateral;
	size_t n_collateral;
	struct platform *platforms[TDX_PLATFORMS];
	unsigned long uses;
	struct crl_proof crl_proofs[TDX_CRL_PROOFS];
	size_t n_crl_proofs;
};

/* tdx_signature.c */
/* Key from X and Y, big endian; NULL for a point that is not on the curve. */
EVP_PKEY *cvm_p256_key(const uint8_t point[64]);
bool cvm_p256_is_key(EVP_PKEY *key);
/* NULL for another kind of key. */
EVP_PKEY_CTX *cvm_p256_context(EVP_PKEY *key);
/* 1 when the signature holds, 0 when not (or @ctx is NULL), -ENOMEM. */
int cvm_p256_verify(const struct tdx_cache *cache, EVP_PKEY_CTX *ctx, const void *data, size_t len,
		    const uint8_t signature[64]);

/* tdx_body.c */
bool cvm_body_is_json(const char *text, size_t len);
/* Certificates and CRLs out of their transport coding, for free(); NULL when there is none. */
uint8_t *cvm_body_decode(const char *text, size_t len, size_t *decoded_len);

/* tdx_pcs.c */
/* Intel's provisioning service: where what is missing can be had. */
char *cvm_pcs_tcb_url(char url[CVM_URL_SIZE], const uint8_t fmspc[6]);
char *cvm_pcs_crl_url(char url[CVM_URL_SIZE], const struct cert *issuer);
extern const char cvm_pcs_qe_url[];
extern const char cvm_pcs_pck_url[];

#endif /* CVM_TDX_H */
