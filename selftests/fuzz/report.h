/* SPDX-License-Identifier: GPL-2.0-only */
/* What the loop is told to do, and what it tells. */
#ifndef FUZZ_REPORT_H
#define FUZZ_REPORT_H

#include "fuzz.h"

struct options {
	const char *platform, *seeds, *save, *log, *run, *trap, *tell;
	unsigned int seconds, executions, seed;
	bool blind;
};

struct outcome {
	unsigned int executions, edges, edges_by_first, seeds;
};

int report(const struct options *options, const struct outcome *outcome);
int report_trap(const struct outcome *outcome);

/* ---- log.c ---- */

/* Which thread ran an input */
enum log_who { LOG_FIRST = 1, LOG_BESIDE = 2 };

void log_open(const char *path);
void log_input(enum log_who who, const struct input *input);
int log_tell(const char *path);

/* ---- race.c ---- */

void race_start(void);
void race_stop(void);
void race_begin(const struct input *input);
void race_end(void);

#endif /* FUZZ_REPORT_H */
