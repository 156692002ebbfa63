/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * On the guest: which pages the host can read, who made them so, what is wrong.
 * Part of libcvm.h, which is what programs include.
 */
#ifndef LIBCVM_AUDIT_H
#define LIBCVM_AUDIT_H

#include "libcvm_guest.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CVM_PAGE_USES_MAX   32
#define CVM_OWNER_STACK_MAX 8

/* Values are those of kmod/uapi/cvm_genl.h; names are its words, "?" for unknown values. */
const char *cvm_page_use_name(uint32_t use);
const char *cvm_page_state_name(uint32_t state);
const char *cvm_page_verdict_name(uint32_t verdict);
const char *cvm_confidence_name(uint32_t confidence);
const char *cvm_tracer_name(uint32_t tracer);

/**
 * struct cvm_audit - the last pass in numbers, and the state of the ledger
 * @encrypted: the machine encrypts memory; otherwise nothing is shared
 * @refused: why there can be no audit here, "" when there can
 * @running: a pass runs
 * @progress: of it, thousandths
 * @passes: finished since the module was loaded
 * @cancelled: the last pass was stopped
 * @started: of the last pass, nanoseconds since 1970
 * @elapsed_ns: it took
 * @walked_ns: of that until the first look was done
 * @private_pages: the host cannot read them
 * @shared_pages: the host can
 * @unmapped_pages: that are not in the kernel's direct map, so that it is not known
 * @unaccepted_pages: not accepted yet
 * @uses: shared pages by their use
 * @aliases: other mappings of pages that were compared
 * @processes: whose mappings were compared; 0 without CAP_SYS_PTRACE
 * @hardware: private pages that the hardware was to be asked about
 * @hardware_asked: of them, for which it answered
 * @hardware_failed: for which it gave no answer
 * @hardware_refused: why it cannot be asked here, "" when it can
 * @findings: number of them
 * @dropped: findings for which there was no room
 * @tracer: how the ledger learns of conversions
 * @conversions: the ledger has seen
 * @missed: the tracer could not deliver
 * @lost: whose owner could not be kept
 * @reconciled: pages that were private although the ledger called them shared
 */
struct cvm_audit {
	bool encrypted;
	char refused[128];
	bool running;
	uint32_t progress;
	uint32_t passes;
	bool cancelled;
	uint64_t started;
	uint64_t elapsed_ns;
	uint64_t walked_ns;
	uint64_t private_pages;
	uint64_t shared_pages;
	uint64_t unmapped_pages;
	uint64_t unaccepted_pages;
	uint64_t uses[CVM_PAGE_USES_MAX];
	uint64_t aliases;
	uint32_t processes;
	uint32_t hardware;
	uint32_t hardware_asked;
	uint32_t hardware_failed;
	char hardware_refused[128];
	uint32_t findings;
	uint32_t dropped;
	uint32_t tracer;
	uint64_t conversions;
	uint64_t missed;
	uint64_t lost;
	uint64_t reconciled;
};

int cvm_audit_get(struct cvm_audit *audit, struct cvm_error *err);

/**
 * struct cvm_label - a name for a range of physical memory
 * @name: for people
 * @start: physical address
 * @length: bytes
 * @image: code or constants of the kernel, which are never shared
 */
struct cvm_label {
	char name[32];
	uint64_t start;
	uint64_t length;
	bool image;
};

#define CVM_LABELS_MAX 32

/**
 * struct cvm_audit_request - how to look
 * @labels: names for ranges
 * @n_labels: at most CVM_LABELS_MAX
 * @rate: bytes of memory a second at most, 0 for no limit
 * @hardware: private pages to ask the hardware about; see &struct cvm_audit for whether it
 *	can be asked
 */
struct cvm_audit_request {
	const struct cvm_label *labels;
	size_t n_labels;
	uint64_t rate;
	uint32_t hardware;
};

/* Starts a pass in the background. -EBUSY while one runs. Both need CAP_NET_ADMIN. */
int cvm_audit_run(const struct cvm_audit_request *request, struct cvm_error *err);
int cvm_audit_stop(struct cvm_error *err);
/* Ranges that this system's /proc/iomem and /proc/kallsyms name; the number of them. */
size_t cvm_audit_labels(struct cvm_label labels[CVM_LABELS_MAX]);

