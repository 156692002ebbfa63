// SPDX-License-Identifier: GPL-2.0-only
/* What arguments point at, and is known only in the guest: processes, places in the kernel. */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

#define KTHREAD_PID	2
#define INIT_PID	1
#define PAGE		4096

/* Constants, code and data of the kernel; one place is the module's, and one all memory's */
static const char *const names[] = { "__start_rodata", "_stext", "_sdata", "init_task" };

static uint64_t places[KERNEL_PLACES];
static pid_t small, gone;

static void find_names(void)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	unsigned int i, missing = sizeof(names) / sizeof(names[0]);
	uint64_t address;
	char name[128];

	while (file && missing && fscanf(file, "%" SCNx64 " %*c %127s%*[^\n]", &address, name) == 2)
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (!places[i] && !strcmp(name, names[i])) {
				places[i] = address & ~(uint64_t)(PAGE - 1);
				missing--;
			}
	if (file)
		fclose(file);
}

static void find_module(void)
{
	FILE *file = fopen("/proc/modules", "r");
	char line[512], name[64];
	uint64_t address;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%63s %*s %*s %*s %*s %" SCNx64, name, &address) == 2 &&
		    !strcmp(name, "cvm"))
			places[4] = address;
	if (file)
		fclose(file);
}

/* Of each mapping that a seal would be of only one page stays so, to be sealed quickly */
static void become_small(void)
{
	FILE *file = fopen("/proc/self/maps", "r");
	unsigned long start, end;
	char line[256], write;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%lx-%lx %*c%c", &start, &end, &write) == 3 && write == '-' &&
		    !strchr(line, '[') && end - start > PAGE)
			mprotect((void *)(start + PAGE), end - start - PAGE,
				 PROT_READ | PROT_WRITE | PROT_EXEC);
}

static pid_t start_small(void)
{
	pid_t child = fork();

	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	become_small();
	for (;;)
		pause();
}

static pid_t start_gone(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	return child;
}

/**
 * symbols_find() - before the first call that has symbols
 */
void symbols_find(void)
{
	find_names();
	find_module();
	/* where x86 maps all memory, without KASLR */
	places[5] = 0xffff888000000000;
	small = start_small();
	gone = start_gone();
}

/**
 * symbols_drop() - after the last
 */
void symbols_drop(void)
{
	kill(small, SIGKILL);
	waitpid(small, NULL, 0);
}

/**
 * symbols_pid() - a process
 * @which: &enum symbol_pid
 *
 * Return: its number.
 */
int symbols_pid(unsigned int which)
{
	switch (which % PIDS) {
	case PID_SMALL:
		return small;
	case PID_SELF:
		return getpid();
	case PID_KTHREAD:
		return KTHREAD_PID;
	case PID_INIT:
		return INIT_PID;
	default:
		return gone;
	}
}

/**
 * symbols_kernel() - a place in the kernel
 * @which: of them
 *
 * Return: the address of its first page.
 */
uint64_t symbols_kernel(unsigned int which)
{
	return places[which % KERNEL_PLACES];
}
