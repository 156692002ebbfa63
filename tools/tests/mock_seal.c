// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Seals of the mocked kernel. In MOCK_DIR, "memory" is the kernel's memory from BASE on,
 * which a test changes as it likes; a page that the file does not reach is not mapped. Each
 * seal is two files, "seal.ID" and what "now.ID" was there at its last check. Modules have
 * pages 8 and 9, processes 12; both are gone when "gone" exists. What differs in the first
 * PATCH bytes of a page of text was the kernel itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cvm_seal.h"
#include "mock_kernel.h"

#define BASE	  0xffffffff81000000ull
#define PAGE	  4096
#define PAGES_MAX 16
#define PATCH	  64

/**
 * struct seal - one file
 * @info: as it is told
 * @pages: that could be read
 * @bytes: of them
 */
struct seal {
	struct cvm_seal_info info;
	uint32_t pages;
	uint8_t bytes[PAGES_MAX][PAGE];
};

static const char *path_of(const char *name, uint32_t id)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s.%u", mode_of("MOCK_DIR"), name, id);
	return path;
}

static int fail(int error)
{
	errno = error;
	return -1;
}

static int load(const char *name, uint32_t id, struct seal *seal)
{
	int fd = real_open(path_of(name, id), O_RDONLY, 0);
	ssize_t len;

	if (fd < 0)
		return fail(ENOENT);
	len = read(fd, seal, sizeof(*seal));
	close(fd);
	return len == sizeof(*seal) ? 0 : fail(EIO);
}

static void store(const char *name, uint32_t id, const struct seal *seal)
{
	int fd = real_open(path_of(name, id), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, seal, sizeof(*seal)) != sizeof(*seal))
		abort();
	close(fd);
}

