// SPDX-License-Identifier: GPL-2.0-only
/* A second thread that runs another input at the same time; its coverage counts for nothing. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

#include "report.h"

static struct input input;
static struct runner *runner;
static sem_t begun, ended;
static pthread_t thread;
static bool over;

static void *run(void *nothing)
{
	for (;;) {
		sem_wait(&begun);
		if (over)
			return nothing;
		runner_run(runner, &input, NULL);
		sem_post(&ended);
	}
}

/**
 * race_start() - start the thread
 */
void race_start(void)
{
	sem_init(&begun, 0, 0);
	sem_init(&ended, 0, 0);
	runner = runner_new(NULL);
	if (pthread_create(&thread, NULL, run, NULL)) {
		fprintf(stderr, "fuzz: no second thread\n");
		exit(2);
	}
}

/**
 * race_stop() - end it
 */
void race_stop(void)
{
	over = true;
	sem_post(&begun);
	pthread_join(thread, NULL);
}

/**
 * race_begin() - let it run an input
 * @other: the input
 */
void race_begin(const struct input *other)
{
	input = *other;
	log_input(LOG_BESIDE, other);
	sem_post(&begun);
}

/**
 * race_end() - wait for the end of the input
 */
void race_end(void)
{
	sem_wait(&ended);
}
