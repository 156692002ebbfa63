/* SPDX-License-Identifier: GPL-2.0-only */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/cvm.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_CVM_GEN_H
#define _LINUX_CVM_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/cvm_genl.h>

/* Common nested types */
extern const struct nla_policy cvm_label_nl_policy[CVM_A_LABEL_PAD + 1];

int cvm_nl_platform_get_doit(struct sk_buff *skb, struct genl_info *info);
int cvm_nl_memory_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int cvm_nl_accept_get_doit(struct sk_buff *skb, struct genl_info *info);
int cvm_nl_accept_start_doit(struct sk_buff *skb, struct genl_info *info);
int cvm_nl_accept_stop_doit(struct sk_buff *skb, struct genl_info *info);
int cvm_nl_audit_get_doit(struct sk_buff *skb, struct genl_info *info);
int cvm_nl_audit_run_doit(struct sk_buff *skb, struct genl_info *info);
int cvm_nl_audit_stop_doit(struct sk_buff *skb, struct genl_info *info);
int cvm_nl_finding_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int cvm_nl_ledger_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

enum {
	CVM_NLGRP_MEMORY,
	CVM_NLGRP_AUDIT,
	CVM_NLGRP_LEDGER,
};

extern struct genl_family cvm_nl_family;

#endif /* _LINUX_CVM_GEN_H */
