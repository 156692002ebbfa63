// SPDX-License-Identifier: GPL-2.0-only
/*
 * Early acceptance: the rest of the guest's memory, in the background.
 *
 * This file never accepts a page. A second PVALIDATE or TDG.MEM.PAGE.ACCEPT of
 * one page is how a host swaps pages behind a guest's back, so there must be one
 * accepter, and that is the kernel's. Taking an unaccepted chunk out of the page
 * allocator makes it accept the chunk, under its own lock; then the chunk is
 * given back. A chunk that somebody else takes first was a chunk less to do.
 *
 * One job at a time, one thread a node. The threads only read the job; they end
 * by themselves or when cvm_accept_stop() says so.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/reboot.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "compat/unaccepted.h"
#include "cvm.h"

#define CHUNK_SIZE	PFN_PHYS(MAX_ORDER_NR_PAGES)
/* How often a paused thread looks again, and how often progress is told */
#define PAUSE_MS	100
#define PROGRESS_MS	250
/* A chunk that cannot be taken is tried again in so many passes */
#define PASSES_WITHOUT_PROGRESS	3

struct worker {
	struct task_struct *task;
	unsigned int node;
};

static struct {
	struct mutex lock;		/* starting, stopping and reaping; not taken by threads */
	struct worker *workers;		/* nr_node_ids of them, while a job is there */
	struct cvm_accept_request request;
	atomic_t running;		/* threads that have not ended */
	atomic_t paused;		/* threads that wait for memory to become available */
	atomic64_t budget;		/* bytes that may still be taken */
	atomic64_t turn;		/* ns: earliest time of the next chunk */
	atomic64_t told;		/* ns: when progress was told last */
	atomic64_t accepted;		/* bytes, of this job */
	atomic64_t raced;		/* chunks that somebody else had first */
	atomic64_t refused;		/* times that a chunk could not be taken */
	bool begun;			/* there was a job ever */
	bool closed;			/* there will be none any more */
	ktime_t started;
	ktime_t ended;
	enum cvm_accept_end end;
} job = {
	.lock = __MUTEX_INITIALIZER(job.lock),
};

static atomic64_t accepted_ever;
static void (*listener)(bool finished);

/* ---- one chunk ---- */

static int accept_chunk(unsigned long pfn)
{
	u64 begin = ktime_get_ns();
	int ret;

	ret = cvm_alloc_contig_range(pfn, pfn + MAX_ORDER_NR_PAGES);
	if (!ret)
		free_contig_range(pfn, MAX_ORDER_NR_PAGES);
	cvm_latency_note(CVM_LATENCY_KIND_EARLY, ktime_get_ns() - begin);
	return ret;
}

/* A refusal may come after the chunk was accepted, so the page is asked, not the call */
static bool take_chunk(unsigned long pfn)
{
	int ret = accept_chunk(pfn);

	if (!ret) {
		atomic64_add(CHUNK_SIZE, &job.accepted);
		atomic64_add(CHUNK_SIZE, &accepted_ever);
		return true;
	}
	if (cvm_memory_chunk_unaccepted(pfn)) {
		atomic64_inc(&job.refused);
		return false;
	}
	atomic64_inc(&job.raced);
	return true;
}

/* ---- not in the way of the workload ---- */

static void sleep_until(u64 ns)
{
	ktime_t when = ns_to_ktime(ns);

	set_current_state(TASK_INTERRUPTIBLE);
	if (kthread_should_stop())
		__set_current_state(TASK_RUNNING);
	else
		schedule_hrtimeout(&when, HRTIMER_MODE_ABS);
}

/* All threads share one rate: each takes the next free turn */
static u64 take_turn(u64 interval)
{
	s64 turn = atomic64_read(&job.turn), now = ktime_get_ns();
	s64 next;

	do {
		next = max(turn, now) + interval;
	} while (!atomic64_try_cmpxchg(&job.turn, &turn, next));
	return next - interval;
}

/*
 * A chunk that took long, on a host that maps small pages or is slow, is followed by
 * a rest as long, whatever the rate allows.
 */
static void rest(u64 spent)
{
	u64 interval, turn;

	if (!job.request.rate)
		return;
	interval = div64_u64(CHUNK_SIZE * NSEC_PER_SEC, job.request.rate);
	turn = take_turn(interval);
	sleep_until(max(turn, ktime_get_ns() + spent));
}

static bool memory_is_short(void)
{
	return PFN_PHYS(max(si_mem_available(), 0L)) < job.request.floor;
}

