// SPDX-License-Identifier: GPL-2.0-only
/*
 * First states of the processors of SEV and SEV-ES guests. The boot processor begins as
 * that of an SNP guest does. There is no launch digest: these guests cannot ask for
 * a report that would hold it.
 */
#include "../cpu.h"
#include "../snp/cipher.h"
#include "../snp/mix.h"
#include "../snp/vmsa.h"
#include "sev.h"

#define CR0_RESET	0x60000010ull	/* CD, NW, ET */
#define PAT_RESET	0x0007040600070406ull

static uint8_t boot_vmsa[SNP_PAGE] __attribute__((aligned(4096)));

/**
 * sev_prepare() - what kind of guest it is
 * @status: its SEV_STATUS
 */
void sev_prepare(uint64_t status)
{
	if (options.unaccepted)
		panic("mode=%s: there is no memory to accept: leave out the option unaccepted",
		      options.mode);
	snp.status = status;
}

/**
 * sev_launch() - page tables and registers of the boot processor
 * @v: the boot processor
 * @boot_params: in the guest's memory, complete
 */
void sev_launch(struct vcpu *v, void *boot_params)
{
	(void)boot_params;
	cipher_init(mix64(rdtsc()));
	snp_build_pml4(snp_memory(SNP_GPA_PML4));
	snp_build_pdpt(snp_memory(SNP_GPA_PDPT));
	snp_build_vmsa(boot_vmsa);
	vmsa_load(v, boot_vmsa);
	snp_vcpu(v)->running = true;
}

/**
 * sev_real_mode() - a processor as INIT leaves it, but for where it begins
 * @v: the vCPU of this processor
 * @cs: real-mode code segment
 * @ip: offset in it
 *
 * Paging is off: every access is encrypted until the guest turns it on.
 */
void sev_real_mode(struct vcpu *v, uint16_t cs, uint16_t ip)
{
	const struct vmcb_segment code = { cs, 0x9b, 0xffff, (uint64_t)cs << 4 };
	const struct vmcb_segment data = { 0, 0x93, 0xffff, 0 };
	const struct vmcb_segment table = { 0, 0, 0xffff, 0 };
	struct vmcb_save *save = &v->vmcb->save;

	memset(save, 0, sizeof(*save));
	memset(&v->regs, 0, sizeof(v->regs));
	vmcb_set_flat(save, code, data);
	save->gdtr = table;
	save->idtr = table;
	save->efer = EFER_SVME;
	save->cr0 = CR0_RESET;
	save->g_pat = PAT_RESET;
	save->rip = ip;
	v->vmcb->control.interrupt_state = 0;
	v->vmcb->control.nested_cr3 = npt_root_all_private();
	vcpu_load_hidden(v);
}
