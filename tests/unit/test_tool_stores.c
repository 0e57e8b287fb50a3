/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every export from what is no ledger that it can read: said by name, and nothing made. */
#include "exports_tool_help.h"
#include "suite.h"

#include <glib/gstdio.h>
#include <string.h>

/* Of each the rest of its line; TO is a name that is free. */
static const char *const exports[] = {"export records --format csv --output TO",
	"export records --format jsonl --output TO", "export records --format jsonld --output TO",
	"export notices --format csv --output TO", "export notices --format jsonl --output TO",
	"export meeting --meeting m1 --output TO", "export vcon --meeting m1 --output TO",
	"export training --output TO", "export training --refresh SET", "export tiles TO", "export jwks TO",
	"attach --meeting m1 --kind summary --vendor v --input FILE"};

static void write_in(const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(place.folder, name, NULL);
	ck_assert(g_file_set_contents(path, text, -1, NULL));
}

static void make_folder_in(const char *name)
{
	g_autofree char *path = g_build_filename(place.folder, name, NULL);
	ck_assert_int_eq(g_mkdir(path, 0700), 0);
}

static void setup(void)
{
	place = help_place_new();
	ledger_close(help_ledger(&place));
	make_folder_in("recordings");
	make_folder_in("set");
	write_in("set/MANIFEST", "");
	write_in("file.txt", "words");
	g_autofree char *config = g_strdup_printf(
		"general: { store = \"%s\"; recordings = \"%s/recordings\"; controller = \"C\"; "
		"controller_contact = \"mailto:a@example.org\"; controller_address = \"Here\"; "
		"jurisdiction = \"DE\"; rights = [ \"eu-gdpr:A15\" ]; }\n",
		place.path, place.folder);
	write_in("config", config);
}

static void teardown(void)
{
	help_place_remove(&place);
}

/* Sorted names of the folder and of the folder of recordings, one a line; but not what SQLite makes. */
static char *names_in(void)
{
	g_auto(run) r = shell("cd \"$(dirname %s)\" && find . -printf '%P %s %m\\n' | grep -v -e '-wal\\b' "
			      "-e '-shm\\b' -e '^ ' | sort");
	return g_steal_pointer(&r.out);
}

static run export(const char *words)
{
	g_autoptr(GString) line = g_string_new("TOOL ");
	g_autofree char *config = g_build_filename(place.folder, "config", NULL);
	g_autofree char *to = g_build_filename(place.folder, "to", NULL),
			*set = g_build_filename(place.folder, "set", NULL),
			*file = g_build_filename(place.folder, "file.txt", NULL);
	g_string_append_printf(line, "%s --config %s", words, config);
	g_string_replace(line, " TO", " @TO@", 0);
	g_string_replace(line, "@TO@", to, 0);
	g_string_replace(line, " SET", " @SET@", 0);
	g_string_replace(line, "@SET@", set, 0);
	g_string_replace(line, " FILE", " @FILE@", 0);
	g_string_replace(line, "@FILE@", file, 0);
	return shell(line->str);
}

/* All of them fail with that, and leave what there is as it is. */
static void expect_all(const char *wanted)
{
	for (size_t i = 0; i < G_N_ELEMENTS(exports); i++) {
		g_autofree char *before = names_in();
		g_auto(run) r = export(exports[i]);
		g_autofree char *after = names_in();
		ck_assert_msg(
			r.code == 3 && *r.out == '\0', "%s: exit %d\n%s%s", exports[i], r.code, r.out, r.err);
		ck_assert_msg(strstr(r.err, wanted) != NULL, "%s: %s\nwanted: %s", exports[i], r.err, wanted);
		ck_assert_msg(
			strstr(r.err, place.path) != NULL, "%s: %s\nwanted: its path", exports[i], r.err);
		ck_assert_str_eq(after, before);
	}
}

START_TEST(a_newer_ledger)
{
	help_tamper(&place, "PRAGMA user_version = 99");
	expect_all("was written by a newer version; upgrade this program");
}
END_TEST

START_TEST(a_database_of_another_kind)
{
	help_tamper(&place, "PRAGMA application_id = 0; PRAGMA user_version = 0");
	expect_all("is a database, but no consent ledger; give the store another path");
}
END_TEST

START_TEST(a_file_that_is_no_database)
{
	ck_assert(g_file_set_contents(
		place.path, "These are words, and no pages of a database. These are words.", -1, NULL));
	expect_all("file is not a database");
}
END_TEST

START_TEST(an_empty_file)
{
	ck_assert(g_file_set_contents(place.path, "", -1, NULL));
	expect_all("is empty; no gateway has written to it yet");
}
END_TEST

START_TEST(no_file)
{
	ck_assert_int_eq(g_unlink(place.path), 0);
	expect_all("No such file or directory");
}
END_TEST

/* A name that is taken stays what it is. Recordings are looked for first; tiles and a JWKS are kept up to
 * date in place. */
START_TEST(a_name_that_is_taken)
{
	make_folder_in("to");
	for (size_t i = 0; i < G_N_ELEMENTS(exports); i++) {
		if (!strstr(exports[i], "--output TO") || strstr(exports[i], "--meeting") ||
			strstr(exports[i], "training"))
			continue;
		g_autofree char *before = names_in();
		g_auto(run) r = export(exports[i]);
		g_autofree char *after = names_in();
		ck_assert_msg(r.code == 3, "%s: exit %d\n%s", exports[i], r.code, r.err);
		ck_assert_msg(strstr(r.err, "exists already") != NULL, "%s: %s", exports[i], r.err);
		ck_assert_str_eq(after, before);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tool on stores that it cannot use");
	TCase *tests = suite_case(suite, "exports", setup, teardown);
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, a_newer_ledger);
	tcase_add_test(tests, a_database_of_another_kind);
	tcase_add_test(tests, a_file_that_is_no_database);
	tcase_add_test(tests, an_empty_file);
	tcase_add_test(tests, no_file);
	tcase_add_test(tests, a_name_that_is_taken);
	return suite_run(suite);
}
