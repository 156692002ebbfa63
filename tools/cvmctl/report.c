// SPDX-License-Identifier: GPL-2.0-or-later
/* An SNP attestation report, field by field: as rows for people and as JSON. */
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

struct bit {
	uint64_t mask;
	const char *name; /* in JSON and, for platform bits, in text */
};

static const struct bit policy_bits[] = {
	{ CVM_SNP_POLICY_SMT, "smt" },
	{ CVM_SNP_POLICY_MIGRATE_MA, "migrate_ma" },
	{ CVM_SNP_POLICY_DEBUG, "debug" },
	{ CVM_SNP_POLICY_SINGLE_SOCKET, "single_socket" },
	{ CVM_SNP_POLICY_CXL_ALLOW, "cxl_allow" },
	{ CVM_SNP_POLICY_MEM_AES_256_XTS, "mem_aes_256_xts" },
	{ CVM_SNP_POLICY_RAPL_DIS, "rapl_dis" },
	{ CVM_SNP_POLICY_CIPHERTEXT_HIDING, "ciphertext_hiding" },
	{ CVM_SNP_POLICY_PAGE_SWAP_DISABLE, "page_swap_disable" },
};

static const struct bit platform_bits[] = {
	{ CVM_SNP_PLATFORM_SMT_EN, "smt_en" },
	{ CVM_SNP_PLATFORM_TSME_EN, "tsme_en" },
	{ CVM_SNP_PLATFORM_ECC_EN, "ecc_en" },
	{ CVM_SNP_PLATFORM_RAPL_DIS, "rapl_dis" },
	{ CVM_SNP_PLATFORM_CIPHERTEXT_HIDING, "ciphertext_hiding" },
	{ CVM_SNP_PLATFORM_ALIAS_CHECK, "alias_check" },
	{ CVM_SNP_PLATFORM_TIO_EN, "tio_en" },
};

static const char *signer_name(enum cvm_snp_signer signer)
{
	switch (signer) {
	case CVM_SNP_SIGNER_VCEK:
		return "VCEK";
	case CVM_SNP_SIGNER_VLEK:
		return "VLEK";
	case CVM_SNP_SIGNER_NONE:
		return "none";
	default:
		return "unknown";
	}
}

static void vmpl_text(uint32_t vmpl, char *text, size_t size)
{
	if (vmpl == UINT32_MAX)
		snprintf(text, size, "asked for by the host");
	else
		snprintf(text, size, "VMPL %u", vmpl);
}

void report_title(const struct cvm_snp_report *report, size_t len, char *text, size_t size)
{
	char vmpl[32];

	vmpl_text(report->vmpl, vmpl, sizeof(vmpl));
	snprintf(text, size, "AMD SEV-SNP report v%u%s, %zu bytes, %s, %s", report->version,
		 report->newer ? " (newer than known)" : "", len,
		 report->product ? cvm_snp_product_name(report->product) : "product not stated",
		 vmpl);
}

static void tcb_text(const struct cvm_snp_tcb *tcb, char *text, size_t size)
{
	char fmc[16] = "";

	if (tcb->has_fmc)
		snprintf(fmc, sizeof(fmc), "fmc %u  ", tcb->fmc);
	snprintf(text, size, "%sbl %u  tee %u  snp %u  ucode %u", fmc, tcb->bootloader, tcb->tee,
		 tcb->snp, tcb->microcode);
}

static const char *yes_no(uint64_t value)
{
	return value ? "yes" : "no";
}

static void row_policy(const struct cvm_snp_report *report, const char *provenance)
{
	uint64_t policy = report->policy;

	term_row("policy", provenance, "debug %s, migration %s, SMT %s, min ABI %u.%u (%#llx)",
		 yes_no(policy & CVM_SNP_POLICY_DEBUG), yes_no(policy & CVM_SNP_POLICY_MIGRATE_MA),
		 yes_no(policy & CVM_SNP_POLICY_SMT), CVM_SNP_POLICY_ABI_MAJOR(policy),
		 CVM_SNP_POLICY_ABI_MINOR(policy), (unsigned long long)policy);
}

static void row_tcb(const char *label, const struct cvm_snp_tcb *tcb, const char *remark,
		    const char *provenance)
{
	char text[80];

	tcb_text(tcb, text, sizeof(text));
	term_row(label, provenance, "%s%s", text, remark);
}

