// SPDX-License-Identifier: GPL-2.0-only
/*
 * TDCALL: the leaves of the TDX module that a TD may call. The instruction is unknown
 * to the processor underneath and arrives as #UD.
 */
#include "tdx.h"

enum tdcall_leaf {
	TDG_VP_VMCALL		= 0,
	TDG_VP_INFO		= 1,
	TDG_MR_RTMR_EXTEND	= 2,
	TDG_VP_VEINFO_GET	= 3,
	TDG_MR_REPORT		= 4,
	TDG_VP_CPUIDVE_SET	= 5,
	TDG_MEM_PAGE_ACCEPT	= 6,
	TDG_VM_RD		= 7,
	TDG_VM_WR		= 8,
	TDG_SYS_RD		= 11,
	TDG_MR_VERIFYREPORT	= 22,
	TDG_MEM_PAGE_ATTR_RD	= 23,
};

#define REPORT_SIZE	1024
#define REPORT_DATA	64
#define EXTEND_ALIGN	64
#define MAC_STRUCT_SIZE	256
#define CPUID_VE_BITS	3

/* RCX of TDG.VP.VMCALL: registers that the VMM sees. RAX, RCX and RSP cannot be */
#define EXPOSED_GPRS(rcx)	((rcx) & 0xffff)
#define EXPOSE_RESERVED		0xffffffff00000013ull
#define RSP			4

static const uint8_t tdcall[] = { 0x66, 0x0f, 0x01, 0xcc };

static uint64_t calls[32];

/*
 * The VMM sees the registers that the TD exposes and zeros for the others, which it
 * cannot change either.
 */
static uint64_t vp_vmcall(struct vcpu *v)
{
	uint64_t rcx = v->regs.rcx, kept[16];
	unsigned int i;

	if (rcx & EXPOSE_RESERVED)
		return TDX_OPERAND_INVALID(OPERAND_RCX);
	for (i = 0; i < ARRAY_SIZE(kept); i++) {
		kept[i] = *insn_register(v, i);
		if (i != RSP && !(EXPOSED_GPRS(rcx) >> i & 1))
			*insn_register(v, i) = 0;
	}
	vmm_call(v);
	for (i = 0; i < ARRAY_SIZE(kept); i++)
		if (i != RSP && !(EXPOSED_GPRS(rcx) >> i & 1))
			*insn_register(v, i) = kept[i];
	return TDX_SUCCESS;
}

static uint64_t vp_info(struct vcpu *v)
{
	struct registers *r = &v->regs;

	r->rcx = TDX_GPAW;
	r->rdx = td.identity.attributes;
	r->r8 = vcpu_count | (uint64_t)vcpu_count << 32;
	r->r9 = v->id;
	r->r10 = 0;
	r->r11 = 0;
	return TDX_SUCCESS;
}

static uint64_t veinfo_get(struct vcpu *v)
{
	struct ve_info *ve = &tdx_vcpu(v)->ve;
	struct registers *r = &v->regs;

	if (!ve->valid)
		return TDX_NO_VE_INFO;
	ve->valid = false;
	r->rcx = ve->reason;
	r->rdx = ve->qualification;
	r->r8 = ve->gla;
	r->r9 = ve->gpa;
	r->r10 = ve->length;
	return TDX_SUCCESS;
}

static uint64_t mr_extend(struct vcpu *v)
{
	uint64_t data = v->regs.rcx, index = v->regs.rdx;

	if (index >= ARRAY_SIZE(td.rtmr))
		return TDX_OPERAND_INVALID(OPERAND_RDX);
	if (data % EXTEND_ALIGN || !sept_is_private(data, TDX_DIGEST))
		return TDX_OPERAND_INVALID(OPERAND_RCX);
	rtmr_extend(index, (const uint8_t *)host_address(data));
	return TDX_SUCCESS;
}

static uint64_t mr_report(struct vcpu *v)
{
	uint64_t report = v->regs.rcx, data = v->regs.rdx;
	uint8_t report_data[REPORT_DATA];

	if (v->regs.r8)
		return TDX_OPERAND_INVALID(OPERAND_R8);
	if (report % REPORT_SIZE || !sept_is_private(report, REPORT_SIZE))
		return TDX_OPERAND_INVALID(OPERAND_RCX);
	if (data % REPORT_DATA || !sept_is_private(data, REPORT_DATA))
		return TDX_OPERAND_INVALID(OPERAND_RDX);
	memcpy(report_data, (const void *)host_address(data), sizeof(report_data));
	report_build(report_data, (uint8_t *)host_address(report));
	return TDX_SUCCESS;
}

