/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Intel TDX: reports, quotes, TCB verdicts; and what a file of evidence is.
 * Part of libcvm.h, which is what programs include.
 */
#ifndef LIBCVM_TDX_H
#define LIBCVM_TDX_H

#include "libcvm_error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- TDX: reports, quotes, TCB verdicts ---- */

/**
 * enum cvm_evidence_kind - what a file of evidence is, by its content
 * @CVM_EVIDENCE_UNKNOWN: none of these
 * @CVM_EVIDENCE_SNP_REPORT: SEV-SNP attestation report
 * @CVM_EVIDENCE_SNP_CERTS: certificate table of an extended guest request
 * @CVM_EVIDENCE_TDX_REPORT: TDREPORT
 * @CVM_EVIDENCE_TDX_QUOTE: quote of a TD, whatever its version
 * @CVM_EVIDENCE_CCEL: event log of a confidential computing platform
 */
enum cvm_evidence_kind {
	CVM_EVIDENCE_UNKNOWN = 0,
	CVM_EVIDENCE_SNP_REPORT,
	CVM_EVIDENCE_SNP_CERTS,
	CVM_EVIDENCE_TDX_REPORT,
	CVM_EVIDENCE_TDX_QUOTE,
	CVM_EVIDENCE_CCEL,
};

enum cvm_evidence_kind cvm_evidence_kind(const void *data, size_t len);
/* "snp-report", "tdx-quote" and so on. */
const char *cvm_evidence_kind_name(enum cvm_evidence_kind kind);

#define CVM_TDX_REPORT_SIZE 1024
#define CVM_TDX_SVNS	    16
#define CVM_TDX_RTMRS	    4

/* TD attributes, TDX Module 1.5 ABI, ATTRIBUTES */
#define CVM_TDX_ATTR_DEBUG	     (1ull << 0)
#define CVM_TDX_ATTR_HGS_PLUS_PROF   (1ull << 4)
#define CVM_TDX_ATTR_PERF_PROF	     (1ull << 5)
#define CVM_TDX_ATTR_PMT_PROF	     (1ull << 6)
#define CVM_TDX_ATTR_ICSSD	     (1ull << 16)
#define CVM_TDX_ATTR_LASS	     (1ull << 27)
#define CVM_TDX_ATTR_SEPT_VE_DISABLE (1ull << 28)
#define CVM_TDX_ATTR_MIGRATABLE	     (1ull << 29)
#define CVM_TDX_ATTR_PKS	     (1ull << 30)
#define CVM_TDX_ATTR_KL		     (1ull << 31)
#define CVM_TDX_ATTR_TPA	     (1ull << 62)
#define CVM_TDX_ATTR_PERFMON	     (1ull << 63)

/* any of these lets the host look into the TD: the byte TUD of the attributes */
#define CVM_TDX_ATTR_UNTRUSTED 0xffull

/* Name of a bit of the TD attributes, for example "DEBUG"; NULL for a reserved one. */
const char *cvm_tdx_attribute_name(unsigned int bit);

/**
 * struct cvm_tdx_report - what a TDREPORT or the body of a quote says of a TD
 * @from_quote: taken out of a quote; the fields of REPORTMACSTRUCT are not there
 * @version: TDREPORT: version of REPORTTYPE, 0 or 1
 * @is_15: has the fields of TDX 1.5, see @tee_tcb_svn2 and @mrservicetd
 * @cpu_svn: TDREPORT: SVN of the CPU
 * @tee_tcb_info_hash: TDREPORT: SHA-384 of TEE_TCB_INFO
 * @tee_info_hash: TDREPORT: SHA-384 of TDINFO
 * @mac: TDREPORT: HMAC that only the same machine can check
 * @tee_tcb_svn: SVNs of the TDX module at launch: minor, major, and others
 * @mrseam: measurement of the TDX module
 * @mrsignerseam: signer of the TDX module, zero for Intel's own
 * @seam_attributes: of the TDX module
 * @td_attributes: CVM_TDX_ATTR_*
 * @xfam: extended features that the TD may use
 * @mrtd: measurement of the initial contents
 * @mrconfigid: chosen by the host at launch, not part of MRTD
 * @mrowner: chosen by the host at launch: owner
 * @mrownerconfig: chosen by the host at launch: of the owner
 * @rtmr: registers that grow while the TD runs
 * @report_data: the guest's own 64 bytes
 * @tee_tcb_svn2: TDX 1.5: SVNs of the TDX module that runs now
 * @mrservicetd: TDX 1.5: hash of the service TDs, zero without one
 *
 * Fields are those of TDREPORT_STRUCT (TDX Module ABI) and of the TD Quote Body
 * (Intel TDX DCAP Quoting Library API, appendix A.3.2 and A.4).
 */
