// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device registers, on behalf of the guest. The hypervisor maps the machine one to
 * one, so a checked address is a pointer.
 */
#include "hv.h"

#define APIC_PAGE	0xfee00000ul
#define MAPPED_END	(64ul << 40)	/* what boot.S maps of the machine */

/**
 * mmio_allowed() - may a range hold device registers of the guest?
 * @gpa: start
 * @size: bytes, not 0
 *
 * Return: false for memory of anybody, for the hypervisor's own devices, and where
 * the hypervisor has no mapping.
 */
bool mmio_allowed(uint64_t gpa, uint64_t size)
{
	uint64_t end = gpa + size;

	if (!size || end < gpa || end > MAPPED_END || iommu_owns(gpa) || iommu_owns(end - 1))
		return false;
	for (gpa &= PAGE_MASK; gpa < end; gpa += PAGE_SIZE)
		if (page_state_get(gpa) != PAGE_NONE)
			return false;
	return true;
}

/**
 * mmio_read() - read a device register, by one access as wide as the guest's
 * @gpa: address, naturally aligned, checked by mmio_allowed()
 * @size: 1, 2, 4 or 8
 */
uint64_t mmio_read(uint64_t gpa, uint64_t size)
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

/**
 * mmio_write() - write a device register
 * @v: the vCPU
 * @gpa: address, naturally aligned, checked by mmio_allowed()
 * @value: to write
 * @size: 1, 2, 4 or 8
 *
 * NMIs that the guest sends by its LAPIC are told from the hypervisor's own. A
 * LAPIC takes 32-bit writes only; a wider one could carry an INIT past the check.
 */
void mmio_write(struct vcpu *v, uint64_t gpa, uint64_t value, uint64_t size)
{
	if ((gpa & PAGE_MASK) == APIC_PAGE &&
	    (size != 4 || apic_guest_write(v, gpa & ~PAGE_MASK, value)))
		return;
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
