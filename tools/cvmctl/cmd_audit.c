// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl audit: which pages the host can read, who made them so, and what is wrong. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"

const struct option_spec audit_run_options[] = {
	{ "rate", 0, "MIB", "MiB of memory a second at most (default: no limit)", false },
	{ "hardware", 0, "[=N]", "ask the hardware about N private pages, too (TDX; 4096)", false },
	{ "fail-on", 0, "WHICH", "exit 9 on findings: any, unexpected (default), none", false },
	{ "baseline", 0, "FILE", "the baseline (default " AUDIT_BASELINE ")", false },
	{ 0 },
};

const struct option_spec audit_show_options[] = {
	{ "fail-on", 0, "WHICH", "exit 9 on findings: any, unexpected (default), none", false },
	{ "baseline", 0, "FILE", "the baseline (default " AUDIT_BASELINE ")", false },
	{ 0 },
};

const struct option_spec audit_map_options[] = {
	{ "svg", 0, "FILE", "draw it into an SVG file", false },
	{ 0 },
};

const struct option_spec audit_baseline_options[] = {
	{ "save", 0, NULL, "accept all that is shared and found now", false },
	{ "accept", 0, "ID", "accept this finding from now on", false },
	{ "diff", 0, NULL, "what has changed since (default)", false },
	{ "file", 0, "FILE", "the baseline (default " AUDIT_BASELINE ")", false },
	{ 0 },
};

#define MIB	(1024 * 1024ull)
#define SAMPLE	4096
#define IDLE_MS 200

/* ---- a pass ---- */

static void print_progress(const struct cvm_audit *audit)
{
	if (settings.quiet || settings.json || !isatty(STDERR_FILENO))
		return;
	fprintf(stderr, audit->running ? "\raudit: %3.0f %%" : "\r            \r",
		audit->progress / 10.0);
	fflush(stderr);
}

static int wait_for_end(struct cvm_audit *audit, struct cvm_error *err)
{
	unsigned int wait_us = 5000;
	int ret;

	interrupt_catch();
	for (;;) {
		ret = cvm_audit_get(audit, err);
		if (ret || !audit->running)
			return ret;
		if (interrupt_seen())
			ret = cvm_audit_stop(err);
		if (ret)
			return ret;
		print_progress(audit);
		usleep(wait_us);
		wait_us = wait_us < IDLE_MS * 1000 / 2 ? 2 * wait_us : IDLE_MS * 1000;
	}
}

/* A baseline that is named is meant: without it everything would be unexpected */
static int get_result(const struct args *args, struct audit_result *result, struct cvm_error *err)
{
	const char *baseline = args_get(args, "baseline");

	return audit_result_get(result, baseline ? baseline : AUDIT_BASELINE, baseline, err);
}

static int exit_of(const struct audit_result *result, const char *fail_on)
{
	size_t count = 0;

	if (!strcmp(fail_on, "any"))
		count = result->count + result->audit.dropped;
	else if (!strcmp(fail_on, "unexpected"))
		count = audit_result_unexpected(result) + result->audit.dropped;
	return count ? EXIT_FINDINGS : EXIT_YES;
}

static int add_shared(void *ctx, const struct cvm_page_extent *extent)
{
	if (extent->verdict)
		json_array_append_new(ctx, audit_json_extent(extent));
	return 0;
}

static int print_json(const struct audit_result *result, int exit_status)
{
	json_t *object = json_result(exit_status), *audit = audit_json(result);
	json_t *shared = json_array();
	struct cvm_error err = { 0 };

	json_object_update(object, audit);
	json_decref(audit);
	/* beside the sums: each range, as it is now */
	if (!cvm_audit_map(settings.device, add_shared, shared, &err))
		json_object_set(object, "shared", shared);
	json_decref(shared);
	return json_print(object, exit_status);
}

static int show(const struct audit_result *result, const char *fail_on)
{
	int exit_status = exit_of(result, fail_on);

	if (settings.json)
		return print_json(result, exit_status);
	audit_screen(result);
	return exit_status;
}

