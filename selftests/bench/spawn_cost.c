// SPDX-License-Identifier: GPL-2.0-only
/*
 * spawn_cost N COMMAND [ARGUMENT...]: median CPU time of N runs of a command,
 * in microseconds, from start of process to its end. Its output is discarded;
 * a run that fails ends the measurement.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int by_value(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

static void become(char **command)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

static long one_run(char **command)
{
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (!pid)
		become(command);
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 || status) {
		fprintf(stderr, "spawn_cost: %s failed\n", command[0]);
		exit(1);
	}
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L +
	       usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

int main(int argc, char **argv)
{
	int n = argc > 2 ? atoi(argv[1]) : 0;
	long *cost;
	int i;

	if (n < 1) {
		fprintf(stderr, "usage: spawn_cost N COMMAND [ARGUMENT...]\n");
		return 2;
	}
	cost = calloc(n, sizeof(*cost));
	if (!cost)
		return 1;
	for (i = 0; i < n; i++)
		cost[i] = one_run(argv + 2);
	qsort(cost, n, sizeof(*cost), by_value);
	printf("%ld\n", cost[n / 2]);
	free(cost);
	return 0;
}
