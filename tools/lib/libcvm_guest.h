/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * On the guest: evidence, keys, state, registers, memory.
 * Part of libcvm.h, which is what programs include.
 */
#ifndef LIBCVM_GUEST_H
#define LIBCVM_GUEST_H

#include "libcvm_error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- on the guest: evidence and keys ---- */

enum cvm_transport {
	CVM_TRANSPORT_AUTO = 0,
	CVM_TRANSPORT_CVM, /* /dev/cvm */
	CVM_TRANSPORT_TSM, /* configfs-tsm */
	CVM_TRANSPORT_SEV_GUEST, /* /dev/sev-guest */
};

const char *cvm_transport_name(enum cvm_transport transport);

/**
 * struct cvm_attest_request - what evidence to get
 * @transport: which interface, or CVM_TRANSPORT_AUTO for the first that works
 * @device: path of the char device, NULL for /dev/cvm
 * @report_data: bound into the evidence
 * @vmpl: 0-3, or -1 for the level the guest runs at
 * @want_certs: ask for the host's certificates too
 * @tdreport: of a TD, a TDREPORT instead of a quote: for this machine only
 */
struct cvm_attest_request {
	enum cvm_transport transport;
	const char *device;
	uint8_t report_data[64];
	int vmpl;
	bool want_certs;
	bool tdreport;
};

/**
 * struct cvm_evidence_bytes - evidence as the platform gave it
 * @transport: interface it came through
 * @provider: name the interface gives itself, for example "sev_guest"
 * @report: the evidence, for free()
 * @report_len: bytes at @report
 * @certs: the host's certificate table or NULL, for free()
 * @certs_len: bytes at @certs
 */
struct cvm_evidence_bytes {
	enum cvm_transport transport;
	char provider[32];
	uint8_t *report;
	size_t report_len;
	uint8_t *certs;
	size_t certs_len;
};

int cvm_attest(const struct cvm_attest_request *request, struct cvm_evidence_bytes *evidence,
	       struct cvm_error *err);
void cvm_evidence_release(struct cvm_evidence_bytes *evidence);

/**
 * struct cvm_key_request - which key to derive (SEV-SNP ABI MSG_KEY_REQ)
 * @transport: CVM_TRANSPORT_AUTO, CVM_TRANSPORT_CVM or CVM_TRANSPORT_SEV_GUEST
 * @device: path of the char device, NULL for /dev/cvm
 * @root: 0 VCEK (or VLEK), 1 VMRK
 * @fields: GUEST_FIELD_SELECT
 * @vmpl: 0-3, or -1 for the level the guest runs at
 * @guest_svn: mixed in when selected
 * @tcb_version: mixed in when selected
 */
struct cvm_key_request {
	enum cvm_transport transport;
	const char *device;
	uint32_t root;
	uint64_t fields;
	int vmpl;
	uint32_t guest_svn;
	uint64_t tcb_version;
};

int cvm_derive_key(const struct cvm_key_request *request, uint8_t key[32], enum cvm_transport *used,
		   struct cvm_error *err);

/* ---- on the guest: state by generic netlink ---- */

struct cvm_feature {
	char name[32];
	bool active;
	char source[16];
};

#define CVM_FEATURES_MAX 64

/**
 * struct cvm_platform - what protects this guest, as the module says
 * @vendor: "amd-sev" or "intel-tdx"
 * @has_sev_status: @sev_status is valid
 * @sev_status: MSR C001_0131h
 * @features: named features
 * @n_features: number of @features
 * @vmpl: SNP privilege level, -1 when unknown
 * @c_bit: position of the encryption bit, -1 when there is none
 * @has_td: @td_attributes and @xfam are valid
 * @td_attributes: CVM_TDX_ATTR_*
 * @xfam: extended features that the TD may use
 * @has_td_ctls: @td_ctls is valid
 * @td_ctls: TD_CTLS
 * @has_tdx_version: @tdx_version is valid
 * @tdx_version: of the TDX module, major in the upper half
 * @attestation_supported: this platform can give evidence at all
 * @attestation_device: for example "sev-guest"
 * @attestation_owner: driver bound to it, "" when none
 * @attestation_usable: /dev/cvm itself can give evidence
 * @vmpck: number of the message key, -1 when unused
 * @key_destroyed: the module wiped its message key
 * @module_version: of cvm.ko
 */
