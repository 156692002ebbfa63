// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ledger's tree of ranges, against a plain table of pages: conversions that overlap,
 * split and fail, with and without memory to note them.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <kunit/test.h>
#include <linux/prandom.h>

#include "ledger.c"

#define PAGES	64	/* of the table; page numbers far above memory, which nobody converts */
#define BASE	(1UL << 50)

/* ---- what the ledger calls ---- */

static const struct cvm_audit_step *script;
static unsigned long script_end;

unsigned long cvm_memory_end(void)
{
	return script_end;
}

void cvm_walk_init(void)
{
}

void cvm_audit_step(unsigned long pfn, unsigned long end, struct cvm_audit_step *step)
{
	*step = *script++;
}

/* ---- before and after each test ---- */

static void forget_all(void)
{
	mtree_lock(&claims);
	free_claims(count_claims(0, ULONG_MAX, true));
	mtree_unlock(&claims);
	mtree_destroy(&claims);
	last_seq = 0;
	lost = 0;
	reconciled = 0;
}

static int begin(struct kunit *test)
{
	if (!ring)
		ring = kvcalloc(RECORDS, sizeof(*ring), GFP_KERNEL);
	return ring ? 0 : -ENOMEM;
}

static void end(struct kunit *test)
{
	current->fail_nth = 0;
	forget_all();
}

static void end_all(struct kunit_suite *suite)
{
	kvfree(ring);
	ring = NULL;
}

static void convert(unsigned long pfn, unsigned long pages, bool shared, u32 error)
{
	struct cvm_conversion how = {
		.pfn = BASE + pfn,
		.pages = pages,
		.shared = shared,
		.error = error,
	};

	record(&how);
}

static void share(unsigned long pfn, unsigned long pages)
{
	convert(pfn, pages, true, 0);
}

static void take_back(unsigned long pfn, unsigned long pages)
{
	convert(pfn, pages, false, 0);
}

/* The conversion that a page is owed to, and where the answer ends; 0 for none */
static u64 owner_of(unsigned long pfn, unsigned long *end)
{
	struct cvm_conversion owner;

	*end = BASE + PAGES;
	if (!cvm_ledger_owner(BASE + pfn, end, &owner))
		owner.seq = 0;
	*end -= BASE;
	return owner.seq;
}

#define EXPECT_OWNER(test, pfn, seq, limit) do {			\
	unsigned long answer_end;					\
	KUNIT_EXPECT_EQ(test, owner_of(pfn, &answer_end), (u64)(seq));	\
	KUNIT_EXPECT_EQ(test, answer_end, (unsigned long)(limit));	\
} while (0)

static unsigned long claimed(unsigned long pfn)
{
	struct cvm_span part;
	struct claim *claim;
	unsigned long pages;

	mtree_lock(&claims);
	claim = find_claim(BASE + pfn, BASE + pfn, &part);
	pages = claim ? claim->pages : 0;
	mtree_unlock(&claims);
	return pages;
}

/* ---- ranges ---- */

static void range_has_an_owner_and_its_neighbours_none(struct kunit *test)
{
	share(10, 5);
	EXPECT_OWNER(test, 0, 0, 10);
	EXPECT_OWNER(test, 10, 1, 15);
	EXPECT_OWNER(test, 14, 1, 15);
	EXPECT_OWNER(test, 15, 0, PAGES);
	KUNIT_EXPECT_EQ(test, claimed(10), 5UL);
}

static void taking_back_the_middle_splits(struct kunit *test)
{
	share(10, 10);
	take_back(13, 3);
	EXPECT_OWNER(test, 10, 1, 13);
	EXPECT_OWNER(test, 13, 0, 16);
	EXPECT_OWNER(test, 16, 1, 20);
	KUNIT_EXPECT_EQ(test, claimed(10), 7UL);
	KUNIT_EXPECT_EQ(test, claimed(16), 7UL);
}

