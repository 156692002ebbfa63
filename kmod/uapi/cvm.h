/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/*
 * /dev/cvm: hardware evidence, measurement registers and derived keys of a confidential
 * guest, and maps of its memory.
 *
 * Bulk, secret or blocking requests go through this device. Small facts and
 * notifications go through the generic netlink family "cvm" (cvm_genl.h).
 * Nothing is in both.
 *
 * Every structure begins with its own size as the caller knows it. A kernel
 * that knows a longer structure reads the missing tail as zero; one that knows
 * a shorter structure fails with E2BIG unless the tail it does not know is
 * zero, and never writes past the caller's size. Commands are told apart by
 * type and number; the size encoded in the command is not looked at.
 */
#ifndef _UAPI_CVM_H
#define _UAPI_CVM_H

#include <linux/const.h>
#include <linux/ioctl.h>
#include <linux/types.h>

#define CVM_IOC_MAGIC		0xcf

#define CVM_REPORT_DATA_SIZE	64
#define CVM_OWNER_SIZE		32
#define CVM_KEY_SIZE		32
#define CVM_TDX_DIGEST_SIZE	48
#define CVM_REPORT_MAX		16384
#define CVM_CERTS_MAX		32768

/* cvm_evidence.vmpl: report for the level the guest runs at */
#define CVM_VMPL_CURRENT	0xffffffff

/**
 * enum cvm_format - what CVM_EVIDENCE returns
 * @CVM_FORMAT_ANY: the platform's native evidence
 * @CVM_FORMAT_SNP_REPORT: ATTESTATION_REPORT, AMD SEV-SNP ABI (56860) table 23
 * @CVM_FORMAT_TDX_REPORT: TDREPORT_STRUCT, Intel TDX Module ABI; proves something on the
 *	same machine only
 * @CVM_FORMAT_TDX_QUOTE: quote, Intel TDX DCAP Quoting Library API appendix A
 */
enum cvm_format {
	CVM_FORMAT_ANY		= 0,
	CVM_FORMAT_SNP_REPORT	= 1,
	CVM_FORMAT_TDX_REPORT	= 2,
	CVM_FORMAT_TDX_QUOTE	= 3,
};

/**
 * struct cvm_evidence - CVM_EVIDENCE: get evidence for a nonce
 * @size: in: sizeof(struct cvm_evidence)
 * @flags: in: must be 0
 * @format: in: wanted format; out: format of what was written, see &enum
 *	cvm_format
 * @vmpl: in: SNP privilege level the report is for, 0-3, or CVM_VMPL_CURRENT; TDX has
 *	level 0 only
 * @report_data: in: bound into the evidence by the hardware
 * @report: in: user address that takes the evidence
 * @certs: in: user address that takes the host's certificate table (GHCB
 *	2.03 section 4.1.8.1), or 0 when @certs_len is 0
 * @report_len: in: bytes at @report; out: length of the evidence
 * @certs_len: in: bytes at @certs; out: length of the table, 0 when the host
 *	has none or the caller did not ask
 * @fw_error: out: status of the secure processor, 0 when it was not reached
 * @vmm_error: out: status of the hypervisor, 0 when it did not refuse
 * @owner: out: name of the driver that owns the attestation device, NUL
 *	terminated; "" when no driver does
 *
 * The certificates come from the host and prove nothing by themselves.
 *
 * Return: 0; -ENOSPC when a buffer is too small: both lengths are set, nothing
 * else is written and no request is lost; -EBUSY when another driver owns the
 * device (@owner tells which) or, with @vmm_error set, when the hypervisor
 * throttles for too long; -ENODEV when no driver owns it (loading the module
 * anew takes it); -EOPNOTSUPP for a format this platform does not have, or when
 * it has no evidence at all; -EINVAL for a bad field; -E2BIG for a tail this
 * kernel does not know; -EIO when the secure processor or the host refused
 * (@fw_error, @vmm_error tell; on TDX @vmm_error holds the upper and lower half of the
 * status of GetQuote, joined by OR, ffffffffh: not answered in time; on SNP 1: the
 * host's certificates are longer than CVM_CERTS_MAX, ask without them); -EBADMSG when the
 * host's answer or its
 * certificate table is malformed; -ENOKEY after the message key was destroyed;
 * -EINTR when killed while waiting.
 */
struct cvm_evidence {
	__u32 size;
	__u32 flags;
	__u32 format;
	__u32 vmpl;
	__u8  report_data[CVM_REPORT_DATA_SIZE];
	__u64 report;
	__u64 certs;
	__u32 report_len;
	__u32 certs_len;
	__u32 fw_error;
	__u32 vmm_error;
	__u8  owner[CVM_OWNER_SIZE];
};

