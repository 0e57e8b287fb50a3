/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/tileexport.h"

#include "base/error.h"
#include "proofs/files.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define FOLDER_MODE 0755 /* for the web server to read */
#define FILE_MODE 0644
/* One name for all files in the making: what a crash leaves, the next export writes over. */
#define TEMPORARY ".part"
#define BUNDLE_BYTES_MAX (TILE_WIDTH * (2 + TILE_ENTRY_MAX))

typedef struct export
{
	const char *folder;
	const tile_log *log;
	char *temporary;
	int lock; /* the folder, open and locked */
	bool everything;
	checkpoint before, head;
	tile_export_counts counts;
}
export;

static void export_clear(export *e)
{
	g_free(e->temporary);
	checkpoint_clear(&e->before);
	checkpoint_clear(&e->head);
	if (e->lock >= 0)
		close(e->lock);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(export, export_clear)

static bool reject(GError **error, const char *folder, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "%s: %s", folder, why);
	return false;
}

/* Before the first file */

static bool read_head(text_span bytes, checkpoint *ret, GError **error)
{
	g_auto(note) n = {0};
	return note_parse(bytes, &n, error) && checkpoint_parse(n.text, ret, error);
}

/* The log had that head once, or has it now. */
static bool has_head(const tile_log *log, const checkpoint *head, bool *ret, GError **error)
{
	uint8_t root[HASH_SIZE];
	if (!merkle_root(&log->hashes, head->size, root, error))
		return false;
	*ret = memcmp(root, head->root, HASH_SIZE) == 0;
	return true;
}

static bool open_folder(export *e, GError **error)
{
	if (g_mkdir_with_parents(e->folder, FOLDER_MODE) != 0)
		return files_fail(error, "make", e->folder);
	e->lock = open(e->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (e->lock < 0 || flock(e->lock, LOCK_EX | LOCK_NB) != 0)
		return files_fail(error, "lock (another export may be writing to it)", e->folder);
	return true;
}

static bool read_before(export *e, GError **error)
{
	g_autofree char *path = g_build_filename(e->folder, TILE_CHECKPOINT, NULL);
	g_autoptr(GBytes) bytes = NULL;
	if (!files_read(path, NOTE_SIZE_MAX, &bytes, error))
		return false;
	if (!bytes)
		return true;
	text_span span = {g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)};
	if (read_head(span, &e->before, error))
		return true;
	g_prefix_error(error, "%s: ", path);
	return false;
}

/* A folder never goes back, nor over to another log: who followed it could not tell that from tampering. */
static bool check_before(const export *e, GError **error)
{
	bool same;
	if (!e->before.origin)
		return true;
	if (strcmp(e->before.origin, e->head.origin) != 0)
		return reject(error, e->folder, "holds the export of another log");
	if (e->before.size > e->head.size)
		return reject(error, e->folder, "holds an export of more entries than the log has");
	if (!has_head(e->log, &e->before, &same, error))
		return false;
	return same || reject(error, e->folder, "holds an export that is not the beginning of this log");
}

static bool check_head(const export *e, GError **error)
{
	bool same;
	if (!has_head(e->log, &e->head, &same, error))
		return false;
	return same || reject(error, e->folder, "the checkpoint to publish is not of this log");
}

/* Files */

static bool holds(const char *path, const GByteArray *bytes)
{
	g_autoptr(GBytes) there = NULL;
	return files_read(path, BUNDLE_BYTES_MAX, &there, NULL) && there &&
		g_bytes_get_size(there) == bytes->len &&
		memcmp(g_bytes_get_data(there, NULL), bytes->data, bytes->len) == 0;
}

