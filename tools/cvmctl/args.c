// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line: options of the command table before, between and after the
 * operands. Neither verbs nor options are matched by prefix, because a script
 * that relies on one breaks when another is added; a typo is answered with the
 * closest name instead.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

static const char *option_name(size_t index, const void *ctx)
{
	const struct command *command = ctx;
	size_t i;

	for (i = 0; global_options[i].name; i++)
		if (i == index)
			return global_options[i].name;
	return command->options[index - i].name;
}

static const char *command_name(size_t index, const void *ctx)
{
	(void)ctx;
	return commands[index].name;
}

static const struct option_spec *find_in(const struct option_spec *table, const char *name,
					 size_t len, char letter)
{
	for (; table->name; table++) {
		if (letter && table->letter == letter)
			return table;
		if (!letter && strlen(table->name) == len && !strncmp(table->name, name, len))
			return table;
	}
	return NULL;
}

static const struct option_spec *find_option(const struct args *args, const char *name, size_t len,
					     char letter)
{
	const struct option_spec *option = find_in(global_options, name, len, letter);

	return option ? option : find_in(args->command->options, name, len, letter);
}

bool option_takes_word(const struct option_spec *option)
{
	return option->argument && option->argument[0] != '[';
}

static int add_value(struct args *args, const struct option_spec *option, const char *text)
{
	if (!option->repeats && option->argument && args_has(args, option->name))
		return fail_usage("--%s is given twice", option->name);
	args->values[args->n_values].option = option;
	args->values[args->n_values++].text = text;
	return 0;
}

static int unknown_option(const struct args *args, const char *word)
{
	const char *closest = help_closest(word + 2, option_name, args->command);

	if (closest)
		return fail_usage("unknown option %s; did you mean --%s?", word, closest);
	return fail_usage("unknown option %s", word);
}

/* Parses --name, --name=TEXT or --name TEXT; advances *index past a separate TEXT. */
static int parse_long(struct args *args, int argc, char **argv, int *index)
{
	const char *word = argv[*index];
	const char *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) - 2 : strlen(word) - 2;
	const struct option_spec *option = find_option(args, word + 2, len, 0);

	if (!option)
		return unknown_option(args, word);
	if (!option->argument && equals)
		return fail_usage("--%s takes no argument", option->name);
	if (!option->argument)
		return add_value(args, option, NULL);
	if (equals)
		return add_value(args, option, equals + 1);
	if (!option_takes_word(option))
		return add_value(args, option, NULL);
	if (*index + 1 >= argc)
		return fail_usage("--%s needs an argument: %s", option->name, option->argument);
	return add_value(args, option, argv[++*index]);
}

/*
 * -j is --json everywhere; before a number it is the option of that letter which takes
 * one, in a command that has it.
 */
static const struct option_spec *find_short(const struct args *args, const char *letter,
					    const char *next)
{
	const struct option_spec *own = find_in(args->command->options, NULL, 0, *letter);
	const char *text = letter[1] ? letter + 1 : next;

	if (own && own->argument && text && *text >= '0' && *text <= '9')
		return own;
	return find_option(args, NULL, 0, *letter);
}

/* Parses -x, -xy, -xTEXT or -x TEXT. */
static int parse_short(struct args *args, int argc, char **argv, int *index)
{
	const char *letter = argv[*index] + 1;
	const struct option_spec *option;
	int ret = 0;

	for (; *letter && !ret; letter++) {
		option = find_short(args, letter, argv[*index + 1]);
		if (!option)
			return fail_usage("unknown option -%c", *letter);
		if (!option->argument) {
			ret = add_value(args, option, NULL);
			continue;
		}
		if (letter[1])
			return add_value(args, option, letter + 1);
		if (*index + 1 >= argc)
			return fail_usage("-%c needs an argument: %s", *letter, option->argument);
		return add_value(args, option, argv[++*index]);
	}
	return ret;
}

/* Whether an option word is followed by its argument, before the command is known. */
static bool takes_next_word(const char *word)
{
	const struct option_spec *option;

	if (word[1] == '-')
		option = find_in(global_options, word + 2, strlen(word + 2), 0);
	else
		option = word[2] ? NULL : find_in(global_options, NULL, 0, word[1]);
	return option && option->argument;
}

static bool is_option(const char *word)
{
	return word[0] == '-' && word[1];
}

/* Finds up to two words that are no options: the verb, and its object. */
static void find_words(int argc, char **argv, int words[2])
{
	int i, n = 0;

	words[0] = 0;
	words[1] = 0;
	for (i = 1; i < argc && n < 2; i++) {
		if (!strcmp(argv[i], "--"))
			break;
		if (!is_option(argv[i]))
			words[n++] = i;
		else if (takes_next_word(argv[i]))
			i++;
	}
}

/* The first word of others, as "audit" is of "audit run" */
bool args_is_group(const struct command *command)
{
	size_t len = strlen(command->name), i;

	for (i = 0; commands[i].name; i++)
		if (!strncmp(commands[i].name, command->name, len) && commands[i].name[len] == ' ')
			return true;
	return false;
}

