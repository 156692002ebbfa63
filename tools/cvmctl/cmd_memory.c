// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl memory [show] and memory latency: what is accepted, where, and how long it took. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

const struct option_spec memory_options[] = {
	{ "map", 0, NULL, "draw the guest's physical memory", false },
	{ "svg", 0, "FILE", "draw it into an SVG file", false },
	{ 0 },
};

#define NODES_MAX 64

struct nodes {
	struct cvm_node list[NODES_MAX];
	size_t count;
	uint64_t total;
};

static int add_node(void *ctx, const struct cvm_node *node)
{
	struct nodes *nodes = ctx;

	if (nodes->count < NODES_MAX)
		nodes->list[nodes->count++] = *node;
	nodes->total += node->total;
	return 0;
}

/* ---- screen ---- */

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * part / whole : 0;
}

static void print_totals(const struct nodes *nodes, const struct cvm_acceptance *acceptance)
{
	uint64_t rest = acceptance->unaccepted + acceptance->added;
	uint64_t accepted = nodes->total > rest ? nodes->total - rest : 0;
	char text[SIZE_TEXT];

	term_row("accepted", "kernel", "%s  %.1f %%", size_text(accepted, text),
		 percent(accepted, nodes->total));
	if (!acceptance->lazy)
		term_row("unaccepted", "kernel",
			 "not supported by this kernel, which starts with all accepted");
	else if (!acceptance->unaccepted)
		term_row("unaccepted", "kernel", "none%s",
			 acceptance->added ? "" : ", all is accepted");
	else
		term_row("unaccepted", "kernel", "%s  %.1f %%, %llu chunks of 4 MiB",
			 size_text(acceptance->unaccepted, text),
			 percent(acceptance->unaccepted, nodes->total),
			 (unsigned long long)(acceptance->unaccepted / acceptance->chunk));
}

static void print_nodes(const struct nodes *nodes)
{
	char total[SIZE_TEXT], left[SIZE_TEXT], label[32];
	size_t i, z;

	for (i = 0; i < nodes->count; i++) {
		const struct cvm_node *node = &nodes->list[i];

		snprintf(label, sizeof(label), "node %u", node->node);
		term_row(label, "kernel", "%s, %s not accepted", size_text(node->total, total),
			 size_text(node->unaccepted, left));
		for (z = 0; z < node->n_zones; z++)
			term_row("", NULL, "%-9s%s, %s not accepted", node->zones[z].name,
				 size_text(node->zones[z].total, total),
				 size_text(node->zones[z].unaccepted, left));
	}
}

static void print_table(const struct cvm_acceptance *acceptance)
{
	char length[SIZE_TEXT], left[SIZE_TEXT], unit[SIZE_TEXT];

	if (!acceptance->has_table)
		return;
	if (*acceptance->table_wrong)
		term_row("table", "host, unproven", "unusable: %s", acceptance->table_wrong);
	else
		term_row("table", "host, unproven", "%s from %#llx, units of %s, %s marked",
			 size_text(acceptance->table_length, length),
			 (unsigned long long)acceptance->table_base,
			 size_text(acceptance->table_unit, unit),
			 size_text(acceptance->table_unaccepted, left));
}

/* What nobody accepts is not for this command to mend: who added it must have done so */
static void print_gaps(const struct cvm_acceptance *acceptance)
{
	char text[SIZE_TEXT];
	size_t i;

	if (!acceptance->added)
		return;
	term_row("WARNING", "kernel", "%s was added after boot; this kernel accepts none of it",
		 size_text(acceptance->added, text));
	for (i = 0; i < acceptance->n_gaps; i++)
		term_row("", NULL, "%#llx-%#llx", (unsigned long long)acceptance->gaps[i].start,
			 (unsigned long long)(acceptance->gaps[i].start +
					      acceptance->gaps[i].length - 1));
}

/* Who accepted what since the module came */
static void print_history(const struct cvm_acceptance *acceptance)
{
	char early[SIZE_TEXT], demand[SIZE_TEXT];
	uint64_t gone = acceptance->unaccepted_at_load - acceptance->unaccepted;

	if (!acceptance->lazy || acceptance->unaccepted_at_load < acceptance->unaccepted)
		return;
	gone = gone > acceptance->accepted_ever ? gone - acceptance->accepted_ever : 0;
	term_row("since load", "kernel", "%s accepted early, %s by the kernel on demand",
		 size_text(acceptance->accepted_ever, early), size_text(gone, demand));
}

static void print_job(const struct cvm_acceptance *acceptance)
{
	char done[SIZE_TEXT], rate[SIZE_TEXT];
	double seconds = acceptance->elapsed_ns / 1e9;

	if (!acceptance->threads && !*acceptance->end)
		return;
	term_row("job", "module", "%s, %s in %.1f s, %s/s",
		 acceptance->paused    ? "paused for lack of memory"
		 : acceptance->threads ? "running"
				       : acceptance->end,
		 size_text(acceptance->accepted, done), seconds,
		 size_text(seconds > 0 ? acceptance->accepted / seconds : 0, rate));
}

static int print_screen(const struct nodes *nodes, const struct cvm_acceptance *acceptance,
			const struct memory_map *map)
{
	char text[SIZE_TEXT], heading[64];

	snprintf(heading, sizeof(heading), "memory %s", size_text(nodes->total, text));
	term_heading(heading, "provenance");
	print_totals(nodes, acceptance);
	print_nodes(nodes);
	print_table(acceptance);
	print_gaps(acceptance);
	print_history(acceptance);
	print_job(acceptance);
	if (map) {
		putchar('\n');
		picture_print(&map->picture);
	}
	if (acceptance->unaccepted && !acceptance->threads)
		puts("\nNext: cvmctl memory accept --all");
	return EXIT_YES;
}

