// SPDX-License-Identifier: GPL-2.0-only
/*
 * GetQuote: a quote for a TDREPORT, from the host's quoting enclave (GHCI 1.5, section
 * 3.3).
 *
 * The buffer is shared: the host can write it at any time, and as long as it says "in
 * flight" the buffer is the host's. Such a buffer is left alone until the host gives it
 * back, and never freed. Status and length are read once, bounded by the buffer and not
 * by what the host says, and the quote is copied out before anybody looks at it.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/tdx.h>

#include "cvm.h"

#define BUFFER_ORDER	2
#define BUFFER_SIZE	(PAGE_SIZE << BUFFER_ORDER)
#define BUFFER_VERSION	1
/* Buffers that a host may keep before there are no more */
#define BUFFERS		4

#define STATUS_SUCCESS		0
#define STATUS_IN_FLIGHT	0xffffffffffffffffULL
#define STATUS_UNAVAILABLE	0x8000000000000001ULL
#define STATUS_ERROR		0x8000000000000000ULL	/* in every other one that GHCI knows */

#define CALL_SUCCESS	0
#define CALL_RETRY	1

#define TRIES		5
#define TRY_PAUSE_MS	200
#define POLL_MS		10
#define ANSWER_SECONDS	30

/* Intel TDX DCAP Quoting Library API, appendix A: where a quote has its report data */
#define QUOTE_HEADER_SIZE	48
#define REPORT_DATA_V4		568
#define REPORT_DATA_V5		574

struct quote_buffer {
	u64 version;
	u64 status;
	u32 in_length;
	u32 out_length;
	u8 data[];
};

static struct {
	struct mutex lock;		/* all below, and one request at a time */
	struct quote_buffer *buffers[BUFFERS];
} quotes = {
	.lock = __MUTEX_INITIALIZER(quotes.lock),
};

static bool is_in_flight(const struct quote_buffer *buffer)
{
	return READ_ONCE(buffer->status) == STATUS_IN_FLIGHT;
}

/* A buffer that the host has given back, or a new one */
static struct quote_buffer *find_buffer(void)
{
	unsigned int i;

	for (i = 0; i < BUFFERS; i++) {
		if (!quotes.buffers[i])
			quotes.buffers[i] = cvm_shared_alloc(BUFFER_ORDER);
		if (!quotes.buffers[i] || !is_in_flight(quotes.buffers[i]))
			return quotes.buffers[i] ?: ERR_PTR(-ENOMEM);
	}
	return ERR_PTR(-EBUSY);
}

/* A status of 64 bits in the 32 there are for it: its top bit and its number */
static u32 fold(u64 status)
{
	return (u32)(status >> 32) | (u32)status;
}

/* What ends the wait is the verdict: a second look could find another */
static int wait_for_answer(const struct quote_buffer *buffer, u64 *status)
{
	unsigned long end = jiffies + ANSWER_SECONDS * HZ;

	while ((*status = READ_ONCE(buffer->status)) == STATUS_IN_FLIGHT) {
		if (fatal_signal_pending(current))
			return -EINTR;
		if (time_after(jiffies, end))
			return -ETIMEDOUT;
		schedule_timeout_killable(msecs_to_jiffies(POLL_MS));
	}
	return 0;
}

static int call_once(struct quote_buffer *buffer, const u8 report[CVM_TDX_REPORT_SIZE], u64 *status)
{
	u64 ret;

	memset(buffer, 0, BUFFER_SIZE);
	buffer->version = BUFFER_VERSION;
	buffer->in_length = CVM_TDX_REPORT_SIZE;
	memcpy(buffer->data, report, CVM_TDX_REPORT_SIZE);
	ret = tdx_hcall_get_quote((u8 *)buffer, BUFFER_SIZE);
	if (ret != CALL_SUCCESS) {
		*status = ret == CALL_RETRY ? STATUS_UNAVAILABLE : ret;
		return 0;
	}
	return wait_for_answer(buffer, status);
}

