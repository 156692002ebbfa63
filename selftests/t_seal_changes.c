// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seals and what happens to what they are of: pages, code and life of the module
 * seal_test. Run by platform/tests/t_platform_seal.sh.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "seal.h"
#include "sha256.h"

#define TEST_MODULE	"/seal_test.ko"
#define PARAMETERS	"/sys/module/seal_test/parameters/"
#define PAGES		4
#define MAPPED		11

static void load(void)
{
	int ret = module_load(TEST_MODULE);

	if (ret)
		tap_bail("cannot load " TEST_MODULE ": %s", strerror(-ret));
}

static uint64_t parameter(const char *name)
{
	char path[128];
	uint64_t value = 0;
	FILE *file;

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%" SCNu64, &value) != 1 || !value)
		tap_bail("cannot read %s", path);
	fclose(file);
	return value;
}

static void deed(const char *name)
{
	int fd = open(PARAMETERS "do", O_WRONLY);

	if (fd < 0 || write(fd, name, strlen(name)) < 0)
		tap_bail("the module cannot %s: %s", name, strerror(errno));
	close(fd);
}

/* ---- ranges ---- */

static void is_page(int fd, uint32_t id, uint64_t index, uint32_t state, const char *name)
{
	struct cvm_seal_page page[PAGES] = { 0 };

	tap_is(seal_pages(fd, id, page, PAGES), 1, "%s: is one page", name);
	tap_ok(page[0].index == index && page[0].state == state && page[0].writable == 1,
	       "%s: the right one", name);
	tap_ok(!seal_is_zero(page[0].sealed) && !seal_same(page[0].sealed, page[0].now) &&
	       (state == CVM_SEAL_MISSING) == seal_is_zero(page[0].now), "%s: its digests", name);
}

static void is_byte(int fd, uint32_t id)
{
	static uint8_t sealed[SEAL_PAGE], now[SEAL_PAGE];
	struct cvm_seal_bytes bytes = { .size = sizeof(bytes), .id = id, .index = 2,
					.sealed = (uintptr_t)sealed, .now = (uintptr_t)now };
	unsigned int i, differ = 0;

	tap_is(device_call(fd, CVM_SEAL_BYTES, &bytes), 0, "its bytes are there");
	for (i = 0; i < SEAL_PAGE; i++)
		differ += sealed[i] != now[i];
	tap_ok(differ == 1 && sealed[77] == 'c' && now[77] == ('c' ^ 1),
	       "and tell which one was changed");
}

static void test_range(int fd)
{
	struct cvm_seal_add add = { .kind = CVM_SEAL_RANGE, .flags = CVM_SEAL_KEEP,
				    .start = parameter("plain"), .length = PAGES * SEAL_PAGE,
				    .name = "pages of a test" };
	struct cvm_seal_info info, sealed;
	uint32_t id;

	tap_is(seal_add(fd, &add), 0, "a range is sealed");
	id = add.id;
	seal_is(fd, id, CVM_SEAL_INTACT, 0, "a range is intact");
	seal_info(fd, CVM_SEAL_GET, id, &sealed);
	tap_ok(!strcmp(sealed.name, add.name), "it has its name");
	deed("change");
	seal_is(fd, id, CVM_SEAL_CHANGED, 1, "a bit was changed");
	is_page(fd, id, 2, CVM_SEAL_CHANGED, "what was changed");
	is_byte(fd, id);
	deed("change");
	seal_is(fd, id, CVM_SEAL_INTACT, 0, "it was changed back");
	deed("change");
	tap_is(seal_info(fd, CVM_SEAL_REBASE, id, &info), 0, "the change becomes the seal");
	tap_ok(info.state == CVM_SEAL_INTACT && info.generation == 2 &&
	       seal_same(info.previous, sealed.root) && !seal_same(info.root, sealed.root),
	       "which knows what was before");
	deed("change");
	seal_is(fd, id, CVM_SEAL_CHANGED, 1, "now that is a change");
	seal_remove(fd, id);
}

