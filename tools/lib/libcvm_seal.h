/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * On the guest: seals, digests of pages that must not change.
 * Part of libcvm.h, which is what programs include.
 */
#ifndef LIBCVM_SEAL_H
#define LIBCVM_SEAL_H

#include "libcvm_error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CVM_SEAL_DIGEST	   32
#define CVM_SEAL_NAME	   56
#define CVM_SEAL_PAGE_SIZE 4096

/**
 * enum cvm_sealed - what a seal is of; values are those of kmod/uapi/cvm_seal.h
 * @CVM_SEALED_KERNEL_RODATA: constants of the kernel's image; never change after boot
 * @CVM_SEALED_KERNEL_TEXT: code of the kernel's image, which patches itself
 * @CVM_SEALED_MODULE: code and constants of a loaded module
 * @CVM_SEALED_RANGE: any other pages of the kernel
 * @CVM_SEALED_PROCESS: what a process maps readable and not writable
 */
enum cvm_sealed {
	CVM_SEALED_KERNEL_RODATA = 1,
	CVM_SEALED_KERNEL_TEXT,
	CVM_SEALED_MODULE,
	CVM_SEALED_RANGE,
	CVM_SEALED_PROCESS,
};

/**
 * enum cvm_seal_finding - what a check found, from best to worst; values as above
 * @CVM_SEAL_IS_INTACT: as it was
 * @CVM_SEAL_IS_PATCHED: differs at places only where the kernel patches its own code
 * @CVM_SEAL_IS_TEXT_CHANGED: code of the kernel's image differs, by whom cannot be told
 * @CVM_SEAL_IS_CHANGED: differs
 * @CVM_SEAL_IS_MISSING: a page is not mapped, not private or not readable any more
 * @CVM_SEAL_IS_GONE: the module is unloaded, or the process has ended
 */
enum cvm_seal_finding {
	CVM_SEAL_IS_INTACT = 0,
	CVM_SEAL_IS_PATCHED,
	CVM_SEAL_IS_TEXT_CHANGED,
	CVM_SEAL_IS_CHANGED,
	CVM_SEAL_IS_MISSING,
	CVM_SEAL_IS_GONE,
};

/* "kernel-rodata", "intact" and so on; "?" for unknown values. */
const char *cvm_seal_kind_name(uint32_t kind);
const char *cvm_seal_state_name(uint32_t state);

/**
 * struct cvm_seal_request - what to seal
 * @kind: &enum cvm_sealed
 * @exec: of a process, executable mappings only
 * @keep: keep the bytes too, of at most 16 pages, for cvm_seal_bytes()
 * @pid: of a process
 * @start: virtual address of the kernel, of kernel rodata, text and range
 * @length: bytes from there; both are multiples of the page size
 * @name: of a module, or what to call a range; NULL for none
 */
struct cvm_seal_request {
	uint32_t kind;
	bool exec;
	bool keep;
	int32_t pid;
	uint64_t start;
	uint64_t length;
	const char *name;
};

/**
 * struct cvm_seal - a seal, and what its last check found
 * @id: its number
 * @kind: &enum cvm_sealed
 * @state: &enum cvm_seal_finding
 * @exec: of a process, executable mappings only
 * @keep: its bytes are kept
 * @pid: of a process
 * @generation: 1, and one more for each rebase
 * @start: virtual address of its first page
 * @pages: that it has
 * @changed: pages that were read and differ, in any way
 * @patched: of them, those that differ only where the kernel patches its own code
 * @missing: pages that could not be read, which are not in @changed
 * @created: nanoseconds since 1970
 * @rebased: of the last rebase, or @created
 * @checked: of the last check, or @rebased
 * @name: of the module, of the process, or as given
 * @root: digest of what was sealed
 * @now: digest of what was there at the last check
 * @previous: digest of the seal before the last rebase, zero before the first
 */
struct cvm_seal {
	uint32_t id;
	uint32_t kind;
	uint32_t state;
	bool exec;
	bool keep;
	int32_t pid;
	uint32_t generation;
	uint64_t start;
	uint64_t pages;
	uint64_t changed;
	uint64_t patched;
	uint64_t missing;
	uint64_t created;
	uint64_t rebased;
	uint64_t checked;
	char name[CVM_SEAL_NAME];
	uint8_t root[CVM_SEAL_DIGEST];
	uint8_t now[CVM_SEAL_DIGEST];
	uint8_t previous[CVM_SEAL_DIGEST];
};

/**
 * struct cvm_sealed_page - a page that differed at the last check
 * @index: of the page in its seal
 * @address: virtual
 * @state: &enum cvm_seal_finding
 * @writable: the mapping allows to write
 * @sealed: its digest in the seal
 * @now: its digest at the last check, zero when it was missing
 */
struct cvm_sealed_page {
	uint64_t index;
	uint64_t address;
	uint32_t state;
	bool writable;
	uint8_t sealed[CVM_SEAL_DIGEST];
	uint8_t now[CVM_SEAL_DIGEST];
};

/*
 * All need CAP_SYS_ADMIN. @device is the path of the char device, NULL for /dev/cvm. No seal
 * of that number is -ENOENT. kmod/uapi/cvm_seal.h tells what else may go wrong.
 */
int cvm_seal_add(const char *device, const struct cvm_seal_request *request, uint32_t *id,
		 struct cvm_error *err);
int cvm_seal_get(const char *device, uint32_t id, struct cvm_seal *seal, struct cvm_error *err);
/* The first whose number is greater than @id: 0, or 1 when there is none. */
int cvm_seal_next(const char *device, uint32_t id, struct cvm_seal *seal, struct cvm_error *err);
/* Reads all pages again, and tells what is there now. */
int cvm_seal_check(const char *device, uint32_t id, struct cvm_seal *seal, struct cvm_error *err);
/* Makes what is there now the seal; -ESTALE when it is gone. */
int cvm_seal_rebase(const char *device, uint32_t id, struct cvm_seal *seal, struct cvm_error *err);
int cvm_seal_remove(const char *device, uint32_t id, struct cvm_error *err);
/*
 * One digest of what was there at the last check of each of @count seals, for
 * cvm_seal_to_report_data(). Check all first.
 */
int cvm_seal_root(const char *device, uint8_t root[CVM_SEAL_DIGEST], uint32_t *count,
		  struct cvm_error *err);

/* Takes one page; another value than 0 ends the walk and is returned. */
typedef int (*cvm_sealed_page_use)(void *ctx, const struct cvm_sealed_page *page);
int cvm_seal_pages(const char *device, uint32_t id, cvm_sealed_page_use use, void *ctx,
		   struct cvm_error *err);
/* A page as it was sealed, and as it was at the last check; -ENODATA unless it was kept. */
int cvm_seal_bytes(const char *device, uint32_t id, uint32_t index,
		   uint8_t sealed[CVM_SEAL_PAGE_SIZE], uint8_t now[CVM_SEAL_PAGE_SIZE],
		   struct cvm_error *err);

/*
 * Where this kernel's constants or code lie: whole pages, by /proc/kallsyms. -ENXIO when it
 * hides addresses from the caller.
 */
int cvm_seal_image(enum cvm_sealed kind, uint64_t *start, uint64_t *length, struct cvm_error *err);

#ifdef __cplusplus
}
#endif

#endif /* LIBCVM_SEAL_H */
