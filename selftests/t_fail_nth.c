// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every call of the module, failed at each point where it can fail: memory that is not there,
 * a user's page that cannot be read or written. It has to fail with that and leave nothing
 * behind, or not mind; and the same call has to work afterwards.
 *
 * t_fail_nth PLATFORM [NAME | --all], on the debug kernel; only calls with NAME in their
 * names, or all calls, and of these all points. A leak is for kmemleak to find, see
 * platform/tests/t_platform_leaks.sh.
 */
#define _GNU_SOURCE
#include <sys/klog.h>

#include "fail_module.h"

#define COUNT		100000	/* more points than any call has */
#define QUIET		3	/* points not there in a row: a call has not always as many */
#define SHOWN		5	/* failures of a call that are told one by one */
#define CONSOLE_LEVEL	8	/* of syslog(2) */
#define RAIN_ROUNDS	3
#define RAIN_PERCENT	10
#define RAIN_SECONDS	120

/**
 * struct sweep - what one call came to
 * @points: where it was made to fail
 * @failed: of them, where it failed as it should
 * @passed: of them, where it worked all the same
 * @wrong: anything else
 */
struct sweep {
	unsigned int points;
	unsigned int failed;
	unsigned int passed;
	unsigned int wrong;
};

static struct sweep total;
static const char *wanted = "";
static bool all_points;
static unsigned int calls;

static void complain(struct sweep *sweep, const struct fail_call *call, unsigned int n, int ret,
		     const char *what)
{
	if (sweep->wrong++ < SHOWN)
		printf("# %s, point %u: %s: %s\n", call->name, n, ret ? strerror(-ret) : "success",
		       what);
}

static bool is_sensible(const struct fail_call *call, int error)
{
	const int *other;

	for (other = call->errors; other && *other; other++)
		if (*other == error)
			return true;
	return error == ENOMEM || error == EFAULT;
}

/* Whether the fault came at all; without @n there is none */
static bool call_once(const struct fail_call *call, unsigned int n, int *ret)
{
	bool fired = false;

	if (call->prepare)
		call->prepare();
	if (n)
		fault_arm(n);
	*ret = call->run();
	if (n)
		fired = fault_disarm();
	return fired;
}

static void finish_call(const struct fail_call *call, struct sweep *sweep, unsigned int n, int ret)
{
	const char *wrong = call->wrong ? call->wrong(ret) : NULL;

	if (wrong)
		complain(sweep, call, n, ret, wrong);
	if (call->undo)
		call->undo();
}

static void call_plainly(const struct fail_call *call, struct sweep *sweep, unsigned int n)
{
	int ret;

	call_once(call, 0, &ret);
	if (ret)
		complain(sweep, call, n, ret, "the next call should work");
	finish_call(call, sweep, n, ret);
}

static bool sweep_point(const struct fail_call *call, struct sweep *sweep, unsigned int n)
{
	bool fired;
	int ret;

	fired = call_once(call, n, &ret);
	if (fired && ret && !is_sensible(call, -ret))
		complain(sweep, call, n, ret, "no error of a fault");
	if (!fired && ret)
		complain(sweep, call, n, ret, "without a fault");
	if (fired && ret)
		sweep->failed++;
	if (fired && !ret)
		sweep->passed++;
	finish_call(call, sweep, n, ret);
	if (!call->few || !fired)
		call_plainly(call, sweep, n);
	return fired;
}

/* How far it is from one point to the next; @whole: of a call without a fault, its points */
static unsigned int find_step(const struct fail_call *call, unsigned int *whole)
{
	int ret;

	call_once(call, COUNT, &ret);
	*whole = COUNT - fault_left;
	if (call->undo)
		call->undo();
	return call->few && !*wanted && !all_points ? (*whole + call->few - 1) / call->few : 1;
}

static void sweep_points(const struct fail_call *call, struct sweep *sweep)
{
	unsigned int whole, step = find_step(call, &whole), quiet = 0, n;
	bool fired;

	for (n = 1; n < COUNT && quiet < (call->few ? 1 : QUIET); n += step) {
		fired = sweep_point(call, sweep, n);
		sweep->points += fired;
		quiet = fired ? 0 : quiet + 1;
	}
	if (step > 1)
		printf("# %s: every %uth of about %u points\n", call->name, step, whole);
}

static void sweep_call(const struct fail_call *call)
{
	struct sweep sweep = { 0 };
	int ret;

	if (!strstr(call->name, wanted))
		return;
	call_once(call, 0, &ret);
	finish_call(call, &sweep, 0, ret);
	if (ret == -EOPNOTSUPP) {
		tap_skip(call->name, "this platform has none");
		return;
	}
	if (!ret)
		sweep_points(call, &sweep);
	tap_ok(!ret && !sweep.wrong && sweep.points,
	       "%s: %u points, %u failed cleanly, %u passed", call->name, sweep.points,
	       sweep.failed, sweep.passed);
	total.points += sweep.points;
	total.failed += sweep.failed;
	total.passed += sweep.passed;
	calls++;
}

