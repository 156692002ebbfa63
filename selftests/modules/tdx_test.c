// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the TDX module and the VMM answer a TD, tried out in the TD: a table of the
 * module's ABI as far as a kernel can ask for it.
 *
 * Without parameter the module prints TAP into the kernel log and loads. With
 * violation=NAME it uses a page of its own as no TD should, which ends the TD on a
 * platform that checks.
 */
#define pr_fmt(fmt) "tdx_test: " fmt

#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/set_memory.h>
#include <linux/slab.h>
#include <asm/coco.h>
#include <asm/cpufeature.h>
#include <asm/cpuid.h>
#include <asm/msr.h>
#include <asm/special_insns.h>

#include "tap.h"
#include "tdx_test.h"

#define PATTERN			0xa7
#define REPORT_SIZE		1024
#define FIELD_ATTRIBUTES	0x1110000300000000ULL
#define FIELD_TD_CTLS		0x1110000300000017ULL
#define FIELD_FEATURES0		0x0a00000300000008ULL
#define MAPPING_PENDING		BIT_ULL(62)

static char *violation;
module_param(violation, charp, 0444);
MODULE_PARM_DESC(violation, "page to misuse: shared, pending, attributes");

static u64 shared_bit(void)
{
	return cc_mkdec(0);
}

/* ---- TDCALL ---- */

static void test_leaves(void)
{
	struct tdcall info = { .rax = TDG_VP_INFO };

	is(leaf(99, 0, 0), TDX_OPERAND_INVALID, "leaf 99 is not there");
	is(tdcall(&info), 0, "VP.INFO");
	is(BIT_ULL((info.rcx & 0x3f) - 1), shared_bit(), "VP.INFO: the shared bit");
	is((u32)info.r8, num_possible_cpus(), "VP.INFO: number of vCPUs");
	is(leaf(TDG_VP_VEINFO_GET, 0, 0), TDX_NO_VE_INFO, "VP.VEINFO.GET: there is none");
	is(leaf(TDG_VP_CPUIDVE_SET, 4, 0), TDX_OPERAND_INVALID | 1, "VP.CPUIDVE.SET: reserved bit");
	is(leaf(TDG_VP_VMCALL, VMCALL_EXPOSED | 2, 0), TDX_OPERAND_INVALID | 1,
	   "VP.VMCALL: RCX cannot be exposed");
}

static u64 read_field(u64 number, u64 field, u64 *value)
{
	struct tdcall call = { .rax = number, .rdx = field };
	u64 ret = tdcall(&call);

	*value = call.r8;
	return ret;
}

static u64 write_field(u64 field, u64 value, u64 mask)
{
	struct tdcall call = { .rax = TDG_VM_WR, .rdx = field, .r8 = value, .r9 = mask };

	return tdcall(&call);
}

static void test_fields(void)
{
	u64 value;

	is(read_field(TDG_VM_RD, FIELD_ATTRIBUTES, &value), 0, "VM.RD: attributes");
	is(write_field(FIELD_ATTRIBUTES, 1, 1), TDX_FIELD_READ_ONLY, "VM.WR: they stay");
	is(read_field(TDG_VM_RD, FIELD_TD_CTLS | BIT_ULL(63), &value), 0, "VM.RD: TD_CTLS");
	is(read_field(TDG_VM_RD, 0x1234, &value), TDX_FIELD_INCORRECT, "VM.RD: no such field");
	is(read_field(TDG_SYS_RD, FIELD_FEATURES0, &value), 0, "SYS.RD: TDX_FEATURES0");
}

static void test_report(u8 *page)
{
	u64 report = virt_to_phys(page), data = report + 2048;

	is(leaf(TDG_MR_REPORT, report + 512, data), TDX_OPERAND_INVALID | 1,
	   "MR.REPORT: report not aligned");
	is(leaf(TDG_MR_REPORT, report, data + 1), TDX_OPERAND_INVALID | 2,
	   "MR.REPORT: data not aligned");
	is(leaf(TDG_MR_REPORT, report | shared_bit(), data), TDX_OPERAND_INVALID | 1,
	   "MR.REPORT: not into shared memory");
	is(leaf(TDG_MR_REPORT, report, data), 0, "MR.REPORT");
	is(page[0], 0x81, "it is a TDREPORT");
	is(leaf(TDG_MR_VERIFYREPORT, report, 0), 0, "MR.VERIFYREPORT: it is this machine's");
	page[128]++;
	is(leaf(TDG_MR_VERIFYREPORT, report, 0), TDX_INVALID_REPORTMAC,
	   "MR.VERIFYREPORT: not with other data");
	is(leaf(TDG_MR_RTMR_EXTEND, report, 4), TDX_OPERAND_INVALID | 2,
	   "MR.RTMR.EXTEND: no RTMR4");
	is(leaf(TDG_MR_RTMR_EXTEND, report + 1, 3), TDX_OPERAND_INVALID | 1,
	   "MR.RTMR.EXTEND: not aligned");
}

