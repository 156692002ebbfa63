// SPDX-License-Identifier: GPL-2.0-only
/*
 * The seals: digests of pages that must not change, and of what they were at the last
 * check. The hardware tells who may see a page, and never what was in it before; this is
 * how far software can say it. It does not hold against who has the kernel: it shows what
 * a host, a stray write or a bug has done.
 */
#include <linux/err.h>
#include <linux/kref.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/xarray.h>

#include "audit.h"
#include "cvm.h"
#include "seal.h"

/*
 * The list, in the order of numbers, and what struct cvm_seal says is under its lock.
 * Never held while pages are read, so that seals can be listed meanwhile. It is taken
 * within the lock of a seal, not the other way round.
 */
DEFINE_MUTEX(cvm_seals_lock);
DEFINE_XARRAY_ALLOC1(cvm_seals);
static u32 next_id = 1;
static unsigned int places;	/* taken: by seals, and by those that are being made */

static const struct cvm_seal_ops *const kinds[] = {
	[CVM_SEAL_KERNEL_RODATA] = &cvm_seal_kernel_ops,
	[CVM_SEAL_KERNEL_TEXT] = &cvm_seal_kernel_ops,
	[CVM_SEAL_MODULE] = &cvm_seal_module_ops,
	[CVM_SEAL_RANGE] = &cvm_seal_kernel_ops,
	[CVM_SEAL_PROCESS] = &cvm_seal_process_ops,
};

/* ---- one seal ---- */

static void free_views(struct cvm_seal *seal)
{
	if (seal->now != seal->sealed)
		cvm_seal_view_free(seal, seal->now);
	cvm_seal_view_free(seal, seal->sealed);
}

static void free_seal(struct kref *refs)
{
	struct cvm_seal *seal = container_of(refs, struct cvm_seal, refs);

	free_views(seal);
	if (seal->ops->drop)
		seal->ops->drop(seal);
	kfree(seal->extents);
	mutex_destroy(&seal->reading);
	kfree_sensitive(seal);
}

static void put_seal(struct cvm_seal *seal)
{
	kref_put(&seal->refs, free_seal);
}

static struct cvm_seal *get_seal(u32 id)
{
	struct cvm_seal *seal;

	mutex_lock(&cvm_seals_lock);
	seal = xa_load(&cvm_seals, id);
	if (seal)
		kref_get(&seal->refs);
	mutex_unlock(&cvm_seals_lock);
	return seal;
}

static bool is_listed(const struct cvm_seal *seal)
{
	return xa_load(&cvm_seals, seal->id) == seal;
}

/* ---- adding ---- */

static bool take_place(void)
{
	bool there_is;

	mutex_lock(&cvm_seals_lock);
	there_is = places < CVM_SEALS_MAX;
	places += there_is;
	mutex_unlock(&cvm_seals_lock);
	return there_is;
}

static void give_place_back(void)
{
	mutex_lock(&cvm_seals_lock);
	places--;
	mutex_unlock(&cvm_seals_lock);
}

static struct cvm_seal *make_seal(const struct cvm_seal_add *add)
{
	struct cvm_seal *seal = kzalloc(sizeof(*seal), GFP_KERNEL_ACCOUNT);

	if (!seal)
		return NULL;
	kref_init(&seal->refs);
	mutex_init(&seal->reading);
	seal->ops = kinds[add->kind];
	seal->kind = add->kind;
	seal->flags = add->flags;
	seal->pid = add->pid;
	seal->generation = 1;
	strscpy(seal->name, add->name, sizeof(seal->name));
	get_random_bytes(seal->salt, sizeof(seal->salt));
	return seal;
}

static int first_look(struct cvm_seal *seal)
{
	int ret;

	if (seal->flags & CVM_SEAL_KEEP && seal->pages > CVM_SEAL_KEEP_MAX)
		return -E2BIG;
	ret = cvm_seal_look(seal, CVM_SEAL_LOOK_WHOLE, &seal->sealed);
	if (ret)
		return ret;
	seal->now = seal->sealed;
	seal->created = ktime_get_real_ns();
	seal->rebased = seal->created;
	seal->checked = seal->created;
	return 0;
}