static void newer_share_takes_what_it_overlaps(struct kunit *test)
{
	share(10, 10);
	share(15, 10);
	EXPECT_OWNER(test, 14, 1, 15);
	EXPECT_OWNER(test, 15, 2, 25);
	KUNIT_EXPECT_EQ(test, claimed(10), 5UL);
	KUNIT_EXPECT_EQ(test, claimed(20), 10UL);
	share(0, 40);
	EXPECT_OWNER(test, 0, 3, 40);
	KUNIT_EXPECT_EQ(test, claimed(0), 40UL);
}

static void neighbours_of_two_calls_stay_two(struct kunit *test)
{
	share(10, 5);
	share(15, 5);
	EXPECT_OWNER(test, 10, 1, 15);
	EXPECT_OWNER(test, 15, 2, 20);
}

static void failed_conversion_leaves_pages_in_doubt(struct kunit *test)
{
	struct cvm_conversion owner;
	unsigned long limit = BASE + PAGES;

	share(10, 10);
	convert(12, 2, false, EINVAL);
	EXPECT_OWNER(test, 11, 1, 12);
	KUNIT_ASSERT_TRUE(test, cvm_ledger_owner(BASE + 12, &limit, &owner));
	KUNIT_EXPECT_EQ(test, owner.error, (u32)EINVAL);
	KUNIT_EXPECT_FALSE(test, owner.shared);
	EXPECT_OWNER(test, 14, 1, 20);
	take_back(12, 2);
	EXPECT_OWNER(test, 12, 0, 14);
}

static void walk_finds_runs_in_order(struct kunit *test)
{
	unsigned long pfn = BASE + 12;
	struct cvm_conversion owner;

	share(10, 5);
	share(30, 2);
	KUNIT_EXPECT_EQ(test, cvm_ledger_next(&pfn, &owner), 3UL);
	KUNIT_EXPECT_EQ(test, pfn, BASE + 12);
	pfn += 3;
	KUNIT_EXPECT_EQ(test, cvm_ledger_next(&pfn, &owner), 2UL);
	KUNIT_EXPECT_EQ(test, pfn, BASE + 30);
	KUNIT_EXPECT_EQ(test, owner.seq, 2ULL);
	pfn += 2;
	KUNIT_EXPECT_EQ(test, cvm_ledger_next(&pfn, &owner), 0UL);
}

/* ---- against the table ---- */

struct table {
	u64 owner[PAGES];	/* sequence number, 0 for none */
};

static void note(struct table *table, unsigned long pfn, unsigned long pages, u64 seq)
{
	for (; pages; pages--)
		table->owner[pfn++] = seq;
}

/* Also that each claim counts its pages right: one too few is freed while it is in use */
static void compare(struct kunit *test, const struct table *table)
{
	unsigned long pfn, other, pages, limit;

	for (pfn = 0; pfn < PAGES; pfn++) {
		KUNIT_ASSERT_EQ_MSG(test, owner_of(pfn, &limit), table->owner[pfn],
				    "page %lu", pfn);
		if (!table->owner[pfn])
			continue;
		for (other = pages = 0; other < PAGES; other++)
			pages += table->owner[other] == table->owner[pfn];
		KUNIT_ASSERT_EQ_MSG(test, claimed(pfn), pages, "page %lu", pfn);
	}
}

struct act {
	unsigned long pfn;
	unsigned long pages;
	bool shared;
	u32 error;
};

static void draw(struct rnd_state *random, struct act *act)
{
	act->pfn = prandom_u32_state(random) % PAGES;
	act->pages = 1 + prandom_u32_state(random) % min(16UL, PAGES - act->pfn);
	act->shared = prandom_u32_state(random) & 1;
	act->error = prandom_u32_state(random) % 8 ? 0 : EIO;
}

static void many_conversions_agree_with_a_table(struct kunit *test)
{
	struct table *table = kunit_kzalloc(test, sizeof(*table), GFP_KERNEL);
	struct rnd_state random;
	struct act act;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, table);
	prandom_seed_state(&random, 1);
	for (i = 1; i <= 400; i++) {
		draw(&random, &act);
		convert(act.pfn, act.pages, act.shared, act.error);
		note(table, act.pfn, act.pages, act.shared || act.error ? i : 0);
		compare(test, table);
	}
	KUNIT_EXPECT_EQ(test, lost, 0ULL);
}

