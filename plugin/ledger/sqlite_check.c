/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an SQLite file is whole in itself, and has the tables, indices and triggers that a ledger has: a
 * trigger of somebody else's could change what is written. */
#include "ledger/sqlite_store.h"

#include "base/error.h"

static bool wrong(GError **error, const char *what, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "the store's file: %s%s", what, why);
	return false;
}

/* Statistics are the operator's to make. */
static const char list_schema[] = "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema"
				  " WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name";

/* "table entries" → how it was made. */
static GHashTable *read_schema(sqlite3 *db, GError **error)
{
	g_autoptr(GHashTable) all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(sqlite3_stmt) query = sqlite_prepare(db, list_schema, error);
	int result = SQLITE_DONE;

	while (query && (result = sqlite3_step(query)) == SQLITE_ROW)
		g_hash_table_insert(all, g_strdup((const char *)sqlite3_column_text(query, 0)),
			g_strdup((const char *)sqlite3_column_text(query, 1)));
	if (query && result != SQLITE_DONE)
		sqlite_fail(db, "the store cannot be read", error);
	return query && result == SQLITE_DONE ? g_steal_pointer(&all) : NULL;
}

/* What a new ledger has. */
static GHashTable *make_schema(GError **error)
{
	g_autoptr(sqlite3) db = NULL;

	if (sqlite3_open(":memory:", &db) != SQLITE_OK) {
		sqlite_fail(db, "no database can be made in memory", error);
		return NULL;
	}
	return sqlite_schema_migrate(db, error) ? read_schema(db, error) : NULL;
}

/* Everything in `wanted` is in `is`, made alike. */
static bool has_all(GHashTable *is, GHashTable *wanted, const char *lacking, GError **error)
{
	GHashTableIter iter;
	gpointer name, how;

	g_hash_table_iter_init(&iter, wanted);
	while (g_hash_table_iter_next(&iter, &name, &how)) {
		const char *found = g_hash_table_lookup(is, name);
		if (!found)
			return wrong(error, name, lacking);
		if (g_strcmp0(found, how) != 0)
			return wrong(error, name, " was changed");
	}
	return true;
}

static bool check_schema(sqlite3 *db, GError **error)
{
	g_autoptr(GHashTable) wanted = make_schema(error);
	g_autoptr(GHashTable) is = wanted ? read_schema(db, error) : NULL;

	return is && has_all(is, wanted, " is missing", error) &&
		has_all(wanted, is, " was added by somebody else", error);
}

/* A check of SQLite's own that lists what is wrong, in one column; `good`: what it says when nothing is,
 * NULL: it says nothing then. */
static bool run_check(sqlite3 *db, const char *pragma, const char *good, const char *what, GError **error)
{
	g_autoptr(sqlite3_stmt) query = sqlite_prepare(db, pragma, error);
	if (!query)
		return false;
	int result = sqlite3_step(query);
	if (result != SQLITE_ROW && result != SQLITE_DONE)
		return sqlite_fail(db, "the store cannot be read", error);
	const char *answer = result == SQLITE_ROW ? (const char *)sqlite3_column_text(query, 0) : NULL;
	return g_strcmp0(answer, good) == 0 || wrong(error, what, answer ? answer : "");
}

/* Personal data of no entry: that of a missing one is told with it. */
static bool check_orphans(sqlite3 *db, GError **error)
{
	return run_check(db,
		"SELECT idx FROM personal WHERE idx < 0 OR idx >= (SELECT size FROM head WHERE one = 1) "
		"LIMIT 1",
		NULL, "table personal has a row of no entry: ", error);
}

bool sqlite_check(store *s, GError **error)
{
	sqlite3 *db = ((sqlite_store *)s)->db;

	return check_schema(db, error) &&
		run_check(db, "PRAGMA integrity_check(1)", "ok", "it is damaged: ", error) &&
		check_orphans(db, error);
}
