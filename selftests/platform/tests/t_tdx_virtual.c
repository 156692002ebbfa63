// SPDX-License-Identifier: GPL-2.0-only
/* How the TDX module virtualizes MSRs, control registers and CPUID; the decoder. */
#include <stdio.h>

#include "t_tdx_core.h"
#include "t_tap.h"

#define BIT(n)	(1u << (n))

static bool answers(uint32_t first, uint32_t last, bool write, enum msr_answer wanted)
{
	uint64_t constant;
	uint32_t msr;

	for (msr = first; msr <= last; msr++) {
		if (msr_decide(msr, write, &constant) != wanted) {
			printf("# msr %x write %d\n", msr, write);
			return false;
		}
	}
	return true;
}

static bool denied(uint32_t first, uint32_t last)
{
	return answers(first, last, false, MSR_GP) && answers(first, last, true, MSR_GP);
}

static void test_msrs(void)
{
	tap_ok(denied(0x87, 0x87) && denied(0x8c, 0x8f) && denied(0x98, 0x9b) && denied(0x9e, 0x9e),
	       "MSRs of the machine's secrets are #GP");
	tap_ok(denied(0xc1, 0xc8) && denied(0x186, 0x18d) && denied(0x309, 0x30c) &&
	       denied(0x38d, 0x392) && denied(0x3f1, 0x3f2) && denied(0x4c1, 0x4c8) &&
	       answers(0x345, 0x345, true, MSR_GP), "performance counters are #GP");
	tap_ok(denied(0xe1, 0xe1) && denied(0x122, 0x122) && denied(0x1a6, 0x1a6) &&
	       denied(0x1c4, 0x1c5) && denied(0x276, 0x276) && denied(0x500, 0x500) &&
	       denied(0x560, 0x571) && denied(0x6a0, 0x6a8) && denied(0x6e0, 0x6e0) &&
	       denied(0x981, 0x98a) && denied(0xd90, 0xd90) && denied(0xd93, 0xd93),
	       "features that the TD does not have are #GP");
	tap_ok(answers(0x10, 0x10, false, MSR_NATIVE) && answers(0x10, 0x10, true, MSR_VE) &&
	       answers(0x3b, 0x3b, false, MSR_VE) && answers(0x3b, 0x3b, true, MSR_VE),
	       "the TSC is read, writing it is a #VE");
	tap_ok(answers(0x49, 0x49, false, MSR_GP) && answers(0x10b, 0x10b, false, MSR_GP) &&
	       answers(0x10b, 0x10b, true, MSR_CONSTANT), "commands cannot be read");
	tap_ok(denied(0x800, 0x801) && denied(0x804, 0x807) && denied(0x829, 0x82e) &&
	       denied(0x831, 0x831) && denied(0x840, 0x8ff) &&
	       answers(0x802, 0x802, true, MSR_GP) &&
	       answers(0x80a, 0x80a, true, MSR_GP) && answers(0x810, 0x827, true, MSR_GP),
	       "what is no x2APIC register, or cannot be written, is #GP");
	tap_ok(answers(0x803, 0x803, true, MSR_VE) && answers(0x830, 0x830, true, MSR_VE) &&
	       answers(0x808, 0x808, true, MSR_APIC), "the x2APIC is the VMM's but for the TPR");
	tap_ok(answers(0x481, 0x484, false, MSR_VE) && answers(0x480, 0x480, false, MSR_CONSTANT) &&
	       answers(0x480, 0x493, true, MSR_GP), "capabilities of VMX");
}

