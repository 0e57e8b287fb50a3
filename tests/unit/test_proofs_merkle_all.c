/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Merkle tree, every size and index up to a few hundred: against a naive tree that follows the RFC's
 * recursion word by word, and with proofs of which something was changed. */
#include "proofs/merkle.h"

#include "proofs_support.h"

#include <string.h>

#define ALL_SIZES 300u
#define WRONG_SIZES 70u

/* The naive tree: MTH, PATH and SUBPROOF of RFC 6962, 2.1, over leaves kept in an array. Roots of ranges are
 * remembered, or it would take minutes. */

typedef uint8_t hash32[HASH_SIZE];

typedef struct naive {
	hash32 leaves[ALL_SIZES];
	hash32 roots[ALL_SIZES + 1][ALL_SIZES + 1];
	bool known[ALL_SIZES + 1][ALL_SIZES + 1];
} naive;

static unsigned naive_split(unsigned count)
{
	unsigned k = 1;
	while (k * 2 < count)
		k *= 2;
	return k;
}

static const uint8_t *naive_root(naive *n, unsigned begin, unsigned end)
{
	if (n->known[begin][end])
		return n->roots[begin][end];
	if (end - begin == 0) {
		merkle_empty(n->roots[begin][end]);
	} else if (end - begin == 1) {
		memcpy(n->roots[begin][end], n->leaves[begin], HASH_SIZE);
	} else {
		unsigned middle = begin + naive_split(end - begin);
		merkle_node(naive_root(n, begin, middle), naive_root(n, middle, end), n->roots[begin][end]);
	}
	n->known[begin][end] = true;
	return n->roots[begin][end];
}

static void naive_add(naive *n, unsigned begin, unsigned end, merkle_proof *proof)
{
	memcpy(proof->hashes[proof->count++], naive_root(n, begin, end), HASH_SIZE);
}

static void naive_path(naive *n, unsigned index, unsigned begin, unsigned end, merkle_proof *proof)
{
	if (end - begin == 1)
		return;
	unsigned middle = begin + naive_split(end - begin);
	if (index < middle) {
		naive_path(n, index, begin, middle, proof);
		naive_add(n, middle, end, proof);
	} else {
		naive_path(n, index, middle, end, proof);
		naive_add(n, begin, middle, proof);
	}
}

static void naive_subproof(
	naive *n, unsigned first, unsigned begin, unsigned end, bool known, merkle_proof *proof)
{
	if (first == end) {
		if (!known)
			naive_add(n, begin, end, proof);
		return;
	}
	unsigned middle = begin + naive_split(end - begin);
	if (first <= middle) {
		naive_subproof(n, first, begin, middle, known, proof);
		naive_add(n, middle, end, proof);
	} else {
		naive_subproof(n, first, middle, end, false, proof);
		naive_add(n, begin, middle, proof);
	}
}

/* Both trees with the same leaves. */
static naive *grow_both(memory_log *log)
{
	naive *n = g_new0(naive, 1);
	memory_log_grow(log, ALL_SIZES);
	for (unsigned i = 0; i < ALL_SIZES; i++)
		memcpy(n->leaves[i], log->levels[0]->data + i * HASH_SIZE, HASH_SIZE);
	return n;
}

static void assert_same_proof(const merkle_proof *proof, const merkle_proof *wanted)
{
	ck_assert_uint_eq(proof->count, wanted->count);
	ck_assert_mem_eq(proof->hashes, wanted->hashes, proof->count * HASH_SIZE);
}

