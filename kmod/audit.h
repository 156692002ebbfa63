/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the audit and the ledger know of each other, as cvm.h does for the rest. */
#ifndef _CVM_AUDIT_H
#define _CVM_AUDIT_H

#include <linux/kallsyms.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "uapi/cvm.h"
#include "uapi/cvm_genl.h"

/* ---- all ---- */

/**
 * struct cvm_span - a range of pages
 * @first: page
 * @end: page behind it
 */
struct cvm_span {
	unsigned long first;
	unsigned long end;
};

static inline bool cvm_span_has(const struct cvm_span *span, unsigned long pfn)
{
	return pfn >= span->first && pfn < span->end;
}

/* ---- audit_walk.c ---- */

enum cvm_entry_state {
	CVM_ENTRY_ABSENT,
	CVM_ENTRY_PRIVATE,
	CVM_ENTRY_SHARED,
};

/**
 * struct cvm_walk_step - what the kernel's page tables say of an address and what follows
 * @pages: from the address on that are alike, and mapped one after the other
 * @pfn: that the address is mapped to, 0 when it is not
 * @state: of all these pages
 */
struct cvm_walk_step {
	unsigned long pages;
	unsigned long pfn;
	enum cvm_entry_state state;
};

void cvm_walk_init(void);
void cvm_walk_step(const struct mm_struct *mm, unsigned long address, struct cvm_walk_step *step);
enum cvm_entry_state cvm_walk_address(unsigned long address, unsigned long *pfn, bool *writable);
void cvm_walk_pages(unsigned long pfn, struct cvm_walk_step *step);
enum cvm_entry_state cvm_walk_page(unsigned long pfn);
bool cvm_walk_is_image(unsigned long pfn);
unsigned long cvm_walk_shared(unsigned long pfn, unsigned long pages);

/* ---- classify.c ---- */

enum cvm_page_use cvm_classify(unsigned long pfn);

/* ---- ledger.c ---- */

/**
 * struct cvm_conversion - a call of set_memory_decrypted() or set_memory_encrypted()
 * @seq: counts from 1; 0 for what was shared before the module was loaded
 * @time: nanoseconds of the clock of the day
 * @pfn: first page
 * @pages: number of them
 * @shared: shared with the host, or else taken back
 * @before_load: nothing but @shared is known
 * @compound: the first page was part of a compound page
 * @error: positive errno that the call returned, 0 for success
 * @pid: of the task
 * @comm: of the task
 * @caller: address that the call returned to
 * @stack: of the callers, in the stack depot; 0 when it could not be kept
 */
struct cvm_conversion {
	u64 seq;
	u64 time;
	unsigned long pfn;
	unsigned long pages;
	bool shared;
	bool before_load;
	bool compound;
	u32 error;
	u32 pid;
	char comm[TASK_COMM_LEN];
	unsigned long caller;
	u32 stack;
};

/**
 * struct cvm_ledger_state - the ledger in numbers
 * @tracer: how it learns of conversions
 * @conversions: it has seen
 * @missed: the tracer could not deliver
 * @lost: whose owner could not be kept
 * @reconciled: pages that were private although the ledger called them shared
 */
struct cvm_ledger_state {
	enum cvm_tracer tracer;
	u64 conversions;
	u64 missed;
	u64 lost;
	u64 reconciled;
};

int cvm_ledger_init(void);
void cvm_ledger_exit(void);
void cvm_ledger_listen(void (*callback)(void));
void cvm_ledger_state(struct cvm_ledger_state *state);
bool cvm_ledger_owner(unsigned long pfn, unsigned long *end, struct cvm_conversion *owner);
unsigned long cvm_ledger_next(unsigned long *pfn, struct cvm_conversion *owner);
bool cvm_ledger_is_converting(unsigned long pfn);
int cvm_ledger_shield(unsigned long pfn, int (*query)(unsigned long pfn));
bool cvm_ledger_record(u64 seq, struct cvm_conversion *how);
void cvm_ledger_forget(unsigned long pfn, unsigned long pages, u64 seq);

