// SPDX-License-Identifier: GPL-2.0-only
/* A TD: quote, TDREPORT and registers through /dev/cvm, and what is refused. */
#include <pthread.h>

#include "device.h"

#define FILL		0x3e
#define OTHER		0x91
#define REPORT		1024
#define REPORT_DATA	128	/* TDX Module ABI, REPORTMACSTRUCT */
#define REPORT_RTMR3	(512 + 208 + 3 * 48)
#define QUOTE_DATA	568	/* quote of version 4 */
#define DIGEST		CVM_TDX_DIGEST_SIZE

struct quote {
	struct cvm_evidence ioc;
	uint8_t bytes[CVM_REPORT_MAX];
};

static void prepare(struct quote *quote, uint32_t format, uint8_t fill)
{
	memset(quote, 0, sizeof(*quote));
	quote->ioc.size = sizeof(quote->ioc);
	quote->ioc.format = format;
	quote->ioc.vmpl = CVM_VMPL_CURRENT;
	quote->ioc.report = (uintptr_t)quote->bytes;
	quote->ioc.report_len = sizeof(quote->bytes);
	memset(quote->ioc.report_data, fill, sizeof(quote->ioc.report_data));
}

static bool holds(const struct quote *quote, size_t offset, uint8_t fill)
{
	uint8_t wanted[CVM_REPORT_DATA_SIZE];

	memset(wanted, fill, sizeof(wanted));
	return !memcmp(quote->bytes + offset, wanted, sizeof(wanted));
}

static void test_quote(int fd)
{
	static struct quote quote;

	prepare(&quote, CVM_FORMAT_ANY, FILL);
	tap_is(device_call(fd, CVM_EVIDENCE, &quote.ioc), 0, "evidence is given");
	tap_is(quote.ioc.format, CVM_FORMAT_TDX_QUOTE, "it is a quote");
	tap_ok(quote.ioc.report_len > 1000 && quote.ioc.report_len < CVM_REPORT_MAX, "of some length");
	tap_ok(holds(&quote, QUOTE_DATA, FILL), "report data is in its place");
	tap_is(quote.ioc.certs_len, 0, "there are no certificates beside it");
	tap_ok(!strcmp((char *)quote.ioc.owner, "cvm"), "the owner is this module");

	prepare(&quote, CVM_FORMAT_TDX_QUOTE, FILL);
	quote.ioc.report_len = 100;
	tap_is(device_call(fd, CVM_EVIDENCE, &quote.ioc), -ENOSPC, "a buffer that is too small");
	tap_ok(quote.ioc.report_len > 1000, "is told the length");
	tap_is(quote.bytes[0], 0, "and not written");
}

static void test_report(int fd)
{
	static struct quote quote;

	prepare(&quote, CVM_FORMAT_TDX_REPORT, FILL);
	tap_is(device_call(fd, CVM_EVIDENCE, &quote.ioc), 0, "a TDREPORT is given");
	tap_is(quote.ioc.report_len, REPORT, "of its length");
	tap_ok(holds(&quote, REPORT_DATA, FILL), "report data is in its place");
	prepare(&quote, CVM_FORMAT_SNP_REPORT, FILL);
	tap_is(device_call(fd, CVM_EVIDENCE, &quote.ioc), -EOPNOTSUPP, "no SNP report");
	prepare(&quote, CVM_FORMAT_TDX_REPORT, FILL);
	quote.ioc.vmpl = 1;
	tap_is(device_call(fd, CVM_EVIDENCE, &quote.ioc), -EINVAL, "there is no level 1");
	prepare(&quote, CVM_FORMAT_TDX_REPORT, FILL);
	quote.ioc.flags = 1;
	tap_is(device_call(fd, CVM_EVIDENCE, &quote.ioc), -EINVAL, "flags must be zero");
}

