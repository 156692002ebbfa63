// SPDX-License-Identifier: GPL-2.0-only
/*
 * TDVMCALL: what the VMM does for a TD. Guest-Hypervisor Communication Interface 1.5,
 * chapter 3. Nothing here is trusted by the TD; here is where a host can lie.
 */
#include "../cpu.h"
#include "../hostile.h"
#include "tdx.h"

#define VMCALL_SUCCESS		0
#define VMCALL_INVALID_OPERAND	0x8000000000000000ull
#define KVM_ENOSYS		1000

enum vmcall {
	VMCALL_CPUID		= 10,
	VMCALL_HLT		= 12,
	VMCALL_IO		= 30,
	VMCALL_RDMSR		= 31,
	VMCALL_WRMSR		= 32,
	VMCALL_MMIO		= 48,
	VMCALL_WBINVD		= 54,
	VMCALL_GET_INFO		= 0x10000,
	VMCALL_MAP_GPA		= 0x10001,
	VMCALL_GET_QUOTE	= 0x10002,
	VMCALL_FATAL_ERROR	= 0x10003,
	VMCALL_NOTIFY		= 0x10004,
};

#define KVM_SIGNATURE		0x40000000
#define KVM_FEATURES		0x40000001
#define KVM_NOP_IO_DELAY	(1u << 1)

static uint64_t calls_architectural[64], calls_vmm[8];

static bool fault_is(const char *name)
{
	return strlen(td.fault) == strlen(name) && !memcmp(td.fault, name, strlen(name));
}

/* ---- CPUID and MSRs ---- */

/*
 * Linux expects a known hypervisor before it uses x2APIC without interrupt
 * remapping. On the calling processor, for firmware asks leaf bh so.
 */
static void call_cpuid(struct registers *r)
{
	uint32_t leaf = r->r12, regs[4] = { 0 };

	if (leaf == KVM_SIGNATURE && !fault_is("no-signature")) {
		regs[0] = KVM_FEATURES;
		memcpy(&regs[1], "KVMKVMKVM\0\0\0", 12);
	} else if (leaf == KVM_FEATURES) {
		regs[0] = KVM_NOP_IO_DELAY;
	} else if (cpuid_is_virtualized(leaf)) {
		struct cpuid_result seen;

		cpuid(leaf, r->r13, regs);
		seen = cpuid_virtualize(leaf, r->r13, (struct cpuid_result){ regs[0], regs[1],
					regs[2], regs[3] }, 0);
		memcpy(regs, &seen, sizeof(regs));
	}
	behaviour_contradict("cpuid", regs, sizeof(regs));
	r->r12 = regs[0];
	r->r13 = regs[1];
	r->r14 = regs[2];
	r->r15 = regs[3];
}

/**
 * vmm_msr() - what becomes of a TDVMCALL for an MSR
 * @msr: register
 *
 * Of the x2APIC only what the module leaves to the VMM; TPR, EOI, PPR, ISR, TMR, IRR
 * and self IPI never get here from a TD that is in order.
 */
enum vmm_msr vmm_msr(uint32_t msr)
{
	switch (msr) {
	case 0x1b:				/* APIC_BASE, which firmware asks the VMM */
		return VMM_APIC_BASE;
	case 0x3a:				/* FEAT_CTL: locked */
		return VMM_ONE;
	case 0xce:				/* PLATFORM_INFO */
	case 0x140:				/* MISC_FEATURES_ENABLES */
	case 0x179:				/* MCG_CAP */
	case 0x17a:				/* MCG_STATUS */
	case 0x1fc:				/* POWER_CTL */
		return VMM_ZERO;
	case 0xfe:				/* MTRR */
	case 0x200 ... 0x20f:
	case 0x250:
	case 0x258 ... 0x259:
	case 0x268 ... 0x26f:
	case 0x2ff:
		return VMM_NATIVE;
	case 0x802 ... 0x803:			/* x2APIC */
	case 0x80d:
	case 0x80f:
	case 0x828:
	case 0x82f ... 0x830:
	case 0x832 ... 0x839:
	case 0x83e:
		return VMM_APIC;
	default:
		return VMM_REFUSED;
	}
}

