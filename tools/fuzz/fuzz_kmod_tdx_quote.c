// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's side of GetQuote against a host that writes the shared buffers when it
 * likes to. The input is what the host does: a byte for each chance that it gets, with
 * what that act needs behind it.
 */
#include "fuzz.h"
#include "kernel.h"
#include "../../kmod/cvm.h"

#define REQUESTS    6
#define BUFFERS_MAX 8
#define HELD	    0xffffffffffffffffull
#define SHARED_SIZE 0x4000
#define HEAD_SIZE   24

static unsigned long jiffies;

/* ---- the host ---- */

static const u8 *script;
static size_t script_left;
static u8 *shared[BUFFERS_MAX];
static bool held[BUFFERS_MAX]; /* when the module looked last */
static size_t n_shared;
static u8 *target;
static u8 nonce[64];

static u64 host_number(size_t len)
{
	u64 number = 0;

	if (len > script_left)
		len = script_left;
	memcpy(&number, script, len);
	script += len;
	script_left -= len;
	return number;
}

/* When the script is over, nothing else happens until the module loses patience. */
static unsigned long host_delay(void)
{
	return script_left ? 1 + host_number(2) : 1000;
}

static void host_answer(u32 version)
{
	u64 status = 0;
	u32 length = version == 4 ? 568 + 64 : 574 + 64;

	memcpy(target + HEAD_SIZE, &version, 2);
	memcpy(target + HEAD_SIZE + length - 64, nonce, 64);
	memcpy(target + 20, &length, 4);
	memcpy(target + 8, &status, 8);
}

static void host_writes(void)
{
	size_t at = host_number(2) % SHARED_SIZE, len = 1 + host_number(1) % 8;
	u64 number = host_number(len);

	memcpy(target + at, &number, len < SHARED_SIZE - at ? len : SHARED_SIZE - at);
}

static void host_says(size_t at, size_t len, u64 number)
{
	memcpy(target + at, &number, len);
}

static void host_act(void)
{
	switch (host_number(1)) {
	case 1:
		return host_says(8, 8, HELD);
	case 2:
		return host_says(8, 8, 0);
	case 3:
		return host_says(8, 8, 0x8000000000000001ull);
	case 4:
		return host_says(8, 8, host_number(8));
	case 5:
		return host_says(20, 4, host_number(4));
	case 6:
		return host_answer(4);
	case 7:
		return host_answer(5);
	case 8:
		return host_writes();
	case 9:
		target = shared[host_number(1) % n_shared];
		return;
	default:
		return;
	}
}

static bool is_held(const u8 *buffer)
{
	u64 status;

	memcpy(&status, buffer + 8, sizeof(status));
	return status == HELD;
}

/* What the module finds is what the host left: it looks right after this. */
static void host_acts(void)
{
	size_t i;

	if (target)
		host_act();
	for (i = 0; i < n_shared; i++)
		held[i] = is_held(shared[i]);
}

static u64 tdx_hcall_get_quote(u8 *buffer, u64 size)
{
	static const u8 zeros[SHARED_SIZE];
	u8 result;
	size_t i;

	FUZZ_CHECK(size == SHARED_SIZE);
	for (i = 0; i < n_shared; i++)
		FUZZ_CHECK(shared[i] != buffer || !held[i]);
	/* nothing of an earlier request is left for this one to take */
	FUZZ_CHECK(!memcmp(buffer + HEAD_SIZE + 1024, zeros, SHARED_SIZE - HEAD_SIZE - 1024));
	target = buffer;
	host_acts();
	result = host_number(1);
	return result < 0xf0 ? 0 : result;
}

void *cvm_shared_alloc(unsigned int order)
{
	FUZZ_CHECK(n_shared < BUFFERS_MAX && PAGE_SIZE << order == SHARED_SIZE);
	shared[n_shared] = calloc(1, SHARED_SIZE);
	return shared[n_shared++];
}

void cvm_shared_read(void *private, const void *from, size_t size)
{
	memcpy(private, from, size);
}

void cvm_shared_free(void *pages, unsigned int order)
{
	(void)order;
	FUZZ_CHECK(!pages || !is_held(pages));
}

/* ---- the kernel ---- */

#define current NULL

static unsigned long msecs_to_jiffies(unsigned int ms)
{
	return ms / (1000 / HZ);
}

static bool time_after(unsigned long a, unsigned long b)
{
	return (long)(b - a) < 0;
}

static bool fatal_signal_pending(const void *task)
{
	return !task && host_number(1) == 0xfe;
}

static void schedule_timeout_killable(unsigned long ticks)
{
	jiffies += ticks * host_delay();
}

static unsigned long msleep_interruptible(unsigned int ms)
{
	jiffies += msecs_to_jiffies(ms);
	return 0;
}

static int mutex_lock_killable(struct mutex *lock)
{
	FUZZ_CHECK(!lock->taken);
	lock->taken = true;
	return 0;
}

static void mutex_unlock(struct mutex *lock)
{
	lock->taken = false;
}

static void *kvmalloc(size_t size, int flags)
{
	(void)flags;
	return malloc(size);
}

#include "../../kmod/tdx_quote.c"

/* ---- the guest ---- */

static void check_answer(int ret, const struct cvm_evidence_request *request)
{
	const u8 *quote = request->report;
	u16 version;

	FUZZ_CHECK(!ret || ret == -EIO || ret == -EBADMSG || ret == -EBUSY || ret == -EINTR);
	FUZZ_CHECK(!quote ||
		   (request->report_len && request->report_len <= SHARED_SIZE - HEAD_SIZE));
	if (ret)
		return;
	FUZZ_CHECK(quote && request->report_len >= 568 + 64);
	memcpy(&version, quote, sizeof(version));
	FUZZ_CHECK(!memcmp(quote + (version == 4 ? 568 : 574), nonce, sizeof(nonce)));
}

static void request_once(u8 number)
{
	struct cvm_evidence_request request = { 0 };
	u8 report[CVM_TDX_REPORT_SIZE] = { number };
	int ret;

	memset(nonce, number, sizeof(nonce));
	memcpy(request.report_data, nonce, sizeof(nonce));
	ret = cvm_tdx_quote(report, &request);
	FUZZ_CHECK(!quotes.lock.taken);
	check_answer(ret, &request);
	free(request.report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	u8 number;

	script = data;
	script_left = size;
	jiffies = 0;
	for (number = 1; number <= REQUESTS && script_left; number++)
		request_once(number);
	script_left = 0;
	cvm_tdx_quote_exit();
	while (n_shared)
		free(shared[--n_shared]);
	target = NULL;
	memset(held, 0, sizeof(held));
	return 0;
}
