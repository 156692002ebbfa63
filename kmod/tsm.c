// SPDX-License-Identifier: GPL-2.0-only
/*
 * configfs-tsm: the kernel's own door to evidence, /sys/kernel/config/tsm.
 *
 * Who has the attestation device serves this door. When it is us, programs that
 * got their reports there from sev-guest.ko go on as before.
 *
 * tsm.ko is looked up at run time. Linked in the usual way, cvm.ko could not be
 * loaded without it, not even on guests that never ask for a report.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <linux/errno.h>
#include <linux/kmod.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tsm.h>

#include "cvm.h"

static bool registered;

static int tsm_report_new(struct tsm_report *report, void *data)
{
	struct cvm_evidence_request request = {
		.format = CVM_FORMAT_ANY,
		.vmpl = report->desc.privlevel,
		.want_certs = true,
	};
	char owner[CVM_OWNER_SIZE];
	int ret;

	if (report->desc.inblob_len != sizeof(request.report_data))
		return -EINVAL;
	if (report->desc.service_provider)
		return -EINVAL;
	memcpy(request.report_data, report->desc.inblob, sizeof(request.report_data));
	ret = cvm_attest_evidence(&request, owner);
	if (ret)
		return ret;

	report->outblob = request.report;
	report->outblob_len = request.report_len;
	if (!request.certs_len) {
		kvfree(request.certs);
		return 0;
	}
	report->auxblob = request.certs;
	report->auxblob_len = request.certs_len;
	return 0;
}

/* What only a platform with privilege levels has */
static bool has_levels(void)
{
	struct cvm_facts facts;

	cvm_platform()->facts(&facts);
	return facts.has_vmpl;
}

static bool attribute_visible(int n)
{
	if (n == TSM_REPORT_PRIVLEVEL || n == TSM_REPORT_PRIVLEVEL_FLOOR)
		return has_levels();
	return n == TSM_REPORT_GENERATION || n == TSM_REPORT_PROVIDER;
}

static bool blob_visible(int n)
{
	if (n == TSM_REPORT_AUXBLOB)
		return has_levels();
	return n == TSM_REPORT_INBLOB || n == TSM_REPORT_OUTBLOB;
}

/*
 * The name stands for the format of outblob (Documentation/ABI/testing/
 * configfs-tsm), not for a driver, and programs compare it.
 */
static struct tsm_ops ops = {
	.report_new = tsm_report_new,
	.report_attr_visible = attribute_visible,
	.report_bin_attr_visible = blob_visible,
};

/**
 * cvm_tsm_init() - serve configfs-tsm if the attestation device is ours
 *
 * Not being able to is no reason not to load: /dev/cvm works without.
 */
void cvm_tsm_init(void)
{
	struct cvm_attestation attestation;
	typeof(tsm_register) *do_register;
	int ret;

	cvm_platform()->attestation(&attestation);
	if (!attestation.usable)
		return;
	do_register = symbol_get(tsm_register);
	if (!do_register) {
		request_module("tsm");
		do_register = symbol_get(tsm_register);
	}
	if (!do_register) {
		pr_notice("configfs-tsm is not served: load tsm.ko before cvm.ko for that\n");
		return;
	}
	ops.name = cvm_platform()->tsm_provider;
	ops.privlevel_floor = attestation.vmpck;
	ret = do_register(&ops, NULL);
	if (ret) {
		pr_notice("configfs-tsm is not served, error %d: is /sys/kernel/config/tsm/report empty?\n",
			  ret);
		symbol_put(tsm_register);
	}
	registered = !ret;
}

/**
 * cvm_tsm_exit() - undo cvm_tsm_init(); waits for reports that are being made
 */
void cvm_tsm_exit(void)
{
	typeof(tsm_unregister) *do_unregister;

	if (!registered)
		return;
	do_unregister = symbol_get(tsm_unregister);
	if (do_unregister) {
		do_unregister(&ops);
		symbol_put(tsm_unregister);
	}
	symbol_put(tsm_register);
	registered = false;
}
