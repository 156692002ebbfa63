// SPDX-License-Identifier: GPL-2.0-only
/* Seals: what a caller can get wrong, and the kernel's own pages. */
#include <pthread.h>

#include "caller.h"
#include "seal.h"

static const struct {
	unsigned long command;
	size_t size;
	const char *name;
} commands[] = {
	{ CVM_SEAL_ADD, sizeof(struct cvm_seal_add), "add" },
	{ CVM_SEAL_GET, sizeof(struct cvm_seal_info), "get" },
	{ CVM_SEAL_CHECK, sizeof(struct cvm_seal_info), "check" },
	{ CVM_SEAL_REBASE, sizeof(struct cvm_seal_info), "rebase" },
	{ CVM_SEAL_REMOVE, sizeof(struct cvm_seal_root), "remove" },
	{ CVM_SEAL_ROOT, sizeof(struct cvm_seal_root), "root" },
	{ CVM_SEAL_PAGES, sizeof(struct cvm_seal_pages), "pages" },
	{ CVM_SEAL_BYTES, sizeof(struct cvm_seal_bytes), "bytes" },
};

static uint64_t rodata, rodata_end, text, text_end;

static void find_kernel(void)
{
	rodata = seal_symbol("__start_rodata");
	rodata_end = seal_symbol("__end_rodata");
	text = seal_symbol("_stext");
	text_end = seal_symbol("_etext") & ~(uint64_t)(SEAL_PAGE - 1);
	if (!rodata || !rodata_end || !text || !text_end)
		tap_bail("no addresses in /proc/kallsyms");
}

/* ---- structures ---- */

static void test_structures(int fd)
{
	union longer argument;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		caller_sizes(fd, commands[i].command, commands[i].size, commands[i].name);
		memset(&argument, 0, sizeof(argument));
		argument.size = commands[i].size;
		((uint32_t *)argument.bytes)[1] = 0x80000000;
		tap_is(device_call(fd, commands[i].command, &argument), -EINVAL, "%s: bad flag",
		       commands[i].name);
		tap_is(device_call(fd, commands[i].command, (void *)8), -EFAULT,
		       "%s: bad argument", commands[i].name);
	}
}

static void test_numbers(int fd)
{
	const uint32_t numbers[] = { 0, 77, UINT32_MAX };
	struct cvm_seal_bytes bytes = { .size = sizeof(bytes) };
	struct cvm_seal_info info;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		bytes.id = numbers[i];
		tap_ok(seal_info(fd, CVM_SEAL_GET, numbers[i], &info) == -ENOENT &&
		       seal_info(fd, CVM_SEAL_CHECK, numbers[i], &info) == -ENOENT &&
		       seal_info(fd, CVM_SEAL_REBASE, numbers[i], &info) == -ENOENT &&
		       seal_remove(fd, numbers[i]) == -ENOENT &&
		       seal_pages(fd, numbers[i], NULL, 0) == -ENOENT &&
		       device_call(fd, CVM_SEAL_BYTES, &bytes) == -ENOENT,
		       "no command knows a seal %u", numbers[i]);
	}
	info = (struct cvm_seal_info){ .size = sizeof(info), .id = UINT32_MAX,
				       .flags = CVM_SEAL_NEXT };
	tap_is(device_call(fd, CVM_SEAL_GET, &info), -ENOENT, "nothing after the last number");
	info = (struct cvm_seal_info){ .size = sizeof(info), .reserved = 1 };
	tap_is(device_call(fd, CVM_SEAL_GET, &info), -EINVAL, "get: reserved");
	info = (struct cvm_seal_info){ .size = sizeof(info), .flags = CVM_SEAL_NEXT };
	tap_is(device_call(fd, CVM_SEAL_CHECK, &info), -EINVAL, "check: a flag of get");
}

/* ---- what cannot be sealed ---- */