struct cvm_platform {
	char vendor[16];
	bool has_sev_status;
	uint64_t sev_status;
	struct cvm_feature features[CVM_FEATURES_MAX];
	size_t n_features;
	int vmpl;
	int c_bit;
	bool has_td;
	uint64_t td_attributes;
	uint64_t xfam;
	bool has_td_ctls;
	uint64_t td_ctls;
	bool has_tdx_version;
	uint64_t tdx_version;
	bool attestation_supported;
	char attestation_device[32];
	char attestation_owner[32];
	bool attestation_usable;
	int vmpck;
	bool key_destroyed;
	char module_version[32];
};

int cvm_platform_get(struct cvm_platform *platform, struct cvm_error *err);
/*
 * What can be known without the module: what the kernel shows in sysfs after it
 * found its guest protected. -ENODEV and CVM_ERR_NO_PLATFORM when it shows nothing.
 */
int cvm_platform_probe(struct cvm_platform *platform, struct cvm_error *err);

/* ---- on the guest: measurement registers (TDX) ---- */

/* In the order of enum cvm_register_number, kmod/uapi/cvm.h */
enum cvm_register_index {
	CVM_REGISTER_INDEX_MRTD,
	CVM_REGISTER_INDEX_RTMR0,
	CVM_REGISTER_INDEX_RTMR1,
	CVM_REGISTER_INDEX_RTMR2,
	CVM_REGISTER_INDEX_RTMR3,
	CVM_REGISTER_INDEX_MRCONFIGID,
	CVM_REGISTER_INDEX_MROWNER,
	CVM_REGISTER_INDEX_MROWNERCONFIG,
	CVM_REGISTER_INDEX_SERVTD_HASH,
	CVM_REGISTER_INDEX_MRSEAM,
	CVM_REGISTER_INDEX_MRSIGNERSEAM,
	CVM_REGISTERS,
};

#define CVM_REGISTER_OF_RTMR(n) (CVM_REGISTER_INDEX_RTMR0 + (n))

/* "mrtd", "rtmr0" and so on. */
const char *cvm_register_name(enum cvm_register_index index);
/* -EOPNOTSUPP on a platform without registers. @device as in struct cvm_attest_request. */
int cvm_register_read(const char *device, enum cvm_register_index index, uint8_t value[48],
		      struct cvm_error *err);
/* RTMR2 and RTMR3 only; needs CAP_SYS_ADMIN. */
int cvm_register_extend(const char *device, unsigned int rtmr, const uint8_t digest[48],
			struct cvm_error *err);

/* ---- on the guest: memory acceptance ---- */

/**
 * struct cvm_zone - a zone of the kernel's page allocator
 * @name: for example "Normal"
 * @total: bytes the allocator manages
 * @unaccepted: bytes of them that are not accepted yet
 */
struct cvm_zone {
	char name[16];
	uint64_t total;
	uint64_t unaccepted;
};

#define CVM_ZONES_MAX 8

/**
 * struct cvm_node - memory of one NUMA node
 * @node: its number
 * @total: bytes the allocator manages
 * @unaccepted: bytes of them that are not accepted yet
 * @zones: of the node
 * @n_zones: number of @zones
 */
struct cvm_node {
	uint32_t node;
	uint64_t total;
	uint64_t unaccepted;
	struct cvm_zone zones[CVM_ZONES_MAX];
	size_t n_zones;
};

/* Takes one node; another value than 0 ends the dump and is returned. */
typedef int (*cvm_node_use)(void *ctx, const struct cvm_node *node);
int cvm_memory_nodes(cvm_node_use use, void *ctx, struct cvm_error *err);

/**
 * struct cvm_extent - a run of memory that is alike
 * @start: physical address
 * @length: bytes
 * @node: NUMA node, -1 for a hole
 * @state: accepted, not accepted, no memory, or memory that came after boot
 * @shared: bytes of it that the guest's page tables share with the host
 */
struct cvm_extent {
	uint64_t start;
	uint64_t length;
	int node;
	enum {
		CVM_EXTENT_ACCEPTED,
		CVM_EXTENT_UNACCEPTED,
		CVM_EXTENT_HOLE,
		CVM_EXTENT_ADDED,
	} state;
	uint64_t shared;
};

typedef int (*cvm_extent_use)(void *ctx, const struct cvm_extent *extent);
/* @device is the path of the char device, NULL for /dev/cvm. */
int cvm_memory_map(const char *device, cvm_extent_use use, void *ctx, struct cvm_error *err);

