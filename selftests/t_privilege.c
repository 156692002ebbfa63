// SPDX-License-Identifier: GPL-2.0-only
/* What a process without privilege may not do with /dev/cvm. */
#include <sys/stat.h>
#include <sys/wait.h>

#include "device.h"

#define NOBODY	65534

/* Runs a test as nobody; its result is 0 or a negative errno */
static int as_nobody(int (*test)(int fd), int fd)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		tap_bail("fork: %s", strerror(errno));
	if (!child) {
		if (setgid(NOBODY) || setuid(NOBODY))
			_exit(255);
		_exit(-test(fd));
	}
	waitpid(child, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) == 255)
		tap_bail("the child without privilege failed: status %#x", status);
	return -WEXITSTATUS(status);
}

static int try_open(int fd)
{
	int opened = open(CVM_DEVICE, fd);

	return opened < 0 ? -errno : 0;
}

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
	tap_is(as_nobody(try_open, O_RDWR), -EACCES, "nobody cannot open it");
	tap_is(as_nobody(try_open, O_RDONLY), -EACCES, "nobody cannot open it for reading");
	tap_is(as_nobody(try_key, fd), -EPERM, "nobody gets no key from an open file");
	tap_is(as_nobody(try_key_without_argument, fd), -EPERM, "privilege is asked for first");
	tap_is(as_nobody(try_evidence, fd), 0, "an open file gives evidence");
	tap_is(try_key(fd), 0, "root gets a key");
	return tap_done();
}
