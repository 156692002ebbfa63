// SPDX-License-Identifier: GPL-2.0-or-later
/* Seals on the terminal. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "seal.h"

#define STATES	  (CVM_SEAL_IS_GONE + 1)
#define PAGES_MAX 16 /* that are shown of one seal without -v */
#define INDENT	  5

/* What each state means, and what to do; wrapped anew when shown */
static const char *const meanings[STATES] = {
	[CVM_SEAL_IS_PATCHED] =
		"The kernel patches its own code there (alternatives, static keys, ftrace,\n"
		"kprobes): nothing to do.",
	[CVM_SEAL_IS_TEXT_CHANGED] =
		"Code of the kernel's image differs. The kernel patches itself, and so does\n"
		"an intruder: which of the two it was cannot be told from here.",
	[CVM_SEAL_IS_CHANGED] =
		"What must not change has changed. Unless you know why, take this guest out\n"
		"of service: a fault, an intruder or the host did it.",
	[CVM_SEAL_IS_MISSING] =
		"Pages are not mapped, not private or not readable any more. Unless you know\n"
		"why, treat it as changed; who shared pages tells:  cvmctl audit run",
	[CVM_SEAL_IS_GONE] = "The module is unloaded, or the process has ended.",
};

static bool is_known(uint32_t state)
{
	return state < STATES;
}

static bool is_kernel_image(const struct cvm_seal *seal)
{
	return seal->kind == CVM_SEALED_KERNEL_RODATA || seal->kind == CVM_SEALED_KERNEL_TEXT;
}

/* "module cvm", "process 812 sshd"; a process chooses its name, also one with escapes */
char *seal_title(const struct cvm_seal *seal, char text[SEAL_TITLE])
{
	const char *kind = cvm_seal_kind_name(seal->kind);
	char *at;

	if (is_kernel_image(seal))
		snprintf(text, SEAL_TITLE, "%s", kind);
	else if (seal->kind == CVM_SEALED_PROCESS)
		snprintf(text, SEAL_TITLE, "%s %d %s", kind, seal->pid, seal->name);
	else if (*seal->name)
		snprintf(text, SEAL_TITLE, "%s %s", kind, seal->name);
	else
		snprintf(text, SEAL_TITLE, "%s %#llx", kind, (unsigned long long)seal->start);
	for (at = text; *at; at++)
		if (iscntrl((unsigned char)*at))
			*at = '?';
	return text;
}

static void print_wrapped(const char *text)
{
	printf("%*s", INDENT, "");
	term_wrapped(INDENT, INDENT, TERM_WIDTH, text);
	putchar('\n');
}

/* ---- a check ---- */

/**
 * struct page_list - pages of one seal, as they are printed
 * @shown: so far
 * @hidden: that were too many
 */
struct page_list {
	size_t shown;
	size_t hidden;
};

static void print_digests(const struct cvm_sealed_page *page)
{
	const char *gone = hex_is_zero(page->now, sizeof(page->now)) ? "not readable" : NULL;
	char sealed[80], now[80];

	hex_elided(page->sealed, sizeof(page->sealed), sealed, sizeof(sealed));
	hex_elided(page->now, sizeof(page->now), now, sizeof(now));
	if (settings.verbose)
		printf("%*ssealed %s\n%*snow    %s\n", INDENT, "", sealed, INDENT, "",
		       gone ? gone : now);
	else
		printf("%*s%s -> %s\n", INDENT + 11, "", sealed, gone ? gone : now);
}

static int print_page(void *ctx, const struct cvm_sealed_page *page)
{
	struct page_list *list = ctx;

	if (!settings.verbose && list->shown == PAGES_MAX) {
		list->hidden++;
		return 0;
	}
	list->shown++;
	printf("%*spage %-5llu %#llx  %s%s\n", INDENT, "", (unsigned long long)page->index,
	       (unsigned long long)page->address, cvm_seal_state_name(page->state),
	       page->writable ? ", writable now" : "");
	print_digests(page);
	return 0;
}

static int print_pages(const struct cvm_seal *seal, struct cvm_error *err)
{
	struct page_list list = { 0 };
	int ret = cvm_seal_pages(settings.device, seal->id, print_page, &list, err);

	if (list.hidden)
		printf("%*sand %zu more: -v\n", INDENT, "", list.hidden);
	return ret;
}

static enum tone tone_of(const struct cvm_seal *seal)
{
	if (seal->state == CVM_SEAL_IS_INTACT)
		return TONE_GOOD;
	return seal_is_unexpected(seal) ? TONE_BAD : TONE_UNSURE;
}

static void print_row(const struct cvm_seal *seal)
{
	char title[SEAL_TITLE];

	printf("%3u  %-36s %8llu page%s  ", seal->id, seal_title(seal, title),
	       (unsigned long long)seal->pages, seal->pages == 1 ? " " : "s");
	term_tone(tone_of(seal), "%s", cvm_seal_state_name(seal->state));
	if (seal->state != CVM_SEAL_IS_GONE && seal->changed + seal->missing)
		printf(", %llu", (unsigned long long)(seal->changed + seal->missing));
	putchar('\n');
}

