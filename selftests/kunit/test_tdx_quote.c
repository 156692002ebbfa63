// SPDX-License-Identifier: GPL-2.0-only
/*
 * GetQuote against a host that is a function here: what it leaves in the buffer, in status,
 * length and contents.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <asm/tdx.h>
#include <kunit/test.h>

static u64 host(u8 *buffer, size_t size);

#define tdx_hcall_get_quote host
#include "tdx_quote.c"
#undef tdx_hcall_get_quote

#define V4_LENGTH	(REPORT_DATA_V4 + CVM_REPORT_DATA_SIZE)
#define V5_LENGTH	(REPORT_DATA_V5 + CVM_REPORT_DATA_SIZE)

/* ---- the host ---- */

/**
 * struct answer - what the host does
 * @ret: of the call itself
 * @status: in the buffer
 * @length: in the buffer
 * @version: of the quote
 * @lie: changes the report data in it
 * @calls: that came
 */
static struct answer {
	u64 ret;
	u64 status;
	u32 length;
	u16 version;
	bool lie;
	unsigned int calls;
} plan;

static u8 nonce[CVM_REPORT_DATA_SIZE];

static u64 host(u8 *shared, size_t size)
{
	struct quote_buffer *buffer = (struct quote_buffer *)shared;
	unsigned int offset = plan.version == 4 ? REPORT_DATA_V4 : REPORT_DATA_V5;

	plan.calls++;
	if (size != BUFFER_SIZE || buffer->version != 1 ||
	    buffer->in_length != CVM_TDX_REPORT_SIZE || buffer->data[0] != 0x81)
		return ~0ULL;
	buffer->status = plan.status;
	buffer->out_length = plan.length;
	memcpy(buffer->data, &plan.version, sizeof(plan.version));
	memcpy(buffer->data + offset, nonce, sizeof(nonce));
	buffer->data[offset] ^= plan.lie;
	return plan.ret;
}

/* One request; the quote's length, or what it failed with */
static int ask(struct kunit *test, struct answer answer, u32 *vmm_error)
{
	struct cvm_evidence_request *request = kunit_kzalloc(test, sizeof(*request), GFP_KERNEL);
	u8 *report = kunit_kzalloc(test, CVM_TDX_REPORT_SIZE, GFP_KERNEL);
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, request);
	KUNIT_ASSERT_NOT_NULL(test, report);
	plan = answer;
	report[0] = 0x81;
	memset(nonce, 0x5a, sizeof(nonce));
	memcpy(request->report_data, nonce, sizeof(nonce));
	ret = cvm_tdx_quote(report, request);
	if (vmm_error)
		*vmm_error = request->refusal.vmm_error;
	if (!ret)
		ret = request->report_len;
	kvfree(request->report);
	return ret;
}

static void end(struct kunit *test)
{
	unsigned int i;

	/* what the host kept in a test */
	for (i = 0; i < BUFFERS; i++)
		if (quotes.buffers[i])
			quotes.buffers[i]->status = STATUS_SUCCESS;
	cvm_tdx_quote_exit();
}

static void quotes_of_both_versions(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ask(test, (struct answer){ .version = 4, .length = V4_LENGTH }, NULL),
			V4_LENGTH);
	KUNIT_EXPECT_EQ(test, ask(test, (struct answer){ .version = 5, .length = V5_LENGTH }, NULL),
			V5_LENGTH);
	KUNIT_EXPECT_EQ(test, ask(test, (struct answer){ .version = 4, .length = 0x4000 - 24 },
				  NULL), 0x4000 - 24);
}

static void lengths_are_bounded(struct kunit *test)
{
	static const u32 lengths[] = {
		0, 1, QUOTE_HEADER_SIZE - 1, QUOTE_HEADER_SIZE, V4_LENGTH - 1,
		0x4000 - 24 + 1, 0x4000, 0x7fffffff, U32_MAX,
	};
	struct answer answer = { .version = 4 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		answer.length = lengths[i];
		KUNIT_EXPECT_EQ_MSG(test, ask(test, answer, NULL), -EBADMSG,
				    "length %u", lengths[i]);
	}
	answer.version = 5;
	answer.length = V5_LENGTH - 1;
	KUNIT_EXPECT_EQ(test, ask(test, answer, NULL), -EBADMSG);
}

