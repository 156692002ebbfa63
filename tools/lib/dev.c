// SPDX-License-Identifier: LGPL-2.1-or-later
/* Evidence and keys through /dev/cvm, the device of cvm.ko. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cvm.h"
#include "device.h"

/* The host may grow its table between two requests; it may not do so for ever. */
#define TRIES 4

static const char *path_of(const char *device)
{
	return device ? device : CVM_DEVICE_PATH;
}

static int refused(struct cvm_error *err, const char *what, int error, uint32_t fw_error,
		   uint32_t vmm_error, const uint8_t *owner)
{
	if (error == EBUSY && !vmm_error && owner[0])
		return cvm_error_set(err, -EBUSY, CVM_ERR_BUSY, what,
				     "the driver %.*s owns the attestation device", CVM_OWNER_SIZE,
				     (const char *)owner);
	if (error == EBUSY)
		error = EAGAIN;
	return cvm_device_refused(err, what, error, fw_error, vmm_error);
}

/* One request with buffers of the lengths in @evidence; lengths come back. */
static int request_once(int fd, struct cvm_evidence *ioc, struct cvm_evidence_bytes *evidence,
			bool want_certs)
{
	free(evidence->report);
	free(evidence->certs);
	evidence->certs = NULL;
	evidence->report = calloc(1, ioc->report_len);
	if (want_certs)
		evidence->certs = calloc(1, ioc->certs_len);
	if (!evidence->report || (want_certs && !evidence->certs))
		return -ENOMEM;
	ioc->report = (uintptr_t)evidence->report;
	ioc->certs = (uintptr_t)evidence->certs;
	return ioctl(fd, CVM_EVIDENCE, ioc) ? -errno : 0;
}

static int request_until_it_fits(int fd, struct cvm_evidence *ioc,
				 struct cvm_evidence_bytes *evidence, bool want_certs)
{
	int i, ret = -ENOSPC;

	/* a quote is made anew for each try, and takes a second */
	ioc->report_len = CVM_REPORT_MAX;
	ioc->certs_len = want_certs ? 16384 : 0;
	for (i = 0; i < TRIES && ret == -ENOSPC; i++) {
		ret = request_once(fd, ioc, evidence, want_certs);
		if (ioc->report_len > CVM_REPORT_MAX || ioc->certs_len > CVM_CERTS_MAX)
			return -EOVERFLOW;
		if (ret == -ENOSPC && want_certs && !ioc->certs_len)
			ioc->certs_len = 4096;
	}
	return ret;
}

int cvm_dev_evidence(const struct cvm_attest_request *request, struct cvm_evidence_bytes *evidence,
		     struct cvm_error *err)
{
	const char *path = path_of(request->device);
	struct cvm_evidence ioc = {
		.size = sizeof(ioc),
		.format = request->tdreport ? CVM_FORMAT_TDX_REPORT : CVM_FORMAT_ANY,
		.vmpl = request->vmpl < 0 ? CVM_VMPL_CURRENT : (uint32_t)request->vmpl,
	};
	int fd, ret;

	fd = cvm_device_open(path, err);
	if (fd < 0)
		return fd;
	memcpy(ioc.report_data, request->report_data, sizeof(ioc.report_data));
	ret = request_until_it_fits(fd, &ioc, evidence, request->want_certs);
	close(fd);
	if (ret == -EOPNOTSUPP)
		return cvm_error_set(err, ret, CVM_ERR_NO_PLATFORM, path, "%s",
				     request->tdreport ? "only a TD has TDREPORTs"
						       : "attestation needs SEV-SNP or Intel TDX");
	if (ret)
		return refused(err, path, -ret, ioc.fw_error, ioc.vmm_error, ioc.owner);
	evidence->report_len = ioc.report_len;
	evidence->certs_len = ioc.certs_len;
	snprintf(evidence->provider, sizeof(evidence->provider), "%.*s", CVM_OWNER_SIZE - 1,
		 (const char *)ioc.owner);
	return 0;
}

const char *cvm_register_name(enum cvm_register_index index)
{
	static const char *const names[CVM_REGISTERS] = {
		"mrtd",	   "rtmr0",	    "rtmr1",	   "rtmr2",  "rtmr3",	     "mrconfigid",
		"mrowner", "mrownerconfig", "servtd_hash", "mrseam", "mrsignerseam",
	};

	return index < CVM_REGISTERS ? names[index] : "unknown";
}

static int register_request(const char *device, unsigned long command, struct cvm_register *ioc,
			    struct cvm_error *err)
{
	static const uint8_t nobody[CVM_OWNER_SIZE];
	const char *path = path_of(device);
	int fd, ret;

	fd = cvm_device_open(path, err);
	if (fd < 0)
		return fd;
	ret = ioctl(fd, command, ioc) ? errno : 0;
	close(fd);
	if (ret == EOPNOTSUPP)
		return cvm_error_set(err, -EOPNOTSUPP, CVM_ERR_NO_INTERFACE, path,
				     "this platform has no measurement registers");
	return ret ? refused(err, path, ret, 0, 0, nobody) : 0;
}

int cvm_register_read(const char *device, enum cvm_register_index index, uint8_t value[48],
		      struct cvm_error *err)
{
	struct cvm_register ioc = { .size = sizeof(ioc), .number = index };
	int ret = register_request(device, CVM_REGISTER_READ, &ioc, err);

	if (!ret)
		memcpy(value, ioc.value, sizeof(ioc.value));
	return ret;
}

int cvm_register_extend(const char *device, unsigned int rtmr, const uint8_t digest[48],
			struct cvm_error *err)
{
	struct cvm_register ioc = { .size = sizeof(ioc), .number = CVM_REGISTER_OF_RTMR(rtmr) };

	memcpy(ioc.value, digest, sizeof(ioc.value));
	return register_request(device, CVM_REGISTER_EXTEND, &ioc, err);
}

int cvm_dev_key(const struct cvm_key_request *request, uint8_t key[32], struct cvm_error *err)
{
	const char *path = path_of(request->device);
	struct cvm_derive_key ioc = {
		.size = sizeof(ioc),
		.root = request->root,
		.vmpl = request->vmpl < 0 ? CVM_VMPL_CURRENT : (uint32_t)request->vmpl,
		.fields = request->fields,
		.guest_svn = request->guest_svn,
		.tcb_version = request->tcb_version,
	};
	int fd, ret;

	fd = cvm_device_open(path, err);
	if (fd < 0)
		return fd;
	ret = ioctl(fd, CVM_DERIVE_KEY, &ioc) ? errno : 0;
	close(fd);
	if (ret == EOPNOTSUPP)
		ret = cvm_error_set(err, -ret, CVM_ERR_NO_PLATFORM, path,
				    "derived keys need SEV-SNP");
	else if (ret)
		ret = refused(err, path, ret, ioc.fw_error, ioc.vmm_error, ioc.owner);
	else
		memcpy(key, ioc.key, CVM_KEY_SIZE);
	explicit_bzero(ioc.key, sizeof(ioc.key));
	return ret;
}
