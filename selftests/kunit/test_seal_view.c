// SPDX-License-Identifier: GPL-2.0-only
/* A look at the pages of a seal, which lie in an array here, and what it finds changed. */
#include <kunit/test.h>

#include "seal_view.c"

#define PAGES	6

/* ---- a kind of seals ---- */

static u8 (*memory)[PAGE_SIZE];
static int unreadable;	/* page that is, or -1 */
static int reason;
static bool is_writable;

/* Addresses are those of the array; a seal's extents may be in any order */
static int read_memory(struct cvm_seal *seal, unsigned long address, void *copy, bool *writable)
{
	unsigned long i = (address - (unsigned long)memory) / PAGE_SIZE;

	*writable = is_writable;
	if (i == unreadable)
		return reason;
	memcpy(copy, (void *)address, PAGE_SIZE);
	return 0;
}

/* The first 16 bytes of each page are patched now and then, except of page 0 */
static bool mask_memory(struct cvm_seal *seal, unsigned long address, void *copy)
{
	if (address == (unsigned long)memory)
		return false;
	memset(copy, 0, 16);
	return true;
}

static const struct cvm_seal_ops plain_ops = { .read = read_memory };
static const struct cvm_seal_ops masking_ops = { .read = read_memory, .mask = mask_memory };

static struct cvm_seal *seal;

static int begin(struct kunit *test)
{
	unsigned int i;

	unreadable = -1;
	reason = 0;
	is_writable = false;
	memory = kunit_kmalloc(test, PAGES * PAGE_SIZE, GFP_KERNEL);
	seal = kunit_kzalloc(test, sizeof(*seal), GFP_KERNEL);
	if (!memory || !seal)
		return -ENOMEM;
	for (i = 0; i < PAGES; i++)
		memset(memory[i], 'a' + i, PAGE_SIZE);
	seal->ops = &masking_ops;
	seal->kind = CVM_SEAL_MODULE;
	return 0;
}

static void end(struct kunit *test)
{
	if (!seal)
		return;
	cvm_seal_view_free(seal, seal->now);
	cvm_seal_view_free(seal, seal->sealed);
	kfree(seal->extents);
	seal = NULL;
}

/* Pages 0 to 5 of memory, as 4 5, 0 1 2, 3 */
static void make_extents(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, cvm_seal_extents_add(seal, (unsigned long)memory[4],
						   2 * PAGE_SIZE), 0);
	KUNIT_ASSERT_EQ(test, cvm_seal_extents_add(seal, (unsigned long)memory[0],
						   3 * PAGE_SIZE), 0);
	KUNIT_ASSERT_EQ(test, cvm_seal_extents_add(seal, (unsigned long)memory[3],
						   PAGE_SIZE), 0);
}

static void seal_all(struct kunit *test)
{
	make_extents(test);
	KUNIT_ASSERT_EQ(test, cvm_seal_look(seal, CVM_SEAL_LOOK_WHOLE, &seal->sealed), 0);
}

static struct cvm_seal_view *look(struct kunit *test, enum cvm_seal_how how)
{
	cvm_seal_view_free(seal, seal->now);
	seal->now = NULL;
	KUNIT_ASSERT_EQ(test, cvm_seal_look(seal, how, &seal->now), 0);
	return seal->now;
}

#define EXPECT_VIEW(test, view, worst, n_changed, n_patched, n_missing) do {	\
	KUNIT_EXPECT_EQ(test, (view)->state, (u32)(worst));			\
	KUNIT_EXPECT_EQ(test, (view)->changed, (u64)(n_changed));		\
	KUNIT_EXPECT_EQ(test, (view)->patched, (u64)(n_patched));		\
	KUNIT_EXPECT_EQ(test, (view)->missing, (u64)(n_missing));		\
} while (0)

/* ---- extents ---- */