static uint64_t read_msr(struct vcpu *v)
{
	uint32_t msr = v->regs.r12;

	v->regs.r11 = 0;
	switch (vmm_msr(msr)) {
	case VMM_ONE:
		v->regs.r11 = 1;
		return VMCALL_SUCCESS;
	case VMM_ZERO:
		return VMCALL_SUCCESS;
	case VMM_NATIVE:
		v->regs.r11 = rdmsr(msr);
		return VMCALL_SUCCESS;
	case VMM_APIC_BASE:
		v->regs.r11 = msr_apic_base(v);
		return VMCALL_SUCCESS;
	case VMM_APIC:
		return x2apic_read(v, msr, &v->regs.r11) ? VMCALL_SUCCESS : VMCALL_INVALID_OPERAND;
	default:
		return VMCALL_INVALID_OPERAND;
	}
}

static uint64_t call_rdmsr(struct vcpu *v)
{
	uint64_t ret = read_msr(v);

	if (ret == VMCALL_SUCCESS)
		behaviour_contradict("msr", &v->regs.r11, sizeof(v->regs.r11));
	return ret;
}

static uint64_t call_wrmsr(struct vcpu *v)
{
	uint32_t msr = v->regs.r12;

	switch (vmm_msr(msr)) {
	case VMM_ZERO:
		return VMCALL_SUCCESS;
	case VMM_NATIVE:
		wrmsr(msr, v->regs.r13);
		return VMCALL_SUCCESS;
	case VMM_APIC_BASE:
		return v->regs.r13 == msr_apic_base(v) ? VMCALL_SUCCESS : VMCALL_INVALID_OPERAND;
	case VMM_APIC:
		return x2apic_write(v, msr, v->regs.r13) ? VMCALL_SUCCESS :
							   VMCALL_INVALID_OPERAND;
	default:
		return VMCALL_INVALID_OPERAND;
	}
}

/* ---- devices ---- */

static bool is_size(uint64_t size, uint64_t max)
{
	return size && size <= max && !(size & (size - 1));
}

/* Firmware needs the configuration device, which a kernel that is loaded already does not */
static void port_out(struct vcpu *v, uint16_t port, unsigned int size, uint32_t value)
{
	if (port == ATTACK_PORT && size == 4)
		td_attack(v, value);
	else if (!options.firmware || !fwcfg_out(port, size, value))
		port_guest_out(port, size, value);
}

static uint32_t port_in(uint16_t port, unsigned int size)
{
	uint32_t value;

	if (options.firmware && fwcfg_in(port, size, &value))
		return value;
	return port_guest_in(port, size);
}

static uint64_t call_io(struct vcpu *v)
{
	struct registers *r = &v->regs;
	uint64_t size = r->r12, port = r->r14;

	if (!is_size(size, 4) || port > 0xffff || r->r13 > 1)
		return VMCALL_INVALID_OPERAND;
	if (r->r13)
		port_out(v, port, size, r->r15);
	else
		r->r11 = port_in(port, size);
	return VMCALL_SUCCESS;
}

static uint64_t call_mmio(struct vcpu *v)
{
	struct registers *r = &v->regs;
	uint64_t size = r->r12, gpa = r->r14 & ~TDX_SHARED;

	if (!is_size(size, 8) || r->r13 > 1 || !(r->r14 & TDX_SHARED) || gpa % size ||
	    !mmio_allowed(gpa, size))
		return VMCALL_INVALID_OPERAND;
	if (r->r13)
		mmio_write(v, gpa, r->r15, size);
	else
		r->r11 = mmio_read(gpa, size);
	return VMCALL_SUCCESS;
}

/* ---- the rest ---- */