/* The n-th allocation of a conversion fails: all of the range changes hands, or nothing */
static void without_memory_all_or_nothing(struct kunit *test)
{
	struct table *table = kunit_kzalloc(test, sizeof(*table), GFP_KERNEL);
	unsigned int i, failures = 0;
	struct rnd_state random;
	struct act act;

	KUNIT_ASSERT_NOT_NULL(test, table);
	prandom_seed_state(&random, 2);
	for (i = 1; i <= 400; i++) {
		draw(&random, &act);
		current->fail_nth = 1 + i % 3;
		convert(act.pfn, act.pages, act.shared, act.error);
		current->fail_nth = 0;
		if (lost == failures)
			note(table, act.pfn, act.pages, act.shared || act.error ? i : 0);
		failures = lost;
		compare(test, table);
	}
	KUNIT_EXPECT_GT(test, failures, 20U);
	KUNIT_EXPECT_LT(test, failures, 400U);
}

/* ---- the ring ---- */

static void ring_keeps_the_latest(struct kunit *test)
{
	struct cvm_conversion how;
	unsigned int i;

	KUNIT_EXPECT_FALSE(test, cvm_ledger_record(0, &how));
	for (i = 0; i < RECORDS + 10; i++)
		share(i % PAGES, 1);
	KUNIT_ASSERT_TRUE(test, cvm_ledger_record(1, &how));
	KUNIT_EXPECT_EQ(test, how.seq, 11ULL);
	KUNIT_ASSERT_TRUE(test, cvm_ledger_record(RECORDS + 10, &how));
	KUNIT_EXPECT_EQ(test, how.seq, RECORDS + 10ULL);
	KUNIT_EXPECT_FALSE(test, cvm_ledger_record(RECORDS + 11, &how));
}

/* ---- what the page tables say ---- */

static void forgets_what_it_was_told_to(struct kunit *test)
{
	share(10, 10);
	cvm_ledger_forget(BASE + 12, 3, 1);
	EXPECT_OWNER(test, 10, 1, 12);
	EXPECT_OWNER(test, 12, 0, 15);
	EXPECT_OWNER(test, 15, 1, 20);
	KUNIT_EXPECT_EQ(test, reconciled, 3ULL);
}

static void does_not_forget_a_newer_one(struct kunit *test)
{
	share(10, 10);
	share(10, 10);
	cvm_ledger_forget(BASE + 10, 10, 1);
	EXPECT_OWNER(test, 10, 2, 20);
	KUNIT_EXPECT_EQ(test, reconciled, 0ULL);
}

/* Shared anew between the look of who asks and the asking, and not at the first page */
static void does_not_forget_a_newer_one_in_the_middle(struct kunit *test)
{
	share(10, 10);
	share(14, 2);
	cvm_ledger_forget(BASE + 10, 10, 1);
	EXPECT_OWNER(test, 10, 0, 14);
	EXPECT_OWNER(test, 14, 2, 16);
	EXPECT_OWNER(test, 16, 0, PAGES);
	KUNIT_EXPECT_EQ(test, reconciled, 8ULL);
}

static const struct cvm_audit_step three_runs[] = {
	{ BASE + 10, CVM_PAGE_STATE_PRIVATE },
	{ 10, CVM_PAGE_STATE_SHARED },
	{ PAGES - 20, CVM_PAGE_STATE_PRIVATE },
};

static void adopts_what_was_shared_before(struct kunit *test)
{
	unsigned long limit = BASE + PAGES;
	struct cvm_conversion owner;

	script = three_runs;
	script_end = BASE + PAGES;
	adopt_all();
	KUNIT_ASSERT_TRUE(test, cvm_ledger_owner(BASE + 10, &limit, &owner));
	KUNIT_EXPECT_EQ(test, limit, BASE + 20);
	KUNIT_EXPECT_TRUE(test, owner.before_load);
	KUNIT_EXPECT_FALSE(test, cvm_ledger_owner(BASE + 9, &limit, &owner));
}

