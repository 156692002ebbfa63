// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cvmctl verify --batch: many pieces of evidence against the same certificates,
 * collateral and policy.
 *
 * Each thread has a verifier of its own, for a verifier serves one thread and keeps the
 * chains it has checked. Names go into a ring, results come out of it in the same
 * order, so that memory does not grow with the number of files.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cvmctl.h"

#define THREADS_MAX   256
#define SLOTS	      512
#define VERDICTS      (CVM_UNDECIDED + 1)
#define PROGRESS_STEP 0.2 /* seconds */

enum slot_state {
	SLOT_EMPTY,
	SLOT_TODO,
	SLOT_TAKEN,
	SLOT_DONE,
};

/**
 * struct slot - one file on its way
 * @state: whose it is
 * @path: of the file
 * @line: what is to be printed
 * @verdict: of the appraisal
 * @readable: there was an appraisal
 * @exit_status: of this file alone
 */
struct slot {
	enum slot_state state;
	char *path;
	char *line;
	enum cvm_verdict verdict;
	bool readable;
	int exit_status;
};

/**
 * struct batch - all of it
 * @lock: for the slots and for @take and @closed
 * @todo: there is work, or there will be none
 * @done: a slot is done
 * @slots: a ring
 * @take: which slot is the next to be worked on
 * @closed: no more files will come
 * @threads: that work
 * @verifiers: one for each
 * @n_threads: how many
 * @files: printed so far
 * @verdicts: of them, by verdict
 * @unreadable: of them, without one
 * @exit_status: the lowest that is not 0
 */
struct batch {
	pthread_mutex_t lock;
	pthread_cond_t todo;
	pthread_cond_t done;
	struct slot slots[SLOTS];
	size_t take;
	bool closed;
	pthread_t threads[THREADS_MAX];
	struct cvm_verifier *verifiers[THREADS_MAX];
	unsigned int n_threads;
	size_t files;
	size_t verdicts[VERDICTS];
	size_t unreadable;
	int exit_status;
};

/**
 * struct worker - what a thread is given
 */
struct worker {
	struct batch *batch;
	struct cvm_verifier *verifier;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* ---- one file, on any thread ---- */

static char *json_line(json_t *object)
{
	char *line = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER);

	json_decref(object);
	return line;
}

static char *text_line(const char *word, const char *path, const char *detail)
{
	char *line;

	return asprintf(&line, "%-8s  %s%s%s", word, path, *detail ? ": " : "", detail) < 0 ? NULL
											    : line;
}

static char *line_of_error(const struct slot *slot, const char *why)
{
	json_t *object;

	if (!settings.json)
		return text_line("ERROR", slot->path, why);
	object = json_result(slot->exit_status);
	json_object_set_new(object, "file", json_string(slot->path));
	json_object_set_new(object, "error", json_string(why));
	return json_line(object);
}

/* The summary begins with the verdict, which stands in a column of its own here */
static char *line_of_verdict(const struct slot *slot, const struct cvm_appraisal *appraisal)
{
	const char *detail = appraisal->summary;
	size_t word = strcspn(detail, " :.");
	char verdict[16];

	if (settings.json)
		return json_line(verify_json(slot->path, appraisal));
	snprintf(verdict, sizeof(verdict), "%.*s", (int)word, detail);
	detail += word;
	return text_line(verdict, slot->path, detail + strspn(detail, " :"));
}

static void appraise(struct slot *slot, struct cvm_verifier *verifier)
{
	struct cvm_appraisal *appraisal = NULL;
	struct cvm_error err = { 0 };
	struct bytes bytes;
	int ret = files_read(slot->path, &bytes);

	slot->exit_status = EXIT_FAILED;
	if (ret) {
		slot->line = line_of_error(slot, strerrordesc_np(-ret));
		return;
	}
	ret = cvm_verifier_appraise(verifier, bytes.data, bytes.len, &appraisal, &err);
	if (ret) {
		slot->line = line_of_error(slot, err.why);
	} else {
		slot->readable = true;
		slot->verdict = appraisal->verdict;
		slot->exit_status = appraisal->exit_code;
		slot->line = line_of_verdict(slot, appraisal);
	}
	cvm_appraisal_free(appraisal);
	free(bytes.data);
}

