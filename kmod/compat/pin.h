/* SPDX-License-Identifier: GPL-2.0-only */
/* Pinning a page of another process: a call that has lost an argument. */
#ifndef _CVM_COMPAT_PIN_H
#define _CVM_COMPAT_PIN_H

#include <linux/mm.h>

/**
 * cvm_pin_page() - pin one page for reading, as its own process could read it
 * @mm: of the process, its mmap lock held for reading
 * @address: in it
 * @page: set
 * @locked: set to 0 when the lock is no longer held
 *
 * Return: 1, or a negative errno.
 */
static inline long cvm_pin_page(struct mm_struct *mm, unsigned long address, struct page **page,
				int *locked)
{
#ifdef HAVE_PIN_WITH_VMAS
	return pin_user_pages_remote(mm, address, 1, 0, page, NULL, locked);
#else
	return pin_user_pages_remote(mm, address, 1, 0, page, locked);
#endif
}

#endif /* _CVM_COMPAT_PIN_H */
