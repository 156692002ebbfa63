// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pages of an SNP launch and the order in which they are measured.
 */
#include <stdlib.h>
#include <string.h>

#include "../hv/snp/launch_pages.h"
#include "../hv/snp/vmsa.h"
#include "t_tap.h"

static uint8_t kernel[SNP_PAGE + 100];
static uint8_t initrd[2 * SNP_PAGE];

static const struct snp_launch example = {
	.kernel = kernel, .kernel_size = sizeof(kernel),
	.initrd = initrd, .initrd_size = sizeof(initrd),
	.cmdline = "console=ttyS0",
};

/* Any function of all input bytes will do to see what is hashed */
static void weak_hash(const void *data, size_t size, uint8_t digest[SNP_DIGEST])
{
	const uint8_t *byte = data;
	uint64_t state = 0xcbf29ce484222325ull;
	size_t i;

	for (i = 0; i < size; i++)
		state = (state ^ byte[i]) * 0x100000001b3ull;
	for (i = 0; i < SNP_DIGEST; i++) {
		state = (state ^ i) * 0x100000001b3ull;
		digest[i] = state >> 56;
	}
}

struct seen {
	unsigned int count;
	uint64_t gpa[64];
	enum snp_page_type type[64];
	bool last_of_kernel_padded;
	bool cmdline_is_text;
};

static bool is_zero(const uint8_t *data, size_t size)
{
	while (size--)
		if (*data++)
			return false;
	return true;
}

static void record(void *context, uint64_t gpa, enum snp_page_type type, const void *page)
{
	struct seen *seen = context;

	seen->gpa[seen->count] = gpa;
	seen->type[seen->count++] = type;
	if (gpa == SNP_GPA_KERNEL + SNP_PAGE)
		seen->last_of_kernel_padded = !memcmp(page, kernel + SNP_PAGE, 100) &&
					      is_zero((const uint8_t *)page + 100, SNP_PAGE - 100);
	if (gpa == SNP_GPA_CMDLINE)
		seen->cmdline_is_text = !strcmp(page, example.cmdline);
}

static void test_order(void)
{
	static const struct {
		uint64_t gpa;
		enum snp_page_type type;
	} expected[21] = {
		{ 0x1000000, SNP_PAGE_NORMAL }, { 0x1001000, SNP_PAGE_NORMAL },
		{ 0xc000000, SNP_PAGE_NORMAL }, { 0xc001000, SNP_PAGE_NORMAL },
		{ 0x91000, SNP_PAGE_NORMAL }, { 0x92000, SNP_PAGE_NORMAL },
		{ 0x93000, SNP_PAGE_NORMAL }, { 0x96000, SNP_PAGE_NORMAL },
		{ 0x97000, SNP_PAGE_NORMAL },
		{ 0x90000, SNP_PAGE_UNMEASURED },
		{ 0x80000, SNP_PAGE_UNMEASURED }, { 0x81000, SNP_PAGE_UNMEASURED },
		{ 0x82000, SNP_PAGE_UNMEASURED }, { 0x83000, SNP_PAGE_UNMEASURED },
		{ 0x84000, SNP_PAGE_UNMEASURED }, { 0x85000, SNP_PAGE_UNMEASURED },
		{ 0x86000, SNP_PAGE_UNMEASURED }, { 0x87000, SNP_PAGE_UNMEASURED },
		{ 0x94000, SNP_PAGE_SECRETS }, { 0x95000, SNP_PAGE_CPUID },
		{ 0xfffffffff000, SNP_PAGE_VMSA },
	};
	const unsigned int count = 21;
	static struct seen seen;
	bool same = true;
	unsigned int i;

	memset(kernel, 0xaa, sizeof(kernel));
	snp_launch_pages(&example, record, &seen);
	for (i = 0; i < count && i < seen.count; i++)
		same = same && seen.gpa[i] == expected[i].gpa && seen.type[i] == expected[i].type;
	tap_ok(seen.count == count, "number of pages");
	tap_ok(same, "order and types of the pages");
	tap_ok(seen.last_of_kernel_padded, "last page of the kernel ends in zeros");
	tap_ok(seen.cmdline_is_text, "command line page");
}

static bool digest_differs(const struct snp_launch *other)
{
	uint8_t one[SNP_DIGEST], two[SNP_DIGEST];

	snp_launch_digest(&example, weak_hash, one);
	snp_launch_digest(other, weak_hash, two);
	return memcmp(one, two, SNP_DIGEST);
}

