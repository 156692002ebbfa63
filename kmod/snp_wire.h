/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layouts of the SNP guest messages and pure functions over them. Nothing here
 * needs a kernel, so that fuzzers can drive the parsers from user space.
 *
 * SEV-SNP ABI specification (56860) chapter 7 unless another one is named.
 */
#ifndef _CVM_SNP_WIRE_H
#define _CVM_SNP_WIRE_H

#include <linux/types.h>

#define CVM_SNP_TAG_SIZE	16
#define CVM_SNP_IV_SIZE		12
#define CVM_SNP_AAD_OFFSET	0x30
#define CVM_SNP_AAD_SIZE	0x30
#define CVM_SNP_PAYLOAD_MAX	4000
#define CVM_SNP_VMPCK_SIZE	32
#define CVM_SNP_VMPCKS		4

/* message types; an answer has the type of its request plus one */
#define CVM_SNP_MSG_KEY_REQ	3
#define CVM_SNP_MSG_REPORT_REQ	5

/* SW_EXITINFO2[63:32] of a guest request, GHCB (56421) section 4.1.7 */
#define CVM_SNP_VMM_INVALID_LEN	1

/* table "message header format"; bytes 0x30-0x5f are authenticated */
struct cvm_snp_hdr {
	__u8 authtag[32];
	__le64 seqno;
	__u8 reserved1[8];
	__u8 algo;
	__u8 hdr_version;
	__le16 hdr_size;
	__u8 type;
	__u8 version;
	__le16 size;
	__le32 reserved2;
	__u8 vmpck;
	__u8 reserved3[35];
};

struct cvm_snp_msg {
	struct cvm_snp_hdr hdr;
	__u8 payload[CVM_SNP_PAYLOAD_MAX];
};

/* MSG_REPORT_REQ; key_select 0 lets the firmware choose VLEK before VCEK */
struct cvm_snp_report_req {
	__u8 report_data[64];
	__le32 vmpl;
	__le32 key_select;
	__u8 reserved[24];
};

/* MSG_REPORT_RSP, followed by the report */
struct cvm_snp_report_rsp {
	__le32 status;
	__le32 report_size;
	__u8 reserved[24];
};

/* MSG_KEY_REQ */
struct cvm_snp_key_req {
	__le32 root;
	__le32 reserved;
	__le64 fields;
	__le32 vmpl;
	__le32 guest_svn;
	__le64 tcb_version;
};

/* MSG_KEY_RSP */
struct cvm_snp_key_rsp {
	__le32 status;
	__u8 reserved[28];
	__u8 key[32];
};

/* Certificate table, GHCB section 4.1.8.1; an entry of zeros ends it */
struct cvm_snp_cert_entry {
	__u8 guid[16];
	__le32 offset;
	__le32 length;
};

/*
 * Secrets page, section 8.17.2.5; from seqno on the guest's own area, GHCB
 * section 2.7. It lies in private memory.
 */
struct cvm_snp_secrets {
	__u32 version;
	__u32 flags;
	__u32 fms;
	__u32 reserved1;
	__u8 gosvw[16];
	__u8 vmpck[CVM_SNP_VMPCKS][CVM_SNP_VMPCK_SIZE];
	__u32 seqno[CVM_SNP_VMPCKS];
};

void cvm_snp_hdr_fill(struct cvm_snp_hdr *hdr, __u64 seqno, __u8 type, __u8 vmpck, __u16 size);
int cvm_snp_hdr_check(const struct cvm_snp_hdr *request, const struct cvm_snp_hdr *response);
void cvm_snp_iv(const struct cvm_snp_hdr *hdr, __u8 iv[CVM_SNP_IV_SIZE]);
int cvm_snp_report_check(const void *payload, __u32 len, __u32 *status, __u32 *report_len);
int cvm_snp_key_check(const void *payload, __u32 len, __u32 *status);
int cvm_snp_certs_len(const void *table, __u32 size);

#endif /* _CVM_SNP_WIRE_H */