static void test_fields(int fd)
{
	const struct {
		struct cvm_seal_add add;
		const char *name;
		int error;
	} bad[] = {
		{ { .kind = 0 }, "kind 0", EINVAL },
		{ { .kind = 6 }, "kind 6", EINVAL },
		{ { .kind = UINT32_MAX }, "largest kind", EINVAL },
		{ { .kind = CVM_SEAL_MODULE }, "module without a name", EINVAL },
		{ { .kind = CVM_SEAL_MODULE, .name = "cvm", .pid = 1 }, "module with a pid",
		  EINVAL },
		{ { .kind = CVM_SEAL_MODULE, .name = "cvm", .start = rodata },
		  "module at an address", EINVAL },
		{ { .kind = CVM_SEAL_MODULE, .name = "cvm", .flags = CVM_SEAL_EXEC },
		  "module, executable only", EINVAL },
		{ { .kind = CVM_SEAL_MODULE, .name = "cvm", .reserved = 1 }, "reserved", EINVAL },
		{ { .kind = CVM_SEAL_MODULE, .name = "no such" }, "unknown module", ENOENT },
		{ { .kind = CVM_SEAL_MODULE, .name = "../module/cvm" }, "path of a module",
		  ENOENT },
		{ { .kind = CVM_SEAL_MODULE, .name = "kernel" }, "part of the kernel itself",
		  ENOENT },
		{ { .kind = CVM_SEAL_PROCESS }, "process 0", EINVAL },
		{ { .kind = CVM_SEAL_PROCESS, .pid = -1 }, "process -1", EINVAL },
		{ { .kind = CVM_SEAL_PROCESS, .pid = INT32_MAX }, "unknown process", ESRCH },
		{ { .kind = CVM_SEAL_PROCESS, .pid = 2 }, "process of the kernel", ESRCH },
		{ { .kind = CVM_SEAL_PROCESS, .pid = 1, .start = 4096 }, "process at an address",
		  EINVAL },
		{ { .kind = CVM_SEAL_RANGE, .start = rodata, .length = 4096, .pid = 1 },
		  "range with a pid", EINVAL },
	};
	struct cvm_seal_add add;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		add = bad[i].add;
		tap_is(seal_add(fd, &add), -bad[i].error, "add: %s", bad[i].name);
	}
	add = (struct cvm_seal_add){ .kind = CVM_SEAL_MODULE };
	memset(add.name, 'a', sizeof(add.name));
	tap_is(seal_add(fd, &add), -EINVAL, "add: name without an end");
}

static void test_ranges(int fd)
{
	const uint64_t top = ~0ull << 12, some = 0x7f0000000000;
	const struct {
		uint64_t start, length;
		const char *name;
		int error;
	} bad[] = {
		{ rodata, 0, "nothing", EINVAL },
		{ rodata + 1, 4096, "start within a page", EINVAL },
		{ rodata, 4095, "end within a page", EINVAL },
		{ 0, 4096, "address 0", EINVAL },
		{ some, 4096, "address of user space", EINVAL },
		{ (uintptr_t)bad & ~4095ull, 4096, "our own stack", EINVAL },
		{ top, 4096, "up to the very end", EINVAL },
		{ top, 8192, "around the end", EINVAL },
		{ rodata, -rodata + 8192, "around the end, long", EINVAL },
		{ top - 4096, 4096, "the last pages", EFAULT },
		{ 1ull << 63, 4096, "address that cannot be", EFAULT },
		{ 0xffff7ffffffff000, 4096, "another one", EFAULT },
		{ 0xffff800000000000, 4096, "below the direct map", EFAULT },
		{ 0xffffffff00000000, 4096, "hole below the image", EFAULT },
	};
	uint32_t id;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		tap_is(seal_range(fd, CVM_SEAL_RANGE, bad[i].start, bad[i].length, &id),
		       -bad[i].error, "range: %s", bad[i].name);
	tap_is(seal_range(fd, CVM_SEAL_RANGE, 0xfffffe0000000000, (1ull << 32) + 4096, &id), -E2BIG,
	       "range: more than a seal may have");
	tap_is(seal_range(fd, CVM_SEAL_KERNEL_RODATA, 0xffffc90000000000, 4096, &id), -EINVAL,
	       "rodata: not in the image");
	tap_is(seal_range(fd, CVM_SEAL_KERNEL_RODATA, 0xffffffffc0000000, 4096, &id), -EINVAL,
	       "rodata: where modules are");
	tap_is(seal_range(fd, CVM_SEAL_KERNEL_RODATA, seal_symbol("_sdata"), 4096, &id), -EACCES,
	       "rodata: what can be written");
	tap_is(seal_range(fd, CVM_SEAL_KERNEL_TEXT, seal_symbol("_sdata"), 4096, &id), -EACCES,
	       "text: what can be written");
}