/* Of the thousands of points of loading a module those of the kernel are not ours to sweep */
static void sweep_module(void)
{
	uint64_t start, end;

	if (!fault_symbol("do_one_initcall", &start, &end))
		tap_bail("/proc/kallsyms does not tell where modules start");
	fault_within(start, end);
	sweep_call(&load_call);
	fault_within(0, UINT64_MAX);
	sweep_call(&unload_call);
}

/* ---- what the module's own threads do ---- */

static void find_code(uint64_t *start, uint64_t *end)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	uint64_t address;
	char line[256], type;

	*start = UINT64_MAX;
	*end = 0;
	while (file && fgets(line, sizeof(line), file)) {
		if (!strstr(line, "[cvm]") ||
		    sscanf(line, "%" SCNx64 " %c", &address, &type) != 2 ||
		    (type != 't' && type != 'T'))
			continue;
		*start = address < *start ? address : *start;
		*end = address > *end ? address : *end;
	}
	if (file)
		fclose(file);
	if (*start >= *end)
		tap_bail("/proc/kallsyms does not tell where the module is");
}

/* Asked in the dry, for the question may fail, too */
static bool ends(uint32_t (*runs)(void), unsigned int percent, uint64_t start, uint64_t end)
{
	unsigned int fifths;

	for (fifths = 0; fifths < RAIN_SECONDS * 5; fifths++) {
		fault_rain(percent, start, end);
		usleep(200000);
		fault_dry();
		if (!runs())
			return true;
	}
	return false;
}

/* Threads are not what fail-nth counts for: here chance decides, in the module's own code */
static void rain_on(const char *name, void (*prepare)(void), uint32_t (*runs)(void),
		    uint64_t start, uint64_t end)
{
	unsigned int round, begun = 0, ended = 0;

	if (!strstr(name, wanted))
		return;
	for (round = 0; round < RAIN_ROUNDS; round++) {
		prepare();
		fault_rain(RAIN_PERCENT, start, end);
		begun += !run_family();
		ended += ends(runs, RAIN_PERCENT, start, end);
	}
	tap_is(ended, RAIN_ROUNDS, "%s: ends, whatever of its thread fails", name);
	prepare();
	tap_ok(!run_family() && ends(runs, 0, start, end), "%s: and works afterwards", name);
	printf("# %s: begun %u times of %d while %d %% of all that can fail did\n", name, begun,
	       RAIN_ROUNDS, RAIN_PERCENT);
}

static void prepare_pass(void)
{
	prepare_call(CVM_CMD_AUDIT_RUN, 0);
}

static void prepare_job(void)
{
	const uint64_t amount = 16 << 20, rate = 0;

	prepare_call(CVM_CMD_ACCEPT_START, 0);
	genl_put(&family_request, CVM_A_ACCEPT_AMOUNT, &amount, sizeof(amount));
	genl_put(&family_request, CVM_A_ACCEPT_RATE, &rate, sizeof(rate));
}

static void rain(void)
{
	uint64_t start, end;

	find_code(&start, &end);
	rain_on("audit thread", prepare_pass, audit_runs, start, end);
	rain_on("acceptance thread", prepare_job, accept_threads, start, end);
}

/*
 * When kmemleak cannot note which part of an object to scan it says so, once, and with a lock
 * held that must not be while something is printed. Here that is not printed.
 */
static void let_kmemleak_say_it(void)
{
	uint64_t start, end;

	if (!fault_symbol("kmemleak_scan_area", &start, &end))
		return;
	klogctl(CONSOLE_LEVEL, NULL, 1);
	fault_rain(100, start, end);
	close(device_load());
	fault_dry();
	klogctl(CONSOLE_LEVEL, NULL, 7);
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 2 || argc > 3)
		tap_bail("usage: t_fail_nth PLATFORM [NAME | --all]");
	all_points = argc == 3 && !strcmp(argv[2], "--all");
	if (argc == 3 && !all_points)
		wanted = argv[2];
	fault_open();
	let_kmemleak_say_it();
	device = device_load();
	family = genl_family();
	for (i = 0; i < ARRAY_SIZE(device_calls); i++)
		sweep_call(&device_calls[i]);
	for (i = 0; i < ARRAY_SIZE(family_calls); i++)
		sweep_call(&family_calls[i]);
	rain();
	close(device);
	take_out();
	sweep_module();
	printf("# count: fail-nth %s: %u points over %u calls, %u failed cleanly, %u passed\n",
	       argv[1], total.points, calls, total.failed, total.passed);
	return tap_done();
}
