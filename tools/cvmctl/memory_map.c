// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's physical memory as a picture: in the terminal, 64 cells a line, or as SVG.
 * Each state has a sign of its own, so that colour is never needed to read it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define CELLS 64
#define ROWS  16
#define MIB   (1024 * 1024ull)

/* What a cell shows, the most notable first: it must not be drowned by its neighbours */
static const struct look {
	const char *name;
	const char *meaning;
	char sign;
	enum tone tone;
	const char *colour;
} looks[] = {
	[LOOK_ADDED] = { "added", "added after boot, the kernel accepts none of it", '+', TONE_BAD,
			 "#8040c0" },
	[LOOK_UNACCEPTED] = { "unaccepted", "not accepted yet", '.', TONE_UNSURE, "#e0a030" },
	[LOOK_SHARED] = { "shared", "accepted, the host can read part of it", 's', TONE_BAD,
			  "#c03030" },
	[LOOK_ACCEPTED] = { "accepted", "accepted and private", '#', TONE_GOOD, "#308040" },
	[LOOK_HOLE] = { "hole", "no memory", ' ', TONE_PLAIN, "#ffffff" },
};

static enum look_index look_of(const struct cvm_extent *extent)
{
	if (extent->state == CVM_EXTENT_HOLE)
		return LOOK_HOLE;
	if (extent->state == CVM_EXTENT_UNACCEPTED)
		return LOOK_UNACCEPTED;
	if (extent->state == CVM_EXTENT_ADDED)
		return LOOK_ADDED;
	return extent->shared ? LOOK_SHARED : LOOK_ACCEPTED;
}

const char *memory_look_name(const struct cvm_extent *extent)
{
	return looks[look_of(extent)].name;
}

int memory_map_add(void *ctx, const struct cvm_extent *extent)
{
	struct memory_map *map = ctx;
	struct cvm_extent *grown;

	if (map->count == map->room) {
		map->room = map->room ? 2 * map->room : 64;
		grown = realloc(map->extents, map->room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		map->extents = grown;
	}
	map->extents[map->count++] = *extent;
	return 0;
}

static uint64_t end_of(const struct memory_map *map)
{
	const struct cvm_extent *last = &map->extents[map->count - 1];

	return map->count ? last->start + last->length : 0;
}

/* Bytes of a cell: a power of two, so that the addresses beside the lines are round */
static uint64_t cell_size(uint64_t end)
{
	uint64_t size = 4 * MIB;

	while (size * CELLS * ROWS < end)
		size *= 2;
	return size;
}

/* A cell shows its most notable part */
static enum look_index look_at(const struct memory_map *map, uint64_t start, uint64_t end)
{
	enum look_index look = LOOK_HOLE;
	size_t i;

	for (i = 0; i < map->count; i++) {
		const struct cvm_extent *extent = &map->extents[i];

		if (extent->start < end && extent->start + extent->length > start &&
		    look_of(extent) < look)
			look = look_of(extent);
	}
	return look;
}

static void print_line(const struct memory_map *map, uint64_t start, uint64_t cell, uint64_t end)
{
	enum look_index look;
	int i;

	printf("  %9llx |", (unsigned long long)start);
	for (i = 0; i < CELLS; i++, start += cell) {
		look = start < end ? look_at(map, start, start + cell) : LOOK_HOLE;
		term_tone(looks[look].tone, "%c", looks[look].sign);
	}
	puts("|");
}

void memory_map_print(const struct memory_map *map)
{
	uint64_t end = end_of(map), cell = cell_size(end), start;
	char text[SIZE_TEXT];
	size_t i;

	term_heading("physical memory", "");
	for (start = 0; start < end; start += cell * CELLS)
		print_line(map, start, cell, end);
	putchar('\n');
	for (i = 0; i < ARRAY_SIZE(looks); i++) {
		fputs("  ", stdout);
		term_tone(looks[i].tone, "%c", looks[i].sign);
		printf("  %s\n", looks[i].meaning);
	}
	printf("  a sign is %s, and shows the first of these that it holds\n",
	       size_text(cell, text));
}

/* ---- SVG ---- */

#define SVG_WIDTH  960
#define SVG_HEIGHT 60

static void svg_extent(FILE *file, const struct cvm_extent *extent, double scale)
{
	const struct look *look = &looks[look_of(extent)];
	char text[SIZE_TEXT];

	fprintf(file, "<rect x=\"%.3f\" y=\"20\" width=\"%.3f\" height=\"%d\" fill=\"%s\">",
		extent->start * scale, extent->length * scale, SVG_HEIGHT, look->colour);
	fprintf(file, "<title>%#llx %s, %s</title></rect>\n", (unsigned long long)extent->start,
		size_text(extent->length, text), look->meaning);
}

static void svg_legend(FILE *file)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(looks); i++) {
		fprintf(file, "<rect x=\"%zu\" y=\"110\" width=\"12\" height=\"12\"", i * 240);
		fprintf(file, " fill=\"%s\" stroke=\"black\"/>", looks[i].colour);
		fprintf(file, "<text x=\"%zu\" y=\"120\">%s</text>\n", i * 240 + 18,
			looks[i].meaning);
	}
}

int memory_map_svg(const struct memory_map *map, const char *path)
{
	uint64_t end = end_of(map);
	char *text = NULL;
	size_t len = 0, i;
	FILE *file = open_memstream(&text, &len);
	int ret;

	if (!file)
		return -ENOMEM;
	fprintf(file, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d 130\"",
		SVG_WIDTH);
	fputs(" font-family=\"sans-serif\" font-size=\"12\">\n", file);
	fprintf(file, "<text x=\"0\" y=\"14\">physical memory, 0 to %#llx</text>\n",
		(unsigned long long)end);
	for (i = 0; i < map->count; i++)
		svg_extent(file, &map->extents[i], end ? (double)SVG_WIDTH / end : 0);
	svg_legend(file);
	fputs("</svg>\n", file);
	ret = fclose(file) ? -ENOMEM : files_write(path, text, len, 0644);
	free(text);
	return ret;
}
