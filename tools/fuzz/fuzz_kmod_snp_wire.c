// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the module reads of an answer of the host: its header, before it is
 * authenticated, and its payload, as if it were. A byte says which.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "../../kmod/snp_wire.h"

static void check_header(const uint8_t *data, size_t size)
{
	struct cvm_snp_hdr request, response;
	__u8 iv[CVM_SNP_IV_SIZE];
	__u64 seqno;
	int len;

	if (size < sizeof(seqno) + 2 + sizeof(response))
		return;
	memcpy(&seqno, data, sizeof(seqno));
	memcpy(&response, data + sizeof(seqno) + 2, sizeof(response));
	cvm_snp_hdr_fill(&request, seqno, data[8], data[9], 96);
	len = cvm_snp_hdr_check(&request, &response);
	if (len < 0)
		return;
	FUZZ_CHECK(len && len <= CVM_SNP_PAYLOAD_MAX && len == response.size);
	/* never the request itself, and never a second use of its IV */
	FUZZ_CHECK(response.seqno == seqno + 1 && response.type != request.type);
	cvm_snp_iv(&response, iv);
	FUZZ_CHECK(!memcmp(iv, &response.seqno, 8) && !iv[8] && !iv[11]);
}

static void check_payload(const uint8_t *data, size_t size)
{
	__u32 status = 0, len = 0;

	if (!cvm_snp_report_check(data, size, &status, &len)) {
		FUZZ_CHECK(!len == !!status);
		FUZZ_CHECK(len <= size - sizeof(struct cvm_snp_report_rsp));
	}
	if (!cvm_snp_key_check(data, size, &status))
		FUZZ_CHECK(status || size >= sizeof(struct cvm_snp_key_rsp));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int len;

	if (!size)
		return 0;
	switch (*data) {
	case 0:
		check_header(data + 1, size - 1);
		break;
	case 1:
		check_payload(data + 1, size - 1);
		break;
	default:
		len = cvm_snp_certs_len(data + 1, size - 1);
		FUZZ_CHECK(len < 0 || (size_t)len <= size - 1);
	}
	return 0;
}
