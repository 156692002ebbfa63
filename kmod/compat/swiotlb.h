/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the pool of bounce buffers lies: a structure whose members have moved. */
#ifndef _CVM_COMPAT_SWIOTLB_H
#define _CVM_COMPAT_SWIOTLB_H

#include <linux/device.h>
#include <linux/swiotlb.h>
#include <linux/types.h>

/**
 * cvm_swiotlb_bounds() - the default pool
 * @device: any device that the driver core knows
 * @start: first address
 * @end: address behind it
 *
 * Return: false where there is none.
 */
static inline bool cvm_swiotlb_bounds(struct device *device, phys_addr_t *start, phys_addr_t *end)
{
#ifdef CONFIG_SWIOTLB
	const struct io_tlb_mem *mem = device->dma_io_tlb_mem;
#ifdef HAVE_SWIOTLB_DEFPOOL
	const struct io_tlb_pool *pool = mem ? &mem->defpool : NULL;
#else
	const struct io_tlb_mem *pool = mem;
#endif

	if (!pool || !pool->nslabs)
		return false;
	*start = pool->start;
	*end = pool->end;
	return true;
#else
	return false;
#endif
}

#endif /* _CVM_COMPAT_SWIOTLB_H */
