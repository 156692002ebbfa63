// SPDX-License-Identifier: LGPL-2.1-or-later
/* Evidence and keys through /dev/sev-guest, the kernel's own SNP guest driver. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/sev-guest.h>

#include "device.h"

/* The driver takes certificate buffers of whole pages up to 16 KiB (SEV_FW_BLOB_MAX_SIZE). */
#define PAGE	  4096
#define CERTS_MAX 16384

/* MSG_REPORT_RSP and MSG_KEY_RSP, SEV-SNP ABI sections 7.3 and 7.2 */
#define RSP_STATUS	0x00
#define RSP_REPORT_SIZE 0x04
#define RSP_REPORT	0x20
#define RSP_KEY		0x20

static uint32_t get_le32(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t wanted_vmpl(int vmpl)
{
	return vmpl < 0 ? (uint32_t)cvm_sysfs_vmpl() : (uint32_t)vmpl;
}

static int guest_request(int fd, unsigned long command, struct snp_guest_request_ioctl *ioc,
			 void *request, void *response)
{
	memset(ioc, 0, sizeof(*ioc));
	ioc->msg_version = 1;
	ioc->req_data = (uintptr_t)request;
	ioc->resp_data = (uintptr_t)response;
	return ioctl(fd, command, ioc) ? -errno : 0;
}

/* Asks again with the size the host wants, as long as that grows and the driver can take it. */
static int extended_report(int fd, struct snp_guest_request_ioctl *ioc, struct snp_report_req *base,
			   struct snp_report_resp *response, struct cvm_evidence_bytes *evidence)
{
	struct snp_ext_report_req request = { .data = *base, .certs_len = PAGE };
	int ret;

	do {
		evidence->certs_len = request.certs_len;
		free(evidence->certs);
		evidence->certs = aligned_alloc(PAGE, request.certs_len);
		if (!evidence->certs)
			return -ENOMEM;
		memset(evidence->certs, 0, request.certs_len);
		request.certs_address = (uintptr_t)evidence->certs;
		ret = guest_request(fd, SNP_GET_EXT_REPORT, ioc, &request, response);
	} while (ret && ioc->vmm_error == SNP_GUEST_VMM_ERR_INVALID_LEN &&
		 request.certs_len > evidence->certs_len && request.certs_len <= CERTS_MAX);
	return ret;
}

static int take_report(const struct snp_report_resp *response, struct cvm_evidence_bytes *evidence,
		       struct cvm_error *err)
{
	uint32_t status = get_le32(response->data + RSP_STATUS);
	uint32_t size = get_le32(response->data + RSP_REPORT_SIZE);

	if (status)
		return cvm_device_refused(err, CVM_SEV_GUEST_PATH, EIO, status, 0);
	if (!size || size > sizeof(response->data) - RSP_REPORT)
		return cvm_error_set(err, -EIO, CVM_ERR_FIRMWARE, CVM_SEV_GUEST_PATH,
				     "the response says its report has %u bytes", size);
	evidence->report = malloc(size);
	if (!evidence->report)
		return cvm_error_set(err, -ENOMEM, CVM_ERR_INTERNAL, CVM_SEV_GUEST_PATH,
				     "out of memory");
	memcpy(evidence->report, response->data + RSP_REPORT, size);
	evidence->report_len = size;
	return 0;
}

int cvm_sev_guest_evidence(const struct cvm_attest_request *request,
			   struct cvm_evidence_bytes *evidence, struct cvm_error *err)
{
	struct snp_report_req base = { .vmpl = wanted_vmpl(request->vmpl) };
	struct snp_report_resp response = { 0 };
	struct snp_guest_request_ioctl ioc = { 0 };
	int fd, ret;

	fd = cvm_device_open(CVM_SEV_GUEST_PATH, err);
	if (fd < 0)
		return fd;
	memcpy(base.user_data, request->report_data, sizeof(base.user_data));
	if (request->want_certs)
		ret = extended_report(fd, &ioc, &base, &response, evidence);
	else
		ret = guest_request(fd, SNP_GET_REPORT, &ioc, &base, &response);
	close(fd);
	if (ret)
		return cvm_device_refused(err, CVM_SEV_GUEST_PATH, -ret, ioc.fw_error,
					  ioc.vmm_error);
	/* the driver hands out zeroes when the host has no certificates */
	if (evidence->certs && cvm_is_zero(evidence->certs, evidence->certs_len)) {
		free(evidence->certs);
		evidence->certs = NULL;
		evidence->certs_len = 0;
	}
	snprintf(evidence->provider, sizeof(evidence->provider), "sev-guest");
	return take_report(&response, evidence, err);
}

int cvm_sev_guest_key(const struct cvm_key_request *request, uint8_t key[32], struct cvm_error *err)
{
	struct snp_derived_key_req key_request = {
		.root_key_select = request->root,
		.guest_field_select = request->fields,
		.vmpl = wanted_vmpl(request->vmpl),
		.guest_svn = request->guest_svn,
		.tcb_version = request->tcb_version,
	};
	struct snp_derived_key_resp response = { 0 };
	struct snp_guest_request_ioctl ioc;
	uint32_t status;
	int fd, ret;

	fd = cvm_device_open(CVM_SEV_GUEST_PATH, err);
	if (fd < 0)
		return fd;
	ret = guest_request(fd, SNP_GET_DERIVED_KEY, &ioc, &key_request, &response);
	close(fd);
	status = get_le32(response.data + RSP_STATUS);
	if (ret)
		ret = cvm_device_refused(err, CVM_SEV_GUEST_PATH, -ret, ioc.fw_error,
					 ioc.vmm_error);
	else if (status)
		ret = cvm_device_refused(err, CVM_SEV_GUEST_PATH, EIO, status, 0);
	else
		memcpy(key, response.data + RSP_KEY, 32);
	explicit_bzero(&response, sizeof(response));
	return ret;
}
