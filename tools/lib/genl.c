// SPDX-License-Identifier: LGPL-2.1-or-later
/* State of the guest by the generic netlink family "cvm" of cvm.ko. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cvm_genl.h"
#include "device.h"
#include "genl_call.h"
#include "nl_attr.h"

static const char *vendor_name(uint32_t vendor)
{
	switch (vendor) {
	case CVM_VENDOR_AMD_SEV:
		return "amd-sev";
	case CVM_VENDOR_INTEL_TDX:
		return "intel-tdx";
	default:
		return "unknown";
	}
}

static const char *source_name(uint32_t source)
{
	switch (source) {
	case CVM_FEATURE_SOURCE_KERNEL:
		return "kernel";
	case CVM_FEATURE_SOURCE_REGISTER:
		return "register";
	case CVM_FEATURE_SOURCE_CPUID:
		return "cpuid";
	default:
		return "unknown";
	}
}

static int get_number(struct nlattr *attr, int absent)
{
	return attr ? (int)nla_get_u32(attr) : absent;
}

static bool get_u64(struct nlattr *attr, uint64_t *value)
{
	if (attr)
		*value = nla_get_u64(attr);
	return attr;
}

static int parse_feature(struct nlattr *nest, struct cvm_platform *platform)
{
	static struct nla_policy policy[CVM_A_FEATURE_MAX + 1] = {
		[CVM_A_FEATURE_NAME] = { .type = NLA_STRING },
		[CVM_A_FEATURE_ACTIVE] = { .type = NLA_U8 },
		[CVM_A_FEATURE_SOURCE] = { .type = NLA_U32 },
	};
	struct nlattr *attrs[CVM_A_FEATURE_MAX + 1];
	struct cvm_feature *feature;

	if (platform->n_features == CVM_FEATURES_MAX)
		return 0;
	if (nla_parse_nested(attrs, CVM_A_FEATURE_MAX, nest, policy))
		return -EPROTO;
	feature = &platform->features[platform->n_features++];
	attr_text(attrs[CVM_A_FEATURE_NAME], feature->name, sizeof(feature->name));
	feature->active = attr_flag(attrs[CVM_A_FEATURE_ACTIVE]);
	snprintf(feature->source, sizeof(feature->source), "%s",
		 source_name(get_number(attrs[CVM_A_FEATURE_SOURCE], -1)));
	return 0;
}

static int parse_attestation(struct nlattr *nest, struct cvm_platform *platform)
{
	static struct nla_policy policy[CVM_A_ATTESTATION_MAX + 1] = {
		[CVM_A_ATTESTATION_SUPPORTED] = { .type = NLA_U8 },
		[CVM_A_ATTESTATION_DEVICE] = { .type = NLA_STRING },
		[CVM_A_ATTESTATION_OWNER] = { .type = NLA_STRING },
		[CVM_A_ATTESTATION_USABLE] = { .type = NLA_U8 },
		[CVM_A_ATTESTATION_VMPCK] = { .type = NLA_U32 },
		[CVM_A_ATTESTATION_KEY_DESTROYED] = { .type = NLA_U8 },
	};
	struct nlattr *attrs[CVM_A_ATTESTATION_MAX + 1];

	if (nla_parse_nested(attrs, CVM_A_ATTESTATION_MAX, nest, policy))
		return -EPROTO;
	platform->attestation_supported = attr_flag(attrs[CVM_A_ATTESTATION_SUPPORTED]);
	attr_text(attrs[CVM_A_ATTESTATION_DEVICE], platform->attestation_device,
		  sizeof(platform->attestation_device));
	attr_text(attrs[CVM_A_ATTESTATION_OWNER], platform->attestation_owner,
		  sizeof(platform->attestation_owner));
	platform->attestation_usable = attr_flag(attrs[CVM_A_ATTESTATION_USABLE]);
	platform->vmpck = get_number(attrs[CVM_A_ATTESTATION_VMPCK], -1);
	platform->key_destroyed = attr_flag(attrs[CVM_A_ATTESTATION_KEY_DESTROYED]);
	return 0;
}

static int parse_features(struct nlmsghdr *header, struct cvm_platform *platform)
{
	struct genlmsghdr *genl = nlmsg_data(header);
	struct nlattr *attr;
	int left, ret = 0;

	left = genlmsg_attrlen(genl, 0);
	for (attr = genlmsg_attrdata(genl, 0); nla_ok(attr, left); attr = nla_next(attr, &left)) {
		if (nla_type(attr) != CVM_A_PLATFORM_FEATURE)
			continue;
		ret = parse_feature(attr, platform);
		if (ret)
			break;
	}
	return ret;
}

/* Takes a platform-get reply apart. Attributes this library does not know are passed over. */
int cvm_genl_parse_platform(struct nlmsghdr *header, struct cvm_platform *platform)
{
	static struct nla_policy policy[CVM_A_PLATFORM_MAX + 1] = {
		[CVM_A_PLATFORM_VENDOR] = { .type = NLA_U32 },
		[CVM_A_PLATFORM_SEV_STATUS] = { .type = NLA_U64 },
		[CVM_A_PLATFORM_FEATURE] = { .type = NLA_NESTED },
		[CVM_A_PLATFORM_VMPL] = { .type = NLA_U32 },
		[CVM_A_PLATFORM_C_BIT] = { .type = NLA_U32 },
		[CVM_A_PLATFORM_ATTESTATION] = { .type = NLA_NESTED },
		[CVM_A_PLATFORM_MODULE_VERSION] = { .type = NLA_STRING },
		[CVM_A_PLATFORM_TD_ATTRIBUTES] = { .type = NLA_U64 },
		[CVM_A_PLATFORM_XFAM] = { .type = NLA_U64 },
		[CVM_A_PLATFORM_TD_CTLS] = { .type = NLA_U64 },
		[CVM_A_PLATFORM_TDX_VERSION] = { .type = NLA_U64 },
	};
	struct nlattr *attrs[CVM_A_PLATFORM_MAX + 1];

	memset(platform, 0, sizeof(*platform));
	platform->vmpck = -1;
	if (genlmsg_parse(header, 0, attrs, CVM_A_PLATFORM_MAX, policy))
		return -EPROTO;
	if (!attrs[CVM_A_PLATFORM_VENDOR])
		return -EPROTO;
	snprintf(platform->vendor, sizeof(platform->vendor), "%s",
		 vendor_name(nla_get_u32(attrs[CVM_A_PLATFORM_VENDOR])));
	platform->has_sev_status = get_u64(attrs[CVM_A_PLATFORM_SEV_STATUS], &platform->sev_status);
	platform->has_td = get_u64(attrs[CVM_A_PLATFORM_TD_ATTRIBUTES], &platform->td_attributes) &&
			   get_u64(attrs[CVM_A_PLATFORM_XFAM], &platform->xfam);
	platform->has_td_ctls = get_u64(attrs[CVM_A_PLATFORM_TD_CTLS], &platform->td_ctls);
	platform->has_tdx_version =
		get_u64(attrs[CVM_A_PLATFORM_TDX_VERSION], &platform->tdx_version);
	platform->vmpl = get_number(attrs[CVM_A_PLATFORM_VMPL], -1);
	platform->c_bit = get_number(attrs[CVM_A_PLATFORM_C_BIT], -1);
	attr_text(attrs[CVM_A_PLATFORM_MODULE_VERSION], platform->module_version,
		  sizeof(platform->module_version));
	if (attrs[CVM_A_PLATFORM_ATTESTATION] &&
	    parse_attestation(attrs[CVM_A_PLATFORM_ATTESTATION], platform))
		return -EPROTO;
	return parse_features(header, platform);
}

static int take_platform(void *ctx, struct nlmsghdr *header)
{
	return cvm_genl_parse_platform(header, ctx);
}

int cvm_platform_get(struct cvm_platform *platform, struct cvm_error *err)
{
	struct genl_request request = {
		.command = CVM_CMD_PLATFORM_GET,
		.reply = take_platform,
		.ctx = platform,
	};

	return cvm_genl_ask(&request, err);
}
