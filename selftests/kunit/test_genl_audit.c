// SPDX-License-Identifier: GPL-2.0-only
/*
 * The audit's netlink messages: labels as root may send them, and findings that do not fit into
 * what is left of a message.
 */
#include <kunit/test.h>

#include "genl_audit.c"

/* ---- what the file calls ---- */

const char *cvm_audit_refusal(void)
{
	return NULL;
}

const char *cvm_sample_refusal(void)
{
	return NULL;
}

void cvm_audit_status(struct cvm_audit_status *status)
{
	memset(status, 0xff, sizeof(*status));
	status->running = true;
	status->cancelled = true;
}

int cvm_audit_start(const struct cvm_audit_request *request)
{
	return -EOPNOTSUPP;
}

void cvm_audit_stop(void)
{
}

void cvm_audit_close(void)
{
}

void cvm_audit_listen(void (*callback)(void))
{
}

/* ---- messages ---- */

static const struct cvm_finding finding = {
	.id = 1,
	.verdict = CVM_PAGE_VERDICT_ALIAS_MISMATCH,
	.pfn = 0x1234,
	.pages = 2,
	.process = { .pid = 7, .comm = "fifteen letters" },
	.has_owner = true,
	.owner = { .seq = 1, .comm = "fifteen letters", .caller = (unsigned long)schedule },
};

static struct nlmsghdr request;

/* Whether the finding fits; if not, nothing of it may be left */
static bool fits(struct kunit *test, unsigned int room)
{
	const struct cvm_genl_message message = { CVM_CMD_FINDING_GET, put_finding, &finding };
	struct sk_buff *skb = alloc_skb(room, GFP_KERNEL);
	struct netlink_callback cb = { .skb = skb, .nlh = &request };
	bool added;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, skb_tailroom(skb) - room);
	added = cvm_genl_add(skb, &cb, &message);
	KUNIT_EXPECT_EQ_MSG(test, !skb->len, !added, "%u bytes", room);
	if (added)
		KUNIT_EXPECT_EQ(test, nlmsg_hdr(skb)->nlmsg_len, skb->len);
	kfree_skb(skb);
	return added;
}

/* Room for each part more but not for all: from one size on it fits */
static void finding_fits_or_leaves_nothing(struct kunit *test)
{
	unsigned int room, first = 0;
	bool fit;

	for (room = 0; room < 1024; room += 4) {
		fit = fits(test, room);
		if (fit && !first)
			first = room;
		KUNIT_EXPECT_EQ_MSG(test, fit, first && room >= first, "%u bytes", room);
	}
	KUNIT_EXPECT_GT(test, first, 100U);
}

/* The largest values, of all uses: one message has room for them */
static void status_fits_into_one_message(struct kunit *test)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_NOT_NULL(test, genlmsg_put(skb, 0, 0, &cvm_nl_family, 0, CVM_CMD_AUDIT_GET));
	KUNIT_EXPECT_EQ(test, put_audit(skb, NULL), 0);
	kfree_skb(skb);
}

/* ---- labels ---- */

static struct sk_buff *ask;
static struct netlink_ext_ack extack;

static int begin(struct kunit *test)
{
	ask = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!ask)
		return -ENOMEM;
	extack = (struct netlink_ext_ack){};
	return genlmsg_put(ask, 0, 0, &cvm_nl_family, 0, CVM_CMD_AUDIT_RUN) ? 0 : -EMSGSIZE;
}

static void end(struct kunit *test)
{
	kfree_skb(ask);
	ask = NULL;
}

static int put_bytes(int attribute, u64 bytes)
{
	return nla_put_u64_64bit(ask, attribute, bytes, CVM_A_LABEL_PAD);
}

static void add_label(struct kunit *test, const char *name, u64 start, u64 length)
{
	struct nlattr *nest = nla_nest_start(ask, CVM_A_AUDIT_LABEL);

	KUNIT_ASSERT_NOT_NULL(test, nest);
	if (name)
		KUNIT_ASSERT_EQ(test, nla_put_string(ask, CVM_A_LABEL_NAME, name), 0);
	KUNIT_ASSERT_EQ(test, put_bytes(CVM_A_LABEL_START, start), 0);
	KUNIT_ASSERT_EQ(test, put_bytes(CVM_A_LABEL_LENGTH, length), 0);
	nla_nest_end(ask, nest);
}

