/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libcvm: evidence of confidential guests, offline and on the device.
 *
 * The offline half (reports, certificates, policy, appraisal) is pure: it takes
 * bytes and a time, opens no file and no socket, and needs no privilege. The
 * device half talks to /dev/cvm, to the kernel's own attestation interfaces and
 * to the generic netlink family "cvm".
 *
 * Functions return 0 or a negative errno, and on error fill a struct cvm_error
 * when the caller passes one. The library never prints and never exits.
 */
#ifndef LIBCVM_H
#define LIBCVM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CVM_VERSION_STRING "0.1.0"

/* ---- errors ---- */

/**
 * enum cvm_error_code - what kind of remedy helps
 * @CVM_ERR_NONE: no error
 * @CVM_ERR_INTERNAL: memory, or a libcrypto failure that the input did not cause
 * @CVM_ERR_USAGE: an argument of the caller
 * @CVM_ERR_IO: a system call failed
 * @CVM_ERR_NO_MODULE: /dev/cvm or the netlink family is absent
 * @CVM_ERR_NO_PLATFORM: this machine is no confidential guest
 * @CVM_ERR_NO_INTERFACE: no interface of this kernel gives the evidence asked for
 * @CVM_ERR_PERMISSION: the kernel refused for lack of privilege
 * @CVM_ERR_BUSY: another driver owns the attestation device, or the host throttles
 * @CVM_ERR_FIRMWARE: the secure processor or the host refused the request
 * @CVM_ERR_EVIDENCE: malformed evidence
 * @CVM_ERR_CERTIFICATE: malformed certificate, CRL or certificate table
 * @CVM_ERR_POLICY: malformed policy file
 */
enum cvm_error_code {
	CVM_ERR_NONE = 0,
	CVM_ERR_INTERNAL,
	CVM_ERR_USAGE,
	CVM_ERR_IO,
	CVM_ERR_NO_MODULE,
	CVM_ERR_NO_PLATFORM,
	CVM_ERR_NO_INTERFACE,
	CVM_ERR_PERMISSION,
	CVM_ERR_BUSY,
	CVM_ERR_FIRMWARE,
	CVM_ERR_EVIDENCE,
	CVM_ERR_CERTIFICATE,
	CVM_ERR_POLICY,
};

/**
 * struct cvm_error - what failed and why, in words for the operator
 * @code: class of the error
 * @what: the thing that failed, for example "/dev/cvm" or "report.bin"
 * @why: the reason, one line without a full stop
 */
struct cvm_error {
	enum cvm_error_code code;
	char what[128];
	char why[384];
};

/* ---- SNP: TCB versions, products, reports ---- */

/**
 * struct cvm_snp_tcb - a TCB_VERSION taken apart (SEV-SNP ABI section 2.2)
 * @raw: the eight bytes, little endian
 * @has_fmc: layout of Turin and later: the FMC component exists
 * @fmc: firmware management controller SVN (Turin and later)
 * @bootloader: boot loader SVN
 * @tee: secure processor OS SVN
 * @snp: SNP firmware SVN
 * @microcode: lowest microcode patch level of all cores
 */
struct cvm_snp_tcb {
	uint64_t raw;
	bool has_fmc;
	uint8_t fmc;
	uint8_t bootloader;
	uint8_t tee;
	uint8_t snp;
	uint8_t microcode;
};

/**
 * enum cvm_snp_product - the line of products that shares roots and TCB layout
 * @CVM_SNP_UNKNOWN: neither report nor certificate tells
 * @CVM_SNP_MILAN: family 19h models 00h-0fh
 * @CVM_SNP_GENOA: family 19h models 10h-1fh, and a0h-afh (Bergamo, Siena)
 * @CVM_SNP_TURIN: family 1ah models 00h-1fh
 */
enum cvm_snp_product {
	CVM_SNP_UNKNOWN = 0,
	CVM_SNP_MILAN,
	CVM_SNP_GENOA,
	CVM_SNP_TURIN,
};

#define CVM_SNP_REPORT_SIZE   1184
#define CVM_SNP_REPORT_SIGNED 672 /* the signature covers bytes 0-29fh */

