// SPDX-License-Identifier: GPL-2.0-only
/*
 * The netlink family as it was generated, for messages of it. It is not registered here, so
 * that nobody calls what is empty below; the rest of its commands is in test_genl_audit.c.
 */
#include "genl_gen.c"

int cvm_nl_platform_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}

int cvm_nl_memory_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return -EOPNOTSUPP;
}

int cvm_nl_accept_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}

int cvm_nl_accept_start_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}

int cvm_nl_accept_stop_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}
