// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a GHCB page and writing the answer into it. GHCB specification 2.03,
 * section 4.1.
 */
#include "ghcb_call.h"
#include "snp.h"

static bool is_set(const uint8_t bitmap[16], unsigned int bit)
{
	return bitmap[bit / 8] >> bit % 8 & 1;
}

static unsigned int valid_fields(const uint8_t bitmap[16])
{
	return (is_set(bitmap, GHCB_BIT(rax)) ? GHCB_RAX : 0) |
	       (is_set(bitmap, GHCB_BIT(rbx)) ? GHCB_RBX : 0) |
	       (is_set(bitmap, GHCB_BIT(rcx)) ? GHCB_RCX : 0) |
	       (is_set(bitmap, GHCB_BIT(rdx)) ? GHCB_RDX : 0) |
	       (is_set(bitmap, GHCB_BIT(sw_exit_code)) ? GHCB_CODE : 0) |
	       (is_set(bitmap, GHCB_BIT(sw_exit_info_1)) ? GHCB_INFO1 : 0) |
	       (is_set(bitmap, GHCB_BIT(sw_exit_info_2)) ? GHCB_INFO2 : 0) |
	       (is_set(bitmap, GHCB_BIT(sw_scratch)) ? GHCB_SCRATCH : 0) |
	       (is_set(bitmap, GHCB_BIT(xcr0)) ? GHCB_XCR0 : 0) |
	       (is_set(bitmap, GHCB_BIT(cpl)) ? GHCB_CPL : 0);
}

/**
 * ghcb_fetch() - copy a call out of the shared page
 * @v: the vCPU
 * @page: the page, shared
 * @page_gpa: its address
 */
struct ghcb_call ghcb_fetch(struct vcpu *v, struct ghcb *page, uint64_t page_gpa)
{
	const struct ghcb copy = *page;
	struct ghcb_call call = {
		.v = v,
		.page = page,
		.page_gpa = page_gpa,
		.code = copy.sw_exit_code,
		.info1 = copy.sw_exit_info_1,
		.info2 = copy.sw_exit_info_2,
		.scratch = copy.sw_scratch,
		.rax = copy.rax,
		.rbx = copy.rbx,
		.rcx = copy.rcx,
		.rdx = copy.rdx,
		.version = copy.protocol_version,
		.usage = copy.ghcb_usage,
		.valid = valid_fields(copy.valid_bitmap),
	};

	return call;
}

static void answer(struct ghcb_call *call, uint64_t info1, uint64_t info2)
{
	uint8_t *bitmap = call->page->valid_bitmap;

	call->page->sw_exit_info_1 = info1;
	call->page->sw_exit_info_2 = info2;
	bitmap[GHCB_BIT(sw_exit_info_1) / 8] |= 1u << GHCB_BIT(sw_exit_info_1) % 8;
	bitmap[GHCB_BIT(sw_exit_info_2) / 8] |= 1u << GHCB_BIT(sw_exit_info_2) % 8;
}

/**
 * ghcb_succeed() - the call was served
 * @call: the call
 * @info2: SW_EXITINFO2
 */
void ghcb_succeed(struct ghcb_call *call, uint64_t info2)
{
	answer(call, GHCB_INFO1_OK, info2);
}

/**
 * ghcb_fail() - the call is malformed
 * @call: the call
 * @error: what is wrong with it
 */
void ghcb_fail(struct ghcb_call *call, enum ghcb_error error)
{
	answer(call, GHCB_INFO1_ERROR, error);
	count_refusal(call, error);
}

/**
 * ghcb_inject_gp() - the instruction gets #GP(0)
 * @call: the call
 */
void ghcb_inject_gp(struct ghcb_call *call)
{
	answer(call, GHCB_INFO1_EXCEPTION, GHCB_INJECT_GP);
}

/**
 * ghcb_require() - refuse a call that lacks inputs
 * @call: the call
 * @fields: what must be marked valid
 *
 * Return: false if the call was refused.
 */
bool ghcb_require(struct ghcb_call *call, unsigned int fields)
{
	if ((call->valid & fields) == fields)
		return true;
	ghcb_fail(call, GHCB_ERR_MISSING_INPUT);
	return false;
}

static void mark_valid(struct ghcb_call *call, unsigned int bit)
{
	call->page->valid_bitmap[bit / 8] |= 1u << bit % 8;
}

/**
 * ghcb_return_rax() - give a register back
 * @call: the call
 * @value: its new value
 */
void ghcb_return_rax(struct ghcb_call *call, uint64_t value)
{
	call->page->rax = value;
	mark_valid(call, GHCB_BIT(rax));
}

/**
 * ghcb_return_rbx() - give a register back
 * @call: the call
 * @value: its new value
 */
void ghcb_return_rbx(struct ghcb_call *call, uint64_t value)
{
	call->page->rbx = value;
	mark_valid(call, GHCB_BIT(rbx));
}

/**
 * ghcb_return_rcx() - give a register back
 * @call: the call
 * @value: its new value
 */
void ghcb_return_rcx(struct ghcb_call *call, uint64_t value)
{
	call->page->rcx = value;
	mark_valid(call, GHCB_BIT(rcx));
}

/**
 * ghcb_return_rdx() - give a register back
 * @call: the call
 * @value: its new value
 */
void ghcb_return_rdx(struct ghcb_call *call, uint64_t value)
{
	call->page->rdx = value;
	mark_valid(call, GHCB_BIT(rdx));
}

/**
 * ghcb_scratch() - the scratch area of a call
 * @call: the call
 * @size: bytes needed
 *
 * In the GHCB page only the shared buffer counts; elsewhere the area must be
 * memory that is shared (section 3, SW_SCRATCH).
 *
 * Return: pointer to guest memory that may change at any time; NULL if the call was refused.
 */
void *ghcb_scratch(struct ghcb_call *call, uint64_t size)
{
	const uint64_t buffer = call->page_gpa + offsetof(struct ghcb, shared_buffer);
	const uint64_t end = buffer + sizeof(call->page->shared_buffer);
	uint64_t at = call->scratch;

	if (at - call->page_gpa < sizeof(*call->page)) {
		if (at >= buffer && size <= end - buffer && at <= end - size)
			return snp_shared(at, size);
	} else if (size && size <= SNP_SCRATCH_MAX) {
		void *area = snp_shared(at, size);

		if (area)
			return area;
	}
	ghcb_fail(call, GHCB_ERR_INVALID_SCRATCH);
	return NULL;
}