/* ---- JSON ---- */

static json_t *zone_json(const struct cvm_zone *zone)
{
	return json_pack("{s:s, s:I, s:I}", "name", zone->name, "total", (json_int_t)zone->total,
			 "unaccepted", (json_int_t)zone->unaccepted);
}

static json_t *node_json(const struct cvm_node *node)
{
	json_t *zones = json_array();
	size_t i;

	for (i = 0; i < node->n_zones; i++)
		json_array_append_new(zones, zone_json(&node->zones[i]));
	return json_pack("{s:i, s:I, s:I, s:o}", "node", (int)node->node, "total",
			 (json_int_t)node->total, "unaccepted", (json_int_t)node->unaccepted,
			 "zones", zones);
}

static int print_json(const struct nodes *nodes, const struct cvm_acceptance *acceptance,
		      const struct memory_map *map)
{
	json_t *result = json_result(EXIT_YES), *list = json_array(), *state;
	size_t i;

	for (i = 0; i < nodes->count; i++)
		json_array_append_new(list, node_json(&nodes->list[i]));
	state = memory_json_state(acceptance);
	json_object_set_new(result, "total", json_integer(nodes->total));
	json_object_update(result, state);
	json_decref(state);
	json_object_set_new(result, "nodes", list);
	if (map)
		json_object_set(result, "map", map->extents);
	return json_print(result, EXIT_YES);
}

/* ---- commands ---- */

static int show(const struct args *args, const struct nodes *nodes,
		const struct cvm_acceptance *acceptance, const struct memory_map *map)
{
	const char *svg = args_get(args, "svg");
	int ret = svg ? picture_svg(&map->picture, svg) : 0;

	if (ret)
		return fail_io("cannot write", svg, -ret);
	if (!args_has(args, "map"))
		map = NULL;
	return settings.json ? print_json(nodes, acceptance, map)
			     : print_screen(nodes, acceptance, map);
}

int cmd_memory(const struct args *args)
{
	struct cvm_acceptance acceptance;
	struct memory_map map;
	struct nodes nodes = { 0 };
	struct cvm_error err = { 0 };
	int ret;

	memory_map_init(&map);
	ret = cvm_memory_nodes(add_node, &nodes, &err);
	if (!ret)
		ret = cvm_acceptance_get(&acceptance, &err);
	if (!ret && (args_has(args, "map") || args_has(args, "svg")))
		ret = cvm_memory_map(settings.device, memory_map_add, &map, &err);
	ret = ret ? fail(&err, ret) : show(args, &nodes, &acceptance, &map);
	memory_map_free(&map);
	return ret;
}

/* ---- latency ---- */

#define BAR 40

static char *duration_text(uint64_t us, char text[24])
{
	if (us < 1000)
		snprintf(text, 24, "%llu us", (unsigned long long)us);
	else if (us < 1000000)
		snprintf(text, 24, "%llu ms", (unsigned long long)us / 1000);
	else
		snprintf(text, 24, "%llu s", (unsigned long long)us / 1000000);
	return text;
}

static void print_bucket(const struct cvm_latency *latency, size_t i, uint64_t most)
{
	int length = latency->buckets[i] * BAR / most;
	bool last = i && i + 1 == latency->n_buckets;
	char text[24];

	/* what is there at all is seen */
	length = length ? length : 1;
	printf("  %s %7s  %.*s %llu\n", last ? "from " : "below",
	       duration_text(1ull << (last ? i - 1 : i), text), length,
	       "########################################", (unsigned long long)latency->buckets[i]);
}

static void print_latency(const char *title, const struct cvm_latency *latency)
{
	char mean[24], worst[24];
	uint64_t most = 0;
	size_t i;

	term_heading(title, "module");
	if (!latency->count) {
		puts("  none yet");
		return;
	}
	for (i = 0; i < latency->n_buckets; i++)
		most = latency->buckets[i] > most ? latency->buckets[i] : most;
	for (i = 0; i < latency->n_buckets; i++)
		if (latency->buckets[i])
			print_bucket(latency, i, most);
	printf("  %llu in all, mean %s, worst %s\n", (unsigned long long)latency->count,
	       duration_text(latency->total_ns / latency->count / 1000, mean),
	       duration_text(latency->worst_ns / 1000, worst));
}

int cmd_memory_latency(const struct args *args)
{
	struct cvm_acceptance acceptance;
	struct cvm_error err = { 0 };
	json_t *result;
	int ret;

	(void)args;
	ret = cvm_acceptance_get(&acceptance, &err);
	if (ret)
		return fail(&err, ret);
	if (settings.json) {
		result = json_result(EXIT_YES);
		json_object_set_new(result, "early", memory_json_latency(&acceptance.early));
		json_object_set_new(result, "on_demand",
				    acceptance.traced ? memory_json_latency(&acceptance.on_demand)
						      : json_null());
		return json_print(result, EXIT_YES);
	}
	print_latency("accepted early, 4 MiB each", &acceptance.early);
	putchar('\n');
	if (acceptance.traced)
		print_latency("accepted by the kernel on demand", &acceptance.on_demand);
	else
		puts("The kernel's own acceptances cannot be traced on this kernel.");
	return EXIT_YES;
}
