// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The attestation interfaces of a kernel, as a library for LD_PRELOAD. The
 * environment says how each of them behaves:
 *
 * MOCK_GUEST	"snp": sysfs shows the device of an SNP guest
 * MOCK_CVM	/dev/cvm: ok owned small grow firmware throttle denied eperm
 * MOCK_SEV	/dev/sev-guest: ok small firmware status denied
 * MOCK_TSM	configfs-tsm: ok empty race disturbed refused
 * MOCK_SEAL	seals of /dev/cvm, mock_seal.c: ok slow eperm full stale
 * MOCK_KALLSYMS	file for /proc/kallsyms
 * MOCK_DIR	folder for configfs-tsm and seals, and for "log", a line a request
 *
 * An interface that is not named is absent.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/sev-guest.h>

#include "cvm.h"
#include "mock_kernel.h"

#define TSM	    "/sys/kernel/config/tsm/report"
#define REPORT_SIZE 1184
#define REPORT_DATA 0x50
#define CERTS_SIZE  8192
#define FDS	    64

enum device {
	NONE,
	CVM,
	SEV_GUEST,
};

static enum device devices[FDS];

const char *mode_of(const char *name)
{
	const char *mode = getenv(name);

	return mode ? mode : "absent";
}

int is_mode(const char *name, const char *mode)
{
	return !strcmp(mode_of(name), mode);
}

int real_open(const char *path, int flags, mode_t mode)
{
	static int (*next)(const char *path, int flags, ...);

	if (!next)
		next = dlsym(RTLD_NEXT, "open");
	return next(path, flags, mode);
}

void record(const char *format, ...)
{
	char path[256], line[256];
	va_list args;
	int fd;

	snprintf(path, sizeof(path), "%s/log", mode_of("MOCK_DIR"));
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	fd = real_open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		abort();
	close(fd);
}

static void make_report(uint8_t *report, const uint8_t *report_data, uint32_t vmpl)
{
	memset(report, 0, REPORT_SIZE);
	report[0] = 2;
	memcpy(report + 0x30, &vmpl, sizeof(vmpl));
	report[0x34] = 1;
	memcpy(report + REPORT_DATA, report_data, 64);
}

/* ---- configfs-tsm ---- */

/* Where the mock keeps a file of the interface; NULL for other paths. */
static const char *tsm_path(const char *path)
{
	static char mapped[512];

	if (strncmp(path, TSM "/", strlen(TSM "/")))
		return NULL;
	snprintf(mapped, sizeof(mapped), "%s/tsm/%s", mode_of("MOCK_DIR"), path + strlen(TSM "/"));
	return mapped;
}

static void tsm_store(const char *folder, const char *name, const void *data, size_t len)
{
	char path[600];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = real_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		abort();
	close(fd);
}

static void tsm_bump(const char *folder)
{
	char path[600], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "%s/generation", folder);
	fd = real_open(path, O_RDONLY, 0);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		abort();
	close(fd);
	snprintf(text, sizeof(text), "%d\n", atoi(text) + 1);
	tsm_store(folder, "generation", text, strlen(text));
}

static void tsm_make_evidence(const char *folder)
{
	uint8_t report[REPORT_SIZE], data[64] = { 0 };
	static int races;
	char path[600];
	int fd;

	snprintf(path, sizeof(path), "%s/inblob", folder);
	fd = real_open(path, O_RDONLY, 0);
	if (fd < 0 || read(fd, data, sizeof(data)) < 0)
		abort();
	close(fd);
	make_report(report, data, 0);
	tsm_store(folder, "outblob", report, is_mode("MOCK_TSM", "empty") ? 0 : sizeof(report));
	tsm_store(folder, "auxblob", "table", 5);
	if (is_mode("MOCK_TSM", "disturbed") || (is_mode("MOCK_TSM", "race") && !races++))
		tsm_bump(folder);
	record("tsm outblob\n");
}

static int tsm_open(const char *path, int flags)
{
	char folder[512];

	snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = '\0';
	if ((flags & O_ACCMODE) == O_WRONLY) {
		record("tsm write %s\n", strrchr(path, '/') + 1);
		tsm_bump(folder);
	} else if (!strcmp(strrchr(path, '/'), "/outblob")) {
		if (is_mode("MOCK_TSM", "refused")) {
			errno = EINVAL;
			return -1;
		}
		tsm_make_evidence(folder);
	}
	return real_open(path, flags, 0);
}

