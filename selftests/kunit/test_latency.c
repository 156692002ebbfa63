// SPDX-License-Identifier: GPL-2.0-only
/* The histograms: which bucket a duration falls into. Durations are made up, none is measured. */
#include <kunit/test.h>

#include "latency.c"

static int begin(struct kunit *test)
{
	memset(histograms, 0, sizeof(histograms));
	return 0;
}

static unsigned int bucket_of(struct kunit *test, u64 ns)
{
	struct cvm_latency latency;
	unsigned int i;

	memset(histograms, 0, sizeof(histograms));
	cvm_latency_note(CVM_LATENCY_KIND_EARLY, ns);
	cvm_latency_get(CVM_LATENCY_KIND_EARLY, &latency);
	KUNIT_EXPECT_EQ(test, latency.count, 1ULL);
	KUNIT_EXPECT_EQ(test, latency.worst_ns, ns);
	for (i = 0; i < CVM_LATENCY_BUCKETS && !latency.buckets[i]; i++)
		;
	return i;
}

/* Bucket n has 2^(n-1) us to below 2^n us, by the contract in cvm.h */
static void borders_of_each_bucket(struct kunit *test)
{
	unsigned int n;
	u64 from;

	KUNIT_EXPECT_EQ(test, bucket_of(test, 0), 0U);
	KUNIT_EXPECT_EQ(test, bucket_of(test, 999), 0U);
	for (n = 1; n < CVM_LATENCY_BUCKETS - 1; n++) {
		from = (1000ULL << n) / 2;
		KUNIT_EXPECT_EQ_MSG(test, bucket_of(test, from), n, "from %llu ns", from);
		KUNIT_EXPECT_EQ_MSG(test, bucket_of(test, 2 * from - 1), n, "to %llu ns", 2 * from);
	}
}

static void last_bucket_has_the_rest(struct kunit *test)
{
	u64 from = (1000ULL << (CVM_LATENCY_BUCKETS - 1)) / 2;

	KUNIT_EXPECT_EQ(test, bucket_of(test, from), CVM_LATENCY_BUCKETS - 1U);
	KUNIT_EXPECT_EQ(test, bucket_of(test, 4 * from), CVM_LATENCY_BUCKETS - 1U);
	KUNIT_EXPECT_EQ(test, bucket_of(test, S64_MAX), CVM_LATENCY_BUCKETS - 1U);
}

static void sums_and_worst(struct kunit *test)
{
	struct cvm_latency latency;

	cvm_latency_note(CVM_LATENCY_KIND_EARLY, 1500);
	cvm_latency_note(CVM_LATENCY_KIND_EARLY, 9000);
	cvm_latency_note(CVM_LATENCY_KIND_EARLY, 400);
	cvm_latency_get(CVM_LATENCY_KIND_EARLY, &latency);
	KUNIT_EXPECT_EQ(test, latency.count, 3ULL);
	KUNIT_EXPECT_EQ(test, latency.total_ns, 10900ULL);
	KUNIT_EXPECT_EQ(test, latency.worst_ns, 9000ULL);
}

static void kinds_are_apart(struct kunit *test)
{
	struct cvm_latency latency;

	cvm_latency_note(CVM_LATENCY_KIND_EARLY, 1500);
	cvm_latency_get(CVM_LATENCY_KIND_ON_DEMAND, &latency);
	KUNIT_EXPECT_EQ(test, latency.count, 0ULL);
	KUNIT_EXPECT_EQ(test, latency.worst_ns, 0ULL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(borders_of_each_bucket),
	KUNIT_CASE(last_bucket_has_the_rest),
	KUNIT_CASE(sums_and_worst),
	KUNIT_CASE(kinds_are_apart),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_latency",
	.init = begin,
	.test_cases = cases,
};

kunit_test_suite(suite);
