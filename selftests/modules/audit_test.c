// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bugs of the kind that shows private memory to the host, planted one at a time by writing
 * its name to the parameter "plant". Unloading takes back what can be taken back.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/set_memory.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#define ORDER	4	/* too large for the lists of a CPU: once freed it is in the buddy */
#define PAGES	(1 << ORDER)
#define CUSHION	256	/* what is freed last is used first: these go before the planted one */

/* See attack.c of the platforms */
#define ATTACK_PORT		0x5a0
#define ATTACK_TAKE_AWAY	1U	/* in bits 31:28 */

static unsigned long owned, aliased, unknown, mapped;
static void *alias, *object;
static u8 *replaced;	/* lost: nobody else may get it */

/* Where the last bug lies, for who checks that it was found */
static unsigned long long start, length;
module_param(start, ullong, 0400);
module_param(length, ullong, 0400);

/* A call of its own, and not the last thing it does: the ledger names who is returned to */
static noinline int share(unsigned long pages, unsigned int count)
{
	int ret;

	if (!pages)
		return -ENOMEM;
	ret = set_memory_decrypted(pages, count);
	start = __pa(pages);
	length = count * PAGE_SIZE;
	return ret;
}

/* Shared, and in use by whom the ledger names: no bug */
static int plant_owned(void)
{
	owned = __get_free_pages(GFP_KERNEL, ORDER);
	return share(owned, PAGES);
}

/*
 * As alloc_shared_pages() of the in-tree driver did after a failed conversion. Whoever
 * gets the block and treats it as private would end the guest, so it is of a kind that few
 * ask for, and others are freed after it.
 */
static int free_shared(unsigned int order)
{
	static unsigned long blocks[CUSHION];
	unsigned int i;
	int ret;

	for (i = 0; i < CUSHION; i++)
		blocks[i] = __get_free_pages(GFP_KERNEL | __GFP_RECLAIMABLE, order);
	ret = share(blocks[0], 1 << order);
	for (i = ret ? 1 : 0; i < CUSHION; i++)
		free_pages(blocks[i], order);
	return ret;
}

static int plant_leak(void)
{
	return free_shared(ORDER);
}

/* On a list of free pages of this CPU, where the buddy does not know of it */
static int plant_percpu(void)
{
	return free_shared(0);
}

static int plant_slab(void)
{
	object = kmalloc(2 * PAGE_SIZE, GFP_KERNEL);
	return share((unsigned long)object, 2);
}

/* Mapped a second time before it is shared: the second mapping goes on calling it private */
static int plant_alias(void)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	aliased = (unsigned long)page_address(page);
	alias = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	return alias ? share(aliased, 1) : -ENOMEM;
}

/* Taking the page back fails when the platform was told to refuse */
static int plant_unknown(void)
{
	int ret;

	unknown = __get_free_page(GFP_KERNEL);
	ret = share(unknown, 1);
	return ret ?: set_memory_encrypted(unknown, 1) ? 0 : -EIO;
}

/* The host takes a private page away and puts another there */
static int plant_replaced(void)
{
	unsigned long page = __get_free_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	replaced = (u8 *)page;
	start = __pa(page);
	length = PAGE_SIZE;
	outl(ATTACK_TAKE_AWAY << 28 | PHYS_PFN(start), ATTACK_PORT);
	return 0;
}

/* None of this comes back where the hardware checks */
static int plant_touch(void)
{
	if (!replaced)
		return -EINVAL;
	pr_info("read %02x of a replaced page\n", READ_ONCE(*replaced));
	return 0;
}

/* ---- a driver's mmap() ---- */

static bool map_shared;

static int map_user(struct file *file, struct vm_area_struct *area)
{
	if (map_shared)
		area->vm_page_prot = pgprot_decrypted(area->vm_page_prot);
	return remap_pfn_range(area, area->vm_start, PHYS_PFN(start), PAGE_SIZE,
			       area->vm_page_prot);
}