static void quote_for_somebody_else_is_refused(struct kunit *test)
{
	struct answer answer = { .version = 4, .length = V4_LENGTH, .lie = true };

	KUNIT_EXPECT_EQ(test, ask(test, answer, NULL), -EBADMSG);
	answer.version = 5;
	answer.length = V5_LENGTH;
	KUNIT_EXPECT_EQ(test, ask(test, answer, NULL), -EBADMSG);
}

/* The top bit and the number: what 64 bits say, in 32 */
static void refusals_are_told(struct kunit *test)
{
	struct answer answer = { .version = 4, .length = V4_LENGTH };
	u32 error = 0;

	answer.status = STATUS_ERROR;
	KUNIT_EXPECT_EQ(test, ask(test, answer, &error), -EIO);
	KUNIT_EXPECT_EQ(test, error, 0x80000000U);
	answer.status = STATUS_ERROR | 2;
	KUNIT_EXPECT_EQ(test, ask(test, answer, &error), -EIO);
	KUNIT_EXPECT_EQ(test, error, 0x80000002U);
	answer.status = 0;
	answer.ret = 0x8000000000000000ULL;
	KUNIT_EXPECT_EQ(test, ask(test, answer, &error), -EIO);
	KUNIT_EXPECT_EQ(test, error, 0x80000000U);
}

/* No error of GHCI; as such it would read as one of another interface */
static void unknown_status_is_malformed(struct kunit *test)
{
	struct answer answer = { .version = 4, .length = V4_LENGTH, .status = 2 };
	u32 error = 0;

	KUNIT_EXPECT_EQ(test, ask(test, answer, &error), -EBADMSG);
	KUNIT_EXPECT_EQ(test, error, 0U);
	answer.status = 0x7fffffffffffffffULL;
	KUNIT_EXPECT_EQ(test, ask(test, answer, &error), -EBADMSG);
}

static void unavailable_host_is_asked_again(struct kunit *test)
{
	struct answer answer = { .version = 4, .status = STATUS_UNAVAILABLE };
	u32 error = 0;

	KUNIT_EXPECT_EQ(test, ask(test, answer, &error), -EIO);
	KUNIT_EXPECT_EQ(test, error, 0x80000001U);
	KUNIT_EXPECT_EQ(test, plan.calls, (unsigned int)TRIES);
	answer.status = 0;
	answer.ret = CALL_RETRY;
	KUNIT_EXPECT_EQ(test, ask(test, answer, &error), -EIO);
	KUNIT_EXPECT_EQ(test, plan.calls, (unsigned int)TRIES);
}

/* A buffer in flight is the host's: never used again, never freed */
static void kept_buffers_are_left_alone(struct kunit *test)
{
	struct answer answer = { .version = 4, .length = V4_LENGTH };
	struct quote_buffer *kept;
	u32 error = 0;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, ask(test, answer, NULL), V4_LENGTH);
	kept = quotes.buffers[0];
	kept->status = STATUS_IN_FLIGHT;
	KUNIT_ASSERT_EQ(test, ask(test, answer, NULL), V4_LENGTH);
	KUNIT_EXPECT_EQ(test, kept->status, STATUS_IN_FLIGHT);
	for (i = 1; i < BUFFERS; i++) {
		quotes.buffers[i] = quotes.buffers[i] ?: cvm_shared_alloc(BUFFER_ORDER);
		KUNIT_ASSERT_NOT_NULL(test, quotes.buffers[i]);
		quotes.buffers[i]->status = STATUS_IN_FLIGHT;
	}
	KUNIT_EXPECT_EQ(test, ask(test, answer, &error), -EBUSY);
	KUNIT_EXPECT_EQ(test, error, U32_MAX);
	/* given back, late */
	kept->status = STATUS_ERROR;
	KUNIT_EXPECT_EQ(test, ask(test, answer, NULL), V4_LENGTH);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(quotes_of_both_versions),
	KUNIT_CASE(lengths_are_bounded),
	KUNIT_CASE(quote_for_somebody_else_is_refused),
	KUNIT_CASE(refusals_are_told),
	KUNIT_CASE(unknown_status_is_malformed),
	KUNIT_CASE(unavailable_host_is_asked_again),
	KUNIT_CASE(kept_buffers_are_left_alone),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_tdx_quote",
	.exit = end,
	.test_cases = cases,
};

kunit_test_suite(suite);