/* What is read of the labels so far; of the exact size, so that KASAN sees one too many */
static int read(struct kunit *test, struct cvm_label **labels, unsigned int *count)
{
	struct nlmsghdr *head = nlmsg_hdr(ask);
	struct genl_info info = { .nlhdr = head, .extack = &extack };

	head->nlmsg_len = ask->len;
	*count = 0;
	*labels = kunit_kcalloc(test, CVM_LABELS_MAX, sizeof(**labels), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, *labels);
	return read_labels(&info, *labels, count);
}

static void labels_are_whole_pages(struct kunit *test)
{
	struct cvm_label *labels;
	unsigned int count;

	add_label(test, "one", 0x1000, 0x1000);
	add_label(test, "part of two", 0x1fff, 2);
	add_label(test, "the last", U64_MAX - 0x1fff, 0x1fff);
	KUNIT_ASSERT_EQ(test, read(test, &labels, &count), 0);
	KUNIT_EXPECT_EQ(test, count, 3U);
	KUNIT_EXPECT_STREQ(test, labels[0].name, "one");
	KUNIT_EXPECT_EQ(test, labels[0].span.first, 1UL);
	KUNIT_EXPECT_EQ(test, labels[0].span.end, 2UL);
	KUNIT_EXPECT_EQ(test, labels[1].span.first, 1UL);
	KUNIT_EXPECT_EQ(test, labels[1].span.end, 3UL);
	KUNIT_EXPECT_EQ(test, labels[2].span.end, (ULONG_MAX >> PAGE_SHIFT) + 1);
}

static void labels_that_wrap_are_refused(struct kunit *test)
{
	static const u64 bad[][2] = {
		{ 0x1000, 0 }, { 1, U64_MAX }, { U64_MAX, 1 }, { U64_MAX, U64_MAX },
	};
	struct cvm_label *labels;
	unsigned int count, i, empty = ask->len;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		add_label(test, "bad", bad[i][0], bad[i][1]);
		KUNIT_EXPECT_EQ_MSG(test, read(test, &labels, &count), -EINVAL, "range %u", i);
		KUNIT_EXPECT_NOT_NULL(test, extack._msg);
		skb_trim(ask, empty);
	}
}

static void label_without_a_name_is_refused(struct kunit *test)
{
	struct cvm_label *labels;
	unsigned int count;

	add_label(test, NULL, 0x1000, 0x1000);
	KUNIT_EXPECT_EQ(test, read(test, &labels, &count), -EINVAL);
}

static void names_are_bounded(struct kunit *test)
{
	unsigned int count, empty = ask->len;
	struct cvm_label *labels;

	add_label(test, "exactly thirty-one characters..", 0x1000, 0x1000);
	KUNIT_ASSERT_EQ(test, read(test, &labels, &count), 0);
	KUNIT_EXPECT_STREQ(test, labels[0].name, "exactly thirty-one characters..");
	skb_trim(ask, empty);
	add_label(test, "a name that has 32 characters...", 0x1000, 0x1000);
	KUNIT_EXPECT_EQ(test, read(test, &labels, &count), -EINVAL);
}

static void labels_are_counted(struct kunit *test)
{
	struct cvm_label *labels;
	unsigned int count, i;

	for (i = 0; i < CVM_LABELS_MAX; i++)
		add_label(test, "label", i << PAGE_SHIFT, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, read(test, &labels, &count), 0);
	KUNIT_EXPECT_EQ(test, count, (unsigned int)CVM_LABELS_MAX);
	add_label(test, "one too many", 0, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, read(test, &labels, &count), -EINVAL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(finding_fits_or_leaves_nothing),
	KUNIT_CASE(status_fits_into_one_message),
	KUNIT_CASE(labels_are_whole_pages),
	KUNIT_CASE(labels_that_wrap_are_refused),
	KUNIT_CASE(label_without_a_name_is_refused),
	KUNIT_CASE(names_are_bounded),
	KUNIT_CASE(labels_are_counted),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_genl_audit",
	.init = begin,
	.exit = end,
	.test_cases = cases,
};

kunit_test_suite(suite);
