// SPDX-License-Identifier: GPL-2.0-only
/* The memory part of the netlink door: nodes, the job of early acceptance, its events. */
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <net/genetlink.h>

#include "cvm.h"
#include "genl_gen.h"

#define MIB	(1024 * 1024ULL)
/* Gentle unless told otherwise: a chunk every 16 ms, and a cushion for the workload */
#define DEFAULT_RATE	(256 * MIB)
#define DEFAULT_FLOOR	(64 * MIB)

static u64 unaccepted_at_load;

/* ---- memory-get ---- */

static int put_zone(struct sk_buff *msg, const struct cvm_memory_zone *zone)
{
	struct nlattr *nest = nla_nest_start(msg, CVM_A_MEMORY_ZONE);

	if (!nest || nla_put_string(msg, CVM_A_ZONE_NAME, zone->name) ||
	    nla_put_u64_64bit(msg, CVM_A_ZONE_TOTAL, zone->total, CVM_A_ZONE_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_ZONE_UNACCEPTED, zone->unaccepted, CVM_A_ZONE_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_node(struct sk_buff *msg, const void *what)
{
	unsigned int node = *(const unsigned int *)what;
	struct cvm_memory_zone zone;
	u64 total = 0, unaccepted = 0;
	unsigned int i;

	for (i = 0; i < MAX_NR_ZONES; i++) {
		if (!cvm_memory_zone(node, i, &zone))
			continue;
		if (put_zone(msg, &zone))
			return -EMSGSIZE;
		total += zone.total;
		unaccepted += zone.unaccepted;
	}
	if (nla_put_u32(msg, CVM_A_MEMORY_NODE, node) ||
	    nla_put_u64_64bit(msg, CVM_A_MEMORY_TOTAL, total, CVM_A_MEMORY_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_MEMORY_UNACCEPTED, unaccepted, CVM_A_MEMORY_PAD))
		return -EMSGSIZE;
	return 0;
}

/**
 * cvm_nl_memory_get_dumpit() - answer CVM_CMD_MEMORY_GET, a message for each node
 * @skb: takes the messages
 * @cb: where the dump stands; args[0] is the next node
 *
 * Return: bytes written, 0 at the end, or a negative errno.
 */
int cvm_nl_memory_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	unsigned int node;
	const struct cvm_genl_message message = { CVM_CMD_MEMORY_GET, put_node, &node };

	for (node = cb->args[0]; node < nr_node_ids; node++)
		if (node_online(node) && !cvm_genl_add(skb, cb, &message))
			break;
	cb->args[0] = node;
	return skb->len;
}

/* ---- accept-get ---- */

static int put_table(struct sk_buff *msg)
{
	struct cvm_memory_efi table;
	struct nlattr *nest;

	cvm_memory_efi(&table);
	if (!table.present)
		return 0;
	nest = nla_nest_start(msg, CVM_A_ACCEPT_TABLE);
	if (!nest || (table.wrong && nla_put_string(msg, CVM_A_TABLE_WRONG, table.wrong)) ||
	    nla_put_u64_64bit(msg, CVM_A_TABLE_BASE, table.base, CVM_A_TABLE_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_TABLE_LENGTH, table.length, CVM_A_TABLE_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_TABLE_UNIT, table.unit, CVM_A_TABLE_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_TABLE_UNACCEPTED, table.unaccepted, CVM_A_TABLE_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_number(struct sk_buff *msg, int attribute, u64 value)
{
	return nla_put_u64_64bit(msg, attribute, value, CVM_A_ACCEPT_PAD);
}

static int put_gap(struct sk_buff *msg, u64 start, u64 length)
{
	struct nlattr *nest = nla_nest_start(msg, CVM_A_ACCEPT_GAP);

	if (!nest || nla_put_u64_64bit(msg, CVM_A_GAP_START, start, CVM_A_GAP_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_GAP_LENGTH, length, CVM_A_GAP_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_gaps(struct sk_buff *msg)
{
	struct cvm_memory_gaps gaps;
	unsigned int i;

	cvm_memory_gaps(&gaps);
	for (i = 0; i < gaps.count; i++) {
		if (put_gap(msg, gaps.list[i].start, gaps.list[i].length))
			return -EMSGSIZE;
	}
	return put_number(msg, CVM_A_ACCEPT_ADDED, gaps.total);
}

static int put_latency(struct sk_buff *msg, u32 kind)
{
	struct cvm_latency latency;
	struct nlattr *nest;

	cvm_latency_get(kind, &latency);
	nest = nla_nest_start(msg, CVM_A_ACCEPT_LATENCY);
	if (!nest || nla_put_u32(msg, CVM_A_LATENCY_KIND, kind) ||
	    nla_put_u64_64bit(msg, CVM_A_LATENCY_COUNT, latency.count, CVM_A_LATENCY_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_LATENCY_TOTAL, latency.total_ns, CVM_A_LATENCY_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_LATENCY_WORST, latency.worst_ns, CVM_A_LATENCY_PAD) ||
	    nla_put(msg, CVM_A_LATENCY_BUCKETS, sizeof(latency.buckets), latency.buckets))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_job(struct sk_buff *msg)
{
	struct cvm_accept_status status;

	cvm_accept_status(&status);
	if (put_number(msg, CVM_A_ACCEPT_RATE, status.rate) ||
	    put_number(msg, CVM_A_ACCEPT_AMOUNT, status.amount) ||
	    put_number(msg, CVM_A_ACCEPT_ACCEPTED, status.accepted) ||
	    put_number(msg, CVM_A_ACCEPT_RACED, status.raced) ||
	    put_number(msg, CVM_A_ACCEPT_REFUSED, status.refused) ||
	    put_number(msg, CVM_A_ACCEPT_ELAPSED, status.elapsed_ns) ||
	    put_number(msg, CVM_A_ACCEPT_ACCEPTED_EVER, status.accepted_ever) ||
	    nla_put_u32(msg, CVM_A_ACCEPT_THREADS, status.threads) ||
	    nla_put_u32(msg, CVM_A_ACCEPT_PAUSED, status.paused))
		return -EMSGSIZE;
	if (status.has_ended && nla_put_u32(msg, CVM_A_ACCEPT_END, status.end))
		return -EMSGSIZE;
	return 0;
}

static int put_accept(struct sk_buff *msg, const void *unused)
{
	if (nla_put_u8(msg, CVM_A_ACCEPT_LAZY, cvm_memory_lazy()) ||
	    nla_put_u8(msg, CVM_A_ACCEPT_TRACED, cvm_latency_traced()) ||
	    put_number(msg, CVM_A_ACCEPT_CHUNK, PFN_PHYS(MAX_ORDER_NR_PAGES)) ||
	    put_number(msg, CVM_A_ACCEPT_UNACCEPTED, cvm_memory_unaccepted_all()) ||
	    put_number(msg, CVM_A_ACCEPT_UNACCEPTED_AT_LOAD, unaccepted_at_load) ||
	    put_table(msg) || put_gaps(msg) || put_job(msg) ||
	    put_latency(msg, CVM_LATENCY_KIND_EARLY) ||
	    put_latency(msg, CVM_LATENCY_KIND_ON_DEMAND))
		return -EMSGSIZE;
	return 0;
}

/**
 * cvm_nl_accept_get_doit() - answer CVM_CMD_ACCEPT_GET
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: as cvm_genl_reply().
 */
int cvm_nl_accept_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return cvm_genl_reply(info, &(struct cvm_genl_message){ CVM_CMD_ACCEPT_GET, put_accept });
}

static void tell_listeners(bool finished)
{
	cvm_genl_tell(CVM_NLGRP_MEMORY,
		      &(struct cvm_genl_message){ CVM_CMD_ACCEPT_NTF, put_accept });
}

/* ---- accept-start, accept-stop ---- */

static int read_nodes(struct genl_info *info, nodemask_t *nodes)
{
	struct nlattr *attr;
	int left;

	nodes_clear(*nodes);
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, left) {
		if (nla_type(attr) != CVM_A_ACCEPT_NODE)
			continue;
		if (nla_get_u32(attr) >= nr_node_ids || !node_online(nla_get_u32(attr))) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr, "no such NUMA node is online");
			return -EINVAL;
		}
		node_set(nla_get_u32(attr), *nodes);
	}
	if (nodes_empty(*nodes))
		*nodes = node_online_map;
	return 0;
}

static u64 number_or(struct genl_info *info, int attribute, u64 otherwise)
{
	return info->attrs[attribute] ? nla_get_u64(info->attrs[attribute]) : otherwise;
}

static int refuse(struct genl_info *info, int ret)
{
	switch (ret) {
	case -EBUSY:
		GENL_SET_ERR_MSG(info, "memory is being accepted already");
		break;
	case -EOPNOTSUPP:
		GENL_SET_ERR_MSG(info, "this kernel accepts all memory before it starts");
		break;
	default:
		break;
	}
	return ret;
}

/**
 * cvm_nl_accept_start_doit() - carry out CVM_CMD_ACCEPT_START
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: as cvm_accept_start(); -EINVAL also for an amount below a chunk.
 */
int cvm_nl_accept_start_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct cvm_accept_request request = {
		.amount = number_or(info, CVM_A_ACCEPT_AMOUNT, U64_MAX),
		.rate = number_or(info, CVM_A_ACCEPT_RATE, DEFAULT_RATE),
		.floor = number_or(info, CVM_A_ACCEPT_FLOOR, DEFAULT_FLOOR),
	};
	int ret;

	if (request.amount < PFN_PHYS(MAX_ORDER_NR_PAGES)) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[CVM_A_ACCEPT_AMOUNT],
				    "less than a chunk, which is 4 MiB");
		return -EINVAL;
	}
	ret = read_nodes(info, &request.nodes);
	if (ret)
		return ret;
	return refuse(info, cvm_accept_start(&request));
}

/**
 * cvm_nl_accept_stop_doit() - carry out CVM_CMD_ACCEPT_STOP
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0, also when there was no job.
 */
int cvm_nl_accept_stop_doit(struct sk_buff *skb, struct genl_info *info)
{
	cvm_accept_stop();
	return 0;
}

/**
 * cvm_genl_memory_init() - before the door is open: what the events and counts start from
 */
void __init cvm_genl_memory_init(void)
{
	unaccepted_at_load = cvm_memory_unaccepted_all();
	cvm_accept_listen(tell_listeners);
}
