// SPDX-License-Identifier: GPL-2.0-only
/* The one platform this guest runs on, or the reason why there is none. */
#define pr_fmt(fmt) "cvm: " fmt

#include <linux/cc_platform.h>
#include <linux/errno.h>
#include <linux/printk.h>
#include <asm/cpufeature.h>

#include "cvm.h"

static const struct cvm_platform_ops *platform;

static void __init explain_refusal(void)
{
	if (boot_cpu_has(X86_FEATURE_TDX_GUEST))
		pr_err("Intel TDX guest: this module was built for a kernel without CONFIG_INTEL_TDX_GUEST\n");
	else if (cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT))
		pr_err("confidential guest of a kind that version " CVM_VERSION " does not know\n");
	else
		pr_err("this machine is not a confidential guest, not loading\n");
}

/**
 * cvm_platform_find() - find the backend that knows this guest
 * @backends: all there are
 * @count: number of @backends
 *
 * Nothing is loaded on a guest that no backend knows: doors that open on
 * nothing would only look like an answer.
 *
 * Return: 0; -ENODEV when no backend knows this machine.
 */
int __init cvm_platform_find(const struct cvm_platform_ops *const *backends, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!backends[i]->detect())
			continue;
		platform = backends[i];
		return 0;
	}
	explain_refusal();
	return -ENODEV;
}

/**
 * cvm_platform_init() - start the backend; what it shares with the host is traced already
 *
 * Return: what its init says.
 */
int __init cvm_platform_init(void)
{
	return platform->init();
}

/**
 * cvm_platform_exit() - stop the backend; all doors are closed already
 */
void cvm_platform_exit(void)
{
	platform->exit();
	platform = NULL;
}

/**
 * cvm_platform() - the platform, never NULL while a door is open
 */
const struct cvm_platform_ops *cvm_platform(void)
{
	return platform;
}