static void test_shared(int fd)
{
	uint64_t start = parameter("plain");
	struct cvm_seal_info info;
	uint32_t id, other;

	seal_range(fd, CVM_SEAL_RANGE, start, PAGES * SEAL_PAGE, &id);
	deed("share");
	seal_is(fd, id, CVM_SEAL_MISSING, 1, "a page is shared with the host");
	is_page(fd, id, 2, CVM_SEAL_MISSING, "what was shared");
	tap_is(seal_info(fd, CVM_SEAL_REBASE, id, &info), -EACCES, "which cannot become the seal");
	tap_is(seal_range(fd, CVM_SEAL_RANGE, start, PAGES * SEAL_PAGE, &other), -EACCES,
	       "nor be sealed");
	deed("take-back");
	seal_is(fd, id, CVM_SEAL_INTACT, 0, "the page was taken back");
	seal_remove(fd, id);
}

static void hash_node(const uint8_t *left, const uint8_t *right, uint8_t *node)
{
	uint8_t input[1 + 2 * CVM_SEAL_DIGEST_SIZE] = { 1 };

	memcpy(input + 1, left, CVM_SEAL_DIGEST_SIZE);
	memcpy(input + 1 + CVM_SEAL_DIGEST_SIZE, right, CVM_SEAL_DIGEST_SIZE);
	sha256(input, sizeof(input), node);
}

/* As uapi/cvm_seal.h says it: level by level, the last one alone goes up as it is */
static void hash_root(uint8_t (*nodes)[CVM_SEAL_DIGEST_SIZE], uint64_t count, uint8_t *root)
{
	uint8_t input[13 + CVM_SEAL_DIGEST_SIZE] = { 2, CVM_SEAL_RANGE };
	uint64_t level, i;

	memcpy(input + 5, &count, sizeof(count));
	for (level = count; level > 1; level = (level + 1) / 2) {
		for (i = 0; i < level / 2; i++)
			hash_node(nodes[2 * i], nodes[2 * i + 1], nodes[i]);
		if (level % 2)
			memcpy(nodes[i], nodes[level - 1], CVM_SEAL_DIGEST_SIZE);
	}
	memcpy(input + 13, nodes[0], CVM_SEAL_DIGEST_SIZE);
	sha256(input, sizeof(input), root);
}

static void hash_list(const uint8_t *now, uint8_t *root)
{
	uint8_t input[1 + CVM_SEAL_DIGEST_SIZE] = { 3 };

	memcpy(input + 1, now, CVM_SEAL_DIGEST_SIZE);
	sha256(input, sizeof(input), root);
}

/* When all pages differ, their digests are told, and the roots can be made from them */
static void is_tree(int fd, uint32_t id)
{
	uint8_t sealed[MAPPED][CVM_SEAL_DIGEST_SIZE], now[MAPPED][CVM_SEAL_DIGEST_SIZE];
	struct cvm_seal_root list = { .size = sizeof(list) };
	uint8_t root[CVM_SEAL_DIGEST_SIZE];
	struct cvm_seal_page pages[MAPPED];
	struct cvm_seal_info info;
	unsigned int i;

	seal_info(fd, CVM_SEAL_GET, id, &info);
	if (!tap_is(seal_pages(fd, id, pages, MAPPED), MAPPED, "all pages are told"))
		return;
	for (i = 0; i < MAPPED; i++) {
		memcpy(sealed[i], pages[i].sealed, CVM_SEAL_DIGEST_SIZE);
		memcpy(now[i], pages[i].now, CVM_SEAL_DIGEST_SIZE);
	}
	hash_root(sealed, MAPPED, root);
	tap_ok(seal_same(root, info.root), "their digests make the root");
	hash_root(now, MAPPED, root);
	tap_ok(seal_same(root, info.now), "and what is there now the other");
	hash_list(root, root);
	tap_ok(!device_call(fd, CVM_SEAL_ROOT, &list) && list.count == 1 &&
	       seal_same(root, list.root), "and that of all seals");
}

/* The array may be short: what is left comes with the next call */
static void is_told_in_parts(int fd, uint32_t id)
{
	struct cvm_seal_page pages[4];
	struct cvm_seal_pages arg = { .size = sizeof(arg), .id = id, .pages = (uintptr_t)pages };
	unsigned int i, told = 0;
	bool good = true;

	do {
		arg.count = 4;
		good &= !device_call(fd, CVM_SEAL_PAGES, &arg);
		for (i = 0; good && i < arg.count; i++)
			good &= pages[i].index == told++;
	} while (good && arg.count);
	tap_ok(good && told == MAPPED, "pages are told in parts");
}

