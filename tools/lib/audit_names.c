// SPDX-License-Identifier: LGPL-2.1-or-later
/* The words of the netlink contract for what an audit says. */
#include "cvm_genl.h"
#include "lib.h"

const char *cvm_name_of(const char *const *names, size_t count, uint32_t value)
{
	return value < count && names[value] ? names[value] : "?";
}

const char *cvm_page_use_name(uint32_t use)
{
	static const char *const names[] = {
		[CVM_PAGE_USE_KERNEL] = "kernel",
		[CVM_PAGE_USE_RESERVED] = "reserved",
		[CVM_PAGE_USE_FREE] = "free",
		[CVM_PAGE_USE_PERCPU_FREE] = "percpu-free",
		[CVM_PAGE_USE_MAYBE_FREE] = "maybe-free",
		[CVM_PAGE_USE_SLAB] = "slab",
		[CVM_PAGE_USE_ANONYMOUS] = "anonymous",
		[CVM_PAGE_USE_FILE] = "file",
		[CVM_PAGE_USE_PAGE_TABLE] = "page-table",
		[CVM_PAGE_USE_OFFLINE] = "offline",
		[CVM_PAGE_USE_POISONED] = "poisoned",
		[CVM_PAGE_USE_SWIOTLB] = "swiotlb",
		[CVM_PAGE_USE_GHCB] = "ghcb",
		[CVM_PAGE_USE_DMA_POOL] = "dma-pool",
		[CVM_PAGE_USE_IMAGE] = "image",
	};

	return cvm_name_of(names, ARRAY_SIZE(names), use);
}

const char *cvm_page_state_name(uint32_t state)
{
	static const char *const names[] = {
		[CVM_PAGE_STATE_PRIVATE] = "private",	[CVM_PAGE_STATE_SHARED] = "shared",
		[CVM_PAGE_STATE_UNMAPPED] = "unmapped", [CVM_PAGE_STATE_UNACCEPTED] = "unaccepted",
		[CVM_PAGE_STATE_OFFLINE] = "offline",
	};

	return cvm_name_of(names, ARRAY_SIZE(names), state);
}

const char *cvm_page_verdict_name(uint32_t verdict)
{
	static const char *const names[] = {
		[CVM_PAGE_VERDICT_NONE] = "none",
		[CVM_PAGE_VERDICT_OK_KNOWN] = "ok-known",
		[CVM_PAGE_VERDICT_OK_OWNED] = "ok-owned",
		[CVM_PAGE_VERDICT_LEAK] = "leak",
		[CVM_PAGE_VERDICT_SUSPECT] = "suspect",
		[CVM_PAGE_VERDICT_BAD_USE] = "bad-use",
		[CVM_PAGE_VERDICT_STRAY] = "stray",
		[CVM_PAGE_VERDICT_ALIAS_MISMATCH] = "alias-mismatch",
		[CVM_PAGE_VERDICT_UNKNOWN_STATE] = "unknown-state",
		[CVM_PAGE_VERDICT_TRACER_SILENCED] = "tracer-silenced",
		[CVM_PAGE_VERDICT_REPLACED] = "replaced",
	};

	return cvm_name_of(names, ARRAY_SIZE(names), verdict);
}

const char *cvm_confidence_name(uint32_t confidence)
{
	static const char *const names[] = {
		[CVM_CONFIDENCE_LOW] = "low",
		[CVM_CONFIDENCE_MEDIUM] = "medium",
		[CVM_CONFIDENCE_HIGH] = "high",
	};

	return cvm_name_of(names, ARRAY_SIZE(names), confidence);
}

const char *cvm_tracer_name(uint32_t tracer)
{
	static const char *const names[] = {
		[CVM_TRACER_NONE] = "none",
		[CVM_TRACER_FPROBE] = "fprobe",
		[CVM_TRACER_KRETPROBE] = "kretprobe",
	};

	return cvm_name_of(names, ARRAY_SIZE(names), tracer);
}
