// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of the protocols, for the log at the end of a run.
 */
#include "snp.h"

#define VC_CODES	0x100	/* exit codes below; MMIO and "not validated" apart */
#define GHCB_CODES	0x100
#define SOFTWARE	0x80000000u
#define MSR_CODES	0x101
#define REFUSED_MSRS	32
#define REFUSALS_LOGGED	20	/* of each kind: a guest must not fill the disk */

static struct {
	uint64_t vc[VC_CODES], vc_mmio, vc_not_validated;
	uint64_t ghcb[GHCB_CODES], ghcb_software[GHCB_CODES];
	uint64_t ghcb_msr[MSR_CODES];
	uint64_t refused[GHCB_ERR_INVALID_EVENT + 1];
	uint32_t msr[REFUSED_MSRS];
	uint64_t msr_times[REFUSED_MSRS];
} count;

/**
 * count_vc() - a #VC is delivered
 * @error_code: its error code
 */
void count_vc(uint64_t error_code)
{
	if (error_code == VC_MMIO)
		count.vc_mmio++;
	else if (error_code == VC_PAGE_NOT_VALIDATED)
		count.vc_not_validated++;
	else
		count.vc[error_code % VC_CODES]++;
}

/**
 * count_ghcb() - a call by the GHCB page
 * @code: SW_EXITCODE
 */
void count_ghcb(uint64_t code)
{
	if (code & SOFTWARE)
		count.ghcb_software[code % GHCB_CODES]++;
	else
		count.ghcb[code % GHCB_CODES]++;
}

/**
 * count_ghcb_msr() - a call by the GHCB MSR
 * @request: value of the MSR
 */
void count_ghcb_msr(uint64_t request)
{
	uint64_t info = request & GHCB_MSR_INFO_MASK;

	if (info < MSR_CODES)
		count.ghcb_msr[info]++;
}

/**
 * count_refusal() - a call got an error
 * @call: the call
 * @error: the error
 */
void count_refusal(const struct ghcb_call *call, enum ghcb_error error)
{
	if (count.refused[error]++ >= REFUSALS_LOGGED)
		return;
	log_info("snp: GHCB call %lx refused, error %u: info %lx %lx scratch %lx valid %x\n",
		 call->code, error, call->info1, call->info2, call->scratch, call->valid);
}

/**
 * count_refused_msr() - an access got #GP
 * @msr: register
 * @write: it was a write
 */
void count_refused_msr(uint32_t msr, bool write)
{
	unsigned int i;

	for (i = 0; i < REFUSED_MSRS && count.msr_times[i] && count.msr[i] != msr; i++)
		;
	if (i == REFUSED_MSRS)
		return;
	count.msr[i] = msr;
	count.msr_times[i]++;
	log_trace("snp: %s of MSR %x refused\n", write ? "write" : "read", msr);
}

static void print(const char *name, const uint64_t *counts, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (counts[i])
			log_info("%s %x: %lu\n", name, i, counts[i]);
}

/**
 * count_stats() - log all counters
 */
void count_stats(void)
{
	unsigned int i;

	print("#VC", count.vc, VC_CODES);
	log_info("#VC MMIO: %lu, page not validated: %lu\n", count.vc_mmio,
		 count.vc_not_validated);
	print("GHCB", count.ghcb, GHCB_CODES);
	print("GHCB 800000..", count.ghcb_software, GHCB_CODES);
	print("GHCB MSR", count.ghcb_msr, MSR_CODES);
	print("GHCB error", count.refused, ARRAY_SIZE(count.refused));
	for (i = 0; i < REFUSED_MSRS && count.msr_times[i]; i++)
		log_info("#GP for MSR %x: %lu\n", count.msr[i], count.msr_times[i]);
}
