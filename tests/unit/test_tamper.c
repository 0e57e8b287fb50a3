/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody with access to the store's file changes each byte of each value that matters. verify finds each,
 * and says where. */
#include "tamper_help.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

/* ---- Bytes ---- */

/* A value of the file: text or a blob, in some row. */
typedef struct cell {
	const char *table, *column, *where;
	int type;
	uint8_t *bytes;
	size_t size;
} cell;

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

static void add_tests(TCase *tc)
{
	static const TTest *const *const tests[] = {&every_byte_of_personal_data};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
	tcase_add_loop_test(tc, every_byte_of_an_entry, 0, (int)G_N_ELEMENTS(rows));
	tcase_add_loop_test(tc, every_other_column_of_an_entry, 0, (int)G_N_ELEMENTS(rows));
	tcase_add_loop_test(tc, every_byte_of_a_named_value, 0, (int)G_N_ELEMENTS(values));
}

int main(void)
{
	Suite *suite = suite_create("tamper");
	TCase *tc = tcase_create("tamper");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, tamper_setup, tamper_teardown);
	add_tests(tc);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
