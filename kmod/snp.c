// SPDX-License-Identifier: GPL-2.0-only
/*
 * AMD SEV backend: facts from SEV_STATUS, evidence and keys where the guest is
 * SEV-SNP and messages can be sent: by snp_device.c where each driver sends its
 * own, by snp_kernel.c where the kernel does it for all.
 */

#include <linux/bits.h>
#include <linux/cc_platform.h>
#include <linux/kernel.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/coco.h>
#include <asm/msr.h>
#include <asm/processor.h>

#include "compat/vmpl.h"
#include "cvm.h"
#include "snp_wire.h"

/* AMD64 APM volume 2 section 15.34.10; also where old headers lack it */
#define SEV_STATUS_MSR	0xc0010131

#define VMPL_MAX	3

static struct {
	u64 status;
	bool has_status;
} snp;

/* ---- the attestation device ---- */

/* False when there is no such device; @owner is "" when nobody drives it. */
static bool find_owner(char owner[CVM_OWNER_SIZE])
{
	struct device *dev = bus_find_device_by_name(&platform_bus_type, NULL, CVM_SNP_DEVICE);

	if (!dev)
		return false;
	device_lock(dev);
	if (dev->driver)
		strscpy(owner, dev->driver->name, CVM_OWNER_SIZE);
	device_unlock(dev);
	put_device(dev);
	return true;
}

static void sev_attestation(struct cvm_attestation *attestation)
{
	memset(attestation, 0, sizeof(*attestation));
	if (!cc_platform_has(CC_ATTR_GUEST_SEV_SNP))
		return;
	attestation->supported = true;
	if (find_owner(attestation->owner))
		attestation->device = CVM_SNP_DEVICE;
	cvm_snp_channel(attestation);
}

/* ---- facts ---- */

/* Names of SEV_STATUS bits, AMD64 APM volume 2 section 15.34.10 */
static const char *const status_names[64] = {
	[0] = "sev",
	[1] = "sev-es",
	[2] = "sev-snp",
	[3] = "vtom",
	[4] = "reflect-vc",
	[5] = "restricted-injection",
	[6] = "alternate-injection",
	[7] = "debug-swap",
	[8] = "prevent-host-ibs",
	[9] = "btb-isolation",
	[10] = "vmpl-sss",
	[11] = "secure-tsc",
	[12] = "vmgexit-parameter",
	[14] = "ibs-virtualization",
	[16] = "vmsa-register-protection",
	[17] = "smt-protection",
	[18] = "secure-avic",
	[23] = "ibpb-on-entry",
};

static const struct {
	const char *name;
	enum cc_attr attribute;
} kernel_features[] = {
	{ "kernel-mem-encrypt", CC_ATTR_MEM_ENCRYPT },
	{ "kernel-guest-mem-encrypt", CC_ATTR_GUEST_MEM_ENCRYPT },
	{ "kernel-guest-state-encrypt", CC_ATTR_GUEST_STATE_ENCRYPT },
	{ "kernel-guest-sev-snp", CC_ATTR_GUEST_SEV_SNP },
};

/* Register bits that have a name come first, then what the kernel says. */
static bool sev_feature(unsigned int index, struct cvm_feature *feature)
{
	unsigned int bit;

	for (bit = 0; snp.has_status && bit < ARRAY_SIZE(status_names); bit++) {
		if (!status_names[bit] || index--)
			continue;
		feature->name = status_names[bit];
		feature->active = snp.status & BIT_ULL(bit);
		feature->source = CVM_FEATURE_SOURCE_REGISTER;
		return true;
	}
	if (index >= ARRAY_SIZE(kernel_features))
		return false;
	feature->name = kernel_features[index].name;
	feature->active = cc_platform_has(kernel_features[index].attribute);
	feature->source = CVM_FEATURE_SOURCE_KERNEL;
	return true;
}

/* cc_mkdec() clears the C-bit, or sets the vTOM bit: one bit changes either way. */
static u32 c_bit(void)
{
	u64 mask = cc_mkdec(0) | ~cc_mkdec(~0ULL);

	return mask ? __ffs64(mask) : 0;
}

static void sev_facts(struct cvm_facts *facts)
{
	memset(facts, 0, sizeof(*facts));
	facts->name = "AMD SEV";
	if (cc_platform_has(CC_ATTR_GUEST_STATE_ENCRYPT))
		facts->name = "AMD SEV-ES";
	if (cc_platform_has(CC_ATTR_GUEST_SEV_SNP))
		facts->name = "AMD SEV-SNP";
	facts->sev_status = snp.status;
	facts->has_sev_status = snp.has_status;
	facts->vmpl = cvm_compat_vmpl();
	facts->has_vmpl = cc_platform_has(CC_ATTR_GUEST_SEV_SNP);
	facts->c_bit = c_bit();
}

/* ---- evidence and keys ---- */

/* 0 or -errno, with the firmware's status where it refused in a genuine answer */
static int firmware_verdict(struct cvm_refusal *refusal, u32 status)
{
	refusal->fw_error = status;
	return status ? -EIO : 0;
}

