/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody with access to the store's file removes, adds and exchanges rows, cuts the end off, takes tables
 * apart, or puts another file in its place. verify finds each, and says where. */
#include "tamper_help.h"
#include "suite.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

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

/* The log's own public key, as somebody outside has it. */
static note_verifier known_key(void)
{
	note_verifier key;
	g_autofree char *text = help_select(&place, "SELECT value FROM meta WHERE name = 'vkey'");
	ck_assert(note_verifier_parse(text, &key, NULL));
	return key;
}

/* An older copy is whole in itself; only what somebody has from later contradicts it. */
START_TEST(an_older_copy)
{
	put_back();
	note_verifier key = known_key();
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
	static const TTest *const *const tests[] = {&every_row_removed_or_exchanged,
		&every_row_of_personal_data_removed, &an_older_copy, &another_history, &another_key,
		&an_erased_key, &nothing};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
	tcase_add_loop_test(tc, every_other_tampering, 0, (int)G_N_ELEMENTS(tampering));
	tcase_add_loop_test(tc, every_dismantling, 0, (int)G_N_ELEMENTS(dismantling));
}

int main(void)
{
	Suite *suite = suite_create("tamper_rows");
	TCase *tc = tcase_create("tamper_rows");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, tamper_setup, tamper_teardown);
	add_tests(tc);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
