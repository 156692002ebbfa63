// SPDX-License-Identifier: GPL-2.0-only
/* Findings: which pages make one, what a second look leaves of it, and how it keeps its number. */
#include <kunit/test.h>

#include "finding.c"

/* ---- what the file calls ---- */

/* By page number, from 0: what a look at it says. Pages that are alike come in one run */
static struct cvm_audit_look seen[32];
static bool disagrees, replaced;

void cvm_audit_look(unsigned long pfn, unsigned long end, struct cvm_audit_look *look)
{
	unsigned long next = pfn + 1;

	*look = seen[pfn];
	while (next < end && seen[next].verdict == look->verdict)
		next++;
	look->pages = next - pfn;
}

bool cvm_alias_disagrees(const struct cvm_process *process, unsigned long address,
			 unsigned long pfn)
{
	return disagrees && address == 0x70000000 + pfn * PAGE_SIZE && process->pid == 7;
}

int cvm_sample_page(unsigned long pfn)
{
	return replaced && pfn == 5;
}

/* ---- before and after each test ---- */

static struct cvm_finding_list *list;
static unsigned int told;

static void hear(const struct cvm_finding *finding)
{
	told++;
}

static int begin(struct kunit *test)
{
	list = kunit_kzalloc(test, sizeof(*list), GFP_KERNEL);
	memset(&findings, 0, sizeof(findings));
	memset(seen, 0, sizeof(seen));
	last_id = 0;
	told = 0;
	disagrees = false;
	replaced = false;
	cvm_finding_listen(hear);
	return list ? 0 : -ENOMEM;
}

static void add(unsigned long pfn, unsigned long pages, enum cvm_page_verdict verdict)
{
	struct cvm_audit_look look = { .pages = pages, .verdict = verdict };

	cvm_finding_add(list, pfn, &look);
}

static void see(unsigned long pfn, unsigned long pages, enum cvm_page_verdict verdict)
{
	for (; pages; pages--)
		seen[pfn++].verdict = verdict;
}

#define EXPECT_RUN(test, i, first, length) do {				\
	KUNIT_ASSERT_GT(test, list->count, (unsigned int)(i));		\
	KUNIT_EXPECT_EQ(test, list->list[i].pfn, (unsigned long)(first));	\
	KUNIT_EXPECT_EQ(test, list->list[i].pages, (unsigned long)(length));	\
} while (0)

/* ---- runs ---- */

static void what_is_fine_is_no_finding(struct kunit *test)
{
	add(1, 1, CVM_PAGE_VERDICT_NONE);
	add(2, 1, CVM_PAGE_VERDICT_OK_KNOWN);
	add(3, 1, CVM_PAGE_VERDICT_OK_OWNED);
	KUNIT_EXPECT_EQ(test, list->count, 0U);
}

static void pages_alike_make_one(struct kunit *test)
{
	add(10, 2, CVM_PAGE_VERDICT_LEAK);
	add(12, 3, CVM_PAGE_VERDICT_LEAK);
	add(16, 1, CVM_PAGE_VERDICT_LEAK);
	add(17, 1, CVM_PAGE_VERDICT_STRAY);
	KUNIT_EXPECT_EQ(test, list->count, 3U);
	EXPECT_RUN(test, 0, 10, 5);
	EXPECT_RUN(test, 1, 16, 1);
	EXPECT_RUN(test, 2, 17, 1);
}

static void owners_and_uses_part_them(struct kunit *test)
{
	struct cvm_audit_look look = {
		.pages = 1,
		.verdict = CVM_PAGE_VERDICT_LEAK,
		.use = CVM_PAGE_USE_SLAB,
		.has_owner = true,
		.owner.seq = 3,
	};

	cvm_finding_add(list, 10, &look);
	cvm_finding_add(list, 11, &look);
	look.owner.seq = 4;
	cvm_finding_add(list, 12, &look);
	look.use = CVM_PAGE_USE_FREE;
	cvm_finding_add(list, 13, &look);
	look.has_owner = false;
	cvm_finding_add(list, 14, &look);
	KUNIT_EXPECT_EQ(test, list->count, 4U);
	EXPECT_RUN(test, 0, 10, 2);
}

/* In two mappings that follow each other in memory, but not in the mapping */
static void aliases_part_them(struct kunit *test)
{
	struct cvm_audit_look look = {
		.pages = 1,
		.verdict = CVM_PAGE_VERDICT_ALIAS_MISMATCH,
		.alias = 0x70000000,
		.process.pid = 7,
	};

	cvm_finding_add(list, 10, &look);
	look.alias += PAGE_SIZE;
	cvm_finding_add(list, 11, &look);
	look.alias += 2 * PAGE_SIZE;
	cvm_finding_add(list, 12, &look);
	look.alias += PAGE_SIZE;
	look.process.pid = 8;
	cvm_finding_add(list, 13, &look);
	KUNIT_EXPECT_EQ(test, list->count, 3U);
	EXPECT_RUN(test, 0, 10, 2);
}

