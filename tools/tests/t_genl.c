// SPDX-License-Identifier: GPL-2.0-or-later
/* The reply of platform-get: taken apart as the module builds it, and as it must not. */
#include <stdio.h>
#include <string.h>

#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "cvm_genl.h"
#include "device.h"

#define CVM_NL_LOADER
#include "nl.h"

static int number;
static int failed;

static void check(bool good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++number, name);
	failed |= !good;
}

static struct nl_msg *new_reply(void)
{
	struct nl_msg *msg = nlmsg_alloc_size(16384);

	genlmsg_put(msg, 0, 0, 0x20, 0, 0, CVM_CMD_PLATFORM_GET, CVM_FAMILY_VERSION);
	return msg;
}

static void put_feature(struct nl_msg *msg, const char *name, int active)
{
	struct nlattr *nest = nla_nest_start(msg, CVM_A_PLATFORM_FEATURE);

	nla_put_string(msg, CVM_A_FEATURE_NAME, name);
	nla_put_u8(msg, CVM_A_FEATURE_ACTIVE, active);
	nla_put_u32(msg, CVM_A_FEATURE_SOURCE, CVM_FEATURE_SOURCE_REGISTER);
	nla_nest_end(msg, nest);
}

static void put_attestation(struct nl_msg *msg)
{
	struct nlattr *nest = nla_nest_start(msg, CVM_A_PLATFORM_ATTESTATION);

	nla_put_u8(msg, CVM_A_ATTESTATION_SUPPORTED, 1);
	nla_put_string(msg, CVM_A_ATTESTATION_DEVICE, "sev-guest");
	nla_put_string(msg, CVM_A_ATTESTATION_OWNER, "cvm");
	nla_put_u8(msg, CVM_A_ATTESTATION_USABLE, 1);
	nla_put_u32(msg, CVM_A_ATTESTATION_VMPCK, 0);
	nla_nest_end(msg, nest);
}

static void test_whole(void)
{
	struct nl_msg *msg = new_reply();
	struct cvm_platform platform;

	nla_put_u32(msg, CVM_A_PLATFORM_VENDOR, CVM_VENDOR_AMD_SEV);
	nla_put_u64(msg, CVM_A_PLATFORM_SEV_STATUS, 7);
	put_feature(msg, "SEV", 1);
	put_feature(msg, "SEV-SNP", 1);
	put_feature(msg, "DebugSwap", 0);
	nla_put_u32(msg, CVM_A_PLATFORM_VMPL, 0);
	nla_put_u32(msg, CVM_A_PLATFORM_C_BIT, 47);
	put_attestation(msg);
	nla_put_string(msg, CVM_A_PLATFORM_MODULE_VERSION, "0.1.0");

	check(!cvm_genl_parse_platform(nlmsg_hdr(msg), &platform), "a whole reply is taken");
	check(!strcmp(platform.vendor, "amd-sev"), "vendor");
	check(platform.has_sev_status && platform.sev_status == 7, "SEV_STATUS");
	check(platform.vmpl == 0 && platform.c_bit == 47, "VMPL and C-bit");
	check(platform.n_features == 3, "number of features");
	check(!strcmp(platform.features[1].name, "SEV-SNP"), "features in order");
	check(platform.features[1].active && !platform.features[2].active, "active or not");
	check(!strcmp(platform.features[0].source, "register"), "source of a feature");
	check(platform.attestation_supported && platform.attestation_usable, "attestation");
	check(!strcmp(platform.attestation_device, "sev-guest"), "its device");
	check(!strcmp(platform.attestation_owner, "cvm"), "its owner");
	check(platform.vmpck == 0 && !platform.key_destroyed, "its message key");
	check(!strcmp(platform.module_version, "0.1.0"), "module version");
	nlmsg_free(msg);
}

static void test_sparse(void)
{
	struct nl_msg *msg = new_reply();
	struct cvm_platform platform;

	nla_put_u32(msg, CVM_A_PLATFORM_VENDOR, 99);
	check(!cvm_genl_parse_platform(nlmsg_hdr(msg), &platform), "an unknown vendor is taken");
	check(!strcmp(platform.vendor, "unknown"), "and called unknown");
	check(!platform.has_sev_status && platform.vmpl == -1, "absent facts stay unknown");
	check(platform.c_bit == -1 && platform.vmpck == -1, "also small ones");
	check(!platform.attestation_supported, "absent attestation is none");
	nlmsg_free(msg);
}

static void test_malformed(void)
{
	struct nl_msg *msg = new_reply();
	struct cvm_platform platform;

	check(cvm_genl_parse_platform(nlmsg_hdr(msg), &platform), "no vendor is refused");
	nla_put(msg, CVM_A_PLATFORM_VENDOR, 1, "x");
	check(cvm_genl_parse_platform(nlmsg_hdr(msg), &platform), "a short number is refused");
	nlmsg_free(msg);
}

static void test_many_features(void)
{
	struct nl_msg *msg = new_reply();
	struct cvm_platform platform;
	int i;

	nla_put_u32(msg, CVM_A_PLATFORM_VENDOR, CVM_VENDOR_AMD_SEV);
	for (i = 0; i < CVM_FEATURES_MAX + 10; i++)
		put_feature(msg, "a-name-longer-than-the-thirty-one-bytes-it-may-have", 1);
	check(!cvm_genl_parse_platform(nlmsg_hdr(msg), &platform), "many features are taken");
	check(platform.n_features == CVM_FEATURES_MAX, "as many as there is room for");
	check(strlen(platform.features[0].name) == 31, "a long name is cut");
	nlmsg_free(msg);
}

int main(void)
{
	if (cvm_nl_load(NULL))
		return 1;
	test_whole();
	test_sparse();
	test_malformed();
	test_many_features();
	printf("1..%d\n", number);
	return failed;
}
