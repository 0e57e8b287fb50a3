/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SQLite store's writing side. */
#include "ledger/sqlite_store.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* How long another process (an operator's sqlite3, say) may hold the file before a write fails. */
#define BUSY_MS 1000
/* The write-ahead log is brought home when it has grown to this. Short logs would bring the pages of the
 * indices home again and again. Its file is kept at what a full log takes, 4120 bytes a page and a group that
 * goes beyond: cut to less, it would have to grow again within commits. */
#define LOG_PAGES 4000
#define LOG_BYTES 18000000
/* Holds a large group's pages until the commit. */
#define CACHE_KIB 16384

bool sqlite_fail(sqlite3 *db, const char *what, GError **error)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "%s: %s", what, sqlite3_errmsg(db));
	return false;
}

bool sqlite_run(sqlite3 *db, const char *sql, GError **error)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ||
		sqlite_fail(db, "the store refused", error);
}

sqlite3_stmt *sqlite_prepare(sqlite3 *db, const char *sql, GError **error)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		sqlite_fail(db, "the store refused", error);
	return statement;
}

bool sqlite_integer(sqlite3 *db, const char *sql, gint64 *ret, GError **error)
{
	g_autoptr(sqlite3_stmt) statement = sqlite_prepare(db, sql, error);
	if (!statement)
		return false;
	int result = sqlite3_step(statement);
	if (result != SQLITE_ROW && result != SQLITE_DONE)
		return sqlite_fail(db, "cannot be read", error);
	*ret = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	return true;
}

/* Runs a bound statement and makes it ready for the next. Its texts and blobs were bound without a copy,
 * hence the clearing. */
