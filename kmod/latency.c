// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long acceptance takes: histograms, by powers of two of a microsecond.
 *
 * Ours are measured where they are made. Those of the kernel, made when the
 * workload first needs the memory, are the latency that users feel; they are
 * measured by an fprobe on accept_memory(), where the kernel has one.
 */
#include <linux/atomic.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/sched.h>

#include "cvm.h"

static struct {
	atomic64_t buckets[CVM_LATENCY_BUCKETS];
	atomic64_t total_ns;
	atomic64_t worst_ns;
} histograms[CVM_LATENCY_KINDS];

/**
 * cvm_latency_note() - count one acceptance
 * @kind: whose
 * @ns: how long it took
 *
 * Context: any.
 */
void cvm_latency_note(enum cvm_latency_kind kind, u64 ns)
{
	u64 us = div_u64(ns, NSEC_PER_USEC);
	unsigned int bucket = us ? min_t(unsigned int, ilog2(us) + 1, CVM_LATENCY_BUCKETS - 1) : 0;
	s64 worst = atomic64_read(&histograms[kind].worst_ns);

	atomic64_inc(&histograms[kind].buckets[bucket]);
	atomic64_add(ns, &histograms[kind].total_ns);
	while (ns > worst && !atomic64_try_cmpxchg(&histograms[kind].worst_ns, &worst, ns))
		;
}

/**
 * cvm_latency_get() - read one histogram
 * @kind: whose
 * @latency: filled in
 */
void cvm_latency_get(enum cvm_latency_kind kind, struct cvm_latency *latency)
{
	unsigned int i;

	latency->count = 0;
	for (i = 0; i < CVM_LATENCY_BUCKETS; i++) {
		latency->buckets[i] = atomic64_read(&histograms[kind].buckets[i]);
		latency->count += latency->buckets[i];
	}
	latency->total_ns = atomic64_read(&histograms[kind].total_ns);
	latency->worst_ns = atomic64_read(&histograms[kind].worst_ns);
}

#if IS_ENABLED(CONFIG_FPROBE) && IS_ENABLED(CONFIG_UNACCEPTED_MEMORY)

#include "compat/fprobe.h"

/* Our own threads come here too; what they wait for is counted as theirs */
static bool is_ours(void)
{
	return current->flags & PF_KTHREAD && !strncmp(current->comm, CVM_ACCEPT_COMM,
						       strlen(CVM_ACCEPT_COMM));
}

static int on_entry(struct fprobe *probe, unsigned long ip, unsigned long ret_ip,
		    struct cvm_fprobe_regs *regs, void *data)
{
	*(u64 *)data = ktime_get_ns();
	/* not zero: no exit handler for this call */
	return is_ours();
}

static void on_exit(struct fprobe *probe, unsigned long ip, unsigned long ret_ip,
		    struct cvm_fprobe_regs *regs, void *data)
{
	cvm_latency_note(CVM_LATENCY_KIND_ON_DEMAND, ktime_get_ns() - *(u64 *)data);
}

static struct fprobe probe = {
	.entry_data_size = sizeof(u64),
	.entry_handler = on_entry,
	.exit_handler = on_exit,
};

static bool traced;

/**
 * cvm_latency_traced() - are the kernel's own acceptances measured?
 *
 * Return: whether they are.
 */
bool cvm_latency_traced(void)
{
	return traced;
}

/**
 * cvm_latency_init() - measure the kernel's own acceptances, if it can be done
 */
void cvm_latency_init(void)
{
	traced = !register_fprobe(&probe, "accept_memory", NULL);
}

/**
 * cvm_latency_exit() - measure no more
 */
void cvm_latency_exit(void)
{
	if (traced)
		unregister_fprobe(&probe);
}

#else

bool cvm_latency_traced(void)
{
	return false;
}

void cvm_latency_init(void)
{
}

void cvm_latency_exit(void)
{
}

#endif