#define CVM_LATENCY_BUCKETS_MAX 32
#define CVM_GAPS_MAX		8

/**
 * struct cvm_latency - how long acceptances took
 * @count: of them
 * @total_ns: sum
 * @worst_ns: longest
 * @buckets: the first counts those below 1 us, number n those from 2^(n-1) us to below
 *	2^n us, the last those and longer ones
 * @n_buckets: number of @buckets
 */
struct cvm_latency {
	uint64_t count;
	uint64_t total_ns;
	uint64_t worst_ns;
	uint64_t buckets[CVM_LATENCY_BUCKETS_MAX];
	size_t n_buckets;
};

/**
 * struct cvm_gap - memory that came after boot
 * @start: physical address
 * @length: bytes
 */
struct cvm_gap {
	uint64_t start;
	uint64_t length;
};

/**
 * struct cvm_acceptance - acceptance as a whole, and the job of early acceptance
 * @lazy: this kernel can leave memory unaccepted
 * @chunk: bytes that are accepted at once
 * @unaccepted: bytes that are not accepted now
 * @unaccepted_at_load: bytes that were not when the module was loaded
 * @accepted_ever: bytes that the module had accepted since then
 * @has_table: the firmware left a table
 * @table_wrong: why the table cannot be used, "" when it can
 * @table_base: first address the table tells of
 * @table_length: bytes it tells of
 * @table_unit: bytes a bit stands for
 * @table_unaccepted: bytes whose bits are set
 * @added: bytes of memory that came after boot, which the kernel does not accept
 * @gaps: where that memory lies, the first ranges
 * @n_gaps: number of @gaps
 * @threads: of the job, 0 when none is running
 * @paused: of them wait for memory to become available
 * @end: how the last job ended: "done", "amount", "stopped", "stuck"; "" when none has
 * @amount: bytes that the job shall accept, UINT64_MAX for all
 * @rate: bytes a second at most, 0 for no limit
 * @accepted: bytes, by the job
 * @raced: chunks that somebody else accepted first
 * @refused: times that a chunk could not be taken
 * @elapsed_ns: of the job so far, or in all
 * @traced: the kernel's own acceptances are measured
 * @early: latencies of the module's acceptances, a chunk each
 * @on_demand: latencies of the kernel's
 */
struct cvm_acceptance {
	bool lazy;
	uint64_t chunk;
	uint64_t unaccepted;
	uint64_t unaccepted_at_load;
	uint64_t accepted_ever;
	bool has_table;
	char table_wrong[64];
	uint64_t table_base;
	uint64_t table_length;
	uint64_t table_unit;
	uint64_t table_unaccepted;
	uint64_t added;
	struct cvm_gap gaps[CVM_GAPS_MAX];
	size_t n_gaps;
	uint32_t threads;
	uint32_t paused;
	char end[16];
	uint64_t amount;
	uint64_t rate;
	uint64_t accepted;
	uint64_t raced;
	uint64_t refused;
	uint64_t elapsed_ns;
	bool traced;
	struct cvm_latency early;
	struct cvm_latency on_demand;
};

int cvm_acceptance_get(struct cvm_acceptance *acceptance, struct cvm_error *err);

/**
 * struct cvm_accept_request - what to accept early, and how gently
 * @nodes: whose memory
 * @n_nodes: number of @nodes, 0 for all
 * @amount: bytes at most, UINT64_MAX for all
 * @rate: bytes a second at most, 0 for no limit, UINT64_MAX for the module's default
 * @floor: pause while less is available, UINT64_MAX for the module's default
 */
struct cvm_accept_request {
	const uint32_t *nodes;
	size_t n_nodes;
	uint64_t amount;
	uint64_t rate;
	uint64_t floor;
};

/* Both need CAP_NET_ADMIN. -EBUSY while a job is running. */
int cvm_accept_start(const struct cvm_accept_request *request, struct cvm_error *err);
int cvm_accept_stop(struct cvm_error *err);

/*
 * Events of acceptance: @use gets each, until it returns another value than 0, which is
 * returned. Every @idle_ms without an event it gets NULL.
 */
typedef int (*cvm_accept_use)(void *ctx, const struct cvm_acceptance *acceptance);
int cvm_accept_watch(cvm_accept_use use, void *ctx, int idle_ms, struct cvm_error *err);

#ifdef __cplusplus
}
#endif

#endif /* LIBCVM_GUEST_H */
