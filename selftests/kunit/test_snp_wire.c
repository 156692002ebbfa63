// SPDX-License-Identifier: GPL-2.0-only
/* Headers of SNP messages, answers of the firmware, and the host's certificate table. */
#include <kunit/test.h>

#include "snp_wire.c"

/* ---- headers ---- */

static void answer_to(const struct cvm_snp_hdr *request, struct cvm_snp_hdr *answer)
{
	*answer = *request;
	answer->seqno = cpu_to_le64(le64_to_cpu(request->seqno) + 1);
	answer->type = request->type + 1;
	answer->size = cpu_to_le16(64);
}

/* Table "message header format" of the firmware's ABI, by offsets */
static void header_is_as_specified(struct kunit *test)
{
	u8 want[0x60] = {};
	struct cvm_snp_hdr hdr;

	want[0x20] = 0x88;
	want[0x21] = 0x77;
	want[0x27] = 0x11;
	want[0x30] = 1;
	want[0x31] = 1;
	want[0x32] = 0x60;
	want[0x34] = CVM_SNP_MSG_REPORT_REQ;
	want[0x35] = 1;
	want[0x36] = 0x60;
	want[0x3c] = 2;
	memset(&hdr, 0xff, sizeof(hdr));
	cvm_snp_hdr_fill(&hdr, 0x1100000000007788ULL, CVM_SNP_MSG_REPORT_REQ, 2, 0x60);
	KUNIT_EXPECT_MEMEQ(test, &hdr, want, sizeof(want));
}

static void iv_is_the_sequence_number(struct kunit *test)
{
	static const u8 want[CVM_SNP_IV_SIZE] = { 0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01 };
	u8 iv[CVM_SNP_IV_SIZE];
	struct cvm_snp_hdr hdr;

	cvm_snp_hdr_fill(&hdr, 0x0102030405060708ULL, CVM_SNP_MSG_KEY_REQ, 0, 32);
	memset(iv, 0xff, sizeof(iv));
	cvm_snp_iv(&hdr, iv);
	KUNIT_EXPECT_MEMEQ(test, iv, want, sizeof(want));
}

static void answer_is_known_by_its_header(struct kunit *test)
{
	struct cvm_snp_hdr request, answer;

	cvm_snp_hdr_fill(&request, 7, CVM_SNP_MSG_REPORT_REQ, 1, 96);
	answer_to(&request, &answer);
	KUNIT_EXPECT_EQ(test, cvm_snp_hdr_check(&request, &answer), 64);
}

/* Each byte that means something, changed alone; 0x36 and 0x37 are the size */
static void any_other_header_is_refused(struct kunit *test)
{
	struct cvm_snp_hdr request, answer;
	unsigned int at;

	cvm_snp_hdr_fill(&request, 7, CVM_SNP_MSG_REPORT_REQ, 1, 96);
	for (at = 0x20; at < 0x60; at++) {
		if ((at >= 0x28 && at < 0x30) || at == 0x36 || at == 0x37 ||
		    (at >= 0x38 && at < 0x3c) || at > 0x3c)
			continue;
		answer_to(&request, &answer);
		((u8 *)&answer)[at] ^= 1;
		KUNIT_EXPECT_EQ_MSG(test, cvm_snp_hdr_check(&request, &answer), -EBADMSG,
				    "byte %#x", at);
	}
}

static void size_is_bounded(struct kunit *test)
{
	static const struct {
		u16 size;
		int ret;
	} sizes[] = {
		{ 0, -EBADMSG },
		{ 1, 1 },
		{ CVM_SNP_PAYLOAD_MAX, CVM_SNP_PAYLOAD_MAX },
		{ CVM_SNP_PAYLOAD_MAX + 1, -EBADMSG },
		{ U16_MAX, -EBADMSG },
	};
	struct cvm_snp_hdr request, answer;
	unsigned int i;

	cvm_snp_hdr_fill(&request, 7, CVM_SNP_MSG_REPORT_REQ, 1, 96);
	answer_to(&request, &answer);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		answer.size = cpu_to_le16(sizes[i].size);
		KUNIT_EXPECT_EQ(test, cvm_snp_hdr_check(&request, &answer), sizes[i].ret);
	}
}

/* ---- answers ---- */

static void report_is_inside_of_its_answer(struct kunit *test)
{
	static const struct {
		u32 len, status, size;
		int ret;
		u32 report_len;
	} answers[] = {
		{ 31, 0, 1, -EBADMSG, 0 },
		{ 32, 0, 0, -EBADMSG, 0 },
		{ 32, 0, 1, -EBADMSG, 1 },
		{ 32 + 1184, 0, 1184, 0, 1184 },
		{ 32 + 1184, 0, 1185, -EBADMSG, 1185 },
		{ 32 + 1184, 0, U32_MAX, -EBADMSG, U32_MAX },
		{ 32, 0x16, 0, 0, 0 },
		{ 32, 0x16, U32_MAX, 0, 0 },
	};
	struct cvm_snp_report_rsp *rsp;
	u32 status, report_len;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(answers); i++) {
		/* of the exact length, so that KASAN sees a byte too much */
		rsp = kunit_kzalloc(test, max_t(u32, answers[i].len, 8), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, rsp);
		rsp->status = cpu_to_le32(answers[i].status);
		rsp->report_size = cpu_to_le32(answers[i].size);
		KUNIT_EXPECT_EQ_MSG(test, cvm_snp_report_check(rsp, answers[i].len, &status,
							       &report_len),
				    answers[i].ret, "answer %u", i);
		if (answers[i].ret)
			continue;
		KUNIT_EXPECT_EQ(test, status, answers[i].status);
		KUNIT_EXPECT_EQ(test, report_len, answers[i].report_len);
	}
}

