// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz: the module's doors under inputs that grow by what they reach.
 *
 *   --platform snp|tdx	what must work here, and how results are named
 *   --seeds FILE	inputs to begin with
 *   --save FILE	takes the inputs that are kept, as few as have all coverage
 *   --log FILE		takes each input before it is run
 *   --seconds N, --executions N	when to end, whichever comes first
 *   --seed N		begin of the random numbers
 *   --run FILE		run only these inputs and tell what each call returns
 *   --trap FILE	the file of fuzz_trap.ko instead of the doors; ends when it has sprung
 *   --blind		keep no inputs: what is found by chance
 *   --tell FILE	on the host: print what --log has written
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fuzz.h"
#include "report.h"

#define TRAP_LOOK	64	/* executions between two looks */

static struct options options = { .platform = "snp", .seconds = 40, .executions = ~0u, .seed = 1 };

static struct runner *runner;
static struct coverage coverage;
static unsigned int executions;

/* Of what the first calls of all seeds reach: what takes no knowledge of the module's state */
static uint8_t by_first[EDGES];
static unsigned int edges_by_first;

static void execute(const struct input *input)
{
	log_input(LOG_FIRST, input);
	runner_run(runner, input, &coverage);
	executions++;
}

static bool still_reaches(const uint16_t *edges, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!(coverage.seen[edges[i] / 8] & 1 << edges[i] % 8))
			return false;
	return true;
}

/* Calls that are not needed for what is new would only be in the way of later changes */
static void shorten(struct input *input, const uint16_t *edges, unsigned int count)
{
	struct input shorter;
	unsigned int i;

	for (i = input->count; i-- > 0 && input->count > 1;) {
		shorter = *input;
		shorter.count--;
		memmove(&shorter.calls[i], &shorter.calls[i + 1],
			(shorter.count - i) * sizeof(shorter.calls[0]));
		execute(&shorter);
		if (still_reaches(edges, count))
			*input = shorter;
	}
}

static void keep_if_new(const struct input *input)
{
	static uint16_t edges[EDGES];
	unsigned int count = corpus_new(&coverage, edges);
	struct input kept = *input;

	if (!count)
		return;
	shorten(&kept, edges, count);
	execute(&kept);
	/* not so when it took luck, as what other threads do */
	if (!still_reaches(edges, count)) {
		kept = *input;
		execute(&kept);
	}
	corpus_add(&kept, &coverage);
}

static void try_seed(const struct input *input)
{
	struct input first = *input;
	unsigned int i;

	first.count = 1;
	execute(&first);
	for (i = 0; i < coverage.count; i++) {
		edges_by_first += !by_first[coverage.touched[i]];
		by_first[coverage.touched[i]] = 1;
	}
	execute(input);
	if (corpus_new(&coverage, NULL))
		corpus_add(input, &coverage);
}

static void next_input(struct input *input)
{
	const struct input *picked = corpus_pick();

	if (!picked || one_in(5)) {
		generate_input(input);
		return;
	}
	*input = *picked;
	mutate(input, corpus_pick());
}

static bool has_sprung(void)
{
	unsigned int sprung = 0;
	FILE *file;

	if (!options.trap || executions % TRAP_LOOK)
		return false;
	file = fopen("/sys/module/fuzz_trap/parameters/sprung", "r");
	if (!file || fscanf(file, "%u", &sprung) != 1)
		sprung = 0;
	if (file)
		fclose(file);
	return sprung;
}

static void loop(void)
{
	time_t end = time(NULL) + options.seconds;
	struct input input, beside;

	while (executions < options.executions && time(NULL) < end && !has_sprung()) {
		next_input(&input);
		if (!options.trap && one_in(4)) {
			next_input(&beside);
			race_begin(&beside);
			execute(&input);
			race_end();
			/* what was reached with the other's help is tried alone */
			if (!corpus_new(&coverage, NULL))
				continue;
		}
		execute(&input);
		if (!options.blind)
			keep_if_new(&input);
	}
}

static void tell(const struct call *call, int result)
{
	printf("%s%s: %s\n", ops[call->op].name, call->how & HOW_NOBODY ? " as nobody" : "",
	       result > 0 ? "left out, too dear" : result ? strerror(-result) : "done");
	fflush(stdout);
}

static void run_one(const struct input *input)
{
	execute(input);
	printf("%u edges\n", coverage.count);
}

/* What an option sets: a text, a number, or that it was given */
static const struct known {
	const char *name;
	const char **text;
	unsigned int *number;
	bool *given;
} known[] = {
	{ "--platform", .text = &options.platform },
	{ "--seeds", .text = &options.seeds },
	{ "--save", .text = &options.save },
	{ "--log", .text = &options.log },
	{ "--run", .text = &options.run },
	{ "--trap", .text = &options.trap },
	{ "--tell", .text = &options.tell },
	{ "--seconds", .number = &options.seconds },
	{ "--executions", .number = &options.executions },
	{ "--seed", .number = &options.seed },
	{ "--blind", .given = &options.blind },
};

/* Returns how many words it took; 0 for none */
static int set_option(char **words)
{
	const struct known *option;

	for (option = known; option < known + sizeof(known) / sizeof(known[0]); option++) {
		if (strcmp(words[0], option->name))
			continue;
		if (option->given) {
			*option->given = true;
			return 1;
		}
		if (!words[1])
			return 0;
		if (option->text)
			*option->text = words[1];
		else
			*option->number = strtoul(words[1], NULL, 0);
		return 2;
	}
	return 0;
}

static void parse(char **words)
{
	int taken;

	for (words++; *words; words += taken) {
		taken = set_option(words);
		if (!taken) {
			fprintf(stderr, "fuzz: %s: unknown, or without its value\n", *words);
			exit(2);
		}
	}
}

static void begin(void)
{
	random_seed(options.seed);
	choose_ops(options.trap ? ON_TRAP : ON_BOTH);
	if (options.log)
		log_open(options.log);
	if (!options.trap) {
		genl_find();
		symbols_find();
	}
	runner = runner_new(options.trap);
	if (!coverage_open(&coverage, options.trap ? "fuzz_trap" : "cvm")) {
		fprintf(stderr, "fuzz: no coverage: load the module, on a kernel with CONFIG_KCOV\n");
		exit(2);
	}
	if (!options.trap)
		race_start();
}

int main(int argc __attribute__((unused)), char **argv)
{
	struct outcome outcome = { 0 };

	parse(argv);
	if (options.tell)
		return log_tell(options.tell);
	begin();
	if (options.run) {
		runner_watch(tell);
		corpus_load(options.run, run_one);
		return 0;
	}
	if (options.seeds)
		corpus_load(options.seeds, try_seed);
	loop();
	outcome.executions = executions;
	outcome.edges = corpus_edges();
	outcome.edges_by_first = edges_by_first;
	outcome.seeds = options.save ? corpus_save(options.save) : corpus_size();
	if (options.trap)
		return report_trap(&outcome);
	race_stop();
	symbols_drop();
	return report(&options, &outcome);
}
