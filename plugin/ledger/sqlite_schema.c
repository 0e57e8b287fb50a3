/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables and their versions. A migration is never edited once released: a change is another one at the end.
 */
#include "ledger/sqlite_store.h"

#include "base/error.h"

/* "CnsL" in the file's header, so that a ledger knows itself and `file` could. */
#define APPLICATION_ID 0x436e734c

/* The trigger on insert also catches INSERT OR REPLACE, which would delete without asking the one on delete.
 */
static const char schema_1[] =
	"CREATE TABLE entries ("
	" idx INTEGER PRIMARY KEY,"
	" at INTEGER NOT NULL,"
	" type TEXT NOT NULL,"
	" room TEXT, meeting TEXT, participant TEXT, subject TEXT,"
	" body TEXT NOT NULL,"
	" leaf BLOB NOT NULL CHECK (length(leaf) = 32),"
	" link BLOB NOT NULL CHECK (length(link) = 32));"
	"CREATE INDEX entries_at ON entries (at);"
	"CREATE INDEX entries_type ON entries (type);"
	"CREATE INDEX entries_room ON entries (room, type) WHERE room IS NOT NULL;"
	"CREATE INDEX entries_meeting ON entries (meeting, type) WHERE meeting IS NOT NULL;"
	"CREATE INDEX entries_participant ON entries (participant, type) WHERE participant IS NOT NULL;"
	"CREATE INDEX entries_subject ON entries (subject) WHERE subject IS NOT NULL;"
	"CREATE TABLE personal ("
	" idx INTEGER PRIMARY KEY REFERENCES entries (idx),"
	" salt BLOB NOT NULL CHECK (length(salt) = 32),"
	" data TEXT NOT NULL);"
	"CREATE TABLE head ("
	" one INTEGER PRIMARY KEY CHECK (one = 1),"
	" size INTEGER NOT NULL,"
	" link BLOB NOT NULL CHECK (length(link) = 32),"
	" probes INTEGER NOT NULL DEFAULT 0);"
	"INSERT INTO head (one, size, link) VALUES (1, 0, zeroblob(32));"
	"CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries"
	" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
	"CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries"
	" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
	"CREATE TRIGGER entries_no_gap BEFORE INSERT ON entries"
	" WHEN NEW.idx <> (SELECT coalesce(max(idx) + 1, 0) FROM entries)"
	" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
	"CREATE TRIGGER personal_no_update BEFORE UPDATE ON personal"
	" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
	"CREATE TRIGGER personal_no_delete BEFORE DELETE ON personal"
	" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
	"CREATE TRIGGER personal_no_replace BEFORE INSERT ON personal"
	" WHEN EXISTS (SELECT 1 FROM personal WHERE idx = NEW.idx)"
	" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;";

static const char *const migrations[] = {schema_1};

#define SCHEMA_VERSION ((gint64)G_N_ELEMENTS(migrations))

static bool refuse(const char *why, GError **error)
{
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_STORE, why);
	return false;
}

/* The version of the ledger in the file; 0 when there are no tables at all. */
static bool read_version(sqlite3 *db, gint64 *ret, GError **error)
{
	gint64 application, version, tables;
	if (!sqlite_integer(db, "PRAGMA application_id", &application, error) ||
		!sqlite_integer(db, "PRAGMA user_version", &version, error) ||
		!sqlite_integer(db, "SELECT count(*) FROM sqlite_schema", &tables, error))
		return false;

	bool empty = tables == 0 && application == 0 && version == 0;
	if (!empty && (application != APPLICATION_ID || version < 1))
		return refuse("is a database, but no consent ledger; give the store another path", error);
	if (version > SCHEMA_VERSION)
		return refuse("was written by a newer version; upgrade this program", error);
	*ret = version;
	return true;
}

static bool apply(sqlite3 *db, gint64 version, GError **error)
{
	g_autofree char *mark = g_strdup_printf(
		"PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID, (int)version + 1);
	return sqlite_run(db, migrations[version], error) && sqlite_run(db, mark, error);
}

bool sqlite_schema_migrate(sqlite3 *db, GError **error)
{
	gint64 version;
	/* The version is read inside the transaction: another process may have migrated meanwhile. */
	if (!sqlite_run(db, "BEGIN IMMEDIATE", error))
		return false;
	bool good = read_version(db, &version, error);
	for (; good && version < SCHEMA_VERSION; version++)
		good = apply(db, version, error);
	if (good && sqlite_run(db, "COMMIT", error))
		return true;
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

bool sqlite_schema_check(sqlite3 *db, GError **error)
{
	gint64 version;
	if (!read_version(db, &version, error))
		return false;
	if (version == 0)
		return refuse("is empty; no gateway has written to it yet", error);
	if (version < SCHEMA_VERSION)
		return refuse(
			"was written by an older version; start the gateway once to bring it up to date",
			error);
	return true;
}
