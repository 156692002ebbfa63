/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/cvm.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_CVM_H
#define _UAPI_LINUX_CVM_H

#define CVM_FAMILY_NAME		"cvm"
#define CVM_FAMILY_VERSION	1

/**
 * enum cvm_vendor - Technology that protects this guest.
 */
enum cvm_vendor {
	CVM_VENDOR_AMD_SEV = 1,
	CVM_VENDOR_INTEL_TDX,
};

/**
 * enum cvm_feature_source - Where a fact about the platform was read.
 * @CVM_FEATURE_SOURCE_KERNEL: cc_platform_has() of the running kernel.
 * @CVM_FEATURE_SOURCE_REGISTER: A CPU register or instruction that the host
 *   cannot forge.
 * @CVM_FEATURE_SOURCE_CPUID: CPUID as the guest sees it.
 */
enum cvm_feature_source {
	CVM_FEATURE_SOURCE_KERNEL,
	CVM_FEATURE_SOURCE_REGISTER,
	CVM_FEATURE_SOURCE_CPUID,
};

/**
 * enum cvm_accept_end - How a job of early acceptance ended, from best to
 *   worst.
 * @CVM_ACCEPT_END_DONE: Nothing is left to accept on its nodes.
 * @CVM_ACCEPT_END_AMOUNT: The amount that was asked for is accepted.
 * @CVM_ACCEPT_END_STOPPED: Somebody stopped it, or the machine went down.
 * @CVM_ACCEPT_END_STUCK: The rest could not be taken out of the page
 *   allocator.
 */
enum cvm_accept_end {
	CVM_ACCEPT_END_DONE,
	CVM_ACCEPT_END_AMOUNT,
	CVM_ACCEPT_END_STOPPED,
	CVM_ACCEPT_END_STUCK,
};

/**
 * enum cvm_latency_kind - Whose acceptances a histogram counts.
 * @CVM_LATENCY_KIND_EARLY: This module's, a chunk each.
 * @CVM_LATENCY_KIND_ON_DEMAND: The kernel's own, when memory was needed.
 */
enum cvm_latency_kind {
	CVM_LATENCY_KIND_EARLY,
	CVM_LATENCY_KIND_ON_DEMAND,
};

/**
 * enum cvm_page_use - What a page is used for. All but the named ranges
 *   (swiotlb to label) follows from its struct page, which changes while it is
 *   read.
 * @CVM_PAGE_USE_KERNEL: In use by the kernel, for what cannot be told.
 * @CVM_PAGE_USE_RESERVED: Never given to the page allocator, boot memory or
 *   the kernel's image.
 * @CVM_PAGE_USE_FREE: In the page allocator.
 * @CVM_PAGE_USE_PERCPU_FREE: On a list of free pages of a CPU.
 * @CVM_PAGE_USE_MAYBE_FREE: Without a reference, on no list, and no part of a
 *   larger block that has one.
 * @CVM_PAGE_USE_SLAB: In the slab allocator.
 * @CVM_PAGE_USE_ANONYMOUS: Memory of a process.
 * @CVM_PAGE_USE_FILE: Contents of a file.
 * @CVM_PAGE_USE_PAGE_TABLE: Part of a page table.
 * @CVM_PAGE_USE_OFFLINE: Taken by a balloon or a hotplug driver.
 * @CVM_PAGE_USE_POISONED: Taken out of use after a memory error.
 * @CVM_PAGE_USE_SWIOTLB: The pool of bounce buffers, by the kernel's own
 *   bounds.
 * @CVM_PAGE_USE_GHCB: A CPU's GHCB, by its register C001_0130h.
 * @CVM_PAGE_USE_DMA_POOL: The pool of coherent memory for atomic context, by
 *   an allocation out of it.
 * @CVM_PAGE_USE_IMAGE: Code or constants of the kernel, by a label of the
 *   caller.
 */
