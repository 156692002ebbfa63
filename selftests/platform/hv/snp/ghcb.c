// SPDX-License-Identifier: GPL-2.0-only
/*
 * The GHCB page protocol, version 2: GHCB specification 2.03, section 4.
 */
#include "../cpu.h"
#include "../hostile.h"
#include "cpuid.h"
#include "ghcb_call.h"
#include "snp.h"

#define CPUID_XSTATE	0xd
#define MSR_TSC_AUX	0xc0000103

/**
 * struct ghcb_service - what one exit code does
 * @code: SW_EXITCODE
 * @needs: fields that must be valid beside the exit code and its information
 * @serve: does it and answers
 */
struct ghcb_service {
	uint64_t code;
	unsigned int needs;
	void (*serve)(struct ghcb_call *call);
};

static void serve_nothing(struct ghcb_call *call)
{
	ghcb_succeed(call, 0);
}

static void serve_read_dr7(struct ghcb_call *call)
{
	ghcb_return_rax(call, snp_vcpu(call->v)->dr7);
	ghcb_succeed(call, 0);
}

/* Breakpoints stay off: a debug exception would reach the hypervisor's state as well. */
static void serve_write_dr7(struct ghcb_call *call)
{
	if (call->rax >> 32) {
		ghcb_inject_gp(call);
		return;
	}
	snp_vcpu(call->v)->dr7 = call->rax | 0x400;
	ghcb_succeed(call, 0);
}

static void serve_tsc(struct ghcb_call *call)
{
	uint64_t now = rdtsc() + call->v->vmcb->control.tsc_offset;

	ghcb_return_rax(call, now & 0xffffffff);
	ghcb_return_rdx(call, now >> 32);
	if (call->code == GHCB_EXIT_RDTSCP)
		ghcb_return_rcx(call, rdmsr(MSR_TSC_AUX));
	ghcb_succeed(call, 0);
}

/* There are no performance counters */
static void serve_rdpmc(struct ghcb_call *call)
{
	ghcb_inject_gp(call);
}

static void serve_cpuid(struct ghcb_call *call)
{
	uint32_t leaf = call->rax, subleaf = call->rcx;
	struct snp_cpuid seen;

	if (leaf == CPUID_XSTATE && !ghcb_require(call, GHCB_XCR0))
		return;
	seen = snp_cpuid_seen(leaf, subleaf);
	behaviour_contradict("cpuid", &seen, sizeof(seen));
	ghcb_return_rax(call, seen.eax);
	ghcb_return_rbx(call, seen.ebx);
	ghcb_return_rcx(call, seen.ecx);
	ghcb_return_rdx(call, seen.edx);
	ghcb_succeed(call, 0);
}

/* No paravirtual calls are offered: what KVM answers to an unknown one */
static void serve_vmmcall(struct ghcb_call *call)
{
	const uint64_t unknown = -1000;

	ghcb_return_rax(call, unknown);
	ghcb_succeed(call, 0);
}

static void serve_ap_reset_hold(struct ghcb_call *call)
{
	ap_reset_hold(call->v);
	ghcb_succeed(call, 1);
}

#define JUMP_TABLE_SET	0
#define JUMP_TABLE_GET	1

/*
 * With AP creation there is no jump table; the answer says so. Without it the platform
 * plays the firmware that set the table, and no other is taken.
 */
static void serve_jump_table(struct ghcb_call *call)
{
	if (call->info1 != JUMP_TABLE_SET && call->info1 != JUMP_TABLE_GET)
		ghcb_fail(call, GHCB_ERR_INVALID_INPUT);
	else
		ghcb_succeed(call, call->info1 == JUMP_TABLE_GET ? snp.jump_table : 0);
}

/**
 * ghcb_features() - what the hypervisor says that it can do for this guest
 */
uint64_t ghcb_features(void)
{
	uint64_t features = snp_has(SEV_STATUS_SNP) ?
			    GHCB_FEATURE_SNP | GHCB_FEATURE_AP_CREATION : 0;

	behaviour_contradict("features", &features, sizeof(features));
	return features;
}

static void serve_features(struct ghcb_call *call)
{
	ghcb_succeed(call, ghcb_features());
}

static void serve_terminate(struct ghcb_call *call)
{
	snp_stop_terminated(call->v, call->info1 & 0xf, call->info1 >> 4 & 0xff);
}

static void serve_unsupported(struct ghcb_call *call)
{
	log_info("snp: the guest cannot handle #VC %lx\n", call->info1);
	ghcb_succeed(call, 0);
}

