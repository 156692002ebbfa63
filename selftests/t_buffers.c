// SPDX-License-Identifier: GPL-2.0-only
/* Buffers that are too small: both lengths come back, nothing else is written. */
#include "device.h"

#define FILL	0xb0
#define UNTOUCHED 0xcc

static uint32_t certs_needed;

static bool is_filled(const uint8_t *data, size_t size, uint8_t fill)
{
	while (size--)
		if (*data++ != fill)
			return false;
	return true;
}

static void learn_lengths(int fd)
{
	struct answer answer;

	answer_prepare(&answer, FILL);
	answer_want_certs(&answer);
	if (device_call(fd, CVM_EVIDENCE, &answer.ioc))
		tap_bail("no evidence at all");
	certs_needed = answer.ioc.certs_len;
	tap_ok(certs_needed, "the host has certificates");
}

/* One request with these lengths, of which at least one is too small */
static void expect_no_space(int fd, uint32_t report_len, uint32_t certs_len, const char *name)
{
	struct answer answer;

	answer_prepare(&answer, FILL);
	memset(answer.report, UNTOUCHED, sizeof(answer.report));
	memset(answer.certs, UNTOUCHED, sizeof(answer.certs));
	answer_want_certs(&answer);
	answer.ioc.report_len = report_len;
	answer.ioc.certs_len = certs_len;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -ENOSPC, "%s: no space", name);
	tap_is(answer.ioc.report_len, REPORT_SIZE, "%s: length of the report", name);
	tap_is(answer.ioc.certs_len, certs_len ? certs_needed : 0, "%s: length of the certificates",
	       name);
	tap_ok(is_filled(answer.report, sizeof(answer.report), UNTOUCHED) &&
	       is_filled(answer.certs, sizeof(answer.certs), UNTOUCHED),
	       "%s: no byte is written", name);
	tap_ok(!answer.ioc.fw_error && !answer.ioc.vmm_error, "%s: nobody refused", name);
}

static void test_exact_fit(int fd)
{
	struct answer answer;

	answer_prepare(&answer, FILL);
	memset(answer.report, UNTOUCHED, sizeof(answer.report));
	memset(answer.certs, UNTOUCHED, sizeof(answer.certs));
	answer_want_certs(&answer);
	answer.ioc.report_len = REPORT_SIZE;
	answer.ioc.certs_len = certs_needed;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), 0, "exact lengths do");
	tap_ok(answer_holds(&answer, FILL), "report data is in its place");
	tap_is(answer.ioc.certs_len, certs_needed, "certificates have their length");
	tap_ok(is_filled(answer.report + REPORT_SIZE, sizeof(answer.report) - REPORT_SIZE,
			 UNTOUCHED) &&
	       is_filled(answer.certs + certs_needed, sizeof(answer.certs) - certs_needed,
			 UNTOUCHED),
	       "no byte is written behind them");
}

int main(void)
{
	int fd;

	device_give_to_cvm();
	fd = device_open();
	learn_lengths(fd);
	expect_no_space(fd, 0, 0, "no buffers");
	expect_no_space(fd, REPORT_SIZE - 1, 0, "one byte short, no certificates");
	expect_no_space(fd, REPORT_SIZE - 1, CERTS_SIZE, "report one byte short");
	expect_no_space(fd, REPORT_SIZE, certs_needed - 1, "certificates one byte short");
	expect_no_space(fd, 1, 1, "both short");
	test_exact_fit(fd);
	return tap_done();
}
