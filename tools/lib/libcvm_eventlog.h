/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Event logs of measured boot, as the ACPI table CCEL points to them.
 * Part of libcvm.h, which is what programs include.
 */
#ifndef LIBCVM_EVENTLOG_H
#define LIBCVM_EVENTLOG_H

#include "libcvm_error.h"
#include "libcvm_tdx.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- event logs ---- */

#define CVM_EVENT_DIGEST     48
#define CVM_EVENT_ALGORITHMS 8
#define CVM_EVENT_NO_ACTION  3

/**
 * struct cvm_eventlog - a log that is being read; its members are the library's own
 * @data: the log
 * @len: bytes at @data
 * @at: offset of the next event
 * @number: of the next event
 * @algorithms: numbers of the TCG for those that the log declares
 * @sizes: bytes of a digest of each
 * @n_algorithms: how many there are
 */
struct cvm_eventlog {
	const uint8_t *data;
	size_t len;
	size_t at;
	uint32_t number;
	uint16_t algorithms[CVM_EVENT_ALGORITHMS];
	uint16_t sizes[CVM_EVENT_ALGORITHMS];
	unsigned int n_algorithms;
};

/**
 * struct cvm_event - one event; pointers point into the log
 * @number: from 1; the header of the log is none
 * @offset: of the event in the log
 * @mr: index of the measurement register: 0 is MRTD, 1 to 4 are RTMR0 to RTMR3
 * @type: TCG PC Client Platform Firmware Profile, table "Events"
 * @digest: SHA-384, what the register was extended with
 * @data: what the writer of the log says about it
 * @data_len: bytes at @data
 */
struct cvm_event {
	uint32_t number;
	size_t offset;
	uint32_t mr;
	uint32_t type;
	const uint8_t *digest;
	const uint8_t *data;
	uint32_t data_len;
};

/**
 * enum cvm_event_content - does the digest of an event speak for its data?
 * @CVM_EVENT_OPAQUE: the digest is over something that is not in the log
 * @CVM_EVENT_VERIFIED: it is over the data, or the part of it that counts
 * @CVM_EVENT_MISMATCH: it should be, and is not: the data was changed afterwards
 * @CVM_EVENT_UNMEASURED: the event was not measured at all
 */
enum cvm_event_content {
	CVM_EVENT_OPAQUE = 0,
	CVM_EVENT_VERIFIED,
	CVM_EVENT_MISMATCH,
	CVM_EVENT_UNMEASURED,
};

/* Starts to read a log: checks its header, and that it has SHA-384. */
int cvm_eventlog_open(struct cvm_eventlog *log, const void *data, size_t len,
		      struct cvm_error *err);
/* Reads an event. Returns 1, 0 at the end of the log, or a negative errno. */
int cvm_eventlog_next(struct cvm_eventlog *log, struct cvm_event *event, struct cvm_error *err);
/* What the RTMRs of a TD are after all events of the log, from zero. */
int cvm_eventlog_replay(const void *data, size_t len, uint8_t rtmr[CVM_TDX_RTMRS][CVM_EVENT_DIGEST],
			struct cvm_error *err);

enum cvm_event_content cvm_event_check(const struct cvm_event *event);
/* "verified", "opaque", "mismatch" or "unmeasured". */
const char *cvm_event_content_name(enum cvm_event_content content);
/* Name of a type, for example "EV_SEPARATOR"; NULL for one that is not known. */
const char *cvm_event_type_name(uint32_t type);
/* The data for people, in one line: what cannot be printed becomes '?'. */
void cvm_event_describe(const struct cvm_event *event, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* LIBCVM_EVENTLOG_H */
