// SPDX-License-Identifier: GPL-2.0-only
/*
 * Digests and trees of seals: against values that were computed elsewhere, and against the
 * definition of the tree in uapi/cvm_seal.h, with another SHA-256 of the kernel.
 */
#include <crypto/sha2.h>
#include <kunit/test.h>
#include <linux/hex.h>
#include <linux/log2.h>

#include "seal_hash.c"

#define LEAVES_MAX	70

static struct cvm_seal_hash *hash;
static u8 (*leaves)[CVM_SEAL_DIGEST_SIZE];

static int begin(struct kunit *test)
{
	unsigned int i;

	leaves = kunit_kcalloc(test, LEAVES_MAX, sizeof(*leaves), GFP_KERNEL);
	if (!leaves)
		return -ENOMEM;
	for (i = 0; i < LEAVES_MAX; i++)
		memset(leaves[i], i + 1, sizeof(*leaves));
	hash = cvm_seal_hash_alloc();
	return PTR_ERR_OR_ZERO(hash);
}

static void end(struct kunit *test)
{
	if (!IS_ERR_OR_NULL(hash))
		cvm_seal_hash_free(hash);
	hash = NULL;
}

static const char page_of_zeros[] =
	"b138f1e05e338903c23e7932634e8ec9a9a922385144ad14b69852d3ad437129";
static const char page_of_sevens[] =
	"a52f9e3e3b836206f9e78326c72adcfe678f0c284c22afe2aa35f2e31b5255b8";
static const char root_of_five[] =
	"95eca8cc43e6a85eefaba5b59b8e76bcc44139dcb510d632d3b0c95252db8e20";
static const char list_of_five[] =
	"7fa7491738d7ceb58d6aac6af61f0d3b053a63664225dc351bd4ae42d37876e2";

static void expect_hex(struct kunit *test, const u8 *digest, const char *want)
{
	char text[2 * CVM_SEAL_DIGEST_SIZE + 1] = {};

	bin2hex(text, digest, CVM_SEAL_DIGEST_SIZE);
	KUNIT_EXPECT_STREQ(test, text, want);
}

/* ---- known values ---- */

static void pages_of_known_digests(struct kunit *test)
{
	u8 digest[CVM_SEAL_DIGEST_SIZE], salt[CVM_SEAL_SALT_SIZE];
	u8 *page = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	const u64 index = 0x0102030405060708ULL;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	for (i = 0; i < sizeof(salt); i++)
		salt[i] = i;
	KUNIT_ASSERT_EQ(test, cvm_seal_hash_page(hash, salt, 0, page, digest), 0);
	expect_hex(test, digest, page_of_zeros);
	for (i = 0; i < PAGE_SIZE; i++)
		page[i] = i * 7 + 3;
	KUNIT_ASSERT_EQ(test, cvm_seal_hash_page(hash, salt, index, page, digest), 0);
	expect_hex(test, digest, page_of_sevens);
}

static int hash_tree(unsigned int count, u32 kind, u8 *root)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < count && !ret; i++)
		ret = cvm_seal_hash_leaf(hash, leaves[i]);
	return ret ?: cvm_seal_hash_root(hash, kind, root);
}

static void tree_and_list_of_known_digests(struct kunit *test)
{
	u8 digest[CVM_SEAL_DIGEST_SIZE];

	KUNIT_ASSERT_EQ(test, hash_tree(5, CVM_SEAL_PROCESS, digest), 0);
	expect_hex(test, digest, root_of_five);
	KUNIT_ASSERT_EQ(test, cvm_seal_hash_list(hash, leaves[0], 5 * sizeof(*leaves), digest), 0);
	expect_hex(test, digest, list_of_five);
}

/* ---- the definition ---- */

/* RFC 6962 section 2.1: the left tree has the largest power of two that leaves something */
static void define_tree(u8 (*first)[CVM_SEAL_DIGEST_SIZE], unsigned int count, u8 *digest)
{
	u8 node[1 + 2 * CVM_SEAL_DIGEST_SIZE] = { DOMAIN_NODE };
	unsigned int left;

	if (count == 1) {
		memcpy(digest, first[0], CVM_SEAL_DIGEST_SIZE);
		return;
	}
	left = rounddown_pow_of_two(count - 1);
	define_tree(first, left, node + 1);
	define_tree(first + left, count - left, node + 1 + CVM_SEAL_DIGEST_SIZE);
	sha256(node, sizeof(node), digest);
}

static void define_root(unsigned int count, u32 kind, u8 *root)
{
	u8 input[1 + 4 + 8 + CVM_SEAL_DIGEST_SIZE] = { DOMAIN_ROOT, kind, 0, 0, 0, count };

	define_tree(leaves, count, input + 13);
	sha256(input, sizeof(input), root);
}

static void trees_of_all_shapes(struct kunit *test)
{
	u8 got[CVM_SEAL_DIGEST_SIZE], want[CVM_SEAL_DIGEST_SIZE];
	unsigned int count;

	for (count = 1; count <= LEAVES_MAX; count++) {
		KUNIT_ASSERT_EQ(test, hash_tree(count, CVM_SEAL_RANGE, got), 0);
		define_root(count, CVM_SEAL_RANGE, want);
		KUNIT_EXPECT_EQ_MSG(test, memcmp(got, want, sizeof(got)), 0, "%u leaves", count);
	}
}

/* ---- no two inputs alike ---- */

static void kind_and_order_count(struct kunit *test)
{
	u8 one[CVM_SEAL_DIGEST_SIZE], other[CVM_SEAL_DIGEST_SIZE];

	KUNIT_ASSERT_EQ(test, hash_tree(2, CVM_SEAL_RANGE, one), 0);
	KUNIT_ASSERT_EQ(test, hash_tree(2, CVM_SEAL_MODULE, other), 0);
	KUNIT_EXPECT_MEMNEQ(test, one, other, sizeof(one));
	swap(leaves[0][0], leaves[1][0]);
	KUNIT_ASSERT_EQ(test, hash_tree(2, CVM_SEAL_RANGE, other), 0);
	KUNIT_EXPECT_MEMNEQ(test, one, other, sizeof(one));
}

static void salt_and_index_count(struct kunit *test)
{
	u8 digests[3][CVM_SEAL_DIGEST_SIZE], salt[CVM_SEAL_SALT_SIZE] = {};
	void *page = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_EQ(test, cvm_seal_hash_page(hash, salt, 0, page, digests[0]), 0);
	KUNIT_ASSERT_EQ(test, cvm_seal_hash_page(hash, salt, 1, page, digests[1]), 0);
	salt[CVM_SEAL_SALT_SIZE - 1] = 1;
	KUNIT_ASSERT_EQ(test, cvm_seal_hash_page(hash, salt, 0, page, digests[2]), 0);
	KUNIT_EXPECT_MEMNEQ(test, digests[0], digests[1], CVM_SEAL_DIGEST_SIZE);
	KUNIT_EXPECT_MEMNEQ(test, digests[0], digests[2], CVM_SEAL_DIGEST_SIZE);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(pages_of_known_digests),
	KUNIT_CASE(tree_and_list_of_known_digests),
	KUNIT_CASE(trees_of_all_shapes),
	KUNIT_CASE(kind_and_order_count),
	KUNIT_CASE(salt_and_index_count),
	{}
};

static struct kunit_suite suite = {
	.name = "cvm_seal_hash",
	.init = begin,
	.exit = end,
	.test_cases = cases,
};

kunit_test_suite(suite);
