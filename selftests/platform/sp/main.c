// SPDX-License-Identifier: GPL-2.0-only
/*
 * sp: plays the AMD secure processor, and Intel's quoting enclave and provisioning
 * service, for the software platform.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "td.h"

struct arguments {
	const char *socket, *state, *keys, *report_data, *measurement, *out;
	const char *kernel, *initrd, *cmdline;
	char **words;
	int word_count;
};

struct verb {
	const char *name;
	void (*run)(const struct arguments *arguments);
};

static struct processor processor;
static struct enclave enclave;

static const char *needed(const char *value, const char *option)
{
	if (!value)
		die("--%s is missing; see sp --help", option);
	return value;
}

static const char *key_folder(const struct arguments *arguments)
{
	return arguments->keys ? arguments->keys : arguments->state;
}

static void run_serve(const struct arguments *arguments)
{
	serve(&processor, &enclave, needed(arguments->socket, "socket"),
	      needed(arguments->state, "state"), key_folder(arguments));
}

static void start_enclave(const struct arguments *arguments)
{
	enclave_start(&enclave, &processor.options, needed(arguments->state, "state"),
		      key_folder(arguments));
}

static void run_keys(const struct arguments *arguments)
{
	processor_start(&processor, needed(arguments->state, "state"), key_folder(arguments));
	start_enclave(arguments);
	enclave_stop(&enclave);
	processor_stop(&processor);
}

static void write_file(const char *path, const void *data, size_t size)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(data, 1, size, file) != size || fclose(file))
		die("cannot write %s: %s", path, strerror(errno));
}

static void run_report(const struct arguments *arguments)
{
	uint8_t data[64] = { 0 }, measurement[SP_DIGEST] = { 0 }, secrets[SP_PAGE];
	uint8_t report[SP_REPORT_SIZE];

	hex_parse(needed(arguments->report_data, "report-data"), data, sizeof(data));
	if (arguments->measurement)
		hex_parse(arguments->measurement, measurement, sizeof(measurement));
	processor_start(&processor, needed(arguments->state, "state"), key_folder(arguments));
	processor_launch(&processor, measurement, secrets);
	report_make(&processor, data, processor.options.vmpl, processor.options.vlek, report);
	write_file(needed(arguments->out, "out"), report, sizeof(report));
	processor_stop(&processor);
}

static void make_tdreport(const struct arguments *arguments, uint8_t report[TD_REPORT_SIZE])
{
	uint8_t data[64] = { 0 };

	hex_parse(needed(arguments->report_data, "report-data"), data, sizeof(data));
	tdreport_make(&processor.options.td.identity, data, report);
}

static void run_tdreport(const struct arguments *arguments)
{
	uint8_t report[TD_REPORT_SIZE];

	make_tdreport(arguments, report);
	write_file(needed(arguments->out, "out"), report, sizeof(report));
}

static void run_quote(const struct arguments *arguments)
{
	uint8_t report[TD_REPORT_SIZE], quote[TD_QUOTE_MAX];
	struct link_td_quote head;

	make_tdreport(arguments, report);
	start_enclave(arguments);
	if (!enclave_serve(&enclave, report, sizeof(report), &head, quote) || !head.length)
		die("there is no quote");
	write_file(needed(arguments->out, "out"), quote, head.length);
	enclave_stop(&enclave);
}

static void run_collateral(const struct arguments *arguments)
{
	start_enclave(arguments);
	enclave_stop(&enclave);
}

static void run_predict(const struct arguments *arguments)
{
	predict(needed(arguments->kernel, "kernel"), needed(arguments->initrd, "initrd"),
		needed(arguments->cmdline, "cmdline"));
}

static const struct verb verbs[] = {
	{ "serve", run_serve },
	{ "keys", run_keys },
	{ "report", run_report },
	{ "predict", run_predict },
	{ "tdreport", run_tdreport },
	{ "quote", run_quote },
	{ "collateral", run_collateral },
};

static void help(void)
{
	puts("Plays the AMD secure processor, and Intel's quoting enclave and provisioning\n"
	     "service, for the software platform.\n"
	     "\n"
	     "  sp serve   --socket PATH --state DIR [--keys DIR] [NAME=VALUE...]\n"
	     "             answer the hypervisor until killed\n"
	     "  sp keys    --state DIR [--keys DIR] [NAME=VALUE...]\n"
	     "             make keys and certificates only\n"
	     "  sp report  --state DIR [--keys DIR] --report-data HEX --out FILE\n"
	     "             [--measurement HEX] [NAME=VALUE...]\n"
	     "             make a signed report without a guest\n"
	     "  sp predict --kernel FILE --initrd FILE --cmdline TEXT\n"
	     "             print the launch digest of a guest of these files\n"
	     "  sp tdreport --report-data HEX --out FILE [NAME=VALUE...]\n"
	     "             make a TDREPORT without a guest\n"
	     "  sp quote   --state DIR [--keys DIR] --report-data HEX --out FILE [NAME=VALUE...]\n"
	     "             make a quote without a guest, and collateral\n"
	     "  sp collateral --state DIR [--keys DIR] [NAME=VALUE...]\n"
	     "             make collateral only: what Intel would say of that machine\n"
	     "\n"
	     "--state receives ark, ask, asvk, vcek and vlek as .pem and .der, crl.der (of the\n"
	     "ARK), crl-vek.der (of the VEK's issuer), certs.table, and measurement at launch.\n"
	     "tdx/root.pem and tdx/collateral/ are for the verifiers of quotes.\n"
	     "--keys keeps the private keys, else --state does; missing keys are made, which\n"
	     "takes seconds. No verifier trusts these keys unless told to.\n"
	     "\n"
	     "NAME=VALUE:");
	options_print();
	puts("\nfault=NAME[+NAME...]: for one quote each, the last for all; for guest messages the first");
	fault_print();
}

static struct arguments parse(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "socket", required_argument, NULL, 's' },
		{ "state", required_argument, NULL, 'd' },
		{ "keys", required_argument, NULL, 'y' },
		{ "report-data", required_argument, NULL, 'r' },
		{ "measurement", required_argument, NULL, 'm' },
		{ "out", required_argument, NULL, 'o' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "initrd", required_argument, NULL, 'i' },
		{ "cmdline", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct arguments arguments = { 0 };
	const char **places[256] = {
		['s'] = &arguments.socket, ['d'] = &arguments.state, ['y'] = &arguments.keys,
		['r'] = &arguments.report_data, ['m'] = &arguments.measurement,
		['o'] = &arguments.out, ['k'] = &arguments.kernel,
		['i'] = &arguments.initrd, ['c'] = &arguments.cmdline,
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (c == 'h') {
			help();
			exit(0);
		}
		if (c == '?')
			exit(2);
		*places[c] = optarg;
	}
	arguments.words = argv + optind;
	arguments.word_count = argc - optind;
	return arguments;
}

int main(int argc, char **argv)
{
	struct arguments arguments = parse(argc, argv);
	size_t i;

	if (!arguments.word_count)
		die("a verb is missing; see sp --help");
	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(arguments.words[0], verbs[i].name))
			continue;
		options_parse(&processor.options, arguments.words + 1, arguments.word_count - 1);
		verbs[i].run(&arguments);
		return 0;
	}
	die("no verb '%s'; see sp --help", arguments.words[0]);
}
