// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes to CR0 and CR4: TDX Module Base Architecture, "CR Handling". A value that the
 * processor underneath would not run with is a #GP(0), never a refused VMRUN.
 */
#include "../cpu.h"
#include "tdx.h"

#define CR0_PE		(1ull << 0)
#define CR0_NE		(1ull << 5)
#define CR0_NW		(1ull << 29)
#define CR0_CD		(1ull << 30)
#define CR0_DEFINED	0xe005003full

#define CR4_PAE		(1ull << 5)
#define CR4_MCE		(1ull << 6)
#define CR4_PCE		(1ull << 8)
#define CR4_PCIDE	(1ull << 17)
#define CR4_VMXE	(1ull << 13)
#define CR4_SMXE	(1ull << 14)
#define CR4_PKE		(1ull << 22)
#define CR4_CET		(1ull << 23)
#define CR4_PKS		(1ull << 24)
#define CR4_UINT	(1ull << 25)
#define CR4_KL		(1ull << 19)
#define CR4_BASE	0x7ffull	/* VME to OSXMMEXCPT */

#define XFAM_PKE	(1ull << 9)
#define XFAM_CET	(3ull << 11)
#define XFAM_UINT	(1ull << 14)

#define CODE_64_BIT	(1u << 9)	/* CS.L in a segment's attributes */

#define VE_MOV_TO_CR(cr)	(cr)	/* qualification: register 3:0, access type 0 */

static uint64_t supported = ~0ull;	/* bits of CR4 that the processor has */

/* Feature of each bit: leaf, register, bit */
static void learn_supported(void)
{
	static const struct {
		uint8_t cr4_bit, leaf, reg, bit;
	} features[] = {
		{ 11, 7, 2, 2 }, { 16, 7, 1, 0 }, { 17, 1, 2, 17 }, { 18, 1, 2, 26 },
		{ 20, 7, 1, 7 }, { 21, 7, 1, 20 }, { 22, 7, 2, 3 },
	};
	unsigned int i;
	uint32_t regs[4];

	supported = CR4_BASE;
	for (i = 0; i < ARRAY_SIZE(features); i++) {
		cpuid(features[i].leaf, 0, regs);
		if (regs[features[i].reg] >> features[i].bit & 1)
			supported |= 1ull << features[i].cr4_bit;
	}
}

/**
 * cr0_decide() - judge a write to CR0
 * @old: its value
 * @new: the value written
 */
enum cr_answer cr0_decide(uint64_t old, uint64_t new)
{
	bool clears_pe = old & CR0_PE && !(new & CR0_PE);
	bool clears_pg = old & CR0_PG && !(new & CR0_PG);

	if (clears_pe && clears_pg)
		return CR_VE;
	if (clears_pe || !(new & CR0_NE) || new & ~CR0_DEFINED)
		return CR_GP;
	if (new & (CR0_NW | CR0_CD))
		return CR_VE;
	return CR_TAKE;
}

/* Bits that this TD may not set, whatever the processor can do */
static uint64_t forbidden(void)
{
	uint64_t xfam = td.identity.xfam, attributes = td.identity.attributes, bits = 0;

	bits |= attributes & TD_ATTR_PERFMON ? 0 : CR4_PCE;
	bits |= attributes & TD_ATTR_KL ? 0 : CR4_KL;
	bits |= attributes & TD_ATTR_PKS ? 0 : CR4_PKS;
	bits |= xfam & XFAM_PKE ? 0 : CR4_PKE;
	bits |= (xfam & XFAM_CET) == XFAM_CET ? 0 : CR4_CET;
	bits |= xfam & XFAM_UINT ? 0 : CR4_UINT;
	return bits;
}

/**
 * cr4_decide() - judge a write to CR4
 * @old: its value
 * @new: the value written
 */
enum cr_answer cr4_decide(uint64_t old, uint64_t new)
{
	if ((old ^ new) & (CR4_VMXE | CR4_SMXE | CR4_MCE))
		return CR_VE;
	if (new & forbidden() || new & ~supported & ~old)
		return CR_GP;
	return CR_TAKE;
}

static bool is_64_bit(const struct vmcb_save *save)
{
	return save->efer & EFER_LMA && save->cs.attributes & CODE_64_BIT;
}

/*
 * In long mode PAE cannot be switched off, and paging from compatibility mode only;
 * paging cannot be switched on without PAE.
 */
static bool breaks_long_mode(const struct vmcb_save *save, unsigned int cr, uint64_t new)
{
	if (save->efer & EFER_LMA)
		return cr ? !(new & CR4_PAE) : !(new & CR0_PG) && is_64_bit(save);
	return !cr && new & CR0_PG && save->efer & EFER_LME && !(save->cr4 & CR4_PAE);
}

/*
 * With LME and without paging the processor underneath must run with PAE, whatever the
 * TD writes: see reset_state() in tdvf_launch.c.
 */
static void take(struct vmcb_save *save, unsigned int cr, uint64_t new)
{
	if (cr) {
		save->cr4 = new | (save->efer & EFER_LME && !(save->cr0 & CR0_PG) ? CR4_PAE : 0);
		return;
	}
	if (!(new & CR0_PG))
		save->efer &= ~EFER_LMA;
	else if (save->efer & EFER_LME)
		save->efer |= EFER_LMA;
	save->cr0 = new;
}

/*
 * OVMF takes a processor offline by code that toggles PCIDE in compatibility mode, where
 * it means to clear it. Every processor with TDX has PCID and Linux uses it, so there it
 * is cleared; the processor underneath has none, and the toggle would be a #GP.
 */
static uint64_t without_toggle(const struct vmcb_save *save, const struct cr_write *write)
{
	if (!options.firmware || write->cr != 4 || is_64_bit(save))
		return write->value;
	return write->value & ~CR4_PCIDE;
}

/**
 * cr_exit() - serve a write to CR0 or CR4
 * @v: the vCPU
 */
void cr_exit(struct vcpu *v)
{
	struct vmcb_save *save = &v->vmcb->save;
	struct cr_write write;
	enum cr_answer answer;

	if (supported == ~0ull)
		learn_supported();
	if (!insn_cr_write(v, &write) || (write.cr != 0 && write.cr != 4))
		tdx_stop(v, STOP_INTERNAL, "an unknown way to write a control register", save->rip);
	write.value = without_toggle(save, &write);
	answer = write.cr ? cr4_decide(save->cr4, write.value) : cr0_decide(save->cr0, write.value);
	if (answer == CR_VE) {
		ve_inject(v, (struct ve_info){
			.reason = VE_CR_ACCESS,
			.length = write.length,
			.qualification = VE_MOV_TO_CR(write.cr),
		});
		return;
	}
	if (answer == CR_GP || breaks_long_mode(save, write.cr, write.value)) {
		gp_inject(v);
		return;
	}
	take(save, write.cr, write.value);
	save->rip += write.length;
}
