// SPDX-License-Identifier: GPL-2.0-only
/* Spans of pages: which one a page is in, and up to where the answer holds. */
#include <kunit/test.h>

#include "known.c"

static int begin(struct kunit *test)
{
	ghcbs = kunit_kcalloc(test, nr_cpu_ids, sizeof(*ghcbs), GFP_KERNEL);
	swiotlb = (struct cvm_span){};
	memset(pools, 0, sizeof(pools));
	n_labels = 0;
	return ghcbs ? 0 : -ENOMEM;
}

static void end(struct kunit *test)
{
	ghcbs = NULL;
	n_labels = 0;
}

#define EXPECT_USE(test, pfn, use, limit) do {				\
	unsigned long answer_end = 1000;				\
	KUNIT_EXPECT_EQ(test, (int)cvm_known_use(pfn, &answer_end), (int)(use));	\
	KUNIT_EXPECT_EQ(test, answer_end, (unsigned long)(limit));	\
} while (0)

static void span_has_its_first_and_not_its_end(struct kunit *test)
{
	static const struct cvm_span span = { 10, 20 }, none = { 10, 10 }, odd = { 20, 10 };
	static const struct cvm_span top = { ULONG_MAX - 1, ULONG_MAX };

	KUNIT_EXPECT_FALSE(test, cvm_span_has(&span, 9));
	KUNIT_EXPECT_TRUE(test, cvm_span_has(&span, 10));
	KUNIT_EXPECT_TRUE(test, cvm_span_has(&span, 19));
	KUNIT_EXPECT_FALSE(test, cvm_span_has(&span, 20));
	KUNIT_EXPECT_FALSE(test, cvm_span_has(&none, 10));
	KUNIT_EXPECT_FALSE(test, cvm_span_has(&odd, 15));
	KUNIT_EXPECT_TRUE(test, cvm_span_has(&top, ULONG_MAX - 1));
	KUNIT_EXPECT_FALSE(test, cvm_span_has(&top, ULONG_MAX));
}

static void nothing_is_known(struct kunit *test)
{
	EXPECT_USE(test, 0, CVM_PAGE_USE_KERNEL, 1000);
	EXPECT_USE(test, 999, CVM_PAGE_USE_KERNEL, 1000);
}

static void answer_holds_up_to_the_next_border(struct kunit *test)
{
	swiotlb = (struct cvm_span){ 100, 200 };
	EXPECT_USE(test, 0, CVM_PAGE_USE_KERNEL, 100);
	EXPECT_USE(test, 99, CVM_PAGE_USE_KERNEL, 100);
	EXPECT_USE(test, 100, CVM_PAGE_USE_SWIOTLB, 200);
	EXPECT_USE(test, 199, CVM_PAGE_USE_SWIOTLB, 200);
	EXPECT_USE(test, 200, CVM_PAGE_USE_KERNEL, 1000);
}

/* A pool inside of the bounce buffers, say: no answer may hold across its borders */
static void spans_inside_of_others(struct kunit *test)
{
	swiotlb = (struct cvm_span){ 100, 200 };
	pools[1] = (struct cvm_span){ 120, 130 };
	ghcbs[0] = 150;
	EXPECT_USE(test, 100, CVM_PAGE_USE_SWIOTLB, 120);
	EXPECT_USE(test, 120, CVM_PAGE_USE_SWIOTLB, 130);
	EXPECT_USE(test, 130, CVM_PAGE_USE_SWIOTLB, 150);
	EXPECT_USE(test, 150, CVM_PAGE_USE_SWIOTLB, 151);
	EXPECT_USE(test, 151, CVM_PAGE_USE_SWIOTLB, 200);
}

static void ghcb_and_pool(struct kunit *test)
{
	pools[0] = (struct cvm_span){ 20, 30 };
	pools[2] = (struct cvm_span){ 30, 40 };
	ghcbs[0] = 50;
	EXPECT_USE(test, 0, CVM_PAGE_USE_KERNEL, 20);
	EXPECT_USE(test, 20, CVM_PAGE_USE_DMA_POOL, 30);
	EXPECT_USE(test, 30, CVM_PAGE_USE_DMA_POOL, 40);
	EXPECT_USE(test, 40, CVM_PAGE_USE_KERNEL, 50);
	EXPECT_USE(test, 50, CVM_PAGE_USE_GHCB, 51);
}

/* A name is no excuse; code and constants of the kernel are a use */
static void labels_name_and_only_images_count(struct kunit *test)
{
	static const struct cvm_label list[] = {
		{ .name = "ACPI", .span = { 10, 20 } },
		{ .name = "Kernel code", .span = { 15, 30 }, .image = true },
	};
	struct cvm_label label;

	cvm_known_set_labels(list, ARRAY_SIZE(list));
	EXPECT_USE(test, 10, CVM_PAGE_USE_KERNEL, 15);
	EXPECT_USE(test, 15, CVM_PAGE_USE_IMAGE, 30);
	KUNIT_ASSERT_TRUE(test, cvm_known_label(15, &label));
	KUNIT_EXPECT_STREQ(test, label.name, "ACPI");
	KUNIT_ASSERT_TRUE(test, cvm_known_label(20, &label));
	KUNIT_EXPECT_STREQ(test, label.name, "Kernel code");
	KUNIT_EXPECT_FALSE(test, cvm_known_label(30, &label));
	KUNIT_EXPECT_FALSE(test, cvm_known_label(9, &label));
}

static void labels_are_replaced(struct kunit *test)
{
	struct cvm_label *list = kunit_kcalloc(test, CVM_LABELS_MAX, sizeof(*list), GFP_KERNEL);
	struct cvm_label label;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, list);
	for (i = 0; i < CVM_LABELS_MAX; i++)
		list[i].span = (struct cvm_span){ i, i + 1 };
	cvm_known_set_labels(list, CVM_LABELS_MAX);
	KUNIT_EXPECT_TRUE(test, cvm_known_label(CVM_LABELS_MAX - 1, &label));
	cvm_known_set_labels(list, 1);
	KUNIT_EXPECT_TRUE(test, cvm_known_label(0, &label));
	KUNIT_EXPECT_FALSE(test, cvm_known_label(1, &label));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(span_has_its_first_and_not_its_end),
	KUNIT_CASE(nothing_is_known),
	KUNIT_CASE(answer_holds_up_to_the_next_border),
	KUNIT_CASE(spans_inside_of_others),
	KUNIT_CASE(ghcb_and_pool),
	KUNIT_CASE(labels_name_and_only_images_count),
	KUNIT_CASE(labels_are_replaced),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_known",
	.init = begin,
	.exit = end,
	.test_cases = cases,
};

kunit_test_suite(suite);
