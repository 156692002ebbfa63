// SPDX-License-Identifier: GPL-2.0-only
/* Masking of what the kernel patches: places at the borders of pages, and what they cover. */
#include <kunit/test.h>
#include <linux/prandom.h>

#include "seal_patch.c"

#define CODE	0x40000000UL

static u8 *page;

static int begin(struct kunit *test)
{
	page = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	memset(page, 0xcc, PAGE_SIZE);
	return 0;
}

static unsigned int cleared(unsigned int from, unsigned int to)
{
	unsigned int i, count = 0;

	for (i = from; i < to; i++)
		count += !page[i];
	return count;
}

static void page_without_places(struct kunit *test)
{
	static struct cvm_seal_site around[] = { { CODE - 5, 5 }, { CODE + PAGE_SIZE, 5 } };
	const struct cvm_seal_sites none = {}, sites = { ARRAY_SIZE(around), around };

	KUNIT_EXPECT_FALSE(test, cvm_seal_sites_mask(&none, CODE, page));
	KUNIT_EXPECT_FALSE(test, cvm_seal_sites_mask(&sites, CODE, page));
	KUNIT_EXPECT_EQ(test, cleared(0, PAGE_SIZE), 0U);
}

static void place_inside(struct kunit *test)
{
	static struct cvm_seal_site list[] = { { CODE + 100, 5 }, { CODE + 200, 2 } };
	const struct cvm_seal_sites sites = { ARRAY_SIZE(list), list };

	KUNIT_EXPECT_TRUE(test, cvm_seal_sites_mask(&sites, CODE, page));
	KUNIT_EXPECT_EQ(test, cleared(100, 105), 5U);
	KUNIT_EXPECT_EQ(test, cleared(200, 202), 2U);
	KUNIT_EXPECT_EQ(test, cleared(0, PAGE_SIZE), 7U);
}

/* An instruction across two pages: each page has its part */
static void place_across_a_border(struct kunit *test)
{
	static struct cvm_seal_site list[] = { { CODE - 2, 5 }, { CODE + PAGE_SIZE - 1, 6 } };
	const struct cvm_seal_sites sites = { ARRAY_SIZE(list), list };

	KUNIT_EXPECT_TRUE(test, cvm_seal_sites_mask(&sites, CODE, page));
	KUNIT_EXPECT_EQ(test, cleared(0, 3), 3U);
	KUNIT_EXPECT_EQ(test, cleared(PAGE_SIZE - 1, PAGE_SIZE), 1U);
	KUNIT_EXPECT_EQ(test, cleared(0, PAGE_SIZE), 4U);
}

static void many_places_agree_with_a_plain_loop(struct kunit *test)
{
	struct cvm_seal_site *list = kunit_kcalloc(test, 100, sizeof(*list), GFP_KERNEL);
	struct cvm_seal_sites sites = { 100, list };
	unsigned long address, at, wrong = 0;
	struct rnd_state random;
	unsigned int i;
	bool covered;

	KUNIT_ASSERT_NOT_NULL(test, list);
	prandom_seed_state(&random, 3);
	for (i = 0; i < sites.count; i++) {
		list[i].address = CODE + prandom_u32_state(&random) % (4 * PAGE_SIZE);
		list[i].length = SHORT_JUMP + prandom_u32_state(&random) % 5;
	}
	sort(list, sites.count, sizeof(*list), compare_sites, NULL);
	for (address = CODE; address < CODE + 4 * PAGE_SIZE; address += PAGE_SIZE) {
		memset(page, 0xcc, PAGE_SIZE);
		cvm_seal_sites_mask(&sites, address, page);
		for (at = address; at < address + PAGE_SIZE; at++) {
			for (i = 0, covered = false; i < sites.count && !covered; i++)
				covered = at >= list[i].address && at < site_end(&list[i]);
			wrong += covered != !page[at - address];
		}
	}
	KUNIT_EXPECT_EQ(test, wrong, 0UL);
}

static void lengths_of_instructions(struct kunit *test)
{
	static const u8 short_jump[] = { 0xeb, 0x10 }, short_nop[] = { 0x66, 0x90 };
	static const u8 long_jump[] = { 0xe9, 0x10 }, long_nop[] = { 0x0f, 0x1f };
	static const u8 tail_call[] = { 0x0f, 0x84 };

	KUNIT_EXPECT_EQ(test, jump_length(short_jump), 2U);
	KUNIT_EXPECT_EQ(test, jump_length(short_nop), 2U);
	KUNIT_EXPECT_EQ(test, jump_length(long_jump), 5U);
	KUNIT_EXPECT_EQ(test, jump_length(long_nop), 5U);
	KUNIT_EXPECT_EQ(test, call_length(tail_call), 6U);
	KUNIT_EXPECT_EQ(test, call_length(long_nop), 5U);
	KUNIT_EXPECT_EQ(test, call_length(long_jump), 5U);
}

/* This module's own code: it is traced, so there are places, and they lie inside */
static void places_of_this_module(struct kunit *test)
{
	struct cvm_module_part text = cvm_module_text(THIS_MODULE);
	struct cvm_seal_sites sites;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, cvm_seal_sites_find(&sites, THIS_MODULE, text.start,
						  text.start + text.bytes), 0);
	KUNIT_EXPECT_GT(test, sites.count, 50U);
	for (i = 0; i < sites.count; i++) {
		KUNIT_EXPECT_GE(test, sites.list[i].address, text.start);
		KUNIT_EXPECT_LT(test, sites.list[i].address, text.start + text.bytes);
		if (i)
			KUNIT_EXPECT_GE(test, sites.list[i].address, sites.list[i - 1].address);
	}
	kvfree(sites.list);
	KUNIT_ASSERT_EQ(test, cvm_seal_sites_find(&sites, THIS_MODULE, text.start, text.start), 0);
	KUNIT_EXPECT_EQ(test, sites.count, 0U);
	kvfree(sites.list);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(page_without_places),
	KUNIT_CASE(place_inside),
	KUNIT_CASE(place_across_a_border),
	KUNIT_CASE(many_places_agree_with_a_plain_loop),
	KUNIT_CASE(lengths_of_instructions),
	KUNIT_CASE(places_of_this_module),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_seal_patch",
	.init = begin,
	.test_cases = cases,
};

kunit_test_suite(suite);