static void key_needs_all_its_bytes(struct kunit *test)
{
	static const struct {
		u32 len, status;
		int ret;
	} answers[] = {
		{ 3, 0, -EBADMSG },
		{ 4, 0x16, 0 },
		{ 4, 0, -EBADMSG },
		{ 63, 0, -EBADMSG },
		{ 64, 0, 0 },
	};
	unsigned int i;
	__le32 *rsp;
	u32 status;

	for (i = 0; i < ARRAY_SIZE(answers); i++) {
		rsp = kunit_kzalloc(test, max_t(u32, answers[i].len, 4), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, rsp);
		*rsp = cpu_to_le32(answers[i].status);
		KUNIT_EXPECT_EQ_MSG(test, cvm_snp_key_check(rsp, answers[i].len, &status),
				    answers[i].ret, "answer %u", i);
		if (!answers[i].ret)
			KUNIT_EXPECT_EQ(test, status, answers[i].status);
	}
}

/* ---- the certificate table ---- */

struct entry {
	u32 offset, length;
};

/* A table of these entries in a block of so many bytes, ended by zeros if there is room */
static int certs_len(struct kunit *test, const struct entry *entries, unsigned int count, u32 size)
{
	struct cvm_snp_cert_entry *table = kunit_kzalloc(test, size, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, table);
	for (i = 0; i < count; i++) {
		memset(table[i].guid, 0xa0 + i, sizeof(table[i].guid));
		table[i].offset = cpu_to_le32(entries[i].offset);
		table[i].length = cpu_to_le32(entries[i].length);
	}
	return cvm_snp_certs_len(table, size);
}

static void table_ends_behind_its_last_certificate(struct kunit *test)
{
	static const struct entry two[] = { { 72, 100 }, { 172, 28 } };
	static const struct entry swapped[] = { { 172, 28 }, { 72, 100 } };
	static const struct entry first_page[] = { { 0, 10 } };

	KUNIT_EXPECT_EQ(test, certs_len(test, NULL, 0, 240), 0);
	KUNIT_EXPECT_EQ(test, certs_len(test, two, 2, 240), 200);
	KUNIT_EXPECT_EQ(test, certs_len(test, swapped, 2, 240), 200);
	KUNIT_EXPECT_EQ(test, certs_len(test, two, 2, 200), 200);
	/* points into the table itself: the table counts */
	KUNIT_EXPECT_EQ(test, certs_len(test, first_page, 1, 240), 48);
}

static void lying_offsets_are_refused(struct kunit *test)
{
	static const struct entry lies[] = {
		{ 72, 129 }, { 200, 1 }, { 201, 0 }, { 0, 201 },
		{ U32_MAX, 1 }, { 1, U32_MAX }, { U32_MAX, U32_MAX }, { 0x80000000, 0x80000000 },
	};
	static const struct entry honest = { 72, 10 };
	struct entry both[2] = { honest };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		KUNIT_EXPECT_EQ_MSG(test, certs_len(test, &lies[i], 1, 200), -EBADMSG, "lie %u", i);
		both[1] = lies[i];
		KUNIT_EXPECT_EQ_MSG(test, certs_len(test, both, 2, 200), -EBADMSG, "lie %u", i);
	}
}

static void table_without_end_is_refused(struct kunit *test)
{
	static const struct entry full[] = { { 0, 1 }, { 0, 1 }, { 0, 1 } };
	u8 byte = 0;

	KUNIT_EXPECT_EQ(test, certs_len(test, full, 3, 3 * 24), -EBADMSG);
	KUNIT_EXPECT_EQ(test, certs_len(test, full, 3, 3 * 24 + 23), -EBADMSG);
	KUNIT_EXPECT_EQ(test, certs_len(test, full, 3, 4 * 24), 4 * 24);
	KUNIT_EXPECT_EQ(test, cvm_snp_certs_len(&byte, 0), -EBADMSG);
	KUNIT_EXPECT_EQ(test, cvm_snp_certs_len(&byte, 1), -EBADMSG);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(header_is_as_specified),
	KUNIT_CASE(iv_is_the_sequence_number),
	KUNIT_CASE(answer_is_known_by_its_header),
	KUNIT_CASE(any_other_header_is_refused),
	KUNIT_CASE(size_is_bounded),
	KUNIT_CASE(report_is_inside_of_its_answer),
	KUNIT_CASE(key_needs_all_its_bytes),
	KUNIT_CASE(table_ends_behind_its_last_certificate),
	KUNIT_CASE(lying_offsets_are_refused),
	KUNIT_CASE(table_without_end_is_refused),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_snp_wire",
	.test_cases = cases,
};

kunit_test_suite(suite);
