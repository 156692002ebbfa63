// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages to seal, and what can happen to them: written to the parameter "do", one word at a
 * time. Where they are is in other parameters.
 */
#include <linux/io.h>
#include <linux/jump_label.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/set_memory.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#define PAGES	4
#define MAPPED	11	/* pages: not a power of two, so that their tree is lopsided */
#define CHANGED	2	/* of the pages, the one that is changed or shared */

/* Pages in the direct map, pages with a hole behind them, a device, and all of memory */
static unsigned long long plain, mapped, device, direct;
module_param(plain, ullong, 0400);
module_param(mapped, ullong, 0400);
module_param(device, ullong, 0400);
module_param(direct, ullong, 0400);

static DEFINE_STATIC_KEY_FALSE(key);

/* Calls that nobody makes: its code is there to be patched and changed */
static noinline int victim(int value)
{
	if (static_branch_unlikely(&key))
		value *= 3;
	asm volatile(".rept 64\n\tnop\n\t.endr");
	return value + 1;
}

static u8 *middle;	/* of the victim: among its many, where the kernel patches nothing */

static u8 *find_middle(void)
{
	static const u8 nops[16] = { [0 ... 15] = 0x90 };
	u8 *code = (u8 *)victim;
	unsigned int i;

	for (i = 0; i < 256; i++)
		if (!memcmp(code + i, nops, sizeof(nops)))
			return code + i + sizeof(nops) / 2;
	return NULL;
}

/* As a stray write would, past the protection of the mapping that the code runs in */
static int poke(u8 *at, u8 value)
{
	struct page *page = vmalloc_to_page(at);
	u8 *other = vmap(&page, 1, VM_MAP, PAGE_KERNEL);

	if (!other)
		return -ENOMEM;
	other[offset_in_page(at)] = value;
	vunmap(other);
	return 0;
}

static int change(void)
{
	((u8 *)plain)[CHANGED * PAGE_SIZE + 77] ^= 1;
	return 0;
}

static int share(void)
{
	return set_memory_decrypted(plain + CHANGED * PAGE_SIZE, 1);
}

/* What was in the page is lost: on TDX taking it back clears it */
static int take_back(void)
{
	int ret = set_memory_encrypted(plain + CHANGED * PAGE_SIZE, 1);

	memset((u8 *)plain + CHANGED * PAGE_SIZE, 'a' + CHANGED, PAGE_SIZE);
	return ret;
}

static int change_code(void)
{
	return poke(middle, 0xcc);
}

static int restore_code(void)
{
	return poke(middle, 0x90);
}

static int enable_key(void)
{
	static_branch_enable(&key);
	return 0;
}

static int disable_key(void)
{
	static_branch_disable(&key);
	return 0;
}

static int on_probe(struct kprobe *probe, struct pt_regs *regs)
{
	return 0;
}

static struct kprobe probe;

/* At the begin of a function a probe is a call of ftrace, elsewhere a breakpoint */
static int probe_begin(void)
{
	probe = (struct kprobe){ .pre_handler = on_probe, .symbol_name = "seal_test:victim" };
	return register_kprobe(&probe);
}

static int probe_middle(void)
{
	probe = (struct kprobe){ .pre_handler = on_probe, .addr = middle };
	return register_kprobe(&probe);
}

static int probe_kernel(void)
{
	probe = (struct kprobe){ .pre_handler = on_probe, .symbol_name = "vfs_fsync" };
	return register_kprobe(&probe);
}

static int unprobe(void)
{
	unregister_kprobe(&probe);
	return 0;
}

static int unmap(void)
{
	vfree((void *)mapped);
	mapped = 0;
	return 0;
}

static const struct {
	const char *name;
	int (*run)(void);
} deeds[] = {
	{ "change", change },
	{ "share", share },
	{ "take-back", take_back },
	{ "change-code", change_code },
	{ "restore-code", restore_code },
	{ "enable-key", enable_key },
	{ "disable-key", disable_key },
	{ "probe-begin", probe_begin },
	{ "probe-middle", probe_middle },
	{ "probe-kernel", probe_kernel },
	{ "unprobe", unprobe },
	{ "unmap", unmap },
};

static int set_do(const char *value, const struct kernel_param *param)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(deeds); i++)
		if (sysfs_streq(value, deeds[i].name))
			return deeds[i].run();
	return -EINVAL;
}

static const struct kernel_param_ops do_ops = {
	.set = set_do,
};

module_param_cb(do, &do_ops, NULL, 0200);
MODULE_PARM_DESC(do, "name of a deed");

static void release(void)
{
	if (plain)
		free_pages(plain, get_order(PAGES * PAGE_SIZE));
	vfree((void *)mapped);
	if (device)
		iounmap((void __iomem *)device);
}

static int __init seal_test_init(void)
{
	unsigned int i;

	plain = __get_free_pages(GFP_KERNEL, get_order(PAGES * PAGE_SIZE));
	mapped = (unsigned long)vzalloc(MAPPED * PAGE_SIZE);
	/* the I/O APIC: mapped, and not memory; nobody reads it here */
	device = (unsigned long)ioremap(0xfec00000, PAGE_SIZE);
	direct = PAGE_OFFSET;
	middle = find_middle();
	if (!plain || !mapped || !device || !middle) {
		release();
		return -ENOMEM;
	}
	for (i = 0; i < PAGES; i++)
		memset((u8 *)plain + i * PAGE_SIZE, 'a' + i, PAGE_SIZE);
	return 0;
}

static void __exit seal_test_exit(void)
{
	release();
}

module_init(seal_test_init);
module_exit(seal_test_exit);

MODULE_AUTHOR("cvm maintainers");
MODULE_DESCRIPTION("Pages to seal, and what can happen to them");
MODULE_LICENSE("GPL");
