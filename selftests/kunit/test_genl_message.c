// SPDX-License-Identifier: GPL-2.0-only
/* Netlink messages at the end of their room: all of one or nothing. */
#include <kunit/test.h>

#include "genl_message.c"

#define VALUES	5	/* attributes of 8 bytes with their heads */

static int put_some(struct sk_buff *msg, const void *what)
{
	unsigned int i;

	for (i = 0; i < VALUES; i++)
		if (nla_put_u32(msg, CVM_A_AUDIT_FINDINGS, i))
			return -EMSGSIZE;
	return 0;
}

static int put_too_much(struct sk_buff *msg, const void *what)
{
	while (!nla_put_u32(msg, CVM_A_AUDIT_FINDINGS, 0))
		;
	return -EMSGSIZE;
}

#define MESSAGE_SIZE	(NLMSG_HDRLEN + GENL_HDRLEN + VALUES * 8)

static const struct cvm_genl_message message = { CVM_CMD_AUDIT_GET, put_some };

static struct nlmsghdr request = { .nlmsg_seq = 77 };

/* Adds messages to a dump of so many bytes; how many found room */
static unsigned int fill(struct kunit *test, unsigned int size)
{
	struct sk_buff *skb = alloc_skb(size, GFP_KERNEL);
	struct netlink_callback cb = { .skb = skb, .nlh = &request };
	unsigned int added = 0, before = 0;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	/* no more room than was asked for */
	skb_reserve(skb, skb_tailroom(skb) - size);
	while (cvm_genl_add(skb, &cb, &message)) {
		KUNIT_EXPECT_EQ(test, skb->len, before + MESSAGE_SIZE);
		before = skb->len;
		added++;
	}
	KUNIT_EXPECT_EQ_MSG(test, skb->len, before, "%u bytes", size);
	kfree_skb(skb);
	return added;
}

static void dump_has_complete_messages(struct kunit *test)
{
	unsigned int size;

	for (size = 0; size < 4 * MESSAGE_SIZE; size++)
		KUNIT_EXPECT_EQ_MSG(test, fill(test, size), size / (unsigned int)MESSAGE_SIZE,
				    "%u bytes", size);
}

static void message_is_of_its_request(struct kunit *test)
{
	struct sk_buff *skb = alloc_skb(4096, GFP_KERNEL);
	struct netlink_callback cb = { .skb = skb, .nlh = &request };
	struct genlmsghdr *genl;
	struct nlmsghdr *head;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	NETLINK_CB(skb).portid = 1234;
	KUNIT_ASSERT_TRUE(test, cvm_genl_add(skb, &cb, &message));
	head = nlmsg_hdr(skb);
	genl = nlmsg_data(head);
	KUNIT_EXPECT_EQ(test, head->nlmsg_len, (u32)MESSAGE_SIZE);
	KUNIT_EXPECT_EQ(test, head->nlmsg_seq, 77U);
	KUNIT_EXPECT_EQ(test, head->nlmsg_pid, 1234U);
	KUNIT_EXPECT_TRUE(test, head->nlmsg_flags & NLM_F_MULTI);
	KUNIT_EXPECT_EQ(test, (int)genl->cmd, (int)CVM_CMD_AUDIT_GET);
	kfree_skb(skb);
}

static void answer_without_room_is_refused(struct kunit *test)
{
	static const struct cvm_genl_message huge = { CVM_CMD_AUDIT_GET, put_too_much };
	struct netlink_ext_ack extack = {};
	struct genl_info info = { .nlhdr = &request, .extack = &extack };

	KUNIT_EXPECT_EQ(test, cvm_genl_reply(&info, &huge), -EMSGSIZE);
	KUNIT_EXPECT_NOT_NULL(test, extack._msg);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(dump_has_complete_messages),
	KUNIT_CASE(message_is_of_its_request),
	KUNIT_CASE(answer_without_room_is_refused),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_genl_message",
	.test_cases = cases,
};

kunit_test_suite(suite);
