// SPDX-License-Identifier: GPL-2.0-only
/*
 * The GHCB MSR protocol: calls that fit into one register, for a guest that has
 * no GHCB page yet. GHCB specification 2.03, section 2.3.1.
 */
#include "cpuid.h"
#include "ghcb.h"
#include "snp.h"

#define NO_PREFERRED_PAGE	(~0ull << 12)
#define PSC_FAILED		0x8000000000000000ull

static uint64_t sev_info(void)
{
	return (uint64_t)GHCB_PROTOCOL_MAX << 48 | (uint64_t)GHCB_PROTOCOL_MIN << 32 |
	       SNP_C_BIT_NR << 24 | GHCB_MSR_SEV_INFO;
}

static uint64_t cpuid_register(uint64_t request)
{
	uint32_t leaf = request >> 32;
	unsigned int number = request >> 30 & 3;
	struct snp_cpuid seen = snp_cpuid_seen(leaf, 0);
	const uint32_t value[] = { seen.eax, seen.ebx, seen.ecx, seen.edx };

	return (uint64_t)value[number] << 32 | (uint64_t)number << 30 | GHCB_MSR_CPUID;
}

/* A page that is not the guest's memory is answered with another address: refused */
static uint64_t register_page(struct vcpu *v, uint64_t request)
{
	uint64_t gpa = request & ~GHCB_MSR_INFO_MASK;

	if (!memory_is_guest(gpa, PAGE_SIZE))
		return NO_PREFERRED_PAGE | GHCB_MSR_REGISTER;
	snp_vcpu(v)->ghcb_registered = gpa;
	return gpa | GHCB_MSR_REGISTER;
}

static uint64_t change_page(struct vcpu *v, uint64_t request)
{
	uint64_t gpa = (request >> 12 & 0xffffffffffull) * PAGE_SIZE;
	bool done = psc_change(gpa, PAGE_SIZE, request >> 52 & 0xf);

	smp_shoot_down_others(v);
	return GHCB_MSR_PSC | (done ? 0 : PSC_FAILED);
}

/* A guest that is not SNP has no pages to register or to change */
static uint64_t snp_request(struct vcpu *v, uint64_t request)
{
	if (!snp_has(SEV_STATUS_SNP))
		snp_stop_protocol(v, "request of an SNP guest by the GHCB MSR", request);
	switch (request & GHCB_MSR_INFO_MASK) {
	case GHCB_MSR_PREFERRED_REQ:
		return NO_PREFERRED_PAGE | GHCB_MSR_PREFERRED;
	case GHCB_MSR_REGISTER_REQ:
		return register_page(v, request);
	default:
		return change_page(v, request);
	}
}

/**
 * ghcb_msr_protocol() - serve one call
 * @v: the vCPU
 * @request: value of the GHCB MSR
 *
 * A request that is not known stops the VM: the protocol has no answer that
 * says no.
 *
 * Return: the new value of the MSR.
 */
uint64_t ghcb_msr_protocol(struct vcpu *v, uint64_t request)
{
	switch (request & GHCB_MSR_INFO_MASK) {
	case GHCB_MSR_SEV_INFO_REQ:
		return sev_info();
	case GHCB_MSR_CPUID_REQ:
		return cpuid_register(request);
	case GHCB_MSR_AP_RESET_HOLD_REQ:
		ap_reset_hold(v);
		return 1 << 12 | GHCB_MSR_AP_RESET_HOLD;
	case GHCB_MSR_PREFERRED_REQ:
	case GHCB_MSR_REGISTER_REQ:
	case GHCB_MSR_PSC_REQ:
		return snp_request(v, request);
	case GHCB_MSR_FEATURES_REQ:
		return ghcb_features() << 12 | GHCB_MSR_FEATURES;
	case GHCB_MSR_TERMINATE_REQ:
		snp_stop_terminated(v, request >> 12 & 0xf, request >> 16 & 0xff);
	default:
		snp_stop_protocol(v, "unknown request by the GHCB MSR", request);
	}
}
