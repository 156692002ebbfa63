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
	CVM_CMD_PLATFORM_GET = 1,

	__CVM_CMD_MAX,
	CVM_CMD_MAX = (__CVM_CMD_MAX - 1)
};

#endif /* _UAPI_LINUX_CVM_H */
