/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the hypervisor loads before an SNP guest starts, page by page, and the
 * launch digest over it. Pure functions without any dependency: the hypervisor
 * uses them to load and measure, the host process to predict the measurement
 * from the files alone.
 */
#ifndef SNP_LAUNCH_PAGES_H
#define SNP_LAUNCH_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SNP_PAGE		4096ul
#define SNP_DIGEST		48
#define SNP_C_BIT_NR		47
#define SNP_C_BIT		0x800000000000ull

/* Where things lie in the guest's memory */
#define SNP_GPA_EFI		0x80000ull
#define SNP_EFI_PAGES		8
#define SNP_GPA_BOOT_PARAMS	0x90000ull
#define SNP_GPA_CMDLINE		0x91000ull
#define SNP_GPA_SETUP_DATA	0x92000ull
#define SNP_GPA_CC_BLOB		0x93000ull
#define SNP_GPA_SECRETS		0x94000ull
#define SNP_GPA_CPUID		0x95000ull
#define SNP_GPA_PML4		0x96000ull
#define SNP_GPA_PDPT		0x97000ull
#define SNP_GPA_KERNEL		0x1000000ull
#define SNP_GPA_INITRD		0xc000000ull
#define SNP_GPA_VMSA		0xfffffffff000ull

/* bytes of the 64-bit entry point past the start of the kernel's payload */
#define SNP_KERNEL_ENTRY	0x200

/* PAGE_TYPE of SNP_LAUNCH_UPDATE, SEV-SNP ABI section 8.17 */
enum snp_page_type {
	SNP_PAGE_NORMAL		= 1,
	SNP_PAGE_VMSA		= 2,
	SNP_PAGE_ZERO		= 3,
	SNP_PAGE_UNMEASURED	= 4,
	SNP_PAGE_SECRETS	= 5,
	SNP_PAGE_CPUID		= 6,
};

/**
 * struct snp_page_info - PAGE_INFO, SEV-SNP ABI section 8.17.2
 * @digest_cur: launch digest before this page
 * @contents: SHA-384 of the page for NORMAL and VMSA, else 0
 * @length: size of this structure, 0x70
 * @page_type: enum snp_page_type
 * @imi_page: 0, there is no migration agent
 * @permissions: 0, no VMPL but 0 gets any right to the page
 * @gpa: guest physical address of the page
 */
struct snp_page_info {
	uint8_t digest_cur[SNP_DIGEST];
	uint8_t contents[SNP_DIGEST];
	uint16_t length;
	uint8_t page_type;
	uint8_t imi_page;
	uint8_t permissions[4];
	uint64_t gpa;
};

/**
 * struct snp_launch - what the owner of the guest chose
 * @kernel: protected-mode part of the bzImage, see snp_kernel_payload()
 * @kernel_size: bytes
 * @initrd: initial file system, may be NULL
 * @initrd_size: bytes
 * @cmdline: kernel command line, at most 4095 characters
 */
struct snp_launch {
	const void *kernel;
	size_t kernel_size;
	const void *initrd;
	size_t initrd_size;
	const char *cmdline;
};

/**
 * typedef snp_sha384 - hash function to use
 */
typedef void snp_sha384(const void *data, size_t size, uint8_t digest[SNP_DIGEST]);

/**
 * typedef snp_page_visit - receives the pages of a launch in order
 * @context: as given to snp_launch_pages()
 * @gpa: guest physical address
 * @type: how SNP_LAUNCH_UPDATE takes the page
 * @page: 4096 bytes for NORMAL and VMSA; NULL for those whose contents are not measured
 */
typedef void snp_page_visit(void *context, uint64_t gpa, enum snp_page_type type,
			    const void *page);

bool snp_kernel_payload(const void *bzimage, size_t size, const void **payload,
			size_t *payload_size);
void snp_build_setup_data(void *page);
void snp_build_cc_blob(void *page);
void snp_build_pml4(void *page);
void snp_build_pdpt(void *page);
void snp_build_vmsa(void *page);
void snp_launch_pages(const struct snp_launch *launch, snp_page_visit *visit, void *context);
void snp_digest_page(uint8_t digest[SNP_DIGEST], uint64_t gpa, enum snp_page_type type,
		     const void *page, snp_sha384 *hash);
void snp_launch_digest(const struct snp_launch *launch, snp_sha384 *hash,
		       uint8_t digest[SNP_DIGEST]);

#endif /* SNP_LAUNCH_PAGES_H */