static void print_advice(const struct cvm_seal *seal)
{
	if (is_known(seal->state) && meanings[seal->state])
		print_wrapped(meanings[seal->state]);
	if (seal->state == CVM_SEAL_IS_GONE)
		printf("%*sremove it: cvmctl seal remove %u\n", INDENT, "", seal->id);
	else if (seal->state == CVM_SEAL_IS_TEXT_CHANGED || seal->state == CVM_SEAL_IS_CHANGED)
		printf("%*sdetails: cvmctl seal show %u     accept: cvmctl seal rebase %u\n",
		       INDENT, "", seal->id, seal->id);
}

/* Of what the kernel does to itself, the pages are told only when they are asked for */
static int print_one(const struct cvm_seal *seal, struct cvm_error *err)
{
	int ret = 0;

	print_row(seal);
	if (seal->state == CVM_SEAL_IS_INTACT)
		return 0;
	if (seal_is_unexpected(seal) || settings.verbose)
		ret = print_pages(seal, err);
	print_advice(seal);
	return ret;
}

static void print_counts(const struct seal_set *set)
{
	size_t counts[STATES] = { 0 }, i;
	uint32_t state;

	for (i = 0; i < set->checked; i++)
		if (is_known(set->seals[i].state))
			counts[set->seals[i].state]++;
	printf("%zu seal%s", set->checked, set->checked == 1 ? "" : "s");
	for (state = 0; state < STATES; state++)
		if (counts[state])
			printf(", %zu %s", counts[state], cvm_seal_state_name(state));
	puts(".");
}

int seal_screen_check(const struct seal_set *set, double seconds, struct cvm_error *err)
{
	uint64_t pages = 0;
	char heading[96];
	size_t i;
	int ret = 0;

	for (i = 0; i < set->checked; i++)
		pages += set->seals[i].pages;
	snprintf(heading, sizeof(heading), "seals: %llu pages in %.3f s", (unsigned long long)pages,
		 seconds);
	if (!settings.quiet)
		term_heading(heading, "module");
	for (i = 0; i < set->checked && !ret; i++)
		if (!settings.quiet || seal_is_unexpected(&set->seals[i]))
			ret = print_one(&set->seals[i], err);
	print_counts(set);
	return ret;
}

/* ---- a list ---- */

static int print_line(struct table *table, const struct cvm_seal *seal)
{
	char id[16], title[SEAL_TITLE], pages[24], generation[16], checked[32], root[80];
	const char *const texts[] = {
		id, title, pages, cvm_seal_state_name(seal->state), generation, checked, root,
	};

	snprintf(id, sizeof(id), "%u", seal->id);
	seal_title(seal, title);
	snprintf(pages, sizeof(pages), "%llu", (unsigned long long)seal->pages);
	snprintf(generation, sizeof(generation), "%u", seal->generation);
	rfc3339_format(seal->checked / 1000000000, checked, sizeof(checked));
	hex_elided(seal->root, sizeof(seal->root), root, sizeof(root));
	return table_line(table, texts);
}

int seal_screen_list(const struct seal_set *set)
{
	static const struct table_column columns[] = {
		{ "ID", true },	 { "OF", false },      { "PAGES", true }, { "STATE", false },
		{ "GEN", true }, { "CHECKED", false }, { "ROOT", false }, { 0 },
	};
	struct table *table = table_new(columns);
	int ret = table ? 0 : -1;
	size_t i;

	for (i = 0; !ret && i < set->count; i++)
		ret = print_line(table, &set->seals[i]);
	if (!ret)
		ret = table_print(table);
	table_free(table);
	return ret ? fail_io("cannot print the table", "", ENOMEM) : EXIT_YES;
}

/* ---- one in full ---- */

static void row_time(const char *label, uint64_t ns)
{
	char text[32];

	term_row(label, "module", "%s", rfc3339_format(ns / 1000000000, text, sizeof(text)));
}

static void row_digest(const char *label, const uint8_t *digest, const char *none)
{
	char text[80];

	if (hex_is_zero(digest, CVM_SEAL_DIGEST))
		term_row(label, "module", "%s", none);
	else
		term_row(label, "module", "%s",
			 hex_elided(digest, CVM_SEAL_DIGEST, text, sizeof(text)));
}

int seal_screen(const struct cvm_seal *seal, struct cvm_error *err)
{
	char title[SEAL_TITLE], heading[SEAL_TITLE + 32], size[SIZE_TEXT];

	snprintf(heading, sizeof(heading), "seal %u: %s", seal->id, seal_title(seal, title));
	term_heading(heading, "provenance");
	term_row("state", "module", "%s", cvm_seal_state_name(seal->state));
	term_row("pages", "module", "%llu (%s), %llu differ, %llu of them patched, %llu missing",
		 (unsigned long long)seal->pages, size_text(seal->pages * CVM_SEAL_PAGE_SIZE, size),
		 (unsigned long long)seal->changed, (unsigned long long)seal->patched,
		 (unsigned long long)seal->missing);
	term_row("start", "module", "%#llx", (unsigned long long)seal->start);
	if (seal->exec || seal->keep)
		term_row("flags", "module", "%s%s", seal->exec ? "executable mappings only" : "",
			 seal->keep ? "bytes are kept" : "");
	term_row("generation", "module", "%u", seal->generation);
	row_time("created", seal->created);
	row_time("rebased", seal->rebased);
	row_time("checked", seal->checked);
	row_digest("root", seal->root, "none");
	row_digest("now", seal->now, "none");
	row_digest("previous", seal->previous, "none, it was never rebased");
	if (is_known(seal->state) && meanings[seal->state])
		print_wrapped(meanings[seal->state]);
	return print_pages(seal, err);
}
