// SPDX-License-Identifier: GPL-2.0-only
/* The audit: what a caller can get wrong, and what one without privilege may not do. */

#include <linux/types.h>

#include "caller.h"
#include "cvm_genl.h"

#define PERMISSION	4	/* exit status of cvmctl */

static struct cvm_audit_extent extents[64];

static struct cvm_audit_map whole(void)
{
	return (struct cvm_audit_map){ .size = sizeof(struct cvm_audit_map), .count = 64,
				       .extents = (uintptr_t)extents };
}

static void test_fields(int fd)
{
	struct cvm_audit_map map = whole();

	caller_sizes(fd, CVM_AUDIT_MAP, sizeof(struct cvm_audit_map), "audit map");
	map.extents = 8;
	tap_is(device_call(fd, CVM_AUDIT_MAP, &map), -EFAULT, "bad array");
	map = whole();
	map.flags = 1;
	tap_is(device_call(fd, CVM_AUDIT_MAP, &map), -EINVAL, "flags must be zero");
	map = whole();
	map.reserved = 1;
	tap_is(device_call(fd, CVM_AUDIT_MAP, &map), -EINVAL, "what is reserved, too");
	map = whole();
	map.start = 1;
	tap_is(device_call(fd, CVM_AUDIT_MAP, &map), -EINVAL, "start within a page");
	map = whole();
	map.start = ~0ull << 12;
	tap_is(device_call(fd, CVM_AUDIT_MAP, &map), 0, "past the end");
	tap_is(map.count, 0, "is nothing");
	map = whole();
	map.count = 0;
	tap_is(device_call(fd, CVM_AUDIT_MAP, &map), 0, "no room is no error");
	tap_is(map.start, 0, "and no step");
}

/* The extents of all memory follow each other, and some of it is shared */
static void test_map(int fd)
{
	struct cvm_audit_map map = whole();
	__u64 end = 0, shared = 0;
	bool gapless = true;
	unsigned int i;
	int ret;

	do {
		map.count = 64;
		ret = device_call(fd, CVM_AUDIT_MAP, &map);
		for (i = 0; !ret && i < map.count; i++) {
			gapless &= extents[i].start == end && extents[i].length;
			end = extents[i].start + extents[i].length;
			if (extents[i].state == CVM_PAGE_STATE_SHARED)
				shared += extents[i].length;
		}
	} while (!ret && map.count);
	tap_is(ret, 0, "the whole map is read");
	tap_ok(gapless && end >= 512ull << 20, "without a gap, to the end of memory");
	tap_ok(shared, "some of it is shared");
}

static int try_map(int fd)
{
	struct cvm_audit_map map = whole();

	return device_call(fd, CVM_AUDIT_MAP, &map);
}

static void test_privilege(int fd)
{
	tap_is(caller_nobody(try_map, fd), -EPERM, "nobody reads the map, also of an open file");
	tap_is(caller_nobody_runs("cvmctl audit run"), -PERMISSION, "nobody starts a pass");
	tap_is(caller_nobody_runs("cvmctl audit stop"), -PERMISSION, "nobody stops one");
	tap_is(caller_nobody_runs("cvmctl audit log"), -PERMISSION, "nobody reads the ledger");
	tap_is(caller_nobody_runs("timeout 5 cvmctl monitor"), -PERMISSION,
	       "nobody gets its events");
}

int main(void)
{
	int fd = device_load();

	test_fields(fd);
	test_map(fd);
	test_privilege(fd);
	close(fd);
	tap_is(module_unload("cvm"), 0, "the module can be unloaded");
	return tap_done();
}
