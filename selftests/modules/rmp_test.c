// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the reverse map table does for an SNP guest, tried out in the guest.
 *
 * Without parameter the module runs tests whose outcome is a number, prints TAP
 * into the kernel log and loads. With violation=NAME it breaks one rule of the
 * RMP on purpose, which ends the guest on a platform that checks; if it returns,
 * the platform served a wrong access.
 */
#define pr_fmt(fmt) "rmp_test: " fmt

#include <linux/cc_platform.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/set_memory.h>
#include <linux/slab.h>

#include "ciphertext.h"
#include "rmp_test.h"
#include "tap.h"

#define ORDER_2M	9

static char *violation;
module_param(violation, charp, 0444);
MODULE_PARM_DESC(violation, "rule to break: shared-encrypted, private-unencrypted, unvalidated, taken-away");

/* ---- PVALIDATE ---- */

static void expect_pvalidate(void *page, unsigned long size, bool validate, u32 result,
			     bool unchanged, const char *name)
{
	bool carry;

	is(pvalidate_raw(page, size, validate, &carry), result, name);
	if (result == RMP_SUCCESS)
		is(carry, unchanged, unchanged ? "  carry flag: nothing changed" :
						 "  no carry flag: the page changed");
}

static void test_pvalidate_4k(void *page)
{
	expect_pvalidate(page, RMP_4K, true, RMP_SUCCESS, true, "validate a validated page");
	expect_pvalidate(page, RMP_4K, false, RMP_SUCCESS, false, "rescind it");
	expect_pvalidate(page, RMP_4K, false, RMP_SUCCESS, true, "rescind it again");
	expect_pvalidate(page, RMP_4K, true, RMP_SUCCESS, false, "validate it");
	expect_pvalidate(page, RMP_4K, true, RMP_SUCCESS, true, "validate it again");
}

/* The first 4 KiB of 2 MiB were split off by test_pvalidate_4k() */
static void test_pvalidate_2m(void *pages)
{
	bool carry;

	is(pvalidate_raw(pages, RMP_2M, true, &carry), RMP_FAIL_SIZEMISMATCH,
	   "2 MiB over entries of 4 KiB is a size mismatch");
	is(pvalidate_raw(pages, RMP_2M, false, &carry), RMP_FAIL_SIZEMISMATCH,
	   "the same when rescinding");
}

/* ---- RMPADJUST ---- */

static void test_rmpadjust(void *page)
{
	is(rmpadjust_raw(page, 1, 0xf), RMP_SUCCESS, "all permissions for VMPL 1");
	is(rmpadjust_raw(page, 3, 0), RMP_SUCCESS, "no permission for VMPL 3");
	is(rmpadjust_raw(page, 1, 0), RMP_SUCCESS, "no permission for VMPL 1");
	is(rmpadjust_raw(page, 0, 0xf), RMP_FAIL_PERMISSION, "one's own level is refused");
}

/* ---- the hostile host ---- */

static void test_attack(u8 *page, u32 attack, const char *name)
{
	u32 before = attacks_done();

	attack_page(virt_to_page(page), attack);
	is(attacks_done(), before + 1, name);
	expect_pvalidate(page, RMP_4K, true, RMP_SUCCESS, false,
			 "validating it again shows the theft");
}

static void test_all(u8 *pages, u8 *cipher, u8 *kept)
{
	u8 *page = pages;

	test_pvalidate_4k(page);
	test_pvalidate_2m(page);
	test_rmpadjust(page);
	test_ciphertext(page, cipher, kept);
	test_attack(page, ATTACK_TAKE_AWAY, "the host takes a page away");
	memset(page, PATTERN, PAGE_SIZE);
	test_attack(page, ATTACK_ZERO, "the host takes a page away and fills it with zeros");
	is(page[0] == PATTERN, 0, "its contents are gone");
	test_conversion(page + PAGE_SIZE, kept);
	tap_done();
}

static int run_tests(void)
{
	u8 *pages = (u8 *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, ORDER_2M);
	u8 *kept = kmalloc(PAGE_SIZE, GFP_KERNEL);
	u8 *cipher = pages ? map_page(virt_to_page(pages), false) : NULL;
	int ret = -ENOMEM;

	if (cipher && kept) {
		test_all(pages, cipher, kept);
		ret = 0;
	}
	vunmap(cipher);
	kfree(kept);
	free_pages((unsigned long)pages, ORDER_2M);
	return ret;
}

/* ---- violations; none of them returns on a platform that checks ---- */

static void break_shared_encrypted(struct page *page)
{
	u8 *encrypted;

	if (set_memory_decrypted((unsigned long)page_address(page), 1))
		return;
	encrypted = map_page(page, true);
	if (encrypted)
		pr_info("read %02x\n", READ_ONCE(encrypted[0]));
}

static void break_private_unencrypted(struct page *page)
{
	u8 *unencrypted = map_page(page, false);

	if (unencrypted)
		WRITE_ONCE(unencrypted[0], PATTERN);
}

static void break_unvalidated(struct page *page)
{
	u8 *address = page_address(page);
	bool carry;

	if (!pvalidate_raw(address, RMP_4K, false, &carry))
		pr_info("read %02x\n", READ_ONCE(address[0]));
}

static void break_taken_away(struct page *page)
{
	u8 *address = page_address(page);

	attack_page(page, ATTACK_TAKE_AWAY);
	pr_info("read %02x\n", READ_ONCE(address[0]));
}

static const struct {
	const char *name;
	void (*run)(struct page *page);
} violations[] = {
	{ "shared-encrypted", break_shared_encrypted },
	{ "private-unencrypted", break_private_unencrypted },
	{ "unvalidated", break_unvalidated },
	{ "taken-away", break_taken_away },
};

/* Whatever comes back is served wrongly; the page is lost. */
static int run_violation(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	int i;

	for (i = 0; page && i < ARRAY_SIZE(violations); i++) {
		if (strcmp(violation, violations[i].name))
			continue;
		pr_info("breaking the rule %s\n", violation);
		violations[i].run(page);
		pr_info("survived %s\n", violation);
		return -EIO;
	}
	return page ? -EINVAL : -ENOMEM;
}

static int __init rmp_test_init(void)
{
	if (!cc_platform_has(CC_ATTR_GUEST_SEV_SNP))
		return -ENODEV;
	return violation ? run_violation() : run_tests();
}

static void __exit rmp_test_exit(void)
{
}

module_init(rmp_test_init);
module_exit(rmp_test_exit);

MODULE_AUTHOR("cvm maintainers");
MODULE_DESCRIPTION("RMP rules of an SEV-SNP guest, tried out");
MODULE_LICENSE("GPL");
