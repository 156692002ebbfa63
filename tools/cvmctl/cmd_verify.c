// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cvmctl verify: is this evidence authentic, fresh and acceptable? It works from
 * files alone. It opens no socket and loads no configuration of libcrypto: what
 * counts is what the command line names.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "cvmctl.h"

const struct option_spec verify_options[] = {
	{ "nonce", 0, "HEX", "the evidence must bind SHA-512 of these bytes", false },
	{ "nonce-file", 'N', "FILE", "the same, of the content of FILE", false },
	{ "report-data", 0, "HEX", "the evidence must bind exactly these 64 bytes", false },
	{ "seal-root", 0, "HEX", "and this root, which attest --bind seal told", false },
	{ "no-nonce", 0, NULL, "do not ask whether the evidence is fresh", false },
	{ "policy", 'p', "FILE", "what else must hold, see cvm-policy(5)", false },
	{ "certs", 0, "PATH", "certificates: a file or a folder; repeatable", true },
	{ "crl", 0, "PATH", "revocation lists: a file or a folder; repeatable", true },
	{ "collateral", 0, "PATH", "what Intel says of a quote's platform; repeatable", true },
	{ "roots", 0, "PATH", "trust these roots too: for test platforms", true },
	{ "batch", 0, "LIST", "all files of a folder, or those that a list names", false },
	{ "jobs", 'j', "N", "threads for --batch (default: one a processor)", false },
	{ "at", 0, "TIME", "judge as of this RFC 3339 time instead of now", false },
	{ 0 },
};

static const char *const certs_suffixes[] = { ".der", ".pem", ".crt",	".cert",
					      ".cer", ".bin", ".table", NULL };
static const char *const crl_suffixes[] = { ".crl", ".der", ".pem", NULL };
static const char *const collateral_suffixes[] = { ".json", ".pem", ".der", ".crl", ".hex", NULL };

typedef int (*verifier_add)(struct cvm_verifier *verifier, const void *data, size_t len,
			    const char *name, struct cvm_error *err);

struct add {
	struct cvm_verifier *verifier;
	verifier_add function;
};

static int add_bytes(void *ctx, const char *path, const struct bytes *bytes, struct cvm_error *err)
{
	const struct add *add = ctx;

	return add->function(add->verifier, bytes->data, bytes->len, path, err);
}

static int add_all(struct cvm_verifier *verifier, const struct args *args, const char *option,
		   const char *const *suffixes, verifier_add function)
{
	struct add add = { verifier, function };
	size_t position = 0;
	const char *path;
	int ret = 0;

	while (!ret && (path = args_next(args, option, &position)))
		ret = folder_each(path, suffixes, add_bytes, &add);
	return ret;
}

static int set_time(struct cvm_verifier *verifier, const char *text)
{
	time_t at = time(NULL);

	if (text && rfc3339_parse(text, &at))
		return fail_usage("--at: \"%s\" is no RFC 3339 time such as 2026-11-25T12:00:00Z",
				  text);
	cvm_verifier_set_time(verifier, at);
	return 0;
}

static int set_policy(struct cvm_verifier *verifier, const char *path)
{
	struct cvm_policy *policy = NULL;
	struct cvm_error err = { 0 };
	struct bytes bytes;
	int ret;

	if (!path)
		return 0;
	ret = files_read(path, &bytes);
	if (ret)
		return fail_io("cannot read", path, -ret);
	ret = cvm_policy_parse((const char *)bytes.data, bytes.len, path, &policy, &err);
	free(bytes.data);
	if (ret)
		return fail(&err, ret);
	cvm_verifier_set_policy(verifier, policy);
	return 0;
}

static int set_nonce(struct cvm_verifier *verifier, const struct nonce *nonce)
{
	int ret = 0;

	if (nonce->none)
		cvm_verifier_expect_nothing(verifier);
	else if (nonce->has_seal_root)
		ret = cvm_verifier_expect_seals(verifier, nonce->bytes.data, nonce->bytes.len,
						nonce->seal_root, nonce->name);
	else
		cvm_verifier_expect_report_data(verifier, nonce->report_data, nonce->origin);
	return ret ? fail_io("cannot hash the nonce", "", -ret) : 0;
}

