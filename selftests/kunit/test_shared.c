// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages shared with the host, where conversions fail: such a page is never given back. None is
 * really converted, so that other suites can have shared pages too.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <kunit/test.h>
#include <linux/set_memory.h>

static int decrypt(unsigned long address, int pages);
static int encrypt(unsigned long address, int pages);

#define set_memory_decrypted decrypt
#define set_memory_encrypted encrypt
#include "shared.c"

static int refusal;
static unsigned long converted;
static int n_shared;	/* pages that the host has */

static int decrypt(unsigned long address, int pages)
{
	converted = address;
	if (!refusal)
		n_shared += pages;
	return refusal;
}

static int encrypt(unsigned long address, int pages)
{
	converted = address;
	if (!refusal)
		n_shared -= pages;
	return refusal;
}

static int begin(struct kunit *test)
{
	n_shared = 0;
	return 0;
}

static void end(struct kunit *test)
{
	refusal = 0;
}

static void pages_are_shared_and_taken_back(struct kunit *test)
{
	void *pages = cvm_shared_alloc(2);

	KUNIT_ASSERT_NOT_NULL(test, pages);
	KUNIT_EXPECT_EQ(test, n_shared, 4);
	KUNIT_EXPECT_NULL(test, memchr_inv(pages, 0, 4 * PAGE_SIZE));
	cvm_shared_free(pages, 2);
	KUNIT_EXPECT_EQ(test, n_shared, 0);
	cvm_shared_free(NULL, 2);
	KUNIT_EXPECT_EQ(test, n_shared, 0);
}

/* Nobody else may have them: with the reference that they had they are nobody's for good */
static void expect_leaked(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_FALSE(test, is_free_buddy_page(virt_to_page(converted) + i));
	KUNIT_EXPECT_EQ(test, page_count(virt_to_page(converted)), 1);
	/* here it is known that they are not shared */
	free_pages(converted, 2);
}

static void pages_in_doubt_are_not_handed_out(struct kunit *test)
{
	refusal = -EIO;
	KUNIT_EXPECT_NULL(test, cvm_shared_alloc(2));
	expect_leaked(test);
}

static void pages_in_doubt_are_not_given_back(struct kunit *test)
{
	void *pages = cvm_shared_alloc(2);

	KUNIT_ASSERT_NOT_NULL(test, pages);
	refusal = -EIO;
	cvm_shared_free(pages, 2);
	KUNIT_EXPECT_PTR_EQ(test, pages, (void *)converted);
	expect_leaked(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(pages_are_shared_and_taken_back),
	KUNIT_CASE(pages_in_doubt_are_not_handed_out),
	KUNIT_CASE(pages_in_doubt_are_not_given_back),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_shared",
	.init = begin,
	.exit = end,
	.test_cases = cases,
};

kunit_test_suite(suite);
