/* SPDX-License-Identifier: GPL-2.0-only */
/* Coverage-guided fuzzing of the module's doors: what its parts share. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CALLS_MAX	8
#define DATA_MAX	320
/* of an input as bytes, see input.c */
#define BYTES_MAX	(CALLS_MAX * (4 + DATA_MAX))

/**
 * enum how - how a call is made
 * @HOW_NOBODY: without any capability
 * @HOW_PLACE: where the argument lies: &enum place
 * @HOW_SECOND: through the second file, or socket, of the input
 * @HOW_ODD: ioctl: with another size in the command, which must not matter
 * @HOW_UNREAD: netlink: the answer is left in the socket
 * @HOW_ONE: netlink: only the first part of the answer is read
 */
enum how {
	HOW_NOBODY	= 0x01,
	HOW_PLACE	= 0x06,
	HOW_SECOND	= 0x08,
	HOW_ODD		= 0x10,
	HOW_UNREAD	= 0x20,
	HOW_ONE		= 0x40,
};

enum place {
	PLACE_GOOD	= 0x00,
	PLACE_CUT	= 0x02,	/* its second half is not mapped */
	PLACE_NOWHERE	= 0x04,
	PLACE_CONST	= 0x06,	/* cannot be written */
};

/**
 * struct call - one call of an input
 * @op: number in ops[]
 * @how: &enum how
 * @length: of @data
 * @data: the argument, without the zeros at its end; what depends on the run (addresses,
 *	numbers of seals) stands there as a symbol
 */
struct call {
	uint8_t op;
	uint8_t how;
	uint16_t length;
	uint8_t data[DATA_MAX];
};

struct input {
	unsigned int count;
	struct call calls[CALLS_MAX];
};

/**
 * enum meaning - what a field of an argument is for
 * @MEANS_SIZE: size of the structure
 * @MEANS_ZERO: must be zero
 * @MEANS_FLAGS: few bits
 * @MEANS_CHOICE: one of few small numbers
 * @MEANS_BYTES: contents that nobody judges
 * @MEANS_BUFFER: address of a buffer
 * @MEANS_ROOM: length or count of a buffer
 * @MEANS_SEAL: number of a seal
 * @MEANS_PID: of a process
 * @MEANS_KERNEL: address in the kernel
 * @MEANS_PAGES: length in bytes of few pages
 * @MEANS_NAME: text
 * @MEANS_PHYSICAL: physical address
 */
enum meaning {
	MEANS_SIZE, MEANS_ZERO, MEANS_FLAGS, MEANS_CHOICE, MEANS_BYTES,
	MEANS_BUFFER, MEANS_ROOM, MEANS_SEAL, MEANS_PID, MEANS_KERNEL, MEANS_PAGES,
	MEANS_NAME, MEANS_PHYSICAL,
};

struct field {
	uint16_t offset;
	uint16_t width;
	enum meaning meaning;
};

/* What an operation is done through */
enum door {
	DOOR_OPEN, DOOR_CLOSE, DOOR_IOCTL, DOOR_UNKNOWN, DOOR_MMAP, DOOR_POLL, DOOR_READ,
	DOOR_WRITE, DOOR_SEEK, DOOR_GENL, DOOR_JOIN, DOOR_LEAVE, DOOR_OPTION, DOOR_RECEIVE,
	DOOR_HANG_UP, DOOR_TRAP,
};

/* Where an operation succeeds at all, and so has to */
enum where {
	ON_SNP = 1, ON_TDX = 2, ON_TRAP = 4, ON_BOTH = ON_SNP | ON_TDX, ON_NONE = 0,
};

/* How often it may be done: what is dear must not take the time of the rest */
enum price {
	PRICE_LOW, PRICE_MIDDLE, PRICE_HIGH, PRICES,
};

/**
 * struct op - an operation
 * @name: as the contract names it
 * @door: that it is done through
 * @number: of the ioctl, whole, or of the netlink command
 * @size: of the ioctl's structure
 * @fields: of the structure
 * @n_fields: how many
 * @where: it has to succeed
 * @price: of doing it
 */
