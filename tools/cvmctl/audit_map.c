// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the host can read as a picture: in the terminal, 64 cells a line, or as SVG. Each
 * kind has a sign of its own, so that colour is never needed to read it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"

#define CELLS	  64
#define ROWS	  16
#define MIB	  (1024 * 1024ull)
#define SVG_WIDTH 960

/* The most notable first: a cell shows the best of its pages only when all are so */
enum kind {
	KIND_BAD,
	KIND_SHARED,
	KIND_UNACCEPTED,
	KIND_UNMAPPED,
	KIND_PRIVATE,
	KIND_HOLE,
};

static const struct look {
	const char *meaning;
	char sign;
	enum tone tone;
	const char *colour;
} looks[] = {
	[KIND_BAD] = { "shared, and should not be", '!', TONE_BAD, "#c03030" },
	[KIND_SHARED] = { "shared with the host, as it should", 's', TONE_UNSURE, "#e0a030" },
	[KIND_UNACCEPTED] = { "not accepted yet", '.', TONE_PLAIN, "#a0a0a0" },
	[KIND_UNMAPPED] = { "not in the direct map, not known", '?', TONE_PLAIN, "#8040c0" },
	[KIND_PRIVATE] = { "private", '#', TONE_GOOD, "#308040" },
	[KIND_HOLE] = { "no memory", ' ', TONE_PLAIN, "#ffffff" },
};

static bool is_state(const struct cvm_page_extent *extent, const char *name)
{
	return !strcmp(cvm_page_state_name(extent->state), name);
}

static enum kind kind_of(const struct cvm_page_extent *extent)
{
	const char *verdict = cvm_page_verdict_name(extent->verdict);

	if (is_state(extent, "shared"))
		return strncmp(verdict, "ok-", 3) ? KIND_BAD : KIND_SHARED;
	if (is_state(extent, "unaccepted"))
		return KIND_UNACCEPTED;
	if (is_state(extent, "unmapped"))
		return KIND_UNMAPPED;
	return is_state(extent, "private") ? KIND_PRIVATE : KIND_HOLE;
}

int audit_map_add(void *ctx, const struct cvm_page_extent *extent)
{
	struct audit_map *map = ctx;
	struct cvm_page_extent *grown;

	if (map->count == map->room) {
		map->room = map->room ? 2 * map->room : 256;
		grown = realloc(map->extents, map->room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		map->extents = grown;
	}
	map->extents[map->count++] = *extent;
	return 0;
}

static uint64_t end_of(const struct audit_map *map)
{
	const struct cvm_page_extent *last = &map->extents[map->count - 1];

	return map->count ? last->start + last->length : 0;
}

static uint64_t cell_size(uint64_t end)
{
	uint64_t size = MIB;

	while (size * CELLS * ROWS < end)
		size *= 2;
	return size;
}

/* Extents and cells both ascend: @at only moves forward, to the first that may matter */
static enum kind look_at(const struct audit_map *map, size_t *at, uint64_t start, uint64_t end)
{
	enum kind kind = KIND_HOLE;
	size_t i;

	while (*at < map->count && map->extents[*at].start + map->extents[*at].length <= start)
		++*at;
	for (i = *at; i < map->count && map->extents[i].start < end; i++)
		if (kind_of(&map->extents[i]) < kind)
			kind = kind_of(&map->extents[i]);
	return kind;
}

static void print_legend(uint64_t cell)
{
	char text[SIZE_TEXT];
	size_t i;

	printf("\n  one sign is %s; it shows the most notable of its pages\n",
	       size_text(cell, text));
	for (i = 0; i < ARRAY_SIZE(looks); i++) {
		term_tone(looks[i].tone, "    %c", looks[i].sign);
		printf("  %s\n", looks[i].meaning);
	}
}

void audit_map_print(const struct audit_map *map)
{
	uint64_t end = end_of(map), cell = cell_size(end), start;
	enum kind kind;
	size_t at = 0;
	int i;

	for (start = 0; start < end;) {
		printf("  %9llx |", (unsigned long long)start);
		for (i = 0; i < CELLS; i++, start += cell) {
			kind = look_at(map, &at, start, start + cell);
			term_tone(looks[kind].tone, "%c", looks[kind].sign);
		}
		puts("|");
	}
	print_legend(cell);
}

static void svg_cells(FILE *file, const struct audit_map *map, uint64_t end)
{
	double per_cell = (double)end / SVG_WIDTH;
	enum kind kind;
	size_t at = 0;
	int x;

	for (x = 0; x < SVG_WIDTH; x++) {
		kind = look_at(map, &at, x * per_cell, (x + 1) * per_cell);
		if (kind != KIND_HOLE)
			fprintf(file,
				"<rect x=\"%d\" y=\"24\" width=\"1\" height=\"64\" fill=\"%s\"/>\n",
				x, looks[kind].colour);
	}
}

static void svg_legend(FILE *file)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(looks); i++) {
		fprintf(file, "<rect x=\"%zu\" y=\"%zu\" width=\"12\" height=\"12\"", i % 3 * 320,
			104 + i / 3 * 20);
		fprintf(file, " fill=\"%s\" stroke=\"black\"/>", looks[i].colour);
		fprintf(file, "<text x=\"%zu\" y=\"%zu\">%s</text>\n", i % 3 * 320 + 18,
			114 + i / 3 * 20, looks[i].meaning);
	}
}

int audit_map_svg(const struct audit_map *map, const char *path)
{
	uint64_t end = end_of(map);
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);
	int ret;

	if (!file)
		return -ENOMEM;
	fprintf(file, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d 150\"",
		SVG_WIDTH);
	fputs(" font-family=\"sans-serif\" font-size=\"12\">\n", file);
	fprintf(file, "<text x=\"0\" y=\"14\">what the host can read, 0 to %#llx</text>\n",
		(unsigned long long)end);
	if (end)
		svg_cells(file, map, end);
	svg_legend(file);
	fputs("</svg>\n", file);
	ret = fclose(file) ? -ENOMEM : files_write(path, text, len, 0644);
	free(text);
	return ret;
}