enum cvm_page_use {
	CVM_PAGE_USE_KERNEL,
	CVM_PAGE_USE_RESERVED,
	CVM_PAGE_USE_FREE,
	CVM_PAGE_USE_PERCPU_FREE,
	CVM_PAGE_USE_MAYBE_FREE,
	CVM_PAGE_USE_SLAB,
	CVM_PAGE_USE_ANONYMOUS,
	CVM_PAGE_USE_FILE,
	CVM_PAGE_USE_PAGE_TABLE,
	CVM_PAGE_USE_OFFLINE,
	CVM_PAGE_USE_POISONED,
	CVM_PAGE_USE_SWIOTLB,
	CVM_PAGE_USE_GHCB,
	CVM_PAGE_USE_DMA_POOL,
	CVM_PAGE_USE_IMAGE,
};

/**
 * enum cvm_page_state - What the kernel's page tables say of a page.
 * @CVM_PAGE_STATE_PRIVATE: The host cannot read it.
 * @CVM_PAGE_STATE_SHARED: The host can read and write it.
 * @CVM_PAGE_STATE_UNMAPPED: Not in the kernel's direct map, so that its state
 *   is not known.
 * @CVM_PAGE_STATE_UNACCEPTED: On the page allocator's list of memory that is
 *   not accepted yet.
 * @CVM_PAGE_STATE_OFFLINE: No memory, or not online.
 */
enum cvm_page_state {
	CVM_PAGE_STATE_PRIVATE,
	CVM_PAGE_STATE_SHARED,
	CVM_PAGE_STATE_UNMAPPED,
	CVM_PAGE_STATE_UNACCEPTED,
	CVM_PAGE_STATE_OFFLINE,
};

/**
 * enum cvm_page_verdict - What an audit says of a shared page, or of what
 *   should have told of it.
 * @CVM_PAGE_VERDICT_NONE: Not shared, nothing to say.
 * @CVM_PAGE_VERDICT_OK_KNOWN: Of a kind that must be shared, or shared since
 *   before the module was loaded and in use by the kernel.
 * @CVM_PAGE_VERDICT_OK_OWNED: Shared by somebody whom the ledger names, and in
 *   use by the kernel.
 * @CVM_PAGE_VERDICT_LEAK: Shared and free. Who gets it next shows its data to
 *   the host.
 * @CVM_PAGE_VERDICT_SUSPECT: Shared, and nobody seems to use it.
 * @CVM_PAGE_VERDICT_BAD_USE: Shared, and in a use that is never meant for the
 *   host.
 * @CVM_PAGE_VERDICT_STRAY: Shared after the module was loaded, and the ledger
 *   does not know by whom.
 * @CVM_PAGE_VERDICT_ALIAS_MISMATCH: Two mappings, of the kernel or of a
 *   process, disagree whether the page is shared.
 * @CVM_PAGE_VERDICT_UNKNOWN_STATE: A conversion failed. Nobody knows the
 *   state, so nobody may use the page.
 * @CVM_PAGE_VERDICT_TRACER_SILENCED: A conversion of the module's own page did
 *   not reach the ledger.
 * @CVM_PAGE_VERDICT_REPLACED: The host took a private page away and put
 *   another in its place, which this guest has not accepted.
 */
enum cvm_page_verdict {
	CVM_PAGE_VERDICT_NONE,
	CVM_PAGE_VERDICT_OK_KNOWN,
	CVM_PAGE_VERDICT_OK_OWNED,
	CVM_PAGE_VERDICT_LEAK,
	CVM_PAGE_VERDICT_SUSPECT,
	CVM_PAGE_VERDICT_BAD_USE,
	CVM_PAGE_VERDICT_STRAY,
	CVM_PAGE_VERDICT_ALIAS_MISMATCH,
	CVM_PAGE_VERDICT_UNKNOWN_STATE,
	CVM_PAGE_VERDICT_TRACER_SILENCED,
	CVM_PAGE_VERDICT_REPLACED,
};

