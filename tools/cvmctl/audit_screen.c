// SPDX-License-Identifier: GPL-2.0-or-later
/* An audit on the terminal. */
#include <errno.h>
#include <string.h>

#include "audit.h"

#define PAGE 4096ull

/* What each verdict means, and what to do; wrapped anew when shown */
static const struct advice {
	const char *verdict;
	const char *meaning;
} advices[] = {
	{ "leak", "Who gets these pages next shows its data to the host. Unload or mend\n"
		  "who shared them; restart the guest to take them out of use." },
	{ "suspect", "Nobody seems to use these pages any more. If the next passes agree,\n"
		     "treat them as a leak." },
	{ "bad-use", "The host can read and change data that was never meant for it.\n"
		     "Treat it as disclosed, and restart the guest." },
	{ "stray", "These pages became shared and nobody saw by whom.\n"
		   "Treat their contents as disclosed." },
	{ "alias-mismatch",
	  "The kernel, or the process that is named, reaches these pages by a second\n"
	  "mapping that calls them the opposite: data goes to the host, or becomes garbage." },
	{ "unknown-state",
	  "A conversion failed half way. These pages must never be used again; the\n"
	  "kernel log has the host's refusal." },
	{ "tracer-silenced", "Conversions no longer reach the ledger: owners since then are\n"
			     "unknown. See kernel.ftrace_enabled and debugfs kprobes/enabled." },
	{ "replaced", "The host took these private pages away and put others there. Who touches\n"
		      "them is stopped; what was in them is lost. Do not trust this host." },
};

static const char *meaning_of(const char *verdict)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(advices); i++)
		if (!strcmp(advices[i].verdict, verdict))
			return advices[i].meaning;
	return "";
}

char *audit_clock(uint64_t ns, char text[16])
{
	time_t seconds = ns / 1000000000;
	struct tm local;

	localtime_r(&seconds, &local);
	strftime(text, 16, "%H:%M:%S", &local);
	return text;
}

/* "1 048 576" */
static char *group(uint64_t value, char text[32])
{
	char plain[24];
	size_t len, i, at = 0;

	len = snprintf(plain, sizeof(plain), "%llu", (unsigned long long)value);
	for (i = 0; i < len; i++) {
		if (i && !((len - i) % 3))
			text[at++] = ' ';
		text[at++] = plain[i];
	}
	text[at] = '\0';
	return text;
}

static void print_row(const char *label, uint64_t pages, uint64_t unexpected)
{
	char count[32], size[SIZE_TEXT], good[32], bad[32];

	printf("  %-18s %13s  %10s %12s %12s\n", label, group(pages, count),
	       size_text(pages * PAGE, size), group(pages - unexpected, good),
	       unexpected ? group(unexpected, bad) : "-");
}

/* Of a page that was replaced the guest's own tables say that it is private */
static bool is_replaced(const struct cvm_finding *finding)
{
	return !strcmp(cvm_page_verdict_name(finding->verdict), "replaced");
}

static uint64_t unexpected_pages(const struct audit_result *result, bool replaced)
{
	uint64_t pages = 0,
		 most = replaced ? result->audit.private_pages : result->audit.shared_pages;
	size_t i;

	for (i = 0; i < result->count; i++)
		if (!result->findings[i].accepted &&
		    is_replaced(&result->findings[i].finding) == replaced)
			pages += result->findings[i].finding.length / PAGE;
	return pages < most ? pages : most;
}

static void print_uses(const struct cvm_audit *audit)
{
	char count[32], size[SIZE_TEXT];
	uint32_t use;

	for (use = 0; use < CVM_PAGE_USES_MAX; use++)
		if (audit->uses[use])
			printf("    %-16s %13s  %10s\n", cvm_page_use_name(use),
			       group(audit->uses[use], count),
			       size_text(audit->uses[use] * PAGE, size));
}

static void print_pages(const struct audit_result *result)
{
	const struct cvm_audit *audit = &result->audit;

	printf("  %-18s %13s  %10s %12s %12s\n", "", "pages", "size", "expected", "unexpected");
	print_row("private", audit->private_pages, unexpected_pages(result, true));
	print_row("shared", audit->shared_pages, unexpected_pages(result, false));
	print_uses(audit);
	if (audit->unaccepted_pages)
		print_row("unaccepted", audit->unaccepted_pages, 0);
	if (audit->unmapped_pages)
		print_row("unmapped", audit->unmapped_pages, 0);
}

/* ---- findings ---- */

static void print_wrapped(const char *text)
{
	printf("     ");
	term_wrapped(5, 5, TERM_WIDTH, text);
	putchar('\n');
}

static void print_owner(const struct cvm_finding *finding, bool full)
{
	const struct cvm_owner *owner = &finding->owner;
	char text[512], clock[16];
	size_t i;

	if (!finding->has_owner || owner->before_load) {
		if (finding->length && !is_replaced(finding))
			print_wrapped(finding->has_owner ? "shared before the module was loaded"
							 : "shared by nobody the ledger knows");
		return;
	}
	snprintf(text, sizeof(text), "by set_memory_*() from %s, pid %u \"%s\", %s%s%s",
		 owner->caller, owner->pid, owner->comm, audit_clock(owner->time, clock),
		 owner->error ? ", which failed: " : "",
		 owner->error ? strerror(owner->error) : "");
	print_wrapped(text);
	for (i = 0; full && i < owner->n_stack; i++)
		printf("       %s\n", owner->stack[i]);
}

