// SPDX-License-Identifier: GPL-2.0-only
/* The firmware's table of unaccepted memory, with heads that lie. */
#include <kunit/test.h>
#include <linux/init.h>
#include <linux/io.h>

#include "compat/unaccepted.h"

static void *map(phys_addr_t address, size_t size, unsigned long flags);
static void unmap(void *mapped);
static phys_addr_t table_address(void);

/* The test itself holds the table, after what is __init has gone */
#undef __init
#define __init
#define memremap map
#define memunmap unmap
#define cvm_efi_unaccepted table_address
#include "memory_efi.c"

#define BITS_SIZE	12	/* bytes: a word and a half */
#define UNIT		SZ_2M
#define BASE		SZ_1G

/* ---- the firmware ---- */

static struct firmware {
	struct table_head head;
	u8 *bits;	/* of the exact size, so that KASAN sees a byte too much */
	bool absent;
	bool unmappable;
	size_t mapped;	/* of the bits */
	int maps;	/* that were not given back */
} firmware;

static phys_addr_t table_address(void)
{
	return firmware.absent ? EFI_INVALID_TABLE_ADDR : 0x1000;
}

static void *map(phys_addr_t address, size_t size, unsigned long flags)
{
	if (firmware.unmappable)
		return NULL;
	firmware.maps++;
	if (address == 0x1000)
		return &firmware.head;
	firmware.mapped = size;
	return firmware.bits;
}

static void unmap(void *mapped)
{
	firmware.maps--;
}

static int begin(struct kunit *test)
{
	firmware = (struct firmware){
		.head = {
			.version = 1,
			.unit_size = UNIT,
			.phys_base = BASE,
			.size = BITS_SIZE,
		},
		.bits = kunit_kzalloc(test, BITS_SIZE, GFP_KERNEL),
	};
	held_bits = NULL;
	held_head = (struct table_head){};
	return firmware.bits ? 0 : -ENOMEM;
}

static void end(struct kunit *test)
{
	held_bits = NULL;
}

static void no_table(struct kunit *test)
{
	struct cvm_memory_efi table;

	firmware.absent = true;
	cvm_memory_efi(&table);
	KUNIT_EXPECT_FALSE(test, table.present);
	KUNIT_EXPECT_EQ(test, cvm_memory_efi_hold(), 0);
	KUNIT_EXPECT_FALSE(test, cvm_memory_efi_unaccepted(PHYS_PFN(BASE)));
}

static void table_is_counted(struct kunit *test)
{
	struct cvm_memory_efi table;

	memset(firmware.bits, 0xff, BITS_SIZE);
	firmware.bits[0] = 0xfe;
	firmware.bits[BITS_SIZE - 1] = 0x01;
	cvm_memory_efi(&table);
	KUNIT_EXPECT_TRUE(test, table.present);
	KUNIT_EXPECT_NULL(test, table.wrong);
	KUNIT_EXPECT_EQ(test, table.base, (u64)BASE);
	KUNIT_EXPECT_EQ(test, table.unit, (u64)UNIT);
	KUNIT_EXPECT_EQ(test, table.length, (u64)BITS_SIZE * 8 * UNIT);
	KUNIT_EXPECT_EQ(test, table.unaccepted, (u64)(BITS_SIZE * 8 - 1 - 7) * UNIT);
	KUNIT_EXPECT_EQ(test, firmware.mapped, (size_t)BITS_SIZE);
	KUNIT_EXPECT_EQ(test, firmware.maps, 0);
}

/* Nothing may be mapped by what such a head says */
static void expect_wrong(struct kunit *test, const char *why)
{
	struct cvm_memory_efi table;

	firmware.mapped = 0;
	cvm_memory_efi(&table);
	KUNIT_EXPECT_TRUE(test, table.present);
	KUNIT_EXPECT_STREQ(test, table.wrong, why);
	KUNIT_EXPECT_EQ(test, table.unaccepted, 0ULL);
	KUNIT_EXPECT_EQ(test, cvm_memory_efi_hold(), 0);
	KUNIT_EXPECT_EQ(test, firmware.mapped, (size_t)0);
	KUNIT_EXPECT_EQ(test, firmware.maps, 0);
	KUNIT_EXPECT_FALSE(test, cvm_memory_efi_unaccepted(PHYS_PFN(BASE)));
}

