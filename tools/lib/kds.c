// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Addresses at AMD's key distribution service (AMD 57230). This library only
 * names them: fetching is somebody else's decision.
 */
#include <stdio.h>

#include "lib.h"

#define KDS "https://kdsintf.amd.com"

static const char *line_of(enum cvm_snp_product product)
{
	return product == CVM_SNP_UNKNOWN ? "{Milan|Genoa|Turin}" : cvm_snp_product_name(product);
}

char *cvm_kds_vek_url(char url[CVM_URL_SIZE], const struct cvm_snp_report *report)
{
	const struct cvm_snp_tcb *tcb = &report->reported_tcb;
	char hwid[2 * sizeof(report->chip_id) + 1], fmc[16] = "";

	cvm_hex(hwid, report->chip_id, cvm_snp_hwid_size(report->product));
	if (tcb->has_fmc)
		snprintf(fmc, sizeof(fmc), "fmcSPL=%u&", tcb->fmc);
	snprintf(url, CVM_URL_SIZE, KDS "/vcek/v1/%s/%s?%sblSPL=%u&teeSPL=%u&snpSPL=%u&ucodeSPL=%u",
		 line_of(report->product), hwid, fmc, tcb->bootloader, tcb->tee, tcb->snp,
		 tcb->microcode);
	return url;
}

char *cvm_kds_url(char url[CVM_URL_SIZE], enum cvm_snp_signer signer, enum cvm_snp_product product,
		  const char *what)
{
	snprintf(url, CVM_URL_SIZE, KDS "/%s/v1/%s/%s",
		 signer == CVM_SNP_SIGNER_VLEK ? "vlek" : "vcek", line_of(product), what);
	return url;
}