static int list_seal(struct cvm_seal *seal)
{
	int ret;

	mutex_lock(&cvm_seals_lock);
	ret = xa_alloc_cyclic(&cvm_seals, &seal->id, seal, xa_limit_32b, &next_id, GFP_KERNEL);
	if (ret >= 0)
		kref_get(&seal->refs);
	mutex_unlock(&cvm_seals_lock);
	/* 1 says that the numbers have begun anew */
	return ret < 0 ? ret : 0;
}

/* Is in the list before it is let go, so that who tells of its end finds it there */
static int find_and_list(struct cvm_seal *seal, const struct cvm_seal_add *add)
{
	int ret = seal->ops->find(seal, add);

	if (ret)
		return ret;
	ret = first_look(seal) ?: list_seal(seal);
	seal->ops->let_go(seal);
	return ret;
}

static int add_in_place(struct cvm_seal_add *add)
{
	struct cvm_seal *seal = make_seal(add);
	int ret;

	if (!seal)
		return -ENOMEM;
	ret = find_and_list(seal, add);
	if (!ret)
		add->id = seal->id;
	/* others may have removed it already */
	put_seal(seal);
	return ret;
}

static int check_request(const struct cvm_seal_add *add)
{
	u32 flags = CVM_SEAL_KEEP | (add->kind == CVM_SEAL_PROCESS ? CVM_SEAL_EXEC : 0);

	if (add->reserved || add->kind >= ARRAY_SIZE(kinds) || !kinds[add->kind] ||
	    add->flags & ~flags || strnlen(add->name, sizeof(add->name)) == sizeof(add->name))
		return -EINVAL;
	if (cvm_audit_refusal())
		return -EOPNOTSUPP;
	return add->flags & CVM_SEAL_KEEP ? security_locked_down(LOCKDOWN_KCORE) : 0;
}

/**
 * cvm_seal_add() - make a seal
 * @add: see uapi/cvm_seal.h; its number is filled in
 *
 * Return: 0 or a negative errno, as there.
 */
int cvm_seal_add(struct cvm_seal_add *add)
{
	int ret = check_request(add);

	if (ret)
		return ret;
	if (!take_place())
		return -ENOSPC;
	ret = add_in_place(add);
	if (ret)
		give_place_back();
	return ret;
}

/* ---- looking again ---- */

/* Of what is gone there is still a view: that nothing is left */
static int look_again(struct cvm_seal *seal, enum cvm_seal_how how, struct cvm_seal_view **view)
{
	int ret = seal->ops->hold(seal);

	if (ret)
		return how == CVM_SEAL_LOOK_WHOLE ? ret :
		       cvm_seal_look(seal, CVM_SEAL_LOOK_GONE, view);
	ret = cvm_seal_look(seal, how, view);
	seal->ops->let_go(seal);
	return ret;
}

/* A view in which nothing differs is not worth its memory */
static void replace_now(struct cvm_seal *seal, struct cvm_seal_view *view)
{
	if (seal->now != seal->sealed)
		cvm_seal_view_free(seal, seal->now);
	seal->now = view;
	if (view->state == CVM_SEAL_INTACT) {
		cvm_seal_view_free(seal, view);
		seal->now = seal->sealed;
	}
	seal->checked = ktime_get_real_ns();
}

static void replace_sealed(struct cvm_seal *seal, struct cvm_seal_view *view)
{
	memcpy(seal->previous, seal->sealed->root, sizeof(seal->previous));
	free_views(seal);
	memset(view->marks, 0, seal->pages * sizeof(*view->marks));
	view->state = CVM_SEAL_INTACT;
	view->changed = 0;
	view->patched = 0;
	seal->sealed = view;
	seal->now = view;
	seal->generation++;
	seal->rebased = ktime_get_real_ns();
	seal->checked = seal->rebased;
}

