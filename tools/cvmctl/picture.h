/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Physical memory as a picture. */
#ifndef CVMCTL_PICTURE_H
#define CVMCTL_PICTURE_H

#include "cvmctl.h"

/**
 * struct picture_look - one kind of memory
 * @name: in JSON
 * @meaning: in the legend
 * @sign: in the terminal
 * @tone: in the terminal
 * @colour: in SVG
 */
struct picture_look {
	const char *name;
	const char *meaning;
	char sign;
	enum tone tone;
	const char *colour;
};

struct picture_run {
	uint64_t start;
	uint64_t length;
	size_t look;
};

/**
 * struct picture - runs of memory, and how they look
 * @title: over it
 * @looks: the most notable first, for it must not be drowned by its neighbours; the last is
 *	that of no memory
 * @n_looks: number of them
 * @cell_min: bytes of a sign in the terminal, at least
 * @runs: in the order of their addresses; allocated
 * @count: of them in use
 * @room: allocated
 */
struct picture {
	const char *title;
	const struct picture_look *looks;
	size_t n_looks;
	uint64_t cell_min;
	struct picture_run *runs;
	size_t count;
	size_t room;
};

int picture_add(struct picture *picture, uint64_t start, uint64_t length, size_t look);
void picture_print(const struct picture *picture);
int picture_svg(const struct picture *picture, const char *path);
void picture_free(struct picture *picture);

#endif /* CVMCTL_PICTURE_H */