/* cvm_derive_key.root, AMD SEV-SNP ABI MSG_KEY_REQ */
#define CVM_KEY_ROOT_VCEK	0
#define CVM_KEY_ROOT_VMRK	1

/* cvm_derive_key.fields: what is mixed in, GUEST_FIELD_SELECT */
#define CVM_KEY_FIELD_POLICY		_BITULL(0)
#define CVM_KEY_FIELD_IMAGE_ID		_BITULL(1)
#define CVM_KEY_FIELD_FAMILY_ID		_BITULL(2)
#define CVM_KEY_FIELD_MEASUREMENT	_BITULL(3)
#define CVM_KEY_FIELD_SVN		_BITULL(4)
#define CVM_KEY_FIELD_TCB		_BITULL(5)
#define CVM_KEY_FIELDS			0x3fULL

/**
 * struct cvm_derive_key - CVM_DERIVE_KEY: key bound to this guest and platform
 * @size: in: sizeof(struct cvm_derive_key)
 * @flags: in: must be 0
 * @root: in: CVM_KEY_ROOT_VCEK (or VLEK where the platform uses one) or
 *	CVM_KEY_ROOT_VMRK
 * @vmpl: in: 0-3, not below the caller's level, or CVM_VMPL_CURRENT
 * @fields: in: CVM_KEY_FIELD_* mixed into the key
 * @guest_svn: in: not above the guest's own
 * @reserved: in: must be 0
 * @tcb_version: in: not above the platform's committed TCB
 * @fw_error: out: as in struct cvm_evidence
 * @vmm_error: out: as in struct cvm_evidence
 * @owner: out: as in struct cvm_evidence
 * @key: out: the derived key
 *
 * Needs CAP_SYS_ADMIN. Return: as CVM_EVIDENCE; -EPERM without the capability.
 */
struct cvm_derive_key {
	__u32 size;
	__u32 flags;
	__u32 root;
	__u32 vmpl;
	__u64 fields;
	__u32 guest_svn;
	__u32 reserved;
	__u64 tcb_version;
	__u32 fw_error;
	__u32 vmm_error;
	__u8  owner[CVM_OWNER_SIZE];
	__u8  key[CVM_KEY_SIZE];
};

/**
 * enum cvm_register_number - measurement registers
 * @CVM_REGISTER_MRTD: initial contents of the TD
 * @CVM_REGISTER_RTMR0: run-time register of firmware and its configuration
 * @CVM_REGISTER_RTMR1: run-time register of boot loader and kernel
 * @CVM_REGISTER_RTMR2: run-time register of the operating system
 * @CVM_REGISTER_RTMR3: run-time register of whoever uses it
 * @CVM_REGISTER_MRCONFIGID: chosen by the host at launch
 * @CVM_REGISTER_MROWNER: chosen by the host at launch
 * @CVM_REGISTER_MROWNERCONFIG: chosen by the host at launch
 * @CVM_REGISTER_SERVTD_HASH: service TDs bound to this one, TDX 1.5
 * @CVM_REGISTER_MRSEAM: the TDX module
 * @CVM_REGISTER_MRSIGNERSEAM: signer of the TDX module, zero for Intel
 */
enum cvm_register_number {
	CVM_REGISTER_MRTD		= 0,
	CVM_REGISTER_RTMR0		= 1,
	CVM_REGISTER_RTMR1		= 2,
	CVM_REGISTER_RTMR2		= 3,
	CVM_REGISTER_RTMR3		= 4,
	CVM_REGISTER_MRCONFIGID		= 5,
	CVM_REGISTER_MROWNER		= 6,
	CVM_REGISTER_MROWNERCONFIG	= 7,
	CVM_REGISTER_SERVTD_HASH	= 8,
	CVM_REGISTER_MRSEAM		= 9,
	CVM_REGISTER_MRSIGNERSEAM	= 10,
};

/**
 * struct cvm_register - CVM_REGISTER_READ, CVM_REGISTER_EXTEND
 * @size: in: sizeof(struct cvm_register)
 * @flags: in: must be 0
 * @number: in: &enum cvm_register_number
 * @reserved: in: must be 0
 * @value: read: out: the register; extend: in: SHA-384 digest to extend it with
 *
 * Extending needs CAP_SYS_ADMIN and takes RTMR2 and RTMR3: the others hold what firmware
 * and boot loader measured. What is extended here is in no event log of the firmware.
 *
 * Return: 0; -EOPNOTSUPP on a platform without such registers (SEV-SNP has none);
 * -EINVAL for a register that is not there or cannot be extended; -EPERM without the
 * capability; -EBUSY when the register was in use for too long; -EIO when the TDX
 * module refused.
 */
