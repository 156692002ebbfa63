// SPDX-License-Identifier: GPL-2.0-only
/* Metadata of TDX guest firmware, from images made here, and the hand-off blocks. */
#include <stdlib.h>
#include <string.h>

#include "../hv/hv.h"
#include "../hv/tdx/tdvf.h"
#include "t_tap.h"

#define IMAGE_SIZE	(16 * PAGE_SIZE)
#define BASE		(GIB_4 - IMAGE_SIZE)
#define METADATA	(IMAGE_SIZE - 0x800)
#define FOOTER		(IMAGE_SIZE - 0x30)
#define ENTRY		22		/* offset, length, GUID */

static uint8_t image[IMAGE_SIZE];
static struct tdvf tdvf;

static const uint8_t footer_guid[16] = {
	0xde, 0x82, 0xb5, 0x96, 0xb2, 0x1f, 0xf7, 0x45,
	0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d,
};

static const uint8_t metadata_guid[16] = {
	0x35, 0x65, 0x7a, 0xe4, 0x4a, 0x98, 0x98, 0x47,
	0x86, 0x5e, 0x46, 0x85, 0xa7, 0xbf, 0x8e, 0xc2,
};

static struct tdvf_section *section(unsigned int index)
{
	return (struct tdvf_section *)(image + METADATA + 16) + index;
}

static uint32_t *head(unsigned int word)
{
	return (uint32_t *)(image + METADATA) + word;
}

static void put_u16(uint64_t at, uint16_t value)
{
	memcpy(image + at, &value, sizeof(value));
}

/* Variables, code, memory and hand-off blocks, as OVMF has them */
static void make_image(void)
{
	uint32_t from_end = IMAGE_SIZE - METADATA;
	uint64_t at = FOOTER - 2;

	memset(image, 0, sizeof(image));
	memcpy(image + FOOTER, footer_guid, 16);
	put_u16(at, 18 + ENTRY + 20);
	/* one entry of another kind, nearer to the end */
	put_u16(at - 18, 20);
	at -= 20;
	memcpy(image + at - 16, metadata_guid, 16);
	put_u16(at - 18, ENTRY);
	memcpy(image + at - ENTRY, &from_end, sizeof(from_end));

	memcpy(head(0), "TDVF", 4);
	*head(1) = 16 + 4 * 32;
	*head(2) = 1;
	*head(3) = 4;
	*section(0) = (struct tdvf_section){ 4 * PAGE_SIZE, 12 * PAGE_SIZE, BASE + 4 * PAGE_SIZE,
					     12 * PAGE_SIZE, TDVF_CODE, TDVF_MEASURED };
	*section(1) = (struct tdvf_section){ 0, 4 * PAGE_SIZE, BASE, 4 * PAGE_SIZE,
					     TDVF_VARIABLES, 0 };
	*section(2) = (struct tdvf_section){ 0, 0, 0x810000, 0x10000, TDVF_MEMORY, 0 };
	*section(3) = (struct tdvf_section){ 0, 0, 0x809000, 0x2000, TDVF_HOB, 0 };
}

static bool says(const char *expected)
{
	const char *error = tdvf_parse(image, sizeof(image), &tdvf);

	if (error && strstr(error, expected))
		return true;
	printf("# it says: %s\n", error ? error : "nothing");
	return false;
}

static void test_good(void)
{
	make_image();
	tap_ok(!tdvf_parse(image, sizeof(image), &tdvf) && tdvf.count == 4 &&
	       tdvf.hob == &tdvf.sections[3], "an image is read");
	tap_ok(tdvf.sections[0].attributes == TDVF_MEASURED &&
	       tdvf.sections[1].gpa == BASE && tdvf.sections[2].size == 0x10000,
	       "its sections are in their order");
}

static void test_table(void)
{
	make_image();
	tap_ok(tdvf_parse(image, PAGE_SIZE + 1, &tdvf) && tdvf_parse(image, 0, &tdvf),
	       "an image is made of pages");
	image[FOOTER] ^= 1;
	tap_ok(says("no table of GUIDs"), "no table");
	make_image();
	put_u16(FOOTER - 2, 0xffff);
	tap_ok(says("longer than the image"), "a table longer than the image");
	make_image();
	put_u16(FOOTER - 2, 17);
	tap_ok(says("longer than the image"), "a table shorter than its footer");
	make_image();
	put_u16(FOOTER - 2 - 18, 0);
	tap_ok(says("wrong length"), "an entry of no length does not loop");
	make_image();
	put_u16(FOOTER - 2 - 18, 400);
	tap_ok(says("wrong length"), "an entry longer than the table");
	make_image();
	put_u16(FOOTER - 2, 18 + 20 + 5);
	tap_ok(says("cut off"), "an entry that is cut off");
	make_image();
	put_u16(FOOTER - 2, 18 + 20);
	tap_ok(says("no TDX metadata"), "no metadata");
	make_image();
	*(uint32_t *)(image + FOOTER - 2 - 20 - ENTRY) = IMAGE_SIZE + 16;
	tap_ok(says("outside of the image"), "metadata before the image");
	make_image();
	*(uint32_t *)(image + FOOTER - 2 - 20 - ENTRY) = 15;
	tap_ok(says("outside of the image"), "metadata past its end");
}

