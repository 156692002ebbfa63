// SPDX-License-Identifier: GPL-2.0-only
/* Calls made up from what their arguments mean: mostly right, and wrong at one place. */
#include <string.h>

#include "../../kmod/uapi/cvm_genl.h"
#include "../../kmod/uapi/cvm_seal.h"
#include "fuzz.h"

#define PAGE	4096

/* Set while fields get values that are right, as far as one alone can be */
static bool calm;

static unsigned int chosen[256];
static unsigned int n_chosen;

/**
 * choose_ops() - which operations calls are made of
 * @platform: ON_TRAP: those of the trap; else all others
 */
void choose_ops(enum where platform)
{
	bool is_trap = platform == ON_TRAP;
	unsigned int i;

	n_chosen = 0;
	for (i = 0; i < n_ops; i++)
		if (is_trap == !!(ops[i].where & ON_TRAP))
			chosen[n_chosen++] = i;
}

/**
 * interesting() - a number at which something changes
 *
 * Return: it.
 */
uint64_t interesting(void)
{
	static const uint64_t numbers[] = {
		0, 1, 2, 3, 4, 7, 8, 16, 31, 32, 56, 63, 64, 255, 256, 4095, 4096, 4097, 0x7fff,
		0x8000, 0xffff, 0x10000, 0x3fffff, 0x400000, 0x7fffffff, 0x80000000, 0xffffffff,
		0x100000000, 0x7fffffffffffffff, 0x8000000000000000, 0xfffffffffffff000,
		0xffffffffffffffff,
	};

	switch (random_below(8)) {
	case 0:
		return random_bits();
	case 1:
		return 1ull << random_below(64);
	case 2:
		return random_below(256);
	default:
		return numbers[random_below(sizeof(numbers) / sizeof(numbers[0]))];
	}
}

static void put(struct call *call, const struct field *field, uint64_t value)
{
	unsigned int width = field->width < sizeof(value) ? field->width : sizeof(value);

	if (field->offset + width > DATA_MAX)
		return;
	memcpy(call->data + field->offset, &value, width);
	if (call->length < field->offset + width)
		call->length = field->offset + width;
}

static void put_text(struct call *call, const struct field *field)
{
	static const char *const texts[] = { "", "cvm", "no such module", "a range", "%n%s" };
	const char *text = texts[random_below(sizeof(texts) / sizeof(texts[0]))];

	memset(call->data + field->offset, 0, field->width);
	memcpy(call->data + field->offset, text, strlen(text));
	if (one_in(8))
		memset(call->data + field->offset, 'x', field->width);
	if (call->length < field->offset + field->width)
		call->length = field->offset + field->width;
}

static uint64_t calm_value(const struct op *op, const struct field *field)
{
	switch (field->meaning) {
	case MEANS_SIZE:
		return op->size;
	case MEANS_CHOICE:
		return random_below(3);
	case MEANS_BUFFER:
		return SYMBOL64(BUFFER_GOOD, 0);
	case MEANS_ROOM:
		return 32768;
	case MEANS_SEAL:
		return SYMBOL32(0);
	case MEANS_PHYSICAL:
		return one_in(2) ? 0 : (uint64_t)random_below(0x80) << 22;
	default:
		return 0;
	}
}

static uint64_t size_of(const struct op *op)
{
	const uint64_t sizes[] = {
		0, 4, op->size - 1, op->size - 4, op->size + 1, op->size + 8, PAGE, PAGE + 1,
		0xffffffff,
	};

	return one_in(12) ? sizes[random_below(sizeof(sizes) / sizeof(sizes[0]))] : op->size;
}

static uint64_t choice(void)
{
	switch (random_below(8)) {
	case 0:
		return interesting();
	case 1:
		return 0xffffffff;
	case 2:
		return random_below(12);
	default:
		return random_below(4);
	}
}

static uint64_t buffer(void)
{
	switch (random_below(12)) {
	case 0:
		return 0;
	case 1:
		return interesting();
	case 2:
		return SYMBOL64(random_below(BUFFERS), random_below(PAGE));
	case 3:
		return SYMBOL64(BUFFER_CUT, 1 + random_below(256));
	default:
		return SYMBOL64(BUFFER_GOOD, 0);
	}
}

static uint64_t room(void)
{
	switch (random_below(6)) {
	case 0:
		return interesting();
	case 1:
		return random_below(40);
	case 2:
		return random_below(2048);
	default:
		return 4096 << random_below(4);
	}
}

static uint64_t kernel_address(void)
{
	uint32_t offset = random_below(64) * PAGE;

	return one_in(8) ? interesting() : SYMBOL64(random_below(KERNEL_PLACES), offset);
}

static uint64_t value_of(const struct op *op, const struct field *field)
{
	switch (field->meaning) {
	case MEANS_SIZE:
		return size_of(op);
	case MEANS_ZERO:
		return one_in(20) ? interesting() : 0;
	case MEANS_FLAGS:
		return one_in(2) ? 0 : one_in(8) ? interesting() : random_below(8);
	case MEANS_CHOICE:
		return choice();
	case MEANS_BUFFER:
		return buffer();
	case MEANS_ROOM:
		return room();
	case MEANS_SEAL:
		return one_in(8) ? interesting() : SYMBOL32(random_below(SEALS));
	case MEANS_PID:
		return one_in(8) ? interesting() : SYMBOL32(random_below(PIDS));
	case MEANS_KERNEL:
		return kernel_address();
	case MEANS_PAGES:
		return one_in(8) ? interesting() : (1 + random_below(3)) * PAGE;
	case MEANS_PHYSICAL:
		return one_in(6) ? interesting() : (uint64_t)random_below(0x200) << 22;
	default:
		return random_bits();
	}
}

