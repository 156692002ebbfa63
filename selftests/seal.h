/* SPDX-License-Identifier: GPL-2.0-only */
/* Seals, as the tests in a guest ask for them. */
#ifndef SELFTESTS_SEAL_H
#define SELFTESTS_SEAL_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../kmod/uapi/cvm_seal.h"
#include "device.h"

#define SEAL_PAGE	4096

/* 0 or a negative errno; @add takes the number */
static inline int seal_add(int fd, struct cvm_seal_add *add)
{
	add->size = sizeof(*add);
	return device_call(fd, CVM_SEAL_ADD, add);
}

/* A range of the kernel: 0 or a negative errno */
static inline int seal_range(int fd, uint32_t kind, uint64_t start, uint64_t length, uint32_t *id)
{
	struct cvm_seal_add add = { .kind = kind, .start = start, .length = length };
	int ret = seal_add(fd, &add);

	*id = add.id;
	return ret;
}

static inline int seal_module(int fd, const char *name, uint32_t *id)
{
	struct cvm_seal_add add = { .kind = CVM_SEAL_MODULE };
	int ret;

	snprintf(add.name, sizeof(add.name), "%s", name);
	ret = seal_add(fd, &add);
	*id = add.id;
	return ret;
}

static inline int seal_process(int fd, pid_t pid, uint32_t flags, uint32_t *id)
{
	struct cvm_seal_add add = { .kind = CVM_SEAL_PROCESS, .flags = flags, .pid = pid };
	int ret = seal_add(fd, &add);

	*id = add.id;
	return ret;
}

/* For CVM_SEAL_GET, CHECK and REBASE */
static inline int seal_info(int fd, unsigned long command, uint32_t id, struct cvm_seal_info *info)
{
	*info = (struct cvm_seal_info){ .size = sizeof(*info), .id = id };
	return device_call(fd, command, info);
}

/* State of the seal after a check, or a negative errno */
static inline int seal_state(int fd, uint32_t id)
{
	struct cvm_seal_info info;

	return seal_info(fd, CVM_SEAL_CHECK, id, &info) ?: (int)info.state;
}

static inline int seal_remove(int fd, uint32_t id)
{
	struct cvm_seal_root root = { .size = sizeof(root), .id = id };

	return device_call(fd, CVM_SEAL_REMOVE, &root);
}

/* Pages that differed at the last check: their number or a negative errno */
static inline int seal_pages(int fd, uint32_t id, struct cvm_seal_page *pages, uint32_t room)
{
	struct cvm_seal_pages arg = { .size = sizeof(arg), .id = id, .count = room,
				      .pages = (uintptr_t)pages };

	return device_call(fd, CVM_SEAL_PAGES, &arg) ?: (int)arg.count;
}

static inline bool seal_is_zero(const uint8_t *digest)
{
	static const uint8_t zero[CVM_SEAL_DIGEST_SIZE];

	return !memcmp(digest, zero, sizeof(zero));
}

static inline bool seal_same(const uint8_t *a, const uint8_t *b)
{
	return !memcmp(a, b, CVM_SEAL_DIGEST_SIZE);
}

/* Address of a symbol of the kernel; 0 when there is none */
static inline uint64_t seal_symbol(const char *wanted)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	uint64_t address = 0, found = 0;
	char name[128];

	while (file && !found && fscanf(file, "%" SCNx64 " %*c %127s%*[^\n]", &address, name) == 2)
		if (!strcmp(name, wanted))
			found = address;
	if (file)
		fclose(file);
	return found;
}

/* After a check: its state, and the pages that differ */
static inline void seal_is(int fd, uint32_t id, uint32_t state, uint64_t differ, const char *name)
{
	struct cvm_seal_info info;
	int ret = seal_info(fd, CVM_SEAL_CHECK, id, &info);

	if (!tap_is(ret ?: (int)info.state, state, "%s", name))
		return;
	tap_is(info.changed + info.missing, differ, "%s: pages", name);
}

#endif /* SELFTESTS_SEAL_H */