static int look_and_tell(struct cvm_seal *seal, enum cvm_seal_how how, struct cvm_seal_info *info)
{
	struct cvm_seal_view *view;
	int ret = look_again(seal, how, &view);

	if (ret)
		return ret;
	mutex_lock(&cvm_seals_lock);
	if (how == CVM_SEAL_LOOK_WHOLE)
		replace_sealed(seal, view);
	else
		replace_now(seal, view);
	if (is_listed(seal))
		cvm_seal_tell(seal, info);
	else
		ret = -ENOENT;
	mutex_unlock(&cvm_seals_lock);
	return ret;
}

static int find_and_look(u32 id, enum cvm_seal_how how, struct cvm_seal_info *info)
{
	struct cvm_seal *seal = get_seal(id);
	int ret;

	if (!seal)
		return -ENOENT;
	ret = mutex_lock_killable(&seal->reading);
	if (!ret) {
		ret = look_and_tell(seal, how, info);
		mutex_unlock(&seal->reading);
	}
	put_seal(seal);
	return ret;
}

/**
 * cvm_seal_check() - compare what is there with a seal
 * @id: of the seal
 * @info: filled in
 *
 * Context: may sleep, for as long as it takes to digest all its pages.
 * Return: 0, -ENOENT, -EINTR when killed, or -ENOMEM.
 */
int cvm_seal_check(u32 id, struct cvm_seal_info *info)
{
	return find_and_look(id, CVM_SEAL_LOOK_LEFT, info);
}

/**
 * cvm_seal_rebase() - make what is there the seal
 * @id: of the seal
 * @info: filled in
 *
 * Context: may sleep, for as long as it takes to digest all its pages.
 * Return: 0; as cvm_seal_check(); -ESTALE when it is gone; -EFAULT or -EACCES when a page
 * cannot be read.
 */
int cvm_seal_rebase(u32 id, struct cvm_seal_info *info)
{
	return find_and_look(id, CVM_SEAL_LOOK_WHOLE, info);
}

/* ---- the end of seals ---- */

/**
 * cvm_seal_remove() - forget a seal
 * @id: of the seal
 *
 * Return: 0, or -ENOENT when there is no such seal.
 */
int cvm_seal_remove(u32 id)
{
	struct cvm_seal *seal;

	mutex_lock(&cvm_seals_lock);
	seal = xa_erase(&cvm_seals, id);
	places -= !!seal;
	mutex_unlock(&cvm_seals_lock);
	if (!seal)
		return -ENOENT;
	put_seal(seal);
	return 0;
}

/* From here on its memory may belong to another one, which is not what was sealed */
static int on_module(struct notifier_block *nb, unsigned long state, void *module)
{
	struct cvm_seal *seal;
	unsigned long id;

	if (state != MODULE_STATE_GOING)
		return NOTIFY_DONE;
	mutex_lock(&cvm_seals_lock);
	xa_for_each(&cvm_seals, id, seal) {
		if (seal->module == module)
			WRITE_ONCE(seal->gone, true);
	}
	mutex_unlock(&cvm_seals_lock);
	return NOTIFY_DONE;
}

static struct notifier_block module_notifier = {
	.notifier_call = on_module,
};

/**
 * cvm_seal_init() - before the first seal
 *
 * Return: 0 or a negative errno.
 */
int __init cvm_seal_init(void)
{
	int ret = cvm_memory_efi_hold();

	if (ret)
		return ret;
	ret = register_module_notifier(&module_notifier);
	if (ret)
		cvm_memory_efi_let_go();
	return ret;
}

/**
 * cvm_seal_exit() - forget all seals; nobody works with them any more
 */
void cvm_seal_exit(void)
{
	struct cvm_seal *seal;
	unsigned long id;

	unregister_module_notifier(&module_notifier);
	xa_for_each(&cvm_seals, id, seal)
		put_seal(seal);
	xa_destroy(&cvm_seals);
	cvm_memory_efi_let_go();
}