/* Not SHA-256, and nobody may think so: what users see of a digest is that it changes */
static void digest(const void *data, size_t len, uint8_t out[CVM_SEAL_DIGEST_SIZE])
{
	const uint8_t *byte = data;
	uint64_t hash;
	size_t i, lane;

	for (lane = 0; lane < CVM_SEAL_DIGEST_SIZE / sizeof(hash); lane++) {
		hash = 0xcbf29ce484222325ull + lane;
		for (i = 0; i < len; i++)
			hash = (hash ^ byte[i]) * 0x100000001b3ull;
		memcpy(out + lane * sizeof(hash), &hash, sizeof(hash));
	}
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

/* The pages of @seal as they are in memory */
static void look(struct seal *seal)
{
	char path[512];
	ssize_t len = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/memory", mode_of("MOCK_DIR"));
	fd = real_open(path, O_RDONLY, 0);
	if (fd >= 0) {
		len = pread(fd, seal->bytes, seal->info.pages * PAGE, seal->info.start - BASE);
		close(fd);
	}
	seal->pages = len < 0 ? 0 : len / PAGE;
}

static int is_gone(const struct seal *seal)
{
	char path[512];

	if (seal->info.kind != CVM_SEAL_MODULE && seal->info.kind != CVM_SEAL_PROCESS)
		return 0;
	snprintf(path, sizeof(path), "%s/gone", mode_of("MOCK_DIR"));
	return !access(path, F_OK);
}

/* ---- add ---- */

static int find_pages(const struct cvm_seal_add *add, struct cvm_seal_info *info)
{
	info->start = BASE + (add->kind == CVM_SEAL_MODULE ? 8 : 12) * PAGE;
	info->pages = add->kind == CVM_SEAL_MODULE ? 2 : 1;
	if (add->kind == CVM_SEAL_MODULE)
		return strncmp(add->name, "mod_", 4) ? fail(ENOENT) : 0;
	if (add->kind == CVM_SEAL_PROCESS)
		return add->pid > 1000 ? fail(ESRCH) : 0;
	info->start = add->start;
	info->pages = add->length / PAGE;
	return info->pages > PAGES_MAX ? fail(E2BIG) : info->start < BASE ? fail(EINVAL) : 0;
}

static int add_seal(struct cvm_seal_add *add)
{
	struct seal seal = { 0 };
	struct cvm_seal_info *info = &seal.info;

	record("cvm seal add kind=%u flags=%x start=%llx length=%llx pid=%d name=%s\n", add->kind,
	       add->flags, add->start, add->length, add->pid, add->name);
	if (add->size != sizeof(*add) || add->reserved || add->id)
		return fail(EINVAL);
	if (is_mode("MOCK_SEAL", "full"))
		return fail(ENOSPC);
	if (find_pages(add, info))
		return -1;
	look(&seal);
	if (seal.pages != info->pages)
		return fail(EFAULT);
	for (info->id = 1; !access(path_of("seal", info->id), F_OK);)
		info->id++;
	info->kind = add->kind;
	info->pid = add->pid;
	info->seal_flags = add->flags;
	info->generation = 1;
	info->created = now_ns();
	info->rebased = info->created;
	info->checked = info->created;
	memcpy(info->name, add->kind == CVM_SEAL_PROCESS ? "mock\033\377" : add->name,
	       add->kind == CVM_SEAL_PROCESS ? 7 : sizeof(info->name));
	digest(seal.bytes, info->pages * PAGE, info->root);
	memcpy(info->now, info->root, sizeof(info->now));
	store("seal", info->id, &seal);
	store("now", info->id, &seal);
	add->id = info->id;
	return 0;
}

/* ---- get, check, rebase ---- */

static uint32_t judge(const struct seal *seal, const struct seal *now, uint32_t page)
{
	const uint8_t *a = seal->bytes[page], *b = now->bytes[page];

	if (page >= now->pages)
		return CVM_SEAL_MISSING;
	if (!memcmp(a, b, PAGE))
		return CVM_SEAL_INTACT;
	if (seal->info.kind != CVM_SEAL_KERNEL_TEXT)
		return CVM_SEAL_CHANGED;
	return memcmp(a + PATCH, b + PATCH, PAGE - PATCH) ? CVM_SEAL_TEXT_CHANGED
							  : CVM_SEAL_PATCHED;
}

static void judge_all(struct cvm_seal_info *info, const struct seal *seal, const struct seal *now)
{
	uint32_t page, state;

	info->state = CVM_SEAL_INTACT;
	info->changed = 0;
	info->patched = 0;
	info->missing = 0;
	for (page = 0; page < info->pages; page++) {
		state = judge(seal, now, page);
		info->state = state > info->state ? state : info->state;
		info->missing += state == CVM_SEAL_MISSING;
		info->changed += state && state != CVM_SEAL_MISSING;
		info->patched += state == CVM_SEAL_PATCHED;
	}
}

static void check(struct seal *seal, struct seal *now)
{
	if (is_mode("MOCK_SEAL", "slow"))
		usleep(500000);
	now->info = seal->info;
	look(now);
	judge_all(&seal->info, seal, now);
	if (is_gone(seal))
		seal->info.state = CVM_SEAL_GONE;
	digest(now->bytes, now->pages * PAGE, seal->info.now);
	seal->info.checked = now_ns();
}

static int rebase(struct seal *seal, struct seal *now)
{
	struct cvm_seal_info *info = &seal->info;

	if (is_gone(seal) || is_mode("MOCK_SEAL", "stale"))
		return fail(ESTALE);
	now->info = *info;
	look(now);
	if (now->pages != info->pages)
		return fail(EFAULT);
	memcpy(seal->bytes, now->bytes, sizeof(seal->bytes));
	memcpy(info->previous, info->root, sizeof(info->previous));
	info->generation++;
	judge_all(info, seal, now);
	digest(now->bytes, now->pages * PAGE, info->root);
	memcpy(info->now, info->root, sizeof(info->now));
	info->rebased = now_ns();
	info->checked = info->rebased;
	return 0;
}

static uint32_t next_of(uint32_t id)
{
	const uint32_t end = id + 100;

	while (++id < end && access(path_of("seal", id), F_OK))
		;
	return id;
}

static int tell(unsigned long command, struct cvm_seal_info *info)
{
	struct seal seal, now = { 0 };
	uint32_t id = info->flags == CVM_SEAL_NEXT ? next_of(info->id) : info->id;

	if (info->size != sizeof(*info) || info->reserved ||
	    (info->flags && (command != CVM_SEAL_GET || info->flags != CVM_SEAL_NEXT)))
		return fail(EINVAL);
	if (load("seal", id, &seal))
		return -1;
	if (command != CVM_SEAL_GET)
		record("cvm seal %s %u\n", command == CVM_SEAL_CHECK ? "check" : "rebase", id);
	if (command == CVM_SEAL_CHECK)
		check(&seal, &now);
	if (command == CVM_SEAL_REBASE && rebase(&seal, &now))
		return -1;
	if (command != CVM_SEAL_GET) {
		store("seal", id, &seal);
		store("now", id, &now);
	}
	*info = seal.info;
	info->size = sizeof(*info);
	return 0;
}

/* ---- pages, bytes, root ---- */

/* One at a time, so that callers have to come again */
static int tell_pages(struct cvm_seal_pages *pages)
{
	struct cvm_seal_page *out = (void *)(uintptr_t)pages->pages;
	struct seal seal, now;
	uint64_t page;

	if (pages->size != sizeof(*pages) || pages->flags || !pages->count)
		return fail(EINVAL);
	if (load("seal", pages->id, &seal) || load("now", pages->id, &now))
		return -1;
	for (page = pages->start; page < seal.info.pages; page++)
		if (judge(&seal, &now, page))
			break;
	pages->count = page < seal.info.pages;
	pages->start = page + 1;
	if (!pages->count)
		return 0;
	memset(out, 0, sizeof(*out));
	out->index = page;
	out->address = seal.info.start + page * PAGE;
	out->state = judge(&seal, &now, page);
	digest(seal.bytes[page], PAGE, out->sealed);
	if (page < now.pages)
		digest(now.bytes[page], PAGE, out->now);
	return 0;
}

static int tell_bytes(struct cvm_seal_bytes *bytes)
{
	struct seal seal, now;

	if (bytes->size != sizeof(*bytes) || bytes->flags)
		return fail(EINVAL);
	if (load("seal", bytes->id, &seal) || load("now", bytes->id, &now))
		return -1;
	if (!(seal.info.seal_flags & CVM_SEAL_KEEP))
		return fail(ENODATA);
	if (bytes->index >= seal.info.pages)
		return fail(ENOENT);
	memcpy((void *)(uintptr_t)bytes->sealed, seal.bytes[bytes->index], PAGE);
	memcpy((void *)(uintptr_t)bytes->now, now.bytes[bytes->index], PAGE);
	return 0;
}

static int take_root(struct cvm_seal_root *root)
{
	uint8_t all[100][CVM_SEAL_DIGEST_SIZE];
	struct seal seal;
	uint32_t id = 0;

	if (root->size != sizeof(*root) || root->flags || root->id)
		return fail(EINVAL);
	record("cvm seal root\n");
	root->count = 0;
	memset(root->root, 0, sizeof(root->root));
	while (root->count < ARRAY_SIZE(all) && !load("seal", id = next_of(id), &seal))
		memcpy(all[root->count++], seal.info.now, sizeof(all[0]));
	if (root->count)
		digest(all, root->count * sizeof(all[0]), root->root);
	return 0;
}

static int remove_seal(struct cvm_seal_root *remove)
{
	if (remove->size != sizeof(*remove) || remove->flags || remove->count)
		return fail(EINVAL);
	if (unlink(path_of("seal", remove->id)))
		return fail(ENOENT);
	return unlink(path_of("now", remove->id));
}

int is_seal_command(unsigned long command)
{
	return !is_mode("MOCK_SEAL", "absent") && _IOC_TYPE(command) == CVM_IOC_MAGIC &&
	       _IOC_NR(command) >= _IOC_NR(CVM_SEAL_ADD) &&
	       _IOC_NR(command) <= _IOC_NR(CVM_SEAL_BYTES);
}

int seal_command(unsigned long command, void *arg)
{
	if (is_mode("MOCK_SEAL", "eperm"))
		return fail(EPERM);
	switch (command) {
	case CVM_SEAL_ADD:
		return add_seal(arg);
	case CVM_SEAL_GET:
	case CVM_SEAL_CHECK:
	case CVM_SEAL_REBASE:
		return tell(command, arg);
	case CVM_SEAL_PAGES:
		return tell_pages(arg);
	case CVM_SEAL_BYTES:
		return tell_bytes(arg);
	case CVM_SEAL_ROOT:
		return take_root(arg);
	case CVM_SEAL_REMOVE:
		return remove_seal(arg);
	default:
		return fail(ENOTTY);
	}
}
