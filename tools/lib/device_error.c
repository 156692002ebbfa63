// SPDX-License-Identifier: LGPL-2.1-or-later
/* How a device is opened, and how its refusals are worded. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "device.h"

/* GHCB 2.03 section 4.1.7: SW_EXITINFO2[63:32] of a guest request */
#define VMM_INVALID_LEN 1
#define VMM_BUSY	2

int cvm_device_open(const char *path, struct cvm_error *err)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	char what[sizeof(err->what)];
	int error = errno;

	if (fd >= 0)
		return fd;
	snprintf(what, sizeof(what), "cannot open %s", path);
	if (error == EACCES || error == EPERM)
		return cvm_error_set(err, -EACCES, CVM_ERR_PERMISSION, what, "permission denied");
	if (error == ENOENT || error == ENXIO || error == ENODEV)
		return cvm_error_set(err, -ENODEV, CVM_ERR_NO_INTERFACE, what, "no such device");
	return cvm_error_set(err, -error, CVM_ERR_IO, what, "%s", strerror(error));
}

/* Firmware status by name: SEV-SNP ABI, status codes, as far as a guest's requests meet them. */
static const char *firmware_status(uint32_t status)
{
	switch (status) {
	case 0x10:
		return " (invalid guest)";
	case 0x11:
		return " (invalid command)";
	case 0x13:
	case 0x14:
		return " (hardware failure in the secure processor)";
	case 0x15:
		return " (unsupported)";
	case 0x16:
		return " (invalid parameter)";
	case 0x17:
		return " (out of resources)";
	case 0x1d:
		return " (message counter overflow)";
	case 0x27:
		return " (invalid key selection)";
	default:
		return "";
	}
}

/* What a TD's host says of a quote: GHCI 1.5 section 3.3, folded as cvm.h tells */
static const char *quote_status(uint32_t status)
{
	switch (status) {
	case 0xffffffff:
		return "the host did not answer in time, and keeps the buffer";
	case 0x80000001:
		return "the host's quoting service is not available";
	case 0x80000000:
		return "the host's quoting service failed";
	default:
		return NULL;
	}
}

/* Words a failed guest request: who refused, and with which status. */
int cvm_device_refused(struct cvm_error *err, const char *what, int error, uint32_t fw_error,
		       uint32_t vmm_error)
{
	if (error == EPERM || error == EACCES)
		return cvm_error_set(err, -EPERM, CVM_ERR_PERMISSION, what,
				     "it needs CAP_SYS_ADMIN");
	if (vmm_error == VMM_BUSY || error == EAGAIN || error == ETIMEDOUT)
		return cvm_error_set(err, -EAGAIN, CVM_ERR_BUSY, what,
				     "the host throttles requests");
	if (quote_status(vmm_error))
		return cvm_error_set(err, -EAGAIN, CVM_ERR_BUSY, what, "%s",
				     quote_status(vmm_error));
	if (error == EBADMSG)
		return cvm_error_set(err, -EBADMSG, CVM_ERR_FIRMWARE, what,
				     "the host's answer is malformed, or for another request");
	if (vmm_error)
		return cvm_error_set(err, -EIO, CVM_ERR_FIRMWARE, what,
				     "the hypervisor refused, status %#x%s", vmm_error,
				     vmm_error == VMM_INVALID_LEN ? " (buffer too small)" : "");
	if (fw_error && fw_error != UINT32_MAX)
		return cvm_error_set(err, -EIO, CVM_ERR_FIRMWARE, what,
				     "the secure processor refused, status %#x%s", fw_error,
				     firmware_status(fw_error));
	if (error == ENOKEY)
		return cvm_error_set(err, -ENOKEY, CVM_ERR_FIRMWARE, what,
				     "the message key was destroyed after doubt about it");
	if (error == ENOTTY)
		return cvm_error_set(err, -ENODEV, CVM_ERR_NO_INTERFACE, what,
				     "the device does not know this request");
	return cvm_error_set(err, -error, CVM_ERR_IO, what, "%s", strerror(error));
}

int cvm_device_with(const char *device, int (*run)(void *ctx, int fd), void *ctx,
		    struct cvm_error *err)
{
	const char *path = device ? device : CVM_DEVICE_PATH;
	int fd = cvm_device_open(path, err), ret;

	if (fd < 0)
		return fd;
	ret = run(ctx, fd);
	close(fd);
	return ret < 0 ? cvm_device_refused(err, path, -ret, 0, 0) : ret;
}