static void test_digest(void)
{
	static uint8_t changed[sizeof(kernel)];
	struct snp_launch other = example;
	uint8_t digest[SNP_DIGEST] = { 0 }, normal[SNP_DIGEST] = { 0 };
	uint8_t page[SNP_PAGE] = { 0 };

	tap_ok(!digest_differs(&example), "same input, same digest");
	other.cmdline = "console=ttyS1";
	tap_ok(digest_differs(&other), "digest covers the command line");
	other = example;
	memcpy(changed, kernel, sizeof(kernel));
	changed[sizeof(changed) - 1] ^= 1;
	other.kernel = changed;
	tap_ok(digest_differs(&other), "digest covers the last byte of the kernel");
	other = example;
	other.initrd_size -= 1;
	initrd[sizeof(initrd) - 1] = 7;
	tap_ok(digest_differs(&other), "digest covers the last byte of the initrd");
	other = example;
	other.initrd = NULL;
	tap_ok(digest_differs(&other), "digest covers the presence of an initrd");
	snp_digest_page(digest, 0x1000, SNP_PAGE_UNMEASURED, NULL, weak_hash);
	snp_digest_page(normal, 0x1000, SNP_PAGE_NORMAL, page, weak_hash);
	tap_ok(memcmp(digest, normal, SNP_DIGEST), "page types differ in the digest");
}

static void test_page_info(void)
{
	struct snp_page_info info = { 0 };
	uint8_t digest[SNP_DIGEST] = { 0 }, page[SNP_PAGE] = { 1 }, expected[SNP_DIGEST];

	weak_hash(page, SNP_PAGE, info.contents);
	info.length = 0x70;
	info.page_type = SNP_PAGE_NORMAL;
	info.gpa = 0x123000;
	weak_hash(&info, 0x70, expected);
	snp_digest_page(digest, 0x123000, SNP_PAGE_NORMAL, page, weak_hash);
	tap_ok(!memcmp(digest, expected, SNP_DIGEST), "PAGE_INFO of a page");
}

static void test_built_pages(void)
{
	uint64_t page[SNP_PAGE / 8];
	const uint32_t *word = (const uint32_t *)page;
	const struct vmsa *vmsa = (const struct vmsa *)page;

	snp_build_setup_data(page);
	tap_ok(!page[0] && word[2] == 7 && word[3] == 4 && word[4] == 0x93000, "setup_data");
	snp_build_cc_blob(page);
	tap_ok(word[0] == 0x45444d41 && page[1] == 0x94000 && word[4] == 4096 &&
	       page[3] == 0x95000 && word[8] == 4096, "CC blob");
	snp_build_pml4(page);
	tap_ok(page[0] == (0x97007 | 1ull << 47) && !page[1], "page table, top level");
	snp_build_pdpt(page);
	tap_ok(page[3] == (0xc0000087 | 1ull << 47) && !page[4], "page table, 1 GiB pages");
	snp_build_vmsa(page);
	tap_ok(vmsa->rip == 0x1000200 && vmsa->rsi == 0x90000 && vmsa->efer == 0x1500 &&
	       vmsa->sev_features == 1 && vmsa->cr3 == (0x96000 | 1ull << 47), "VMSA");
}

static void test_payload(void)
{
	static uint8_t image[4096];
	const void *payload = NULL;
	size_t size = 0;

	tap_ok(!snp_kernel_payload(image, sizeof(image), &payload, &size), "no bzImage");
	memcpy(image + 0x202, "HdrS", 4);
	image[0x1f1] = 3;
	tap_ok(snp_kernel_payload(image, sizeof(image), &payload, &size) &&
	       payload == image + 2048 && size == 2048, "bzImage");
	tap_ok(!snp_kernel_payload(image, 2048, &payload, &size), "bzImage cut off");
	tap_ok(!snp_kernel_payload(image, 0x20f, &payload, &size), "bzImage cut in its header");
	image[0x1f1] = 0;
	tap_ok(snp_kernel_payload(image, sizeof(image), &payload, &size) &&
	       payload == image + 2560, "bzImage of the oldest kind");
}

int main(void)
{
	test_order();
	test_digest();
	test_page_info();
	test_built_pages();
	test_payload();
	return tap_done();
}
