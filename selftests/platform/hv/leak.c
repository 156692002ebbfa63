// SPDX-License-Identifier: GPL-2.0-only
/*
 * A host that looks for a secret of the guest in everything that it can read.
 */
#include "hostile.h"
#include "hv.h"

static bool matches(uint64_t at, const uint8_t *pattern, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (*(const uint8_t *)host_address(at + i) != pattern[i])
			return false;
	return true;
}

/* It may begin in one shared page and end in the next */
static uint64_t search_page(uint64_t gpa, const uint8_t *pattern, size_t n)
{
	const uint8_t *page = (const uint8_t *)host_address(gpa);
	uint64_t at, found = 0;

	for (at = 0; at < PAGE_SIZE && !found; at++) {
		if (page[at] != pattern[0] || page_state_get(gpa + at + n - 1) != PAGE_SHARED ||
		    !matches(gpa + at, pattern, n))
			continue;
		log_info("hv: the secret is at %lx\n", gpa + at);
		found++;
	}
	return found;
}

/**
 * leak_search() - search all shared pages
 * @pattern: bytes to look for
 * @n: how many, not 0
 *
 * Context: the guest stands still meanwhile, for a second or two.
 *
 * Return: in how many pages they were found.
 */
uint64_t leak_search(const uint8_t *pattern, size_t n)
{
	uint64_t gpa, pages = 0, found = 0;

	for (gpa = 0; gpa < page_state_end(); gpa += PAGE_SIZE) {
		if (page_state_get(gpa) != PAGE_SHARED)
			continue;
		pages++;
		found += search_page(gpa, pattern, n);
	}
	log_info("hv: searched %lu shared pages for %lu bytes: %lu\n", pages, (uint64_t)n, found);
	return found;
}
