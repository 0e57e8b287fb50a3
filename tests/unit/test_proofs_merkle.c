/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Merkle tree: published vectors, the largest sizes, failures. */
#include "proofs/merkle.h"

#include "base/error.h"

#include "proofs_support.h"

#include <string.h>

/* Published vectors: Certificate Transparency's eight leaves. */

static const char *const ct_leaves[] = {
	"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};

/* By size, from the empty tree on. */
static const char *const ct_roots[] = {
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

#define NODE_1 "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
#define NODE_4 "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
#define NODE_2_3 "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define NODE_4_5 "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
#define NODE_6_7 "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
#define NODE_4_7 "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"

typedef struct proof_vector {
	guint64 from, size;
	const char *hashes[4];
} proof_vector;

static const proof_vector ct_inclusion[] = {
	{0, 1, {NULL}},
	{0, 8, {NODE_1, NODE_2_3, NODE_4_7}},
	{5, 8, {NODE_4, NODE_6_7, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
	{2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
	{1, 5, {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", NODE_2_3, NODE_4}},
};

static const proof_vector ct_consistency[] = {
	{1, 1, {NULL}},
	{1, 8, {NODE_1, NODE_2_3, NODE_4_7}},
	{6, 8, {NODE_4_5, NODE_6_7, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
	{2, 5, {NODE_2_3, NODE_4}},
};

static memory_log *ct_log(void)
{
	memory_log *log = memory_log_new();
	for (size_t i = 0; i < G_N_ELEMENTS(ct_leaves); i++) {
		g_autoptr(GBytes) leaf = bytes_from_hex(ct_leaves[i]);
		memory_log_add(log, g_bytes_get_data(leaf, NULL), g_bytes_get_size(leaf));
	}
	return log;
}

static void assert_proof(const merkle_proof *proof, const proof_vector *wanted)
{
	size_t count = 0;
	for (; wanted->hashes[count]; count++)
		assert_hash(proof->hashes[count], wanted->hashes[count]);
	ck_assert_uint_eq(proof->count, count);
}

START_TEST(hashes_of_the_rfc)
{
	uint8_t hash[HASH_SIZE], left[HASH_SIZE], right[HASH_SIZE];
	merkle_empty(hash);
	assert_hash(hash, ct_roots[0]);
	merkle_leaf("", 0, left);
	assert_hash(left, ct_roots[1]);
	merkle_leaf("\0", 1, right);
	merkle_node(left, right, hash);
	assert_hash(hash, ct_roots[2]);
	merkle_node(left, right, right);
	ck_assert_mem_eq(right, hash, HASH_SIZE);
}
END_TEST

START_TEST(published_roots)
{
	g_autoptr(memory_log) log = ct_log();
	merkle_reader reader = memory_log_reader(log);
	uint8_t root[HASH_SIZE];
	for (guint64 size = 0; size < G_N_ELEMENTS(ct_roots); size++) {
		ck_assert(merkle_root(&reader, size, root, NULL));
		assert_hash(root, ct_roots[size]);
	}
	merkle_tree_root(&log->tree, root);
	assert_hash(root, ct_roots[8]);
}
END_TEST

START_TEST(published_inclusion)
{
	g_autoptr(memory_log) log = ct_log();
	merkle_reader reader = memory_log_reader(log);
	merkle_proof proof;
	const proof_vector *vector = &ct_inclusion[_i];
	ck_assert(merkle_prove_inclusion(&reader, vector->from, vector->size, &proof, NULL));
	assert_proof(&proof, vector);
}
END_TEST

START_TEST(published_consistency)
{
	g_autoptr(memory_log) log = ct_log();
	merkle_reader reader = memory_log_reader(log);
	merkle_proof proof;
	const proof_vector *vector = &ct_consistency[_i];
	ck_assert(merkle_prove_consistency(&reader, vector->from, vector->size, &proof, NULL));
	assert_proof(&proof, vector);
}
END_TEST

typedef uint8_t hash32[HASH_SIZE];

START_TEST(nothing_but_the_empty_tree_is_its_beginning)
{
	const merkle_proof none = {0};
	hash32 empty, other;
	merkle_empty(empty);
	merkle_leaf("x", 1, other);
	ck_assert(merkle_verify_consistency(&none, 0, 1, empty, other));
	ck_assert(!merkle_verify_consistency(&none, 0, 1, other, other));
	ck_assert(!merkle_verify_consistency(&none, 1, 1, other, empty));
	ck_assert(!merkle_verify_consistency(&none, 1, 0, other, empty));
	ck_assert(!merkle_verify_inclusion(&none, 0, 0, other, empty));
}
END_TEST

/* As large as a tree can be: when all leaves are the same, so are all subtrees of a level. */

static bool read_uniform(void *user, unsigned level, guint64 index, uint8_t hash[HASH_SIZE], GError **error)
{
	hash32 *levels = user;
	(void)error;
	ck_assert_uint_lt(level, MERKLE_LEVELS);
	ck_assert_uint_le(index, (MERKLE_SIZE_MAX >> level) - 1);
	memcpy(hash, levels[level], HASH_SIZE);
	return true;
}

static const guint64 large_sizes[] = {1, 2, 3, G_GUINT64_CONSTANT(1) << 32, (G_GUINT64_CONSTANT(1) << 32) + 1,
	(G_GUINT64_CONSTANT(1) << 62) - 1, G_GUINT64_CONSTANT(1) << 62, MERKLE_SIZE_MAX - 1, MERKLE_SIZE_MAX};

static void check_large(const merkle_reader *reader, guint64 first, guint64 second, const hash32 leaf)
{
	merkle_proof proof;
	hash32 first_root, second_root;
	ck_assert(merkle_root(reader, first, first_root, NULL));
	ck_assert(merkle_root(reader, second, second_root, NULL));
	ck_assert(merkle_prove_consistency(reader, first, second, &proof, NULL));
	ck_assert(merkle_verify_consistency(&proof, first, second, first_root, second_root));
	ck_assert(merkle_prove_inclusion(reader, first - 1, second, &proof, NULL));
	ck_assert(merkle_verify_inclusion(&proof, first - 1, second, leaf, second_root));
}

START_TEST(the_largest_trees)
{
	hash32 levels[MERKLE_LEVELS];
	merkle_reader reader = {read_uniform, levels};
	merkle_leaf("same", 4, levels[0]);
	for (unsigned level = 1; level < MERKLE_LEVELS; level++)
		merkle_node(levels[level - 1], levels[level - 1], levels[level]);

	for (size_t i = 0; i < G_N_ELEMENTS(large_sizes); i++)
		for (size_t j = i; j < G_N_ELEMENTS(large_sizes); j++)
			check_large(&reader, large_sizes[i], large_sizes[j], levels[0]);
}
END_TEST

START_TEST(no_larger_tree)
{
	hash32 levels[MERKLE_LEVELS] = {0}, root;
	merkle_reader reader = {read_uniform, levels};
	g_autoptr(GError) error = NULL;
	merkle_tree tree, other;
	merkle_proof proof;
	ck_assert(merkle_tree_load(&reader, MERKLE_SIZE_MAX, &tree, NULL));
	ck_assert(!merkle_tree_append(&tree, levels[0], NULL, &error));
	ck_assert_uint_eq(tree.size, MERKLE_SIZE_MAX);
	assert_error(&error, CONSENT_ERROR_NOT_FOUND, "at most");
	ck_assert(!merkle_tree_load(&reader, MERKLE_SIZE_MAX + 1, &other, NULL));
	ck_assert(!merkle_root(&reader, MERKLE_SIZE_MAX + 1, root, NULL));
	ck_assert(!merkle_prove_inclusion(&reader, 0, MERKLE_SIZE_MAX + 1, &proof, NULL));
	ck_assert(!merkle_prove_consistency(&reader, 1, MERKLE_SIZE_MAX + 1, &proof, NULL));
}
END_TEST

/* Failing */

START_TEST(what_is_not_there)
{
	g_autoptr(memory_log) log = ct_log();
	merkle_reader reader = memory_log_reader(log);
	g_autoptr(GError) error = NULL;
	merkle_proof proof;
	ck_assert(!merkle_prove_inclusion(&reader, 8, 8, &proof, &error));
	assert_error(&error, CONSENT_ERROR_NOT_FOUND, "no entry 8 in a log of 8");
	ck_assert(!merkle_prove_inclusion(&reader, 0, 0, &proof, &error));
	assert_error(&error, CONSENT_ERROR_NOT_FOUND, "no entry 0 in a log of 0");
	ck_assert(!merkle_prove_consistency(&reader, 9, 8, &proof, &error));
	assert_error(&error, CONSENT_ERROR_NOT_FOUND, "a log of 8 never had 9");
}
END_TEST

/* Whatever read fails, the failure comes through and the output stays as it was. */
START_TEST(failing_reads)
{
	g_autoptr(memory_log) log = memory_log_new();
	merkle_reader reader = memory_log_reader(log);
	memory_log_grow(log, 87); /* 64 + 16 + 4 + 2 + 1: five reads */
	for (guint nth = 1; nth <= 5; nth++) {
		g_autoptr(GError) error = NULL;
		hash32 root = {1}, before = {1};
		merkle_tree tree = {.size = 42};
		merkle_proof proof = {.count = 42};
		log->fail_read = nth;
		ck_assert(!merkle_root(&reader, 87, root, &error));
		assert_error(&error, CONSENT_ERROR_STORE, "injected");
		ck_assert_mem_eq(root, before, HASH_SIZE);
		log->fail_read = nth;
		ck_assert(!merkle_tree_load(&reader, 87, &tree, NULL));
		ck_assert_uint_eq(tree.size, 42);
		log->fail_read = nth;
		ck_assert(!merkle_prove_inclusion(&reader, 3, 87, &proof, NULL));
		log->fail_read = nth;
		ck_assert(!merkle_prove_consistency(&reader, 3, 87, &proof, NULL));
		ck_assert_uint_eq(proof.count, 42);
	}
}
END_TEST

START_TEST(failing_writes_change_nothing)
{
	g_autoptr(memory_log) log = memory_log_new();
	merkle_writer writer = memory_log_writer(log);
	hash32 leaf, wanted, root;
	memory_log_grow(log, 15); /* the next leaf completes four subtrees: five writes */
	merkle_tree_root(&log->tree, wanted);
	merkle_leaf("next", 4, leaf);
	for (guint nth = 1; nth <= 5; nth++) {
		g_autoptr(GError) error = NULL;
		log->fail_write = nth;
		ck_assert(!merkle_tree_append(&log->tree, leaf, &writer, &error));
		assert_error(&error, CONSENT_ERROR_STORE, "injected");
		ck_assert_uint_eq(log->tree.size, 15);
		merkle_tree_root(&log->tree, root);
		ck_assert_mem_eq(root, wanted, HASH_SIZE);
	}
	ck_assert(merkle_tree_append(&log->tree, leaf, &writer, NULL));
	ck_assert_uint_eq(log->levels[4]->len, 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proofs: merkle");
	TCase *tests = tcase_create("merkle");
	tcase_add_test(tests, hashes_of_the_rfc);
	tcase_add_test(tests, published_roots);
	tcase_add_loop_test(tests, published_inclusion, 0, G_N_ELEMENTS(ct_inclusion));
	tcase_add_loop_test(tests, published_consistency, 0, G_N_ELEMENTS(ct_consistency));
	tcase_add_test(tests, nothing_but_the_empty_tree_is_its_beginning);
	tcase_add_test(tests, the_largest_trees);
	tcase_add_test(tests, no_larger_tree);
	tcase_add_test(tests, what_is_not_there);
	tcase_add_test(tests, failing_reads);
	tcase_add_test(tests, failing_writes_change_nothing);
	suite_add_tcase(suite, tests);
	return run_proofs_suite(suite);
}
