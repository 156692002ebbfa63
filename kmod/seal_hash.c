// SPDX-License-Identifier: GPL-2.0-only
/*
 * Digests of pages, and the Merkle tree over them. What they are made of is said in
 * uapi/cvm_seal.h. Each kind of input begins with a byte of its own, so that none can be
 * taken for another (as in RFC 6962, section 2.1).
 */
#include <crypto/hash.h>
#include <crypto/sha2.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "seal.h"

enum domain {
	DOMAIN_PAGE = 0,
	DOMAIN_NODE = 1,
	DOMAIN_ROOT = 2,
	DOMAIN_LIST = 3,
};

struct page_head {
	u8 domain;
	u8 salt[CVM_SEAL_SALT_SIZE];
	__le64 index;
} __packed;

struct root_head {
	u8 domain;
	__le32 kind;
	__le64 pages;
} __packed;

/* Enough for any number of pages */
#define LEVELS	BITS_PER_LONG

/**
 * struct cvm_seal_hash - one who hashes
 * @tfm: SHA-256
 * @leaves: that the tree has so far
 * @tops: of the full trees that they make up, the largest first: one for each bit in @leaves
 * @n_tops: number of them
 * @desc: state of a digest that is being made
 */
struct cvm_seal_hash {
	struct crypto_shash *tfm;
	unsigned long leaves;
	u8 tops[LEVELS][CVM_SEAL_DIGEST_SIZE];
	unsigned int n_tops;
	struct shash_desc desc;
};

static_assert(CVM_SEAL_DIGEST_SIZE == SHA256_DIGEST_SIZE);

/**
 * cvm_seal_hash_alloc() - get ready to hash
 *
 * Context: may sleep.
 * Return: what cvm_seal_hash_free() takes, or an ERR_PTR(); -EOPNOTSUPP in a kernel
 * without SHA-256.
 */
struct cvm_seal_hash *cvm_seal_hash_alloc(void)
{
	struct crypto_shash *tfm = crypto_alloc_shash("sha256", 0, 0);
	struct cvm_seal_hash *hash;

	if (IS_ERR(tfm))
		return ERR_PTR(PTR_ERR(tfm) == -ENOENT ? -EOPNOTSUPP : PTR_ERR(tfm));
	hash = kzalloc(sizeof(*hash) + crypto_shash_descsize(tfm), GFP_KERNEL);
	if (!hash) {
		crypto_free_shash(tfm);
		return ERR_PTR(-ENOMEM);
	}
	hash->tfm = tfm;
	hash->desc.tfm = tfm;
	return hash;
}

/**
 * cvm_seal_hash_free() - the end of it
 * @hash: what cvm_seal_hash_alloc() gave
 */
void cvm_seal_hash_free(struct cvm_seal_hash *hash)
{
	crypto_free_shash(hash->tfm);
	kfree_sensitive(hash);
}

static int digest_two(struct cvm_seal_hash *hash, const void *head, unsigned int head_size,
		      const void *rest, unsigned int rest_size, u8 *digest)
{
	return crypto_shash_init(&hash->desc) ?:
	       crypto_shash_update(&hash->desc, head, head_size) ?:
	       crypto_shash_finup(&hash->desc, rest, rest_size, digest);
}

/**
 * cvm_seal_hash_page() - digest of a page
 * @hash: who hashes
 * @salt: of the seal
 * @index: of the page in it
 * @page: contents
 * @digest: filled in
 *
 * Return: 0 or a negative errno.
 */
int cvm_seal_hash_page(struct cvm_seal_hash *hash, const u8 *salt, u64 index, const void *page,
		       u8 *digest)
{
	struct page_head head = { .domain = DOMAIN_PAGE, .index = cpu_to_le64(index) };
	int ret;

	memcpy(head.salt, salt, sizeof(head.salt));
	ret = digest_two(hash, &head, sizeof(head), page, PAGE_SIZE, digest);
	memzero_explicit(&head, sizeof(head));
	return ret;
}

/* The two smallest trees become one */
static int join_tops(struct cvm_seal_hash *hash)
{
	const u8 domain = DOMAIN_NODE;
	u8 *left = hash->tops[hash->n_tops - 2];

	hash->n_tops--;
	return digest_two(hash, &domain, sizeof(domain), left, 2 * CVM_SEAL_DIGEST_SIZE, left);
}

/**
 * cvm_seal_hash_leaf() - add a page to the tree
 * @hash: who hashes
 * @digest: of the page
 *
 * Return: 0 or a negative errno.
 */
int cvm_seal_hash_leaf(struct cvm_seal_hash *hash, const u8 *digest)
{
	unsigned long bit;
	int ret = 0;

	memcpy(hash->tops[hash->n_tops++], digest, CVM_SEAL_DIGEST_SIZE);
	/* trees of the same size join, as bits carry when one is added */
	for (bit = 1; hash->leaves & bit && !ret; bit <<= 1)
		ret = join_tops(hash);
	hash->leaves++;
	return ret;
}

/**
 * cvm_seal_hash_root() - the root over all leaves; the tree is empty afterwards
 * @hash: who hashes; has at least one leaf
 * @kind: &enum cvm_seal_kind
 * @root: filled in
 *
 * Return: 0 or a negative errno.
 */
int cvm_seal_hash_root(struct cvm_seal_hash *hash, u32 kind, u8 *root)
{
	struct root_head head = {
		.domain = DOMAIN_ROOT,
		.kind = cpu_to_le32(kind),
		.pages = cpu_to_le64(hash->leaves),
	};
	int ret = 0;

	while (hash->n_tops > 1 && !ret)
		ret = join_tops(hash);
	hash->leaves = 0;
	hash->n_tops = 0;
	return ret ?: digest_two(hash, &head, sizeof(head), hash->tops[0],
				 CVM_SEAL_DIGEST_SIZE, root);
}

/**
 * cvm_seal_hash_list() - one digest over the roots of several seals
 * @hash: who hashes
 * @roots: one after the other
 * @length: of all, bytes
 * @digest: filled in
 *
 * Return: 0 or a negative errno.
 */
int cvm_seal_hash_list(struct cvm_seal_hash *hash, const u8 *roots, size_t length, u8 *digest)
{
	const u8 domain = DOMAIN_LIST;

	return digest_two(hash, &domain, sizeof(domain), roots, length, digest);
}
