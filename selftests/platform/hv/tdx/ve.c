// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtualization exceptions. The information stays until the TD has asked for it; a
 * second #VE before that is a #DF (TDX Module Base Architecture, "Virtualization
 * Exception (#VE)").
 */
#include "tdx.h"

#define VE_VECTOR	20
#define GP_VECTOR	13
#define DF_VECTOR	8

/**
 * ve_inject() - deliver a #VE
 * @v: the vCPU
 * @info: what it is about
 */
void ve_inject(struct vcpu *v, struct ve_info info)
{
	struct ve_info *ve = &tdx_vcpu(v)->ve;

	if (ve->valid) {
		log_info("tdx: #VE for reason %u while that for reason %u is open, rip %lx: #DF\n",
			 info.reason, ve->reason, v->vmcb->save.rip);
		vcpu_inject(v, DF_VECTOR, true, 0);
		return;
	}
	*ve = info;
	ve->valid = true;
	vcpu_inject(v, VE_VECTOR, false, 0);
}

/**
 * gp_inject() - deliver a #GP(0)
 * @v: the vCPU
 */
void gp_inject(struct vcpu *v)
{
	vcpu_inject(v, GP_VECTOR, true, 0);
}