static void test_metadata(void)
{
	make_image();
	*head(2) = 2;
	tap_ok(says("signature or version"), "another version");
	make_image();
	*head(3) = 0;
	tap_ok(says("no sections"), "no sections");
	make_image();
	*head(3) = TDVF_SECTIONS_MAX + 1;
	tap_ok(says("too many"), "too many sections");
	make_image();
	*head(3) = 3;
	tap_ok(says("wrong length"), "length and count differ");
}

static void test_sections(void)
{
	make_image();
	section(2)->type = 9;
	tap_ok(says("type"), "an unknown type");
	make_image();
	section(2)->size = 0x10001;
	tap_ok(says("pages"), "no whole pages");
	make_image();
	section(2)->gpa = ~0xfffull;
	tap_ok(says("4 GiB"), "an address that wraps");
	make_image();
	section(0)->attributes = 3;
	tap_ok(says("attributes"), "an unknown attribute");
	make_image();
	section(2)->attributes = TDVF_MEASURED;
	tap_ok(says("zeros"), "memory of zeros is not measured");
	make_image();
	section(0)->offset = 8 * PAGE_SIZE;
	tap_ok(says("out of the image"), "bytes past the image's end");
	make_image();
	section(0)->offset = 0;
	tap_ok(says("not where"), "bytes that are elsewhere");
	make_image();
	section(2)->gpa = 0x80a000;
	tap_ok(says("overlap"), "two sections at one place");
	make_image();
	section(2)->type = TDVF_HOB;
	tap_ok(says("two sections for"), "two lists of blocks");
	make_image();
	section(3)->type = TDVF_MEMORY;
	tap_ok(says("no section for"), "no list of blocks");
}

/* Whatever the bytes are: an answer, and sections within their bounds */
static void test_nonsense(void)
{
	unsigned int i, accepted = 0;
	bool right = true;

	srandom(1);
	for (i = 0; i < 200000; i++) {
		unsigned int n = 1 + random() % 3;

		make_image();
		while (n--)
			image[METADATA + random() % 0x800] = random();
		if (tdvf_parse(image, sizeof(image), &tdvf))
			continue;
		accepted++;
		right = right && tdvf.count <= TDVF_SECTIONS_MAX &&
			tdvf.hob >= tdvf.sections && tdvf.hob < tdvf.sections + tdvf.count;
	}
	tap_ok(right && accepted && accepted < i, "changed bytes are refused or do no harm");
}

static uint64_t word(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* Is the block at @at a range of a type? */
static bool is_range(const uint8_t *at, uint32_t type, uint64_t start, uint64_t end)
{
	return at[0] == 3 && at[2] == 48 && at[24] == type && at[28] == 7 &&
	       word(at + 32) == start && word(at + 40) == end - start;
}

static void test_hob(void)
{
	static const struct hob_range ram[] = { { 0, 0x2000000 }, { GIB_4, GIB_4 + 0x1000000 } };
	static const struct hob_range added[] = { { 0x810000, 0x820000 }, { 0x800000, 0x806000 } };
	uint8_t area[512];
	uint64_t size;

	memset(area, 0xaa, sizeof(area));
	size = hob_build(area, sizeof(area), 0x809000, ram, 2, added, 2);
	tap_ok(size == 56 + 6 * 48 + 8, "a head, six ranges and an end");
	tap_ok(area[0] == 1 && area[2] == 56 && area[8] == 9 && word(area + 48) == 0x809000 + size,
	       "the head tells where the list ends");
	tap_ok(is_range(area + 56, 7, 0, 0x800000) &&
	       is_range(area + 104, 0, 0x800000, 0x806000) &&
	       is_range(area + 152, 7, 0x806000, 0x810000) &&
	       is_range(area + 200, 0, 0x810000, 0x820000) &&
	       is_range(area + 248, 7, 0x820000, 0x2000000),
	       "what was added is memory, what lies between is not accepted");
	tap_ok(is_range(area + 296, 7, GIB_4, GIB_4 + 0x1000000), "nor is what is above 4 GiB");
	tap_ok(area[size - 8] == 0xff && area[size - 7] == 0xff && area[size - 6] == 8,
	       "the end is one");
	tap_ok(!hob_build(area, size - 1, 0, ram, 2, added, 2) &&
	       hob_build(area, size, 0, ram, 2, added, 2) == size, "no room is an error");
}

int main(void)
{
	test_good();
	test_table();
	test_metadata();
	test_sections();
	test_nonsense();
	test_hob();
	return tap_done();
}