static int reg(int fd, unsigned long command, uint32_t number, void *value)
{
	struct cvm_register ioc = { .size = sizeof(ioc), .number = number };
	int ret;

	memcpy(ioc.value, value, DIGEST);
	ret = device_call(fd, command, &ioc);
	memcpy(value, ioc.value, DIGEST);
	return ret;
}

static void test_registers(int fd)
{
	uint8_t before[DIGEST] = { 0 }, after[DIGEST] = { 0 }, digest[DIGEST] = { 0 };
	static struct quote quote;
	struct cvm_register ioc = { .size = sizeof(ioc), .reserved = 1 };

	tap_is(reg(fd, CVM_REGISTER_READ, CVM_REGISTER_MRTD, before), 0, "MRTD can be read");
	tap_ok(memcmp(before, digest, DIGEST), "and is not zero");
	tap_is(reg(fd, CVM_REGISTER_READ, 99, before), -EINVAL, "register 99 cannot");
	tap_is(device_call(fd, CVM_REGISTER_READ, &ioc), -EINVAL, "reserved must be zero");

	tap_is(reg(fd, CVM_REGISTER_READ, CVM_REGISTER_RTMR3, before), 0, "RTMR3 can be read");
	memset(digest, OTHER, sizeof(digest));
	tap_is(reg(fd, CVM_REGISTER_EXTEND, CVM_REGISTER_RTMR3, digest), 0, "and extended");
	tap_is(reg(fd, CVM_REGISTER_READ, CVM_REGISTER_RTMR3, after), 0, "and read again");
	tap_ok(memcmp(before, after, DIGEST), "and has changed");
	prepare(&quote, CVM_FORMAT_TDX_REPORT, FILL);
	device_call(fd, CVM_EVIDENCE, &quote.ioc);
	tap_ok(!memcmp(quote.bytes + REPORT_RTMR3, after, DIGEST), "the next report says so");
	tap_is(reg(fd, CVM_REGISTER_EXTEND, CVM_REGISTER_RTMR1, digest), -EINVAL,
	       "RTMR1 is the firmware's");
	tap_is(reg(fd, CVM_REGISTER_EXTEND, CVM_REGISTER_MRTD, digest), -EINVAL, "MRTD is fixed");
}

static void test_key(int fd)
{
	struct cvm_derive_key ioc = { .size = sizeof(ioc), .vmpl = CVM_VMPL_CURRENT };

	tap_is(device_call(fd, CVM_DERIVE_KEY, &ioc), -EOPNOTSUPP, "TDX derives no keys");
}

static void *ask_often(void *fill)
{
	static __thread struct quote quote;
	int fd = open(CVM_DEVICE, O_RDWR | O_CLOEXEC), i;

	for (i = 0; fd >= 0 && i < 4; i++) {
		prepare(&quote, CVM_FORMAT_TDX_QUOTE, (uintptr_t)fill);
		if (device_call(fd, CVM_EVIDENCE, &quote.ioc) ||
		    !holds(&quote, QUOTE_DATA, (uintptr_t)fill))
			return NULL;
	}
	close(fd);
	return fill;
}

static void test_two(void)
{
	void *first = NULL, *second = NULL;
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, ask_often, (void *)0x11l);
	pthread_create(&threads[1], NULL, ask_often, (void *)0x22l);
	pthread_join(threads[0], &first);
	pthread_join(threads[1], &second);
	tap_ok(first && second, "two threads get their own quotes");
}

int main(void)
{
	int fd;

	module_unload("cvm");
	tap_is(module_load(CVM_MODULE), 0, "the module loads in a TD");
	fd = open(CVM_DEVICE, O_RDWR | O_CLOEXEC);
	if (!tap_ok(fd >= 0, "there is a device"))
		return tap_done();
	test_quote(fd);
	test_report(fd);
	test_registers(fd);
	test_key(fd);
	test_two();
	tap_is(module_unload("cvm"), -EAGAIN, "the module stays while the device is open");
	close(fd);
	tap_is(module_unload("cvm"), 0, "and goes when it is not");
	return tap_done();
}