static int prepare(struct cvm_verifier *verifier, const struct args *args,
		   const struct nonce *nonce)
{
	int ret = set_time(verifier, args_get(args, "at"));

	if (!ret)
		ret = set_nonce(verifier, nonce);
	if (!ret)
		ret = set_policy(verifier, args_get(args, "policy"));
	if (!ret)
		ret = add_all(verifier, args, "roots", certs_suffixes, cvm_verifier_add_roots);
	if (!ret)
		ret = add_all(verifier, args, "certs", certs_suffixes, cvm_verifier_add_certs);
	if (!ret)
		ret = add_all(verifier, args, "crl", crl_suffixes, cvm_verifier_add_crl);
	if (!ret)
		ret = add_all(verifier, args, "collateral", collateral_suffixes,
			      cvm_verifier_add_collateral);
	return ret;
}

static const char *group_name(enum cvm_group group)
{
	static const char *const names[] = { "format", "authentic", "fresh", "policy" };

	return names[group];
}

static const char *result_name(enum cvm_result result)
{
	static const char *const names[] = { "ok", "fail", "missing", "skipped" };

	return names[result];
}

const char *verify_verdict_name(enum cvm_verdict verdict)
{
	static const char *const names[] = { "accepted", "rejected", "unknown" };

	return names[verdict];
}

static json_t *check_json(const struct cvm_check *check)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s*}", "name", check->name, "group",
			 group_name(check->group), "result", result_name(check->result), "detail",
			 check->detail ? check->detail : "", "remedy", check->remedy);
}

json_t *verify_json(const char *name, const struct cvm_appraisal *appraisal)
{
	json_t *result = json_result(appraisal->exit_code);
	json_t *checks = json_array();
	size_t i;

	for (i = 0; i < appraisal->n_checks; i++)
		json_array_append_new(checks, check_json(&appraisal->checks[i]));
	json_object_set_new(result, "verdict",
			    json_string(verify_verdict_name(appraisal->verdict)));
	json_object_set_new(result, "platform", json_string(appraisal->platform));
	json_object_set_new(result, "product", json_string(appraisal->product));
	json_object_set_new(result, "summary", json_string(appraisal->summary));
	json_object_set_new(result, "file", json_string(name));
	if (appraisal->has_seal_root) {
		json_set_hex(result, "seal_root", appraisal->seal_root,
			     sizeof(appraisal->seal_root));
		json_object_set_new(result, "sealed", json_boolean(appraisal->sealed));
	}
	json_object_set_new(result, "checks", checks);
	if (appraisal->has_report)
		json_object_set_new(result, "report", report_json(&appraisal->report));
	if (appraisal->has_tdx)
		json_object_set_new(result, "report", td_json(&appraisal->tdx));
	if (*appraisal->fmspc)
		json_object_set_new(result, "fmspc", json_string(appraisal->fmspc));
	if (appraisal->has_tcb)
		json_object_set_new(result, "tcb", td_tcb_json(&appraisal->tcb));
	return result;
}

static void print_mark(enum cvm_result result)
{
	static const struct {
		enum tone tone;
		const char *word;
	} marks[] = {
		[CVM_RESULT_OK] = { TONE_GOOD, "ok  " },
		[CVM_RESULT_FAIL] = { TONE_BAD, "FAIL" },
		[CVM_RESULT_MISSING] = { TONE_UNSURE, "????" },
		[CVM_RESULT_SKIPPED] = { TONE_UNSURE, "-   " },
	};

	term_tone(marks[result].tone, "%s", marks[result].word);
}

#define DETAIL_COLUMN 20

static void print_checks(const struct cvm_appraisal *appraisal)
{
	const struct cvm_check *check, *previous = NULL;
	size_t i;

	for (i = 0; i < appraisal->n_checks; i++) {
		check = &appraisal->checks[i];
		printf("  %-12s",
		       previous && previous->group == check->group ? "" : group_name(check->group));
		print_mark(check->result);
		printf("  ");
		term_wrapped(DETAIL_COLUMN, DETAIL_COLUMN, TERM_WIDTH,
			     check->detail ? check->detail : check->name);
		putchar('\n');
		if (check->remedy) {
			printf("%*s", DETAIL_COLUMN + 2, "");
			term_wrapped(DETAIL_COLUMN + 2, DETAIL_COLUMN + 2, TERM_WIDTH,
				     check->remedy);
			putchar('\n');
		}
		previous = check;
	}
	putchar('\n');
}

