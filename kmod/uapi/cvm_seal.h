/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/*
 * /dev/cvm: seals, digests of pages that must not change. What cvm.h says of structures and
 * commands holds here too.
 */
#ifndef _UAPI_CVM_SEAL_H
#define _UAPI_CVM_SEAL_H

#include "cvm.h"

#define CVM_SEAL_DIGEST_SIZE	32
#define CVM_SEAL_NAME_SIZE	56

/* cvm_seal_add.flags */
#define CVM_SEAL_EXEC		0x1
#define CVM_SEAL_KEEP		0x2

/* Most pages that CVM_SEAL_KEEP copies */
#define CVM_SEAL_KEEP_MAX	16

/* cvm_seal_info.flags */
#define CVM_SEAL_NEXT		0x1

/**
 * enum cvm_seal_kind - what a seal is of
 * @CVM_SEAL_KERNEL_RODATA: constants of the kernel's image; never change after boot
 * @CVM_SEAL_KERNEL_TEXT: code of the kernel's image, which patches itself (alternatives,
 *	static keys and calls, ftrace, kprobes)
 * @CVM_SEAL_MODULE: code and constants of a loaded module
 * @CVM_SEAL_RANGE: any other pages of the kernel
 * @CVM_SEAL_PROCESS: what a process maps readable and not writable
 */
enum cvm_seal_kind {
	CVM_SEAL_KERNEL_RODATA	= 1,
	CVM_SEAL_KERNEL_TEXT	= 2,
	CVM_SEAL_MODULE		= 3,
	CVM_SEAL_RANGE		= 4,
	CVM_SEAL_PROCESS	= 5,
};

/**
 * enum cvm_seal_state - how what is there compares with the seal, from best to worst
 * @CVM_SEAL_INTACT: as it was
 * @CVM_SEAL_PATCHED: differs at places only where the kernel patches its own code
 * @CVM_SEAL_TEXT_CHANGED: code of the kernel's image differs, by whom cannot be told
 * @CVM_SEAL_CHANGED: differs
 * @CVM_SEAL_MISSING: a page is not mapped, not private or not readable any more
 * @CVM_SEAL_GONE: the module is unloaded, or the process has ended
 */
enum cvm_seal_state {
	CVM_SEAL_INTACT		= 0,
	CVM_SEAL_PATCHED	= 1,
	CVM_SEAL_TEXT_CHANGED	= 2,
	CVM_SEAL_CHANGED	= 3,
	CVM_SEAL_MISSING	= 4,
	CVM_SEAL_GONE		= 5,
};

/**
 * struct cvm_seal_add - CVM_SEAL_ADD: take the digest of pages that must not change
 * @size: in: sizeof(struct cvm_seal_add)
 * @flags: in: CVM_SEAL_EXEC: of a process, executable mappings only; CVM_SEAL_KEEP: keep the
 *	bytes too, of at most CVM_SEAL_KEEP_MAX pages, for CVM_SEAL_BYTES
 * @kind: in: &enum cvm_seal_kind
 * @pid: in: of a process, in the caller's PID namespace; else 0
 * @start: in: virtual address of the kernel, of kernel rodata, text and range; else 0
 * @length: in: bytes from there; both are multiples of the page size
 * @name: in: of a module, or what to call a range; NUL terminated
 * @id: out: number of the seal
 * @reserved: in: must be 0
 *
 * Needs CAP_SYS_ADMIN, a process also CAP_SYS_PTRACE. A range, and CVM_SEAL_KEEP, are
 * refused in a kernel that is locked down for confidentiality: a digest of chosen pages
 * tells whether they are equal to what they were, and the bytes tell all.
 *
 * Return: 0; -EINVAL for a bad field; -E2BIG for a tail this kernel does not know, or more
 * pages than a seal may have; -EPERM; -ENOENT when there is no such module; -ESRCH when
 * there is no such process; -EFAULT when a page is not mapped, not memory or not accepted, or
 * the number cannot be written (nothing is sealed then);
 * -EACCES when a page is shared with the host, or, of the kernel's image, writable;
 * -ENODATA when a process maps nothing of that kind; -ENOSPC when there are too many seals;
 * -EOPNOTSUPP where page tables do not tell shared pages (audit-get tells why); -EINTR when
 * killed.
 */