static struct slot *take_slot(struct batch *batch)
{
	struct slot *slot = NULL;

	pthread_mutex_lock(&batch->lock);
	while (batch->slots[batch->take].state != SLOT_TODO && !batch->closed)
		pthread_cond_wait(&batch->todo, &batch->lock);
	if (batch->slots[batch->take].state == SLOT_TODO) {
		slot = &batch->slots[batch->take];
		slot->state = SLOT_TAKEN;
		batch->take = (batch->take + 1) % SLOTS;
	}
	pthread_mutex_unlock(&batch->lock);
	return slot;
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct batch *batch = worker->batch;
	struct slot *slot;

	while ((slot = take_slot(batch))) {
		appraise(slot, worker->verifier);
		pthread_mutex_lock(&batch->lock);
		slot->state = SLOT_DONE;
		pthread_cond_signal(&batch->done);
		pthread_mutex_unlock(&batch->lock);
	}
	free(worker);
	return NULL;
}

/* ---- progress and results, on the first thread ---- */

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void count_text(const struct batch *batch, char *text, size_t size)
{
	snprintf(text, size, "%zu files: %zu accepted, %zu rejected, %zu unknown, %zu unreadable",
		 batch->files, batch->verdicts[CVM_ACCEPTED], batch->verdicts[CVM_REJECTED],
		 batch->verdicts[CVM_UNDECIDED], batch->unreadable);
}

/* On a terminal only, and not where the results scroll by themselves */
static void show_progress(const struct batch *batch, bool last)
{
	static double start, shown;
	double now;
	char text[160];

	if (settings.quiet || !isatty(STDERR_FILENO) || isatty(STDOUT_FILENO))
		return;
	now = seconds();
	if (!start)
		start = now;
	if (!last && now - shown < PROGRESS_STEP)
		return;
	shown = now;
	count_text(batch, text, sizeof(text));
	fprintf(stderr, "\r%s, %.0f/s\033[K%s", text,
		now > start ? batch->files / (now - start) : 0.0, last ? "\n" : "");
}

static bool worth_printing(const struct slot *slot)
{
	return settings.json || !settings.quiet || slot->exit_status != EXIT_YES;
}

static void emit(struct batch *batch, struct slot *slot)
{
	batch->files++;
	if (slot->readable)
		batch->verdicts[slot->verdict]++;
	else
		batch->unreadable++;
	if (slot->exit_status && (!batch->exit_status || slot->exit_status < batch->exit_status))
		batch->exit_status = slot->exit_status;
	if (!slot->line)
		batch->exit_status = fail_io("cannot print the result of", slot->path, ENOMEM);
	else if (worth_printing(slot))
		puts(slot->line);
	free(slot->line);
	free(slot->path);
	show_progress(batch, false);
}

static bool put_file(struct batch *batch, size_t at, char *path)
{
	struct slot *slot = &batch->slots[at];

	pthread_mutex_lock(&batch->lock);
	*slot = (struct slot){ .state = SLOT_TODO, .path = path };
	pthread_cond_signal(&batch->todo);
	pthread_mutex_unlock(&batch->lock);
	return true;
}

static void wait_for(struct batch *batch, struct slot *slot)
{
	pthread_mutex_lock(&batch->lock);
	while (slot->state != SLOT_DONE)
		pthread_cond_wait(&batch->done, &batch->lock);
	slot->state = SLOT_EMPTY;
	pthread_mutex_unlock(&batch->lock);
}

/* Fills the ring, takes the oldest out, and so on until both are empty */
static void feed(struct batch *batch, struct list *list)
{
	size_t in = 0, out = 0;
	bool more = true;
	char *path;

	while (more || in != out) {
		while (more && in - out < SLOTS) {
			path = interrupted ? NULL : list_next(list);
			more = path && put_file(batch, in++ % SLOTS, path);
		}
		if (in == out)
			break;
		wait_for(batch, &batch->slots[out % SLOTS]);
		emit(batch, &batch->slots[out++ % SLOTS]);
	}
}