static void test_mapped(int fd)
{
	uint64_t start = parameter("mapped");
	uint32_t id, other;

	tap_is(seal_range(fd, CVM_SEAL_RANGE, start, (MAPPED + 1) * SEAL_PAGE, &id), -EFAULT,
	       "the hole behind a mapping");
	tap_is(seal_range(fd, CVM_SEAL_RANGE, parameter("device"), SEAL_PAGE, &id), -EFAULT,
	       "a device is no memory");
	tap_is(seal_range(fd, CVM_SEAL_RANGE, start, MAPPED * SEAL_PAGE, &id), 0,
	       "pages that are mapped");
	seal_is(fd, id, CVM_SEAL_INTACT, 0, "a mapping is intact");
	deed("unmap");
	seal_is(fd, id, CVM_SEAL_MISSING, MAPPED, "the mapping is gone");
	tap_is(seal_range(fd, CVM_SEAL_RANGE, start, SEAL_PAGE, &other), -EFAULT,
	       "and cannot be sealed");
	is_tree(fd, id);
	is_told_in_parts(fd, id);
	seal_remove(fd, id);
}

static bool may_be_read(const struct cvm_memory_extent *extent)
{
	return extent->state != CVM_MEMORY_UNACCEPTED && extent->state != CVM_MEMORY_ADDED;
}

/* Who reads such a page ends the guest */
static void test_unaccepted(int fd)
{
	static struct cvm_memory_extent extents[512];
	struct cvm_memory_map map = { .size = sizeof(map), .count = ARRAY_SIZE(extents),
				      .extents = (uintptr_t)extents };
	uint64_t direct = parameter("direct"), last;
	unsigned int i, tried = 0, good = 0;
	uint32_t id;

	tap_is(device_call(fd, CVM_MEMORY_MAP, &map), 0, "the memory map");
	for (i = 0; i < map.count; i++) {
		if (may_be_read(&extents[i]))
			continue;
		last = direct + extents[i].start + extents[i].length - SEAL_PAGE;
		good += seal_range(fd, CVM_SEAL_RANGE, last, SEAL_PAGE, &id) == -EFAULT;
		tried++;
	}
	if (tried)
		tap_is(good, tried, "no page that may not be accepted");
	else
		tap_skip("no page that may not be accepted", "all is accepted in this guest");
}

/* All physical memory below 2 GiB by the direct map, page by page: some of it may not be read */
static void test_all_memory(int fd)
{
	uint64_t direct = parameter("direct"), i, sealed = 0;
	bool good = true;
	uint32_t id;
	int ret;

	for (i = 0; i < (2ull << 30); i += SEAL_PAGE * (i < (16ull << 20) ? 1 : 61)) {
		ret = seal_range(fd, CVM_SEAL_RANGE, direct + i, SEAL_PAGE, &id);
		good &= !ret || ret == -EFAULT || ret == -EACCES;
		if (!ret && !seal_remove(fd, id))
			sealed++;
	}
	tap_ok(good, "any page is sealed or refused");
	tap_ok(sealed > 1000, "and many are sealed");
}

/* ---- the module ---- */

/* Probes that became jumps are taken out some time after they were unregistered */
static void keep_probes_simple(void)
{
	int fd = open("/proc/sys/debug/kprobes-optimization", O_WRONLY);

	if (fd < 0)
		return;
	if (write(fd, "0", 1) != 1)
		tap_bail("probes cannot be kept simple: %s", strerror(errno));
	close(fd);
}

