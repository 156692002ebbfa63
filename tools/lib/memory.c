// SPDX-License-Identifier: LGPL-2.1-or-later
/* Memory acceptance: nodes and the job by netlink, the map through /dev/cvm. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "audit.h"
#include "cvm.h"
#include "cvm_genl.h"
#include "device.h"
#include "genl_call.h"
#include "nl_attr.h"

/* ---- nodes ---- */

struct nodes {
	cvm_node_use use;
	void *ctx;
};

static int parse_zone(struct nlattr *nest, struct cvm_node *node)
{
	static struct nla_policy policy[CVM_A_ZONE_MAX + 1] = {
		[CVM_A_ZONE_NAME] = { .type = NLA_STRING },
		[CVM_A_ZONE_TOTAL] = { .type = NLA_U64 },
		[CVM_A_ZONE_UNACCEPTED] = { .type = NLA_U64 },
	};
	struct nlattr *attrs[CVM_A_ZONE_MAX + 1];
	struct cvm_zone *zone;

	if (node->n_zones == CVM_ZONES_MAX)
		return 0;
	if (nla_parse_nested(attrs, CVM_A_ZONE_MAX, nest, policy) || !attrs[CVM_A_ZONE_NAME])
		return -EPROTO;
	zone = &node->zones[node->n_zones++];
	nla_strlcpy(zone->name, attrs[CVM_A_ZONE_NAME], sizeof(zone->name));
	zone->total = attr_u64(attrs[CVM_A_ZONE_TOTAL]);
	zone->unaccepted = attr_u64(attrs[CVM_A_ZONE_UNACCEPTED]);
	return 0;
}

static int take_node(void *ctx, struct nlmsghdr *header)
{
	static struct nla_policy policy[CVM_A_MEMORY_MAX + 1] = {
		[CVM_A_MEMORY_NODE] = { .type = NLA_U32 },
		[CVM_A_MEMORY_TOTAL] = { .type = NLA_U64 },
		[CVM_A_MEMORY_UNACCEPTED] = { .type = NLA_U64 },
	};
	struct genlmsghdr *genl = nlmsg_data(header);
	struct nlattr *attrs[CVM_A_MEMORY_MAX + 1], *attr;
	int left = genlmsg_attrlen(genl, 0);
	struct cvm_node node = { 0 };
	struct nodes *nodes = ctx;

	if (genlmsg_parse(header, 0, attrs, CVM_A_MEMORY_MAX, policy) || !attrs[CVM_A_MEMORY_NODE])
		return -EPROTO;
	node.node = attr_u32(attrs[CVM_A_MEMORY_NODE]);
	node.total = attr_u64(attrs[CVM_A_MEMORY_TOTAL]);
	node.unaccepted = attr_u64(attrs[CVM_A_MEMORY_UNACCEPTED]);
	for (attr = genlmsg_attrdata(genl, 0); nla_ok(attr, left); attr = nla_next(attr, &left))
		if (nla_type(attr) == CVM_A_MEMORY_ZONE && parse_zone(attr, &node))
			return -EPROTO;
	return nodes->use(nodes->ctx, &node);
}

int cvm_memory_nodes(cvm_node_use use, void *ctx, struct cvm_error *err)
{
	struct nodes nodes = { .use = use, .ctx = ctx };
	struct genl_request request = {
		.command = CVM_CMD_MEMORY_GET,
		.dump = true,
		.reply = take_node,
		.ctx = &nodes,
	};

	return cvm_genl_ask(&request, err);
}

/* ---- the map ---- */

static const int extent_states[] = {
	[CVM_MEMORY_ACCEPTED] = CVM_EXTENT_ACCEPTED,
	[CVM_MEMORY_UNACCEPTED] = CVM_EXTENT_UNACCEPTED,
	[CVM_MEMORY_HOLE] = CVM_EXTENT_HOLE,
	[CVM_MEMORY_ADDED] = CVM_EXTENT_ADDED,
};

static void take_extent(const struct cvm_memory_extent *from, struct cvm_extent *extent)
{
	extent->start = from->start;
	extent->length = from->length;
	extent->node = from->node == CVM_MEMORY_NO_NODE ? -1 : (int)from->node;
	extent->state = from->state < ARRAY_SIZE(extent_states) ? extent_states[from->state]
								: CVM_EXTENT_HOLE;
	extent->shared = from->shared;
}