/**
 * enum cvm_confidence - How sure a finding is.
 * @CVM_CONFIDENCE_LOW: It may well be nothing.
 * @CVM_CONFIDENCE_MEDIUM: More likely than not.
 * @CVM_CONFIDENCE_HIGH: There is no other explanation.
 */
enum cvm_confidence {
	CVM_CONFIDENCE_LOW,
	CVM_CONFIDENCE_MEDIUM,
	CVM_CONFIDENCE_HIGH,
};

/**
 * enum cvm_tracer - How the ledger learns of conversions.
 * @CVM_TRACER_NONE: Not at all.
 * @CVM_TRACER_FPROBE: Function probes of ftrace.
 * @CVM_TRACER_KRETPROBE: Kernel probes at entry and return.
 */
enum cvm_tracer {
	CVM_TRACER_NONE,
	CVM_TRACER_FPROBE,
	CVM_TRACER_KRETPROBE,
};

enum {
	CVM_A_PLATFORM_VENDOR = 1,
	CVM_A_PLATFORM_SEV_STATUS,
	CVM_A_PLATFORM_FEATURE,
	CVM_A_PLATFORM_VMPL,
	CVM_A_PLATFORM_C_BIT,
	CVM_A_PLATFORM_ATTESTATION,
	CVM_A_PLATFORM_MODULE_VERSION,
	CVM_A_PLATFORM_FEATURES_WORD,
	CVM_A_PLATFORM_PAD,
	CVM_A_PLATFORM_TD_ATTRIBUTES,
	CVM_A_PLATFORM_XFAM,
	CVM_A_PLATFORM_TD_CTLS,
	CVM_A_PLATFORM_TDX_VERSION,

	__CVM_A_PLATFORM_MAX,
	CVM_A_PLATFORM_MAX = (__CVM_A_PLATFORM_MAX - 1)
};

enum {
	CVM_A_FEATURE_NAME = 1,
	CVM_A_FEATURE_ACTIVE,
	CVM_A_FEATURE_SOURCE,

	__CVM_A_FEATURE_MAX,
	CVM_A_FEATURE_MAX = (__CVM_A_FEATURE_MAX - 1)
};

enum {
	CVM_A_ATTESTATION_SUPPORTED = 1,
	CVM_A_ATTESTATION_DEVICE,
	CVM_A_ATTESTATION_OWNER,
	CVM_A_ATTESTATION_USABLE,
	CVM_A_ATTESTATION_VMPCK,
	CVM_A_ATTESTATION_KEY_DESTROYED,

	__CVM_A_ATTESTATION_MAX,
	CVM_A_ATTESTATION_MAX = (__CVM_A_ATTESTATION_MAX - 1)
};

enum {
	CVM_A_ZONE_NAME = 1,
	CVM_A_ZONE_TOTAL,
	CVM_A_ZONE_UNACCEPTED,
	CVM_A_ZONE_PAD,

	__CVM_A_ZONE_MAX,
	CVM_A_ZONE_MAX = (__CVM_A_ZONE_MAX - 1)
};

enum {
	CVM_A_MEMORY_NODE = 1,
	CVM_A_MEMORY_TOTAL,
	CVM_A_MEMORY_UNACCEPTED,
	CVM_A_MEMORY_ZONE,
	CVM_A_MEMORY_PAD,

	__CVM_A_MEMORY_MAX,
	CVM_A_MEMORY_MAX = (__CVM_A_MEMORY_MAX - 1)
};

enum {
	CVM_A_TABLE_WRONG = 1,
	CVM_A_TABLE_BASE,
	CVM_A_TABLE_LENGTH,
	CVM_A_TABLE_UNIT,
	CVM_A_TABLE_UNACCEPTED,
	CVM_A_TABLE_PAD,

	__CVM_A_TABLE_MAX,
	CVM_A_TABLE_MAX = (__CVM_A_TABLE_MAX - 1)
};