static void wait_for_memory(void)
{
	if (!memory_is_short())
		return;
	atomic_inc(&job.paused);
	while (memory_is_short() && !kthread_should_stop())
		sleep_until(ktime_get_ns() + PAUSE_MS * NSEC_PER_MSEC);
	atomic_dec(&job.paused);
}

/* ---- one node ---- */

static void tell(bool finished)
{
	s64 told = atomic64_read(&job.told), now = ktime_get_ns();

	if (!finished && now - told < PROGRESS_MS * NSEC_PER_MSEC)
		return;
	if (!finished && !atomic64_try_cmpxchg(&job.told, &told, now))
		return;
	if (READ_ONCE(listener))
		listener(finished);
}

/* What is left of the amount that was asked for; a chunk more is never taken */
static bool take_from_budget(void)
{
	if (atomic64_sub_return(CHUNK_SIZE, &job.budget) >= 0)
		return true;
	atomic64_add(CHUNK_SIZE, &job.budget);
	return false;
}

static bool may_go_on(void)
{
	return !kthread_should_stop() && atomic64_read(&job.budget) >= (s64)CHUNK_SIZE;
}

/* Return: chunks that are accepted now and were not before */
static unsigned long pass(unsigned int node)
{
	unsigned long end = node_end_pfn(node), taken = 0, pfn;
	u64 begin;

	pfn = round_up(node_start_pfn(node), MAX_ORDER_NR_PAGES);
	for (; pfn < end && may_go_on(); pfn += MAX_ORDER_NR_PAGES) {
		cond_resched();
		if (!cvm_memory_chunk_unaccepted(pfn) || pfn_to_nid(pfn) != node)
			continue;
		wait_for_memory();
		if (!take_from_budget())
			break;
		begin = ktime_get_ns();
		if (take_chunk(pfn))
			taken++;
		else
			atomic64_add(CHUNK_SIZE, &job.budget);
		tell(false);
		rest(ktime_get_ns() - begin);
	}
	return taken;
}

static enum cvm_accept_end accept_node(unsigned int node)
{
	unsigned int idle = 0;

	while (may_go_on()) {
		if (!cvm_memory_unaccepted(node))
			return CVM_ACCEPT_END_DONE;
		idle = pass(node) ? 0 : idle + 1;
		if (idle == PASSES_WITHOUT_PROGRESS)
			return CVM_ACCEPT_END_STUCK;
		if (idle)
			sleep_until(ktime_get_ns() + PAUSE_MS * NSEC_PER_MSEC);
	}
	if (kthread_should_stop())
		return CVM_ACCEPT_END_STOPPED;
	return cvm_memory_unaccepted(node) ? CVM_ACCEPT_END_AMOUNT : CVM_ACCEPT_END_DONE;
}

/* The job ends with its last thread, and as the worst of its threads */
static int work(void *data)
{
	struct worker *worker = data;
	enum cvm_accept_end end = accept_node(worker->node);

	if (end > READ_ONCE(job.end))
		WRITE_ONCE(job.end, end);
	if (atomic_dec_and_test(&job.running)) {
		job.ended = ktime_get();
		tell(true);
	}
	return 0;
}

/* ---- the job ---- */

/* A thread that is stopped before its first step never comes to work() */
static void count_out_the_rest(void)
{
	if (!atomic_xchg(&job.running, 0))
		return;
	WRITE_ONCE(job.end, max(job.end, CVM_ACCEPT_END_STOPPED));
	job.ended = ktime_get();
	tell(true);
}

static void reap(void)
{
	unsigned int node;

	lockdep_assert_held(&job.lock);
	if (!job.workers)
		return;
	for (node = 0; node < nr_node_ids; node++) {
		if (!job.workers[node].task)
			continue;
		kthread_stop(job.workers[node].task);
		put_task_struct(job.workers[node].task);
	}
	kfree(job.workers);
	job.workers = NULL;
	count_out_the_rest();
}

static int create_worker(unsigned int node)
{
	struct worker *worker = &job.workers[node];
	struct task_struct *task;

	worker->node = node;
	task = kthread_create_on_node(work, worker, node, CVM_ACCEPT_COMM "%u", node);
	if (IS_ERR(task))
		return PTR_ERR(task);
	if (cpumask_intersects(cpumask_of_node(node), cpu_online_mask))
		set_cpus_allowed_ptr(task, cpumask_of_node(node));
	set_user_nice(task, MAX_NICE);
	worker->task = get_task_struct(task);
	return 0;
}

