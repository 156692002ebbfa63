// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cvmctl status: what protects this guest, and beside every fact who says so. A
 * fact "from the report" is what firmware told this guest; its signature is not
 * checked here. What the host says comes last and proves nothing.
 */
#include <cpuid.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cvmctl.h"

/* MSR C001_0131h, APM volume 2 section 15.34.10 */
#define SEV_STATUS_ES  0x2
#define SEV_STATUS_SNP 0x4

struct facts {
	struct cvm_platform platform;
	bool by_module;
	struct cvm_error module_err;
	int module_ret;
	bool has_report;
	struct cvm_snp_report report;
	struct cvm_error report_err;
	struct utsname kernel;
	char hypervisor[13];
	long cpus;
};

static bool has_feature(const struct cvm_platform *platform, const char *name)
{
	size_t i;

	for (i = 0; i < platform->n_features; i++)
		if (platform->features[i].active && !strcasecmp(platform->features[i].name, name))
			return true;
	return false;
}

static bool is_snp(const struct cvm_platform *platform)
{
	if (platform->has_sev_status)
		return platform->sev_status & SEV_STATUS_SNP;
	return has_feature(platform, "SEV-SNP") || has_feature(platform, "SNP");
}

static const char *technology(const struct cvm_platform *platform)
{
	if (!strcmp(platform->vendor, "intel-tdx"))
		return "Intel TDX";
	if (is_snp(platform))
		return "AMD SEV-SNP";
	return platform->sev_status & SEV_STATUS_ES ? "AMD SEV-ES" : "AMD SEV";
}

/* The host answers this CPUID leaf, so it is a claim and no fact. */
static void read_host_claims(struct facts *facts)
{
	unsigned int eax, ebx, ecx, edx;

	facts->cpus = sysconf(_SC_NPROCESSORS_ONLN);
	if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & 1u << 31))
		return;
	__cpuid(0x40000000, eax, ebx, ecx, edx);
	memcpy(facts->hypervisor, &ebx, 4);
	memcpy(facts->hypervisor + 4, &ecx, 4);
	memcpy(facts->hypervisor + 8, &edx, 4);
}

static void read_report(struct facts *facts)
{
	struct cvm_attest_request request = { .device = settings.device, .vmpl = -1 };
	struct cvm_evidence_bytes evidence = { 0 };

	if (settings.device)
		request.transport = CVM_TRANSPORT_CVM;
	if (cvm_attest(&request, &evidence, &facts->report_err))
		return;
	facts->has_report = !cvm_snp_report_parse(evidence.report, evidence.report_len,
						  &facts->report, &facts->report_err);
	cvm_evidence_release(&evidence);
}

/* Returns 0 when this is a confidential guest, with or without the module. */
static int gather(struct facts *facts)
{
	struct cvm_error err;
	int ret;

	uname(&facts->kernel);
	facts->module_ret = cvm_platform_get(&facts->platform, &facts->module_err);
	facts->by_module = !facts->module_ret;
	if (!facts->by_module) {
		ret = cvm_platform_probe(&facts->platform, &err);
		if (ret)
			return ret;
	}
	read_host_claims(facts);
	if (is_snp(&facts->platform) && !settings.quiet)
		read_report(facts);
	return 0;
}

/* "register, kernel": each source that names an active feature, once */
static void feature_sources(const struct cvm_platform *platform, char *text, size_t size)
{
	size_t i;

	text[0] = '\0';
	for (i = 0; i < platform->n_features; i++) {
		const struct cvm_feature *feature = &platform->features[i];

		if (!feature->active || strstr(text, feature->source))
			continue;
		snprintf(text + strlen(text), size - strlen(text), "%s%s", *text ? ", " : "",
			 feature->source);
	}
}

