/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/tilehashes.h"

#include <string.h>

/* The root over `count` hashes, a power of two; they are overwritten. */
static void reduce(uint8_t hashes[][HASH_SIZE], unsigned count)
{
	for (; count > 1; count /= 2)
		for (unsigned i = 0; i < count / 2; i++)
			merkle_node(hashes[2 * i], hashes[2 * i + 1], hashes[i]);
}

static bool read_hash(void *user, unsigned level, guint64 index, uint8_t hash[HASH_SIZE], GError **error)
{
	const tile_hashes *tiles = user;
	uint8_t hashes[TILE_WIDTH / 2][HASH_SIZE];
	unsigned height = level % TILE_HEIGHT, count = 1u << height;
	if (!tiles->read(tiles->user, level / TILE_HEIGHT, index << height, count, hashes, error))
		return false;
	reduce(hashes, count);
	memcpy(hash, hashes[0], HASH_SIZE);
	return true;
}

merkle_reader tile_hashes_reader(tile_hashes *tiles)
{
	return (merkle_reader){read_hash, tiles};
}

bool tile_hashes_are_kept(unsigned level)
{
	return level % TILE_HEIGHT == 0;
}
