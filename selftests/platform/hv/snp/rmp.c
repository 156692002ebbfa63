// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reverse map table as a state machine. Nothing here touches guest memory
 * or registers, so it is tested natively.
 */
#include "../hv.h"
#include "rmp.h"

#define VMPLS			4
#define PERMISSION_BITS		4
#define ALL_PERMISSIONS		0xf

/* bits 11:0: permissions of VMPL 1-3; VMPL 0 has all on every validated page */
#define ENTRY_VMSA		0x1000u
#define ENTRY_2M		0x2000u	/* in the first entry of a 2 MiB range */

static struct {
	uint16_t *entries;
	uint64_t pages;
	bool never_2m;
	uint64_t smashed;
} rmp;

/**
 * rmp_init() - start with an empty table
 * @entries: one for each page, all zero
 * @pages: 4 KiB pages from GPA 0
 * @never_2m: keep 4 KiB entries only, so that every 2 MiB PVALIDATE mismatches
 */
void rmp_init(uint16_t *entries, uint64_t pages, bool never_2m)
{
	rmp.entries = entries;
	rmp.pages = pages;
	rmp.never_2m = never_2m;
	rmp.smashed = 0;
}

static uint64_t base_2m(uint64_t gpa)
{
	return gpa & ~(RMP_2M_SIZE - 1);
}

static uint16_t *entry_of(uint64_t gpa)
{
	return &rmp.entries[gpa / PAGE_SIZE];
}

static bool in_table(uint64_t gpa)
{
	return gpa / PAGE_SIZE < rmp.pages;
}

static unsigned int shift_of(uint8_t vmpl)
{
	return (vmpl - 1) * PERMISSION_BITS;
}

/**
 * rmp_is_assigned() - is the page the guest's?
 * @gpa: address in the page
 */
bool rmp_is_assigned(uint64_t gpa)
{
	enum page_state state;

	if (!in_table(gpa))
		return false;
	state = page_state_get(gpa);
	return state == PAGE_PRIVATE || state == PAGE_PENDING;
}

/**
 * rmp_is_2m() - is the page part of a 2 MiB entry?
 * @gpa: address in the page
 */
bool rmp_is_2m(uint64_t gpa)
{
	return in_table(gpa) && *entry_of(base_2m(gpa)) & ENTRY_2M;
}

/**
 * rmp_is_vmsa() - does the page hold a VM save area?
 * @gpa: address in the page
 */
bool rmp_is_vmsa(uint64_t gpa)
{
	return in_table(gpa) && *entry_of(gpa) & ENTRY_VMSA;
}

static bool uniform_2m(uint64_t base, enum page_state state)
{
	uint64_t i;

	if (!in_table(base + RMP_2M_SIZE - 1))
		return false;
	for (i = 0; i < RMP_2M_PAGES; i++)
		if (page_state_get(base + i * PAGE_SIZE) != state)
			return false;
	return true;
}

/**
 * rmp_launch_2m() - make 2 MiB entries wherever a launch left 2 MiB private
 *
 * That is what firmware does that validates memory before it starts a kernel.
 */
void rmp_launch_2m(void)
{
	uint64_t base;

	if (rmp.never_2m)
		return;
	for (base = 0; base / PAGE_SIZE < rmp.pages; base += RMP_2M_SIZE)
		if (uniform_2m(base, PAGE_PRIVATE))
			*entry_of(base) |= ENTRY_2M;
}

/**
 * rmp_smash() - PSMASH: split a 2 MiB entry into 4 KiB ones
 * @gpa: address in the range
 *
 * The host does this when a guest uses part of a large page.
 */
void rmp_smash(uint64_t gpa)
{
	uint16_t *head = entry_of(base_2m(gpa));
	uint64_t i;

	if (!(*head & ENTRY_2M))
		return;
	*head &= ~ENTRY_2M;
	for (i = 1; i < RMP_2M_PAGES; i++)
		head[i] = *head;
	rmp.smashed++;
}

/* RMPUPDATE clears what the guest had set */
static void renew_entry(uint64_t gpa, enum page_state state)
{
	*entry_of(gpa) = 0;
	page_state_set(gpa, state);
}

/**
 * rmp_assign() - RMPUPDATE: give a page to the guest, not validated
 * @gpa: 4 KiB or 2 MiB aligned, in guest memory
 * @large: the whole 2 MiB range, as one entry unless told never to
 */
void rmp_assign(uint64_t gpa, bool large)
{
	uint64_t i;

	rmp_smash(gpa);
	if (!large) {
		renew_entry(gpa, PAGE_PENDING);
		return;
	}
	for (i = 0; i < RMP_2M_PAGES; i++)
		renew_entry(gpa + i * PAGE_SIZE, PAGE_PENDING);
	if (!rmp.never_2m)
		*entry_of(gpa) |= ENTRY_2M;
}