static const struct ghcb_service services[] = {
	{ GHCB_EXIT_READ_DR7,		0,			serve_read_dr7 },
	{ GHCB_EXIT_WRITE_DR7,		GHCB_RAX,		serve_write_dr7 },
	{ GHCB_EXIT_RDTSC,		0,			serve_tsc },
	{ GHCB_EXIT_RDTSCP,		0,			serve_tsc },
	{ GHCB_EXIT_RDPMC,		GHCB_RCX,		serve_rdpmc },
	{ GHCB_EXIT_CPUID,		GHCB_RAX | GHCB_RCX,	serve_cpuid },
	{ GHCB_EXIT_INVD,		0,			serve_nothing },
	{ GHCB_EXIT_IOIO,		0,			ghcb_ioio },
	{ GHCB_EXIT_MSR,		GHCB_RCX,		ghcb_msr_access },
	{ GHCB_EXIT_VMMCALL,		GHCB_RAX | GHCB_CPL,	serve_vmmcall },
	{ GHCB_EXIT_WBINVD,		0,			serve_nothing },
	{ GHCB_EXIT_MONITOR,		GHCB_RAX | GHCB_RCX | GHCB_RDX, serve_nothing },
	{ GHCB_EXIT_MWAIT,		GHCB_RAX | GHCB_RCX,	serve_nothing },
	{ GHCB_EXIT_MMIO_READ,		GHCB_SCRATCH,		ghcb_mmio },
	{ GHCB_EXIT_MMIO_WRITE,		GHCB_SCRATCH,		ghcb_mmio },
	{ GHCB_EXIT_NMI_COMPLETE,	0,			serve_nothing },
	{ GHCB_EXIT_AP_RESET_HOLD,	0,			serve_ap_reset_hold },
	{ GHCB_EXIT_AP_JUMP_TABLE,	0,			serve_jump_table },
	{ GHCB_EXIT_FEATURES,		0,			serve_features },
	{ GHCB_EXIT_TERMINATE,		0,			serve_terminate },
	{ GHCB_EXIT_UNSUPPORTED_EVENT,	0,			serve_unsupported },
};

/* What only an SNP guest has */
static const struct ghcb_service snp_services[] = {
	{ GHCB_EXIT_PSC,		GHCB_SCRATCH,		ghcb_page_state_change },
	{ GHCB_EXIT_GUEST_REQUEST,	0,			ghcb_guest_request },
	{ GHCB_EXIT_EXT_GUEST_REQUEST,	GHCB_RAX | GHCB_RBX,	ghcb_guest_request },
	{ GHCB_EXIT_AP_CREATION,	0,			ghcb_ap_creation },
};

static const struct ghcb_service *find_service(uint64_t code)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(services); i++)
		if (services[i].code == code)
			return &services[i];
	for (i = 0; snp_has(SEV_STATUS_SNP) && i < ARRAY_SIZE(snp_services); i++)
		if (snp_services[i].code == code)
			return &snp_services[i];
	return NULL;
}

/**
 * ghcb_serve() - serve one call
 * @call: as fetched from the page
 *
 * Linux leaves the version 0 on a page it uses for the first time for an AP
 * creation, so only versions from the future are refused.
 */
void ghcb_serve(struct ghcb_call *call)
{
	const struct ghcb_service *service = find_service(call->code);

	if (call->usage != GHCB_USAGE_STANDARD || call->version > GHCB_PROTOCOL_MAX)
		ghcb_fail(call, GHCB_ERR_INVALID_USAGE);
	else if (!ghcb_require(call, GHCB_CODE | GHCB_INFO1 | GHCB_INFO2))
		return;
	else if (!service)
		ghcb_fail(call, GHCB_ERR_INVALID_EVENT);
	else if (ghcb_require(call, service->needs))
		service->serve(call);
}

/**
 * ghcb_exit() - serve a VMGEXIT
 * @v: the vCPU
 *
 * Bits 11:0 of the GHCB MSR tell the two protocols apart, section 2.3.
 */
void ghcb_exit(struct vcpu *v)
{
	struct snp_vcpu *own = snp_vcpu(v);
	uint64_t gpa = own->ghcb_msr;
	struct ghcb_call call;
	struct ghcb *page;

	if (gpa & GHCB_MSR_INFO_MASK) {
		count_ghcb_msr(gpa);
		own->ghcb_msr = ghcb_msr_protocol(v, gpa);
		log_trace("snp: GHCB MSR %lx -> %lx\n", gpa, own->ghcb_msr);
		return;
	}
	page = snp_shared(gpa, sizeof(*page));
	if (!page)
		snp_stop_protocol(v, "VMGEXIT with a GHCB page that is not shared", gpa);
	call = ghcb_fetch(v, page, gpa);
	count_ghcb(call.code);
	if (gpa == own->ghcb_registered || !snp_has(SEV_STATUS_SNP))
		ghcb_serve(&call);
	else
		ghcb_fail(&call, GHCB_ERR_NOT_REGISTERED);
	log_trace("snp: GHCB %lx %lx %lx -> %lx %lx\n", call.code, call.info1, call.info2,
		  page->sw_exit_info_1, page->sw_exit_info_2);
}