struct map_reader {
	cvm_extent_use use;
	void *ctx;
};

static int read_map(void *ctx, int fd)
{
	const struct map_reader *reader = ctx;
	struct cvm_memory_extent extents[256];
	struct cvm_memory_map map = { .size = sizeof(map), .extents = (uintptr_t)extents };
	struct cvm_extent extent;
	uint32_t i;
	int ret;

	do {
		map.count = ARRAY_SIZE(extents);
		if (ioctl(fd, CVM_MEMORY_MAP, &map))
			return -errno;
		for (i = 0; i < map.count && i < ARRAY_SIZE(extents); i++) {
			take_extent(&extents[i], &extent);
			ret = reader->use(reader->ctx, &extent);
			if (ret)
				return ret;
		}
	} while (map.count);
	return 0;
}

int cvm_memory_map(const char *device, cvm_extent_use use, void *ctx, struct cvm_error *err)
{
	struct map_reader reader = { use, ctx };

	return cvm_device_with(device, read_map, &reader, err);
}

/* ---- the job ---- */

static int parse_table(struct nlattr *nest, struct cvm_acceptance *acceptance)
{
	static struct nla_policy policy[CVM_A_TABLE_MAX + 1] = {
		[CVM_A_TABLE_WRONG] = { .type = NLA_STRING },
		[CVM_A_TABLE_BASE] = { .type = NLA_U64 },
		[CVM_A_TABLE_LENGTH] = { .type = NLA_U64 },
		[CVM_A_TABLE_UNIT] = { .type = NLA_U64 },
		[CVM_A_TABLE_UNACCEPTED] = { .type = NLA_U64 },
	};
	struct nlattr *attrs[CVM_A_TABLE_MAX + 1];

	if (nla_parse_nested(attrs, CVM_A_TABLE_MAX, nest, policy))
		return -EPROTO;
	acceptance->has_table = true;
	if (attrs[CVM_A_TABLE_WRONG])
		nla_strlcpy(acceptance->table_wrong, attrs[CVM_A_TABLE_WRONG],
			    sizeof(acceptance->table_wrong));
	acceptance->table_base = attr_u64(attrs[CVM_A_TABLE_BASE]);
	acceptance->table_length = attr_u64(attrs[CVM_A_TABLE_LENGTH]);
	acceptance->table_unit = attr_u64(attrs[CVM_A_TABLE_UNIT]);
	acceptance->table_unaccepted = attr_u64(attrs[CVM_A_TABLE_UNACCEPTED]);
	return 0;
}

static int parse_gap(struct nlattr *nest, struct cvm_acceptance *acceptance)
{
	static struct nla_policy policy[CVM_A_GAP_MAX + 1] = {
		[CVM_A_GAP_START] = { .type = NLA_U64 },
		[CVM_A_GAP_LENGTH] = { .type = NLA_U64 },
	};
	struct nlattr *attrs[CVM_A_GAP_MAX + 1];

	if (nla_parse_nested(attrs, CVM_A_GAP_MAX, nest, policy))
		return -EPROTO;
	if (acceptance->n_gaps == CVM_GAPS_MAX)
		return 0;
	acceptance->gaps[acceptance->n_gaps].start = attr_u64(attrs[CVM_A_GAP_START]);
	acceptance->gaps[acceptance->n_gaps].length = attr_u64(attrs[CVM_A_GAP_LENGTH]);
	acceptance->n_gaps++;
	return 0;
}