/* ---- the kernel ---- */

static void test_intact(int fd, uint32_t kind, uint64_t start, uint64_t end, const char *name)
{
	struct cvm_seal_info first, info;
	struct cvm_seal_page page;
	uint32_t id;

	if (!tap_is(seal_range(fd, kind, start, end - start, &id), 0, "%s: is sealed", name))
		return;
	tap_is(seal_info(fd, CVM_SEAL_GET, id, &first), 0, "%s: is there", name);
	tap_ok(first.kind == kind && first.start == start && first.generation == 1 &&
	       first.pages == (end - start) / SEAL_PAGE && first.created &&
	       first.rebased == first.created && first.checked == first.created,
	       "%s: is what was asked for", name);
	tap_ok(!seal_is_zero(first.root) && seal_same(first.root, first.now) &&
	       seal_is_zero(first.previous), "%s: its roots", name);
	tap_is(seal_state(fd, id), CVM_SEAL_INTACT, "%s: is intact", name);
	tap_is(seal_info(fd, CVM_SEAL_CHECK, id, &info), 0, "%s: is checked again", name);
	tap_ok(info.state == CVM_SEAL_INTACT && !info.changed && !info.patched && !info.missing &&
	       info.checked > first.checked && seal_same(info.now, first.root),
	       "%s: and intact", name);
	tap_is(seal_pages(fd, id, &page, 1), 0, "%s: no page differs", name);
	tap_is(seal_info(fd, CVM_SEAL_REBASE, id, &info), 0, "%s: is sealed anew", name);
	tap_ok(info.generation == 2 && seal_same(info.previous, first.root) &&
	       seal_same(info.root, first.root) && info.rebased > info.created,
	       "%s: generation 2 knows the root of 1", name);
	tap_is(seal_remove(fd, id), 0, "%s: is removed", name);
	tap_is(seal_remove(fd, id), -ENOENT, "%s: once", name);
}

/* The same pages, sealed twice: salts differ, and so roots */
static void test_salt(int fd)
{
	struct cvm_seal_info one, other;
	uint32_t id[2];

	seal_range(fd, CVM_SEAL_KERNEL_RODATA, rodata, 3 * SEAL_PAGE, &id[0]);
	seal_range(fd, CVM_SEAL_KERNEL_RODATA, rodata, 3 * SEAL_PAGE, &id[1]);
	tap_ok(!seal_info(fd, CVM_SEAL_GET, id[0], &one) &&
	       !seal_info(fd, CVM_SEAL_GET, id[1], &other), "two seals of the same");
	tap_ok(!seal_same(one.root, other.root), "have different roots");
	one.flags = CVM_SEAL_NEXT;
	one.reserved = 0;
	tap_ok(!device_call(fd, CVM_SEAL_GET, &one) && one.id == id[1], "one follows the other");
	seal_remove(fd, id[0]);
	seal_remove(fd, id[1]);
}