/* Return: how many, or a negative errno and none; they wait to be woken */
static int create_workers(const struct cvm_accept_request *request)
{
	unsigned int node;
	int ret, count = 0;

	job.workers = kcalloc(nr_node_ids, sizeof(*job.workers), GFP_KERNEL);
	if (!job.workers)
		return -ENOMEM;
	for_each_online_node(node) {
		if (!node_isset(node, request->nodes) || !cvm_memory_unaccepted(node))
			continue;
		ret = create_worker(node);
		if (ret) {
			reap();
			return ret;
		}
		count++;
	}
	return count;
}

static void reset(const struct cvm_accept_request *request, int workers)
{
	job.begun = true;
	job.request = *request;
	job.started = ktime_get();
	job.ended = job.started;
	job.end = CVM_ACCEPT_END_DONE;
	atomic_set(&job.running, workers);
	atomic_set(&job.paused, 0);
	atomic64_set(&job.budget, min_t(u64, request->amount, S64_MAX));
	atomic64_set(&job.turn, 0);
	atomic64_set(&job.told, 0);
	atomic64_set(&job.accepted, 0);
	atomic64_set(&job.raced, 0);
	atomic64_set(&job.refused, 0);
}

/**
 * cvm_accept_start() - begin to accept memory in the background
 * @request: what, and how gently
 *
 * Where nothing is left to accept the job is done at once.
 *
 * Context: may sleep.
 * Return: 0; -EBUSY when a job is running; -EOPNOTSUPP when this kernel has no
 * unaccepted memory; -EINVAL when a node that was asked for is not online;
 * -ESHUTDOWN when the machine or the module goes down; -ENOMEM.
 */
int cvm_accept_start(const struct cvm_accept_request *request)
{
	unsigned int node;
	int ret;

	if (!cvm_memory_lazy())
		return -EOPNOTSUPP;
	if (!nodes_subset(request->nodes, node_online_map))
		return -EINVAL;
	mutex_lock(&job.lock);
	ret = job.closed ? -ESHUTDOWN : atomic_read(&job.running) ? -EBUSY : 0;
	if (ret)
		goto out;
	reap();
	ret = create_workers(request);
	if (ret < 0)
		goto out;
	reset(request, ret);
	if (!ret)
		tell(true);
	for (node = 0; node < nr_node_ids; node++) {
		if (job.workers[node].task)
			wake_up_process(job.workers[node].task);
	}
	ret = 0;
out:
	mutex_unlock(&job.lock);
	return ret;
}

/**
 * cvm_accept_stop() - end the job, if there is one, and wait for its threads
 *
 * What was accepted stays accepted.
 *
 * Context: may sleep, as long as one chunk takes.
 */
void cvm_accept_stop(void)
{
	mutex_lock(&job.lock);
	reap();
	mutex_unlock(&job.lock);
}

/**
 * cvm_accept_close() - no job runs, and none will be started any more
 *
 * From here on nobody is told of jobs either.
 */
void cvm_accept_close(void)
{
	mutex_lock(&job.lock);
	job.closed = true;
	reap();
	mutex_unlock(&job.lock);
}

/**
 * cvm_accept_status() - how the job goes, or how the last one went
 * @status: filled in
 */
void cvm_accept_status(struct cvm_accept_status *status)
{
	status->threads = atomic_read(&job.running);
	status->paused = atomic_read(&job.paused);
	status->has_ended = job.begun && !status->threads;
	status->end = READ_ONCE(job.end);
	status->accepted = atomic64_read(&job.accepted);
	status->raced = atomic64_read(&job.raced);
	status->refused = atomic64_read(&job.refused);
	status->rate = job.request.rate;
	status->amount = job.request.amount;
	status->accepted_ever = atomic64_read(&accepted_ever);
	status->elapsed_ns = ktime_to_ns(ktime_sub(status->threads ? ktime_get() : job.ended,
						   job.started));
}

/**
 * cvm_accept_listen() - have progress and the end of jobs told
 * @callback: called from the threads, may sleep; NULL for nobody
 */
void cvm_accept_listen(void (*callback)(bool finished))
{
	WRITE_ONCE(listener, callback);
}

static int on_reboot(struct notifier_block *nb, unsigned long action, void *data)
{
	cvm_accept_close();
	return NOTIFY_DONE;
}

static struct notifier_block reboot_notifier = {
	.notifier_call = on_reboot,
};

/**
 * cvm_accept_init() - be told of reboot and kexec
 *
 * Return: 0 or a negative errno.
 */
int cvm_accept_init(void)
{
	return register_reboot_notifier(&reboot_notifier);
}

/**
 * cvm_accept_exit() - end the job; the doors are closed, so no other can begin
 */
void cvm_accept_exit(void)
{
	unregister_reboot_notifier(&reboot_notifier);
	cvm_accept_close();
}
