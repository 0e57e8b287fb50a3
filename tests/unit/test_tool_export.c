/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `janus-consent export records` and `export notices` as an operator runs them. */
#include "exports_tool_help.h"
#include "suite.h"

#include <check.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define ID "01234567-89ab-4cde-8f01-23456789abcd"
#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static char *out; /* a file that is not there */

static void decide(ledger *l, const char *decision)
{
	help_append_named(l, "decision", "=Ann", "{s:s, s:i, s:s, s:s, s:s, s:s, s:[{s:s,s:s,s:s,s:s,s:i}]}",
		"meeting", "m1", "room", 1234, "participant", ID, "how", "decide", "evidence", "session",
		"receipt", "r1", "decisions", "purpose", "record", "medium", "audio", "decision", decision,
		"notice", HASH, "version", 1);
}

static void setup(void)
{
	place = help_place_new();
	out = g_build_filename(place.folder, "out", NULL);
	g_autoptr(ledger) l = help_ledger(&place);
	help_append(l, "notice", "{s:s, s:s, s:i, s:{s:s, s:[s], s:b, s:i, s:{s:{s:s}, s:{s:s}}}}", "notice",
		HASH, "purpose", "record", "version", 1, "wording", "purpose", "record", "media", "audio",
		"captures", 1, "retention_days", 30, "languages", "de", "title", "Dürfen wir?", "en", "title",
		"May we?");
	decide(l, "granted");
	decide(l, "withdrawn");
}

static void teardown(void)
{
	g_free(out);
	help_place_remove(&place);
}

static void expect(const char *line, int code, const char *wanted_out, const char *wanted_err)
{
	g_auto(run) r = shell(line);
	ck_assert_msg(r.code == code, "%s: exit %d\n%s%s", line, r.code, r.out, r.err);
	ck_assert_msg(strstr(r.out, wanted_out) != NULL, "%s:\n%s", line, r.out);
	ck_assert_msg(strstr(r.err, wanted_err) != NULL, "%s:\n%s", line, r.err);
}

/* Nothing of the name, and nothing begun beside it. */
static void expect_nothing_left(void)
{
	g_autoptr(GDir) dir = g_dir_open(place.folder, 0, NULL);
	for (const char *name; (name = g_dir_read_name(dir));)
		ck_assert_msg(!strstr(name, "out") && !strstr(name, ".part-"), "%s", name);
}

START_TEST(exports_records)
{
	expect("TOOL export records --store %s --format csv | cut -d, -f 11,19,21 | head -n 1", 0,
		"\"decision\",\"expires\",\"replaced_at\"\n", "export records: 2 to standard output");
	expect("TOOL export records --store %s | head -n 1", 0,
		"\"receipt\":\"r1\",\"expires\":null,\"replaced\":{\"log\":\"" HELP_ORIGIN "\",\"index\":2,",
		"");
	expect("TOOL export records --store %s --decision withdrawn", 0, "\"replaced\":null}",
		"records: 1 to");
	expect("TOOL export records --store %s --limit 1", 0, "granted", "the first 1; there are more");
	expect("TOOL export records --store %s --room 9", 1, "", "records: 0 to");
}
END_TEST

/* One who decides on two things, with when its notice was shown; `room`, `lang` and `version` are JSON. */
static void decide_shown(ledger *l, const char *name, const char *room, const char *lang, const char *version)
{
	g_autofree char *text = g_strdup_printf(
		"{\"meeting\":\"m2\",\"room\":%s,\"participant\":\"p-%s\","
		"\"how\":\"decide\",\"lang\":%s,\"evidence\":\"session\",\"feed\":7,\"decisions\":["
		"{\"purpose\":\"record\",\"medium\":\"audio\",\"decision\":\"granted\",\"notice\":\"" HASH
		"\",\"version\":%s,\"shown\":null,\"expires\":null},"
		"{\"purpose\":\"train\",\"medium\":\"audio\",\"decision\":\"refused\",\"notice\":\"" HASH
		"\",\"version\":2,\"shown\":\"2026-01-02T03:04:05.000Z\",\"expires\":\"2027-01-02T03:04:05."
		"000Z\"}]}",
		room, room, lang, version);
	json_error_t why;
	json_t *body = json_loads(text, 0, &why);
	ck_assert_msg(body != NULL, "%s: %s", text, why.text);
	ck_assert(ledger_wait(
		ledger_append(l, LEDGER_KEPT, "decision", body, json_pack("{s:s}", "display", name)), 60000,
		NULL, NULL));
}

