// SPDX-License-Identifier: GPL-2.0-only
/*
 * The instruction at RIP, as far as the processor's exit does not tell it. AMD64 APM
 * volume 3, chapter 1.
 */
#include "cpu.h"
#include "insn.h"

#define INSN_MAX	15
#define MSR_FS_BASE	0xc0000100u
#define MSR_GS_BASE	0xc0000101u

#define REX_W	8
#define REX_R	4
#define REX_X	2
#define REX_B	1

/**
 * struct insn - a decoded instruction
 * @bytes: as in memory
 * @count: bytes that could be read
 * @at: next byte
 * @rex: prefix, 0 for none
 * @segment: override prefix, 0 for none
 * @operand_size: prefix 66h, which makes operands of 32 bits ones of 16
 * @two_bytes: the opcode follows 0fh
 * @opcode: its last byte
 */
struct insn {
	uint8_t bytes[INSN_MAX + 9];	/* zeros behind what may be read */
	unsigned int count;
	unsigned int at;
	uint8_t rex;
	uint8_t segment;
	bool operand_size;
	bool two_bytes;
	uint8_t opcode;
};

/* An instruction may end just before a page that is not there */
static void fetch(struct vcpu *v, struct insn *insn)
{
	memset(insn, 0, sizeof(*insn));
	insn->count = INSN_MAX;
	while (insn->count && !guest_read(v, v->vmcb->save.rip, insn->bytes, insn->count))
		insn->count--;
}

static bool is_prefix(uint8_t byte)
{
	switch (byte) {
	case 0x26: case 0x2e: case 0x36: case 0x3e:
	case 0x64: case 0x65: case 0x66: case 0x67:
	case 0xf0: case 0xf2: case 0xf3:
		return true;
	default:
		return false;
	}
}

static void decode_opcode(struct insn *insn)
{
	while (insn->at < INSN_MAX && is_prefix(insn->bytes[insn->at])) {
		uint8_t prefix = insn->bytes[insn->at++];

		if (prefix == 0x64 || prefix == 0x65)
			insn->segment = prefix;
		insn->operand_size |= prefix == 0x66;
	}
	if ((insn->bytes[insn->at] & 0xf0) == 0x40)
		insn->rex = insn->bytes[insn->at++];
	insn->opcode = insn->bytes[insn->at++];
	if (insn->opcode == 0x0f) {
		insn->two_bytes = true;
		insn->opcode = insn->bytes[insn->at++];
	}
}

/**
 * insn_register() - where a general purpose register is kept
 * @v: the vCPU
 * @number: as instructions encode it, 0-15
 */
uint64_t *insn_register(struct vcpu *v, unsigned int number)
{
	uint8_t *vmcb = (uint8_t *)v->vmcb;
	struct registers *r = &v->regs;
	uint64_t *const places[16] = {
		(uint64_t *)(vmcb + offsetof(struct vmcb, save.rax)), &r->rcx, &r->rdx, &r->rbx,
		(uint64_t *)(vmcb + offsetof(struct vmcb, save.rsp)), &r->rbp,
		&r->rsi, &r->rdi, &r->r8, &r->r9, &r->r10, &r->r11, &r->r12, &r->r13, &r->r14,
		&r->r15,
	};

	return places[number & 15];
}

/**
 * insn_is() - is this the instruction at RIP?
 * @v: the vCPU
 * @bytes: the whole instruction
 * @size: bytes of it
 */
bool insn_is(struct vcpu *v, const void *bytes, unsigned int size)
{
	uint8_t found[INSN_MAX];

	return guest_read(v, v->vmcb->save.rip, found, size) && !memcmp(found, bytes, size);
}

static int32_t displacement(struct insn *insn, unsigned int size)
{
	int32_t value = 0;

	if (size == 1)
		/* NOLINTNEXTLINE(bugprone-signed-char-misuse): it has a sign */
		value = (int8_t)insn->bytes[insn->at];
	else if (size == 4)
		memcpy(&value, insn->bytes + insn->at, sizeof(value));
	insn->at += size;
	return value;
}

/* Bytes of an immediate that follow a displacement relative to RIP */
static unsigned int immediate_size(const struct insn *insn)
{
	if (insn->two_bytes)
		return 0;
	switch (insn->opcode) {
	case 0x80: case 0x83: case 0xc6: case 0xf6:
		return 1;
	case 0x81: case 0xc7: case 0xf7:
		return 4;
	default:
		return 0;
	}
}

static uint64_t scaled_address(struct vcpu *v, struct insn *insn, unsigned int mod)
{
	uint8_t sib = insn->bytes[insn->at++];
	unsigned int index = (sib >> 3 & 7) | (insn->rex & REX_X) << 2;
	unsigned int base = (sib & 7) | (insn->rex & REX_B) << 3;
	uint64_t address = 0;

	if (index != 4)
		address = *insn_register(v, index) << (sib >> 6);
	if ((sib & 7) == 5 && mod == 0)
		return address + displacement(insn, 4);
	return address + *insn_register(v, base);
}

