// SPDX-License-Identifier: LGPL-2.1-or-later
/* ATTESTATION_REPORT, SEV-SNP ABI table 23: bytes to fields. */
#include <errno.h>
#include <string.h>

#include "cursor.h"
#include "lib.h"

#define OLDEST_VERSION 2
#define NEWEST_VERSION 5

#define VERSION_WITH_CPUID	 3
#define VERSION_WITH_MITIGATIONS 5

#define VMPL_HOST UINT32_MAX

/* bits of the dword at 48h */
#define AUTHOR_KEY_EN  0x1
#define MASK_CHIP_KEY  0x2
#define SIGNING_KEY(x) ((x) >> 2 & 7)

static int malformed(struct cvm_error *err, const char *why, unsigned long value)
{
	return cvm_error_set(err, -EBADMSG, CVM_ERR_EVIDENCE, "report", why, value);
}

static int check_size(const uint8_t *data, size_t len, struct cvm_error *err)
{
	if (len == CVM_SNP_REPORT_SIZE)
		return 0;
	if (len >= 4 && !memcmp(data, "HCLA", 4))
		return malformed(err, "an Azure HCL report; its bytes 32 to 1215 are the report",
				 0);
	return malformed(err, "%lu bytes, a report has 1184", len);
}

static void read_identity(struct cursor *c, struct cvm_snp_report *report)
{
	report->guest_svn = cursor_u32(c);
	report->policy = cursor_u64(c);
	cursor_copy(c, report->family_id, sizeof(report->family_id));
	cursor_copy(c, report->image_id, sizeof(report->image_id));
	report->vmpl = cursor_u32(c);
	report->signature_algo = cursor_u32(c);
	report->current_tcb.raw = cursor_u64(c);
	report->platform_info = cursor_u64(c);
}

static void read_key_bits(struct cursor *c, struct cvm_snp_report *report)
{
	uint32_t bits = cursor_u32(c);

	report->author_key_enabled = bits & AUTHOR_KEY_EN;
	report->mask_chip_key = bits & MASK_CHIP_KEY;
	report->signer = SIGNING_KEY(bits);
	cursor_skip(c, 4);
}

static void read_digests(struct cursor *c, struct cvm_snp_report *report)
{
	cursor_copy(c, report->report_data, sizeof(report->report_data));
	cursor_copy(c, report->measurement, sizeof(report->measurement));
	cursor_copy(c, report->host_data, sizeof(report->host_data));
	cursor_copy(c, report->id_key_digest, sizeof(report->id_key_digest));
	cursor_copy(c, report->author_key_digest, sizeof(report->author_key_digest));
	cursor_copy(c, report->report_id, sizeof(report->report_id));
	cursor_copy(c, report->report_id_ma, sizeof(report->report_id_ma));
}

static void read_cpu(struct cursor *c, struct cvm_snp_report *report)
{
	uint8_t family = cursor_u8(c);
	uint8_t model = cursor_u8(c);
	uint8_t stepping = cursor_u8(c);

	cursor_skip(c, 21);
	if (report->version < VERSION_WITH_CPUID)
		return;
	report->has_cpuid = true;
	report->cpuid_family = family;
	report->cpuid_model = model;
	report->cpuid_stepping = stepping;
	report->product = cvm_snp_product_of_cpu(family, model);
}

static void read_firmware(struct cursor *c, struct cvm_snp_report *report)
{
	report->committed_tcb.raw = cursor_u64(c);
	report->current_build = cursor_u8(c);
	report->current_minor = cursor_u8(c);
	report->current_major = cursor_u8(c);
	cursor_skip(c, 1);
	report->committed_build = cursor_u8(c);
	report->committed_minor = cursor_u8(c);
	report->committed_major = cursor_u8(c);
	cursor_skip(c, 1);
	report->launch_tcb.raw = cursor_u64(c);
}

static void read_mitigations(struct cursor *c, struct cvm_snp_report *report)
{
	uint64_t launch = cursor_u64(c);
	uint64_t current = cursor_u64(c);

	if (report->version < VERSION_WITH_MITIGATIONS)
		return;
	report->has_mitigations = true;
	report->launch_mit_vector = launch;
	report->current_mit_vector = current;
}

void cvm_snp_report_set_layout(struct cvm_snp_report *report, enum cvm_snp_product product)
{
	cvm_snp_tcb_decode(report->current_tcb.raw, product, &report->current_tcb);
	cvm_snp_tcb_decode(report->reported_tcb.raw, product, &report->reported_tcb);
	cvm_snp_tcb_decode(report->committed_tcb.raw, product, &report->committed_tcb);
	cvm_snp_tcb_decode(report->launch_tcb.raw, product, &report->launch_tcb);
}

/* CPUs after Turin that this code does not know by name keep Turin's layout. */
static enum cvm_snp_product layout_of(const struct cvm_snp_report *report)
{
	if (report->product == CVM_SNP_UNKNOWN && report->cpuid_family >= 0x1a)
		return CVM_SNP_TURIN;
	return report->product;
}

/*
 * Only what no genuine firmware of a known version can say is refused here.
 * Reserved bits inside the signed part are let through: firmware of the same
 * report version has put them to use before, and the signature covers them.
 */
static int check_values(const struct cvm_snp_report *report, struct cvm_error *err)
{
	if (report->signature_algo != 1)
		return malformed(err, "signature algorithm %lu, only 1 (ECDSA P-384) exists",
				 report->signature_algo);
	if (report->newer)
		return 0;
	if (report->vmpl > 3 && report->vmpl != VMPL_HOST)
		return malformed(err, "VMPL %lu, only 0 to 3 exist", report->vmpl);
	if (report->signer != CVM_SNP_SIGNER_VCEK && report->signer != CVM_SNP_SIGNER_VLEK &&
	    report->signer != CVM_SNP_SIGNER_NONE)
		return malformed(err, "reserved signing key %lu", report->signer);
	return 0;
}

/* R and S are 72 bytes each for 48 used ones; nothing signs the rest, so it must be zero. */
static int check_padding(const uint8_t *signature, struct cvm_error *err)
{
	if (cvm_is_zero(signature + 48, 24) && cvm_is_zero(signature + 120, 24) &&
	    cvm_is_zero(signature + 144, CVM_SNP_REPORT_SIZE - CVM_SNP_REPORT_SIGNED - 144))
		return 0;
	return malformed(err, "the unused bytes of the signature field are not zero", 0);
}

int cvm_snp_report_parse(const void *data, size_t len, struct cvm_snp_report *report,
			 struct cvm_error *err)
{
	struct cursor c = cursor_over(data, len);
	int ret = check_size(data, len, err);

	if (ret)
		return ret;
	memset(report, 0, sizeof(*report));
	report->version = cursor_u32(&c);
	if (report->version < OLDEST_VERSION)
		return malformed(err, "version %lu, reports begin with version 2", report->version);
	report->newer = report->version > NEWEST_VERSION;

	read_identity(&c, report);
	read_key_bits(&c, report);
	read_digests(&c, report);
	report->reported_tcb.raw = cursor_u64(&c);
	read_cpu(&c, report);
	cursor_copy(&c, report->chip_id, sizeof(report->chip_id));
	read_firmware(&c, report);
	read_mitigations(&c, report);
	cvm_snp_report_set_layout(report, layout_of(report));
	if (c.overrun)
		return malformed(err, "too short", 0);

	ret = check_values(report, err);
	return ret ? ret : check_padding((const uint8_t *)data + CVM_SNP_REPORT_SIGNED, err);
}
