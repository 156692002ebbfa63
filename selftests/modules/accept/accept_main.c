// SPDX-License-Identifier: GPL-2.0-only
/*
 * Early acceptance without any platform: chunks are put on the allocator's list of
 * unaccepted memory by hand, the loop of cvm.ko takes them off, and a probe counts
 * how often the kernel accepts each.
 *
 * In a plain guest there is no table of unaccepted memory, so that accepting does
 * nothing to the memory. Prints TAP into the kernel log.
 */
#define pr_fmt(fmt) "accept_test: " fmt

#include <linux/delay.h>
#include <linux/efi.h>
#include <linux/gfp.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/vmstat.h>

#include "cvm.h"
#include "tap.h"

#define CHUNKS		24
#define CHUNK_SIZE	PFN_PHYS(MAX_ORDER_NR_PAGES)
#define NO_LIMIT	U64_MAX
#define PATIENCE_MS	60000

static struct {
	unsigned long pfn;
	atomic_t hits;
} chunks[CHUNKS];

/* ---- the allocator's call, which can be told to refuse ---- */

static atomic_t calls;
static int refusal;		/* what to say, 0 for nothing */
static unsigned int refuse_every;

int test_contig_range(unsigned long start, unsigned long end);

int test_contig_range(unsigned long start, unsigned long end)
{
	if (refusal && !(atomic_inc_return(&calls) % refuse_every))
		return refusal;
	return alloc_contig_range(start, end, MIGRATE_MOVABLE, GFP_KERNEL | __GFP_NOWARN);
}

static void refuse(int error, unsigned int every)
{
	refusal = error;
	refuse_every = every;
	atomic_set(&calls, 0);
}

/* ---- unaccepted chunks ---- */

static void disown(struct page *page)
{
	struct zone *zone = page_zone(page);
	unsigned long flags;

	set_page_count(page, 0);
	spin_lock_irqsave(&zone->lock, flags);
	list_add_tail(&page->lru, &zone->unaccepted_pages);
	__mod_zone_page_state(zone, NR_FREE_PAGES, MAX_ORDER_NR_PAGES);
	__mod_zone_page_state(zone, NR_UNACCEPTED, MAX_ORDER_NR_PAGES);
	__SetPageUnaccepted(page);
	spin_unlock_irqrestore(&zone->lock, flags);
}

/* All are taken before the first is given away, for the allocator would take it back */
static bool make_chunks(void)
{
	struct page *pages[CHUNKS];
	unsigned int i, n;

	for (n = 0; n < CHUNKS; n++) {
		pages[n] = alloc_pages(GFP_HIGHUSER_MOVABLE | __GFP_NOWARN, MAX_PAGE_ORDER);
		if (!pages[n])
			break;
	}
	for (i = 0; i < n; i++) {
		chunks[i].pfn = page_to_pfn(pages[i]);
		atomic_set(&chunks[i].hits, 0);
		if (n == CHUNKS)
			disown(pages[i]);
		else
			__free_pages(pages[i], MAX_PAGE_ORDER);
	}
	return n == CHUNKS;
}

static int on_accept(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned long pfn = PHYS_PFN(regs->di);
	unsigned int i;

	for (i = 0; i < CHUNKS; i++)
		if (pfn >= chunks[i].pfn && pfn < chunks[i].pfn + MAX_ORDER_NR_PAGES)
			atomic_inc(&chunks[i].hits);
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "accept_memory",
	.pre_handler = on_accept,
};

static unsigned int count_with(int hits)
{
	unsigned int i, n = 0;

	for (i = 0; i < CHUNKS; i++)
		n += atomic_read(&chunks[i].hits) == hits;
	return n;
}

/* ---- the job ---- */

static int start(u64 amount, u64 rate, u64 floor)
{
	struct cvm_accept_request request = {
		.nodes = node_online_map,
		.amount = amount,
		.rate = rate,
		.floor = floor,
	};

	return cvm_accept_start(&request);
}

static struct cvm_accept_status wait_for_end(void)
{
	struct cvm_accept_status status;
	unsigned int waited;

	for (waited = 0; waited < PATIENCE_MS; waited += 20) {
		cvm_accept_status(&status);
		if (status.has_ended)
			return status;
		msleep(20);
	}
	pr_info("# the job does not end\n");
	return status;
}

static void expect_all_once(const char *name)
{
	is(count_with(1), CHUNKS, name);
	is(cvm_memory_unaccepted_all(), 0, "  nothing is left");
}

