// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a run was made of, and the state of a vCPU that could not go on.
 */
#include "cpu.h"
#include "hv.h"

static uint64_t exits[0x420];
static uint64_t exits_other;

/**
 * stats_count_exit() - count a #VMEXIT by its code
 * @v: the vCPU
 */
void stats_count_exit(struct vcpu *v)
{
	uint64_t code = v->vmcb->control.exit_code;

	if (code < ARRAY_SIZE(exits))
		exits[code]++;
	else
		exits_other++;
}

/**
 * stats_print() - write all counters to the log
 */
void stats_print(void)
{
	unsigned int code;

	for (code = 0; code < ARRAY_SIZE(exits); code++)
		if (exits[code])
			log_info("stats: exit %x: %lu\n", code, exits[code]);
	if (exits_other)
		log_info("stats: other exits: %lu\n", exits_other);
	log_info("stats: pages private %lu pending %lu shared %lu\n",
		 page_state_count(PAGE_PRIVATE), page_state_count(PAGE_PENDING),
		 page_state_count(PAGE_SHARED));
	page_state_stats();
	if (option_is_set(options.text, "pages"))
		page_state_log();
	iommu_stats();
	if (personality && personality->stats)
		personality->stats();
}

/**
 * vcpu_dump() - write the guest's registers to the log
 * @v: the vCPU
 */
void vcpu_dump(const struct vcpu *v)
{
	const struct vmcb_save *s = &v->vmcb->save;
	const struct registers *r = &v->regs;

	log_info("vcpu %u: exit %lx info %lx %lx\n", v->id, v->vmcb->control.exit_code,
		 v->vmcb->control.exit_info_1, v->vmcb->control.exit_info_2);
	log_info("rip %lx cs %x cpl %d rflags %lx rsp %lx\n", s->rip, s->cs.selector, s->cpl,
		 s->rflags, s->rsp);
	log_info("cr0 %lx cr2 %lx cr3 %lx cr4 %lx efer %lx\n", s->cr0, s->cr2, s->cr3, s->cr4,
		 s->efer);
	log_info("rax %lx rbx %lx rcx %lx rdx %lx rsi %lx rdi %lx rbp %lx\n", s->rax, r->rbx,
		 r->rcx, r->rdx, r->rsi, r->rdi, r->rbp);
	log_info("r8 %lx r9 %lx r10 %lx r11 %lx r12 %lx r13 %lx r14 %lx r15 %lx\n", r->r8, r->r9,
		 r->r10, r->r11, r->r12, r->r13, r->r14, r->r15);
}
