// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SEV-ES personality: encrypted memory, and registers that the hypervisor neither
 * sees nor sets. Exits go through #VC and the GHCB as those of an SNP guest do.
 *
 * So a startup IPI cannot carry an address. Firmware starts the processors of a real
 * guest: it leaves them where they jump through a table that the kernel fills, GHCB
 * specification 2.03, section 4.3. Here the page of the table has that code behind it.
 */
#include "sev.h"

#define GPA_JUMP_TABLE	SNP_GPA_SECRETS		/* which this guest does not have */
#define RESET_CODE	0x10

static bool begun[MAX_VCPUS];

static void build_jump_table(void)
{
	static const uint8_t code[] = { 0x2e, 0xff, 0x2e, 0x00, 0x00 };	/* ljmp *%cs:0 */
	uint8_t *page = snp_memory(GPA_JUMP_TABLE);

	memset(page, 0, PAGE_SIZE);
	memcpy(page + RESET_CODE, code, sizeof(code));
	snp.jump_table = GPA_JUMP_TABLE;
}

static void es_launch(struct vcpu *v, void *boot_params)
{
	build_jump_table();
	sev_launch(v, boot_params);
}

/* The first time from the state that was measured, later behind the exit of its reset hold */
static void begin(struct vcpu *v)
{
	if (begun[v->id])
		return;
	begun[v->id] = true;
	sev_real_mode(v, GPA_JUMP_TABLE >> 4, RESET_CODE);
}

/* An INIT cannot take the registers from a guest that owns them */
static void startup(struct vcpu *target, bool sipi, uint8_t vector)
{
	(void)vector;
	if (sipi && ap_is_parked(target))
		ap_order(target, AP_RUN);
}

static void serve_exit(struct vcpu *v)
{
	if (v->vmcb->control.exit_code != EXIT_NPF)
		exits_serve(v);
	else if (!view_fault(v))
		vc_inject(v, VC_MMIO);
}

static void es_exit(struct vcpu *v)
{
	if (snp_vcpu(v)->order == AP_NO_ORDER)
		serve_exit(v);
	ap_obey(v);
}

static void prepare(void)
{
	sev_prepare(SEV_STATUS_SEV | SEV_STATUS_ES);
	snp.begin = begin;
	snp.cpuid_direct = option_is_set(options.text, "cpuid=direct");
}

static void es_stats(void)
{
	count_stats();
	view_stats();
}

const struct personality sev_es_personality = {
	.name = "sev-es",
	.views = { .bit = SNP_C_BIT_NR, .set_is_private = true },
	.ram_state = PAGE_PRIVATE,
	.own_pages = E820_RESERVED,
	.prepare = prepare,
	.launch = es_launch,
	.vcpu_init = exits_init,
	.vcpu_start = ap_start,
	.startup = startup,
	.touch = view_touch,
	.exit = es_exit,
	.stats = es_stats,
};
