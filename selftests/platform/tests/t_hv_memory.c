// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walking the guest's page tables. The hypervisor maps memory one to one, so an
 * array of this program serves as the guest's memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../hv/hv.h"
#include "t_tap.h"

#define PAGES	8
#define BIT	(1ull << 51)
#define VA	0x7f8040201000ull	/* entry 255, 1, 1, 1 */
#define PRESENT	1ull
#define LARGE	0x80ull

enum page_number {
	PML4,
	PDPT,
	PD,
	PT,
	DATA,
	MORE,
	HOLE,
	UNUSED,
};

static uint8_t memory[PAGES][PAGE_SIZE] __attribute__((aligned(4096)));
static bool set_is_private = true;

uint64_t npt_address_bit(void)
{
	return BIT;
}

enum page_state page_state_get(uint64_t gpa)
{
	uint64_t page = (gpa - (uint64_t)memory) / PAGE_SIZE;

	if (gpa < (uint64_t)memory || page >= PAGES)
		return PAGE_NONE;
	return page == HOLE ? PAGE_HV : PAGE_PRIVATE;
}

static struct personality test_personality = { .views = { .bit = 51, .set_is_private = true } };

const struct personality *personality = &test_personality;

void panic(const char *format, ...)
{
	puts(format);
	abort();
}

static struct vmcb vmcb;
static struct vcpu v = { .vmcb = &vmcb };

static uint64_t *entry(enum page_number table, unsigned int index)
{
	return (uint64_t *)memory[table] + index;
}

static uint64_t at(enum page_number page)
{
	return (uint64_t)memory[page];
}

static void start(void)
{
	memset(memory, 0, sizeof(memory));
	memset(&vmcb, 0, sizeof(vmcb));
	*entry(PML4, 255) = at(PDPT) | BIT | PRESENT;
	*entry(PDPT, 1) = at(PD) | BIT | PRESENT;
	*entry(PD, 1) = at(PT) | BIT | PRESENT;
	*entry(PT, 1) = at(DATA) | BIT | PRESENT;
	*entry(PT, 2) = at(MORE) | PRESENT;
	*entry(PT, 3) = at(HOLE) | PRESENT;
	vmcb.save.cr3 = at(PML4) | BIT;
	vmcb.save.cr0 = CR0_PG;
	vmcb.save.efer = EFER_LMA;
}

static void test_translate(void)
{
	uint64_t gpa = 0;
	bool private = false;

	start();
	tap_ok(guest_translate(&v, VA + 5, &gpa, &private) && gpa == at(DATA) + 5 && private,
	       "a 4 KiB page with the bit");
	tap_ok(guest_translate(&v, VA + PAGE_SIZE, &gpa, &private) && gpa == at(MORE) && !private,
	       "and one without");
	test_personality.views.set_is_private = !set_is_private;
	tap_ok(guest_translate(&v, VA, &gpa, &private) && !private, "the other sense");
	test_personality.views.set_is_private = set_is_private;
	tap_ok(!guest_translate(&v, VA + 4 * PAGE_SIZE, &gpa, &private), "not mapped");
	*entry(PD, 1) = 0x40000000 | LARGE | PRESENT;
	tap_ok(guest_translate(&v, VA + 7, &gpa, &private) && gpa == 0x40001007 && !private,
	       "a 2 MiB page");
	*entry(PDPT, 1) = 0x80000000 | LARGE | BIT | PRESENT;
	tap_ok(guest_translate(&v, VA + 7, &gpa, &private) && gpa == 0x80201007 && private,
	       "a 1 GiB page");
}

static void test_bad_tables(void)
{
	uint64_t gpa;
	bool private;

	start();
	*entry(PD, 1) = at(HOLE) | PRESENT;
	tap_ok(!guest_translate(&v, VA, &gpa, &private), "a table in the hypervisor's memory");
	*entry(PD, 1) = 0x1000 | PRESENT;
	tap_ok(!guest_translate(&v, VA, &gpa, &private), "a table where there is no memory");
	vmcb.save.cr3 = 0x1000;
	tap_ok(!guest_translate(&v, VA, &gpa, &private), "a root where there is no memory");
	vmcb.save.efer = 0;
	tap_ok(!guest_translate(&v, VA, &gpa, &private), "32-bit paging is not walked");
	vmcb.save.cr0 = 0;
	tap_ok(guest_translate(&v, 0x1234, &gpa, &private) && gpa == 0x1234 && private,
	       "paging off: all is private");
}

static void test_copy(void)
{
	char text[8] = { 0 };

	start();
	memcpy(memory[DATA] + PAGE_SIZE - 3, "abc", 3);
	memcpy(memory[MORE], "defg", 4);
	tap_ok(guest_read(&v, VA + PAGE_SIZE - 3, text, 7) && !strcmp(text, "abcdefg"),
	       "a read over the end of a page");
	tap_ok(guest_write(&v, VA + PAGE_SIZE - 1, "xy", 2) && memory[DATA][PAGE_SIZE - 1] == 'x' &&
	       memory[MORE][0] == 'y', "a write over the end of a page");
	tap_ok(!guest_read(&v, VA + 3 * PAGE_SIZE - 2, text, 4), "not out of the last page");
	tap_ok(!guest_write(&v, VA + 2 * PAGE_SIZE, "x", 1) && !memory[HOLE][0],
	       "not into the hypervisor's memory");
}

static void test_ranges(void)
{
	tap_ok(memory_is_guest(at(DATA), 2 * PAGE_SIZE), "a range of memory");
	tap_ok(!memory_is_guest(at(MORE), PAGE_SIZE + 1), "not with a byte of the hypervisor");
	tap_ok(!memory_is_guest(at(DATA), 0), "not an empty one");
	tap_ok(!memory_is_guest(at(DATA), ~0ull), "not one that wraps around");
}

int main(void)
{
	test_translate();
	test_bad_tables();
	test_copy();
	test_ranges();
	return tap_done();
}
