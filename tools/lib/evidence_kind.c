// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a file of evidence is. Platforms do not label theirs, so its first bytes must tell. */
#include <string.h>

#include "cursor.h"
#include "lib.h"

#define TDREPORT_TYPE 0x81

/* where a crypto agile log of the TCG says what it is, PFP 1.05 section 10.4.5.1 */
#define SPEC_ID_AT   32
#define EV_NO_ACTION 3

static bool is_ccel(const uint8_t *data, size_t len)
{
	static const char signature[16] = "Spec ID Event03";
	struct cursor c = cursor_over(data, len);

	cursor_skip(&c, 4);
	return len >= SPEC_ID_AT + sizeof(signature) && cursor_u32(&c) == EV_NO_ACTION &&
	       !memcmp(data + SPEC_ID_AT, signature, sizeof(signature));
}

/* A quote begins with a key type where the version of a report has only zeros. */
static bool is_snp_report(const uint8_t *data, size_t len)
{
	struct cursor c = cursor_over(data, len);

	return len == CVM_SNP_REPORT_SIZE && cursor_u32(&c) <= UINT8_MAX;
}

static bool is_tdreport(const uint8_t *data, size_t len)
{
	return len >= 4 && data[0] == TDREPORT_TYPE && !data[1] && !data[3];
}

static bool is_certs(const uint8_t *data, size_t len)
{
	struct cvm_snp_cert_entry entry;

	return cvm_snp_certs_parse(data, len, &entry, 1, NULL) == 1 &&
	       strcmp(entry.name, "unknown");
}

enum cvm_evidence_kind cvm_evidence_kind(const void *data, size_t len)
{
	if (is_snp_report(data, len))
		return CVM_EVIDENCE_SNP_REPORT;
	if (cvm_tdx_is_quote(data, len))
		return CVM_EVIDENCE_TDX_QUOTE;
	if (is_tdreport(data, len))
		return CVM_EVIDENCE_TDX_REPORT;
	if (is_ccel(data, len))
		return CVM_EVIDENCE_CCEL;
	if (is_certs(data, len))
		return CVM_EVIDENCE_SNP_CERTS;
	return CVM_EVIDENCE_UNKNOWN;
}

const char *cvm_evidence_kind_name(enum cvm_evidence_kind kind)
{
	switch (kind) {
	case CVM_EVIDENCE_SNP_REPORT:
		return "snp-report";
	case CVM_EVIDENCE_SNP_CERTS:
		return "snp-certs";
	case CVM_EVIDENCE_TDX_REPORT:
		return "tdx-report";
	case CVM_EVIDENCE_TDX_QUOTE:
		return "tdx-quote";
	case CVM_EVIDENCE_CCEL:
		return "ccel";
	default:
		return "unknown";
	}
}
