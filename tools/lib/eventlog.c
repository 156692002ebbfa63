// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Event logs: TCG PC Client Platform Firmware Profile 1.05, section 10 (crypto agile
 * log), as UEFI's CC measurement protocol writes it. The log is from memory that the
 * host can see and that any kernel can write: nothing in it is true before it replays
 * to registers that a quote vouches for.
 */
#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

#include "cursor.h"
#include "lib.h"

#define ALG_SHA1   0x0004
#define ALG_SHA256 0x000b
#define ALG_SHA384 0x000c
#define ALG_SHA512 0x000d
#define ALG_SM3	   0x0012

#define SHA1_SIZE	 20
#define DIGEST_MAX	 64
#define END_OF_LOG	 0xffffffff
#define EVENT_HEADER_MIN 12 /* register, type and number of digests */

static const char what[] = "event log";

static int malformed(struct cvm_error *err, size_t offset, const char *why)
{
	return cvm_error_set(err, -EBADMSG, CVM_ERR_EVIDENCE, what, "%s at offset %zu", why,
			     offset);
}

/* Sizes that are known must be right: a wrong one would shift all that follows */
static bool size_fits(uint16_t algorithm, uint16_t size)
{
	switch (algorithm) {
	case ALG_SHA1:
		return size == SHA1_SIZE;
	case ALG_SHA256:
	case ALG_SM3:
		return size == 32;
	case ALG_SHA384:
		return size == CVM_EVENT_DIGEST;
	case ALG_SHA512:
		return size == 64;
	default:
		return size && size <= DIGEST_MAX;
	}
}

static int read_algorithms(struct cvm_eventlog *log, struct cursor *spec, struct cvm_error *err)
{
	bool has_sha384 = false, has_sm3 = false;
	uint32_t n = cursor_u32(spec), i;

	if (!n || n > CVM_EVENT_ALGORITHMS)
		return malformed(err, 0, "a header that lists no algorithm, or too many,");
	for (i = 0; i < n; i++) {
		log->algorithms[i] = cursor_number(spec, 2);
		log->sizes[i] = cursor_number(spec, 2);
		if (spec->overrun || !size_fits(log->algorithms[i], log->sizes[i]))
			return malformed(err, 0, "a header whose algorithms have no right sizes");
		has_sha384 |= log->algorithms[i] == ALG_SHA384;
		has_sm3 |= log->algorithms[i] == ALG_SM3;
	}
	log->n_algorithms = n;
	if (has_sha384)
		return 0;
	return cvm_error_set(err, -EOPNOTSUPP, CVM_ERR_EVIDENCE, what,
			     "it has no SHA-384 digests%s; registers of a TD are SHA-384",
			     has_sm3 ? " but SM3, as on Hygon CSV" : "");
}

/* TCG_PCClientPCREvent with a TCG_EfiSpecIDEvent */
int cvm_eventlog_open(struct cvm_eventlog *log, const void *data, size_t len, struct cvm_error *err)
{
	static const char signature[16] = "Spec ID Event03";
	struct cursor c = cursor_over(data, len), spec;
	const uint8_t *bytes;
	uint32_t type, size;
	int ret;

	memset(log, 0, sizeof(*log));
	cursor_u32(&c);
	type = cursor_u32(&c);
	cursor_skip(&c, SHA1_SIZE);
	size = cursor_u32(&c);
	bytes = cursor_take(&c, size);
	if (!bytes || type != CVM_EVENT_NO_ACTION || size < sizeof(signature) ||
	    memcmp(bytes, signature, sizeof(signature)))
		return malformed(err, 0, "no header of a crypto agile log");
	spec = cursor_over(bytes + sizeof(signature), size - sizeof(signature));
	cursor_skip(&spec, 8); /* platform class, version, errata, size of UINTN */
	ret = read_algorithms(log, &spec, err);
	if (ret)
		return ret;
	log->data = data;
	log->len = len;
	log->at = len - c.left;
	log->number = 1;
	return 0;
}