static void decide_oddly(void)
{
	static const char *const names[] = {"=Bob", "Zo\xc3\xab", "\"quoted\" \\", " +blank", "a;-b",
		("\xef\xbc\x9d"
		 "full"),
		"tab\there", "", "\x7f"};
	g_autoptr(ledger) l = help_ledger(&place);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		decide_shown(l, names[i], "1234", "\"de\"", "1");
		decide_shown(l, names[i], "1234", "null", "1.5");
		decide_shown(l, names[i], "7", "\"=de,+x\"", "{}");
	}
}

/* What is told as text is what is told by way of a tree, to the byte. */
START_TEST(records_are_those_of_the_list)
{
	static const char *const formats[] = {"csv", "jsonl"};
	static const char *const filters[] = {"", "--purpose train", "--decision granted --limit 3",
		"--room 7", "--participant p-1234", "--meeting m2 --purpose record", "--from 2100-01-01"};
	decide_oddly();
	for (size_t f = 0; f < G_N_ELEMENTS(formats); f++)
		for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
			g_autofree char *list = g_strdup_printf(
				"TOOL records --store %%s --format %s %s", formats[f], filters[i]);
			g_autofree char *export = g_strdup_printf(
				"TOOL export records --store %%s --format %s %s", formats[f], filters[i]);
			g_auto(run) wanted = shell(list), got = shell(export);
			ck_assert_int_eq(got.code, wanted.code);
			ck_assert_str_eq(got.out, wanted.out);
		}
}
END_TEST

START_TEST(exports_wordings)
{
	expect("TOOL export notices --store %s", 0, "\"title\":\"D\u00fcrfen wir?\"", "notices: 1 to");
	expect("TOOL export notices --store %s --format csv", 0,
		"\"" HASH "\",\"record\",\"1\",\"audio\",\"true\",\"30\",\"en\",\"May we?\"",
		"notices: 2 to");
	expect("TOOL export notices --store %s --room 1", 2, "", "no option “--room” here");
}
END_TEST

START_TEST(a_file_is_complete_or_absent)
{
	g_autofree char *line = g_strdup_printf("TOOL export records --store %%s --output %s", out);
	g_autofree char *text = NULL;
	expect(line, 0, "", "2 to ");
	ck_assert(g_file_get_contents(out, &text, NULL, NULL));
	ck_assert_msg(strstr(text, "withdrawn") != NULL, "%s", text);
	expect(line, 3, "", "exists already");
	g_unlink(out);
	expect("TOOL export records --store %s --output -", 0, "withdrawn", "2 to standard output");

	/* A damaged ledger. */
	help_tamper(&place, "UPDATE entries SET body = '{' WHERE idx = 2");
	expect(line, 3, "", "entry 2 cannot be read");
	expect_nothing_left();
	expect("TOOL export records --store /nonexistent --output /tmp/x", 3, "",
		"/nonexistent: No such file");
	expect("TOOL export records --store %s --output /nonexistent/x", 3, "",
		"/nonexistent/x: cannot be made");
}
END_TEST

