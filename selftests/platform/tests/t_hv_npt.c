// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nested page tables, walked here as the processor would: both senses of the
 * address bit, mappings that follow the page states, tables made on demand.
 */
#include <stdlib.h>
#include <string.h>

#include "../hv/hv.h"
#include "t_tap.h"

#define POOL_PAGES	64
#define PAGES		2048
#define BIT_NR		47
#define BIT		(1ull << BIT_NR)
#define ADDRESS		0x000ffffffffff000ull

static uint64_t read_only_page = ~0ull;

static bool read_only(uint64_t gpa)
{
	return gpa == read_only_page;
}

static const struct personality test_personality = { .read_only = read_only };

const struct personality *personality = &test_personality;

void panic(const char *format, ...)
{
	(void)format;
	abort();
}

static uint8_t pool[POOL_PAGES][PAGE_SIZE] __attribute__((aligned(4096)));
static uint8_t states[PAGES];
static struct vmcb vmcb;
static struct vcpu v = { .vmcb = &vmcb };

static void start(unsigned int bit, bool set_is_private)
{
	struct npt_views views = { .bit = bit, .set_is_private = set_is_private };

	page_state_init(states, PAGES);
	npt_init((uint64_t)pool, (uint64_t)pool + sizeof(pool), views);
	memset(&vmcb, 0, sizeof(vmcb));
	vmcb.control.nested_cr3 = npt_root();
	vmcb.save.cr0 = CR0_PG;
}

static uint64_t walk(uint64_t root, uint64_t address)
{
	uint64_t entry = root;
	int shift;

	for (shift = 39; shift >= 12; shift -= 9) {
		entry = ((const uint64_t *)(entry & ADDRESS))[address >> shift & 511];
		if (!(entry & 1))
			return 0;
	}
	return entry;
}

static bool fault(uint64_t address)
{
	vmcb.control.exit_info_2 = address;
	return npt_fault(&v);
}

static bool maps(uint64_t address, uint64_t gpa)
{
	uint64_t entry = walk(vmcb.control.nested_cr3, address);

	return entry && (entry & ADDRESS) == gpa;
}

static void test_snp_sense(void)
{
	start(BIT_NR, true);
	page_state_set(0x205000, PAGE_PRIVATE);
	page_state_set(0x206000, PAGE_SHARED);
	page_state_set(0x207000, PAGE_PENDING);
	tap_ok(!maps(BIT | 0x205000, 0x205000), "no mapping before an access");
	tap_ok(fault(BIT | 0x205123) && maps(BIT | 0x205000, 0x205000), "private page, bit set");
	tap_ok(!fault(0x205000) && !maps(0x205000, 0x205000), "private page, bit clear");
	tap_ok(fault(0x206000) && maps(0x206000, 0x206000), "shared page, bit clear");
	tap_ok(!fault(BIT | 0x206000) && !maps(BIT | 0x206000, 0x206000), "shared page, bit set");
	tap_ok(!fault(BIT | 0x207000) && !fault(0x207000), "pending page");
	tap_ok(!fault(BIT | 0x208000) && !fault(0x208000), "no memory");
	tap_ok(!fault(PAGES * PAGE_SIZE) && !fault(1ull << 46), "past the end of memory");
}

static void test_tdx_sense(void)
{
	start(BIT_NR, false);
	page_state_set(0x205000, PAGE_PRIVATE);
	page_state_set(0x206000, PAGE_SHARED);
	tap_ok(fault(0x205000) && maps(0x205000, 0x205000) && !fault(BIT | 0x205000),
	       "the other sense: private page");
	tap_ok(fault(BIT | 0x206000) && maps(BIT | 0x206000, 0x206000) && !fault(0x206000),
	       "the other sense: shared page");
}

static void test_changes(void)
{
	start(BIT_NR, true);
	page_state_set(0x205000, PAGE_PRIVATE);
	page_state_set(0x209000, PAGE_PRIVATE);
	fault(BIT | 0x205000);
	fault(0x205000);
	tap_ok(maps(BIT | 0x209000, 0x209000), "neighbours are mapped at once");
	page_state_set(0x205000, PAGE_SHARED);
	tap_ok(!maps(BIT | 0x205000, 0x205000), "a page that was taken away is not mapped any more");
	tap_ok(fault(0x205000) && maps(0x205000, 0x205000), "it is shared now");
	page_state_set(0x205000, PAGE_PENDING);
	tap_ok(!maps(0x205000, 0x205000) && !maps(BIT | 0x205000, 0x205000), "neither, when it is pending");
	read_only_page = 0x209000;
	npt_update(0x209000);
	tap_ok(maps(BIT | 0x209000, 0x209000) && !(walk(npt_root(), BIT | 0x209000) & 2),
	       "a page that must not be written");
	tap_ok(fault(BIT | 0x209000), "a mapping that another vCPU has made meanwhile is there");
	vmcb.control.exit_info_1 = 2;
	tap_ok(!fault(BIT | 0x209000), "an access that a mapping does not allow is no missing mapping");
	vmcb.control.exit_info_1 = 0;
	read_only_page = ~0ull;
	npt_map(0x209000, false, 0x205000, false);
	tap_ok(maps(0x209000, 0x205000), "another page can be shown in its place");
	npt_update(0x209000);
	tap_ok(!maps(0x209000, 0x205000), "until the next update");
}

static void test_withheld(void)
{
	start(BIT_NR, true);
	page_state_set(0x205000, PAGE_PRIVATE);
	page_state_set(0x206000, PAGE_PRIVATE);
	fault(BIT | 0x205000);
	npt_withhold(0x205000, PAGE_SIZE);
	tap_ok(!maps(BIT | 0x205000, 0x205000) && !fault(BIT | 0x205000),
	       "a page that is withheld is not mapped, whatever its state");
	tap_ok(maps(BIT | 0x206000, 0x206000), "its neighbour is");
	npt_withhold(0, 0);
	tap_ok(maps(BIT | 0x205000, 0x205000), "given back it is where it was");
}

static void test_paging_off(void)
{
	start(BIT_NR, true);
	page_state_set(0x205000, PAGE_PRIVATE);
	page_state_set(0x206000, PAGE_SHARED);
	vmcb.control.nested_cr3 = npt_root_all_private();
	vmcb.save.cr0 = 0;
	tap_ok(fault(0x205000) && maps(0x205000, 0x205000), "with paging off all is private");
	tap_ok(!fault(0x206000), "so a shared page is out of reach");
	vmcb.save.cr0 = CR0_PG;
	tap_ok(fault(0x206000) && vmcb.control.nested_cr3 == npt_root(), "until paging is on");
}

static void test_one_view(void)
{
	start(0, false);
	page_state_set(0x205000, PAGE_PRIVATE);
	tap_ok(!npt_address_bit(), "one view has no address bit");
	tap_ok(fault(0x205000) && maps(0x205000, 0x205000), "and all memory is in it");
}

int main(void)
{
	test_snp_sense();
	test_tdx_sense();
	test_changes();
	test_withheld();
	test_paging_off();
	test_one_view();
	return tap_done();
}
