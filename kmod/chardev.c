// SPDX-License-Identifier: GPL-2.0-only
/* /dev/cvm: the door for what is bulk, secret or blocking. See uapi/cvm.h. */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "audit.h"
#include "chardev.h"
#include "cvm.h"

/**
 * struct request - one ioctl
 * @number: of the command
 * @admin: needs CAP_SYS_ADMIN. A node with a wider mode gives evidence away, never keys
 * @size: of the argument as this module knows it
 * @size_min: what the first version of the structure ended with; it only grows
 * @run: does it
 * @silent: nothing comes back, so that nothing can fail once it is done
 * @undo: takes back what it has made, when the caller cannot be told of it; may be NULL
 */
struct request {
	unsigned int number;
	bool admin;
	size_t size;
	size_t size_min;
	int (*run)(union argument *arg);
	bool silent;
	void (*undo)(const union argument *arg);
};

/*
 * Reads an extensible structure whose first member is its size. The size is
 * read once; what stands there at the second look does not count.
 */
static int read_argument(union argument *arg, size_t size, size_t size_min, u32 __user *user,
			 u32 *user_size)
{
	int ret;

	if (get_user(*user_size, user))
		return -EFAULT;
	if (*user_size < size_min)
		return -EINVAL;
	if (*user_size > PAGE_SIZE)
		return -E2BIG;
	ret = copy_struct_from_user(arg, size, user, *user_size);
	arg->size = *user_size;
	return ret;
}

static int write_argument(u32 __user *user, const void *arg, size_t size, u32 user_size)
{
	return copy_to_user(user, arg, min_t(size_t, size, user_size)) ? -EFAULT : 0;
}

static int deliver_evidence(struct cvm_evidence *arg, const struct cvm_evidence_request *request)
{
	bool fits = request->report_len <= arg->report_len &&
		    request->certs_len <= arg->certs_len;

	arg->report_len = request->report_len;
	arg->certs_len = request->certs_len;
	if (!fits)
		return -ENOSPC;
	arg->format = request->format;
	if (copy_to_user(u64_to_user_ptr(arg->report), request->report, request->report_len))
		return -EFAULT;
	if (copy_to_user(u64_to_user_ptr(arg->certs), request->certs, request->certs_len))
		return -EFAULT;
	return 0;
}

static int get_evidence(union argument *argument)
{
	struct cvm_evidence *arg = &argument->evidence;
	struct cvm_evidence_request request = {
		.format = arg->format,
		.vmpl = arg->vmpl,
		.want_certs = arg->certs_len,
	};
	int ret;

	arg->fw_error = 0;
	arg->vmm_error = 0;
	memset(arg->owner, 0, sizeof(arg->owner));
	if (arg->flags || (arg->certs_len && !arg->certs))
		return -EINVAL;
	memcpy(request.report_data, arg->report_data, sizeof(request.report_data));
	ret = cvm_attest_evidence(&request, arg->owner);
	arg->fw_error = request.refusal.fw_error;
	arg->vmm_error = request.refusal.vmm_error;
	if (ret)
		return ret;
	ret = deliver_evidence(arg, &request);
	kvfree(request.report);
	kvfree(request.certs);
	return ret;
}

static int derive_key(union argument *argument)
{
	struct cvm_derive_key *arg = &argument->derive_key;
	struct cvm_key_request request = {
		.root = arg->root,
		.vmpl = arg->vmpl,
		.fields = arg->fields,
		.guest_svn = arg->guest_svn,
		.tcb_version = arg->tcb_version,
	};
	int ret;

	arg->fw_error = 0;
	arg->vmm_error = 0;
	memset(arg->owner, 0, sizeof(arg->owner));
	memset(arg->key, 0, sizeof(arg->key));
	if (arg->flags || arg->reserved)
		return -EINVAL;
	ret = cvm_attest_derive_key(&request, arg->owner);
	arg->fw_error = request.refusal.fw_error;
	arg->vmm_error = request.refusal.vmm_error;
	if (!ret)
		memcpy(arg->key, request.key, sizeof(arg->key));
	memzero_explicit(&request, sizeof(request));
	return ret;
}

static int read_register(union argument *argument)
{
	struct cvm_register *arg = &argument->reg;

	memset(arg->value, 0, sizeof(arg->value));
	if (arg->flags || arg->reserved)
		return -EINVAL;
	if (!cvm_platform()->register_read)
		return -EOPNOTSUPP;
	return cvm_platform()->register_read(arg->number, arg->value);
}

static int extend_register(union argument *argument)
{
	struct cvm_register *arg = &argument->reg;

	if (arg->flags || arg->reserved)
		return -EINVAL;
	if (!cvm_platform()->register_extend)
		return -EOPNOTSUPP;
	return cvm_platform()->register_extend(arg->number, arg->value);
}

static int read_map(union argument *argument)
{
	struct cvm_memory_map *arg = &argument->map;
	struct cvm_memory_extent __user *to = u64_to_user_ptr(arg->extents);
	struct cvm_memory_extent extent;
	u32 room = arg->count;

	arg->chunk = PFN_PHYS(MAX_ORDER_NR_PAGES);
	arg->count = 0;
	if (arg->flags || arg->start & (arg->chunk - 1))
		return -EINVAL;
	for (; arg->count < room && cvm_memory_extent(arg->start, &extent); arg->count++) {
		if (fatal_signal_pending(current))
			return -EINTR;
		if (copy_to_user(&to[arg->count], &extent, sizeof(extent)))
			return -EFAULT;
		arg->start = extent.start + extent.length;
	}
	return 0;
}