/* Files of no more than 64 KiB, which is as good as a full disk. */
START_TEST(a_full_disk_leaves_nothing)
{
	g_autofree char *line = g_strdup_printf(
		"trap '' XFSZ; ulimit -f 64; TOOL export records --store %%s --output %s", out);
	ledger *l = help_ledger(&place);
	for (int i = 0; i < 1000; i++)
		ledger_post(l, LEDGER_KEPT, "decision",
			json_pack("{s:[{s:s}]}", "decisions", "purpose", "record"), NULL, NULL, NULL);
	ledger_close(l);
	expect(line, 3, "", "the output cannot be written: File too large");
	expect_nothing_left();
	expect("TOOL export records --store %s >/dev/full", 3, "", "No space left");
}
END_TEST

/* The signal waits from the beginning on. */
static void ask_to_end(gpointer unused)
{
	sigset_t asking;
	(void)unused;
	sigemptyset(&asking);
	sigaddset(&asking, SIGTERM);
	sigprocmask(SIG_BLOCK, &asking, NULL);
	raise(SIGTERM);
}

START_TEST(an_interrupted_export_leaves_nothing)
{
	char *argv[] = {(char *)(g_getenv("TOOL") ? g_getenv("TOOL") : "./janus-consent"), (char *)"export",
		(char *)"records", (char *)"--store", place.path, (char *)"--output", out, NULL};
	g_auto(run) r = {0};
	int status;
	ck_assert(g_spawn_sync(
		NULL, argv, NULL, G_SPAWN_DEFAULT, ask_to_end, NULL, &r.out, &r.err, &status, NULL));
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	ck_assert_msg(strstr(r.err, "interrupted") != NULL, "%s", r.err);
	expect_nothing_left();
}
END_TEST

START_TEST(notes_what_left)
{
	expect("TOOL export records --store %s --format csv --purpose record", 0, "Ann", "");
	g_autofree char *body = help_select(&place, "SELECT body FROM entries WHERE type = 'export'");
	json_auto_t *noted = json_loads(body, 0, NULL);
	ck_assert_str_eq(json_string_value(json_object_get(noted, "what")), "records");
	ck_assert_str_eq(json_string_value(json_object_get(noted, "format")), "csv");
	ck_assert_int_eq(json_integer_value(json_object_get(noted, "rows")), 2);
	json_auto_t *filters = json_pack("{s:s}", "purpose", "record");
	ck_assert(json_equal(json_object_get(noted, "filters"), filters));
}
END_TEST

START_TEST(names_the_kind_and_the_mend)
{
	expect("TOOL export", 2, "", "export: a kind is needed, for example records");
	expect("TOOL export recrods", 2, "", "there is no kind “recrods”; did you mean “records”?");
	expect("TOOL export recrods", 2, "", "see janus-consent export --help");
	expect("TOOL export --help", 0, "Usage: janus-consent export KIND", "");
	expect("TOOL export records --help", 0, "Usage: janus-consent export records [OPTION", "");
	expect("TOOL export records --format xml", 2, "", "--format must be one of jsonl, csv");
	expect("TOOL export records --formt csv", 2, "", "did you mean “--format”?");
}
END_TEST

START_TEST(draws_a_bar_on_a_terminal_only)
{
	expect("script -qec 'TOOL export records --store %s >/dev/null' /dev/null", 0,
		"\x1b[Kexport records [", "");
	expect("script -qec 'TOOL export records --store %s >/dev/null' /dev/null", 0,
		"\r\x1b[Kjanus-consent: export", "");
	expect("TOOL export records --store %s 2>&1 >/dev/null | grep -c .", 0, "1\n", "");
}
END_TEST

static void add_tests(TCase *tc)
{
	static const TTest *const *const tests[] = {&exports_records, &records_are_those_of_the_list,
		&exports_wordings, &a_file_is_complete_or_absent, &a_full_disk_leaves_nothing,
		&an_interrupted_export_leaves_nothing, &notes_what_left, &names_the_kind_and_the_mend,
		&draws_a_bar_on_a_terminal_only};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
}

int main(void)
{
	Suite *suite = suite_create("tool_export");
	TCase *tc = tcase_create("tool_export");
	tcase_add_checked_fixture(tc, setup, teardown);
	add_tests(tc);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
