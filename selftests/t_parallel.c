// SPDX-License-Identifier: GPL-2.0-only
/* Two processes ask at once: everybody gets the report for his own data. */
#include <sys/mman.h>
#include <sys/wait.h>

#include "device.h"

#define PROCESSES	2
#define REQUESTS	16

/* Signature of a report, SEV-SNP ABI table 23: with its nonce it tells reports apart */
#define REPORT_OFFSET_SIGNATURE	0x2a0
#define SIGNATURE_SIZE		144

struct result {
	int ret;
	bool right;
	uint8_t signature[SIGNATURE_SIZE];
};

static void ask(int process, struct result *results)
{
	int fd = device_open();
	struct answer answer;
	uint8_t fill;
	int i;

	for (i = 0; i < REQUESTS; i++) {
		fill = process * REQUESTS + i + 1;
		answer_prepare(&answer, fill);
		if (i % 2)
			answer_want_certs(&answer);
		results[i].ret = device_call(fd, CVM_EVIDENCE, &answer.ioc);
		results[i].right = !results[i].ret && answer_holds(&answer, fill);
		memcpy(results[i].signature, answer.report + REPORT_OFFSET_SIGNATURE,
		       SIGNATURE_SIZE);
	}
	_exit(0);
}

static void run_all(struct result *results)
{
	int i, status, alive = PROCESSES;

	for (i = 0; i < PROCESSES; i++)
		if (!fork())
			ask(i, results + i * REQUESTS);
	while (alive-- && wait(&status) > 0)
		tap_is(status, 0, "a process ends by itself");
}

static bool are_distinct(const struct result *results)
{
	int i, j;

	for (i = 0; i < PROCESSES * REQUESTS; i++)
		for (j = 0; j < i; j++)
			if (!memcmp(results[i].signature, results[j].signature, SIGNATURE_SIZE))
				return false;
	return true;
}

int main(void)
{
	struct result *results = mmap(NULL, sizeof(*results) * PROCESSES * REQUESTS,
				      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int i, given = 0, right = 0;

	device_give_to_cvm();
	run_all(results);
	for (i = 0; i < PROCESSES * REQUESTS; i++) {
		given += !results[i].ret;
		right += results[i].right;
		if (results[i].ret)
			printf("# request %d: %s\n", i, strerror(-results[i].ret));
	}
	tap_is(given, PROCESSES * REQUESTS, "every request is answered");
	tap_is(right, PROCESSES * REQUESTS, "every answer is for the data asked for");
	tap_ok(are_distinct(results), "no two reports are the same");
	return tap_done();
}
