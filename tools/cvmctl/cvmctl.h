/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of cvmctl know of each other; one section a file. */
#ifndef CVMCTL_H
#define CVMCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <jansson.h>

#include "libcvm.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Exit status, documented in cvmctl(8). 5-8 are the groups of an appraisal. */
enum exit_status {
	EXIT_YES = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NOT_HERE = 3,
	EXIT_PERMISSION = 4,
	EXIT_MALFORMED = 5,
	EXIT_NOT_AUTHENTIC = 6,
	EXIT_STALE = 7,
	EXIT_POLICY = 8,
	EXIT_FINDINGS = 9,
};

/* cvmctl.c: the command table and the global options */

/**
 * struct option_spec - one option; a table of them ends with a NULL name
 * @name: long name without the dashes
 * @letter: short name or 0
 * @argument: placeholder of its argument in help texts, NULL when it takes none; one that
 *	may be left out is in brackets with its '=', as in [=N]
 * @help: one line
 * @repeats: may be given more than once
 */
struct option_spec {
	const char *name;
	char letter;
	const char *argument;
	const char *help;
	bool repeats;
};

struct args;

/**
 * struct command - one verb
 * @name: as typed, one or two words
 * @operands: placeholder of its operand in help texts, NULL when it takes none
 * @summary: one line
 * @options: its own options
 * @run: does it, returns the exit status
 */
struct command {
	const char *name;
	const char *operands;
	const char *summary;
	const struct option_spec *options;
	int (*run)(const struct args *args);
};

struct settings {
	bool json;
	bool quiet;
	bool verbose;
	const char *color;
	const char *device;
	const char *command; /* name for messages and schemas; NULL before it is known */
};

extern struct settings settings;
extern const struct command commands[];
extern const struct option_spec global_options[];

/* args.c */
struct args_value {
	const struct option_spec *option;
	const char *text;
};

struct args {
	const struct command *command;
	bool named; /* the command was given, not just the default */
	const char **operands;
	size_t n_operands;
	struct args_value *values;
	size_t n_values;
};

int args_parse(int argc, char **argv, struct args *args);
bool option_takes_word(const struct option_spec *option);
void args_free(struct args *args);
bool args_has(const struct args *args, const char *name);
const char *args_get(const struct args *args, const char *name);
const char *args_next(const struct args *args, const char *name, size_t *position);
int args_number(const struct args *args, const char *name, uint64_t max, uint64_t *number);
int args_count(const char *text, const char *what, uint64_t min, uint64_t max, uint64_t *number);
int args_fail_on(const struct args *args, const char **fail_on);
bool args_is_group(const struct command *command);
int args_unknown_command(const char *first, const char *second);
int args_transport(const struct args *args, enum cvm_transport *transport);
int args_vmpl(const struct args *args, int *vmpl);

/* help.c */
void help_print(const struct command *command);
void help_version(void);
const char *help_closest(const char *word, const char *(*candidate)(size_t index, const void *ctx),
			 const void *ctx);
bool help_argument_is_path(const struct option_spec *option);

/* errors.c */
int fail(const struct cvm_error *err, int ret);
int fail_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));
int fail_io(const char *what, const char *path, int error);
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
json_t *error_json(const struct cvm_error *err, int ret);
int error_exit(const struct cvm_error *err);

/* term.c */
enum tone {
	TONE_PLAIN,
	TONE_HEADING,
	TONE_GOOD,
	TONE_BAD,
	TONE_UNSURE,
};

#define TERM_WIDTH 80

