// SPDX-License-Identifier: GPL-2.0-only
/*
 * PVALIDATE, RMPADJUST and RMPQUERY: the processor underneath does not know
 * them and raises #UD. APM volume 3.
 */
#include "rmp.h"
#include "snp.h"

#define INSN_LENGTH	4
#define PF_VECTOR	14
#define GP_VECTOR	13

#define RFLAGS_CF	0x1ul
#define RFLAGS_STATUS	0x8d5ul		/* CF, PF, AF, ZF, SF, OF */

static struct {
	uint64_t validated[2], invalidated[2];
	uint64_t mismatched;
	uint64_t adjusted, queried;
} count;

/* FAIL_INPUT and its like are results; the rest ends the instruction otherwise */
static bool finish(struct vcpu *v, uint64_t gpa, enum rmp_result result, const char *name)
{
	switch (result) {
	case RMP_NOT_ASSIGNED:
		snp_stop_violation(v, gpa, name);
	case RMP_NOT_VALIDATED:
		vc_inject(v, VC_PAGE_NOT_VALIDATED);
		return false;
	default:
		v->vmcb->save.rax = result;
		v->vmcb->save.rip += INSN_LENGTH;
		return true;
	}
}

static void set_flags(struct vcpu *v, bool carry)
{
	v->vmcb->save.rflags &= ~RFLAGS_STATUS;
	if (carry)
		v->vmcb->save.rflags |= RFLAGS_CF;
}

/*
 * Linux passes C bools in RCX and RDX, with whatever is above their low byte,
 * and it works on hardware: only bit 0 counts.
 */
static void pvalidate(struct vcpu *v, uint64_t gpa)
{
	bool large = v->regs.rcx & 1, validate = v->regs.rdx & 1, changed;
	enum rmp_result result = rmp_validate(gpa, large, validate, &changed);

	if (!finish(v, gpa, result, "PVALIDATE of a page that is not the guest's"))
		return;
	set_flags(v, result == RMP_OK && !changed);
	if (result == RMP_FAIL_SIZEMISMATCH)
		count.mismatched++;
	if (result == RMP_OK && validate)
		count.validated[large]++;
	if (result == RMP_OK && !validate) {
		count.invalidated[large]++;
		smp_shoot_down_others(v);
	}
}

static void rmpadjust(struct vcpu *v, uint64_t gpa)
{
	struct rmp_adjust wanted = {
		.vmpl = v->regs.rdx & 0xff,
		.permissions = v->regs.rdx >> 8 & 0xff,
		.vmsa = v->regs.rdx >> 16 & 1,
	};
	enum rmp_result result = rmp_adjust(gpa, v->regs.rcx & 1, wanted, ap_runs_from(gpa));

	if (!finish(v, gpa, result, "RMPADJUST of a page that is not the guest's"))
		return;
	set_flags(v, false);
	smp_shoot_down_others(v);
	count.adjusted++;
}

static void rmpquery(struct vcpu *v, uint64_t gpa)
{
	struct rmp_adjust found = { 0 };
	bool large = false;
	enum rmp_result result = rmp_query(gpa, v->regs.rdx & 0xff, &found, &large);

	if (!finish(v, gpa, result, "RMPQUERY of a page that is not the guest's"))
		return;
	set_flags(v, false);
	count.queried++;
	if (result != RMP_OK)
		return;
	v->regs.rcx = large;
	v->regs.rdx = found.vmpl | (uint64_t)found.permissions << 8 | (uint64_t)found.vmsa << 16;
}

typedef void rmp_emulate(struct vcpu *v, uint64_t gpa);

static rmp_emulate *decode(const uint8_t code[INSN_LENGTH])
{
	if (code[1] != 0x0f || code[2] != 0x01)
		return NULL;
	if (code[0] == 0xf2 && code[3] == 0xff)
		return pvalidate;
	if (code[0] == 0xf3 && code[3] == 0xfe)
		return rmpadjust;
	if (code[0] == 0xf3 && code[3] == 0xfd)
		return rmpquery;
	return NULL;
}

/**
 * rmp_instruction() - emulate the RMP instruction that raised #UD, if it is one
 * @v: the vCPU
 *
 * An address that is not mapped is a #PF as for a read: the decompressor maps
 * on demand.
 *
 * Return: false if the #UD belongs to the guest.
 */
bool rmp_instruction(struct vcpu *v)
{
	uint8_t code[INSN_LENGTH];
	rmp_emulate *emulate;
	uint64_t gpa;
	bool private;

	if (!guest_read(v, v->vmcb->save.rip, code, sizeof(code)))
		return false;
	emulate = decode(code);
	if (!emulate)
		return false;
	if (v->vmcb->save.cpl) {
		vcpu_inject(v, GP_VECTOR, true, 0);
	} else if (!guest_translate(v, v->vmcb->save.rax, &gpa, &private)) {
		v->vmcb->save.cr2 = v->vmcb->save.rax;
		vcpu_inject(v, PF_VECTOR, true, 0);
	} else {
		emulate(v, gpa);
	}
	return true;
}

/**
 * rmp_stats() - log what the guest did to its pages
 */
void rmp_stats(void)
{
	log_info("pvalidate: validated 4K %lu 2M %lu, invalidated 4K %lu 2M %lu, size mismatches %lu\n",
		 count.validated[0], count.validated[1], count.invalidated[0],
		 count.invalidated[1], count.mismatched);
	log_info("rmpadjust %lu, rmpquery %lu, 2M entries split %lu\n", count.adjusted,
		 count.queried, rmp_smash_count());
}