static int parse_report(struct cvm_evidence_request *request, const struct cvm_snp_exchange *x)
{
	u32 status;
	int ret;

	ret = cvm_snp_report_check(x->response, x->response_len, &status, &request->report_len);
	if (!ret)
		ret = firmware_verdict(&request->refusal, status);
	if (ret)
		return ret;
	request->report = kvmalloc(request->report_len, GFP_KERNEL);
	if (!request->report)
		return -ENOMEM;
	memcpy(request->report, x->response + sizeof(struct cvm_snp_report_rsp),
	       request->report_len);
	return 0;
}

static int parse_certs(struct cvm_evidence_request *request)
{
	int len;

	if (!request->certs)
		return 0;
	len = cvm_snp_certs_len(request->certs, CVM_CERTS_MAX);
	if (len < 0)
		return len;
	request->certs_len = len;
	return 0;
}

static int sev_evidence(struct cvm_evidence_request *request)
{
	struct cvm_snp_report_req *req __free(kfree) = kzalloc(sizeof(*req), GFP_KERNEL);
	void *response __free(kfree) = kzalloc(CVM_SNP_PAYLOAD_MAX, GFP_KERNEL);
	struct cvm_snp_exchange x = {
		.type = CVM_SNP_MSG_REPORT_REQ,
		.request = req,
		.request_len = sizeof(*req),
		.response = response,
		.response_size = CVM_SNP_PAYLOAD_MAX,
	};
	int ret;

	if (request->format != CVM_FORMAT_ANY && request->format != CVM_FORMAT_SNP_REPORT)
		return -EOPNOTSUPP;
	/* the firmware refuses levels above the one whose key is used */
	if (request->vmpl > VMPL_MAX || request->vmpl < cvm_compat_vmpl())
		return -EINVAL;
	if (request->want_certs)
		request->certs = kvzalloc(CVM_CERTS_MAX, GFP_KERNEL);
	if (!req || !response || (request->want_certs && !request->certs))
		return -ENOMEM;

	memcpy(req->report_data, request->report_data, sizeof(req->report_data));
	req->vmpl = cpu_to_le32(request->vmpl);
	x.certs = request->certs;
	ret = cvm_snp_msg_exchange(&x);
	request->refusal = x.refusal;
	if (ret)
		return ret;
	request->format = CVM_FORMAT_SNP_REPORT;
	return parse_report(request, &x) ?: parse_certs(request);
}

static int check_key_request(const struct cvm_key_request *request)
{
	if (request->root != CVM_KEY_ROOT_VCEK && request->root != CVM_KEY_ROOT_VMRK)
		return -EINVAL;
	if (request->vmpl > VMPL_MAX || request->vmpl < cvm_compat_vmpl())
		return -EINVAL;
	return request->fields & ~CVM_KEY_FIELDS ? -EINVAL : 0;
}

static int sev_derive_key(struct cvm_key_request *request)
{
	struct cvm_snp_key_req req = {
		.root = cpu_to_le32(request->root),
		.fields = cpu_to_le64(request->fields),
		.vmpl = cpu_to_le32(request->vmpl),
		.guest_svn = cpu_to_le32(request->guest_svn),
		.tcb_version = cpu_to_le64(request->tcb_version),
	};
	struct cvm_snp_key_rsp rsp = {};
	struct cvm_snp_exchange x = {
		.type = CVM_SNP_MSG_KEY_REQ,
		.request = &req,
		.request_len = sizeof(req),
		.response = &rsp,
		.response_size = sizeof(rsp),
	};
	u32 status;
	int ret;

	ret = check_key_request(request) ?: cvm_snp_msg_exchange(&x);
	request->refusal = x.refusal;
	if (!ret)
		ret = cvm_snp_key_check(&rsp, x.response_len, &status);
	if (!ret)
		ret = firmware_verdict(&request->refusal, status);
	if (!ret)
		memcpy(request->key, rsp.key, sizeof(request->key));
	memzero_explicit(&rsp, sizeof(rsp));
	return ret;
}

/* ---- the platform ---- */

static bool sev_detect(void)
{
	if (boot_cpu_data.x86_vendor != X86_VENDOR_AMD &&
	    boot_cpu_data.x86_vendor != X86_VENDOR_HYGON)
		return false;
	return cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT);
}

static int sev_init(void)
{
	/* a paravisor may hide the register */
	snp.has_status = !rdmsrq_safe(SEV_STATUS_MSR, &snp.status);
	return cc_platform_has(CC_ATTR_GUEST_SEV_SNP) ? cvm_snp_open() : 0;
}

/*
 * RMPQUERY tells permissions, and not whether a page is validated. PVALIDATE would tell it
 * by validating what the host put there.
 */
static const char *sev_query_refusal(void)
{
	return cc_platform_has(CC_ATTR_GUEST_SEV_SNP) ?
	       "SEV-SNP has no query that is safe: PVALIDATE would accept what the host put there" :
	       "without SEV-SNP the hardware keeps no record of a guest's pages";
}

const struct cvm_platform_ops cvm_snp_ops = {
	.vendor = CVM_VENDOR_AMD_SEV,
	.tsm_provider = "sev_guest",
	.detect = sev_detect,
	.init = sev_init,
	.exit = cvm_snp_close,
	.facts = sev_facts,
	.feature = sev_feature,
	.attestation = sev_attestation,
	.evidence = sev_evidence,
	.derive_key = sev_derive_key,
	.query_refusal = sev_query_refusal,
};
