/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody with access to the store's file goes over every table: each byte of each value that matters, each
 * row, each pair of rows, the end, the whole. verify finds each, and says where. */
#include "signed_log.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* More than a tile's worth, so that the store keeps a hash above the leaves. */
#define ENTRIES 260
#define ERASED "zoe"
#define ERASURE 8 /* the entry that says so */

static help_place place;
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

static void setup_once(void)
{
	ck_assert(sodium_init() >= 0);
	place = help_place_new();
	write_log();
	ck_assert(g_file_get_contents(place.path, &whole, &whole_size, NULL));
}

static void teardown_once(void)
{
	g_free(whole);
	help_place_remove(&place);
}

static void put_back(void)
{
	ck_assert(g_file_set_contents_full(
		place.path, whole, (gssize)whole_size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* NULL when all is well; else what verify says (g_free). */
static char *verify_with(const ledger_witness *with)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ledger_reader) reader = ledger_reader_open(place.path, &error);
	gint64 entries;
	char link[HASH_HEX_SIZE];
	if (reader && ledger_verify_with(reader, with, &entries, link, &error))
		return NULL;
	return g_strdup(error->message);
}

/* The log's own public key, as somebody outside has it. */
static note_verifier known_key(void)
{
	note_verifier key;
	g_autofree char *text = help_select(&place, "SELECT value FROM meta WHERE name = 'vkey'");
	ck_assert(note_verifier_parse(text, &key, NULL));
	return key;
}

/* Found, and with that in the answer; one of two where `other` is given. */
static void expect_found(const char *done, const char *word, const char *other)
{
	g_autofree char *found = verify_with(NULL);
	ck_assert_msg(found != NULL, "%s: not found", done);
	ck_assert_msg(strstr(found, word) || (other && strstr(found, other)),
		"%s: “%s”, which does not say “%s”", done, found, word);
}

/* Where an erasure is not what it was, whoever was erased seems to have lost their key: at their first entry.
 */
static const char *other_place(int index)
{
	return index == ERASURE ? "entry 5: the key to its personal data is missing" : NULL;
}

static void expect_entry(const char *done, int index)
{
	g_autofree char *word = g_strdup_printf("entry %d:", index);
	expect_found(done, word, other_place(index));
}

/* ---- Bytes ---- */

/* A value of the file: text or a blob, in some row. */
typedef struct cell {
	const char *table, *column, *where;
	int type;
	uint8_t *bytes;
	size_t size;
} cell;

static sqlite3 *open_bare(void)
{
	sqlite3 *db = NULL;
	ck_assert_int_eq(sqlite3_open(place.path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL), SQLITE_OK);
	return db;
}

static void run_sql(sqlite3 *db, const char *sql)
{
	ck_assert_msg(
		sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
}

static cell read_cell(const char *table, const char *column, const char *where)
{
	sqlite3_stmt *query = NULL;
	sqlite3 *db = open_bare();
	g_autofree char *sql = g_strdup_printf("SELECT %s FROM %s WHERE %s", column, table, where);
	cell c = {.table = table, .column = column, .where = where};
	ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &query, NULL), SQLITE_OK);
	ck_assert_msg(sqlite3_step(query) == SQLITE_ROW, "%s", sql);
	c.type = sqlite3_column_type(query, 0);
	c.size = (size_t)sqlite3_column_bytes(query, 0);
	c.bytes = g_memdup2(sqlite3_column_blob(query, 0), c.size);
	sqlite3_finalize(query);
	sqlite3_close(db);
	return c;
}

static void bind_cell(sqlite3_stmt *to, const cell *c)
{
	if (c->type == SQLITE_BLOB)
		sqlite3_bind_blob(to, 1, c->bytes, (int)c->size, SQLITE_STATIC);
	else
		sqlite3_bind_text(to, 1, (const char *)c->bytes, (int)c->size, SQLITE_STATIC);
}

/* Writes it, without the trigger that would not let it. */
static void write_cell(const cell *c)
{
	sqlite3 *db = open_bare();
	sqlite3_stmt *update = NULL;
	g_autofree char *trigger =
		g_strdup_printf("SELECT sql FROM sqlite_schema WHERE name = '%s_no_update'", c->table);
	g_autofree char *again = strcmp(c->table, "meta") == 0 ? g_strdup("") : help_select(&place, trigger);
	g_autofree char *drop = g_strdup_printf("DROP TRIGGER IF EXISTS %s_no_update", c->table);
	g_autofree char *sql =
		g_strdup_printf("UPDATE %s SET %s = ? WHERE %s", c->table, c->column, c->where);
	run_sql(db, drop);
	ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &update, NULL), SQLITE_OK);
	bind_cell(update, c);
	ck_assert_msg(sqlite3_step(update) == SQLITE_DONE, "%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_finalize(update);
	run_sql(db, again);
	sqlite3_close(db);
}

