// SPDX-License-Identifier: GPL-2.0-only
/* Framing and parsing of SNP guest messages; see snp_wire.h. */
#include <asm/byteorder.h>
#include <linux/errno.h>

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/string.h>
#else
#include <assert.h>
#include <stddef.h>
#include <string.h>
#endif

#include "snp_wire.h"

#define ALGO_AES_256_GCM	1
#define HDR_VERSION		1
#define MSG_VERSION		1

static_assert(sizeof(struct cvm_snp_hdr) == 0x60);
static_assert(offsetof(struct cvm_snp_hdr, seqno) == 0x20);
static_assert(offsetof(struct cvm_snp_hdr, algo) == CVM_SNP_AAD_OFFSET);
static_assert(offsetof(struct cvm_snp_hdr, size) == 0x36);
static_assert(offsetof(struct cvm_snp_hdr, vmpck) == 0x3c);
static_assert(sizeof(struct cvm_snp_msg) == 4096);
static_assert(sizeof(struct cvm_snp_report_req) == 96);
static_assert(sizeof(struct cvm_snp_report_rsp) == 32);
static_assert(sizeof(struct cvm_snp_key_req) == 32);
static_assert(sizeof(struct cvm_snp_key_rsp) == 64);
static_assert(sizeof(struct cvm_snp_cert_entry) == 24);
static_assert(offsetof(struct cvm_snp_secrets, vmpck) == 0x20);
static_assert(offsetof(struct cvm_snp_secrets, seqno) == 0xa0);

/**
 * cvm_snp_hdr_fill() - header of a request
 * @hdr: filled in whole, the tag with zeros
 * @seqno: message sequence number, which is also the IV
 * @type: CVM_SNP_MSG_*_REQ
 * @vmpck: number of the key that seals the message
 * @size: bytes of payload
 */
void cvm_snp_hdr_fill(struct cvm_snp_hdr *hdr, __u64 seqno, __u8 type, __u8 vmpck, __u16 size)
{
	memset(hdr, 0, sizeof(*hdr));
	hdr->seqno = __cpu_to_le64(seqno);
	hdr->algo = ALGO_AES_256_GCM;
	hdr->hdr_version = HDR_VERSION;
	hdr->hdr_size = __cpu_to_le16(sizeof(*hdr));
	hdr->type = type;
	hdr->version = MSG_VERSION;
	hdr->size = __cpu_to_le16(size);
	hdr->vmpck = vmpck;
}

/**
 * cvm_snp_hdr_check() - is this the header of the answer to that request?
 * @request: header that was sent
 * @response: private copy of what came back, not authenticated yet
 *
 * Return: bytes of payload, at most CVM_SNP_PAYLOAD_MAX; -EBADMSG.
 */
int cvm_snp_hdr_check(const struct cvm_snp_hdr *request, const struct cvm_snp_hdr *response)
{
	__u16 size = __le16_to_cpu(response->size);

	if (__le64_to_cpu(response->seqno) != __le64_to_cpu(request->seqno) + 1)
		return -EBADMSG;
	if (response->type != request->type + 1 || response->version != request->version)
		return -EBADMSG;
	if (response->algo != request->algo || response->vmpck != request->vmpck)
		return -EBADMSG;
	if (response->hdr_version != HDR_VERSION || response->hdr_size != request->hdr_size)
		return -EBADMSG;
	if (!size || size > CVM_SNP_PAYLOAD_MAX)
		return -EBADMSG;
	return size;
}

/**
 * cvm_snp_iv() - IV of a message: its sequence number, zero extended
 * @hdr: header of the message
 * @iv: takes the IV
 */
void cvm_snp_iv(const struct cvm_snp_hdr *hdr, __u8 iv[CVM_SNP_IV_SIZE])
{
	memset(iv, 0, CVM_SNP_IV_SIZE);
	memcpy(iv, &hdr->seqno, sizeof(hdr->seqno));
}

/**
 * cvm_snp_report_check() - parse an opened MSG_REPORT_RSP
 * @payload: the answer
 * @len: bytes at @payload
 * @status: takes the firmware's status; there is a report only when it is 0
 * @report_len: takes the length of the report behind the header
 *
 * Return: 0; -EBADMSG.
 */
int cvm_snp_report_check(const void *payload, __u32 len, __u32 *status, __u32 *report_len)
{
	struct cvm_snp_report_rsp rsp;

	if (len < sizeof(rsp))
		return -EBADMSG;
	memcpy(&rsp, payload, sizeof(rsp));
	*status = __le32_to_cpu(rsp.status);
	*report_len = *status ? 0 : __le32_to_cpu(rsp.report_size);
	if (*report_len > len - sizeof(rsp) || (!*status && !*report_len))
		return -EBADMSG;
	return 0;
}

/**
 * cvm_snp_key_check() - parse an opened MSG_KEY_RSP
 * @payload: the answer
 * @len: bytes at @payload
 * @status: takes the firmware's status; there is a key only when it is 0
 *
 * Return: 0; -EBADMSG.
 */
int cvm_snp_key_check(const void *payload, __u32 len, __u32 *status)
{
	__le32 le_status;

	if (len < sizeof(le_status))
		return -EBADMSG;
	memcpy(&le_status, payload, sizeof(le_status));
	*status = __le32_to_cpu(le_status);
	if (!*status && len < sizeof(struct cvm_snp_key_rsp))
		return -EBADMSG;
	return 0;
}

/**
 * cvm_snp_certs_len() - how much of the certificate pages is table
 * @table: private copy of the pages
 * @size: bytes at @table
 *
 * Only the extent is looked at. What the entries mean is for verifiers; they
 * trust none of it before a signature says so.
 *
 * Return: bytes up to the end of the last certificate, 0 for an empty table;
 * -EBADMSG when the table does not end or points outside.
 */
int cvm_snp_certs_len(const void *table, __u32 size)
{
	static const struct cvm_snp_cert_entry last;
	struct cvm_snp_cert_entry entry;
	__u64 end, max = 0;
	__u32 at;

	for (at = 0; size - at >= sizeof(entry); at += sizeof(entry)) {
		memcpy(&entry, (const __u8 *)table + at, sizeof(entry));
		if (!memcmp(&entry, &last, sizeof(entry))) {
			if (!at)
				return 0;
			end = at + sizeof(entry);
			return max > end ? max : end;
		}
		end = (__u64)__le32_to_cpu(entry.offset) + __le32_to_cpu(entry.length);
		if (end > size)
			return -EBADMSG;
		if (end > max)
			max = end;
	}
	return -EBADMSG;
}
