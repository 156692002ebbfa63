// SPDX-License-Identifier: GPL-2.0-only
/* What is known of seals, without a look at what they are of. */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "seal.h"

/**
 * cvm_seal_tell() - what is known of a seal
 * @seal: under the lock of the list
 * @info: filled in
 */
void cvm_seal_tell(const struct cvm_seal *seal, struct cvm_seal_info *info)
{
	*info = (struct cvm_seal_info){
		.size = info->size,
		.id = seal->id,
		.kind = seal->kind,
		.state = seal->now->state,
		.pid = seal->pid,
		.seal_flags = seal->flags,
		.generation = seal->generation,
		.start = seal->extents[0].address,
		.pages = seal->pages,
		.changed = seal->now->changed,
		.patched = seal->now->patched,
		.missing = seal->now->missing,
		.created = seal->created,
		.rebased = seal->rebased,
		.checked = seal->checked,
	};
	memcpy(info->name, seal->name, sizeof(info->name));
	memcpy(info->root, seal->sealed->root, sizeof(info->root));
	memcpy(info->now, seal->now->root, sizeof(info->now));
	memcpy(info->previous, seal->previous, sizeof(info->previous));
}

/**
 * cvm_seal_get() - what is known of a seal
 * @id: of the seal
 * @next: not this one, but the one after it
 * @info: filled in
 *
 * Return: 0, or -ENOENT when there is none.
 */
int cvm_seal_get(u32 id, bool next, struct cvm_seal_info *info)
{
	unsigned long index = id;
	struct cvm_seal *seal;

	mutex_lock(&cvm_seals_lock);
	seal = next ? xa_find_after(&cvm_seals, &index, ULONG_MAX, XA_PRESENT) :
		      xa_load(&cvm_seals, index);
	if (seal)
		cvm_seal_tell(seal, info);
	mutex_unlock(&cvm_seals_lock);
	return seal ? 0 : -ENOENT;
}

static unsigned long next_differing(const struct cvm_seal *seal, unsigned long index)
{
	while (index < seal->pages && seal->now->marks[index].state == CVM_SEAL_INTACT)
		index++;
	return index;
}

static void tell_page(const struct cvm_seal *seal, unsigned long index, struct cvm_seal_page *page)
{
	const struct cvm_seal_mark *mark = &seal->now->marks[index];

	*page = (struct cvm_seal_page){
		.index = index,
		.address = cvm_seal_address(seal, index),
		.state = mark->state,
		.writable = mark->writable,
	};
	memcpy(page->sealed, seal->sealed->digests[index], sizeof(page->sealed));
	memcpy(page->now, seal->now->digests[index], sizeof(page->now));
}

/**
 * cvm_seal_page() - the next page that differed at the last check
 * @id: of the seal
 * @start: in: where to look from; out: where to go on
 * @page: filled in
 *
 * Return: 1, 0 when there is none, or -ENOENT when there is no such seal.
 */
int cvm_seal_page(u32 id, u64 *start, struct cvm_seal_page *page)
{
	struct cvm_seal *seal;
	int ret = -ENOENT;

	mutex_lock(&cvm_seals_lock);
	seal = xa_load(&cvm_seals, id);
	if (seal) {
		*start = next_differing(seal, min_t(u64, *start, seal->pages));
		ret = *start < seal->pages;
		if (ret)
			tell_page(seal, (*start)++, page);
	}
	mutex_unlock(&cvm_seals_lock);
	return ret;
}

static int copy_bytes(const struct cvm_seal *seal, unsigned long index, bool now, void *page)
{
	const struct cvm_seal_view *view = now ? seal->now : seal->sealed;

	if (index >= seal->pages)
		return -ENOENT;
	if (!view->bytes || view->marks[index].state == CVM_SEAL_MISSING)
		return -ENODATA;
	memcpy(page, view->bytes + index * PAGE_SIZE, PAGE_SIZE);
	return 0;
}

/**
 * cvm_seal_bytes() - what a page was
 * @id: of the seal
 * @index: of the page
 * @now: at the last check, or else when it was sealed
 * @page: takes it
 *
 * Return: 0; -ENOENT when there is no such seal or page; -ENODATA when its bytes are not
 * kept, or it was missing.
 */
int cvm_seal_bytes(u32 id, unsigned long index, bool now, void *page)
{
	struct cvm_seal *seal;
	int ret = -ENOENT;

	mutex_lock(&cvm_seals_lock);
	seal = xa_load(&cvm_seals, id);
	if (seal)
		ret = copy_bytes(seal, index, now, page);
	mutex_unlock(&cvm_seals_lock);
	return ret;
}

static unsigned int collect_roots(u8 (*roots)[CVM_SEAL_DIGEST_SIZE])
{
	unsigned int count = 0;
	struct cvm_seal *seal;
	unsigned long id;

	mutex_lock(&cvm_seals_lock);
	xa_for_each(&cvm_seals, id, seal)
		memcpy(roots[count++], seal->now->root, CVM_SEAL_DIGEST_SIZE);
	mutex_unlock(&cvm_seals_lock);
	return count;
}

/**
 * cvm_seal_root() - one digest over all seals as they were at their last checks
 * @count: set to their number
 * @root: filled in; zero when there are none
 *
 * Return: 0 or a negative errno.
 */
int cvm_seal_root(u32 *count, u8 *root)
{
	u8 (*roots)[CVM_SEAL_DIGEST_SIZE] __free(kfree) =
		kmalloc_array(CVM_SEALS_MAX, sizeof(*roots), GFP_KERNEL);
	struct cvm_seal_hash *hash;
	int ret;

	memset(root, 0, CVM_SEAL_DIGEST_SIZE);
	if (!roots)
		return -ENOMEM;
	*count = collect_roots(roots);
	if (!*count)
		return 0;
	hash = cvm_seal_hash_alloc();
	if (IS_ERR(hash))
		return PTR_ERR(hash);
	ret = cvm_seal_hash_list(hash, roots[0], *count * sizeof(*roots), root);
	cvm_seal_hash_free(hash);
	return ret;
}
