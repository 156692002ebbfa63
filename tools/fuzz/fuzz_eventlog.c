// SPDX-License-Identifier: LGPL-2.1-or-later
/* Event logs: every event lies in the log, and its text moves no cursor. */
#include <string.h>

#include "fuzz.h"
#include "libcvm.h"

static void check_event(const struct cvm_event *event, const uint8_t *data, size_t size)
{
	static const size_t sizes[] = { 1, 2, 7, 40, 200 };
	enum cvm_event_content content = cvm_event_check(event);
	char text[200];
	size_t i;

	FUZZ_CHECK(event->offset < size);
	FUZZ_CHECK(fuzz_lies_in(event->digest, CVM_EVENT_DIGEST, data, size));
	FUZZ_CHECK(fuzz_lies_in(event->data, event->data_len, data, size));
	FUZZ_CHECK(cvm_event_content_name(content));
	FUZZ_CHECK((event->type == CVM_EVENT_NO_ACTION) == (content == CVM_EVENT_UNMEASURED));
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		memset(text, 0xa5, sizeof(text));
		cvm_event_describe(event, text, sizes[i]);
		FUZZ_CHECK(fuzz_is_text(text, sizes[i]));
		FUZZ_CHECK(fuzz_is_plain(text, false));
	}
}

/* Returns what the last call said: 0 at the end of a sound log. */
static int read_events(struct cvm_eventlog *log, const uint8_t *data, size_t size)
{
	struct cvm_error err = { 0 };
	struct cvm_event event;
	uint32_t number = 0;
	size_t at = log->at;
	int ret;

	while ((ret = cvm_eventlog_next(log, &event, &err)) > 0) {
		FUZZ_CHECK(event.number == ++number);
		FUZZ_CHECK(event.offset == at && log->at > at && log->at <= size);
		at = log->at;
		check_event(&event, data, size);
	}
	FUZZ_CHECK(!ret || fuzz_is_told(ret, &err));
	return ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t rtmr[CVM_TDX_RTMRS][CVM_EVENT_DIGEST], again[CVM_TDX_RTMRS][CVM_EVENT_DIGEST];
	struct cvm_error err = { 0 };
	struct cvm_eventlog log;
	int ret = cvm_eventlog_open(&log, data, size, &err), replay;

	FUZZ_CHECK(!ret || fuzz_is_told(ret, &err));
	if (!ret)
		ret = read_events(&log, data, size);
	replay = cvm_eventlog_replay(data, size, rtmr, &err);
	FUZZ_CHECK(!replay || fuzz_is_told(replay, &err));
	/* a log that does not read must not replay either */
	FUZZ_CHECK(!ret || replay);
	FUZZ_CHECK(cvm_eventlog_replay(data, size, again, NULL) == replay);
	FUZZ_CHECK(!memcmp(rtmr, again, sizeof(rtmr)));
	return 0;
}