static void print_summary(const struct cvm_appraisal *appraisal)
{
	static const enum tone tones[] = { TONE_GOOD, TONE_BAD, TONE_UNSURE };
	size_t word = strcspn(appraisal->summary, " :.");

	term_tone(tones[appraisal->verdict], "%.*s", (int)word, appraisal->summary);
	/* one line, so that the last line is the verdict whatever it says */
	printf("%s\n", appraisal->summary + word);
}

static int print_text(const char *name, size_t len, const struct cvm_appraisal *appraisal)
{
	char title[160];

	if (!settings.quiet) {
		if (appraisal->has_report)
			report_title(&appraisal->report, len, title, sizeof(title));
		else if (appraisal->has_tdx)
			td_title(&appraisal->tdx, len, title, sizeof(title));
		else
			snprintf(title, sizeof(title), "%zu bytes", len);
		printf("%s: %s\n", name, title);
		print_checks(appraisal);
	}
	print_summary(appraisal);
	return appraisal->exit_code;
}

static int appraise(struct cvm_verifier *verifier, const char *name)
{
	struct cvm_appraisal *appraisal = NULL;
	struct cvm_error err = { 0 };
	struct bytes bytes;
	int ret = files_read(name, &bytes);

	if (ret)
		return fail_io("cannot read", name, -ret);
	ret = cvm_verifier_appraise(verifier, bytes.data, bytes.len, &appraisal, &err);
	if (ret)
		ret = fail(&err, ret);
	else if (settings.json)
		ret = json_print(verify_json(name, appraisal), appraisal->exit_code);
	else
		ret = print_text(name, bytes.len, appraisal);
	cvm_appraisal_free(appraisal);
	free(bytes.data);
	return ret;
}

/* A verifier with all that the command line names; what is wrong was told. */
int verify_prepare(const struct args *args, const struct nonce *nonce,
		   struct cvm_verifier **verifier)
{
	int ret = cvm_verifier_new(verifier);

	if (ret)
		return fail_io("cannot make a verifier", "", -ret);
	ret = prepare(*verifier, args, nonce);
	if (!ret)
		return 0;
	cvm_verifier_free(*verifier);
	*verifier = NULL;
	return ret;
}

static int verify_one(const struct args *args, const struct nonce *nonce)
{
	struct cvm_verifier *verifier;
	int ret = verify_prepare(args, nonce, &verifier);

	if (ret)
		return ret;
	ret = appraise(verifier, args->operands[0]);
	cvm_verifier_free(verifier);
	return ret;
}

static int want_seals(const struct args *args, struct nonce *nonce)
{
	const char *text = args_get(args, "seal-root");
	uint8_t root[CVM_SEAL_DIGEST];
	size_t len;

	if (!text)
		return 0;
	if (hex_decode(text, root, sizeof(root), &len) || len != sizeof(root))
		return fail_usage("--seal-root: it takes 64 hex digits, exactly 32 bytes");
	if (!nonce->bytes.len)
		return fail_usage("--seal-root: it was hashed behind the nonce; give --nonce or %s",
				  "--nonce-file");
	return nonce_bind_seals(nonce, root);
}

int cmd_verify(const struct args *args)
{
	const bool batch = args_has(args, "batch");
	struct nonce nonce;
	int ret;

	if (!batch && !args->n_operands)
		return fail_usage("verify needs an operand: FILE|-, or --batch LIST");
	if (batch && args->n_operands)
		return fail_usage("verify takes a FILE or --batch, and not both");
	if (!batch && args_has(args, "jobs"))
		return fail_usage("--jobs is for --batch");
	/* the process ends with the verdict: no configuration to read, nothing to take down */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL);
	ret = nonce_from_args(args, true, &nonce);
	if (ret)
		return ret;
	ret = want_seals(args, &nonce);
	if (!ret)
		ret = batch ? verify_batch(args, &nonce) : verify_one(args, &nonce);
	nonce_release(&nonce);
	return ret;
}