enum {
	CVM_A_GAP_START = 1,
	CVM_A_GAP_LENGTH,
	CVM_A_GAP_PAD,

	__CVM_A_GAP_MAX,
	CVM_A_GAP_MAX = (__CVM_A_GAP_MAX - 1)
};

enum {
	CVM_A_LATENCY_KIND = 1,
	CVM_A_LATENCY_COUNT,
	CVM_A_LATENCY_TOTAL,
	CVM_A_LATENCY_WORST,
	CVM_A_LATENCY_BUCKETS,
	CVM_A_LATENCY_PAD,

	__CVM_A_LATENCY_MAX,
	CVM_A_LATENCY_MAX = (__CVM_A_LATENCY_MAX - 1)
};

enum {
	CVM_A_ACCEPT_LAZY = 1,
	CVM_A_ACCEPT_CHUNK,
	CVM_A_ACCEPT_TABLE,
	CVM_A_ACCEPT_NODE,
	CVM_A_ACCEPT_AMOUNT,
	CVM_A_ACCEPT_RATE,
	CVM_A_ACCEPT_FLOOR,
	CVM_A_ACCEPT_THREADS,
	CVM_A_ACCEPT_PAUSED,
	CVM_A_ACCEPT_END,
	CVM_A_ACCEPT_ACCEPTED,
	CVM_A_ACCEPT_RACED,
	CVM_A_ACCEPT_REFUSED,
	CVM_A_ACCEPT_ELAPSED,
	CVM_A_ACCEPT_ACCEPTED_EVER,
	CVM_A_ACCEPT_UNACCEPTED,
	CVM_A_ACCEPT_UNACCEPTED_AT_LOAD,
	CVM_A_ACCEPT_TRACED,
	CVM_A_ACCEPT_LATENCY,
	CVM_A_ACCEPT_PAD,
	CVM_A_ACCEPT_ADDED,
	CVM_A_ACCEPT_GAP,

	__CVM_A_ACCEPT_MAX,
	CVM_A_ACCEPT_MAX = (__CVM_A_ACCEPT_MAX - 1)
};

enum {
	CVM_A_USE_COUNT_USE = 1,
	CVM_A_USE_COUNT_PAGES,
	CVM_A_USE_COUNT_PAD,

	__CVM_A_USE_COUNT_MAX,
	CVM_A_USE_COUNT_MAX = (__CVM_A_USE_COUNT_MAX - 1)
};

enum {
	CVM_A_LABEL_NAME = 1,
	CVM_A_LABEL_START,
	CVM_A_LABEL_LENGTH,
	CVM_A_LABEL_IMAGE,
	CVM_A_LABEL_PAD,

	__CVM_A_LABEL_MAX,
	CVM_A_LABEL_MAX = (__CVM_A_LABEL_MAX - 1)
};

enum {
	CVM_A_LEDGER_TRACER = 1,
	CVM_A_LEDGER_CONVERSIONS,
	CVM_A_LEDGER_MISSED,
	CVM_A_LEDGER_LOST,
	CVM_A_LEDGER_RECONCILED,
	CVM_A_LEDGER_PAD,

	__CVM_A_LEDGER_MAX,
	CVM_A_LEDGER_MAX = (__CVM_A_LEDGER_MAX - 1)
};

