/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the SQLite store's own files share: sqlite.c writes, sqlite_read.c reads, sqlite_schema.c knows tables
 * and versions. */
#ifndef CONSENT_LEDGER_SQLITE_STORE_H
#define CONSENT_LEDGER_SQLITE_STORE_H

#include "ledger/store.h"

#include <sqlite3.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3, sqlite3_close_v2)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)

#define SQLITE_QUERIES 4

typedef struct sqlite_query {
	char *sql;
	sqlite3_stmt *statement;
} sqlite_query;

typedef struct sqlite_store {
	store base;
	sqlite3 *db;
	int lock; /* file descriptor that holds the writer's lock, −1 in a reader */

	/* Writer only. */
	sqlite3_stmt *append_entry, *append_personal, *write_head;
	store_head head; /* after the appends of the open transaction */

	sqlite3_stmt *read_head, *read_value, *write_value; /* made at first use */
	/* The queries that iterate made last: one that looks something up for each row of another makes the
	 * same few again and again. */
	sqlite_query queries[SQLITE_QUERIES];
	unsigned oldest;
} sqlite_store;

/* Sets CONSENT_ERROR_STORE with `what` and SQLite's own words. Returns false. */
bool sqlite_fail(sqlite3 *db, const char *what, GError **error);

/* Runs statements without results. */
bool sqlite_run(sqlite3 *db, const char *sql, GError **error);

/* NULL and the error on failure. */
sqlite3_stmt *sqlite_prepare(sqlite3 *db, const char *sql, GError **error);

/* The first column of the first row; no row is 0. */
bool sqlite_integer(sqlite3 *db, const char *sql, gint64 *ret, GError **error);

/* Makes an empty file a ledger and brings an older one up to date; refuses any other. */
bool sqlite_schema_migrate(sqlite3 *db, GError **error);
/* Refuses what is not a ledger of exactly this schema. */
bool sqlite_schema_check(sqlite3 *db, GError **error);

bool sqlite_head(store *s, store_head *ret_head, GError **error);
bool sqlite_iterate(store *s, const ledger_filter *filter, store_each each, void *user, GError **error);
bool sqlite_get(store *s, const char *name, char **ret_value, GError **error);
bool sqlite_check(store *s, GError **error);
void sqlite_close_store(store *s);

#endif
