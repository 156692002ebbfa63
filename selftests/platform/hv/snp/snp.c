// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SNP personality: what it has beyond SEV-ES, whose exits are in exits.c.
 */
#include "rmp.h"
#include "snp.h"

#define UD_VECTOR	6

/* 8 GiB, the hole, and the 2 GiB below 4 GiB that the board keeps for devices */
#define RMP_MAX_PAGES	0x290000ul

static uint16_t rmp_entries[RMP_MAX_PAGES];

static void exit_undefined(struct vcpu *v)
{
	if (!rmp_instruction(v))
		vcpu_inject(v, UD_VECTOR, false, 0);
}

static void serve_exit(struct vcpu *v)
{
	switch (v->vmcb->control.exit_code) {
	case EXIT_EXCEPTION(UD_VECTOR):
		exit_undefined(v);
		break;
	case EXIT_NPF:
		npf_exit(v);
		break;
	default:
		exits_serve(v);
	}
}

static void snp_exit(struct vcpu *v)
{
	if (ctext_hide(v))
		return;
	if (snp_vcpu(v)->order == AP_NO_ORDER)
		serve_exit(v);
	attack_repeat();
	ap_obey(v);
}

static void snp_prepare(void)
{
	uint64_t top = e820_ram_top(&guest_map);

	if (top > RMP_MAX_PAGES * PAGE_SIZE)
		panic("snp: memory ends at %lu MiB, %lu MiB are possible", top >> 20,
		      RMP_MAX_PAGES * PAGE_SIZE >> 20);
	snp.status = SNP_SEV_STATUS;
	snp.begin = ap_begin_from_vmsa;
	snp.keep_contents = option_is_set(options.text, "noscrub");
	snp.cpuid_direct = option_is_set(options.text, "cpuid=direct");
	rmp_init(rmp_entries, RMP_MAX_PAGES, option_is_set(options.text, "no2m"));
}

static void snp_vcpu_init(struct vcpu *v)
{
	exits_init(v);
	v->vmcb->control.intercept_exceptions |= 1u << UD_VECTOR;
}

static void snp_stats(void)
{
	count_stats();
	rmp_stats();
	psc_stats();
	npf_stats();
	ctext_stats();
}

const struct personality snp_personality = {
	.name = "snp",
	.views = { .bit = SNP_C_BIT_NR, .set_is_private = true },
	.unaccepted_state = PAGE_SHARED,
	.ram_state = PAGE_PRIVATE,
	.own_pages = E820_RESERVED,
	.prepare = snp_prepare,
	.launch = snp_launch,
	.vcpu_init = snp_vcpu_init,
	.vcpu_start = ap_start,
	.read_only = rmp_is_vmsa,
	.exit = snp_exit,
	.order = attack_at_once,
	.stats = snp_stats,
};