static unsigned int size_of(const struct cvm_eventlog *log, uint16_t algorithm)
{
	unsigned int i;

	for (i = 0; i < log->n_algorithms; i++)
		if (log->algorithms[i] == algorithm)
			return log->sizes[i];
	return 0;
}

/* The area is filled with ffh or with zeros; some logs are cut where they end */
static bool is_end(const struct cvm_eventlog *log)
{
	struct cursor c = cursor_over(log->data + log->at, log->len - log->at);
	uint32_t mr, type, count;

	if (!c.left)
		return true;
	if (c.left < EVENT_HEADER_MIN) {
		while (c.left && (*c.at == 0xff || !*c.at))
			cursor_skip(&c, 1);
		return !c.left;
	}
	mr = cursor_u32(&c);
	type = cursor_u32(&c);
	count = cursor_u32(&c);
	return mr == END_OF_LOG || (!mr && !type && !count);
}

static int read_digests(const struct cvm_eventlog *log, struct cursor *c, struct cvm_event *event,
			struct cvm_error *err)
{
	uint32_t count = cursor_u32(c), i;

	if (!count || count > log->n_algorithms)
		return malformed(err, event->offset, "an event with no digest, or too many,");
	for (i = 0; i < count; i++) {
		uint16_t algorithm = cursor_number(c, 2);
		const uint8_t *digest;
		unsigned int size = size_of(log, algorithm);

		if (!c->overrun && !size)
			return malformed(err, event->offset,
					 "an event with a digest that the header does not list");
		digest = cursor_take(c, size);
		if (algorithm == ALG_SHA384)
			event->digest = digest;
	}
	if (!c->overrun && !event->digest)
		return malformed(err, event->offset, "an event without SHA-384 digest");
	return 0;
}

int cvm_eventlog_next(struct cvm_eventlog *log, struct cvm_event *event, struct cvm_error *err)
{
	struct cursor c = cursor_over(log->data + log->at, log->len - log->at);
	int ret;

	if (is_end(log))
		return 0;
	memset(event, 0, sizeof(*event));
	event->offset = log->at;
	event->number = log->number;
	event->mr = cursor_u32(&c);
	event->type = cursor_u32(&c);
	ret = read_digests(log, &c, event, err);
	if (ret)
		return ret;
	event->data_len = cursor_u32(&c);
	event->data = cursor_take(&c, event->data_len);
	if (c.overrun)
		return malformed(err, event->offset, "an event that ends behind the log");
	log->at = log->len - c.left;
	log->number++;
	return 1;
}

static int extend(uint8_t rtmr[CVM_EVENT_DIGEST], const uint8_t *digest)
{
	uint8_t both[2 * CVM_EVENT_DIGEST];

	memcpy(both, rtmr, CVM_EVENT_DIGEST);
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): no event is without */
	memcpy(both + CVM_EVENT_DIGEST, digest, CVM_EVENT_DIGEST);
	return EVP_Digest(both, sizeof(both), rtmr, NULL, EVP_sha384(), NULL) == 1 ? 0 : -ENOMEM;
}

int cvm_eventlog_replay(const void *data, size_t len, uint8_t rtmr[CVM_TDX_RTMRS][CVM_EVENT_DIGEST],
			struct cvm_error *err)
{
	struct cvm_eventlog log;
	struct cvm_event event;
	int ret = cvm_eventlog_open(&log, data, len, err);

	memset(rtmr, 0, CVM_TDX_RTMRS * CVM_EVENT_DIGEST);
	if (ret)
		return ret;
	while ((ret = cvm_eventlog_next(&log, &event, err)) > 0) {
		if (event.type == CVM_EVENT_NO_ACTION)
			continue;
		if (!event.mr || event.mr > CVM_TDX_RTMRS)
			return malformed(err, event.offset, "an event for no register of a TD");
		if (extend(rtmr[event.mr - 1], event.digest))
			return cvm_error_nomem(err, what);
	}
	return ret;
}