/**
 * rmp_release() - RMPUPDATE: take a page from the guest, it is shared then
 * @gpa: 4 KiB aligned, in guest memory
 */
void rmp_release(uint64_t gpa)
{
	rmp_smash(gpa);
	renew_entry(gpa, PAGE_SHARED);
}

/* Permissions of lower VMPLs end with the validation */
static bool validate_page(uint64_t gpa, enum page_state state)
{
	if (page_state_get(gpa) == state)
		return false;
	*entry_of(gpa) &= ENTRY_2M;
	page_state_set(gpa, state);
	return true;
}

/**
 * rmp_validate() - PVALIDATE, APM volume 3
 * @gpa: address in the page
 * @large: RCX, the page is 2 MiB
 * @validate: RDX, new value of the validated bit
 * @changed: the opposite of the carry flag: the bit was different before
 *
 * A 4 KiB request on a 2 MiB entry faults into the host on hardware, which
 * splits the entry and lets the guest go on; done here at once.
 */
enum rmp_result rmp_validate(uint64_t gpa, bool large, bool validate, bool *changed)
{
	enum page_state state = validate ? PAGE_PRIVATE : PAGE_PENDING;
	uint64_t i;

	*changed = false;
	if (large && gpa & (RMP_2M_SIZE - PAGE_SIZE))
		return RMP_FAIL_INPUT;
	gpa &= ~(PAGE_SIZE - 1);
	if (!rmp_is_assigned(gpa))
		return RMP_NOT_ASSIGNED;
	if (large && !rmp_is_2m(gpa))
		return RMP_FAIL_SIZEMISMATCH;
	if (!large) {
		rmp_smash(gpa);
		*changed = validate_page(gpa, state);
	}
	for (i = 0; large && i < RMP_2M_PAGES; i++)
		*changed |= validate_page(gpa + i * PAGE_SIZE, state);
	if (validate && !*changed)
		page_state_accepted_again();
	return RMP_OK;
}

static void set_attributes(uint64_t gpa, struct rmp_adjust wanted)
{
	uint16_t entry = *entry_of(gpa);

	entry &= ~(ALL_PERMISSIONS << shift_of(wanted.vmpl) | ENTRY_VMSA);
	entry |= (wanted.permissions & ALL_PERMISSIONS) << shift_of(wanted.vmpl);
	if (wanted.vmsa)
		entry |= ENTRY_VMSA;
	*entry_of(gpa) = entry;
	page_state_set(gpa, page_state_get(gpa));	/* a VMSA page is mapped read-only */
}

/**
 * rmp_adjust() - RMPADJUST by VMPL 0, APM volume 3
 * @gpa: address in the page
 * @large: RCX, the page is 2 MiB
 * @wanted: RDX
 * @in_use: a vCPU runs from this page
 */
enum rmp_result rmp_adjust(uint64_t gpa, bool large, struct rmp_adjust wanted, bool in_use)
{
	if (wanted.vmpl >= VMPLS || (large && (wanted.vmsa || gpa & (RMP_2M_SIZE - PAGE_SIZE))))
		return RMP_FAIL_INPUT;
	gpa &= ~(PAGE_SIZE - 1);
	if (!rmp_is_assigned(gpa))
		return RMP_NOT_ASSIGNED;
	if (page_state_get(gpa) != PAGE_PRIVATE)
		return RMP_NOT_VALIDATED;
	if (wanted.vmpl == 0)
		return RMP_FAIL_PERMISSION;
	if (large && !rmp_is_2m(gpa))
		return RMP_FAIL_SIZEMISMATCH;
	if (in_use)
		return RMP_FAIL_INUSE;
	if (!large)
		rmp_smash(gpa);
	set_attributes(gpa, wanted);
	return RMP_OK;
}

/**
 * rmp_query() - RMPQUERY by VMPL 0, APM volume 3
 * @gpa: address in the page
 * @vmpl: whose permissions
 * @found: result
 * @large: the entry is for 2 MiB
 */
enum rmp_result rmp_query(uint64_t gpa, uint8_t vmpl, struct rmp_adjust *found, bool *large)
{
	uint16_t entry;

	if (vmpl >= VMPLS)
		return RMP_FAIL_INPUT;
	if (!rmp_is_assigned(gpa))
		return RMP_NOT_ASSIGNED;
	if (page_state_get(gpa) != PAGE_PRIVATE)
		return RMP_NOT_VALIDATED;
	*large = rmp_is_2m(gpa);
	entry = *entry_of(*large ? base_2m(gpa) : gpa);
	found->vmpl = vmpl;
	found->permissions = vmpl ? entry >> shift_of(vmpl) & ALL_PERMISSIONS : ALL_PERMISSIONS;
	found->vmsa = entry & ENTRY_VMSA;
	return RMP_OK;
}

/**
 * rmp_smash_count() - 2 MiB entries split so far
 */
uint64_t rmp_smash_count(void)
{
	return rmp.smashed;
}
