// SPDX-License-Identifier: GPL-2.0-or-later
/* What the host can read, as a picture and as JSON. */
#include <string.h>

#include "audit.h"

#define MIB (1024 * 1024ull)

enum look_index {
	LOOK_BAD,
	LOOK_SHARED,
	LOOK_UNACCEPTED,
	LOOK_UNMAPPED,
	LOOK_PRIVATE,
	LOOK_HOLE,
};

static const struct picture_look looks[] = {
	[LOOK_BAD] = { "bad", "shared, and should not be", '!', TONE_BAD, "#c03030" },
	[LOOK_SHARED] = { "shared", "shared with the host, as it should", 's', TONE_UNSURE,
			  "#e0a030" },
	[LOOK_UNACCEPTED] = { "unaccepted", "not accepted yet", '.', TONE_PLAIN, "#a0a0a0" },
	[LOOK_UNMAPPED] = { "unmapped", "not in the direct map, not known", '?', TONE_PLAIN,
			    "#8040c0" },
	[LOOK_PRIVATE] = { "private", "private", '#', TONE_GOOD, "#308040" },
	[LOOK_HOLE] = { "hole", "no memory", ' ', TONE_PLAIN, "#ffffff" },
};

static bool is_state(const struct cvm_page_extent *extent, const char *name)
{
	return !strcmp(cvm_page_state_name(extent->state), name);
}

static enum look_index look_of(const struct cvm_page_extent *extent)
{
	const char *verdict = cvm_page_verdict_name(extent->verdict);

	if (is_state(extent, "shared"))
		return strncmp(verdict, "ok-", 3) ? LOOK_BAD : LOOK_SHARED;
	if (is_state(extent, "unaccepted"))
		return LOOK_UNACCEPTED;
	if (is_state(extent, "unmapped"))
		return LOOK_UNMAPPED;
	return is_state(extent, "private") ? LOOK_PRIVATE : LOOK_HOLE;
}

void audit_map_init(struct audit_map *map)
{
	map->picture = (struct picture){
		.title = "what the host can read",
		.looks = looks,
		.n_looks = ARRAY_SIZE(looks),
		.cell_min = MIB,
	};
	map->extents = json_array();
}

int audit_map_add(void *ctx, const struct cvm_page_extent *extent)
{
	struct audit_map *map = ctx;

	json_array_append_new(map->extents, audit_json_extent(extent));
	return picture_add(&map->picture, extent->start, extent->length, look_of(extent));
}

void audit_map_free(struct audit_map *map)
{
	json_decref(map->extents);
	picture_free(&map->picture);
}
