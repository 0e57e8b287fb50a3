/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger_help.h"
#include "scratch.h"
#include "suite.h"

#include "ledger/queue.h"

#include <check.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

pg_server help_server;

int help_run(const char *name, void (*add_tests)(TCase *tc, int kinds))
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	tcase_set_timeout(tc, 60);
	add_tests(tc, pg_server_new(&help_server) ? HELP_STORES : HELP_POSTGRES);
	suite_add_tcase(suite, tc);

	int status = suite_run(suite);
	pg_server_remove(&help_server);
	return status;
}

help_place help_place_new(void)
{
	help_place place;
	if (help_server.url)
		pg_server_empty(&help_server);
	place.folder = scratch_new();
	place.path = g_build_filename(place.folder, "ledger.sqlite", NULL);
	return place;
}

void help_place_remove(help_place *place)
{
	scratch_remove(place->folder);
	g_free(place->path);
}

store *help_store(int kind, const help_place *place)
{
	g_autoptr(GError) error = NULL;
	if (kind == HELP_MEMORY)
		return store_memory_new();
	const char *where = kind == HELP_POSTGRES ? help_server.url : place->path;
	store *s = store_open(where, HELP_ORIGIN, STORE_WRITER, &error);
	ck_assert_msg(s != NULL, "%s", error ? error->message : "");
	return s;
}

store *help_view(int kind, store *writer, const help_place *place)
{
	g_autoptr(GError) error = NULL;
	if (kind == HELP_MEMORY)
		return store_memory_view(writer);
	const char *where = kind == HELP_POSTGRES ? help_server.url : place->path;
	store *s = store_open(where, HELP_ORIGIN, STORE_READER, &error);
	ck_assert_msg(s != NULL, "%s", error ? error->message : "");
	return s;
}

static const char *body_of(gint64 index)
{
	/* A few, so that a test can hold several rows; of each thread, since some write from two. */
	static _Thread_local char bodies[8][32];
	char *body = bodies[index & 7];
	g_snprintf(body, sizeof(bodies[0]), "{\"n\":%" G_GINT64_FORMAT "}", index);
	return body;
}

store_row help_row(gint64 index)
{
	store_row row = {.index = index, .at_ms = 1000 + index, .type = "test", .body = body_of(index)};
	memset(row.leaf, (int)(index & 0xff), HASH_SIZE);
	memset(row.link, (int)((index + 1) & 0xff), HASH_SIZE);
	return row;
}

void help_fill(store *s, gint64 first, unsigned count)
{
	g_autoptr(GError) error = NULL;
	bool good = s->ops->begin(s, &error);
	for (gint64 i = first; good && i < first + count; i++) {
		store_row row = help_row(i);
		good = s->ops->append(s, &row, &error);
	}
	good = good && s->ops->commit(s, &error);
	ck_assert_msg(good, "%s", error ? error->message : "");
}

ledger *help_ledger(const help_place *place)
{
	g_autoptr(GError) error = NULL;
	const ledger_options options = {.store = place->path, .origin = HELP_ORIGIN};
	ledger *l = ledger_open(&options, &error);
	ck_assert_msg(l != NULL, "%s", error ? error->message : "");
	return l;
}

ledger *help_ledger_on(store *s)
{
	g_autoptr(GError) error = NULL;
	const ledger_options options = {.origin = HELP_ORIGIN};
	ledger *l = ledger_open_on(s, &options, 5, &error);
	ck_assert_msg(l != NULL, "%s", error ? error->message : "");
	return l;
}

static ledger_place append(ledger *l, const char *type, json_t *body, json_t *personal)
{
	g_autoptr(GError) error = NULL;
	ledger_place place;
	ck_assert_ptr_nonnull(body);
	ledger_ticket *ticket = ledger_append(l, LEDGER_ANSWERED, type, body, personal);
	ck_assert_msg(ledger_wait(ticket, 10000, &place, &error), "%s", error ? error->message : "");
	return place;
}

ledger_place help_append(ledger *l, const char *type, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	json_t *body = json_vpack_ex(NULL, 0, format, arguments);
	va_end(arguments);
	return append(l, type, body, NULL);
}

ledger_place help_append_named(ledger *l, const char *type, const char *display, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	json_t *body = json_vpack_ex(NULL, 0, format, arguments);
	va_end(arguments);
	return append(l, type, body, json_pack("{s:s}", "display", display));
}

void help_leaf(store *s, gint64 index, const char *body, uint8_t leaf[HASH_SIZE])
{
	uint8_t secret[TREE_SECRET_SIZE], commitment[HASH_SIZE];
	ck_assert(tree_secret(s, secret, NULL));
	tip_commitment(secret, index, body, commitment);
	merkle_leaf(commitment, sizeof commitment, leaf);
}

static gint64 write_sealed(store *s, entry *e)
{
	tip t;
	uint8_t leaf[HASH_SIZE];
	ck_assert(tip_load(s, true, &t, NULL));
	gint64 index = t.head.size;
	ck_assert(s->ops->begin(s, NULL) && ledger_write(s, NULL, e, &t, leaf, NULL) &&
		s->ops->commit(s, NULL));
	return index;
}

gint64 help_write(store *s, gint64 at_ms, const char *type, const char *display, const char *format, ...)
{
	g_auto(entry) e = {0};
	va_list arguments;
	va_start(arguments, format);
	json_auto_t *body = json_vpack_ex(NULL, 0, format, arguments);
	va_end(arguments);
	json_auto_t *personal = display ? json_pack("{s:s}", "display", display) : NULL;
	ck_assert(sodium_init() >= 0);
	ck_assert(entry_seal(type, at_ms, body, personal, &e, NULL));
	return write_sealed(s, &e);
}

static sqlite3 *open_file(const help_place *place)
{
	sqlite3 *db = NULL;
	ck_assert_int_eq(sqlite3_open(place->path, &db), SQLITE_OK);
	return db;
}

/* Takes the triggers away; returns what makes them again. */
static char *drop_triggers(sqlite3 *db)
{
	sqlite3_stmt *all = NULL;
	g_autoptr(GString) drop =
		g_string_new("PRAGMA synchronous = OFF; PRAGMA ignore_check_constraints = ON;");
	GString *again = g_string_new(NULL);
	sqlite3_prepare_v2(db, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'", -1, &all, NULL);
	while (sqlite3_step(all) == SQLITE_ROW) {
		g_string_append_printf(drop, "DROP TRIGGER %s;", (const char *)sqlite3_column_text(all, 0));
		g_string_append_printf(again, "%s;", (const char *)sqlite3_column_text(all, 1));
	}
	sqlite3_finalize(all);
	ck_assert_int_eq(sqlite3_exec(db, drop->str, NULL, NULL, NULL), SQLITE_OK);
	return g_string_free(again, FALSE);
}

void help_tamper(const help_place *place, const char *sql)
{
	sqlite3 *db = open_file(place);
	g_autofree char *again = drop_triggers(db);
	int result = sqlite3_exec(db, sql, NULL, NULL, NULL);
	ck_assert_msg(result == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
	ck_assert_int_eq(sqlite3_exec(db, again, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

char *help_select(const help_place *place, const char *sql)
{
	sqlite3_stmt *query = NULL;
	sqlite3 *db = open_file(place);
	ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
	ck_assert_int_eq(sqlite3_step(query), SQLITE_ROW);
	char *text = g_strdup((const char *)sqlite3_column_text(query, 0));
	sqlite3_finalize(query);
	sqlite3_close(db);
	return text;
}
