// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a page is used for, from its struct page. No policy here.
 *
 * Nothing is locked or held: the answer may be out of date when it comes. Who draws a
 * conclusion from it looks twice.
 */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/uaccess.h>

#include "compat/unaccepted.h"
#include "audit.h"
#include "cvm.h"

/*
 * A page on a CPU's list of free pages looks like a page inside of a larger block, which
 * has no reference of its own either. Only the first has neighbours that know of it.
 */
static bool is_on_a_list(struct page *page)
{
	struct list_head *next = READ_ONCE(page->lru.next), *prev = READ_ONCE(page->lru.prev);
	struct list_head *back, *forth;

	/* never on a list since boot: it points to itself */
	if (next == &page->lru)
		return false;
	if (copy_from_kernel_nofault(&back, &next->prev, sizeof(back)) ||
	    copy_from_kernel_nofault(&forth, &prev->next, sizeof(forth)))
		return false;
	return back == &page->lru && forth == &page->lru;
}

/* Blocks are aligned to their size, and only their first page has the reference */
static bool has_head(unsigned long pfn)
{
	unsigned int order;
	unsigned long head;

	for (order = 1; BIT(order) <= MAX_ORDER_NR_PAGES; order++) {
		head = pfn & ~(BIT(order) - 1);
		if (head != pfn && page_count(pfn_to_page(head)))
			return true;
	}
	return false;
}

static enum cvm_page_use use_of_unreferenced(struct page *page, unsigned long pfn)
{
	if (is_on_a_list(page))
		return CVM_PAGE_USE_PERCPU_FREE;
	return has_head(pfn) ? CVM_PAGE_USE_KERNEL : CVM_PAGE_USE_MAYBE_FREE;
}

static enum cvm_page_use use_of_mapping(struct page *head)
{
	unsigned long mapping = (unsigned long)READ_ONCE(head->mapping);

	if (mapping & FOLIO_MAPPING_ANON)
		return CVM_PAGE_USE_ANONYMOUS;
	return mapping && !(mapping & FOLIO_MAPPING_FLAGS) ? CVM_PAGE_USE_FILE :
							    CVM_PAGE_USE_KERNEL;
}

/**
 * cvm_classify() - what is this page used for?
 * @pfn: a page of online memory that is accepted
 *
 * Context: any.
 * Return: a use that follows from the page itself, never a named range.
 */
enum cvm_page_use cvm_classify(unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn), *head;

	if (PageReserved(page))
		return CVM_PAGE_USE_RESERVED;
	if (is_free_buddy_page(page))
		return CVM_PAGE_USE_FREE;
	if (PageOffline(page))
		return CVM_PAGE_USE_OFFLINE;
	if (PageHWPoison(page))
		return CVM_PAGE_USE_POISONED;
	if (PageTable(page))
		return CVM_PAGE_USE_PAGE_TABLE;
	head = compound_head(page);
	if (PageSlab(head))
		return CVM_PAGE_USE_SLAB;
	if (!page_count(head))
		return use_of_unreferenced(page, pfn);
	return use_of_mapping(head);
}
