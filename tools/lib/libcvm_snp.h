/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SEV-SNP: reports, TCB versions, certificate tables.
 * Part of libcvm.h, which is what programs include.
 */
#ifndef LIBCVM_SNP_H
#define LIBCVM_SNP_H

#include "libcvm_error.h"

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif

#endif /* LIBCVM_SNP_H */
