/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checking proofs, step by step as RFC 9162 writes it down, so that the two can be read side by side: `fn`
 * and `sn` are the RFC's names for where the way up from a leaf, and the right edge of the tree, have got to.
 */
#include "proofs/merkle.h"

#include <string.h>

static bool same(const uint8_t a[HASH_SIZE], const uint8_t b[HASH_SIZE])
{
	return memcmp(a, b, HASH_SIZE) == 0;
}

static void shift(guint64 *fn, guint64 *sn)
{
	*fn >>= 1;
	*sn >>= 1;
}

/* On the right edge, levels at which there is nothing to the left or right add no hash to a proof. */
static void shift_to_right_child(guint64 *fn, guint64 *sn)
{
	while (!(*fn & 1) && *fn != 0)
		shift(fn, sn);
}

bool merkle_verify_inclusion(const merkle_proof *proof, guint64 index, guint64 size,
	const uint8_t leaf[HASH_SIZE], const uint8_t root[HASH_SIZE])
{
	if (index >= size || size > MERKLE_SIZE_MAX || proof->count > MERKLE_PROOF_MAX)
		return false;

	guint64 fn = index, sn = size - 1;
	uint8_t r[HASH_SIZE];
	memcpy(r, leaf, HASH_SIZE);
	for (size_t i = 0; i < proof->count; i++) {
		if (sn == 0)
			return false;
		if (fn & 1 || fn == sn) {
			merkle_node(proof->hashes[i], r, r);
			shift_to_right_child(&fn, &sn);
		} else {
			merkle_node(r, proof->hashes[i], r);
		}
		shift(&fn, &sn);
	}
	return sn == 0 && same(r, root);
}

/* The general case: 0 < first < second. */
static bool verify_growth(const merkle_proof *proof, guint64 first, guint64 second,
	const uint8_t first_root[HASH_SIZE], const uint8_t second_root[HASH_SIZE])
{
	guint64 fn = first - 1, sn = second - 1;
	while (fn & 1)
		shift(&fn, &sn);

	/* The RFC prepends the first root where it is itself a subtree of the second tree. */
	bool whole = (first & (first - 1)) == 0;
	if (!whole && proof->count == 0)
		return false;
	uint8_t fr[HASH_SIZE], sr[HASH_SIZE];
	memcpy(fr, whole ? first_root : proof->hashes[0], HASH_SIZE);
	memcpy(sr, fr, HASH_SIZE);
	for (size_t i = whole ? 0 : 1; i < proof->count; i++) {
		if (sn == 0)
			return false;
		if (fn & 1 || fn == sn) {
			merkle_node(proof->hashes[i], fr, fr);
			merkle_node(proof->hashes[i], sr, sr);
			shift_to_right_child(&fn, &sn);
		} else {
			merkle_node(sr, proof->hashes[i], sr);
		}
		shift(&fn, &sn);
	}
	return sn == 0 && same(fr, first_root) && same(sr, second_root);
}

bool merkle_verify_consistency(const merkle_proof *proof, guint64 first, guint64 second,
	const uint8_t first_root[HASH_SIZE], const uint8_t second_root[HASH_SIZE])
{
	uint8_t empty[HASH_SIZE];
	merkle_empty(empty);
	if (first > second || second > MERKLE_SIZE_MAX || proof->count > MERKLE_PROOF_MAX)
		return false;
	if (first == second)
		return proof->count == 0 && same(first_root, second_root);
	if (first == 0)
		return proof->count == 0 && same(first_root, empty);
	return verify_growth(proof, first, second, first_root, second_root);
}