/*
 * R12 tells whether the TD takes interrupts. While a quote is on its way a vCPU does
 * not sleep, for the link has no interrupt.
 */
static void call_hlt(struct vcpu *v)
{
	if (quote_in_flight())
		return;
	if (v->regs.r12)
		idle_masked(v);
	else
		idle_until_interrupt(v);
}

static void call_fatal_error(struct vcpu *v)
{
	const struct registers *r = &v->regs;
	const uint64_t words[9] = { r->r14, r->r15, r->rbx, r->rdi, r->rsi, r->r8, r->r9, r->rdx };
	char text[sizeof(words)];
	unsigned int i;

	memcpy(text, words, sizeof(text));
	for (i = 0; i < sizeof(text) && text[i]; i++)
		if (text[i] < ' ' || text[i] > '~')
			text[i] = '?';
	log_info("tdx: the guest gives up, error %lx: %s\n", r->r12, text);
	vcpu_dump(v);
	stop(STOP_TERMINATED);
}

static uint64_t get_info(struct registers *r)
{
	r->r11 = 0;
	r->r12 = 0;
	r->r13 = 0;
	r->r14 = 0;
	return VMCALL_SUCCESS;
}

static uint64_t notify(struct vcpu *v)
{
	if (v->regs.r12 < 32 || v->regs.r12 > 255)
		return VMCALL_INVALID_OPERAND;
	quote_notify(v, v->regs.r12);
	return VMCALL_SUCCESS;
}

static uint64_t serve(struct vcpu *v)
{
	struct registers *r = &v->regs;

	switch (r->r11) {
	case VMCALL_CPUID:
		call_cpuid(r);
		return VMCALL_SUCCESS;
	case VMCALL_HLT:
		call_hlt(v);
		return VMCALL_SUCCESS;
	case VMCALL_IO:
		return call_io(v);
	case VMCALL_RDMSR:
		return call_rdmsr(v);
	case VMCALL_WRMSR:
		return call_wrmsr(v);
	case VMCALL_MMIO:
		return call_mmio(v);
	case VMCALL_WBINVD:
		return VMCALL_SUCCESS;
	case VMCALL_GET_INFO:
		return get_info(r);
	case VMCALL_MAP_GPA:
		return map_gpa(v, r->r12, r->r13, &r->r11);
	case VMCALL_GET_QUOTE:
		return quote_begin(r->r12, r->r13);
	case VMCALL_FATAL_ERROR:
		call_fatal_error(v);
		return VMCALL_SUCCESS;
	case VMCALL_NOTIFY:
		return notify(v);
	default:
		log_info("tdx: TDVMCALL %lx is not there\n", r->r11);
		return VMCALL_INVALID_OPERAND;
	}
}

static void count(uint64_t call)
{
	if (call < ARRAY_SIZE(calls_architectural))
		calls_architectural[call]++;
	else if (call - VMCALL_GET_INFO < ARRAY_SIZE(calls_vmm))
		calls_vmm[call - VMCALL_GET_INFO]++;
}

/**
 * vmm_call() - serve a TDVMCALL
 * @v: the vCPU
 *
 * R10 tells whose call it is: 0 for those of the interface. A call for KVM is
 * answered as by one that does not know it.
 */
void vmm_call(struct vcpu *v)
{
	if (v->regs.r10) {
		v->regs.r10 = -(uint64_t)KVM_ENOSYS;
		return;
	}
	count(v->regs.r11);
	v->regs.r10 = serve(v);
}

/**
 * vmm_stats() - log how often what was called
 */
void vmm_stats(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls_architectural); i++)
		if (calls_architectural[i])
			log_info("TDVMCALL %u: %lu\n", i, calls_architectural[i]);
	for (i = 0; i < ARRAY_SIZE(calls_vmm); i++)
		if (calls_vmm[i])
			log_info("TDVMCALL %x: %lu\n", VMCALL_GET_INFO + i, calls_vmm[i]);
}
