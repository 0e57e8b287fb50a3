/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Merkle tree of RFC 6962 (RFC 9162, section 2.1) over SHA-256.
 *
 *   empty tree = SHA-256(""), leaf = SHA-256(0x00 ‖ data), node = SHA-256(0x01 ‖ left ‖ right)
 *
 * The tree itself is kept by somebody else, as the hashes of its complete subtrees: hash number `index` at
 * `level` is the root over the 2^level leaves from index × 2^level on. Such a hash never changes once its
 * leaves are there, so everything about every size the tree ever had can be told from them. A store may keep
 * them all, or every eighth level only (tiles; see tilehashes.h). Nothing here needs more memory for a larger
 * tree.
 *
 * Functions with a reader fail with the reader's error, or with CONSENT_ERROR_NOT_FOUND for a leaf or size
 * that the tree does not have; outputs are untouched then. Pure apart from the callbacks, any thread. */
#ifndef CONSENT_PROOFS_MERKLE_H
#define CONSENT_PROOFS_MERKLE_H

#include "base/hash.h"

#include <glib.h>
#include <stdbool.h>

#define MERKLE_SIZE_MAX ((guint64)G_MAXINT64)
#define MERKLE_LEVELS 63    /* a tree of at most 2^63 − 1 leaves has complete subtrees at levels 0 … 62 */
#define MERKLE_PROOF_MAX 64 /* an inclusion proof has at most 63 hashes, a consistency proof one more */

/* Hashes; `node` may be `left` or `right`. */
void merkle_empty(uint8_t root[HASH_SIZE]);
void merkle_leaf(const void *data, size_t length, uint8_t leaf[HASH_SIZE]);
void merkle_node(const uint8_t left[HASH_SIZE], const uint8_t right[HASH_SIZE], uint8_t node[HASH_SIZE]);

/* Where complete subtrees are read. Only those within the size that is asked about are. */
typedef struct merkle_reader {
	bool (*read)(void *user, unsigned level, guint64 index, uint8_t hash[HASH_SIZE], GError **error);
	void *user;
} merkle_reader;

/* Where they are written, each once and in order: a leaf, then the subtrees that it completes. */
typedef struct merkle_writer {
	bool (*write)(
		void *user, unsigned level, guint64 index, const uint8_t hash[HASH_SIZE], GError **error);
	void *user;
} merkle_writer;

/* A tree's right edge, all that appending needs. {0} is the empty tree. */
typedef struct merkle_tree {
	guint64 size;
	uint8_t peaks[MERKLE_LEVELS][HASH_SIZE]; /* peaks[n] is valid when bit n of `size` is set */
} merkle_tree;

/* Takes up a kept tree. */
bool merkle_tree_load(const merkle_reader *reader, guint64 size, merkle_tree *ret, GError **error);

/* Appends a leaf hash. `writer` NULL: only the root is of interest. After a failure the tree is as before;
 * what was written meanwhile will be written again. */
bool merkle_tree_append(
	merkle_tree *tree, const uint8_t leaf[HASH_SIZE], const merkle_writer *writer, GError **error);

void merkle_tree_root(const merkle_tree *tree, uint8_t root[HASH_SIZE]);

/* The root that the tree had at that size. */
bool merkle_root(const merkle_reader *reader, guint64 size, uint8_t root[HASH_SIZE], GError **error);

/* Hashes in the order in which a verifier takes them: from the leaf to the root. */
typedef struct merkle_proof {
	size_t count;
	uint8_t hashes[MERKLE_PROOF_MAX][HASH_SIZE];
} merkle_proof;

/* Leaf `index` is in the tree of that size. */
bool merkle_prove_inclusion(
	const merkle_reader *reader, guint64 index, guint64 size, merkle_proof *ret, GError **error);

/* The tree of size `first` is the beginning of the one of size `second`; no hashes when `first` is 0 or
 * `second`. */
bool merkle_prove_consistency(
	const merkle_reader *reader, guint64 first, guint64 second, merkle_proof *ret, GError **error);

/* RFC 9162, sections 2.1.3.2 and 2.1.4.2. */
bool merkle_verify_inclusion(const merkle_proof *proof, guint64 index, guint64 size,
	const uint8_t leaf[HASH_SIZE], const uint8_t root[HASH_SIZE]);
bool merkle_verify_consistency(const merkle_proof *proof, guint64 first, guint64 second,
	const uint8_t first_root[HASH_SIZE], const uint8_t second_root[HASH_SIZE]);

#endif
