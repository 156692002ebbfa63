// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reverse map table: PVALIDATE, RMPADJUST, RMPQUERY, and what a wrong access
 * ends in. The core's page states are stood in for by an array.
 */
#include <string.h>

#include "../hv/snp/npf_rule.h"
#include "../hv/snp/rmp.h"
#include "t_tap.h"

#define PAGES		2048u
#define LARGE		0x200000ul	/* a 2 MiB range to work with */
#define SMALL		0x400000ul	/* another one */

static enum page_state states[PAGES];
static uint16_t entries[PAGES];
static unsigned int accepted_again;

enum page_state page_state_get(uint64_t gpa)
{
	return states[gpa / 4096];
}

void page_state_set(uint64_t gpa, enum page_state state)
{
	states[gpa / 4096] = state;
}

void page_state_accepted_again(void)
{
	accepted_again++;
}

static void fill(uint64_t gpa, unsigned int pages, enum page_state state)
{
	while (pages--)
		states[gpa / 4096 + pages] = state;
}

static void start(enum page_state state, bool never_2m)
{
	memset(entries, 0, sizeof(entries));
	fill(0, PAGES, state);
	rmp_init(entries, PAGES, never_2m);
}

static void test_pvalidate_4k(void)
{
	bool changed;

	start(PAGE_SHARED, false);
	tap_ok(rmp_validate(SMALL, false, true, &changed) == RMP_NOT_ASSIGNED,
	       "PVALIDATE of a shared page does not succeed");
	rmp_assign(SMALL, false);
	tap_ok(states[SMALL / 4096] == PAGE_PENDING, "an assigned page is not validated");
	tap_ok(rmp_validate(SMALL, false, true, &changed) == RMP_OK && changed,
	       "PVALIDATE validates, no carry");
	tap_ok(states[SMALL / 4096] == PAGE_PRIVATE, "the page is validated");
	tap_ok(rmp_validate(SMALL, false, true, &changed) == RMP_OK && !changed,
	       "PVALIDATE again: carry");
	tap_ok(accepted_again == 1, "which is counted, the first time is not");
	tap_ok(rmp_validate(SMALL, false, false, &changed) == RMP_OK && changed,
	       "PVALIDATE takes the validation back");
	tap_ok(rmp_validate(SMALL, false, false, &changed) == RMP_OK && !changed,
	       "PVALIDATE takes it back again: carry");
	tap_ok(rmp_validate(SMALL + 0x10, false, true, &changed) == RMP_OK &&
	       states[SMALL / 4096] == PAGE_PRIVATE, "an address in the page will do");
	tap_ok(rmp_validate(PAGES * 4096ul, false, true, &changed) == RMP_NOT_ASSIGNED,
	       "PVALIDATE outside of memory");
	rmp_release(SMALL);
	rmp_assign(SMALL, false);
	tap_ok(rmp_validate(SMALL, false, true, &changed) == RMP_OK && changed,
	       "a page that the host took and gave back shows it by the carry flag");
}

static void test_pvalidate_2m(void)
{
	bool changed;

	start(PAGE_SHARED, false);
	rmp_assign(LARGE, true);
	tap_ok(rmp_is_2m(LARGE) && rmp_is_2m(LARGE + 0x1ff000), "2 MiB entry");
	tap_ok(rmp_validate(LARGE + 0x1000, true, true, &changed) == RMP_FAIL_INPUT,
	       "2 MiB PVALIDATE must be aligned");
	tap_ok(rmp_validate(LARGE, true, true, &changed) == RMP_OK && changed &&
	       states[LARGE / 4096 + 511] == PAGE_PRIVATE, "2 MiB PVALIDATE");
	tap_ok(rmp_validate(LARGE, true, true, &changed) == RMP_OK && !changed,
	       "2 MiB PVALIDATE again: carry");
	tap_ok(rmp_validate(LARGE + 0x3000, false, false, &changed) == RMP_OK && changed &&
	       !rmp_is_2m(LARGE), "4 KiB PVALIDATE splits the entry");
	tap_ok(rmp_smash_count() == 1, "the split was counted");
	tap_ok(states[LARGE / 4096 + 2] == PAGE_PRIVATE && states[LARGE / 4096 + 4] == PAGE_PRIVATE,
	       "neighbours keep their state");
	tap_ok(rmp_validate(LARGE, true, true, &changed) == RMP_FAIL_SIZEMISMATCH,
	       "2 MiB PVALIDATE of 4 KiB entries: size mismatch");
	start(PAGE_SHARED, true);
	rmp_assign(LARGE, true);
	tap_ok(rmp_validate(LARGE, true, true, &changed) == RMP_FAIL_SIZEMISMATCH,
	       "no 2 MiB entries when told so");
	tap_ok(states[LARGE / 4096] == PAGE_PENDING, "a mismatch changes nothing");
}

static void test_launch(void)
{
	start(PAGE_PRIVATE, false);
	states[SMALL / 4096 + 7] = PAGE_SHARED;
	rmp_launch_2m();
	tap_ok(rmp_is_2m(LARGE), "2 MiB entry where all is private after the launch");
	tap_ok(!rmp_is_2m(SMALL), "none where a page is not");
	rmp_release(LARGE + 0x5000);
	tap_ok(!rmp_is_2m(LARGE) && states[LARGE / 4096 + 5] == PAGE_SHARED &&
	       states[LARGE / 4096 + 6] == PAGE_PRIVATE, "giving a page away splits the entry");
}

