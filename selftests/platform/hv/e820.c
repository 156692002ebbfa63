// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's memory map, made from the one of the boot loader.
 */
#include "hv.h"

/**
 * e820_add() - append a range
 * @map: the map
 * @start: first byte
 * @end: byte after the last one; an empty range is not added
 * @type: E820_*
 */
void e820_add(struct e820 *map, uint64_t start, uint64_t end, uint32_t type)
{
	if (end <= start)
		return;
	if (map->count == E820_MAX)
		panic("the memory map has more than %u ranges", E820_MAX);
	map->entries[map->count++] = (struct e820_entry){ start, end - start, type };
}

/**
 * e820_split() - give part of a range another type
 * @map: the map
 * @start: first byte
 * @end: byte after the last one
 * @type: E820_*; what is outside of every range stays outside
 */
void e820_split(struct e820 *map, uint64_t start, uint64_t end, uint32_t type)
{
	struct e820 old = *map;
	unsigned int i;

	map->count = 0;
	for (i = 0; i < old.count; i++) {
		uint64_t from = old.entries[i].start, to = from + old.entries[i].size;
		uint64_t cut = start > from ? start : from, cut_end = end < to ? end : to;

		if (cut >= cut_end) {
			e820_add(map, from, to, old.entries[i].type);
			continue;
		}
		e820_add(map, from, cut, old.entries[i].type);
		e820_add(map, cut, cut_end, type);
		e820_add(map, cut_end, to, old.entries[i].type);
	}
}

/**
 * e820_ram_top() - byte after the last one of RAM or ACPI tables
 * @map: the map
 */
uint64_t e820_ram_top(const struct e820 *map)
{
	uint64_t top = 0;
	unsigned int i;

	for (i = 0; i < map->count; i++) {
		const struct e820_entry *entry = &map->entries[i];

		if (entry->type != E820_RESERVED && entry->start + entry->size > top)
			top = entry->start + entry->size;
	}
	return top;
}