static void test_control_registers(void)
{
	const uint64_t cr0 = 0x80000033, cr4 = 0x60;

	td.identity.xfam = 0xe7;
	tap_ok(cr0_decide(cr0, cr0 | 1 << 3) == CR_TAKE, "CR0.TS is the TD's");
	tap_ok(cr0_decide(cr0, cr0 & ~1ull) == CR_GP, "clearing PE is #GP");
	tap_ok(cr0_decide(cr0, cr0 & ~0x20ull) == CR_GP, "clearing NE is #GP");
	tap_ok(cr0_decide(cr0, cr0 & ~0x80000001ull) == CR_VE, "clearing PE and PG is #VE");
	tap_ok(cr0_decide(cr0, cr0 | 1 << 29) == CR_VE && cr0_decide(cr0, cr0 | 1 << 30) == CR_VE,
	       "setting NW or CD is #VE");
	tap_ok(cr4_decide(cr4, cr4 | 1 << 7) == CR_TAKE, "CR4.PGE is the TD's");
	tap_ok(cr4_decide(cr4, cr4 | 1 << 13) == CR_VE && cr4_decide(cr4, cr4 | 1 << 14) == CR_VE &&
	       cr4_decide(cr4, cr4 & ~0x40ull) == CR_VE, "changing VMXE, SMXE or MCE is #VE");
	tap_ok(cr4_decide(cr4, cr4 | 1 << 8) == CR_GP && cr4_decide(cr4, cr4 | 1 << 19) == CR_GP &&
	       cr4_decide(cr4, cr4 | 1 << 24) == CR_GP, "PCE, KL, PKS without the attribute are #GP");
	tap_ok(cr4_decide(cr4, cr4 | 1 << 22) == CR_GP && cr4_decide(cr4, cr4 | 1 << 23) == CR_GP &&
	       cr4_decide(cr4, cr4 | 1 << 25) == CR_GP, "PKE, CET, UINT without XFAM are #GP");
	td.identity.xfam |= 1 << 9;
	tap_ok(cr4_decide(cr4, cr4 | 1 << 22) == CR_TAKE, "PKE with XFAM is the TD's");
}

static struct cpuid_result leaf(uint32_t eax, uint32_t ecx)
{
	const struct cpuid_result ones = { ~0u, ~0u, ~0u, ~0u };

	return cpuid_virtualize(eax, ecx, ones, 0);
}

static void test_cpuid(void)
{
	struct cpuid_result r = leaf(0, 0);

	tap_ok(r.eax == 0x23 && r.ebx == 0x756e6547, "leaf 0: 23h leaves, GenuineIntel");
	r = leaf(1, 0);
	tap_ok(!(~r.ecx & (BIT(2) | BIT(4) | BIT(15) | BIT(31))) &&
	       !(r.ecx & (BIT(3) | BIT(5) | BIT(24))) && r.edx & BIT(21) && !(r.edx & BIT(17)),
	       "leaf 1");
	tap_ok(leaf(2, 0).ebx == 0, "leaf 2");
	tap_ok((leaf(4, 0).ebx & 0xfff) == 63 && (leaf(4, 3).ebx & 0xfff) == 63 && !leaf(4, 4).eax,
	       "leaf 4: four caches, 64 bytes a line");
	r = leaf(7, 0);
	tap_ok(r.eax == 2 && !(r.ebx & BIT(14)) && !(~r.ebx & (BIT(6) | BIT(13))) &&
	       !(r.ecx & (BIT(16) | BIT(31))) && !(~r.edx & (BIT(10) | BIT(27))),
	       "leaf 7");
	tap_ok(leaf(7, 2).edx == 0x17, "leaf 7.2");
	tap_ok(!(leaf(0xd, 0).eax & (BIT(3) | BIT(4))), "leaf dh: no MPX");
	r = leaf(0x15, 0);
	tap_ok(r.eax == 1 && r.ebx == 104 && r.ecx == 25000000, "leaf 15h: 2600 MHz of 25 MHz");
	r = leaf(0x21, 0);
	tap_ok(r.ebx == 0x65746e49 && r.edx == 0x5844546c && r.ecx == 0x20202020,
	       "leaf 21h: IntelTDX");
	r = leaf(0x80000008, 0);
	tap_ok(r.eax >> 16 == 0, "leaf 80000008h");
	tap_ok(cpuid_is_virtualized(1) && !cpuid_is_virtualized(0x40000000) &&
	       cpuid_is_virtualized(0x80000000), "leaves of hypervisors are a #VE");
	tap_ok(!leaf(0x16, 0).eax && !leaf(0x80000009, 0).eax, "leaves that are not there are zero");
}

static bool address_is(struct vcpu *v, const char *bytes, size_t size, uint64_t wanted)
{
	put_code(bytes, size);
	return insn_address(v) == wanted;
}

static bool wrote(struct vcpu *v, struct cr_write *write, unsigned int length, unsigned int cr,
		  uint64_t value)
{
	return insn_cr_write(v, write) && write->length == length && write->cr == cr &&
	       write->value == value;
}

