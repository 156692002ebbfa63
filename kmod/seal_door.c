// SPDX-License-Identifier: GPL-2.0-only
/* The part of /dev/cvm that is about seals. See uapi/cvm_seal.h. */
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "chardev.h"
#include "seal.h"

/**
 * cvm_seal_door_add() - CVM_SEAL_ADD
 * @argument: of the ioctl
 *
 * Return: 0 or a negative errno, as uapi/cvm_seal.h says.
 */
int cvm_seal_door_add(union argument *argument)
{
	argument->seal_add.id = 0;
	return cvm_seal_add(&argument->seal_add);
}

/**
 * cvm_seal_door_undo_add() - a seal of which nobody knows the number takes a place for nothing
 * @argument: of the ioctl
 */
void cvm_seal_door_undo_add(const union argument *argument)
{
	cvm_seal_remove(argument->seal_add.id);
}

/**
 * cvm_seal_door_get() - CVM_SEAL_GET
 * @argument: of the ioctl
 *
 * Return: 0 or a negative errno, as uapi/cvm_seal.h says.
 */
int cvm_seal_door_get(union argument *argument)
{
	struct cvm_seal_info *arg = &argument->seal_info;

	if (arg->flags & ~CVM_SEAL_NEXT || arg->reserved)
		return -EINVAL;
	return cvm_seal_get(arg->id, arg->flags & CVM_SEAL_NEXT, arg);
}

/**
 * cvm_seal_door_check() - CVM_SEAL_CHECK
 * @argument: of the ioctl
 *
 * Return: 0 or a negative errno, as uapi/cvm_seal.h says.
 */
int cvm_seal_door_check(union argument *argument)
{
	struct cvm_seal_info *arg = &argument->seal_info;

	return arg->flags || arg->reserved ? -EINVAL : cvm_seal_check(arg->id, arg);
}

/**
 * cvm_seal_door_rebase() - CVM_SEAL_REBASE
 * @argument: of the ioctl
 *
 * Return: 0 or a negative errno, as uapi/cvm_seal.h says.
 */
int cvm_seal_door_rebase(union argument *argument)
{
	struct cvm_seal_info *arg = &argument->seal_info;

	return arg->flags || arg->reserved ? -EINVAL : cvm_seal_rebase(arg->id, arg);
}

/**
 * cvm_seal_door_remove() - CVM_SEAL_REMOVE
 * @argument: of the ioctl
 *
 * Return: 0 or a negative errno, as uapi/cvm_seal.h says.
 */
int cvm_seal_door_remove(union argument *argument)
{
	struct cvm_seal_root *arg = &argument->seal_root;

	return arg->flags ? -EINVAL : cvm_seal_remove(arg->id);
}

/**
 * cvm_seal_door_root() - CVM_SEAL_ROOT
 * @argument: of the ioctl
 *
 * Return: 0 or a negative errno, as uapi/cvm_seal.h says.
 */
int cvm_seal_door_root(union argument *argument)
{
	struct cvm_seal_root *arg = &argument->seal_root;

	return arg->flags || arg->id ? -EINVAL : cvm_seal_root(&arg->count, arg->root);
}

/**
 * cvm_seal_door_pages() - CVM_SEAL_PAGES
 * @argument: of the ioctl
 *
 * Return: 0 or a negative errno, as uapi/cvm_seal.h says.
 */
int cvm_seal_door_pages(union argument *argument)
{
	struct cvm_seal_pages *arg = &argument->seal_pages;
	struct cvm_seal_page __user *to = u64_to_user_ptr(arg->pages);
	struct cvm_seal_page page;
	u32 room = arg->count;
	u64 start;
	int ret;

	arg->count = 0;
	if (arg->flags)
		return -EINVAL;
	for (start = arg->start; ; arg->start = start) {
		if (fatal_signal_pending(current))
			return -EINTR;
		ret = cvm_seal_page(arg->id, &start, &page);
		if (ret <= 0 || arg->count == room)
			return min(ret, 0);
		if (copy_to_user(&to[arg->count], &page, sizeof(page)))
			return -EFAULT;
		arg->count++;
	}
}

static int deliver_bytes(const struct cvm_seal_bytes *arg, bool now, void *page)
{
	u64 to = now ? arg->now : arg->sealed;
	int ret = cvm_seal_bytes(arg->id, arg->index, now, page);

	if (ret || !to)
		return ret;
	return copy_to_user(u64_to_user_ptr(to), page, PAGE_SIZE) ? -EFAULT : 0;
}

/**
 * cvm_seal_door_bytes() - CVM_SEAL_BYTES
 * @argument: of the ioctl
 *
 * Return: 0 or a negative errno, as uapi/cvm_seal.h says.
 */
int cvm_seal_door_bytes(union argument *argument)
{
	struct cvm_seal_bytes *arg = &argument->seal_bytes;
	void *page;
	int ret;

	if (arg->flags)
		return -EINVAL;
	ret = security_locked_down(LOCKDOWN_KCORE);
	if (ret)
		return ret;
	page = kmalloc(PAGE_SIZE, GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	ret = deliver_bytes(arg, false, page);
	if (!ret && arg->now)
		ret = deliver_bytes(arg, true, page);
	kfree_sensitive(page);
	return ret;
}
