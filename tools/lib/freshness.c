// SPDX-License-Identifier: LGPL-2.1-or-later
/* Whether the report data of evidence is for the nonce, and the seals, of the caller. */
#include <stdio.h>
#include <string.h>

#include "lib.h"

#define add(result, ...)                                                                  \
	cvm_appraisal_add(appraisal, "report-data", CVM_GROUP_FRESH, CVM_RESULT_##result, \
			  __VA_ARGS__)

static void add_bound(const struct cvm_verifier *v, struct cvm_appraisal *appraisal)
{
	char root[2 * sizeof(v->seal_root) + 1];

	add(OK, "report_data = %s", v->origin);
	if (!v->has_seal_root)
		return;
	appraisal->sealed = true;
	cvm_appraisal_add(appraisal, "seal-root", CVM_GROUP_FRESH, CVM_RESULT_OK,
			  "bound: seal root %s", cvm_hex(root, v->seal_root, sizeof(v->seal_root)));
}

/* Fresh, but nothing was said of seals: that is for the caller to accept, or not */
static void add_not_sealed(struct cvm_appraisal *appraisal)
{
	add(OK, "report_data = SHA-512 of the nonce alone");
	cvm_check_remedy(cvm_appraisal_add(appraisal, "seal-root", CVM_GROUP_POLICY,
					   CVM_RESULT_FAIL, "no seal root is bound"),
			 "on the guest: cvmctl attest --bind seal");
}

static void add_other(const struct cvm_verifier *v, const uint8_t data[64],
		      struct cvm_appraisal *appraisal)
{
	char found[CVM_HEX_SHORT], wanted[CVM_HEX_SHORT];
	struct cvm_check *check;

	check = add(FAIL, "report_data is %s, %s is %s", cvm_hex_short(found, data, 64), v->origin,
		    cvm_hex_short(wanted, v->report_data, 64));
	if (v->has_seal_root)
		cvm_check_remedy(check, "nonce or root is another, and which cannot be told; %s",
				 "roots change with each boot, seal and rebase");
	else
		cvm_check_remedy(check, "if attest was told --bind seal, name the root that %s",
				 "it printed with --seal-root");
}

void cvm_check_freshness(const struct cvm_verifier *v, const uint8_t data[64],
			 struct cvm_appraisal *appraisal)
{
	appraisal->has_seal_root = v->has_seal_root;
	memcpy(appraisal->seal_root, v->seal_root, sizeof(appraisal->seal_root));
	if (v->expect == EXPECT_NOTHING)
		add(SKIPPED, "freshness was not asked for");
	else if (!memcmp(data, v->report_data, sizeof(v->report_data)))
		add_bound(v, appraisal);
	else if (v->has_seal_root && !memcmp(data, v->nonce_alone, sizeof(v->nonce_alone)))
		add_not_sealed(appraisal);
	else
		add_other(v, data, appraisal);
}
