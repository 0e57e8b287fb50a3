/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tamper_help.h"

#include <sodium.h>
#include <string.h>

#define ERASED "zoe"

help_place place;
static char *whole; /* the file as it was written */
static gsize whole_size;

static void write_log(void)
{
	person ann, zoe;
	g_autoptr(ledger) l = signed_log(&place);
	person_init(&ann, "ann", "m1");
	person_init(&zoe, ERASED, "m1");
	help_append(l, "gateway", "{s:s}", "event", "started");
	help_append(l, "meeting", "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "event", "began");
	person_join(&ann, l, "Ann");
	person_bind(&ann, l);
	person_decide(&ann, l, "record", "granted");
	person_join(&zoe, l, "Zoe");
	help_append(l, "segment", "{s:s, s:i, s:s, s:s, s:s}", "meeting", "m1", "room", 1234, "participant",
		"ann", "segment", "s1", "state", "opened");
	person_withdraw(&ann, l, "record");
	ck_assert(ledger_erase(l, ERASED, "asked for", "test", 10000, NULL));
	while (help_append(l, "test", "{}").index < ENTRIES - 1)
		;
}

void tamper_setup(void)
{
	ck_assert(sodium_init() >= 0);
	place = help_place_new();
	write_log();
	ck_assert(g_file_get_contents(place.path, &whole, &whole_size, NULL));
}

void tamper_teardown(void)
{
	g_free(whole);
	help_place_remove(&place);
}

void put_back(void)
{
	ck_assert(g_file_set_contents_full(
		place.path, whole, (gssize)whole_size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* NULL when all is well; else what verify says (g_free). */
char *verify_with(const ledger_witness *with)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ledger_reader) reader = ledger_reader_open(place.path, &error);
	gint64 entries;
	char link[HASH_HEX_SIZE];
	if (reader && ledger_verify_with(reader, with, &entries, link, &error))
		return NULL;
	return g_strdup(error->message);
}

/* Found, and with that in the answer; one of two where `other` is given. */
void expect_found(const char *done, const char *word, const char *other)
{
	g_autofree char *found = verify_with(NULL);
	ck_assert_msg(found != NULL, "%s: not found", done);
	ck_assert_msg(strstr(found, word) || (other && strstr(found, other)),
		"%s: “%s”, which does not say “%s”", done, found, word);
}

/* Where an erasure is not what it was, whoever was erased seems to have lost their key: at their first entry.
 */
const char *other_place(int index)
{
	return index == ERASURE ? "entry 5: the key to its personal data is missing" : NULL;
}

void expect_entry(const char *done, int index)
{
	g_autofree char *word = g_strdup_printf("entry %d:", index);
	expect_found(done, word, other_place(index));
}

sqlite3 *open_bare(void)
{
	sqlite3 *db = NULL;
	ck_assert_int_eq(sqlite3_open(place.path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL), SQLITE_OK);
	return db;
}

void run_sql(sqlite3 *db, const char *sql)
{
	ck_assert_msg(
		sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
}