static int parse_latency(struct nlattr *nest, struct cvm_acceptance *acceptance)
{
	static struct nla_policy policy[CVM_A_LATENCY_MAX + 1] = {
		[CVM_A_LATENCY_KIND] = { .type = NLA_U32 },
		[CVM_A_LATENCY_COUNT] = { .type = NLA_U64 },
		[CVM_A_LATENCY_TOTAL] = { .type = NLA_U64 },
		[CVM_A_LATENCY_WORST] = { .type = NLA_U64 },
	};
	struct nlattr *attrs[CVM_A_LATENCY_MAX + 1], *buckets;
	struct cvm_latency *latency;

	if (nla_parse_nested(attrs, CVM_A_LATENCY_MAX, nest, policy))
		return -EPROTO;
	latency = attr_u32(attrs[CVM_A_LATENCY_KIND]) == CVM_LATENCY_KIND_EARLY
			  ? &acceptance->early
			  : &acceptance->on_demand;
	latency->count = attr_u64(attrs[CVM_A_LATENCY_COUNT]);
	latency->total_ns = attr_u64(attrs[CVM_A_LATENCY_TOTAL]);
	latency->worst_ns = attr_u64(attrs[CVM_A_LATENCY_WORST]);
	buckets = attrs[CVM_A_LATENCY_BUCKETS];
	if (!buckets)
		return 0;
	latency->n_buckets = nla_len(buckets) / sizeof(uint64_t);
	if (latency->n_buckets > CVM_LATENCY_BUCKETS_MAX)
		return -EPROTO;
	memcpy(latency->buckets, nla_data(buckets), latency->n_buckets * sizeof(uint64_t));
	return 0;
}

static const char *end_name(uint32_t end)
{
	switch (end) {
	case CVM_ACCEPT_END_DONE:
		return "done";
	case CVM_ACCEPT_END_AMOUNT:
		return "amount";
	case CVM_ACCEPT_END_STOPPED:
		return "stopped";
	case CVM_ACCEPT_END_STUCK:
		return "stuck";
	default:
		return "unknown";
	}
}

static void get_numbers(struct nlattr **attrs, struct cvm_acceptance *acceptance)
{
	acceptance->lazy = attr_flag(attrs[CVM_A_ACCEPT_LAZY]);
	acceptance->traced = attr_flag(attrs[CVM_A_ACCEPT_TRACED]);
	acceptance->chunk = attr_u64(attrs[CVM_A_ACCEPT_CHUNK]);
	acceptance->unaccepted = attr_u64(attrs[CVM_A_ACCEPT_UNACCEPTED]);
	acceptance->unaccepted_at_load = attr_u64(attrs[CVM_A_ACCEPT_UNACCEPTED_AT_LOAD]);
	acceptance->accepted_ever = attr_u64(attrs[CVM_A_ACCEPT_ACCEPTED_EVER]);
	acceptance->added = attr_u64(attrs[CVM_A_ACCEPT_ADDED]);
	acceptance->threads = attr_u32(attrs[CVM_A_ACCEPT_THREADS]);
	acceptance->paused = attr_u32(attrs[CVM_A_ACCEPT_PAUSED]);
	acceptance->amount = attr_u64(attrs[CVM_A_ACCEPT_AMOUNT]);
	acceptance->rate = attr_u64(attrs[CVM_A_ACCEPT_RATE]);
	acceptance->accepted = attr_u64(attrs[CVM_A_ACCEPT_ACCEPTED]);
	acceptance->raced = attr_u64(attrs[CVM_A_ACCEPT_RACED]);
	acceptance->refused = attr_u64(attrs[CVM_A_ACCEPT_REFUSED]);
	acceptance->elapsed_ns = attr_u64(attrs[CVM_A_ACCEPT_ELAPSED]);
	if (attrs[CVM_A_ACCEPT_END])
		snprintf(acceptance->end, sizeof(acceptance->end), "%s",
			 end_name(attr_u32(attrs[CVM_A_ACCEPT_END])));
}

