// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel sends the messages of all drivers: /dev/cvm and the kernel's own /dev/sev-guest
 * ask at once, with one key and one counter, and everybody gets his own report.
 */
#include <linux/sev-guest.h>
#include <sys/wait.h>

#include "device.h"

#define SEV_GUEST	"/dev/sev-guest"
#define REQUESTS	16

static bool ask_cvm(int fd, uint8_t fill)
{
	struct answer answer;

	answer_prepare(&answer, fill);
	if (fill % 2)
		answer_want_certs(&answer);
	return !device_call(fd, CVM_EVIDENCE, &answer.ioc) && answer_holds(&answer, fill);
}

static bool ask_sev_guest(int fd, uint8_t fill)
{
	struct snp_report_req request = {};
	struct snp_report_resp response = {};
	struct snp_guest_request_ioctl ioc = {
		.msg_version = 1,
		.req_data = (uintptr_t)&request,
		.resp_data = (uintptr_t)&response,
	};
	/* MSG_REPORT_RSP: status, size and reserved bytes come before the report */
	const uint8_t *data = response.data + 32 + REPORT_OFFSET_DATA;

	memset(request.user_data, fill, sizeof(request.user_data));
	return !device_call(fd, SNP_GET_REPORT, &ioc) &&
	       !memcmp(data, request.user_data, sizeof(request.user_data));
}

static int count_good(const char *path, bool (*ask)(int fd, uint8_t fill), uint8_t first)
{
	int fd = open(path, O_RDWR | O_CLOEXEC), i, good = 0;

	for (i = 0; i < REQUESTS; i++)
		good += ask(fd, first + i);
	close(fd);
	return good;
}

int main(void)
{
	int status, fd;

	device_give_to_sev_guest();
	if (!fork())
		_exit(count_good(SEV_GUEST, ask_sev_guest, 0x80));
	tap_is(count_good(CVM_DEVICE, ask_cvm, 1), REQUESTS, "reports through /dev/cvm");
	wait(&status);
	tap_ok(WIFEXITED(status), "the other process ends by itself");
	tap_is(WEXITSTATUS(status), REQUESTS, "reports through " SEV_GUEST " at the same time");

	tap_is(module_unload("cvm"), 0, "cvm can be unloaded");
	fd = open(SEV_GUEST, O_RDWR | O_CLOEXEC);
	tap_ok(ask_sev_guest(fd, 0xa0), "the kernel's own driver goes on without it");
	close(fd);
	tap_is(module_load(CVM_MODULE), 0, "cvm can be loaded again");
	tap_is(module_unload("sev_guest"), 0, "the kernel's own driver can be unloaded");
	tap_is(count_good(CVM_DEVICE, ask_cvm, 0x40), REQUESTS, "cvm goes on without it");
	tap_ok(!*device_owner(), "nobody owns the device then");
	return tap_done();
}