/**
 * generate_field() - another value for a field
 * @call: that has it
 * @op: of the call
 * @field: that gets it
 */
void generate_field(struct call *call, const struct op *op, const struct field *field)
{
	if (field->meaning == MEANS_NAME && !calm)
		put_text(call, field);
	else if (calm)
		put(call, field, calm_value(op, field));
	else
		put(call, field, value_of(op, field));
}

/* Only few combinations of its fields go together */
static void agree(struct call *call)
{
	/* a module is the dearest */
	static const uint32_t kinds[] = {
		CVM_SEAL_KERNEL_RODATA, CVM_SEAL_KERNEL_TEXT, CVM_SEAL_RANGE, CVM_SEAL_PROCESS,
		CVM_SEAL_KERNEL_RODATA, CVM_SEAL_KERNEL_TEXT, CVM_SEAL_RANGE, CVM_SEAL_PROCESS,
		CVM_SEAL_MODULE,
	};
	struct cvm_seal_add *add = (struct cvm_seal_add *)call->data;

	add->size = sizeof(*add);
	add->flags &= CVM_SEAL_KEEP;
	add->kind = kinds[random_below(sizeof(kinds) / sizeof(kinds[0]))];
	add->reserved = 0;
	add->pid = 0;
	switch (add->kind) {
	case CVM_SEAL_PROCESS:
		add->pid = SYMBOL32(one_in(8) ? random_below(PIDS) : PID_SMALL);
		add->flags = random_below(4);
		break;
	case CVM_SEAL_MODULE:
		memcpy(add->name, "cvm", sizeof("cvm"));
		break;
	default:
		add->start = SYMBOL64(add->kind == CVM_SEAL_RANGE ? random_below(KERNEL_PLACES) :
				      add->kind - 1, random_below(64) * PAGE);
		add->length = (1 + random_below(3)) * PAGE;
		return;
	}
	add->start = 0;
	add->length = 0;
	if (add->kind == CVM_SEAL_PROCESS)
		memset(add->name, 0, sizeof(add->name));
}

static void generate_ioctl(struct call *call, const struct op *op)
{
	unsigned int i;

	calm = !one_in(4);
	for (i = 0; i < op->n_fields; i++)
		generate_field(call, op, &op->fields[i]);
	calm = false;
	if (op->number == CVM_SEAL_ADD && !one_in(4)) {
		call->length = sizeof(struct cvm_seal_add);
		agree(call);
	}
	if (one_in(2))
		generate_field(call, op, &op->fields[random_below(op->n_fields)]);
}

static void generate_bytes(struct call *call)
{
	unsigned int i;

	call->length = 1 + random_below(8);
	for (i = 0; i < call->length; i++)
		call->data[i] = one_in(2) ? random_below(8) : random_bits();
}

static void generate_argument(struct call *call)
{
	const struct op *op = &ops[call->op];

	if (op->door == DOOR_IOCTL)
		generate_ioctl(call, op);
	else if (op->door == DOOR_GENL)
		generate_message(call);
	else
		generate_bytes(call);
	if (one_in(8))
		call->how = random_bits() & 0x7f;
	call_trim(call);
}

/**
 * generate_call() - a call of any operation
 * @call: it
 */
void generate_call(struct call *call)
{
	memset(call, 0, sizeof(*call));
	call->op = chosen[random_below(n_chosen)];
	generate_argument(call);
}

/* A call of one of the operations from @first to @last */
static void generate_among(struct call *call, unsigned long first, unsigned long last)
{
	unsigned int from = 0, to = 0;

	while (ops[from].number != first)
		from++;
	while (ops[to].number != last)
		to++;
	memset(call, 0, sizeof(*call));
	call->op = from + random_below(to - from + 1);
	generate_argument(call);
}

/* Most calls of seals come to something only when there is one */
static void generate_seals(struct input *input)
{
	unsigned int i;

	generate_among(&input->calls[0], CVM_SEAL_ADD, CVM_SEAL_ADD);
	input->count += input->count == 1;
	for (i = 1; i < input->count; i++)
		generate_among(&input->calls[i], CVM_SEAL_GET, CVM_SEAL_BYTES);
}

/* A dump that is left in the middle, and the rest read later */
static void generate_dump(struct input *input)
{
	struct call *call = &input->calls[0];

	do {
		generate_among(call, CVM_CMD_PLATFORM_GET, CVM_CMD_LEDGER_GET);
	} while (ops[call->op].where == ON_NONE);
	call->how = one_in(2) ? HOW_UNREAD : HOW_ONE;
	call = &input->calls[1];
	input->count = 2;
	memset(call, 0, sizeof(*call));
	while (ops[call->op].door != DOOR_RECEIVE)
		call->op++;
}

/**
 * generate_input() - an input from nothing
 * @input: it
 */
void generate_input(struct input *input)
{
	unsigned int i;

	memset(input, 0, sizeof(*input));
	input->count = 1 + random_below(4);
	for (i = 0; i < input->count; i++)
		generate_call(&input->calls[i]);
	if (ops[chosen[0]].where == ON_TRAP)
		return;
	if (one_in(3))
		generate_seals(input);
	else if (one_in(6))
		generate_dump(input);
}