static void test_root(int fd)
{
	struct cvm_seal_root none = { .size = sizeof(none) }, some = none, again = none;
	struct cvm_seal_root bad = { .size = sizeof(bad), .id = 1 };
	uint32_t id[2];

	tap_ok(!device_call(fd, CVM_SEAL_ROOT, &none) && !none.count && seal_is_zero(none.root),
	       "root of nothing is zero");
	tap_is(device_call(fd, CVM_SEAL_ROOT, &bad), -EINVAL, "root takes no number");
	seal_range(fd, CVM_SEAL_KERNEL_RODATA, rodata, SEAL_PAGE, &id[0]);
	seal_range(fd, CVM_SEAL_KERNEL_TEXT, text, SEAL_PAGE, &id[1]);
	tap_ok(!device_call(fd, CVM_SEAL_ROOT, &some) && some.count == 2, "root of two seals");
	seal_state(fd, id[0]);
	tap_ok(!device_call(fd, CVM_SEAL_ROOT, &again) && seal_same(some.root, again.root) &&
	       !seal_is_zero(some.root), "stays while they are intact");
	seal_remove(fd, id[1]);
	tap_ok(!device_call(fd, CVM_SEAL_ROOT, &again) && again.count == 1 &&
	       !seal_same(some.root, again.root), "and is another one without one of them");
	seal_remove(fd, id[0]);
}

static void test_bytes(int fd)
{
	struct cvm_seal_add add = { .kind = CVM_SEAL_KERNEL_RODATA, .flags = CVM_SEAL_KEEP,
				    .start = rodata, .length = 17 * SEAL_PAGE };
	static uint8_t sealed[SEAL_PAGE], now[SEAL_PAGE], zero[SEAL_PAGE];
	struct cvm_seal_bytes bytes = { .size = sizeof(bytes), .sealed = (uintptr_t)sealed,
					.now = (uintptr_t)now };
	uint32_t id;

	tap_is(seal_add(fd, &add), -E2BIG, "bytes of 17 pages are not kept");
	add.length = 16 * SEAL_PAGE;
	tap_is(seal_add(fd, &add), 0, "of 16 they are");
	bytes.id = add.id;
	tap_is(device_call(fd, CVM_SEAL_BYTES, &bytes), 0, "and can be read");
	tap_ok(!memcmp(sealed, now, SEAL_PAGE) && memcmp(sealed, zero, SEAL_PAGE),
	       "as they are and were");
	bytes.index = 16;
	tap_is(device_call(fd, CVM_SEAL_BYTES, &bytes), -ENOENT, "there is no page 16");
	bytes.index = 0;
	bytes.sealed = 8;
	tap_is(device_call(fd, CVM_SEAL_BYTES, &bytes), -EFAULT, "bad address for them");
	seal_remove(fd, add.id);
	seal_range(fd, CVM_SEAL_KERNEL_RODATA, rodata, SEAL_PAGE, &id);
	bytes.id = id;
	tap_is(device_call(fd, CVM_SEAL_BYTES, &bytes), -ENODATA, "without the flag there are none");
	seal_remove(fd, id);
}

static void test_number_of_seals(int fd)
{
	unsigned int count = 0;
	uint32_t first = 0, id;
	int ret;

	do {
		ret = seal_range(fd, CVM_SEAL_KERNEL_RODATA, rodata, SEAL_PAGE, &id);
		first = first ?: id;
		count += !ret;
	} while (!ret && count < 100000);
	tap_is(ret, -ENOSPC, "there is an end to seals");
	tap_is(count, 256, "after so many");
	tap_is(seal_remove(fd, first), 0, "without one of them");
	tap_is(seal_range(fd, CVM_SEAL_KERNEL_RODATA, rodata, SEAL_PAGE, &id), 0, "there is room");
	tap_ok(id > first + 255, "and no number comes twice");
	for (; first <= id; first++)
		seal_remove(fd, first);
}

/* ---- two at once ---- */

static int device;
static volatile bool stop;

static void *remove_all(void *removed)
{
	struct cvm_seal_info info;
	bool last;

	do {
		last = stop;
		info = (struct cvm_seal_info){ .size = sizeof(info), .flags = CVM_SEAL_NEXT };
		while (!device_call(device, CVM_SEAL_GET, &info)) {
			*(unsigned int *)removed += !seal_remove(device, info.id);
			info.flags = CVM_SEAL_NEXT;
		}
	} while (!last);
	return NULL;
}