struct cvm_tdx_report {
	bool from_quote;
	uint8_t version;
	bool is_15;
	uint8_t cpu_svn[16];
	uint8_t tee_tcb_info_hash[48];
	uint8_t tee_info_hash[48];
	uint8_t mac[32];
	uint8_t tee_tcb_svn[CVM_TDX_SVNS];
	uint8_t mrseam[48];
	uint8_t mrsignerseam[48];
	uint64_t seam_attributes;
	uint64_t td_attributes;
	uint64_t xfam;
	uint8_t mrtd[48];
	uint8_t mrconfigid[48];
	uint8_t mrowner[48];
	uint8_t mrownerconfig[48];
	uint8_t rtmr[CVM_TDX_RTMRS][48];
	uint8_t report_data[64];
	uint8_t tee_tcb_svn2[CVM_TDX_SVNS];
	uint8_t mrservicetd[48];
};

/* A TDREPORT. Its hashes must hold; its MAC cannot be checked elsewhere. */
int cvm_tdx_report_parse(const void *data, size_t len, struct cvm_tdx_report *report,
			 struct cvm_error *err);

/**
 * struct cvm_sgx_report - REPORT body of an enclave, here the quoting enclave
 * @cpu_svn: SVN of the CPU
 * @misc_select: MISCSELECT
 * @attributes: ATTRIBUTES
 * @mr_enclave: measurement
 * @mr_signer: SHA-256 of the signer's key
 * @isv_prod_id: product number
 * @isv_svn: security version
 * @report_data: the enclave's own 64 bytes
 */
struct cvm_sgx_report {
	uint8_t cpu_svn[16];
	uint32_t misc_select;
	uint8_t attributes[16];
	uint8_t mr_enclave[32];
	uint8_t mr_signer[32];
	uint16_t isv_prod_id;
	uint16_t isv_svn;
	uint8_t report_data[64];
};

/* certification data types, Intel TDX DCAP Quoting Library API, appendix A.3.9 */
enum cvm_tdx_certification {
	CVM_TDX_CERT_PPID = 1, /* in plain text */
	CVM_TDX_CERT_PPID_RSA2048 = 2,
	CVM_TDX_CERT_PPID_RSA3072 = 3,
	CVM_TDX_CERT_PCK_LEAF = 4,
	CVM_TDX_CERT_PCK_CHAIN = 5, /* PEM: PCK, its CA, the root */
	CVM_TDX_CERT_QE_REPORT = 6, /* holds one of the others */
	CVM_TDX_CERT_PLATFORM_MANIFEST = 7,
};

/**
 * struct cvm_tdx_quote - a quote, taken apart; pointers point into its bytes
 * @version: 4 or 5
 * @key_type: 2 is ECDSA P-256
 * @tee_type: 81h
 * @qe_svn: version 4: security version of the quoting enclave; else zero
 * @pce_svn: version 4: of the provisioning enclave; else zero
 * @vendor: UUID of the quoting enclave's vendor
 * @user_data: of the quoting enclave's vendor
 * @body_type: 2 for a TD of TDX 1.0, 3 for TDX 1.5; version 4 knows 2 only
 * @td: the TD
 * @signed_len: the signature covers that many bytes from the start
 * @signature: R and S
 * @attestation_key: X and Y
 * @qe: report of the quoting enclave
 * @qe_bytes: its 384 bytes
 * @qe_signature: R and S of the PCK over @qe_bytes
 * @qe_auth: authentication data of the quoting enclave
 * @qe_auth_len: bytes at @qe_auth
 * @certification: what @certification_data is
 * @certification_data: identifies or is the PCK certificate
 * @certification_len: bytes at @certification_data
 * @len: bytes the quote has
 * @trailing: bytes that follow it, which nothing signs
 */