/*
 * A page that the VMM does not map is an EPT violation to the VMM, again and again: the
 * TD never goes on. That is the VMM's to decide, so the TD is stopped.
 */
static uint64_t page_accept(struct vcpu *v)
{
	uint64_t mapping = v->regs.rcx;

	if (!page_state_may_accept(mapping))
		tdx_stop(v, STOP_VIOLATION, "no page is mapped to be accepted", mapping);
	return sept_accept(mapping);
}

static uint64_t mr_verify(struct vcpu *v)
{
	uint64_t mac_struct = v->regs.rcx;

	if (mac_struct % MAC_STRUCT_SIZE || !sept_is_private(mac_struct, MAC_STRUCT_SIZE))
		return TDX_OPERAND_INVALID(OPERAND_RCX);
	return report_verify((const uint8_t *)host_address(mac_struct));
}

static uint64_t cpuidve_set(struct vcpu *v)
{
	if (v->regs.rcx & ~(uint64_t)CPUID_VE_BITS)
		return TDX_OPERAND_INVALID(OPERAND_RCX);
	tdx_vcpu(v)->cpuid_ve = v->regs.rcx;
	return TDX_SUCCESS;
}

/*
 * For an address whose page is not in the secure EPT the module leaves the TD with an
 * EPT violation, as for any access. There are no nested VMs and the attributes of the
 * first one are not told.
 */
static uint64_t attributes_read(struct vcpu *v)
{
	uint64_t gpa = v->regs.rcx;

	if (td.no_attr_rd)
		return TDX_OPERAND_INVALID(OPERAND_RAX);
	v->regs.rcx = 0;
	v->regs.rdx = 0;
	if (gpa >= TDX_SHARED)
		return TDX_OPERAND_INVALID(OPERAND_RCX);
	if (!sept_mapping(gpa, &v->regs.rcx))
		tdx_stop(v, STOP_VIOLATION, "MEM.PAGE.ATTR.RD of a page that is not the TD's", gpa);
	return TDX_SUCCESS;
}

static uint64_t vm_write(struct vcpu *v)
{
	return field_write_vm(v->regs.rdx, v->regs.r8, v->regs.r9, &v->regs.r8);
}

static uint64_t serve(struct vcpu *v, uint64_t leaf)
{
	switch (leaf) {
	case TDG_VP_VMCALL:
		return vp_vmcall(v);
	case TDG_VP_INFO:
		return vp_info(v);
	case TDG_MR_RTMR_EXTEND:
		return mr_extend(v);
	case TDG_VP_VEINFO_GET:
		return veinfo_get(v);
	case TDG_MR_REPORT:
		return mr_report(v);
	case TDG_VP_CPUIDVE_SET:
		return cpuidve_set(v);
	case TDG_MEM_PAGE_ACCEPT:
		return page_accept(v);
	case TDG_VM_RD:
		return field_read_vm(v->regs.rdx, &v->regs.r8);
	case TDG_VM_WR:
		return vm_write(v);
	case TDG_SYS_RD:
		return field_read_system(v->regs.rdx, &v->regs.r8);
	case TDG_MR_VERIFYREPORT:
		return mr_verify(v);
	case TDG_MEM_PAGE_ATTR_RD:
		return attributes_read(v);
	default:
		log_info("tdx: TDCALL leaf %lu is not there\n", leaf);
		return TDX_OPERAND_INVALID(OPERAND_RAX);
	}
}

/**
 * module_instruction() - carry out a TDCALL
 * @v: the vCPU, after a #UD
 *
 * Return: false when the instruction is another one.
 */
bool module_instruction(struct vcpu *v)
{
	struct vmcb_save *save = &v->vmcb->save;
	uint64_t leaf = save->rax & 0xffff;

	if (!insn_is(v, tdcall, sizeof(tdcall)))
		return false;
	if (save->cpl) {
		gp_inject(v);
		return true;
	}
	if (leaf < ARRAY_SIZE(calls))
		calls[leaf]++;
	save->rip += sizeof(tdcall);
	save->rax = serve(v, leaf);
	return true;
}

/**
 * module_stats() - log how often each leaf was called
 */
void module_stats(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i])
			log_info("TDCALL %u: %lu\n", i, calls[i]);
}
