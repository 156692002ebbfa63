// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nested page tables: two views of the guest's memory, told apart by one address
 * bit. The private view maps private pages, the shared view shared ones, both to
 * the same frame, which host_address() names. Tables are made when an access first
 * needs them.
 */
#include "hv.h"

#define ENTRY_PRESENT	0x001ull
#define ENTRY_WRITE	0x002ull
#define ENTRY_FLAGS	0x067ull	/* present, writable, user, accessed, dirty */
#define ENTRY_ADDRESS	0x000ffffffffff000ull
#define ENTRIES		512

#define ROOT_LEVEL	4
#define FAULT_WRITE	0x002ull	/* EXITINFO1 */

struct range {
	uint64_t start, size;
};

static struct {
	uint64_t pool, pool_end;
	struct npt_views views;
	uint64_t *root;
	uint64_t *root_all_private;
	struct range hidden;		/* of shared pages */
	struct range withheld;		/* of private ones */
} npt;

static unsigned int index_at(uint64_t address, unsigned int level)
{
	return address >> (12 + 9 * (level - 1)) & (ENTRIES - 1);
}

/**
 * npt_new_table() - an empty page for a table of any kind
 *
 * They are never given back: what a run needs is bounded by its memory.
 */
uint64_t *npt_new_table(void)
{
	uint64_t *page = (uint64_t *)npt.pool;

	if (npt.pool + PAGE_SIZE > npt.pool_end)
		panic("no room for nested page tables");
	npt.pool += PAGE_SIZE;
	memset(page, 0, PAGE_SIZE);
	return page;
}

static uint64_t *next_table(uint64_t *entry, bool make)
{
	if (!(*entry & ENTRY_PRESENT)) {
		if (!make)
			return NULL;
		*entry = (uint64_t)npt_new_table() | ENTRY_FLAGS;
	}
	return (uint64_t *)(*entry & ENTRY_ADDRESS);
}

/* The last table for an address of either view, or NULL */
static uint64_t *leaf_table(uint64_t address, bool make)
{
	uint64_t *at = npt.root;
	unsigned int level;

	for (level = ROOT_LEVEL; at && level > 1; level--)
		at = next_table(&at[index_at(address, level)], make);
	return at;
}

static uint64_t view_address(uint64_t gpa, bool private)
{
	bool set = private == npt.views.set_is_private;

	return set && npt.views.bit ? gpa | 1ull << npt.views.bit : gpa;
}

static uint64_t entry_for(uint64_t gpa, bool private)
{
	enum page_state wanted = private ? PAGE_PRIVATE : PAGE_SHARED;
	const struct range *without = private ? &npt.withheld : &npt.hidden;
	uint64_t entry = host_address(gpa) | ENTRY_FLAGS;

	if (page_state_get(gpa) != wanted || gpa - without->start < without->size)
		return 0;
	if (private && personality->read_only && personality->read_only(gpa))
		entry &= ~ENTRY_WRITE;
	return entry;
}

/**
 * npt_init() - make empty tables
 * @pool: start of the memory for tables, page aligned
 * @pool_end: its end
 * @views: how addresses tell private from shared
 */
void npt_init(uint64_t pool, uint64_t pool_end, struct npt_views views)
{
	uint64_t private_half;

	npt.pool = pool;
	npt.pool_end = pool_end;
	npt.views = views;
	npt.root = npt_new_table();
	npt.root_all_private = npt_new_table();
	leaf_table(view_address(0, true), true);
	private_half = npt.root[index_at(view_address(0, true), ROOT_LEVEL)];
	npt.root_all_private[0] = private_half;
	npt.root_all_private[index_at(npt_address_bit(), ROOT_LEVEL)] = private_half;
}

/**
 * npt_address_bit() - the bit that tells the views apart, as a mask
 */
uint64_t npt_address_bit(void)
{
	return npt.views.bit ? 1ull << npt.views.bit : 0;
}

