// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages to the secure processor over a host that does what it likes. Whatever happens, the
 * host never sees two texts sealed under one number: that is looked at after each test.
 *
 * The secure processor here seals with the module's own cipher. That it is the right one is for
 * tests with the software platform.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <crypto/aead.h>
#include <kunit/test.h>
#include <linux/crypto.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>

#include "compat/guest_request.h"

static int host(struct cvm_guest_request *gr);
static void *map(phys_addr_t address, unsigned long size);
static void unmap(void *mapped);
static long sleep(long ticks);

/* Time passes when somebody sleeps, and only then */
static unsigned long now;
static bool killed;

static inline bool was_killed(struct task_struct *task)
{
	return killed;
}

#undef jiffies
#define jiffies now
#undef ioremap_encrypted
#define ioremap_encrypted map
#undef iounmap
#define iounmap unmap
#define schedule_timeout_killable sleep
#define fatal_signal_pending was_killed
#define cvm_compat_guest_request host
#include "snp_msg.c"

#define KEY		1	/* number of the message key */
#define TRACE		64	/* messages that the host remembers */
#define ANSWER_SIZE	64

/* ---- the machine ---- */

static struct cvm_snp_secrets *secrets;

static void *map(phys_addr_t address, unsigned long size)
{
	return secrets;
}

static void unmap(void *mapped)
{
}

/* ---- the host ---- */

enum act {
	ANSWERS,
	IS_BUSY,
	HAS_MORE_CERTS,
	REFUSES,
	FORGES,		/* changes byte @at of the answer */
	SAYS_NOTHING,
	REPLAYS,	/* sends its first answer again */
};

/* One for each message that comes, until it answers, which it does from there on */
static const enum act *plan;
static unsigned int at;
static bool kills;

static struct cvm_snp_msg *trace;
static unsigned int n_trace;
static struct cvm_snp_msg *first_answer;
static unsigned int violations;

static long sleep(long ticks)
{
	now += ticks;
	killed = kills;
	return 0;
}

static void remember(const struct cvm_snp_msg *message)
{
	unsigned int i;

	for (i = 0; i < n_trace; i++)
		if (trace[i].hdr.seqno == message->hdr.seqno)
			violations += !!memcmp(&trace[i], message, sizeof(*message));
	if (n_trace < TRACE)
		trace[n_trace++] = *message;
}

/* The secure processor: opens the request, and answers with its first byte all over */
static int answer(const struct cvm_snp_msg *request, struct cvm_snp_msg *response)
{
	struct cvm_snp_msg *opened = kmemdup(request, sizeof(*request), GFP_KERNEL);
	int ret;

	if (!opened)
		return -ENOMEM;
	ret = apply_cipher(opened, le16_to_cpu(opened->hdr.size), false);
	memset(response, 0, sizeof(*response));
	cvm_snp_hdr_fill(&response->hdr, le64_to_cpu(opened->hdr.seqno) + 1,
			 opened->hdr.type + 1, opened->hdr.vmpck, ANSWER_SIZE);
	memset(response->payload, opened->payload[0], ANSWER_SIZE);
	kfree(opened);
	return ret ?: apply_cipher(response, ANSWER_SIZE, true);
}

static int host(struct cvm_guest_request *gr)
{
	struct cvm_snp_msg *request = phys_to_virt(gr->request);
	struct cvm_snp_msg *response = phys_to_virt(gr->response);
	enum act act = *plan;

	if (act != ANSWERS)
		plan++;
	remember(request);
	gr->status = 0;
	switch (act) {
	case IS_BUSY:
		gr->status = 2ULL << 32;
		return -EAGAIN;
	case HAS_MORE_CERTS:
		gr->status = 1ULL << 32;
		return -ENOSPC;
	case REFUSES:
		gr->status = 0x16;
		return -EIO;
	case SAYS_NOTHING:
		return 0;
	case REPLAYS:
		*response = *first_answer;
		return 0;
	default:
		break;
	}
	if (answer(request, response))
		return -EIO;
	if (gr->extended)
		memset(phys_to_virt(gr->certs), 0xce, CVM_CERTS_MAX);
	if (!first_answer->hdr.seqno)
		*first_answer = *response;
	if (act == FORGES)
		((u8 *)response)[at] ^= 1;
	return 0;
}