static int refuse(const struct cvm_audit *audit)
{
	struct cvm_error err = { .code = CVM_ERR_NO_INTERFACE };

	snprintf(err.what, sizeof(err.what), "no audit");
	snprintf(err.why, sizeof(err.why), "%s", audit->refused);
	return fail(&err, -EOPNOTSUPP);
}

static int refuse_hardware(const struct cvm_audit *audit)
{
	struct cvm_error err = { .code = CVM_ERR_NO_INTERFACE };

	snprintf(err.what, sizeof(err.what), "--hardware");
	snprintf(err.why, sizeof(err.why), "%s", audit->hardware_refused);
	return fail(&err, -ENXIO);
}

static int parse_run(const struct args *args, struct cvm_audit_request *request,
		     const char **fail_on)
{
	uint64_t rate = 0, hardware = args_has(args, "hardware") ? SAMPLE : 0;
	int ret = args_number(args, "rate", UINT64_MAX / MIB, &rate);

	if (!ret)
		ret = args_number(args, "hardware", UINT32_MAX, &hardware);
	if (!ret)
		ret = args_fail_on(args, fail_on);
	request->rate = rate * MIB;
	request->hardware = hardware;
	return ret;
}

int cmd_audit_run(const struct args *args)
{
	struct cvm_label labels[CVM_LABELS_MAX];
	struct cvm_audit_request request = { .labels = labels };
	struct audit_result result = { 0 };
	struct cvm_error err = { 0 };
	const char *fail_on;
	int ret = parse_run(args, &request, &fail_on);

	if (ret)
		return ret;
	ret = cvm_audit_get(&result.audit, &err);
	if (!ret && *result.audit.refused)
		return refuse(&result.audit);
	if (!ret && request.hardware && *result.audit.hardware_refused)
		return refuse_hardware(&result.audit);
	request.n_labels = cvm_audit_labels(labels);
	if (!ret)
		ret = cvm_audit_run(&request, &err);
	if (!ret)
		ret = wait_for_end(&result.audit, &err);
	if (!ret && result.audit.cancelled) {
		note("the audit was stopped; what the pass before found stays");
		return EXIT_FAILED;
	}
	if (!ret)
		ret = get_result(args, &result, &err);
	ret = ret ? fail(&err, ret) : show(&result, fail_on);
	audit_result_free(&result);
	return ret;
}

int cmd_audit_stop(const struct args *args)
{
	struct cvm_error err = { 0 };
	int ret = cvm_audit_stop(&err);

	(void)args;
	if (ret)
		return fail(&err, ret);
	return settings.json ? json_print(json_result(EXIT_YES), EXIT_YES) : EXIT_YES;
}

/* ---- the last pass ---- */

static int show_one(const struct audit_result *result, const char *text)
{
	const struct audit_finding *finding;
	char *end;
	unsigned long id = strtoul(text, &end, 10);

	if (end == text || *end)
		return fail_usage("audit show: \"%s\" is no number of a finding", text);
	finding = audit_result_find(result, id);
	if (!finding)
		return fail_usage("the last pass has no finding %lu", id);
	if (settings.json) {
		json_t *object = json_result(EXIT_YES);

		json_object_set_new(object, "finding", audit_json_finding(finding));
		return json_print(object, EXIT_YES);
	}
	audit_screen_finding(finding, true);
	return EXIT_YES;
}

int cmd_audit_show(const struct args *args)
{
	struct audit_result result = { 0 };
	struct cvm_error err = { 0 };
	const char *fail_on;
	int ret = args_fail_on(args, &fail_on);

	if (ret)
		return ret;
	ret = get_result(args, &result, &err);
	if (ret)
		ret = fail(&err, ret);
	else if (*result.audit.refused)
		ret = refuse(&result.audit);
	else if (args->n_operands)
		ret = show_one(&result, args->operands[0]);
	else if (!result.audit.passes && !settings.json)
		ret = (puts("No audit has been run yet:  cvmctl audit run"), EXIT_YES);
	else
		ret = show(&result, fail_on);
	audit_result_free(&result);
	return ret;
}

