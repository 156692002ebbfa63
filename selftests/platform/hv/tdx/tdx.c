// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TDX personality: exits of the processor underneath, and who serves them.
 */
#include "../cpu.h"
#include "tdx.h"

#define UD_VECTOR	6
#define CR0		0x01u
#define CR4		0x10u
#define EXIT_WRITE_CR0	0x010
#define EXIT_WRITE_CR4	0x014

#define IOIO_IN(info)		((info) & 1)
#define IOIO_STRING(info)	((info) >> 2 & 1)
#define IOIO_REP(info)		((info) >> 3 & 1)
#define IOIO_SIZE(info)		((info) >> 4 & 7)
#define IOIO_PORT(info)		((info) >> 16 & 0xffff)

#define FLEXIBLE_PENDING_VE	2ull

struct td td;

static struct tdx_vcpu tdx_vcpus[MAX_VCPUS];

/**
 * tdx_vcpu() - the personality's state of a vCPU
 * @v: the vCPU
 */
struct tdx_vcpu *tdx_vcpu(struct vcpu *v)
{
	return &tdx_vcpus[v->id];
}

/**
 * tdx_stop() - end the run for what hardware would not have let go on
 * @v: the vCPU that did it
 * @code: for QEMU's exit status
 * @why: the rule that was broken
 * @what: address or number that goes with it
 */
void tdx_stop(struct vcpu *v, enum stop_code code, const char *why, uint64_t what)
{
	log_info("tdx: stopped: %s: %lx\n", why, what);
	vcpu_dump(v);
	stop(code);
}

static void simple_ve(struct vcpu *v, enum ve_reason reason, uint32_t length)
{
	ve_inject(v, (struct ve_info){ .reason = reason, .length = length });
}

/* Qualification as of a VMX exit for an I/O instruction, SDM volume 3 table 28-5 */
static void exit_io(struct vcpu *v)
{
	uint64_t info = v->vmcb->control.exit_info_1;
	uint64_t qualification = (IOIO_SIZE(info) - 1) | IOIO_IN(info) << 3 |
				 IOIO_STRING(info) << 4 | IOIO_REP(info) << 5 |
				 IOIO_PORT(info) << 16;

	ve_inject(v, (struct ve_info){
		.reason = VE_IO,
		.qualification = qualification,
		.length = v->vmcb->control.exit_info_2 - v->vmcb->save.rip,
	});
}

static void serve_exit(struct vcpu *v)
{
	switch (v->vmcb->control.exit_code) {
	case EXIT_EXCEPTION(UD_VECTOR):
		if (!module_instruction(v))
			vcpu_inject(v, UD_VECTOR, false, 0);
		break;
	case EXIT_WRITE_CR0:
	case EXIT_WRITE_CR4:
		cr_exit(v);
		break;
	case EXIT_CPUID:
		cpuid_exit(v);
		break;
	case EXIT_MSR:
		msr_exit(v);
		break;
	case EXIT_IOIO:
		exit_io(v);
		break;
	case EXIT_HLT:
		simple_ve(v, VE_HLT, 1);
		break;
	case EXIT_INVD:
		simple_ve(v, VE_INVD, 2);
		break;
	case EXIT_WBINVD:
		simple_ve(v, VE_WBINVD, 2);
		break;
	case EXIT_RDPMC:
		gp_inject(v);
		break;
	case EXIT_VMMCALL:
	case EXIT_MONITOR:
	case EXIT_MWAIT:
		vcpu_inject(v, UD_VECTOR, false, 0);
		break;
	case EXIT_NPF:
		sept_violation(v);
		break;
	default:
		tdx_stop(v, STOP_INTERNAL, "exit that nothing serves",
			 v->vmcb->control.exit_code);
	}
}

static void tdx_exit(struct vcpu *v)
{
	serve_exit(v);
	td_attack_repeat();
	quote_poll();
	if (!options.firmware)
		mailbox_poll(v);
}

/* From a #VE on until the TD has asked what it is about */
static bool tdx_masks_nmi(struct vcpu *v)
{
	return tdx_vcpu(v)->ve.valid;
}

static void tdx_prepare(void)
{
	option_value(options.text, "fault", td.fault, sizeof(td.fault));
	td.no_attr_rd = option_is_set(options.text, "no-attr-rd");
	td.config_flags = option_is_set(options.text, "noflex") ? 0 : FLEXIBLE_PENDING_VE;
}

static void tdx_vcpu_init(struct vcpu *v)
{
	struct vmcb_control *control = &v->vmcb->control;

	msr_allow_native();
	v->personality = tdx_vcpu(v);
	control->intercept_exceptions |= 1u << UD_VECTOR;
	control->intercept_cr_write |= CR0 | CR4;
	control->intercepts |= INTERCEPT(EXIT_RDPMC) | INTERCEPT(EXIT_CPUID) |
			       INTERCEPT(EXIT_INVD) | INTERCEPT(EXIT_HLT) |
			       INTERCEPT(EXIT_IOIO) | INTERCEPT(EXIT_MSR) |
			       INTERCEPT(EXIT_VMMCALL) | INTERCEPT(EXIT_WBINVD) |
			       INTERCEPT(EXIT_MONITOR) | INTERCEPT(EXIT_MWAIT);
}

static void tdx_vcpu_start(struct vcpu *v)
{
	if (options.firmware)
		tdvf_start(v);
	else
		mailbox_start(v);
}

static void tdx_stats(void)
{
	module_stats();
	vmm_stats();
}

const struct personality tdx_personality = {
	.name = "tdx",
	.views = { .bit = TDX_SHARED_BIT, .set_is_private = false },
	.unaccepted_state = PAGE_PENDING,
	.ram_state = PAGE_PRIVATE,
	.own_pages = E820_NVS,
	.takes_firmware = true,
	.prepare = tdx_prepare,
	.launch = tdx_launch,
	.vcpu_init = tdx_vcpu_init,
	.vcpu_start = tdx_vcpu_start,
	.masks_nmi = tdx_masks_nmi,
	.exit = tdx_exit,
	.order = td_attack_at_once,
	.stats = tdx_stats,
};
