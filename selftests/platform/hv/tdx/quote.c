// SPDX-License-Identifier: GPL-2.0-only
/*
 * GetQuote: the VMM hands a TDREPORT to the quoting enclave and the quote back, in a
 * buffer that the TD shares (GHCI 1.5, section 3.3). The answer comes when it comes;
 * until then the status in the buffer is "in flight".
 */
#include "../hostile.h"
#include "tdx.h"

#define VMCALL_SUCCESS		0
#define VMCALL_RETRY		1
#define VMCALL_INVALID_OPERAND	0x8000000000000000ull

#define STATUS_SUCCESS		0
#define STATUS_IN_FLIGHT	0xffffffffffffffffull
#define STATUS_ERROR		0x8000000000000000ull
#define STATUS_UNAVAILABLE	0x8000000000000001ull

#define BUFFER_VERSION		1
#define REPORT_SIZE		1024
#define QUOTE_MAX		(LINK_PAYLOAD_MAX - sizeof(struct link_td_quote))

struct quote_buffer {
	uint64_t version;
	uint64_t status;
	uint32_t in_length;
	uint32_t out_length;
	uint8_t data[];
};

static struct {
	bool in_flight;
	uint64_t gpa, size;
	uint8_t report[REPORT_SIZE];	/* the link reads it until the answer comes */
	uint64_t vector;	/* to notify with, 0 for none */
	unsigned int apic_id;
} request;

static struct {
	struct link_td_quote head;
	uint8_t quote[QUOTE_MAX];
} answer;

static bool buffer_is_shared(void)
{
	return page_state_all(request.gpa, request.size, PAGE_SHARED);
}

static void notify(void)
{
	if (!request.vector)
		return;
	apic_write(APIC_ICR_HIGH, request.apic_id << 24);
	apic_write(APIC_ICR_LOW, request.vector);
}

/* The TD may have taken the buffer back; then nobody gets the quote */
static void finish(uint64_t status, uint32_t length, uint32_t claimed)
{
	struct quote_buffer *buffer = host_range(request.gpa, request.size);
	uint64_t room = request.size - sizeof(*buffer);

	request.in_flight = false;
	if (!buffer_is_shared()) {
		log_info("tdx: GetQuote: the buffer was taken back\n");
		return;
	}
	memcpy(buffer->data, answer.quote, length < room ? length : room);
	buffer->out_length = claimed;
	status = attack_quote_answer(request.gpa, request.size, status);
	__atomic_store_n(&buffer->status, status, __ATOMIC_RELEASE);
	log_info("tdx: GetQuote: status %lx, %u bytes\n", status, length);
	notify();
}

/* A VMM may say that the quote is there before it is, or give an old one */
static void answer_early(struct quote_buffer *buffer)
{
	uint64_t room = request.size - sizeof(*buffer), length = answer.head.length;

	if (behaviour_plays("quote-early")) {
		buffer->status = STATUS_SUCCESS;
	} else if (behaviour_plays("quote-replay")) {
		memcpy(buffer->data, answer.quote, length < room ? length : room);
		buffer->out_length = length;
		buffer->status = STATUS_SUCCESS;
	}
}

/* Long after it has given the buffer back */
static void write_afterwards(void)
{
	if (request.size && buffer_is_shared() && behaviour_plays("quote-scribble"))
		memset(host_range(request.gpa, request.size), 0x5a, request.size);
}

/* Is it ready, or is it not? Until the order ends, when it is */
static void flip_status(void)
{
	static bool flips;
	struct quote_buffer *buffer = host_range(request.gpa, request.size);
	bool ends = flips && !behaviour_is("quote-flip");

	if (!request.size || !buffer_is_shared() || !(ends || behaviour_plays("quote-flip")))
		return;
	flips = !ends;
	if (ends || buffer->status == STATUS_IN_FLIGHT)
		buffer->status = STATUS_SUCCESS;
	else if (buffer->status == STATUS_SUCCESS)
		buffer->status = STATUS_IN_FLIGHT;
}

/**
 * quote_begin() - take a request
 * @gpa: of the buffer, with the shared bit
 * @size: of the buffer
 *
 * Return: status for R10.
 */
uint64_t quote_begin(uint64_t gpa, uint64_t size)
{
	uint64_t start = gpa & ~TDX_SHARED;
	struct quote_buffer *buffer = host_range(start, size);
	uint64_t ret;

	if (!(gpa & TDX_SHARED) || (start | size) & ~PAGE_MASK || !buffer ||
	    !page_state_all(start, size, PAGE_SHARED))
		return VMCALL_INVALID_OPERAND;
	if (buffer->version != BUFFER_VERSION || buffer->in_length != REPORT_SIZE ||
	    sizeof(*buffer) + REPORT_SIZE > size)
		return VMCALL_INVALID_OPERAND;
	if (request.in_flight)
		return VMCALL_RETRY;
	if (attack_quote_call(&ret))
		return ret;
	request.gpa = start;
	request.size = size;
	memcpy(request.report, buffer->data, sizeof(request.report));
	buffer->status = STATUS_IN_FLIGHT;
	request.in_flight = true;
	answer_early(buffer);
	if (!link_present() || !link_begin(LINK_TD_QUOTE, request.report,
					   sizeof(request.report), &answer, sizeof(answer)))
		finish(STATUS_UNAVAILABLE, 0, 0);
	return VMCALL_SUCCESS;
}

/**
 * quote_notify() - SetupEventNotifyInterrupt
 * @v: the vCPU that is to be interrupted
 * @vector: with which vector
 */
void quote_notify(struct vcpu *v, uint64_t vector)
{
	request.vector = vector;
	request.apic_id = v->apic_id;
}

/**
 * quote_in_flight() - is a request waiting for its answer?
 */
bool quote_in_flight(void)
{
	return request.in_flight;
}

/**
 * quote_poll() - go on with a request, a little at each exit
 */
void quote_poll(void)
{
	uint32_t size = 0;

	if (!request.in_flight) {
		write_afterwards();
		flip_status();
		return;
	}
	if (behaviour_is("quote-late") && behaviour_played() < behaviour_number()) {
		behaviour_count(1);
		return;
	}
	switch (link_poll(&size)) {
	case LINK_WAITING:
		return;
	case LINK_FAILED:
		finish(STATUS_UNAVAILABLE, 0, 0);
		return;
	case LINK_ANSWERED:
		break;
	}
	if (size < sizeof(answer.head) || answer.head.length != size - sizeof(answer.head))
		finish(STATUS_ERROR, 0, 0);
	else
		finish(answer.head.status, answer.head.length, answer.head.claimed);
}
