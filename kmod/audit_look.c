// SPDX-License-Identifier: GPL-2.0-only
/*
 * One look at physical memory: the state of each page, and for a shared page its use, its
 * owner, and what follows from the two.
 */
#include <linux/cc_platform.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/rwsem.h>

#include "audit.h"
#include "cvm.h"

/*
 * Memory that goes away takes its page tables with it. Who looks has found it online;
 * the notifier comes when it no longer is, and waits for all who had.
 */
static DECLARE_RWSEM(lookers);

static int on_memory(struct notifier_block *nb, unsigned long action, void *data)
{
	if (action == MEM_OFFLINE) {
		down_write(&lookers);
		up_write(&lookers);
	}
	return NOTIFY_OK;
}

static struct notifier_block memory_notifier = {
	.notifier_call = on_memory,
};

/**
 * cvm_audit_hold_memory() - what is online stays mapped until cvm_audit_let_go_memory()
 *
 * Context: may sleep.
 */
void cvm_audit_hold_memory(void)
{
	down_read(&lookers);
}

/**
 * cvm_audit_let_go_memory() - memory may go away again
 */
void cvm_audit_let_go_memory(void)
{
	up_read(&lookers);
}

static unsigned long rest_of(unsigned long pfn, unsigned long block)
{
	return block - pfn % block;
}

static const u32 states[] = {
	[CVM_ENTRY_ABSENT] = CVM_PAGE_STATE_UNMAPPED,
	[CVM_ENTRY_PRIVATE] = CVM_PAGE_STATE_PRIVATE,
	[CVM_ENTRY_SHARED] = CVM_PAGE_STATE_SHARED,
};

static void step_online(unsigned long pfn, struct cvm_audit_step *step)
{
	struct cvm_walk_step walk;

	if (cvm_memory_unaccepted_all()) {
		/* the allocator accepts whole chunks, and so the entry may cover both kinds */
		step->pages = min(step->pages, rest_of(pfn, MAX_ORDER_NR_PAGES));
		step->state = CVM_PAGE_STATE_UNACCEPTED;
		if (cvm_memory_chunk_unaccepted(ALIGN_DOWN(pfn, MAX_ORDER_NR_PAGES)))
			return;
	}
	cvm_walk_pages(pfn, &walk);
	step->state = states[walk.state];
	step->pages = min(step->pages, walk.pages);
}

/**
 * cvm_audit_step() - the state of a page and of those after it
 * @pfn: the page
 * @end: the first page that is not wanted
 * @step: filled in; the state holds for all its pages
 *
 * Context: may sleep.
 */
void cvm_audit_step(unsigned long pfn, unsigned long end, struct cvm_audit_step *step)
{
	step->pages = min(end - pfn, rest_of(pfn, PAGES_PER_SECTION));
	step->state = CVM_PAGE_STATE_OFFLINE;
	down_read(&lookers);
	if (pfn_to_online_page(pfn))
		step_online(pfn, step);
	up_read(&lookers);
}

/* A struct page as it should be in a range with a purpose: then the range says more */
static bool is_plain(enum cvm_page_use use)
{
	return use == CVM_PAGE_USE_KERNEL || use == CVM_PAGE_USE_RESERVED;
}

/*
 * Freed while shared and given to somebody else since: then it may be part of another kind
 * of allocation. One of the same kind, by the kernel and without a second mapping, cannot
 * be told from the owner's.
 */
static bool changed_hands(unsigned long pfn, const struct cvm_audit_look *look)
{
	return look->has_owner && !look->owner.before_load && is_plain(look->use) &&
	       PageCompound(pfn_to_page(pfn)) != look->owner.compound;
}

static enum cvm_page_verdict judge(const struct cvm_audit_look *look)
{
	if (look->has_owner && look->owner.error)
		return CVM_PAGE_VERDICT_UNKNOWN_STATE;
	switch (look->use) {
	case CVM_PAGE_USE_FREE:
	case CVM_PAGE_USE_PERCPU_FREE:
		return CVM_PAGE_VERDICT_LEAK;
	case CVM_PAGE_USE_MAYBE_FREE:
		return CVM_PAGE_VERDICT_SUSPECT;
	case CVM_PAGE_USE_SLAB:
	case CVM_PAGE_USE_ANONYMOUS:
	case CVM_PAGE_USE_FILE:
	case CVM_PAGE_USE_PAGE_TABLE:
	case CVM_PAGE_USE_IMAGE:
		return CVM_PAGE_VERDICT_BAD_USE;
	case CVM_PAGE_USE_SWIOTLB:
	case CVM_PAGE_USE_GHCB:
	case CVM_PAGE_USE_DMA_POOL:
		return CVM_PAGE_VERDICT_OK_KNOWN;
	default:
		break;
	}
	if (!look->has_owner)
		return CVM_PAGE_VERDICT_STRAY;
	return look->owner.before_load ? CVM_PAGE_VERDICT_OK_KNOWN : CVM_PAGE_VERDICT_OK_OWNED;
}

static bool is_alike(unsigned long pfn, unsigned long other, enum cvm_page_use use)
{
	return cvm_classify(other) == use &&
	       PageCompound(pfn_to_page(other)) == PageCompound(pfn_to_page(pfn));
}