/* guest policy bits, SEV-SNP ABI section 4.3 */
#define CVM_SNP_POLICY_ABI_MINOR(p)	 ((uint8_t)(p))
#define CVM_SNP_POLICY_ABI_MAJOR(p)	 ((uint8_t)((p) >> 8))
#define CVM_SNP_POLICY_SMT		 (1ull << 16)
#define CVM_SNP_POLICY_RESERVED_1	 (1ull << 17)
#define CVM_SNP_POLICY_MIGRATE_MA	 (1ull << 18)
#define CVM_SNP_POLICY_DEBUG		 (1ull << 19)
#define CVM_SNP_POLICY_SINGLE_SOCKET	 (1ull << 20)
#define CVM_SNP_POLICY_CXL_ALLOW	 (1ull << 21)
#define CVM_SNP_POLICY_MEM_AES_256_XTS	 (1ull << 22)
#define CVM_SNP_POLICY_RAPL_DIS		 (1ull << 23)
#define CVM_SNP_POLICY_CIPHERTEXT_HIDING (1ull << 24)
#define CVM_SNP_POLICY_PAGE_SWAP_DISABLE (1ull << 25)

/* platform_info bits, SEV-SNP ABI table 24 */
#define CVM_SNP_PLATFORM_SMT_EN		   (1ull << 0)
#define CVM_SNP_PLATFORM_TSME_EN	   (1ull << 1)
#define CVM_SNP_PLATFORM_ECC_EN		   (1ull << 2)
#define CVM_SNP_PLATFORM_RAPL_DIS	   (1ull << 3)
#define CVM_SNP_PLATFORM_CIPHERTEXT_HIDING (1ull << 4)
#define CVM_SNP_PLATFORM_ALIAS_CHECK	   (1ull << 5)
#define CVM_SNP_PLATFORM_TIO_EN		   (1ull << 7)

/**
 * enum cvm_snp_signer - which key signed the report, SIGNING_KEY field
 * @CVM_SNP_SIGNER_VCEK: versioned chip endorsement key
 * @CVM_SNP_SIGNER_VLEK: versioned loaded endorsement key
 * @CVM_SNP_SIGNER_NONE: not signed
 */
enum cvm_snp_signer {
	CVM_SNP_SIGNER_VCEK = 0,
	CVM_SNP_SIGNER_VLEK = 1,
	CVM_SNP_SIGNER_NONE = 7,
};

/**
 * struct cvm_snp_report - ATTESTATION_REPORT parsed (SEV-SNP ABI table 23)
 * @version: layout version of the report
 * @newer: the version is above the newest one known; fields are read as far as
 *	the ABI guarantees them
 * @guest_svn: security version of the guest, from its ID block
 * @policy: guest policy, CVM_SNP_POLICY_*
 * @family_id: from the ID block
 * @image_id: from the ID block
 * @vmpl: level that asked for the report; ffffffffh when the host did
 * @signature_algo: 1 is ECDSA P-384 with SHA-384
 * @current_tcb: TCB that runs
 * @platform_info: CVM_SNP_PLATFORM_*
 * @author_key_enabled: the author key digest is present
 * @mask_chip_key: the signature is not made (MASK_CHIP_KEY)
 * @signer: key that signed
 * @report_data: the guest's own 64 bytes
 * @measurement: launch digest
 * @host_data: chosen by the host at launch
 * @id_key_digest: SHA-384 of the ID key
 * @author_key_digest: SHA-384 of the author key
 * @report_id: of this guest
 * @report_id_ma: of its migration agent, ff bytes when it has none
 * @reported_tcb: TCB the VCEK was derived for
 * @has_cpuid: @cpuid_family to @cpuid_stepping are present (version 3 and later)
 * @cpuid_family: of the CPU that runs the guest
 * @cpuid_model: of the CPU
 * @cpuid_stepping: of the CPU
 * @chip_id: hardware ID; Turin and later use the first 8 bytes; all zero when masked
 * @committed_tcb: TCB the firmware cannot be rolled back below
 * @current_build: firmware build that runs
 * @current_minor: firmware minor version that runs
 * @current_major: firmware major version that runs
 * @committed_build: committed firmware build
 * @committed_minor: committed firmware minor version
 * @committed_major: committed firmware major version
 * @launch_tcb: TCB when the guest was launched or imported
 * @has_mitigations: @launch_mit_vector and @current_mit_vector are present
 *	(version 5 and later)
 * @launch_mit_vector: mitigations at launch
 * @current_mit_vector: mitigations now
 * @product: from the CPUID fields; CVM_SNP_UNKNOWN in version 2 reports
 */
