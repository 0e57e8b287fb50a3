/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tool as an operator runs it: output, messages, exit codes. */
#include "exports_tool_help.h"
#include "suite.h"

#include <check.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define ID "01234567-89ab-4cde-8f01-23456789abcd"
#define HOSTILE "=cmd|'/c calc'!A0\x1b[2J"

static void setup(void)
{
	place = help_place_new();
	g_autoptr(ledger) l = help_ledger(&place);
	help_append(l, "meeting", "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "event", "began");
	help_append_named(
		l, "join", HOSTILE, "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "participant", ID);
	help_append_named(l, "decision", HOSTILE,
		"{s:s, s:i, s:s, s:I, s:s, s:s, s:[{s:s,s:s,s:s,s:s,s:i},{s:s,s:s,s:s,s:s,s:i}]}", "meeting",
		"m1", "room", 1234, "participant", ID, "feed", (json_int_t)42, "how", "decide", "evidence",
		"session", "decisions", "purpose", "record", "medium", "audio", "decision", "granted",
		"notice", "ab", "version", 1, "purpose", "tell-jokes", "medium", "audio", "decision",
		"refused", "notice", "cd", "version", 2);
	help_append(l, "segment", "{s:s, s:s, s:s, s:i, s:s, s:s, s:s, s:[s], s:s}", "segment", "s1", "state",
		"opened", "meeting", "m1", "room", 1234, "participant", ID, "medium", "audio", "codec",
		"opus", "purposes", "record", "file", "1234/a.mjr");
}

static void teardown(void)
{
	help_place_remove(&place);
}

static void expect_run(const char *arguments, int code, const char *out, const char *err)
{
	g_auto(run) r = call(arguments);
	ck_assert_msg(r.code == code, "%s: exit %d\n%s%s", arguments, r.code, r.out, r.err);
	ck_assert_msg(out ? strstr(r.out, out) != NULL : !*r.out, "%s: “%s” on stdout", arguments, r.out);
	ck_assert_msg(err ? strstr(r.err, err) != NULL : !*r.err, "%s: “%s” on stderr", arguments, r.err);
}

static void expect_lines(const char *arguments, unsigned count)
{
	g_auto(run) r = call(arguments);
	g_auto(GStrv) lines = g_strsplit(r.out, "\n", -1);
	ck_assert_msg(r.code == 0, "%s: exit %d\n%s", arguments, r.code, r.err);
	ck_assert_msg(g_strv_length(lines) == count + 1, "%s:\n%s", arguments, r.out);
}

START_TEST(lists)
{
	expect_lines("records --store %s", 3);
	expect_lines("records --store %s --format csv", 3);
	expect_lines("records --store=%s --format=jsonl", 2);
	expect_lines("segments --store %s --format jsonl", 1);
	expect_lines("meetings --store %s --format jsonl", 1);
	expect_lines("records --store %s --format jsonl --purpose tell-jokes", 1);
	expect_lines("records --store %s --format jsonl --decision granted --room 1234 --meeting m1", 1);
	expect_lines("records --store %s --format jsonl --participant " ID " --from 2020-01-01", 2);
	expect_lines("records --store %s --format jsonl --to 2999-12-31T00:00:00+02:00", 2);
}
END_TEST

START_TEST(a_table_is_no_danger_for_a_terminal)
{
	expect_run("records --store %s", 0, "=cmd|'/c calc'!A0\\u{1b}…", NULL);
	expect_run("records --store %s --format csv", 0, "\"'=cmd|'/c calc'!A0\x1b[2J\"", NULL);
	expect_run("records --store %s --format jsonl", 0, "\"=cmd|'/c calc'!A0\\u001B[2J\"", NULL);
}
END_TEST

START_TEST(finding_nothing_is_a_no)
{
	expect_run("records --store %s --room 99", 1, NULL, "none that passes the filters");
	expect_run("records --store %s --purpose recrod", 1, NULL, "none that passes the filters");
	expect_run("segments --store %s --from 2999-01-01", 1, NULL, "none that passes the filters");
	teardown();
	place = help_place_new();
	ledger_close(help_ledger(&place));
	expect_run("records --store %s", 0, NULL, "none yet");
}
END_TEST

START_TEST(says_that_there_is_more)
{
	expect_run("records --store %s --limit 1", 0, "record", "the first 1; there are more");
	expect_run("records --store %s --limit 2", 0, "record", NULL);
}
END_TEST

START_TEST(verifies)
{
	g_auto(run) r = call("verify --store %s");
	ck_assert_int_eq(r.code, 0);
	ck_assert(g_str_has_prefix(r.out, "verified: 4 entries\nhead: 4:"));
	g_autofree char *head = g_strndup(strstr(r.out, "4:"), 2 + 64);
	g_autofree char *again = g_strdup_printf("verify --store %%s --head %s", head);
	g_autofree char *three = g_strdup_printf("verify --store %%s --head 3%s", head + 1);
	g_autofree char *five = g_strdup_printf("verify --store %%s --head 5%s", head + 1);
	expect_run(again, 0, "verified: 4", NULL);
	expect_run(three, 1, NULL, "are not those of --head");
	expect_run(five, 1, NULL, "fewer than 5");
	expect_run("verify --store %s --head 4", 2, NULL, "--head must be");

	help_tamper(&place, "UPDATE entries SET room = '5' WHERE idx = 2");
	expect_run("verify --store %s", 1, NULL, "verify: entry 2: column room");
}
END_TEST

START_TEST(helps)
{
	expect_run("help", 0, "Usage: janus-consent COMMAND", NULL);
	expect_run("help records", 0, "Usage: janus-consent records", NULL);
	expect_run("help export", 0, "Usage: janus-consent export KIND", NULL);
	expect_run("help export vcon", 0,
		"Usage: janus-consent export vcon --meeting ID --output DIR [OPTION…]\n", NULL);
	expect_run("help erase", 0,
		"Usage: janus-consent erase {--participant ID | --segment ID | --product ID} --reason TEXT ",
		NULL);
	expect_run("help record", 2, NULL, "there is no command “record”; did you mean “records”?");
	expect_run("help export vcom", 2, NULL, "there is no kind “vcom”");
}
END_TEST

START_TEST(names_the_option_and_the_mend)
{
	static const struct {
		const char *arguments, *err;
	} cases[] = {
		{"", "a command is needed"},
		{"recods", "there is no command “recods”; did you mean “records”?"},
		{"xyz", "there is no command “xyz”\n"},
		{"--store x records", "no option “--store” here; a command's options stand behind its name"},
		{"export --output x records", "no option “--output” here; a command's options stand"},
		{"--verison", "there is no option “--verison” here; did you mean “--version”?"},
		{"records --stroe %s", "no option “--stroe” here; did you mean “--store”?"},
		{"records --part x", "did you mean “--participant”?"},
		{"records -store %s", "did you mean “--store”?"},
		{"records --ot 2026-01-01", "did you mean “--to”?"},
		{"records room", "no argument “room” here; did you mean “--room”?"},
		{"segments --decision granted", "no option “--decision” here"},
		{"verify --room 1", "no option “--room” here"},
		{"records --store", "--store needs a value: --store PATH"},
		{"records --room --limit 5", "--room needs a value: --room ROOM"},
		{"records --room=", "--room needs a value"},
		{"records --room 1 --room 2", "--room is given twice"},
		{"records --decision grated",
			"--decision must be one of granted, refused, withdrawn, expired, not “grated”; did "
			"you mean “granted”?"},
		{"records --decision Granted", "did you mean “granted”?"},
		{"records --format xml", "--format must be one of table, csv, jsonl"},
		{"records --from yesterday", "--from must be a time such as"},
		{"records --to 2026-02-30", "--to must be a time such as"},
		{"records --from 2026-02-01 --to 2026-01-01", "--to must be later than --from"},
		{"records --limit 0", "--limit must be a whole number"},
		{"records --limit -1", "--limit must be a whole number"},
		{"records --limit 1x", "--limit must be a whole number"},
		{"decrypt --output -", "--output must be a path"},
		{"export meeting --meeting m1 --output -", "--output must be a path"},
		{"export vcon --meeting m1 --output -", "--output must be a path"},
		{"export training --output -", "--output must be a path"},
		{"export training --refresh x --format opus", "--refresh and --format exclude each other"},
		{"export training --refresh x --room 1", "--refresh and --room exclude each other"},
		{"export training --refresh x --output y", "--refresh and --output exclude each other"},
		{"attach --participants a,,b", "--participants must be ids with commas between"},
		{"export training --rate 44100", "24000, 48000, not “44100”\n"},
		{"records --store mysql://db/x", "--store must be the path of a file"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		expect_run(cases[i].arguments, 2, NULL, cases[i].err);
}
END_TEST

/* Without it they would read nothing, and say of each recording that it cannot be used. */
START_TEST(asks_where_the_recordings_are)
{
	static const char *const cases[] = {"decrypt --store %s --output /nonexistent/out",
		"export meeting --store %s --meeting m1 --output /nonexistent/out",
		"export vcon --store %s --meeting m1 --output /nonexistent/out",
		"export training --store %s --output @/out"};
	if (g_file_test("/etc/janus/janus.plugin.consent.jcfg", G_FILE_TEST_EXISTS))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		expect_run(cases[i], 2, NULL, "--recordings is needed");
}
END_TEST

START_TEST(says_which_file_cannot_be_used)
{
	g_autofree char *config = g_build_filename(place.folder, "c.jcfg", NULL);
	g_autofree char *with = g_strdup_printf("records --config %s", config);
	expect_run("records --store /nonexistent/ledger", 3, NULL, "/nonexistent/ledger: No such file");
	expect_run("verify --store /etc/passwd", 3, NULL, "/etc/passwd: ");
	expect_run(with, 3, NULL, config);
	ck_assert(g_file_set_contents(config, "general: { stroe = \"x\"; };", -1, NULL));
	expect_run(with, 3, NULL, "stroe");
}
END_TEST

START_TEST(takes_the_store_of_the_configuration)
{
	g_autofree char *config = g_build_filename(place.folder, "c.jcfg", NULL);
	g_autofree char *with = g_strdup_printf("records --config %s --format jsonl", config);
	/* Relative to the configuration's folder. */
	ck_assert(g_file_set_contents(config, "general: { store = \"ledger.sqlite\"; };", -1, NULL));
	expect_lines(with, 2);
}
END_TEST

START_TEST(a_closed_pipe_is_no_error)
{
	g_autoptr(ledger) l = help_ledger(&place);
	for (int i = 0; i < 2000; i++)
		ledger_post(l, LEDGER_KEPT, "decision",
			json_pack("{s:[{s:s}]}", "decisions", "purpose", "record"), NULL, NULL, NULL);
	help_append(l, "test", "{}");
	g_auto(run) r = shell("TOOL records --store %s --format jsonl | head -n 1; echo ${PIPESTATUS[0]}");
	ck_assert_str_eq(r.err, "");
	ck_assert_msg(g_str_has_suffix(r.out, "}\n0\n"), "%s", r.out);
}
END_TEST

START_TEST(a_full_disk_is_one)
{
	static const char *const lines[] = {"TOOL records --store %s >/dev/full",
		"TOOL verify --store %s >/dev/full", "TOOL records --help >/dev/full",
		"TOOL --version >/dev/full"};
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_auto(run) r = shell(lines[i]);
		ck_assert_msg(
			r.code == 3 && strstr(r.err, "No space left"), "%s: %d %s", lines[i], r.code, r.err);
	}
}
END_TEST

/* Exports are noted, a look is not. */
START_TEST(notes_exports)
{
	expect_run("records --store %s", 0, "record", NULL);
	g_autofree char *before = help_select(&place, "SELECT count(*) FROM entries");
	ck_assert_str_eq(before, "4");
	g_autoptr(ledger) l = help_ledger(&place);
	expect_lines("records --store %s --format csv --room 1234 --limit 9", 3);
	g_autofree char *body = help_select(&place, "SELECT body FROM entries WHERE type = 'export'");
	json_auto_t *noted = json_loads(body, 0, NULL);
	ck_assert_str_eq(json_string_value(json_object_get(noted, "what")), "records");
	ck_assert_str_eq(json_string_value(json_object_get(noted, "format")), "csv");
	ck_assert_int_eq(json_integer_value(json_object_get(noted, "rows")), 2);
	json_auto_t *filters = json_pack("{s:s, s:s}", "room", "1234", "limit", "9");
	ck_assert(json_equal(json_object_get(noted, "filters"), filters));
	/* And the gateway goes on behind it. */
	ck_assert_int_eq(help_append(l, "test", "{}").index, 5);
	expect_run("verify --store %s", 0, "verified: 6", NULL);
}
END_TEST

START_TEST(exports_what_it_cannot_note)
{
	sqlite3 *db = NULL;
	ck_assert_int_eq(sqlite3_open(place.path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	expect_run("records --store %s --format jsonl", 0, "granted",
		"this export is not noted in the ledger: ");
	sqlite3_close(db);
}
END_TEST

START_TEST(says_its_version)
{
	expect_run("--version", 0, "janus-consent " PACKAGE_VERSION "\n", NULL);
	expect_run("--help", 0, "Usage: janus-consent COMMAND", NULL);
	expect_run("-h", 0, "Usage: janus-consent COMMAND", NULL);
	expect_run("records --nonsense", 2, NULL, "--nonsense");
	expect_run("records --help --nonsense", 0, "Usage: janus-consent records", NULL);
}
END_TEST

static void add_tests(TCase *tc)
{
	static const TTest *const *const tests[] = {&lists, &a_table_is_no_danger_for_a_terminal,
		&finding_nothing_is_a_no, &says_that_there_is_more, &verifies, &helps,
		&names_the_option_and_the_mend, &asks_where_the_recordings_are,
		&says_which_file_cannot_be_used, &takes_the_store_of_the_configuration,
		&a_closed_pipe_is_no_error, &a_full_disk_is_one, &notes_exports, &exports_what_it_cannot_note,
		&says_its_version};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
}

int main(void)
{
	Suite *suite = suite_create("tool");
	TCase *tc = tcase_create("tool");
	tcase_add_checked_fixture(tc, setup, teardown);
	add_tests(tc);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
