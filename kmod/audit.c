// SPDX-License-Identifier: GPL-2.0-only
/*
 * A pass of the audit: walk all memory, judge what is shared, look a second time at what
 * seems wrong, and publish what stays so.
 *
 * It only reads, and holds nothing while it does: conversions, frees and hotplug go on
 * meanwhile, so that a first look may see what never was. Hence the second one.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <linux/cc_platform.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/reboot.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include <asm/mshyperv.h>

#include "audit.h"
#include "cvm.h"

#define GRACE_MS	50	/* between the two looks: longer than a conversion takes */

/**
 * struct pass - one pass
 * @status: what it counts
 * @candidates: what the first look found
 * @confirmed: what the second look found
 * @rate: bytes a second, 0 for no limit
 * @processes: their mappings are compared, too
 * @tracer_sings: the ledger told of the canary
 * @begun: ktime of its start
 * @end: page behind the last one
 */
struct pass {
	struct cvm_audit_status status;
	struct cvm_finding_list candidates;
	struct cvm_finding_list confirmed;
	u64 rate;
	bool processes;
	bool tracer_sings;
	ktime_t begun;
	unsigned long end;
};

static DEFINE_MUTEX(lock);
static struct cvm_audit_status last;	/* under the lock */
/* Of the pass that starts; under the lock */
static u64 wanted_rate;
static u32 wanted_hardware;
static bool wanted_processes;

static bool running, stopping, closed;
static void (*listener)(void);

static void run(struct work_struct *work);
static DECLARE_WORK(work, run);

static void tell_listener(void)
{
	if (listener)
		listener();
}

/**
 * cvm_audit_refusal() - why there is nothing to audit here
 *
 * Below a paravisor the host's view of a page may differ from what the page tables say,
 * and up to 6.1 they say nothing at all (the vTOM bit is the paravisor's business).
 *
 * Return: the reason, or NULL.
 */
const char *cvm_audit_refusal(void)
{
	if (!CVM_VTOM_IN_PAGE_TABLES && hv_is_isolation_supported())
		return "on Hyper-V this kernel's page tables do not tell shared pages";
	return NULL;
}

/* ---- the walk ---- */

static void set_progress(struct pass *pass, unsigned long pfn)
{
	mutex_lock(&lock);
	last.progress = div64_ul((u64)pfn * 1000, pass->end);
	mutex_unlock(&lock);
	tell_listener();
}

static void keep_to_rate(const struct pass *pass, unsigned long pfn)
{
	s64 due, now;

	if (!pass->rate)
		return;
	due = div64_u64(PFN_PHYS((u64)pfn) * MSEC_PER_SEC, pass->rate);
	now = ktime_ms_delta(ktime_get(), pass->begun);
	while (due > now && !cvm_audit_is_stopping()) {
		msleep_interruptible(min_t(s64, due - now, 100));
		now = ktime_ms_delta(ktime_get(), pass->begun);
	}
}

static void walk_memory(struct pass *pass)
{
	unsigned long pfn = 0, told = 0;
	struct cvm_audit_look look;

	for (; pfn < pass->end && !cvm_audit_is_stopping(); pfn += look.pages) {
		cvm_audit_look(pfn, pass->end, &look);
		pass->status.pages[look.state] += look.pages;
		if (look.state == CVM_PAGE_STATE_SHARED)
			pass->status.uses[look.use] += look.pages;
		cvm_finding_add(&pass->candidates, pfn, &look);
		keep_to_rate(pass, pfn);
		if (pfn - told >= pass->end / 16) {
			set_progress(pass, pfn);
			told = pfn;
		}
		cond_resched();
	}
}

static void compare_aliases(struct pass *pass)
{
	struct cvm_audit_status *status = &pass->status;

	status->aliases = cvm_alias_compare_kernel(&pass->candidates);
	if (pass->processes)
		status->processes = cvm_alias_compare_processes(&pass->candidates,
								&status->aliases);
}

/* ---- what the ledger says ---- */

