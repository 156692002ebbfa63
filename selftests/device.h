/* SPDX-License-Identifier: GPL-2.0-only */
/* /dev/cvm and the drivers behind it, as the tests in a guest need them. */
#ifndef SELFTESTS_DEVICE_H
#define SELFTESTS_DEVICE_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../kmod/uapi/cvm.h"
#include "tap.h"

#define CVM_DEVICE	"/dev/cvm"
#define CVM_MODULE	"/cvm.ko"
#define SYSFS_DRIVER	"/sys/bus/platform/devices/sev-guest/driver"

/* ATTESTATION_REPORT, SEV-SNP ABI (56860) table 23 */
#define REPORT_SIZE		1184
#define REPORT_OFFSET_VERSION	0x000
#define REPORT_OFFSET_VMPL	0x030
#define REPORT_OFFSET_DATA	0x050
#define REPORT_OFFSET_MEASURE	0x090

#define CERTS_SIZE	CVM_CERTS_MAX

/* One request with room for its answer */
struct answer {
	struct cvm_evidence ioc;
	uint8_t report[4096];
	uint8_t certs[CERTS_SIZE];
};

/* 0 or a negative errno, so that one number tells how a call went */
static inline int device_call(int fd, unsigned long command, void *argument)
{
	return ioctl(fd, command, argument) ? -errno : 0;
}

static inline void answer_prepare(struct answer *answer, uint8_t fill)
{
	memset(answer, 0, sizeof(*answer));
	answer->ioc.size = sizeof(answer->ioc);
	answer->ioc.vmpl = CVM_VMPL_CURRENT;
	memset(answer->ioc.report_data, fill, sizeof(answer->ioc.report_data));
	answer->ioc.report = (uintptr_t)answer->report;
	answer->ioc.report_len = sizeof(answer->report);
}

static inline void answer_want_certs(struct answer *answer)
{
	answer->ioc.certs = (uintptr_t)answer->certs;
	answer->ioc.certs_len = sizeof(answer->certs);
}

static inline bool answer_holds(const struct answer *answer, uint8_t fill)
{
	uint8_t wanted[CVM_REPORT_DATA_SIZE];

	memset(wanted, fill, sizeof(wanted));
	return answer->ioc.report_len == REPORT_SIZE &&
	       !memcmp(answer->report + REPORT_OFFSET_DATA, wanted, sizeof(wanted));
}

static inline uint32_t report_u32(const uint8_t *report, size_t offset)
{
	uint32_t value;

	memcpy(&value, report + offset, sizeof(value));
	return value;
}

/* ---- modules ---- */

/* 0 or a negative errno, as the kernel said it */
static inline int module_load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return ret;
}

/* Without waiting: -EWOULDBLOCK or -EBUSY while it is in use */
static inline int module_unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

/* Name of the driver that has the attestation device, "" for none: sysfs is the judge */
static inline const char *device_owner(void)
{
	static char target[256];
	ssize_t length = readlink(SYSFS_DRIVER, target, sizeof(target) - 1);
	const char *name;

	if (length <= 0)
		return "";
	target[length] = '\0';
	name = strrchr(target, '/');
	return name ? name + 1 : target;
}

/* From 6.14 on the kernel sends messages for all drivers, and nobody needs the device */
static inline bool kernel_sends(void)
{
	return !system("grep -q ' snp_send_guest_request$' /proc/kallsyms");
}

/* Load what is needed so that the attestation device, where one needs it, is cvm.ko's. */
static inline void device_give_to_cvm(void)
{
	int ret;

	module_unload("cvm");
	module_unload("sev_guest");
	ret = module_load(CVM_MODULE);
	if (ret)
		tap_bail("cannot load " CVM_MODULE ": %s", strerror(-ret));
	if (!*device_owner() != kernel_sends() || !strcmp(device_owner(), "sev-guest"))
		tap_bail("the attestation device belongs to '%s'", device_owner());
}

/* The same for the kernel's own driver; cvm.ko is loaded after it. */
static inline void device_give_to_sev_guest(void)
{
	int ret;

	module_unload("cvm");
	if (system("modprobe sev-guest"))
		tap_bail("modprobe sev-guest failed");
	ret = module_load(CVM_MODULE);
	if (ret)
		tap_bail("cannot load " CVM_MODULE ": %s", strerror(-ret));
	if (strcmp(device_owner(), "sev-guest"))
		tap_bail("the attestation device belongs to '%s'", device_owner());
}

static inline int device_open(void)
{
	int fd = open(CVM_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		tap_bail("cannot open " CVM_DEVICE ": %s", strerror(errno));
	return fd;
}

/* Loads cvm.ko anew, whoever has the attestation device; an open descriptor of it */
static inline int device_load(void)
{
	int ret;

	module_unload("cvm");
	ret = module_load(CVM_MODULE);
	if (ret)
		tap_bail("cannot load " CVM_MODULE ": %s", strerror(-ret));
	return device_open();
}

#endif /* SELFTESTS_DEVICE_H */
