/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/merkle.h"

#include "base/error.h"

#include <sodium.h>
#include <string.h>

#define LEAF_PREFIX 0x00
#define NODE_PREFIX 0x01

/* Hashes */

void merkle_empty(uint8_t root[HASH_SIZE])
{
	hash_bytes("", 0, root);
}

static void hash_prefixed(uint8_t prefix, const void *data, size_t length, uint8_t hash[HASH_SIZE])
{
	hash_parts((const hash_part[]){{&prefix, sizeof prefix}, {data, length}}, 2, hash);
}

void merkle_leaf(const void *data, size_t length, uint8_t leaf[HASH_SIZE])
{
	hash_prefixed(LEAF_PREFIX, data, length, leaf);
}

void merkle_node(const uint8_t left[HASH_SIZE], const uint8_t right[HASH_SIZE], uint8_t node[HASH_SIZE])
{
	uint8_t both[2 * HASH_SIZE];
	memcpy(both, left, HASH_SIZE);
	memcpy(both + HASH_SIZE, right, HASH_SIZE);
	hash_prefixed(NODE_PREFIX, both, sizeof(both), node);
}

/* A tree's size in binary says of which complete subtrees it consists: the largest, that of the highest bit,
 * is leftmost. */

static guint64 lowest_bit(guint64 size)
{
	return size & (~size + 1);
}

static unsigned level_of(guint64 bit)
{
	return (unsigned)__builtin_ctzll(bit);
}

/* The largest power of two below `size`, which is at least 2. */
static guint64 split(guint64 size)
{
	return G_GUINT64_CONSTANT(1) << (63 - __builtin_clzll(size - 1));
}

static bool within(guint64 size, GError **error)
{
	if (size <= MERKLE_SIZE_MAX)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND, "a log has at most 2^63 - 1 entries");
	return false;
}

/* Appending */

bool merkle_tree_load(const merkle_reader *reader, guint64 size, merkle_tree *ret, GError **error)
{
	merkle_tree tree = {.size = size};
	if (!within(size, error))
		return false;

	guint64 end = size;
	for (guint64 rest = size; rest; rest &= rest - 1) {
		unsigned level = level_of(lowest_bit(rest));
		end -= lowest_bit(rest);
		if (!reader->read(reader->user, level, end >> level, tree.peaks[level], error))
			return false;
	}
	*ret = tree;
	return true;
}

static bool write_hash(const merkle_writer *writer, unsigned level, guint64 index,
	const uint8_t hash[HASH_SIZE], GError **error)
{
	return !writer || writer->write(writer->user, level, index, hash, error);
}

bool merkle_tree_append(
	merkle_tree *tree, const uint8_t leaf[HASH_SIZE], const merkle_writer *writer, GError **error)
{
	uint8_t hash[HASH_SIZE];
	unsigned level = 0;
	if (!within(tree->size + 1, error) || !write_hash(writer, 0, tree->size, leaf, error))
		return false;

	memcpy(hash, leaf, HASH_SIZE);
	for (; tree->size >> level & 1; level++) {
		merkle_node(tree->peaks[level], hash, hash);
		if (!write_hash(writer, level + 1, tree->size >> (level + 1), hash, error))
			return false;
	}
	memcpy(tree->peaks[level], hash, HASH_SIZE);
	tree->size++;
	return true;
}

void merkle_tree_root(const merkle_tree *tree, uint8_t root[HASH_SIZE])
{
	guint64 rest = tree->size;
	if (rest == 0) {
		merkle_empty(root);
		return;
	}

	uint8_t hash[HASH_SIZE];
	memcpy(hash, tree->peaks[level_of(lowest_bit(rest))], HASH_SIZE);
	while (rest &= rest - 1)
		merkle_node(tree->peaks[level_of(lowest_bit(rest))], hash, hash);
	memcpy(root, hash, HASH_SIZE);
}

/* Roots and proofs at any size */

/* Leaves from `begin` up to `end`, as the RFC's recursion cuts them: never empty, and `begin` is a multiple
 * of a power of two that is no less than their number. */
typedef struct span {
	guint64 begin, end;
} span;

static bool span_root(const merkle_reader *reader, span leaves, uint8_t root[HASH_SIZE], GError **error)
{
	uint8_t hash[HASH_SIZE], left[HASH_SIZE];
	guint64 rest = leaves.end - leaves.begin, end = leaves.end;

	for (bool first = true; rest; rest &= rest - 1, first = false) {
		unsigned level = level_of(lowest_bit(rest));
		end -= lowest_bit(rest);
		if (!reader->read(reader->user, level, end >> level, first ? hash : left, error))
			return false;
		if (!first)
			merkle_node(left, hash, hash);
	}
	memcpy(root, hash, HASH_SIZE);
	return true;
}

bool merkle_root(const merkle_reader *reader, guint64 size, uint8_t root[HASH_SIZE], GError **error)
{
	if (size == 0) {
		merkle_empty(root);
		return true;
	}
	return within(size, error) && span_root(reader, (span){0, size}, root, error);
}

/* The spans were found from the root down, the proof goes from the leaf up. */
static bool prove(
	const merkle_reader *reader, const span *spans, size_t count, merkle_proof *ret, GError **error)
{
	merkle_proof proof = {.count = count};
	for (size_t i = 0; i < count; i++)
		if (!span_root(reader, spans[count - 1 - i], proof.hashes[i], error))
			return false;
	*ret = proof;
	return true;
}

/* Goes down one level, to the half of `at` in which leaf `index` is. Returns the other half. */
static span descend(span *at, guint64 index)
{
	guint64 middle = at->begin + split(at->end - at->begin);
	span left = {at->begin, middle}, right = {middle, at->end};
	*at = index < middle ? left : right;
	return index < middle ? right : left;
}

bool merkle_prove_inclusion(
	const merkle_reader *reader, guint64 index, guint64 size, merkle_proof *ret, GError **error)
{
	if (!within(size, error))
		return false;
	if (index >= size) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"there is no entry %" G_GUINT64_FORMAT " in a log of %" G_GUINT64_FORMAT, index,
			size);
		return false;
	}

	span spans[MERKLE_PROOF_MAX], at = {0, size};
	size_t count = 0;
	while (at.end - at.begin > 1)
		spans[count++] = descend(&at, index);
	return prove(reader, spans, count, ret, error);
}

/* Down to the rightmost subtree that both trees share, which ends where the first tree does. A verifier knows
 * that subtree already when it is the whole first tree. */
static size_t consistency_spans(guint64 first, guint64 second, span spans[MERKLE_PROOF_MAX])
{
	span at = {0, second};
	size_t count = 0;
	while (at.end != first)
		spans[count++] = descend(&at, first - 1);
	if (at.begin != 0)
		spans[count++] = at;
	return count;
}

bool merkle_prove_consistency(
	const merkle_reader *reader, guint64 first, guint64 second, merkle_proof *ret, GError **error)
{
	if (!within(second, error))
		return false;
	if (first > second) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"a log of %" G_GUINT64_FORMAT " never had %" G_GUINT64_FORMAT " entries", second,
			first);
		return false;
	}

	span spans[MERKLE_PROOF_MAX];
	size_t count = first == 0 ? 0 : consistency_spans(first, second, spans);
	return prove(reader, spans, count, ret, error);
}
