// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page state changes: a guest asks the host to take a page or to give it back.
 * GHCB specification 2.03, sections 2.3.6 and 4.1.6.
 */
#include "ghcb_call.h"
#include "mix.h"
#include "rmp.h"
#include "snp.h"

static uint64_t pages_to_shared, pages_to_private;

/*
 * The same bytes in memory mean something else when the key changes. A guest
 * that counts on old contents must notice.
 */
static void garble(uint64_t gpa)
{
	uint64_t *word = snp_memory(gpa);
	unsigned int i;

	if (snp.keep_contents)
		return;
	for (i = 0; i < PAGE_SIZE / sizeof(*word); i++)
		word[i] ^= mix64(gpa + i * sizeof(*word) + word[i]);
}

static void to_shared(uint64_t gpa)
{
	if (page_state_get(gpa) == PAGE_SHARED)
		return;
	garble(gpa);
	rmp_release(gpa);
	pages_to_shared++;
}

static void to_private(uint64_t gpa, uint64_t size)
{
	uint64_t at;

	for (at = gpa; at < gpa + size; at += PAGE_SIZE)
		if (page_state_get(at) == PAGE_SHARED)
			garble(at);
	rmp_assign(gpa, size == RMP_2M_SIZE);
	attack_changed(gpa);
	pages_to_private += size / PAGE_SIZE;
}

static bool in_guest_memory(uint64_t gpa, uint64_t size)
{
	uint64_t at;

	for (at = gpa; at < gpa + size; at += PAGE_SIZE) {
		enum page_state state = page_state_get(at);

		if (state == PAGE_NONE || state == PAGE_HV || rmp_is_vmsa(at))
			return false;
	}
	return true;
}

/**
 * psc_change() - change one page or 2 MiB
 * @gpa: aligned to @size
 * @size: 4 KiB or 2 MiB
 * @op: PSC_OP_PRIVATE or PSC_OP_SHARED
 *
 * A page that is the guest's already stays as it is when the guest asks for
 * it again: taking its validation away would be an attack. The caller must
 * end the use of old translations before the guest goes on.
 *
 * Return: false if the page cannot be changed.
 */
bool psc_change(uint64_t gpa, uint64_t size, unsigned int op)
{
	uint64_t at;

	if (gpa % size || !in_guest_memory(gpa, size))
		return false;
	switch (op) {
	case PSC_OP_SHARED:
		for (at = gpa; at < gpa + size; at += PAGE_SIZE)
			to_shared(at);
		return true;
	case PSC_OP_PRIVATE:
		if (!page_state_may_accept(gpa))
			return false;
		if (page_state_all(gpa, size, PAGE_SHARED)) {
			to_private(gpa, size);
			return true;
		}
		for (at = gpa; at < gpa + size; at += PAGE_SIZE)
			if (page_state_get(at) == PAGE_SHARED)
				to_private(at, PAGE_SIZE);
		return true;
	default:
		return false;
	}
}

static bool change_entry(uint64_t entry)
{
	uint64_t size = PSC_ENTRY_2M(entry) ? RMP_2M_SIZE : PAGE_SIZE;
	bool done;

	if (attack_change(&done))
		return done;
	return psc_change(PSC_ENTRY_GFN(entry) * PAGE_SIZE, size, PSC_ENTRY_OP(entry));
}

/**
 * ghcb_page_state_change() - a list of changes
 * @call: the call
 *
 * The header in guest memory is moved on entry by entry, so that a guest sees
 * where an error stopped the list.
 */
void ghcb_page_state_change(struct ghcb_call *call)
{
	struct psc_header *header, list;
	uint64_t *entries, result = 0;
	unsigned int i;

	header = ghcb_scratch(call, sizeof(*header));
	if (!header)
		return;
	list = *header;
	if (list.end >= PSC_MAX_ENTRIES || list.current > list.end || list.reserved) {
		ghcb_succeed(call, PSC_ERR_HEADER);
		return;
	}
	header = ghcb_scratch(call, sizeof(*header) + (list.end + 1ul) * sizeof(*entries));
	if (!header)
		return;
	entries = (uint64_t *)(header + 1);
	for (i = list.current; i <= list.end; i++) {
		uint64_t entry = entries[i];

		if (!change_entry(entry)) {
			result = PSC_ERR_ENTRY;
			break;
		}
		entries[i] = (entry & ~0xfffull) | (PSC_ENTRY_2M(entry) ? RMP_2M_PAGES : 1);
		header->current = i + 1;
	}
	smp_shoot_down_others(call->v);
	ghcb_succeed(call, result);
}

/**
 * psc_stats() - log what the guest gave and took
 */
void psc_stats(void)
{
	log_info("pages to shared %lu, to private %lu\n", pages_to_shared, pages_to_private);
}
