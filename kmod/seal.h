/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the seals know of each other, as cvm.h does for the rest. */
#ifndef _CVM_SEAL_PRIVATE_H
#define _CVM_SEAL_PRIVATE_H

#include <linux/kref.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "uapi/cvm_seal.h"

#define CVM_SEALS_MAX		256
#define CVM_SEAL_PAGES_MAX	BIT(20)
#define CVM_SEAL_SALT_SIZE	32

/* ---- seal_hash.c ---- */

struct cvm_seal_hash;

struct cvm_seal_hash *cvm_seal_hash_alloc(void);
void cvm_seal_hash_free(struct cvm_seal_hash *hash);
int cvm_seal_hash_page(struct cvm_seal_hash *hash, const u8 *salt, u64 index, const void *page,
		       u8 *digest);
int cvm_seal_hash_leaf(struct cvm_seal_hash *hash, const u8 *digest);
int cvm_seal_hash_root(struct cvm_seal_hash *hash, u32 kind, u8 *root);
int cvm_seal_hash_list(struct cvm_seal_hash *hash, const u8 *roots, size_t length, u8 *digest);

/* ---- seal_page.c ---- */

int cvm_seal_read_frame(unsigned long pfn, void *copy);

/* ---- seal_patch.c ---- */

struct module;

/**
 * struct cvm_seal_site - where the kernel patches the code of a module
 * @address: of the instruction
 * @length: of it
 */
struct cvm_seal_site {
	unsigned long address;
	unsigned int length;
};

/**
 * struct cvm_seal_sites - all of them in a module
 * @count: in @list
 * @list: in the order of addresses
 */
struct cvm_seal_sites {
	unsigned int count;
	struct cvm_seal_site *list;
};

int cvm_seal_sites_find(struct cvm_seal_sites *sites, struct module *module, unsigned long start,
			unsigned long end);
bool cvm_seal_sites_mask(const struct cvm_seal_sites *sites, unsigned long address, void *page);

/* ---- all ---- */

/**
 * struct cvm_seal_extent - pages of a seal that follow each other
 * @address: of the first
 * @first: its index in the seal
 * @pages: number of them
 */
struct cvm_seal_extent {
	unsigned long address;
	unsigned long first;
	unsigned long pages;
};

/**
 * struct cvm_seal_mark - what was seen of a page beside its contents
 * @state: &enum cvm_seal_state, compared with the seal
 * @writable: through this mapping
 */
struct cvm_seal_mark {
	u8 state;
	u8 writable;
};

/**
 * struct cvm_seal_view - what all pages of a seal were at one time
 * @state: &enum cvm_seal_state of the worst page
 * @changed: pages by outcome, as in &struct cvm_seal_info
 * @patched: likewise
 * @missing: likewise
 * @root: of the tree
 * @marks: of each page
 * @digests: of each page, zero for one that could not be read
 * @masked: likewise, without the places where the kernel patches; NULL where nobody asks
 * @bytes: of all pages, NULL when they are not kept
 */
struct cvm_seal_view {
	u32 state;
	u64 changed;
	u64 patched;
	u64 missing;
	u8 root[CVM_SEAL_DIGEST_SIZE];
	struct cvm_seal_mark *marks;
	u8 (*digests)[CVM_SEAL_DIGEST_SIZE];
	u8 (*masked)[CVM_SEAL_DIGEST_SIZE];
	void *bytes;
};

/**
 * struct cvm_seal - pages that must not change
 * @refs: the list, and who works with it
 * @reading: one reads its pages at a time; covers nothing that others need soon
 * @ops: of its kind
 * @id: its number, 0 before it has one
 * @kind: &enum cvm_seal_kind
 * @flags: of CVM_SEAL_ADD
 * @pid: of a process, as the caller knew it
 * @name: see &struct cvm_seal_info
 * @salt: of its digests
 * @pages: in all extents
 * @n_extents: number of @extents
 * @extents: where the pages are
 * @module: that it is of; not to be looked into, except between @ops->hold and @ops->let_go
 * @sites: where that module is patched
 * @mm: of the process, its structure only
 * @gone: what it was of is no more
 * @sealed: what it compares with
 * @now: of the last check; @sealed itself when nothing differed
 * @generation: see &struct cvm_seal_info
 * @created: likewise
 * @rebased: likewise
 * @checked: likewise
 * @previous: likewise
 *
 * From @gone on under the lock of the list; what is before never changes once it is there.
 * @sealed and @now are replaced under @reading too, and so stay while that is held.
 */