int mkdir(const char *path, mode_t mode)
{
	int (*next)(const char *path, mode_t mode) = dlsym(RTLD_NEXT, "mkdir");
	const char *mapped = tsm_path(path);

	if (!mapped)
		return next(path, mode);
	if (is_mode("MOCK_TSM", "absent")) {
		errno = ENOENT;
		return -1;
	}
	if (next(mapped, mode))
		return -1;
	tsm_store(mapped, "generation", "0\n", 2);
	tsm_store(mapped, "provider", "mock_guest\n", 11);
	tsm_store(mapped, "inblob", "", 0);
	tsm_store(mapped, "privlevel", "", 0);
	tsm_store(mapped, "outblob", "", 0);
	return 0;
}

int rmdir(const char *path)
{
	int (*next)(const char *path) = dlsym(RTLD_NEXT, "rmdir");
	static const char *const names[] = { "generation", "provider", "inblob",
					     "privlevel",  "outblob",  "auxblob" };
	const char *mapped = tsm_path(path);
	char file[600];
	size_t i;

	if (!mapped)
		return next(path);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(file, sizeof(file), "%s/%s", mapped, names[i]);
		unlink(file);
	}
	return next(mapped);
}

/* ---- char devices ---- */

static int device_open(enum device device, const char *variable)
{
	int fd;

	if (is_mode(variable, "absent")) {
		errno = ENOENT;
		return -1;
	}
	if (is_mode(variable, "denied")) {
		errno = EACCES;
		return -1;
	}
	fd = real_open("/dev/null", O_RDWR, 0);
	if (fd >= 0 && fd < FDS)
		devices[fd] = device;
	return fd;
}

