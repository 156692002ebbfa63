// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a page that belongs to somebody else, so that it cannot end the guest.
 *
 * Whoever touches a page that is not accepted, or reads a shared page as a private one, is
 * stopped by the hardware, and no fault handler helps. So it is certain that a page is
 * accepted and private when it is read: the first stays true once it is true, the second
 * may change at any time and is looked at where it cannot.
 */
#include <linux/delay.h>
#include <linux/ioport.h>
#include <linux/irqflags.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "audit.h"
#include "cvm.h"
#include "seal.h"

/* Online is not enough: firmware has holes, and a balloon returns pages to the host */
static bool is_memory(unsigned long pfn)
{
	struct page *page = pfn_to_online_page(pfn);

	return page && page_is_ram(pfn) && !PageHWPoison(page) && !PageOffline(page);
}

/* Of memory that came after boot nobody can say who has accepted it, if anybody */
static bool is_accepted(unsigned long pfn)
{
	unsigned long chunk = ALIGN_DOWN(pfn, MAX_ORDER_NR_PAGES);

	return !cvm_memory_chunk_unaccepted(chunk) && !cvm_memory_efi_unaccepted(pfn) &&
	       !cvm_memory_is_added(PFN_PHYS(chunk), PFN_PHYS(chunk + MAX_ORDER_NR_PAGES));
}

/* After a conversion that failed nobody knows what the host has made of the page */
static bool is_unknown(unsigned long pfn)
{
	unsigned long end = pfn + 1;
	struct cvm_conversion last;

	return cvm_ledger_owner(pfn, &end, &last) && last.error;
}

static int copy_private(unsigned long pfn, void *copy)
{
	switch (cvm_walk_page(pfn)) {
	case CVM_ENTRY_ABSENT:
		return -EFAULT;
	case CVM_ENTRY_SHARED:
		return -EACCES;
	case CVM_ENTRY_PRIVATE:
		break;
	}
	if (is_unknown(pfn))
		return -EACCES;
	return copy_from_kernel_nofault(copy, pfn_to_kaddr(pfn), PAGE_SIZE);
}

/*
 * Whoever shares a page first flushes the TLBs of all CPUs and waits for this one, and the
 * ledger knows of it before that: a conversion that is not there when interrupts are off
 * cannot get far while they are.
 */
static int copy_unless_converting(unsigned long pfn, void *copy)
{
	unsigned long flags;
	int ret = -EAGAIN;

	local_irq_save(flags);
	if (!cvm_ledger_is_converting(pfn))
		ret = copy_private(pfn, copy);
	local_irq_restore(flags);
	return ret;
}

static int copy_memory(unsigned long pfn, void *copy)
{
	int ret = -EFAULT;

	cvm_audit_hold_memory();
	if (is_memory(pfn) && is_accepted(pfn))
		ret = copy_unless_converting(pfn, copy);
	cvm_audit_let_go_memory();
	return ret;
}

/**
 * cvm_seal_read_frame() - copy a page of memory
 * @pfn: any page
 * @copy: takes it
 *
 * Context: may sleep.
 * Return: 0; -EFAULT when it is not memory, or not accepted; -EACCES when it is shared with
 * the host or may be; -EINTR when killed.
 */
int cvm_seal_read_frame(unsigned long pfn, void *copy)
{
	int ret;

	while ((ret = copy_memory(pfn, copy)) == -EAGAIN) {
		if (fatal_signal_pending(current))
			return -EINTR;
		usleep_range(50, 500);
	}
	return ret;
}