struct cvm_seal {
	struct kref refs;
	struct mutex reading;	/* see above */
	const struct cvm_seal_ops *ops;
	u32 id;
	u32 kind;
	u32 flags;
	s32 pid;
	char name[CVM_SEAL_NAME_SIZE];
	u8 salt[CVM_SEAL_SALT_SIZE];
	unsigned long pages;
	unsigned int n_extents;
	struct cvm_seal_extent *extents;
	struct module *module;
	struct cvm_seal_sites sites;
	struct mm_struct *mm;
	bool gone;
	struct cvm_seal_view *sealed;
	struct cvm_seal_view *now;
	u32 generation;
	u64 created;
	u64 rebased;
	u64 checked;
	u8 previous[CVM_SEAL_DIGEST_SIZE];
};

/**
 * struct cvm_seal_ops - a kind of seals
 * @find: finds what @add asks for, makes the extents, and holds it as @hold does
 * @hold: keeps it readable; -ESTALE when it is gone
 * @let_go: the reverse
 * @read: copies one page; -EFAULT or -EACCES when that is not possible, -EINTR, -ENOMEM
 * @mask: clears what the kernel patches in a copy; false when there is nothing. May be NULL
 * @drop: lets go of what @find has kept for good; may be NULL
 */
struct cvm_seal_ops {
	int (*find)(struct cvm_seal *seal, const struct cvm_seal_add *add);
	int (*hold)(struct cvm_seal *seal);
	void (*let_go)(struct cvm_seal *seal);
	int (*read)(struct cvm_seal *seal, unsigned long address, void *copy, bool *writable);
	bool (*mask)(struct cvm_seal *seal, unsigned long address, void *copy);
	void (*drop)(struct cvm_seal *seal);
};

/* ---- seal_kernel.c, seal_module.c, seal_process.c ---- */

int cvm_seal_read_kernel(struct cvm_seal *seal, unsigned long address, void *copy, bool *writable);
extern const struct cvm_seal_ops cvm_seal_kernel_ops;
extern const struct cvm_seal_ops cvm_seal_module_ops;
extern const struct cvm_seal_ops cvm_seal_process_ops;

/* ---- seal_view.c ---- */

/**
 * enum cvm_seal_how - how to look at the pages of a seal
 * @CVM_SEAL_LOOK_WHOLE: fail when a page cannot be read, or is of the kernel's image and
 *	may be written
 * @CVM_SEAL_LOOK_LEFT: a page that cannot be read is missing
 * @CVM_SEAL_LOOK_GONE: all are missing
 */
enum cvm_seal_how {
	CVM_SEAL_LOOK_WHOLE,
	CVM_SEAL_LOOK_LEFT,
	CVM_SEAL_LOOK_GONE,
};

int cvm_seal_extents_add(struct cvm_seal *seal, unsigned long address, unsigned long bytes);
unsigned long cvm_seal_address(const struct cvm_seal *seal, unsigned long index);
bool cvm_seal_is_image(const struct cvm_seal *seal);
int cvm_seal_look(struct cvm_seal *seal, enum cvm_seal_how how, struct cvm_seal_view **to);
void cvm_seal_view_free(const struct cvm_seal *seal, struct cvm_seal_view *view);

/* ---- seal.c ---- */

extern struct mutex cvm_seals_lock;
extern struct xarray cvm_seals;

int cvm_seal_init(void);
void cvm_seal_exit(void);
int cvm_seal_add(struct cvm_seal_add *add);
int cvm_seal_check(u32 id, struct cvm_seal_info *info);
int cvm_seal_rebase(u32 id, struct cvm_seal_info *info);
int cvm_seal_remove(u32 id);

/* ---- seal_tell.c ---- */

void cvm_seal_tell(const struct cvm_seal *seal, struct cvm_seal_info *info);
int cvm_seal_get(u32 id, bool next, struct cvm_seal_info *info);
int cvm_seal_root(u32 *count, u8 *root);
int cvm_seal_page(u32 id, u64 *start, struct cvm_seal_page *page);
int cvm_seal_bytes(u32 id, unsigned long index, bool now, void *page);

#endif /* _CVM_SEAL_PRIVATE_H */