/* ---- the ledger ---- */

static int print_conversion(void *ctx, const struct cvm_conversion *conversion)
{
	if (settings.json)
		json_array_append_new(ctx, audit_json_conversion(conversion));
	else
		audit_screen_conversion(conversion);
	return 0;
}

int cmd_audit_log(const struct args *args)
{
	json_t *list = json_array(), *object;
	struct cvm_error err = { 0 };
	int ret = cvm_audit_ledger(print_conversion, list, &err);

	(void)args;
	if (ret) {
		json_decref(list);
		return fail(&err, ret);
	}
	if (!settings.json) {
		json_decref(list);
		return EXIT_YES;
	}
	object = json_result(EXIT_YES);
	json_object_set_new(object, "conversions", list);
	return json_print(object, EXIT_YES);
}

/* ---- the map ---- */

static int show_map(const struct args *args, const struct audit_map *map)
{
	const char *svg = args_get(args, "svg");
	int ret = svg ? picture_svg(&map->picture, svg) : 0;
	json_t *object;

	if (ret)
		return fail_io("cannot write", svg, -ret);
	if (settings.json) {
		object = json_result(EXIT_YES);
		json_object_set(object, "extents", map->extents);
		return json_print(object, EXIT_YES);
	}
	if (!svg)
		picture_print(&map->picture);
	return EXIT_YES;
}

int cmd_audit_map(const struct args *args)
{
	struct cvm_error err = { 0 };
	struct audit_map map;
	int ret;

	audit_map_init(&map);
	ret = cvm_audit_map(settings.device, audit_map_add, &map, &err);
	ret = ret ? fail(&err, ret) : show_map(args, &map);
	audit_map_free(&map);
	return ret;
}

/* ---- the baseline ---- */

static int save(const char *path, const struct audit_result *result, int accept_id)
{
	int ret;

	if (accept_id >= 0 && !audit_result_find(result, accept_id))
		return fail_usage("the last pass has no finding %d", accept_id);
	ret = audit_baseline_save(path, result, accept_id);
	if (ret)
		return fail_io("cannot write", path, -ret);
	if (settings.json)
		return json_print(json_result(EXIT_YES), EXIT_YES);
	if (!settings.quiet)
		printf("%s: written\n", path);
	return EXIT_YES;
}

static int diff(const char *path, const struct audit_result *result)
{
	json_t *baseline;
	int ret = audit_baseline_load(path, &baseline), differ;

	if (ret)
		return fail_io("cannot read the baseline", path, -ret);
	differ = audit_baseline_diff(baseline, result);
	json_decref(baseline);
	if (!differ && !audit_result_unexpected(result))
		puts("as in the baseline");
	else if (audit_result_unexpected(result))
		printf("  %zu findings that it does not accept\n", audit_result_unexpected(result));
	return audit_result_unexpected(result) ? EXIT_FINDINGS : EXIT_YES;
}

int cmd_audit_baseline(const struct args *args)
{
	const char *path = args_has(args, "file") ? args_get(args, "file") : AUDIT_BASELINE;
	struct audit_result result = { 0 };
	struct cvm_error err = { 0 };
	uint64_t accept_id = 0;
	int ret;

	if (args_has(args, "save") + args_has(args, "accept") + args_has(args, "diff") > 1)
		return fail_usage("--save, --accept and --diff exclude each other");
	ret = args_number(args, "accept", INT32_MAX, &accept_id);
	if (ret)
		return ret;
	ret = audit_result_get(&result, path, false, &err);
	if (ret)
		ret = fail(&err, ret);
	else if (!result.audit.passes)
		ret = fail_usage("no audit has been run yet:  cvmctl audit run");
	else if (args_has(args, "save") || args_has(args, "accept"))
		ret = save(path, &result, args_has(args, "accept") ? (int)accept_id : -1);
	else
		ret = diff(path, &result);
	audit_result_free(&result);
	return ret;
}