static void row_hex(const char *label, const uint8_t *data, size_t len, const char *provenance)
{
	char text[160];

	if (hex_is_zero(data, len))
		term_row(label, provenance, "all zero");
	else
		term_row(label, provenance, "%s", hex_elided(data, len, text, sizeof(text)));
}

/* What the status screen shows of a report. */
void report_rows_brief(const struct cvm_snp_report *report, const char *provenance)
{
	bool committed = report->committed_tcb.raw == report->reported_tcb.raw;

	row_policy(report, provenance);
	row_tcb("TCB", &report->reported_tcb,
		committed ? "  (committed = reported)" : "  (reported)", provenance);
	if (!committed)
		row_tcb("", &report->committed_tcb, "  (committed)", provenance);
	row_hex("measurement", report->measurement, sizeof(report->measurement), provenance);
}

static void row_bits(const char *label, uint64_t value, const struct bit *bits, size_t n)
{
	char text[256] = "";
	size_t i;

	for (i = 0; i < n; i++) {
		if (!(value & bits[i].mask))
			continue;
		strncat(text, bits[i].name, sizeof(text) - strlen(text) - 1);
		strncat(text, " ", sizeof(text) - strlen(text) - 1);
	}
	term_row(label, NULL, "%s(%#llx)", text, (unsigned long long)value);
}

static void rows_identity(const struct cvm_snp_report *report)
{
	row_hex("family id", report->family_id, sizeof(report->family_id), NULL);
	row_hex("image id", report->image_id, sizeof(report->image_id), NULL);
	row_hex("ID key", report->id_key_digest, sizeof(report->id_key_digest), NULL);
	if (report->author_key_enabled)
		row_hex("author key", report->author_key_digest, sizeof(report->author_key_digest),
			NULL);
	row_hex("report id", report->report_id, sizeof(report->report_id), NULL);
}

static void rows_platform(const struct cvm_snp_report *report)
{
	if (report->has_cpuid)
		term_row("CPU", NULL, "family %#x, model %#x, stepping %u", report->cpuid_family,
			 report->cpuid_model, report->cpuid_stepping);
	if (hex_is_zero(report->chip_id, sizeof(report->chip_id)))
		term_row("chip id", NULL, "masked by the host");
	else
		row_hex("chip id", report->chip_id, sizeof(report->chip_id), NULL);
	row_bits("platform", report->platform_info, platform_bits, ARRAY_SIZE(platform_bits));
	term_row("firmware", NULL, "%u.%u build %u, committed %u.%u build %u",
		 report->current_major, report->current_minor, report->current_build,
		 report->committed_major, report->committed_minor, report->committed_build);
	row_tcb("TCB", &report->reported_tcb, "  (reported)", NULL);
	row_tcb("", &report->current_tcb, "  (current)", NULL);
	row_tcb("", &report->committed_tcb, "  (committed)", NULL);
	row_tcb("", &report->launch_tcb, "  (launch)", NULL);
	if (report->has_mitigations)
		term_row("mitigations", NULL, "%#llx at launch, %#llx now",
			 (unsigned long long)report->launch_mit_vector,
			 (unsigned long long)report->current_mit_vector);
	term_row("signed by", NULL, "%s%s", signer_name(report->signer),
		 report->mask_chip_key ? ", signature masked by the host" : "");
}

void report_rows_full(const struct cvm_snp_report *report)
{
	row_hex("measurement", report->measurement, sizeof(report->measurement), NULL);
	row_hex("report data", report->report_data, sizeof(report->report_data), NULL);
	row_hex("host data", report->host_data, sizeof(report->host_data), NULL);
	row_policy(report, NULL);
	term_row("guest SVN", NULL, "%u", report->guest_svn);
	rows_identity(report);
	rows_platform(report);
}

static json_t *tcb_json(const struct cvm_snp_tcb *tcb)
{
	json_t *object = json_object();
	char raw[24];

	snprintf(raw, sizeof(raw), "%016llx", (unsigned long long)tcb->raw);
	json_object_set_new(object, "raw", json_string(raw));
	if (tcb->has_fmc)
		json_object_set_new(object, "fmc", json_integer(tcb->fmc));
	json_object_set_new(object, "bootloader", json_integer(tcb->bootloader));
	json_object_set_new(object, "tee", json_integer(tcb->tee));
	json_object_set_new(object, "snp", json_integer(tcb->snp));
	json_object_set_new(object, "microcode", json_integer(tcb->microcode));
	return object;
}

