// SPDX-License-Identifier: GPL-2.0-only
/*
 * A host that throttles: a request waits, can be killed, and the next one works.
 * Needs a secure processor that is busy for a while (throttle=N of sp), and so a
 * boot of its own: selftests/platform/tests/t_platform_throttle.sh.
 */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "device.h"

#define IN_FLIGHT_MS	1000	/* the host is busy for far longer than this */
#define DEATH_MS	8000	/* and the module waits far longer than this */

static void sleep_ms(long ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static pid_t start_request(int fd)
{
	struct answer answer;
	pid_t child = fork();

	if (child)
		return child;
	answer_prepare(&answer, 0x41);
	_exit(-device_call(fd, CVM_EVIDENCE, &answer.ioc));
}

static bool ends_within(pid_t child, int *status, long ms)
{
	for (; ms > 0; ms -= 50) {
		if (waitpid(child, status, WNOHANG) == child)
			return true;
		sleep_ms(50);
	}
	return false;
}

static void test_kill(int fd)
{
	pid_t child = start_request(fd);
	int status = 0;

	if (ends_within(child, &status, IN_FLIGHT_MS))
		tap_bail("the request was not throttled, status %#x", status);
	tap_ok(module_unload("cvm"), "the module stays while a request is in flight");
	kill(child, SIGKILL);
	tap_ok(ends_within(child, &status, DEATH_MS), "a killed caller does not wait for the host");
	tap_ok(WIFSIGNALED(status), "it died of the signal");
}

static void test_next_request(int fd)
{
	struct answer answer;
	int i;

	for (i = 0; i < 3; i++) {
		answer_prepare(&answer, 0x50 + i);
		tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), 0, "request %d after it", i + 1);
		tap_ok(answer_holds(&answer, 0x50 + i), "is answered with its own data");
	}
}

int main(void)
{
	int fd;

	device_give_to_cvm();
	fd = device_open();
	test_kill(fd);
	test_next_request(fd);
	close(fd);
	tap_is(module_unload("cvm"), 0, "the module can be unloaded");
	return tap_done();
}
