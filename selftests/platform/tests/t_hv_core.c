// SPDX-License-Identifier: GPL-2.0-only
/*
 * The core's pure parts, natively: options, memory map, EFI tables, page states,
 * SHA-384.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "../hv/hv.h"
#include "t_tap.h"

static uint64_t updated;

void npt_update(uint64_t gpa) { updated = gpa; }
void iommu_update(uint64_t gpa) { (void)gpa; }

void panic(const char *format, ...)
{
	(void)format;
	abort();
}

static void test_options(void)
{
	static const char line[] = "hv mode=plain  trace fault=bad-tag traces";
	struct options parsed;
	char value[8];

	options_parse(line, &parsed);
	tap_ok(!strcmp(parsed.mode, "plain"), "mode= is read");
	tap_ok(parsed.trace && !parsed.unaccepted, "words that stand alone");
	tap_ok(!option_is_set(line, "plain") && !option_is_set(line, "trac"),
	       "a word is not a part of another");
	tap_ok(option_value(line, "fault", value, sizeof(value)) && !strcmp(value, "bad-tag"),
	       "value of a name");
	tap_ok(option_value(line, "fault", value, 4) && !strcmp(value, "bad"),
	       "a value is cut to its room");
	tap_ok(!option_value(line, "faul", value, sizeof(value)), "a name is not cut");
}

static void test_e820(void)
{
	struct e820 map = { .count = 0 };

	e820_add(&map, 0x1000, 0x1000, E820_RAM);
	tap_ok(map.count == 0, "an empty range is not added");
	e820_add(&map, 0, 0xa0000, E820_RAM);
	e820_add(&map, 0x100000, 0x10000000, E820_RAM);
	e820_split(&map, 0x8000000, 0xc000000, E820_RESERVED);
	tap_ok(map.count == 4 && map.entries[2].start == 0x8000000 &&
	       map.entries[2].size == 0x4000000 && map.entries[2].type == E820_RESERVED &&
	       map.entries[3].start == 0xc000000, "a hole splits a range in three");
	e820_split(&map, 0x90000, 0x200000, E820_ACPI);
	tap_ok(map.count == 6 && map.entries[1].size == 0x10000 &&
	       map.entries[2].start == 0x100000 && map.entries[2].size == 0x100000,
	       "a split stays inside of ranges");
	tap_ok(e820_ram_top(&map) == 0x10000000, "top of RAM");
}

static void test_efi(void)
{
	static uint8_t page[0x8000], params[4096];
	const struct unaccepted ranges[] = { { 0x10000000, 0x10600000 },
					     { 0x100000000, 0x100200000 } };
	struct e820 map = { .count = 0 };
	const uint8_t *bitmap = page + 0x2018;
	uint64_t base, unit = (0x100000000 - 0x10000000) / SIZE_2M;

	e820_add(&map, 0x100000, 0x20000000, E820_RAM);
	efi_build(page, params, &map, 0x8f000, ranges, 2);
	memcpy(&base, page + 0x2008, 8);
	tap_ok(!memcmp(page, "IBI SYST", 8) && !memcmp(params + 0x1c0, "EL64", 4),
	       "system table and its address");
	tap_ok(base == 0x10000000 && bitmap[0] == 7, "units of the first range");
	tap_ok(bitmap[unit / 8] == 1 << unit % 8, "unit of the range above 4 GiB");
	tap_ok(bitmap[1] == 0, "nothing between the ranges");
}

static void test_page_states(void)
{
	static uint8_t table[16];

	page_state_init(table, 16);
	tap_ok(page_state_get(0x3000) == PAGE_NONE, "a new table has no memory");
	page_state_set(0x3456, PAGE_SHARED);
	tap_ok(page_state_get(0x3000) == PAGE_SHARED && updated == 0x3000,
	       "a change reaches the mapping");
	page_state_set(0x10000, PAGE_PRIVATE);
	tap_ok(page_state_get(0x10000) == PAGE_NONE, "outside of the table there is nothing");
	tap_ok(page_state_count(PAGE_SHARED) == 1, "count");
}

static void test_sha384(void)
{
	static const size_t sizes[] = { 0, 1, 111, 112, 127, 128, 129, 239, 240, 4096, 10000 };
	static uint8_t data[10000];
	uint8_t ours[48], theirs[48];
	bool good = true;
	size_t i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = i * 7;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		sha384(data, sizes[i], ours);
		EVP_Digest(data, sizes[i], theirs, NULL, EVP_sha384(), NULL);
		good = good && !memcmp(ours, theirs, sizeof(ours));
	}
	tap_ok(good, "SHA-384 agrees with libcrypto around every padding");
}

int main(void)
{
	test_options();
	test_e820();
	test_efi();
	test_page_states();
	test_sha384();
	return tap_done();
}
