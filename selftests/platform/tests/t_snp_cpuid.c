// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an SNP guest sees of CPUID.
 */
#include <string.h>

#include "../hv/snp/cpuid.h"
#include "t_tap.h"

static struct snp_cpuid all_ones(uint32_t leaf, uint32_t subleaf)
{
	(void)leaf;
	(void)subleaf;
	return (struct snp_cpuid){ ~0u, ~0u, ~0u, ~0u };
}

static struct snp_cpuid seen(uint32_t leaf, uint32_t subleaf)
{
	return snp_cpuid_filter(leaf, subleaf, all_ones(leaf, subleaf), SNP_SEV_STATUS);
}

static uint32_t kind(uint64_t sev_status)
{
	return snp_cpuid_filter(0x8000001f, 0, all_ones(0x8000001f, 0), sev_status).eax;
}

static bool is_zero(struct snp_cpuid regs)
{
	return !(regs.eax | regs.ebx | regs.ecx | regs.edx);
}

static void test_filter(void)
{
	tap_ok(seen(0, 0).eax == 0xb, "standard leaves end at 0xb");
	tap_ok(seen(0x80000000, 0).eax == 0x8000001f, "extended leaves end at 0x8000001f");
	tap_ok(!(seen(1, 0).ecx & (1u << 26 | 1u << 27 | 1u << 28)), "no XSAVE, no AVX");
	tap_ok(seen(1, 0).ecx >> 31, "hypervisor bit");
	tap_ok(!(seen(7, 0).ecx & 1u << 16), "no 5-level paging");
	tap_ok(is_zero(seen(7, 1)), "one subleaf of leaf 7");
	tap_ok(is_zero(seen(0xd, 0)) && is_zero(seen(0xd, 1)), "no XSAVE leaf");
	tap_ok(is_zero(seen(0x40000000, 0)), "no hypervisor leaves");
	tap_ok(is_zero(seen(0x8000000a, 0)), "no SVM leaf");
	tap_ok(!(seen(0x80000001, 0).ecx & 4), "no SVM");
	tap_ok((seen(0x80000008, 0).eax & 0xff) == 52, "52 physical address bits");
	tap_ok((seen(0x8000001f, 0).eax & 0x1a) == 0x1a, "SEV, SEV-ES, SEV-SNP");
	tap_ok(kind(SEV_STATUS_SEV) == 0x2, "SEV alone");
	tap_ok(kind(SEV_STATUS_SEV | SEV_STATUS_ES) == 0xa, "SEV and SEV-ES");
	tap_ok((seen(0x8000001f, 0).ebx & 0x3f) == 47, "C-bit position");
}

static void test_page(void)
{
	uint32_t page[1024];
	uint32_t i, highest = 0;
	bool found = false, clean = true;

	memset(page, 0xff, sizeof(page));
	snp_build_cpuid_page(page, all_ones);
	for (i = 0; i < page[0]; i++) {
		const uint32_t *entry = page + 4 + i * 12;

		if (entry[0] == 0x8000001f)
			found = entry[6] == 0x1a && (entry[7] & 0x3f) == 47;
		if (entry[0] < 0x80000000 && entry[0] > highest)
			highest = entry[0];
		if (entry[2] | entry[3] | entry[4] | entry[5] | entry[10] | entry[11])
			clean = false;
	}
	tap_ok(page[0] > 0 && page[0] <= 64, "number of entries");
	tap_ok(!page[1] && !page[2] && !page[3], "header reserved fields");
	tap_ok(found, "memory encryption leaf is in the table");
	tap_ok(highest == 0xb, "highest standard leaf in the table");
	tap_ok(clean, "XCR0, XSS and reserved fields are zero");
	tap_ok(page[4 + page[0] * 12] == 0, "rest of the page is zero");
}

int main(void)
{
	test_filter();
	test_page();
	return tap_done();
}
