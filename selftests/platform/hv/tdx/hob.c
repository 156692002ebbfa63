// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of hand-off blocks that tells a TD's firmware of its memory: Intel TDX
 * Virtual Firmware Design Guide, section 4.2; UEFI Platform Initialization
 * Specification, volume 3, chapter 5. The firmware measures it: it is the host's word.
 */
#include "../hv.h"
#include "tdvf.h"

#define HOB_HANDOFF		1
#define HOB_RESOURCE		3
#define HOB_END			0xffff
#define HANDOFF_VERSION		9

#define RESOURCE_SYSTEM_MEMORY	0
#define RESOURCE_UNACCEPTED	7
#define RESOURCE_ATTRIBUTES	7	/* present, initialized, tested */

struct hob_head {
	uint16_t type;
	uint16_t length;
	uint32_t reserved;
};

struct hob_handoff {
	struct hob_head head;
	uint32_t version;
	uint32_t boot_mode;
	uint64_t memory_top, memory_bottom, free_top, free_bottom;
	uint64_t end;
};

struct hob_resource {
	struct hob_head head;
	uint8_t owner[16];
	uint32_t type;
	uint32_t attributes;
	uint64_t start;
	uint64_t length;
};

_Static_assert(sizeof(struct hob_handoff) == 56, "struct hob_handoff");
_Static_assert(sizeof(struct hob_resource) == 48, "struct hob_resource");

struct writer {
	uint8_t *area;
	uint64_t size, used;
	bool full;
};

static void put(struct writer *w, const void *block, uint64_t size)
{
	if (w->full || size > w->size - w->used) {
		w->full = true;
		return;
	}
	memcpy(w->area + w->used, block, size);
	w->used += size;
}

static void put_memory(struct writer *w, uint32_t type, uint64_t start, uint64_t end)
{
	const struct hob_resource block = {
		.head = { HOB_RESOURCE, sizeof(block), 0 },
		.type = type,
		.attributes = RESOURCE_ATTRIBUTES,
		.start = start,
		.length = end - start,
	};

	if (start < end)
		put(w, &block, sizeof(block));
}

/* The added range that comes first at or behind an address, or NULL */
static const struct hob_range *next_added(uint64_t from, uint64_t end,
					  const struct hob_range *added, unsigned int count)
{
	const struct hob_range *first = NULL;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (added[i].start >= from && added[i].start < end &&
		    (!first || added[i].start < first->start))
			first = &added[i];
	return first;
}

/* What was added is there to use, what is between was not accepted */
static void put_ram(struct writer *w, const struct hob_range *ram, const struct hob_range *added,
		    unsigned int count)
{
	uint64_t at = ram->start;
	const struct hob_range *next;

	while ((next = next_added(at, ram->end, added, count))) {
		put_memory(w, RESOURCE_UNACCEPTED, at, next->start);
		put_memory(w, RESOURCE_SYSTEM_MEMORY, next->start, next->end);
		at = next->end;
	}
	put_memory(w, RESOURCE_UNACCEPTED, at, ram->end);
}

/**
 * hob_build() - write the list
 * @area: where to
 * @size: bytes there
 * @gpa: the area's address for the TD
 * @ram: all RAM, in ascending order
 * @ram_count: number of ranges in it
 * @added: what was added before the start; each range is in one of @ram, none overlap
 * @added_count: number of them
 *
 * Return: bytes written, or 0 when they do not fit.
 */
uint64_t hob_build(uint8_t *area, uint64_t size, uint64_t gpa, const struct hob_range *ram,
		   unsigned int ram_count, const struct hob_range *added,
		   unsigned int added_count)
{
	struct hob_handoff handoff = {
		.head = { HOB_HANDOFF, sizeof(handoff), 0 },
		.version = HANDOFF_VERSION,
	};
	const struct hob_head end = { HOB_END, sizeof(end), 0 };
	struct writer w = { .area = area, .size = size };
	unsigned int i;

	put(&w, &handoff, sizeof(handoff));
	for (i = 0; i < ram_count; i++)
		put_ram(&w, &ram[i], added, added_count);
	put(&w, &end, sizeof(end));
	if (w.full)
		return 0;
	handoff.end = gpa + w.used;
	memcpy(area, &handoff, sizeof(handoff));
	return w.used;
}
