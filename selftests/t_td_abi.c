// SPDX-License-Identifier: GPL-2.0-only
/* What a caller in a TD can get wrong, and what one without privilege may not do. */
#include <sys/mman.h>
#include <sys/stat.h>

#include "caller.h"

#define BAD		((void *)8)
#define PERMISSION	4	/* exit status of cvmctl */

static void test_sizes(int fd)
{
	caller_sizes(fd, CVM_EVIDENCE, sizeof(struct cvm_evidence), "evidence");
	caller_sizes(fd, CVM_REGISTER_READ, sizeof(struct cvm_register), "register read");
	caller_sizes(fd, CVM_REGISTER_EXTEND, sizeof(struct cvm_register), "register extend");
	caller_sizes(fd, CVM_MEMORY_MAP, sizeof(struct cvm_memory_map), "memory map");
}

static void test_pointers(int fd)
{
	struct cvm_memory_map map = { .size = sizeof(map), .extents = 8, .count = 4 };
	struct answer answer;

	tap_is(device_call(fd, CVM_EVIDENCE, BAD), -EFAULT, "evidence: bad argument");
	tap_is(device_call(fd, CVM_REGISTER_READ, BAD), -EFAULT, "register read: bad argument");
	tap_is(device_call(fd, CVM_REGISTER_EXTEND, NULL), -EFAULT, "register extend: no argument");
	tap_is(device_call(fd, CVM_MEMORY_MAP, &map), -EFAULT, "memory map: bad array");
	answer_prepare(&answer, 0x13);
	answer.ioc.report_len = CVM_REPORT_MAX;
	answer.ioc.report = (uintptr_t)BAD;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -EFAULT, "bad quote address");
	answer_prepare(&answer, 0x14);
	answer.ioc.report_len = CVM_REPORT_MAX;
	answer.ioc.report = 0xffffffff80000000;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -EFAULT, "quote address in the kernel");
	answer_prepare(&answer, 0x15);
	answer.ioc.certs_len = 1;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -EINVAL,
	       "certificate length without an address");
}

static void test_fields(int fd)
{
	struct cvm_register reg = { .size = sizeof(reg), .number = CVM_REGISTER_RTMR3, .flags = 1 };
	struct cvm_memory_extent extents[4];
	struct cvm_memory_map map = { .size = sizeof(map), .flags = 1 };

	tap_is(device_call(fd, CVM_REGISTER_EXTEND, &reg), -EINVAL, "register: flags must be zero");
	tap_is(device_call(fd, CVM_MEMORY_MAP, &map), -EINVAL, "memory map: flags must be zero");
	map = (struct cvm_memory_map){ .size = sizeof(map), .start = 0x1000, .count = 4,
				       .extents = (uintptr_t)extents };
	tap_is(device_call(fd, CVM_MEMORY_MAP, &map), -EINVAL, "memory map: start within a chunk");
	map.start = ~0ull << 22;
	tap_is(device_call(fd, CVM_MEMORY_MAP, &map), 0, "memory map: past the end");
	tap_is(map.count, 0, "has nothing");
	tap_is(device_call(fd, _IOWR(CVM_IOC_MAGIC, 0x7f, struct cvm_register), &reg), -ENOTTY,
	       "unknown command");
}

/* ---- as nobody ---- */

static int try_extend(int fd)
{
	struct cvm_register reg = { .size = sizeof(reg), .number = CVM_REGISTER_RTMR3 };

	return device_call(fd, CVM_REGISTER_EXTEND, &reg);
}

static int try_read(int fd)
{
	struct cvm_register reg = { .size = sizeof(reg), .number = CVM_REGISTER_RTMR3 };

	return device_call(fd, CVM_REGISTER_READ, &reg);
}

static int try_map(int fd)
{
	struct cvm_memory_extent extents[4];
	struct cvm_memory_map map = { .size = sizeof(map), .count = 4,
				      .extents = (uintptr_t)extents };

	return device_call(fd, CVM_MEMORY_MAP, &map);
}

static void test_privilege(int fd)
{
	struct stat node;

	tap_ok(!stat(CVM_DEVICE, &node) && (node.st_mode & 07777) == 0600 && !node.st_uid,
	       "the device is root's alone");
	tap_is(caller_nobody(caller_open, O_RDWR), -EACCES, "nobody cannot open it");
	tap_is(caller_nobody(try_extend, fd), -EPERM, "nobody extends no register");
	tap_is(caller_nobody(try_map, fd), -EPERM, "nobody reads no addresses");
	tap_is(caller_nobody(try_read, fd), 0, "an open file reads a register");
	tap_is(caller_nobody_runs("cvmctl memory accept --all"), -PERMISSION,
	       "nobody starts no acceptance");
	tap_is(caller_nobody_runs("cvmctl memory stop"), -PERMISSION, "nobody stops one");
	tap_is(caller_nobody_runs("cvmctl memory"), 0, "everybody may look");
}

int main(void)
{
	static uint8_t quote[CVM_REPORT_MAX];
	struct answer answer;
	int fd = device_load();

	test_sizes(fd);
	test_pointers(fd);
	test_fields(fd);
	test_privilege(fd);
	answer_prepare(&answer, 0x18);
	answer.ioc.report = (uintptr_t)quote;
	answer.ioc.report_len = sizeof(quote);
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), 0, "a good request is served after it");
	close(fd);
	return tap_done();
}
