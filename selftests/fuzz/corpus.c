// SPDX-License-Identifier: GPL-2.0-only
/* The inputs that are worth to be changed further: each has reached something first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define SEEDS_MAX	4096

/**
 * struct seed - an input that is kept
 * @input: it
 * @edges: all that it reaches
 * @count: of them
 * @needed: set while the corpus is made small
 */
struct seed {
	struct input input;
	uint16_t *edges;
	unsigned int count;
	bool needed;
};

static struct seed *seeds[SEEDS_MAX];
static unsigned int count;
static uint8_t reached[EDGES];
static unsigned int edges_reached;

/**
 * corpus_new() - what of a run nothing before has reached
 * @coverage: of the run
 * @edges: EDGES of room, or NULL
 *
 * Return: number of edges.
 */
unsigned int corpus_new(const struct coverage *coverage, uint16_t *edges)
{
	unsigned int i, found = 0;

	for (i = 0; i < coverage->count; i++) {
		if (reached[coverage->touched[i]])
			continue;
		if (edges)
			edges[found] = coverage->touched[i];
		found++;
	}
	return found;
}

static void remember(const struct coverage *coverage)
{
	unsigned int i;

	for (i = 0; i < coverage->count; i++) {
		edges_reached += !reached[coverage->touched[i]];
		reached[coverage->touched[i]] = 1;
	}
}

/**
 * corpus_add() - keep an input
 * @input: it
 * @coverage: that it has
 */
void corpus_add(const struct input *input, const struct coverage *coverage)
{
	size_t bytes = coverage->count * sizeof(uint16_t);
	struct seed *seed;

	remember(coverage);
	if (count == SEEDS_MAX)
		return;
	seed = calloc(1, sizeof(*seed));
	if (!seed)
		return;
	seed->input = *input;
	seed->edges = malloc(bytes + 1);
	if (!seed->edges) {
		free(seed);
		return;
	}
	memcpy(seed->edges, coverage->touched, bytes);
	seed->count = coverage->count;
	seeds[count++] = seed;
}

/**
 * corpus_pick() - one to change: often a young one, which has been tried least
 *
 * Return: an input, NULL when there is none.
 */
const struct input *corpus_pick(void)
{
	unsigned int young = count / 4 + 1;

	if (!count)
		return NULL;
	if (one_in(2))
		return &seeds[count - 1 - random_below(young)]->input;
	return &seeds[random_below(count)]->input;
}

/**
 * corpus_size() - how many inputs are kept
 *
 * Return: the number.
 */
unsigned int corpus_size(void)
{
	return count;
}

/**
 * corpus_edges() - how much all of them reach
 *
 * Return: the number of edges.
 */
unsigned int corpus_edges(void)
{
	return edges_reached;
}

/**
 * corpus_load() - hand out the inputs of a file, a line each
 * @path: of it; what begins with # is no input
 * @found: takes them
 */
void corpus_load(const char *path, void (*found)(const struct input *input))
{
	FILE *file = fopen(path, "r");
	char line[2 * BYTES_MAX + 2];
	struct input input;

	if (!file) {
		perror(path);
		exit(2);
	}
	while (fgets(line, sizeof(line), file)) {
		if (*line == '#' || *line == '\n')
			continue;
		if (!input_from_text(&input, line)) {
			fprintf(stderr, "fuzz: %s: no input: %.40s\n", path, line);
			exit(2);
		}
		found(&input);
	}
	fclose(file);
}

static unsigned int missing_of(const struct seed *seed, const uint8_t *covered)
{
	unsigned int i, missing = 0;

	for (i = 0; i < seed->count; i++)
		missing += !covered[seed->edges[i]];
	return missing;
}

/* The one that adds most comes next, until nothing is missing */
static unsigned int mark_needed(void)
{
	static uint8_t covered[EDGES];
	unsigned int i, best, most, needed = 0;

	for (;;) {
		most = 0;
		for (i = 0; i < count; i++) {
			unsigned int adds = seeds[i]->needed ? 0 : missing_of(seeds[i], covered);

			if (adds > most) {
				most = adds;
				best = i;
			}
		}
		if (!most)
			return needed;
		seeds[best]->needed = true;
		needed++;
		for (i = 0; i < seeds[best]->count; i++)
			covered[seeds[best]->edges[i]] = 1;
	}
}

/**
 * corpus_save() - write as few inputs as have the coverage of all
 * @path: of the file
 *
 * Return: how many.
 */
unsigned int corpus_save(const char *path)
{
	unsigned int needed = mark_needed(), i;
	char text[2 * BYTES_MAX + 1];
	FILE *file = fopen(path, "w");

	if (!file) {
		perror(path);
		return 0;
	}
	for (i = 0; i < count; i++) {
		if (!seeds[i]->needed)
			continue;
		input_to_text(&seeds[i]->input, text);
		fprintf(file, "%s\n", text);
	}
	fclose(file);
	return needed;
}
