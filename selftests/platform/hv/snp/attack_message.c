// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hostile host between the guest and the secure processor, on order (behaviour.c). It
 * cannot read the messages, but it can change, drop, delay, repeat and replay them.
 */
#include "../../link.h"
#include "../hostile.h"
#include "snp.h"

#define VMM_BUSY	(2ull << 32)	/* GHCB 2.03, section 4.1.7 */

static uint8_t last_request[PAGE_SIZE];
static struct link_snp_response last_answer;

/**
 * attack_request() - before the request is carried
 * @call: the call
 * @request: private copy of the request page
 *
 * Return: true when the host answers itself and carries nothing.
 */
bool attack_request(struct ghcb_call *call, uint8_t request[PAGE_SIZE])
{
	static uint8_t fresh[PAGE_SIZE];

	if (behaviour_is("busy-first") && behaviour_played() < behaviour_number()) {
		behaviour_count(1);
		ghcb_succeed(call, VMM_BUSY);
		return true;
	}
	if (behaviour_plays("error")) {
		ghcb_succeed(call, behaviour_number());
		return true;
	}
	memcpy(fresh, request, PAGE_SIZE);
	if (behaviour_plays("resend"))
		memcpy(request, last_request, PAGE_SIZE);
	memcpy(last_request, fresh, PAGE_SIZE);
	behaviour_patch("request", request, PAGE_SIZE);
	behaviour_plays("sp");
	return false;
}

/**
 * attack_carries_twice() - is this request to be carried once more?
 */
bool attack_carries_twice(void)
{
	return behaviour_plays("twice");
}

/* The old answer in place of the new one, which is kept for the next time */
static void replay(struct link_snp_response *answer)
{
	struct link_snp_response fresh = *answer;

	if (behaviour_plays("replay"))
		*answer = last_answer;
	last_answer = fresh;
}

/**
 * attack_answer() - before the answer goes to the guest
 * @request: as it was carried
 * @answer: as it came
 */
void attack_answer(const uint8_t request[PAGE_SIZE], struct link_snp_response *answer)
{
	replay(answer);
	behaviour_patch("response", answer->page, PAGE_SIZE);
	if (behaviour_plays("reflect"))
		memcpy(answer->page, request, PAGE_SIZE);
	if (behaviour_is("busy-after") && !behaviour_played() && behaviour_plays("busy-after"))
		answer->exit_info2 = VMM_BUSY;
	if (behaviour_plays("error-after"))
		answer->exit_info2 = behaviour_number();
}

/**
 * attack_drops() - is the answer to be lost, and the guest told that it is there?
 */
bool attack_drops(void)
{
	return behaviour_plays("drop");
}

/**
 * attack_pages() - how many pages the certificates are said to take
 * @offered: by the guest
 * @needed: as it is
 */
uint64_t attack_pages(uint64_t offered, uint64_t needed)
{
	if (behaviour_plays("certs-grow"))
		return offered + 1;
	return behaviour_plays("certs-pages") ? behaviour_number() : needed;
}

/**
 * attack_certificates() - before the guest sees the certificates
 * @call: the call, which offers pages for them
 */
void attack_certificates(struct ghcb_call *call)
{
	uint64_t size = call->rbx * PAGE_SIZE;
	uint8_t *area = snp_shared(call->rax, size);

	if (!area)
		return;
	behaviour_patch("certs", area, size);
	if (behaviour_plays("certs-fill"))
		memset(area, behaviour_number(), size);
}
