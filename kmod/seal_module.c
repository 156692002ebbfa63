// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seals of modules. A seal does not keep its module loaded, except while its pages are
 * read; a module that goes, even if the same file is loaded again, is gone.
 */
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat/module.h"
#include "seal.h"

/* Live, and so for as long as it is held: its init is over, its exit is not called */
static bool hold_live(struct module *module)
{
	if (!module || !try_module_get(module))
		return false;
	if (module->state == MODULE_STATE_LIVE)
		return true;
	module_put(module);
	return false;
}

/*
 * The list of modules is not for modules, but each has an object in sysfs: unloading waits
 * until nobody refers to it, and only then frees the module.
 */
static struct module *find_and_hold(const char *name)
{
	struct kobject *object = kset_find_obj(cvm_module_kset(), name);
	struct module *module;

	if (!object)
		return NULL;
	module = container_of(object, struct module_kobject, kobj)->mod;
	if (!hold_live(module))
		module = NULL;
	kobject_put(object);
	return module;
}

static int add_part(struct cvm_seal *seal, struct cvm_module_part part)
{
	return part.bytes ? cvm_seal_extents_add(seal, part.start, part.bytes) : 0;
}

static int find_parts(struct cvm_seal *seal)
{
	struct cvm_module_part text = cvm_module_text(seal->module);

	return add_part(seal, text) ?:
	       add_part(seal, cvm_module_rodata(seal->module)) ?:
	       seal->pages ? cvm_seal_sites_find(&seal->sites, seal->module, text.start,
						 text.start + text.bytes) : -ENODATA;
}

static int find_module_to_seal(struct cvm_seal *seal, const struct cvm_seal_add *add)
{
	int ret;

	if (add->pid || add->start || add->length || !add->name[0])
		return -EINVAL;
	seal->module = find_and_hold(add->name);
	if (!seal->module)
		return -ENOENT;
	ret = find_parts(seal);
	if (ret)
		module_put(seal->module);
	return ret;
}

/* Another one in the same place is told by @gone, which is set before that place is free */
static int hold_module(struct cvm_seal *seal)
{
	struct module *module = find_and_hold(seal->name);

	if (module == seal->module && !READ_ONCE(seal->gone))
		return 0;
	if (module)
		module_put(module);
	return -ESTALE;
}

static void let_go_module(struct cvm_seal *seal)
{
	module_put(seal->module);
}

static bool mask_module(struct cvm_seal *seal, unsigned long address, void *copy)
{
	return cvm_seal_sites_mask(&seal->sites, address, copy);
}

static void drop_module(struct cvm_seal *seal)
{
	kvfree(seal->sites.list);
}

const struct cvm_seal_ops cvm_seal_module_ops = {
	.find = find_module_to_seal,
	.hold = hold_module,
	.let_go = let_go_module,
	.read = cvm_seal_read_kernel,
	.mask = mask_module,
	.drop = drop_module,
};
