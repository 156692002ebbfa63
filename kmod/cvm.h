/* SPDX-License-Identifier: GPL-2.0-only */
/* Private header of cvm.ko; each section is headed by the file that implements it. */
#ifndef _CVM_PRIVATE_H
#define _CVM_PRIVATE_H

#include <linux/types.h>

#include "uapi/cvm.h"
#include "uapi/cvm_genl.h"

/* ---- platform.c ---- */

/**
 * struct cvm_feature - one fact about the platform that is either on or off
 * @name: stable name, part of the netlink contract
 * @active: on
 * @source: who says so, &enum cvm_feature_source
 */
struct cvm_feature {
	const char *name;
	bool active;
	u32 source;
};

/**
 * struct cvm_facts - what is fixed about the platform for the life of the guest
 * @name: technology, for people
 * @sev_status: MSR C001_0131h, APM volume 2 section 15.34.10
 * @vmpl: VM permission level of this kernel
 * @c_bit: position of the bit that tells private from shared in a page table
 *	entry
 * @has_sev_status: @sev_status could be read
 * @has_vmpl: @vmpl means something here
 */
struct cvm_facts {
	const char *name;
	u64 sev_status;
	u32 vmpl;
	u32 c_bit;
	bool has_sev_status;
	bool has_vmpl;
};

/**
 * struct cvm_attestation - who can give evidence right now
 * @device: name of the attestation device in the driver core, NULL for none
 * @owner: driver bound to @device, "" for none
 * @vmpck: number of the message key in use
 * @supported: the platform can give evidence at all
 * @usable: this module can
 * @has_vmpck: @vmpck means something here
 * @key_destroyed: the message key is wiped, evidence is over until reboot
 */
struct cvm_attestation {
	const char *device;
	char owner[CVM_OWNER_SIZE];
	u32 vmpck;
	bool supported;
	bool usable;
	bool has_vmpck;
	bool key_destroyed;
};

/**
 * struct cvm_refusal - who refused a request, and with which code
 * @fw_error: status of the secure processor, 0 when it was not reached
 * @vmm_error: status of the hypervisor, 0 when it did not refuse
 */
struct cvm_refusal {
	u32 fw_error;
	u32 vmm_error;
};

/**
 * struct cvm_evidence_request - nonce in, evidence out, all in private memory
 * @format: in: &enum cvm_format; out: what @report is
 * @vmpl: in: level the report is for, never CVM_VMPL_CURRENT
 * @report_data: in: bound into the evidence by the hardware
 * @want_certs: in: ask the host for its certificates too
 * @report: out: kvmalloc()ed evidence, for the caller to kvfree()
 * @report_len: out: bytes at @report
 * @certs: out: kvmalloc()ed certificate table or NULL, for the caller to
 *	kvfree(); the host's word
 * @certs_len: out: bytes at @certs, at most CVM_CERTS_MAX
 * @refusal: out: who refused
 */
struct cvm_evidence_request {
	u32 format;
	u32 vmpl;
	u8 report_data[CVM_REPORT_DATA_SIZE];
	bool want_certs;
	void *report;
	u32 report_len;
	void *certs;
	u32 certs_len;
	struct cvm_refusal refusal;
};

/**
 * struct cvm_key_request - selection in, key out
 * @root: in: CVM_KEY_ROOT_*
 * @vmpl: in: level the key is for, never CVM_VMPL_CURRENT
 * @fields: in: CVM_KEY_FIELD_*
 * @guest_svn: in: mixed in with CVM_KEY_FIELD_SVN
 * @tcb_version: in: mixed in with CVM_KEY_FIELD_TCB
 * @key: out: for the caller to wipe
 * @refusal: out: who refused
 */
struct cvm_key_request {
	u32 root;
	u32 vmpl;
	u64 fields;
	u32 guest_svn;
	u64 tcb_version;
	u8 key[CVM_KEY_SIZE];
	struct cvm_refusal refusal;
};

/**
 * struct cvm_platform_ops - all that the rest of the module knows of a vendor
 * @vendor: &enum cvm_vendor
 * @detect: is this machine such a guest? No side effects
 * @init: set up what lasts until @exit; 0 or a negative errno
 * @exit: undo @init; nothing of the module calls into the platform any more
 * @facts: fill in the whole structure
 * @feature: fill in feature number @index; false when there are no more
 * @attestation: fill in the whole structure; may sleep
 * @evidence: get evidence; killable; NULL when the platform has none to give
 * @derive_key: get a key; killable; NULL when the platform has none to give
 *
 * @evidence and @derive_key return -EINVAL for a bad field, -EOPNOTSUPP for a
 * format the platform does not have, -EIO when someone refused (the refusal
 * tells), -EBADMSG for a malformed answer of the host, -EBUSY when the host
 * throttles for too long, -ENOKEY after the message key was destroyed, -EINTR
 * when killed.
 */
struct cvm_platform_ops {
	u32 vendor;
	bool (*detect)(void);
	int (*init)(void);
	void (*exit)(void);
	void (*facts)(struct cvm_facts *facts);
	bool (*feature)(unsigned int index, struct cvm_feature *feature);
	void (*attestation)(struct cvm_attestation *attestation);
	int (*evidence)(struct cvm_evidence_request *request);
	int (*derive_key)(struct cvm_key_request *request);
};

int cvm_platform_init(const struct cvm_platform_ops *const *backends, size_t count);
void cvm_platform_exit(void);
const struct cvm_platform_ops *cvm_platform(void);

/* ---- snp.c ---- */

extern const struct cvm_platform_ops cvm_snp_ops;

/* ---- snp_msg.c ---- */

/**
 * struct cvm_snp_exchange - one message to the secure processor and its answer
 * @type: in: CVM_SNP_MSG_*_REQ
 * @request: in: plain request
 * @request_len: in: bytes at @request
 * @response: in: private memory for the plain answer
 * @response_size: in: bytes at @response
 * @response_len: out: length of the answer
 * @certs: in: private memory of CVM_CERTS_MAX bytes for the host's certificate
 *	pages, or NULL
 * @refusal: out: who refused
 */
struct cvm_snp_exchange {
	u8 type;
	const void *request;
	u32 request_len;
	void *response;
	u32 response_size;
	u32 response_len;
	void *certs;
	struct cvm_refusal refusal;
};

int cvm_snp_msg_open(phys_addr_t secrets, u32 vmpck);
void cvm_snp_msg_close(void);
void cvm_snp_msg_shutdown(void);
bool cvm_snp_msg_key_destroyed(void);
int cvm_snp_msg_exchange(struct cvm_snp_exchange *exchange);

/* ---- shared.c ---- */

void *cvm_shared_alloc(unsigned int order);
void cvm_shared_free(void *pages, unsigned int order);

/* ---- attest.c ---- */

int cvm_attest_evidence(struct cvm_evidence_request *request, char owner[CVM_OWNER_SIZE]);
int cvm_attest_derive_key(struct cvm_key_request *request, char owner[CVM_OWNER_SIZE]);

/* ---- chardev.c ---- */

int cvm_chardev_init(void);
void cvm_chardev_exit(void);

/* ---- genl.c ---- */

int cvm_genl_init(void);
void cvm_genl_exit(void);

/* ---- tsm.c ---- */

#if IS_ENABLED(CONFIG_TSM_REPORTS)
void cvm_tsm_init(void);
void cvm_tsm_exit(void);
#else
static inline void cvm_tsm_init(void) { }
static inline void cvm_tsm_exit(void) { }
#endif

#endif /* _CVM_PRIVATE_H */