static void lying_versions(struct kunit *test)
{
	firmware.head.version = 0;
	expect_wrong(test, "unknown version");
	firmware.head.version = 2;
	expect_wrong(test, "unknown version");
}

static void lying_units(struct kunit *test)
{
	static const u32 units[] = { 0, 1, PAGE_SIZE / 2, UNIT - 1, UNIT + 1, U32_MAX };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(units); i++) {
		firmware.head.unit_size = units[i];
		expect_wrong(test, "absurd unit size");
	}
}

static void lying_sizes(struct kunit *test)
{
	static const u64 sizes[] = { 0, BITMAP_MAX + 1, 1ULL << 32, 1ULL << 63, U64_MAX };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		firmware.head.size = sizes[i];
		expect_wrong(test, "absurd size");
	}
}

static void lying_bases(struct kunit *test)
{
	firmware.head.phys_base = BASE + PAGE_SIZE;
	expect_wrong(test, "base is not aligned to units");
	firmware.head.phys_base = U64_MAX;
	expect_wrong(test, "base is not aligned to units");
}

static void table_that_cannot_be_mapped(struct kunit *test)
{
	struct cvm_memory_efi table;

	firmware.unmappable = true;
	cvm_memory_efi(&table);
	KUNIT_EXPECT_TRUE(test, table.present);
	KUNIT_EXPECT_STREQ(test, table.wrong, "cannot be mapped");
	KUNIT_EXPECT_EQ(test, cvm_memory_efi_hold(), -ENOMEM);
}

static bool unaccepted(u64 address)
{
	return cvm_memory_efi_unaccepted(PHYS_PFN(address));
}

static void pages_are_found_in_the_bits(struct kunit *test)
{
	u64 last = BASE + (BITS_SIZE * 8 - 1) * (u64)UNIT;

	firmware.bits[1] = 0x02;
	firmware.bits[BITS_SIZE - 1] = 0x80;
	KUNIT_ASSERT_EQ(test, cvm_memory_efi_hold(), 0);
	KUNIT_EXPECT_FALSE(test, unaccepted(BASE + 8ULL * UNIT));
	KUNIT_EXPECT_TRUE(test, unaccepted(BASE + 9ULL * UNIT));
	KUNIT_EXPECT_TRUE(test, unaccepted(BASE + 10ULL * UNIT - PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, unaccepted(BASE + 10ULL * UNIT));
	KUNIT_EXPECT_TRUE(test, unaccepted(last));
	cvm_memory_efi_let_go();
	KUNIT_EXPECT_EQ(test, firmware.maps, 0);
}

static void pages_outside_are_not_looked_up(struct kunit *test)
{
	memset(firmware.bits, 0xff, BITS_SIZE);
	KUNIT_ASSERT_EQ(test, cvm_memory_efi_hold(), 0);
	KUNIT_EXPECT_TRUE(test, unaccepted(BASE));
	KUNIT_EXPECT_FALSE(test, unaccepted(0));
	KUNIT_EXPECT_FALSE(test, unaccepted(BASE - PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, unaccepted(BASE + BITS_SIZE * 8ULL * UNIT));
	KUNIT_EXPECT_FALSE(test, cvm_memory_efi_unaccepted(ULONG_MAX >> PAGE_SHIFT));
	cvm_memory_efi_let_go();
}

static struct kunit_case cases[] = {
	KUNIT_CASE(no_table),
	KUNIT_CASE(table_is_counted),
	KUNIT_CASE(lying_versions),
	KUNIT_CASE(lying_units),
	KUNIT_CASE(lying_sizes),
	KUNIT_CASE(lying_bases),
	KUNIT_CASE(table_that_cannot_be_mapped),
	KUNIT_CASE(pages_are_found_in_the_bits),
	KUNIT_CASE(pages_outside_are_not_looked_up),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_memory_efi",
	.init = begin,
	.exit = end,
	.test_cases = cases,
};

kunit_test_suite(suite);
