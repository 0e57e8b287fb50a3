/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names and contents of the static files of a tiled log (c2sp.org/tlog-tiles).
 *
 * The tile number n at tile level l holds 256 hashes: the roots over 256^l leaves each, from leaf n ×
 * 256^(l+1) on (merkle.h's level 8 × l). Entry bundle n holds the 256 entries from n × 256 on, each with its
 * length before it, 16 bits big-endian. The last of each kind may be partial: between 1 and 255 wide.
 *
 * Pure functions, any thread. */
#ifndef CONSENT_PROOFS_TILES_H
#define CONSENT_PROOFS_TILES_H

#include "base/hash.h"
#include "proofs/text.h"

#define TILE_WIDTH 256
#define TILE_HEIGHT 8 /* levels of the tree in one level of tiles: 2^8 = 256 */
#define TILE_LEVELS 8 /* of a tree of at most 2^63 − 1 leaves: levels 0 … 7 */
#define TILE_BYTES_MAX (TILE_WIDTH * HASH_SIZE)
#define TILE_ENTRY_MAX 65535 /* bytes */

#define TILE_CHECKPOINT "checkpoint"

typedef enum { TILE_HASHES, TILE_ENTRIES } tile_kind;

typedef struct tile {
	tile_kind kind;
	unsigned level; /* 0 for entries */
	guint64 number;
	unsigned width; /* 1 … 256 */
} tile;

/* "tile/0/x001/x234/067.p/8", "tile/entries/000". g_free. */
char *tile_path(const tile *t);

/* The folder in which the tile's partial forms are: "tile/0/x001/x234/067.p". g_free. */
char *tile_partial_folder(const tile *t);

/* Reads what tile_path writes, nothing else. */
bool tile_parse(const char *path, tile *ret);

/* How many hashes a tree of `size` leaves has at this level of tiles. */
guint64 tile_count(guint64 size, unsigned level);

/* Tile number `number` of a tree of `size` leaves; its width is 0 when the tree does not reach it. */
tile tile_of_tree(guint64 size, tile_kind kind, unsigned level, guint64 number);

/* Entry bundles. Append: CONSENT_ERROR_INVALID for an entry of more than TILE_ENTRY_MAX bytes. */
bool tile_bundle_append(GByteArray *bundle, const void *entry, size_t length, GError **error);

/* Cuts the next entry off `rest`; false at the end, and when what is left is no entry. */
bool tile_bundle_next(text_span *rest, text_span *ret_entry);

#endif
