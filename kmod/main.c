// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading: the table of contents of the module. */
#define pr_fmt(fmt) "cvm: " fmt

#include <linux/module.h>

#include "audit.h"
#include "cvm.h"
#include "seal.h"

static const struct cvm_platform_ops *const backends[] = {
	&cvm_snp_ops,
#if IS_ENABLED(CONFIG_INTEL_TDX_GUEST)
	&cvm_tdx_ops,
#endif
};

static int __init cvm_init(void)
{
	struct cvm_attestation attestation;
	struct cvm_facts facts;
	int ret;

	ret = cvm_platform_find(backends, ARRAY_SIZE(backends));
	if (ret)
		return ret;
	ret = cvm_ledger_init();
	if (ret)
		return ret;
	ret = cvm_platform_init();
	if (ret)
		goto err_ledger;
	ret = cvm_accept_init();
	if (ret)
		goto err_platform;
	cvm_latency_init();
	ret = cvm_audit_init();
	if (ret)
		goto err_accept;
	ret = cvm_seal_init();
	if (ret)
		goto err_audit;
	ret = cvm_genl_init();
	if (ret)
		goto err_seal;
	ret = cvm_chardev_init();
	if (ret)
		goto err_genl;
	cvm_tsm_init();

	cvm_platform()->facts(&facts);
	cvm_platform()->attestation(&attestation);
	pr_info("%s guest, attestation %s, device %s, driver %s\n", facts.name,
		attestation.usable ? "ready" :
		attestation.key_destroyed ? "impossible, message key destroyed" :
		attestation.supported ? "not through /dev/cvm" : "not supported, it needs SEV-SNP",
		attestation.device ?: "none", attestation.owner[0] ? attestation.owner : "none");
	return 0;

err_genl:
	cvm_genl_exit();
err_seal:
	cvm_seal_exit();
err_audit:
	cvm_audit_exit();
err_accept:
	cvm_latency_exit();
	cvm_accept_exit();
err_platform:
	cvm_platform_exit();
err_ledger:
	cvm_ledger_exit();
	return ret;
}

static void __exit cvm_exit(void)
{
	cvm_tsm_exit();
	cvm_chardev_exit();
	cvm_genl_exit();
	cvm_seal_exit();
	cvm_audit_exit();
	cvm_accept_exit();
	cvm_latency_exit();
	cvm_platform_exit();
	cvm_ledger_exit();
}

module_init(cvm_init);
module_exit(cvm_exit);

/* No alias for "sev-guest": taking that device is the administrator's decision. */
MODULE_SOFTDEP("pre: tsm");
MODULE_AUTHOR("cvm maintainers");
MODULE_DESCRIPTION("Confidential guest introspection");
MODULE_VERSION(CVM_VERSION);
MODULE_LICENSE("GPL");
