// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl policy: write a policy from known-good evidence; look one over. */
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

const struct option_spec policy_new_options[] = {
	{ "output", 'o', "FILE|-", "where the policy goes (default: standard output)", false },
	{ 0 },
};

static int print_json(const char *path, const char *text)
{
	json_t *result = json_result(EXIT_YES);

	if (path)
		json_object_set_new(result, "file", json_string(path));
	else
		json_object_set_new(result, "policy", json_string(text));
	return json_print(result, EXIT_YES);
}

static int deliver(const char *path, const char *text)
{
	int ret = 0;

	/* JSON carries the policy itself when no file is to take it */
	if (path || !settings.json)
		ret = files_write(path ? path : "-", text, strlen(text), 0644);
	if (ret)
		return fail_io("cannot write", path ? path : "standard output", -ret);
	if (settings.json)
		return print_json(path, text);
	if (path && strcmp(path, "-") && !settings.quiet)
		printf("%s: written; it accepts this evidence, which was not verified here\n",
		       path);
	return EXIT_YES;
}

static int policy_from_snp(const struct bytes *bytes, char **text, struct cvm_error *err)
{
	struct cvm_snp_report report;
	int ret = cvm_snp_report_parse(bytes->data, bytes->len, &report, err);

	return ret ? ret : cvm_policy_from_report(&report, text, err);
}

static int policy_from_td(const struct bytes *bytes, enum cvm_evidence_kind kind, char **text,
			  struct cvm_error *err)
{
	struct cvm_tdx_report td;
	struct cvm_tdx_quote quote;
	int ret;

	if (kind == CVM_EVIDENCE_TDX_REPORT) {
		ret = cvm_tdx_report_parse(bytes->data, bytes->len, &td, err);
		return ret ? ret : cvm_policy_from_tdx(&td, text, err);
	}
	ret = cvm_tdx_quote_parse(bytes->data, bytes->len, &quote, err);
	return ret ? ret : cvm_policy_from_tdx(&quote.td, text, err);
}

static int policy_from(const struct bytes *bytes, char **text, struct cvm_error *err)
{
	enum cvm_evidence_kind kind = cvm_evidence_kind(bytes->data, bytes->len);

	if (kind == CVM_EVIDENCE_TDX_REPORT || kind == CVM_EVIDENCE_TDX_QUOTE)
		return policy_from_td(bytes, kind, text, err);
	return policy_from_snp(bytes, text, err);
}

int cmd_policy_new(const struct args *args)
{
	const char *evidence = args->operands[0], *output = args_get(args, "output");
	struct cvm_error err = { 0 };
	struct bytes bytes;
	char *text = NULL;
	int ret;

	if (output && !strcmp(output, "-") && settings.json)
		return fail_usage("-o - and --json both want standard output");
	ret = files_read(evidence, &bytes);
	if (ret)
		return fail_io("cannot read", evidence, -ret);
	ret = policy_from(&bytes, &text, &err);
	free(bytes.data);
	if (ret)
		return fail(&err, ret);
	ret = deliver(output, text);
	free(text);
	return ret;
}

int cmd_policy_check(const struct args *args)
{
	const char *path = args->operands[0];
	struct cvm_policy *policy = NULL;
	struct cvm_error err = { 0 };
	struct bytes bytes;
	int ret = files_read(path, &bytes);

	if (ret)
		return fail_io("cannot read", path, -ret);
	ret = cvm_policy_parse((const char *)bytes.data, bytes.len, path, &policy, &err);
	free(bytes.data);
	if (ret)
		return fail(&err, ret);
	cvm_policy_free(policy);
	if (settings.json)
		return json_print(json_result(EXIT_YES), EXIT_YES);
	if (!settings.quiet)
		printf("%s: ok\n", path);
	return EXIT_YES;
}
