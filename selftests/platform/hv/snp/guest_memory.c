// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's memory as the host sees it. The hypervisor maps all memory one to
 * one, so a checked guest physical address is a pointer.
 */
#include "snp.h"

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