/*
 * Pages that it calls shared and the page tables do not: a conversion back that the tracer
 * missed, and no danger. Those of a failed conversion are found by the walk.
 */
static void reconcile(void)
{
	struct cvm_conversion owner;
	struct cvm_audit_step step;
	unsigned long pfn = 0, pages;

	while (!cvm_audit_is_stopping() && (pages = cvm_ledger_next(&pfn, &owner))) {
		cvm_audit_step(pfn, pfn + pages, &step);
		if (step.state != CVM_PAGE_STATE_SHARED && !owner.error)
			cvm_ledger_forget(pfn, step.pages, owner.seq);
		pfn += step.pages;
		cond_resched();
	}
}

static void try_canary(struct pass *pass)
{
	struct cvm_audit_look look = { .pages = 1, .verdict = CVM_PAGE_VERDICT_TRACER_SILENCED };

	pass->tracer_sings = cvm_canary_sings();
	if (pass->tracer_sings)
		return;
	cvm_finding_add(&pass->confirmed, 0, &look);
	pass->confirmed.list[0].pages = 0;
}

/* With a blind tracer a page could be converted in the middle of the question */
static void ask_hardware(struct pass *pass)
{
	if (pass->status.hardware && pass->tracer_sings)
		cvm_sample_memory(pass->end, pass->status.hardware, &pass->status.sample,
				  &pass->candidates);
}

/* ---- a pass ---- */

static void look_again(struct pass *pass)
{
	unsigned int i;

	if (!pass->candidates.count)
		return;
	synchronize_rcu();
	msleep(GRACE_MS);
	for (i = 0; i < pass->candidates.count && !cvm_audit_is_stopping(); i++)
		cvm_finding_confirm(&pass->confirmed, &pass->candidates.list[i]);
	pass->confirmed.dropped += pass->candidates.dropped;
}

static void walk_all(struct pass *pass)
{
	cvm_known_refresh();
	walk_memory(pass);
	compare_aliases(pass);
	reconcile();
}

static void finish(struct pass *pass)
{
	bool cancelled = cvm_audit_is_stopping();
	u32 passes;

	pass->status.elapsed = ktime_to_ns(ktime_sub(ktime_get(), pass->begun));
	if (!cancelled)
		cvm_finding_publish(&pass->confirmed, pass->status.started);
	mutex_lock(&lock);
	passes = last.passes;
	if (!cancelled)
		last = pass->status;
	last.passes = passes + !cancelled;
	last.cancelled = cancelled;
	running = false;
	mutex_unlock(&lock);
	tell_listener();
}

static void run(struct work_struct *unused)
{
	/* page by page: a large block could be the very one that was freed while shared */
	struct pass *pass = vzalloc(sizeof(*pass));

	if (!pass) {
		mutex_lock(&lock);
		last.cancelled = true;
		running = false;
		mutex_unlock(&lock);
		tell_listener();
		return;
	}
	pass->end = cvm_memory_end();
	pass->rate = wanted_rate;
	pass->status.hardware = wanted_hardware;
	pass->processes = wanted_processes;
	pass->begun = ktime_get();
	pass->status.started = ktime_get_real_ns();
	walk_all(pass);
	pass->status.walked = ktime_to_ns(ktime_sub(ktime_get(), pass->begun));
	/* after the walk: then who silenced the tracer in the middle of it is noticed, too */
	try_canary(pass);
	ask_hardware(pass);
	look_again(pass);
	finish(pass);
	vfree(pass);
}

/**
 * cvm_audit_start() - begin a pass in the background
 * @request: how to look
 *
 * Return: 0; -EBUSY while one runs; -EOPNOTSUPP where there is nothing to audit, or the
 * hardware cannot be asked; -ESHUTDOWN when the machine or the module goes down.
 */
