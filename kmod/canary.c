// SPDX-License-Identifier: GPL-2.0-only
/*
 * A conversion of a page of our own. The ledger must tell of it; when it does not, it has
 * been blinded, and its silence about other pages means nothing.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/set_memory.h>

#include "audit.h"
#include "cvm.h"

/* What the ledger tells of a page, after a conversion that it may or may not have seen */
static bool saw(unsigned long pfn, u64 seq, bool shared)
{
	struct cvm_conversion how;

	for (; cvm_ledger_record(seq, &how); seq = how.seq + 1)
		if (how.pfn == pfn && how.shared == shared)
			return true;
	return false;
}

static u64 next_seq(void)
{
	struct cvm_ledger_state state;

	cvm_ledger_state(&state);
	return state.conversions + 1;
}

/**
 * cvm_canary_sings() - does a conversion of our own reach the ledger?
 *
 * A page that cannot be converted back is leaked, as everywhere.
 *
 * Context: may sleep.
 * Return: true also when there is no page to try it with.
 */
bool cvm_canary_sings(void)
{
	unsigned long page = __get_free_page(GFP_KERNEL | __GFP_ZERO);
	u64 seq = next_seq();
	bool seen;

	if (!page)
		return true;
	if (set_memory_decrypted(page, 1) || set_memory_encrypted(page, 1)) {
		pr_err("cannot convert a page and back, leaking it\n");
		return saw(PHYS_PFN(__pa(page)), seq, true);
	}
	seen = saw(PHYS_PFN(__pa(page)), seq, true) && saw(PHYS_PFN(__pa(page)), seq, false);
	free_page(page);
	return seen;
}