/* The use of the first page, and how many after it have the same */
static bool classify(unsigned long pfn, struct cvm_audit_look *look)
{
	unsigned long i;
	bool online;

	down_read(&lookers);
	online = pfn_to_online_page(pfn);
	if (online) {
		look->use = cvm_classify(pfn);
		for (i = 1; i < look->pages && is_alike(pfn, pfn + i, look->use); i++)
			;
		look->pages = i;
	}
	up_read(&lookers);
	return online;
}

/*
 * A page without an owner whose conversion has not come to its end, or that was taken back
 * between the look at it and at the ledger
 */
static bool is_settled(unsigned long pfn)
{
	struct cvm_audit_step step;

	if (cvm_ledger_is_converting(pfn))
		return false;
	cvm_audit_step(pfn, pfn + 1, &step);
	return step.state == CVM_PAGE_STATE_SHARED;
}

static void look_at_shared(unsigned long pfn, struct cvm_audit_look *look)
{
	unsigned long end = pfn + look->pages;
	enum cvm_page_use known = cvm_known_use(pfn, &end);

	look->pages = min(end - pfn, MAX_ORDER_NR_PAGES);
	if (!classify(pfn, look))
		return;
	if (changed_hands(pfn, look)) {
		look->verdict = CVM_PAGE_VERDICT_BAD_USE;
		return;
	}
	if (is_plain(look->use) && known != CVM_PAGE_USE_KERNEL)
		look->use = known;
	look->verdict = judge(look);
	if (look->verdict == CVM_PAGE_VERDICT_STRAY && !is_settled(pfn)) {
		look->verdict = CVM_PAGE_VERDICT_NONE;
		look->pages = 1;
	}
}

/**
 * cvm_audit_look() - what a page is, and what follows if it is shared
 * @pfn: the page
 * @end: the first page that is not wanted
 * @look: filled in; it holds for all its pages
 *
 * Context: may sleep.
 */
void cvm_audit_look(unsigned long pfn, unsigned long end, struct cvm_audit_look *look)
{
	struct cvm_audit_step step;

	*look = (struct cvm_audit_look){ .use = CVM_PAGE_USE_KERNEL };
	cvm_audit_step(pfn, end, &step);
	look->state = step.state;
	end = pfn + step.pages;
	look->has_owner = cvm_ledger_owner(pfn, &end, &look->owner);
	look->pages = end - pfn;
	if (step.state == CVM_PAGE_STATE_SHARED)
		look_at_shared(pfn, look);
	else if (look->has_owner && look->owner.error)
		look->verdict = CVM_PAGE_VERDICT_UNKNOWN_STATE;
}

static struct folio *try_hold(struct page *page)
{
	struct folio *folio = page_folio(page);

	if (!folio_try_get(folio))
		return NULL;
	if (page_folio(page) == folio)
		return folio;
	/* it became part of another one in between */
	folio_put(folio);
	return NULL;
}

/**
 * cvm_audit_hold() - take a reference on a page that somebody uses
 * @pfn: any
 *
 * It stays what it is meanwhile: it is neither freed, nor given to a balloon, nor taken out
 * of the machine.
 *
 * Context: may sleep.
 * Return: what to give to folio_put(); NULL when nobody uses the page.
 */
struct folio *cvm_audit_hold(unsigned long pfn)
{
	struct folio *folio = NULL;
	struct page *page;

	down_read(&lookers);
	page = pfn_to_online_page(pfn);
	if (page)
		folio = try_hold(page);
	up_read(&lookers);
	return folio;
}

static bool aliases_agree(unsigned long pfn, enum cvm_entry_state state)
{
	enum cvm_entry_state other;

	if (!pfn_to_online_page(pfn))
		return true;
	other = cvm_walk_page(pfn);
	return other == CVM_ENTRY_ABSENT || other == state;
}

/**
 * cvm_audit_alias() - compare a mapping with those that every page has
 * @mm: as for cvm_walk_step()
 * @address: for the kernel inside of vmalloc space or the modules' space
 * @alias: filled in
 *
 * Devices' memory has no page in the direct map, and nothing to compare.
 *
 * Context: may sleep.
 */
void cvm_audit_alias(const struct mm_struct *mm, unsigned long address,
		     struct cvm_audit_alias *alias)
{
	struct cvm_walk_step walk;
	unsigned long i;

	cvm_walk_step(mm, address, &walk);
	alias->pages = walk.pages;
	alias->memory = walk.state != CVM_ENTRY_ABSENT && pfn_valid(walk.pfn);
	alias->pfn = walk.pfn;
	alias->address = address;
	alias->disagree = false;
	if (!alias->memory)
		return;
	down_read(&lookers);
	for (i = 0; i < walk.pages && !alias->disagree; i++) {
		if (aliases_agree(walk.pfn + i, walk.state))
			continue;
		alias->pfn = walk.pfn + i;
		alias->address = address + i * PAGE_SIZE;
		alias->pages = i + 1;
		alias->disagree = true;
	}
	up_read(&lookers);
}

/**
 * cvm_audit_look_init() - before the first look
 *
 * Return: 0 or a negative errno.
 */
int __init cvm_audit_look_init(void)
{
	return register_memory_notifier(&memory_notifier);
}

/**
 * cvm_audit_look_exit() - after the last look
 */
void cvm_audit_look_exit(void)
{
	unregister_memory_notifier(&memory_notifier);
}