static void list_that_is_full_counts_on(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < CVM_FINDINGS_MAX + 7; i++)
		add(2 * i, 1, CVM_PAGE_VERDICT_LEAK);
	KUNIT_EXPECT_EQ(test, list->count, (unsigned int)CVM_FINDINGS_MAX);
	KUNIT_EXPECT_EQ(test, list->dropped, 7U);
}

/* ---- the second look ---- */

static void second_look_keeps_what_stayed(struct kunit *test)
{
	static const struct cvm_finding candidate = {
		.verdict = CVM_PAGE_VERDICT_LEAK,
		.pfn = 4,
		.pages = 10,
	};

	see(0, 32, CVM_PAGE_VERDICT_LEAK);
	see(7, 2, CVM_PAGE_VERDICT_NONE);
	see(12, 1, CVM_PAGE_VERDICT_STRAY);
	cvm_finding_confirm(list, &candidate);
	KUNIT_EXPECT_EQ(test, list->count, 3U);
	EXPECT_RUN(test, 0, 4, 3);
	EXPECT_RUN(test, 1, 9, 3);
	EXPECT_RUN(test, 2, 13, 1);
}

static void second_look_may_leave_nothing(struct kunit *test)
{
	static const struct cvm_finding candidate = {
		.verdict = CVM_PAGE_VERDICT_LEAK,
		.pfn = 4,
		.pages = 10,
	};

	see(0, 32, CVM_PAGE_VERDICT_OK_OWNED);
	cvm_finding_confirm(list, &candidate);
	KUNIT_EXPECT_EQ(test, list->count, 0U);
}

static void alias_is_looked_at_in_its_mapping(struct kunit *test)
{
	static const struct cvm_finding candidate = {
		.verdict = CVM_PAGE_VERDICT_ALIAS_MISMATCH,
		.pfn = 4,
		.pages = 3,
		.alias = 0x70000000 + 4 * PAGE_SIZE,
		.process.pid = 7,
	};

	cvm_finding_confirm(list, &candidate);
	KUNIT_EXPECT_EQ(test, list->count, 0U);
	disagrees = true;
	cvm_finding_confirm(list, &candidate);
	KUNIT_EXPECT_EQ(test, list->count, 1U);
	EXPECT_RUN(test, 0, 4, 3);
	KUNIT_EXPECT_EQ(test, list->list[0].alias, candidate.alias);
	KUNIT_EXPECT_EQ(test, list->list[0].process.pid, 7U);
}

static void hardware_is_asked_twice(struct kunit *test)
{
	static const struct cvm_finding candidate = {
		.verdict = CVM_PAGE_VERDICT_REPLACED,
		.pfn = 4,
		.pages = 3,
	};

	cvm_finding_confirm(list, &candidate);
	KUNIT_EXPECT_EQ(test, list->count, 0U);
	replaced = true;
	cvm_finding_confirm(list, &candidate);
	KUNIT_EXPECT_EQ(test, list->count, 1U);
	EXPECT_RUN(test, 0, 5, 1);
}

/* ---- numbers ---- */

static u32 id_of(unsigned int index)
{
	struct cvm_finding finding = {};

	return cvm_finding_get(index, &finding) ? finding.id : 0;
}

/* The next pass */
static void start_anew(void)
{
	memset(list, 0, sizeof(*list));
}

static void number_and_time_stay(struct kunit *test)
{
	struct cvm_finding finding;
	unsigned int count, dropped;

	add(10, 4, CVM_PAGE_VERDICT_LEAK);
	add(20, 4, CVM_PAGE_VERDICT_LEAK);
	cvm_finding_publish(list, 100);
	KUNIT_EXPECT_EQ(test, told, 2U);
	start_anew();
	add(12, 6, CVM_PAGE_VERDICT_LEAK);
	add(30, 1, CVM_PAGE_VERDICT_LEAK);
	list->dropped = 5;
	cvm_finding_publish(list, 200);
	KUNIT_EXPECT_EQ(test, told, 3U);
	KUNIT_EXPECT_EQ(test, id_of(0), 1U);
	KUNIT_EXPECT_EQ(test, id_of(1), 3U);
	KUNIT_ASSERT_TRUE(test, cvm_finding_get(0, &finding));
	KUNIT_EXPECT_EQ(test, finding.first_seen, 100ULL);
	KUNIT_EXPECT_FALSE(test, cvm_finding_get(2, &finding));
	cvm_finding_count(&count, &dropped);
	KUNIT_EXPECT_EQ(test, count, 2U);
	KUNIT_EXPECT_EQ(test, dropped, 5U);
}

