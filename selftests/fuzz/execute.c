// SPDX-License-Identifier: GPL-2.0-only
/* Inputs, run: where their arguments lie, what symbols stand for, and what they leave behind. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../../kmod/uapi/cvm.h"
#include "../../kmod/uapi/cvm_genl.h"
#include "../../kmod/uapi/cvm_seal.h"
#include "fuzz.h"

#define DEVICE		"/dev/cvm"
#define PAGE		4096u
#define BUFFER		(16 * PAGE)
#define POLL_MS		2

/* As often what is dear may be done from the beginning on, as the seeds want it */
#define FIRST	12

/* A seal of more pages is dear */
#define FEW_PAGES	8

/**
 * struct runner - a thread that runs inputs
 * @files: of the device; -1 where there is none
 * @sockets: of netlink
 * @trap: file of the trap, or -1
 * @argument: a page for arguments; none follows
 * @constant: a page that cannot be written
 * @buffer: for answers; no page follows
 * @seals: numbers of those that the input has made
 * @n_seals: how many
 * @works: set when the input may have begun work in the background
 */
struct runner {
	int files[FILES];
	struct sockets sockets;
	int trap;
	uint8_t *argument;
	uint8_t *constant;
	uint8_t *buffer;
	uint32_t seals[CALLS_MAX];
	unsigned int n_seals;
	bool works;
};

struct tally tallies[256];

/* The latest seals of all runners, so that they meet at them */
static uint32_t latest[SEALS];
static unsigned int n_latest;

static void (*watcher)(const struct call *call, int result);

/* ---- what is dear ---- */

static unsigned int calls;

/* By counts and not by time, so that a seed makes the same run again */
static bool afford(const struct call *call, enum price price)
{
	static const unsigned int share[PRICES] = { 1, 60, 200 };
	static unsigned int spent[256];

	if (price == PRICE_LOW)
		return true;
	if (spent[call->op] * share[price] > calls + FIRST * share[price])
		return false;
	spent[call->op]++;
	return true;
}

static bool is_dear_seal(const struct cvm_seal_add *add)
{
	switch (add->kind) {
	case CVM_SEAL_PROCESS:
		return add->pid != symbols_pid(PID_SMALL);
	case CVM_SEAL_MODULE:
		return true;
	default:
		return add->length > FEW_PAGES * PAGE;
	}
}

static enum price price_of(const struct op *op, const void *argument)
{
	if (op->number == CVM_SEAL_ADD && is_dear_seal(argument))
		return PRICE_HIGH;
	return op->price;
}

/* ---- arguments ---- */

static uint64_t buffer_of(const struct runner *runner, unsigned int which, uint32_t offset)
{
	switch (which % BUFFERS) {
	case BUFFER_GOOD:
		return (uintptr_t)runner->buffer;
	case BUFFER_CUT:
		return (uintptr_t)runner->buffer + BUFFER - offset % BUFFER;
	case BUFFER_NOWHERE:
		return (uintptr_t)runner->buffer + BUFFER + offset % PAGE;
	case BUFFER_CONST:
		return (uintptr_t)runner->constant + offset % PAGE;
	case BUFFER_KERNEL:
		return symbols_kernel(offset);
	default:
		return (uintptr_t)runner->argument + offset % PAGE;
	}
}

static uint64_t symbol64(const struct runner *runner, const struct field *field, uint64_t value)
{
	unsigned int which = value >> 32 & 0xffff;

	if (value >> 48 != SYMBOL)
		return value;
	if (field->meaning == MEANS_BUFFER)
		return buffer_of(runner, which, value);
	if (field->meaning == MEANS_KERNEL)
		return symbols_kernel(which) + (uint32_t)value;
	return value;
}

static uint32_t symbol32(const struct field *field, uint32_t value)
{
	unsigned int back = value & 0xffff;

	if (value >> 16 != SYMBOL)
		return value;
	if (field->meaning == MEANS_PID)
		return symbols_pid(back);
	if (field->meaning == MEANS_SEAL)
		return latest[(n_latest + SEALS - 1 - back % SEALS) % SEALS];
	return value;
}

/* One field, its symbol replaced */
static void resolve(const struct runner *runner, const struct field *field, uint8_t *argument)
{
	uint64_t wide;
	uint32_t narrow;

	if (field->width == sizeof(wide)) {
		memcpy(&wide, argument + field->offset, sizeof(wide));
		wide = symbol64(runner, field, wide);
		memcpy(argument + field->offset, &wide, sizeof(wide));
	} else if (field->width == sizeof(narrow)) {
		memcpy(&narrow, argument + field->offset, sizeof(narrow));
		narrow = symbol32(field, narrow);
		memcpy(argument + field->offset, &narrow, sizeof(narrow));
	}
}

