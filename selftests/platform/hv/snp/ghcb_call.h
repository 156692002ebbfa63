/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SNP_GHCB_CALL_H
#define SNP_GHCB_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "ghcb.h"

struct vcpu;

/* Fields a guest may fill, as bits of struct ghcb_call.valid */
enum ghcb_field {
	GHCB_RAX	= 1u << 0,
	GHCB_RBX	= 1u << 1,
	GHCB_RCX	= 1u << 2,
	GHCB_RDX	= 1u << 3,
	GHCB_CODE	= 1u << 4,
	GHCB_INFO1	= 1u << 5,
	GHCB_INFO2	= 1u << 6,
	GHCB_SCRATCH	= 1u << 7,
	GHCB_XCR0	= 1u << 8,
	GHCB_CPL	= 1u << 9,
};

/**
 * struct ghcb_call - one exit through the GHCB page
 * @v: the vCPU
 * @page: the shared page, for answers and the shared buffer only
 * @page_gpa: its address
 * @code: what the guest wants
 * @info1: SW_EXITINFO1
 * @info2: SW_EXITINFO2
 * @scratch: address of further data
 * @rax: register value, if valid
 * @rbx: register value, if valid
 * @rcx: register value, if valid
 * @rdx: register value, if valid
 * @version: protocol version the guest speaks
 * @usage: format of the page
 * @valid: fields that the guest marked valid
 *
 * Every input is copied out of the page once, before it is looked at.
 */
struct ghcb_call {
	struct vcpu *v;
	struct ghcb *page;
	uint64_t page_gpa;
	uint64_t code;
	uint64_t info1;
	uint64_t info2;
	uint64_t scratch;
	uint64_t rax;
	uint64_t rbx;
	uint64_t rcx;
	uint64_t rdx;
	uint16_t version;
	uint32_t usage;
	unsigned int valid;
};

struct ghcb_call ghcb_fetch(struct vcpu *v, struct ghcb *page, uint64_t page_gpa);
bool ghcb_require(struct ghcb_call *call, unsigned int fields);
void ghcb_succeed(struct ghcb_call *call, uint64_t info2);
void ghcb_fail(struct ghcb_call *call, enum ghcb_error error);
void ghcb_inject_gp(struct ghcb_call *call);
void ghcb_return_rax(struct ghcb_call *call, uint64_t value);
void ghcb_return_rbx(struct ghcb_call *call, uint64_t value);
void ghcb_return_rcx(struct ghcb_call *call, uint64_t value);
void ghcb_return_rdx(struct ghcb_call *call, uint64_t value);
void *ghcb_scratch(struct ghcb_call *call, uint64_t size);

#endif /* SNP_GHCB_CALL_H */
