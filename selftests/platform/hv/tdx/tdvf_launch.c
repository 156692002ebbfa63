// SPDX-License-Identifier: GPL-2.0-only
/*
 * Launch with firmware: the sections of its image are added and measured, all vCPUs
 * begin at its reset vector, and it finds memory in a list of hand-off blocks and the
 * kernel by fw_cfg. It starts the other processors and logs what it measures itself.
 */
#include "../cpu.h"
#include "tdvf.h"
#include "tdx.h"

#define RESET_VECTOR	0xfffffff0ull
#define SEGMENT_CODE	0x08
#define SEGMENT_DATA	0x10
#define CR0_RESET	0x21		/* NE, PE */
#define CR4_RESET	0x60		/* MCE; PAE, see reset_state() */

static struct tdvf tdvf;

static bool is_from_image(const struct tdvf_section *section)
{
	return section->raw_size;
}

/* Added is not accepted: the page was never pending */
static void add_page(uint64_t gpa, bool from_image, bool measured)
{
	void *page = (void *)host_address(gpa);

	if (!from_image) {
		if (page_state_get(gpa) != PAGE_PENDING)
			panic("tdx: the firmware wants memory at %lx, where none is", gpa);
		page_state_set(gpa, PAGE_NONE);
		memset(page, 0, PAGE_SIZE);
	}
	page_state_set(gpa, PAGE_PRIVATE);
	mrtd_add_page(gpa, measured ? page : NULL);
}

static void add_section(const struct tdvf_section *section)
{
	uint64_t gpa;

	log_info("tdx: section type %u at %lx+%lx%s\n", section->type, section->gpa,
		 section->size, section->attributes & TDVF_MEASURED ? ", measured" : "");
	for (gpa = section->gpa; gpa < section->gpa + section->size; gpa += PAGE_SIZE)
		add_page(gpa, is_from_image(section), section->attributes & TDVF_MEASURED);
}

static void add_sections(void)
{
	const char *error = tdvf_parse(firmware.image, firmware.size, &tdvf);
	unsigned int i;

	if (error)
		panic("tdx: the firmware cannot be used: %s", error);
	mrtd_begin();
	for (i = 0; i < tdvf.count; i++)
		add_section(&tdvf.sections[i]);
	mrtd_end(td.mrtd);
}

/* The hypervisor's hole is not listed, and so is not there */
static void hand_off_memory(void)
{
	const struct hob_range ram[] = {
		{ 0, HV_BASE },
		{ HV_BASE + HV_SIZE, firmware.low_end },
		{ GIB_4, firmware.high_end },
	};
	struct hob_range added[TDVF_SECTIONS_MAX];
	unsigned int i, n = 0;

	for (i = 0; i < tdvf.count; i++) {
		const struct tdvf_section *section = &tdvf.sections[i];

		if (!is_from_image(section))
			added[n++] = (struct hob_range){ section->gpa,
							 section->gpa + section->size };
	}
	if (!hob_build((uint8_t *)host_address(tdvf.hob->gpa), tdvf.hob->size, tdvf.hob->gpa, ram,
		       firmware.high_end ? 3 : 2, added, n))
		panic("tdx: the firmware has no room for the list of its memory");
}

/*
 * As TDH.VP.INIT leaves a vCPU: protected mode without paging, long mode enabled. PAE is
 * not set there, but QEMU's #VMEXIT puts CR0 back before CR4 and EFER, and would refuse
 * the hypervisor's own CR0 while the guest has LME without PAE. TDX Module Base
 * Architecture, "Initial State of Guest GPRs" and "of CRs".
 */
static void reset_state(struct vcpu *v)
{
	const struct vmcb_segment code = { SEGMENT_CODE, 0xc9b, 0xffffffff, 0 };
	const struct vmcb_segment data = { SEGMENT_DATA, 0xc93, 0xffffffff, 0 };
	struct vmcb_save *save = &v->vmcb->save;

	vmcb_set_flat(save, code, data);
	save->gdtr = (struct vmcb_segment){ 0, 0, 0xffff, 0 };
	save->idtr = (struct vmcb_segment){ 0, 0, 0, 0 };
	save->cr0 = CR0_RESET;
	save->cr4 = CR4_RESET;
	save->efer = EFER_SVME | EFER_NXE | EFER_LME | EFER_SCE;
	save->rip = RESET_VECTOR;
}

/**
 * tdvf_start() - a vCPU begins
 * @v: the vCPU, on its own processor
 */
void tdvf_start(struct vcpu *v)
{
	uint32_t native[4];

	reset_state(v);
	cpuid(1, 0, native);
	memset(&v->regs, 0, sizeof(v->regs));
	v->regs.rbx = TDX_GPAW;
	v->regs.rcx = tdvf.hob->gpa;
	v->regs.r8 = tdvf.hob->gpa;
	v->regs.rdx = cpuid_virtualize(1, 0, (struct cpuid_result){ native[0], native[1],
				       native[2], native[3] }, CR4_RESET).eax;
	v->regs.rsi = v->id;
}

/**
 * tdvf_launch() - build and measure the TD, and let all its vCPUs begin
 * @v: the boot processor
 */
void tdvf_launch(struct vcpu *v)
{
	unsigned int i;

	add_sections();
	hand_off_memory();
	fwcfg_offer_kernel();
	fwcfg_hide_iommu();
	firmware_quiet_machine();
	tdvf_start(v);
	for (i = 0; i < vcpu_count; i++)
		if (&vcpus[i] != v)
			smp_wake(&vcpus[i]);
}
