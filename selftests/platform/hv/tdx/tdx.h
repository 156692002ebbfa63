/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The TDX personality, in sections headed by the file that implements them. What a
 * TD may trust, the TDX module, is in one set of files (Intel TDX Module Base
 * Architecture and ABI Reference Specification); what it may not, the VMM, in
 * another (Guest-Hypervisor Communication Interface). A host that lies is a VMM
 * that lies: the module never does.
 */
#ifndef HV_TDX_H
#define HV_TDX_H

#include "../../link.h"
#include "../hv.h"
#include "../insn.h"

#define TDX_SHARED_BIT	47
#define TDX_GPAW	48
#define TDX_SHARED	(1ull << TDX_SHARED_BIT)
#define TDX_DIGEST	48

/* Pages of the personality in low memory */
#define TDX_GPA_PML4	0x94000ul
#define TDX_GPA_PDPT	0x95000ul
#define TDX_GPA_GDT	0x96000ul
#define TDX_GPA_MAILBOX	0x97000ul
#define TDX_GPA_CCEL	0x98000ul	/* event log */
#define TDX_CCEL_SIZE	0x4000ul

/* TD attributes, ABI table "ATTRIBUTES" */
#define TD_ATTR_DEBUG		(1ull << 0)
#define TD_ATTR_SEPT_VE_DISABLE	(1ull << 28)
#define TD_ATTR_PKS		(1ull << 30)
#define TD_ATTR_KL		(1ull << 31)
#define TD_ATTR_PERFMON		(1ull << 63)

/* Completion status, ABI section "Interface Function Completion Status Codes" */
#define TDX_SUCCESS			0
#define TDX_OPERAND_INVALID(operand)	(0xc000010000000000ull | (operand))
#define TDX_PAGE_ALREADY_ACCEPTED	0x00000b0a00000000ull
#define TDX_PAGE_SIZE_MISMATCH		0xc0000b0b00000000ull
#define TDX_NO_VE_INFO			0xc000070400000000ull
#define TDX_FIELD_ID_INCORRECT		0xc0000c0000000000ull
#define TDX_FIELD_NOT_WRITABLE		0xc0000c0100000000ull
#define TDX_FIELD_VALUE_NOT_VALID	0xc0000c0300000000ull
#define TDX_INVALID_CPUSVN		0xc000100000000000ull
#define TDX_INVALID_REPORTMACSTRUCT	0xc000100100000000ull

enum tdx_operand {
	OPERAND_RAX	= 0,
	OPERAND_RCX	= 1,
	OPERAND_RDX	= 2,
	OPERAND_R8	= 8,
};

/* Exit reasons in VE_INFO, Intel SDM volume 3, appendix C */
enum ve_reason {
	VE_CPUID	= 10,
	VE_HLT		= 12,
	VE_INVD		= 13,
	VE_CR_ACCESS	= 28,
	VE_IO		= 30,
	VE_RDMSR	= 31,
	VE_WRMSR	= 32,
	VE_MWAIT	= 36,
	VE_MONITOR	= 39,
	VE_EPT		= 48,
	VE_WBINVD	= 54,
};

/**
 * struct ve_info - what TDG.VP.VEINFO.GET returns
 * @valid: a #VE was delivered and not asked about yet
 * @reason: &enum ve_reason
 * @qualification: as of the exit
 * @gla: guest linear address
 * @gpa: guest physical address
 * @length: of the instruction
 */
struct ve_info {
	bool valid;
	uint32_t reason;
	uint64_t qualification;
	uint64_t gla;
	uint64_t gpa;
	uint32_t length;
};

/**
 * struct tdx_vcpu - the module's and the VMM's state of a vCPU
 * @ve: pending virtualization exception
 * @start: address at which an application processor begins
 * @timer_count: TMICT as the guest wrote it
 * @cpuid_ve: rings whose CPUID is always a #VE: bit 0 for the kernel, bit 1 for users
 * @map_calls: MapGPA calls of this vCPU, for the VMM that answers RETRY
 */
struct tdx_vcpu {
	struct ve_info ve;
	uint64_t start;
	uint64_t timer_count;
	uint64_t cpuid_ve;
	unsigned int map_calls;
};

/**
 * struct td - the TD
 * @identity: chosen at launch, partly by the host process
 * @mrtd: measurement of what was loaded
 * @rtmr: run-time measurement registers
 * @td_ctls: TD_CTLS
 * @notify_enables: NOTIFY_ENABLES
 * @config_flags: CONFIG_FLAGS
 * @no_attr_rd: a module that does not know TDG.MEM.PAGE.ATTR.RD
 * @fault: how the VMM lies, "" for an honest one
 */
struct td {
	struct link_td_identity identity;
	uint8_t mrtd[TDX_DIGEST];
	uint8_t rtmr[4][TDX_DIGEST];
	uint64_t td_ctls;
	uint64_t notify_enables;
	uint64_t config_flags;
	bool no_attr_rd;
	char fault[24];
};

extern struct td td;

