// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cvmctl show, policy new and policy check, on anything: kind of the evidence, rows and
 * JSON. No byte of the evidence may move the cursor of whoever looks at it.
 */
#define _GNU_SOURCE /* memfd_create() */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cvmctl.h"
#include "fuzz.h"

struct shown {
	char *out;
	char *err;
	size_t out_len;
	size_t err_len;
	int status;
};

static void show(int (*command)(const struct args *args), const char *path, struct shown *shown)
{
	const char *operands[] = { path };
	static struct command none = { .name = "show", .options = no_options };
	struct args args = { .command = &none, .operands = operands, .n_operands = 1 };
	FILE *out = stdout, *err = stderr;

	memset(shown, 0, sizeof(*shown));
	stdout = open_memstream(&shown->out, &shown->out_len);
	stderr = open_memstream(&shown->err, &shown->err_len);
	if (stdout && stderr)
		shown->status = command(&args);
	fclose(stdout);
	fclose(stderr);
	stdout = out;
	stderr = err;
}

static void check_json(const struct shown *shown)
{
	json_t *object = json_loads(shown->out, JSON_REJECT_DUPLICATES, NULL);
	json_t *error = json_object_get(object, "error");

	FUZZ_CHECK(json_is_object(object));
	FUZZ_CHECK(json_is_object(error) == (shown->status != EXIT_YES));
	json_decref(object);
}

static void check_show(int (*command)(const struct args *args), const char *path, bool json)
{
	struct shown shown;

	settings.json = json;
	show(command, path, &shown);
	FUZZ_CHECK(strlen(shown.out) == shown.out_len && strlen(shown.err) == shown.err_len);
	FUZZ_CHECK(fuzz_is_plain(shown.out, true) && fuzz_is_plain(shown.err, true));
	FUZZ_CHECK(shown.status == EXIT_YES || shown.status == EXIT_MALFORMED);
	if (json)
		check_json(&shown);
	else
		FUZZ_CHECK(!!shown.err_len == (shown.status != EXIT_YES));
	free(shown.out);
	free(shown.err);
}

/* As text its errors may be in any language; as JSON they must be there. */
static void check_policy(const char *path)
{
	struct shown shown;

	settings.json = true;
	show(cmd_policy_check, path, &shown);
	FUZZ_CHECK(shown.status == EXIT_YES || shown.status == EXIT_USAGE);
	check_json(&shown);
	free(shown.out);
	free(shown.err);
}

static void check_kind(const uint8_t *data, size_t size)
{
	enum cvm_evidence_kind kind = cvm_evidence_kind(data, size);
	struct cvm_snp_report report;

	FUZZ_CHECK(cvm_evidence_kind_name(kind));
	/* what parses as a report is taken for one */
	if (!cvm_snp_report_parse(data, size, &report, NULL) && !report.newer)
		FUZZ_CHECK(kind == CVM_EVIDENCE_SNP_REPORT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("evidence", MFD_CLOEXEC);
	char path[64];

	FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	settings.color = "never";
	settings.verbose = size % 2;
	check_kind(data, size);
	check_show(cmd_show, path, false);
	check_show(cmd_show, path, true);
	check_show(cmd_policy_new, path, false);
	check_show(cmd_policy_new, path, true);
	check_policy(path);
	close(fd);
	return 0;
}