/* Every byte of the value in turn; with `step` only every so manieth. */
static void change_bytes(const char *table, const char *column, const char *where, size_t step,
	const char *word, const char *other)
{
	put_back();
	cell c = read_cell(table, column, where);
	ck_assert_uint_gt(c.size, 0);
	for (size_t at = 0; at < c.size; at += step) {
		g_autofree char *done =
			g_strdup_printf("byte %zu of %s.%s where %s", at, table, column, where);
		put_back();
		c.bytes[at] ^= 1;
		write_cell(&c);
		expect_found(done, word, other);
		c.bytes[at] ^= 1;
	}
	g_free(c.bytes);
}

/* Rows of every kind: without and with personal data, about nobody and somebody, first and last, the tile's
 * edge. */
static const int rows[] = {0, 1, 2, 3, 4, 6, 7, 8, 255, 256, ENTRIES - 1};

START_TEST(every_byte_of_an_entry)
{
	static const char *const columns[] = {"body", "type", "leaf", "link"};
	int index = rows[_i];
	g_autofree char *where = g_strdup_printf("idx = %d", index);
	g_autofree char *word = g_strdup_printf("entry %d:", index);
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
		change_bytes("entries", columns[i], where, index < 5 ? 1 : 7, word, other_place(index));
}
END_TEST

START_TEST(every_other_column_of_an_entry)
{
	static const char *const changes[] = {"at = at + 1", "at = at - 1", "at = CAST(at AS TEXT) || 'x'",
		"room = coalesce(room, '') || '5'", "room = CAST(coalesce(room, '') || '5' AS BLOB)",
		"meeting = coalesce(meeting, '') || 'x'", "participant = 'bob'",
		"subject = coalesce(subject, '') || 'x'", "type = CAST(type AS BLOB)",
		"body = CAST(body AS BLOB)", "leaf = zeroblob(32)", "link = CAST(hex(link) AS TEXT)"};
	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autofree char *sql =
			g_strdup_printf("UPDATE entries SET %s WHERE idx = %d", changes[i], rows[_i]);
		put_back();
		help_tamper(&place, sql);
		expect_entry(sql, rows[_i]);
	}
}
END_TEST

START_TEST(every_byte_of_personal_data)
{
	static const int with[] = {2, 3, 4, 7};
	for (size_t i = 0; i < G_N_ELEMENTS(with); i++) {
		g_autofree char *where = g_strdup_printf("idx = %d", with[i]);
		g_autofree char *word = g_strdup_printf("entry %d:", with[i]);
		change_bytes("personal", "data", where, i == 0 ? 1 : 11, word, NULL);
		change_bytes("personal", "salt", where, 1, word, NULL);
	}
}
END_TEST

static const struct {
	const char *name;
	size_t step;
	const char *word, *other;
} values[] = {
	{"checkpoint", 1, "“checkpoint”", NULL},
	{"vkey", 1, "“vkey”", "“checkpoint”"},
	{"origin", 1, "“origin”", NULL},
	{"secret", 1, "“secret”", "secret was changed"},
	{"key/ann", 1, "entry 2: ", NULL},
	{"subtree/1/0", 1, "“subtree/1/0”", NULL},
};

START_TEST(every_byte_of_a_named_value)
{
	g_autofree char *where = g_strdup_printf("name = '%s'", values[_i].name);
	g_autofree char *remove = g_strdup_printf("DELETE FROM meta WHERE %s", where);
	g_autofree char *rename = g_strdup_printf("UPDATE meta SET name = name || 'x' WHERE %s", where);
	g_autofree char *empty = g_strdup_printf("UPDATE meta SET value = '' WHERE %s", where);
	const char *const whole_rows[] = {remove, rename, empty};
	change_bytes("meta", "value", where, values[_i].step, values[_i].word, values[_i].other);
	for (size_t i = 0; i < G_N_ELEMENTS(whole_rows); i++) {
		put_back();
		help_tamper(&place, whole_rows[i]);
		expect_found(whole_rows[i], values[_i].word, values[_i].other ? values[_i].other : "“vkey”");
	}
}
END_TEST

/* ---- Rows ---- */