/* ---- before and after each test ---- */

static const enum act answers[] = { ANSWERS };

static int begin(struct kunit *test)
{
	secrets = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	trace = kunit_kcalloc(test, TRACE, sizeof(*trace), GFP_KERNEL);
	first_answer = kunit_kzalloc(test, sizeof(*first_answer), GFP_KERNEL);
	if (!secrets || !trace || !first_answer)
		return -ENOMEM;
	memset(secrets->vmpck[KEY], 0x5a, CVM_SNP_VMPCK_SIZE);
	plan = answers;
	n_trace = 0;
	violations = 0;
	kills = false;
	killed = false;
	return cvm_snp_msg_open(0, KEY);
}

static void end(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, violations, 0U);
	cvm_snp_msg_close();
}

/* One request of a byte; what comes back in @response is its answer */
static int ask(u8 byte, u8 *response, unsigned int size, struct cvm_refusal *refusal, void *certs)
{
	u8 request[32] = { byte };
	struct cvm_snp_exchange x = {
		.type = CVM_SNP_MSG_KEY_REQ,
		.request = request,
		.request_len = sizeof(request),
		.response = response,
		.response_size = size,
		.certs = certs,
	};
	int ret = cvm_snp_msg_exchange(&x);

	if (refusal)
		*refusal = x.refusal;
	return ret ?: x.response_len;
}

static void expect_answer(struct kunit *test, u8 byte)
{
	u8 response[ANSWER_SIZE] = {};

	KUNIT_EXPECT_EQ(test, ask(byte, response, sizeof(response), NULL, NULL), ANSWER_SIZE);
	KUNIT_EXPECT_NULL(test, memchr_inv(response, byte, sizeof(response)));
}

static int fail(void)
{
	u8 response[ANSWER_SIZE];

	return ask(1, response, sizeof(response), NULL, NULL);
}

static bool key_is_there(void)
{
	return memchr_inv(secrets->vmpck[KEY], 0, CVM_SNP_VMPCK_SIZE);
}

static void expect_no_key(struct kunit *test)
{
	unsigned int sent = n_trace;

	KUNIT_EXPECT_FALSE(test, key_is_there());
	KUNIT_EXPECT_TRUE(test, cvm_snp_msg_key_destroyed());
	plan = answers;
	KUNIT_EXPECT_EQ(test, fail(), -ENOKEY);
	KUNIT_EXPECT_EQ(test, n_trace, sent);
}

/* ---- when all is well ---- */

static void answers_come_and_the_counter_moves(struct kunit *test)
{
	expect_answer(test, 0x11);
	KUNIT_EXPECT_EQ(test, secrets->seqno[KEY], 2U);
	expect_answer(test, 0x22);
	KUNIT_EXPECT_EQ(test, secrets->seqno[KEY], 4U);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(trace[0].hdr.seqno), 1ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(trace[1].hdr.seqno), 3ULL);
	KUNIT_EXPECT_FALSE(test, cvm_snp_msg_key_destroyed());
}

static void counter_does_not_wrap(struct kunit *test)
{
	secrets->seqno[KEY] = U32_MAX - 3;
	expect_answer(test, 0x11);
	KUNIT_EXPECT_EQ(test, secrets->seqno[KEY], U32_MAX - 1);
	KUNIT_EXPECT_EQ(test, fail(), -ENOKEY);
	KUNIT_EXPECT_EQ(test, n_trace, 1U);
}

