// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cvmctl eventlog: what firmware, boot loader and kernel say they measured, event by
 * event, and whether it leads to the registers that evidence vouches for.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

const struct option_spec eventlog_replay_options[] = {
	{ "evidence", 0, "FILE", "quote or TDREPORT to compare with (default: this guest)", false },
	{ 0 },
};

#define OWN_LOG	      "/sys/firmware/acpi/tables/data/CCEL"
#define TEXT_SIZE     256
#define CONTENTS      (CVM_EVENT_UNMEASURED + 1)
#define REGISTER_NAME 8

/**
 * struct replay - a log beside the registers it should lead to
 * @replayed: registers after all events
 * @actual: registers by the evidence, or of this guest
 * @logged: the log has events for the register
 * @counts: events by enum cvm_event_content
 */
struct replay {
	uint8_t replayed[CVM_TDX_RTMRS][CVM_EVENT_DIGEST];
	uint8_t actual[CVM_TDX_RTMRS][CVM_EVENT_DIGEST];
	bool logged[CVM_TDX_RTMRS];
	unsigned int counts[CONTENTS];
};

static const char *log_name(const struct args *args)
{
	return args->n_operands ? args->operands[0] : OWN_LOG;
}

static int read_log(const struct args *args, struct bytes *bytes)
{
	struct cvm_error err = { .code = CVM_ERR_NO_PLATFORM };
	int ret = files_read(log_name(args), bytes);

	if (ret != -ENOENT || args->n_operands)
		return ret ? fail_io("cannot read", log_name(args), -ret) : 0;
	snprintf(err.what, sizeof(err.what), "%s", OWN_LOG);
	snprintf(err.why, sizeof(err.why), "%s",
		 "no event log: no TD, no log by its firmware, or a kernel before 6.4");
	return fail(&err, -ENODEV);
}

static int fail_log(const char *name, struct cvm_error *err, int ret)
{
	snprintf(err->what, sizeof(err->what), "%s", name);
	return fail(err, ret);
}

/* ---- events ---- */

static void name_type(const struct cvm_event *event, char *text, size_t size)
{
	const char *name = cvm_event_type_name(event->type);

	if (name)
		snprintf(text, size, "%s", name);
	else
		snprintf(text, size, "%#x", event->type);
}

static const char *name_register(const struct cvm_event *event, char text[REGISTER_NAME])
{
	if (!event->mr)
		return "MRTD";
	if (event->mr > CVM_TDX_RTMRS)
		return "?";
	snprintf(text, REGISTER_NAME, "RTMR%u", event->mr - 1);
	return text;
}

static json_t *event_json(const struct cvm_event *event)
{
	char type[48], text[TEXT_SIZE], reg[REGISTER_NAME];
	json_t *object;

	name_type(event, type, sizeof(type));
	cvm_event_describe(event, text, sizeof(text));
	object = json_pack("{s:i, s:s, s:s, s:s, s:s}", "number", (int)event->number, "register",
			   name_register(event, reg), "type", type, "content",
			   cvm_event_content_name(cvm_event_check(event)), "text", text);
	json_set_hex(object, "digest", event->digest, CVM_EVENT_DIGEST);
	json_set_hex(object, "data", event->data, event->data_len);
	return object;
}

static int event_line(struct table *table, const struct cvm_event *event)
{
	char number[12], type[48], text[TEXT_SIZE], reg[REGISTER_NAME];
	const char *shown = type;

	snprintf(number, sizeof(number), "%u", event->number);
	name_type(event, type, sizeof(type));
	if (!strncmp(type, "EV_", 3))
		shown += strncmp(type, "EV_EFI_", 7) ? 3 : 7;
	cvm_event_describe(event, text, sizeof(text));
	if (!settings.verbose && strlen(text) > 36)
		snprintf(text + 33, sizeof(text) - 33, "...");
	return table_line(table,
			  (const char *[]){ number, name_register(event, reg), shown,
					    cvm_event_content_name(cvm_event_check(event)), text });
}

