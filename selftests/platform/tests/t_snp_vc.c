// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stack frame of a #VC, and the registers a guest may reach through it.
 */
#include "../hv/snp/msr_policy.h"
#include "../hv/snp/vc_frame.h"
#include "t_tap.h"

/* an interrupt gate to ffffffff81234567, selector 0x10, IST 4 */
static const uint64_t interrupt_gate[2] = { 0x81238e0400104567, 0xffffffff };
/* a trap gate to 1234, selector 8, no IST */
static const uint64_t absent_gate[2];
static const uint64_t trap_gate[2] = { 0x00008f0000081234, 0 };

static void test_gate(void)
{
	struct vc_gate gate = vc_decode_gate(interrupt_gate);

	tap_ok(gate.offset == 0xffffffff81234567, "handler address");
	tap_ok(gate.selector == 0x10 && gate.ist == 4, "selector and stack of a gate");
	tap_ok(gate.present && gate.interrupt, "interrupt gate");
	gate = vc_decode_gate(trap_gate);
	tap_ok(gate.offset == 0x1234 && gate.present && !gate.interrupt, "trap gate");
	tap_ok(!vc_decode_gate(absent_gate).present, "absent gate");
}

static void test_stack(void)
{
	struct vc_gate with_ist = vc_decode_gate(interrupt_gate);
	struct vc_gate without = vc_decode_gate(trap_gate);

	tap_ok(vc_stack_slot(with_ist, 0, 0x1000) == 0x1024 + 24, "interrupt stack 4");
	tap_ok(vc_stack_slot(with_ist, 3, 0x1000) == 0x1024 + 24, "interrupt stack goes first");
	tap_ok(vc_stack_slot(without, 3, 0x1000) == 0x1004, "kernel stack from user mode");
	tap_ok(vc_stack_slot(without, 0, 0x1000) == 0, "current stack in kernel mode");
	tap_ok(sizeof(struct vc_frame) == 48, "six words");
	tap_ok(vc_frame_address(0x2008) == 0x2000 - 48, "stack is aligned to 16 bytes first");
}

static void test_flags(void)
{
	const uint64_t all = 0x34302;	/* RF, VM, NT, IF, TF, bit 1 */
	struct vc_gate interrupt = vc_decode_gate(interrupt_gate);
	struct vc_gate trap = vc_decode_gate(trap_gate);

	tap_ok(vc_handler_rflags(interrupt, all) == 2, "interrupt gate clears IF");
	tap_ok(vc_handler_rflags(trap, all) == 0x202, "trap gate keeps IF");
	tap_ok(vc_handler_rflags(trap, 0x246) == 0x246, "arithmetic flags stay");
}

static void test_msr_policy(void)
{
	tap_ok(msr_policy(0xc0000080) == MSR_REFUSED, "EFER is not reached through the GHCB");
	tap_ok(msr_policy(0xc0010117) == MSR_REFUSED, "the host save area is the hypervisor's");
	tap_ok(msr_policy(0xc0010114) == MSR_REFUSED, "VM_CR is the hypervisor's");
	tap_ok(msr_policy(0xc0010130) == MSR_REFUSED, "the GHCB MSR is never emulated");
	tap_ok(msr_policy(0x1b) == MSR_READ, "the LAPIC stays where it is");
	tap_ok(msr_policy(0x2ff) == MSR_READ_WRITE, "MTRRs");
	tap_ok(msr_policy(0x12345678) == MSR_REFUSED, "unknown register");
}

int main(void)
{
	test_gate();
	test_stack();
	test_flags();
	test_msr_policy();
	return tap_done();
}
