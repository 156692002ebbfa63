// SPDX-License-Identifier: GPL-2.0-only
/* Unloading while a file is open, and what a later load finds. */
#include <sys/mman.h>

#include "device.h"

static void test_open_file(void)
{
	int fd = device_open();
	struct answer answer;
	int ret = module_unload("cvm");

	tap_ok(ret == -EWOULDBLOCK || ret == -EBUSY, "the module stays while a file is open");
	answer_prepare(&answer, 0x21);
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), 0, "the file still gives evidence");
	close(fd);
	tap_is(module_unload("cvm"), 0, "the module goes when the file is closed");
	tap_ok(access(CVM_DEVICE, F_OK) && errno == ENOENT, "its node goes with it");
	tap_ok(!strcmp(device_owner(), ""), "nobody owns the attestation device then");
}

static void test_duplicate(void)
{
	int fd = device_open();
	int copy = dup(fd);

	close(fd);
	tap_ok(module_unload("cvm"), "a duplicate of the file counts");
	close(copy);
	tap_is(module_unload("cvm"), 0, "the module goes after the duplicate");
}

/* The message counter outlives the module: it lies in the secrets page. */
static void test_next_load(void)
{
	struct answer answer;
	int i, fd;

	for (i = 0; i < 3; i++) {
		device_give_to_cvm();
		fd = device_open();
		answer_prepare(&answer, 0x30 + i);
		tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), 0,
		       "evidence after load number %d", i + 1);
		tap_ok(answer_holds(&answer, 0x30 + i), "for the right data");
		close(fd);
	}
}

int main(void)
{
	device_give_to_cvm();
	test_open_file();
	device_give_to_cvm();
	test_duplicate();
	test_next_load();
	return tap_done();
}