/* A seal that is made can be removed before who made it knows its number */
static void test_removing(int fd)
{
	unsigned int i, added = 0, removed = 0;
	pthread_t remover;
	uint32_t id;
	int ret = 0;

	device = fd;
	pthread_create(&remover, NULL, remove_all, &removed);
	/* there may be no room for a while: who removes is slower */
	for (i = 0; i < 2000 && (!ret || ret == -ENOSPC); i++) {
		ret = seal_range(fd, CVM_SEAL_KERNEL_RODATA, rodata, SEAL_PAGE, &id);
		added += !ret;
	}
	stop = true;
	pthread_join(remover, NULL);
	tap_is(removed, added, "seals that are removed while others are made");
	tap_ok(!ret || ret == -ENOSPC, "while there was room, all were made");
}

/* ---- privilege ---- */

static int try_all(int fd)
{
	union longer argument = { 0 };
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		argument.size = commands[i].size;
		ret = device_call(fd, commands[i].command, &argument);
		if (ret != -EPERM)
			return ret ?: -EEXIST;
	}
	return -EPERM;
}

/* ---- anything at all ---- */

#define TRIES	20000

/* Each structure of random bytes, some of them such that they get further */
static void test_random(int fd)
{
	const uint64_t good[] = { rodata, SEAL_PAGE, 1, 2, 3, 4, 5, (uintptr_t)good, 0, getpid() };
	union longer argument;
	unsigned int i, j, command;
	struct cvm_seal_info info = { 0 };

	srandom(1);
	for (i = 0; i < TRIES; i++) {
		command = random() % ARRAY_SIZE(commands);
		for (j = 0; j < 512; j++)
			argument.bytes[j] = random() % 8 ? 0 : random() & 0xff;
		for (j = 8; j < commands[command].size; j += 8)
			if (random() % 3)
				memcpy(argument.bytes + j, &good[random() % ARRAY_SIZE(good)], 8);
		((uint32_t *)argument.bytes)[1] = random() % 4;
		((uint32_t *)argument.bytes)[2] = random() % 6;
		argument.size = random() % 16 ? commands[command].size : (size_t)random() % 512;
		/* what may be written over must not be ours to need */
		if (commands[command].command == CVM_SEAL_PAGES)
			((struct cvm_seal_pages *)&argument)->pages = random() % 2 ? 8 : ~0ull;
		if (commands[command].command == CVM_SEAL_BYTES)
			((struct cvm_seal_bytes *)&argument)->sealed = 8;
		device_call(fd, commands[command].command, &argument);
	}
	tap_ok(true, "%u random calls", TRIES);
	info.size = sizeof(info);
	info.flags = CVM_SEAL_NEXT;
	while (!device_call(fd, CVM_SEAL_GET, &info)) {
		seal_remove(fd, info.id);
		info.flags = CVM_SEAL_NEXT;
	}
	test_intact(fd, CVM_SEAL_KERNEL_RODATA, rodata, rodata + 5 * SEAL_PAGE, "after them");
}

/* It does not keep the module, which must forget it when it goes */
static void test_own_module(int fd)
{
	uint32_t id;

	tap_is(seal_module(fd, "cvm", &id), 0, "the module itself is sealed");
	tap_is(seal_state(fd, id), CVM_SEAL_INTACT, "and intact");
}

int main(void)
{
	int fd = device_load();

	find_kernel();
	test_structures(fd);
	test_numbers(fd);
	test_fields(fd);
	test_ranges(fd);
	test_intact(fd, CVM_SEAL_KERNEL_RODATA, rodata, rodata_end, "rodata");
	test_intact(fd, CVM_SEAL_KERNEL_TEXT, text, text_end, "text");
	test_intact(fd, CVM_SEAL_RANGE, rodata, rodata + SEAL_PAGE, "one page");
	test_salt(fd);
	test_root(fd);
	test_bytes(fd);
	test_number_of_seals(fd);
	test_removing(fd);
	tap_is(caller_nobody(try_all, fd), -EPERM, "nobody does nothing, also with an open file");
	test_random(fd);
	test_own_module(fd);
	close(fd);
	tap_is(module_unload("cvm"), 0, "the module can be unloaded");
	return tap_done();
}
