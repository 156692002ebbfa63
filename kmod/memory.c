// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where memory is that this guest has not accepted yet.
 *
 * The truth is the page allocator's: its lists of unaccepted chunks, which the
 * zone counters sum up. The table of the firmware is advisory, see memory_efi.c.
 */
#include <linux/cc_platform.h>
#include <linux/ioport.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/sched.h>

#include "compat/unaccepted.h"
#include "audit.h"
#include "cvm.h"

/**
 * cvm_memory_lazy() - can this kernel leave memory unaccepted at all?
 *
 * Return: false when it accepts everything before it starts (6.1).
 */
bool cvm_memory_lazy(void)
{
	return IS_ENABLED(CONFIG_UNACCEPTED_MEMORY);
}

/**
 * cvm_memory_zone() - counters of one zone
 * @node: an online node
 * @index: 0 to MAX_NR_ZONES - 1
 * @counts: filled in
 *
 * Return: false when the node has no such zone, or no memory in it.
 */
bool cvm_memory_zone(unsigned int node, unsigned int index, struct cvm_memory_zone *counts)
{
	struct zone *zone;

	if (node >= nr_node_ids || !node_online(node) || index >= MAX_NR_ZONES)
		return false;
	zone = &NODE_DATA(node)->node_zones[index];
	if (!populated_zone(zone))
		return false;
	counts->name = zone->name;
	counts->total = (u64)zone_managed_pages(zone) << PAGE_SHIFT;
	counts->unaccepted = (u64)cvm_zone_unaccepted(zone) << PAGE_SHIFT;
	return true;
}

/**
 * cvm_memory_unaccepted() - what is left to accept on a node
 * @node: any number
 *
 * Return: bytes.
 */
u64 cvm_memory_unaccepted(unsigned int node)
{
	struct cvm_memory_zone zone;
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < MAX_NR_ZONES; i++) {
		if (cvm_memory_zone(node, i, &zone))
			sum += zone.unaccepted;
	}
	return sum;
}

/**
 * cvm_memory_unaccepted_all() - what is left to accept on all nodes
 *
 * Return: bytes.
 */
u64 cvm_memory_unaccepted_all(void)
{
	unsigned int node;
	u64 sum = 0;

	for_each_online_node(node)
		sum += cvm_memory_unaccepted(node);
	return sum;
}

/**
 * cvm_memory_chunk_unaccepted() - is this chunk on the allocator's list?
 * @pfn: first page of a chunk of MAX_ORDER_NR_PAGES pages
 *
 * The answer may be out of date when it comes: the allocator takes chunks from
 * its list at any time.
 *
 * Return: whether it is; false where no memory is online.
 */
bool cvm_memory_chunk_unaccepted(unsigned long pfn)
{
	struct page *page = pfn_to_online_page(pfn);

	return page && cvm_page_unaccepted(page);
}

/* Firmware may leave holes inside of a chunk; it counts as memory when any part is */
static bool chunk_is_memory(unsigned long pfn)
{
	unsigned long last = pfn + MAX_ORDER_NR_PAGES - 1;

	return pfn_to_online_page(pfn) &&
	       (page_is_ram(pfn) || page_is_ram(last) || page_is_ram((pfn + last) / 2));
}

static void judge_chunk(unsigned long pfn, struct cvm_memory_extent *chunk)
{
	chunk->start = PFN_PHYS(pfn);
	chunk->length = PFN_PHYS(MAX_ORDER_NR_PAGES);
	chunk->shared = 0;
	if (!chunk_is_memory(pfn)) {
		chunk->node = CVM_MEMORY_NO_NODE;
		chunk->state = CVM_MEMORY_HOLE;
		return;
	}
	chunk->node = pfn_to_nid(pfn);
	chunk->state = CVM_MEMORY_UNACCEPTED;
	if (cvm_memory_chunk_unaccepted(pfn))
		return;
	chunk->state = cvm_memory_is_added(chunk->start, chunk->start + chunk->length) ?
		       CVM_MEMORY_ADDED : CVM_MEMORY_ACCEPTED;
	chunk->shared = PFN_PHYS(cvm_walk_shared(pfn, MAX_ORDER_NR_PAGES));
}

static bool joins(const struct cvm_memory_extent *extent, const struct cvm_memory_extent *chunk)
{
	return extent->start + extent->length == chunk->start && extent->node == chunk->node &&
	       extent->state == chunk->state && !extent->shared == !chunk->shared;
}

/**
 * cvm_memory_end() - number of the first page behind all memory
 */
unsigned long cvm_memory_end(void)
{
	unsigned long end = 0;
	int node;

	for_each_online_node(node)
		end = max(end, node_end_pfn(node));
	return end;
}

/**
 * cvm_memory_extent() - the run of equal chunks that begins at an address
 * @start: physical, a multiple of the chunk size
 * @extent: filled in
 *
 * Chunks are equal in state, node, and whether they hold shared pages.
 *
 * Context: may sleep.
 * Return: false at the end of memory.
 */
bool cvm_memory_extent(u64 start, struct cvm_memory_extent *extent)
{
	unsigned long pfn = PHYS_PFN(start), end = cvm_memory_end();
	struct cvm_memory_extent chunk;

	if (pfn >= end)
		return false;
	judge_chunk(pfn, extent);
	for (pfn += MAX_ORDER_NR_PAGES; pfn < end; pfn += MAX_ORDER_NR_PAGES) {
		cond_resched();
		judge_chunk(pfn, &chunk);
		if (!joins(extent, &chunk) || fatal_signal_pending(current))
			break;
		extent->length += chunk.length;
		extent->shared += chunk.shared;
	}
	return true;
}
