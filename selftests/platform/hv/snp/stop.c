// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ends of a run that the guest brought about. The hypervisor itself goes on to
 * the end: it says why, prints registers and counters, and gives QEMU an exit code.
 */
#include "snp.h"

static const char *linux_reason(unsigned int reason)
{
	static const char * const names[] = {
		"GHCB page not registered", "page state change failed", "PVALIDATE failed",
		"not at VMPL 0", "CPUID table refused", "CPUID call failed",
		"secrets page refused", "no SVSM", "SVSM at VMPL 0", "SVSM area refused",
	};

	return reason < ARRAY_SIZE(names) ? names[reason] : "unknown";
}

static const char *general_reason(unsigned int reason)
{
	static const char * const names[] = {
		"general request", "GHCB protocol version not supported", "SNP features missing",
	};

	return reason < ARRAY_SIZE(names) ? names[reason] : "unknown";
}

/**
 * snp_stop_terminated() - the guest asked to be ended
 * @v: the vCPU
 * @set: 0 the specification's reasons, 1 Linux' own
 * @reason: number in the set
 */
void snp_stop_terminated(struct vcpu *v, unsigned int set, unsigned int reason)
{
	log_info("snp: guest terminated: set %u reason %u: %s\n", set, reason,
		 set == 0 ? general_reason(reason) : set == 1 ? linux_reason(reason) : "unknown");
	vcpu_dump(v);
	stop(STOP_TERMINATED);
}

/**
 * snp_stop_protocol() - the guest broke a protocol that cannot answer with an error
 * @v: the vCPU
 * @what: what it did
 * @value: with which value
 */
void snp_stop_protocol(struct vcpu *v, const char *what, uint64_t value)
{
	log_info("snp: stopped: %s: %lx\n", what, value);
	vcpu_dump(v);
	stop(STOP_VIOLATION);
}

/**
 * snp_stop_violation() - an access on which hardware would fault into the host for ever
 * @v: the vCPU
 * @gpa: the page
 * @what: what is wrong with the access
 */
void snp_stop_violation(struct vcpu *v, uint64_t gpa, const char *what)
{
	log_info("snp: RMP violation: %s: gpa %lx, page state %s\n", what, gpa,
		 page_state_name(page_state_get(gpa)));
	vcpu_dump(v);
	stop(STOP_VIOLATION);
}
