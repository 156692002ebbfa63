/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included ahead of every file. With guest_request.h beside it the only place
 * that knows how kernels differ; features.h is made by probe.sh.
 */
#ifndef _CVM_COMPAT_H
#define _CVM_COMPAT_H

#include "features.h"

/* While Hyper-V was a vendor of its own (up to 6.3), page tables did not tell shared pages */
#ifdef HAVE_CC_VENDOR_HYPERV
#define CVM_VTOM_IN_PAGE_TABLES	false
#else
#define CVM_VTOM_IN_PAGE_TABLES	true
#endif

#ifndef HAVE_GENL_SPLIT_OPS
/*
 * 6.1 has one struct genl_ops for all, with the same member names. The
 * generated tables fit it as long as a command is not both done and dumped.
 */
#define genl_split_ops	genl_ops
#define split_ops	ops
#define n_split_ops	n_ops
#endif

/* Names that were given up; the code has the new ones */
#ifndef HAVE_RDMSRQ
#define rdmsrq_safe		rdmsrl_safe
#define rdmsrq_safe_on_cpu	rdmsrl_safe_on_cpu
#endif
#ifndef HAVE_FOLIO_MAPPING
#define FOLIO_MAPPING_ANON	PAGE_MAPPING_ANON
#define FOLIO_MAPPING_FLAGS	PAGE_MAPPING_FLAGS
#endif

#endif /* _CVM_COMPAT_H */
