// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Physical memory as a picture: in the terminal, 64 cells a line, or as SVG. Each look has
 * a sign of its own, so that colour is never needed to read it.
 */
#include <errno.h>
#include <stdlib.h>

#include "picture.h"

#define CELLS	   64
#define ROWS	   16
#define SVG_WIDTH  960
#define SVG_HEIGHT 60
#define LEGEND	   3 /* looks in a row */

int picture_add(struct picture *picture, uint64_t start, uint64_t length, size_t look)
{
	struct picture_run *grown;

	if (picture->count == picture->room) {
		picture->room = picture->room ? 2 * picture->room : 64;
		grown = realloc(picture->runs, picture->room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		picture->runs = grown;
	}
	picture->runs[picture->count].start = start;
	picture->runs[picture->count].length = length;
	picture->runs[picture->count++].look = look;
	return 0;
}

void picture_free(struct picture *picture)
{
	free(picture->runs);
	picture->runs = NULL;
}

static uint64_t end_of(const struct picture *picture)
{
	const struct picture_run *last = &picture->runs[picture->count - 1];

	return picture->count ? last->start + last->length : 0;
}

/* ---- terminal ---- */

/* Bytes of a cell: a power of two, so that the addresses beside the lines are round */
static uint64_t cell_size(const struct picture *picture, uint64_t end)
{
	uint64_t size = picture->cell_min;

	while (size * CELLS * ROWS < end)
		size *= 2;
	return size;
}

/* Runs and cells both ascend: @at only moves forward, to the first run that may matter */
static size_t look_at(const struct picture *picture, size_t *at, uint64_t start, uint64_t end)
{
	const struct picture_run *runs = picture->runs;
	size_t look = picture->n_looks - 1, i;

	while (*at < picture->count && runs[*at].start + runs[*at].length <= start)
		++*at;
	for (i = *at; i < picture->count && runs[i].start < end; i++)
		look = runs[i].look < look ? runs[i].look : look;
	return look;
}

static void print_line(const struct picture *picture, size_t *at, uint64_t start, uint64_t cell)
{
	const struct picture_look *look;
	int i;

	printf("  %9llx |", (unsigned long long)start);
	for (i = 0; i < CELLS; i++, start += cell) {
		look = &picture->looks[look_at(picture, at, start, start + cell)];
		term_tone(look->tone, "%c", look->sign);
	}
	puts("|");
}

void picture_print(const struct picture *picture)
{
	uint64_t end = end_of(picture), cell = cell_size(picture, end), start;
	char text[SIZE_TEXT];
	size_t at = 0, i;

	term_heading(picture->title, "");
	for (start = 0; start < end; start += cell * CELLS)
		print_line(picture, &at, start, cell);
	putchar('\n');
	for (i = 0; i < picture->n_looks; i++) {
		fputs("  ", stdout);
		term_tone(picture->looks[i].tone, "%c", picture->looks[i].sign);
		printf("  %s\n", picture->looks[i].meaning);
	}
	printf("  a sign is %s, and shows the first of these that it holds\n",
	       size_text(cell, text));
}

/* ---- SVG ---- */

/* What is there at all is seen */
static void svg_run(FILE *file, const struct picture *picture, const struct picture_run *run,
		    double scale)
{
	const struct picture_look *look = &picture->looks[run->look];
	double width = run->length * scale;
	char text[SIZE_TEXT];

	fprintf(file, "<rect x=\"%.3f\" y=\"20\" width=\"%.3f\" height=\"%d\" fill=\"%s\">",
		run->start * scale, width < 1 ? 1 : width, SVG_HEIGHT, look->colour);
	fprintf(file, "<title>%#llx %s, %s</title></rect>\n", (unsigned long long)run->start,
		size_text(run->length, text), look->meaning);
}

/* The most notable last, on top of its neighbours */
static void svg_runs(FILE *file, const struct picture *picture, uint64_t end)
{
	double scale = end ? (double)SVG_WIDTH / end : 0;
	size_t look, i;

	for (look = picture->n_looks; look--;)
		for (i = 0; i < picture->count; i++)
			if (picture->runs[i].look == look)
				svg_run(file, picture, &picture->runs[i], scale);
}

static void svg_legend(FILE *file, const struct picture *picture)
{
	size_t i, x, y;

	for (i = 0; i < picture->n_looks; i++) {
		x = i % LEGEND * (SVG_WIDTH / LEGEND);
		y = 100 + i / LEGEND * 20;
		fprintf(file, "<rect x=\"%zu\" y=\"%zu\" width=\"12\" height=\"12\"", x, y);
		fprintf(file, " fill=\"%s\" stroke=\"black\"/>", picture->looks[i].colour);
		fprintf(file, "<text x=\"%zu\" y=\"%zu\">%s</text>\n", x + 18, y + 10,
			picture->looks[i].meaning);
	}
}

int picture_svg(const struct picture *picture, const char *path)
{
	uint64_t end = end_of(picture);
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);
	int ret;

	if (!file)
		return -ENOMEM;
	fprintf(file, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d 160\"",
		SVG_WIDTH);
	fputs(" font-family=\"sans-serif\" font-size=\"12\">\n", file);
	fprintf(file, "<text x=\"0\" y=\"14\">%s, 0 to %#llx</text>\n", picture->title,
		(unsigned long long)end);
	svg_runs(file, picture, end);
	svg_legend(file, picture);
	fputs("</svg>\n", file);
	ret = fclose(file) ? -ENOMEM : files_write(path, text, len, 0644);
	free(text);
	return ret;
}
