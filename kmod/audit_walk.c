// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the page tables say of a page: private or shared with the host.
 *
 * Only reads them, and tolerates that they change meanwhile: an entry is read
 * once and judged as it was. No policy here.
 */
#include <linux/cc_platform.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/sched.h>

#include <asm/coco.h>

#include "cvm.h"

/* An entry that would not change by being made shared is shared: true of both vendors. */
static bool entry_is_shared(u64 value)
{
	return cc_mkdec(value) == value;
}

/* Bytes from @address to the end of its entry; 6.1 tells a wrong level for a missing one */
static unsigned long entry_rest(unsigned long address, unsigned int level, bool present)
{
	unsigned long size = present ? page_level_size(level) : PAGE_SIZE;

	return size - (address & (size - 1));
}

/**
 * cvm_walk_shared() - count pages that the direct map calls shared
 * @pfn: first page of a range of online memory
 * @pages: length of the range
 *
 * Context: may sleep.
 * Return: the number; 0 on a machine without memory encryption.
 */
unsigned long cvm_walk_shared(unsigned long pfn, unsigned long pages)
{
	unsigned long address = (unsigned long)pfn_to_kaddr(pfn);
	unsigned long end = address + pages * PAGE_SIZE;
	unsigned long shared = 0, rest;
	unsigned int level;
	pte_t *entry;
	u64 value;

	if (!cc_platform_has(CC_ATTR_MEM_ENCRYPT))
		return 0;
	while (address < end) {
		entry = lookup_address(address, &level);
		value = entry ? pte_val(READ_ONCE(*entry)) : 0;
		rest = min(entry_rest(address, level, value & _PAGE_PRESENT), end - address);
		if (value & _PAGE_PRESENT && entry_is_shared(value))
			shared += rest / PAGE_SIZE;
		address += rest;
		cond_resched();
	}
	return shared;
}
