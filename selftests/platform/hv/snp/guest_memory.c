// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's memory as the host sees it. The hypervisor maps all memory one to
 * one, so a checked guest physical address is a pointer.
 */
#include "snp.h"

#define APIC_PAGE	0xfee00000ul
#define MAPPED_END	(512ul << 30)	/* what boot.S maps of the machine */

static bool every_page(uint64_t gpa, uint64_t size, bool (*good)(enum page_state state))
{
	uint64_t page = gpa & ~(PAGE_SIZE - 1), end = gpa + size;

	if (!size || end < gpa || gpa >= SNP_C_BIT || end > SNP_C_BIT)
		return false;
	for (; page < end; page += PAGE_SIZE)
		if (!good(page_state_get(page)))
			return false;
	return true;
}

static bool is_shared(enum page_state state)
{
	return state == PAGE_SHARED;
}

static bool is_nothing(enum page_state state)
{
	return state == PAGE_NONE;
}

/**
 * snp_memory() - pointer to guest memory
 * @gpa: an address that was checked
 */
void *snp_memory(uint64_t gpa)
{
	return (void *)gpa;
}

/**
 * snp_shared() - pointer to memory that the guest shares
 * @gpa: start
 * @size: bytes, not 0
 *
 * Return: NULL unless every byte is in a shared page: the host cannot see the
 * others, and must not try.
 */
void *snp_shared(uint64_t gpa, uint64_t size)
{
	return every_page(gpa, size, is_shared) ? (void *)gpa : NULL;
}

/**
 * snp_is_mmio() - may a range hold device registers?
 * @gpa: start
 * @size: bytes
 *
 * Return: false for memory of the guest and of the hypervisor, and where the
 * hypervisor has no mapping.
 */
bool snp_is_mmio(uint64_t gpa, uint64_t size)
{
	return gpa < MAPPED_END - size && every_page(gpa, size, is_nothing) && !iommu_owns(gpa);
}

/* One access of the right size each, as an atomic one is */
static uint64_t mmio_read(uint64_t gpa, uint64_t size)
{
	switch (size) {
	case 1:
		return __atomic_load_n((uint8_t *)gpa, __ATOMIC_RELAXED);
	case 2:
		return __atomic_load_n((uint16_t *)gpa, __ATOMIC_RELAXED);
	case 4:
		return __atomic_load_n((uint32_t *)gpa, __ATOMIC_RELAXED);
	default:
		return __atomic_load_n((uint64_t *)gpa, __ATOMIC_RELAXED);
	}
}

static void mmio_write(uint64_t gpa, uint64_t value, uint64_t size)
{
	switch (size) {
	case 1:
		__atomic_store_n((uint8_t *)gpa, value, __ATOMIC_RELAXED);
		break;
	case 2:
		__atomic_store_n((uint16_t *)gpa, value, __ATOMIC_RELAXED);
		break;
	case 4:
		__atomic_store_n((uint32_t *)gpa, value, __ATOMIC_RELAXED);
		break;
	default:
		__atomic_store_n((uint64_t *)gpa, value, __ATOMIC_RELAXED);
	}
}

/**
 * snp_mmio_read() - read a device register
 * @gpa: address, naturally aligned, checked by snp_is_mmio()
 * @to: result
 * @size: 1, 2, 4 or 8
 */
void snp_mmio_read(uint64_t gpa, void *to, uint64_t size)
{
	uint64_t value = mmio_read(gpa, size);

	memcpy(to, &value, size);
}

/**
 * snp_mmio_write() - write a device register
 * @v: the vCPU
 * @gpa: address, naturally aligned, checked by snp_is_mmio()
 * @from: value
 * @size: 1, 2, 4 or 8
 *
 * NMIs that the guest sends by its LAPIC are told from the hypervisor's own. A
 * LAPIC takes 32-bit writes only; a wider one could carry an INIT past the check.
 */
void snp_mmio_write(struct vcpu *v, uint64_t gpa, const void *from, uint64_t size)
{
	uint64_t value = 0;

	memcpy(&value, from, size);
	if ((gpa & PAGE_MASK) == APIC_PAGE &&
	    (size != 4 || apic_guest_write(v, gpa & ~PAGE_MASK, value)))
		return;
	mmio_write(gpa, value, size);
}
