// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nested page faults: an access that the two views of memory do not allow.
 */
#include "npf_rule.h"
#include "rmp.h"
#include "snp.h"

static uint64_t walks_encrypted;

#define NPF_WRITE	0x2ul	/* EXITINFO1; QEMU's P bit is of no use */
#define NPF_TABLE_WALK	0x200000000ul

static struct npf_access describe(struct vcpu *v, uint64_t gpa)
{
	uint64_t info = v->vmcb->control.exit_info_1;
	struct npf_access access = {
		.encrypted = v->vmcb->control.exit_info_2 & SNP_C_BIT,
		.write = info & NPF_WRITE,
		.table_walk = info & NPF_TABLE_WALK,
		.state = page_state_get(gpa),
		.vmsa = rmp_is_vmsa(gpa),
	};

	return access;
}

/**
 * npf_encrypt_walk() - the processor walks page tables as encrypted, whatever CR3 says
 * @v: the vCPU, after a fault for a walk without the C-bit
 * @gpa: the table that it could not read
 *
 * Linux loads CR3 without the C-bit once, in its check of the C-bit's position
 * and for 32-bit trampolines. Deeper levels carry the bit.
 *
 * Return: false when it is not the top level.
 */
bool npf_encrypt_walk(struct vcpu *v, uint64_t gpa)
{
	uint64_t cr3 = v->vmcb->save.cr3;

	if (cr3 & SNP_C_BIT || (cr3 ^ gpa) >> 12)
		return false;
	v->vmcb->save.cr3 = cr3 | SNP_C_BIT;
	walks_encrypted++;
	return true;
}

static void not_validated(struct vcpu *v, uint64_t gpa)
{
	log_info("snp: page %lx is not validated, touched at rip %lx\n", gpa,
		 v->vmcb->save.rip);
	vc_inject(v, VC_PAGE_NOT_VALIDATED);
}

/**
 * npf_exit() - serve a nested page fault
 * @v: the vCPU
 */
void npf_exit(struct vcpu *v)
{
	uint64_t gpa = v->vmcb->control.exit_info_2 & ~SNP_C_BIT;
	struct npf_access access = describe(v, gpa);
	bool good = true;

	switch (npf_rule(access)) {
	case NPF_RETRY:
		break;
	case NPF_MMIO:
		vc_inject(v, VC_MMIO);
		break;
	case NPF_NOT_VALIDATED:
		not_validated(v, gpa);
		break;
	case NPF_CIPHERTEXT:
		ctext_show(v, gpa & ~(PAGE_SIZE - 1));
		break;
	case NPF_WALK_ENCRYPTED:
		good = npf_encrypt_walk(v, gpa);
		break;
	case NPF_VIOLATION:
		good = false;
		break;
	}
	if (!good)
		snp_stop_violation(v, gpa, npf_violation_name(access));
}

/**
 * npf_stats() - log what was put right
 */
void npf_stats(void)
{
	log_info("table walks without C-bit: %lu\n", walks_encrypted);
}
