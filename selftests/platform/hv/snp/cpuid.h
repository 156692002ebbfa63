/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SNP_CPUID_H
#define SNP_CPUID_H

#include <stdint.h>

/* struct snp_cpuid - registers of a CPUID leaf */
struct snp_cpuid {
	uint32_t eax, ebx, ecx, edx;
};

/**
 * typedef snp_cpuid_raw - executes CPUID
 */
typedef struct snp_cpuid snp_cpuid_raw(uint32_t leaf, uint32_t subleaf);

/* SEV_STATUS (MSR C001_0131h) */
#define SEV_STATUS_SEV	1u
#define SEV_STATUS_ES	2u
#define SEV_STATUS_SNP	4u

/* Of an SNP guest, with no optional feature */
#define SNP_SEV_STATUS	(SEV_STATUS_SEV | SEV_STATUS_ES | SEV_STATUS_SNP)

struct snp_cpuid snp_cpuid_filter(uint32_t leaf, uint32_t subleaf, struct snp_cpuid raw,
				  uint64_t sev_status);
void snp_build_cpuid_page(void *page, snp_cpuid_raw *raw);

#endif /* SNP_CPUID_H */