/* Puts the argument where the call wants it; its address */
static void *place(const struct runner *runner, const struct call *call, const uint8_t *argument,
		   unsigned int size)
{
	uint8_t *to = runner->argument;

	switch (call->how & HOW_PLACE) {
	case PLACE_CUT:
		to += PAGE - size / 2;
		memcpy(to, argument, size / 2);
		return to;
	case PLACE_NOWHERE:
		return to + PAGE;
	case PLACE_CONST:
		mprotect(runner->constant, PAGE, PROT_READ | PROT_WRITE);
		memcpy(runner->constant, argument, PAGE);
		mprotect(runner->constant, PAGE, PROT_READ);
		return runner->constant;
	default:
		memcpy(to, argument, PAGE);
		return to;
	}
}

/* ---- calls ---- */

static int file_of(struct runner *runner, const struct call *call)
{
	int *file = &runner->files[!!(call->how & HOW_SECOND)];

	if (*file < 0)
		*file = open(DEVICE, O_RDWR | O_CLOEXEC);
	return *file;
}

static void note_seal(struct runner *runner, uint32_t id)
{
	runner->seals[runner->n_seals++ % CALLS_MAX] = id;
	latest[n_latest++ % SEALS] = id;
}

static int result_of(long ret)
{
	return ret < 0 ? -errno : 0;
}

static int do_ioctl(struct runner *runner, const struct op *op, const struct call *call)
{
	uint8_t argument[PAGE] = { 0 };
	struct cvm_seal_add added = { 0 };
	unsigned long command = op->number;
	unsigned int i;
	void *at;
	int ret;

	memcpy(argument, call->data, call->length);
	for (i = 0; i < op->n_fields; i++)
		resolve(runner, &op->fields[i], argument);
	if (!afford(call, price_of(op, argument)))
		return 1;
	at = place(runner, call, argument, op->size);
	if (call->how & HOW_ODD)
		command ^= 8 << _IOC_SIZESHIFT;
	ret = result_of(ioctl(file_of(runner, call), command, at));
	if (!ret && op->number == CVM_SEAL_ADD) {
		memcpy(&added, at, sizeof(added));
		note_seal(runner, added.id);
	}
	return ret;
}

static int do_unknown(struct runner *runner, const struct call *call)
{
	unsigned long command = _IOWR(CVM_IOC_MAGIC, 0x0f + call->data[0], struct cvm_register);

	if (call->data[1] & 1)
		command = _IO('x', call->data[0]);
	return result_of(ioctl(file_of(runner, call), command, runner->argument));
}

static int do_mmap(struct runner *runner, const struct call *call)
{
	size_t length = (1 + call->data[0] % 8) * PAGE;
	int flags = call->data[2] & 1 ? MAP_SHARED : MAP_PRIVATE;
	void *at = mmap(NULL, length, call->data[1] & 7, flags, file_of(runner, call),
			call->data[3] * PAGE);

	if (at == MAP_FAILED)
		return -errno;
	munmap(at, length);
	return 0;
}

static int do_poll(struct runner *runner, const struct call *call)
{
	struct pollfd polled = {
		.fd = call->data[0] & 1 && runner->sockets.fds[0] >= 0 ? runner->sockets.fds[0] :
									 file_of(runner, call),
		.events = POLLIN | POLLOUT,
	};

	return result_of(poll(&polled, 1, POLL_MS));
}

static int do_close(struct runner *runner, unsigned int slot)
{
	int ret = close(runner->files[slot]);

	runner->files[slot] = -1;
	return result_of(ret);
}

static int do_genl(struct runner *runner, const struct op *op, const struct call *call)
{
	if (!afford(call, op->price))
		return 1;
	if (op->number == CVM_CMD_AUDIT_RUN || op->number == CVM_CMD_ACCEPT_START)
		runner->works = true;
	return genl_call(&runner->sockets, op, call);
}

