// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUID as an SNP guest may see it. The same answers go into the CPUID page
 * (that is what the secure processor would have checked) and to the guest's
 * calls, so the two never differ. SEV and SEV-ES guests see the same but for the leaf
 * that tells what they are.
 */
#include "../hv.h"
#include "cpuid.h"
#include "launch_pages.h"

#define BIT32(n)	(1u << (n))

/*
 * The table ends below leaf 0xd: Linux refuses an XSAVE area without XSAVEC or
 * XSAVES, and TCG has neither. So the guest has no XSAVE and nothing that needs it.
 */
#define STANDARD_MAX	0xbu
#define EXTENDED_MAX	0x8000001fu
#define PHYSICAL_BITS	52u
#define ASIDS		16u

#define LEAF1_ECX_HIDDEN	(BIT32(3) |	/* MONITOR: intercepted, and no use in a guest */ \
				 BIT32(12) |	/* FMA */ \
				 BIT32(21) |	/* x2APIC: the LAPIC is reached by MMIO */ \
				 BIT32(26) | BIT32(27) |	/* XSAVE, OSXSAVE */ \
				 BIT32(28) | BIT32(29))		/* AVX, F16C */
#define LEAF1_ECX_HYPERVISOR	BIT32(31)

#define LEAF7_EBX_HIDDEN	(BIT32(5) | BIT32(14))	/* AVX2, MPX */
#define LEAF7_ECX_HIDDEN	(BIT32(3) | BIT32(4) |	/* PKU, OSPKE */ \
				 BIT32(9) | BIT32(10) |	/* VAES, VPCLMULQDQ */ \
				 BIT32(16))		/* LA57: walkers here have 4 levels */

#define EXT1_ECX_HIDDEN		(BIT32(2) |			/* SVM */ \
				 BIT32(11) | BIT32(15) | BIT32(16))	/* XOP, LWP, FMA4 */
#define EXT7_EDX_INVARIANT_TSC	BIT32(8)

#define EXT1F_EAX_SEV		BIT32(1)
#define EXT1F_EAX_SEV_ES	BIT32(3)
#define EXT1F_EAX_SEV_SNP	BIT32(4)
#define EXT1F_PHYSICAL_LOST	5u	/* address bits that encryption takes */

/* Table 14 of the SEV-SNP ABI, section 7.1 */
struct cpuid_entry {
	uint32_t leaf, subleaf;
	uint64_t xcr0, xss;
	uint32_t eax, ebx, ecx, edx;
	uint64_t reserved;
};

struct cpuid_table {
	uint32_t count;
	uint32_t reserved[3];
	struct cpuid_entry entry[64];
};

static struct snp_cpuid encryption_leaf(uint64_t sev_status)
{
	struct snp_cpuid out = {
		.eax = (sev_status & SEV_STATUS_SEV ? EXT1F_EAX_SEV : 0) |
		       (sev_status & SEV_STATUS_ES ? EXT1F_EAX_SEV_ES : 0) |
		       (sev_status & SEV_STATUS_SNP ? EXT1F_EAX_SEV_SNP : 0),
		.ebx = SNP_C_BIT_NR | EXT1F_PHYSICAL_LOST << 6,
		.ecx = ASIDS,
		.edx = 1,
	};

	return out;
}

static struct snp_cpuid filter_standard(uint32_t leaf, uint32_t subleaf, struct snp_cpuid out)
{
	switch (leaf) {
	case 0:
		out.eax = STANDARD_MAX;
		break;
	case 1:
		out.ecx &= ~LEAF1_ECX_HIDDEN;
		out.ecx |= LEAF1_ECX_HYPERVISOR;
		break;
	case 7:
		out.eax = 0;	/* no further subleaf */
		out.ebx &= ~LEAF7_EBX_HIDDEN;
		out.ecx &= ~LEAF7_ECX_HIDDEN;
		if (subleaf)
			out = (struct snp_cpuid){ 0 };
		break;
	}
	return out;
}

static struct snp_cpuid filter_extended(uint32_t leaf, struct snp_cpuid out, uint64_t sev_status)
{
	switch (leaf) {
	case 0x80000000:
		out.eax = EXTENDED_MAX;
		break;
	case 0x80000001:
		out.ecx &= ~EXT1_ECX_HIDDEN;
		break;
	case 0x80000007:
		out.edx |= EXT7_EDX_INVARIANT_TSC;
		break;
	case 0x80000008:
		out.eax = (out.eax & ~0xffu) | PHYSICAL_BITS;
		break;
	case 0x8000000a:	/* SVM, hidden */
	case 0x8000001e:	/* topology comes from leaf 0xb */
		out = (struct snp_cpuid){ 0 };
		break;
	case 0x8000001f:
		out = encryption_leaf(sev_status);
		break;
	}
	return out;
}

/**
 * snp_cpuid_filter() - what the guest sees of a leaf
 * @leaf: EAX
 * @subleaf: ECX
 * @raw: what the processor answers
 * @sev_status: of the guest, SEV_STATUS_*
 *
 * Return: the filtered registers; zeros for leaves out of range.
 */
struct snp_cpuid snp_cpuid_filter(uint32_t leaf, uint32_t subleaf, struct snp_cpuid raw,
				  uint64_t sev_status)
{
	if (leaf <= STANDARD_MAX)
		return filter_standard(leaf, subleaf, raw);
	if (leaf >= 0x80000000 && leaf <= EXTENDED_MAX)
		return filter_extended(leaf, raw, sev_status);
	return (struct snp_cpuid){ 0 };
}

/**
 * snp_build_cpuid_page() - the table that the secure processor vouches for
 * @page: 4096 bytes
 * @raw: executes CPUID
 */
void snp_build_cpuid_page(void *page, snp_cpuid_raw *raw)
{
	static const uint32_t leaves[][2] = {
		{ 0, 0 }, { 1, 0 }, { 2, 0 }, { 5, 0 }, { 6, 0 }, { 7, 0 },
		{ 0xb, 0 }, { 0xb, 1 },
		{ 0x80000000, 0 }, { 0x80000001, 0 }, { 0x80000002, 0 }, { 0x80000003, 0 },
		{ 0x80000004, 0 }, { 0x80000005, 0 }, { 0x80000006, 0 }, { 0x80000007, 0 },
		{ 0x80000008, 0 }, { 0x8000001e, 0 }, { 0x8000001f, 0 },
	};
	const uint32_t count = ARRAY_SIZE(leaves);
	struct cpuid_table *table = page;
	uint32_t i;

	_Static_assert(sizeof(struct cpuid_table) <= SNP_PAGE, "CPUID table");
	for (i = 0; i < SNP_PAGE / sizeof(uint64_t); i++)
		((uint64_t *)page)[i] = 0;
	table->count = count;
	for (i = 0; i < count; i++) {
		struct cpuid_entry *entry = &table->entry[i];
		struct snp_cpuid seen;

		seen = snp_cpuid_filter(leaves[i][0], leaves[i][1],
					raw(leaves[i][0], leaves[i][1]), SNP_SEV_STATUS);
		entry->leaf = leaves[i][0];
		entry->subleaf = leaves[i][1];
		entry->eax = seen.eax;
		entry->ebx = seen.ebx;
		entry->ecx = seen.ecx;
		entry->edx = seen.edx;
	}
}
