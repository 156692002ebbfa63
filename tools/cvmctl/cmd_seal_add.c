// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl seal add: take the digest of pages that must not change. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "seal.h"

const struct option_spec seal_add_options[] = {
	{ "name", 0, "NAME", "what to call a range", false },
	{ "exec", 0, NULL, "of a process: executable mappings only", false },
	{ "keep", 0, NULL, "keep the bytes too, of 16 pages at most, for seal diff", false },
	{ 0 },
};

/**
 * struct target - what can be sealed
 * @word: as typed
 * @operand: placeholder of the word behind it, NULL when it takes none
 * @kind: of the seal
 */
static const struct target {
	const char *word;
	const char *operand;
	enum cvm_sealed kind;
} targets[] = {
	{ "kernel-rodata", NULL, CVM_SEALED_KERNEL_RODATA },
	{ "kernel-text", NULL, CVM_SEALED_KERNEL_TEXT },
	{ "module", "NAME", CVM_SEALED_MODULE },
	{ "range", "A-B", CVM_SEALED_RANGE },
	{ "pid", "PID", CVM_SEALED_PROCESS },
};

static const char *target_word(size_t index, const void *ctx)
{
	(void)ctx;
	return index < ARRAY_SIZE(targets) ? targets[index].word : NULL;
}

static int find_target(const char *word, const struct target **target)
{
	const char *closest;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(targets); i++) {
		*target = &targets[i];
		if (!strcmp(word, targets[i].word))
			return 0;
	}
	closest = help_closest(word, target_word, NULL);
	if (closest)
		return fail_usage("unknown \"%s\"; did you mean \"%s\"?", word, closest);
	return fail_usage("\"%s\" is none of kernel-rodata, kernel-text, module, range, pid", word);
}

/* What is of no use would be ignored without a word: refuse it. */
static int check_words(const struct args *args, const struct target *target)
{
	if (target->operand && args->n_operands < 2)
		return fail_usage("seal add %s needs an operand: %s", target->word,
				  target->operand);
	if (!target->operand && args->n_operands > 1)
		return fail_usage("seal add %s takes no operand, but got \"%s\"", target->word,
				  args->operands[1]);
	if (args_has(args, "name") && target->kind != CVM_SEALED_RANGE)
		return fail_usage("--name is for a range");
	if (args_has(args, "exec") && target->kind != CVM_SEALED_PROCESS)
		return fail_usage("--exec is for a process");
	return 0;
}

static bool parse_address(const char *text, char **end, uint64_t *address)
{
	if (strncmp(text, "0x", 2))
		return false;
	errno = 0;
	*address = strtoull(text, end, 16);
	return !errno && *end != text + 2;
}

/* "0xffffffffc0200000-0xffffffffc0202000", as /proc/PID/maps has it: the end is not in it */
static int parse_range(const char *text, struct cvm_seal_request *request)
{
	uint64_t end;
	char *rest;

	if (!parse_address(text, &rest, &request->start) || *rest != '-' ||
	    !parse_address(rest + 1, &rest, &end) || *rest)
		return fail_usage("\"%s\" is no range such as %s", text,
				  "0xffffffffc0200000-0xffffffffc0202000");
	if ((request->start | end) % CVM_SEAL_PAGE_SIZE)
		return fail_usage("range: both ends must be multiples of %#x; the second is the %s",
				  CVM_SEAL_PAGE_SIZE, "first address that is not in it");
	if (end <= request->start)
		return fail_usage("range: \"%s\" ends before it begins", text);
	request->length = end - request->start;
	return 0;
}

static int parse_pid(const char *text, struct cvm_seal_request *request)
{
	uint64_t pid = 0;
	int ret = args_count(text, "a process", 1, INT32_MAX, &pid);

	request->pid = pid;
	return ret;
}

static int parse_name(const char *text, struct cvm_seal_request *request)
{
	if (!*text || strlen(text) >= CVM_SEAL_NAME)
		return fail_usage("\"%s\": a name has from 1 to %d bytes", text, CVM_SEAL_NAME - 1);
	request->name = text;
	return 0;
}

static int find_image(struct cvm_seal_request *request)
{
	struct cvm_error err = { 0 };
	int ret = cvm_seal_image(request->kind, &request->start, &request->length, &err);

	return ret ? fail(&err, ret) : 0;
}

static int parse(const struct args *args, struct cvm_seal_request *request)
{
	const struct target *target;
	int ret = find_target(args->operands[0], &target);

	if (!ret)
		ret = check_words(args, target);
	if (!ret && args_has(args, "name"))
		ret = parse_name(args_get(args, "name"), request);
	if (ret)
		return ret;
	request->kind = target->kind;
	request->exec = args_has(args, "exec");
	request->keep = args_has(args, "keep");
	switch (target->kind) {
	case CVM_SEALED_MODULE:
		return parse_name(args->operands[1], request);
	case CVM_SEALED_RANGE:
		return parse_range(args->operands[1], request);
	case CVM_SEALED_PROCESS:
		return parse_pid(args->operands[1], request);
	default:
		return find_image(request);
	}
}

static int show(const struct cvm_seal *seal)
{
	char title[SEAL_TITLE], root[80];
	json_t *object;

	if (settings.json) {
		object = json_result(EXIT_YES);
		json_object_set_new(object, "seal", seal_json(seal));
		return json_print(object, EXIT_YES);
	}
	if (settings.quiet)
		printf("%u\n", seal->id);
	else
		printf("seal %u: %s, %llu page%s, root %s\n", seal->id, seal_title(seal, title),
		       (unsigned long long)seal->pages, seal->pages == 1 ? "" : "s",
		       hex_elided(seal->root, sizeof(seal->root), root, sizeof(root)));
	return EXIT_YES;
}

int cmd_seal_add(const struct args *args)
{
	struct cvm_seal_request request = { 0 };
	struct cvm_error err = { 0 };
	struct cvm_seal seal;
	uint32_t id;
	int ret = parse(args, &request);

	if (ret)
		return ret;
	ret = cvm_seal_add(settings.device, &request, &id, &err);
	if (!ret)
		ret = cvm_seal_get(settings.device, id, &seal, &err);
	return ret ? fail(&err, ret) : show(&seal);
}