static void test_code(int fd)
{
	uint32_t id;

	keep_probes_simple();
	tap_is(seal_module(fd, "seal_test", &id), 0, "a module is sealed");
	seal_is(fd, id, CVM_SEAL_INTACT, 0, "a module is intact");
	deed("change-code");
	seal_is(fd, id, CVM_SEAL_CHANGED, 1, "its code was changed");
	deed("restore-code");
	seal_is(fd, id, CVM_SEAL_INTACT, 0, "its code is as it was");
	deed("enable-key");
	seal_is(fd, id, CVM_SEAL_PATCHED, 1, "a static key was enabled");
	deed("change-code");
	seal_is(fd, id, CVM_SEAL_CHANGED, 1, "a static key does not hide a change");
	deed("restore-code");
	deed("disable-key");
	seal_is(fd, id, CVM_SEAL_INTACT, 0, "a static key was disabled");
	deed("probe-begin");
	seal_is(fd, id, CVM_SEAL_PATCHED, 1, "a function is traced");
	deed("unprobe");
	deed("probe-middle");
	seal_is(fd, id, CVM_SEAL_CHANGED, 1, "a breakpoint in a function");
	deed("unprobe");
	seal_is(fd, id, CVM_SEAL_INTACT, 0, "it was removed");
	seal_remove(fd, id);
}

/* Code of the kernel that the kernel has patched: it cannot be told from other changes */
static void test_kernel_code(int fd)
{
	uint64_t start = seal_symbol("vfs_fsync") & ~(uint64_t)(SEAL_PAGE - 1);
	struct cvm_seal_page page = { 0 };
	uint32_t id;

	tap_is(seal_range(fd, CVM_SEAL_KERNEL_TEXT, start, SEAL_PAGE, &id), 0,
	       "code of the kernel is sealed");
	seal_is(fd, id, CVM_SEAL_INTACT, 0, "code of the kernel is intact");
	deed("probe-kernel");
	seal_is(fd, id, CVM_SEAL_TEXT_CHANGED, 1, "a function of the kernel is traced");
	tap_ok(seal_pages(fd, id, &page, 1) == 1 && page.address == start && !page.writable &&
	       page.state == CVM_SEAL_TEXT_CHANGED, "which is told");
	deed("unprobe");
	seal_is(fd, id, CVM_SEAL_INTACT, 0, "and is not any more");
	seal_remove(fd, id);
}

static void test_unload(int fd)
{
	struct cvm_seal_info info;
	uint32_t id;

	seal_module(fd, "seal_test", &id);
	tap_is(module_unload("seal_test"), 0, "a seal does not keep a module");
	tap_is(seal_info(fd, CVM_SEAL_CHECK, id, &info), 0, "which is checked");
	tap_ok(info.state == CVM_SEAL_GONE && info.missing == info.pages && !info.changed,
	       "and is gone");
	load();
	tap_is(seal_state(fd, id), CVM_SEAL_GONE, "and stays gone when it is loaded again");
	tap_is(seal_info(fd, CVM_SEAL_REBASE, id, &info), -ESTALE, "and cannot become the seal");
	tap_is(seal_remove(fd, id), 0, "its seal is removed");
}

/* ---- races ---- */

static volatile bool stop;
static int device;

static void *load_and_unload(void *unused)
{
	while (!stop) {
		module_unload("seal_test");
		module_load(TEST_MODULE);
	}
	return unused;
}

/* Any seal of the module: made, checked and removed, by whoever comes first */
static void *seal_and_check(void *bad)
{
	unsigned int i;
	uint32_t id;
	int ret;

	for (i = 0; i < 150; i++) {
		ret = seal_module(device, "seal_test", &id);
		if (ret == -ENOENT)
			continue;
		if (ret)
			*(int *)bad = ret;
		ret = seal_state(device, id);
		if (ret != CVM_SEAL_INTACT && ret != CVM_SEAL_GONE)
			*(int *)bad = ret ?: -1;
		seal_remove(device, id);
	}
	return NULL;
}

static void test_loading(void)
{
	pthread_t loader, sealers[2];
	int bad[2] = { 0 };
	unsigned int i;

	stop = false;
	pthread_create(&loader, NULL, load_and_unload, NULL);
	for (i = 0; i < 2; i++)
		pthread_create(&sealers[i], NULL, seal_and_check, &bad[i]);
	for (i = 0; i < 2; i++)
		pthread_join(sealers[i], NULL);
	stop = true;
	pthread_join(loader, NULL);
	tap_ok(!bad[0] && !bad[1], "seals of a module that comes and goes");
	module_unload("seal_test");
	load();
}

static uint32_t raced;

