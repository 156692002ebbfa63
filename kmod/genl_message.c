// SPDX-License-Identifier: GPL-2.0-only
/* A message of the netlink family: as a reply, as a part of a dump, as an event. */
#include <net/genetlink.h>

#include "cvm.h"
#include "genl_gen.h"

/**
 * cvm_genl_reply() - answer a request with one message
 * @info: the request
 * @message: the answer
 *
 * Return: 0; -ENOMEM; -EMSGSIZE when the answer has no room.
 */
int cvm_genl_reply(struct genl_info *info, const struct cvm_genl_message *message)
{
	struct sk_buff *msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *hdr;

	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &cvm_nl_family, 0, message->command);
	if (!hdr || message->put(msg, message->what)) {
		nlmsg_free(msg);
		GENL_SET_ERR_MSG(info, "the answer does not fit into one message");
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

/**
 * cvm_genl_add() - add a message to a dump
 * @skb: takes the messages
 * @cb: where the dump stands
 * @message: to add
 *
 * Return: false when there is no room for it in @skb, which is as it was.
 */
bool cvm_genl_add(struct sk_buff *skb, struct netlink_callback *cb,
		  const struct cvm_genl_message *message)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				&cvm_nl_family, NLM_F_MULTI, message->command);

	if (!hdr)
		return false;
	if (message->put(skb, message->what)) {
		genlmsg_cancel(skb, hdr);
		return false;
	}
	genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	return true;
}

/**
 * cvm_genl_tell() - send an event to who listens
 * @group: CVM_NLGRP_*
 * @message: the event
 *
 * Nobody may be listening, and a lost event is followed by others: errors mean nothing.
 *
 * Context: may sleep; the family is registered.
 */
void cvm_genl_tell(unsigned int group, const struct cvm_genl_message *message)
{
	struct sk_buff *msg;
	void *hdr;

	if (!genl_has_listeners(&cvm_nl_family, &init_net, group))
		return;
	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return;
	hdr = genlmsg_put(msg, 0, 0, &cvm_nl_family, 0, message->command);
	if (!hdr || message->put(msg, message->what)) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, hdr);
	genlmsg_multicast(&cvm_nl_family, msg, 0, group, GFP_KERNEL);
}
