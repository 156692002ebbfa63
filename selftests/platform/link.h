/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host link: frames between the hypervisor (hv/) and the host process (sp/)
 * over the second serial port. The guest never sees this port.
 *
 * The hypervisor asks, the host process answers each request with one frame of
 * the same command and sequence number. All fields are little endian.
 */
#ifndef PLATFORM_LINK_H
#define PLATFORM_LINK_H

#include <stdint.h>

#define LINK_MAGIC	0x4d56434c	/* "LCVM" */
#define LINK_PAYLOAD_MAX	65536		/* longest payload */

/**
 * struct link_header - begins every frame
 * @magic: LINK_MAGIC
 * @command: enum link_command
 * @status: in an answer: enum link_status
 * @sequence: chosen by the hypervisor, repeated in the answer
 * @length: bytes of payload that follow, at most LINK_PAYLOAD_MAX
 */
struct link_header {
	uint32_t magic;
	uint16_t command;
	uint16_t status;
	uint32_t sequence;
	uint32_t length;
};

enum link_status {
	LINK_OK		= 0,
	LINK_EINVAL	= 1,	/* malformed request */
	LINK_ENOSYS	= 2,	/* command unknown to this personality */
};

enum link_command {
	/* struct link_snp_launch -> 4096 bytes: the secrets page */
	LINK_SNP_LAUNCH_FINISH	= 0x101,
	/* used part of the request page -> struct link_snp_response */
	LINK_SNP_GUEST_REQUEST	= 0x102,
	/* nothing -> the certificate table, possibly empty */
	LINK_SNP_CERTIFICATES	= 0x103,
	/* nothing -> struct link_td_identity */
	LINK_TD_LAUNCH		= 0x201,
	/* TDREPORT, 1024 bytes -> struct link_td_quote */
	LINK_TD_QUOTE		= 0x202,
	/* names of faults, as in fault= of sp -> nothing */
	LINK_FAULT		= 0x301,
};

/**
 * struct link_snp_launch - SNP_LAUNCH_FINISH, SEV-SNP ABI section 8.18
 * @measurement: launch digest over the pages the hypervisor loaded
 * @vcpus: vCPUs present
 * @reserved: 0
 */
struct link_snp_launch {
	uint8_t measurement[48];
	uint32_t vcpus;
	uint32_t reserved;
};

/**
 * struct link_snp_response - answer to a guest request
 * @exit_info2: SW_EXITINFO2 as the guest gets it: VMM error in bits 63:32,
 *	firmware error in bits 31:0 (GHCB 2.03 section 4.1.7)
 * @length: bytes of @page in use
 * @reserved: 0
 * @page: the response page; only @length bytes are sent, the rest is zero
 */
struct link_snp_response {
	uint64_t exit_info2;
	uint32_t length;
	uint32_t reserved;
	uint8_t page[4096];
};

/**
 * struct link_td_identity - what the TD's owner and the machine chose for it: TD_PARAMS of
 *	TDH.MNG.INIT and the module's own identity (TDX module ABI, TEE_TCB_INFO and TDINFO)
 * @mac_key: key of the MAC in every TDREPORT, new for each run
 * @cpu_svn: CPUSVN of the REPORTMACSTRUCT
 * @tee_tcb_svn: TEE_TCB_SVN of the module
 * @tee_tcb_svn2: TEE_TCB_SVN2, module 1.5
 * @mrseam: measurement of the module
 * @mrsignerseam: its signer, zero for Intel's
 * @seam_attributes: attributes of the module
 * @attributes: of the TD
 * @xfam: of the TD
 * @mrconfigid: chosen by the TD's owner
 * @mrowner: chosen by the TD's owner
 * @mrownerconfig: chosen by the TD's owner
 * @report_version: 10 for a TDX 1.0 TDREPORT, 15 for a 1.5 one
 * @reserved: 0
 */
struct link_td_identity {
	uint8_t mac_key[32];
	uint8_t cpu_svn[16];
	uint8_t tee_tcb_svn[16];
	uint8_t tee_tcb_svn2[16];
	uint8_t mrseam[48];
	uint8_t mrsignerseam[48];
	uint64_t seam_attributes;
	uint64_t attributes;
	uint64_t xfam;
	uint8_t mrconfigid[48];
	uint8_t mrowner[48];
	uint8_t mrownerconfig[48];
	uint32_t report_version;
	uint32_t reserved;
};

/**
 * struct link_td_quote - answer to a request for a quote
 * @status: as the guest finds it in its buffer (GHCI 1.5 section 3.3): 0, or an error
 * @length: bytes of the quote that follow this structure
 * @claimed: the length to tell the guest; @length but for a host that lies
 */
struct link_td_quote {
	uint64_t status;
	uint32_t length;
	uint32_t claimed;
};

#endif /* PLATFORM_LINK_H */
