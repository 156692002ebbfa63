// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * TDREPORT_STRUCT of the TDX Module ABI, and the TD Quote Body that is made of it:
 * bytes to fields.
 */
#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

#include "cursor.h"
#include "lib.h"

#define REPORT_TYPE_TDX	   0x81
#define NEWEST_VERSION	   1
#define TCB_INFO_AT	   256
#define TCB_INFO_SIZE	   239
#define TD_INFO_AT	   512
#define TD_INFO_SIZE	   512
#define TCB_INFO_RESERVED  95
#define VALID_TEE_TCB_SVN2 0x30000 /* TEE_TCB_INFO.VALID: the bytes of TEE_TCB_SVN_2 */

static int malformed(struct cvm_error *err, const char *why, unsigned long value)
{
	return cvm_error_set(err, -EBADMSG, CVM_ERR_EVIDENCE, "TDREPORT", why, value);
}

const char *cvm_tdx_attribute_name(unsigned int bit)
{
	switch (bit > 63 ? 0 : 1ull << bit) {
	case CVM_TDX_ATTR_DEBUG:
		return "DEBUG";
	case CVM_TDX_ATTR_HGS_PLUS_PROF:
		return "HGS_PLUS_PROF";
	case CVM_TDX_ATTR_PERF_PROF:
		return "PERF_PROF";
	case CVM_TDX_ATTR_PMT_PROF:
		return "PMT_PROF";
	case CVM_TDX_ATTR_ICSSD:
		return "ICSSD";
	case CVM_TDX_ATTR_LASS:
		return "LASS";
	case CVM_TDX_ATTR_SEPT_VE_DISABLE:
		return "SEPT_VE_DISABLE";
	case CVM_TDX_ATTR_MIGRATABLE:
		return "MIGRATABLE";
	case CVM_TDX_ATTR_PKS:
		return "PKS";
	case CVM_TDX_ATTR_KL:
		return "KL";
	case CVM_TDX_ATTR_TPA:
		return "TPA";
	case CVM_TDX_ATTR_PERFMON:
		return "PERFMON";
	default:
		return NULL;
	}
}

/* Fields that follow each other in TEE_TCB_INFO and in a quote body alike. */
static void read_module(struct cursor *c, struct cvm_tdx_report *report)
{
	cursor_copy(c, report->tee_tcb_svn, sizeof(report->tee_tcb_svn));
	cursor_copy(c, report->mrseam, sizeof(report->mrseam));
	cursor_copy(c, report->mrsignerseam, sizeof(report->mrsignerseam));
	report->seam_attributes = cursor_u64(c);
}

/* The same for TDINFO. */
static void read_td(struct cursor *c, struct cvm_tdx_report *report)
{
	report->td_attributes = cursor_u64(c);
	report->xfam = cursor_u64(c);
	cursor_copy(c, report->mrtd, sizeof(report->mrtd));
	cursor_copy(c, report->mrconfigid, sizeof(report->mrconfigid));
	cursor_copy(c, report->mrowner, sizeof(report->mrowner));
	cursor_copy(c, report->mrownerconfig, sizeof(report->mrownerconfig));
	cursor_copy(c, report->rtmr, sizeof(report->rtmr));
}

void cvm_tdx_body_read(struct cursor *c, bool is_15, struct cvm_tdx_report *report)
{
	memset(report, 0, sizeof(*report));
	report->from_quote = true;
	report->is_15 = is_15;
	read_module(c, report);
	read_td(c, report);
	cursor_copy(c, report->report_data, sizeof(report->report_data));
	if (!is_15)
		return;
	cursor_copy(c, report->tee_tcb_svn2, sizeof(report->tee_tcb_svn2));
	cursor_copy(c, report->mrservicetd, sizeof(report->mrservicetd));
}

static void read_mac_struct(struct cursor *c, struct cvm_tdx_report *report)
{
	cursor_skip(c, 12);
	cursor_copy(c, report->cpu_svn, sizeof(report->cpu_svn));
	cursor_copy(c, report->tee_tcb_info_hash, sizeof(report->tee_tcb_info_hash));
	cursor_copy(c, report->tee_info_hash, sizeof(report->tee_info_hash));
	cursor_copy(c, report->report_data, sizeof(report->report_data));
	cursor_skip(c, 32);
	cursor_copy(c, report->mac, sizeof(report->mac));
}

static void read_tcb_info(struct cursor *c, struct cvm_tdx_report *report)
{
	report->is_15 = cursor_u64(c) & VALID_TEE_TCB_SVN2;
	read_module(c, report);
	if (report->is_15)
		cursor_copy(c, report->tee_tcb_svn2, sizeof(report->tee_tcb_svn2));
	else
		cursor_skip(c, sizeof(report->tee_tcb_svn2));
	cursor_skip(c, TCB_INFO_RESERVED);
}

static bool has_hash(const uint8_t *data, size_t len, const uint8_t hash[48])
{
	uint8_t digest[48];

	return EVP_Digest(data, len, digest, NULL, EVP_sha384(), NULL) && !memcmp(digest, hash, 48);
}

/* The MAC covers the two hashes only: without this, everything else could be changed. */
static int check_hashes(const uint8_t *data, const struct cvm_tdx_report *report,
			struct cvm_error *err)
{
	if (!has_hash(data + TCB_INFO_AT, TCB_INFO_SIZE, report->tee_tcb_info_hash))
		return malformed(err, "its hash of TEE_TCB_INFO is not that of its TEE_TCB_INFO",
				 0);
	if (!has_hash(data + TD_INFO_AT, TD_INFO_SIZE, report->tee_info_hash))
		return malformed(err, "its hash of TDINFO is not that of its TDINFO", 0);
	return 0;
}

int cvm_tdx_report_parse(const void *data, size_t len, struct cvm_tdx_report *report,
			 struct cvm_error *err)
{
	struct cursor c = cursor_over(data, len);
	uint8_t type, subtype;

	memset(report, 0, sizeof(*report));
	if (len != CVM_TDX_REPORT_SIZE)
		return malformed(err, "%lu bytes, a TDREPORT has 1024", len);
	type = cursor_u8(&c);
	subtype = cursor_u8(&c);
	report->version = cursor_u8(&c);
	cursor_skip(&c, 1);
	if (type != REPORT_TYPE_TDX || subtype)
		return malformed(err, "report type %#lx, that of a TD is 0x81",
				 type | subtype << 8);
	if (report->version > NEWEST_VERSION)
		return malformed(err, "version %lu, only 0 and 1 are known", report->version);

	read_mac_struct(&c, report);
	read_tcb_info(&c, report);
	cursor_skip(&c, TD_INFO_AT - TCB_INFO_AT - TCB_INFO_SIZE);
	read_td(&c, report);
	if (report->is_15)
		cursor_copy(&c, report->mrservicetd, sizeof(report->mrservicetd));
	if (c.overrun)
		return malformed(err, "too short", 0);
	return check_hashes(data, report, err);
}
