// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ranges of memory that are shared by design, and how they are known: by the kernel's own
 * bounds, by a register, by an allocation out of them. What user space calls a range is
 * kept apart as a label: it is a name, and never an excuse.
 */
#include <linux/cc_platform.h>
#include <linux/cpu.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/msr.h>

#include "compat/swiotlb.h"
#include "audit.h"
#include "cvm.h"

/* GHCB's MSR, AMD APM volume 2 section 15.35.4 (GHCB 56421 section 2.3.1) */
#define MSR_GHCB	0xc0010130
#define GHCB_INFO	GENMASK_ULL(11, 0)

#define POOLS		3	/* of coherent memory: DMA, DMA32, normal */

/* Written by one pass at a time and read by it, and by readers of the map under the lock */
static DEFINE_MUTEX(lock);
static struct cvm_span swiotlb, pools[POOLS];
static unsigned long *ghcbs;	/* page number for each CPU, or 0 */

/* Of a platform device that is never added: it only stands for one that needs shared memory */
static struct device *device;

static struct cvm_label labels[CVM_LABELS_MAX];
static unsigned int n_labels;

/* ---- GHCBs ---- */

static void read_ghcbs(void)
{
	unsigned int cpu;
	u64 value;

	if (!cc_platform_has(CC_ATTR_GUEST_STATE_ENCRYPT))
		return;
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		/* in the middle of an exit it may hold a message instead of an address */
		if (!ghcbs[cpu] && !rdmsrq_safe_on_cpu(cpu, MSR_GHCB, &value) &&
		    value && !(value & GHCB_INFO))
			ghcbs[cpu] = PHYS_PFN(value);
	}
	cpus_read_unlock();
}

/* ---- pools ---- */

static bool has_owner(unsigned long pfn, u64 seq)
{
	struct cvm_conversion owner;
	unsigned long end = pfn + 1;

	return cvm_ledger_owner(pfn, &end, &owner) && owner.seq == seq;
}

/* A pool is one block, shared by one call: the run around a page that came out of it */
static void find_pool(unsigned int i, unsigned long pfn)
{
	unsigned long block = ALIGN_DOWN(pfn, MAX_ORDER_NR_PAGES), end = block + MAX_ORDER_NR_PAGES;
	struct cvm_conversion owner;
	unsigned long next = pfn + 1;

	if (!cvm_ledger_owner(pfn, &next, &owner))
		return;
	pools[i].first = pfn;
	pools[i].end = pfn + 1;
	while (pools[i].end < end && has_owner(pools[i].end, owner.seq))
		pools[i].end++;
	while (pools[i].first > block && has_owner(pools[i].first - 1, owner.seq))
		pools[i].first--;
}

/*
 * Where memory must be shared for a device to reach it, an allocation that may not sleep
 * comes out of a pool that was shared at boot.
 */
static void find_pools(void)
{
	static const unsigned int bits[POOLS] = { 24, 32, 64 };
	dma_addr_t address;
	unsigned int i;
	void *page;

	for (i = 0; i < POOLS; i++) {
		if (dma_coerce_mask_and_coherent(device, DMA_BIT_MASK(bits[i])))
			continue;
		page = dma_alloc_coherent(device, PAGE_SIZE, &address, GFP_ATOMIC | __GFP_NOWARN);
		if (!page)
			continue;
		/* a pool may have grown by a block since it was found */
		if (virt_addr_valid(page) && !cvm_span_has(&pools[i], PHYS_PFN(__pa(page))))
			find_pool(i, PHYS_PFN(__pa(page)));
		dma_free_coherent(device, PAGE_SIZE, page, address);
	}
}

/* ---- labels ---- */

/**
 * cvm_known_label() - what user space called the range of a page
 * @pfn: the page
 * @label: filled in
 *
 * Return: false when it has no name.
 */
bool cvm_known_label(unsigned long pfn, struct cvm_label *label)
{
	bool found = false;
	unsigned int i;

	mutex_lock(&lock);
	for (i = 0; i < n_labels && !found; i++) {
		found = cvm_span_has(&labels[i].span, pfn);
		if (found)
			*label = labels[i];
	}
	mutex_unlock(&lock);
	return found;
}