/* tdx.c */
struct tdx_vcpu *tdx_vcpu(struct vcpu *v);
void tdx_stop(struct vcpu *v, enum stop_code code, const char *why, uint64_t what)
	__attribute__((noreturn));

/* ---- the module ---- */

/* ve.c */
void ve_inject(struct vcpu *v, struct ve_info info);
void gp_inject(struct vcpu *v);

/* module.c */
bool module_instruction(struct vcpu *v);
void module_stats(void);

/* fields.c */
uint64_t field_read_vm(uint64_t id, uint64_t *value);
uint64_t field_write_vm(uint64_t id, uint64_t value, uint64_t mask, uint64_t *old);
uint64_t field_read_system(uint64_t id, uint64_t *value);

/* sept.c */
uint64_t sept_accept(uint64_t mapping);
bool sept_mapping(uint64_t gpa, uint64_t *mapping);
bool sept_is_private(uint64_t gpa, uint64_t size);
void sept_violation(struct vcpu *v);
bool sept_to_shared(uint64_t gpa);
bool sept_to_private(uint64_t gpa);
bool sept_replace(uint64_t gpa);

/* cpuid.c */

/**
 * struct cpuid_result - registers after CPUID
 */
struct cpuid_result {
	uint32_t eax, ebx, ecx, edx;
};

bool cpuid_is_virtualized(uint32_t leaf);
struct cpuid_result cpuid_virtualize(uint32_t leaf, uint32_t subleaf, struct cpuid_result native,
				     uint64_t cr4);
void cpuid_exit(struct vcpu *v);

/* msr.c */

/**
 * enum msr_answer - what the module does with an access to an MSR
 * @MSR_GP: #GP(0)
 * @MSR_VE: #VE, the VMM may serve it
 * @MSR_NATIVE: the processor's register
 * @MSR_CONSTANT: a fixed value; writes are dropped
 * @MSR_APIC: the x2APIC, see x2apic.c
 */
enum msr_answer {
	MSR_GP,
	MSR_VE,
	MSR_NATIVE,
	MSR_CONSTANT,
	MSR_APIC,
};

enum msr_answer msr_decide(uint32_t msr, bool write, uint64_t *constant);
void msr_exit(struct vcpu *v);
void msr_allow_native(void);
uint64_t msr_apic_base(const struct vcpu *v);

/* cr.c */

/**
 * enum cr_answer - what the module does with a write to CR0 or CR4
 */
enum cr_answer {
	CR_GP,
	CR_VE,
	CR_TAKE,
};

enum cr_answer cr0_decide(uint64_t old, uint64_t new);
enum cr_answer cr4_decide(uint64_t old, uint64_t new);
void cr_exit(struct vcpu *v);

/* x2apic.c */
bool x2apic_read(struct vcpu *v, uint32_t msr, uint64_t *value);
bool x2apic_write(struct vcpu *v, uint32_t msr, uint64_t value);

/* report.c */
uint64_t report_verify(const uint8_t mac_struct[256]);
void report_build(const uint8_t report_data[64], uint8_t report[1024]);
void rtmr_extend(unsigned int index, const uint8_t data[TDX_DIGEST]);

/* mrtd.c */
void mrtd_begin(void);
void mrtd_add_page(uint64_t gpa, const void *page);
void mrtd_end(uint8_t digest[TDX_DIGEST]);

/* launch.c */
void tdx_launch(struct vcpu *v, void *boot_params);
void tdx_start_state(struct vcpu *v, uint64_t rip);

/* tdvf_launch.c */
void tdvf_launch(struct vcpu *v);
void tdvf_start(struct vcpu *v);

/* ccel.c */
void ccel_build(uint8_t *area, size_t size);

/* ---- the VMM ---- */

/* vmm.c */

/**
 * enum vmm_msr - what this VMM does for an MSR
 */
enum vmm_msr {
	VMM_REFUSED,
	VMM_ZERO,
	VMM_ONE,
	VMM_NATIVE,
	VMM_APIC,
	VMM_APIC_BASE,
};

enum vmm_msr vmm_msr(uint32_t msr);
void vmm_call(struct vcpu *v);
void vmm_stats(void);

/* attack.c */
void td_attack(struct vcpu *v, uint32_t order);

/* map.c */
uint64_t map_gpa(struct vcpu *v, uint64_t gpa, uint64_t size, uint64_t *failed);

/* quote.c */
uint64_t quote_begin(uint64_t gpa, uint64_t size);
void quote_notify(struct vcpu *v, uint64_t vector);
bool quote_in_flight(void);
void quote_poll(void);

/* attack.c */
bool attack_quote_call(uint64_t *ret);
uint64_t attack_quote_answer(uint64_t gpa, uint64_t size, uint64_t status);
void attack_mapped(uint64_t gpa);
void td_attack_repeat(void);
void td_attack_at_once(void);

/* mailbox.c */
void mailbox_init(void);
void mailbox_poll(struct vcpu *v);
void mailbox_start(struct vcpu *v);

#endif /* HV_TDX_H */
