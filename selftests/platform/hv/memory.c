// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's memory through its own page tables. The hypervisor maps all memory
 * one to one, so what host_address() makes of a checked address is a pointer.
 */
#include "hv.h"

#define PTE_PRESENT	0x001ull
#define PTE_LARGE	0x080ull
#define PTE_ADDRESS	0x000ffffffffff000ull

/**
 * memory_is_guest() - is all of a range memory of the guest?
 * @gpa: start, without an address bit
 * @size: bytes
 */
bool memory_is_guest(uint64_t gpa, uint64_t size)
{
	uint64_t end = gpa + size;

	if (!size || end < gpa)
		return false;
	for (gpa &= PAGE_MASK; gpa < end; gpa += PAGE_SIZE) {
		enum page_state state = page_state_get(gpa);

		if (state == PAGE_NONE || state == PAGE_HV)
			return false;
	}
	return true;
}

static void touch(struct vcpu *v, uint64_t gpa, bool private)
{
	if (personality->touch)
		personality->touch(v, gpa & PAGE_MASK, private);
}

static bool read_entry(struct vcpu *v, uint64_t table, unsigned int index, uint64_t *entry)
{
	if (!memory_is_guest(table, PAGE_SIZE))
		return false;
	touch(v, table, true);
	*entry = ((volatile uint64_t *)host_address(table))[index];
	return *entry & PTE_PRESENT;
}

/**
 * guest_translate() - walk the guest's page tables, four levels
 * @v: the vCPU
 * @va: virtual address
 * @gpa: receives the physical one, without an address bit
 * @private: receives whether the page is mapped private
 *
 * Return: false when nothing is mapped there.
 */
bool guest_translate(struct vcpu *v, uint64_t va, uint64_t *gpa, bool *private)
{
	const struct vmcb_save *save = &v->vmcb->save;
	uint64_t entry = save->cr3, bit = npt_address_bit();
	unsigned int shift;

	if (!(save->cr0 & CR0_PG)) {
		*gpa = va;
		*private = true;
		return true;
	}
	if (!(save->efer & EFER_LMA))
		return false;
	for (shift = 39; shift >= 12; shift -= 9) {
		uint64_t offset_mask = (1ull << shift) - 1;

		if (!read_entry(v, entry & PTE_ADDRESS & ~bit, va >> shift & 511, &entry))
			return false;
		if (shift != 12 && !(shift < 39 && entry & PTE_LARGE))
			continue;
		*private = !!(entry & bit) == personality->views.set_is_private;
		*gpa = (entry & PTE_ADDRESS & ~bit & ~offset_mask) | (va & offset_mask);
		return true;
	}
	return false;
}

static bool guest_copy(struct vcpu *v, uint64_t va, uint8_t *buffer, size_t n, bool write)
{
	while (n) {
		size_t part = PAGE_SIZE - (va & ~PAGE_MASK);
		uint64_t gpa;
		bool private;

		if (part > n)
			part = n;
		if (!guest_translate(v, va, &gpa, &private) || !memory_is_guest(gpa, part))
			return false;
		touch(v, gpa, private);
		if (write)
			memcpy((void *)host_address(gpa), buffer, part);
		else
			memcpy(buffer, (void *)host_address(gpa), part);
		va += part;
		buffer += part;
		n -= part;
	}
	return true;
}

/**
 * guest_read() - copy from the guest's virtual memory
 * @v: the vCPU
 * @va: virtual address
 * @to: receives the bytes
 * @n: how many
 *
 * Return: false when some of it is not mapped to memory.
 */
bool guest_read(struct vcpu *v, uint64_t va, void *to, size_t n)
{
	return guest_copy(v, va, to, n, false);
}

/**
 * guest_write() - copy to the guest's virtual memory
 * @v: the vCPU
 * @va: virtual address
 * @from: the bytes
 * @n: how many
 *
 * Return: false when some of it is not mapped to memory.
 */
bool guest_write(struct vcpu *v, uint64_t va, const void *from, size_t n)
{
	return guest_copy(v, va, (uint8_t *)from, n, true);
}