/**
 * cvm_known_set_labels() - what the next pass calls ranges
 * @list: of labels
 * @count: at most CVM_LABELS_MAX
 */
void cvm_known_set_labels(const struct cvm_label *list, unsigned int count)
{
	mutex_lock(&lock);
	memcpy(labels, list, count * sizeof(*list));
	n_labels = count;
	mutex_unlock(&lock);
}

/* ---- all ---- */

/*
 * Is the page in this range? @end, up to which the answers hold, comes no further than to
 * the nearest border of any range that was asked.
 */
static bool meets(const struct cvm_span *range, unsigned long pfn, unsigned long *end)
{
	if (cvm_span_has(range, pfn))
		*end = min(*end, range->end);
	else if (range->first > pfn && range->first < range->end)
		*end = min(*end, range->first);
	return cvm_span_has(range, pfn);
}

static bool meets_image(unsigned long pfn, unsigned long *end)
{
	unsigned int i;
	bool met = false;

	for (i = 0; i < n_labels; i++)
		if (labels[i].image)
			met |= meets(&labels[i].span, pfn, end);
	return met;
}

static bool meets_pool(unsigned long pfn, unsigned long *end)
{
	unsigned int i;
	bool met = false;

	for (i = 0; i < POOLS; i++)
		met |= meets(&pools[i], pfn, end);
	return met;
}

static bool meets_ghcb(unsigned long pfn, unsigned long *end)
{
	unsigned int cpu;
	bool met = false;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		if (ghcbs[cpu])
			met |= meets(&(struct cvm_span){ ghcbs[cpu], ghcbs[cpu] + 1 }, pfn, end);
	return met;
}

/**
 * cvm_known_use() - is a page in a range with a purpose that is known?
 * @pfn: the page
 * @end: in: the first page that is not of interest; out: up to here the answer holds
 *
 * Context: may sleep.
 * Return: the use, CVM_PAGE_USE_KERNEL when it is in none.
 */
enum cvm_page_use cvm_known_use(unsigned long pfn, unsigned long *end)
{
	enum cvm_page_use use = CVM_PAGE_USE_KERNEL;

	mutex_lock(&lock);
	if (meets_ghcb(pfn, end))
		use = CVM_PAGE_USE_GHCB;
	if (meets_pool(pfn, end))
		use = CVM_PAGE_USE_DMA_POOL;
	if (meets(&swiotlb, pfn, end))
		use = CVM_PAGE_USE_SWIOTLB;
	if (meets_image(pfn, end))
		use = CVM_PAGE_USE_IMAGE;
	mutex_unlock(&lock);
	return use;
}

/**
 * cvm_known_refresh() - find the ranges anew; pools grow, and CPUs come
 *
 * Context: may sleep.
 */
void cvm_known_refresh(void)
{
	phys_addr_t start, end;

	mutex_lock(&lock);
	if (cvm_swiotlb_bounds(device, &start, &end)) {
		swiotlb.first = PHYS_PFN(start);
		swiotlb.end = PHYS_PFN(end);
	}
	read_ghcbs();
	if (cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT))
		find_pools();
	mutex_unlock(&lock);
}

/**
 * cvm_known_init() - before the first refresh
 *
 * The device is the kernel's to release, which may happen after this module has gone.
 *
 * Return: 0 or -ENOMEM.
 */
int __init cvm_known_init(void)
{
	struct platform_device *owner;

	ghcbs = kcalloc(nr_cpu_ids, sizeof(*ghcbs), GFP_KERNEL);
	if (!ghcbs)
		return -ENOMEM;
	owner = platform_device_alloc("cvm-audit", PLATFORM_DEVID_NONE);
	if (!owner)
		goto err;
	device = &owner->dev;
	device->init_name = "cvm-audit";
	return 0;

err:
	kfree(ghcbs);
	return -ENOMEM;
}

/**
 * cvm_known_exit() - after the last look
 */
void cvm_known_exit(void)
{
	platform_device_put(to_platform_device(device));
	kfree(ghcbs);
}
