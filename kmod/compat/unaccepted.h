/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kernels without lazy acceptance (6.1) lack, and how the call that takes a
 * chunk out of the allocator is spelled.
 */
#ifndef _CVM_COMPAT_UNACCEPTED_H
#define _CVM_COMPAT_UNACCEPTED_H

#include <linux/efi.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/mmzone.h>

#ifdef CONFIG_UNACCEPTED_MEMORY
static inline unsigned long cvm_zone_unaccepted(struct zone *zone)
{
	return zone_page_state(zone, NR_UNACCEPTED);
}

static inline bool cvm_page_unaccepted(struct page *page)
{
	return PageUnaccepted(page);
}

static inline phys_addr_t cvm_efi_unaccepted(void)
{
	return efi.unaccepted;
}
#else
static inline unsigned long cvm_zone_unaccepted(struct zone *zone)
{
	return 0;
}

static inline bool cvm_page_unaccepted(struct page *page)
{
	return false;
}

static inline phys_addr_t cvm_efi_unaccepted(void)
{
	return EFI_INVALID_TABLE_ADDR;
}
#endif

/* The type of the third argument changed; its zero always means the plain case. */
#ifdef HAVE_ACR_FLAGS
#define CVM_ACR_PLAIN	ACR_FLAGS_NONE
#else
#define CVM_ACR_PLAIN	MIGRATE_MOVABLE
#endif

static inline int cvm_alloc_contig_range(unsigned long start, unsigned long end)
{
	return alloc_contig_range(start, end, CVM_ACR_PLAIN, GFP_KERNEL | __GFP_NOWARN);
}

#endif /* _CVM_COMPAT_UNACCEPTED_H */