static int summarize(const struct batch *batch)
{
	int exit_status = interrupted ? EXIT_FAILED : batch->exit_status;
	char text[160];

	show_progress(batch, true);
	if (settings.json) {
		puts(json_line(json_pack("{s:s, s:i, s:I, s:I, s:I, s:I, s:I, s:b}", "schema",
					 "cvmctl/verify-batch/1", "exit", exit_status, "files",
					 (json_int_t)batch->files, "accepted",
					 (json_int_t)batch->verdicts[CVM_ACCEPTED], "rejected",
					 (json_int_t)batch->verdicts[CVM_REJECTED], "unknown",
					 (json_int_t)batch->verdicts[CVM_UNDECIDED], "unreadable",
					 (json_int_t)batch->unreadable, "interrupted",
					 (int)interrupted)));
		return exit_status;
	}
	count_text(batch, text, sizeof(text));
	printf("%s%s\n", text, interrupted ? "; interrupted" : "");
	return exit_status;
}

/* ---- threads ---- */

static int start_thread(struct batch *batch, const struct args *args, const struct nonce *nonce)
{
	struct cvm_verifier **verifier = &batch->verifiers[batch->n_threads];
	struct worker *worker;
	int ret = verify_prepare(args, nonce, verifier);

	if (ret)
		return ret;
	worker = malloc(sizeof(*worker));
	if (!worker)
		return fail_io("cannot start a thread", "", ENOMEM);
	*worker = (struct worker){ .batch = batch, .verifier = *verifier };
	ret = pthread_create(&batch->threads[batch->n_threads], NULL, work, worker);
	if (ret) {
		free(worker);
		cvm_verifier_free(*verifier);
		return fail_io("cannot start a thread", "", ret);
	}
	batch->n_threads++;
	return 0;
}

static void stop_threads(struct batch *batch)
{
	unsigned int i;

	pthread_mutex_lock(&batch->lock);
	batch->closed = true;
	pthread_cond_broadcast(&batch->todo);
	pthread_mutex_unlock(&batch->lock);
	for (i = 0; i < batch->n_threads; i++) {
		pthread_join(batch->threads[i], NULL);
		cvm_verifier_free(batch->verifiers[i]);
	}
}

static int count_threads(const struct args *args, uint64_t *number)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	*number = online < 1 ? 1 : online > THREADS_MAX ? THREADS_MAX : online;
	if (!args_has(args, "jobs"))
		return 0;
	if (args_number(args, "jobs", THREADS_MAX, number) || !*number)
		return fail_usage("--jobs takes a number from 1 to %d", THREADS_MAX);
	return 0;
}

int verify_batch(const struct args *args, const struct nonce *nonce)
{
	static struct batch batch = {
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.todo = PTHREAD_COND_INITIALIZER,
		.done = PTHREAD_COND_INITIALIZER,
	};
	const struct sigaction stop = { .sa_handler = interrupt, .sa_flags = SA_RESETHAND };
	const char *path = args_get(args, "batch");
	uint64_t jobs, i;
	struct list *list;
	sigset_t blocked;
	int ret = count_threads(args, &jobs);

	if (ret)
		return ret;
	ret = list_open(path, &list);
	if (ret)
		return fail_io("cannot read", path, -ret);
	json_object_seed(0);
	/* only the first thread is to be interrupted, for it waits for the next name */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	pthread_sigmask(SIG_BLOCK, &blocked, NULL);
	for (i = 0; !ret && i < jobs; i++)
		ret = start_thread(&batch, args, nonce);
	if (!ret) {
		sigaction(SIGINT, &stop, NULL);
		pthread_sigmask(SIG_UNBLOCK, &blocked, NULL);
		feed(&batch, list);
		ret = summarize(&batch);
	}
	stop_threads(&batch);
	list_close(list);
	return ret;
}
