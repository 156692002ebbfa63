// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl attest: evidence for a nonce, written as the platform gave it. */
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

const struct option_spec attest_options[] = {
	{ "nonce", 0, "HEX", "bind SHA-512 of these bytes", false },
	{ "nonce-file", 'N', "FILE", "bind SHA-512 of the content of FILE", false },
	{ "report-data", 0, "HEX", "bind exactly these 64 bytes", false },
	{ "output", 'o', "FILE|-", "where the evidence goes; \"-\" is standard output", false },
	{ "certs", 0, "FILE", "write the host's certificate table there", false },
	{ "vmpl", 0, "LEVEL", "privilege level 0-3 the evidence is for", false },
	{ "transport", 0, "NAME", "auto, cvm, tsm or sev-guest", false },
	{ "format", 0, "NAME", "evidence (the default), or tdreport: local, of a TD", false },
	{ 0 },
};

static const char *output_of(const struct args *args)
{
	const char *path = args_get(args, "output");

	if (path)
		return path;
	/* JSON carries the evidence itself when no file is to take it */
	return settings.json ? NULL : "-";
}

static int check_outputs(const char *output, const char *certs)
{
	if (output && !strcmp(output, "-") && settings.json)
		return fail_usage("-o - and --json both want standard output");
	if (certs && !strcmp(certs, "-"))
		return fail_usage("--certs: it takes a file, standard output is for the evidence");
	if (output && files_would_hit_terminal(output))
		return fail_usage("evidence is binary and would garble the terminal; use -o FILE");
	if (certs && files_would_hit_terminal(certs))
		return fail_usage("--certs: certificates are binary and would garble the terminal");
	return 0;
}

static int write_certs(const char *path, const struct cvm_evidence_bytes *evidence)
{
	int ret;

	if (!path)
		return 0;
	if (!evidence->certs_len) {
		note("the host gave no certificates; %s is not written", path);
		return 0;
	}
	ret = files_write(path, evidence->certs, evidence->certs_len, 0644);
	return ret ? fail_io("cannot write", path, -ret) : 0;
}

static int print_json(const struct cvm_evidence_bytes *evidence, const char *output,
		      const char *certs)
{
	json_t *result = json_result(EXIT_YES);

	json_object_set_new(result, "transport",
			    json_string(cvm_transport_name(evidence->transport)));
	json_object_set_new(result, "provider", json_string(evidence->provider));
	json_object_set_new(result, "length", json_integer(evidence->report_len));
	json_object_set_new(result, "certs_length", json_integer(evidence->certs_len));
	if (output)
		json_object_set_new(result, "file", json_string(output));
	else
		json_set_hex(result, "evidence", evidence->report, evidence->report_len);
	if (certs && evidence->certs_len)
		json_object_set_new(result, "certs_file", json_string(certs));
	return json_print(result, EXIT_YES);
}

static const char *interface_name(const struct cvm_evidence_bytes *evidence)
{
	switch (evidence->transport) {
	case CVM_TRANSPORT_CVM:
		return settings.device ? settings.device : "/dev/cvm";
	case CVM_TRANSPORT_TSM:
		return "configfs-tsm";
	case CVM_TRANSPORT_SEV_GUEST:
		return "/dev/sev-guest";
	default:
		return "an unknown interface";
	}
}

/* The summary must not mix with evidence on standard output. */
static void print_text(const struct cvm_evidence_bytes *evidence, const char *output,
		       const char *certs)
{
	bool standard = !strcmp(output, "-");
	FILE *out = standard ? stderr : stdout;

	if (settings.quiet)
		return;
	fprintf(out, "%s: %zu bytes of evidence through %s%s%s%s\n",
		standard ? "standard output" : output, evidence->report_len,
		interface_name(evidence), *evidence->provider ? " (provider " : "",
		evidence->provider, *evidence->provider ? ")" : "");
	if (certs && evidence->certs_len)
		fprintf(out, "%s: %zu bytes of certificates, as the host gave them\n", certs,
			evidence->certs_len);
}

static int deliver(const struct cvm_evidence_bytes *evidence, const char *output, const char *certs)
{
	int ret = write_certs(certs, evidence);

	if (ret)
		return ret;
	if (output) {
		ret = files_write(output, evidence->report, evidence->report_len, 0644);
		if (ret)
			return fail_io("cannot write", output, -ret);
	}
	if (settings.json)
		return print_json(evidence, output, certs);
	print_text(evidence, output, certs);
	return EXIT_YES;
}

static int parse_format(const struct args *args, bool *tdreport)
{
	const char *name = args_get(args, "format");

	*tdreport = name && !strcmp(name, "tdreport");
	if (name && !*tdreport && strcmp(name, "evidence"))
		return fail_usage("--format: \"%s\" is neither evidence nor tdreport", name);
	return 0;
}

int cmd_attest(const struct args *args)
{
	const char *output = output_of(args), *certs = args_get(args, "certs");
	struct cvm_attest_request request = {
		.device = settings.device,
		.want_certs = certs,
	};
	struct cvm_evidence_bytes evidence = { 0 };
	struct cvm_error err = { 0 };
	struct nonce nonce;
	int ret;

	ret = nonce_from_args(args, false, &nonce);
	if (!ret)
		ret = args_vmpl(args, &request.vmpl);
	if (!ret)
		ret = args_transport(args, &request.transport);
	if (!ret)
		ret = parse_format(args, &request.tdreport);
	if (!ret)
		ret = check_outputs(output, certs);
	if (ret)
		return ret;
	memcpy(request.report_data, nonce.report_data, sizeof(request.report_data));
	ret = cvm_attest(&request, &evidence, &err);
	if (ret)
		return fail(&err, ret);
	ret = deliver(&evidence, output, certs);
	cvm_evidence_release(&evidence);
	return ret;
}