/* ---- caller.c ---- */

int cvm_caller_init(void);
void cvm_caller_exit(void);
void cvm_caller_name(unsigned long address, u64 seq, char text[KSYM_SYMBOL_LEN]);

/* ---- canary.c ---- */

bool cvm_canary_sings(void);

/* ---- known.c ---- */

#define CVM_LABEL_SIZE	32
#define CVM_LABELS_MAX	32

/**
 * struct cvm_label - what user space calls a range of memory
 * @name: for people
 * @span: the range
 * @image: code or constants of the kernel
 */
struct cvm_label {
	char name[CVM_LABEL_SIZE];
	struct cvm_span span;
	bool image;
};

int cvm_known_init(void);
void cvm_known_exit(void);
void cvm_known_refresh(void);
enum cvm_page_use cvm_known_use(unsigned long pfn, unsigned long *end);
bool cvm_known_label(unsigned long pfn, struct cvm_label *label);
void cvm_known_set_labels(const struct cvm_label *list, unsigned int count);

/* ---- audit_look.c ---- */

/**
 * struct cvm_audit_step - a run of pages in one state
 * @pages: in the run
 * @state: &enum cvm_page_state
 */
struct cvm_audit_step {
	unsigned long pages;
	u32 state;
};

/**
 * struct cvm_process - who has a mapping
 * @pid: in the first namespace; 0 for the kernel
 * @comm: its name
 */
struct cvm_process {
	u32 pid;
	char comm[TASK_COMM_LEN];
};

/**
 * struct cvm_audit_look - pages that are alike, and what follows from it
 * @pages: number of them
 * @state: &enum cvm_page_state
 * @use: of the pages
 * @verdict: CVM_PAGE_VERDICT_NONE for a page that is not shared
 * @alias: address of another mapping that disagrees, or 0
 * @process: whose mapping that is
 * @has_owner: @owner is known
 * @owner: who shared it
 */
struct cvm_audit_look {
	unsigned long pages;
	u32 state;
	enum cvm_page_use use;
	enum cvm_page_verdict verdict;
	unsigned long alias;
	struct cvm_process process;
	bool has_owner;
	struct cvm_conversion owner;
};

/**
 * struct cvm_audit_alias - one entry of the page tables beside the direct map
 * @pages: that it covers
 * @memory: it maps memory, and @pfn and @disagree mean something
 * @pfn: first page that it maps; when they disagree, the page
 * @address: of that page in this mapping
 * @disagree: it calls a page shared that the direct map calls private, or the reverse
 */
struct cvm_audit_alias {
	unsigned long pages;
	bool memory;
	unsigned long pfn;
	unsigned long address;
	bool disagree;
};

int cvm_audit_look_init(void);
void cvm_audit_look_exit(void);
void cvm_audit_hold_memory(void);
void cvm_audit_let_go_memory(void);
void cvm_audit_step(unsigned long pfn, unsigned long end, struct cvm_audit_step *step);
void cvm_audit_look(unsigned long pfn, unsigned long end, struct cvm_audit_look *look);
void cvm_audit_alias(const struct mm_struct *mm, unsigned long address,
		     struct cvm_audit_alias *alias);
struct folio *cvm_audit_hold(unsigned long pfn);

/* ---- finding.c ---- */

#define CVM_FINDINGS_MAX	256

/**
 * struct cvm_finding - something that should not be
 * @id: stays as long as passes find it
 * @verdict: what it is
 * @use: of the pages
 * @pfn: first page
 * @pages: number of them, 0 for a finding about no page
 * @alias: address of another mapping of the first page that disagrees, or 0
 * @process: whose mapping that is
 * @first_seen: nanoseconds of the clock of the day
 * @has_owner: @owner is known
 * @owner: who shared them
 */
struct cvm_finding {
	u32 id;
	enum cvm_page_verdict verdict;
	enum cvm_page_use use;
	unsigned long pfn;
	unsigned long pages;
	unsigned long alias;
	struct cvm_process process;
	u64 first_seen;
	bool has_owner;
	struct cvm_conversion owner;
};