static int show_table(const char *name, struct cvm_eventlog *log)
{
	static const struct table_column columns[] = {
		{ "EVENT", true },    { "REGISTER", false }, { "TYPE", false },
		{ "CONTENT", false }, { "TEXT", false },     { 0 },
	};
	struct table *table = table_new(columns);
	struct cvm_error err = { 0 };
	struct cvm_event event;
	int ret = table ? 1 : -ENOMEM;

	while (ret > 0 && (ret = cvm_eventlog_next(log, &event, &err)) > 0)
		if (event_line(table, &event))
			ret = -ENOMEM;
	if (table)
		table_print(table);
	table_free(table);
	if (ret == -ENOMEM)
		return fail_io("cannot make a table", "", ENOMEM);
	return ret ? fail_log(name, &err, ret) : EXIT_YES;
}

static int show_json(const char *name, struct cvm_eventlog *log)
{
	json_t *result = json_result(EXIT_YES), *events = json_array();
	struct cvm_error err = { 0 };
	struct cvm_event event;
	int ret;

	while ((ret = cvm_eventlog_next(log, &event, &err)) > 0)
		json_array_append_new(events, event_json(&event));
	json_object_set_new(result, "type", json_string("ccel"));
	json_object_set_new(result, "events", events);
	if (!ret)
		return json_print(result, EXIT_YES);
	json_decref(result);
	return fail_log(name, &err, ret);
}

/* A log as a table or as JSON; also for  cvmctl show. */
int eventlog_show(const char *name, const struct bytes *bytes)
{
	struct cvm_eventlog log;
	struct cvm_error err = { 0 };
	int ret = cvm_eventlog_open(&log, bytes->data, bytes->len, &err);

	if (ret)
		return fail_log(name, &err, ret);
	if (settings.json)
		return show_json(name, &log);
	ret = show_table(name, &log);
	if (ret == EXIT_YES && !settings.quiet)
		printf("\nDecoded, not verified:  cvmctl eventlog replay %s --evidence QUOTE\n",
		       name);
	return ret;
}

int cmd_eventlog_show(const struct args *args)
{
	struct bytes bytes;
	int ret = read_log(args, &bytes);

	if (ret)
		return ret;
	ret = eventlog_show(log_name(args), &bytes);
	free(bytes.data);
	return ret;
}

/* ---- replay ---- */

static int registers_of_file(const char *path, struct replay *replay)
{
	struct cvm_tdx_quote quote;
	struct cvm_tdx_report td;
	struct cvm_error err = { 0 };
	struct bytes bytes;
	int ret = files_read(path, &bytes);

	if (ret)
		return fail_io("cannot read", path, -ret);
	if (cvm_evidence_kind(bytes.data, bytes.len) == CVM_EVIDENCE_TDX_QUOTE) {
		ret = cvm_tdx_quote_parse(bytes.data, bytes.len, &quote, &err);
		td = quote.td;
	} else {
		ret = cvm_tdx_report_parse(bytes.data, bytes.len, &td, &err);
	}
	free(bytes.data);
	if (ret)
		return fail_log(path, &err, ret);
	memcpy(replay->actual, td.rtmr, sizeof(replay->actual));
	return 0;
}

static int registers_of_guest(struct replay *replay)
{
	struct cvm_error err = { 0 };
	unsigned int i;
	int ret;

	for (i = 0; i < CVM_TDX_RTMRS; i++) {
		ret = cvm_register_read(settings.device, CVM_REGISTER_OF_RTMR(i), replay->actual[i],
					&err);
		if (ret)
			return fail(&err, ret);
	}
	return 0;
}

static int walk(const char *name, const struct bytes *bytes, struct replay *replay)
{
	struct cvm_eventlog log;
	struct cvm_event event;
	struct cvm_error err = { 0 };
	int ret = cvm_eventlog_replay(bytes->data, bytes->len, replay->replayed, &err);

	if (!ret)
		ret = cvm_eventlog_open(&log, bytes->data, bytes->len, &err);
	if (ret)
		return fail_log(name, &err, ret);
	while ((ret = cvm_eventlog_next(&log, &event, &err)) > 0) {
		enum cvm_event_content content = cvm_event_check(&event);

		replay->counts[content]++;
		if (content != CVM_EVENT_UNMEASURED)
			replay->logged[event.mr - 1] = true;
		if (content == CVM_EVENT_MISMATCH && !settings.json)
			note("event %u: its text was changed after it was measured", event.number);
	}
	return ret ? fail_log(name, &err, ret) : 0;
}

