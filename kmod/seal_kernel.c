// SPDX-License-Identifier: GPL-2.0-only
/* Seals of the kernel's own pages: its image, or any other range. */
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/security.h>

#include "audit.h"
#include "seal.h"

/**
 * cvm_seal_read_kernel() - copy the page behind a kernel address
 * @seal: that it belongs to
 * @address: of the kernel
 * @copy: takes it
 * @writable: set: whether the mapping allows to write
 *
 * By its frame: the mapping may vanish at any time, and what it mapped may then be
 * somebody else's, so that the copy counts only when the mapping is still the same.
 *
 * Context: may sleep.
 * Return: 0; -EFAULT when it is not mapped, or as cvm_seal_read_frame().
 */
int cvm_seal_read_kernel(struct cvm_seal *seal, unsigned long address, void *copy, bool *writable)
{
	enum cvm_entry_state state;
	unsigned long pfn, then;
	int ret;

	state = cvm_walk_address(address, &pfn, writable);
	/* devices are mapped shared too */
	if (state == CVM_ENTRY_ABSENT || !pfn_to_online_page(pfn))
		return -EFAULT;
	if (state == CVM_ENTRY_SHARED)
		return -EACCES;
	ret = cvm_seal_read_frame(pfn, copy);
	if (ret)
		return ret;
	if (cvm_walk_address(address, &then, writable) != state || then != pfn)
		return -EFAULT;
	return 0;
}

/* From its end on come the modules */
static bool is_in_image(u64 start, u64 end)
{
	return start >= __START_KERNEL_map && end <= __START_KERNEL_map + KERNEL_IMAGE_SIZE;
}

static int check_range(const struct cvm_seal *seal, const struct cvm_seal_add *add)
{
	u64 end = add->start + add->length;

	if (add->pid || !add->length || (add->start | add->length) & ~PAGE_MASK)
		return -EINVAL;
	/* neither user space, nor from the kernel around to it */
	if ((s64)add->start >= 0 || end <= add->start)
		return -EINVAL;
	if (cvm_seal_is_image(seal) && !is_in_image(add->start, end))
		return -EINVAL;
	/* between the last address of user space and the first of the kernel there is no table */
	if (add->start < PAGE_OFFSET)
		return -EFAULT;
	return 0;
}

static int find_range(struct cvm_seal *seal, const struct cvm_seal_add *add)
{
	int ret = check_range(seal, add);

	if (!ret && seal->kind == CVM_SEAL_RANGE)
		ret = security_locked_down(LOCKDOWN_KCORE);
	return ret ?: cvm_seal_extents_add(seal, add->start, add->length);
}

static int hold_range(struct cvm_seal *seal)
{
	return 0;
}

static void let_go_range(struct cvm_seal *seal)
{
}

const struct cvm_seal_ops cvm_seal_kernel_ops = {
	.find = find_range,
	.hold = hold_range,
	.let_go = let_go_range,
	.read = cvm_seal_read_kernel,
};
