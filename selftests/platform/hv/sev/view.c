// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory encryption without an RMP. One frame is seen through two addresses, with the
 * C-bit decrypted and without it as the memory chip holds it, and both ways are open at
 * any time. Here a page is mapped at one of the two only, the one that was used last. An
 * access to the other faults; the contents are then encrypted or decrypted in place, so
 * that the guest sees what it would see with an engine in the memory controller.
 *
 * Which way a page was used last is all that an honest host could learn of it.
 */
#include "../snp/cipher.h"
#include "sev.h"

#define NPF_FETCH	0x10ul		/* EXITINFO1 */
#define NPF_TABLE_WALK	0x200000000ul

static uint64_t to_shared, to_private;

static enum view_action unencrypted_rule(struct view_access access)
{
	switch (access.state) {
	case PAGE_NONE:
		return VIEW_DEVICE;
	case PAGE_SHARED:
		return VIEW_RETRY;
	case PAGE_PRIVATE:
		if (access.table_walk)
			return VIEW_WALK_ENCRYPTED;
		/* decrypted on hardware; no nested table tells fetches from reads */
		return access.fetch ? VIEW_VIOLATION : VIEW_TURN;
	default:
		return VIEW_VIOLATION;
	}
}

/**
 * view_rule() - decide what an access ends in
 * @access: the access
 */
enum view_action view_rule(struct view_access access)
{
	if (!access.encrypted)
		return unencrypted_rule(access);
	switch (access.state) {
	case PAGE_PRIVATE:
		return VIEW_RETRY;
	case PAGE_SHARED:
		return VIEW_TURN;
	default:
		return VIEW_VIOLATION;
	}
}

/* Nobody may have the page while its contents change: no vCPU and no device */
static void turn(struct vcpu *v, uint64_t gpa, bool private)
{
	uint64_t *page = snp_memory(gpa);

	page_state_set(gpa, PAGE_NONE);
	smp_shoot_down_others(v);
	iommu_sync();
	if (private)
		cipher_decrypt(page, page, gpa);
	else
		cipher_encrypt(page, page, gpa);
	page_state_set(gpa, private ? PAGE_PRIVATE : PAGE_SHARED);
	to_private += private;
	to_shared += !private;
}

/**
 * view_touch() - let the hypervisor see a page as the guest's mapping shows it
 * @v: the vCPU
 * @gpa: the page, memory of the guest
 * @private: through the C-bit
 */
void view_touch(struct vcpu *v, uint64_t gpa, bool private)
{
	if (page_state_get(gpa) != (private ? PAGE_PRIVATE : PAGE_SHARED))
		turn(v, gpa, private);
}

/**
 * view_stop() - end the run for an access that the platform cannot show
 * @v: the vCPU
 * @gpa: where
 * @what: what is wrong with it
 */
void view_stop(struct vcpu *v, uint64_t gpa, const char *what)
{
	log_info("sev: stopped: %s: gpa %lx, page state %s\n", what, gpa,
		 page_state_name(page_state_get(gpa)));
	vcpu_dump(v);
	stop(STOP_VIOLATION);
}

static const char *violation_name(struct view_access access)
{
	if (access.state == PAGE_NONE)
		return "encrypted access where there is no memory";
	if (access.fetch)
		return "code that is mapped without the C-bit";
	return "access to memory that is not the guest's";
}

/**
 * view_fault() - serve a nested page fault
 * @v: the vCPU
 *
 * Return: false for an access where there is no memory, which is the caller's.
 */
bool view_fault(struct vcpu *v)
{
	uint64_t address = v->vmcb->control.exit_info_2, gpa = address & ~SNP_C_BIT;
	uint64_t info = v->vmcb->control.exit_info_1;
	struct view_access access = {
		.encrypted = address & SNP_C_BIT ||
			     v->vmcb->control.nested_cr3 == npt_root_all_private(),
		.table_walk = info & NPF_TABLE_WALK,
		.fetch = info & NPF_FETCH,
		.state = page_state_get(gpa),
	};

	switch (view_rule(access)) {
	case VIEW_RETRY:
		return true;
	case VIEW_DEVICE:
		return false;
	case VIEW_TURN:
		turn(v, gpa & PAGE_MASK, access.encrypted);
		return true;
	case VIEW_WALK_ENCRYPTED:
		if (npf_encrypt_walk(v, gpa))
			return true;
		view_stop(v, gpa, "page table below the top without the C-bit");
	default:
		view_stop(v, gpa, violation_name(access));
	}
}

/**
 * view_stats() - log how often pages were turned
 */
void view_stats(void)
{
	log_info("pages turned to shared %lu, to private %lu\n", to_shared, to_private);
	npf_stats();
}