/* 0, a negative errno, or 1 when it was not done */
static int do_call(struct runner *runner, const struct op *op, const struct call *call)
{
	switch (op->door) {
	case DOOR_OPEN:
		return file_of(runner, call) < 0 ? -errno : 0;
	case DOOR_CLOSE:
		return do_close(runner, !!(call->how & HOW_SECOND));
	case DOOR_IOCTL:
		return do_ioctl(runner, op, call);
	case DOOR_UNKNOWN:
		return do_unknown(runner, call);
	case DOOR_MMAP:
		return do_mmap(runner, call);
	case DOOR_POLL:
		return do_poll(runner, call);
	case DOOR_READ:
		return result_of(read(file_of(runner, call), runner->buffer, call->data[0]));
	case DOOR_WRITE:
		return result_of(write(file_of(runner, call), call->data, call->length));
	case DOOR_SEEK:
		return result_of(lseek(file_of(runner, call), call->data[0], SEEK_SET));
	case DOOR_TRAP:
		return result_of(write(runner->trap, call->data, call->length));
	default:
		return do_genl(runner, op, call);
	}
}

/* Of this thread alone: what the kernel asks when it is asked for something */
static void set_privilege(bool privileged)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[2];

	syscall(SYS_capget, &header, sets);
	sets[0].effective = privileged ? sets[0].permitted : 0;
	sets[1].effective = privileged ? sets[1].permitted : 0;
	syscall(SYS_capset, &header, sets);
}

static void count(const struct call *call, int result)
{
	struct tally *tally = &tallies[call->op];

	calls++;
	tally->succeeded += !result;
	tally->failed += result < 0;
	tally->skipped += result > 0;
	if (watcher)
		watcher(call, result);
}

static uint64_t microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ull + now.tv_nsec / 1000;
}

static void run_call(struct runner *runner, const struct call *call, struct coverage *coverage)
{
	uint64_t begun = microseconds();
	int result;

	if (call->how & HOW_NOBODY)
		set_privilege(false);
	if (coverage)
		coverage_begin(coverage);
	result = do_call(runner, &ops[call->op], call);
	if (coverage)
		coverage_end(coverage);
	if (call->how & HOW_NOBODY)
		set_privilege(true);
	tallies[call->op].microseconds += microseconds() - begun;
	count(call, result);
}

/* ---- inputs ---- */

static void remove_seals(struct runner *runner)
{
	struct cvm_seal_root root = { .size = sizeof(root) };
	int file = file_of(runner, &(struct call){ 0 });
	unsigned int i;

	for (i = 0; i < runner->n_seals && i < CALLS_MAX; i++) {
		root.id = runner->seals[i];
		ioctl(file, CVM_SEAL_REMOVE, &root);
	}
	runner->n_seals = 0;
}

/* Some of the work goes on, to be met by the inputs that follow */
static void clean_up(struct runner *runner)
{
	unsigned int i;

	if (runner->n_seals)
		remove_seals(runner);
	if (runner->works && !one_in(4)) {
		genl_command(CVM_CMD_AUDIT_STOP);
		genl_command(CVM_CMD_ACCEPT_STOP);
	}
	runner->works = false;
	for (i = 0; i < FILES; i++) {
		if (runner->files[i] >= 0)
			do_close(runner, i);
		genl_close(&runner->sockets, i);
	}
}

/**
 * runner_run() - run an input
 * @runner: that does it
 * @input: it
 * @coverage: collects what it reaches, or NULL
 */
void runner_run(struct runner *runner, const struct input *input, struct coverage *coverage)
{
	unsigned int i;

	if (coverage)
		coverage_reset(coverage);
	for (i = 0; i < input->count; i++)
		run_call(runner, &input->calls[i], coverage);
	clean_up(runner);
}

/**
 * runner_watch() - be told how each call went
 * @told: is told; a result above 0 says that it was not made
 */
void runner_watch(void (*told)(const struct call *call, int result))
{
	watcher = told;
}

static uint8_t *pages_before_a_gap(size_t bytes)
{
	uint8_t *at = mmap(NULL, bytes + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);

	if (at == MAP_FAILED || mprotect(at + bytes, PAGE, PROT_NONE)) {
		perror("fuzz: mmap");
		exit(2);
	}
	return at;
}

/**
 * runner_new() - one more that runs inputs
 * @trap: file of the trap, or NULL
 *
 * Return: it; it lives as long as the program.
 */
struct runner *runner_new(const char *trap)
{
	struct runner *runner = calloc(1, sizeof(*runner));

	if (!runner)
		exit(2);
	runner->files[0] = -1;
	runner->files[1] = -1;
	runner->sockets = (struct sockets){ { -1, -1 } };
	runner->trap = trap ? open(trap, O_WRONLY | O_CLOEXEC) : -1;
	runner->argument = pages_before_a_gap(PAGE);
	runner->constant = pages_before_a_gap(PAGE);
	runner->buffer = pages_before_a_gap(BUFFER);
	return runner;
}
