// SPDX-License-Identifier: GPL-2.0-or-later
/* The seals a command is about: those that it names, or all. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "seal.h"

int seal_id(const char *text, uint32_t *id)
{
	uint64_t number;
	int ret = args_count(text, "a seal", 1, UINT32_MAX, &number);

	*id = number;
	return ret;
}

/* Where a command needs one */
int seal_none(void)
{
	const struct cvm_error err = { .code = CVM_ERR_SEAL, .why = "there are no seals" };

	return fail(&err, 0);
}

static int add(struct seal_set *set, const struct cvm_seal *seal)
{
	struct cvm_seal *grown;

	if (set->count == set->room) {
		set->room = set->room ? 2 * set->room : 16;
		grown = reallocarray(set->seals, set->room, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		set->seals = grown;
	}
	set->seals[set->count++] = *seal;
	return 0;
}

int seal_set_all(struct seal_set *set, struct cvm_error *err)
{
	struct cvm_seal seal = { 0 };
	int ret;

	for (;;) {
		ret = cvm_seal_next(settings.device, seal.id, &seal, err);
		if (ret)
			return ret > 0 ? 0 : ret;
		ret = add(set, &seal);
		if (ret)
			return ret;
	}
}

static int get_named(const struct args *args, struct seal_set *set)
{
	struct cvm_error err = { 0 };
	struct cvm_seal seal;
	uint32_t id;
	size_t i;
	int ret;

	for (i = 0; i < args->n_operands; i++) {
		ret = seal_id(args->operands[i], &id);
		if (ret)
			return ret;
		ret = cvm_seal_get(settings.device, id, &seal, &err);
		if (!ret)
			ret = add(set, &seal);
		if (ret)
			return fail(&err, ret);
	}
	return 0;
}

/* Those that are operands, or else all; 0, or the exit status of a failure that was told */
int seal_set_get(const struct args *args, struct seal_set *set)
{
	struct cvm_error err = { 0 };
	int ret;

	if (args->n_operands)
		return get_named(args, set);
	ret = seal_set_all(set, &err);
	return ret ? fail(&err, ret) : 0;
}

static void print_progress(uint64_t done, uint64_t pages)
{
	if (settings.quiet || settings.json || !isatty(STDERR_FILENO))
		return;
	if (done < pages)
		fprintf(stderr, "\rseals: %3.0f %%", 100.0 * done / pages);
	else
		fputs("\r            \r", stderr);
	fflush(stderr);
}

/* All, until ^C */
int seal_set_check(struct seal_set *set, struct cvm_error *err)
{
	uint64_t pages = 0, done = 0;
	struct cvm_seal *seal;
	size_t i;
	int ret = 0;

	for (i = 0; i < set->count; i++)
		pages += set->seals[i].pages;
	interrupt_catch();
	while (set->checked < set->count && !interrupt_seen() && !ret) {
		seal = &set->seals[set->checked];
		print_progress(done, pages);
		ret = cvm_seal_check(settings.device, seal->id, seal, err);
		done += seal->pages;
		set->checked += !ret;
	}
	print_progress(pages, pages);
	return ret;
}

void seal_set_free(struct seal_set *set)
{
	free(set->seals);
	set->seals = NULL;
}

bool seal_is_unexpected(const struct cvm_seal *seal)
{
	switch (seal->state) {
	case CVM_SEAL_IS_INTACT:
	case CVM_SEAL_IS_PATCHED:
	case CVM_SEAL_IS_TEXT_CHANGED:
	case CVM_SEAL_IS_GONE:
		return false;
	default:
		return true;
	}
}
