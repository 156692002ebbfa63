// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel TDX backend: facts from the TD's own report and metadata, evidence by the calls
 * that the kernel exports.
 *
 * Reports and quotes need no key and no sequence number, so that this module and the
 * kernel's own tdx-guest driver can be used at the same time.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/coco.h>
#include <asm/cpufeature.h>
#include <asm/tdx.h>

#include "cvm.h"

#define OWNER_NAME	"cvm"

/* TDREPORT_STRUCT, TDX Module ABI: offsets */
#define REPORT_TCB_INFO		256
#define REPORT_TD_INFO		512
#define TCB_MRSEAM		24
#define TCB_MRSIGNERSEAM	72
#define TD_ATTRIBUTES		0
#define TD_XFAM			8
#define TD_MRTD			16
#define TD_MRCONFIGID		64
#define TD_MROWNER		112
#define TD_MROWNERCONFIG	160
#define TD_RTMR			208
#define TD_SERVTD_HASH		400

/* Metadata fields */
#define FIELD_TD_CTLS		0x1110000300000017ULL
#define FIELD_MINOR_VERSION	0x0800000100000003ULL
#define FIELD_MAJOR_VERSION	0x0800000100000004ULL

#define RTMR_FIRST_OPEN		2	/* 0 and 1 are the firmware's and the boot loader's */
#define RTMR_LAST		3

static struct {
	u64 attributes;
	u64 xfam;
	u64 td_ctls;
	u64 version;			/* major << 32 | minor */
	bool has_td_ctls;
	bool has_version;
	bool has_query;
} tdx;

/* Both aligned as TDG.MR.REPORT wants them: kmalloc() aligns powers of two so */
static int get_report(const u8 report_data[CVM_REPORT_DATA_SIZE], u8 report[CVM_TDX_REPORT_SIZE])
{
	u8 *data = kmemdup(report_data, CVM_REPORT_DATA_SIZE, GFP_KERNEL);
	int ret;

	if (!data)
		return -ENOMEM;
	ret = tdx_mcall_get_report0(data, report);
	kfree(data);
	return ret ? -EIO : 0;
}

static u8 *make_report(const u8 report_data[CVM_REPORT_DATA_SIZE])
{
	u8 *report = kzalloc(CVM_TDX_REPORT_SIZE, GFP_KERNEL);
	int ret;

	if (!report)
		return ERR_PTR(-ENOMEM);
	ret = get_report(report_data, report);
	if (!ret)
		return report;
	kfree(report);
	return ERR_PTR(ret);
}

static bool td_detect(void)
{
	return cpu_feature_enabled(X86_FEATURE_TDX_GUEST);
}

static void read_metadata(void)
{
	u64 minor, major;

	tdx.has_td_ctls = !cvm_tdx_read_vm(FIELD_TD_CTLS, &tdx.td_ctls);
	tdx.has_version = !cvm_tdx_read_system(FIELD_MINOR_VERSION, &minor) &&
			  !cvm_tdx_read_system(FIELD_MAJOR_VERSION, &major);
	if (tdx.has_version)
		tdx.version = major << 32 | (u32)minor;
}

/* Of a page of our own, which is accepted for sure */
static void try_query(u8 *page)
{
	tdx.has_query = cvm_tdx_query_page(virt_to_phys(page) & PAGE_MASK) != -EOPNOTSUPP;
}

static int td_init(void)
{
	static const u8 nothing[CVM_REPORT_DATA_SIZE];
	u8 *report = make_report(nothing);

	if (IS_ERR(report))
		return PTR_ERR(report);
	memcpy(&tdx.attributes, report + REPORT_TD_INFO + TD_ATTRIBUTES, sizeof(tdx.attributes));
	memcpy(&tdx.xfam, report + REPORT_TD_INFO + TD_XFAM, sizeof(tdx.xfam));
	try_query(report);
	kfree(report);
	read_metadata();
	return 0;
}

static void td_exit(void)
{
	cvm_tdx_quote_exit();
}

static void td_facts(struct cvm_facts *facts)
{
	*facts = (struct cvm_facts){
		.name = "Intel TDX",
		.c_bit = ilog2(cc_mkdec(0)),
		.has_td = true,
		.td_attributes = tdx.attributes,
		.xfam = tdx.xfam,
		.td_ctls = tdx.td_ctls,
		.has_td_ctls = tdx.has_td_ctls,
		.tdx_version = tdx.version,
		.has_tdx_version = tdx.has_version,
	};
}

