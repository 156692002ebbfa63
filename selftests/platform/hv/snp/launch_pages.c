// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pages of an SNP launch and the digest over them. The owner of a guest
 * must be able to say what the digest will be before any machine runs it, so
 * everything here follows from the kernel, the initrd and the command line.
 */
#include <string.h>

#include "launch_pages.h"
#include "vmsa.h"

_Static_assert(sizeof(struct snp_page_info) == 0x70, "PAGE_INFO");
_Static_assert(SNP_C_BIT >> SNP_C_BIT_NR == 1, "C-bit");

#define SETUP_CC_BLOB		7
#define CC_BLOB_MAGIC		0x45444d41	/* "AMDE" */
#define PAGE_PRESENT_RW_USER	0x07
#define PAGE_LARGE		0x80
#define SEV_FEATURE_SNP		1

struct setup_data {
	uint64_t next;
	uint32_t type;
	uint32_t length;
	uint32_t cc_blob_address;
};

struct cc_blob {
	uint32_t magic;
	uint16_t version;
	uint16_t reserved;
	uint64_t secrets_gpa;
	uint32_t secrets_size;
	uint32_t reserved1;
	uint64_t cpuid_gpa;
	uint32_t cpuid_size;
	uint32_t reserved2;
};

static size_t length_of(const char *text, size_t limit)
{
	size_t n = 0;

	while (n < limit && text[n])
		n++;
	return n;
}

/**
 * snp_kernel_payload() - find what of a bzImage is loaded into the guest
 * @bzimage: the file
 * @size: bytes
 * @payload: the protected-mode part
 * @payload_size: bytes
 *
 * Return: false if it is no bzImage or cut off.
 */
bool snp_kernel_payload(const void *bzimage, size_t size, const void **payload,
			size_t *payload_size)
{
	const uint8_t *image = bzimage;
	size_t setup;

	if (size < 0x210 || image[0x202] != 'H' || image[0x203] != 'd' ||
	    image[0x204] != 'r' || image[0x205] != 'S')
		return false;
	setup = ((image[0x1f1] ? image[0x1f1] : 4) + 1) * 512ul;
	if (setup >= size)
		return false;
	*payload = image + setup;
	*payload_size = size - setup;
	return true;
}

/**
 * snp_build_setup_data() - the entry of boot_params that points at the CC blob
 * @page: 4096 bytes
 */
void snp_build_setup_data(void *page)
{
	struct setup_data *data = page;

	memset(page, 0, SNP_PAGE);
	data->type = SETUP_CC_BLOB;
	data->length = sizeof(data->cc_blob_address);
	data->cc_blob_address = SNP_GPA_CC_BLOB;
}

/**
 * snp_build_cc_blob() - where the secrets and CPUID pages are
 * @page: 4096 bytes
 */
void snp_build_cc_blob(void *page)
{
	struct cc_blob *blob = page;

	memset(page, 0, SNP_PAGE);
	blob->magic = CC_BLOB_MAGIC;
	blob->version = 1;
	blob->secrets_gpa = SNP_GPA_SECRETS;
	blob->secrets_size = SNP_PAGE;
	blob->cpuid_gpa = SNP_GPA_CPUID;
	blob->cpuid_size = SNP_PAGE;
}

/**
 * snp_build_pml4() - top of the first page tables
 * @page: 4096 bytes
 */
void snp_build_pml4(void *page)
{
	uint64_t *entry = page;

	memset(page, 0, SNP_PAGE);
	entry[0] = SNP_GPA_PDPT | PAGE_PRESENT_RW_USER | SNP_C_BIT;
}

/**
 * snp_build_pdpt() - the first 4 GiB, one to one and private
 * @page: 4096 bytes
 */
void snp_build_pdpt(void *page)
{
	uint64_t *entry = page;
	unsigned int i;

	memset(page, 0, SNP_PAGE);
	for (i = 0; i < 4; i++)
		entry[i] = (uint64_t)i << 30 | PAGE_PRESENT_RW_USER | PAGE_LARGE | SNP_C_BIT;
}

/**
 * snp_build_vmsa() - the boot CPU as it enters the kernel
 * @page: 4096 bytes
 *
 * The 64-bit boot protocol of Linux: long mode, interrupts off, flat segments
 * 0x10 and 0x18, RSI at boot_params.
 */
void snp_build_vmsa(void *page)
{
	static const struct vmsa_segment code = { 0x10, 0xa9b, 0xffffffff, 0 };
	static const struct vmsa_segment data = { 0x18, 0xc93, 0xffffffff, 0 };
	static const struct vmsa_segment ldtr = { 0, 0x82, 0xffff, 0 };
	static const struct vmsa_segment tr = { 0, 0x8b, 0xffff, 0 };
	struct vmsa *vmsa = page;

	memset(page, 0, SNP_PAGE);
	vmsa->cs = code;
	vmsa->ds = data;
	vmsa->es = data;
	vmsa->ss = data;
	vmsa->fs = data;
	vmsa->gs = data;
	vmsa->ldtr = ldtr;
	vmsa->tr = tr;
	vmsa->efer = 0x1500;		/* SVME, LMA, LME */
	vmsa->cr0 = 0x80000031;		/* PG, NE, ET, PE */
	vmsa->cr3 = SNP_GPA_PML4 | SNP_C_BIT;
	vmsa->cr4 = 0x20;		/* PAE */
	vmsa->dr6 = 0xffff0ff0;
	vmsa->dr7 = 0x400;
	vmsa->rflags = 2;
	vmsa->rip = SNP_GPA_KERNEL + SNP_KERNEL_ENTRY;
	vmsa->rsp = SNP_GPA_BOOT_PARAMS;
	vmsa->rsi = SNP_GPA_BOOT_PARAMS;
	vmsa->g_pat = 0x0007040600070406;
	vmsa->sev_features = SEV_FEATURE_SNP;
	vmsa->xcr0 = 1;
	vmsa->mxcsr = 0x1f80;
	vmsa->x87_fcw = 0x37f;
}