static void test_decoder(struct vcpu *v)
{
	struct cr_write write = { .cr = 99 };

	v->vmcb->save.rax = 0x1000;
	v->regs.rbx = 0x20;
	v->regs.r12 = 0x5000;
	v->vmcb->save.rip = 0x400000;
	tap_ok(address_is(v, "\x8b\x00", 2, 0x1000), "mov (%rax),%eax");
	tap_ok(address_is(v, "\x8b\x40\xf0", 3, 0xff0), "mov -0x10(%rax),%eax");
	tap_ok(address_is(v, "\x66\x89\x84\x98\x00\x01\x00\x00", 8, 0x1180),
	       "mov %ax,0x100(%rax,%rbx,4)");
	tap_ok(address_is(v, "\x41\x8b\x44\x24\x08", 5, 0x5008), "mov 0x8(%r12),%eax");
	tap_ok(address_is(v, "\x8b\x05\x10\x00\x00\x00", 6, 0x400016), "mov 0x10(%rip),%eax");
	tap_ok(address_is(v, "\xc7\x05\x10\x00\x00\x00\x01\x00\x00\x00", 10, 0x40001a),
	       "movl $1,0x10(%rip)");
	tap_ok(address_is(v, "\x0f\xb6\x00", 3, 0x1000), "movzbl (%rax),%eax");
	v->vmcb->save.efer = EFER_LMA;
	put_code("\x0f\x22\xe0", 3);
	tap_ok(wrote(v, &write, 3, 4, 0x1000), "mov %rax,%cr4");
	put_code("\x41\x0f\x22\xc4", 4);
	tap_ok(wrote(v, &write, 4, 0, 0x5000), "mov %r12,%cr0");
	v->vmcb->save.cr0 = 0x8000003b;
	put_code("\x0f\x06", 2);
	tap_ok(wrote(v, &write, 2, 0, 0x80000033), "clts");
	put_code("\x0f\x01\xf1", 3);
	v->regs.rcx = 0x1236;
	tap_ok(wrote(v, &write, 3, 0, 0x80000037), "lmsw %cx");
	put_code("\x0f\x01\x30\0", 4);	/* the operand is read from the same bytes */
	tap_ok(wrote(v, &write, 3, 0, 0x8000003f), "lmsw (%rax)");
	put_code("\x90", 1);
	tap_ok(!insn_cr_write(v, &write), "another instruction");
	put_code("\x66\x0f\x01\xcc", 4);
	tap_ok(insn_is(v, "\x66\x0f\x01\xcc", 4), "tdcall");
	tap_ok(!insn_is(v, "\x66\x0f\x01\xcd", 4), "another one is none");
	put_code("\x66\x0f\x01", 3);
	tap_ok(!insn_is(v, "\x66\x0f\x01\xcc", 4), "a page that ends too early");
}

static bool stores(struct vcpu *v, const char *bytes, size_t size, uint32_t value)
{
	struct insn_store store = { 0 };

	put_code(bytes, size);
	return insn_store(v, &store) && store.length == size && store.value == value;
}

static bool stores_nothing(struct vcpu *v, const char *bytes, size_t size)
{
	struct insn_store store;

	put_code(bytes, size);
	return !insn_store(v, &store);
}

static void test_stores(struct vcpu *v)
{
	v->vmcb->save.rax = 0x1111;
	v->regs.rsi = 0x100002222;
	v->regs.r9 = 0x3333;
	tap_ok(stores(v, "\x89\x04\x25\x00\xc3\x5f\xff", 7, 0x1111), "mov %eax,0xffffffffff5fc300");
	tap_ok(stores(v, "\x89\xb7\x00\xd0\x5f\xff", 6, 0x2222), "mov %esi,-0xa03000(%rdi)");
	tap_ok(stores(v, "\x44\x89\x08", 3, 0x3333), "mov %r9d,(%rax)");
	tap_ok(stores(v, "\xc7\x05\x10\x00\x00\x00\x01\x00\x00\x80", 10, 0x80000001),
	       "movl $0x80000001,0x10(%rip)");
	tap_ok(stores_nothing(v, "\x66\x89\x08", 3), "16 bits are not 32");
	tap_ok(stores_nothing(v, "\x48\x89\x08", 3), "nor are 64");
	tap_ok(stores_nothing(v, "\x89\xc8", 2), "a register is not memory");
	tap_ok(stores_nothing(v, "\x8b\x00", 2), "a load");
	tap_ok(stores_nothing(v, "\xc7\x05\x10\x00\x00\x00\x01", 7), "what is cut off");
}

int main(void)
{
	struct vcpu *v = core_start();

	if (!v) {
		printf("1..0 # SKIP no memory at a fixed address\n");
		return 0;
	}
	test_msrs();
	test_control_registers();
	test_cpuid();
	test_decoder(v);
	test_stores(v);
	return tap_done();
}
