/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of "cvmctl memory" know of each other; one section a file. */
#ifndef CVMCTL_MEMORY_H
#define CVMCTL_MEMORY_H

#include "cvmctl.h"
#include "picture.h"

/* memory_map.c */

/**
 * struct memory_map - where memory is accepted
 * @picture: of it
 * @extents: the same as JSON
 */
struct memory_map {
	struct picture picture;
	json_t *extents;
};

void memory_map_init(struct memory_map *map);
int memory_map_add(void *ctx, const struct cvm_extent *extent);
void memory_map_free(struct memory_map *map);

/* memory_json.c */
json_t *memory_json_job(const struct cvm_acceptance *acceptance);
json_t *memory_json_latency(const struct cvm_latency *latency);
json_t *memory_json_state(const struct cvm_acceptance *acceptance);

#endif /* CVMCTL_MEMORY_H */
