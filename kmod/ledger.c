// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who shared a page with the host: every conversion since the module was loaded, the
 * latest in a ring, and for each page that is shared now the conversion that made it so.
 *
 * What root can do to the tracer (kernel.ftrace_enabled, kprobes/enabled) makes it blind
 * without a word. So a pass of the audit converts a page of the module's own, which must
 * show up here, and compares the rest with the page tables.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <linux/maple_tree.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "compat/conversion.h"
#include "audit.h"
#include "cvm.h"

#define RECORDS		1024	/* in the ring; a power of two */
#define FRAMES		24	/* looked at, those of the tracer among them */

/**
 * struct claim - a conversion that some page in the tree still points to
 * @how: the conversion
 * @pages: that point here
 * @next: of those that nobody points to any more
 */
struct claim {
	struct cvm_conversion how;
	unsigned long pages;
	struct claim *next;
};

/* All under the lock of the tree, which the probes take with preemption off */
static DEFINE_MTREE(claims);
static struct cvm_conversion *ring;
static LIST_HEAD(calls);	/* that run */
static u64 last_seq;
static u64 lost, reconciled;

/* Stands for all that was shared before the module came; never freed */
static struct claim before_load = { .how = { .before_load = true, .shared = true } };

static enum cvm_tracer tracer;
static void (*listener)(void);

static void tell_listener(struct work_struct *work)
{
	typeof(listener) callback = READ_ONCE(listener);

	if (callback)
		callback();
}

static DECLARE_WORK(telling, tell_listener);

/* ---- the tree ---- */

/* How many pages of what a tree holds lie in a range: adds or takes them from each claim */
static struct claim *count_claims(unsigned long first, unsigned long last, bool take)
{
	MA_STATE(mas, &claims, first, first);
	struct claim *claim, *unused = NULL;
	unsigned long pages;

	mas_for_each(&mas, claim, last) {
		pages = min(mas.last, last) - max(mas.index, first) + 1;
		claim->pages += take ? -pages : pages;
		if (take && !claim->pages && claim != &before_load) {
			claim->next = unused;
			unused = claim;
		}
	}
	return unused;
}

static void free_claims(struct claim *claim)
{
	struct claim *next;

	for (; claim; claim = next) {
		next = claim->next;
		kfree(claim);
	}
}

/* Either all of the range changes hands or nothing does */
static bool store_claim(unsigned long first, unsigned long last, struct claim *claim)
{
	MA_STATE(mas, &claims, first, last);
	struct claim *unused = count_claims(first, last, true);

	if (mas_store_gfp(&mas, claim, GFP_ATOMIC | __GFP_NOWARN)) {
		count_claims(first, last, false);
		return false;
	}
	if (claim)
		claim->pages += last - first + 1;
	free_claims(unused);
	return true;
}

/* The first claim in a range, and what it has of the range */
static struct claim *find_claim(unsigned long first, unsigned long last, struct cvm_span *part)
{
	MA_STATE(mas, &claims, first, first);
	struct claim *claim = mas_find(&mas, last);

	if (claim) {
		part->first = max(mas.index, first);
		part->end = min(mas.last, last) + 1;
	}
	return claim;
}

/* A page that was shared, or of which nobody knows, has a claim; a private one has none */
static bool claim_range(const struct cvm_conversion *how)
{
	unsigned long last = how->pfn + how->pages - 1;
	struct claim *claim;

	if (!how->shared && !how->error)
		return store_claim(how->pfn, last, NULL);
	claim = kzalloc(sizeof(*claim), GFP_ATOMIC | __GFP_NOWARN);
	if (!claim)
		return false;
	claim->how = *how;
	if (store_claim(how->pfn, last, claim))
		return true;
	kfree(claim);
	return false;
}

/* ---- the probes ---- */

static void record(struct cvm_conversion *how)
{
	how->compound = pfn_valid(how->pfn) && PageCompound(pfn_to_page(how->pfn));
	mtree_lock(&claims);
	how->seq = ++last_seq;
	ring[how->seq % RECORDS] = *how;
	if (!claim_range(how))
		lost++;
	mtree_unlock(&claims);
}

/* Pages of a vmalloc area lie anywhere */
static void record_pages(struct cvm_conversion *how, unsigned long address, int pages)
{
	int i;

	how->pages = 1;
	for (i = 0; i < pages; i++) {
		how->pfn = vmalloc_to_pfn((void *)(address + i * PAGE_SIZE));
		record(how);
	}
}

