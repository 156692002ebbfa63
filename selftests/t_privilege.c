// SPDX-License-Identifier: GPL-2.0-only
/* What a process without privilege may not do with /dev/cvm. */
#include <sys/stat.h>

#include "caller.h"

static int try_key(int fd)
{
	struct cvm_derive_key ioc = { .size = sizeof(ioc), .vmpl = CVM_VMPL_CURRENT };

	return device_call(fd, CVM_DERIVE_KEY, &ioc);
}

static int try_key_without_argument(int fd)
{
	return device_call(fd, CVM_DERIVE_KEY, NULL);
}

/* An open file is a permission that somebody gave: evidence is not secret. */
static int try_evidence(int fd)
{
	struct answer answer;
	int ret;

	answer_prepare(&answer, 0x77);
	ret = device_call(fd, CVM_EVIDENCE, &answer.ioc);
	return ret ?: answer_holds(&answer, 0x77) ? 0 : -EBADMSG;
}

int main(void)
{
	struct stat node;
	int fd;

	device_give_to_cvm();
	tap_ok(!stat(CVM_DEVICE, &node) && S_ISCHR(node.st_mode), "the node is there");
	tap_is(node.st_mode & 07777, 0600, "its mode is 0600");
	tap_ok(!node.st_uid && !node.st_gid, "it belongs to root");

	fd = device_open();
	tap_is(caller_nobody(caller_open, O_RDWR), -EACCES, "nobody cannot open it");
	tap_is(caller_nobody(caller_open, O_RDONLY), -EACCES, "nobody cannot open it for reading");
	tap_is(caller_nobody(try_key, fd), -EPERM, "nobody gets no key from an open file");
	tap_is(caller_nobody(try_key_without_argument, fd), -EPERM, "privilege is asked for first");
	tap_is(caller_nobody(try_evidence, fd), 0, "an open file gives evidence");
	tap_is(try_key(fd), 0, "root gets a key");
	return tap_done();
}
