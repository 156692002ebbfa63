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

#endif /* PLATFORM_LINK_H */
