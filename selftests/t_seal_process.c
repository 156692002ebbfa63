// SPDX-License-Identifier: GPL-2.0-only
/* Seals of a process, and what it does to what it maps. */
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "caller.h"
#include "seal.h"

static void *map_file(const char *path, size_t length, int protection)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	void *map;

	if (fd < 0 || ftruncate(fd, length))
		tap_bail("cannot make %s", path);
	map = mmap(NULL, length, protection, MAP_PRIVATE, fd, 0);
	close(fd);
	return map;
}

static void await(int fd)
{
	char byte;

	if (read(fd, &byte, 1) != 1)
		_exit(1);
}

static bool rewrite(uint8_t *map)
{
	if (mprotect(map, SEAL_PAGE, PROT_READ | PROT_WRITE))
		return false;
	*map = 7;
	return !mprotect(map, SEAL_PAGE, PROT_READ | PROT_EXEC);
}

static bool hide(uint8_t *map)
{
	return !mprotect(map, SEAL_PAGE, PROT_NONE);
}

static bool unmap(uint8_t *map)
{
	return !munmap(map, 2 * SEAL_PAGE);
}

static bool (*const deeds[])(uint8_t *map) = { rewrite, hide, unmap };

/* The child: changes what it maps, each time that it is told to */
static void live(const int *to, const int *from, uint8_t *map)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(deeds); i++) {
		await(to[0]);
		if (!deeds[i](map) || write(from[1], "x", 1) != 1)
			_exit(1);
	}
	await(to[0]);
	_exit(0);
}

static void step(const int *to, const int *from)
{
	char byte;

	if (write(to[1], "x", 1) != 1 || read(from[0], &byte, 1) != 1)
		tap_bail("the child does not answer");
}

static void test_process(int fd)
{
	uint8_t *map = map_file("/tmp/mapped", 2 * SEAL_PAGE, PROT_READ | PROT_EXEC);
	struct cvm_seal_page page = { 0 };
	struct cvm_seal_info all, info;
	uint32_t id, exec_id;
	int to[2], from[2];
	pid_t child;

	if (pipe(to) || pipe(from))
		tap_bail("pipe: %s", strerror(errno));
	child = fork();
	if (!child)
		live(to, from, map);
	tap_is(seal_process(fd, child, 0, &id), 0, "a process is sealed");
	tap_is(seal_process(fd, child, CVM_SEAL_EXEC, &exec_id), 0, "and its code alone");
	seal_info(fd, CVM_SEAL_GET, id, &all);
	seal_info(fd, CVM_SEAL_GET, exec_id, &info);
	tap_ok(all.pid == child && info.pages >= 2 && info.pages < all.pages &&
	       !strncmp(all.name, "t_seal_process", 14), "it is what was asked for");
	seal_is(fd, exec_id, CVM_SEAL_INTACT, 0, "a process is intact");
	step(to, from);
	seal_is(fd, exec_id, CVM_SEAL_CHANGED, 1, "it has changed a page of its code");
	tap_is(seal_pages(fd, exec_id, &page, 1), 1, "which is told");
	tap_ok(page.address == (uintptr_t)map && !page.writable &&
	       page.state == CVM_SEAL_CHANGED && !seal_same(page.sealed, page.now),
	       "with its address and digests");
	step(to, from);
	seal_is(fd, exec_id, CVM_SEAL_MISSING, 1, "it cannot read a page any more");
	step(to, from);
	seal_is(fd, exec_id, CVM_SEAL_MISSING, 2, "it has unmapped them");
	tap_is(seal_info(fd, CVM_SEAL_REBASE, exec_id, &info), -EFAULT, "they cannot be the seal");
	if (write(to[1], "x", 1) != 1 || waitpid(child, NULL, 0) != child)
		tap_bail("the child does not end");
	tap_is(seal_state(fd, exec_id), CVM_SEAL_GONE, "it has ended");
	tap_is(seal_info(fd, CVM_SEAL_REBASE, id, &info), -ESTALE, "and cannot be the seal");
	seal_remove(fd, id);
	seal_remove(fd, exec_id);
}

static int try_process(int fd)
{
	uint32_t id;

	return seal_process(fd, 1, 0, &id);
}

/* The same process, and not what was sealed */
static void test_program(int fd)
{
	struct cvm_seal_info info;
	uint32_t id;
	int to[2];
	pid_t child;

	if (pipe(to))
		tap_bail("pipe: %s", strerror(errno));
	child = fork();
	if (!child) {
		await(to[0]);
		execl("/bin/sh", "sh", "-c", "read line", (char *)NULL);
		_exit(1);
	}
	tap_is(seal_process(fd, child, CVM_SEAL_EXEC, &id), 0, "a program is sealed");
	tap_is(seal_state(fd, id), CVM_SEAL_INTACT, "it is intact");
	if (write(to[1], "x", 1) != 1)
		tap_bail("the child cannot be told");
	while (!seal_info(fd, CVM_SEAL_CHECK, id, &info) && info.state == CVM_SEAL_INTACT)
		usleep(10000);
	tap_is(info.state, CVM_SEAL_GONE, "it has given way to another one");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	seal_remove(fd, id);
}

int main(void)
{
	int fd = device_load();

	test_process(fd);
	test_program(fd);
	tap_is(caller_nobody(try_process, fd), -EPERM, "nobody seals a process");
	close(fd);
	tap_is(module_unload("cvm"), 0, "the module can be unloaded");
	return tap_done();
}
