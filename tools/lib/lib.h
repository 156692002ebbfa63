/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of libcvm's offline half know of each other; one section a file. */
#ifndef CVM_LIB_H
#define CVM_LIB_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <openssl/x509.h>

#include "libcvm.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* error.c */
/* Fills @err when there is one and returns @ret, so that callers can return it. */
int cvm_error_set(struct cvm_error *err, int ret, enum cvm_error_code code, const char *what,
		  const char *why, ...) __attribute__((format(printf, 5, 6)));
int cvm_error_nomem(struct cvm_error *err, const char *what);

/* hex.c */
#define CVM_HEX_SHORT 24
/* The first four and the last two bytes, for people. */
char *cvm_hex_short(char text[CVM_HEX_SHORT], const void *bytes, size_t len);
bool cvm_is_zero(const void *bytes, size_t len);

/* audit_names.c */
/* The name of a value, "?" when it has none. */
const char *cvm_name_of(const char *const *names, size_t count, uint32_t value);

/* snp_product.c */
enum cvm_snp_product cvm_snp_product_of_cpu(uint8_t family, uint8_t model);
enum cvm_snp_product cvm_snp_product_of_name(const char *name);
size_t cvm_snp_hwid_size(enum cvm_snp_product product);

/* snp_tcb.c */
#define CVM_TCB_TEXT 24
char *cvm_snp_tcb_text(char text[CVM_TCB_TEXT], const struct cvm_snp_tcb *tcb);

/* snp_report.c */
/* A version 2 report does not tell its product; the VEK does, and with it the TCB layout. */
void cvm_snp_report_set_layout(struct cvm_snp_report *report, enum cvm_snp_product product);

/* x509.c */
/**
 * struct x509_sink - who gets what a file of certificates holds
 * @cert: takes over the certificate; 0 or a negative errno
 * @crl: takes over the CRL; 0 or a negative errno
 * @owner: handed to both
 */
struct x509_sink {
	int (*cert)(void *owner, X509 *x509);
	int (*crl)(void *owner, X509_CRL *crl);
	void *owner;
};

/* DER, PEM or a certificate table. Number of objects found, or a negative errno. */
int cvm_x509_load(const void *data, size_t len, const char *name, const struct x509_sink *sink,
		  struct cvm_error *err);
/* Common name for people and for AMD's naming scheme; "" when there is none. */
void cvm_x509_common_name(const X509_NAME *x509_name, char *text, size_t size);
char *cvm_x509_date(char text[11], const ASN1_TIME *when);
int cvm_x509_time(const ASN1_TIME *when, time_t *seconds);

/* vek.c */
/**
 * struct vek - what AMD's extensions say about a VCEK or VLEK (AMD 57230 section 3)
 * @present: the certificate carries such extensions
 * @malformed: why they cannot be used, or NULL
 * @signer: VCEK (has a hardware ID) or VLEK (has a CSP ID)
 * @product_name: as written, for example "Milan-B0"
 * @product: line the name belongs to
 * @tcb: TCB version the key was derived for
 * @hwid: hardware ID of the chip
 * @hwid_len: bytes of it, 8 from Turin on, else 64; 0 for a VLEK
 * @csp_id: of the provider a VLEK is loaded by, "" for a VCEK
 */
struct vek {
	bool present;
	const char *malformed;
	enum cvm_snp_signer signer;
	char product_name[32];
	enum cvm_snp_product product;
	struct cvm_snp_tcb tcb;
	uint8_t hwid[64];
	size_t hwid_len;
	char csp_id[128];
};

void cvm_vek_parse(const X509 *x509, struct vek *vek);
const char *cvm_signer_name(enum cvm_snp_signer signer);

/* roots.c */
/* The line whose pinned root has this public key, or CVM_SNP_UNKNOWN. */
enum cvm_snp_product cvm_root_product(const uint8_t spki_sha256[32]);
/* This is the public key of the Intel SGX Root CA. */
bool cvm_root_is_intel(const uint8_t spki_sha256[32]);

/* path.c */
/**
 * struct path_result - one run of libcrypto over VEK, CA and root
 * @error: X509_V_* that ended the run, X509_V_OK when none did
 * @depth: certificate of @error, 0 is the VEK
 * @time_error: X509_V_* of the first certificate outside of its dates
 * @time_depth: certificate of @time_error
 * @revoked_depth: first revoked certificate, -1 when none is
 * @crl_error: X509_V_* of the first CRL that could not be used; a VEK without a CRL of
 *	its own issuer does not count, for AMD publishes none
 * @crl_depth: certificate whose CRL it is
 */
struct path_result {
	int error;
	int depth;
	int time_error;
	int time_depth;
	int revoked_depth;
	int crl_error;
	int crl_depth;
};

/* Validates at time @at, with @crls unless NULL; @ca may be NULL. 0, or -ENOMEM. */
int cvm_path_verify(X509 *vek, X509 *ca, X509 *root, time_t at, struct stack_st_X509_CRL *crls,
		    struct path_result *result);