struct op {
	const char *name;
	enum door door;
	unsigned long number;
	unsigned int size;
	const struct field *fields;
	unsigned int n_fields;
	enum where where;
	enum price price;
};

extern const struct op ops[];
extern const unsigned int n_ops;

/* ---- symbols: fields whose value is known only when the call is made ---- */

#define SYMBOL		0xcf5eu
#define SYMBOL64(what, offset)	((uint64_t)SYMBOL << 48 | (uint64_t)(what) << 32 | (offset))
#define SYMBOL32(what)	(SYMBOL << 16 | (what))

enum symbol_buffer {
	BUFFER_GOOD, BUFFER_CUT, BUFFER_NOWHERE, BUFFER_CONST, BUFFER_KERNEL, BUFFER_SELF,
	BUFFERS,
};

enum symbol_pid {
	PID_SMALL, PID_SELF, PID_KTHREAD, PID_INIT, PID_GONE, PIDS,
};

/* Of places in the kernel, in the order of symbols.c */
#define KERNEL_PLACES	6

/* ---- random.c ---- */

void random_seed(uint64_t seed);
uint32_t random_below(uint32_t end);
uint64_t random_bits(void);
bool one_in(uint32_t count);

/* ---- input.c ---- */

size_t input_write(const struct input *input, uint8_t *bytes);
bool input_read(struct input *input, const uint8_t *bytes, size_t length);
bool input_from_text(struct input *input, const char *text);
void input_to_text(const struct input *input, char *text);
void call_trim(struct call *call);

/* ---- generate.c, message.c, mutate.c ---- */

void choose_ops(enum where platform);
void generate_call(struct call *call);
void generate_field(struct call *call, const struct op *op, const struct field *field);
void generate_input(struct input *input);
void generate_message(struct call *call);
void mutate_message(struct call *call);
void mutate(struct input *input, const struct input *other);
uint64_t interesting(void);

/* ---- coverage.c ---- */

#define EDGES	(1u << 16)

/**
 * struct coverage - what one thread runs through
 * @fd: of kcov
 * @area: that the kernel writes
 * @touched: edges of the run, without repetition
 * @count: of them
 * @seen: bit for each edge, for @touched
 */
struct coverage {
	int fd;
	unsigned long *area;
	uint16_t touched[EDGES];
	unsigned int count;
	uint8_t seen[EDGES / 8];
};

bool coverage_open(struct coverage *coverage, const char *module);
void coverage_reset(struct coverage *coverage);
void coverage_begin(struct coverage *coverage);
void coverage_end(struct coverage *coverage);

/* ---- corpus.c ---- */

void corpus_load(const char *path, void (*found)(const struct input *input));
unsigned int corpus_save(const char *path);
void corpus_add(const struct input *input, const struct coverage *coverage);
const struct input *corpus_pick(void);
unsigned int corpus_size(void);
unsigned int corpus_edges(void);
unsigned int corpus_new(const struct coverage *coverage, uint16_t *edges);

/* ---- symbols.c ---- */

void symbols_find(void);
void symbols_drop(void);
int symbols_pid(unsigned int which);
uint64_t symbols_kernel(unsigned int which);

/* ---- execute.c ---- */

#define FILES	2
#define SEALS	16

struct runner;

/**
 * struct tally - what came of an operation
 * @succeeded: times
 * @failed: times
 * @skipped: times, since it was too dear just then
 * @microseconds: that it took in all
 */
struct tally {
	unsigned int succeeded, failed, skipped;
	uint64_t microseconds;
};

extern struct tally tallies[];

struct runner *runner_new(const char *trap);
void runner_run(struct runner *runner, const struct input *input, struct coverage *coverage);
void runner_watch(void (*told)(const struct call *call, int result));

/* ---- genl.c ---- */

/**
 * struct sockets - netlink sockets of an input
 * @fds: -1 where there is none
 */
struct sockets {
	int fds[FILES];
};

void genl_find(void);
int genl_call(struct sockets *sockets, const struct op *op, const struct call *call);
int genl_command(unsigned int command);
void genl_close(struct sockets *sockets, unsigned int slot);

#endif /* FUZZ_H */
