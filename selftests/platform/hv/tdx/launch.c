// SPDX-License-Identifier: GPL-2.0-only
/*
 * Launch of a TD. Without firmware: what it finds in its memory, its measurement, and
 * the registers of its first processor. The kernel is entered by the 64-bit boot
 * protocol, on page tables and a GDT of ours.
 */
#include "tdx.h"

#define SEGMENT_CODE	0x10
#define SEGMENT_DATA	0x18
#define GDT_CODE	0x00af9b000000ffffull
#define GDT_DATA	0x00cf93000000ffffull
#define TABLE_ENTRY	0x003ull
#define LARGE_ENTRY	0x083ull
#define KERNEL_ENTRY	0x200

static const struct link_td_identity test_identity = {
	.tee_tcb_svn = { 3, 1 },
	.tee_tcb_svn2 = { 3, 1 },
	.cpu_svn = { 3 },
	.mrseam = { 0x5e, 0xa3 },
	.attributes = TD_ATTR_SEPT_VE_DISABLE,
	.xfam = 0xe7,
	.report_version = 15,
};

/* Without a host process the key is nobody's: no quote can be made of the reports */
static void take_identity(void)
{
	uint32_t size = 0;

	td.identity = test_identity;
	if (!link_present()) {
		log_info("tdx: no host process: the guest gets no quotes\n");
		return;
	}
	if (!link_call(LINK_TD_LAUNCH, NULL, 0, &td.identity, sizeof(td.identity), &size) ||
	    size != sizeof(td.identity))
		panic("tdx: the host process did not tell the TD's identity (%u bytes)", size);
}

static void build_tables(void)
{
	uint64_t *pml4 = (uint64_t *)TDX_GPA_PML4, *pdpt = (uint64_t *)TDX_GPA_PDPT;
	uint64_t *gdt = (uint64_t *)TDX_GPA_GDT, i;

	memset(pml4, 0, PAGE_SIZE);
	memset(gdt, 0, PAGE_SIZE);
	pml4[0] = TDX_GPA_PDPT | TABLE_ENTRY;
	for (i = 0; i < 512; i++)
		pdpt[i] = i << 30 | LARGE_ENTRY;
	gdt[SEGMENT_CODE / 8] = GDT_CODE;
	gdt[SEGMENT_DATA / 8] = GDT_DATA;
}

static void measure(uint64_t gpa, uint64_t size)
{
	uint64_t end = gpa + size;

	for (; gpa < end; gpa += PAGE_SIZE)
		mrtd_add_page(gpa, (const void *)gpa);
}

/* In this order; boot_params and ACPI tables are the host's word and not measured */
static void measure_all(void)
{
	mrtd_begin();
	measure(GPA_KERNEL, guest_image.kernel_size);
	measure(GPA_INITRD, guest_image.initrd_size);
	measure(GPA_CMDLINE, PAGE_SIZE);
	measure(TDX_GPA_PML4, PAGE_SIZE);
	measure(TDX_GPA_PDPT, PAGE_SIZE);
	measure(TDX_GPA_GDT, PAGE_SIZE);
	mrtd_end(td.mrtd);
}

static void log_mrtd(void)
{
	unsigned int i;

	log_info("tdx: MRTD ");
	for (i = 0; i < TDX_DIGEST; i++)
		log_info("%02lx", (uint64_t)td.mrtd[i]);
	log_info("\n");
}

/**
 * tdx_start_state() - registers of a processor that begins at an address
 * @v: the vCPU, on its own processor
 * @rip: where
 */
void tdx_start_state(struct vcpu *v, uint64_t rip)
{
	const struct vmcb_segment code = { SEGMENT_CODE, 0xa9b, 0xffffffff, 0 };
	const struct vmcb_segment data = { SEGMENT_DATA, 0xc93, 0xffffffff, 0 };
	struct vmcb_save *save = &v->vmcb->save;

	vmcb_set_flat(save, code, data);
	save->gdtr = (struct vmcb_segment){ 0, 0, 31, TDX_GPA_GDT };
	save->cr0 = 0x80000033;
	save->cr3 = TDX_GPA_PML4;
	save->cr4 = 0x60;	/* MCE is fixed to 1 */
	save->efer = EFER_SVME | EFER_NXE | EFER_LMA | EFER_LME;
	save->rip = rip;
	save->rsp = GPA_BOOT_PARAMS;
}

static void launch_kernel(struct vcpu *v, void *boot_params)
{
	build_tables();
	mailbox_init();
	measure_all();
	ccel_build((uint8_t *)TDX_GPA_CCEL, TDX_CCEL_SIZE);
	tdx_start_state(v, GPA_KERNEL + KERNEL_ENTRY);
	v->regs.rsi = (uint64_t)boot_params;
}

/**
 * tdx_launch() - build and measure the TD, and set up its boot processor
 * @v: the boot processor
 * @boot_params: in the TD's memory
 */
void tdx_launch(struct vcpu *v, void *boot_params)
{
	take_identity();
	if (options.firmware)
		tdvf_launch(v);
	else
		launch_kernel(v, boot_params);
	log_mrtd();
}
