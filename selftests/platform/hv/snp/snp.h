/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The SNP personality: what its files share, and what the SEV and SEV-ES personalities
 * share with it.
 */
#ifndef SNP_SNP_H
#define SNP_SNP_H

#include <stdbool.h>
#include <stdint.h>

#include "../hv.h"
#include "cpuid.h"
#include "ghcb_call.h"
#include "launch_pages.h"

/* bytes that one call may move through shared memory outside of the GHCB page */
#define SNP_SCRATCH_MAX		0x4000

/* error codes of #VC that are no exit codes of an instruction */
#define VC_MMIO			0x400
#define VC_PAGE_NOT_VALIDATED	0x404

/**
 * enum snp_ap_order - what another vCPU wants of a vCPU
 * @AP_NO_ORDER: nothing
 * @AP_RUN: start again, see snp.begin
 * @AP_PARK: stop until the next AP_RUN
 */
enum snp_ap_order {
	AP_NO_ORDER,
	AP_RUN,
	AP_PARK,
};

/**
 * struct snp_decoy - ciphertext is shown to a vCPU for one instruction
 * @gpa: page
 * @flags: TF and IF as the guest had them
 */
struct snp_decoy {
	uint64_t gpa;
	uint64_t flags;
};

/**
 * struct snp_vcpu - what SNP adds to a vCPU
 * @ghcb_msr: value of the GHCB MSR
 * @ghcb_registered: page that the guest registered, 0 for none
 * @dr7: the guest's idea of DR7
 * @vmsa: page that the vCPU runs from, 0 for none
 * @next_vmsa: page to start from
 * @order: what another vCPU wants; used with the big lock held
 * @running: neither halted for good nor parked
 * @parked: it waits for AP_RUN
 * @decoy: for ctext.c
 */
struct snp_vcpu {
	uint64_t ghcb_msr;
	uint64_t ghcb_registered;
	uint64_t dr7;
	uint64_t vmsa;
	uint64_t next_vmsa;
	enum snp_ap_order order;
	bool running;
	bool parked;
	struct snp_decoy decoy;
};

/**
 * struct snp - the guest as a whole
 * @status: SEV_STATUS, which tells what kind of guest it is
 * @begin: sets up the registers of a vCPU that was ordered to run
 * @jump_table: AP jump table of a guest without AP creation, 0 for none
 * @keep_contents: option noscrub
 * @cpuid_direct: option cpuid=direct
 */
struct snp {
	uint64_t status;
	void (*begin)(struct vcpu *v);
	uint64_t jump_table;
	bool keep_contents;
	bool cpuid_direct;
};

extern struct snp snp;

static inline bool snp_has(uint64_t status)
{
	return snp.status & status;
}

/* exits.c */
struct snp_vcpu *snp_vcpu(struct vcpu *v);
struct snp_cpuid cpuid_execute(uint32_t leaf, uint32_t subleaf);
void exits_init(struct vcpu *v);
void exits_allow_msrs(void);
void exits_serve(struct vcpu *v);
void exits_skip(struct vcpu *v, unsigned int length);
void exits_cpuid(struct vcpu *v);
void exits_hlt(struct vcpu *v);

static inline struct snp_cpuid snp_cpuid_seen(uint32_t leaf, uint32_t subleaf)
{
	return snp_cpuid_filter(leaf, subleaf, cpuid_execute(leaf, subleaf), snp.status);
}

/* launch.c */
void snp_launch(struct vcpu *v, void *boot_params);
void vmsa_load(struct vcpu *v, const void *page);

/* guest_memory.c */
void *snp_memory(uint64_t gpa);
void *snp_shared(uint64_t gpa, uint64_t size);

/* stop.c: ends of a run */
void snp_stop_terminated(struct vcpu *v, unsigned int set, unsigned int reason)
	__attribute__((noreturn));
void snp_stop_protocol(struct vcpu *v, const char *what, uint64_t value)
	__attribute__((noreturn));
void snp_stop_violation(struct vcpu *v, uint64_t gpa, const char *what)
	__attribute__((noreturn));

/* count.c: what a run was made of */
void count_vc(uint64_t error_code);
void count_ghcb(uint64_t code);
void count_ghcb_msr(uint64_t request);
void count_refusal(const struct ghcb_call *call, enum ghcb_error error);
void count_refused_msr(uint32_t msr, bool write);
void count_stats(void);

/* vc.c */
void vc_inject(struct vcpu *v, uint64_t error_code);

/* rmp_insn.c */
bool rmp_instruction(struct vcpu *v);
void rmp_stats(void);

/* npf.c */
void npf_exit(struct vcpu *v);
bool npf_encrypt_walk(struct vcpu *v, uint64_t gpa);
void npf_stats(void);

/* ctext.c */
void ctext_show(struct vcpu *v, uint64_t gpa);
bool ctext_hide(struct vcpu *v);
void ctext_stats(void);

/* psc.c */
bool psc_change(uint64_t gpa, uint64_t size, unsigned int op);
void ghcb_page_state_change(struct ghcb_call *call);
void psc_stats(void);

/* ap_creation.c */
void ghcb_ap_creation(struct ghcb_call *call);
bool ap_runs_from(uint64_t gpa);
void ap_begin_from_vmsa(struct vcpu *v);

/* ap.c */
void ap_order(struct vcpu *target, enum snp_ap_order order);
bool ap_is_parked(struct vcpu *v);
void ap_reset_hold(struct vcpu *v);
void ap_halt(struct vcpu *v);
void ap_start(struct vcpu *v);
void ap_obey(struct vcpu *v);

/* ghcb.c, ghcb_io.c, ghcb_request.c, ghcb_msr.c */
void ghcb_exit(struct vcpu *v);
void ghcb_serve(struct ghcb_call *call);
void ghcb_ioio(struct ghcb_call *call);
void ghcb_mmio(struct ghcb_call *call);
void ghcb_msr_access(struct ghcb_call *call);
void ghcb_guest_request(struct ghcb_call *call);
uint64_t ghcb_msr_protocol(struct vcpu *v, uint64_t request);
uint64_t ghcb_features(void);

/* msr_access.c */
bool msr_guest_read(uint32_t msr, uint64_t *value);
bool msr_guest_write(uint32_t msr, uint64_t value);

/* attack.c */
bool attack_take_away(struct vcpu *v, uint64_t gpa);
void attack_order(struct vcpu *v, uint32_t order);
uint32_t attack_count(void);

/* attack_page.c */
bool attack_change(bool *done);
void attack_changed(uint64_t gpa);
void attack_repeat(void);
void attack_at_once(void);

/* attack_message.c */
struct link_snp_response;
bool attack_request(struct ghcb_call *call, uint8_t request[SNP_PAGE]);
bool attack_carries_twice(void);
void attack_answer(const uint8_t request[SNP_PAGE], struct link_snp_response *answer);
bool attack_drops(void);
uint64_t attack_pages(uint64_t offered, uint64_t needed);
void attack_certificates(struct ghcb_call *call);

#endif /* SNP_SNP_H */
