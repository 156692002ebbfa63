// SPDX-License-Identifier: GPL-2.0-only
/* Names of code that is gone: the ring of modules that went, and who is blamed by it. */
#include <kunit/test.h>

#include "caller.c"

#define CODE	MODULES_VADDR

static int begin(struct kunit *test)
{
	memset(ring, 0, sizeof(ring));
	count = 0;
	return 0;
}

/* As note() does it, for a module that has converted something */
static void went(const char *name, unsigned long start, unsigned long bytes, u64 seq)
{
	struct gone *gone = &ring[count++ % GONE_MAX];

	strscpy(gone->name, name, sizeof(gone->name));
	gone->code.start = start;
	gone->code.bytes = bytes;
	gone->seq = seq;
}

static const char *name_of(struct kunit *test, unsigned long address, u64 seq)
{
	char *text = kunit_kzalloc(test, KSYM_SYMBOL_LEN, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, text);
	cvm_caller_name(address, seq, text);
	return text;
}

static void code_that_is_there(struct kunit *test)
{
	const char *name = name_of(test, (unsigned long)schedule, 1);

	KUNIT_EXPECT_EQ(test, strncmp(name, "schedule+0x0/", 13), 0);
}

static void code_that_went(struct kunit *test)
{
	went("gone", CODE, 0x2000, 10);
	KUNIT_EXPECT_STREQ(test, name_of(test, CODE, 10), "gone+0x0 [unloaded]");
	KUNIT_EXPECT_STREQ(test, name_of(test, CODE + 0x1fff, 1), "gone+0x1fff [unloaded]");
	KUNIT_EXPECT_NULL(test, strstr(name_of(test, CODE + 0x2000, 1), "unloaded"));
	KUNIT_EXPECT_NULL(test, strstr(name_of(test, CODE - 1, 1), "unloaded"));
}

/* A conversion after the module went was made by what lies there now */
static void code_that_came_later(struct kunit *test)
{
	went("gone", CODE, 0x2000, 10);
	KUNIT_EXPECT_NULL(test, strstr(name_of(test, CODE, 11), "unloaded"));
}

static void several_went_from_one_place(struct kunit *test)
{
	went("first", CODE, 0x2000, 10);
	went("second", CODE, 0x1000, 20);
	KUNIT_EXPECT_STREQ(test, name_of(test, CODE, 10), "first+0x0 [unloaded]");
	KUNIT_EXPECT_STREQ(test, name_of(test, CODE, 11), "second+0x0 [unloaded]");
	KUNIT_EXPECT_STREQ(test, name_of(test, CODE + 0x1000, 10), "first+0x1000 [unloaded]");
}

/* More than there is room for: who is forgotten is not replaced by a wrong name */
static void ring_forgets_and_says_so(struct kunit *test)
{
	const char *forgotten = "a module that may be unloaded";
	unsigned int i;
	char name[16];

	for (i = 0; i < GONE_MAX + 3; i++) {
		snprintf(name, sizeof(name), "module%u", i);
		went(name, CODE + i * 0x1000, 0x1000, 10 * (i + 1));
	}
	KUNIT_EXPECT_STREQ(test, name_of(test, CODE + 3 * 0x1000, 40), "module3+0x0 [unloaded]");
	KUNIT_EXPECT_STREQ(test, name_of(test, CODE, 10), forgotten);
	KUNIT_EXPECT_STREQ(test, name_of(test, CODE + 2 * 0x1000, 30), forgotten);
	/* since the oldest that is known, nothing went from there */
	KUNIT_EXPECT_STRNEQ(test, name_of(test, CODE, 41), forgotten);
	/* outside of where modules lie nothing goes */
	KUNIT_EXPECT_STRNEQ(test, name_of(test, (unsigned long)schedule, 10), forgotten);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(code_that_is_there),
	KUNIT_CASE(code_that_went),
	KUNIT_CASE(code_that_came_later),
	KUNIT_CASE(several_went_from_one_place),
	KUNIT_CASE(ring_forgets_and_says_so),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_caller",
	.init = begin,
	.test_cases = cases,
};

kunit_test_suite(suite);