/* ---- memory ---- */

static void test_pages(u8 *page)
{
	struct tdcall call = { .rax = TDG_MEM_PAGE_ATTR_RD, .rcx = virt_to_phys(page) };
	u64 gpa = virt_to_phys(page);

	is(leaf(TDG_MEM_PAGE_ACCEPT, gpa, 0), TDX_ALREADY_ACCEPTED, "MEM.PAGE.ACCEPT: once");
	is(leaf(TDG_MEM_PAGE_ACCEPT, gpa | 3, 0), TDX_OPERAND_INVALID | 1,
	   "MEM.PAGE.ACCEPT: there is no level 3");
	is(leaf(TDG_MEM_PAGE_ACCEPT, (gpa & PMD_MASK) + PAGE_SIZE + 1, 0), TDX_OPERAND_INVALID | 1,
	   "MEM.PAGE.ACCEPT: 2 MiB must be aligned");
	is(leaf(TDG_MEM_PAGE_ACCEPT, gpa | shared_bit(), 0), TDX_OPERAND_INVALID | 1,
	   "MEM.PAGE.ACCEPT: not a shared address");
	is(tdcall(&call), 0, "MEM.PAGE.ATTR.RD");
	is(call.rcx & PAGE_MASK, gpa, "it is the TD's, and accepted");
	is(vmcall(VMCALL_MAP_GPA, gpa + 1, PAGE_SIZE, 0, 0), VMCALL_ALIGN, "MapGPA: not aligned");
	is(vmcall(VMCALL_MAP_GPA, gpa, ~0ULL & PAGE_MASK, 0, 0), VMCALL_INVALID,
	   "MapGPA: past the end");
}

static void test_conversion(u8 *page)
{
	unsigned long address = (unsigned long)page;
	unsigned int i;

	memset(page, PATTERN, PAGE_SIZE);
	is(set_memory_decrypted(address, 1), 0, "share a page");
	ok(!memchr(page, PATTERN, PAGE_SIZE), "its private contents are gone");
	memset(page, PATTERN, PAGE_SIZE);
	is(set_memory_encrypted(address, 1), 0, "take it back");
	for (i = 0; i < PAGE_SIZE && !page[i]; i++)
		;
	is(i, PAGE_SIZE, "an accepted page is zero");
}

/* ---- registers of the processor ---- */

static void test_msrs(void)
{
	static const u32 denied[] = {
		0x17, 0x49, 0x87, 0x8c, 0x98, 0x9e, 0xc1, 0xe1, 0x122, 0x186, 0x1a6, 0x1c4, 0x276,
		0x309, 0x38d, 0x3f1, 0x500, 0x560, 0x6a0, 0x6e0, 0x800, 0x804, 0x829, 0x831, 0x840,
		0x981, 0xd90, 0xd93, 0x1200, 0x14ce,
	};
	static const u32 read_only[] = { 0x1b, 0x10, 0x802, 0x803, 0x80a, 0x810, 0x820 };
	u64 value, before = rdtsc();
	unsigned int i, wrong = 0;

	for (i = 0; i < ARRAY_SIZE(denied); i++) {
		if (!rdmsrl_safe(denied[i], &value)) {
			pr_info("# MSR %x can be read\n", denied[i]);
			wrong++;
		}
	}
	is(wrong, 0, "MSRs that the TD has not cannot be read");
	for (i = 0, wrong = 0; i < ARRAY_SIZE(read_only); i++) {
		if (!wrmsrl_safe(read_only[i], 1)) {
			pr_info("# MSR %x can be written\n", read_only[i]);
			wrong++;
		}
	}
	is(wrong, 0, "MSRs that are not the TD's to write cannot be written");
	ok(rdtsc() > before, "the TSC goes on");
	is(vmcall(VMCALL_WRMSR, 0x803, 0, 0, 0), VMCALL_INVALID, "nor by TDVMCALL");
	is(vmcall(VMCALL_WRMSR, 0xc0000080, 0, 0, 0), VMCALL_INVALID, "nor EFER");
	is(vmcall(VMCALL_IO, 3, 0, 0x80, 0), VMCALL_INVALID, "there are no ports of three bytes");
	is(vmcall(0x12345, 0, 0, 0, 0), VMCALL_INVALID, "there is no such TDVMCALL");
}