static void certificates_are_handed_over(struct kunit *test)
{
	u8 *certs = kunit_kzalloc(test, CVM_CERTS_MAX, GFP_KERNEL), response[ANSWER_SIZE];

	KUNIT_ASSERT_NOT_NULL(test, certs);
	KUNIT_EXPECT_EQ(test, ask(1, response, sizeof(response), NULL, certs), ANSWER_SIZE);
	KUNIT_EXPECT_NULL(test, memchr_inv(certs, 0xce, CVM_CERTS_MAX));
}

/* The number is spent: the same text goes again, without certificates */
static void too_many_certificates(struct kunit *test)
{
	static const enum act acts[] = { HAS_MORE_CERTS, ANSWERS };
	u8 *certs = kunit_kzalloc(test, CVM_CERTS_MAX, GFP_KERNEL), response[ANSWER_SIZE];
	struct cvm_refusal refusal;

	KUNIT_ASSERT_NOT_NULL(test, certs);
	plan = acts;
	KUNIT_EXPECT_EQ(test, ask(1, response, sizeof(response), &refusal, certs), -EIO);
	KUNIT_EXPECT_EQ(test, refusal.vmm_error, (u32)CVM_SNP_VMM_INVALID_LEN);
	KUNIT_EXPECT_EQ(test, n_trace, 2U);
	KUNIT_EXPECT_EQ(test, trace[0].hdr.seqno, trace[1].hdr.seqno);
	expect_answer(test, 0x22);
}

static void answer_that_is_too_long_for_the_caller(struct kunit *test)
{
	u8 response[ANSWER_SIZE - 1];

	KUNIT_EXPECT_EQ(test, ask(1, response, sizeof(response), NULL, NULL), -EBADMSG);
	expect_answer(test, 0x22);
}

/* ---- a busy host ---- */

static void busy_host_gets_the_same_text_again(struct kunit *test)
{
	static const enum act acts[] = { IS_BUSY, IS_BUSY, IS_BUSY, ANSWERS };

	plan = acts;
	expect_answer(test, 0x11);
	KUNIT_EXPECT_EQ(test, n_trace, 4U);
	KUNIT_EXPECT_EQ(test, secrets->seqno[KEY], 2U);
}

static const enum act busy[] = {
	IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY,
	IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY,
	IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY,
	IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY, IS_BUSY,
	ANSWERS,
};

/* The next caller's text may not go under the number of the one that is with the host */
static void what_was_given_up_is_finished_first(struct kunit *test)
{
	unsigned int sent;

	plan = busy;
	KUNIT_EXPECT_EQ(test, fail(), -EBUSY);
	KUNIT_EXPECT_TRUE(test, key_is_there());
	sent = n_trace;
	plan = answers;
	expect_answer(test, 0x22);
	KUNIT_ASSERT_EQ(test, n_trace, sent + 2);
	KUNIT_EXPECT_MEMEQ(test, &trace[sent], &trace[0], sizeof(*trace));
	KUNIT_EXPECT_EQ(test, le64_to_cpu(trace[sent + 1].hdr.seqno), 3ULL);
	KUNIT_EXPECT_EQ(test, secrets->seqno[KEY], 4U);
}

static void caller_that_was_killed(struct kunit *test)
{
	static const enum act acts[] = { IS_BUSY, ANSWERS };

	plan = acts;
	kills = true;
	KUNIT_EXPECT_EQ(test, fail(), -EINTR);
	killed = false;
	expect_answer(test, 0x22);
	KUNIT_EXPECT_EQ(test, n_trace, 3U);
	KUNIT_EXPECT_MEMEQ(test, &trace[1], &trace[0], sizeof(*trace));
}

static void module_that_goes_meanwhile(struct kunit *test)
{
	plan = busy;
	KUNIT_EXPECT_EQ(test, fail(), -EBUSY);
	cvm_snp_msg_close();
	KUNIT_EXPECT_FALSE(test, key_is_there());
	KUNIT_ASSERT_EQ(test, cvm_snp_msg_open(0, KEY), 0);
	expect_no_key(test);
}

static void kernel_that_ends_meanwhile(struct kunit *test)
{
	plan = busy;
	KUNIT_EXPECT_EQ(test, fail(), -EBUSY);
	cvm_snp_msg_shutdown();
	KUNIT_EXPECT_FALSE(test, key_is_there());
}