/**
 * struct cvm_owner - who shared a page
 * @before_load: it was shared before the module was loaded, and nothing else is known
 * @time: of the conversion, nanoseconds since 1970
 * @error: positive errno of the conversion, 0 for success
 * @pid: of the task
 * @comm: of the task
 * @caller: symbol and offset
 * @stack: callers above, nearest first
 * @n_stack: number of them
 */
struct cvm_owner {
	bool before_load;
	uint64_t time;
	uint32_t error;
	uint32_t pid;
	char comm[16];
	char caller[128];
	char stack[CVM_OWNER_STACK_MAX][128];
	size_t n_stack;
};

/**
 * struct cvm_finding - something that should not be
 * @id: stays as long as passes find it
 * @verdict: what it is
 * @confidence: how sure it is
 * @use: of the pages
 * @start: physical address
 * @length: bytes, 0 for a finding about no page
 * @label: of the range, or ""
 * @first_seen: nanoseconds since 1970
 * @pid: of the process whose mapping disagrees, 0 for the kernel's
 * @comm: of that process
 * @has_owner: @owner is known
 * @owner: who shared the pages
 */
struct cvm_finding {
	uint32_t id;
	uint32_t verdict;
	uint32_t confidence;
	uint32_t use;
	uint64_t start;
	uint64_t length;
	char label[32];
	uint64_t first_seen;
	uint32_t pid;
	char comm[16];
	bool has_owner;
	struct cvm_owner owner;
};

/* Takes one; another value than 0 ends the dump and is returned. Needs CAP_NET_ADMIN. */
typedef int (*cvm_finding_use)(void *ctx, const struct cvm_finding *finding);
int cvm_audit_findings(cvm_finding_use use, void *ctx, struct cvm_error *err);

/**
 * struct cvm_conversion - pages that were shared, or taken back
 * @seq: counts from 1; a gap tells that records were overwritten
 * @start: physical address
 * @length: bytes
 * @shared: shared with the host, or else taken back
 * @by: who did it
 */
struct cvm_conversion {
	uint64_t seq;
	uint64_t start;
	uint64_t length;
	bool shared;
	struct cvm_owner by;
};

typedef int (*cvm_conversion_use)(void *ctx, const struct cvm_conversion *conversion);
/* The latest ones, oldest first. Needs CAP_NET_ADMIN. */
int cvm_audit_ledger(cvm_conversion_use use, void *ctx, struct cvm_error *err);

/**
 * struct cvm_page_extent - a run of pages that are alike
 * @start: physical address
 * @length: bytes
 * @state: private, shared and so on
 * @use: of shared pages
 * @verdict: of a first look at shared pages
 */
struct cvm_page_extent {
	uint64_t start;
	uint64_t length;
	uint32_t state;
	uint32_t use;
	uint32_t verdict;
};

typedef int (*cvm_page_extent_use)(void *ctx, const struct cvm_page_extent *extent);
/* As the page tables are now. @device as for cvm_memory_map(). Needs CAP_SYS_ADMIN. */
int cvm_audit_map(const char *device, cvm_page_extent_use use, void *ctx, struct cvm_error *err);

/**
 * struct cvm_events - who takes what the module tells; any of them may be NULL
 * @ctx: handed to all
 * @audit: progress and end of a pass
 * @finding: that the pass before did not have
 * @conversion: of pages
 * @acceptance: progress and end of early acceptance
 * @lost: events were lost, because they came faster than they were taken
 * @idle: nothing came for a while
 *
 * Another value than 0 ends the watch and is returned.
 */
struct cvm_events {
	void *ctx;
	int (*audit)(void *ctx, const struct cvm_audit *audit);
	int (*finding)(void *ctx, const struct cvm_finding *finding);
	int (*conversion)(void *ctx, const struct cvm_conversion *conversion);
	int (*acceptance)(void *ctx, const struct cvm_acceptance *acceptance);
	int (*lost)(void *ctx);
	int (*idle)(void *ctx);
};

/**
 * struct cvm_watch - a subscription to events; they are queued from its opening on
 */
struct cvm_watch;

int cvm_watch_open(const struct cvm_events *events, struct cvm_watch **watch,
		   struct cvm_error *err);
/* Until one of the functions says so; @idle_ms between two calls of events->idle. */
int cvm_watch_run(struct cvm_watch *watch, int idle_ms, struct cvm_error *err);
void cvm_watch_close(struct cvm_watch *watch);

#ifdef __cplusplus
}
#endif

#endif /* LIBCVM_AUDIT_H */
