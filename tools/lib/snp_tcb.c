// SPDX-License-Identifier: LGPL-2.1-or-later
/* TCB_VERSION, SEV-SNP ABI section 2.2: two layouts of eight bytes. */
#include <stdio.h>

#include "lib.h"

void cvm_snp_tcb_decode(uint64_t raw, enum cvm_snp_product product, struct cvm_snp_tcb *tcb)
{
	*tcb = (struct cvm_snp_tcb){ .raw = raw, .microcode = raw >> 56 };
	if (product == CVM_SNP_TURIN) {
		tcb->has_fmc = true;
		tcb->fmc = raw;
		tcb->bootloader = raw >> 8;
		tcb->tee = raw >> 16;
		tcb->snp = raw >> 24;
	} else {
		tcb->bootloader = raw;
		tcb->tee = raw >> 8;
		tcb->snp = raw >> 48;
	}
}

char *cvm_snp_tcb_text(char text[CVM_TCB_TEXT], const struct cvm_snp_tcb *tcb)
{
	int n = 0;

	if (tcb->has_fmc)
		n = snprintf(text, CVM_TCB_TEXT, "%u.", tcb->fmc);
	snprintf(text + n, CVM_TCB_TEXT - n, "%u.%u.%u.%u", tcb->bootloader, tcb->tee, tcb->snp,
		 tcb->microcode);
	return text;
}
