// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUID as the TDX module virtualizes it: ABI table "CPUID Virtualization Overview".
 * Leaves of hypervisors are the VMM's, by #VE; all others are answered here, and what
 * is not listed is zero. What the processor underneath cannot do is not promised,
 * even where a real module would: see the README.
 */
#include "../cpu.h"
#include "tdx.h"

#define BIT(n)		(1u << (n))
#define HYPERVISOR_LEAVES	0x40000000u
#define HYPERVISOR_LEAVES_END	0x50000000u
#define LAST_LEAF		0x23
#define LAST_EXTENDED_LEAF	0x80000008u
#define SIGNATURE		0x000806f8	/* family 6 model 8fh stepping 8 */
#define CRYSTAL_HZ		25000000
#define LINE			63		/* bytes of a cache line, less one */
#define CPUID_LENGTH		2
#define CR4_OSXSAVE		(1ull << 18)

/**
 * cpuid_is_virtualized() - does the module answer a leaf?
 * @leaf: EAX
 *
 * Return: false for those that are a #VE.
 */
bool cpuid_is_virtualized(uint32_t leaf)
{
	return leaf < HYPERVISOR_LEAVES || leaf >= HYPERVISOR_LEAVES_END;
}

static struct cpuid_result features(struct cpuid_result native, uint64_t cr4)
{
	native.eax = SIGNATURE;
	native.ecx &= ~(BIT(3) | BIT(5) | BIT(6) | BIT(17) | BIT(24) | BIT(27));
	native.ecx |= BIT(2) | BIT(4) | BIT(15) | BIT(21) | BIT(31);
	if (cr4 & CR4_OSXSAVE)
		native.ecx |= BIT(27);
	native.edx &= ~BIT(17);
	native.edx |= BIT(12) | BIT(21);
	return native;
}

/* Deterministic cache parameters: L1 data and instructions, L2, L3 */
static struct cpuid_result caches(uint32_t subleaf)
{
	static const struct {
		uint32_t type, level, ways, sets;
	} list[] = { { 1, 1, 12, 64 }, { 2, 1, 8, 64 }, { 3, 2, 16, 2048 }, { 3, 3, 15, 32768 } };
	struct cpuid_result result = { 0 };

	if (subleaf >= ARRAY_SIZE(list))
		return result;
	result.eax = list[subleaf].type | list[subleaf].level << 5 | BIT(8);
	result.ebx = LINE | (list[subleaf].ways - 1) << 22;
	result.ecx = list[subleaf].sets - 1;
	return result;
}

static struct cpuid_result extended_features(uint32_t subleaf, struct cpuid_result native)
{
	switch (subleaf) {
	case 0:
		native.eax = 2;
		native.ebx &= ~(BIT(1) | BIT(10) | BIT(14));
		native.ebx |= BIT(6) | BIT(13);
		native.ecx &= ~(BIT(16) | BIT(31));
		native.ecx |= BIT(27) | BIT(28);
		if (td.identity.attributes & TD_ATTR_PKS)
			native.ecx |= BIT(31);
		native.edx |= BIT(10) | BIT(26) | BIT(27) | BIT(29) | BIT(31);
		return native;
	case 2:
		return (struct cpuid_result){ .edx = BIT(0) | BIT(1) | BIT(2) | BIT(4) };
	default:
		return (struct cpuid_result){ 0 };
	}
}

/* x87, SSE and AVX as the processor has them, no MPX */
static struct cpuid_result xsave(uint32_t subleaf, struct cpuid_result native)
{
	if (subleaf == 0)
		native.eax &= ~(BIT(3) | BIT(4));
	return native;
}

static struct cpuid_result text(const char *text)
{
	struct cpuid_result result;

	memcpy(&result, text, sizeof(result));
	return result;
}

static struct cpuid_result basic(uint32_t leaf, uint32_t subleaf, struct cpuid_result native,
				 uint64_t cr4)
{
	switch (leaf) {
	case 0x0:
		return (struct cpuid_result){ LAST_LEAF, 0x756e6547, 0x6c65746e, 0x49656e69 };
	case 0x1:
		return features(native, cr4);
	case 0x2:
		return (struct cpuid_result){ .eax = 0x00feff01 };
	case 0x4:
		return caches(subleaf);
	case 0x6:
		return (struct cpuid_result){ .eax = BIT(2) };	/* the timer never stops */
	case 0x7:
		return extended_features(subleaf, native);
	case 0xb:
		return native;
	case 0xd:
		return xsave(subleaf, native);
	case 0x15:
		return (struct cpuid_result){ 1, tsc_khz() / (CRYSTAL_HZ / 1000), CRYSTAL_HZ, 0 };
	case 0x21:
		if (subleaf)
			return (struct cpuid_result){ 0 };
		return (struct cpuid_result){ 0, 0x65746e49, 0x20202020, 0x5844546c };
	default:
		return (struct cpuid_result){ 0 };
	}
}

static struct cpuid_result extended(uint32_t leaf, struct cpuid_result native)
{
	switch (leaf) {
	case 0x80000000:
		return (struct cpuid_result){ .eax = LAST_EXTENDED_LEAF };
	case 0x80000001:
		return (struct cpuid_result){
			.ecx = (native.ecx & (BIT(0) | BIT(5))) | BIT(8),
			.edx = native.edx & (BIT(11) | BIT(20) | BIT(26) | BIT(27) | BIT(29)),
		};
	case 0x80000002:
		return text("Intel(R) Xeon(R)");
	case 0x80000003:
		return text(" (software TDX) ");
	case 0x80000006:
		return (struct cpuid_result){ .ecx = 0x08007040 };
	case 0x80000007:
		return (struct cpuid_result){ .edx = BIT(8) };
	case 0x80000008:
		return (struct cpuid_result){ .eax = 52 | 48 << 8, .ebx = BIT(9) };
	default:
		return (struct cpuid_result){ 0 };
	}
}

/**
 * cpuid_virtualize() - what the TD sees
 * @leaf: EAX
 * @subleaf: ECX
 * @native: what the processor says
 * @cr4: the TD's CR4
 */
struct cpuid_result cpuid_virtualize(uint32_t leaf, uint32_t subleaf, struct cpuid_result native,
				     uint64_t cr4)
{
	return leaf < HYPERVISOR_LEAVES ? basic(leaf, subleaf, native, cr4) :
					  extended(leaf, native);
}

/* As TDG.VP.CPUIDVE.SET counts */
static uint64_t ring(const struct vcpu *v)
{
	return v->vmcb->save.cpl ? BIT(1) : BIT(0);
}

/**
 * cpuid_exit() - serve a CPUID
 * @v: the vCPU
 */
void cpuid_exit(struct vcpu *v)
{
	uint32_t leaf = v->vmcb->save.rax, subleaf = v->regs.rcx;
	struct cpuid_result result;
	uint32_t native[4];

	if (!cpuid_is_virtualized(leaf) || tdx_vcpu(v)->cpuid_ve & ring(v)) {
		ve_inject(v, (struct ve_info){ .reason = VE_CPUID, .length = CPUID_LENGTH });
		return;
	}
	cpuid(leaf, subleaf, native);
	result = cpuid_virtualize(leaf, subleaf, (struct cpuid_result){ native[0], native[1],
				  native[2], native[3] }, v->vmcb->save.cr4);
	v->vmcb->save.rax = result.eax;
	v->regs.rbx = result.ebx;
	v->regs.rcx = result.ecx;
	v->regs.rdx = result.edx;
	v->vmcb->save.rip += CPUID_LENGTH;
}