/*
 * What the kernel extends is in no log. A register without any event is told apart, for
 * nothing in the log is wrong then.
 */
static const char *result_of(const struct replay *replay, unsigned int i)
{
	if (!memcmp(replay->replayed[i], replay->actual[i], CVM_EVENT_DIGEST))
		return "equal";
	return replay->logged[i] ? "different" : "not logged";
}

static bool agrees(const struct replay *replay)
{
	unsigned int i;

	for (i = 0; i < CVM_TDX_RTMRS; i++)
		if (!strcmp(result_of(replay, i), "different"))
			return false;
	return !replay->counts[CVM_EVENT_MISMATCH];
}

static int replay_json(const struct replay *replay, int exit_status)
{
	json_t *result = json_result(exit_status), *registers = json_array(), *counts;
	unsigned int i;

	for (i = 0; i < CVM_TDX_RTMRS; i++) {
		json_t *object = json_object();
		char name[REGISTER_NAME];

		snprintf(name, sizeof(name), "rtmr%u", i);
		json_object_set_new(object, "name", json_string(name));
		json_set_hex(object, "replayed", replay->replayed[i], CVM_EVENT_DIGEST);
		json_set_hex(object, "evidence", replay->actual[i], CVM_EVENT_DIGEST);
		json_object_set_new(object, "result", json_string(result_of(replay, i)));
		json_array_append_new(registers, object);
	}
	counts = json_object();
	for (i = 0; i < CONTENTS; i++)
		json_object_set_new(counts, cvm_event_content_name(i),
				    json_integer(replay->counts[i]));
	json_object_set_new(result, "verdict",
			    json_string(exit_status == EXIT_YES ? "agrees" : "disagrees"));
	json_object_set_new(result, "registers", registers);
	json_object_set_new(result, "events", counts);
	return json_print(result, exit_status);
}

static void replay_rows(const struct replay *replay)
{
	char label[REGISTER_NAME], text[160];
	unsigned int i;

	for (i = 0; i < CVM_TDX_RTMRS; i++) {
		const char *result = result_of(replay, i);

		snprintf(label, sizeof(label), "RTMR%u", i);
		term_row(label, result, "%s",
			 hex_is_zero(replay->actual[i], CVM_EVENT_DIGEST)
				 ? "all zero"
				 : hex_elided(replay->actual[i], CVM_EVENT_DIGEST, text,
					      sizeof(text)));
		if (!strcmp(result, "different"))
			term_row("", "by the log", "%s",
				 hex_elided(replay->replayed[i], CVM_EVENT_DIGEST, text,
					    sizeof(text)));
	}
	term_row("events", "log", "%u verified, %u opaque, %u changed, %u not measured",
		 replay->counts[CVM_EVENT_VERIFIED], replay->counts[CVM_EVENT_OPAQUE],
		 replay->counts[CVM_EVENT_MISMATCH], replay->counts[CVM_EVENT_UNMEASURED]);
}

static int report(const struct replay *replay)
{
	bool good = agrees(replay);
	int exit_status = good ? EXIT_YES : EXIT_NOT_AUTHENTIC;

	if (settings.json)
		return replay_json(replay, exit_status);
	if (!settings.quiet)
		replay_rows(replay);
	if (good)
		term_tone(TONE_GOOD, "AGREES: the log leads to these registers\n");
	else
		term_tone(TONE_BAD, "DISAGREES: %s\n",
			  replay->counts[CVM_EVENT_MISMATCH]
				  ? "text in the log is not what was measured"
				  : "the log does not lead to these registers");
	return exit_status;
}

int cmd_eventlog_replay(const struct args *args)
{
	const char *evidence = args_get(args, "evidence");
	struct replay replay = { 0 };
	struct bytes bytes;
	int ret = read_log(args, &bytes);

	if (ret)
		return ret;
	ret = walk(log_name(args), &bytes, &replay);
	free(bytes.data);
	if (!ret)
		ret = evidence ? registers_of_file(evidence, &replay) : registers_of_guest(&replay);
	return ret ? ret : report(&replay);
}
