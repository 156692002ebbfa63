// SPDX-License-Identifier: GPL-2.0-only
/*
 * The secure EPT as far as a TD can tell: each page is the TD's, pending, shared, or
 * not there. TDX Module Base Architecture, "Memory Management"; ABI, TDG.MEM.PAGE.*.
 */
#include "tdx.h"

#define MAPPING_LEVEL(mapping)	((mapping) & 7)
#define MAPPING_RESERVED	0xfff0000000000ff8ull
#define LEVEL_4K		0
#define LEVEL_2M		1
#define LEVEL_1G		2

#define MAPPING_PENDING		(1ull << 62)

#define NPF_WRITE		(1ull << 1)
#define NPF_FETCH		(1ull << 4)
#define EPT_READ		1
#define EPT_WRITE		2
#define EPT_FETCH		4

static void scrub(uint64_t gpa)
{
	memset((void *)host_address(gpa), 0, PAGE_SIZE);
}

static bool is_td_memory(enum page_state state)
{
	return state == PAGE_PRIVATE || state == PAGE_PENDING;
}

/**
 * sept_is_private() - are all bytes in pages that the TD has accepted?
 * @gpa: start
 * @size: bytes, not 0
 */
bool sept_is_private(uint64_t gpa, uint64_t size)
{
	return page_state_all(gpa, size, PAGE_PRIVATE);
}

/* Counts the pages of each state; false when some are no memory of the TD */
static bool count_states(uint64_t gpa, uint64_t pages, uint64_t *n_private)
{
	uint64_t i;

	*n_private = 0;
	for (i = 0; i < pages; i++) {
		enum page_state state = page_state_get(gpa + i * PAGE_SIZE);

		if (!is_td_memory(state))
			return false;
		*n_private += state == PAGE_PRIVATE;
	}
	return true;
}

/**
 * sept_accept() - TDG.MEM.PAGE.ACCEPT
 * @mapping: address, and level in bits 2:0
 *
 * The VMM maps 2 MiB at most. Part of 2 MiB that is accepted already was mapped by
 * 4 KiB pages, so that the sizes do not match.
 */
uint64_t sept_accept(uint64_t mapping)
{
	uint64_t level = MAPPING_LEVEL(mapping), gpa = mapping & PAGE_MASK;
	uint64_t pages = level == LEVEL_4K ? 1 : 512, n_private, i;

	if (level > LEVEL_1G || mapping & MAPPING_RESERVED || gpa >= TDX_SHARED)
		return TDX_OPERAND_INVALID(OPERAND_RCX);
	if (gpa & ((PAGE_SIZE << 9 * level) - 1))
		return TDX_OPERAND_INVALID(OPERAND_RCX);
	if (level == LEVEL_1G)
		return TDX_PAGE_SIZE_MISMATCH;
	if (!count_states(gpa, pages, &n_private))
		return level == LEVEL_4K ? TDX_OPERAND_INVALID(OPERAND_RCX) :
					   TDX_PAGE_SIZE_MISMATCH;
	if (n_private == pages) {
		page_state_accepted_again();
		return TDX_PAGE_ALREADY_ACCEPTED;
	}
	if (n_private)
		return TDX_PAGE_SIZE_MISMATCH;
	for (i = 0; i < pages; i++) {
		scrub(gpa + i * PAGE_SIZE);
		page_state_set(gpa + i * PAGE_SIZE, PAGE_PRIVATE);
	}
	return TDX_SUCCESS;
}

/**
 * sept_mapping() - how a page is mapped, for TDG.MEM.PAGE.ATTR.RD
 * @gpa: without the shared bit
 * @mapping: receives address, level and whether the page is pending
 *
 * Return: false when the secure EPT has no such page.
 */
bool sept_mapping(uint64_t gpa, uint64_t *mapping)
{
	enum page_state state = page_state_get(gpa);

	if (!is_td_memory(state))
		return false;
	*mapping = (gpa & PAGE_MASK) | LEVEL_4K | (state == PAGE_PENDING ? MAPPING_PENDING : 0);
	return true;
}

/**
 * sept_to_shared() - the VMM takes a page out of the secure EPT and shares it
 * @gpa: page aligned
 *
 * Return: false when there is no memory.
 */
bool sept_to_shared(uint64_t gpa)
{
	enum page_state state = page_state_get(gpa);

	if (state == PAGE_SHARED)
		return true;
	if (!is_td_memory(state))
		return false;
	scrub(gpa);
	page_state_set(gpa, PAGE_SHARED);
	return true;
}

/**
 * sept_to_private() - the VMM adds a page, which the TD has to accept
 * @gpa: page aligned
 *
 * Return: false when there is no memory.
 */
bool sept_to_private(uint64_t gpa)
{
	enum page_state state = page_state_get(gpa);

	if (is_td_memory(state))
		return true;
	if (state != PAGE_SHARED)
		return false;
	scrub(gpa);
	page_state_set(gpa, PAGE_PENDING);
	return true;
}

/**
 * sept_replace() - the VMM removes a page and adds another in its place
 * @gpa: page aligned
 *
 * Return: false when the TD has not accepted a page there.
 */
bool sept_replace(uint64_t gpa)
{
	if (page_state_get(gpa) != PAGE_PRIVATE)
		return false;
	scrub(gpa);
	page_state_set(gpa, PAGE_PENDING);
	return true;
}

static const char *state_name(enum page_state state)
{
	switch (state) {
	case PAGE_PENDING:
		return "private access to a pending page";
	case PAGE_SHARED:
		return "private access to a shared page";
	case PAGE_HV:
		return "private access to a page of the hypervisor";
	default:
		return "private access to no memory";
	}
}

static struct ve_info ve_for(struct vcpu *v, uint64_t gpa)
{
	uint64_t error = v->vmcb->control.exit_info_1;
	uint64_t access = error & NPF_WRITE ? EPT_WRITE : error & NPF_FETCH ? EPT_FETCH : EPT_READ;

	return (struct ve_info){ .reason = VE_EPT, .qualification = access, .gpa = gpa,
				 .gla = insn_address(v) };
}

/**
 * sept_violation() - serve an access that no mapping allows
 * @v: the vCPU, after a nested page fault
 *
 * What is not private is reached through shared addresses, and the VMM has to help:
 * #VE. A private access that finds no accepted page goes to the VMM on hardware,
 * which cannot mend it: the TD is stopped. Only a pending page may be a #VE, when the
 * TD was built so.
 */
void sept_violation(struct vcpu *v)
{
	uint64_t address = v->vmcb->control.exit_info_2;
	uint64_t gpa = address & ~TDX_SHARED & PAGE_MASK;
	enum page_state state = page_state_get(gpa);

	if (address & TDX_SHARED) {
		ve_inject(v, ve_for(v, address));
		return;
	}
	if (state == PAGE_PENDING && !(td.identity.attributes & TD_ATTR_SEPT_VE_DISABLE) &&
	    !(td.td_ctls & 1)) {
		ve_inject(v, ve_for(v, address));
		return;
	}
	tdx_stop(v, STOP_VIOLATION, state_name(state), address);
}
