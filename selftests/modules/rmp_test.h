/* SPDX-License-Identifier: GPL-2.0-only */
/* The RMP instructions and the hostile host, as the test module uses them. */
#ifndef RMP_TEST_H
#define RMP_TEST_H

#include <linux/io.h>
#include <linux/mm.h>
#include <linux/types.h>

/* Results in EAX, APM volume 3 */
#define RMP_SUCCESS		0
#define RMP_FAIL_PERMISSION	2
#define RMP_FAIL_SIZEMISMATCH	6

#define RMP_4K	0UL
#define RMP_2M	1UL

/**
 * pvalidate_raw() - PVALIDATE, APM volume 3
 * @address: virtual address of the page
 * @size: RMP_4K or RMP_2M
 * @validate: 1 to validate, 0 to rescind
 * @unchanged: the carry flag: the page was in that state already
 *
 * Return: EAX.
 */
static inline u32 pvalidate_raw(void *address, unsigned long size, unsigned long validate,
				bool *unchanged)
{
	unsigned long result = (unsigned long)address;
	bool carry;

	asm volatile(".byte 0xf2, 0x0f, 0x01, 0xff"
		     : "+a" (result), "=@ccc" (carry)
		     : "c" (size), "d" (validate)
		     : "memory");
	*unchanged = carry;
	return result;
}

/**
 * rmpadjust_raw() - RMPADJUST, APM volume 3
 * @address: virtual address of the page
 * @vmpl: level whose permissions change, above the caller's own
 * @permissions: bit 0 read, 1 write, 2 user execute, 3 supervisor execute
 *
 * Return: EAX.
 */
static inline u32 rmpadjust_raw(void *address, u8 vmpl, u8 permissions)
{
	unsigned long result = (unsigned long)address;

	asm volatile(".byte 0xf3, 0x0f, 0x01, 0xfe"
		     : "+a" (result)
		     : "c" (RMP_4K), "d" (vmpl | (unsigned long)permissions << 8)
		     : "memory", "cc");
	return result;
}

/* selftests/platform/README.md, "A hostile host on order" */
#define ATTACK_PORT		0x5a0
#define ATTACK_TAKE_AWAY	1U
#define ATTACK_ZERO		2U

/* The host takes the page away and gives it back, not validated. */
static inline void attack_page(struct page *page, u32 attack)
{
	outl(attack << 28 | (u32)page_to_pfn(page), ATTACK_PORT);
}

static inline u32 attacks_done(void)
{
	return inl(ATTACK_PORT);
}

#endif /* RMP_TEST_H */