static void test_all(void)
{
	struct cvm_accept_status status;

	if (!ok(make_chunks(), "chunks are made unaccepted"))
		return;
	is(cvm_memory_unaccepted_all(), CHUNKS * CHUNK_SIZE, "  the counters see them");
	ok(cvm_memory_chunk_unaccepted(chunks[0].pfn), "  and the list");
	is(start(NO_LIMIT, 0, 0), 0, "a job starts");
	status = wait_for_end();
	expect_all_once("each chunk is accepted exactly once");
	is(status.end, CVM_ACCEPT_END_DONE, "  the job is done");
	is(status.accepted, CHUNKS * CHUNK_SIZE, "  and counts them all");
	is(status.refused + status.raced, 0, "  none was refused or lost");
	is(start(NO_LIMIT, 0, 0), 0, "a job without work starts");
	is(wait_for_end().end, CVM_ACCEPT_END_DONE, "  and is done");
}

static void test_parts(void)
{
	struct cvm_accept_status status;

	if (!ok(make_chunks(), "chunks for parts"))
		return;
	is(start(3 * CHUNK_SIZE + 4096, 0, 0), 0, "an amount");
	is(wait_for_end().end, CVM_ACCEPT_END_AMOUNT, "  is reached");
	is(count_with(1), 3, "  and not exceeded");
	is(start(NO_LIMIT, 8 * CHUNK_SIZE, 0), 0, "a slow job");
	is(start(NO_LIMIT, 0, 0), -EBUSY, "  nobody else starts one beside it");
	msleep(400);
	cvm_accept_stop();
	cvm_accept_status(&status);
	is(status.end, CVM_ACCEPT_END_STOPPED, "  it is stopped");
	ok(cvm_memory_unaccepted_all() && count_with(1) > 3, "  in the middle");
	is(start(NO_LIMIT, 0, 0), 0, "  and resumed");
	wait_for_end();
	expect_all_once("  each chunk is accepted exactly once");
}

static void test_refusals(int error, const char *name)
{
	struct cvm_accept_status status;

	if (!ok(make_chunks(), name))
		return;
	refuse(error, 2);
	is(start(NO_LIMIT, 0, 0), 0, "  every second call");
	status = wait_for_end();
	ok(status.refused, "  is refused, and counted");
	expect_all_once("  each chunk is accepted exactly once");

	if (!ok(make_chunks(), "  chunks for a call that always refuses"))
		return;
	refuse(error, 1);
	is(start(NO_LIMIT, 0, 0), 0, "  every call");
	status = wait_for_end();
	is(status.end, CVM_ACCEPT_END_STUCK, "  the job gives up");
	is(status.accepted, 0, "  and has accepted nothing");
	is(cvm_memory_unaccepted_all(), CHUNKS * CHUNK_SIZE, "  all is left");
	refuse(0, 1);
	is(start(NO_LIMIT, 0, 0), 0, "  later it is granted");
	wait_for_end();
	expect_all_once("  each chunk is accepted exactly once");
}

static void test_pressure(void)
{
	struct cvm_accept_status status;

	if (!ok(make_chunks(), "chunks for a guest that is short of memory"))
		return;
	is(start(NO_LIMIT, 0, S64_MAX), 0, "  a job starts");
	msleep(300);
	cvm_accept_status(&status);
	ok(status.paused, "  and pauses");
	is(count_with(1), 0, "  with nothing accepted");
	cvm_accept_stop();
	is(start(NO_LIMIT, 0, 0), 0, "  without the floor");
	wait_for_end();
	expect_all_once("  each chunk is accepted exactly once");
}

static int __init accept_test_init(void)
{
	int ret;

	if (efi.unaccepted != EFI_INVALID_TABLE_ADDR)
		return -EBUSY;
	ret = register_kprobe(&probe);
	if (ret)
		return ret;
	test_all();
	test_parts();
	test_refusals(-EBUSY, "chunks that are in use");
	test_refusals(-ENOMEM, "chunks while there is no memory");
	test_pressure();
	tap_done();
	cvm_accept_stop();
	unregister_kprobe(&probe);
	return 0;
}

static void __exit accept_test_exit(void)
{
}

module_init(accept_test_init);
module_exit(accept_test_exit);

MODULE_AUTHOR("cvm maintainers");
MODULE_DESCRIPTION("Early acceptance of memory, counted without a platform");
MODULE_LICENSE("GPL");