int cvm_acceptance_parse(struct nlmsghdr *header, struct cvm_acceptance *acceptance)
{
	static struct nla_policy policy[CVM_A_ACCEPT_MAX + 1] = {
		[CVM_A_ACCEPT_LAZY] = { .type = NLA_U8 },
		[CVM_A_ACCEPT_TRACED] = { .type = NLA_U8 },
		[CVM_A_ACCEPT_THREADS] = { .type = NLA_U32 },
		[CVM_A_ACCEPT_PAUSED] = { .type = NLA_U32 },
		[CVM_A_ACCEPT_END] = { .type = NLA_U32 },
		[CVM_A_ACCEPT_CHUNK] = { .type = NLA_U64 },
		[CVM_A_ACCEPT_AMOUNT] = { .type = NLA_U64 },
		[CVM_A_ACCEPT_RATE] = { .type = NLA_U64 },
		[CVM_A_ACCEPT_ACCEPTED] = { .type = NLA_U64 },
		[CVM_A_ACCEPT_RACED] = { .type = NLA_U64 },
		[CVM_A_ACCEPT_REFUSED] = { .type = NLA_U64 },
		[CVM_A_ACCEPT_ELAPSED] = { .type = NLA_U64 },
		[CVM_A_ACCEPT_ACCEPTED_EVER] = { .type = NLA_U64 },
		[CVM_A_ACCEPT_UNACCEPTED] = { .type = NLA_U64 },
		[CVM_A_ACCEPT_UNACCEPTED_AT_LOAD] = { .type = NLA_U64 },
		[CVM_A_ACCEPT_ADDED] = { .type = NLA_U64 },
	};
	struct genlmsghdr *genl = nlmsg_data(header);
	struct nlattr *attrs[CVM_A_ACCEPT_MAX + 1], *attr;
	int left = genlmsg_attrlen(genl, 0);

	memset(acceptance, 0, sizeof(*acceptance));
	if (genlmsg_parse(header, 0, attrs, CVM_A_ACCEPT_MAX, policy))
		return -EPROTO;
	get_numbers(attrs, acceptance);
	if (attrs[CVM_A_ACCEPT_TABLE] && parse_table(attrs[CVM_A_ACCEPT_TABLE], acceptance))
		return -EPROTO;
	for (attr = genlmsg_attrdata(genl, 0); nla_ok(attr, left); attr = nla_next(attr, &left)) {
		if (nla_type(attr) == CVM_A_ACCEPT_LATENCY && parse_latency(attr, acceptance))
			return -EPROTO;
		if (nla_type(attr) == CVM_A_ACCEPT_GAP && parse_gap(attr, acceptance))
			return -EPROTO;
	}
	return 0;
}

static int take_acceptance(void *ctx, struct nlmsghdr *header)
{
	return cvm_acceptance_parse(header, ctx);
}

int cvm_acceptance_get(struct cvm_acceptance *acceptance, struct cvm_error *err)
{
	struct genl_request request = {
		.command = CVM_CMD_ACCEPT_GET,
		.reply = take_acceptance,
		.ctx = acceptance,
	};

	return cvm_genl_ask(&request, err);
}

static int fill_start(void *ctx, struct nl_msg *msg)
{
	const struct cvm_accept_request *request = ctx;
	size_t i;

	for (i = 0; i < request->n_nodes; i++)
		NLA_PUT_U32(msg, CVM_A_ACCEPT_NODE, request->nodes[i]);
	if (request->amount != UINT64_MAX)
		NLA_PUT_U64(msg, CVM_A_ACCEPT_AMOUNT, request->amount);
	if (request->rate != UINT64_MAX)
		NLA_PUT_U64(msg, CVM_A_ACCEPT_RATE, request->rate);
	if (request->floor != UINT64_MAX)
		NLA_PUT_U64(msg, CVM_A_ACCEPT_FLOOR, request->floor);
	return 0;

nla_put_failure:
	return -ENOMEM;
}

int cvm_accept_start(const struct cvm_accept_request *accept, struct cvm_error *err)
{
	struct genl_request request = {
		.command = CVM_CMD_ACCEPT_START,
		.fill = fill_start,
		.ctx = (void *)accept,
	};

	return cvm_genl_ask(&request, err);
}

int cvm_accept_stop(struct cvm_error *err)
{
	struct genl_request request = { .command = CVM_CMD_ACCEPT_STOP };

	return cvm_genl_ask(&request, err);
}

/* ---- events ---- */

struct accept_watch {
	cvm_accept_use use;
	void *ctx;
};

static int on_acceptance(void *ctx, const struct cvm_acceptance *acceptance)
{
	const struct accept_watch *watch = ctx;

	return watch->use(watch->ctx, acceptance);
}

static int on_idle(void *ctx)
{
	return on_acceptance(ctx, NULL);
}

int cvm_accept_watch(cvm_accept_use use, void *ctx, int idle_ms, struct cvm_error *err)
{
	struct accept_watch accept = { use, ctx };
	const struct cvm_events events = {
		.ctx = &accept,
		.acceptance = on_acceptance,
		.idle = on_idle,
	};
	struct cvm_watch *watch;
	int ret = cvm_watch_open(&events, &watch, err);

	if (ret)
		return ret;
	ret = cvm_watch_run(watch, idle_ms, err);
	cvm_watch_close(watch);
	return ret;
}
