// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seals of processes. What is sealed is an address space: it ends with its last process,
 * and with the program that runs in it when that starts another one.
 */
#include <linux/capability.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat/pin.h"
#include "seal.h"

/* Where no page of memory is, or none that can be pinned one by one */
#define SPECIAL	(VM_IO | VM_PFNMAP | VM_MIXEDMAP | VM_HUGETLB)

static bool is_wanted(const struct vm_area_struct *vma, u32 flags)
{
	vm_flags_t wanted = VM_READ | (flags & CVM_SEAL_EXEC ? VM_EXEC : 0);

	if ((vma->vm_flags & (wanted | VM_WRITE | SPECIAL)) != wanted)
		return false;
	return vma->vm_file || vma->vm_flags & VM_EXEC;
}

static int find_mappings(struct cvm_seal *seal)
{
	VMA_ITERATOR(mappings, seal->mm, 0);
	struct vm_area_struct *vma;
	int ret = 0;

	if (mmap_read_lock_killable(seal->mm))
		return -EINTR;
	for_each_vma(mappings, vma) {
		if (is_wanted(vma, seal->flags))
			ret = cvm_seal_extents_add(seal, vma->vm_start,
						   vma->vm_end - vma->vm_start);
		if (ret)
			break;
	}
	mmap_read_unlock(seal->mm);
	return ret ?: seal->pages ? 0 : -ENODATA;
}

/* Holds the address space of a process, and notes the name of the process */
static struct mm_struct *find_and_hold(s32 nr, char *name)
{
	struct pid *pid = find_get_pid(nr);
	struct task_struct *task = get_pid_task(pid, PIDTYPE_PID);
	struct mm_struct *mm = NULL;
	char comm[TASK_COMM_LEN];

	put_pid(pid);
	if (!task)
		return NULL;
	mm = get_task_mm(task);
	get_task_comm(comm, task);
	strscpy(name, comm, CVM_SEAL_NAME_SIZE);
	put_task_struct(task);
	return mm;
}

static int find_process(struct cvm_seal *seal, const struct cvm_seal_add *add)
{
	int ret;

	if (add->pid <= 0 || add->start || add->length || add->name[0])
		return -EINVAL;
	if (!capable(CAP_SYS_PTRACE))
		return -EPERM;
	seal->mm = find_and_hold(add->pid, seal->name);
	if (!seal->mm)
		return -ESRCH;
	mmgrab(seal->mm);
	ret = find_mappings(seal);
	if (ret)
		mmput(seal->mm);
	return ret;
}

static int hold_process(struct cvm_seal *seal)
{
	return mmget_not_zero(seal->mm) ? 0 : -ESTALE;
}

static void let_go_process(struct cvm_seal *seal)
{
	mmput(seal->mm);
}

static bool is_writable(struct mm_struct *mm, unsigned long address)
{
	const struct vm_area_struct *vma = find_vma(mm, address);

	return vma && vma->vm_start <= address && vma->vm_flags & VM_WRITE;
}

static int pin(struct mm_struct *mm, unsigned long address, struct page **page, bool *writable)
{
	int locked = 1;
	long ret;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	*writable = is_writable(mm, address);
	ret = cvm_pin_page(mm, address, page, &locked);
	if (locked)
		mmap_read_unlock(mm);
	if (ret == 1)
		return 0;
	return ret == -EINTR || ret == -ENOMEM ? ret : -EFAULT;
}

static int read_process(struct cvm_seal *seal, unsigned long address, void *copy, bool *writable)
{
	struct page *page;
	int ret = pin(seal->mm, address, &page, writable);

	if (ret)
		return ret;
	ret = cvm_seal_read_frame(page_to_pfn(page), copy);
	unpin_user_page(page);
	return ret;
}

static void drop_process(struct cvm_seal *seal)
{
	if (seal->mm)
		mmdrop(seal->mm);
}

const struct cvm_seal_ops cvm_seal_process_ops = {
	.find = find_process,
	.hold = hold_process,
	.let_go = let_go_process,
	.read = read_process,
	.drop = drop_process,
};
