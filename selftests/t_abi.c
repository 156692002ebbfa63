// SPDX-License-Identifier: GPL-2.0-only
/* Sizes, tails, pointers and fields that a caller of /dev/cvm can get wrong. */
#include <sys/mman.h>

#include "caller.h"

#define BAD	((void *)8)

static void test_zero_tail(int fd)
{
	union longer argument = { 0 };
	struct answer answer;

	answer_prepare(&answer, 0x11);
	argument.evidence = answer.ioc;
	argument.size = sizeof(argument.evidence) + 64;
	memset(argument.bytes + argument.size, 0xee, 16);
	tap_is(device_call(fd, CVM_EVIDENCE, &argument), 0, "unknown tail of zeros is taken");
	tap_is(argument.size, sizeof(argument.evidence) + 64, "size comes back as it was");
	tap_is(argument.bytes[argument.size], 0xee, "nothing is written behind the caller's size");
}

/*
 * The number of a command is what counts; the size encoded in it belongs to the
 * structure that the caller was built with.
 */
static void test_commands(int fd)
{
	struct answer answer;

	answer_prepare(&answer, 0x12);
	tap_is(device_call(fd, _IOC(_IOC_READ | _IOC_WRITE, CVM_IOC_MAGIC, 1, 64), &answer.ioc), 0,
	       "size encoded in the command is not looked at");
	tap_is(device_call(fd, _IOWR(CVM_IOC_MAGIC, 0x7f, struct cvm_evidence), &answer.ioc),
	       -ENOTTY, "unknown command");
	tap_is(device_call(fd, _IOWR('x', 1, struct cvm_evidence), &answer.ioc), -ENOTTY,
	       "command of another device");
}

static void test_argument_pointers(int fd)
{
	uint8_t *pages = mmap(NULL, 2 * CALLER_PAGE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct cvm_evidence *edge = (void *)(pages + CALLER_PAGE - 64);

	tap_is(device_call(fd, CVM_EVIDENCE, NULL), -EFAULT, "evidence: no argument");
	tap_is(device_call(fd, CVM_EVIDENCE, BAD), -EFAULT, "evidence: bad argument");
	tap_is(device_call(fd, CVM_DERIVE_KEY, BAD), -EFAULT, "derive key: bad argument");
	munmap(pages + CALLER_PAGE, CALLER_PAGE);
	edge->size = sizeof(*edge);
	tap_is(device_call(fd, CVM_EVIDENCE, edge), -EFAULT, "argument ends behind the mapping");
	munmap(pages, CALLER_PAGE);
}

static void test_buffer_pointers(int fd)
{
	struct answer answer;

	answer_prepare(&answer, 0x13);
	answer.ioc.report = (uintptr_t)BAD;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -EFAULT, "bad report address");

	answer_prepare(&answer, 0x14);
	answer.ioc.report = 0xffffffff80000000;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -EFAULT, "report address in the kernel");

	answer_prepare(&answer, 0x15);
	answer_want_certs(&answer);
	answer.ioc.certs = (uintptr_t)BAD;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -EFAULT, "bad certificate address");

	answer_prepare(&answer, 0x16);
	answer.ioc.certs_len = CERTS_SIZE;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -EINVAL,
	       "certificate length without an address");
}

static void test_fields(int fd)
{
	struct answer answer;

	answer_prepare(&answer, 0x17);
	answer.ioc.flags = 1;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -EINVAL, "flags 1");
	answer_prepare(&answer, 0x17);
	answer.ioc.flags = 0x80000000;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -EINVAL, "flags 80000000h");
	answer_prepare(&answer, 0x17);
	answer.ioc.vmpl = 4;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -EINVAL, "VMPL 4");
	answer_prepare(&answer, 0x17);
	answer.ioc.vmpl = CVM_VMPL_CURRENT - 1;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -EINVAL, "VMPL fffffffeh");
}

/* All of the above is the caller's fault and must cost the guest nothing. */
static void test_still_works(int fd)
{
	struct answer answer;

	answer_prepare(&answer, 0x18);
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), 0, "a good request afterwards");
	tap_ok(answer_holds(&answer, 0x18), "its report data is in its place");
}

int main(void)
{
	int fd;

	device_give_to_cvm();
	fd = device_open();
	caller_sizes(fd, CVM_EVIDENCE, sizeof(struct cvm_evidence), "evidence");
	caller_sizes(fd, CVM_DERIVE_KEY, sizeof(struct cvm_derive_key), "derive key");
	test_zero_tail(fd);
	test_commands(fd);
	test_argument_pointers(fd);
	test_buffer_pointers(fd);
	test_fields(fd);
	test_still_works(fd);
	return tap_done();
}
