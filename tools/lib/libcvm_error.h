/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors of libcvm. Part of libcvm.h, which is what programs include. */
#ifndef LIBCVM_ERROR_H
#define LIBCVM_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* ---- errors ---- */

/**
 * enum cvm_error_code - what kind of remedy helps
 * @CVM_ERR_NONE: no error
 * @CVM_ERR_INTERNAL: memory, or a libcrypto failure that the input did not cause
 * @CVM_ERR_USAGE: an argument of the caller
 * @CVM_ERR_IO: a system call failed
 * @CVM_ERR_NO_MODULE: /dev/cvm or the netlink family is absent
 * @CVM_ERR_NO_PLATFORM: this machine is no confidential guest
 * @CVM_ERR_NO_INTERFACE: no interface of this kernel gives the evidence asked for
 * @CVM_ERR_PERMISSION: the kernel refused for lack of privilege
 * @CVM_ERR_BUSY: another driver owns the attestation device, or the host throttles
 * @CVM_ERR_FIRMWARE: the secure processor or the host refused the request
 * @CVM_ERR_EVIDENCE: malformed evidence
 * @CVM_ERR_CERTIFICATE: malformed certificate, CRL or certificate table
 * @CVM_ERR_POLICY: malformed policy file
 * @CVM_ERR_SEAL: what there is cannot be sealed so, or there is no such seal
 */
enum cvm_error_code {
	CVM_ERR_NONE = 0,
	CVM_ERR_INTERNAL,
	CVM_ERR_USAGE,
	CVM_ERR_IO,
	CVM_ERR_NO_MODULE,
	CVM_ERR_NO_PLATFORM,
	CVM_ERR_NO_INTERFACE,
	CVM_ERR_PERMISSION,
	CVM_ERR_BUSY,
	CVM_ERR_FIRMWARE,
	CVM_ERR_EVIDENCE,
	CVM_ERR_CERTIFICATE,
	CVM_ERR_POLICY,
	CVM_ERR_SEAL,
};

/**
 * struct cvm_error - what failed and why, in words for the operator
 * @code: class of the error
 * @what: the thing that failed, for example "/dev/cvm" or "report.bin"
 * @why: the reason, one line without a full stop
 */
struct cvm_error {
	enum cvm_error_code code;
	char what[128];
	char why[384];
};

#endif /* LIBCVM_ERROR_H */
