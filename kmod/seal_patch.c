// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the kernel patches the code of a module after it is loaded: static keys, static
 * calls, and the calls of ftrace at the begin of functions. Kprobes elsewhere, and the
 * trampolines of a module's own static calls, are not among these places.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "compat/module.h"
#include "seal.h"

#define LONG_JUMP	5	/* also calls, and the no-operation that stands for either */
#define SHORT_JUMP	2
#define CONDITIONAL	6

/* A static key jumps short or long, for good: objtool has chosen */
static unsigned int jump_length(const u8 *code)
{
	return code[0] == 0xeb || code[0] == 0x66 ? SHORT_JUMP : LONG_JUMP;
}

/* A static call may be a conditional tail call, 0f 8x; 0f 1f is the no-operation */
static unsigned int call_length(const u8 *code)
{
	return code[0] == 0x0f && (code[1] & 0xf0) == 0x80 ? CONDITIONAL : LONG_JUMP;
}

static unsigned int trace_length(const u8 *code)
{
	return LONG_JUMP;
}

static const struct {
	unsigned int (*count)(const struct module *module);
	unsigned long (*address)(const struct module *module, unsigned int i);
	unsigned int (*length)(const u8 *code);
} tables[] = {
	{ cvm_module_jumps, cvm_module_jump, jump_length },
	{ cvm_module_calls, cvm_module_call, call_length },
	{ cvm_module_traces, cvm_module_trace, trace_length },
};

static int compare_sites(const void *a, const void *b)
{
	const struct cvm_seal_site *left = a, *right = b;

	return left->address < right->address ? -1 : left->address > right->address;
}

static unsigned int count_all(const struct module *module)
{
	unsigned int t, count = 0;

	for (t = 0; t < ARRAY_SIZE(tables); t++)
		count += tables[t].count(module);
	return count;
}

/* Code that ran once is freed, and its places are left in the tables or cleared */
static void find_in_table(struct cvm_seal_sites *sites, const struct module *module,
			  unsigned int t, const struct cvm_module_part *text)
{
	unsigned int i, count = tables[t].count(module);
	struct cvm_seal_site site;
	u8 code[2];

	for (i = 0; i < count; i++) {
		site.address = tables[t].address(module, i);
		if (site.address < text->start || site.address - text->start >= text->bytes)
			continue;
		if (copy_from_kernel_nofault(code, (void *)site.address, sizeof(code)))
			continue;
		site.length = tables[t].length(code);
		sites->list[sites->count++] = site;
	}
}

/**
 * cvm_seal_sites_find() - all places where a module's code is patched
 * @sites: filled in
 * @module: cannot go away, and is live
 * @start: of its code
 * @end: of its code
 *
 * Return: 0 or -ENOMEM.
 */
int cvm_seal_sites_find(struct cvm_seal_sites *sites, struct module *module, unsigned long start,
			unsigned long end)
{
	struct cvm_module_part text = { .start = start, .bytes = end - start };
	unsigned int t;

	sites->count = 0;
	sites->list = kvmalloc_array(count_all(module) ?: 1, sizeof(*sites->list),
				     GFP_KERNEL_ACCOUNT);
	if (!sites->list)
		return -ENOMEM;
	for (t = 0; t < ARRAY_SIZE(tables); t++)
		find_in_table(sites, module, t, &text);
	sort(sites->list, sites->count, sizeof(*sites->list), compare_sites, NULL);
	return 0;
}

static unsigned long site_end(const struct cvm_seal_site *site)
{
	return site->address + site->length;
}

/* The first place that ends behind an address */
static unsigned int find_first(const struct cvm_seal_sites *sites, unsigned long address)
{
	unsigned int low = 0, high = sites->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (site_end(&sites->list[middle]) > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/**
 * cvm_seal_sites_mask() - clear in a copy of a page what the kernel patches
 * @sites: of the module
 * @address: of the page
 * @page: its copy
 *
 * Return: false when there is nothing in that page.
 */
bool cvm_seal_sites_mask(const struct cvm_seal_sites *sites, unsigned long address, void *page)
{
	unsigned long end = address + PAGE_SIZE, from, to;
	unsigned int i, first = find_first(sites, address);

	for (i = first; i < sites->count && sites->list[i].address < end; i++) {
		from = max(sites->list[i].address, address);
		to = min(site_end(&sites->list[i]), end);
		memset(page + (from - address), 0, to - from);
	}
	return i > first;
}
