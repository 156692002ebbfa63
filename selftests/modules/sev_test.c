// SPDX-License-Identifier: GPL-2.0-only
/*
 * What encryption without an RMP does for a guest, and what it does not: the host can write
 * the guest's memory. Here the guest itself plays the host, by a mapping without the C-bit.
 *
 * Prints TAP into the kernel log, and names two pages with how each was used last.
 */
#define pr_fmt(fmt) "sev_test: " fmt

#include <linux/cc_platform.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "ciphertext.h"
#include "tap.h"

#define BLOCK	16	/* of AES */

static void test_tampering(u8 *plain, u8 *cipher)
{
	memset(plain, PATTERN, PAGE_SIZE);
	WRITE_ONCE(cipher[BLOCK], cipher[BLOCK] ^ 1);
	is(!memchr_inv(plain + BLOCK, PATTERN, BLOCK), 0, "a write without C-bit changes a block");
	is(!memchr_inv(plain, PATTERN, BLOCK), 1, "not the block before");
	is(!memchr_inv(plain + 2 * BLOCK, PATTERN, PAGE_SIZE - 2 * BLOCK), 1,
	   "nor those behind");
}

static void test_replay(u8 *plain, u8 *cipher, u8 *kept)
{
	memset(plain, PATTERN, PAGE_SIZE);
	memcpy(kept, cipher, PAGE_SIZE);
	memset(plain, 0, PAGE_SIZE);
	memcpy(cipher, kept, PAGE_SIZE);
	is(!memchr_inv(plain, PATTERN, PAGE_SIZE), 1,
	   "old ciphertext put back is the old plaintext, and nothing tells");
}

/* The pages stay allocated, so that nobody uses them after this */
static void name_pages(u8 *private, u8 *shared)
{
	u8 *unencrypted = map_page(virt_to_page(shared), false);

	memset(private, PATTERN, PAGE_SIZE);
	if (!unencrypted)
		return;
	memset(unencrypted, PATTERN, PAGE_SIZE);
	pr_info("page private %llx\n", (u64)__pa(private));
	pr_info("page shared %llx\n", (u64)__pa(shared));
}

static int run_tests(void)
{
	u8 *pages = (u8 *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, 1);
	u8 *kept = kmalloc(PAGE_SIZE, GFP_KERNEL);
	u8 *cipher = pages ? map_page(virt_to_page(pages), false) : NULL;
	int ret = -ENOMEM;

	if (cipher && kept) {
		test_ciphertext(pages, cipher, kept);
		test_tampering(pages, cipher);
		test_replay(pages, cipher, kept);
		test_conversion(pages + PAGE_SIZE, kept);
		name_pages(pages, pages + PAGE_SIZE);
		tap_done();
		ret = 0;
	}
	vunmap(cipher);
	kfree(kept);
	return ret;
}

static int __init sev_test_init(void)
{
	if (!cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT) || cc_platform_has(CC_ATTR_GUEST_SEV_SNP))
		return -ENODEV;
	return run_tests();
}

static void __exit sev_test_exit(void)
{
}

module_init(sev_test_init);
module_exit(sev_test_exit);

MODULE_AUTHOR("cvm maintainers");
MODULE_DESCRIPTION("Memory encryption of SEV and SEV-ES guests, tried out");
MODULE_LICENSE("GPL");