static bool step(sqlite_store *st, sqlite3_stmt *statement, GError **error)
{
	bool good = sqlite3_step(statement) == SQLITE_DONE;
	if (!good)
		sqlite_fail(st->db, "the store refused", error);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return good;
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static void bind_hash(sqlite3_stmt *statement, int at, const uint8_t hash[HASH_SIZE])
{
	sqlite3_bind_blob(statement, at, hash, HASH_SIZE, SQLITE_STATIC);
}

/* SQLite would go on writing to a file that was deleted or renamed, and all would be gone at the next start.
 */
static bool still_there(sqlite_store *st, GError **error)
{
	int moved = 0;
	if (sqlite3_file_control(st->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved) {
		g_set_error_literal(
			error, CONSENT_ERROR, CONSENT_ERROR_STORE, "the store's file was moved or removed");
		return false;
	}
	return true;
}

static void sqlite_rollback(store *s)
{
	sqlite_store *st = (sqlite_store *)s;
	/* Some errors have rolled back already. */
	if (!sqlite3_get_autocommit(st->db))
		sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
}

static bool sqlite_begin(store *s, GError **error)
{
	sqlite_store *st = (sqlite_store *)s;
	if (!still_there(st, error) || !sqlite_run(st->db, "BEGIN IMMEDIATE", error))
		return false;
	if (sqlite_head(s, &st->head, error))
		return true;
	sqlite_rollback(s);
	return false;
}

static bool append_personal(sqlite_store *st, const store_row *row, GError **error)
{
	sqlite3_stmt *to = st->append_personal;
	sqlite3_bind_int64(to, 1, row->index);
	bind_hash(to, 2, row->salt);
	bind_text(to, 3, row->personal);
	return step(st, to, error);
}

static bool sqlite_append(store *s, const store_row *row, GError **error)
{
	sqlite_store *st = (sqlite_store *)s;
	sqlite3_stmt *to = st->append_entry;
	const char *const texts[] = {
		row->type, row->room, row->meeting, row->participant, row->subject, row->body};
	sqlite3_bind_int64(to, 1, row->index);
	sqlite3_bind_int64(to, 2, row->at_ms);
	for (int i = 0; i < (int)G_N_ELEMENTS(texts); i++)
		bind_text(to, 3 + i, texts[i]);
	bind_hash(to, 9, row->leaf);
	bind_hash(to, 10, row->link);
	if (!step(st, to, error) || (row->personal && !append_personal(st, row, error)))
		return false;

	st->head.size = row->index + 1;
	memcpy(st->head.link, row->link, HASH_SIZE);
	return true;
}

static bool sqlite_commit(store *s, GError **error)
{
	sqlite_store *st = (sqlite_store *)s;
	sqlite3_bind_int64(st->write_head, 1, st->head.size);
	bind_hash(st->write_head, 2, st->head.link);
	return step(st, st->write_head, error) && sqlite_run(st->db, "COMMIT", error);
}

static bool remove_value(sqlite_store *st, const char *name, GError **error)
{
	g_autoptr(sqlite3_stmt) to = sqlite_prepare(st->db, "DELETE FROM meta WHERE name = ?", error);
	if (!to)
		return false;
	bind_text(to, 1, name);
	return step(st, to, error);
}

static bool sqlite_set(store *s, const char *name, const char *value, GError **error)
{
	sqlite_store *st = (sqlite_store *)s;
	if (!value)
		return remove_value(st, name, error);
	if (!st->write_value)
		st->write_value = sqlite_prepare(
			st->db, "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", error);
	if (!st->write_value)
		return false;
	bind_text(st->write_value, 1, name);
	bind_text(st->write_value, 2, value);
	return step(st, st->write_value, error);
}

static bool sqlite_probe(store *s, GError **error)
{
	sqlite_store *st = (sqlite_store *)s;
	return still_there(st, error) && sqlite_run(st->db, "UPDATE head SET probes = probes + 1", error);
}

/* Everything comes home from the write-ahead log, which becomes empty: pages of the past lie in it, and
 * secure_delete only clears those of the file. */
static bool sqlite_scrub(store *s, unsigned patience_ms, GError **error)
{
	sqlite_store *st = (sqlite_store *)s;
	sqlite3_busy_timeout(st->db, (int)patience_ms);
	int result = sqlite3_wal_checkpoint_v2(st->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(st->db, BUSY_MS);
	return result == SQLITE_OK || sqlite_fail(st->db, "its write-ahead log cannot be emptied", error);
}

static const store_ops sqlite_ops = {
	.begin = sqlite_begin,
	.append = sqlite_append,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.head = sqlite_head,
	.iterate = sqlite_iterate,
	.get = sqlite_get,
	.set = sqlite_set,
	.probe = sqlite_probe,
	.scrub = sqlite_scrub,
	.check = sqlite_check,
	.close = sqlite_close_store,
};

static bool fail_file(const char *what, GError **error)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "%s: %s", what, g_strerror(errno));
	return false;
}

/* Two gateways would each continue the chain from the same entry. The lock is a file of its own because
 * SQLite's locks come and go, and because closing any descriptor of the database would drop them. It is never
 * removed: that would race. */
static bool take_lock(sqlite_store *st, const char *path, GError **error)
{
	g_autofree char *name = g_strconcat(path, "-lock", NULL);
	struct stat owner;
	st->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (st->lock < 0)
		return fail_file("its lock file cannot be opened", error);
	/* The tool may be root's; the gateway will want to open it, too. */
	if (geteuid() == 0 && stat(path, &owner) == 0 && fchown(st->lock, owner.st_uid, owner.st_gid) != 0)
		return fail_file("its lock file cannot be given to the store's owner", error);
	if (flock(st->lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (errno != EWOULDBLOCK)
		return fail_file("its lock file cannot be locked", error);
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_HELD,
		"is held by another running gateway; give each its own store");
	return false;
}

/* SQLite would create it with the mode that the umask leaves, and make the others after it. */
static bool create_file(const char *path, GError **error)
{
	int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0)
		return errno == EEXIST || fail_file("cannot be created", error);
	close(file);
	return true;
}

static bool prepare_writer(sqlite_store *st, GError **error)
{
	st->append_entry = sqlite_prepare(st->db,
		"INSERT INTO entries (idx, at, type, room, meeting, participant, subject, body, leaf, link)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		error);
	if (!st->append_entry)
		return false;
	st->append_personal =
		sqlite_prepare(st->db, "INSERT INTO personal (idx, salt, data) VALUES (?, ?, ?)", error);
	if (!st->append_personal)
		return false;
	st->write_head = sqlite_prepare(st->db, "UPDATE head SET size = ?, link = ?", error);
	return st->write_head != NULL;
}

static bool configure_writer(sqlite_store *st, GError **error)
{
	static const char *const pragmas[] = {
		"journal_mode = WAL",
		"synchronous = FULL",
		"secure_delete = ON",
		"foreign_keys = ON",
		"wal_autocheckpoint = " G_STRINGIFY(LOG_PAGES),
		"journal_size_limit = " G_STRINGIFY(LOG_BYTES),
		"cache_size = -" G_STRINGIFY(CACHE_KIB),
	};
	for (size_t i = 0; i < G_N_ELEMENTS(pragmas); i++) {
		g_autofree char *sql = g_strconcat("PRAGMA ", pragmas[i], NULL);
		if (!sqlite_run(st->db, sql, error))
			return false;
	}
	return true;
}

static bool open_file(sqlite_store *st, const char *path, GError **error)
{
	if (sqlite3_open_v2(path, &st->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		return sqlite_fail(st->db, "cannot be opened", error);
	sqlite3_extended_result_codes(st->db, 1);
	sqlite3_busy_timeout(st->db, BUSY_MS);
	return true;
}

/* Returns the store, or closes it when it is not `good`. */
static store *publish(sqlite_store *st, bool good, const char *path, GError **error)
{
	if (good)
		return &st->base;
	g_prefix_error(error, "%s: ", path);
	sqlite_close_store(&st->base);
	return NULL;
}

static sqlite_store *new_writer(void)
{
	sqlite_store *st = g_new0(sqlite_store, 1);
	st->base.ops = &sqlite_ops;
	st->lock = -1;
	return st;
}

store *store_sqlite_open(const char *path, GError **error)
{
	sqlite_store *st = new_writer();
	bool good = take_lock(st, path, error) && create_file(path, error) && open_file(st, path, error) &&
		sqlite_schema_migrate(st->db, error) && configure_writer(st, error) &&
		prepare_writer(st, error);
	return publish(st, good, path, error);
}

store *store_sqlite_open_beside(const char *path, GError **error)
{
	sqlite_store *st = new_writer();
	bool good = open_file(st, path, error) && sqlite_schema_check(st->db, error) &&
		configure_writer(st, error) && prepare_writer(st, error);
	return publish(st, good, path, error);
}