static depot_stack_handle_t save_stack(unsigned long caller)
{
	unsigned long frames[FRAMES];
	unsigned int i, count = stack_trace_save(frames, FRAMES, 0);

	for (i = 0; i < count && frames[i] != caller; i++)
		;
	return i < count ? stack_depot_save(frames + i, count - i, GFP_NOWAIT) : 0;
}

static void cvm_call_begins(struct cvm_call *call)
{
	call->stack = save_stack(call->caller);
	mtree_lock(&claims);
	list_add(&call->entry, &calls);
	mtree_unlock(&claims);
}

static void record_call(const struct cvm_call *call, int ret)
{
	struct cvm_conversion how = {
		.time = ktime_get_real_ns(),
		.shared = call->shared,
		.error = ret < 0 ? -ret : 0,
		.pid = current->pid,
		.caller = call->caller,
		.stack = call->stack,
	};

	if (call->pages <= 0)
		return;
	strscpy(how.comm, current->comm, sizeof(how.comm));
	if (is_vmalloc_addr((void *)call->address)) {
		record_pages(&how, call->address, call->pages);
	} else {
		how.pfn = PHYS_PFN(__pa(call->address));
		how.pages = call->pages;
		record(&how);
	}
}

static void cvm_call_ends(struct cvm_call *call, int ret)
{
	record_call(call, ret);
	mtree_lock(&claims);
	list_del(&call->entry);
	mtree_unlock(&claims);
	schedule_work(&telling);
}

/* ---- reading ---- */

/* A page of a vmalloc area may be any */
static bool concerns(const struct cvm_call *call, unsigned long pfn)
{
	unsigned long first;

	if (is_vmalloc_addr((void *)call->address))
		return true;
	first = PHYS_PFN(__pa(call->address));
	return pfn >= first && pfn - first < call->pages;
}

static bool is_converting(unsigned long pfn)
{
	struct cvm_call *call;

	list_for_each_entry(call, &calls, entry)
		if (concerns(call, pfn))
			return true;
	return false;
}

/**
 * cvm_ledger_is_converting() - does somebody convert this page at the moment?
 * @pfn: the page
 *
 * The page tables change in the middle of a call, and the ledger at its end.
 */
bool cvm_ledger_is_converting(unsigned long pfn)
{
	bool found;

	mtree_lock(&claims);
	found = is_converting(pfn);
	mtree_unlock(&claims);
	return found;
}

/**
 * cvm_ledger_shield() - ask something about a page while nobody can begin to convert it
 * @pfn: the page
 * @query: the question; it must not sleep, and converts nothing
 *
 * Who converts has to pass the probe first, which waits meanwhile. Of no use while the
 * tracer is silenced.
 *
 * Return: what @query says; -EAGAIN while somebody converts the page.
 */
int cvm_ledger_shield(unsigned long pfn, int (*query)(unsigned long pfn))
{
	int ret;

	mtree_lock(&claims);
	ret = is_converting(pfn) ? -EAGAIN : query(pfn);
	mtree_unlock(&claims);
	return ret;
}

/**
 * cvm_ledger_owner() - who shared a page?
 * @pfn: the page
 * @end: in: the first page that is not of interest; out: up to here the answer holds
 * @owner: filled in when somebody did
 *
 * Return: whether the ledger knows it.
 */
bool cvm_ledger_owner(unsigned long pfn, unsigned long *end, struct cvm_conversion *owner)
{
	MA_STATE(mas, &claims, pfn, pfn);
	bool known = false;
	struct claim *claim;

	mtree_lock(&claims);
	claim = mas_find(&mas, *end - 1);
	if (claim && mas.index > pfn) {
		*end = mas.index;
	} else if (claim) {
		known = true;
		*owner = claim->how;
		*end = min(*end, mas.last + 1);
	}
	mtree_unlock(&claims);
	return known;
}

/**
 * cvm_ledger_next() - the next run of pages that the ledger calls shared or unknown
 * @pfn: in: where to look from; out: first page of the run
 * @owner: filled in
 *
 * Return: pages in the run, 0 when there is none.
 */
unsigned long cvm_ledger_next(unsigned long *pfn, struct cvm_conversion *owner)
{
	MA_STATE(mas, &claims, *pfn, *pfn);
	unsigned long pages = 0;
	struct claim *claim;

	mtree_lock(&claims);
	claim = mas_find(&mas, ULONG_MAX);
	if (claim) {
		*pfn = max(*pfn, mas.index);
		*owner = claim->how;
		pages = mas.last - *pfn + 1;
	}
	mtree_unlock(&claims);
	return pages;
}

/**
 * cvm_ledger_record() - one of the latest conversions
 * @seq: the first that is wanted
 * @how: filled in with it, or with the oldest that is left after it
 *
 * Return: false when there is none yet.
 */
