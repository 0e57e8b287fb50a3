/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said about notices that cannot be used. */
#include "base/error.h"

#include "notices_support.h"

#include <glib/gstdio.h>
#include <string.h>

/* Bad files */

typedef struct bad_change {
	const char *what, *by; /* in GOOD */
	const char *place;     /* after the file's path: line and option */
	const char *mend;
} bad_change;

static const bad_change bad_changes[] = {
	/* missing */
	{"purpose = \"record\";", "", ": ", "the option \"purpose\" is missing"},
	{"version = 3;", "", ": ", "the option \"version\" is missing"},
	{"media = [ \"audio\", \"video\" ];", "", ": ", "the option \"media\" is missing"},
	{"retention_days = 30;", "", ": ", "the option \"retention_days\" is missing"},
	{LANGUAGES, "", ": ", "the option \"languages\" is missing"},
	{"title = \"en title\";", "", ":7: languages.en: ", "the option \"title\" is missing"},
	{"summary = \"en summary\";", "", ":7: languages.en: ", "the option \"summary\" is missing"},
	{"details = \"de details\";", "", ":8: languages.de: ", "the option \"details\" is missing"},
	{"recipients = \"de recipients\";", "", ":8: languages.de: ", "the option \"recipients\" is missing"},
	{"retention = \"de retention\";", "", ":8: languages.de: ", "the option \"retention\" is missing"},
	{" en = ", " fr = ", ":6: languages: ", "the default language \"en\" is missing"},
	{" en = ", " en-GB = ", ":6: languages: ", "the default language \"en\" is missing"},
	/* unknown */
	{"captures", "capture", ":4: capture: ", "did you mean \"captures\"?"},
	{"retention_days", "retention", ":5: retention: ", "did you mean \"retention_days\"?"},
	{"captures = true;", "captures = true; hidden = true;", ":4: hidden: ", "there is no such option"},
	{"title = \"de", "titel = \"de", ":8: languages.de.titel: ", "did you mean \"title\"?"},
	{"title = \"de", "footer = \"x\"; title = \"de",
		":8: languages.de.footer: ", "there are: title, summary, details, recipients, retention"},
	{"\"video\"", "\"vidoe\"",
		": media.[1]: ", "there is no medium \"vidoe\"; there are: audio, video, data"},
	{"\"video\"", "\"Video\"", ": media.[1]: ", "there is no medium \"Video\""},
	/* wrong types */
	{"\"record\"", "5", ":1: purpose: ", "must be a string"},
	{"version = 3", "version = \"3\"", ":2: version: ", "must be a whole number"},
	{"[ \"audio\", \"video\" ]", "\"audio\"", ":3: media: ", "must be a list of strings"},
	{"[ \"audio\", \"video\" ]", "[ 1 ]", ": media.[0]: ", "must be a string"},
	{"captures = true", "captures = 1", ":4: captures: ", "must be true or false, not a whole number"},
	{"retention_days = 30", "retention_days = 1.5", ":5: retention_days: ", "must be a whole number"},
	{"captures = true;", "captures = true; products = true;", ":4: products: ", "must be a string"},
	{"captures = true;", "captures = true; products = \"keep\";",
		":4: products: ", "must be \"remove\" or \"list\""},
	{LANGUAGES, "languages = \"en\";", ":6: languages: ", "must be a group"},
	{"languages = {", "languages = { fr = \"x\";", ":6: languages.fr: ", "must be a group"},
	{"title = \"en title\"", "title = [ \"en\" ]", ":7: languages.en.title: ", "must be a string"},
	/* wrong values */
	{"\"record\"", "\"\"", ":1: purpose: ", "the string is empty"},
	{"\"record\"", "\"Record\"", ":1: purpose: ", "must be a name"},
	{"\"record\"", "\"1record\"", ":1: purpose: ", "begins with a letter"},
	{"\"record\"", "\"re cord\"", ":1: purpose: ", "must be a name"},
	{"\"record\"", "\"record\\n\"", ":1: purpose: ", "must be a name"},
	{"\"record\"", "\"../record\"", ":1: purpose: ", "must be a name"},
	{"\"record\"", "\"a23456789012345678901234567890123\"", ":1: purpose: ", "at most 32 characters"},
	{"version = 3", "version = 0", ":2: version: ", "from 1 to 999999999"},
	{"version = 3", "version = -3", ":2: version: ", "from 1 to"},
	{"version = 3", "version = 4294967299", ":2: version: ", "from 1 to"},
	{"retention_days = 30", "retention_days = -1", ":5: retention_days: ", "from 0 to 36500"},
	{"retention_days = 30", "retention_days = 36501", ":5: retention_days: ", "from 0 to 36500"},
	{"[ \"audio\", \"video\" ]", "[ ]", ":3: media: ", "is empty"},
	{"en title", "", ":7: languages.en.title: ", "the string is empty"},
	{"en details", " \\n\\t ", ":7: languages.en.details: ", "the string is empty"},
	{"en title", "\\xff", ":7: languages.en.title: ", "no UTF-8"},
	{"en title", "\xff", ":7: ", "save the file in the encoding UTF-8"},
	{"en title", "a\\nb", ":7: languages.en.title: ", "line break"},
	{"en summary", "a\\x07", ":7: languages.en.summary: ", "control character"},
	{"en details", "a\\x1b[2J", ":7: languages.en.details: ", "holds a control character"},
	{"en details", "a\xc2\x9b", ":7: languages.en.details: ", "holds a control character"},
	{" de = ", " de_AT = ", ":8: languages.de_AT: ", "must be named by a language's tag"},
	{" de = ", " d = ", ":8: languages.d: ", "must be named by a language's tag"},
	{" de = ", " EN = ", ":8: languages.EN: ", "this language is here twice"},
	{" de = ", " en = ", ":8: ", "duplicate"},
	/* broken */
	{"version = 3;", "version = ;", ":2: ", "syntax error"},
	{"version = 3;", "\n@include \"x\"\nversion = 3;", ":3: ", "@include is not supported"},
};

