// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl attest: evidence for a nonce, written as the platform gave it. */
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

const struct option_spec attest_options[] = {
	{ "nonce", 0, "HEX", "bind SHA-512 of these bytes", false },
	{ "nonce-file", 'N', "FILE", "bind SHA-512 of the content of FILE", false },
	{ "report-data", 0, "HEX", "bind exactly these 64 bytes", false },
	{ "bind", 0, "seal", "with the nonce bind the root of all seals, as they are", false },
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

/**
 * struct delivery - evidence, and where it goes
 * @evidence: as the platform gave it
 * @output: its file, "-", or NULL for JSON
 * @certs: file for the host's certificates, or NULL
 * @seals: what of the seals is bound, or NULL
 */
struct delivery {
	struct cvm_evidence_bytes evidence;
	const char *output;
	const char *certs;
	const struct seal_binding *seals;
};

static json_t *seals_json(const struct seal_binding *seals)
{
	json_t *object = json_pack("{s:i, s:i}", "count", (int)seals->count, "not_intact",
				   (int)seals->not_intact);

	json_set_hex(object, "root", seals->root, sizeof(seals->root));
	return object;
}

static int print_json(const struct delivery *delivery)
{
	const struct cvm_evidence_bytes *evidence = &delivery->evidence;
	json_t *result = json_result(EXIT_YES);

	json_object_set_new(result, "transport",
			    json_string(cvm_transport_name(evidence->transport)));
	json_object_set_new(result, "provider", json_string(evidence->provider));
	json_object_set_new(result, "length", json_integer(evidence->report_len));
	json_object_set_new(result, "certs_length", json_integer(evidence->certs_len));
	if (delivery->seals)
		json_object_set_new(result, "seals", seals_json(delivery->seals));
	if (delivery->output)
		json_object_set_new(result, "file", json_string(delivery->output));
	else
		json_set_hex(result, "evidence", evidence->report, evidence->report_len);
	if (delivery->certs && evidence->certs_len)
		json_object_set_new(result, "certs_file", json_string(delivery->certs));
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

/* In full, for the verifier is told of it */
static void print_root(FILE *out, const struct seal_binding *seals)
{
	char root[2 * sizeof(seals->root) + 1];

	fprintf(out, "bound: seal root %s of %u seal%s\n",
		cvm_hex(root, seals->root, sizeof(seals->root)), seals->count,
		seals->count == 1 ? "" : "s");
}

/* The summary must not mix with evidence on standard output. */
static void print_text(const struct delivery *delivery)
{
	const struct cvm_evidence_bytes *evidence = &delivery->evidence;
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): only JSON goes nowhere else */
	bool standard = !strcmp(delivery->output, "-");
	FILE *out = standard ? stderr : stdout;

	if (settings.quiet)
		return;
	fprintf(out, "%s: %zu bytes of evidence through %s%s%s%s\n",
		standard ? "standard output" : delivery->output, evidence->report_len,
		interface_name(evidence), *evidence->provider ? " (provider " : "",
		evidence->provider, *evidence->provider ? ")" : "");
	if (delivery->certs && evidence->certs_len)
		fprintf(out, "%s: %zu bytes of certificates, as the host gave them\n",
			delivery->certs, evidence->certs_len);
	if (delivery->seals)
		print_root(out, delivery->seals);
}

static int deliver(const struct delivery *delivery)
{
	const struct cvm_evidence_bytes *evidence = &delivery->evidence;
	int ret = write_certs(delivery->certs, evidence);

	if (ret)
		return ret;
	if (delivery->output) {
		ret = files_write(delivery->output, evidence->report, evidence->report_len, 0644);
		if (ret)
			return fail_io("cannot write", delivery->output, -ret);
	}
	if (settings.json)
		return print_json(delivery);
	print_text(delivery);
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

static int check_bind(const struct args *args)
{
	const char *what = args_get(args, "bind");

	if (what && strcmp(what, "seal"))
		return fail_usage("--bind: \"%s\" is not seal", what);
	if (what && args_has(args, "report-data"))
		return fail_usage("--bind seal: it takes --nonce or --nonce-file");
	return 0;
}

static int parse(const struct args *args, struct cvm_attest_request *request,
		 const struct delivery *delivery)
{
	int ret = args_vmpl(args, &request->vmpl);

	if (!ret)
		ret = args_transport(args, &request->transport);
	if (!ret)
		ret = parse_format(args, &request->tdreport);
	if (!ret)
		ret = check_bind(args);
	return ret ? ret : check_outputs(delivery->output, delivery->certs);
}

int cmd_attest(const struct args *args)
{
	struct delivery delivery = {
		.output = output_of(args),
		.certs = args_get(args, "certs"),
	};
	struct cvm_attest_request request = {
		.device = settings.device,
		.want_certs = delivery.certs,
	};
	struct seal_binding seals = { 0 };
	struct cvm_error err = { 0 };
	struct nonce nonce;
	int ret;

	ret = nonce_from_args(args, false, &nonce);
	if (ret)
		return ret;
	ret = parse(args, &request, &delivery);
	if (!ret && args_has(args, "bind")) {
		ret = seal_bind(&seals);
		ret = ret ? ret : nonce_bind_seals(&nonce, seals.root);
		delivery.seals = &seals;
	}
	memcpy(request.report_data, nonce.report_data, sizeof(request.report_data));
	nonce_release(&nonce);
	if (ret)
		return ret;
	ret = cvm_attest(&request, &delivery.evidence, &err);
	ret = ret ? fail(&err, ret) : deliver(&delivery);
	cvm_evidence_release(&delivery.evidence);
	return ret;
}
