// SPDX-License-Identifier: GPL-2.0-only
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/cvm.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "genl_gen.h"

#include <uapi/cvm_genl.h>

/* Common nested types */
const struct nla_policy cvm_label_nl_policy[CVM_A_LABEL_PAD + 1] = {
	[CVM_A_LABEL_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[CVM_A_LABEL_START] = { .type = NLA_U64, },
	[CVM_A_LABEL_LENGTH] = { .type = NLA_U64, },
	[CVM_A_LABEL_IMAGE] = { .type = NLA_U8, },
};

/* CVM_CMD_ACCEPT_START - do */
static const struct nla_policy cvm_accept_start_nl_policy[CVM_A_ACCEPT_FLOOR + 1] = {
	[CVM_A_ACCEPT_NODE] = { .type = NLA_U32, },
	[CVM_A_ACCEPT_AMOUNT] = { .type = NLA_U64, },
	[CVM_A_ACCEPT_RATE] = { .type = NLA_U64, },
	[CVM_A_ACCEPT_FLOOR] = { .type = NLA_U64, },
};

/* CVM_CMD_AUDIT_RUN - do */
static const struct nla_policy cvm_audit_run_nl_policy[CVM_A_AUDIT_HARDWARE + 1] = {
	[CVM_A_AUDIT_LABEL] = NLA_POLICY_NESTED(cvm_label_nl_policy),
	[CVM_A_AUDIT_RATE] = { .type = NLA_U64, },
	[CVM_A_AUDIT_HARDWARE] = { .type = NLA_U32, },
};

/* Ops table for cvm */
static const struct genl_split_ops cvm_nl_ops[] = {
	{
		.cmd	= CVM_CMD_PLATFORM_GET,
		.doit	= cvm_nl_platform_get_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= CVM_CMD_MEMORY_GET,
		.dumpit	= cvm_nl_memory_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= CVM_CMD_ACCEPT_GET,
		.doit	= cvm_nl_accept_get_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= CVM_CMD_ACCEPT_START,
		.doit		= cvm_nl_accept_start_doit,
		.policy		= cvm_accept_start_nl_policy,
		.maxattr	= CVM_A_ACCEPT_FLOOR,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= CVM_CMD_ACCEPT_STOP,
		.doit	= cvm_nl_accept_stop_doit,
		.flags	= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= CVM_CMD_AUDIT_GET,
		.doit	= cvm_nl_audit_get_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= CVM_CMD_AUDIT_RUN,
		.doit		= cvm_nl_audit_run_doit,
		.policy		= cvm_audit_run_nl_policy,
		.maxattr	= CVM_A_AUDIT_HARDWARE,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= CVM_CMD_AUDIT_STOP,
		.doit	= cvm_nl_audit_stop_doit,
		.flags	= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= CVM_CMD_FINDING_GET,
		.dumpit	= cvm_nl_finding_get_dumpit,
		.flags	= GENL_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= CVM_CMD_LEDGER_GET,
		.dumpit	= cvm_nl_ledger_get_dumpit,
		.flags	= GENL_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
};

static const struct genl_multicast_group cvm_nl_mcgrps[] = {
	[CVM_NLGRP_MEMORY] = { "memory", },
	[CVM_NLGRP_AUDIT] = { "audit", },
	[CVM_NLGRP_LEDGER] = { "ledger", },
};

struct genl_family cvm_nl_family __ro_after_init = {
	.name		= CVM_FAMILY_NAME,
	.version	= CVM_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= cvm_nl_ops,
	.n_split_ops	= ARRAY_SIZE(cvm_nl_ops),
	.mcgrps		= cvm_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(cvm_nl_mcgrps),
};
