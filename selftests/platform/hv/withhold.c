// SPDX-License-Identifier: GPL-2.0-only
/*
 * A host that does not map a private page as it should. Either it does so again when the
 * guest needs the page, or what it did ends the guest there.
 */
#include "hostile.h"
#include "hv.h"

static struct {
	uint64_t gpa, size;		/* there is none while the size is 0 */
	const char *why;
} page;

/**
 * withhold() - keep a private page from the guest until it is touched
 * @gpa: the page
 * @why: the rule that the next access breaks; NULL to map the page again then
 */
void withhold(uint64_t gpa, const char *why)
{
	page.gpa = gpa;
	page.size = PAGE_SIZE;
	page.why = why;
	npt_withhold(gpa, PAGE_SIZE);
	smp_shoot_down_others(NULL);
}

/**
 * withhold_fault() - serve a nested page fault of the page that is withheld
 * @v: the vCPU
 *
 * Return: false when it is another one.
 */
bool withhold_fault(struct vcpu *v)
{
	uint64_t address = v->vmcb->control.exit_info_2;
	uint64_t gpa = address & ~npt_address_bit() & PAGE_MASK;

	if (gpa - page.gpa >= page.size || page_state_get(gpa) != PAGE_PRIVATE)
		return false;
	if (page.why) {
		log_info("hv: stopped: %s: %lx\n", page.why, gpa);
		vcpu_dump(v);
		stop(STOP_VIOLATION);
	}
	page.size = 0;
	npt_withhold(0, 0);
	behaviour_count(1);
	return true;
}
