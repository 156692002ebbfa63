// SPDX-License-Identifier: GPL-2.0-only
/* /dev/cvm: the door for what is bulk, secret or blocking. See uapi/cvm.h. */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "cvm.h"

/* what the first version of the structures ended with; they only grow */
#define EVIDENCE_SIZE_MIN	offsetofend(struct cvm_evidence, owner)
#define DERIVE_KEY_SIZE_MIN	offsetofend(struct cvm_derive_key, key)

/*
 * Reads an extensible structure whose first member is its size. The size is
 * read once; what stands there at the second look does not count.
 */
static int read_argument(void *arg, size_t size, size_t size_min, u32 __user *user, u32 *user_size)
{
	if (get_user(*user_size, user))
		return -EFAULT;
	if (*user_size < size_min)
		return -EINVAL;
	if (*user_size > PAGE_SIZE)
		return -E2BIG;
	return copy_struct_from_user(arg, size, user, *user_size);
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

static int get_evidence(struct cvm_evidence *arg)
{
	struct cvm_evidence_request request = {
		.format = arg->format,
		.vmpl = arg->vmpl,
		.want_certs = arg->certs_len,
	};
	int ret;

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

static long ioctl_evidence(u32 __user *user)
{
	struct cvm_evidence arg;
	u32 user_size;
	int ret;

	ret = read_argument(&arg, sizeof(arg), EVIDENCE_SIZE_MIN, user, &user_size);
	if (ret)
		return ret;
	arg.size = user_size;
	arg.fw_error = 0;
	arg.vmm_error = 0;
	memset(arg.owner, 0, sizeof(arg.owner));
	ret = get_evidence(&arg);
	return write_argument(user, &arg, sizeof(arg), user_size) ?: ret;
}

static int derive_key(struct cvm_derive_key *arg)
{
	struct cvm_key_request request = {
		.root = arg->root,
		.vmpl = arg->vmpl,
		.fields = arg->fields,
		.guest_svn = arg->guest_svn,
		.tcb_version = arg->tcb_version,
	};
	int ret;

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

static long ioctl_derive_key(u32 __user *user)
{
	struct cvm_derive_key arg;
	u32 user_size;
	int ret;

	/* a node with a wider mode gives evidence away, never keys */
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	ret = read_argument(&arg, sizeof(arg), DERIVE_KEY_SIZE_MIN, user, &user_size);
	if (ret)
		return ret;
	arg.size = user_size;
	arg.fw_error = 0;
	arg.vmm_error = 0;
	memset(arg.owner, 0, sizeof(arg.owner));
	memset(arg.key, 0, sizeof(arg.key));
	ret = derive_key(&arg);
	ret = write_argument(user, &arg, sizeof(arg), user_size) ?: ret;
	memzero_explicit(&arg, sizeof(arg));
	return ret;
}

/* By type and number only: the size in @cmd changes whenever a structure grows. */
static long chardev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	u32 __user *user = (u32 __user *)arg;

	if (_IOC_TYPE(cmd) != CVM_IOC_MAGIC)
		return -ENOTTY;
	switch (_IOC_NR(cmd)) {
	case _IOC_NR(CVM_EVIDENCE):
		return ioctl_evidence(user);
	case _IOC_NR(CVM_DERIVE_KEY):
		return ioctl_derive_key(user);
	default:
		return -ENOTTY;
	}
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
