/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of libcvm's device half know of each other; one section a file. */
#ifndef CVM_DEVICE_H
#define CVM_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib.h"

struct nlmsghdr;

#define CVM_DEVICE_PATH	   "/dev/cvm"
#define CVM_SEV_GUEST_PATH "/dev/sev-guest"
#define CVM_TSM_PATH	   "/sys/kernel/config/tsm/report"

/*
 * A transport returns -ENODEV when it is not here and -EBUSY when another
 * driver owns the attestation device: only then is the next one worth a try. A
 * host that throttles is -EAGAIN, a refusal of firmware or host -EIO.
 */

/* device_error.c */
int cvm_device_open(const char *path, struct cvm_error *err);
/*
 * Opens the device, NULL for /dev/cvm, and lets @run use it: a negative errno of its own is
 * worded, any other value is returned.
 */
int cvm_device_with(const char *device, int (*run)(void *ctx, int fd), void *ctx,
		    struct cvm_error *err);
int cvm_device_refused(struct cvm_error *err, const char *what, int error, uint32_t fw_error,
		       uint32_t vmm_error);

/* dev.c */
int cvm_dev_evidence(const struct cvm_attest_request *request, struct cvm_evidence_bytes *evidence,
		     struct cvm_error *err);
int cvm_dev_key(const struct cvm_key_request *request, uint8_t key[32], struct cvm_error *err);

/* tsm.c */
int cvm_tsm_evidence(const struct cvm_attest_request *request, struct cvm_evidence_bytes *evidence,
		     struct cvm_error *err);

/* sev_guest.c */
int cvm_sev_guest_evidence(const struct cvm_attest_request *request,
			   struct cvm_evidence_bytes *evidence, struct cvm_error *err);
int cvm_sev_guest_key(const struct cvm_key_request *request, uint8_t key[32],
		      struct cvm_error *err);

/* sysfs.c */
int cvm_sysfs_read(const char *path, char *text, size_t size);
int cvm_sysfs_vmpl(void);

/* genl.c */
int cvm_genl_parse_platform(struct nlmsghdr *header, struct cvm_platform *platform);

#endif /* CVM_DEVICE_H */
