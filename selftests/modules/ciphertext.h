/* SPDX-License-Identifier: GPL-2.0-only */
/* Encrypted memory, as any AMD guest sees it with and without the C-bit. */
#ifndef TEST_CIPHERTEXT_H
#define TEST_CIPHERTEXT_H

#include <linux/mm.h>
#include <linux/set_memory.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "tap.h"

#define PATTERN		0xa7

/* A second mapping of a page, with or without the C-bit */
static inline u8 *map_page(struct page *page, bool encrypted)
{
	return vmap(&page, 1, VM_MAP, encrypted ? PAGE_KERNEL : pgprot_decrypted(PAGE_KERNEL));
}

/* What lies in memory, by a mapping with and one without the C-bit of the same page */
static inline void test_ciphertext(u8 *plain, u8 *cipher, u8 *kept)
{
	memset(plain, PATTERN, PAGE_SIZE);
	is(!memcmp(plain, cipher, PAGE_SIZE), 0, "without C-bit a private page reads otherwise");
	memcpy(kept, cipher, PAGE_SIZE);
	is(!memcmp(kept, cipher, PAGE_SIZE), 1, "and the same each time");
	is(!memcmp(kept, kept + PAGE_SIZE / 2, PAGE_SIZE / 2), 0, "the address is mixed in");
	plain[0]++;
	is(!memcmp(kept, cipher, 16), 0, "another byte makes another block");
	is(!memcmp(kept + 16, cipher + 16, PAGE_SIZE - 16), 1, "and leaves the other blocks alone");
	is(plain[1], PATTERN, "through the C-bit the contents are there");
}

/* A page that changes sides at run time; Linux moves contents only while it boots */
static inline void test_conversion(u8 *page, u8 *kept)
{
	unsigned long address = (unsigned long)page;

	memset(page, PATTERN, PAGE_SIZE);
	memcpy(kept, page, PAGE_SIZE);
	is(set_memory_decrypted(address, 1), 0, "share a page");
	is(!memcmp(page, kept, PAGE_SIZE), 0, "its private contents are not readable when shared");
	memset(page, PATTERN, PAGE_SIZE);
	is(set_memory_encrypted(address, 1), 0, "take it back");
	is(!memcmp(page, kept, PAGE_SIZE), 0, "its shared contents are not readable when private");
}

#endif /* TEST_CIPHERTEXT_H */
