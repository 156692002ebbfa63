// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl: the command table, the global options, and the way from one to the other. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

struct settings settings = { .color = "auto" };

const struct option_spec no_options[] = { { 0 } };

const struct command commands[] = {
	{ "status", NULL, "what protects this guest, and who says so (the default)", no_options,
	  cmd_status },
	{ "attest", NULL, "get hardware evidence for a nonce", attest_options, cmd_attest },
	{ "verify", "[FILE|-]", "appraise evidence: offline, unprivileged, anywhere",
	  verify_options, cmd_verify },
	{ "show", "FILE|-", "decode a report, quote, event log or certificate table", no_options,
	  cmd_show },
	{ "policy new", "FILE|-", "write a policy from known-good evidence", policy_new_options,
	  cmd_policy_new },
	{ "policy check", "FILE|-", "check a policy file for mistakes", no_options,
	  cmd_policy_check },
	{ "key derive", NULL, "derive a key bound to this guest and platform", key_derive_options,
	  cmd_key_derive },
	{ "measure show", NULL, "measurement registers of this guest (TDX)", no_options,
	  cmd_measure_show },
	{ "measure extend", "[FILE]", "extend RTMR2 or RTMR3 with a digest (TDX)",
	  measure_extend_options, cmd_measure_extend },
	{ "eventlog show", "[FILE]", "what boot measured, event by event (TDX)", no_options,
	  cmd_eventlog_show },
	{ "eventlog replay", "[FILE]", "does the event log lead to the registers? (TDX)",
	  eventlog_replay_options, cmd_eventlog_replay },
	{ "memory accept", NULL, "accept the rest early, in the background", memory_accept_options,
	  cmd_memory_accept },
	{ "memory stop", NULL, "end early acceptance", no_options, cmd_memory_stop },
	{ "memory latency", NULL, "how long acceptances took", no_options, cmd_memory_latency },
	/* behind those of two words, which would never be found otherwise */
	{ "memory", NULL, "what memory is accepted, and where the rest lies", memory_options,
	  cmd_memory },
	{ "audit run", NULL, "look which pages the host can read, and what is wrong",
	  audit_run_options, cmd_audit_run },
	{ "audit stop", NULL, "end a pass that runs", no_options, cmd_audit_stop },
	{ "audit show", "[ID]", "the last pass, or one of its findings", audit_show_options,
	  cmd_audit_show },
	{ "audit log", NULL, "who shared pages and took them back", no_options, cmd_audit_log },
	{ "audit map", NULL, "what the host can read, as a picture", audit_map_options,
	  cmd_audit_map },
	{ "audit baseline", NULL, "accept what is there now, and see what changes",
	  audit_baseline_options, cmd_audit_baseline },
	{ "audit", NULL, "the last pass (the same as audit show)", audit_show_options,
	  cmd_audit_show },
	{ "seal add", "KIND [NAME|A-B|PID]", "seal pages: take the digest of what must not change",
	  seal_add_options, cmd_seal_add },
	{ "seal check", "[ID]...", "is it all as it was when it was sealed?", seal_check_options,
	  cmd_seal_check },
	{ "seal list", NULL, "the seals there are", no_options, cmd_seal_list },
	{ "seal show", "ID", "all of one seal", no_options, cmd_seal_show },
	{ "seal diff", "ID INDEX", "the bytes of a page, as sealed and as they are", no_options,
	  cmd_seal_diff },
	{ "seal rebase", "[ID]...", "make what is there now the seal", seal_all_options,
	  cmd_seal_rebase },
	{ "seal remove", "[ID]...", "forget a seal", seal_all_options, cmd_seal_remove },
	{ "seal", NULL, "the seals there are (the same as seal list)", no_options, cmd_seal_list },
	{ "monitor", NULL, "what happens, one line each", no_options, cmd_monitor },
	{ "completion", "SHELL", "print the completion script for a shell: bash", no_options,
	  cmd_completion },
	{ 0 },
};

const struct option_spec global_options[] = {
	{ "json", 'j', NULL, "one JSON object on standard output, also for errors", false },
	{ "quiet", 'q', NULL, "only the result", false },
	{ "verbose", 'v', NULL, "long values in full, and notes on what was done", false },
	{ "color", 0, "WHEN", "auto, always or never", false },
	{ "device", 'd', "PATH", "char device of the module (default /dev/cvm)", false },
	{ "help", 'h', NULL, "this text, or that of a command", false },
	{ "version", 'V', NULL, "version of cvmctl", false },
	{ 0 },
};

static int apply_settings(const struct args *args)
{
	const char *environment = getenv("CVM_DEVICE");

	settings.json = args_has(args, "json");
	settings.quiet = args_has(args, "quiet");
	settings.verbose = args_has(args, "verbose");
	if (environment && *environment)
		settings.device = environment;
	if (args_has(args, "device"))
		settings.device = args_get(args, "device");
	if (args_has(args, "color"))
		settings.color = args_get(args, "color");
	return term_init();
}

/* Words of "KIND [NAME|PID]": those in brackets may be left out, "..." may come again */
static void count_operands(const char *text, size_t *least, size_t *most)
{
	*least = 0;
	*most = 0;
	for (; text && *text; text += strcspn(text, " "), text += *text == ' ') {
		*least += *text != '[';
		*most = strstr(text, "...") ? SIZE_MAX : *most + 1;
	}
}

static int check_operands(const struct args *args)
{
	const struct command *command = args->command;
	size_t least, most;

	count_operands(command->operands, &least, &most);
	if (args->n_operands < least)
		return fail_usage("%s needs %s: %s", command->name,
				  least > 1 ? "operands" : "an operand", command->operands);
	if (args->n_operands <= most)
		return 0;
	if (!most && args_is_group(command))
		return args_unknown_command(command->name, args->operands[0]);
	if (!most)
		return fail_usage("%s takes no operand, but got \"%s\"", command->name,
				  args->operands[0]);
	return fail_usage("%s takes %s, but got \"%s\" too", command->name, command->operands,
			  args->operands[most]);
}

static int run(const struct args *args)
{
	int ret = apply_settings(args);

	if (ret)
		return ret;
	if (args_has(args, "help")) {
		help_print(args->named ? args->command : NULL);
		return EXIT_YES;
	}
	if (args_has(args, "version")) {
		help_version();
		return EXIT_YES;
	}
	ret = check_operands(args);
	return ret ? ret : args->command->run(args);
}

/* Output that did not reach its file is a failure, whatever the command said. */
static int finish(int status)
{
	if (fflush(stdout) || ferror(stdout)) {
		perror("cvmctl: cannot write standard output");
		return status ? status : EXIT_FAILED;
	}
	return status;
}

int main(int argc, char **argv)
{
	struct args args = { 0 };
	int ret;

	setlocale(LC_CTYPE, "");
	ret = args_parse(argc, argv, &args);
	if (!ret)
		ret = run(&args);
	args_free(&args);
	return finish(ret);
}
