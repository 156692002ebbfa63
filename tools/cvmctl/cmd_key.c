// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl key derive: a key that only this guest on this platform gets again. */
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

const struct option_spec key_derive_options[] = {
	{ "from", 0, "ROOT", "vcek (the default) or vmrk", false },
	{ "bind", 0, "LIST", "bind to policy,image,family,measurement,svn,tcb", false },
	{ "guest-svn", 0, "NUMBER", "guest SVN to mix in, not above the guest's own", false },
	{ "tcb", 0, "NUMBER", "TCB version to mix in, not above the committed one", false },
	{ "vmpl", 0, "LEVEL", "privilege level 0-3 the key is for", false },
	{ "output", 'o', "FILE", "takes the 32 bytes, mode 0600; never a terminal", false },
	{ "transport", 0, "NAME", "auto, cvm or sev-guest", false },
	{ 0 },
};

/* GUEST_FIELD_SELECT, SEV-SNP ABI table 19 */
static const char *const fields[] = { "policy", "image", "family", "measurement", "svn", "tcb" };

static const char choices[] = "policy,image,family,measurement,svn,tcb";

static int parse_bind(const char *list, uint64_t *selected)
{
	size_t i, len, n = ARRAY_SIZE(fields);

	for (; list && *list; list += len + (list[len] == ',')) {
		len = strcspn(list, ",");
		for (i = 0; i < n; i++)
			if (strlen(fields[i]) == len && !strncmp(fields[i], list, len))
				break;
		if (i == n)
			return fail_usage("--bind: \"%.*s\" is not one of %s", (int)len, list,
					  choices);
		*selected |= 1ull << i;
	}
	return 0;
}

static int parse_root(const char *text, uint32_t *root)
{
	if (!text || !strcmp(text, "vcek"))
		*root = 0;
	else if (!strcmp(text, "vmrk"))
		*root = 1;
	else
		return fail_usage("--from: \"%s\" is neither vcek nor vmrk", text);
	return 0;
}

/* A number that is not mixed in would be ignored without a word: refuse it. */
static int check_unused(const struct args *args, uint64_t selected)
{
	if (args_has(args, "guest-svn") && !(selected & 1 << 4))
		return fail_usage("--guest-svn has no effect without --bind svn");
	if (args_has(args, "tcb") && !(selected & 1 << 5))
		return fail_usage("--tcb has no effect without --bind tcb");
	return 0;
}

static int parse(const struct args *args, struct cvm_key_request *request)
{
	uint64_t svn = 0;
	int ret;

	request->device = settings.device;
	ret = parse_root(args_get(args, "from"), &request->root);
	if (!ret)
		ret = parse_bind(args_get(args, "bind"), &request->fields);
	if (!ret)
		ret = check_unused(args, request->fields);
	if (!ret)
		ret = args_number(args, "guest-svn", UINT32_MAX, &svn);
	if (!ret)
		ret = args_number(args, "tcb", UINT64_MAX, &request->tcb_version);
	if (!ret)
		ret = args_vmpl(args, &request->vmpl);
	if (!ret)
		ret = args_transport(args, &request->transport);
	request->guest_svn = svn;
	return ret;
}

static int check_output(const char *output)
{
	if (!output)
		return fail_usage("a key is secret: give -o FILE");
	if (!strcmp(output, "-") && settings.json)
		return fail_usage("-o - and --json both want standard output");
	if (files_would_hit_terminal(output))
		return fail_usage("a key is secret and is not written to a terminal; use -o FILE");
	return 0;
}

static int report_done(const char *output, enum cvm_transport used)
{
	json_t *result;

	if (settings.json) {
		result = json_result(EXIT_YES);
		json_object_set_new(result, "transport", json_string(cvm_transport_name(used)));
		json_object_set_new(result, "length", json_integer(32));
		json_object_set_new(result, "file", json_string(output));
		return json_print(result, EXIT_YES);
	}
	if (!settings.quiet)
		fprintf(strcmp(output, "-") ? stdout : stderr,
			"%s: key of 32 bytes, mode 0600, derived through %s\n", output,
			cvm_transport_name(used));
	return EXIT_YES;
}

int cmd_key_derive(const struct args *args)
{
	const char *output = args_get(args, "output");
	struct cvm_key_request request = { 0 };
	enum cvm_transport used = CVM_TRANSPORT_AUTO;
	struct cvm_error err = { 0 };
	uint8_t key[32];
	int ret;

	ret = parse(args, &request);
	if (!ret)
		ret = check_output(output);
	if (ret)
		return ret;
	ret = cvm_derive_key(&request, key, &used, &err);
	if (ret)
		return fail(&err, ret);
	ret = files_write(output, key, sizeof(key), 0600);
	explicit_bzero(key, sizeof(key));
	if (ret)
		return fail_io("cannot write", output, -ret);
	return report_done(output, used);
}
