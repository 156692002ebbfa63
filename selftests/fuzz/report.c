// SPDX-License-Identifier: GPL-2.0-only
/* The outcome, as TAP. */
#include <linux/types.h>
#include <string.h>

#include "../../kmod/uapi/cvm_genl.h"
#include "../device.h"
#include "../tap.h"
#include "report.h"

/* Less says that something hung */
#define EXECUTIONS_MIN	200

static void report_op(const struct op *op, const struct tally *tally, enum where here)
{
	if (op->where == ON_TRAP)
		return;
	printf("# %-26s succeeded %6u, failed %6u, left out %6u, %6llu ms\n", op->name,
	       tally->succeeded, tally->failed, tally->skipped,
	       (unsigned long long)tally->microseconds / 1000);
	if (op->where & here)
		tap_ok(tally->succeeded, "%s succeeds", op->name);
	else
		tap_ok(tally->failed && !tally->succeeded, "%s is refused", op->name);
}

static void report_module(void)
{
	static uint8_t report[CVM_REPORT_MAX];
	struct cvm_evidence evidence = {
		.size = sizeof(evidence),
		.vmpl = CVM_VMPL_CURRENT,
		.report = (uintptr_t)report,
		.report_len = sizeof(report),
	};
	int fd = device_open();

	tap_is(device_call(fd, CVM_EVIDENCE, &evidence), 0, "the module attests after it");
	tap_is(genl_command(CVM_CMD_PLATFORM_GET), 0, "and tells what it is");
	close(fd);
	tap_is(module_unload("cvm"), 0, "and can be unloaded");
}

/**
 * report() - of the doors
 * @options: that were given
 * @outcome: numbers
 *
 * Return: exit status.
 */
int report(const struct options *options, const struct outcome *outcome)
{
	enum where here = strcmp(options->platform, "tdx") ? ON_SNP : ON_TDX;
	unsigned int i;

	printf("# random numbers of --seed %u\n", options->seed);
	tap_ok(outcome->executions >= EXECUTIONS_MIN, "at least %u inputs were run",
	       EXECUTIONS_MIN);
	printf("# first calls of the seeds reach %u edges\n", outcome->edges_by_first);
	tap_ok(outcome->edges > outcome->edges_by_first, "coverage grows");
	for (i = 0; i < n_ops; i++)
		report_op(&ops[i], &tallies[i], here);
	report_module();
	printf("count: interface fuzzing %s: %u executions, %u edges, %u seeds kept\n",
	       options->platform, outcome->executions, outcome->edges, outcome->seeds);
	return tap_done();
}

/**
 * report_trap() - of the trap; who asks reads its counters
 * @outcome: numbers
 *
 * Return: exit status.
 */
int report_trap(const struct outcome *outcome)
{
	printf("executions %u\nedges %u\nkept %u\n", outcome->executions, outcome->edges,
	       outcome->seeds);
	return 0;
}