/* Names of attribute bits, TDX Module ABI table "ATTRIBUTES" */
static const struct {
	unsigned int bit;
	const char *name;
} names[] = {
	{ 0, "debug" }, { 4, "hgs-plus-prof" }, { 5, "perf-prof" }, { 6, "pmt-prof" },
	{ 16, "icssd" }, { 27, "lass" }, { 28, "sept-ve-disable" }, { 29, "migratable" },
	{ 30, "pks" }, { 31, "kl" }, { 62, "tpa" }, { 63, "perfmon" },
};

static bool td_feature(unsigned int index, struct cvm_feature *feature)
{
	feature->source = CVM_FEATURE_SOURCE_REGISTER;
	if (index < ARRAY_SIZE(names)) {
		feature->name = names[index].name;
		feature->active = tdx.attributes & BIT_ULL(names[index].bit);
		return true;
	}
	if (index > ARRAY_SIZE(names) || !tdx.has_td_ctls)
		return false;
	feature->name = "pending-ve-disable";
	feature->active = tdx.td_ctls & BIT_ULL(0);
	return true;
}

static void td_attestation(struct cvm_attestation *attestation)
{
	*attestation = (struct cvm_attestation){
		.device = "tdx-guest",
		.owner = OWNER_NAME,
		.supported = true,
		.usable = true,
	};
}

static int td_evidence(struct cvm_evidence_request *request)
{
	u8 *report;
	int ret;

	if (request->vmpl)
		return -EINVAL;
	if (request->format != CVM_FORMAT_ANY && request->format != CVM_FORMAT_TDX_REPORT &&
	    request->format != CVM_FORMAT_TDX_QUOTE)
		return -EOPNOTSUPP;
	report = make_report(request->report_data);
	if (IS_ERR(report))
		return PTR_ERR(report);
	if (request->format == CVM_FORMAT_TDX_REPORT) {
		request->report = report;
		request->report_len = CVM_TDX_REPORT_SIZE;
		return 0;
	}
	request->format = CVM_FORMAT_TDX_QUOTE;
	ret = cvm_tdx_quote(report, request);
	kfree(report);
	return ret;
}

/* Where a register lies in a TDREPORT; 0 for one that is not known */
static unsigned int register_offset(u32 number)
{
	switch (number) {
	case CVM_REGISTER_MRTD:
		return REPORT_TD_INFO + TD_MRTD;
	case CVM_REGISTER_RTMR0 ... CVM_REGISTER_RTMR3:
		return REPORT_TD_INFO + TD_RTMR +
		       (number - CVM_REGISTER_RTMR0) * CVM_TDX_DIGEST_SIZE;
	case CVM_REGISTER_MRCONFIGID:
		return REPORT_TD_INFO + TD_MRCONFIGID;
	case CVM_REGISTER_MROWNER:
		return REPORT_TD_INFO + TD_MROWNER;
	case CVM_REGISTER_MROWNERCONFIG:
		return REPORT_TD_INFO + TD_MROWNERCONFIG;
	case CVM_REGISTER_SERVTD_HASH:
		return REPORT_TD_INFO + TD_SERVTD_HASH;
	case CVM_REGISTER_MRSEAM:
		return REPORT_TCB_INFO + TCB_MRSEAM;
	case CVM_REGISTER_MRSIGNERSEAM:
		return REPORT_TCB_INFO + TCB_MRSIGNERSEAM;
	default:
		return 0;
	}
}

static int td_register_read(u32 number, u8 value[CVM_TDX_DIGEST_SIZE])
{
	static const u8 nothing[CVM_REPORT_DATA_SIZE];
	unsigned int offset = register_offset(number);
	u8 *report;

	if (!offset)
		return -EINVAL;
	report = make_report(nothing);
	if (IS_ERR(report))
		return PTR_ERR(report);
	memcpy(value, report + offset, CVM_TDX_DIGEST_SIZE);
	kfree(report);
	return 0;
}

/* What firmware and boot loader measured stays theirs */
static int td_register_extend(u32 number, const u8 digest[CVM_TDX_DIGEST_SIZE])
{
	unsigned int index = number - CVM_REGISTER_RTMR0;

	if (index < RTMR_FIRST_OPEN || index > RTMR_LAST)
		return -EINVAL;
	return cvm_tdx_extend(index, digest);
}

static const char *td_query_refusal(void)
{
	return tdx.has_query ? NULL : "this TDX module has no TDG.MEM.PAGE.ATTR.RD";
}

const struct cvm_platform_ops cvm_tdx_ops = {
	.vendor = CVM_VENDOR_INTEL_TDX,
	.tsm_provider = "tdx_guest",
	.detect = td_detect,
	.init = td_init,
	.exit = td_exit,
	.facts = td_facts,
	.feature = td_feature,
	.attestation = td_attestation,
	.evidence = td_evidence,
	.register_read = td_register_read,
	.register_extend = td_register_extend,
	.query_refusal = td_query_refusal,
	.query_page = cvm_tdx_query_page,
};
