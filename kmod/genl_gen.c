// SPDX-License-Identifier: GPL-2.0-only
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/cvm.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "genl_gen.h"

#include <uapi/cvm_genl.h>

/* Ops table for cvm */
static const struct genl_split_ops cvm_nl_ops[] = {
	{
		.cmd	= CVM_CMD_PLATFORM_GET,
		.doit	= cvm_nl_platform_get_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
};

struct genl_family cvm_nl_family __ro_after_init = {
	.name		= CVM_FAMILY_NAME,
	.version	= CVM_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= cvm_nl_ops,
	.n_split_ops	= ARRAY_SIZE(cvm_nl_ops),
};