struct cvm_register {
	__u32 size;
	__u32 flags;
	__u32 number;
	__u32 reserved;
	__u8  value[CVM_TDX_DIGEST_SIZE];
};

/**
 * enum cvm_memory_state - what a run of chunks is
 * @CVM_MEMORY_ACCEPTED: memory in use by the guest
 * @CVM_MEMORY_UNACCEPTED: memory on the allocator's list of unaccepted chunks
 * @CVM_MEMORY_HOLE: no memory, or not online
 * @CVM_MEMORY_ADDED: memory that came after boot, which the kernel does not accept
 */
enum cvm_memory_state {
	CVM_MEMORY_ACCEPTED	= 0,
	CVM_MEMORY_UNACCEPTED	= 1,
	CVM_MEMORY_HOLE		= 2,
	CVM_MEMORY_ADDED	= 3,
};

/* cvm_memory_extent.node of a hole */
#define CVM_MEMORY_NO_NODE	0xffffffff

/**
 * struct cvm_memory_extent - a run of 4 MiB chunks that are alike
 * @start: physical address
 * @length: bytes
 * @node: NUMA node, or CVM_MEMORY_NO_NODE
 * @state: &enum cvm_memory_state
 * @shared: bytes of it that the guest's page tables share with the host
 */
struct cvm_memory_extent {
	__u64 start;
	__u64 length;
	__u32 node;
	__u32 state;
	__u64 shared;
};

/**
 * struct cvm_memory_map - CVM_MEMORY_MAP: read where memory is accepted
 * @size: in: sizeof(struct cvm_memory_map)
 * @flags: in: must be 0
 * @start: in: 0, or what an earlier call returned here; out: where to go on
 * @extents: in: user address of an array of struct cvm_memory_extent
 * @count: in: its length; out: extents written, 0 at the end of memory
 * @chunk: out: bytes of a chunk
 *
 * The map changes while it is read. Needs CAP_SYS_ADMIN, as physical addresses do.
 *
 * Return: 0; -EINVAL for a bad field; -E2BIG for a tail this kernel does not know;
 * -EPERM; -EINTR when killed.
 */
struct cvm_memory_map {
	__u32 size;
	__u32 flags;
	__u64 start;
	__u64 extents;
	__u32 count;
	__u32 chunk;
};

/**
 * struct cvm_audit_extent - a run of pages that are alike
 * @start: physical address
 * @length: bytes
 * @state: &enum cvm_page_state, cvm_genl.h
 * @use: &enum cvm_page_use of a shared page, else 0
 * @verdict: &enum cvm_page_verdict of a first look; a finding needs a second one
 * @reserved: 0
 */
struct cvm_audit_extent {
	__u64 start;
	__u64 length;
	__u32 state;
	__u32 use;
	__u32 verdict;
	__u32 reserved;
};

/**
 * struct cvm_audit_map - CVM_AUDIT_MAP: read which pages the host can read
 * @size: in: sizeof(struct cvm_audit_map)
 * @flags: in: must be 0
 * @start: in: 0, or what an earlier call returned here; out: where to go on
 * @extents: in: user address of an array of struct cvm_audit_extent
 * @count: in: its length; out: extents written, 0 at the end of memory
 * @reserved: in: must be 0
 *
 * The map is read from the page tables as they are now, and changes meanwhile. Needs
 * CAP_SYS_ADMIN, as physical addresses do.
 *
 * Return: 0; -EINVAL for a bad field; -E2BIG for a tail this kernel does not know;
 * -EPERM; -EINTR when killed; -EOPNOTSUPP where page tables do not tell (audit-get tells
 * why).
 */
struct cvm_audit_map {
	__u32 size;
	__u32 flags;
	__u64 start;
	__u64 extents;
	__u32 count;
	__u32 reserved;
};

#define CVM_EVIDENCE	_IOWR(CVM_IOC_MAGIC, 0x01, struct cvm_evidence)
#define CVM_DERIVE_KEY	_IOWR(CVM_IOC_MAGIC, 0x02, struct cvm_derive_key)
#define CVM_REGISTER_READ	_IOWR(CVM_IOC_MAGIC, 0x03, struct cvm_register)
#define CVM_REGISTER_EXTEND	_IOWR(CVM_IOC_MAGIC, 0x04, struct cvm_register)

#define CVM_MEMORY_MAP	_IOWR(CVM_IOC_MAGIC, 0x05, struct cvm_memory_map)
#define CVM_AUDIT_MAP	_IOWR(CVM_IOC_MAGIC, 0x06, struct cvm_audit_map)

/* 0x07 to 0x0e are those of cvm_seal.h */

#endif /* _UAPI_CVM_H */