/**
 * struct cvm_finding_list - what one pass has found
 * @count: in @list
 * @dropped: for which there was no room
 * @list: in the order in which they were found
 */
struct cvm_finding_list {
	unsigned int count;
	unsigned int dropped;
	struct cvm_finding list[CVM_FINDINGS_MAX];
};

void cvm_finding_add(struct cvm_finding_list *to, unsigned long pfn,
		     const struct cvm_audit_look *look);
void cvm_finding_confirm(struct cvm_finding_list *to, const struct cvm_finding *candidate);
void cvm_finding_publish(struct cvm_finding_list *list, u64 now);
bool cvm_finding_get(unsigned int index, struct cvm_finding *finding);
void cvm_finding_count(unsigned int *count, unsigned int *dropped);
enum cvm_confidence cvm_finding_confidence(const struct cvm_finding *finding);
void cvm_finding_listen(void (*callback)(const struct cvm_finding *finding));

/* ---- audit_alias.c ---- */

u64 cvm_alias_compare_kernel(struct cvm_finding_list *to);
u32 cvm_alias_compare_processes(struct cvm_finding_list *to, u64 *pages);
bool cvm_alias_disagrees(const struct cvm_process *process, unsigned long address,
			 unsigned long pfn);

/* ---- audit_sample.c ---- */

/**
 * struct cvm_sample - what came of asking the hardware about pages
 * @asked: pages for which it answered
 * @failed: pages for which it gave no answer
 */
struct cvm_sample {
	u32 asked;
	u32 failed;
};

const char *cvm_sample_refusal(void);
int cvm_sample_page(unsigned long pfn);
void cvm_sample_memory(unsigned long end, unsigned long pages, struct cvm_sample *sample,
		       struct cvm_finding_list *to);

/* ---- audit.c ---- */

#define CVM_PAGE_USES	(CVM_PAGE_USE_IMAGE + 1)

/**
 * struct cvm_audit_status - the last pass that came to its end, and one that runs
 * @running: a pass runs
 * @progress: of it, thousandths
 * @passes: that came to their end
 * @cancelled: the last pass was stopped
 * @started: of the last pass, nanoseconds of the clock of the day
 * @elapsed: nanoseconds from its start to its end
 * @walked: of them, until the first look was done
 * @pages: by &enum cvm_page_state
 * @uses: shared pages by &enum cvm_page_use
 * @aliases: pages that were compared
 * @processes: whose mappings were compared
 * @hardware: pages to ask the hardware about, as requested
 * @sample: what came of that
 */
struct cvm_audit_status {
	bool running;
	u32 progress;
	u32 passes;
	bool cancelled;
	u64 started;
	u64 elapsed;
	u64 walked;
	u64 pages[CVM_PAGE_STATE_OFFLINE + 1];
	u64 uses[CVM_PAGE_USES];
	u64 aliases;
	u32 processes;
	u32 hardware;
	struct cvm_sample sample;
};

/**
 * struct cvm_audit_request - how to look
 * @labels: what user space calls ranges; those of a pass that is refused are not looked at
 * @n_labels: at most CVM_LABELS_MAX
 * @rate: bytes of memory a second at most, 0 for no limit
 * @hardware: private pages to ask the hardware about
 * @processes: compare mappings of processes, too
 */
struct cvm_audit_request {
	const struct cvm_label *labels;
	unsigned int n_labels;
	u64 rate;
	u32 hardware;
	bool processes;
};

int cvm_audit_init(void);
void cvm_audit_exit(void);
const char *cvm_audit_refusal(void);
int cvm_audit_start(const struct cvm_audit_request *request);
bool cvm_audit_is_stopping(void);
void cvm_audit_stop(void);
void cvm_audit_close(void);
void cvm_audit_status(struct cvm_audit_status *status);
bool cvm_audit_extent(u64 start, struct cvm_audit_extent *extent);
void cvm_audit_listen(void (*callback)(void));

#endif /* _CVM_AUDIT_H */
