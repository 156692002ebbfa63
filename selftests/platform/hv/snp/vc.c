// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deliver a #VC to the guest, with its error code.
 */
#include "vc_frame.h"
#include "snp.h"

#define GATE_SIZE	16

static bool read_gate(struct vcpu *v, struct vc_gate *gate)
{
	const struct vmcb_segment *idtr = &v->vmcb->save.idtr;
	uint64_t raw[2];

	if (idtr->limit < VC_VECTOR * GATE_SIZE + GATE_SIZE - 1 ||
	    !guest_read(v, idtr->base + VC_VECTOR * GATE_SIZE, raw, sizeof(raw)))
		return false;
	*gate = vc_decode_gate(raw);
	return gate->present;
}

static bool find_stack(struct vcpu *v, struct vc_gate gate, uint64_t *stack)
{
	uint64_t slot;

	vcpu_save_hidden(v);
	slot = vc_stack_slot(gate, v->vmcb->save.cpl, v->vmcb->save.tr.base);
	if (!slot) {
		*stack = v->vmcb->save.rsp;
		return true;
	}
	return guest_read(v, slot, stack, sizeof(*stack));
}

static void enter_handler(struct vcpu *v, struct vc_gate gate, uint64_t stack)
{
	struct vmcb_save *save = &v->vmcb->save;

	if (gate.ist || save->cpl)
		save->ss = (struct vmcb_segment){ 0 };	/* null, DPL 0 */
	save->cs = (struct vmcb_segment){ gate.selector & ~3, 0xa9b, 0xffffffff, 0 };
	save->cpl = 0;
	save->rsp = stack;
	save->rip = gate.offset;
	save->rflags = vc_handler_rflags(gate, save->rflags);
}

/**
 * vc_inject() - deliver a #VC
 * @v: the vCPU
 * @error_code: exit code that the guest has to handle
 *
 * A guest without a handler, or with a stack that is not mapped, would shut
 * down on hardware: the VM stops.
 */
void vc_inject(struct vcpu *v, uint64_t error_code)
{
	const struct vmcb_save *save = &v->vmcb->save;
	struct vc_gate gate;
	struct vc_frame frame = {
		.error_code = error_code,
		.rip = save->rip,
		.cs = save->cs.selector,
		.rflags = save->rflags,
		.rsp = save->rsp,
		.ss = save->ss.selector,
	};
	uint64_t stack;

	count_vc(error_code);
	if (!read_gate(v, &gate) || !find_stack(v, gate, &stack))
		snp_stop_protocol(v, "no handler for #VC", error_code);
	stack = vc_frame_address(stack);
	if (!guest_write(v, stack, &frame, sizeof(frame)))
		snp_stop_protocol(v, "no stack for #VC", error_code);
	enter_handler(v, gate, stack);
}
