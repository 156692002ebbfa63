// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that was added while the guest ran: by ACPI, virtio-mem or a driver.
 *
 * Kernels up to 7.3 accept what the memory map of the firmware named, and nothing
 * that comes later: mm/memory_hotplug.c has no such call. So a first access to such
 * memory is up to the host, unless who added it has accepted it. It is shown, and
 * left alone: accepting it here could be the second time, see accept.c.
 */
#include <asm/e820/api.h>
#include <linux/cc_platform.h>
#include <linux/ioport.h>
#include <linux/memory.h>
#include <linux/mm.h>

#include "cvm.h"

/**
 * cvm_memory_is_added() - was a range of memory not there at boot?
 * @start: physical address of its first byte
 * @end: of the byte after its last one
 *
 * Return: false also where memory need not be accepted.
 */
bool cvm_memory_is_added(u64 start, u64 end)
{
	return cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT) &&
	       !e820__mapped_any(start, end, E820_TYPE_RAM);
}

static int count_resource(struct resource *resource, void *arg)
{
	struct cvm_memory_gaps *gaps = arg;
	u64 length = resource_size(resource);

	/* of the boot's memory the map lacks pieces that the kernel took for itself */
	if (!IS_ALIGNED(resource->start | length, MIN_MEMORY_BLOCK_SIZE))
		return 0;
	if (!cvm_memory_is_added(resource->start, resource->end + 1))
		return 0;
	gaps->total += length;
	if (gaps->count == ARRAY_SIZE(gaps->list))
		return 0;
	gaps->list[gaps->count].start = resource->start;
	gaps->list[gaps->count].length = length;
	gaps->count++;
	return 0;
}

/**
 * cvm_memory_gaps() - all memory that was not there at boot
 * @gaps: filled in; the list ends when it is full, the sum does not
 *
 * Context: may sleep.
 */
void cvm_memory_gaps(struct cvm_memory_gaps *gaps)
{
	*gaps = (struct cvm_memory_gaps){};
	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY, 0, ~0ull,
			    gaps, count_resource);
}
