// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages that the host can read and write.
 *
 * A conversion that fails leaves a page in an unknown state: the host may see
 * it although our page tables call it private, or the reverse. Such pages are
 * leaked. Given back to the allocator they would carry somebody's secrets to
 * the host.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/set_memory.h>
#include <linux/string.h>

#include "cvm.h"

/**
 * cvm_shared_alloc() - zeroed pages shared with the host
 * @order: 2^@order pages
 *
 * Context: may sleep.
 * Return: their address, or NULL.
 */
void *cvm_shared_alloc(unsigned int order)
{
	unsigned long pages = __get_free_pages(GFP_KERNEL, order);
	int ret;

	if (!pages)
		return NULL;
	ret = set_memory_decrypted(pages, 1 << order);
	if (ret) {
		pr_err("cannot share %d pages with the host, leaking them: error %d\n",
		       1 << order, ret);
		return NULL;
	}
	memset((void *)pages, 0, PAGE_SIZE << order);
	return (void *)pages;
}

/**
 * cvm_shared_free() - take pages back from the host
 * @pages: what cvm_shared_alloc() gave, or NULL
 * @order: as then
 *
 * Context: may sleep.
 */
void cvm_shared_free(void *pages, unsigned int order)
{
	int ret;

	if (!pages)
		return;
	ret = set_memory_encrypted((unsigned long)pages, 1 << order);
	if (ret) {
		pr_err("cannot take %d pages back from the host, leaking them: error %d\n",
		       1 << order, ret);
		return;
	}
	free_pages((unsigned long)pages, order);
}

/**
 * cvm_shared_read() - take what the host has written
 * @private: where it is looked at
 * @shared: where the host may go on writing meanwhile
 * @size: bytes
 *
 * Copied once, and only the copy is looked at afterwards. Context: any.
 */
void cvm_shared_read(void *private, const void *shared, size_t size)
{
	memcpy(private, shared, size);
	barrier(); /* no second read of @shared in place of one of @private */
}
