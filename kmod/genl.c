// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink family "cvm": the door for what is small and structured. The
 * contract is Documentation/netlink/specs/cvm.yaml; genl_gen.[ch] are made from
 * it.
 */
#include <net/genetlink.h>

#include "cvm.h"
#include "genl_gen.h"

static int put_feature(struct sk_buff *msg, const struct cvm_feature *feature)
{
	struct nlattr *nest = nla_nest_start(msg, CVM_A_PLATFORM_FEATURE);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_string(msg, CVM_A_FEATURE_NAME, feature->name) ||
	    nla_put_u8(msg, CVM_A_FEATURE_ACTIVE, feature->active) ||
	    nla_put_u32(msg, CVM_A_FEATURE_SOURCE, feature->source))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_features(struct sk_buff *msg)
{
	struct cvm_feature feature;
	unsigned int i;

	for (i = 0; cvm_platform()->feature(i, &feature); i++) {
		if (put_feature(msg, &feature))
			return -EMSGSIZE;
	}
	return 0;
}

static int put_attestation(struct sk_buff *msg)
{
	struct cvm_attestation attestation;
	struct nlattr *nest;

	cvm_platform()->attestation(&attestation);
	nest = nla_nest_start(msg, CVM_A_PLATFORM_ATTESTATION);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u8(msg, CVM_A_ATTESTATION_SUPPORTED, attestation.supported) ||
	    nla_put_u8(msg, CVM_A_ATTESTATION_USABLE, attestation.usable) ||
	    nla_put_u8(msg, CVM_A_ATTESTATION_KEY_DESTROYED, attestation.key_destroyed))
		return -EMSGSIZE;
	if (attestation.device &&
	    nla_put_string(msg, CVM_A_ATTESTATION_DEVICE, attestation.device))
		return -EMSGSIZE;
	if (attestation.owner[0] &&
	    nla_put_string(msg, CVM_A_ATTESTATION_OWNER, attestation.owner))
		return -EMSGSIZE;
	if (attestation.has_vmpck &&
	    nla_put_u32(msg, CVM_A_ATTESTATION_VMPCK, attestation.vmpck))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_number(struct sk_buff *msg, int attribute, bool there, u64 value)
{
	return there ? nla_put_u64_64bit(msg, attribute, value, CVM_A_PLATFORM_PAD) : 0;
}

static int put_td(struct sk_buff *msg, const struct cvm_facts *facts)
{
	if (put_number(msg, CVM_A_PLATFORM_TD_ATTRIBUTES, facts->has_td, facts->td_attributes) ||
	    put_number(msg, CVM_A_PLATFORM_XFAM, facts->has_td, facts->xfam) ||
	    put_number(msg, CVM_A_PLATFORM_TD_CTLS, facts->has_td_ctls, facts->td_ctls) ||
	    put_number(msg, CVM_A_PLATFORM_TDX_VERSION, facts->has_tdx_version,
		       facts->tdx_version))
		return -EMSGSIZE;
	return 0;
}

static int put_facts(struct sk_buff *msg)
{
	struct cvm_facts facts;

	cvm_platform()->facts(&facts);
	if (nla_put_u32(msg, CVM_A_PLATFORM_VENDOR, cvm_platform()->vendor) ||
	    nla_put_u32(msg, CVM_A_PLATFORM_C_BIT, facts.c_bit) ||
	    nla_put_string(msg, CVM_A_PLATFORM_MODULE_VERSION, CVM_VERSION))
		return -EMSGSIZE;
	if (put_number(msg, CVM_A_PLATFORM_SEV_STATUS, facts.has_sev_status, facts.sev_status))
		return -EMSGSIZE;
	if (facts.has_vmpl && nla_put_u32(msg, CVM_A_PLATFORM_VMPL, facts.vmpl))
		return -EMSGSIZE;
	return put_td(msg, &facts);
}

static int put_platform(struct sk_buff *msg, const void *unused)
{
	return put_facts(msg) ?: put_features(msg) ?: put_attestation(msg);
}

/**
 * cvm_nl_platform_get_doit() - answer CVM_CMD_PLATFORM_GET
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: as cvm_genl_reply().
 */
int cvm_nl_platform_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return cvm_genl_reply(info, &(struct cvm_genl_message){ CVM_CMD_PLATFORM_GET,
								 put_platform });
}

/* As generated, and with what the generator cannot say: events tell addresses */
static const struct genl_multicast_group groups[] = {
	[CVM_NLGRP_MEMORY] = { .name = "memory" },
	[CVM_NLGRP_AUDIT] = { .name = "audit", .flags = GENL_MCAST_CAP_SYS_ADMIN },
	[CVM_NLGRP_LEDGER] = { .name = "ledger", .flags = GENL_MCAST_CAP_SYS_ADMIN },
};

/**
 * cvm_genl_init() - open the door; everything behind it is ready
 *
 * The generator lets every network namespace see a family. This one tells of
 * the machine: it stays in the first namespace. The handler only reads what
 * does not change and takes its own locks, so parallel_ops may stay.
 *
 * Return: 0 or a negative errno.
 */
int __init cvm_genl_init(void)
{
	int ret;

	cvm_nl_family.netnsok = false;
	cvm_nl_family.mcgrps = groups;
	cvm_nl_family.n_mcgrps = ARRAY_SIZE(groups);
	cvm_genl_memory_init();
	cvm_genl_audit_init();
	ret = genl_register_family(&cvm_nl_family);
	if (ret)
		return ret;
	cvm_genl_audit_ready();
	return 0;
}

/**
 * cvm_genl_exit() - close the door; waits for requests that run
 */
void cvm_genl_exit(void)
{
	cvm_genl_audit_exit();
	/* before the family is gone: the end of a job is an event */
	cvm_accept_close();
	genl_unregister_family(&cvm_nl_family);
}