static void *check_until_removed(void *result)
{
	int ret;

	do
		ret = seal_state(device, raced);
	while (ret == CVM_SEAL_INTACT);
	*(int *)result = ret;
	return NULL;
}

static void test_removal(void)
{
	uint64_t start = seal_symbol("__start_rodata"), end = seal_symbol("__end_rodata");
	pthread_t checkers[2];
	struct cvm_seal_info info;
	unsigned int i;
	int results[2];

	seal_range(device, CVM_SEAL_KERNEL_RODATA, start, end - start, &raced);
	for (i = 0; i < 2; i++)
		pthread_create(&checkers[i], NULL, check_until_removed, &results[i]);
	usleep(300000);
	tap_is(seal_info(device, CVM_SEAL_GET, raced, &info), 0, "a seal is told while checked");
	tap_is(seal_info(device, CVM_SEAL_REBASE, raced, &info), 0, "and sealed anew");
	tap_is(seal_remove(device, raced), 0, "and removed");
	for (i = 0; i < 2; i++)
		pthread_join(checkers[i], NULL);
	tap_ok(results[0] == -ENOENT && results[1] == -ENOENT, "which the checks find");
}

/* A check that is killed changes nothing */
static void test_kill(int fd)
{
	uint64_t start = seal_symbol("_stext"), end = seal_symbol("_etext") & ~4095ull;
	struct cvm_seal_info before, after;
	uint32_t id;
	int status;
	pid_t child;

	seal_range(fd, CVM_SEAL_KERNEL_TEXT, start, end - start, &id);
	seal_info(fd, CVM_SEAL_GET, id, &before);
	child = fork();
	if (!child)
		while (true)
			seal_state(fd, id);
	usleep(50000);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	tap_ok(WIFSIGNALED(status), "a check can be killed");
	seal_info(fd, CVM_SEAL_GET, id, &after);
	after.checked = before.checked;
	tap_ok(!memcmp(&before, &after, sizeof(before)), "and has changed nothing then");
	seal_remove(fd, id);
}

/* The last of all: a kernel that is locked down stays so, and loads no modules of tests */
static void test_lockdown(int fd)
{
	struct cvm_seal_add add = { .kind = CVM_SEAL_KERNEL_RODATA, .flags = CVM_SEAL_KEEP,
				    .start = seal_symbol("__start_rodata"), .length = SEAL_PAGE };
	struct cvm_seal_bytes bytes = { .size = sizeof(bytes) };
	uint32_t id;
	int file;

	tap_is(seal_add(fd, &add), 0, "bytes are kept");
	bytes.id = add.id;
	tap_is(device_call(fd, CVM_SEAL_BYTES, &bytes), 0, "and told");
	mount("securityfs", "/sys/kernel/security", "securityfs", 0, NULL);
	file = open("/sys/kernel/security/lockdown", O_WRONLY);
	if (file < 0 || write(file, "confidentiality", 15) != 15)
		tap_bail("the kernel cannot be locked down: %s", strerror(errno));
	close(file);
	tap_is(device_call(fd, CVM_SEAL_BYTES, &bytes), -EPERM, "not when locked down");
	tap_is(seal_add(fd, &add), -EPERM, "nor kept");
	tap_is(seal_range(fd, CVM_SEAL_RANGE, add.start, SEAL_PAGE, &id), -EPERM,
	       "nor any range sealed");
	tap_is(seal_range(fd, CVM_SEAL_KERNEL_RODATA, add.start, SEAL_PAGE, &id), 0,
	       "but the kernel is");
	tap_is(seal_state(fd, bytes.id), CVM_SEAL_INTACT, "and checked");
}

int main(void)
{
	if (module_load(CVM_MODULE))
		tap_bail("cannot load " CVM_MODULE);
	load();
	device = device_open();
	test_range(device);
	test_shared(device);
	test_mapped(device);
	test_unaccepted(device);
	test_all_memory(device);
	test_code(device);
	test_kernel_code(device);
	test_unload(device);
	test_loading();
	test_removal();
	test_kill(device);
	test_lockdown(device);
	close(device);
	tap_is(module_unload("cvm"), 0, "the module can be unloaded");
	return tap_done();
}
