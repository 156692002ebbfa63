// SPDX-License-Identifier: GPL-2.0-only
/*
 * One byte for each 4 KiB page: what the trusted part of the platform says of it.
 */
#include "cpu.h"
#include "hv.h"

static struct {
	uint8_t *states;
	uint64_t pages;
	uint64_t accepted, again;	/* pages, since the start */
} table;

/**
 * page_state_init() - start with no memory at all
 * @states: one byte a page
 * @pages: number of pages from address 0
 */
void page_state_init(uint8_t *states, uint64_t pages)
{
	memset(states, PAGE_NONE, pages);
	table.states = states;
	table.pages = pages;
}

/**
 * page_state_get() - state of a page
 * @gpa: any address in it, without an address bit
 */
enum page_state page_state_get(uint64_t gpa)
{
	uint64_t page = gpa / PAGE_SIZE;

	return page < table.pages ? table.states[page] : PAGE_NONE;
}

/**
 * page_state_all() - are all bytes of a range in pages of one state?
 * @gpa: start, without an address bit
 * @size: bytes
 * @state: any but PAGE_NONE, which is also what lies past the end of memory
 *
 * Return: false for no bytes, and for a range that wraps.
 */
bool page_state_all(uint64_t gpa, uint64_t size, enum page_state state)
{
	uint64_t at = gpa & PAGE_MASK, end = gpa + size;

	if (!size || end < gpa)
		return false;
	for (; at < end; at += PAGE_SIZE)
		if (page_state_get(at) != state)
			return false;
	return true;
}

/**
 * page_state_set() - change the state of a page, and what the guest can reach
 * @gpa: any address in it, without an address bit
 * @state: new state
 *
 * The caller shoots down other vCPUs when the page was taken away.
 */
void page_state_set(uint64_t gpa, enum page_state state)
{
	uint64_t page = gpa / PAGE_SIZE;

	if (page >= table.pages)
		return;
	table.accepted += table.states[page] == PAGE_PENDING && state == PAGE_PRIVATE;
	table.states[page] = state;
	npt_update(gpa & PAGE_MASK);
	iommu_update(gpa & PAGE_MASK);
}

static void stall(uint64_t ms)
{
	uint64_t end = rdtsc() + ms * tsc_khz();

	while (rdtsc() < end)
		;
}

/**
 * page_state_may_accept() - does the host give a page, or 2 MiB, to be accepted?
 * @gpa: where
 *
 * An honest host does so at once.
 *
 * Context: a slow host keeps the big lock meanwhile.
 */
bool page_state_may_accept(uint64_t gpa)
{
	if (options.slow_accept)
		stall(options.slow_accept);
	if (!options.refuse_accept || table.accepted < options.refuse_accept)
		return true;
	log_info("hv: the host refuses a page to accept: %lx\n", gpa);
	return false;
}

/**
 * page_state_set_range() - change the state of all pages of a range
 * @start: first page
 * @end: byte after the last page
 * @state: new state
 */
void page_state_set_range(uint64_t start, uint64_t end, enum page_state state)
{
	for (; start < end; start += PAGE_SIZE)
		page_state_set(start, state);
}

/**
 * page_state_accepted_again() - the guest accepts a page that it has accepted
 *
 * A guest that does so by mistake would do so when its host swaps pages, too.
 */
void page_state_accepted_again(void)
{
	table.again++;
}

/**
 * page_state_accepted() - pages that were accepted since the start
 */
uint64_t page_state_accepted(void)
{
	return table.accepted;
}

/**
 * page_state_stats() - log what was accepted
 */
void page_state_stats(void)
{
	log_info("stats: pages accepted %lu, again %lu\n", table.accepted, table.again);
}

/**
 * page_state_name() - a word for the log
 * @state: the state
 */
const char *page_state_name(enum page_state state)
{
	static const char * const names[] = {
		[PAGE_NONE] = "none", [PAGE_PRIVATE] = "private", [PAGE_PENDING] = "pending",
		[PAGE_SHARED] = "shared", [PAGE_HV] = "hypervisor",
	};

	return names[state];
}

/**
 * page_state_log() - log the state of every page, one line for neighbours that are alike
 */
void page_state_log(void)
{
	uint64_t first = 0, page;

	for (page = 1; page <= table.pages; page++) {
		if (page < table.pages && table.states[page] == table.states[first])
			continue;
		log_info("pages: %lx-%lx %s\n", first * PAGE_SIZE, page * PAGE_SIZE - 1,
			 page_state_name(table.states[first]));
		first = page;
	}
}

/**
 * page_state_end() - first address past all pages that have a state
 */
uint64_t page_state_end(void)
{
	return table.pages * PAGE_SIZE;
}

/**
 * page_state_count() - number of pages in a state
 * @state: the state
 */
uint64_t page_state_count(enum page_state state)
{
	uint64_t page, n = 0;

	for (page = 0; page < table.pages; page++)
		n += table.states[page] == state;
	return n;
}
