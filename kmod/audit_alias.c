// SPDX-License-Identifier: GPL-2.0-only
/*
 * Other mappings of pages than those that every page has: the kernel's, and those of
 * processes. They must agree on whether the host can read the page.
 *
 * Of a process only what a driver maps can disagree: all other pages are private, and
 * mapped so.
 */
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <asm/pgtable.h>

#include "audit.h"
#include "cvm.h"

/**
 * struct comparison - of some mappings with those that every page has
 * @mm: whose page tables; NULL for the kernel's
 * @process: that it belongs to
 * @to: takes what disagrees
 * @pages: that were compared
 */
struct comparison {
	struct mm_struct *mm;
	struct cvm_process process;
	struct cvm_finding_list *to;
	u64 pages;
};

static void add_alias(struct comparison *comparison, const struct cvm_audit_alias *alias)
{
	struct cvm_audit_look look;

	cvm_audit_look(alias->pfn, alias->pfn + 1, &look);
	look.verdict = CVM_PAGE_VERDICT_ALIAS_MISMATCH;
	look.alias = alias->address;
	look.process = comparison->process;
	cvm_finding_add(comparison->to, alias->pfn, &look);
}

static void compare(struct comparison *comparison, unsigned long address, unsigned long end)
{
	struct cvm_audit_alias alias;
	unsigned long next;

	for (; address < end && !cvm_audit_is_stopping(); address = next) {
		cvm_audit_alias(comparison->mm, address, &alias);
		next = address + alias.pages * PAGE_SIZE;
		if (alias.memory)
			comparison->pages += alias.pages;
		if (alias.memory && alias.disagree)
			add_alias(comparison, &alias);
		cond_resched();
		if (next < address)
			break;
	}
}

/**
 * cvm_alias_compare_kernel() - compare all mappings of the kernel
 * @to: takes what disagrees
 *
 * Context: may sleep.
 * Return: pages that were compared.
 */
u64 cvm_alias_compare_kernel(struct cvm_finding_list *to)
{
	struct comparison comparison = { .to = to };

	compare(&comparison, VMALLOC_START, VMALLOC_END);
	compare(&comparison, MODULES_VADDR, MODULES_END);
	return comparison.pages;
}

/* ---- processes ---- */

/* The process with this number, or the next one; a reference is held */
static struct task_struct *get_process(u32 number)
{
	struct task_struct *task = NULL;
	struct pid *pid;

	rcu_read_lock();
	while (!task && (pid = find_ge_pid(number, &init_pid_ns))) {
		number = pid_nr(pid) + 1;
		task = pid_task(pid, PIDTYPE_TGID);
	}
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}

static void compare_process(struct comparison *comparison)
{
	VMA_ITERATOR(next, comparison->mm, 0);
	struct vm_area_struct *area;

	mmap_read_lock(comparison->mm);
	for_each_vma(next, area)
		if (area->vm_flags & (VM_IO | VM_PFNMAP | VM_MIXEDMAP))
			compare(comparison, area->vm_start, area->vm_end);
	mmap_read_unlock(comparison->mm);
}

/**
 * cvm_alias_compare_processes() - compare what drivers have mapped into processes
 * @to: takes what disagrees
 * @pages: those that were compared are added
 *
 * Context: may sleep.
 * Return: processes that were looked at.
 */
u32 cvm_alias_compare_processes(struct cvm_finding_list *to, u64 *pages)
{
	struct comparison comparison = { .to = to };
	struct cvm_process *process = &comparison.process;
	struct task_struct *task;
	u32 count = 0;

	while (!cvm_audit_is_stopping() && (task = get_process(process->pid + 1))) {
		process->pid = task->tgid;
		get_task_comm(process->comm, task);
		comparison.mm = get_task_mm(task);
		put_task_struct(task);
		if (!comparison.mm)
			continue;
		compare_process(&comparison);
		/* the last reference may be ours, and its end take long */
		mmput_async(comparison.mm);
		count++;
	}
	*pages += comparison.pages;
	return count;
}

/* ---- the second look ---- */

static struct mm_struct *get_mm(u32 pid)
{
	struct task_struct *task = get_process(pid);
	struct mm_struct *mm = NULL;

	if (!task)
		return NULL;
	if (task->tgid == pid)
		mm = get_task_mm(task);
	put_task_struct(task);
	return mm;
}

/**
 * cvm_alias_disagrees() - does another mapping of a page disagree?
 * @process: whose mapping it is, with a pid of 0 the kernel's
 * @address: in that mapping
 * @pfn: the page
 *
 * Context: may sleep.
 */
bool cvm_alias_disagrees(const struct cvm_process *process, unsigned long address,
			 unsigned long pfn)
{
	struct mm_struct *mm = process->pid ? get_mm(process->pid) : NULL;
	struct cvm_audit_alias alias;

	if (process->pid && !mm)
		return false;
	if (mm)
		mmap_read_lock(mm);
	cvm_audit_alias(mm, address, &alias);
	if (mm) {
		mmap_read_unlock(mm);
		mmput_async(mm);
	}
	return alias.memory && alias.disagree && alias.pfn == pfn;
}