static void pages_are_found_by_number(struct kunit *test)
{
	static const unsigned int order[PAGES] = { 4, 5, 0, 1, 2, 3 };
	unsigned int i;

	make_extents(test);
	KUNIT_EXPECT_EQ(test, seal->pages, (unsigned long)PAGES);
	for (i = 0; i < PAGES; i++)
		KUNIT_EXPECT_EQ(test, cvm_seal_address(seal, i), (unsigned long)memory[order[i]]);
}

static void pages_are_bounded(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, cvm_seal_extents_add(seal, 0, (CVM_SEAL_PAGES_MAX + 1) * PAGE_SIZE),
			-E2BIG);
	KUNIT_EXPECT_EQ(test, cvm_seal_extents_add(seal, 0, -PAGE_SIZE), -E2BIG);
	KUNIT_EXPECT_EQ(test, cvm_seal_extents_add(seal, 0, CVM_SEAL_PAGES_MAX * PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, cvm_seal_extents_add(seal, 0, PAGE_SIZE), -E2BIG);
	KUNIT_EXPECT_EQ(test, seal->pages, CVM_SEAL_PAGES_MAX);
	KUNIT_EXPECT_EQ(test, seal->n_extents, 1U);
}

/* ---- states ---- */

static void nothing_changed(struct kunit *test)
{
	struct cvm_seal_view *view;

	seal_all(test);
	view = look(test, CVM_SEAL_LOOK_LEFT);
	EXPECT_VIEW(test, view, CVM_SEAL_INTACT, 0, 0, 0);
	KUNIT_EXPECT_MEMEQ(test, view->root, seal->sealed->root, CVM_SEAL_DIGEST_SIZE);
}

static void patched_and_changed(struct kunit *test)
{
	struct cvm_seal_view *view;

	seal_all(test);
	memory[1][15] ^= 1;
	view = look(test, CVM_SEAL_LOOK_LEFT);
	EXPECT_VIEW(test, view, CVM_SEAL_PATCHED, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, (int)view->marks[3].state, (int)CVM_SEAL_PATCHED);
	KUNIT_EXPECT_MEMNEQ(test, view->root, seal->sealed->root, CVM_SEAL_DIGEST_SIZE);
	memory[5][16] ^= 1;
	view = look(test, CVM_SEAL_LOOK_LEFT);
	EXPECT_VIEW(test, view, CVM_SEAL_CHANGED, 2, 1, 0);
	KUNIT_EXPECT_EQ(test, (int)view->marks[1].state, (int)CVM_SEAL_CHANGED);
}

/* At a place that is patched and beside it; where nothing is masked; in a page without places */
static void patches_excuse_nothing_else(struct kunit *test)
{
	seal_all(test);
	memory[2][0] ^= 1;
	memory[2][16] ^= 1;
	EXPECT_VIEW(test, look(test, CVM_SEAL_LOOK_LEFT), CVM_SEAL_CHANGED, 1, 0, 0);
	memory[2][0] ^= 1;
	memory[2][16] ^= 1;
	memory[0][0] ^= 1;
	EXPECT_VIEW(test, look(test, CVM_SEAL_LOOK_LEFT), CVM_SEAL_CHANGED, 1, 0, 0);
}

static void kinds_without_a_mask(struct kunit *test)
{
	seal->ops = &plain_ops;
	seal->kind = CVM_SEAL_KERNEL_TEXT;
	seal_all(test);
	memory[1][0] ^= 1;
	EXPECT_VIEW(test, look(test, CVM_SEAL_LOOK_LEFT), CVM_SEAL_TEXT_CHANGED, 1, 0, 0);
	seal->kind = CVM_SEAL_RANGE;
	EXPECT_VIEW(test, look(test, CVM_SEAL_LOOK_LEFT), CVM_SEAL_CHANGED, 1, 0, 0);
}

/* Two pages that changed places are two that changed */
static void pages_that_were_swapped(struct kunit *test)
{
	seal_all(test);
	memset(memory[0], 'a' + 1, PAGE_SIZE);
	memset(memory[1], 'a', PAGE_SIZE);
	EXPECT_VIEW(test, look(test, CVM_SEAL_LOOK_LEFT), CVM_SEAL_CHANGED, 2, 0, 0);
}