/* One of them takes the old number, and no two have one */
static void finding_that_split(struct kunit *test)
{
	add(10, 10, CVM_PAGE_VERDICT_LEAK);
	cvm_finding_publish(list, 100);
	start_anew();
	add(10, 2, CVM_PAGE_VERDICT_LEAK);
	add(15, 2, CVM_PAGE_VERDICT_LEAK);
	cvm_finding_publish(list, 200);
	KUNIT_EXPECT_EQ(test, id_of(0), 1U);
	KUNIT_EXPECT_EQ(test, id_of(1), 2U);
}

static void other_verdict_is_another(struct kunit *test)
{
	add(10, 4, CVM_PAGE_VERDICT_LEAK);
	cvm_finding_publish(list, 100);
	start_anew();
	add(10, 4, CVM_PAGE_VERDICT_STRAY);
	cvm_finding_publish(list, 200);
	KUNIT_EXPECT_EQ(test, id_of(0), 2U);
}

static void neighbours_are_others(struct kunit *test)
{
	add(10, 4, CVM_PAGE_VERDICT_LEAK);
	cvm_finding_publish(list, 100);
	start_anew();
	add(6, 4, CVM_PAGE_VERDICT_LEAK);
	add(14, 4, CVM_PAGE_VERDICT_LEAK);
	cvm_finding_publish(list, 200);
	KUNIT_EXPECT_EQ(test, id_of(0), 2U);
	KUNIT_EXPECT_EQ(test, id_of(1), 3U);
}

/* As that of a tracer that is blind */
static void finding_about_no_page(struct kunit *test)
{
	add(0, 0, CVM_PAGE_VERDICT_SUSPECT);
	cvm_finding_publish(list, 100);
	start_anew();
	add(0, 4, CVM_PAGE_VERDICT_SUSPECT);
	add(0, 0, CVM_PAGE_VERDICT_SUSPECT);
	cvm_finding_publish(list, 200);
	KUNIT_EXPECT_EQ(test, id_of(0), 2U);
	KUNIT_EXPECT_EQ(test, id_of(1), 1U);
}

static void confidence_by_verdict(struct kunit *test)
{
	struct cvm_finding finding = { .verdict = CVM_PAGE_VERDICT_SUSPECT };

	KUNIT_EXPECT_EQ(test, (int)cvm_finding_confidence(&finding), (int)CVM_CONFIDENCE_LOW);
	finding.verdict = CVM_PAGE_VERDICT_STRAY;
	KUNIT_EXPECT_EQ(test, (int)cvm_finding_confidence(&finding), (int)CVM_CONFIDENCE_MEDIUM);
	finding.verdict = CVM_PAGE_VERDICT_LEAK;
	finding.use = CVM_PAGE_USE_PERCPU_FREE;
	KUNIT_EXPECT_EQ(test, (int)cvm_finding_confidence(&finding), (int)CVM_CONFIDENCE_MEDIUM);
	finding.use = CVM_PAGE_USE_FREE;
	KUNIT_EXPECT_EQ(test, (int)cvm_finding_confidence(&finding), (int)CVM_CONFIDENCE_HIGH);
	finding.verdict = CVM_PAGE_VERDICT_REPLACED;
	KUNIT_EXPECT_EQ(test, (int)cvm_finding_confidence(&finding), (int)CVM_CONFIDENCE_HIGH);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(what_is_fine_is_no_finding),
	KUNIT_CASE(pages_alike_make_one),
	KUNIT_CASE(owners_and_uses_part_them),
	KUNIT_CASE(aliases_part_them),
	KUNIT_CASE(list_that_is_full_counts_on),
	KUNIT_CASE(second_look_keeps_what_stayed),
	KUNIT_CASE(second_look_may_leave_nothing),
	KUNIT_CASE(alias_is_looked_at_in_its_mapping),
	KUNIT_CASE(hardware_is_asked_twice),
	KUNIT_CASE(number_and_time_stay),
	KUNIT_CASE(finding_that_split),
	KUNIT_CASE(other_verdict_is_another),
	KUNIT_CASE(neighbours_are_others),
	KUNIT_CASE(finding_about_no_page),
	KUNIT_CASE(confidence_by_verdict),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_finding",
	.init = begin,
	.test_cases = cases,
};

kunit_test_suite(suite);
