/* SPDX-License-Identifier: GPL-2.0-only */
/* The privilege level of an SNP guest, which 6.1 does not know. */
#ifndef _CVM_COMPAT_VMPL_H
#define _CVM_COMPAT_VMPL_H

#include <linux/cc_platform.h>
#include <linux/module.h>
#include <linux/types.h>
#include <asm/sev.h>

/**
 * cvm_compat_vmpl() - VM privilege level this kernel runs at
 *
 * A kernel without snp_vmpl refuses to start anywhere but at VMPL0.
 */
static inline u8 cvm_compat_vmpl(void)
{
#ifdef HAVE_SNP_VMPL
	return snp_vmpl;
#else
	return 0;
#endif
}

#endif /* _CVM_COMPAT_VMPL_H */