static void pages_that_cannot_be_read(struct kunit *test)
{
	static const int reasons[] = { -EFAULT, -EACCES };
	struct cvm_seal_view *view;
	unsigned int i;

	seal_all(test);
	unreadable = 4;
	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		reason = reasons[i];
		view = look(test, CVM_SEAL_LOOK_LEFT);
		EXPECT_VIEW(test, view, CVM_SEAL_MISSING, 0, 0, 1);
		KUNIT_EXPECT_EQ(test, (int)view->marks[0].state, (int)CVM_SEAL_MISSING);
		KUNIT_EXPECT_NULL(test, memchr_inv(view->digests[0], 0, CVM_SEAL_DIGEST_SIZE));
		KUNIT_EXPECT_MEMNEQ(test, view->root, seal->sealed->root, CVM_SEAL_DIGEST_SIZE);
	}
}

static void sealing_takes_all_or_nothing(struct kunit *test)
{
	struct cvm_seal_view *view = NULL;

	make_extents(test);
	unreadable = 3;
	reason = -EFAULT;
	KUNIT_EXPECT_EQ(test, cvm_seal_look(seal, CVM_SEAL_LOOK_WHOLE, &view), -EFAULT);
	reason = -EINTR;
	KUNIT_EXPECT_EQ(test, cvm_seal_look(seal, CVM_SEAL_LOOK_LEFT, &view), -EINTR);
	KUNIT_EXPECT_NULL(test, view);
}

static void image_that_is_writable(struct kunit *test)
{
	struct cvm_seal_view *view = NULL;

	make_extents(test);
	is_writable = true;
	seal->kind = CVM_SEAL_KERNEL_RODATA;
	KUNIT_EXPECT_EQ(test, cvm_seal_look(seal, CVM_SEAL_LOOK_WHOLE, &view), -EACCES);
	seal->kind = CVM_SEAL_RANGE;
	KUNIT_ASSERT_EQ(test, cvm_seal_look(seal, CVM_SEAL_LOOK_WHOLE, &view), 0);
	KUNIT_EXPECT_EQ(test, (int)view->marks[0].writable, 1);
	cvm_seal_view_free(seal, view);
}

static void what_is_gone_is_not_read(struct kunit *test)
{
	seal_all(test);
	unreadable = 0;
	reason = -EINTR;
	EXPECT_VIEW(test, look(test, CVM_SEAL_LOOK_GONE), CVM_SEAL_GONE, 0, 0, PAGES);
}

/* The bytes that are kept are those of the digest, before anything is masked */
static void bytes_are_kept_unmasked(struct kunit *test)
{
	seal->flags = CVM_SEAL_KEEP;
	seal_all(test);
	KUNIT_EXPECT_MEMEQ(test, seal->sealed->bytes, memory[4], 2 * PAGE_SIZE);
	KUNIT_EXPECT_MEMEQ(test, seal->sealed->bytes + 2 * PAGE_SIZE, memory[0], 3 * PAGE_SIZE);
	KUNIT_EXPECT_MEMEQ(test, seal->sealed->bytes + 5 * PAGE_SIZE, memory[3], PAGE_SIZE);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(pages_are_found_by_number),
	KUNIT_CASE(pages_are_bounded),
	KUNIT_CASE(nothing_changed),
	KUNIT_CASE(patched_and_changed),
	KUNIT_CASE(patches_excuse_nothing_else),
	KUNIT_CASE(kinds_without_a_mask),
	KUNIT_CASE(pages_that_were_swapped),
	KUNIT_CASE(pages_that_cannot_be_read),
	KUNIT_CASE(sealing_takes_all_or_nothing),
	KUNIT_CASE(image_that_is_writable),
	KUNIT_CASE(what_is_gone_is_not_read),
	KUNIT_CASE(bytes_are_kept_unmasked),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_seal_view",
	.init = begin,
	.exit = end,
	.test_cases = cases,
};

kunit_test_suite(suite);
