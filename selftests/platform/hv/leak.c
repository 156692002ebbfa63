// SPDX-License-Identifier: GPL-2.0-only
/*
 * A host that looks for secrets of the guest in everything that it can read: when it is
 * ordered to, and at the end of each run for those that the guest has named by then.
 */
#include "hostile.h"
#include "hv.h"

#define PATTERNS_MAX	8
#define WORD		sizeof(uint64_t)

/**
 * struct pattern - what is looked for
 * @bytes: it
 * @size: bytes of it
 * @secret: it must not be found; or else it is a mark, which has to be
 * @found: in how many pages
 */
struct pattern {
	uint8_t bytes[BEHAVIOUR_MAX / 2];
	size_t size;
	bool secret;
	uint64_t found;
};

static struct pattern named[PATTERNS_MAX];
static unsigned int named_count;

/* It may begin in one shared page and end in the next */
static bool matches(uint64_t at, const struct pattern *pattern)
{
	size_t i;

	if (page_state_get(at + pattern->size - 1) != PAGE_SHARED)
		return false;
	for (i = 0; i < pattern->size; i++)
		if (*(const uint8_t *)host_address(at + i) != pattern->bytes[i])
			return false;
	return true;
}

static void search_page(uint64_t gpa, struct pattern *pattern)
{
	const uint8_t *page = (const uint8_t *)host_address(gpa);
	uint64_t offset;

	for (offset = 0; offset < PAGE_SIZE; offset++) {
		if (page[offset] != pattern->bytes[0] || !matches(gpa + offset, pattern))
			continue;
		log_info("hv: the %s is at %lx\n", pattern->secret ? "secret" : "mark",
			 gpa + offset);
		pattern->found++;
		return;
	}
}

/* Most are, and there are many */
static bool is_empty(uint64_t gpa)
{
	const uint64_t *words = (const uint64_t *)host_address(gpa);
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / WORD; i++)
		if (words[i])
			return false;
	return true;
}

/* Patterns are random: none begins with so many zeros that an empty page could hold them */
static uint64_t search(struct pattern *patterns, unsigned int count)
{
	uint64_t gpa, pages = 0;
	unsigned int i;

	for (gpa = 0; gpa < page_state_end(); gpa += PAGE_SIZE) {
		if (page_state_get(gpa) != PAGE_SHARED)
			continue;
		pages++;
		if (is_empty(gpa))
			continue;
		for (i = 0; i < count; i++)
			search_page(gpa, &patterns[i]);
	}
	return pages;
}

/**
 * leak_search() - search all shared pages
 * @bytes: to look for
 * @size: how many, not 0
 *
 * Context: the guest stands still meanwhile, for a second or two.
 *
 * Return: in how many pages they were found.
 */
uint64_t leak_search(const uint8_t *bytes, size_t size)
{
	struct pattern pattern = { .size = size, .secret = true };
	uint64_t pages;

	memcpy(pattern.bytes, bytes, size);
	pages = search(&pattern, 1);
	log_info("hv: searched %lu shared pages for %lu bytes: %lu\n", pages, (uint64_t)size,
		 pattern.found);
	return pattern.found;
}

/**
 * leak_name() - what to look for at the end of the run
 * @bytes: it
 * @size: how many, not 0
 * @secret: or a mark that the guest has put into shared memory, to show that it is found
 */
void leak_name(const uint8_t *bytes, size_t size, bool secret)
{
	struct pattern *pattern = &named[named_count];

	if (named_count == PATTERNS_MAX)
		panic("more than %u secrets are named", PATTERNS_MAX);
	memcpy(pattern->bytes, bytes, size);
	pattern->size = size;
	pattern->secret = secret;
	named_count++;
}

/**
 * leak_report() - search for all that was named, and log what was found
 */
void leak_report(void)
{
	uint64_t secrets = 0, shown = 0, marks = 0, seen = 0, pages;
	unsigned int i;

	if (!named_count)
		return;
	pages = search(named, named_count);
	for (i = 0; i < named_count; i++) {
		if (named[i].secret) {
			secrets++;
			shown += !!named[i].found;
		} else {
			marks++;
			seen += !!named[i].found;
		}
	}
	log_info("leaks: %lu shared pages, %lu of %lu secrets, %lu of %lu marks\n", pages, shown,
		 secrets, seen, marks);
}
