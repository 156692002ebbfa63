// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sample of private pages, of which the hardware is asked whether they are still those
 * that this guest has accepted. Page tables cannot tell: a host that takes a page away and
 * puts another there leaves them as they are.
 *
 * To ask about a page that is not private hands it to the host: the TDX module calls the
 * VMM for it. So only pages are asked about that somebody uses, and while that is so and
 * nobody can begin to convert them. Free pages hold nothing, and a balloon may have given
 * them away.
 */
#include <linux/errno.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>

#include "audit.h"
#include "cvm.h"

#define PICKS	64	/* at most, for one page that can be asked about */

/**
 * cvm_sample_refusal() - why the hardware cannot be asked about pages here
 *
 * Return: the reason, or NULL.
 */
const char *cvm_sample_refusal(void)
{
	return cvm_platform()->query_refusal();
}

static bool is_used(unsigned long pfn)
{
	switch (cvm_classify(pfn)) {
	case CVM_PAGE_USE_SLAB:
	case CVM_PAGE_USE_ANONYMOUS:
	case CVM_PAGE_USE_FILE:
	case CVM_PAGE_USE_PAGE_TABLE:
	case CVM_PAGE_USE_KERNEL:
		return true;
	case CVM_PAGE_USE_RESERVED:
		/* others are what firmware and boot left, and some of them no memory at all */
		return cvm_walk_is_image(pfn);
	default:
		return false;
	}
}

static int query(unsigned long pfn)
{
	if (cvm_walk_page(pfn) != CVM_ENTRY_PRIVATE)
		return -EAGAIN;
	return cvm_platform()->query_page(PFN_PHYS((u64)pfn));
}

/**
 * cvm_sample_page() - has the host put another page in the place of this one?
 * @pfn: any
 *
 * Context: may sleep.
 * Return: 0 or 1; -EAGAIN for a page that must not be asked about; another negative errno
 * when there was no answer.
 */
int cvm_sample_page(unsigned long pfn)
{
	struct folio *folio = cvm_audit_hold(pfn);
	int ret = -EAGAIN;

	if (!folio)
		return ret;
	if (is_used(pfn))
		ret = cvm_ledger_shield(pfn, query);
	folio_put(folio);
	return ret;
}

/* The first in a range that can be asked about, from one on that is picked by chance */
static int sample_range(unsigned long first, unsigned long end, unsigned long *pfn)
{
	unsigned long width = end - first, stride = max(width / PICKS, 1UL);
	unsigned long offset = get_random_u64() % width, done;
	int ret = -EAGAIN;

	for (done = 0; done < width && ret == -EAGAIN; done += stride) {
		*pfn = first + (offset + done) % width;
		ret = cvm_sample_page(*pfn);
	}
	return ret;
}

static void add_replaced(struct cvm_finding_list *to, unsigned long pfn)
{
	struct cvm_audit_look look = {
		.pages = 1,
		.use = cvm_classify(pfn),
		.verdict = CVM_PAGE_VERDICT_REPLACED,
	};

	cvm_finding_add(to, pfn, &look);
}

/**
 * cvm_sample_memory() - ask about pages all over memory
 * @end: page behind the last one
 * @pages: number of them; as many as there are for all
 * @sample: counts what comes of it
 * @to: takes those that were replaced
 *
 * Context: may sleep.
 */
void cvm_sample_memory(unsigned long end, unsigned long pages, struct cvm_sample *sample,
		       struct cvm_finding_list *to)
{
	unsigned long i, first, next, pfn;
	int ret;

	pages = min(pages, end);
	for (i = 0, first = 0; i < pages && !cvm_audit_is_stopping(); i++, first = next) {
		next = mul_u64_u64_div_u64(end, i + 1, pages);
		ret = sample_range(first, next, &pfn);
		sample->asked += ret >= 0;
		sample->failed += ret < 0 && ret != -EAGAIN;
		if (ret == 1)
			add_replaced(to, pfn);
		cond_resched();
	}
}
