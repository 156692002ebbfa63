// SPDX-License-Identifier: GPL-2.0-only
/*
 * One look at all pages of a seal: their digests, and how they compare with the seal.
 * Each page is copied once, so that its digest and its bytes are of one moment.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "seal.h"

/**
 * struct look - one look while it goes on
 * @seal: that is looked at
 * @how: it is done
 * @hash: makes the digests
 * @copy: of the page that is at hand
 * @to: what has been seen
 */
struct look {
	struct cvm_seal *seal;
	enum cvm_seal_how how;
	struct cvm_seal_hash *hash;
	void *copy;
	struct cvm_seal_view *to;
};

/* ---- extents ---- */

/**
 * cvm_seal_extents_add() - add pages to a seal that is being made
 * @seal: the seal
 * @address: of the first
 * @bytes: whole pages
 *
 * Return: 0, -E2BIG or -ENOMEM.
 */
int cvm_seal_extents_add(struct cvm_seal *seal, unsigned long address, unsigned long bytes)
{
	struct cvm_seal_extent *extents;

	if (bytes / PAGE_SIZE > CVM_SEAL_PAGES_MAX - seal->pages)
		return -E2BIG;
	extents = krealloc_array(seal->extents, seal->n_extents + 1, sizeof(*extents),
				 GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!extents)
		return -ENOMEM;
	extents[seal->n_extents] = (struct cvm_seal_extent){
		.address = address,
		.first = seal->pages,
		.pages = bytes / PAGE_SIZE,
	};
	seal->extents = extents;
	seal->n_extents++;
	seal->pages += bytes / PAGE_SIZE;
	return 0;
}

/**
 * cvm_seal_address() - where a page of a seal is
 * @seal: the seal
 * @index: of the page
 *
 * Return: its virtual address.
 */
unsigned long cvm_seal_address(const struct cvm_seal *seal, unsigned long index)
{
	unsigned int low = 0, high = seal->n_extents - 1, middle;

	while (low < high) {
		middle = high - (high - low) / 2;
		if (seal->extents[middle].first <= index)
			low = middle;
		else
			high = middle - 1;
	}
	return seal->extents[low].address + (index - seal->extents[low].first) * PAGE_SIZE;
}

/**
 * cvm_seal_is_image() - are these pages of the kernel's image?
 * @seal: the seal
 */
bool cvm_seal_is_image(const struct cvm_seal *seal)
{
	return seal->kind == CVM_SEAL_KERNEL_RODATA || seal->kind == CVM_SEAL_KERNEL_TEXT;
}

/* ---- views ---- */

static void *alloc_for_all(const struct cvm_seal *seal, size_t size)
{
	return kvcalloc(seal->pages, size, GFP_KERNEL_ACCOUNT);
}

static struct cvm_seal_view *alloc_view(const struct cvm_seal *seal)
{
	struct cvm_seal_view *view = kzalloc(sizeof(*view), GFP_KERNEL_ACCOUNT);
	bool keep = seal->flags & CVM_SEAL_KEEP;

	if (!view)
		return NULL;
	view->marks = alloc_for_all(seal, sizeof(*view->marks));
	view->digests = alloc_for_all(seal, sizeof(*view->digests));
	view->masked = seal->ops->mask ? alloc_for_all(seal, sizeof(*view->masked)) : NULL;
	view->bytes = keep ? alloc_for_all(seal, PAGE_SIZE) : NULL;
	if (view->marks && view->digests && (view->masked || !seal->ops->mask) &&
	    (view->bytes || !keep))
		return view;
	cvm_seal_view_free(seal, view);
	return NULL;
}

/**
 * cvm_seal_view_free() - forget a view
 * @seal: that it is of
 * @view: the view, or NULL
 */
void cvm_seal_view_free(const struct cvm_seal *seal, struct cvm_seal_view *view)
{
	if (!view)
		return;
	if (view->bytes)
		kvfree_sensitive(view->bytes, seal->pages * PAGE_SIZE);
	kvfree(view->masked);
	kvfree(view->digests);
	kvfree(view->marks);
	kfree(view);
}

/* ---- comparing ---- */

static bool same(const u8 *a, const u8 *b)
{
	return !memcmp(a, b, CVM_SEAL_DIGEST_SIZE);
}

static u8 compare(const struct cvm_seal *seal, const struct cvm_seal_view *now, unsigned long i)
{
	const struct cvm_seal_view *sealed = seal->sealed;

	if (!sealed || same(sealed->digests[i], now->digests[i]))
		return CVM_SEAL_INTACT;
	if (sealed->masked && same(sealed->masked[i], now->masked[i]))
		return CVM_SEAL_PATCHED;
	return seal->kind == CVM_SEAL_KERNEL_TEXT ? CVM_SEAL_TEXT_CHANGED : CVM_SEAL_CHANGED;
}

