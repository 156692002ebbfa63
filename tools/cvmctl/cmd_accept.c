// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl memory accept, memory stop: finish acceptance in the background, watch it, end it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

const struct option_spec memory_accept_options[] = {
	{ "all", 0, NULL, "accept all that is left", false },
	{ "amount", 0, "SIZE", "accept that much, for example 512M", false },
	{ "node", 0, "N", "memory of this NUMA node only; repeatable", true },
	{ "rate", 0, "MIB", "MiB a second at most; 0 for no limit (default 256)", false },
	{ "floor", 0, "SIZE", "pause while less memory is available (default 64M)", false },
	{ "wait", 0, NULL, "wait for the end (default on a terminal)", false },
	{ "background", 0, NULL, "return at once and leave it running", false },
	{ 0 },
};

#define NODES_MAX 64
#define MIB	  (1024 * 1024ull)
#define BAR	  30
#define IDLE_MS	  1000

static int parse_size(const struct args *args, const char *name, uint64_t *size)
{
	const char *text = args_get(args, name);

	if (text && size_parse(text, size))
		return fail_usage("--%s: \"%s\" is no size such as 512M or 2G", name, text);
	return 0;
}

static int parse_nodes(const struct args *args, uint32_t nodes[NODES_MAX], size_t *count)
{
	size_t position = 0;
	const char *text;
	char *end;

	while ((text = args_next(args, "node", &position))) {
		if (*count == NODES_MAX)
			return fail_usage("--node: more than %d nodes", NODES_MAX);
		errno = 0;
		nodes[(*count)++] = strtoul(text, &end, 10);
		if (errno || end == text || *end || *text == '-')
			return fail_usage("--node: \"%s\" is no number", text);
	}
	return 0;
}

static int parse(const struct args *args, struct cvm_accept_request *request,
		 uint32_t nodes[NODES_MAX])
{
	uint64_t rate = UINT64_MAX / MIB;
	int ret;

	if (args_has(args, "all") == args_has(args, "amount"))
		return fail_usage("memory accept takes either --all or --amount SIZE");
	if (args_has(args, "wait") && args_has(args, "background"))
		return fail_usage("--wait and --background exclude each other");
	ret = parse_size(args, "amount", &request->amount);
	if (!ret)
		ret = parse_size(args, "floor", &request->floor);
	if (!ret)
		ret = parse_nodes(args, nodes, &request->n_nodes);
	if (!ret)
		ret = args_number(args, "rate", UINT64_MAX / MIB - 1, &rate);
	if (args_has(args, "rate"))
		request->rate = rate * MIB;
	return ret;
}

/* ---- watching ---- */

static uint64_t goal(const struct cvm_acceptance *acceptance)
{
	uint64_t all = acceptance->accepted + acceptance->unaccepted;

	return acceptance->amount < all ? acceptance->amount : all;
}

static void print_progress(const struct cvm_acceptance *acceptance)
{
	double seconds = acceptance->elapsed_ns / 1e9, speed;
	uint64_t whole = goal(acceptance), done = acceptance->accepted;
	char rate[SIZE_TEXT], left[32] = "";
	int filled = whole ? (int)(done * BAR / whole) : BAR;

	speed = seconds > 0 ? done / seconds : 0;
	if (acceptance->paused)
		snprintf(left, sizeof(left), "paused: memory is short");
	else if (speed > 0)
		snprintf(left, sizeof(left), "%.0f s left", (whole - done) / speed);
	fprintf(stderr, "\r[%.*s%.*s] %3.0f %%  %s/s  %-24s", filled,
		"##############################", BAR - filled, "..............................",
		whole ? 100.0 * done / whole : 100, size_text(speed, rate), left);
	fflush(stderr);
}

static void print_event(const struct cvm_acceptance *acceptance)
{
	json_t *line = memory_json_job(acceptance);

	json_object_set_new(line, "schema", json_string("cvmctl/memory-accept-event/1"));
	json_object_set_new(line, "unaccepted", json_integer(acceptance->unaccepted));
	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(line);
}

/* An event may be lost; what the module says is asked for when there was none */
static int on_event(void *ctx, const struct cvm_acceptance *event)
{
	struct cvm_acceptance *last = ctx;
	struct cvm_error err = { 0 };

	if (interrupt_seen())
		return -EINTR;
	if (event)
		*last = *event;
	else if (cvm_acceptance_get(last, &err))
		return -EIO;
	if (settings.json)
		print_event(last);
	else if (!settings.quiet && isatty(STDERR_FILENO))
		print_progress(last);
	return last->threads ? 0 : 1;
}

static int finish(const struct cvm_acceptance *last)
{
	char text[SIZE_TEXT];
	bool stuck = !strcmp(last->end, "stuck");

	if (!settings.json && !settings.quiet)
		printf("%saccepted %s in %.1f s: %s\n", isatty(STDERR_FILENO) ? "\n" : "",
		       size_text(last->accepted, text), last->elapsed_ns / 1e9,
		       !strcmp(last->end, "done")      ? "nothing is left"
		       : !strcmp(last->end, "amount")  ? "the amount is reached"
		       : !strcmp(last->end, "stopped") ? "stopped"
						       : "the rest cannot be taken");
	return stuck ? EXIT_FAILED : EXIT_YES;
}

/* ^C ends the job: who wants it to go on says --background */
static int wait_for_end(void)
{
	struct cvm_acceptance last;
	struct cvm_error err = { 0 };
	int ret;

	interrupt_catch();
	ret = cvm_acceptance_get(&last, &err);
	if (!ret && last.threads)
		ret = cvm_accept_watch(on_event, &last, IDLE_MS, &err);
	if (ret == -EINTR || interrupt_seen()) {
		ret = cvm_accept_stop(&err);
		if (!ret)
			ret = cvm_acceptance_get(&last, &err);
		return ret ? fail(&err, ret) : (finish(&last), EXIT_FAILED);
	}
	if (ret < 0)
		return fail(&err, ret);
	return finish(&last);
}

int cmd_memory_accept(const struct args *args)
{
	uint32_t nodes[NODES_MAX];
	struct cvm_accept_request request = {
		.nodes = nodes,
		.amount = UINT64_MAX,
		.rate = UINT64_MAX,
		.floor = UINT64_MAX,
	};
	struct cvm_error err = { 0 };
	int ret = parse(args, &request, nodes);

	if (ret)
		return ret;
	ret = cvm_accept_start(&request, &err);
	if (ret)
		return fail(&err, ret);
	if (args_has(args, "background") || (!args_has(args, "wait") && !isatty(STDOUT_FILENO))) {
		if (settings.json)
			return json_print(json_result(EXIT_YES), EXIT_YES);
		if (!settings.quiet)
			puts("running;  cvmctl memory  tells how far it is");
		return EXIT_YES;
	}
	return wait_for_end();
}

int cmd_memory_stop(const struct args *args)
{
	struct cvm_acceptance last;
	struct cvm_error err = { 0 };
	int ret;

	(void)args;
	ret = cvm_accept_stop(&err);
	if (!ret)
		ret = cvm_acceptance_get(&last, &err);
	if (ret)
		return fail(&err, ret);
	if (settings.json)
		return json_print(json_result(EXIT_YES), EXIT_YES);
	return *last.end ? finish(&last) : EXIT_YES;
}