/* The error of a folder that cannot be used. */
static char *load_error(const char *folder)
{
	g_autoptr(GError) error = NULL;
	ck_assert_ptr_null(notices_load(folder, "en", &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG));
	return g_strdup(error->message);
}

START_TEST(bad_files_are_refused)
{
	const bad_change *bad = &bad_changes[_i];
	g_autofree char *text = changed(GOOD, bad->what, bad->by);
	char *folder = scratch_new();
	g_autofree char *path = put_file(folder, "a.jcfg", text, -1);
	g_autofree char *message = load_error(folder);
	g_autofree char *place = g_strconcat(path, bad->place, NULL);
	/* elements of a list have the line of their own, which libconfig counts in its own way */
	assert_has(message, bad->place[0] == ':' && bad->place[1] == ' ' ? path : place);
	assert_has(message, bad->place);
	assert_has(message, bad->mend);
	scratch_remove(folder);
}
END_TEST

typedef struct limit {
	const char *field;
	int chars;
} limit;

static const limit limits[] = {
	{"title", 80}, {"summary", 300}, {"details", 3000}, {"recipients", 300}, {"retention", 300}};

/* Characters are counted, not bytes. */
START_TEST(lengths)
{
	g_autofree char *word = g_strdup_printf("en %s", limits[_i].field);
	g_autofree char *ascii = g_strnfill((gsize)limits[_i].chars, 'x');
	g_autofree char **umlauts = g_strsplit(ascii, "x", -1);
	g_autofree char *longest = g_strjoinv("\xc3\xa4", umlauts);
	for (char **part = umlauts; *part; part++)
		g_free(*part);
	g_autofree char *fits = changed(GOOD, word, longest);
	notices_free(load_text(fits));

	g_autofree char *longer = g_strconcat(longest, "x", NULL);
	g_autofree char *too_long = changed(GOOD, word, longer);
	char *folder = scratch_new();
	g_free(put_file(folder, "a.jcfg", too_long, -1));
	g_autofree char *message = load_error(folder);
	g_autofree char *mend = g_strdup_printf(
		"has %d characters; shorten it to %d at most", limits[_i].chars + 1, limits[_i].chars);
	assert_has(message, limits[_i].field);
	assert_has(message, mend);
	scratch_remove(folder);
}
END_TEST

START_TEST(purpose_twice)
{
	char *folder = scratch_new();
	g_free(put_file(folder, "a.jcfg", GOOD, -1));
	g_free(put_file(folder, "b.jcfg", GOOD, -1));
	g_autofree char *message = load_error(folder);
	assert_has(message,
		"b.jcfg:1: purpose: another file of this folder defines the purpose \"record\" already");
	scratch_remove(folder);
}
END_TEST

static void put_many(const char *folder, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		g_autofree char *purpose = g_strdup_printf("\"p%u\"", i);
		g_autofree char *text = changed(GOOD, "\"record\"", purpose);
		g_autofree char *name = g_strdup_printf("%u.jcfg", i);
		g_free(put_file(folder, name, text, -1));
	}
}

START_TEST(as_many_as_allowed)
{
	char *folder = scratch_new();
	put_many(folder, NOTICES_MAX);
	g_autoptr(notices) all = load_folder(folder, "en");
	ck_assert_uint_eq(notices_count(all), NOTICES_MAX);
	ck_assert_uint_eq(notices_at(all, NOTICES_MAX - 1)->slot, NOTICES_MAX - 1);
	scratch_remove(folder);
}
END_TEST

START_TEST(one_too_many)
{
	char *folder = scratch_new();
	put_many(folder, NOTICES_MAX + 1);
	g_autofree char *message = load_error(folder);
	assert_has(message, "there are 33 notices in this folder; keep 32 at most");
	scratch_remove(folder);
}
END_TEST

START_TEST(no_notices)
{
	char *folder = scratch_new();
	g_autofree char *empty = load_error(folder);
	assert_has(empty, folder);
	assert_has(empty, "there is no notice");
	g_autofree char *absent = g_build_filename(folder, "absent", NULL);
	g_autofree char *message = load_error(absent);
	assert_has(message, absent);
	scratch_remove(folder);
}
END_TEST

START_TEST(folder_named_like_a_notice)
{
	char *folder = scratch_new();
	g_autofree char *path = g_build_filename(folder, "a.jcfg", NULL);
	ck_assert_int_eq(g_mkdir(path, 0700), 0);
	g_autofree char *message = load_error(folder);
	assert_has(message, path);
	scratch_remove(folder);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("notices_errors");
	TCase *tests = tcase_create("notices_errors");
	tcase_add_loop_test(tests, bad_files_are_refused, 0, G_N_ELEMENTS(bad_changes));
	tcase_add_loop_test(tests, lengths, 0, G_N_ELEMENTS(limits));
	tcase_add_test(tests, purpose_twice);
	tcase_add_test(tests, as_many_as_allowed);
	tcase_add_test(tests, one_too_many);
	tcase_add_test(tests, no_notices);
	tcase_add_test(tests, folder_named_like_a_notice);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
