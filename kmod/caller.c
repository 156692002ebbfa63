// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names for the return addresses that the ledger keeps.
 *
 * A module that shared pages may be gone when somebody asks, and another may lie where it
 * was: the kernel's symbols would blame that one. So what goes is noted: modules, and what
 * they needed only to start.
 */
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <linux/stackdepot.h>
#include <linux/string.h>

#include "compat/module.h"
#include "audit.h"
#include "cvm.h"

#define GONE_MAX	64

/**
 * struct gone - code that was unloaded
 * @name: of the module
 * @code: where it was
 * @seq: of the last conversion that it can have made
 */
struct gone {
	char name[MODULE_NAME_LEN];
	struct cvm_module_part code;
	u64 seq;
};

/* A ring, under the lock */
static DEFINE_MUTEX(lock);
static struct gone ring[GONE_MAX];
static unsigned int count;

static bool has(const struct cvm_module_part *code, unsigned long address)
{
	return address >= code->start && address - code->start < code->bytes;
}

static bool is_part_of(const struct cvm_conversion *how, const struct cvm_module_part *code)
{
	unsigned long *frames = NULL;
	unsigned int i, depth = 0;

	if (how->stack)
		depth = stack_depot_fetch(how->stack, &frames);
	for (i = 0; i < depth; i++)
		if (has(code, frames[i]))
			return true;
	return has(code, how->caller);
}

/* Most modules convert nothing, and would only push others out of the list */
static bool is_in_ledger(const struct cvm_module_part *code)
{
	struct cvm_conversion how;
	unsigned long pfn, pages;
	u64 seq;

	for (seq = 1; cvm_ledger_record(seq, &how); seq = how.seq + 1)
		if (is_part_of(&how, code))
			return true;
	/* what still is shared may be older than that */
	for (pfn = 0; (pages = cvm_ledger_next(&pfn, &how)); pfn += pages) {
		if (is_part_of(&how, code))
			return true;
		cond_resched();
	}
	return false;
}

static void note(const struct module *module, struct cvm_module_part code)
{
	struct cvm_ledger_state ledger;
	struct gone *gone;

	if (!code.bytes || !is_in_ledger(&code))
		return;
	cvm_ledger_state(&ledger);
	mutex_lock(&lock);
	gone = &ring[count++ % GONE_MAX];
	strscpy(gone->name, module->name, sizeof(gone->name));
	gone->code = code;
	gone->seq = ledger.conversions;
	mutex_unlock(&lock);
}

/* Comes when the module runs no more, and before its memory is given back */
static int on_module(struct notifier_block *nb, unsigned long state, void *data)
{
	const struct module *module = data;

	if (state == MODULE_STATE_GOING)
		note(module, cvm_module_text(module));
	if (state == MODULE_STATE_GOING || state == MODULE_STATE_LIVE)
		note(module, cvm_module_init_text(module));
	return NOTIFY_OK;
}

static struct notifier_block module_notifier = {
	.notifier_call = on_module,
};

static bool was_in(const struct gone *gone, unsigned long address, u64 seq)
{
	return seq <= gone->seq && has(&gone->code, address);
}

/* The first that went from there after a conversion is the one that made it */
static const struct gone *find_gone(unsigned long address, u64 seq)
{
	unsigned int i = count > GONE_MAX ? count - GONE_MAX : 0;

	for (; i < count; i++)
		if (was_in(&ring[i % GONE_MAX], address, seq))
			return &ring[i % GONE_MAX];
	return NULL;
}

/* So long ago that what went since then is no longer known */
static bool is_forgotten(unsigned long address, u64 seq)
{
	return count > GONE_MAX && seq <= ring[count % GONE_MAX].seq &&
	       address >= MODULES_VADDR && address < MODULES_END;
}

/**
 * cvm_caller_name() - what code an address belonged to
 * @address: in the code that made a conversion
 * @seq: of the conversion
 * @text: receives symbol and offset; of a module that is gone its name and the offset in
 *	its code
 *
 * Context: may sleep.
 */
void cvm_caller_name(unsigned long address, u64 seq, char text[KSYM_SYMBOL_LEN])
{
	const struct gone *gone;

	/* before the list is read: what goes is in the list before another takes its place */
	sprint_symbol(text, address);
	mutex_lock(&lock);
	gone = find_gone(address, seq);
	if (gone)
		snprintf(text, KSYM_SYMBOL_LEN, "%s+0x%lx [unloaded]", gone->name,
			 address - gone->code.start);
	else if (is_forgotten(address, seq))
		strscpy(text, "a module that may be unloaded", KSYM_SYMBOL_LEN);
	mutex_unlock(&lock);
}

/**
 * cvm_caller_init() - note from here on which modules go
 *
 * Return: 0 or a negative errno.
 */
int __init cvm_caller_init(void)
{
	return register_module_notifier(&module_notifier);
}

/**
 * cvm_caller_exit() - note no more; all doors are closed already
 */
void cvm_caller_exit(void)
{
	unregister_module_notifier(&module_notifier);
}
