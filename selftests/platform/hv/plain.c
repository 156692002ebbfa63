// SPDX-License-Identifier: GPL-2.0-only
/*
 * No protection at all: a guest of the bare core, one vCPU, devices straight
 * through. It shows what the core costs and where a fault of a personality is not
 * the core's.
 */
#include "cpu.h"
#include "hv.h"

static void prepare(void)
{
	if (options.unaccepted)
		panic("a plain guest cannot accept memory: leave out the option unaccepted");
}

static void init_vcpu(struct vcpu *v)
{
	uint32_t msr;

	(void)v;
	direct_allow_ports();
	for (msr = 0; msr < 0x2000; msr++) {
		vcpu_allow_msr(msr);
		if (msr + 0xc0000000 != MSR_EFER)
			vcpu_allow_msr(msr + 0xc0000000);
	}
}

static void start_vcpu(struct vcpu *v)
{
	(void)v;
	panic("plain guests have one vCPU");
}

/* Identity-mapped page tables and flat segments, as the 64-bit protocol wants */
static void launch(struct vcpu *v, void *boot_params)
{
	uint64_t *pml4 = (uint64_t *)(GPA_PERSONALITY + 4 * PAGE_SIZE), *pdpt = pml4 + 512, i;
	const struct vmcb_segment code = { 0x10, 0xa9b, 0xffffffff, 0 };
	const struct vmcb_segment data = { 0x18, 0xc93, 0xffffffff, 0 };
	struct vmcb_save *save = &v->vmcb->save;

	pml4[0] = (uint64_t)pdpt | 7;
	for (i = 0; i < 512; i++)
		pdpt[i] = i << 30 | 0x87;
	vmcb_set_flat(save, code, data);
	save->efer = EFER_SVME | EFER_LMA | EFER_LME;
	save->cr0 = 0x80000031;
	save->cr3 = (uint64_t)pml4;
	save->cr4 = 0x20;
	save->rip = GPA_KERNEL + 0x200;
	save->rsp = GPA_BOOT_PARAMS;
	v->regs.rsi = (uint64_t)boot_params;
}

static void give_up(struct vcpu *v, const char *what)
{
	log_info("plain: stopped: %s\n", what);
	vcpu_dump(v);
	stop(STOP_VIOLATION);
}

/* MSRs that no permission bit covers */
static void msr_access(struct vcpu *v)
{
	struct vmcb_save *save = &v->vmcb->save;
	uint32_t msr = v->regs.rcx;
	uint64_t value;

	if (v->vmcb->control.exit_info_1) {
		wrmsr(msr, (uint32_t)save->rax | v->regs.rdx << 32);
	} else {
		value = rdmsr(msr);
		save->rax = (uint32_t)value;
		v->regs.rdx = value >> 32;
	}
	save->rip += 2;
}

static void exit_guest(struct vcpu *v)
{
	uint64_t gpa = v->vmcb->control.exit_info_2 & PAGE_MASK;

	switch (v->vmcb->control.exit_code) {
	case EXIT_IOIO:
		if (!direct_port_exit(v))
			give_up(v, "string I/O to a port that is watched");
		break;
	case EXIT_MSR:
		msr_access(v);
		break;
	case EXIT_NPF:
		if (page_state_get(gpa) != PAGE_NONE)
			give_up(v, "access to the hypervisor's memory");
		npt_map(gpa, true, gpa, true);
		break;
	default:
		give_up(v, "exit that nothing serves");
	}
}

const struct personality plain_personality = {
	.name = "plain",
	.unaccepted_state = PAGE_PRIVATE,
	.ram_state = PAGE_PRIVATE,
	.own_pages = E820_RESERVED,
	.prepare = prepare,
	.launch = launch,
	.vcpu_init = init_vcpu,
	.vcpu_start = start_vcpu,
	.exit = exit_guest,
};
