/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The instruction that brought about an exit.
 */
#ifndef HV_INSN_H
#define HV_INSN_H

#include "hv.h"

/**
 * struct cr_write - an instruction that writes a control register
 * @cr: number of the register
 * @value: the value written
 * @length: of the instruction
 */
struct cr_write {
	unsigned int cr;
	uint64_t value;
	unsigned int length;
};

/**
 * struct insn_store - an instruction that stores 32 bits
 * @value: what is stored
 * @length: bytes of the instruction
 */
struct insn_store {
	uint32_t value;
	unsigned int length;
};

bool insn_is(struct vcpu *v, const void *bytes, unsigned int size);
bool insn_cr_write(struct vcpu *v, struct cr_write *write);
bool insn_store(struct vcpu *v, struct insn_store *store);
uint64_t insn_address(struct vcpu *v);
uint64_t *insn_register(struct vcpu *v, unsigned int number);

#endif /* HV_INSN_H */