static int mock_open(const char *path, int flags, mode_t mode)
{
	const char *mapped = tsm_path(path);

	if (!strcmp(path, "/dev/cvm"))
		return device_open(CVM, "MOCK_CVM");
	if (!strcmp(path, "/dev/sev-guest"))
		return device_open(SEV_GUEST, "MOCK_SEV");
	if (mapped)
		return tsm_open(mapped, flags);
	return real_open(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	if (flags & O_CREAT) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	return mock_open(path, flags, mode);
}

int __open_2(const char *path, int flags)
{
	return mock_open(path, flags, 0);
}

FILE *fopen(const char *path, const char *mode)
{
	FILE *(*next)(const char *path, const char *mode) = dlsym(RTLD_NEXT, "fopen");
	const char *symbols = getenv("MOCK_KALLSYMS");

	return next(symbols && !strcmp(path, "/proc/kallsyms") ? symbols : path, mode);
}

int access(const char *path, int how)
{
	int (*next)(const char *path, int how) = dlsym(RTLD_NEXT, "access");

	if (!strcmp(path, "/sys/bus/platform/devices/sev-guest") && is_mode("MOCK_GUEST", "snp"))
		return 0;
	return next(path, how);
}

static int refuse(uint32_t *fw_error, uint32_t *vmm_error, int error, uint32_t fw, uint32_t vmm)
{
	*fw_error = fw;
	*vmm_error = vmm;
	errno = error;
	return -1;
}

static int cvm_refusal(uint32_t *fw_error, uint32_t *vmm_error, uint8_t *owner)
{
	if (is_mode("MOCK_CVM", "owned")) {
		memcpy(owner, "sev-guest", sizeof("sev-guest"));
		return refuse(fw_error, vmm_error, EBUSY, 0, 0);
	}
	if (is_mode("MOCK_CVM", "firmware"))
		return refuse(fw_error, vmm_error, EIO, 0x16, 0);
	if (is_mode("MOCK_CVM", "throttle"))
		return refuse(fw_error, vmm_error, EBUSY, 0, 2);
	if (is_mode("MOCK_CVM", "eperm"))
		return refuse(fw_error, vmm_error, EPERM, 0, 0);
	return 0;
}

static int cvm_evidence(struct cvm_evidence *ioc)
{
	static uint32_t certs_size = CERTS_SIZE;
	int small = is_mode("MOCK_CVM", "small") || is_mode("MOCK_CVM", "grow");

	record("cvm evidence vmpl=%x certs=%u\n", ioc->vmpl, ioc->certs_len);
	if (ioc->size != sizeof(*ioc) || ioc->flags || ioc->format) {
		errno = EINVAL;
		return -1;
	}
	if (cvm_refusal(&ioc->fw_error, &ioc->vmm_error, ioc->owner))
		return -1;
	if (small && certs_size < 20000)
		certs_size = 20000;
	if (is_mode("MOCK_CVM", "grow"))
		certs_size += 4096;
	if (ioc->certs_len && ioc->certs_len < certs_size) {
		ioc->report_len = REPORT_SIZE;
		ioc->certs_len = certs_size;
		errno = ENOSPC;
		return -1;
	}
	make_report((uint8_t *)(uintptr_t)ioc->report, ioc->report_data, ioc->vmpl);
	ioc->report_len = REPORT_SIZE;
	if (ioc->certs_len) {
		memset((void *)(uintptr_t)ioc->certs, 'c', certs_size);
		ioc->certs_len = certs_size;
	}
	return 0;
}

static int cvm_key(struct cvm_derive_key *ioc)
{
	record("cvm key root=%u fields=%llx svn=%u tcb=%llx\n", ioc->root, ioc->fields,
	       ioc->guest_svn, ioc->tcb_version);
	if (cvm_refusal(&ioc->fw_error, &ioc->vmm_error, ioc->owner))
		return -1;
	memset(ioc->key, 0x5a, sizeof(ioc->key));
	return 0;
}

static int sev_extended(struct snp_guest_request_ioctl *ioc, uint8_t *response)
{
	struct snp_ext_report_req *request = (void *)(uintptr_t)ioc->req_data;

	record("sev-guest extended certs=%u\n", request->certs_len);
	if (request->certs_len % 4096) {
		errno = EINVAL;
		return -1;
	}
	if (request->certs_len < CERTS_SIZE) {
		request->certs_len = CERTS_SIZE;
		return refuse(&ioc->fw_error, &ioc->vmm_error, EIO, 0, 1);
	}
	memset((void *)(uintptr_t)request->certs_address, 'c', CERTS_SIZE);
	make_report(response + 0x20, request->data.user_data, request->data.vmpl);
	return 0;
}

static int sev_guest(unsigned long command, struct snp_guest_request_ioctl *ioc)
{
	uint8_t *response = (void *)(uintptr_t)ioc->resp_data;
	struct snp_report_req *request = (void *)(uintptr_t)ioc->req_data;
	uint32_t size = REPORT_SIZE;

	if (is_mode("MOCK_SEV", "firmware"))
		return refuse(&ioc->fw_error, &ioc->vmm_error, EIO, 0x27, 0);
	if (is_mode("MOCK_SEV", "status")) {
		response[0] = 0x16;
		return 0;
	}
	if (command == SNP_GET_DERIVED_KEY) {
		record("sev-guest key\n");
		memset(response + 0x20, 0xa5, 32);
		return 0;
	}
	memcpy(response + 4, &size, sizeof(size));
	if (command == SNP_GET_EXT_REPORT)
		return sev_extended(ioc, response);
	record("sev-guest report vmpl=%u\n", request->vmpl);
	make_report(response + 0x20, request->user_data, request->vmpl);
	return 0;
}

int ioctl(int fd, unsigned long command, ...)
{
	int (*next)(int fd, unsigned long command, ...) = dlsym(RTLD_NEXT, "ioctl");
	enum device device = fd >= 0 && fd < FDS ? devices[fd] : NONE;
	va_list args;
	void *arg;

	va_start(args, command);
	arg = va_arg(args, void *);
	va_end(args);
	if (device == CVM && command == CVM_EVIDENCE)
		return cvm_evidence(arg);
	if (device == CVM && command == CVM_DERIVE_KEY)
		return cvm_key(arg);
	if (device == CVM && is_seal_command(command))
		return seal_command(command, arg);
	if (device == SEV_GUEST)
		return sev_guest(command, arg);
	return next(fd, command, arg);
}
