/* SPDX-License-Identifier: GPL-2.0-only */
/* Private header of cvm.ko; each section is headed by the file that implements it. */
#ifndef _CVM_PRIVATE_H
#define _CVM_PRIVATE_H

#include <linux/nodemask.h>
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
 * @td_attributes: ATTRIBUTES of the TD, TDX Module ABI
 * @xfam: XFAM of the TD
 * @td_ctls: TD_CTLS of the TD
 * @tdx_version: of the TDX module, major in the upper half
 * @has_vmpl: @vmpl means something here
 * @has_td: @td_attributes and @xfam mean something here
 * @has_td_ctls: @td_ctls could be read
 * @has_tdx_version: @tdx_version could be read
 */
struct cvm_facts {
	const char *name;
	u64 sev_status;
	u32 vmpl;
	u32 c_bit;
	u64 td_attributes;
	u64 xfam;
	u64 td_ctls;
	u64 tdx_version;
	bool has_sev_status;
	bool has_vmpl;
	bool has_td;
	bool has_td_ctls;
	bool has_tdx_version;
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
 * @tsm_provider: name that stands for its evidence's format in configfs-tsm
 * @detect: is this machine such a guest? No side effects
 * @init: set up what lasts until @exit; 0 or a negative errno
 * @exit: undo @init; nothing of the module calls into the platform any more
 * @facts: fill in the whole structure
 * @feature: fill in feature number @index; false when there are no more
 * @attestation: fill in the whole structure; may sleep
 * @evidence: get evidence; killable; NULL when the platform has none to give
 * @derive_key: get a key; killable; NULL when the platform has none to give
 * @register_read: read a measurement register; may sleep; NULL when there are none
 * @register_extend: extend one; may sleep; NULL when there are none
 * @query_refusal: why @query_page cannot be used, or NULL when it can
 * @query_page: is a private page that this guest has accepted still the same one? 0; 1 when
 *	the host has put another in its place; a negative errno when there is no answer.
 *	Never for a page that is shared, unaccepted or being converted: the host would be
 *	asked for it. Does not sleep
 *
 * @evidence and @derive_key return -EINVAL for a bad field, -EOPNOTSUPP for a
 * format the platform does not have, -EIO when someone refused (the refusal
 * tells), -EBADMSG for a malformed answer of the host, -EBUSY when the host
 * throttles for too long, -ENOKEY after the message key was destroyed, -EINTR
 * when killed.
 */
struct cvm_platform_ops {
	u32 vendor;
	const char *tsm_provider;
	bool (*detect)(void);
	int (*init)(void);
	void (*exit)(void);
	void (*facts)(struct cvm_facts *facts);
	bool (*feature)(unsigned int index, struct cvm_feature *feature);
	void (*attestation)(struct cvm_attestation *attestation);
	int (*evidence)(struct cvm_evidence_request *request);
	int (*derive_key)(struct cvm_key_request *request);
	int (*register_read)(u32 number, u8 value[CVM_TDX_DIGEST_SIZE]);
	int (*register_extend)(u32 number, const u8 digest[CVM_TDX_DIGEST_SIZE]);
	const char *(*query_refusal)(void);
	int (*query_page)(u64 address);
};

int cvm_platform_find(const struct cvm_platform_ops *const *backends, size_t count);
int cvm_platform_init(void);
void cvm_platform_exit(void);
const struct cvm_platform_ops *cvm_platform(void);

/* ---- snp.c ---- */

extern const struct cvm_platform_ops cvm_snp_ops;

/* ---- snp_device.c, or else snp_kernel.c ---- */

/* Its name in the driver core */
#define CVM_SNP_DEVICE	"sev-guest"

int cvm_snp_open(void);
void cvm_snp_close(void);
void cvm_snp_channel(struct cvm_attestation *attestation);

/* ---- snp_msg.c, or else snp_kernel.c ---- */

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

/* ---- tdx.c ---- */

#define CVM_TDX_REPORT_SIZE	1024

extern const struct cvm_platform_ops cvm_tdx_ops;

/* ---- tdx_call.c ---- */

int cvm_tdx_read_vm(u64 field, u64 *value);
int cvm_tdx_read_system(u64 field, u64 *value);
int cvm_tdx_extend(unsigned int index, const u8 digest[CVM_TDX_DIGEST_SIZE]);
int cvm_tdx_query_page(u64 address);

/* ---- tdx_quote.c ---- */

int cvm_tdx_quote(const u8 report[CVM_TDX_REPORT_SIZE], struct cvm_evidence_request *request);
void cvm_tdx_quote_exit(void);

/* ---- shared.c ---- */

void *cvm_shared_alloc(unsigned int order);
void cvm_shared_free(void *pages, unsigned int order);
void cvm_shared_read(void *private, const void *shared, size_t size);

/* ---- attest.c ---- */

int cvm_attest_evidence(struct cvm_evidence_request *request, char owner[CVM_OWNER_SIZE]);
int cvm_attest_derive_key(struct cvm_key_request *request, char owner[CVM_OWNER_SIZE]);

/* ---- memory.c ---- */

/**
 * struct cvm_memory_zone - counters of a zone of the page allocator
 * @name: for example "Normal"
 * @total: bytes that the allocator manages
 * @unaccepted: bytes of them that are not accepted yet
 */
struct cvm_memory_zone {
	const char *name;
	u64 total;
	u64 unaccepted;
};

bool cvm_memory_lazy(void);
bool cvm_memory_zone(unsigned int node, unsigned int index, struct cvm_memory_zone *counts);
u64 cvm_memory_unaccepted(unsigned int node);
u64 cvm_memory_unaccepted_all(void);
unsigned long cvm_memory_end(void);
bool cvm_memory_chunk_unaccepted(unsigned long pfn);
bool cvm_memory_extent(u64 start, struct cvm_memory_extent *extent);

/* ---- memory_gap.c ---- */

/**
 * struct cvm_memory_gaps - memory that was added after boot, which no kernel accepts
 * @total: bytes of it
 * @list: where it lies, the first ranges
 * @count: how many of @list are filled in
 */
struct cvm_memory_gaps {
	u64 total;
	struct {
		u64 start;
		u64 length;
	} list[8];
	unsigned int count;
};

bool cvm_memory_is_added(u64 start, u64 end);
void cvm_memory_gaps(struct cvm_memory_gaps *gaps);

/* ---- memory_efi.c ---- */

/**
 * struct cvm_memory_efi - the firmware's table of unaccepted memory, as it is now
 * @present: there is a table
 * @wrong: why it cannot be used, or NULL
 * @base: first physical address it tells of
 * @length: bytes it tells of
 * @unit: bytes a bit stands for
 * @unaccepted: bytes whose bits are set
 */
struct cvm_memory_efi {
	bool present;
	const char *wrong;
	u64 base;
	u64 length;
	u64 unit;
	u64 unaccepted;
};

void cvm_memory_efi(struct cvm_memory_efi *table);
int cvm_memory_efi_hold(void);
void cvm_memory_efi_let_go(void);
bool cvm_memory_efi_unaccepted(unsigned long pfn);

/* ---- accept.c ---- */

/* The threads' names begin so */
#define CVM_ACCEPT_COMM	"cvm_accept/"

/**
 * struct cvm_accept_request - what to accept early, and how gently
 * @nodes: whose memory
 * @amount: bytes at most, U64_MAX for all
 * @rate: bytes a second at most, over all nodes; 0 for no limit, and no rests
 * @floor: pause while less than so many bytes are available
 */
struct cvm_accept_request {
	nodemask_t nodes;
	u64 amount;
	u64 rate;
	u64 floor;
};

/**
 * struct cvm_accept_status - how a job goes or went
 * @threads: that are at work, 0 when the job has ended
 * @paused: of them wait for memory to become available
 * @has_ended: there was a job, and it has ended
 * @end: how, &enum cvm_accept_end
 * @accepted: bytes that it accepted
 * @raced: chunks that somebody else accepted first
 * @refused: times that a chunk could not be taken
 * @rate: as requested
 * @amount: as requested
 * @accepted_ever: bytes, by all jobs since the module was loaded
 * @elapsed_ns: since its start, or from start to end
 */
struct cvm_accept_status {
	u32 threads;
	u32 paused;
	bool has_ended;
	u32 end;
	u64 accepted;
	u64 raced;
	u64 refused;
	u64 rate;
	u64 amount;
	u64 accepted_ever;
	u64 elapsed_ns;
};

int cvm_accept_init(void);
void cvm_accept_exit(void);
int cvm_accept_start(const struct cvm_accept_request *request);
void cvm_accept_stop(void);
void cvm_accept_close(void);
void cvm_accept_status(struct cvm_accept_status *status);
void cvm_accept_listen(void (*callback)(bool finished));

/* ---- genl_message.c ---- */

struct genl_info;
struct netlink_callback;
struct sk_buff;

/**
 * struct cvm_genl_message - what a message of the netlink family is made of
 * @command: CVM_CMD_*
 * @put: adds the attributes; 0, or -EMSGSIZE when they do not fit
 * @what: for @put
 */
struct cvm_genl_message {
	u8 command;
	int (*put)(struct sk_buff *msg, const void *what);
	const void *what;
};

int cvm_genl_reply(struct genl_info *info, const struct cvm_genl_message *message);
bool cvm_genl_add(struct sk_buff *skb, struct netlink_callback *cb,
		  const struct cvm_genl_message *message);
void cvm_genl_tell(unsigned int group, const struct cvm_genl_message *message);

/* ---- genl_memory.c ---- */

void cvm_genl_memory_init(void);

/* ---- genl_audit.c ---- */

void cvm_genl_audit_init(void);
void cvm_genl_audit_ready(void);
void cvm_genl_audit_exit(void);

/* ---- latency.c ---- */

/* one histogram for each &enum cvm_latency_kind */
#define CVM_LATENCY_KINDS	2

/* bucket 0: below 1 us; bucket n: 2^(n-1) us to below 2^n us; the last: that and more */
#define CVM_LATENCY_BUCKETS	24

/**
 * struct cvm_latency - a histogram
 * @count: acceptances
 * @total_ns: sum
 * @worst_ns: longest
 * @buckets: by duration
 */
struct cvm_latency {
	u64 count;
	u64 total_ns;
	u64 worst_ns;
	u64 buckets[CVM_LATENCY_BUCKETS];
};

void cvm_latency_init(void);
void cvm_latency_exit(void);
bool cvm_latency_traced(void);
void cvm_latency_note(enum cvm_latency_kind kind, u64 ns);
void cvm_latency_get(enum cvm_latency_kind kind, struct cvm_latency *latency);

/* ---- chardev.c ---- */

int cvm_chardev_init(void);
void cvm_chardev_exit(void);

/* ---- genl.c ---- */

int cvm_genl_init(void);
void cvm_genl_exit(void);

/* ---- tsm.c ---- */

#if IS_ENABLED(CONFIG_TSM_REPORTS) && !defined(CVM_KERNEL_SENDS)
void cvm_tsm_init(void);
void cvm_tsm_exit(void);
#else
static inline void cvm_tsm_init(void) { }
static inline void cvm_tsm_exit(void) { }
#endif

#endif /* _CVM_PRIVATE_H */
