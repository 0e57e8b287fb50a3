/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verification of a ledger's file that somebody with access to it has changed. */
#include "ledger_help.h"
#include "suite.h"

#include "base/error.h"
#include "ledger/entries.h"

#include <check.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES 6

static help_place place;

/* Six entries: with and without personal data, room, meeting, participant and subject. */
static void setup(void)
{
	place = help_place_new();
	g_autoptr(ledger) l = help_ledger(&place);
	help_append(l, "gateway", "{s:s}", "event", "started");
	help_append(l, "meeting", "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "event", "began");
	help_append_named(
		l, "join", "Ann", "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "participant", "p1");
	help_append_named(
		l, "decision", "Ann", "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "participant", "p1");
	help_append(l, "segment", "{s:s, s:i, s:s, s:s, s:s}", "meeting", "m1", "room", 1234, "participant",
		"p1", "segment", "s1", "state", "opened");
	help_append(l, "meeting", "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "event", "ended");
}

static void teardown(void)
{
	help_place_remove(&place);
}

static bool verify(gint64 *ret_entries, char link[HASH_HEX_SIZE], GError **error)
{
	g_autoptr(GError) opening = NULL;
	g_autoptr(ledger_reader) reader = ledger_reader_open(place.path, &opening);
	ck_assert_msg(reader != NULL, "%s", opening ? opening->message : "");
	return ledger_verify(reader, ret_entries, link, error);
}

static void expect_good(gint64 wanted)
{
	g_autoptr(GError) error = NULL;
	gint64 entries = -1;
	char link[HASH_HEX_SIZE];
	ck_assert_msg(verify(&entries, link, &error), "%s", error ? error->message : "");
	ck_assert_int_eq(entries, wanted);
	ck_assert_uint_eq(strlen(link), HASH_HEX_SIZE - 1);
}

/* The message begins with that entry and holds the word; outputs stay untouched. */
static void expect_wrong(int index, const char *word)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *prefix = g_strdup_printf("entry %d: ", index);
	gint64 entries = -1;
	char link[HASH_HEX_SIZE] = "untouched";
	ck_assert_msg(!verify(&entries, link, &error), "%s", word);
	ck_assert_msg(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY), "%s", error->message);
	ck_assert_msg(g_str_has_prefix(error->message, prefix) && strstr(error->message, word), "%s",
		error->message);
	ck_assert_int_eq(entries, -1);
	ck_assert_str_eq(link, "untouched");
}

START_TEST(verifies_what_was_written)
{
	expect_good(ENTRIES);
}
END_TEST

START_TEST(verifies_nothing_yet)
{
	g_free(place.path);
	place.path = g_build_filename(place.folder, "new.sqlite", NULL);
	ledger_close(help_ledger(&place));
	expect_good(0);
}
END_TEST

START_TEST(verifies_while_the_gateway_writes)
{
	g_autoptr(ledger) l = help_ledger(&place);
	for (int i = 0; i < 5; i++) {
		ledger_post(l, LEDGER_KEPT, "test", json_object(), NULL, NULL, NULL);
		help_append(l, "test", "{}");
		expect_good(ENTRIES + 2 * (i + 1));
	}
}
END_TEST

/* Every column of every row */

static const struct {
	const char *column, *value, *word;
} changes[] = {
	{"at", "at + 1", "column at"},
	{"at", "CAST(at AS TEXT) || 'x'", "column at"},
	{"type", "type || 'x'", "column type"},
	{"type", "CAST(type AS BLOB)", "column type"},
	{"room", "coalesce(room, '') || '5'", "column room"},
	{"meeting", "coalesce(meeting, '') || 'x'", "column meeting"},
	{"participant", "coalesce(participant, '') || 'x'", "column participant"},
	{"subject", "coalesce(subject, '') || 'x'", "column subject"},
	{"body", "replace(body, '\"type\"', '\"tYpe\"')", "its body does not match"},
	{"body", "body || ' '", "its body does not match"},
	{"body", "body || char(0) || 'x'", "its body does not match"},
	{"body", "''", "its body does not match"},
	{"leaf", "link", "its body does not match"},
	{"leaf", "x'00'", "its body does not match"},
	{"link", "leaf", "its link does not follow"},
	{"link", "zeroblob(32)", "its link does not follow"},
};

START_TEST(finds_every_changed_column)
{
	for (int index = 0; index < ENTRIES; index++) {
		g_autofree char *sql = g_strdup_printf("UPDATE entries SET %s = %s WHERE idx = %d",
			changes[_i].column, changes[_i].value, index);
		teardown();
		setup();
		help_tamper(&place, sql);
		expect_wrong(index, changes[_i].word);
	}
}
END_TEST

START_TEST(finds_emptied_columns)
{
	static const char *const columns[] = {"room", "meeting", "participant", "subject"};
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		g_autofree char *sql =
			g_strdup_printf("UPDATE entries SET %s = NULL WHERE idx = 4", columns[i]);
		teardown();
		setup();
		help_tamper(&place, sql);
		expect_wrong(4, columns[i]);
	}
}
END_TEST

START_TEST(finds_changed_personal_data)
{
	static const struct {
		const char *sql;
		int index;
		const char *word;
	} cases[] = {
		{"UPDATE personal SET data = '{\"display\":\"Eve\"}' WHERE idx = 2", 2, "was changed"},
		{"UPDATE personal SET data = '' WHERE idx = 3", 3, "was changed"},
		{"UPDATE personal SET salt = zeroblob(32) WHERE idx = 2", 2, "was changed"},
		{"UPDATE personal SET salt = zeroblob(3) WHERE idx = 2", 2, "was changed"},
		{"DELETE FROM personal WHERE idx = 3", 3, "is missing"},
		{"INSERT INTO personal VALUES (1, zeroblob(32), '{}')", 1, "knows nothing of"},
		{"UPDATE personal SET idx = 0 WHERE idx = 2", 0, "knows nothing of"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		teardown();
		setup();
		help_tamper(&place, cases[i].sql);
		expect_wrong(cases[i].index, cases[i].word);
	}
}
END_TEST

/* Rows */

START_TEST(finds_every_missing_row)
{
	for (int index = 0; index < ENTRIES; index++) {
		g_autofree char *sql = g_strdup_printf("DELETE FROM entries WHERE idx = %d", index);
		teardown();
		setup();
		help_tamper(&place, sql);
		expect_wrong(index, "is missing");
	}
}
END_TEST

START_TEST(finds_exchanged_rows)
{
	help_tamper(&place,
		"UPDATE entries SET idx = 100 WHERE idx = 1;"
		"UPDATE entries SET idx = 1 WHERE idx = 5;"
		"UPDATE entries SET idx = 5 WHERE idx = 100");
	expect_wrong(1, "does not match its leaf hash");
}
END_TEST

START_TEST(finds_added_rows)
{
	static const struct {
		int at, index;
		const char *word;
	} cases[] = {{-1, -1, "where none may be"}, {ENTRIES, ENTRIES, "does not match its leaf hash"},
		{ENTRIES + 1, ENTRIES, "is missing"}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *sql =
			g_strdup_printf("INSERT INTO entries SELECT %d, at, type, room, meeting, participant,"
					" subject, body, leaf, link FROM entries WHERE idx = 5",
				cases[i].at);
		teardown();
		setup();
		help_tamper(&place, sql);
		expect_wrong(cases[i].index, cases[i].word);
	}
}
END_TEST

static void hex_of(const char *sql, uint8_t hash[HASH_SIZE])
{
	g_autofree char *hex = help_select(&place, sql);
	ck_assert_int_eq(sodium_hex2bin(hash, HASH_SIZE, hex, strlen(hex), NULL, NULL, NULL), 0);
}

static void leaf_of(gint64 index, const char *body, uint8_t leaf[HASH_SIZE])
{
	g_autoptr(store) s = store_sqlite_open_reader(place.path, NULL);
	help_leaf(s, index, body, leaf);
}

/* A well-made entry 6, with leaf and link that follow: only the head does not count it. */
START_TEST(finds_a_well_made_row_behind_the_head)
{
	static const char body[] = "{\"at\":\"2026-01-02T03:04:05.678Z\",\"type\":\"test\"}";
	uint8_t leaf[HASH_SIZE], link[HASH_SIZE];
	char leaf_hex[HASH_HEX_SIZE], link_hex[HASH_HEX_SIZE];
	hex_of("SELECT hex(link) FROM entries WHERE idx = 5", link);
	leaf_of(6, body, leaf);
	entry_link(link, leaf, link);
	g_autofree char *sql = g_strdup_printf("INSERT INTO entries (idx, at, type, body, leaf, link)"
					       " VALUES (6, 1767323045678, 'test', '%s', x'%s', x'%s')",
		body, hash_hex(leaf, leaf_hex), hash_hex(link, link_hex));
	help_tamper(&place, sql);
	expect_wrong(6, "behind the recorded head");
}
END_TEST

START_TEST(finds_a_body_that_is_not_canonical)
{
	static const char body[] = "{\"type\":\"meeting\", \"at\":\"2026-01-02T03:04:05.678Z\"}";
	uint8_t leaf[HASH_SIZE], link[HASH_SIZE];
	char leaf_hex[HASH_HEX_SIZE], link_hex[HASH_HEX_SIZE];
	hex_of("SELECT hex(link) FROM entries WHERE idx = 4", link);
	leaf_of(5, body, leaf);
	entry_link(link, leaf, link);
	g_autofree char *sql =
		g_strdup_printf("UPDATE entries SET body = '%s', leaf = x'%s', link = x'%s' WHERE idx = 5",
			body, hash_hex(leaf, leaf_hex), hash_hex(link, link_hex));
	help_tamper(&place, sql);
	expect_wrong(5, "not in canonical form");
}
END_TEST

START_TEST(finds_a_changed_head)
{
	static const struct {
		const char *sql;
		int index;
	} cases[] = {
		{"UPDATE head SET link = zeroblob(32)", 5},
		{"UPDATE head SET size = 7", 6},
		{"UPDATE head SET size = 5", 4},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		teardown();
		setup();
		help_tamper(&place, cases[i].sql);
		expect_wrong(cases[i].index, "");
	}
}
END_TEST

/* Whoever cuts the end off and turns the head back leaves a shorter ledger that is whole in itself. What was
 * noted elsewhere shows it. */
START_TEST(a_cut_end_shows_against_a_noted_link_only)
{
	char noted[HASH_HEX_SIZE], now[HASH_HEX_SIZE];
	gint64 entries;
	ck_assert(verify(&entries, noted, NULL));
	help_tamper(&place,
		"DELETE FROM entries WHERE idx >= 4;"
		"UPDATE head SET size = 4, link = (SELECT link FROM entries WHERE idx = 3)");
	expect_good(4);

	g_autoptr(GError) error = NULL;
	g_autoptr(ledger_reader) reader = ledger_reader_open(place.path, NULL);
	ck_assert(!ledger_link_after(reader, entries, now, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY));
}
END_TEST

START_TEST(gives_the_link_of_the_past)
{
	char zero[HASH_HEX_SIZE], third[HASH_HEX_SIZE], all[HASH_HEX_SIZE], last[HASH_HEX_SIZE];
	gint64 entries;
	g_autoptr(ledger_reader) reader = ledger_reader_open(place.path, NULL);
	g_autofree char *wanted = help_select(&place, "SELECT lower(hex(link)) FROM entries WHERE idx = 2");
	ck_assert(ledger_link_after(reader, 0, zero, NULL));
	ck_assert_uint_eq(strspn(zero, "0"), HASH_HEX_SIZE - 1);
	ck_assert(ledger_link_after(reader, 3, third, NULL));
	ck_assert_str_eq(third, wanted);
	ck_assert(ledger_verify(reader, &entries, all, NULL));
	ck_assert(ledger_link_after(reader, entries, last, NULL));
	ck_assert_str_eq(last, all);
}
END_TEST

/* The gateway itself */

static void expect_no_gateway(void)
{
	g_autoptr(GError) error = NULL;
	const ledger_options options = {.store = place.path, .origin = "test.example/consent"};
	ck_assert_ptr_null(ledger_open(&options, &error));
	ck_assert_msg(
		strstr(error->message, place.path) && strstr(error->message, "verify"), "%s", error->message);
}

START_TEST(the_gateway_appends_to_no_cut_ledger)
{
	help_tamper(&place, "DELETE FROM entries WHERE idx = 5");
	expect_no_gateway();
}
END_TEST

START_TEST(the_gateway_appends_to_no_changed_end)
{
	help_tamper(&place,
		"UPDATE personal SET data = '{}' WHERE idx = 3;"
		"DELETE FROM entries WHERE idx >= 4;"
		"UPDATE head SET size = 4, link = (SELECT link FROM entries WHERE idx = 3)");
	expect_no_gateway();
}
END_TEST

static bool count_entry(const ledger_entry *one, void *user)
{
	(void)one;
	++*(unsigned *)user;
	return true;
}

START_TEST(a_reader_stumbles_over_a_broken_body)
{
	g_autoptr(GError) error = NULL;
	unsigned count = 0;
	help_tamper(&place, "UPDATE entries SET body = '{' WHERE idx = 3");
	g_autoptr(ledger_reader) reader = ledger_reader_open(place.path, NULL);
	const ledger_filter all = {0};
	ck_assert(!ledger_read(reader, &all, count_entry, &count, &error));
	ck_assert_uint_eq(count, 3);
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_STORE));
	ck_assert_msg(strstr(error->message, "entry 3"), "%s", error->message);
}
END_TEST

static void add_tests(TCase *tc)
{
	static const TTest *const *const tests[] = {&verifies_what_was_written, &verifies_nothing_yet,
		&verifies_while_the_gateway_writes, &finds_emptied_columns, &finds_changed_personal_data,
		&finds_every_missing_row, &finds_exchanged_rows, &finds_added_rows,
		&finds_a_well_made_row_behind_the_head, &finds_a_body_that_is_not_canonical,
		&finds_a_changed_head, &a_cut_end_shows_against_a_noted_link_only,
		&gives_the_link_of_the_past, &the_gateway_appends_to_no_cut_ledger,
		&the_gateway_appends_to_no_changed_end, &a_reader_stumbles_over_a_broken_body};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
	tcase_add_loop_test(tc, finds_every_changed_column, 0, (int)G_N_ELEMENTS(changes));
}

int main(void)
{
	if (sodium_init() < 0)
		return EXIT_FAILURE;
	Suite *suite = suite_create("verify");
	TCase *tc = tcase_create("tampering");
	tcase_add_checked_fixture(tc, setup, teardown);
	add_tests(tc);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
