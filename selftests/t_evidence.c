// SPDX-License-Identifier: GPL-2.0-only
/* CVM_EVIDENCE: what a report holds, and what stands beside it. */
#include "device.h"

#define FILL	0x5c

/* GHCB 2.03 section 4.1.8.1: GUID, offset and length of each entry; zeros end the table */
#define CERT_ENTRY_SIZE	24

static bool is_zero(const void *data, size_t size)
{
	static const uint8_t zeros[CERTS_SIZE];

	return !memcmp(data, zeros, size);
}

static void test_report(int fd)
{
	struct answer answer;

	answer_prepare(&answer, FILL);
	if (!tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), 0, "evidence is given"))
		return;
	tap_is(answer.ioc.report_len, REPORT_SIZE, "length is that of a report");
	tap_ok(answer_holds(&answer, FILL), "report data is in its place");
	tap_is(answer.ioc.format, CVM_FORMAT_SNP_REPORT, "format any becomes the SNP report");
	tap_is(answer.ioc.size, sizeof(answer.ioc), "size comes back unchanged");
	tap_is(answer.ioc.fw_error, 0, "no firmware error");
	tap_is(answer.ioc.vmm_error, 0, "no hypervisor error");
	tap_is(answer.ioc.certs_len, 0, "no certificates unless asked for");
	tap_ok(!strncmp((char *)answer.ioc.owner, device_owner(), CVM_OWNER_SIZE),
	       "owner '%.*s' is the driver that sysfs names, '%s'", CVM_OWNER_SIZE,
	       (char *)answer.ioc.owner, device_owner());
	tap_ok(report_u32(answer.report, REPORT_OFFSET_VERSION) >= 2, "layout version 2 or later");
	tap_is(report_u32(answer.report, REPORT_OFFSET_VMPL), 0, "current level is VMPL 0");
	tap_ok(!is_zero(answer.report + REPORT_OFFSET_MEASURE, 48), "there is a measurement");
	tap_ok(is_zero(answer.report + REPORT_SIZE, sizeof(answer.report) - REPORT_SIZE),
	       "nothing is written behind the report");
}

static void test_vmpl(int fd)
{
	struct answer answer;
	uint32_t vmpl;

	for (vmpl = 0; vmpl <= 3; vmpl++) {
		answer_prepare(&answer, FILL);
		answer.ioc.vmpl = vmpl;
		if (tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), 0,
			   "evidence for VMPL %u is given", vmpl))
			tap_is(report_u32(answer.report, REPORT_OFFSET_VMPL), vmpl,
			       "the report says VMPL %u", vmpl);
	}
}

static void test_formats(int fd)
{
	struct answer answer;

	answer_prepare(&answer, FILL);
	answer.ioc.format = CVM_FORMAT_SNP_REPORT;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), 0, "format may be named");
	tap_is(answer.ioc.report_len, REPORT_SIZE, "named format has the same length");

	answer_prepare(&answer, FILL);
	answer.ioc.format = 0x7fff;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -EOPNOTSUPP, "unknown format");
}

/* Entries lie within what was said to be the length. */
static bool certs_are_bounded(const struct answer *answer)
{
	uint32_t at, offset, length;

	for (at = 0; at + CERT_ENTRY_SIZE <= answer->ioc.certs_len; at += CERT_ENTRY_SIZE) {
		if (is_zero(answer->certs + at, CERT_ENTRY_SIZE))
			return true;
		offset = report_u32(answer->certs, at + 16);
		length = report_u32(answer->certs, at + 20);
		if (!length || (uint64_t)offset + length > answer->ioc.certs_len)
			return false;
	}
	return false;
}

static void test_certificates(int fd)
{
	struct answer answer;

	answer_prepare(&answer, FILL);
	answer_want_certs(&answer);
	if (!tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), 0, "evidence with certificates"))
		return;
	tap_ok(answer_holds(&answer, FILL), "report data is in its place");
	tap_ok(answer.ioc.certs_len >= 2 * CERT_ENTRY_SIZE, "the host's table has an entry");
	tap_ok(certs_are_bounded(&answer), "all entries lie within certs_len, and the table ends");
}

int main(void)
{
	int fd;

	device_give_to_cvm();
	fd = device_open();
	test_report(fd);
	test_vmpl(fd);
	test_formats(fd);
	test_certificates(fd);
	return tap_done();
}
