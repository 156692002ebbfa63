// SPDX-License-Identifier: GPL-2.0-or-later
/* Help texts, all made from the command table; and the closest name to a typo. */
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

#define WORD_MAX 64

static void print_options(const struct option_spec *options)
{
	char left[64];

	for (; options->name; options++) {
		snprintf(left, sizeof(left), "--%s%s%s", options->name,
			 option_takes_word(options) ? " " : "",
			 options->argument ? options->argument : "");
		if (options->letter)
			printf("  -%c, %-18s %s\n", options->letter, left, options->help);
		else
			printf("      %-18s %s\n", left, options->help);
	}
}

/* Commands of two words share a line: the screen has 24 of them */
static const struct group {
	const char *word;
	const char *summary;
} groups[] = {
	{ "policy", "what verify accepts" },
	{ "key", "a key bound to this guest and platform" },
	{ "measure", "measurement registers of this guest (TDX)" },
	{ "eventlog", "what boot measured (TDX)" },
	{ "memory", "what memory is accepted, and the rest" },
	{ "audit", "which pages the host can read" },
	{ "seal", "what must not change" },
};

/* What one must know before one gives a command, or believes its result */
static const struct {
	const char *command;
	const char *text;
} notes[] = {
	{ "attest", "--bind seal proves what this guest's kernel says of itself, bound by the\n"
		    "hardware to the nonce: who controls the kernel can lie. A verifier sees that\n"
		    "nothing sealed has changed since it first saw the root: faults show, bugs,\n"
		    "and a host that corrupts memory. Roots differ from boot to boot." },
	{ "seal add",
	  "KIND is kernel-rodata, kernel-text, module NAME, pid PID, or range A-B: two\n"
	  "addresses such as 0xffffffffc0200000, whole pages, the second is not in it." },
	{ "seal check",
	  "A seal is the kernel's word about itself: bugs show, and hosts that corrupt\n"
	  "memory; an attacker in the kernel can answer for it." },
};

static void print_note(const struct command *command)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(notes); i++)
		if (!strcmp(notes[i].command, command->name))
			printf("\n%s\n", notes[i].text);
}

static const struct group *group_of(const struct command *command)
{
	size_t len = strcspn(command->name, " "), i;

	for (i = 0; i < ARRAY_SIZE(groups); i++)
		if (strlen(groups[i].word) == len && !memcmp(groups[i].word, command->name, len))
			return &groups[i];
	return NULL;
}

/* Its second words, which stand side by side in the table of commands */
static void print_group(const struct group *group, const struct command *command)
{
	const char *separator = "";

	printf("  %-11s ", group->word);
	for (; command->name && group_of(command) == group; command++) {
		if (!strchr(command->name, ' '))
			continue;
		printf("%s%s", separator, strchr(command->name, ' ') + 1);
		separator = ", ";
	}
	printf(": %s\n", group->summary);
}

static void print_overview(void)
{
	const struct group *group, *last = NULL;
	const struct command *command;

	printf("Usage: cvmctl [COMMAND] [OPTION]... [OPERAND]\n\n");
	for (command = commands; command->name; command++) {
		group = group_of(command);
		if (!group)
			printf("  %-11s %s\n", command->name, command->summary);
		else if (group != last)
			print_group(group, command);
		last = group;
	}
	printf("\nAll take --json (-j), --quiet (-q), --verbose (-v), --color WHEN, --help (-h),\n"
	       "--device (-d) PATH and --version (-V).\n");
	printf("\n\"cvmctl COMMAND --help\" tells more. Exit status: 0 yes, 1 failed, 2 usage,\n"
	       "3 not here, 4 permission, 5 malformed, 6 not authentic, 7 stale, 8 policy,\n"
	       "9 findings.\n");
}

/* The first word of others: what they do */
static void print_members(const struct command *group)
{
	const struct command *command;

	if (!group_of(group) || strchr(group->name, ' '))
		return;
	printf("\nCommands:\n");
	for (command = commands; command->name; command++)
		if (command != group && group_of(command) == group_of(group))
			printf("  %-16s %s\n", command->name, command->summary);
}

void help_print(const struct command *command)
{
	if (!command) {
		print_overview();
		return;
	}
	printf("Usage: cvmctl %s [OPTION]...%s%s\n\n%s\n", command->name,
	       command->operands ? " " : "", command->operands ? command->operands : "",
	       command->summary);
	print_note(command);
	print_members(command);
	if (command->options->name) {
		printf("\nOptions:\n");
		print_options(command->options);
	}
	printf("\nOptions of all commands:\n");
	print_options(global_options);
}

void help_version(void)
{
	printf("cvmctl %s\n", CVM_VERSION_STRING);
}

static size_t minimum(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edits that turn one word into the other, a swap of neighbours counting as two. */
static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1];
	size_t i, j, diagonal, above;
	size_t b_len = strlen(b);

	for (j = 0; j <= b_len; j++)
		row[j] = j;
	for (i = 0; a[i]; i++) {
		diagonal = row[0];
		row[0] = i + 1;
		for (j = 0; j < b_len; j++) {
			above = row[j + 1];
			row[j + 1] = minimum(minimum(row[j], above) + 1, diagonal + (a[i] != b[j]));
			diagonal = above;
		}
	}
	return row[b_len];
}

/* The candidate closest to @word, or NULL when none is close. */
const char *help_closest(const char *word, const char *(*candidate)(size_t index, const void *ctx),
			 const void *ctx)
{
	size_t limit = strlen(word) > 3 ? 2 : 1;
	const char *name, *best = NULL;
	size_t i, d;

	if (strlen(word) > WORD_MAX)
		return NULL;
	for (i = 0; (name = candidate(i, ctx)); i++) {
		d = strlen(name) > WORD_MAX ? limit + 1 : distance(word, name);
		if (d > limit)
			continue;
		best = name;
		limit = d ? d - 1 : 0;
		if (!d)
			break;
	}
	return best;
}

bool help_argument_is_path(const struct option_spec *option)
{
	return option->argument &&
	       (!strncmp(option->argument, "FILE", 4) || !strcmp(option->argument, "PATH"));
}