static void row_features(const struct cvm_platform *platform)
{
	char names[512] = "", sources[64];
	size_t i;

	for (i = 0; i < platform->n_features; i++)
		if (platform->features[i].active)
			snprintf(names + strlen(names), sizeof(names) - strlen(names), " %s",
				 platform->features[i].name);
	feature_sources(platform, sources, sizeof(sources));
	if (*names)
		term_row("platform", sources, "features%s", names);
	if (platform->has_sev_status)
		term_row("SEV_STATUS", "register", "%#llx",
			 (unsigned long long)platform->sev_status);
	if (platform->c_bit >= 0)
		term_row("encryption", "kernel", "bit %d of a page table entry", platform->c_bit);
}

static void row_attestation(const struct facts *facts)
{
	const struct cvm_platform *platform = &facts->platform;
	const char *source = facts->by_module ? "module" : "kernel";
	char key[48] = "";

	if (!platform->attestation_supported) {
		term_row("attestation", source, "not supported, it needs SEV-SNP");
		return;
	}
	if (platform->vmpck >= 0)
		snprintf(key, sizeof(key), ", message key VMPCK%d", platform->vmpck);
	term_row("attestation", source, "device %s, %s%s%s%s%s",
		 *platform->attestation_device ? platform->attestation_device : "absent",
		 *platform->attestation_owner ? "driver " : "no driver bound",
		 platform->attestation_owner, key,
		 platform->key_destroyed ? ", KEY DESTROYED after doubt about it" : "",
		 platform->attestation_usable ? ", usable through /dev/cvm" : "");
}

static void rows_report(const struct facts *facts)
{
	if (facts->has_report)
		report_rows_brief(&facts->report, "report");
	else if (is_snp(&facts->platform))
		term_row("report", "none", "not read: %s%s%s", facts->report_err.what,
			 *facts->report_err.what ? ": " : "", facts->report_err.why);
}

static void row_register(enum cvm_register_index index)
{
	struct cvm_error err;
	uint8_t value[48];
	char text[160];

	if (cvm_register_read(settings.device, index, value, &err))
		return;
	term_row(cvm_register_name(index), "report", "%s",
		 hex_is_zero(value, sizeof(value))
			 ? "all zero"
			 : hex_elided(value, sizeof(value), text, sizeof(text)));
}

static void rows_td(const struct facts *facts)
{
	const struct cvm_platform *platform = &facts->platform;
	int i;

	if (!platform->has_td)
		return;
	term_row("TD", "report", "attributes %#llx, XFAM %#llx",
		 (unsigned long long)platform->td_attributes, (unsigned long long)platform->xfam);
	if (platform->has_tdx_version)
		term_row("TDX module", "register", "version %llu.%llu",
			 (unsigned long long)platform->tdx_version >> 32,
			 (unsigned long long)platform->tdx_version & UINT32_MAX);
	for (i = CVM_REGISTER_INDEX_MRTD; i <= CVM_REGISTER_INDEX_RTMR3; i++)
		row_register(i);
}

static void print_text(const struct facts *facts)
{
	const struct cvm_platform *platform = &facts->platform;
	char title[256], vmpl[24] = "", vendor[32] = "no hypervisor vendor";

	if (platform->vmpl >= 0)
		snprintf(vmpl, sizeof(vmpl), ", VMPL %d", platform->vmpl);
	snprintf(title, sizeof(title), "cvm: %s guest%s, kernel %.64s", technology(platform), vmpl,
		 facts->kernel.release);
	if (settings.quiet) {
		printf("%s\n", title);
		return;
	}
	term_heading(title, "provenance");
	row_features(platform);
	row_attestation(facts);
	if (facts->by_module)
		term_row("module", "module", "cvm %s", platform->module_version);
	rows_report(facts);
	rows_td(facts);
	if (*facts->hypervisor)
		snprintf(vendor, sizeof(vendor), "vendor \"%s\"", facts->hypervisor);
	term_row("host claims", "host, unproven", "%s, %ld vCPU", vendor, facts->cpus);
	if (!facts->has_report)
		return;
	printf("\nA fact from the report is only as good as its signature, not checked here.\n");
	printf("Next: cvmctl attest --nonce-file nonce.bin -o evidence.bin --certs certs.bin\n");
}