static const struct file_operations user_file = {
	.owner = THIS_MODULE,
	.mmap = map_user,
};

/* Into the process that asks; it keeps the mapping, and so the module, to its end */
static int map_page(bool page_shared, bool mapping_shared)
{
	struct file *file;
	unsigned long ret;

	if (!mapped)
		mapped = __get_free_page(GFP_KERNEL);
	ret = page_shared ? share(mapped, 1) : set_memory_encrypted(mapped, 1);
	if (ret)
		return ret;
	start = __pa(mapped);
	map_shared = mapping_shared;
	file = anon_inode_getfile("audit_test", &user_file, NULL, O_RDWR);
	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = vm_mmap(file, 0, PAGE_SIZE, PROT_READ, MAP_SHARED, 0);
	fput(file);
	return IS_ERR_VALUE(ret) ? ret : 0;
}

static int plant_user_private(void)
{
	return map_page(true, false);
}

static int plant_user_shared(void)
{
	return map_page(false, true);
}

static int plant_user_right(void)
{
	return map_page(true, true);
}

/* Traffic without a bug */
static int plant_traffic(void)
{
	unsigned long pages;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < 50 && !ret; i++) {
		pages = __get_free_pages(GFP_KERNEL, i % 4);
		if (!pages)
			return -ENOMEM;
		ret = set_memory_decrypted(pages, 1 << i % 4) ?:
		      set_memory_encrypted(pages, 1 << i % 4);
		if (!ret)
			free_pages(pages, i % 4);
	}
	return ret;
}

static unsigned long long ns;
module_param(ns, ullong, 0400);

/* How long a page takes to the host and back: the shortest of many */
static int plant_time(void)
{
	unsigned long page = __get_free_page(GFP_KERNEL);
	unsigned int i;
	u64 begun;
	int ret = page ? 0 : -ENOMEM;

	ns = U64_MAX;
	for (i = 0; i < 500 && !ret; i++) {
		begun = ktime_get_ns();
		ret = set_memory_decrypted(page, 1) ?: set_memory_encrypted(page, 1);
		ns = min(ns, ktime_get_ns() - begun);
	}
	if (!ret)
		free_page(page);
	return ret;
}

static const struct {
	const char *name;
	int (*plant)(void);
} bugs[] = {
	{ "owned", plant_owned },
	{ "leak", plant_leak },
	{ "percpu", plant_percpu },
	{ "slab", plant_slab },
	{ "alias", plant_alias },
	{ "unknown", plant_unknown },
	{ "user-private", plant_user_private },
	{ "user-shared", plant_user_shared },
	{ "user-right", plant_user_right },
	{ "replaced", plant_replaced },
	{ "touch", plant_touch },
	{ "traffic", plant_traffic },
	{ "time", plant_time },
};

static int set_plant(const char *value, const struct kernel_param *param)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bugs); i++)
		if (sysfs_streq(value, bugs[i].name))
			return bugs[i].plant();
	return -EINVAL;
}

static const struct kernel_param_ops plant_ops = {
	.set = set_plant,
};

module_param_cb(plant, &plant_ops, NULL, 0200);
MODULE_PARM_DESC(plant, "name of a bug");

static int __init audit_test_init(void)
{
	return 0;
}

static void __exit audit_test_exit(void)
{
	if (owned && !set_memory_encrypted(owned, PAGES))
		free_pages(owned, ORDER);
	if (object && !set_memory_encrypted((unsigned long)object, 2))
		kfree(object);
	if (mapped && !set_memory_encrypted(mapped, 1))
		free_page(mapped);
	vunmap(alias);
	if (aliased && !set_memory_encrypted(aliased, 1))
		free_page(aliased);
}

module_init(audit_test_init);
module_exit(audit_test_exit);

MODULE_AUTHOR("cvm maintainers");
MODULE_DESCRIPTION("Pages that the host can read and should not");
MODULE_LICENSE("GPL");