static uint64_t operand_address(struct vcpu *v, struct insn *insn)
{
	uint8_t modrm = insn->bytes[insn->at++];
	unsigned int mod = modrm >> 6, rm = modrm & 7;
	uint64_t address;

	if (rm == 4) {
		address = scaled_address(v, insn, mod);
	} else if (rm == 5 && mod == 0) {
		address = displacement(insn, 4);
		address += v->vmcb->save.rip + insn->at + immediate_size(insn);
	} else {
		address = *insn_register(v, rm | (insn->rex & REX_B) << 3);
	}
	return address + displacement(insn, mod == 1 ? 1 : mod == 2 ? 4 : 0);
}

static uint64_t segmented_address(struct vcpu *v, struct insn *insn)
{
	uint64_t address = operand_address(v, insn);

	if (insn->segment)
		address += rdmsr(insn->segment == 0x65 ? MSR_GS_BASE : MSR_FS_BASE);
	return address;
}

/**
 * insn_address() - linear address of the memory operand at RIP
 * @v: the vCPU, after a nested page fault, which does not tell
 */
uint64_t insn_address(struct vcpu *v)
{
	struct insn insn;

	fetch(v, &insn);
	decode_opcode(&insn);
	if (!insn.two_bytes && (insn.opcode == 0xa4 || insn.opcode == 0xa5))
		return v->regs.rsi;
	return segmented_address(v, &insn);
}

static bool lmsw_operand(struct vcpu *v, struct insn *insn, uint16_t *value)
{
	uint8_t modrm = insn->bytes[insn->at];

	if (modrm >> 6 != 3)
		return guest_read(v, segmented_address(v, insn), value, sizeof(*value));
	insn->at++;
	*value = *insn_register(v, (modrm & 7) | (insn->rex & REX_B) << 3);
	return true;
}

/* CLTS and LMSW write CR0 too; LMSW can set PE but not clear it */
static bool decode_cr0_write(struct vcpu *v, struct insn *insn, uint64_t *value)
{
	uint64_t cr0 = v->vmcb->save.cr0;
	uint16_t status;

	if (insn->opcode == 0x06) {
		*value = cr0 & ~8ull;
		return true;
	}
	if (insn->opcode != 0x01 || (insn->bytes[insn->at] >> 3 & 7) != 6)
		return false;
	if (!lmsw_operand(v, insn, &status))
		return false;
	*value = (cr0 & ~0xeull) | (status & 0xf);
	return true;
}

static void decode_mov_to_cr(struct vcpu *v, struct insn *insn, struct cr_write *write)
{
	uint8_t modrm = insn->bytes[insn->at++];

	write->cr = (modrm >> 3 & 7) | (insn->rex & REX_R) << 1;
	write->value = *insn_register(v, (modrm & 7) | (insn->rex & REX_B) << 3);
	if (!(v->vmcb->save.efer & EFER_LMA))
		write->value = (uint32_t)write->value;
}

/**
 * insn_cr_write() - what does the instruction at RIP write into a control register?
 * @v: the vCPU, after an exit for such a write
 * @write: receives it
 *
 * Return: false when it is no instruction that is known.
 */
bool insn_cr_write(struct vcpu *v, struct cr_write *write)
{
	struct insn insn;

	fetch(v, &insn);
	decode_opcode(&insn);
	if (!insn.two_bytes)
		return false;
	if (insn.opcode == 0x22) {
		decode_mov_to_cr(v, &insn, write);
	} else {
		write->cr = 0;
		if (!decode_cr0_write(v, &insn, &write->value))
			return false;
	}
	write->length = insn.at;
	return true;
}

static bool decode_store(struct vcpu *v, struct insn *insn, struct insn_store *store)
{
	uint8_t modrm = insn->bytes[insn->at];

	if (insn->two_bytes || insn->operand_size || insn->rex & REX_W || modrm >> 6 == 3)
		return false;
	if (insn->opcode == 0x89) {
		operand_address(v, insn);
		store->value = *insn_register(v, (modrm >> 3 & 7) | (insn->rex & REX_R) << 1);
		return true;
	}
	if (insn->opcode != 0xc7 || modrm >> 3 & 7)
		return false;
	operand_address(v, insn);
	store->value = displacement(insn, 4);	/* an immediate, of the same form */
	return true;
}

/**
 * insn_store() - what does the MOV at RIP store into memory?
 * @v: the vCPU, after a nested page fault for a write
 * @store: receives it
 *
 * Return: false when it is no MOV of 32 bits.
 */
bool insn_store(struct vcpu *v, struct insn_store *store)
{
	struct insn insn;

	fetch(v, &insn);
	decode_opcode(&insn);
	if (!decode_store(v, &insn, store))
		return false;
	store->length = insn.at;
	return insn.at <= insn.count;
}