/* chain.c */
/**
 * enum chain_state - how far a chain holds, its dates apart
 * @CHAIN_VALID: to a trusted root
 * @CHAIN_NO_CA: the issuer of the VEK is missing
 * @CHAIN_NO_ROOT: the issuer of the CA is missing
 * @CHAIN_UNTRUSTED: complete, but nobody trusts the root
 * @CHAIN_BROKEN: a signature, or a rule of X.509 or of AMD, does not hold
 */
enum chain_state {
	CHAIN_VALID,
	CHAIN_NO_CA,
	CHAIN_NO_ROOT,
	CHAIN_UNTRUSTED,
	CHAIN_BROKEN,
};

/**
 * enum revocation - what the CRLs say of a chain
 * @REVOCATION_UNCHECKED: no CRL was given
 * @REVOCATION_CLEAR: nothing is revoked
 * @REVOCATION_REVOKED: a certificate is
 * @REVOCATION_UNDECIDED: no CRL of the right issuer for that time
 * @REVOCATION_FORGED: the CRL is not signed by its issuer, or breaks a rule
 */
enum revocation {
	REVOCATION_UNCHECKED,
	REVOCATION_CLEAR,
	REVOCATION_REVOKED,
	REVOCATION_UNDECIDED,
	REVOCATION_FORGED,
};

/**
 * struct chain - VEK to root, checked once for one state of the verifier
 * @generation: state of the verifier it was checked in, 0 for none
 * @state: whether the path holds, its dates apart
 * @why: the reason when it does not
 * @ca: ASK or ASVK
 * @root: ARK
 * @in_time: all three are valid at the verifier's time
 * @time_why: the reason when they are not
 * @revocation: what the CRLs say
 * @revocation_why: in words
 * @crl_issued: thisUpdate of the newest CRL of the root that was used
 */
struct chain {
	unsigned int generation;
	enum chain_state state;
	char why[256];
	const struct cert *ca;
	const struct cert *root;
	bool in_time;
	char time_why[256];
	enum revocation revocation;
	char revocation_why[256];
	time_t crl_issued;
};

/* The chain of @vek, checked or from memory; NULL when memory is out. */
const struct chain *cvm_chain_get(struct cvm_verifier *verifier, struct cert *vek);

/* crl.c */
/* Fills the revocation part of a chain that is valid otherwise. 0, or -ENOMEM. */
int cvm_crl_check(struct cvm_verifier *verifier, const struct cert *vek, struct chain *chain);
/* Why this CRL can never serve, or NULL. */
const char *cvm_crl_refused(const X509_CRL *crl);
/* Takes over @crl. */
int cvm_crl_add(struct cvm_verifier *verifier, X509_CRL *crl);
void cvm_crls_free(struct cvm_verifier *verifier);

/* certs.c */
/**
 * struct cert - a certificate of the verifier
 * @x509: itself
 * @self_issued: subject and issuer are the same name
 * @trusted: a pinned root, or one the caller named
 * @pinned: line whose pinned root this is, or CVM_SNP_UNKNOWN
 * @intel: it is Intel's pinned root
 * @spki_sha256: digest of the public key, of self-issued ones only
 * @vek: AMD's extensions
 * @chain: of a VEK, cached
 * @signature_ctx: ready to verify with the public key of a VEK, made when first used
 */
struct cert {
	X509 *x509;
	bool self_issued;
	bool trusted;
	enum cvm_snp_product pinned;
	bool intel;
	uint8_t spki_sha256[32];
	struct vek vek;
	struct chain chain;
	EVP_PKEY_CTX *signature_ctx;
};

/* Takes over @x509, also when it fails: NULL when memory is out. */
struct cert *cvm_cert_new(X509 *x509, bool trust);
void cvm_cert_free(struct cert *cert);
/* Takes over @x509. A known certificate is not added again, but may become trusted. */
int cvm_certs_add(struct cvm_verifier *verifier, X509 *x509, bool trust);
void cvm_certs_free(struct cvm_verifier *verifier);

/* signature.c */
/* 1 when @vek signed @report, 0 when not, negative errno when that could not be found out. */
int cvm_signature_verify(struct cvm_verifier *verifier, struct cert *vek, const uint8_t *report);

/* vek_choice.c */
/**
 * struct vek_choice - the certificate that fits a report best
 * @vek: itself, or NULL when there is none at all
 * @chain: of @vek
 * @signed_by_vek: its key made the signature of the report
 */
struct vek_choice {
	const struct cert *vek;
	const struct chain *chain;
	bool signed_by_vek;
};

/* 0 or -ENOMEM. @bytes is the report as it came. */
int cvm_vek_choose(struct cvm_verifier *verifier, const struct cvm_snp_report *report,
		   const uint8_t *bytes, struct vek_choice *choice);