/* A conversion that the probes saw during the walk is younger than what was walked */
static void adopts_around_a_younger_one(struct kunit *test)
{
	unsigned long limit = BASE + PAGES;
	struct cvm_conversion owner;

	share(14, 2);
	script = three_runs;
	script_end = BASE + PAGES;
	adopt_all();
	EXPECT_OWNER(test, 14, 1, 16);
	KUNIT_ASSERT_TRUE(test, cvm_ledger_owner(BASE + 10, &limit, &owner));
	KUNIT_EXPECT_EQ(test, limit, BASE + 14);
	KUNIT_EXPECT_TRUE(test, owner.before_load);
	limit = BASE + PAGES;
	KUNIT_ASSERT_TRUE(test, cvm_ledger_owner(BASE + 16, &limit, &owner));
	KUNIT_EXPECT_EQ(test, limit, BASE + 20);
}

/* ---- calls that run ---- */

static int answer(unsigned long pfn)
{
	return 42;
}

static void shields_while_nobody_converts(struct kunit *test)
{
	unsigned long page = __get_free_page(GFP_KERNEL), pfn = PHYS_PFN(__pa(page));
	struct cvm_call call = { .address = page, .pages = 1, .caller = _RET_IP_, .shared = true };

	KUNIT_ASSERT_NE(test, page, 0UL);
	KUNIT_EXPECT_EQ(test, cvm_ledger_shield(pfn, answer), 42);
	cvm_call_begins(&call);
	KUNIT_EXPECT_TRUE(test, cvm_ledger_is_converting(pfn));
	KUNIT_EXPECT_FALSE(test, cvm_ledger_is_converting(pfn - 1));
	KUNIT_EXPECT_FALSE(test, cvm_ledger_is_converting(pfn + 1));
	KUNIT_EXPECT_EQ(test, cvm_ledger_shield(pfn, answer), -EAGAIN);
	cvm_call_ends(&call, -ENOMEM);
	KUNIT_EXPECT_FALSE(test, cvm_ledger_is_converting(pfn));
	KUNIT_EXPECT_EQ(test, ring[1].error, (u32)ENOMEM);
	KUNIT_EXPECT_EQ(test, ring[1].pfn, pfn);
	flush_work(&telling);
	free_page(page);
}

/* Its pages lie anywhere, so that any page may be one of them */
static void call_for_a_vmalloc_area_concerns_all_pages(struct kunit *test)
{
	void *area = vmalloc(3 * PAGE_SIZE);
	struct cvm_call call = { .address = (unsigned long)area, .pages = 3, .shared = true };
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, area);
	cvm_call_begins(&call);
	KUNIT_EXPECT_TRUE(test, cvm_ledger_is_converting(BASE));
	cvm_call_ends(&call, 0);
	flush_work(&telling);
	KUNIT_EXPECT_EQ(test, last_seq, 3ULL);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, ring[i + 1].pfn, vmalloc_to_pfn(area + i * PAGE_SIZE));
		KUNIT_EXPECT_EQ(test, ring[i + 1].pages, 1UL);
	}
	vfree(area);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(range_has_an_owner_and_its_neighbours_none),
	KUNIT_CASE(taking_back_the_middle_splits),
	KUNIT_CASE(newer_share_takes_what_it_overlaps),
	KUNIT_CASE(neighbours_of_two_calls_stay_two),
	KUNIT_CASE(failed_conversion_leaves_pages_in_doubt),
	KUNIT_CASE(walk_finds_runs_in_order),
	KUNIT_CASE(many_conversions_agree_with_a_table),
	KUNIT_CASE(without_memory_all_or_nothing),
	KUNIT_CASE(ring_keeps_the_latest),
	KUNIT_CASE(forgets_what_it_was_told_to),
	KUNIT_CASE(does_not_forget_a_newer_one),
	KUNIT_CASE(does_not_forget_a_newer_one_in_the_middle),
	KUNIT_CASE(adopts_what_was_shared_before),
	KUNIT_CASE(adopts_around_a_younger_one),
	KUNIT_CASE(shields_while_nobody_converts),
	KUNIT_CASE(call_for_a_vmalloc_area_concerns_all_pages),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_ledger",
	.init = begin,
	.exit = end,
	.suite_exit = end_all,
	.test_cases = cases,
};

kunit_test_suite(suite);
