// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl completion: a completion script for bash, made from the command table. */
#include <string.h>

#include "cvmctl.h"

static const char head[] =
	"# bash completion of cvmctl, made by: cvmctl completion bash\n"
	"_cvmctl()\n"
	"{\n"
	"\tlocal cur prev verb='' options='' values='' files='' words='' i\n"
	"\n"
	"\tcur=${COMP_WORDS[COMP_CWORD]}\n"
	"\tprev=${COMP_WORDS[COMP_CWORD-1]}\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\t[[ ${COMP_WORDS[i]} == -* ]] || words+=\"${words:+ }${COMP_WORDS[i]}\"\n"
	"\tdone\n"
	"\tcase \"$words\" in\n";

static const char tail[] = "\tesac\n"
			   "\tif [[ \" $values \" == *\" $prev \"* ]]; then\n"
			   "\t\tCOMPREPLY=()\n"
			   "\telif [[ \" $files \" == *\" $prev \"* ]]; then\n"
			   "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
			   "\telif [[ $cur == -* ]]; then\n"
			   "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
			   "\telif [[ $verb == '<file>' ]]; then\n"
			   "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
			   "\telse\n"
			   "\t\tCOMPREPLY=($(compgen -W \"$verb\" -- \"$cur\"))\n"
			   "\tfi\n"
			   "}\n"
			   "complete -o filenames -F _cvmctl cvmctl\n";

enum kind {
	KIND_ALL,
	KIND_FILE,
	KIND_VALUE,
};

static bool is_kind(const struct option_spec *option, enum kind kind)
{
	if (kind == KIND_ALL)
		return true;
	return option_takes_word(option) && help_argument_is_path(option) == (kind == KIND_FILE);
}

static void print_table(const struct option_spec *option, enum kind kind)
{
	for (; option->name; option++) {
		if (!is_kind(option, kind))
			continue;
		printf(" --%s", option->name);
		if (option->letter)
			printf(" -%c", option->letter);
	}
}

static void print_variable(const char *name, const struct option_spec *own, enum kind kind)
{
	printf("\t\t%s='", name);
	print_table(own, kind);
	print_table(global_options, kind);
	printf("'\n");
}

/* What may be typed for the first operand of a command, where that is no file */
static const struct {
	const char *command;
	const char *words;
} operand_words[] = {
	{ "completion", "bash" },
	{ "seal add", "kernel-rodata kernel-text module range pid" },
};

static void print_operands(const struct command *command)
{
	const char *words = command->operands && strstr(command->operands, "FILE") ? "<file>"
										   : NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(operand_words); i++)
		if (!strcmp(command->name, operand_words[i].command))
			words = operand_words[i].words;
	if (words)
		printf("\t\tverb='%s'\n", words);
}

static void print_case(const struct command *command)
{
	/* an operand may follow the verb, and options may follow the operand */
	printf("\t\"%s\"|\"%s \"*)\n", command->name, command->name);
	print_variable("options", command->options, KIND_ALL);
	print_variable("files", command->options, KIND_FILE);
	print_variable("values", command->options, KIND_VALUE);
	print_operands(command);
	printf("\t\t;;\n");
}

/* First words, or the second words of a first one. */
static void print_verbs(const char *first)
{
	const struct command *command;
	size_t len = first ? strlen(first) : 0;
	const char *previous = "";

	for (command = commands; command->name; command++) {
		size_t word = strcspn(command->name, " ");

		if (first && !strncmp(command->name, first, len) && command->name[len] == ' ')
			printf(" %s", command->name + len + 1);
		if (!first && (strncmp(command->name, previous, word) || previous[word] != ' '))
			printf(" %.*s", (int)word, command->name);
		previous = command->name;
	}
}

static void print_first_words(void)
{
	const struct command *command;
	const char *previous = "";
	char first[32];

	for (command = commands; command->name; command++) {
		size_t word = strcspn(command->name, " ");

		if (!command->name[word] || !strncmp(command->name, previous, word + 1))
			continue;
		previous = command->name;
		snprintf(first, sizeof(first), "%.*s", (int)word, command->name);
		printf("\t\"%s\")\n\t\tverb='", first);
		print_verbs(first);
		printf("'\n\t\t;;\n");
	}
}

static void print_script(void)
{
	const struct command *command;

	fputs(head, stdout);
	for (command = commands; command->name; command++)
		print_case(command);
	print_first_words();
	printf("\t*)\n");
	print_variable("options", no_options, KIND_ALL);
	print_variable("files", no_options, KIND_FILE);
	print_variable("values", no_options, KIND_VALUE);
	printf("\t\tverb='");
	print_verbs(NULL);
	printf("'\n\t\t;;\n");
	fputs(tail, stdout);
}

int cmd_completion(const struct args *args)
{
	if (strcmp(args->operands[0], "bash"))
		return fail_usage("completion: \"%s\" is no shell known here; there is: bash",
				  args->operands[0]);
	print_script();
	return EXIT_YES;
}
