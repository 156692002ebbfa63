// SPDX-License-Identifier: GPL-2.0-only
/*
 * The firmware's table of unaccepted memory (UEFI 2.10 section 7.2 names the memory
 * type; the table itself is Linux' own, include/linux/efi.h).
 *
 * The boot stub made it from what the firmware, and so maybe the host, said. It
 * is read only, bounded before use, and advisory: a clear bit does not say that the
 * chunk has left the allocator's list, because accept_memory() goes one unit
 * beyond what it was asked for.
 */
#include <linux/bitmap.h>
#include <linux/efi.h>
#include <linux/io.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sizes.h>

#include "compat/unaccepted.h"
#include "cvm.h"

#define TABLE_VERSION	1
/* Units are 2 MiB on x86; a table for 64 TiB has 4 MiB of bits */
#define BITMAP_MAX	SZ_4M

struct table_head {
	u32 version;
	u32 unit_size;
	u64 phys_base;
	u64 size;
};

static const char *head_is_wrong(const struct table_head *head)
{
	if (head->version != TABLE_VERSION)
		return "unknown version";
	if (!is_power_of_2(head->unit_size) || head->unit_size < PAGE_SIZE)
		return "absurd unit size";
	if (!head->size || head->size > BITMAP_MAX)
		return "absurd size";
	if (head->phys_base & (head->unit_size - 1))
		return "base is not aligned to units";
	return NULL;
}

static u64 count_bits(const void *bitmap, u64 bytes)
{
	u64 words = bytes / sizeof(long), i, count = 0;
	const unsigned long *bits = bitmap;
	const u8 *rest = bitmap;

	for (i = 0; i < words; i++) {
		count += hweight_long(READ_ONCE(bits[i]));
		if (i % SZ_4K == 0)
			cond_resched();
	}
	/* the boot stub rounds up to bytes, not to words */
	for (i = words * sizeof(long); i < bytes; i++)
		count += hweight8(READ_ONCE(rest[i]));
	return count;
}

static bool read_head(phys_addr_t address, struct table_head *head)
{
	void *mapped = memremap(address, sizeof(*head), MEMREMAP_WB);

	if (!mapped)
		return false;
	memcpy(head, mapped, sizeof(*head));
	memunmap(mapped);
	return true;
}

/**
 * cvm_memory_efi() - what the firmware's table says now
 * @table: filled in
 *
 * Context: may sleep.
 */
void cvm_memory_efi(struct cvm_memory_efi *table)
{
	phys_addr_t address = cvm_efi_unaccepted();
	struct table_head head;
	void *bits;

	*table = (struct cvm_memory_efi){};
	if (address == EFI_INVALID_TABLE_ADDR)
		return;
	table->present = true;
	table->wrong = "cannot be mapped";
	if (!read_head(address, &head))
		return;
	table->wrong = head_is_wrong(&head);
	if (table->wrong)
		return;
	bits = memremap(address + sizeof(head), head.size, MEMREMAP_WB);
	if (!bits) {
		table->wrong = "cannot be mapped";
		return;
	}
	table->base = head.phys_base;
	table->unit = head.unit_size;
	table->length = head.size * BITS_PER_BYTE * head.unit_size;
	table->unaccepted = count_bits(bits, head.size) * head.unit_size;
	memunmap(bits);
}

/* The table for who asks often; set once, before anybody asks */
static struct table_head held_head;
static void *held_bits;

/**
 * cvm_memory_efi_hold() - get ready for cvm_memory_efi_unaccepted()
 *
 * A table that is not there, or wrong, calls nothing unaccepted.
 *
 * Return: 0 or a negative errno.
 */
int __init cvm_memory_efi_hold(void)
{
	phys_addr_t address = cvm_efi_unaccepted();

	if (address == EFI_INVALID_TABLE_ADDR)
		return 0;
	if (!read_head(address, &held_head))
		return -ENOMEM;
	if (head_is_wrong(&held_head))
		return 0;
	held_bits = memremap(address + sizeof(held_head), held_head.size, MEMREMAP_WB);
	return held_bits ? 0 : -ENOMEM;
}

/**
 * cvm_memory_efi_let_go() - nobody asks any more
 */
void cvm_memory_efi_let_go(void)
{
	if (held_bits)
		memunmap(held_bits);
}

/**
 * cvm_memory_efi_unaccepted() - does the table call a page unaccepted?
 * @pfn: any page
 *
 * The kernel clears a bit after it has accepted, and takes a chunk from the allocator's list
 * before: only who asks both knows that a page may be read.
 *
 * Context: any.
 * Return: whether it does; false also without a table.
 */
bool cvm_memory_efi_unaccepted(unsigned long pfn)
{
	u64 address = PFN_PHYS(pfn), unit;
	const u8 *bytes = held_bits;

	if (!bytes || address < held_head.phys_base)
		return false;
	unit = (address - held_head.phys_base) >> ilog2(held_head.unit_size);
	if (unit >= held_head.size * BITS_PER_BYTE)
		return false;
	return READ_ONCE(bytes[unit / BITS_PER_BYTE]) & BIT(unit % BITS_PER_BYTE);
}