int cvm_audit_start(const struct cvm_audit_request *request)
{
	int ret = 0;

	if (cvm_audit_refusal() || (request->hardware && cvm_sample_refusal()))
		return -EOPNOTSUPP;
	mutex_lock(&lock);
	if (closed) {
		ret = -ESHUTDOWN;
	} else if (running) {
		ret = -EBUSY;
	} else {
		running = true;
		WRITE_ONCE(stopping, false);
		wanted_rate = request->rate;
		wanted_hardware = request->hardware;
		wanted_processes = request->processes;
		last.progress = 0;
		cvm_known_set_labels(request->labels, request->n_labels);
		queue_work(system_long_wq, &work);
	}
	mutex_unlock(&lock);
	return ret;
}

/**
 * cvm_audit_is_stopping() - shall the pass that runs come to an end?
 */
bool cvm_audit_is_stopping(void)
{
	return READ_ONCE(stopping);
}

/**
 * cvm_audit_stop() - end the pass that runs, and wait for its end
 */
void cvm_audit_stop(void)
{
	mutex_lock(&lock);
	if (running)
		WRITE_ONCE(stopping, true);
	mutex_unlock(&lock);
	flush_work(&work);
}

/**
 * cvm_audit_close() - no pass runs, and none will be started any more
 */
void cvm_audit_close(void)
{
	mutex_lock(&lock);
	closed = true;
	mutex_unlock(&lock);
	cvm_audit_stop();
}

/**
 * cvm_audit_status() - the last pass, and whether one runs
 * @status: filled in
 */
void cvm_audit_status(struct cvm_audit_status *status)
{
	mutex_lock(&lock);
	*status = last;
	status->running = running;
	mutex_unlock(&lock);
}

/* ---- the map ---- */

static void judge_extent(unsigned long pfn, unsigned long end, struct cvm_audit_extent *extent)
{
	struct cvm_audit_look look;

	cvm_audit_look(pfn, end, &look);
	*extent = (struct cvm_audit_extent){
		.start = PFN_PHYS((u64)pfn),
		.length = PFN_PHYS((u64)look.pages),
		.state = look.state,
		.use = look.use,
		.verdict = look.verdict,
	};
}

/**
 * cvm_audit_extent() - the run of equal pages that begins at an address
 * @start: physical, a multiple of the page size
 * @extent: filled in
 *
 * Context: may sleep.
 * Return: false at the end of memory.
 */
bool cvm_audit_extent(u64 start, struct cvm_audit_extent *extent)
{
	unsigned long pfn = PHYS_PFN(start), end = cvm_memory_end();
	struct cvm_audit_extent next;

	if (pfn >= end)
		return false;
	judge_extent(pfn, end, extent);
	for (;;) {
		pfn = PHYS_PFN(extent->start + extent->length);
		if (pfn >= end || fatal_signal_pending(current))
			break;
		judge_extent(pfn, end, &next);
		if (next.state != extent->state || next.use != extent->use ||
		    next.verdict != extent->verdict)
			break;
		extent->length += next.length;
		cond_resched();
	}
	return true;
}

/**
 * cvm_audit_listen() - whom to tell of progress and the end of a pass
 * @callback: may sleep
 */
void cvm_audit_listen(void (*callback)(void))
{
	listener = callback;
}

/* ---- start and end ---- */

static int on_reboot(struct notifier_block *nb, unsigned long action, void *data)
{
	cvm_audit_close();
	return NOTIFY_DONE;
}

static struct notifier_block reboot_notifier = {
	.notifier_call = on_reboot,
};

/**
 * cvm_audit_init() - make passes possible; none runs by itself
 *
 * Return: 0 or a negative errno.
 */
int __init cvm_audit_init(void)
{
	int ret = cvm_known_init();

	if (ret)
		return ret;
	ret = cvm_audit_look_init();
	if (ret)
		goto err_known;
	ret = register_reboot_notifier(&reboot_notifier);
	if (ret)
		goto err_look;
	return 0;

err_look:
	cvm_audit_look_exit();
err_known:
	cvm_known_exit();
	return ret;
}

/**
 * cvm_audit_exit() - undo; all doors are closed already
 */
void cvm_audit_exit(void)
{
	unregister_reboot_notifier(&reboot_notifier);
	cvm_audit_close();
	cvm_audit_look_exit();
	cvm_known_exit();
}