static json_t *bits_json(uint64_t value, const struct bit *bits, size_t n)
{
	json_t *object = json_object();
	char raw[24];
	size_t i;

	snprintf(raw, sizeof(raw), "%016llx", (unsigned long long)value);
	json_object_set_new(object, "raw", json_string(raw));
	for (i = 0; i < n; i++)
		json_object_set_new(object, bits[i].name, json_boolean(value & bits[i].mask));
	return object;
}

static json_t *policy_json(uint64_t policy)
{
	json_t *object = bits_json(policy, policy_bits, ARRAY_SIZE(policy_bits));

	json_object_set_new(object, "abi_major", json_integer(CVM_SNP_POLICY_ABI_MAJOR(policy)));
	json_object_set_new(object, "abi_minor", json_integer(CVM_SNP_POLICY_ABI_MINOR(policy)));
	return object;
}

static void set_digests(json_t *object, const struct cvm_snp_report *report)
{
	json_set_hex(object, "report_data", report->report_data, sizeof(report->report_data));
	json_set_hex(object, "measurement", report->measurement, sizeof(report->measurement));
	json_set_hex(object, "host_data", report->host_data, sizeof(report->host_data));
	json_set_hex(object, "family_id", report->family_id, sizeof(report->family_id));
	json_set_hex(object, "image_id", report->image_id, sizeof(report->image_id));
	json_set_hex(object, "id_key_digest", report->id_key_digest, sizeof(report->id_key_digest));
	if (report->author_key_enabled)
		json_set_hex(object, "author_key_digest", report->author_key_digest,
			     sizeof(report->author_key_digest));
	json_set_hex(object, "report_id", report->report_id, sizeof(report->report_id));
	json_set_hex(object, "report_id_ma", report->report_id_ma, sizeof(report->report_id_ma));
	json_set_hex(object, "chip_id", report->chip_id, sizeof(report->chip_id));
}

static void set_platform(json_t *object, const struct cvm_snp_report *report)
{
	size_t n = ARRAY_SIZE(platform_bits);

	json_object_set_new(object, "platform_info",
			    bits_json(report->platform_info, platform_bits, n));
	json_object_set_new(object, "current_tcb", tcb_json(&report->current_tcb));
	json_object_set_new(object, "reported_tcb", tcb_json(&report->reported_tcb));
	json_object_set_new(object, "committed_tcb", tcb_json(&report->committed_tcb));
	json_object_set_new(object, "launch_tcb", tcb_json(&report->launch_tcb));
	json_object_set_new(object, "current_version",
			    json_pack("{s:i, s:i, s:i}", "major", report->current_major, "minor",
				      report->current_minor, "build", report->current_build));
	json_object_set_new(object, "committed_version",
			    json_pack("{s:i, s:i, s:i}", "major", report->committed_major, "minor",
				      report->committed_minor, "build", report->committed_build));
	if (report->has_cpuid)
		json_object_set_new(object, "cpuid",
				    json_pack("{s:i, s:i, s:i}", "family", report->cpuid_family,
					      "model", report->cpuid_model, "stepping",
					      report->cpuid_stepping));
	if (report->has_mitigations) {
		json_object_set_new(object, "launch_mit_vector",
				    json_integer(report->launch_mit_vector));
		json_object_set_new(object, "current_mit_vector",
				    json_integer(report->current_mit_vector));
	}
}

json_t *report_json(const struct cvm_snp_report *report)
{
	json_t *object = json_object();

	json_object_set_new(object, "version", json_integer(report->version));
	json_object_set_new(object, "newer_than_known", json_boolean(report->newer));
	json_object_set_new(object, "product", json_string(cvm_snp_product_name(report->product)));
	json_object_set_new(object, "vmpl",
			    report->vmpl == UINT32_MAX ? json_null() : json_integer(report->vmpl));
	json_object_set_new(object, "guest_svn", json_integer(report->guest_svn));
	json_object_set_new(object, "policy", policy_json(report->policy));
	json_object_set_new(object, "signer", json_string(signer_name(report->signer)));
	json_object_set_new(object, "signature_masked", json_boolean(report->mask_chip_key));
	set_digests(object, report);
	set_platform(object, report);
	return object;
}