static int read_audit_map(union argument *argument)
{
	struct cvm_audit_map *arg = &argument->audit_map;
	struct cvm_audit_extent __user *to = u64_to_user_ptr(arg->extents);
	struct cvm_audit_extent extent;
	u32 room = arg->count;

	arg->count = 0;
	if (arg->flags || arg->reserved || arg->start & ~PAGE_MASK)
		return -EINVAL;
	if (cvm_audit_refusal())
		return -EOPNOTSUPP;
	for (; arg->count < room && cvm_audit_extent(arg->start, &extent); arg->count++) {
		if (fatal_signal_pending(current))
			return -EINTR;
		if (copy_to_user(&to[arg->count], &extent, sizeof(extent)))
			return -EFAULT;
		arg->start = extent.start + extent.length;
	}
	return 0;
}

static const struct request requests[] = {
	{ _IOC_NR(CVM_EVIDENCE), false, sizeof(struct cvm_evidence),
	  offsetofend(struct cvm_evidence, owner), get_evidence },
	{ _IOC_NR(CVM_DERIVE_KEY), true, sizeof(struct cvm_derive_key),
	  offsetofend(struct cvm_derive_key, key), derive_key },
	{ _IOC_NR(CVM_REGISTER_READ), false, sizeof(struct cvm_register),
	  offsetofend(struct cvm_register, value), read_register },
	{ _IOC_NR(CVM_REGISTER_EXTEND), true, sizeof(struct cvm_register),
	  offsetofend(struct cvm_register, value), extend_register, .silent = true },
	{ _IOC_NR(CVM_MEMORY_MAP), true, sizeof(struct cvm_memory_map),
	  offsetofend(struct cvm_memory_map, chunk), read_map },
	{ _IOC_NR(CVM_AUDIT_MAP), true, sizeof(struct cvm_audit_map),
	  offsetofend(struct cvm_audit_map, reserved), read_audit_map },
	{ _IOC_NR(CVM_SEAL_ADD), true, sizeof(struct cvm_seal_add),
	  offsetofend(struct cvm_seal_add, reserved), cvm_seal_door_add,
	  .undo = cvm_seal_door_undo_add },
	{ _IOC_NR(CVM_SEAL_GET), true, sizeof(struct cvm_seal_info),
	  offsetofend(struct cvm_seal_info, reserved), cvm_seal_door_get },
	{ _IOC_NR(CVM_SEAL_CHECK), true, sizeof(struct cvm_seal_info),
	  offsetofend(struct cvm_seal_info, reserved), cvm_seal_door_check },
	{ _IOC_NR(CVM_SEAL_REBASE), true, sizeof(struct cvm_seal_info),
	  offsetofend(struct cvm_seal_info, reserved), cvm_seal_door_rebase },
	{ _IOC_NR(CVM_SEAL_REMOVE), true, sizeof(struct cvm_seal_root),
	  offsetofend(struct cvm_seal_root, root), cvm_seal_door_remove, .silent = true },
	{ _IOC_NR(CVM_SEAL_ROOT), true, sizeof(struct cvm_seal_root),
	  offsetofend(struct cvm_seal_root, root), cvm_seal_door_root },
	{ _IOC_NR(CVM_SEAL_PAGES), true, sizeof(struct cvm_seal_pages),
	  offsetofend(struct cvm_seal_pages, pages), cvm_seal_door_pages },
	{ _IOC_NR(CVM_SEAL_BYTES), true, sizeof(struct cvm_seal_bytes),
	  offsetofend(struct cvm_seal_bytes, now), cvm_seal_door_bytes },
};

static int answer(const struct request *request, u32 __user *user, u32 user_size,
		  const union argument *arg, int ret)
{
	if (request->silent || !write_argument(user, arg, request->size, user_size))
		return ret;
	if (!ret && request->undo)
		request->undo(arg);
	return -EFAULT;
}

static long serve(const struct request *request, u32 __user *user)
{
	union argument arg;
	u32 user_size;
	int ret;

	if (request->admin && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	ret = read_argument(&arg, request->size, request->size_min, user, &user_size);
	if (ret)
		return ret;
	ret = request->run(&arg);
	ret = answer(request, user, user_size, &arg, ret);
	memzero_explicit(&arg, sizeof(arg));
	return ret;
}

/* By type and number only: the size in @cmd changes whenever a structure grows. */
static long chardev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	unsigned int i;

	if (_IOC_TYPE(cmd) != CVM_IOC_MAGIC)
		return -ENOTTY;
	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		if (_IOC_NR(cmd) == requests[i].number)
			return serve(&requests[i], (u32 __user *)arg);
	}
	return -ENOTTY;
}

/* The owner keeps the module loaded while a file is open, so while a request runs. */
static const struct file_operations chardev_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = chardev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

static struct miscdevice chardev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "cvm",
	.fops = &chardev_fops,
	.mode = 0600,
};

/**
 * cvm_chardev_init() - open the door; everything behind it is ready
 *
 * Return: 0 or a negative errno.
 */
int cvm_chardev_init(void)
{
	return misc_register(&chardev);
}

/**
 * cvm_chardev_exit() - close the door; nobody has it open
 */
void cvm_chardev_exit(void)
{
	misc_deregister(&chardev);
}
