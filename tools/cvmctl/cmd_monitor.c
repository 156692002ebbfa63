// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl monitor: what the module tells, one line each, until ^C. */
#include <errno.h>
#include <stdlib.h>

#include "audit.h"
#include "memory.h"

#define IDLE_MS 200

static int print_line(const char *event, json_t *object)
{
	json_object_set_new(object, "schema", json_string("cvmctl/monitor/1"));
	json_object_set_new(object, "event", json_string(event));
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
	fflush(stdout);
	return interrupt_seen() ? -EINTR : 0;
}

static int end_line(void)
{
	fflush(stdout);
	return interrupt_seen() ? -EINTR : 0;
}

static int on_audit(void *ctx, const struct cvm_audit *audit)
{
	const struct audit_result result = { .audit = *audit };
	char clock[16];

	(void)ctx;
	/* its progress is of interest to who waits for it only */
	if (audit->running)
		return interrupt_seen() ? -EINTR : 0;
	if (settings.json)
		return print_line("audit", audit_json(&result));
	printf("%s  audit %s: %llu shared pages, %u findings\n", audit_clock(audit->started, clock),
	       audit->cancelled ? "stopped" : "finished", (unsigned long long)audit->shared_pages,
	       audit->findings);
	return end_line();
}

static int on_finding(void *ctx, const struct cvm_finding *finding)
{
	const struct audit_finding shown = { .finding = *finding };

	(void)ctx;
	if (settings.json)
		return print_line("finding", audit_json_finding(&shown));
	audit_screen_finding(&shown, settings.verbose);
	return end_line();
}

/* The module's queue is bounded: what was overwritten in it is missing from the numbers */
static int on_conversion(void *ctx, const struct cvm_conversion *conversion)
{
	uint64_t *expected = ctx, missing;

	missing = *expected && conversion->seq > *expected ? conversion->seq - *expected : 0;
	*expected = conversion->seq + 1;
	if (missing && settings.json)
		print_line("lost", json_pack("{s:I}", "conversions", (json_int_t)missing));
	else if (missing)
		printf("-- %llu conversions were lost\n", (unsigned long long)missing);
	if (settings.json)
		return print_line("conversion", audit_json_conversion(conversion));
	audit_screen_conversion(conversion);
	return end_line();
}

static int on_acceptance(void *ctx, const struct cvm_acceptance *acceptance)
{
	char done[SIZE_TEXT], left[SIZE_TEXT];

	(void)ctx;
	if (settings.json)
		return print_line("accept", memory_json_job(acceptance));
	printf("acceptance: %s accepted, %s left%s\n", size_text(acceptance->accepted, done),
	       size_text(acceptance->unaccepted, left), acceptance->threads ? "" : ", ended");
	return end_line();
}

static int on_lost(void *ctx)
{
	(void)ctx;
	if (settings.json)
		return print_line("lost", json_object());
	puts("-- events were lost: they came faster than they could be written");
	return end_line();
}

static int on_idle(void *ctx)
{
	(void)ctx;
	return interrupt_seen() ? -EINTR : 0;
}

int cmd_monitor(const struct args *args)
{
	uint64_t expected = 0;
	const struct cvm_events events = {
		.ctx = &expected,
		.audit = on_audit,
		.finding = on_finding,
		.conversion = on_conversion,
		.acceptance = on_acceptance,
		.lost = on_lost,
		.idle = on_idle,
	};
	struct cvm_error err = { 0 };
	struct cvm_watch *watch;
	int ret;

	(void)args;
	interrupt_catch();
	ret = cvm_watch_open(&events, &watch, &err);
	if (ret)
		return fail(&err, ret);
	note("waiting for events; ^C ends it");
	ret = cvm_watch_run(watch, IDLE_MS, &err);
	cvm_watch_close(watch);
	return ret == -EINTR ? EXIT_YES : fail(&err, ret);
}