struct cvm_snp_report {
	uint32_t version;
	bool newer;
	uint32_t guest_svn;
	uint64_t policy;
	uint8_t family_id[16];
	uint8_t image_id[16];
	uint32_t vmpl;
	uint32_t signature_algo;
	struct cvm_snp_tcb current_tcb;
	uint64_t platform_info;
	bool author_key_enabled;
	bool mask_chip_key;
	enum cvm_snp_signer signer;
	uint8_t report_data[64];
	uint8_t measurement[48];
	uint8_t host_data[32];
	uint8_t id_key_digest[48];
	uint8_t author_key_digest[48];
	uint8_t report_id[32];
	uint8_t report_id_ma[32];
	struct cvm_snp_tcb reported_tcb;
	bool has_cpuid;
	uint8_t cpuid_family;
	uint8_t cpuid_model;
	uint8_t cpuid_stepping;
	uint8_t chip_id[64];
	struct cvm_snp_tcb committed_tcb;
	uint8_t current_build;
	uint8_t current_minor;
	uint8_t current_major;
	uint8_t committed_build;
	uint8_t committed_minor;
	uint8_t committed_major;
	struct cvm_snp_tcb launch_tcb;
	bool has_mitigations;
	uint64_t launch_mit_vector;
	uint64_t current_mit_vector;
	enum cvm_snp_product product;
};

int cvm_snp_report_parse(const void *data, size_t len, struct cvm_snp_report *report,
			 struct cvm_error *err);
const char *cvm_snp_product_name(enum cvm_snp_product product);
void cvm_snp_tcb_decode(uint64_t raw, enum cvm_snp_product product, struct cvm_snp_tcb *tcb);

/**
 * struct cvm_snp_cert_entry - one entry of a certificate table
 * @guid: of the entry, in text form, lower case
 * @name: "ARK", "ASK", "VCEK", "VLEK", "ASVK", "CRL" or "unknown"
 * @data: points into the table
 * @len: bytes at @data
 */
struct cvm_snp_cert_entry {
	char guid[37];
	const char *name;
	const uint8_t *data;
	size_t len;
};

/* Number of entries (at most max stored), or a negative errno. GHCB 2.03 section 4.1.8.1. */
int cvm_snp_certs_parse(const void *table, size_t len, struct cvm_snp_cert_entry *entries,
			size_t max, struct cvm_error *err);

/* ---- policy ---- */

struct cvm_policy;

/* name is used in messages; errors name it with the line. Text is INI. */
int cvm_policy_parse(const char *text, size_t len, const char *name, struct cvm_policy **policy,
		     struct cvm_error *err);
/* The policy that holds when the user gives none: DEBUG refused, nothing else asked. */
int cvm_policy_default(struct cvm_policy **policy);
/* A policy text that accepts exactly this evidence; *text is for free(). */
int cvm_policy_from_report(const struct cvm_snp_report *report, char **text, struct cvm_error *err);
void cvm_policy_free(struct cvm_policy *policy);

/* ---- appraisal ---- */

/**
 * enum cvm_verdict - RFC 9334 attestation result, in one word
 * @CVM_ACCEPTED: everything asked for holds
 * @CVM_REJECTED: something asked for does not hold
 * @CVM_UNDECIDED: something needed to decide is missing; shown as UNKNOWN
 */
enum cvm_verdict {
	CVM_ACCEPTED,
	CVM_REJECTED,
	CVM_UNDECIDED,
};