static json_t *features_json(const struct cvm_platform *platform)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < platform->n_features; i++)
		json_array_append_new(list, json_pack("{s:s, s:b, s:s}", "name",
						      platform->features[i].name, "active",
						      platform->features[i].active, "source",
						      platform->features[i].source));
	return list;
}

static json_t *attestation_json(const struct cvm_platform *platform)
{
	json_t *object = json_object();

	json_object_set_new(object, "supported", json_boolean(platform->attestation_supported));
	json_object_set_new(object, "device", json_string(platform->attestation_device));
	json_object_set_new(object, "owner",
			    *platform->attestation_owner ? json_string(platform->attestation_owner)
							 : json_null());
	json_object_set_new(object, "usable", json_boolean(platform->attestation_usable));
	if (platform->vmpck >= 0)
		json_object_set_new(object, "vmpck", json_integer(platform->vmpck));
	json_object_set_new(object, "key_destroyed", json_boolean(platform->key_destroyed));
	return object;
}

static void set_number(json_t *object, const char *key, bool there, uint64_t value)
{
	char text[24];

	if (!there)
		return;
	snprintf(text, sizeof(text), "%016llx", (unsigned long long)value);
	json_object_set_new(object, key, json_string(text));
}

static json_t *platform_json(const struct facts *facts)
{
	const struct cvm_platform *platform = &facts->platform;
	json_t *object = json_object();

	json_object_set_new(object, "vendor", json_string(platform->vendor));
	json_object_set_new(object, "technology", json_string(technology(platform)));
	json_object_set_new(object, "provenance",
			    json_string(facts->by_module ? "module" : "kernel"));
	set_number(object, "sev_status", platform->has_sev_status, platform->sev_status);
	set_number(object, "td_attributes", platform->has_td, platform->td_attributes);
	set_number(object, "xfam", platform->has_td, platform->xfam);
	set_number(object, "td_ctls", platform->has_td_ctls, platform->td_ctls);
	if (platform->has_tdx_version)
		json_object_set_new(object, "tdx_version",
				    json_sprintf("%u.%u", (uint32_t)(platform->tdx_version >> 32),
						 (uint32_t)platform->tdx_version));
	if (platform->vmpl >= 0)
		json_object_set_new(object, "vmpl", json_integer(platform->vmpl));
	if (platform->c_bit >= 0)
		json_object_set_new(object, "c_bit", json_integer(platform->c_bit));
	json_object_set_new(object, "features", features_json(platform));
	json_object_set_new(object, "attestation", attestation_json(platform));
	return object;
}

static int print_json(const struct facts *facts, int exit_status)
{
	json_t *result = json_result(exit_status);

	json_object_set_new(result, "platform", platform_json(facts));
	json_object_set_new(result, "kernel", json_string(facts->kernel.release));
	if (facts->by_module)
		json_object_set_new(result, "module_version",
				    json_string(facts->platform.module_version));
	if (facts->has_report)
		json_object_set_new(result, "report", report_json(&facts->report));
	else if (facts->report_err.code)
		json_object_set_new(result, "report_error", error_json(&facts->report_err, 0));
	json_object_set_new(result, "host_claims",
			    json_pack("{s:s*, s:I}", "hypervisor", facts->hypervisor, "cpus",
				      (json_int_t)facts->cpus));
	if (!facts->by_module)
		json_object_set_new(result, "error",
				    error_json(&facts->module_err, facts->module_ret));
	return json_print(result, exit_status);
}

int cmd_status(const struct args *args)
{
	struct facts facts = { 0 };
	int exit_status = EXIT_YES;

	(void)args;
	if (gather(&facts))
		return fail(&facts.module_err, facts.module_ret);
	if (!facts.by_module)
		exit_status = error_exit(&facts.module_err);
	if (settings.json)
		return print_json(&facts, exit_status);
	print_text(&facts);
	if (facts.by_module)
		return EXIT_YES;
	putchar('\n');
	fflush(stdout);
	return fail(&facts.module_err, facts.module_ret);
}
