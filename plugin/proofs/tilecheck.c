/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grows the tree again from the entries, and compares the tiles that come out of it with those in the folder.
 */
#include "proofs/tileexport.h"

#include "base/error.h"
#include "proofs/files.h"
#include "proofs/tilehashes.h"

#include <string.h>

#define BUNDLE_BYTES_MAX (TILE_WIDTH * (2 + TILE_ENTRY_MAX))

typedef struct check {
	const char *folder;
	guint64 size;
	merkle_tree tree;
	uint8_t tiles[TILE_LEVELS][TILE_BYTES_MAX]; /* the one in the making at each level */
	tile_check_entry each;
	void *user;
} check;

static bool reject(GError **error, const char *path, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "%s: %s", path, why);
	return false;
}

static bool read_file(const check *c, const char *name, size_t max, GBytes **ret, GError **error)
{
	g_autofree char *path = g_build_filename(c->folder, name, NULL);
	/* That is an answer, too, and needs no reading. */
	if (files_exceeds(path, max))
		return reject(error, name, "is longer than it can be");
	if (!files_read(path, max, ret, error))
		return false;
	return *ret || reject(error, name, "is missing");
}

/* Tiles */

/* The first hash that differs is the most useful thing to know. */
static bool compare(const tile *t, const char *name, const uint8_t *wanted, GBytes *found, GError **error)
{
	const uint8_t *bytes = g_bytes_get_data(found, NULL);
	if (g_bytes_get_size(found) != t->width * HASH_SIZE)
		return reject(error, name, "has another length than its width asks for");

	unsigned i = 0;
	while (i < t->width && memcmp(wanted + i * HASH_SIZE, bytes + i * HASH_SIZE, HASH_SIZE) == 0)
		i++;
	if (i == t->width)
		return true;
	guint64 index = t->number * TILE_WIDTH + i;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
		"%s: hash %u, over entries from %" G_GUINT64_FORMAT " on, is not the hash of what is there",
		name, i, index << (TILE_HEIGHT * t->level));
	return false;
}

static bool check_tile(check *c, const tile *t, GError **error)
{
	g_autofree char *name = tile_path(t);
	g_autoptr(GBytes) found = NULL;
	return read_file(c, name, TILE_BYTES_MAX, &found, error) &&
		compare(t, name, c->tiles[t->level], found, error);
}

/* The tree's writer: gathers a tile's hashes, and checks it when its last one is there. */
static bool take_hash(
	void *user, unsigned level, guint64 index, const uint8_t hash[HASH_SIZE], GError **error)
{
	check *c = user;
	if (!tile_hashes_are_kept(level))
		return true;
	unsigned tile_level = level / TILE_HEIGHT, slot = index % TILE_WIDTH;
	memcpy(c->tiles[tile_level] + slot * HASH_SIZE, hash, HASH_SIZE);

	tile t = tile_of_tree(c->size, TILE_HASHES, tile_level, index / TILE_WIDTH);
	return slot + 1 < t.width || check_tile(c, &t, error);
}

/* Entries */

static bool check_entry(check *c, text_span entry, GError **error)
{
	const merkle_writer writer = {take_hash, c};
	guint64 index = c->tree.size;
	uint8_t leaf[HASH_SIZE];
	merkle_leaf(entry.at, entry.length, leaf);
	return merkle_tree_append(&c->tree, leaf, &writer, error) &&
		(!c->each || c->each(c->user, index, entry.at, entry.length, error));
}

static bool check_bundle(check *c, const tile *t, GError **error)
{
	g_autofree char *name = tile_path(t);
	g_autoptr(GBytes) bytes = NULL;
	if (!read_file(c, name, BUNDLE_BYTES_MAX, &bytes, error))
		return false;

	text_span rest = {g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)}, entry;
	for (unsigned i = 0; i < t->width; i++) {
		if (!tile_bundle_next(&rest, &entry))
			return reject(error, name, "ends before its last entry");
		if (!check_entry(c, entry, error))
			return false;
	}
	return rest.length == 0 || reject(error, name, "goes on after its last entry");
}

static bool check_bundles(check *c, GError **error)
{
	while (c->tree.size < c->size) {
		tile t = tile_of_tree(c->size, TILE_ENTRIES, 0, c->tree.size / TILE_WIDTH);
		if (!check_bundle(c, &t, error))
			return false;
	}
	return true;
}

bool tile_check(const char *folder, const char *origin, const note_verifier *known, size_t count,
	tile_check_entry each, void *user, checkpoint *ret_head, GError **error)
{
	g_autofree check *c = g_new0(check, 1);
	g_autoptr(GBytes) bytes = NULL;
	g_auto(checkpoint) head = {0};
	c->folder = folder;
	c->each = each;
	c->user = user;
	if (!read_file(c, TILE_CHECKPOINT, NOTE_SIZE_MAX, &bytes, error))
		return false;
	text_span note_bytes = {g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)};
	if (!checkpoint_open(note_bytes, origin, known, count, &head, error))
		return false;

	uint8_t root[HASH_SIZE];
	c->size = head.size;
	if (!check_bundles(c, error))
		return false;
	merkle_tree_root(&c->tree, root);
	if (memcmp(root, head.root, HASH_SIZE) != 0)
		return reject(error, TILE_CHECKPOINT, "has another root than the entries");
	if (ret_head) {
		*ret_head = head;
		head = (checkpoint){0};
	}
	return true;
}
