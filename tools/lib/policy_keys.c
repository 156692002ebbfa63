// SPDX-License-Identifier: LGPL-2.1-or-later
/* Every key a policy file may hold; cvm-policy(5) explains them. */
#include <string.h>

#include "policy.h"

#define AT(...)	   offsetof(struct cvm_snp_report, __VA_ARGS__)
#define TD_AT(...) offsetof(struct cvm_tdx_report, __VA_ARGS__)

/* clang-format off */
const struct policy_key cvm_policy_keys[] = {
	{ "snp", "product", "product-allowed", RULE_PRODUCT, 0, 0 },
	{ "snp", "signer", "signer-allowed", RULE_SIGNER, 0, 0 },
	{ "snp", "max_vmpl", "vmpl", RULE_MAX_VMPL, 0, 0 },
	{ "snp", "min_abi", "abi", RULE_MIN_ABI, 0, 0 },
	{ "snp", "min_version", "report-version", RULE_MIN_NUMBER, AT(version), 4 },
	{ "snp", "min_guest_svn", "guest-svn", RULE_MIN_NUMBER, AT(guest_svn), 4 },
	{ "snp", "measurement", "measurement", RULE_BYTES, AT(measurement), 48 },
	{ "snp", "host_data", "host-data", RULE_BYTES, AT(host_data), 32 },
	{ "snp", "family_id", "family-id", RULE_BYTES, AT(family_id), 16 },
	{ "snp", "image_id", "image-id", RULE_BYTES, AT(image_id), 16 },
	{ "snp", "id_key_digest", "id-key-digest", RULE_BYTES, AT(id_key_digest), 48 },
	{ "snp", "author_key_digest", "author-key-digest", RULE_BYTES,
	  AT(author_key_digest), 48 },
	{ "snp", "chip_id", "chip-id", RULE_BYTES, AT(chip_id), 64 },

	{ "guest-policy", "debug", "guest-policy.debug", RULE_GUEST_BIT,
	  CVM_SNP_POLICY_DEBUG, 0 },
	{ "guest-policy", "migrate_ma", "guest-policy.migrate_ma", RULE_GUEST_BIT,
	  CVM_SNP_POLICY_MIGRATE_MA, 0 },
	{ "guest-policy", "smt", "guest-policy.smt", RULE_GUEST_BIT,
	  CVM_SNP_POLICY_SMT, 0 },
	{ "guest-policy", "single_socket", "guest-policy.single_socket", RULE_GUEST_BIT,
	  CVM_SNP_POLICY_SINGLE_SOCKET, 0 },
	{ "guest-policy", "cxl_allow", "guest-policy.cxl_allow", RULE_GUEST_BIT,
	  CVM_SNP_POLICY_CXL_ALLOW, 0 },
	{ "guest-policy", "mem_aes_256_xts", "guest-policy.mem_aes_256_xts", RULE_GUEST_BIT,
	  CVM_SNP_POLICY_MEM_AES_256_XTS, 0 },
	{ "guest-policy", "rapl_dis", "guest-policy.rapl_dis", RULE_GUEST_BIT,
	  CVM_SNP_POLICY_RAPL_DIS, 0 },
	{ "guest-policy", "ciphertext_hiding", "guest-policy.ciphertext_hiding", RULE_GUEST_BIT,
	  CVM_SNP_POLICY_CIPHERTEXT_HIDING, 0 },
	{ "guest-policy", "page_swap_disable", "guest-policy.page_swap_disable", RULE_GUEST_BIT,
	  CVM_SNP_POLICY_PAGE_SWAP_DISABLE, 0 },

	{ "platform-info", "smt", "platform-info.smt", RULE_PLATFORM_BIT,
	  CVM_SNP_PLATFORM_SMT_EN, 0 },
	{ "platform-info", "tsme", "platform-info.tsme", RULE_PLATFORM_BIT,
	  CVM_SNP_PLATFORM_TSME_EN, 0 },
	{ "platform-info", "ecc", "platform-info.ecc", RULE_PLATFORM_BIT,
	  CVM_SNP_PLATFORM_ECC_EN, 0 },
	{ "platform-info", "rapl_dis", "platform-info.rapl_dis", RULE_PLATFORM_BIT,
	  CVM_SNP_PLATFORM_RAPL_DIS, 0 },
	{ "platform-info", "ciphertext_hiding", "platform-info.ciphertext_hiding",
	  RULE_PLATFORM_BIT, CVM_SNP_PLATFORM_CIPHERTEXT_HIDING, 0 },
	{ "platform-info", "alias_check", "platform-info.alias_check", RULE_PLATFORM_BIT,
	  CVM_SNP_PLATFORM_ALIAS_CHECK, 0 },
	{ "platform-info", "tio", "platform-info.tio", RULE_PLATFORM_BIT,
	  CVM_SNP_PLATFORM_TIO_EN, 0 },

	{ "tcb", "min_fmc", "tcb.fmc", RULE_MIN_TCB, AT(reported_tcb.fmc), 1 },
	{ "tcb", "min_bootloader", "tcb.bootloader", RULE_MIN_TCB, AT(reported_tcb.bootloader), 1 },
	{ "tcb", "min_tee", "tcb.tee", RULE_MIN_TCB, AT(reported_tcb.tee), 1 },
	{ "tcb", "min_snp", "tcb.snp", RULE_MIN_TCB, AT(reported_tcb.snp), 1 },
	{ "tcb", "min_microcode", "tcb.microcode", RULE_MIN_TCB, AT(reported_tcb.microcode), 1 },

	{ "tcb-committed", "min_fmc", "tcb-committed.fmc", RULE_MIN_TCB, AT(committed_tcb.fmc), 1 },
	{ "tcb-committed", "min_bootloader", "tcb-committed.bootloader", RULE_MIN_TCB,
	  AT(committed_tcb.bootloader), 1 },
	{ "tcb-committed", "min_tee", "tcb-committed.tee", RULE_MIN_TCB, AT(committed_tcb.tee), 1 },
	{ "tcb-committed", "min_snp", "tcb-committed.snp", RULE_MIN_TCB, AT(committed_tcb.snp), 1 },
	{ "tcb-committed", "min_microcode", "tcb-committed.microcode", RULE_MIN_TCB,
	  AT(committed_tcb.microcode), 1 },

	{ "tcb-current", "min_fmc", "tcb-current.fmc", RULE_MIN_TCB, AT(current_tcb.fmc), 1 },
	{ "tcb-current", "min_bootloader", "tcb-current.bootloader", RULE_MIN_TCB,
	  AT(current_tcb.bootloader), 1 },
	{ "tcb-current", "min_tee", "tcb-current.tee", RULE_MIN_TCB, AT(current_tcb.tee), 1 },
	{ "tcb-current", "min_snp", "tcb-current.snp", RULE_MIN_TCB, AT(current_tcb.snp), 1 },
	{ "tcb-current", "min_microcode", "tcb-current.microcode", RULE_MIN_TCB,
	  AT(current_tcb.microcode), 1 },

	{ "tcb-launch", "min_fmc", "tcb-launch.fmc", RULE_MIN_TCB, AT(launch_tcb.fmc), 1 },
	{ "tcb-launch", "min_bootloader", "tcb-launch.bootloader", RULE_MIN_TCB,
	  AT(launch_tcb.bootloader), 1 },
	{ "tcb-launch", "min_tee", "tcb-launch.tee", RULE_MIN_TCB, AT(launch_tcb.tee), 1 },
	{ "tcb-launch", "min_snp", "tcb-launch.snp", RULE_MIN_TCB, AT(launch_tcb.snp), 1 },
	{ "tcb-launch", "min_microcode", "tcb-launch.microcode", RULE_MIN_TCB,
	  AT(launch_tcb.microcode), 1 },

	{ "tdx", "mrtd", "mrtd", RULE_TD_BYTES, TD_AT(mrtd), 48 },
	{ "tdx", "rtmr0", "rtmr0", RULE_TD_BYTES, TD_AT(rtmr[0]), 48 },
	{ "tdx", "rtmr1", "rtmr1", RULE_TD_BYTES, TD_AT(rtmr[1]), 48 },
	{ "tdx", "rtmr2", "rtmr2", RULE_TD_BYTES, TD_AT(rtmr[2]), 48 },
	{ "tdx", "rtmr3", "rtmr3", RULE_TD_BYTES, TD_AT(rtmr[3]), 48 },
	{ "tdx", "mrconfigid", "mrconfigid", RULE_TD_BYTES, TD_AT(mrconfigid), 48 },
	{ "tdx", "mrowner", "mrowner", RULE_TD_BYTES, TD_AT(mrowner), 48 },
	{ "tdx", "mrownerconfig", "mrownerconfig", RULE_TD_BYTES, TD_AT(mrownerconfig), 48 },
	{ "tdx", "mrservicetd", "mrservicetd", RULE_TD_BYTES, TD_AT(mrservicetd), 48 },
	{ "tdx", "mrseam", "mrseam", RULE_TD_BYTES, TD_AT(mrseam), 48 },
	{ "tdx", "mrsignerseam", "mrsignerseam", RULE_TD_BYTES, TD_AT(mrsignerseam), 48 },
	{ "tdx", "xfam_required", "xfam-required", RULE_TD_REQUIRED, TD_AT(xfam), 8 },
	{ "tdx", "xfam_allowed", "xfam-allowed", RULE_TD_ALLOWED, TD_AT(xfam), 8 },

	{ "td-attributes", "debug", "td-attributes.debug", RULE_TD_BIT,
	  CVM_TDX_ATTR_UNTRUSTED, 0 },
	{ "td-attributes", "sept_ve_disable", "td-attributes.sept_ve_disable", RULE_TD_BIT,
	  CVM_TDX_ATTR_SEPT_VE_DISABLE, 0 },
	{ "td-attributes", "migratable", "td-attributes.migratable", RULE_TD_BIT,
	  CVM_TDX_ATTR_MIGRATABLE, 0 },
	{ "td-attributes", "pks", "td-attributes.pks", RULE_TD_BIT, CVM_TDX_ATTR_PKS, 0 },
	{ "td-attributes", "kl", "td-attributes.kl", RULE_TD_BIT, CVM_TDX_ATTR_KL, 0 },
	{ "td-attributes", "lass", "td-attributes.lass", RULE_TD_BIT, CVM_TDX_ATTR_LASS, 0 },
	{ "td-attributes", "icssd", "td-attributes.icssd", RULE_TD_BIT, CVM_TDX_ATTR_ICSSD, 0 },
	{ "td-attributes", "tpa", "td-attributes.tpa", RULE_TD_BIT, CVM_TDX_ATTR_TPA, 0 },
	{ "td-attributes", "perfmon", "td-attributes.perfmon", RULE_TD_BIT,
	  CVM_TDX_ATTR_PERFMON, 0 },

	{ "tdx-tcb", "status", "tcb-status", RULE_TCB_STATUS, 0, 0 },
	{ "tdx-tcb", "advisories", "tcb-advisories", RULE_TCB_ADVISORIES, 0,
	  CVM_TCB_ADVISORY_SIZE },
	{ "tdx-tcb", "min_evaluation_number", "tcb-evaluation", RULE_TCB_EVALUATION, 0, 0 },
	{ "tdx-tcb", "min_tee_tcb_svn", "tee-tcb-svn", RULE_TD_MIN_SVN, TD_AT(tee_tcb_svn), 16 },

	{ "revocation", "max_crl_age", "crl-age", RULE_CRL_AGE, 0, 0 },
};

/* clang-format on */
const size_t cvm_policy_n_keys = ARRAY_SIZE(cvm_policy_keys);

const struct policy_key *cvm_policy_key_find(const char *section, const char *key)
{
	size_t i;

	for (i = 0; i < cvm_policy_n_keys; i++)
		if (!strcmp(cvm_policy_keys[i].section, section) &&
		    !strcmp(cvm_policy_keys[i].key, key))
			return &cvm_policy_keys[i];
	return NULL;
}

bool cvm_policy_has_section(const char *section)
{
	size_t i;

	for (i = 0; i < cvm_policy_n_keys; i++)
		if (!strcmp(cvm_policy_keys[i].section, section))
			return true;
	return false;
}

bool cvm_policy_key_is_tdx(const struct policy_key *key)
{
	return key->kind >= RULE_TD_BIT;
}

bool cvm_policy_key_is_snp(const struct policy_key *key)
{
	return key->kind < RULE_CRL_AGE;
}
