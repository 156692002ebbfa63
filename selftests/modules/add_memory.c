// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory is added to the running guest, and taken away again when the module goes. It
 * must be there: "mem=" makes a kernel leave some of it alone.
 */
#include <linux/memory_hotplug.h>
#include <linux/module.h>

static ulong start;
static ulong size;
module_param(start, ulong, 0);
module_param(size, ulong, 0);

static int __init test_init(void)
{
	return add_memory(0, start, size, MHP_NONE);
}

static void __exit test_exit(void)
{
	if (offline_and_remove_memory(start, size))
		pr_err("add_memory: the memory cannot be taken away\n");
}

module_init(test_init);
module_exit(test_exit);
MODULE_DESCRIPTION("Test module of cvm: memory that comes after boot");
MODULE_LICENSE("GPL");