int args_unknown_command(const char *first, const char *second)
{
	size_t len = strlen(first);
	const char *closest;
	char word[128];
	size_t i;

	for (i = 0; commands[i].name; i++)
		if (!strncmp(commands[i].name, first, len) && commands[i].name[len] == ' ')
			break;
	snprintf(word, sizeof(word), "%s%s%s", first, commands[i].name && second ? " " : "",
		 commands[i].name && second ? second : "");
	if (commands[i].name && !second)
		return fail_usage("%s needs a second word: try \"cvmctl %s\"", first,
				  commands[i].name);
	closest = help_closest(word, command_name, NULL);
	if (closest)
		return fail_usage("unknown command \"%s\"; did you mean \"%s\"?", word, closest);
	return fail_usage("unknown command \"%s\"", word);
}

/* Sets args->command; words[] keeps the places that belong to its name, else 0. */
static int find_command(int argc, char **argv, struct args *args, int words[2])
{
	const char *first, *second;
	const struct command *command;
	char both[128];

	find_words(argc, argv, words);
	if (!words[0]) {
		args->command = &commands[0];
		return 0;
	}
	args->named = true;
	first = argv[words[0]];
	second = words[1] ? argv[words[1]] : NULL;
	snprintf(both, sizeof(both), "%s %s", first, second ? second : "");
	for (command = commands; command->name; command++) {
		if (!strcmp(command->name, first))
			words[1] = 0;
		else if (strcmp(command->name, both))
			continue;
		args->command = command;
		return 0;
	}
	return args_unknown_command(first, second);
}

/* Errors before the options are parsed must come as JSON too when that is asked for. */
static void look_for_json(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--json") || !strcmp(argv[i], "-j"))
			settings.json = true;
}

static int parse_words(int argc, char **argv, struct args *args, const int words[2])
{
	bool only_operands = false;
	int i, ret = 0;

	for (i = 1; i < argc && !ret; i++) {
		if (i == words[0] || i == words[1])
			continue;
		if (only_operands || !is_option(argv[i]))
			args->operands[args->n_operands++] = argv[i];
		else if (!strcmp(argv[i], "--"))
			only_operands = true;
		else if (argv[i][1] == '-')
			ret = parse_long(args, argc, argv, &i);
		else
			ret = parse_short(args, argc, argv, &i);
	}
	return ret;
}

int args_parse(int argc, char **argv, struct args *args)
{
	size_t letters = 0;
	int words[2], i, ret;

	look_for_json(argc, argv);
	for (i = 1; i < argc; i++)
		letters += strlen(argv[i]);
	/* "-qqq" is three values in one word: letters bound them all */
	args->values = calloc(letters + 1, sizeof(*args->values));
	args->operands = calloc(argc + 1, sizeof(*args->operands));
	if (!args->values || !args->operands)
		return fail_io("cannot read the command line", "", ENOMEM);
	ret = find_command(argc, argv, args, words);
	if (ret)
		return ret;
	settings.command = args->command->name;
	return parse_words(argc, argv, args, words);
}

void args_free(struct args *args)
{
	free(args->values);
	free(args->operands);
}

/* The next argument of an option that repeats; *position starts at 0. */
const char *args_next(const struct args *args, const char *name, size_t *position)
{
	while (*position < args->n_values) {
		const struct args_value *value = &args->values[(*position)++];

		if (!strcmp(value->option->name, name))
			return value->text;
	}
	return NULL;
}

bool args_has(const struct args *args, const char *name)
{
	size_t i;

	for (i = 0; i < args->n_values; i++)
		if (!strcmp(args->values[i].option->name, name))
			return true;
	return false;
}

const char *args_get(const struct args *args, const char *name)
{
	size_t position = 0;

	return args_next(args, name, &position);
}

int args_number(const struct args *args, const char *name, uint64_t max, uint64_t *number)
{
	const char *text = args_get(args, name);
	unsigned long long value;
	char *end;

	if (!text)
		return 0;
	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *end || strchr(text, '-') || value > max)
		return fail_usage("--%s: \"%s\" is no number from 0 to %#llx", name, text,
				  (unsigned long long)max);
	*number = value;
	return 0;
}

/* An operand that is a decimal number, of @what */
int args_count(const char *text, const char *what, uint64_t min, uint64_t max, uint64_t *number)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || end == text || *end || *text < '0' || *text > '9' || value < min ||
	    value > max)
		return fail_usage("\"%s\" is no number of %s", text, what);
	*number = value;
	return 0;
}

int args_fail_on(const struct args *args, const char **fail_on)
{
	*fail_on = args_has(args, "fail-on") ? args_get(args, "fail-on") : "unexpected";
	if (strcmp(*fail_on, "any") && strcmp(*fail_on, "unexpected") && strcmp(*fail_on, "none"))
		return fail_usage("--fail-on: \"%s\" is none of any, unexpected, none", *fail_on);
	return 0;
}

int args_vmpl(const struct args *args, int *vmpl)
{
	uint64_t number = 0;
	int ret = args_number(args, "vmpl", 3, &number);

	*vmpl = args_has(args, "vmpl") ? (int)number : -1;
	return ret;
}

/* A device that is named by hand is meant: no other interface is tried in its place. */
int args_transport(const struct args *args, enum cvm_transport *transport)
{
	const char *text = args_get(args, "transport");
	int i;

	*transport = settings.device ? CVM_TRANSPORT_CVM : CVM_TRANSPORT_AUTO;
	if (!text)
		return 0;
	for (i = CVM_TRANSPORT_AUTO; i <= CVM_TRANSPORT_SEV_GUEST; i++) {
		if (!strcmp(text, cvm_transport_name(i))) {
			*transport = i;
			return 0;
		}
	}
	return fail_usage("--transport: \"%s\" is none of auto, cvm, tsm, sev-guest", text);
}