enum {
	CVM_A_AUDIT_ENCRYPTED = 1,
	CVM_A_AUDIT_REFUSED,
	CVM_A_AUDIT_RUNNING,
	CVM_A_AUDIT_PROGRESS,
	CVM_A_AUDIT_PASSES,
	CVM_A_AUDIT_STARTED,
	CVM_A_AUDIT_ELAPSED,
	CVM_A_AUDIT_WALKED,
	CVM_A_AUDIT_PRIVATE,
	CVM_A_AUDIT_SHARED,
	CVM_A_AUDIT_UNMAPPED,
	CVM_A_AUDIT_UNACCEPTED,
	CVM_A_AUDIT_ALIASES,
	CVM_A_AUDIT_USE_COUNT,
	CVM_A_AUDIT_FINDINGS,
	CVM_A_AUDIT_DROPPED,
	CVM_A_AUDIT_CANCELLED,
	CVM_A_AUDIT_LEDGER,
	CVM_A_AUDIT_LABEL,
	CVM_A_AUDIT_RATE,
	CVM_A_AUDIT_PAD,
	CVM_A_AUDIT_PROCESSES,
	CVM_A_AUDIT_HARDWARE,
	CVM_A_AUDIT_HARDWARE_ASKED,
	CVM_A_AUDIT_HARDWARE_FAILED,
	CVM_A_AUDIT_HARDWARE_REFUSED,

	__CVM_A_AUDIT_MAX,
	CVM_A_AUDIT_MAX = (__CVM_A_AUDIT_MAX - 1)
};

enum {
	CVM_A_CONVERSION_SEQ = 1,
	CVM_A_CONVERSION_TIME,
	CVM_A_CONVERSION_START,
	CVM_A_CONVERSION_LENGTH,
	CVM_A_CONVERSION_SHARED,
	CVM_A_CONVERSION_ERROR,
	CVM_A_CONVERSION_PID,
	CVM_A_CONVERSION_COMM,
	CVM_A_CONVERSION_CALLER,
	CVM_A_CONVERSION_STACK,
	CVM_A_CONVERSION_PAD,

	__CVM_A_CONVERSION_MAX,
	CVM_A_CONVERSION_MAX = (__CVM_A_CONVERSION_MAX - 1)
};

enum {
	CVM_A_OWNER_BEFORE_LOAD = 1,
	CVM_A_OWNER_TIME,
	CVM_A_OWNER_ERROR,
	CVM_A_OWNER_PID,
	CVM_A_OWNER_COMM,
	CVM_A_OWNER_CALLER,
	CVM_A_OWNER_STACK,
	CVM_A_OWNER_PAD,

	__CVM_A_OWNER_MAX,
	CVM_A_OWNER_MAX = (__CVM_A_OWNER_MAX - 1)
};

enum {
	CVM_A_FINDING_ID = 1,
	CVM_A_FINDING_VERDICT,
	CVM_A_FINDING_CONFIDENCE,
	CVM_A_FINDING_START,
	CVM_A_FINDING_LENGTH,
	CVM_A_FINDING_USE,
	CVM_A_FINDING_LABEL,
	CVM_A_FINDING_FIRST_SEEN,
	CVM_A_FINDING_OWNER,
	CVM_A_FINDING_PAD,
	CVM_A_FINDING_PID,
	CVM_A_FINDING_COMM,

	__CVM_A_FINDING_MAX,
	CVM_A_FINDING_MAX = (__CVM_A_FINDING_MAX - 1)
};

enum {
	CVM_CMD_PLATFORM_GET = 1,
	CVM_CMD_MEMORY_GET,
	CVM_CMD_ACCEPT_GET,
	CVM_CMD_ACCEPT_START,
	CVM_CMD_ACCEPT_STOP,
	CVM_CMD_ACCEPT_NTF,
	CVM_CMD_AUDIT_GET,
	CVM_CMD_AUDIT_RUN,
	CVM_CMD_AUDIT_STOP,
	CVM_CMD_AUDIT_NTF,
	CVM_CMD_FINDING_GET,
	CVM_CMD_FINDING_NTF,
	CVM_CMD_LEDGER_GET,
	CVM_CMD_LEDGER_NTF,

	__CVM_CMD_MAX,
	CVM_CMD_MAX = (__CVM_CMD_MAX - 1)
};

#define CVM_MCGRP_MEMORY	"memory"
#define CVM_MCGRP_AUDIT		"audit"
#define CVM_MCGRP_LEDGER	"ledger"

#endif /* _UAPI_LINUX_CVM_H */