static const struct {
	const char *sql, *word;
} tampering[] = {
	{"UPDATE head SET size = size + 1", "entry 260: "},
	{"UPDATE head SET size = size - 1", "entry 25"},
	{"UPDATE head SET link = zeroblob(32)", "entry 259: "},
	{"DELETE FROM head", "head row"},
	{"UPDATE personal SET idx = 1 WHERE idx = 2", "entry 1: "},
	{"INSERT INTO personal VALUES (999, zeroblob(32), '')", "table personal has a row of no entry: 999"},
	{"INSERT INTO personal VALUES (-1, zeroblob(32), '')", "table personal has a row of no entry: -1"},
	/* Rows of one participant change places, with everything that belongs to them. */
	{"UPDATE personal SET idx = 1000 WHERE idx = 4; UPDATE personal SET idx = 4 WHERE idx = 7;"
	 "UPDATE personal SET idx = 7 WHERE idx = 1000",
		"entry 4: its personal data does not match"},
	/* A key takes another one's place. */
	{"UPDATE meta SET value = (SELECT value FROM meta WHERE name = 'key/ann') WHERE name = 'secret'",
		"secret was changed"},
	{"DELETE FROM meta WHERE name = 'keyfile'", "“keyfile”"},
	{"INSERT INTO meta VALUES ('former', 'nothing')", "“former”"},
	{"DELETE FROM meta WHERE name IN ('vkey', 'checkpoint')", "“vkey”"},
	/* The end is cut off, and the head turned back. */
	{"DELETE FROM entries WHERE idx >= 250; UPDATE head SET size = 250,"
	 " link = (SELECT link FROM entries WHERE idx = 249)",
		"entry 250: it is missing and so are all behind it: the named value “checkpoint”"},
	/* The file's own. */
	{"DROP INDEX entries_at", "index entries_at is missing"},
	{"CREATE TABLE other (x)", "table other was added"},
	{"CREATE TRIGGER other AFTER INSERT ON meta BEGIN DELETE FROM personal; END",
		"trigger other was added"},
};

/* What takes triggers with it. */
static const struct {
	const char *sql, *word;
} dismantling[] = {
	{"DROP TRIGGER entries_no_update", "trigger entries_no_update is missing"},
	{"DROP TABLE personal", "personal"},
	{"ALTER TABLE meta RENAME TO atem", "meta"},
	{"PRAGMA user_version = 9", "newer version"},
	{"PRAGMA application_id = 1", "no consent ledger"},
};

START_TEST(every_other_tampering)
{
	put_back();
	help_tamper(&place, tampering[_i].sql);
	expect_found(tampering[_i].sql, tampering[_i].word, NULL);
}
END_TEST

START_TEST(every_dismantling)
{
	put_back();
	sqlite3 *db = open_bare();
	run_sql(db, dismantling[_i].sql);
	sqlite3_close(db);
	expect_found(dismantling[_i].sql, dismantling[_i].word, NULL);
}
END_TEST

START_TEST(every_row_removed_or_exchanged)
{
	for (int index = 0; index < ENTRIES; index += index < 10 || index > 250 ? 1 : 50) {
		g_autofree char *entry = g_strdup_printf("DELETE FROM entries WHERE idx = %d", index);
		g_autofree char *swap = g_strdup_printf("UPDATE entries SET idx = 1000 WHERE idx = %d; "
							"UPDATE entries SET idx = %d WHERE idx = %d;"
							"UPDATE entries SET idx = %d WHERE idx = 1000",
			index, index, index + 1, index + 1);
		put_back();
		help_tamper(&place, entry);
		expect_entry(entry, index);
		if (index == ENTRIES - 1)
			continue;
		put_back();
		help_tamper(&place, swap);
		expect_entry(swap, index);
	}
}
END_TEST

START_TEST(every_row_of_personal_data_removed)
{
	static const int with[] = {
		2, 3, 4, 5, 7}; /* 5 was erased: that it is there is checked all the same */
	for (size_t i = 0; i < G_N_ELEMENTS(with); i++) {
		g_autofree char *sql = g_strdup_printf("DELETE FROM personal WHERE idx = %d", with[i]);
		put_back();
		help_tamper(&place, sql);
		expect_entry(sql, with[i]);
	}
}
END_TEST

/* ---- The whole ---- */

/* An older copy is whole in itself; only what somebody has from later contradicts it. */
START_TEST(an_older_copy)
{
	put_back();
	note_verifier key = known_key();
	g_autofree char *older = g_memdup2(whole, whole_size);
	g_autofree char *key_file = signed_log_key(&place);
	g_autofree char *guard = g_strconcat(key_file, ".checkpoint", NULL), *later = NULL;
	ledger *l = signed_log(&place);
	help_append(l, "test", "{}");
	ledger_close(l);
	later = help_select(&place, "SELECT value FROM meta WHERE name = 'checkpoint'");

	put_back();
	const ledger_held held = {"the one that was kept", later};
	const ledger_witness with = {&key, 1, &held, 1};
	ck_assert_ptr_null(verify_with(&(ledger_witness){&key, 1, NULL, 0}));
	g_autofree char *found = verify_with(&with);
	ck_assert_msg(
		found && strstr(found, "entry 260: ") && strstr(found, "the one that was kept covers 261"),
		"%s", found ? found : "not found");

	/* The gateway itself has kept one, too. */
	g_autoptr(GError) error = NULL;
	const ledger_options options = {.store = place.path, .origin = HELP_ORIGIN, .signing_key = key_file};
	ck_assert_ptr_null(ledger_open(&options, &error));
	ck_assert_msg(
		strstr(error->message, guard) && strstr(error->message, "261 entries"), "%s", error->message);
	note_verifier_clear(&key);
}
END_TEST

