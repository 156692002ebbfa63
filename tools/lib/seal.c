// SPDX-License-Identifier: LGPL-2.1-or-later
/* Seals through /dev/cvm, and how their refusals are worded. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cvm_seal.h"
#include "device.h"

static_assert((int)CVM_SEALED_KERNEL_RODATA == CVM_SEAL_KERNEL_RODATA, "kinds of the kernel");
static_assert((int)CVM_SEALED_PROCESS == CVM_SEAL_PROCESS, "kinds of the kernel");
static_assert((int)CVM_SEAL_IS_INTACT == CVM_SEAL_INTACT, "states of the kernel");
static_assert((int)CVM_SEAL_IS_GONE == CVM_SEAL_GONE, "states of the kernel");
static_assert(CVM_SEAL_DIGEST == CVM_SEAL_DIGEST_SIZE, "digests of the kernel");
static_assert(CVM_SEAL_NAME == CVM_SEAL_NAME_SIZE, "names of the kernel");

const char *cvm_seal_kind_name(uint32_t kind)
{
	static const char *const names[] = {
		[CVM_SEAL_KERNEL_RODATA] = "kernel-rodata",
		[CVM_SEAL_KERNEL_TEXT] = "kernel-text",
		[CVM_SEAL_MODULE] = "module",
		[CVM_SEAL_RANGE] = "range",
		[CVM_SEAL_PROCESS] = "process",
	};

	return cvm_name_of(names, ARRAY_SIZE(names), kind);
}

const char *cvm_seal_state_name(uint32_t state)
{
	static const char *const names[] = {
		[CVM_SEAL_INTACT] = "intact",
		[CVM_SEAL_PATCHED] = "patched",
		[CVM_SEAL_TEXT_CHANGED] = "text-changed",
		[CVM_SEAL_CHANGED] = "changed",
		[CVM_SEAL_MISSING] = "missing",
		[CVM_SEAL_GONE] = "gone",
	};

	return cvm_name_of(names, ARRAY_SIZE(names), state);
}

/* ---- refusals ---- */

static bool is_locked_down(void)
{
	char text[128];

	return cvm_sysfs_read("/sys/kernel/security/lockdown", text, sizeof(text)) > 0 &&
	       strstr(text, "[confidentiality]");
}

/* @bytes: it shows or compares chosen bytes of the kernel, which a lockdown forbids */
static int refused(struct cvm_error *err, const char *what, int error, bool bytes)
{
	static const struct {
		int error;
		const char *why;
	} reasons[] = {
		{ ESRCH, "there is no such process" },
		{ EFAULT, "a page is not mapped, is no memory, or is not accepted yet" },
		{ EACCES, "a page is shared with the host, or is writable and free to change" },
		{ ENOSPC, "there are too many seals" },
		{ E2BIG, "that is more pages than a seal may have" },
		{ EINVAL, "the module does not understand the request" },
		{ ESTALE, "the module is unloaded, or the process has ended" },
		{ EOPNOTSUPP, "page tables do not tell here which pages are shared" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].error == error)
			return cvm_error_set(err, -error, CVM_ERR_SEAL, what, "%s", reasons[i].why);
	if (error == EPERM && bytes && is_locked_down())
		return cvm_error_set(err, -EPERM, CVM_ERR_SEAL, what,
				     "the kernel is locked down for confidentiality");
	if (error == ENOTTY)
		return cvm_error_set(err, -ENOTTY, CVM_ERR_NO_INTERFACE, what,
				     "the loaded module has no seals");
	return cvm_device_refused(err, what, error, 0, 0);
}

static int refused_seal(struct cvm_error *err, uint32_t id, int error)
{
	char what[32];

	snprintf(what, sizeof(what), "seal %u", id);
	if (error == ENOENT)
		return cvm_error_set(err, -ENOENT, CVM_ERR_SEAL, what, "there is none");
	return refused(err, what, error, false);
}

/* No other interface of any kernel has seals */
static int open_device(const char *device, struct cvm_error *err)
{
	int fd = cvm_device_open(device ? device : CVM_DEVICE_PATH, err);

	if (fd == -ENODEV && err)
		err->code = CVM_ERR_NO_MODULE;
	return fd;
}

