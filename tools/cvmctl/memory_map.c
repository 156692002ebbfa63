// SPDX-License-Identifier: GPL-2.0-or-later
/* Where memory is accepted, as a picture and as JSON. */
#include "memory.h"

#define MIB (1024 * 1024ull)

enum look_index {
	LOOK_ADDED,
	LOOK_UNACCEPTED,
	LOOK_SHARED,
	LOOK_ACCEPTED,
	LOOK_HOLE,
};

static const struct picture_look looks[] = {
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

static json_t *extent_json(const struct cvm_extent *extent)
{
	return json_pack("{s:I, s:I, s:i, s:s, s:I}", "start", (json_int_t)extent->start, "length",
			 (json_int_t)extent->length, "node", extent->node, "state",
			 looks[look_of(extent)].name, "shared", (json_int_t)extent->shared);
}

void memory_map_init(struct memory_map *map)
{
	map->picture = (struct picture){
		.title = "physical memory",
		.looks = looks,
		.n_looks = ARRAY_SIZE(looks),
		.cell_min = 4 * MIB,
	};
	map->extents = json_array();
}

int memory_map_add(void *ctx, const struct cvm_extent *extent)
{
	struct memory_map *map = ctx;

	json_array_append_new(map->extents, extent_json(extent));
	return picture_add(&map->picture, extent->start, extent->length, look_of(extent));
}

void memory_map_free(struct memory_map *map)
{
	json_decref(map->extents);
	picture_free(&map->picture);
}