bool cvm_ledger_record(u64 seq, struct cvm_conversion *how)
{
	bool there;

	mtree_lock(&claims);
	if (last_seq > RECORDS)
		seq = max(seq, last_seq - RECORDS + 1);
	seq = max(seq, 1ULL);
	there = seq <= last_seq;
	if (there)
		*how = ring[seq % RECORDS];
	mtree_unlock(&claims);
	return there;
}

/**
 * cvm_ledger_state() - the ledger in numbers
 * @state: filled in
 */
void cvm_ledger_state(struct cvm_ledger_state *state)
{
	unsigned int i;

	state->tracer = tracer;
	state->missed = 0;
	for (i = 0; tracer && i < ARRAY_SIZE(cvm_probes); i++)
		state->missed += cvm_probe_missed(i);
	mtree_lock(&claims);
	state->conversions = last_seq;
	state->lost = lost;
	state->reconciled = reconciled;
	mtree_unlock(&claims);
}

/**
 * cvm_ledger_forget() - the page tables call pages private that the ledger calls shared
 * @pfn: first page
 * @pages: number of them
 * @seq: of the conversion that the caller saw there; what a newer one has of them stays
 */
void cvm_ledger_forget(unsigned long pfn, unsigned long pages, u64 seq)
{
	unsigned long end = pfn + pages;
	struct cvm_span part;
	struct claim *claim;

	mtree_lock(&claims);
	for (; pfn < end && (claim = find_claim(pfn, end - 1, &part)); pfn = part.end)
		if (claim->how.seq == seq && store_claim(part.first, part.end - 1, NULL))
			reconciled += part.end - part.first;
	mtree_unlock(&claims);
}

/**
 * cvm_ledger_listen() - whom to tell of new conversions
 * @callback: may sleep; NULL for nobody
 */
void cvm_ledger_listen(void (*callback)(void))
{
	WRITE_ONCE(listener, callback);
	if (!callback)
		flush_work(&telling);
}

/* ---- start and end ---- */

/* A conversion that the probes saw meanwhile is younger than what was walked, and stays */
static void adopt(unsigned long pfn, unsigned long pages)
{
	unsigned long end = pfn + pages;
	struct cvm_span younger;

	mtree_lock(&claims);
	for (; pfn < end; pfn = younger.end) {
		if (!find_claim(pfn, end - 1, &younger))
			younger = (struct cvm_span){ end, end };
		if (younger.first > pfn && !store_claim(pfn, younger.first - 1, &before_load))
			lost++;
	}
	mtree_unlock(&claims);
}

static void adopt_all(void)
{
	unsigned long pfn = 0, end = cvm_memory_end();
	struct cvm_audit_step step;

	while (pfn < end) {
		cvm_audit_step(pfn, end, &step);
		if (step.state == CVM_PAGE_STATE_SHARED)
			adopt(pfn, step.pages);
		pfn += step.pages;
		cond_resched();
	}
}

static int register_probes(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(cvm_probes); i++) {
		ret = cvm_probe_register(i);
		if (ret)
			goto err;
	}
	return 0;

err:
	while (i--)
		cvm_probe_unregister(i);
	return ret;
}

/**
 * cvm_ledger_init() - trace conversions from here on, and note what is shared already
 *
 * A kernel that cannot be traced leaves the ledger without news, which the audit tells.
 *
 * Return: 0 or a negative errno.
 */
int __init cvm_ledger_init(void)
{
	int ret;

	ring = kvcalloc(RECORDS, sizeof(*ring), GFP_KERNEL);
	if (!ring)
		return -ENOMEM;
	ret = cvm_caller_init();
	if (ret)
		goto err;
	stack_depot_init();
	cvm_walk_init();
	ret = register_probes();
	if (ret)
		pr_warn("conversions cannot be traced, error %d: owners will be unknown\n", ret);
	else
		tracer = CVM_TRACER;
	adopt_all();
	return 0;

err:
	kvfree(ring);
	return ret;
}

/**
 * cvm_ledger_exit() - trace no more, forget all
 */
void cvm_ledger_exit(void)
{
	unsigned int i;

	for (i = 0; tracer && i < ARRAY_SIZE(cvm_probes); i++)
		cvm_probe_unregister(i);
	cancel_work_sync(&telling);
	cvm_caller_exit();
	mtree_lock(&claims);
	free_claims(count_claims(0, ULONG_MAX, true));
	mtree_unlock(&claims);
	mtree_destroy(&claims);
	kvfree(ring);
}
