// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a page is used for, asked about pages whose use is known because it was made here. A
 * state that no page can be brought into by its own means is put into struct page and taken
 * out again.
 */
#include <kunit/test.h>
#include <linux/slab.h>

#include "classify.c"

#define EXPECT_USE(test, page, use) \
	KUNIT_EXPECT_EQ(test, (int)cvm_classify(page_to_pfn(page)), (int)(use))

static void page_of_the_kernel(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	EXPECT_USE(test, page, CVM_PAGE_USE_KERNEL);
	__free_page(page);
}

/* Of a block only the first page has a reference, if it is not compound */
static void pages_inside_of_a_block(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	for (i = 0; i < 8; i++)
		EXPECT_USE(test, page + i, CVM_PAGE_USE_KERNEL);
	__free_pages(page, 3);
	page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);
	KUNIT_ASSERT_NOT_NULL(test, page);
	for (i = 0; i < 8; i++)
		EXPECT_USE(test, page + i, CVM_PAGE_USE_KERNEL);
	__free_pages(page, 3);
}

static void page_of_the_slab(struct kunit *test)
{
	void *small = kmalloc(64, GFP_KERNEL), *large = kmalloc(4096, GFP_KERNEL);

	KUNIT_EXPECT_NOT_NULL(test, small);
	KUNIT_EXPECT_NOT_NULL(test, large);
	if (small)
		EXPECT_USE(test, virt_to_page(small), CVM_PAGE_USE_SLAB);
	if (large)
		EXPECT_USE(test, virt_to_page(large), CVM_PAGE_USE_SLAB);
	kfree(small);
	kfree(large);
}

/* It may be taken at any time: one of many blocks will do */
static void free_page_of_the_buddies(struct kunit *test)
{
	unsigned int tries, found = 0;
	struct page *page;

	for (tries = 0; tries < 20 && !found; tries++) {
		page = alloc_pages(GFP_KERNEL, MAX_PAGE_ORDER);
		KUNIT_ASSERT_NOT_NULL(test, page);
		__free_pages(page, MAX_PAGE_ORDER);
		found = cvm_classify(page_to_pfn(page)) == CVM_PAGE_USE_FREE;
	}
	KUNIT_EXPECT_EQ(test, found, 1U);
}

static void page_of_the_image(struct kunit *test)
{
	EXPECT_USE(test, virt_to_page(__va(0)), CVM_PAGE_USE_RESERVED);
}

static void pages_with_a_type(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	__SetPageTable(page);
	EXPECT_USE(test, page, CVM_PAGE_USE_PAGE_TABLE);
	__ClearPageTable(page);
	__SetPageOffline(page);
	EXPECT_USE(test, page, CVM_PAGE_USE_OFFLINE);
	__ClearPageOffline(page);
	SetPageReserved(page);
	EXPECT_USE(test, page, CVM_PAGE_USE_RESERVED);
	ClearPageReserved(page);
	EXPECT_USE(test, page, CVM_PAGE_USE_KERNEL);
	__free_page(page);
}

static void page_with_a_mapping(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	const unsigned long driver = FOLIO_MAPPING_FLAGS & ~FOLIO_MAPPING_ANON;
	static struct address_space file;

	KUNIT_ASSERT_NOT_NULL(test, page);
	page->mapping = &file;
	EXPECT_USE(test, page, CVM_PAGE_USE_FILE);
	page->mapping = (void *)((unsigned long)&file | FOLIO_MAPPING_ANON);
	EXPECT_USE(test, page, CVM_PAGE_USE_ANONYMOUS);
	/* of a driver: movable, and no file */
	page->mapping = (void *)((unsigned long)&file | driver);
	EXPECT_USE(test, page, CVM_PAGE_USE_KERNEL);
	page->mapping = NULL;
	__free_page(page);
}

/* Without reference: told from its neighbours in a list, which must know of it */
static void page_on_a_list(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct list_head saved;
	LIST_HEAD(free);

	KUNIT_ASSERT_NOT_NULL(test, page);
	saved = page->lru;
	set_page_count(page, 0);
	list_add(&page->lru, &free);
	EXPECT_USE(test, page, CVM_PAGE_USE_PERCPU_FREE);
	/* neighbours that know of another, and none at all */
	INIT_LIST_HEAD(&free);
	KUNIT_EXPECT_NE(test, (int)cvm_classify(page_to_pfn(page)), (int)CVM_PAGE_USE_PERCPU_FREE);
	INIT_LIST_HEAD(&page->lru);
	KUNIT_EXPECT_NE(test, (int)cvm_classify(page_to_pfn(page)), (int)CVM_PAGE_USE_PERCPU_FREE);
	/* what lies there is no list at all: reading it may fault, and must not stop */
	page->lru.next = (void *)0xdead000000000000;
	page->lru.prev = (void *)8;
	KUNIT_EXPECT_NE(test, (int)cvm_classify(page_to_pfn(page)), (int)CVM_PAGE_USE_PERCPU_FREE);
	page->lru = saved;
	set_page_count(page, 1);
	__free_page(page);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(page_of_the_kernel),
	KUNIT_CASE(pages_inside_of_a_block),
	KUNIT_CASE(page_of_the_slab),
	KUNIT_CASE(free_page_of_the_buddies),
	KUNIT_CASE(page_of_the_image),
	KUNIT_CASE(pages_with_a_type),
	KUNIT_CASE(page_with_a_mapping),
	KUNIT_CASE(page_on_a_list),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_classify",
	.test_cases = cases,
};

kunit_test_suite(suite);