enum cvm_group {
	CVM_GROUP_FORMAT, /* exit 5 */
	CVM_GROUP_AUTHENTIC, /* exit 6 */
	CVM_GROUP_FRESH, /* exit 7 */
	CVM_GROUP_POLICY, /* exit 8 */
};

enum cvm_result {
	CVM_RESULT_OK,
	CVM_RESULT_FAIL,
	CVM_RESULT_MISSING, /* could not be decided; makes the verdict undecided */
	CVM_RESULT_SKIPPED, /* not asked for, and the detail says so */
};

/**
 * struct cvm_check - one line of an appraisal
 * @name: stable identifier, for example "vek-signature"
 * @group: what it counts towards
 * @result: how it went
 * @detail: one line for people
 * @remedy: what to do, or NULL
 */
struct cvm_check {
	const char *name;
	enum cvm_group group;
	enum cvm_result result;
	char *detail;
	char *remedy;
};

/**
 * struct cvm_appraisal - the result of appraising one piece of evidence
 * @verdict: the answer
 * @exit_code: 0, or 5-8 for the first group that did not hold
 * @platform: "snp"
 * @product: "Milan", "Genoa", "Turin" or "unknown"
 * @summary: the last line, begins with ACCEPTED, REJECTED or UNKNOWN
 * @report: the parsed report, valid when @has_report
 * @has_report: the evidence was well formed
 * @checks: all checks, in order
 * @n_checks: number of @checks
 */
struct cvm_appraisal {
	enum cvm_verdict verdict;
	int exit_code;
	const char *platform;
	const char *product;
	char *summary;
	struct cvm_snp_report report;
	bool has_report;
	struct cvm_check *checks;
	size_t n_checks;
};

void cvm_appraisal_free(struct cvm_appraisal *appraisal);

/*
 * A verifier holds what appraisal needs: certificates, CRLs, roots, a policy, a
 * time, and the chains it has already checked. One thread at a time.
 */
struct cvm_verifier;

int cvm_verifier_new(struct cvm_verifier **verifier);
void cvm_verifier_free(struct cvm_verifier *verifier);
/* Certificates: DER, PEM (any number), or a certificate table with DER or PEM entries. */
int cvm_verifier_add_certs(struct cvm_verifier *verifier, const void *data, size_t len,
			   const char *name, struct cvm_error *err);
int cvm_verifier_add_crl(struct cvm_verifier *verifier, const void *data, size_t len,
			 const char *name, struct cvm_error *err);
/* Trusts these self-signed certificates beside the pinned ones: test platforms only. */
int cvm_verifier_add_roots(struct cvm_verifier *verifier, const void *data, size_t len,
			   const char *name, struct cvm_error *err);
/* Takes over the policy. */
void cvm_verifier_set_policy(struct cvm_verifier *verifier, struct cvm_policy *policy);
void cvm_verifier_set_time(struct cvm_verifier *verifier, time_t at);
/* Exactly one of these two must be called before appraising. */
void cvm_verifier_expect_report_data(struct cvm_verifier *verifier, const uint8_t data[64],
				     const char *origin);
void cvm_verifier_expect_nothing(struct cvm_verifier *verifier);
/* 0 when *appraisal was made, whatever its verdict; errors are the caller's or the machine's. */
int cvm_verifier_appraise(struct cvm_verifier *verifier, const void *evidence, size_t len,
			  struct cvm_appraisal **appraisal, struct cvm_error *err);

/* SHA-512 of a nonce: what `attest --nonce` binds and `verify --nonce` expects. */
int cvm_nonce_to_report_data(const void *nonce, size_t len, uint8_t report_data[64]);

/* ---- on the guest: evidence and keys ---- */

enum cvm_transport {
	CVM_TRANSPORT_AUTO = 0,
	CVM_TRANSPORT_CVM, /* /dev/cvm */
	CVM_TRANSPORT_TSM, /* configfs-tsm */
	CVM_TRANSPORT_SEV_GUEST, /* /dev/sev-guest */
};

const char *cvm_transport_name(enum cvm_transport transport);