void audit_screen_finding(const struct audit_finding *shown, bool full)
{
	const struct cvm_finding *finding = &shown->finding;
	const char *verdict = cvm_page_verdict_name(finding->verdict);
	char text[256], size[SIZE_TEXT], clock[16];

	term_tone(shown->accepted ? TONE_UNSURE : TONE_BAD, "  FINDING %u  %s", finding->id,
		  verdict);
	if (finding->length)
		printf("  pfn %#llx  %s%s%s", (unsigned long long)(finding->start / PAGE),
		       size_text(finding->length, size), *finding->label ? ", " : "",
		       finding->label);
	puts(shown->accepted ? "  accepted by the baseline" : "");
	if (finding->length)
		snprintf(text, sizeof(text), "use %s, confidence %s, first seen %s",
			 cvm_page_use_name(finding->use), cvm_confidence_name(finding->confidence),
			 audit_clock(finding->first_seen, clock));
	else
		snprintf(text, sizeof(text), "confidence %s, first seen %s",
			 cvm_confidence_name(finding->confidence),
			 audit_clock(finding->first_seen, clock));
	print_wrapped(text);
	if (finding->pid) {
		snprintf(text, sizeof(text), "mapped by pid %u \"%s\"", finding->pid,
			 finding->comm);
		print_wrapped(text);
	}
	print_owner(finding, full);
	print_wrapped(meaning_of(verdict));
	if (!shown->accepted) {
		printf("     details: cvmctl audit show %u", finding->id);
		printf("     silence: cvmctl audit baseline --accept %u\n", finding->id);
	}
	putchar('\n');
}

static void print_findings(const struct audit_result *result)
{
	size_t i, unexpected = audit_result_unexpected(result);

	putchar('\n');
	for (i = 0; i < result->count; i++)
		audit_screen_finding(&result->findings[i], settings.verbose);
	printf("%zu finding%s", result->count, result->count == 1 ? "" : "s");
	if (result->count)
		printf(" (%zu unexpected)", unexpected);
	puts(".");
	if (result->audit.dropped)
		printf("%u more did not fit; mend these first.\n", result->audit.dropped);
}

static void print_limits(const struct cvm_audit *audit)
{
	print_wrapped("The state is what this guest's page tables say. A host that takes a\n"
		      "private page away is seen when the page is next touched, not at once.");
	if (*audit->hardware_refused)
		print_wrapped(audit->hardware_refused);
	else
		print_wrapped("Pages that the hardware was asked about are seen by the audit.");
}

static void print_hardware(const struct cvm_audit *audit)
{
	char asked[32], failed[32];

	printf("  hardware: %s private pages asked about, %s without an answer\n",
	       group(audit->hardware_asked, asked), group(audit->hardware_failed, failed));
	if (!audit->hardware_asked)
		print_wrapped("The hardware is asked only while conversions are traced: see\n"
			      "the finding tracer-silenced.");
}

void audit_screen(const struct audit_result *result)
{
	const struct cvm_audit *audit = &result->audit;
	uint64_t pages = audit->private_pages + audit->shared_pages + audit->unmapped_pages +
			 audit->unaccepted_pages;
	double seconds = audit->walked_ns / 1e9;
	char count[32], speed[SIZE_TEXT], clock[16], heading[160];

	snprintf(heading, sizeof(heading), "audit: %s pages in %.3f s (%s/s), at %s",
		 group(pages, count), seconds,
		 size_text(seconds > 0 ? pages * PAGE / seconds : 0, speed),
		 audit_clock(audit->started, clock));
	if (!settings.quiet) {
		term_heading(heading, audit->hardware ? "PTE, ledger, hardware" : "PTE, ledger");
		print_pages(result);
		printf("  ledger: %llu conversions by %s, %llu missed",
		       (unsigned long long)audit->conversions, cvm_tracer_name(audit->tracer),
		       (unsigned long long)(audit->missed + audit->lost));
		printf("\n  other mappings: %llu pages compared, of the kernel and %u processes\n",
		       (unsigned long long)audit->aliases, audit->processes);
		if (audit->hardware)
			print_hardware(audit);
		if (!audit->encrypted)
			puts("  This machine does not encrypt memory: nothing is private.");
		if (settings.verbose)
			print_limits(audit);
	}
	print_findings(result);
}

/* ---- conversions ---- */

void audit_screen_conversion(const struct cvm_conversion *conversion)
{
	const struct cvm_owner *by = &conversion->by;
	char clock[16], size[SIZE_TEXT];
	size_t i;

	printf("%s  %-7s %#12llx %9s  %s[%u] %s", audit_clock(by->time, clock),
	       conversion->shared ? "share" : "private", (unsigned long long)conversion->start,
	       size_text(conversion->length, size), by->comm, by->pid, by->caller);
	if (by->error)
		printf("  FAILED: %s", strerror(by->error));
	putchar('\n');
	for (i = 0; settings.verbose && i < by->n_stack; i++)
		printf("            %s\n", by->stack[i]);
}
