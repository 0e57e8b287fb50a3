/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Merkle tree of which only tiles are kept, that is every eighth level: reads the levels between out of
 * them, so that roots and proofs can be made from a tile tree as from a store that keeps every hash. */
#ifndef CONSENT_PROOFS_TILEHASHES_H
#define CONSENT_PROOFS_TILEHASHES_H

#include "proofs/merkle.h"
#include "proofs/tiles.h"

/* Reads `count` hashes, a power of two up to 128, from the hash `start` on at a tile level; they are all in
 * one tile. */
typedef bool (*tile_hashes_read)(void *user, unsigned tile_level, guint64 start, unsigned count,
	uint8_t hashes[][HASH_SIZE], GError **error);

typedef struct tile_hashes {
	tile_hashes_read read;
	void *user;
} tile_hashes;

/* A reader over `tiles`, which must outlive it. */
merkle_reader tile_hashes_reader(tile_hashes *tiles);

/* True for the levels of which a store that keeps tiles writes what merkle_tree_append gives it. */
bool tile_hashes_are_kept(unsigned level);

#endif
