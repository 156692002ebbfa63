/* SPDX-License-Identifier: GPL-2.0-only */
/* What a function probe hands to its handlers, of which the type has changed. */
#ifndef _CVM_COMPAT_FPROBE_H
#define _CVM_COMPAT_FPROBE_H

#include <linux/fprobe.h>
#include <linux/ftrace.h>

#ifdef HAVE_FPROBE_FTRACE_REGS
#define cvm_fprobe_regs				ftrace_regs
#define cvm_fprobe_argument(regs, n)		ftrace_regs_get_argument(regs, n)
#define cvm_fprobe_return_value(regs)		ftrace_regs_get_return_value(regs)
#else
#define cvm_fprobe_regs				pt_regs
#define cvm_fprobe_argument(regs, n)		regs_get_kernel_argument(regs, n)
#define cvm_fprobe_return_value(regs)		regs_return_value(regs)
#endif

#endif /* _CVM_COMPAT_FPROBE_H */
