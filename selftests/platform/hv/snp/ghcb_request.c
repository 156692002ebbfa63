// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest requests: messages for the secure processor, which the host carries but
 * cannot read. GHCB specification 2.03, sections 4.1.7 and 4.1.8.
 */
#include "../../link.h"
#include "../hostile.h"
#include "ghcb_call.h"
#include "snp.h"

/* No code of the specification: "the host has no secure processor" */
#define VMM_ERR_NO_PROCESSOR	(0xffull << 32)

#define MESSAGE_HEADER		0x60ul	/* SEV-SNP ABI section 8.26 */
#define MESSAGE_SIZE_OFFSET	0x36

/* Other vCPUs run while one waits for the host process, so each has its own */
struct exchange {
	uint8_t request[PAGE_SIZE];
	struct link_snp_response answer;
};

static struct exchange exchanges[MAX_VCPUS];
static uint8_t certificates[LINK_PAYLOAD_MAX];

static void *request_page(uint64_t gpa)
{
	return gpa % PAGE_SIZE ? NULL : snp_shared(gpa, PAGE_SIZE);
}

/*
 * The certificates go to the guest's pages before the request is carried out:
 * when they do not fit, nothing may have happened yet.
 */
static bool give_certificates(struct ghcb_call *call)
{
	uint32_t size = 0;
	uint64_t pages;
	void *area;

	if (!link_call(LINK_SNP_CERTIFICATES, NULL, 0, certificates, sizeof(certificates), &size)) {
		ghcb_succeed(call, VMM_ERR_NO_PROCESSOR);
		return false;
	}
	pages = attack_pages(call->rbx, (size + PAGE_SIZE - 1) / PAGE_SIZE);
	if (call->rbx < pages) {
		ghcb_return_rbx(call, pages);
		ghcb_succeed(call, VMM_ERR_INVALID_LEN);
		return false;
	}
	if (!size)
		return true;
	area = call->rax % PAGE_SIZE ? NULL : snp_shared(call->rax, size);
	if (!area) {
		ghcb_fail(call, GHCB_ERR_INVALID_INPUT);
		return false;
	}
	memcpy(area, certificates, size);
	attack_certificates(call);
	return true;
}

/* What of a page is in use; the size is the guest's word and only saves time */
static uint32_t message_size(const uint8_t *page)
{
	uint16_t payload;

	memcpy(&payload, page + MESSAGE_SIZE_OFFSET, sizeof(payload));
	return payload < PAGE_SIZE - MESSAGE_HEADER ? MESSAGE_HEADER + payload : PAGE_SIZE;
}

static bool ask(struct exchange *exchange)
{
	struct link_snp_response *answer = &exchange->answer;
	uint32_t size = 0;

	if (!link_call(LINK_SNP_GUEST_REQUEST, exchange->request, message_size(exchange->request),
		       answer, sizeof(*answer), &size) ||
	    size < offsetof(struct link_snp_response, page))
		return false;
	size -= offsetof(struct link_snp_response, page);
	memset(answer->page + size, 0, PAGE_SIZE - size);
	return true;
}

/* While the host process worked, another vCPU may have changed the response page */
static void carry(struct ghcb_call *call, struct exchange *exchange)
{
	struct link_snp_response *answer = &exchange->answer;
	void *response;

	if (!ask(exchange) || (attack_carries_twice() && !ask(exchange))) {
		ghcb_succeed(call, VMM_ERR_NO_PROCESSOR);
		return;
	}
	attack_answer(exchange->request, answer);
	response = request_page(call->info2);
	if (!response) {
		ghcb_fail(call, GHCB_ERR_INVALID_INPUT);
		return;
	}
	if (!answer->exit_info2 && !attack_drops())
		memcpy(response, answer->page, PAGE_SIZE);
	ghcb_succeed(call, answer->exit_info2);
}

/**
 * ghcb_guest_request() - carry a message to the secure processor and back
 * @call: the call; the extended one brings certificates as well
 */
void ghcb_guest_request(struct ghcb_call *call)
{
	struct exchange *exchange = &exchanges[call->v->id];
	void *from = request_page(call->info1);
	void *to = request_page(call->info2);

	if (!from || !to || from == to) {
		ghcb_fail(call, GHCB_ERR_INVALID_INPUT);
		return;
	}
	if (call->code == GHCB_EXIT_EXT_GUEST_REQUEST && !give_certificates(call))
		return;
	memcpy(exchange->request, from, PAGE_SIZE);
	if (attack_request(call, exchange->request))
		return;
	carry(call, exchange);
	if (call->code == GHCB_EXIT_EXT_GUEST_REQUEST)
		fetch_watch(call->rax, call->rbx * PAGE_SIZE);
	else
		fetch_watch(call->info2, PAGE_SIZE);
}