static void count(struct cvm_seal_view *view, u8 state)
{
	view->state = max_t(u32, view->state, state);
	view->patched += state == CVM_SEAL_PATCHED;
	view->missing += state == CVM_SEAL_MISSING;
	view->changed += state != CVM_SEAL_INTACT && state != CVM_SEAL_MISSING;
}

/* ---- reading ---- */

/* Digests of what is in the copy; the second one after the first, as it spoils the copy */
static int digest_copy(struct look *look, unsigned long index, unsigned long address)
{
	struct cvm_seal *seal = look->seal;
	struct cvm_seal_view *to = look->to;
	int ret = cvm_seal_hash_page(look->hash, seal->salt, index, look->copy, to->digests[index]);

	if (to->bytes)
		memcpy(to->bytes + index * PAGE_SIZE, look->copy, PAGE_SIZE);
	if (ret || !to->masked)
		return ret;
	if (seal->ops->mask(seal, address, look->copy))
		return cvm_seal_hash_page(look->hash, seal->salt, index, look->copy,
					  to->masked[index]);
	memcpy(to->masked[index], to->digests[index], CVM_SEAL_DIGEST_SIZE);
	return 0;
}

static int take_copy(struct look *look, unsigned long index, unsigned long address)
{
	bool writable = false;
	int ret;

	if (look->how == CVM_SEAL_LOOK_GONE)
		return -EFAULT;
	ret = look->seal->ops->read(look->seal, address, look->copy, &writable);
	look->to->marks[index].writable = writable;
	if (!ret && look->how == CVM_SEAL_LOOK_WHOLE && writable && cvm_seal_is_image(look->seal))
		return -EACCES;
	return ret;
}

static int read_page(struct look *look, unsigned long index, unsigned long address)
{
	int ret = take_copy(look, index, address);

	if (look->how != CVM_SEAL_LOOK_WHOLE && (ret == -EFAULT || ret == -EACCES)) {
		look->to->marks[index].state = CVM_SEAL_MISSING;
		return 0;
	}
	if (!ret)
		ret = digest_copy(look, index, address);
	if (!ret)
		look->to->marks[index].state = compare(look->seal, look->to, index);
	return ret;
}

static int look_at_page(struct look *look, unsigned long index, unsigned long address)
{
	int ret = fatal_signal_pending(current) ? -EINTR : read_page(look, index, address);

	cond_resched();
	if (ret)
		return ret;
	count(look->to, look->to->marks[index].state);
	return cvm_seal_hash_leaf(look->hash, look->to->digests[index]);
}

static int look_at_extent(struct look *look, const struct cvm_seal_extent *extent)
{
	unsigned long i;
	int ret = 0;

	for (i = 0; i < extent->pages && !ret; i++)
		ret = look_at_page(look, extent->first + i, extent->address + i * PAGE_SIZE);
	return ret;
}

static int look_at_all(struct look *look)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < look->seal->n_extents && !ret; i++)
		ret = look_at_extent(look, &look->seal->extents[i]);
	return ret ?: cvm_seal_hash_root(look->hash, look->seal->kind, look->to->root);
}

static int look_with_copy(struct look *look)
{
	int ret;

	look->copy = kmalloc(PAGE_SIZE, GFP_KERNEL);
	if (!look->copy)
		return -ENOMEM;
	ret = look_at_all(look);
	kfree_sensitive(look->copy);
	return ret;
}

static int look_with_hash(struct look *look)
{
	int ret;

	look->hash = cvm_seal_hash_alloc();
	if (IS_ERR(look->hash))
		return PTR_ERR(look->hash);
	ret = look_with_copy(look);
	cvm_seal_hash_free(look->hash);
	return ret;
}

/**
 * cvm_seal_look() - read all pages of a seal
 * @seal: held by its ops, unless it is gone; its @reading is held, or nobody else knows it yet
 * @how: see &enum cvm_seal_how
 * @to: set to the view, compared with what is sealed if there is something
 *
 * Context: may sleep, for as long as it takes to digest all pages.
 * Return: 0; -EINTR when killed; or a negative errno.
 */
int cvm_seal_look(struct cvm_seal *seal, enum cvm_seal_how how, struct cvm_seal_view **to)
{
	struct look look = { .seal = seal, .how = how, .to = alloc_view(seal) };
	int ret;

	if (!look.to)
		return -ENOMEM;
	ret = look_with_hash(&look);
	if (ret) {
		cvm_seal_view_free(seal, look.to);
		return ret;
	}
	if (how == CVM_SEAL_LOOK_GONE)
		look.to->state = CVM_SEAL_GONE;
	*to = look.to;
	return 0;
}