/**
 * npt_root() - nested CR3 of a vCPU
 */
uint64_t npt_root(void)
{
	return (uint64_t)npt.root;
}

/**
 * npt_root_all_private() - nested CR3 while a vCPU has paging off
 *
 * Without page tables of its own it cannot set an address bit, and all it does
 * is private.
 */
uint64_t npt_root_all_private(void)
{
	return (uint64_t)npt.root_all_private;
}

/**
 * npt_update() - make the mapping of a page follow its state
 * @gpa: page aligned, without an address bit
 */
void npt_update(uint64_t gpa)
{
	unsigned int private;

	for (private = 0; private < 2; private++) {
		uint64_t *table = leaf_table(view_address(gpa, private), false);

		if (table)
			table[index_at(gpa, 1)] = entry_for(gpa, private);
	}
}

static void update_range(struct range range)
{
	uint64_t at;

	for (at = range.start; at < range.start + range.size; at += PAGE_SIZE)
		npt_update(at);
}

static void move_range(struct range *range, uint64_t start, uint64_t size)
{
	struct range old = *range;

	*range = (struct range){ start, size };
	update_range(old);
	update_range(*range);
}

/**
 * npt_hide() - map no shared page of a range, so that each access to one is an exit
 * @start: page aligned, without an address bit
 * @size: whole pages; 0 to hide nothing. There is one range
 *
 * The caller shoots down other vCPUs.
 */
void npt_hide(uint64_t start, uint64_t size)
{
	move_range(&npt.hidden, start, size);
}

/**
 * npt_withhold() - do not map a private page
 * @gpa: page aligned, without an address bit
 * @size: PAGE_SIZE, or 0 for none. There is one
 *
 * The caller shoots down other vCPUs.
 */
void npt_withhold(uint64_t gpa, uint64_t size)
{
	move_range(&npt.withheld, gpa, size);
}

/**
 * npt_map() - map a page whatever its state, until the next npt_update()
 * @gpa: page aligned, without an address bit
 * @private: in the private view
 * @target: page to show
 * @writable: the guest may write it
 */
void npt_map(uint64_t gpa, bool private, uint64_t target, bool writable)
{
	uint64_t *table = leaf_table(view_address(gpa, private), true);

	table[index_at(gpa, 1)] = target | (ENTRY_FLAGS & ~(writable ? 0 : ENTRY_WRITE));
}

/* Of a whole table at once: the neighbours will be needed too */
static void fill(uint64_t *table, uint64_t gpa, bool private)
{
	uint64_t first = gpa & ~(SIZE_2M - 1);
	unsigned int i;

	for (i = 0; i < ENTRIES; i++)
		if (!(table[i] & ENTRY_PRESENT))
			table[i] = entry_for(first + i * PAGE_SIZE, private);
}

/**
 * npt_fault() - serve a nested page fault that only wants a mapping
 * @v: the vCPU
 *
 * Return: false when the access is not allowed; the personality decides then.
 */
bool npt_fault(struct vcpu *v)
{
	uint64_t address = v->vmcb->control.exit_info_2;
	uint64_t gpa = address & ~npt_address_bit() & PAGE_MASK;
	bool private = !!(address & npt_address_bit()) == npt.views.set_is_private;
	uint64_t *table, entry;

	if (v->vmcb->control.nested_cr3 == npt_root_all_private()) {
		private = true;
		if (v->vmcb->save.cr0 & CR0_PG) {
			v->vmcb->control.nested_cr3 = npt_root();
			return true;
		}
	}
	if (!entry_for(gpa, private))
		return false;
	table = leaf_table(view_address(gpa, private), true);
	entry = table[index_at(gpa, 1)];
	/* another vCPU may have served the same fault while this one waited for the lock */
	if (entry & ENTRY_PRESENT)
		return entry & ENTRY_WRITE || !(v->vmcb->control.exit_info_1 & FAULT_WRITE);
	fill(table, gpa, private);
	return true;
}