/* 0, a positive errno of the call, or a negative one of opening the device */
static int request(const char *device, unsigned long command, void *arg, struct cvm_error *err)
{
	int fd = open_device(device, err), ret;

	if (fd < 0)
		return fd;
	ret = ioctl(fd, command, arg) ? errno : 0;
	close(fd);
	return ret;
}

/* ---- one seal ---- */

static int refused_add(struct cvm_error *err, const struct cvm_seal_request *wanted, int error)
{
	const char *kind = cvm_seal_kind_name(wanted->kind);
	char what[128];

	if (wanted->kind == CVM_SEAL_PROCESS)
		snprintf(what, sizeof(what), "%s %d", kind, wanted->pid);
	else
		snprintf(what, sizeof(what), "%s%s%s", kind, wanted->name ? " " : "",
			 wanted->name ? wanted->name : "");
	if (error == ENOENT)
		return cvm_error_set(err, -ENOENT, CVM_ERR_SEAL, what, "it is not loaded");
	if (error == ENODATA)
		return cvm_error_set(err, -ENODATA, CVM_ERR_SEAL, what,
				     "it maps nothing %sthat it may not write",
				     wanted->exec ? "executable " : "");
	if (error == EINVAL && wanted->kind == CVM_SEAL_RANGE)
		return cvm_error_set(err, -EINVAL, CVM_ERR_SEAL, what,
				     "from %#llx on are no addresses of the kernel",
				     (unsigned long long)wanted->start);
	if (error == E2BIG && wanted->keep)
		return cvm_error_set(err, -E2BIG, CVM_ERR_SEAL, what,
				     "bytes are kept of %d pages at most", CVM_SEAL_KEEP_MAX);
	return refused(err, what, error, wanted->keep || wanted->kind == CVM_SEAL_RANGE);
}

int cvm_seal_add(const char *device, const struct cvm_seal_request *wanted, uint32_t *id,
		 struct cvm_error *err)
{
	struct cvm_seal_add add = {
		.size = sizeof(add),
		.flags = (wanted->exec ? CVM_SEAL_EXEC : 0) | (wanted->keep ? CVM_SEAL_KEEP : 0),
		.kind = wanted->kind,
		.pid = wanted->pid,
		.start = wanted->start,
		.length = wanted->length,
	};
	int ret;

	if (wanted->name && strlen(wanted->name) >= sizeof(add.name))
		return cvm_error_set(err, -EINVAL, CVM_ERR_USAGE, "name",
				     "it has more than %zu bytes", sizeof(add.name) - 1);
	if (wanted->name)
		memcpy(add.name, wanted->name, strlen(wanted->name));
	ret = request(device, CVM_SEAL_ADD, &add, err);
	if (ret)
		return ret < 0 ? ret : refused_add(err, wanted, ret);
	*id = add.id;
	return 0;
}

static void take_info(struct cvm_seal *seal, const struct cvm_seal_info *info)
{
	*seal = (struct cvm_seal){
		.id = info->id,
		.kind = info->kind,
		.state = info->state,
		.exec = info->seal_flags & CVM_SEAL_EXEC,
		.keep = info->seal_flags & CVM_SEAL_KEEP,
		.pid = info->pid,
		.generation = info->generation,
		.start = info->start,
		.pages = info->pages,
		.changed = info->changed,
		.patched = info->patched,
		.missing = info->missing,
		.created = info->created,
		.rebased = info->rebased,
		.checked = info->checked,
	};
	snprintf(seal->name, sizeof(seal->name), "%.*s", CVM_SEAL_NAME - 1, info->name);
	memcpy(seal->root, info->root, sizeof(seal->root));
	memcpy(seal->now, info->now, sizeof(seal->now));
	memcpy(seal->previous, info->previous, sizeof(seal->previous));
}

static int request_info(const char *device, unsigned long command, uint32_t id,
			struct cvm_seal *seal, struct cvm_error *err)
{
	struct cvm_seal_info info = { .size = sizeof(info), .id = id };
	int ret = request(device, command, &info, err);

	if (ret)
		return ret < 0 ? ret : refused_seal(err, id, ret);
	take_info(seal, &info);
	return 0;
}

int cvm_seal_get(const char *device, uint32_t id, struct cvm_seal *seal, struct cvm_error *err)
{
	return request_info(device, CVM_SEAL_GET, id, seal, err);
}

