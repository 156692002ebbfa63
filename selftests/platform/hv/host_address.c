// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the guest's pages are. Most are at their own address; firmware is not, for the
 * machine has a ROM there. Whoever follows a guest physical address asks here.
 */
#include "hv.h"

static struct {
	uint64_t start, end, host;
} moved[2];

static unsigned int moved_count;

/**
 * host_map() - pages of the guest are elsewhere
 * @gpa: the first one, page aligned
 * @size: bytes, whole pages
 * @host: where, page aligned
 */
void host_map(uint64_t gpa, uint64_t size, const void *host)
{
	if ((gpa | size | (uint64_t)host) & ~PAGE_MASK || moved_count == ARRAY_SIZE(moved))
		panic("%lx+%lx cannot be mapped to %lx", gpa, size, (uint64_t)host);
	moved[moved_count].start = gpa;
	moved[moved_count].end = gpa + size;
	moved[moved_count].host = (uint64_t)host;
	moved_count++;
}

/**
 * host_address() - where a byte of the guest's memory is
 * @gpa: its address, without an address bit
 */
uint64_t host_address(uint64_t gpa)
{
	unsigned int i;

	for (i = 0; i < moved_count; i++)
		if (gpa >= moved[i].start && gpa < moved[i].end)
			return gpa - moved[i].start + moved[i].host;
	return gpa;
}

/**
 * host_range() - where a range of the guest's memory is
 * @gpa: start, without an address bit
 * @size: bytes, not 0
 *
 * Return: NULL when it is in no one piece.
 */
void *host_range(uint64_t gpa, uint64_t size)
{
	uint64_t end = gpa + size;
	unsigned int i;

	if (!size || end < gpa)
		return NULL;
	for (i = 0; i < moved_count; i++) {
		if (gpa >= moved[i].end || end <= moved[i].start)
			continue;
		if (gpa < moved[i].start || end > moved[i].end)
			return NULL;
	}
	return (void *)host_address(gpa);
}
