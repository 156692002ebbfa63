/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A probe on both ends of set_memory_decrypted() and set_memory_encrypted(): fprobes
 * where the kernel has them, kretprobes elsewhere. Included by ledger.c only, which
 * defines cvm_call_begins() and cvm_call_ends().
 */
#ifndef _CVM_COMPAT_CONVERSION_H
#define _CVM_COMPAT_CONVERSION_H

#include <linux/list.h>
#include <linux/stackdepot.h>
#include <linux/types.h>

/**
 * struct cvm_call - one call, from its begin to its end
 * @address: first argument
 * @pages: second argument
 * @caller: where it returns to
 * @stack: of the caller, 0 when it could not be kept
 * @shared: the call shares, or else takes back
 * @entry: in the list of calls that run
 */
struct cvm_call {
	unsigned long address;
	int pages;
	unsigned long caller;
	depot_stack_handle_t stack;
	bool shared;
	struct list_head entry;
};

static void cvm_call_begins(struct cvm_call *call);
static void cvm_call_ends(struct cvm_call *call, int ret);

static const char *const cvm_probed[] = { "set_memory_encrypted", "set_memory_decrypted" };

#ifdef CONFIG_FPROBE

#include "fprobe.h"

#define CVM_TRACER	CVM_TRACER_FPROBE

static int cvm_probe_begin(struct fprobe *probe, unsigned long ip, unsigned long ret_ip,
			   struct cvm_fprobe_regs *regs, void *data)
{
	struct cvm_call *call = data;

	call->address = cvm_fprobe_argument(regs, 0);
	call->pages = cvm_fprobe_argument(regs, 1);
	call->caller = ret_ip;
	cvm_call_begins(call);
	return 0;
}

static void cvm_probe_end(struct fprobe *probe, unsigned long ip, unsigned long ret_ip,
			  struct cvm_fprobe_regs *regs, void *data)
{
	cvm_call_ends(data, cvm_fprobe_return_value(regs));
}

static int cvm_probe_begin_shared(struct fprobe *probe, unsigned long ip, unsigned long ret_ip,
				  struct cvm_fprobe_regs *regs, void *data)
{
	((struct cvm_call *)data)->shared = true;
	return cvm_probe_begin(probe, ip, ret_ip, regs, data);
}

static int cvm_probe_begin_private(struct fprobe *probe, unsigned long ip, unsigned long ret_ip,
				   struct cvm_fprobe_regs *regs, void *data)
{
	((struct cvm_call *)data)->shared = false;
	return cvm_probe_begin(probe, ip, ret_ip, regs, data);
}

static struct fprobe cvm_probes[] = {
	{
		.entry_data_size = sizeof(struct cvm_call),
		.entry_handler = cvm_probe_begin_private,
		.exit_handler = cvm_probe_end,
	}, {
		.entry_data_size = sizeof(struct cvm_call),
		.entry_handler = cvm_probe_begin_shared,
		.exit_handler = cvm_probe_end,
	},
};

static int cvm_probe_register(unsigned int i)
{
	return register_fprobe(&cvm_probes[i], cvm_probed[i], NULL);
}

static void cvm_probe_unregister(unsigned int i)
{
	unregister_fprobe(&cvm_probes[i]);
}

static unsigned long cvm_probe_missed(unsigned int i)
{
	return cvm_probes[i].nmissed;
}

#else

#include <linux/kprobes.h>

#define CVM_TRACER	CVM_TRACER_KRETPROBE

static int cvm_probe_begin(struct kretprobe_instance *instance, struct pt_regs *regs, bool shared)
{
	struct cvm_call *call = (struct cvm_call *)instance->data;

	call->address = regs->di;
	call->pages = regs->si;
	/* the return address is replaced only after this handler */
	call->caller = *(unsigned long *)regs->sp;
	call->shared = shared;
	cvm_call_begins(call);
	return 0;
}

static int cvm_probe_begin_shared(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return cvm_probe_begin(instance, regs, true);
}

static int cvm_probe_begin_private(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return cvm_probe_begin(instance, regs, false);
}

static int cvm_probe_end(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	cvm_call_ends((struct cvm_call *)instance->data, regs_return_value(regs));
	return 0;
}

static struct kretprobe cvm_probes[] = {
	{
		.entry_handler = cvm_probe_begin_private,
		.handler = cvm_probe_end,
		.data_size = sizeof(struct cvm_call),
		.maxactive = 64,
	}, {
		.entry_handler = cvm_probe_begin_shared,
		.handler = cvm_probe_end,
		.data_size = sizeof(struct cvm_call),
		.maxactive = 64,
	},
};

static int cvm_probe_register(unsigned int i)
{
	cvm_probes[i].kp.symbol_name = cvm_probed[i];
	return register_kretprobe(&cvm_probes[i]);
}

static void cvm_probe_unregister(unsigned int i)
{
	unregister_kretprobe(&cvm_probes[i]);
}

static unsigned long cvm_probe_missed(unsigned int i)
{
	return cvm_probes[i].nmissed + cvm_probes[i].kp.nmissed;
}

#endif /* CONFIG_FPROBE */

#endif /* _CVM_COMPAT_CONVERSION_H */