int cvm_seal_next(const char *device, uint32_t id, struct cvm_seal *seal, struct cvm_error *err)
{
	struct cvm_seal_info info = { .size = sizeof(info), .flags = CVM_SEAL_NEXT, .id = id };
	int ret = request(device, CVM_SEAL_GET, &info, err);

	if (ret == ENOENT)
		return 1;
	if (ret)
		return ret < 0 ? ret : refused(err, "seals", ret, false);
	take_info(seal, &info);
	return 0;
}

int cvm_seal_check(const char *device, uint32_t id, struct cvm_seal *seal, struct cvm_error *err)
{
	return request_info(device, CVM_SEAL_CHECK, id, seal, err);
}

int cvm_seal_rebase(const char *device, uint32_t id, struct cvm_seal *seal, struct cvm_error *err)
{
	return request_info(device, CVM_SEAL_REBASE, id, seal, err);
}

int cvm_seal_remove(const char *device, uint32_t id, struct cvm_error *err)
{
	struct cvm_seal_root remove = { .size = sizeof(remove), .id = id };
	int ret = request(device, CVM_SEAL_REMOVE, &remove, err);

	return ret > 0 ? refused_seal(err, id, ret) : ret;
}

int cvm_seal_root(const char *device, uint8_t root[CVM_SEAL_DIGEST], uint32_t *count,
		  struct cvm_error *err)
{
	struct cvm_seal_root ioc = { .size = sizeof(ioc) };
	int ret = request(device, CVM_SEAL_ROOT, &ioc, err);

	if (ret)
		return ret < 0 ? ret : refused(err, "root of the seals", ret, false);
	memcpy(root, ioc.root, CVM_SEAL_DIGEST);
	*count = ioc.count;
	return 0;
}

/* ---- its pages ---- */

struct page_reader {
	uint32_t id;
	cvm_sealed_page_use use;
	void *ctx;
};

static int use_pages(const struct page_reader *reader, const struct cvm_seal_page *pages,
		     uint32_t count)
{
	struct cvm_sealed_page page;
	uint32_t i;
	int ret = 0;

	for (i = 0; i < count && !ret; i++) {
		page.index = pages[i].index;
		page.address = pages[i].address;
		page.state = pages[i].state;
		page.writable = pages[i].writable;
		memcpy(page.sealed, pages[i].sealed, sizeof(page.sealed));
		memcpy(page.now, pages[i].now, sizeof(page.now));
		ret = reader->use(reader->ctx, &page);
	}
	return ret;
}

int cvm_seal_pages(const char *device, uint32_t id, cvm_sealed_page_use use, void *ctx,
		   struct cvm_error *err)
{
	struct page_reader reader = { id, use, ctx };
	struct cvm_seal_page pages[64];
	struct cvm_seal_pages ioc = { .size = sizeof(ioc), .id = id, .pages = (uintptr_t)pages };
	int fd = open_device(device, err), ret;

	if (fd < 0)
		return fd;
	do {
		ioc.count = ARRAY_SIZE(pages);
		ret = ioctl(fd, CVM_SEAL_PAGES, &ioc) ? errno : 0;
		if (ret)
			ret = refused_seal(err, id, ret);
		else if (ioc.count <= ARRAY_SIZE(pages))
			ret = use_pages(&reader, pages, ioc.count);
	} while (!ret && ioc.count && ioc.count <= ARRAY_SIZE(pages));
	close(fd);
	return ret;
}

int cvm_seal_bytes(const char *device, uint32_t id, uint32_t index,
		   uint8_t sealed[CVM_SEAL_PAGE_SIZE], uint8_t now[CVM_SEAL_PAGE_SIZE],
		   struct cvm_error *err)
{
	struct cvm_seal_bytes bytes = {
		.size = sizeof(bytes),
		.id = id,
		.index = index,
		.sealed = (uintptr_t)sealed,
		.now = (uintptr_t)now,
	};
	int ret = request(device, CVM_SEAL_BYTES, &bytes, err);
	char what[48];

	if (ret <= 0)
		return ret;
	snprintf(what, sizeof(what), "seal %u, page %u", id, index);
	if (ret == ENOENT)
		return cvm_error_set(err, -ENOENT, CVM_ERR_SEAL, what, "there is none");
	if (ret == ENODATA)
		return cvm_error_set(err, -ENODATA, CVM_ERR_SEAL, what, "its bytes are not kept");
	return refused(err, what, ret, true);
}