/* A file ends where it ends; the rest of its last page is loaded as zeros. */
static void visit_file(uint64_t gpa, const void *data, size_t size, snp_page_visit *visit,
		       void *context)
{
	static uint8_t last[SNP_PAGE];
	const uint8_t *from = data;

	for (; size >= SNP_PAGE; size -= SNP_PAGE, from += SNP_PAGE, gpa += SNP_PAGE)
		visit(context, gpa, SNP_PAGE_NORMAL, from);
	if (!size)
		return;
	memset(last, 0, SNP_PAGE);
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): what has a size is there */
	memcpy(last, from, size);
	visit(context, gpa, SNP_PAGE_NORMAL, last);
}

static void visit_cmdline(const char *cmdline, snp_page_visit *visit, void *context)
{
	static uint8_t page[SNP_PAGE];

	memset(page, 0, SNP_PAGE);
	memcpy(page, cmdline, length_of(cmdline, SNP_PAGE - 1));
	visit(context, SNP_GPA_CMDLINE, SNP_PAGE_NORMAL, page);
}

static void visit_built(void (*build)(void *page), uint64_t gpa, enum snp_page_type type,
			snp_page_visit *visit, void *context)
{
	static uint8_t page[SNP_PAGE];

	build(page);
	visit(context, gpa, type, page);
}

/*
 * What depends on the size of the machine and not on the owner's choice: the
 * EFI tables (always counted, in use or not, so that the digest does not depend
 * on the way memory is accepted) and boot_params with its memory map.
 */
static void visit_unmeasured(snp_page_visit *visit, void *context)
{
	unsigned int i;

	visit(context, SNP_GPA_BOOT_PARAMS, SNP_PAGE_UNMEASURED, NULL);
	for (i = 0; i < SNP_EFI_PAGES; i++)
		visit(context, SNP_GPA_EFI + i * SNP_PAGE, SNP_PAGE_UNMEASURED, NULL);
}

/**
 * snp_launch_pages() - call a function for each page of a launch, in order
 * @launch: what the owner chose
 * @visit: called once a page; the page it gets is valid during the call only
 * @context: handed to @visit
 *
 * Not reentrant.
 */
void snp_launch_pages(const struct snp_launch *launch, snp_page_visit *visit, void *context)
{
	visit_file(SNP_GPA_KERNEL, launch->kernel, launch->kernel_size, visit, context);
	if (launch->initrd)
		visit_file(SNP_GPA_INITRD, launch->initrd, launch->initrd_size, visit, context);
	visit_cmdline(launch->cmdline, visit, context);
	visit_built(snp_build_setup_data, SNP_GPA_SETUP_DATA, SNP_PAGE_NORMAL, visit, context);
	visit_built(snp_build_cc_blob, SNP_GPA_CC_BLOB, SNP_PAGE_NORMAL, visit, context);
	visit_built(snp_build_pml4, SNP_GPA_PML4, SNP_PAGE_NORMAL, visit, context);
	visit_built(snp_build_pdpt, SNP_GPA_PDPT, SNP_PAGE_NORMAL, visit, context);
	visit_unmeasured(visit, context);
	visit(context, SNP_GPA_SECRETS, SNP_PAGE_SECRETS, NULL);
	visit(context, SNP_GPA_CPUID, SNP_PAGE_CPUID, NULL);
	visit_built(snp_build_vmsa, SNP_GPA_VMSA, SNP_PAGE_VMSA, visit, context);
}

/**
 * snp_digest_page() - extend the launch digest by one page
 * @digest: launch digest, changed
 * @gpa: where the page is in the guest
 * @type: how it is taken
 * @page: 4096 bytes, or NULL when the contents are not measured
 * @hash: SHA-384
 *
 * SEV-SNP ABI section 8.17.2.
 */
void snp_digest_page(uint8_t digest[SNP_DIGEST], uint64_t gpa, enum snp_page_type type,
		     const void *page, snp_sha384 *hash)
{
	struct snp_page_info info;

	memset(&info, 0, sizeof(info));
	memcpy(info.digest_cur, digest, SNP_DIGEST);
	if (page)
		hash(page, SNP_PAGE, info.contents);
	info.length = sizeof(info);
	info.page_type = type;
	info.gpa = gpa;
	hash(&info, sizeof(info), digest);
}

struct digest_context {
	uint8_t *digest;
	snp_sha384 *hash;
};

static void digest_visit(void *context, uint64_t gpa, enum snp_page_type type, const void *page)
{
	struct digest_context *digest = context;

	snp_digest_page(digest->digest, gpa, type, page, digest->hash);
}

/**
 * snp_launch_digest() - the measurement a launch will get
 * @launch: what the owner chose
 * @hash: SHA-384
 * @digest: result
 */
void snp_launch_digest(const struct snp_launch *launch, snp_sha384 *hash,
		       uint8_t digest[SNP_DIGEST])
{
	struct digest_context context = { digest, hash };

	memset(digest, 0, SNP_DIGEST);
	snp_launch_pages(launch, digest_visit, &context);
}
