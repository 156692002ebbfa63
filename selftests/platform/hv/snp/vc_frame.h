/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a processor does to deliver an exception, as pure functions: QEMU pushes
 * no error code for vector 29, so #VC is delivered by hand.
 */
#ifndef SNP_VC_FRAME_H
#define SNP_VC_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#define VC_VECTOR	29

/**
 * struct vc_gate - an IDT gate in 64-bit mode, APM volume 2, section 4.8.4
 * @offset: handler
 * @selector: code segment of the handler
 * @ist: interrupt stack, 0 for none
 * @present: usable
 * @interrupt: interrupt gate: IF is cleared
 */
struct vc_gate {
	uint64_t offset;
	uint16_t selector;
	uint8_t ist;
	bool present;
	bool interrupt;
};

/**
 * struct vc_frame - what the handler finds on its stack, lowest address first
 */
struct vc_frame {
	uint64_t error_code;
	uint64_t rip;
	uint64_t cs;
	uint64_t rflags;
	uint64_t rsp;
	uint64_t ss;
};

struct vc_gate vc_decode_gate(const uint64_t raw[2]);
uint64_t vc_stack_slot(struct vc_gate gate, uint8_t cpl, uint64_t tss_base);
uint64_t vc_frame_address(uint64_t stack);
uint64_t vc_handler_rflags(struct vc_gate gate, uint64_t rflags);

#endif /* SNP_VC_FRAME_H */