/* Another history of the same length, by the same key: both checkpoints are signed. */
START_TEST(another_history)
{
	put_back();
	note_verifier key = known_key();
	g_autofree char *key_file = signed_log_key(&place);
	g_autofree char *guard = g_strconcat(key_file, ".checkpoint", NULL);
	char *notes[2];
	for (int i = 0; i < 2; i++) {
		put_back();
		g_unlink(guard);
		ledger *l = signed_log(&place);
		help_append(l, "test", "{s:i}", "n", i);
		ledger_close(l);
		notes[i] = help_select(&place, "SELECT value FROM meta WHERE name = 'checkpoint'");
	}
	const ledger_held first = {"the first", notes[0]}, second = {"the second", notes[1]};
	ck_assert_ptr_null(verify_with(&(ledger_witness){&key, 1, &second, 1}));
	g_autofree char *found = verify_with(&(ledger_witness){&key, 1, &first, 1});
	ck_assert_msg(found && strstr(found, "entry 260: ") && strstr(found, "not those of the first"), "%s",
		found ? found : "not found");
	g_free(notes[0]);
	g_free(notes[1]);
	note_verifier_clear(&key);
}
END_TEST

/* Whoever has only the store can sign it with a key of their own. */
START_TEST(another_key)
{
	put_back();
	note_verifier key = known_key();
	g_autofree char *key_file = signed_log_key(&place);
	g_autofree char *guard = g_strconcat(key_file, ".checkpoint", NULL);
	g_unlink(guard);
	g_unlink(key_file);
	help_tamper(&place, "DELETE FROM meta WHERE name IN ('vkey', 'checkpoint', 'former')");
	ledger *l = signed_log(&place);
	help_append(l, "test", "{}");
	ledger_close(l);
	ck_assert_ptr_null(verify_with(NULL));
	g_autofree char *found = verify_with(&(ledger_witness){&key, 1, NULL, 0});
	ck_assert_msg(found && strstr(found, "“checkpoint”"), "%s", found ? found : "not found");
	note_verifier_clear(&key);
}
END_TEST

/* What was erased can be brought back out of an older copy. */
START_TEST(an_erased_key)
{
	put_back();
	g_autofree char *key = NULL;
	person yan;
	ledger *l = signed_log(&place);
	person_init(&yan, "yan", "m1");
	person_join(&yan, l, "Yan");
	key = help_select(&place, "SELECT value FROM meta WHERE name = 'key/yan'");
	ck_assert(ledger_erase(l, "yan", "asked for", "test", 10000, NULL));
	ledger_close(l);
	ck_assert_ptr_null(verify_with(NULL));
	g_autofree char *sql = g_strdup_printf("INSERT INTO meta VALUES ('key/yan', '%s')", key);
	help_tamper(&place, sql);
	expect_found("a key put back", "entry 260: its personal data was erased, but can be read", NULL);
}
END_TEST

START_TEST(nothing)
{
	put_back();
	g_autofree char *found = verify_with(NULL);
	ck_assert_msg(found == NULL, "%s", found);
	/* What does not matter. */
	help_tamper(&place,
		"UPDATE head SET probes = 7; INSERT INTO head VALUES (0, 0, zeroblob(32), 0); ANALYZE");
	found = verify_with(NULL);
	ck_assert_msg(found == NULL, "%s", found);
}
END_TEST

static void add_tests(TCase *tc)
{
	static const TTest *const *const tests[] = {&nothing, &every_byte_of_personal_data,
		&every_row_removed_or_exchanged, &every_row_of_personal_data_removed, &an_older_copy,
		&another_history, &another_key, &an_erased_key};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
	tcase_add_loop_test(tc, every_byte_of_an_entry, 0, (int)G_N_ELEMENTS(rows));
	tcase_add_loop_test(tc, every_other_column_of_an_entry, 0, (int)G_N_ELEMENTS(rows));
	tcase_add_loop_test(tc, every_byte_of_a_named_value, 0, (int)G_N_ELEMENTS(values));
	tcase_add_loop_test(tc, every_other_tampering, 0, (int)G_N_ELEMENTS(tampering));
	tcase_add_loop_test(tc, every_dismantling, 0, (int)G_N_ELEMENTS(dismantling));
}

int main(void)
{
	Suite *suite = suite_create("tamper");
	TCase *tc = tcase_create("tampering");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup_once, teardown_once);
	add_tests(tc);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