static bool put_tile(export *e, const tile *t, const GByteArray *bytes, GError **error)
{
	g_autofree char *name = tile_path(t);
	g_autofree char *path = g_build_filename(e->folder, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	if (holds(path, bytes)) {
		e->counts.kept++;
		return true;
	}
	if (g_mkdir_with_parents(parent, FOLDER_MODE) != 0)
		return files_fail(error, "make", parent);
	e->counts.written++;
	/* Synced all together before the checkpoint is written. */
	return files_replace(e->temporary, path, bytes->data, bytes->len, FILE_MODE, false, error);
}

static bool add_hash(const tile_log *log, const tile *t, guint64 index, GByteArray *bytes, GError **error)
{
	uint8_t hash[HASH_SIZE];
	if (!log->hashes.read(log->hashes.user, t->level * TILE_HEIGHT, index, hash, error))
		return false;
	g_byte_array_append(bytes, hash, HASH_SIZE);
	return true;
}

/* An entry that was changed in the store is not published under the hash of what it was. */
static bool check_entry(const tile_log *log, guint64 index, GBytes *entry, GError **error)
{
	uint8_t wanted[HASH_SIZE], leaf[HASH_SIZE];
	gsize length;
	const void *data = g_bytes_get_data(entry, &length);
	if (!log->hashes.read(log->hashes.user, 0, index, wanted, error))
		return false;
	merkle_leaf(data, length, leaf);
	if (memcmp(leaf, wanted, HASH_SIZE) == 0)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
		"entry %" G_GUINT64_FORMAT " is not the one whose hash is in the log", index);
	return false;
}

static bool add_entry(const tile_log *log, guint64 index, GByteArray *bytes, GError **error)
{
	g_autoptr(GBytes) entry = NULL;
	if (!log->entry(log->user, index, &entry, error) || !check_entry(log, index, entry, error))
		return false;
	gsize length;
	const void *data = g_bytes_get_data(entry, &length);
	return tile_bundle_append(bytes, data, length, error);
}

static bool export_tile(export *e, const tile *t, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint64 first = t->number * TILE_WIDTH;
	for (guint64 index = first; index < first + t->width; index++)
		if (t->kind == TILE_ENTRIES ? !add_entry(e->log, index, bytes, error)
					    : !add_hash(e->log, t, index, bytes, error))
			return false;
	return put_tile(e, t, bytes, error);
}

static bool export_level(export *e, tile_kind kind, unsigned level, GError **error)
{
	guint64 number = e->everything ? 0 : tile_count(e->before.size, level) / TILE_WIDTH;
	for (;; number++) {
		tile t = tile_of_tree(e->head.size, kind, level, number);
		if (t.width == 0)
			return true;
		if (!export_tile(e, &t, error))
			return false;
	}
}

static bool export_tiles(export *e, GError **error)
{
	for (unsigned level = 0; level < TILE_LEVELS; level++)
		if (!export_level(e, TILE_HASHES, level, error))
			return false;
	return export_level(e, TILE_ENTRIES, 0, error);
}

static bool put_checkpoint(export *e, const char *bytes, GError **error)
{
	g_autofree char *path = g_build_filename(e->folder, TILE_CHECKPOINT, NULL);
	if (syncfs(e->lock) != 0)
		return files_fail(error, "sync", e->folder);
	return files_replace(e->temporary, path, bytes, strlen(bytes), FILE_MODE, true, error) &&
		files_sync_folder(e->folder, error);
}

/* Afterwards: the partial forms of tiles that have become full. A file left over harms nobody. */

static void remove_folder(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;
	while (folder && (name = g_dir_read_name(folder))) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		unlink(file);
	}
	rmdir(path);
}

static void prune(const export *e, tile_kind kind, unsigned level)
{
	guint64 number = tile_count(e->before.size, level) / TILE_WIDTH;
	tile before = tile_of_tree(e->before.size, kind, level, number);
	tile now = tile_of_tree(e->head.size, kind, level, number);
	if (before.width == 0 || now.width < TILE_WIDTH)
		return;
	g_autofree char *name = tile_partial_folder(&before);
	g_autofree char *path = g_build_filename(e->folder, name, NULL);
	remove_folder(path);
}

static void prune_all(const export *e)
{
	prune(e, TILE_ENTRIES, 0);
	for (unsigned level = 0; level < TILE_LEVELS; level++)
		prune(e, TILE_HASHES, level);
}

bool tile_export(const char *folder, const tile_log *log, const char *signed_head, bool everything,
	tile_export_counts *ret, GError **error)
{
	g_auto(export) e = {.folder = folder, .log = log, .lock = -1, .everything = everything};
	text_span head = {signed_head, strlen(signed_head)};
	e.temporary = g_build_filename(folder, TEMPORARY, NULL);
	if (!read_head(head, &e.head, error) || !check_head(&e, error) || !open_folder(&e, error) ||
		!read_before(&e, error) || !check_before(&e, error) || !export_tiles(&e, error) ||
		!put_checkpoint(&e, signed_head, error))
		return false;

	prune_all(&e);
	e.counts.size_before = e.before.size;
	e.counts.size = e.head.size;
	if (ret)
		*ret = e.counts;
	return true;
}
