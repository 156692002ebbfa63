// SPDX-License-Identifier: GPL-2.0-only
/*
 * The launch of an SNP guest: what SNP_LAUNCH_START, _UPDATE and _FINISH do,
 * SEV-SNP ABI sections 8.14 to 8.18.
 */
#include "../../link.h"
#include "../cpu.h"
#include "cipher.h"
#include "mix.h"
#include "rmp.h"
#include "snp.h"
#include "vmsa.h"

#define BOOT_PARAMS_SETUP_DATA	0x250
#define DIGEST_HEX		(2 * SNP_DIGEST + 1)

_Static_assert(GPA_EFI == SNP_GPA_EFI && GPA_BOOT_PARAMS == SNP_GPA_BOOT_PARAMS &&
	       GPA_CMDLINE == SNP_GPA_CMDLINE && GPA_PERSONALITY == SNP_GPA_SETUP_DATA &&
	       GPA_KERNEL == SNP_GPA_KERNEL && GPA_INITRD == SNP_GPA_INITRD,
	       "the loader and the measurement agree on addresses");

static uint8_t boot_vmsa[SNP_PAGE] __attribute__((aligned(4096)));

/* The digest is over what lies in the guest's memory, not over where it came from */
static void load_page(void *context, uint64_t gpa, enum snp_page_type type, const void *page)
{
	uint8_t *digest = context;
	void *place = type == SNP_PAGE_VMSA ? boot_vmsa : snp_memory(gpa);

	if (page && page != place)
		memcpy(place, page, SNP_PAGE);
	if (type == SNP_PAGE_SECRETS)
		memset(place, 0, SNP_PAGE);
	if (type == SNP_PAGE_CPUID)
		snp_build_cpuid_page(place, cpuid_execute);
	snp_digest_page(digest, gpa, type, page ? place : NULL, sha384);
}

static void log_digest(const uint8_t digest[SNP_DIGEST])
{
	static const char hex[] = "0123456789abcdef";
	char text[DIGEST_HEX] = { 0 };
	unsigned int i;

	for (i = 0; i < SNP_DIGEST; i++) {
		text[2 * i] = hex[digest[i] >> 4];
		text[2 * i + 1] = hex[digest[i] & 0xf];
	}
	log_info("snp: launch digest %s\n", text);
}

/* The secure processor makes the secrets page; without one the guest has no message keys */
static void finish(const uint8_t digest[SNP_DIGEST])
{
	struct link_snp_launch launch = { .vcpus = vcpu_count };
	uint32_t size = 0;

	memcpy(launch.measurement, digest, SNP_DIGEST);
	if (!link_present()) {
		log_info("snp: no host process: the guest gets no reports\n");
		return;
	}
	if (!link_call(LINK_SNP_LAUNCH_FINISH, &launch, sizeof(launch),
		       snp_memory(SNP_GPA_SECRETS), SNP_PAGE, &size) || size != SNP_PAGE)
		panic("snp: the host process did not give a secrets page (%u bytes)", size);
}

/**
 * vmsa_load() - take the registers of a VM save area
 * @v: the vCPU, running on its own processor
 * @page: the save area
 */
void vmsa_load(struct vcpu *v, const void *page)
{
	const struct vmsa *vmsa = page;

	memcpy(&v->vmcb->save, vmsa, VMSA_VMCB_PART);
	v->vmcb->save.efer |= EFER_SVME;
	v->regs = (struct registers){
		.rbx = vmsa->rbx, .rcx = vmsa->rcx, .rdx = vmsa->rdx,
		.rsi = vmsa->rsi, .rdi = vmsa->rdi, .rbp = vmsa->rbp,
		.r8 = vmsa->r8, .r9 = vmsa->r9, .r10 = vmsa->r10, .r11 = vmsa->r11,
		.r12 = vmsa->r12, .r13 = vmsa->r13, .r14 = vmsa->r14, .r15 = vmsa->r15,
	};
	snp_vcpu(v)->dr7 = vmsa->dr7;
	vcpu_load_hidden(v);
}

/**
 * snp_launch() - measure the guest and set up its boot CPU
 * @v: the boot CPU
 * @boot_params: in the guest's memory
 */
void snp_launch(struct vcpu *v, void *boot_params)
{
	const struct snp_launch launch = {
		.kernel = snp_memory(GPA_KERNEL),
		.kernel_size = guest_image.kernel_size,
		.initrd = guest_image.initrd_size ? snp_memory(GPA_INITRD) : NULL,
		.initrd_size = guest_image.initrd_size,
		.cmdline = guest_image.cmdline,
	};
	const uint64_t setup_data = SNP_GPA_SETUP_DATA;
	uint8_t digest[SNP_DIGEST] = { 0 };

	memcpy((uint8_t *)boot_params + BOOT_PARAMS_SETUP_DATA, &setup_data, sizeof(setup_data));
	cipher_init(mix64(rdtsc()));
	snp_launch_pages(&launch, load_page, digest);
	log_digest(digest);
	finish(digest);
	rmp_launch_2m();
	vmsa_load(v, boot_vmsa);
	snp_vcpu(v)->running = true;
}