/* Hosts are unavailable while they start, and say so */
static int call(struct quote_buffer *buffer, const u8 report[CVM_TDX_REPORT_SIZE], u64 *status)
{
	unsigned int tries;
	int ret;

	for (tries = 0; tries < TRIES; tries++) {
		if (tries && msleep_interruptible(TRY_PAUSE_MS) && fatal_signal_pending(current))
			return -EINTR;
		ret = call_once(buffer, report, status);
		if (ret || *status != STATUS_UNAVAILABLE)
			return ret;
	}
	return 0;
}

/* A late answer to an earlier caller, or to nobody, is no answer to this one */
static bool is_for(const u8 *quote, u32 length, const u8 report_data[CVM_REPORT_DATA_SIZE])
{
	u32 offset;
	u16 version;

	if (length < QUOTE_HEADER_SIZE)
		return false;
	memcpy(&version, quote, sizeof(version));
	offset = version == 4 ? REPORT_DATA_V4 : REPORT_DATA_V5;
	return length >= offset + CVM_REPORT_DATA_SIZE &&
	       !memcmp(quote + offset, report_data, CVM_REPORT_DATA_SIZE);
}

static int copy_quote(const struct quote_buffer *buffer, struct cvm_evidence_request *request)
{
	u32 length = READ_ONCE(buffer->out_length);

	if (!length || length > BUFFER_SIZE - sizeof(*buffer))
		return -EBADMSG;
	request->report = kvmalloc(length, GFP_KERNEL);
	if (!request->report)
		return -ENOMEM;
	cvm_shared_read(request->report, buffer->data, length);
	request->report_len = length;
	return is_for(request->report, length, request->report_data) ? 0 : -EBADMSG;
}

static int get_quote(const u8 report[CVM_TDX_REPORT_SIZE], struct cvm_evidence_request *request)
{
	struct quote_buffer *buffer = find_buffer();
	u64 status = STATUS_SUCCESS;
	int ret;

	if (IS_ERR(buffer)) {
		request->refusal.vmm_error = PTR_ERR(buffer) == -EBUSY ? fold(STATUS_IN_FLIGHT) : 0;
		return PTR_ERR(buffer);
	}
	ret = call(buffer, report, &status);
	if (ret == -ETIMEDOUT) {
		request->refusal.vmm_error = fold(STATUS_IN_FLIGHT);
		return -EIO;
	}
	if (ret)
		return ret;
	if (status & STATUS_ERROR) {
		request->refusal.vmm_error = fold(status);
		return -EIO;
	}
	/* a small number would be read as an error of another interface, "throttled" say */
	if (status != STATUS_SUCCESS)
		return -EBADMSG;
	return copy_quote(buffer, request);
}

/**
 * cvm_tdx_quote() - have a report quoted
 * @report: TDREPORT of this TD
 * @request: takes the quote and who refused
 *
 * Context: sleeps, killable.
 * Return: 0; -EIO when the host refused or did not answer in time; -EBADMSG when its
 * answer is malformed, empty, or not for this request's report data; -EBUSY while the
 * host keeps all buffers; -EINTR; -ENOMEM.
 */
int cvm_tdx_quote(const u8 report[CVM_TDX_REPORT_SIZE], struct cvm_evidence_request *request)
{
	int ret;

	if (mutex_lock_killable(&quotes.lock))
		return -EINTR;
	ret = get_quote(report, request);
	mutex_unlock(&quotes.lock);
	return ret;
}

/**
 * cvm_tdx_quote_exit() - give back the buffers that are not the host's
 */
void cvm_tdx_quote_exit(void)
{
	unsigned int i;

	for (i = 0; i < BUFFERS; i++) {
		if (quotes.buffers[i] && is_in_flight(quotes.buffers[i]))
			pr_warn("the host keeps a buffer of %lu bytes, leaking it\n", BUFFER_SIZE);
		else
			cvm_shared_free(quotes.buffers[i], BUFFER_ORDER);
		quotes.buffers[i] = NULL;
	}
}