static void test_cr4(void)
{
	static const struct {
		u64 bit;
		const char *name;
	} refused[] = {
		{ X86_CR4_VMXE, "CR4.VMXE" }, { X86_CR4_SMXE, "CR4.SMXE" },
		{ X86_CR4_MCE, "CR4.MCE, to clear it" }, { X86_CR4_PCE, "CR4.PCE" },
		{ X86_CR4_CET, "CR4.CET" }, { BIT_ULL(19), "CR4.KL" }, { BIT_ULL(24), "CR4.PKS" },
		{ BIT_ULL(25), "CR4.UINT" }, { BIT_ULL(31), "a reserved bit of CR4" },
		{ X86_CR4_PAE, "CR4.PAE, to clear it" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		unsigned long flags, cr4;
		bool taken;

		local_irq_save(flags);
		cr4 = __read_cr4();
		taken = write_cr_refusable(cr4, cr4 ^ refused[i].bit);
		taken = taken || __read_cr4() != cr4;
		local_irq_restore(flags);
		ok(!taken, refused[i].name);
	}
}

static void test_cr0(void)
{
	static const struct {
		u64 bits;
		const char *name;
	} refused[] = {
		{ X86_CR0_NE, "CR0.NE, to clear it" }, { X86_CR0_PE, "CR0.PE, to clear it" },
		{ X86_CR0_PE | X86_CR0_PG, "CR0.PE and PG, to clear them" },
		{ X86_CR0_NW, "CR0.NW" }, { X86_CR0_CD, "CR0.CD" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		unsigned long flags, cr0;
		bool taken;

		local_irq_save(flags);
		cr0 = native_read_cr0();
		taken = write_cr_refusable(cr0, cr0 ^ refused[i].bits);
		taken = taken || native_read_cr0() != cr0;
		local_irq_restore(flags);
		ok(!taken, refused[i].name);
	}
}

static void test_cpuid(void)
{
	u32 eax, ebx, ecx, edx;

	cpuid_count(0x21, 0, &eax, &ebx, &ecx, &edx);
	ok(ebx == 0x65746e49 && edx == 0x5844546c && ecx == 0x20202020, "CPUID 21h: IntelTDX");
	is(cpuid_ebx(0), 0x756e6547, "CPUID 0: GenuineIntel");
	ok(cpuid_eax(0) >= 0x21, "CPUID 0: there is a leaf 21h");
	ok(cpuid_ecx(1) & BIT(31), "CPUID 1: under a hypervisor");
	ok(!(cpuid_ecx(1) & BIT(5)), "CPUID 1: no VMX");
	is(cpuid_ecx(0x15), 25000000, "CPUID 15h: 25 MHz");
	cpuid_count(4, 0, &eax, &ebx, &ecx, &edx);
	is(ebx & 0xfff, 63, "CPUID 4: lines of 64 bytes");
}

static int run_tests(void)
{
	u8 *page = (u8 *)get_zeroed_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	test_leaves();
	test_fields();
	test_report(page);
	test_pages(page);
	test_conversion(page);
	test_msrs();
	test_cr4();
	test_cr0();
	test_cpuid();
	tap_done();
	free_page((unsigned long)page);
	return tap_failures ? -EBADE : 0;
}

/* ---- violations; none of them returns on a platform that checks ---- */

static u64 share(u64 gpa)
{
	return vmcall(VMCALL_MAP_GPA, gpa | shared_bit(), PAGE_SIZE, 0, 0);
}

static void misuse_shared(u8 *page)
{
	if (!share(virt_to_phys(page)))
		pr_info("read %02x\n", READ_ONCE(page[0]));
}

static void misuse_pending(u8 *page)
{
	u64 gpa = virt_to_phys(page);

	if (!share(gpa) && !vmcall(VMCALL_MAP_GPA, gpa, PAGE_SIZE, 0, 0))
		WRITE_ONCE(page[0], PATTERN);
}

static void misuse_attributes(u8 *page)
{
	if (!share(virt_to_phys(page)))
		leaf(TDG_MEM_PAGE_ATTR_RD, virt_to_phys(page), 0);
}

static const struct {
	const char *name;
	void (*run)(u8 *page);
} violations[] = {
	{ "shared", misuse_shared },
	{ "pending", misuse_pending },
	{ "attributes", misuse_attributes },
};

/* Whatever comes back was served wrongly; the page is lost */
static int run_violation(void)
{
	u8 *page = (u8 *)get_zeroed_page(GFP_KERNEL);
	int i;

	for (i = 0; page && i < ARRAY_SIZE(violations); i++) {
		if (strcmp(violation, violations[i].name))
			continue;
		violations[i].run(page);
		pr_info("survived %s\n", violation);
		return -EIO;
	}
	return page ? -EINVAL : -ENOMEM;
}

static int __init tdx_test_init(void)
{
	if (!cpu_feature_enabled(X86_FEATURE_TDX_GUEST))
		return -ENODEV;
	return violation ? run_violation() : run_tests();
}

static void __exit tdx_test_exit(void)
{
}

module_init(tdx_test_init);
module_exit(tdx_test_exit);

MODULE_AUTHOR("cvm maintainers");
MODULE_DESCRIPTION("The TDX module's and the VMM's answers, tried out");
MODULE_LICENSE("GPL");
