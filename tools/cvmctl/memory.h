/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of "cvmctl memory" know of each other; one section a file. */
#ifndef CVMCTL_MEMORY_H
#define CVMCTL_MEMORY_H

#include "cvmctl.h"

/* memory_map.c */

/* In the order in which a cell prefers them */
enum look_index {
	LOOK_ADDED,
	LOOK_UNACCEPTED,
	LOOK_SHARED,
	LOOK_ACCEPTED,
	LOOK_HOLE,
};

/**
 * struct memory_map - the extents, in the order of their addresses
 * @extents: allocated
 * @count: of them in use
 * @room: allocated
 */
struct memory_map {
	struct cvm_extent *extents;
	size_t count;
	size_t room;
};

int memory_map_add(void *ctx, const struct cvm_extent *extent);
void memory_map_print(const struct memory_map *map);
int memory_map_svg(const struct memory_map *map, const char *path);
const char *memory_look_name(const struct cvm_extent *extent);

/* memory_json.c */
json_t *memory_json_job(const struct cvm_acceptance *acceptance);
json_t *memory_json_latency(const struct cvm_latency *latency);
json_t *memory_json_state(const struct cvm_acceptance *acceptance);

#endif /* CVMCTL_MEMORY_H */