START_TEST(all_roots)
{
	g_autoptr(memory_log) log = memory_log_new();
	g_autofree naive *n = grow_both(log);
	merkle_reader reader = memory_log_reader(log);
	merkle_tree grown = {0}, loaded;
	for (unsigned size = 0; size <= ALL_SIZES; size++) {
		hash32 root;
		ck_assert(merkle_root(&reader, size, root, NULL));
		ck_assert_mem_eq(root, naive_root(n, 0, size), HASH_SIZE);
		merkle_tree_root(&grown, root);
		ck_assert_mem_eq(root, naive_root(n, 0, size), HASH_SIZE);
		ck_assert(merkle_tree_load(&reader, size, &loaded, NULL));
		merkle_tree_root(&loaded, root);
		ck_assert_mem_eq(root, naive_root(n, 0, size), HASH_SIZE);
		if (size < ALL_SIZES)
			ck_assert(merkle_tree_append(&grown, n->leaves[size], NULL, NULL));
	}
}
END_TEST

START_TEST(all_inclusion_proofs)
{
	g_autoptr(memory_log) log = memory_log_new();
	g_autofree naive *n = grow_both(log);
	merkle_reader reader = memory_log_reader(log);
	for (unsigned size = 1; size <= ALL_SIZES; size++)
		for (unsigned index = 0; index < size; index++) {
			merkle_proof proof, wanted = {0};
			ck_assert(merkle_prove_inclusion(&reader, index, size, &proof, NULL));
			naive_path(n, index, 0, size, &wanted);
			assert_same_proof(&proof, &wanted);
			ck_assert(merkle_verify_inclusion(
				&proof, index, size, n->leaves[index], naive_root(n, 0, size)));
		}
}
END_TEST

START_TEST(all_consistency_proofs)
{
	g_autoptr(memory_log) log = memory_log_new();
	g_autofree naive *n = grow_both(log);
	merkle_reader reader = memory_log_reader(log);
	for (unsigned second = 0; second <= ALL_SIZES; second++)
		for (unsigned first = 0; first <= second; first++) {
			merkle_proof proof, wanted = {0};
			ck_assert(merkle_prove_consistency(&reader, first, second, &proof, NULL));
			if (first > 0)
				naive_subproof(n, first, 0, second, true, &wanted);
			assert_same_proof(&proof, &wanted);
			ck_assert(merkle_verify_consistency(
				&proof, first, second, naive_root(n, 0, first), naive_root(n, 0, second)));
		}
}
END_TEST

/* Wrong proofs. Each is a good one with something changed; `verify` says whether it still is. */

typedef struct claim {
	merkle_proof proof;
	guint64 from, size; /* index or first size, and size */
	hash32 start, end;  /* leaf or first root, and root */
	bool consistency;
} claim;

static bool verify(const claim *c)
{
	return c->consistency ? merkle_verify_consistency(&c->proof, c->from, c->size, c->start, c->end)
			      : merkle_verify_inclusion(&c->proof, c->from, c->size, c->start, c->end);
}

static void assert_refused(const claim *c, const char *what, size_t at)
{
	ck_assert_msg(!verify(c), "%s %s (%zu) of %" G_GUINT64_FORMAT " in %" G_GUINT64_FORMAT " was taken",
		c->consistency ? "consistency" : "inclusion", what, at, c->from, c->size);
}

static void refuse_changed_hashes(const claim *good)
{
	for (size_t i = 0; i < good->proof.count; i++) {
		claim c = *good;
		c.proof.hashes[i][i % HASH_SIZE] ^= 1;
		assert_refused(&c, "changed", i);
		if (i > 0 && memcmp(good->proof.hashes[i], good->proof.hashes[i - 1], HASH_SIZE) != 0) {
			c = *good;
			memcpy(c.proof.hashes[i], good->proof.hashes[i - 1], HASH_SIZE);
			memcpy(c.proof.hashes[i - 1], good->proof.hashes[i], HASH_SIZE);
			assert_refused(&c, "swapped", i);
		}
	}
}

static void refuse_changed_length(const claim *good)
{
	claim c = *good;
	c.proof.count = MERKLE_PROOF_MAX + 1;
	assert_refused(&c, "far too long", 0);
	c = *good;
	memcpy(c.proof.hashes[c.proof.count++], good->end, HASH_SIZE);
	assert_refused(&c, "longer", 0);
	for (size_t count = 0; count < good->proof.count; count++) {
		c = *good;
		c.proof.count = count;
		assert_refused(&c, "shorter", count);
	}
}

