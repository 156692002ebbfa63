// SPDX-License-Identifier: GPL-2.0-only
/*
 * Delivery of an exception in 64-bit mode, APM volume 2, section 8.9.
 */
#include "vc_frame.h"

#define TSS_RSP0	0x04
#define TSS_IST1	0x24

#define RFLAGS_TF	0x100ul
#define RFLAGS_IF	0x200ul
#define RFLAGS_NT	0x4000ul
#define RFLAGS_RF	0x10000ul
#define RFLAGS_VM	0x20000ul

/**
 * vc_decode_gate() - read an IDT entry
 * @raw: its 16 bytes
 */
struct vc_gate vc_decode_gate(const uint64_t raw[2])
{
	struct vc_gate gate = {
		.offset = (raw[0] & 0xffff) | raw[0] >> 48 << 16 | raw[1] << 32,
		.selector = raw[0] >> 16 & 0xffff,
		.ist = raw[0] >> 32 & 7,
		.present = raw[0] >> 47 & 1,
		.interrupt = !(raw[0] >> 40 & 1),
	};

	return gate;
}

/**
 * vc_stack_slot() - where the TSS keeps the handler's stack pointer
 * @gate: the handler's gate
 * @cpl: privilege level that is left
 * @tss_base: linear address of the TSS
 *
 * Return: linear address of the pointer, 0 if the current stack is kept.
 */
uint64_t vc_stack_slot(struct vc_gate gate, uint8_t cpl, uint64_t tss_base)
{
	if (gate.ist)
		return tss_base + TSS_IST1 + (gate.ist - 1) * 8ul;
	if (cpl)
		return tss_base + TSS_RSP0;
	return 0;
}

/**
 * vc_frame_address() - where the frame begins
 * @stack: the handler's stack pointer before the push
 */
uint64_t vc_frame_address(uint64_t stack)
{
	return (stack & ~15ul) - sizeof(struct vc_frame);
}

/**
 * vc_handler_rflags() - the flags with which the handler begins
 * @gate: its gate
 * @rflags: flags before
 */
uint64_t vc_handler_rflags(struct vc_gate gate, uint64_t rflags)
{
	rflags &= ~(RFLAGS_TF | RFLAGS_NT | RFLAGS_RF | RFLAGS_VM);
	if (gate.interrupt)
		rflags &= ~RFLAGS_IF;
	return rflags;
}