/* ... keeps its key for the next one when nothing is open */
static void module_that_goes_in_peace(struct kunit *test)
{
	expect_answer(test, 0x11);
	cvm_snp_msg_close();
	KUNIT_EXPECT_TRUE(test, key_is_there());
	KUNIT_ASSERT_EQ(test, cvm_snp_msg_open(0, KEY), 0);
	expect_answer(test, 0x22);
	KUNIT_EXPECT_EQ(test, secrets->seqno[KEY], 4U);
	cvm_snp_msg_shutdown();
	KUNIT_EXPECT_TRUE(test, key_is_there());
}

/* ---- a host that lies ---- */

static void refusal_costs_the_key(struct kunit *test)
{
	static const enum act acts[] = { REFUSES, ANSWERS };
	u8 response[ANSWER_SIZE];
	struct cvm_refusal refusal;

	plan = acts;
	KUNIT_EXPECT_EQ(test, ask(1, response, sizeof(response), &refusal, NULL), -EIO);
	KUNIT_EXPECT_EQ(test, refusal.fw_error, 0x16U);
	expect_no_key(test);
}

/* Tag, number, algorithm, type, size, payload; what is behind the payload is not looked at */
static void forged_answers_cost_the_key(struct kunit *test)
{
	static const enum act acts[] = { FORGES, ANSWERS };
	static const unsigned int bytes[] = {
		0x00, 0x0f, 0x20, 0x27, 0x30, 0x31, 0x32, 0x34, 0x35, 0x36, 0x37, 0x38, 0x3c,
		0x5f, 0x60, 0x60 + ANSWER_SIZE - 1,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bytes); i++) {
		plan = acts;
		at = bytes[i];
		KUNIT_EXPECT_EQ_MSG(test, fail(), -EBADMSG, "byte %#x", at);
		expect_no_key(test);
		end(test);
		KUNIT_ASSERT_EQ(test, begin(test), 0);
	}
}

static void silence_costs_the_key(struct kunit *test)
{
	static const enum act acts[] = { SAYS_NOTHING, ANSWERS };

	plan = acts;
	KUNIT_EXPECT_EQ(test, fail(), -EBADMSG);
	expect_no_key(test);
}

static void old_answer_costs_the_key(struct kunit *test)
{
	static const enum act acts[] = { REPLAYS, ANSWERS };

	expect_answer(test, 0x11);
	plan = acts;
	KUNIT_EXPECT_EQ(test, fail(), -EBADMSG);
	expect_no_key(test);
}

static void certificates_that_nobody_wanted(struct kunit *test)
{
	static const enum act acts[] = { HAS_MORE_CERTS, ANSWERS };

	plan = acts;
	KUNIT_EXPECT_EQ(test, fail(), -EIO);
	expect_no_key(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(answers_come_and_the_counter_moves),
	KUNIT_CASE(counter_does_not_wrap),
	KUNIT_CASE(certificates_are_handed_over),
	KUNIT_CASE(too_many_certificates),
	KUNIT_CASE(answer_that_is_too_long_for_the_caller),
	KUNIT_CASE(busy_host_gets_the_same_text_again),
	KUNIT_CASE(what_was_given_up_is_finished_first),
	KUNIT_CASE(caller_that_was_killed),
	KUNIT_CASE(module_that_goes_meanwhile),
	KUNIT_CASE(kernel_that_ends_meanwhile),
	KUNIT_CASE(module_that_goes_in_peace),
	KUNIT_CASE(refusal_costs_the_key),
	KUNIT_CASE(forged_answers_cost_the_key),
	KUNIT_CASE(silence_costs_the_key),
	KUNIT_CASE(old_answer_costs_the_key),
	KUNIT_CASE(certificates_that_nobody_wanted),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_snp_msg",
	.init = begin,
	.exit = end,
	.test_cases = cases,
};

kunit_test_suite(suite);