struct cvm_seal_add {
	__u32 size;
	__u32 flags;
	__u32 kind;
	__s32 pid;
	__u64 start;
	__u64 length;
	char  name[CVM_SEAL_NAME_SIZE];
	__u32 id;
	__u32 reserved;
};

/**
 * struct cvm_seal_info - CVM_SEAL_GET, CVM_SEAL_CHECK, CVM_SEAL_REBASE: one seal
 * @size: in: sizeof(struct cvm_seal_info)
 * @flags: in: get: CVM_SEAL_NEXT for the first seal whose number is greater than @id;
 *	else 0
 * @id: in: number of the seal; out: of the one that was found
 * @kind: out: &enum cvm_seal_kind
 * @state: out: &enum cvm_seal_state of the last check
 * @pid: out: of a process
 * @seal_flags: out: flags of CVM_SEAL_ADD
 * @generation: out: 1, and one more for each rebase
 * @start: out: of the first page
 * @pages: out: that it has
 * @changed: out: pages that were read and differed, in any way, at the last check
 * @patched: out: of them, those that differ only where the kernel patches its own code
 * @missing: out: pages that could not be read at the last check, and so are not in @changed
 * @created: out: nanoseconds of the clock of the day
 * @rebased: out: of the last rebase, or @created
 * @checked: out: of the last check, or @rebased
 * @name: out: of the module, of the process, or as given
 * @root: out: of the seal
 * @now: out: of what was there at the last check
 * @previous: out: of the seal before the last rebase, zero before the first
 * @reserved: in: must be 0
 *
 * Check reads all pages again; rebase does, too, and makes what is there the seal. Both tell
 * the outcome. Roots are of a Merkle tree of SHA-256 over a salt that never leaves the
 * kernel, so that they serve for comparing with each other and not for guessing contents:
 *
 *   page  = SHA-256(00h || salt || index, 8 bytes little endian || contents)
 *   node  = SHA-256(01h || left || right), the last one alone goes up as it is
 *   root  = SHA-256(02h || kind, 4 bytes LE || pages, 8 bytes LE || top node)
 *
 * Needs CAP_SYS_ADMIN.
 *
 * Return: 0; -ENOENT when there is no such seal; -EINVAL, -E2BIG for a bad structure;
 * -EPERM; -ESTALE for a rebase of what is gone, -EFAULT and -EACCES as CVM_SEAL_ADD for a
 * rebase of what cannot be read; -EFAULT also when the answer cannot be written, which
 * @generation tells from a rebase that failed; -EINTR when killed, nothing is changed then.
 */
struct cvm_seal_info {
	__u32 size;
	__u32 flags;
	__u32 id;
	__u32 kind;
	__u32 state;
	__s32 pid;
	__u32 seal_flags;
	__u32 generation;
	__u64 start;
	__u64 pages;
	__u64 changed;
	__u64 patched;
	__u64 missing;
	__u64 created;
	__u64 rebased;
	__u64 checked;
	char  name[CVM_SEAL_NAME_SIZE];
	__u8  root[CVM_SEAL_DIGEST_SIZE];
	__u8  now[CVM_SEAL_DIGEST_SIZE];
	__u8  previous[CVM_SEAL_DIGEST_SIZE];
	__u64 reserved;
};

/**
 * struct cvm_seal_page - a page that differed at the last check
 * @index: of the page in its seal
 * @address: virtual
 * @state: &enum cvm_seal_state, PATCHED to MISSING
 * @writable: 1 when the mapping allows to write, 0 when not
 * @sealed: its digest in the seal
 * @now: its digest at the last check, zero when it was missing
 */