/**
 * struct cvm_attest_request - what evidence to get
 * @transport: which interface, or CVM_TRANSPORT_AUTO for the first that works
 * @device: path of the char device, NULL for /dev/cvm
 * @report_data: bound into the evidence
 * @vmpl: 0-3, or -1 for the level the guest runs at
 * @want_certs: ask for the host's certificates too
 */
struct cvm_attest_request {
	enum cvm_transport transport;
	const char *device;
	uint8_t report_data[64];
	int vmpl;
	bool want_certs;
};

/**
 * struct cvm_evidence_bytes - evidence as the platform gave it
 * @transport: interface it came through
 * @provider: name the interface gives itself, for example "sev_guest"
 * @report: the evidence, for free()
 * @report_len: bytes at @report
 * @certs: the host's certificate table or NULL, for free()
 * @certs_len: bytes at @certs
 */
struct cvm_evidence_bytes {
	enum cvm_transport transport;
	char provider[32];
	uint8_t *report;
	size_t report_len;
	uint8_t *certs;
	size_t certs_len;
};

int cvm_attest(const struct cvm_attest_request *request, struct cvm_evidence_bytes *evidence,
	       struct cvm_error *err);
void cvm_evidence_release(struct cvm_evidence_bytes *evidence);

/**
 * struct cvm_key_request - which key to derive (SEV-SNP ABI MSG_KEY_REQ)
 * @transport: CVM_TRANSPORT_AUTO, CVM_TRANSPORT_CVM or CVM_TRANSPORT_SEV_GUEST
 * @device: path of the char device, NULL for /dev/cvm
 * @root: 0 VCEK (or VLEK), 1 VMRK
 * @fields: GUEST_FIELD_SELECT
 * @vmpl: 0-3, or -1 for the level the guest runs at
 * @guest_svn: mixed in when selected
 * @tcb_version: mixed in when selected
 */
struct cvm_key_request {
	enum cvm_transport transport;
	const char *device;
	uint32_t root;
	uint64_t fields;
	int vmpl;
	uint32_t guest_svn;
	uint64_t tcb_version;
};

int cvm_derive_key(const struct cvm_key_request *request, uint8_t key[32], enum cvm_transport *used,
		   struct cvm_error *err);

/* ---- on the guest: state by generic netlink ---- */

struct cvm_feature {
	char name[32];
	bool active;
	char source[16];
};

#define CVM_FEATURES_MAX 64

/**
 * struct cvm_platform - what protects this guest, as the module says
 * @vendor: "amd-sev" or "intel-tdx"
 * @has_sev_status: @sev_status is valid
 * @sev_status: MSR C001_0131h
 * @features: named features
 * @n_features: number of @features
 * @vmpl: SNP privilege level, -1 when unknown
 * @c_bit: position of the encryption bit, -1 when there is none
 * @attestation_supported: this platform can give evidence at all
 * @attestation_device: for example "sev-guest"
 * @attestation_owner: driver bound to it, "" when none
 * @attestation_usable: /dev/cvm itself can give evidence
 * @vmpck: number of the message key, -1 when unused
 * @key_destroyed: the module wiped its message key
 * @module_version: of cvm.ko
 */
struct cvm_platform {
	char vendor[16];
	bool has_sev_status;
	uint64_t sev_status;
	struct cvm_feature features[CVM_FEATURES_MAX];
	size_t n_features;
	int vmpl;
	int c_bit;
	bool attestation_supported;
	char attestation_device[32];
	char attestation_owner[32];
	bool attestation_usable;
	int vmpck;
	bool key_destroyed;
	char module_version[32];
};

int cvm_platform_get(struct cvm_platform *platform, struct cvm_error *err);
/*
 * What can be known without the module: what the kernel shows in sysfs after it
 * found its guest protected. -ENODEV and CVM_ERR_NO_PLATFORM when it shows nothing.
 */
int cvm_platform_probe(struct cvm_platform *platform, struct cvm_error *err);

#ifdef __cplusplus
}
#endif

#endif /* LIBCVM_H */