int term_init(void);
void term_tone(enum tone tone, const char *format, ...) __attribute__((format(printf, 2, 3)));
size_t term_wrapped(size_t column, size_t indent, size_t width, const char *text);
void term_heading(const char *text, const char *right);
void term_row(const char *label, const char *provenance, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
const char *term_ellipsis(void);

/* hex.c */
char *hex_encode(const uint8_t *data, size_t len);
int hex_decode(const char *text, uint8_t *data, size_t max, size_t *len);
const char *hex_elided(const uint8_t *data, size_t len, char *text, size_t size);
bool hex_is_zero(const uint8_t *data, size_t len);

/* json.c */
json_t *json_result(int exit_status);
int json_print(json_t *object, int exit_status);
void json_set_hex(json_t *object, const char *key, const uint8_t *data, size_t len);
void json_set_time(json_t *object, const char *key, uint64_t ns);
json_t *json_text(const char *text);

/* files.c */
struct bytes {
	uint8_t *data;
	size_t len;
};

#define FILES_MAX (16u << 20)

int files_read(const char *path, struct bytes *bytes);
int files_write(const char *path, const void *data, size_t len, unsigned int mode);
bool files_would_hit_terminal(const char *path);

/* folder.c */
typedef int (*folder_use)(void *ctx, const char *path, const struct bytes *bytes,
			  struct cvm_error *err);
int folder_each(const char *path, const char *const *suffixes, folder_use use, void *ctx);

/* nonce.c */

/**
 * struct nonce - what evidence is bound to
 * @none: nothing, and the user said so
 * @bytes: of the nonce, empty with --report-data
 * @report_data: that follows
 * @name: of the nonce, for messages
 * @origin: of @report_data, for messages
 * @has_seal_root: @report_data is of nonce and root
 * @seal_root: digest of the guest's seals
 */
struct nonce {
	bool none;
	struct bytes bytes;
	uint8_t report_data[64];
	char name[112];
	char origin[128];
	bool has_seal_root;
	uint8_t seal_root[CVM_SEAL_DIGEST];
};

int nonce_from_args(const struct args *args, bool none_allowed, struct nonce *nonce);
int nonce_bind_seals(struct nonce *nonce, const uint8_t root[CVM_SEAL_DIGEST]);
void nonce_release(struct nonce *nonce);

/* seal_bind.c */

/**
 * struct seal_binding - what of the seals goes into evidence
 * @root: of all
 * @count: of seals
 * @not_intact: of them, those that are not as they were
 */
struct seal_binding {
	uint8_t root[CVM_SEAL_DIGEST];
	uint32_t count;
	size_t not_intact;
};

int seal_bind(struct seal_binding *binding);

/* rfc3339.c */
int rfc3339_parse(const char *text, time_t *time);
char *rfc3339_format(time_t time, char *text, size_t size);

/* report.c: an SNP report as rows and as JSON */
void report_title(const struct cvm_snp_report *report, size_t len, char *text, size_t size);
void report_rows_brief(const struct cvm_snp_report *report, const char *provenance);
void report_rows_full(const struct cvm_snp_report *report);
json_t *report_json(const struct cvm_snp_report *report);

/* td.c: a TDREPORT or the body of a quote as rows and as JSON */
void td_title(const struct cvm_tdx_report *td, size_t len, char *text, size_t size);
void td_rows(const struct cvm_tdx_report *td);
json_t *td_json(const struct cvm_tdx_report *td);
json_t *td_tcb_json(const struct cvm_tcb_verdict *tcb);

/* table.c */
struct table;

/**
 * struct table_column - one column
 * @name: heading
 * @right: aligned to the right
 */
struct table_column {
	const char *name;
	bool right;
};

struct table *table_new(const struct table_column *columns);
int table_line(struct table *table, const char *const *texts);
int table_print(struct table *table);
void table_free(struct table *table);

/* interrupt.c */
void interrupt_catch(void);
bool interrupt_seen(void);

/* size.c */
#define SIZE_TEXT 16
int size_parse(const char *text, uint64_t *size);
char *size_text(uint64_t size, char text[SIZE_TEXT]);

/* certs.c: a certificate table as a table and as JSON */
int certs_show(const char *name, const struct bytes *table,
	       const struct cvm_snp_cert_entry *entries, size_t n);

/* cmd_verify.c */
int verify_prepare(const struct args *args, const struct nonce *nonce,
		   struct cvm_verifier **verifier);
json_t *verify_json(const char *name, const struct cvm_appraisal *appraisal);
const char *verify_verdict_name(enum cvm_verdict verdict);

/* verify_batch.c */
int verify_batch(const struct args *args, const struct nonce *nonce);

/* list.c: the names of many files, without keeping all of them */
struct list;

int list_open(const char *path, struct list **list);
char *list_next(struct list *list);
void list_close(struct list *list);

/* cmd_eventlog.c */
int eventlog_show(const char *name, const struct bytes *bytes);

/* cmd_*.c */
extern const struct option_spec attest_options[];
extern const struct option_spec key_derive_options[];
extern const struct option_spec verify_options[];
extern const struct option_spec policy_new_options[];
extern const struct option_spec measure_extend_options[];
extern const struct option_spec eventlog_replay_options[];
extern const struct option_spec memory_options[];
extern const struct option_spec memory_accept_options[];
extern const struct option_spec audit_run_options[];
extern const struct option_spec audit_show_options[];
extern const struct option_spec audit_map_options[];
extern const struct option_spec audit_baseline_options[];
extern const struct option_spec seal_add_options[];
extern const struct option_spec seal_check_options[];
extern const struct option_spec seal_all_options[];
extern const struct option_spec no_options[];

int cmd_status(const struct args *args);
int cmd_attest(const struct args *args);
int cmd_key_derive(const struct args *args);
int cmd_measure_show(const struct args *args);
int cmd_measure_extend(const struct args *args);
int cmd_eventlog_show(const struct args *args);
int cmd_eventlog_replay(const struct args *args);
int cmd_memory(const struct args *args);
int cmd_memory_accept(const struct args *args);
int cmd_memory_stop(const struct args *args);
int cmd_memory_latency(const struct args *args);
int cmd_audit_run(const struct args *args);
int cmd_audit_stop(const struct args *args);
int cmd_audit_show(const struct args *args);
int cmd_audit_log(const struct args *args);
int cmd_audit_map(const struct args *args);
int cmd_audit_baseline(const struct args *args);
int cmd_seal_add(const struct args *args);
int cmd_seal_check(const struct args *args);
int cmd_seal_list(const struct args *args);
int cmd_seal_show(const struct args *args);
int cmd_seal_diff(const struct args *args);
int cmd_seal_rebase(const struct args *args);
int cmd_seal_remove(const struct args *args);
int cmd_monitor(const struct args *args);
int cmd_show(const struct args *args);
int cmd_verify(const struct args *args);
int cmd_policy_new(const struct args *args);
int cmd_policy_check(const struct args *args);
int cmd_completion(const struct args *args);

#endif /* CVMCTL_H */
