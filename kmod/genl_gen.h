/* SPDX-License-Identifier: GPL-2.0-only */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/cvm.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_CVM_GEN_H
#define _LINUX_CVM_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/cvm_genl.h>

int cvm_nl_platform_get_doit(struct sk_buff *skb, struct genl_info *info);

extern struct genl_family cvm_nl_family;

#endif /* _LINUX_CVM_GEN_H */
