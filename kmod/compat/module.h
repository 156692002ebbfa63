/* SPDX-License-Identifier: GPL-2.0-only */
/* How a loaded module lies in memory, and where the kernel patches its code. */
#ifndef _CVM_COMPAT_MODULE_H
#define _CVM_COMPAT_MODULE_H

#include <linux/jump_label.h>
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/static_call_types.h>
#include <linux/types.h>

/**
 * struct cvm_module_part - pages of a module
 * @start: first address
 * @bytes: whole pages
 */
struct cvm_module_part {
	unsigned long start;
	unsigned long bytes;
};

/* Both never change once the module is live, except where the kernel patches code */
static inline struct cvm_module_part cvm_module_text(const struct module *module)
{
	struct cvm_module_part part;

#ifdef HAVE_MODULE_MEMORY
	part.start = (unsigned long)module->mem[MOD_TEXT].base;
	part.bytes = PAGE_ALIGN(module->mem[MOD_TEXT].size);
#else
	part.start = (unsigned long)module->core_layout.base;
	part.bytes = PAGE_ALIGN(module->core_layout.text_size);
#endif
	return part;
}

static inline struct cvm_module_part cvm_module_rodata(const struct module *module)
{
	struct cvm_module_part part;

#ifdef HAVE_MODULE_MEMORY
	part.start = (unsigned long)module->mem[MOD_RODATA].base;
	part.bytes = PAGE_ALIGN(module->mem[MOD_RODATA].size);
#else
	part = cvm_module_text(module);
	part.start += part.bytes;
	part.bytes = PAGE_ALIGN(module->core_layout.ro_size) - part.bytes;
#endif
	return part;
}

/* Gone, or at least of no use, once the module is live */
static inline struct cvm_module_part cvm_module_init_text(const struct module *module)
{
	struct cvm_module_part part;

#ifdef HAVE_MODULE_MEMORY
	part.start = (unsigned long)module->mem[MOD_INIT_TEXT].base;
	part.bytes = PAGE_ALIGN(module->mem[MOD_INIT_TEXT].size);
#else
	part.start = (unsigned long)module->init_layout.base;
	part.bytes = PAGE_ALIGN(module->init_layout.text_size);
#endif
	return part;
}

/* The set of all modules; not exported, but each module is in it */
static inline struct kset *cvm_module_kset(void)
{
#ifdef MODULE
	return THIS_MODULE->mkobj.kobj.kset;
#else
	return module_kset;
#endif
}

#ifdef CONFIG_JUMP_LABEL
static inline unsigned int cvm_module_jumps(const struct module *module)
{
	return module->num_jump_entries;
}

static inline unsigned long cvm_module_jump(const struct module *module, unsigned int i)
{
	return jump_entry_code(&module->jump_entries[i]);
}
#else
static inline unsigned int cvm_module_jumps(const struct module *module)
{
	return 0;
}

static inline unsigned long cvm_module_jump(const struct module *module, unsigned int i)
{
	return 0;
}
#endif

#ifdef CONFIG_HAVE_STATIC_CALL_INLINE
static inline unsigned int cvm_module_calls(const struct module *module)
{
	return module->num_static_call_sites;
}

static inline unsigned long cvm_module_call(const struct module *module, unsigned int i)
{
	const struct static_call_site *site = &module->static_call_sites[i];

	return (unsigned long)&site->addr + site->addr;
}
#else
static inline unsigned int cvm_module_calls(const struct module *module)
{
	return 0;
}

static inline unsigned long cvm_module_call(const struct module *module, unsigned int i)
{
	return 0;
}
#endif

#ifdef CONFIG_DYNAMIC_FTRACE
static inline unsigned int cvm_module_traces(const struct module *module)
{
	return module->num_ftrace_callsites;
}

static inline unsigned long cvm_module_trace(const struct module *module, unsigned int i)
{
	return module->ftrace_callsites[i];
}
#else
static inline unsigned int cvm_module_traces(const struct module *module)
{
	return 0;
}

static inline unsigned long cvm_module_trace(const struct module *module, unsigned int i)
{
	return 0;
}
#endif

#endif /* _CVM_COMPAT_MODULE_H */
