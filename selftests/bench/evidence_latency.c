// SPDX-License-Identifier: GPL-2.0-only
/*
 * evidence_latency cvm|sev-guest N: inside a guest, median time of N requests
 * for a report, in nanoseconds, through /dev/cvm or the in-tree driver.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include <linux/sev-guest.h>

#include "cvm.h"

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int by_cvm(int fd)
{
	static uint8_t report[CVM_REPORT_MAX];
	struct cvm_evidence request = {
		.size = sizeof(request),
		.vmpl = CVM_VMPL_CURRENT,
		.report = (uintptr_t)report,
		.report_len = sizeof(report),
	};

	return ioctl(fd, CVM_EVIDENCE, &request);
}

static int by_sev_guest(int fd)
{
	static struct snp_report_resp response;
	static struct snp_report_req request;
	struct snp_guest_request_ioctl ioc = {
		.msg_version = 1,
		.req_data = (uintptr_t)&request,
		.resp_data = (uintptr_t)&response,
	};

	return ioctl(fd, SNP_GET_REPORT, &ioc);
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int cvm = argc == 3 && !strcmp(argv[1], "cvm");
	int n = argc == 3 ? atoi(argv[2]) : 0;
	static int64_t *taken;
	int fd = open(cvm ? "/dev/cvm" : "/dev/sev-guest", O_RDWR);
	int i;

	taken = calloc(n + 1, sizeof(*taken));
	if (n < 1 || fd < 0 || !taken) {
		perror("evidence_latency");
		return 1;
	}
	for (i = 0; i < n; i++) {
		int64_t start = now();

		if ((cvm ? by_cvm : by_sev_guest)(fd)) {
			perror("evidence_latency: request");
			return 1;
		}
		taken[i] = now() - start;
	}
	qsort(taken, n, sizeof(*taken), by_value);
	printf("%lld\n", (long long)taken[n / 2]);
	return 0;
}