struct cvm_seal_page {
	__u64 index;
	__u64 address;
	__u32 state;
	__u32 writable;
	__u8  sealed[CVM_SEAL_DIGEST_SIZE];
	__u8  now[CVM_SEAL_DIGEST_SIZE];
};

/**
 * struct cvm_seal_pages - CVM_SEAL_PAGES: which pages differed at the last check
 * @size: in: sizeof(struct cvm_seal_pages)
 * @flags: in: must be 0
 * @id: in: number of the seal
 * @count: in: length of @pages; out: pages written, 0 at the end
 * @start: in: 0, or what an earlier call returned here; out: where to go on
 * @pages: in: user address of an array of struct cvm_seal_page
 *
 * Needs CAP_SYS_ADMIN.
 *
 * Return: 0; -ENOENT when there is no such seal; -EINVAL, -E2BIG, -EFAULT; -EPERM.
 */
struct cvm_seal_pages {
	__u32 size;
	__u32 flags;
	__u32 id;
	__u32 count;
	__u64 start;
	__u64 pages;
};

/**
 * struct cvm_seal_bytes - CVM_SEAL_BYTES: what a page of a seal with CVM_SEAL_KEEP was
 * @size: in: sizeof(struct cvm_seal_bytes)
 * @flags: in: must be 0
 * @id: in: number of the seal
 * @index: in: of the page
 * @sealed: in: user address that takes the page as it was when it was sealed, or 0
 * @now: in: user address that takes it as it was at the last check, or 0
 *
 * Needs CAP_SYS_ADMIN, and a kernel that is not locked down for confidentiality.
 *
 * Return: 0; -ENOENT when there is no such seal or page; -ENODATA when its bytes are not
 * kept; -EINVAL, -E2BIG, -EFAULT; -EPERM.
 */
struct cvm_seal_bytes {
	__u32 size;
	__u32 flags;
	__u32 id;
	__u32 index;
	__u64 sealed;
	__u64 now;
};

/**
 * struct cvm_seal_root - CVM_SEAL_REMOVE, CVM_SEAL_ROOT: a seal by its number, or all
 * @size: in: sizeof(struct cvm_seal_root)
 * @flags: in: must be 0
 * @id: in: remove: number of the seal; root: must be 0
 * @count: out: root: seals that @root covers
 * @root: out: root: SHA-256(03h || now of each seal in the order of their numbers), each as of
 *	its last check; zero when there are none
 *
 * Needs CAP_SYS_ADMIN. To bind what is there now into evidence, check all seals first.
 *
 * Return: 0; -ENOENT when there is no such seal; -EINVAL, -E2BIG; -EPERM.
 */
struct cvm_seal_root {
	__u32 size;
	__u32 flags;
	__u32 id;
	__u32 count;
	__u8  root[CVM_SEAL_DIGEST_SIZE];
};

#define CVM_SEAL_ADD	_IOWR(CVM_IOC_MAGIC, 0x07, struct cvm_seal_add)
#define CVM_SEAL_GET	_IOWR(CVM_IOC_MAGIC, 0x08, struct cvm_seal_info)
#define CVM_SEAL_CHECK	_IOWR(CVM_IOC_MAGIC, 0x09, struct cvm_seal_info)
#define CVM_SEAL_REBASE	_IOWR(CVM_IOC_MAGIC, 0x0a, struct cvm_seal_info)
#define CVM_SEAL_REMOVE	_IOWR(CVM_IOC_MAGIC, 0x0b, struct cvm_seal_root)
#define CVM_SEAL_ROOT	_IOWR(CVM_IOC_MAGIC, 0x0c, struct cvm_seal_root)
#define CVM_SEAL_PAGES	_IOWR(CVM_IOC_MAGIC, 0x0d, struct cvm_seal_pages)
#define CVM_SEAL_BYTES	_IOWR(CVM_IOC_MAGIC, 0x0e, struct cvm_seal_bytes)

#endif /* _UAPI_CVM_SEAL_H */