/* verifier.c */
struct cvm_verifier {
	struct cert **certs;
	size_t n_certs;
	X509_CRL **crls;
	size_t n_crls;
	bool asks_revocation; /* a CRL was given as such, and not as Intel's collateral */
	unsigned int generation;
	struct cvm_policy *policy;
	bool has_time;
	time_t at;
	enum { EXPECT_UNSET, EXPECT_NOTHING, EXPECT_REPORT_DATA } expect;
	uint8_t report_data[64];
	char origin[128];
	bool has_seal_root; /* @report_data is of nonce and root */
	uint8_t seal_root[CVM_SEAL_DIGEST];
	uint8_t nonce_alone[64]; /* what @report_data would be without the root */
	EVP_MD *sha384;
	struct tdx_cache *tdx;
};

/* kds.c */
#define CVM_URL_SIZE 320
/* AMD's key distribution service: where what is missing can be had. */
char *cvm_kds_vek_url(char url[CVM_URL_SIZE], const struct cvm_snp_report *report);
char *cvm_kds_url(char url[CVM_URL_SIZE], enum cvm_snp_signer signer, enum cvm_snp_product product,
		  const char *what);

/* evidence of TDX: tdx_*.c */
struct cursor;

/* tdx_report.c */
/* The body of a quote; overruns are left in @c. */
void cvm_tdx_body_read(struct cursor *c, bool is_15, struct cvm_tdx_report *report);

/* tdx_quote.c */
/* It begins as quotes do, whatever follows. */
bool cvm_tdx_is_quote(const uint8_t *data, size_t len);

/* tdx_pck.c */
/**
 * struct pck - what the SGX extension of a PCK certificate says
 * @present: the certificate has one
 * @malformed: why it cannot be used, or NULL
 * @fmspc: family, model, stepping, platform type, custom SKU
 * @pce_id: of the provisioning enclave
 * @svn: SVNs of the TCB components
 * @pce_svn: SVN of the provisioning enclave
 * @cpu_svn: CPUSVN the certificate was made for
 */
struct pck {
	bool present;
	const char *malformed;
	uint8_t fmspc[6];
	uint8_t pce_id[2];
	uint8_t svn[16];
	uint16_t pce_svn;
	uint8_t cpu_svn[16];
};

void cvm_pck_parse(const X509 *x509, struct pck *pck);

/* tdx_cache.c */
/* What a verifier remembers of TDX, made when first needed; NULL when memory is out. */
struct tdx_cache *cvm_tdx_cache_get(struct cvm_verifier *verifier);
void cvm_tdx_cache_free(struct tdx_cache *cache);

/* freshness.c */
/* One line on the report data, and one more when a seal root was asked for and is told of. */
void cvm_check_freshness(const struct cvm_verifier *v, const uint8_t data[64],
			 struct cvm_appraisal *appraisal);

/* tdx_verify.c */
/* The checks of a quote or TDREPORT; 0 or -ENOMEM. */
int cvm_tdx_appraise(struct cvm_verifier *verifier, struct cvm_appraisal *appraisal,
		     const uint8_t *bytes, size_t len);
/* How many checks that may add at most, those of the policy apart. */
size_t cvm_tdx_checks_max(void);

/* appraisal.c */
/* @room is the number of checks that will be added at most. */
struct cvm_appraisal *cvm_appraisal_new(size_t room);
/* Never NULL; a detail for which memory is out is found by cvm_appraisal_finish(). */
struct cvm_check *cvm_appraisal_add(struct cvm_appraisal *appraisal, const char *name,
				    enum cvm_group group, enum cvm_result result,
				    const char *detail, ...) __attribute__((format(printf, 5, 6)));
void cvm_check_remedy(struct cvm_check *check, const char *remedy, ...)
	__attribute__((format(printf, 2, 3)));
/* Verdict, exit code and summary from the checks. 0 or -ENOMEM. */
int cvm_appraisal_finish(struct cvm_appraisal *appraisal);

/* policy.c */
/**
 * struct policy_subject - what rules are about
 * @report: SNP evidence, or NULL
 * @vek: certificate that signed it, or NULL
 * @tdx: TDX evidence, or NULL
 * @tcb: Intel's judgement on its TCB, or NULL when it is not known
 * @has_crl: a current CRL says that nothing is revoked
 * @crl_age: seconds since that CRL was made
 */
struct policy_subject {
	const struct cvm_snp_report *report;
	const struct vek *vek;
	const struct cvm_tdx_report *tdx;
	const struct cvm_tcb_verdict *tcb;
	bool has_crl;
	time_t crl_age;
};

/* How many checks it may add at most. */
size_t cvm_policy_size(const struct cvm_policy *policy);
/* One check for each rule that is about this kind of evidence. */
void cvm_policy_apply(const struct cvm_policy *policy, const struct policy_subject *subject,
		      struct cvm_appraisal *appraisal);

#endif /* CVM_LIB_H */
