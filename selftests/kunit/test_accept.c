// SPDX-License-Identifier: GPL-2.0-only
/*
 * Early acceptance of memory that is made up: what is taken, what comes back to the budget when
 * a chunk is refused or somebody was faster, and how a job ends.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <kunit/test.h>

#include "compat/unaccepted.h"

static int take(unsigned long start, unsigned long end);
static void give_back(unsigned long pfn, unsigned long pages);

#define cvm_alloc_contig_range take
#define free_contig_range give_back
#include "accept.c"

/* ---- memory ---- */

enum chunk {
	ACCEPTED,	/* stays as it is */
	UNACCEPTED,
	BUSY,		/* cannot be taken */
	RACED,		/* somebody else accepts it in the middle */
};

static enum chunk *chunks;
static unsigned long first_chunk, n_chunks;
static unsigned int given_back;

static enum chunk *chunk_at(unsigned long pfn)
{
	return &chunks[pfn / MAX_ORDER_NR_PAGES - first_chunk];
}

static int take(unsigned long start, unsigned long end)
{
	enum chunk *chunk = chunk_at(start);

	if (*chunk == BUSY)
		return -EBUSY;
	if (*chunk == RACED) {
		*chunk = ACCEPTED;
		return -EBUSY;
	}
	*chunk = ACCEPTED;
	return 0;
}

static void give_back(unsigned long pfn, unsigned long pages)
{
	given_back += pages == MAX_ORDER_NR_PAGES;
}

bool cvm_memory_lazy(void)
{
	return true;
}

bool cvm_memory_chunk_unaccepted(unsigned long pfn)
{
	return *chunk_at(pfn) != ACCEPTED;
}

u64 cvm_memory_unaccepted(unsigned int node)
{
	unsigned long i;
	u64 bytes = 0;

	for (i = 0; i < n_chunks; i++)
		bytes += chunks[i] == ACCEPTED ? 0 : CHUNK_SIZE;
	return bytes;
}

/* ---- before each test ---- */

static const struct cvm_accept_request all = { .amount = U64_MAX };

/* The memory of node 0, all of it accepted, and a job that has not begun */
static int begin(struct kunit *test)
{
	unsigned int node = first_online_node;

	first_chunk = round_up(node_start_pfn(node), MAX_ORDER_NR_PAGES) / MAX_ORDER_NR_PAGES;
	n_chunks = DIV_ROUND_UP(node_end_pfn(node), MAX_ORDER_NR_PAGES) - first_chunk;
	if (n_chunks < 12)
		return -ENOSPC;
	chunks = kunit_kcalloc(test, n_chunks, sizeof(*chunks), GFP_KERNEL);
	given_back = 0;
	reset(&all, 0);
	return chunks ? 0 : -ENOMEM;
}

static void set_chunks(unsigned int count, enum chunk what)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		chunks[2 + i] = what;
}

static void set_amount(u64 amount)
{
	reset(&(struct cvm_accept_request){ .amount = amount }, 0);
}

#define EXPECT_JOB(test, n_accepted, n_raced, n_refused) do {					\
	struct cvm_accept_status now;								\
	cvm_accept_status(&now);								\
	KUNIT_EXPECT_EQ(test, now.accepted, (n_accepted) * (u64)CHUNK_SIZE);			\
	KUNIT_EXPECT_EQ(test, now.raced, (u64)(n_raced));					\
	KUNIT_EXPECT_EQ(test, now.refused, (u64)(n_refused));					\
	KUNIT_EXPECT_EQ(test, given_back, (unsigned int)(n_accepted));				\
} while (0)

static void all_is_taken_and_given_back(struct kunit *test)
{
	set_chunks(5, UNACCEPTED);
	KUNIT_EXPECT_EQ(test, (int)accept_node(first_online_node), (int)CVM_ACCEPT_END_DONE);
	EXPECT_JOB(test, 5, 0, 0);
}

static void nothing_to_do_is_done(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)accept_node(first_online_node), (int)CVM_ACCEPT_END_DONE);
	EXPECT_JOB(test, 0, 0, 0);
}

static void amount_is_never_exceeded(struct kunit *test)
{
	set_chunks(5, UNACCEPTED);
	set_amount(3 * CHUNK_SIZE + PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, (int)accept_node(first_online_node), (int)CVM_ACCEPT_END_AMOUNT);
	EXPECT_JOB(test, 3, 0, 0);
}

static void less_than_a_chunk_takes_none(struct kunit *test)
{
	set_chunks(5, UNACCEPTED);
	set_amount(CHUNK_SIZE - 1);
	KUNIT_EXPECT_EQ(test, (int)accept_node(first_online_node), (int)CVM_ACCEPT_END_AMOUNT);
	set_amount(0);
	KUNIT_EXPECT_EQ(test, (int)accept_node(first_online_node), (int)CVM_ACCEPT_END_AMOUNT);
	EXPECT_JOB(test, 0, 0, 0);
}

/* What was refused was not taken, and does not count */
static void refused_chunk_costs_no_budget(struct kunit *test)
{
	set_chunks(5, UNACCEPTED);
	chunks[2] = BUSY;
	chunks[4] = BUSY;
	set_amount(3 * CHUNK_SIZE);
	KUNIT_EXPECT_EQ(test, (int)accept_node(first_online_node), (int)CVM_ACCEPT_END_AMOUNT);
	EXPECT_JOB(test, 3, 0, 2);
	KUNIT_EXPECT_EQ(test, atomic64_read(&job.budget), 0LL);
}

static void chunk_of_somebody_else_is_one_less_to_do(struct kunit *test)
{
	set_chunks(4, UNACCEPTED);
	chunks[3] = RACED;
	KUNIT_EXPECT_EQ(test, (int)accept_node(first_online_node), (int)CVM_ACCEPT_END_DONE);
	EXPECT_JOB(test, 3, 1, 0);
}

static void chunk_that_stays_busy_ends_the_job(struct kunit *test)
{
	set_chunks(2, UNACCEPTED);
	chunks[2] = BUSY;
	KUNIT_EXPECT_EQ(test, (int)accept_node(first_online_node), (int)CVM_ACCEPT_END_STUCK);
	EXPECT_JOB(test, 1, 0, 1 + PASSES_WITHOUT_PROGRESS);
}

/* Turns of one rate never come closer than its interval; a turn that was missed is lost */
static void turns_keep_their_distance(struct kunit *test)
{
	const u64 hour = 3600ULL * NSEC_PER_SEC;
	u64 first = take_turn(hour), second = take_turn(hour), third = take_turn(hour);

	KUNIT_EXPECT_EQ(test, second, first + hour);
	KUNIT_EXPECT_EQ(test, third, second + hour);
	atomic64_set(&job.turn, 0);
	KUNIT_EXPECT_GE(test, take_turn(hour), first);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(all_is_taken_and_given_back),
	KUNIT_CASE(nothing_to_do_is_done),
	KUNIT_CASE(amount_is_never_exceeded),
	KUNIT_CASE(less_than_a_chunk_takes_none),
	KUNIT_CASE(refused_chunk_costs_no_budget),
	KUNIT_CASE(chunk_of_somebody_else_is_one_less_to_do),
	KUNIT_CASE(chunk_that_stays_busy_ends_the_job),
	KUNIT_CASE(turns_keep_their_distance),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_accept",
	.init = begin,
	.test_cases = cases,
};

kunit_test_suite(suite);