struct cvm_tdx_quote {
	uint16_t version;
	uint16_t key_type;
	uint32_t tee_type;
	uint16_t qe_svn;
	uint16_t pce_svn;
	uint8_t vendor[16];
	uint8_t user_data[20];
	uint16_t body_type;
	struct cvm_tdx_report td;
	size_t signed_len;
	const uint8_t *signature;
	const uint8_t *attestation_key;
	struct cvm_sgx_report qe;
	const uint8_t *qe_bytes;
	const uint8_t *qe_signature;
	const uint8_t *qe_auth;
	size_t qe_auth_len;
	enum cvm_tdx_certification certification;
	const uint8_t *certification_data;
	size_t certification_len;
	size_t len;
	size_t trailing;
};

int cvm_tdx_quote_parse(const void *data, size_t len, struct cvm_tdx_quote *quote,
			struct cvm_error *err);

/**
 * enum cvm_tcb_status - what Intel says of a TCB level
 * @CVM_TCB_UNKNOWN: not decided, collateral is missing
 * @CVM_TCB_UP_TO_DATE: "UpToDate"
 * @CVM_TCB_SW_HARDENING: "SWHardeningNeeded"
 * @CVM_TCB_CONFIGURATION: "ConfigurationNeeded"
 * @CVM_TCB_CONFIGURATION_SW_HARDENING: "ConfigurationAndSWHardeningNeeded"
 * @CVM_TCB_RELAUNCH: "TDRelaunchAdvised"
 * @CVM_TCB_RELAUNCH_CONFIGURATION: "TDRelaunchAdvisedConfigurationNeeded"
 * @CVM_TCB_OUT_OF_DATE: "OutOfDate"
 * @CVM_TCB_OUT_OF_DATE_CONFIGURATION: "OutOfDateConfigurationNeeded"
 * @CVM_TCB_REVOKED: "Revoked"
 * @CVM_TCB_NO_MATCH: "NoMatchingLevel": older than all that Intel lists
 * @CVM_TCB_STATUSES: how many there are
 */
enum cvm_tcb_status {
	CVM_TCB_UNKNOWN = 0,
	CVM_TCB_UP_TO_DATE,
	CVM_TCB_SW_HARDENING,
	CVM_TCB_CONFIGURATION,
	CVM_TCB_CONFIGURATION_SW_HARDENING,
	CVM_TCB_RELAUNCH,
	CVM_TCB_RELAUNCH_CONFIGURATION,
	CVM_TCB_OUT_OF_DATE,
	CVM_TCB_OUT_OF_DATE_CONFIGURATION,
	CVM_TCB_REVOKED,
	CVM_TCB_NO_MATCH,
	CVM_TCB_STATUSES,
};

const char *cvm_tcb_status_name(enum cvm_tcb_status status);

#define CVM_TCB_ADVISORY_SIZE 32
#define CVM_TCB_DATE_SIZE     21

/**
 * struct cvm_tcb_verdict - Intel's judgement on the TCB behind a quote
 * @status: platform, module and quoting enclave taken together
 * @platform: of the TCB level that fits CPU, PCE and TDX module
 * @module: of the TDX module by its own identity; UP_TO_DATE where there is none
 * @qe: of the quoting enclave
 * @date: of that TCB level, "2024-03-13T00:00:00Z", "" when there is none
 * @evaluation_number: tcbEvaluationDataNumber of the TCB info
 * @advisories: security advisories of the levels that fit, without doubles
 * @n_advisories: number of @advisories
 */
struct cvm_tcb_verdict {
	enum cvm_tcb_status status;
	enum cvm_tcb_status platform;
	enum cvm_tcb_status module;
	enum cvm_tcb_status qe;
	char date[CVM_TCB_DATE_SIZE];
	uint32_t evaluation_number;
	char (*advisories)[CVM_TCB_ADVISORY_SIZE];
	size_t n_advisories;
};

#ifdef __cplusplus
}
#endif

#endif /* LIBCVM_TDX_H */