static enum rmp_result adjust(uint8_t vmpl, uint8_t permissions, bool vmsa)
{
	struct rmp_adjust wanted = { vmpl, permissions, vmsa };

	return rmp_adjust(SMALL, false, wanted, false);
}

static void test_rmpadjust(void)
{
	struct rmp_adjust found = { 0 };
	struct rmp_adjust vmsa = { .vmpl = 1, .vmsa = true };
	bool large, changed;

	start(PAGE_PENDING, false);
	tap_ok(adjust(1, 1, false) == RMP_NOT_VALIDATED, "RMPADJUST needs a validated page");
	start(PAGE_PRIVATE, false);
	tap_ok(adjust(0, 0, false) == RMP_FAIL_PERMISSION, "RMPADJUST of the own VMPL");
	tap_ok(adjust(4, 0, false) == RMP_FAIL_INPUT, "RMPADJUST of VMPL 4");
	tap_ok(adjust(2, 5, false) == RMP_OK, "RMPADJUST of VMPL 2");
	tap_ok(rmp_query(SMALL, 2, &found, &large) == RMP_OK && found.permissions == 5 && !large,
	       "RMPQUERY finds the permissions");
	tap_ok(rmp_query(SMALL, 3, &found, &large) == RMP_OK && !found.permissions,
	       "other VMPLs have none");
	tap_ok(rmp_query(SMALL, 0, &found, &large) == RMP_OK && found.permissions == 0xf,
	       "VMPL 0 has all");
	tap_ok(adjust(1, 0, true) == RMP_OK && rmp_is_vmsa(SMALL), "RMPADJUST makes a VMSA");
	tap_ok(rmp_adjust(SMALL, false, (struct rmp_adjust){ .vmpl = 1 }, true) == RMP_FAIL_INUSE,
	       "a VMSA in use stays one");
	tap_ok(adjust(1, 0, false) == RMP_OK && !rmp_is_vmsa(SMALL), "RMPADJUST ends a VMSA");
	tap_ok(rmp_adjust(LARGE, true, vmsa, false) == RMP_FAIL_INPUT, "a VMSA is 4 KiB");
	tap_ok(rmp_adjust(LARGE, true, (struct rmp_adjust){ .vmpl = 1 }, false) ==
	       RMP_FAIL_SIZEMISMATCH, "2 MiB RMPADJUST of 4 KiB entries");
	adjust(2, 7, true);
	rmp_validate(SMALL, false, false, &changed);
	rmp_validate(SMALL, false, true, &changed);
	rmp_query(SMALL, 2, &found, &large);
	tap_ok(!found.permissions && !found.vmsa, "validation anew clears permissions");
}

static struct npf_access access(bool encrypted, bool write, enum page_state state)
{
	struct npf_access made = { .encrypted = encrypted, .write = write, .state = state };

	return made;
}

static void test_accesses(void)
{
	struct npf_access walk = access(false, false, PAGE_PRIVATE);
	struct npf_access vmsa = access(true, true, PAGE_PRIVATE);

	walk.table_walk = true;
	vmsa.vmsa = true;
	tap_ok(npf_rule(access(true, false, PAGE_PENDING)) == NPF_NOT_VALIDATED,
	       "C=1 read of an unvalidated page: #VC");
	tap_ok(npf_rule(access(true, true, PAGE_PENDING)) == NPF_NOT_VALIDATED,
	       "C=1 write of an unvalidated page: #VC");
	tap_ok(npf_rule(access(true, false, PAGE_SHARED)) == NPF_VIOLATION,
	       "C=1 access to a shared page");
	tap_ok(npf_rule(access(true, false, PAGE_NONE)) == NPF_VIOLATION, "C=1 access to nothing");
	tap_ok(npf_rule(access(true, true, PAGE_HV)) == NPF_VIOLATION, "C=1 access to the host");
	tap_ok(npf_rule(access(false, true, PAGE_HV)) == NPF_VIOLATION, "C=0 access to the host");
	tap_ok(npf_rule(access(false, false, PAGE_PRIVATE)) == NPF_CIPHERTEXT,
	       "C=0 read of a private page");
	tap_ok(npf_rule(access(false, true, PAGE_PRIVATE)) == NPF_VIOLATION,
	       "C=0 write of a private page");
	tap_ok(npf_rule(access(false, true, PAGE_PENDING)) == NPF_VIOLATION,
	       "C=0 write of an unvalidated page");
	tap_ok(npf_rule(access(false, false, PAGE_NONE)) == NPF_MMIO, "C=0 read of a device");
	tap_ok(npf_rule(walk) == NPF_WALK_ENCRYPTED, "table walk without C-bit");
	tap_ok(npf_rule(vmsa) == NPF_VIOLATION, "write of a VMSA");
	vmsa.write = false;
	tap_ok(npf_rule(vmsa) == NPF_RETRY, "read of a VMSA");
	tap_ok(npf_rule(access(true, true, PAGE_PRIVATE)) == NPF_RETRY, "allowed by now");
}

int main(void)
{
	test_pvalidate_4k();
	test_pvalidate_2m();
	test_launch();
	test_rmpadjust();
	test_accesses();
	return tap_done();
}