static void refuse_changed_ends(const claim *good)
{
	claim c = *good;
	c.start[0] ^= 1;
	assert_refused(&c, "other start", 0);
	c = *good;
	c.end[HASH_SIZE - 1] ^= 0x80;
	assert_refused(&c, "other end", 0);
}

static void refuse_changed_place(const claim *good)
{
	claim c = *good;
	c.from = good->size + (good->consistency ? 1 : 0);
	assert_refused(&c, "outside", 0);
	c.from = G_MAXUINT64;
	assert_refused(&c, "far outside", 0);
	c = *good;
	c.size = G_MAXUINT64;
	assert_refused(&c, "too large", 0);
}

static void refuse_changes(const claim *good)
{
	ck_assert(verify(good));
	refuse_changed_hashes(good);
	refuse_changed_length(good);
	refuse_changed_ends(good);
	refuse_changed_place(good);
}

/* Another size changes nothing in a proof where the way up is the same; where it is longer or shorter, it
 * must be refused. */
static void refuse_other_sizes(const claim *good, const merkle_reader *reader)
{
	guint64 smallest = good->consistency ? good->from : good->from + 1;
	for (guint64 size = smallest; size <= WRONG_SIZES; size++) {
		claim c = *good;
		merkle_proof other;
		c.size = size;
		ck_assert(c.consistency ? merkle_prove_consistency(reader, c.from, size, &other, NULL)
					: merkle_prove_inclusion(reader, c.from, size, &other, NULL));
		if (other.count != good->proof.count)
			assert_refused(&c, "other size", size);
	}
}

START_TEST(wrong_inclusion_proofs)
{
	g_autoptr(memory_log) log = memory_log_new();
	g_autofree naive *n = grow_both(log);
	merkle_reader reader = memory_log_reader(log);
	for (unsigned size = 1; size <= WRONG_SIZES; size++)
		for (unsigned index = 0; index < size; index++) {
			claim c = {.from = index, .size = size};
			ck_assert(merkle_prove_inclusion(&reader, index, size, &c.proof, NULL));
			memcpy(c.start, n->leaves[index], HASH_SIZE);
			memcpy(c.end, naive_root(n, 0, size), HASH_SIZE);
			refuse_changes(&c);
			refuse_other_sizes(&c, &reader);
			for (c.from = 0; c.from < size; c.from++)
				if (c.from != index)
					assert_refused(&c, "other index", c.from);
		}
}
END_TEST

START_TEST(wrong_consistency_proofs)
{
	g_autoptr(memory_log) log = memory_log_new();
	g_autofree naive *n = grow_both(log);
	merkle_reader reader = memory_log_reader(log);
	for (unsigned second = 1; second <= WRONG_SIZES; second++)
		for (unsigned first = 0; first <= second; first++) {
			claim c = {.from = first, .size = second, .consistency = true};
			ck_assert(merkle_prove_consistency(&reader, first, second, &c.proof, NULL));
			memcpy(c.start, naive_root(n, 0, first), HASH_SIZE);
			memcpy(c.end, naive_root(n, 0, second), HASH_SIZE);
			if (first == 0) {
				refuse_changed_length(&c);
				continue;
			}
			refuse_changes(&c);
			refuse_other_sizes(&c, &reader);
		}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proofs: merkle, all sizes");
	TCase *tests = tcase_create("all");
	tcase_add_test(tests, all_roots);
	tcase_add_test(tests, all_inclusion_proofs);
	tcase_add_test(tests, all_consistency_proofs);
	tcase_add_test(tests, wrong_inclusion_proofs);
	tcase_add_test(tests, wrong_consistency_proofs);
	suite_add_tcase(suite, tests);
	return run_proofs_suite(suite);
}
