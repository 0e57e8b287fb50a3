/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which wording people get. */
#include "notices/language.h"

#include "notices_support.h"

#include <string.h>

/* Languages */

typedef struct choice {
	const char *preference, *wanted;
} choice;

static const char *const tags[] = {"en", "de", "de-AT", "pt-BR", "zh-Hans", "sr-Latn-RS", NULL};

static const choice choices[] = {
	{NULL, NULL},
	{"", NULL},
	{"en", "en"},
	{"de-AT", "de-AT"},
	{"de-CH", "de"},
	{"DE-at", "de-AT"},
	{"PT-br", "pt-BR"},
	{"pt", NULL}, /* never from the whole to a part */
	{"zh-hans-CN", "zh-Hans"},
	{"sr-Latn-RS-x-foo", "sr-Latn-RS"},
	{"d", NULL},
	{"deu", NULL},
	{"fr, de", "de"},
	{"fr,de-CH,en", "de"},
	{"en,de", "en"},
	{"en;q=0.5,de;q=0.9", "de"},
	{"en;q=0.5,de;q=0.5", "en"},
	{"en;q=0.9, de", "de"},
	{"fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "en"},
	{"de;q=0,en;q=0.1", "en"},
	{"de;q=0", NULL},
	{"de;q=0.000,fr", NULL},
	{"de; q=0.5, en ; Q=0.4", "de"},
	{"de;level=1;q=0.2, en;q=0.4", "en"},
	{"en,de;q=7", "en"},
	{"de;q=-1,en", "en"},
	{"*", NULL},
	{" ,, ,de", "de"},
	{"de,", "de"},
	{"\tde-AT ;q=1", "de-AT"},
	{"-", NULL},
	{"-de", NULL},
	{"de-", "de"},
	{"de--AT", "de"},
	{";", NULL},
	{";q=1", NULL},
	{"de;", "de"},
	{"de;q", "de"},
	{"de;q=", NULL},
	{"../../etc/passwd", NULL},
	{"\xff\xfe", NULL},
};

START_TEST(language)
{
	const choice *one = &choices[_i];
	ck_assert_pstr_eq(language_choose(one->preference, tags), one->wanted);
}
END_TEST

START_TEST(language_long_list)
{
	g_autoptr(GString) list = g_string_new(NULL);
	for (int i = 0; i < 20000; i++)
		g_string_append(list, "x-y-z-x-y-z;q=0.9,");
	g_string_append(list, "de;q=0.1");
	ck_assert_str_eq(language_choose(list->str, tags), "de");
}
END_TEST

static void assert_wording(const notices *all, const char *lang, const char *wanted)
{
	notice_wording wording = notices_wording(all, notices_at(all, 0), lang);
	ck_assert_str_eq(wording.lang, wanted);
	const char *const texts[] = {
		wording.title, wording.summary, wording.details, wording.recipients, wording.retention};
	const char *const names[] = {"title", "summary", "details", "recipients", "retention"};
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *text = g_strdup_printf("%s %s", wanted, names[i]);
		ck_assert_str_eq(texts[i], text);
	}
}

START_TEST(wording)
{
	g_autoptr(notices) all = load_text(GOOD);
	assert_wording(all, "de", "de");
	assert_wording(all, "de-AT", "de");
	assert_wording(all, "fr, de;q=0.3", "de");
	assert_wording(all, "en-GB", "en");
	assert_wording(all, "fr", "en");
	assert_wording(all, "*", "en");
	assert_wording(all, "", "en");
	assert_wording(all, NULL, "en");
}
END_TEST

START_TEST(default_language)
{
	char *folder = scratch_new();
	g_free(put_file(folder, "a.jcfg", GOOD, -1));
	g_autoptr(notices) all = load_folder(folder, "DE");
	assert_wording(all, "fr", "de");
	scratch_remove(folder);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("notices_language");
	TCase *tests = tcase_create("notices_language");
	tcase_add_loop_test(tests, language, 0, G_N_ELEMENTS(choices));
	tcase_add_test(tests, language_long_list);
	tcase_add_test(tests, wording);
	tcase_add_test(tests, default_language);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
