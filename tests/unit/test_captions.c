/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a film's captions and chapters say. */
#include "suite.h"

#include "rendering/captions.h"

#include <check.h>
#include <string.h>

static GArray *some_captions(void)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(caption));
	const caption made[] = {{0, (char *)"Ann"}, {1.5, (char *)"<b>&\n\n00:00 --> x=;#\\"},
		{3700, (char *)"end"}, {9000, (char *)"too late"}};
	return g_array_append_vals(all, made, G_N_ELEMENTS(made));
}

START_TEST(captions_take_no_harm_from_names)
{
	g_autoptr(GArray) all = some_captions();
	g_autofree char *text = captions_webvtt(all, 3701.25);
	ck_assert_str_eq(text,
		"WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nAnn\n\n"
		"00:00:01.500 --> 01:01:40.000\n&lt;b&gt;&amp;  00:00 --&gt; x=;#\\\n\n"
		"01:01:40.000 --> 01:01:41.250\nend\n");
}
END_TEST

START_TEST(chapters_take_no_harm_from_names)
{
	g_autoptr(GArray) all = some_captions();
	g_autofree char *text = captions_chapters(all, 3701.25);
	ck_assert_ptr_nonnull(strstr(text, "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=Ann\n"));
	ck_assert_ptr_nonnull(strstr(text, "title=<b>&\\\n\\\n00:00 --> x\\=\\;\\#\\\\\n"));
}
END_TEST

static char *starts_of(const caption *made, guint count, double length)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(caption));
	g_array_append_vals(all, made, count);
	g_autofree char *text = captions_chapters(all, length);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GString *out = g_string_new(NULL);
	for (size_t i = 0; lines[i]; i++)
		if (g_str_has_prefix(lines[i], "START=") || g_str_has_prefix(lines[i], "END=") ||
			g_str_has_prefix(lines[i], "title="))
			g_string_append_printf(out, "%s ", strchr(lines[i], '=') + 1);
	return g_string_free(out, FALSE);
}

#define CAPTION(at, text)                                                                                    \
	{                                                                                                    \
		at, (char *)text                                                                             \
	}

/* Two come within a millisecond, somebody looks in for half a second, all leave at the end. */
START_TEST(chapters_last_a_second)
{
	const caption made[] = {CAPTION(0, "Ann"), CAPTION(0.001, "Ann, Bob"), CAPTION(5, "Ann, Bob, Cem"),
		CAPTION(5.5, "Ann, Bob"), CAPTION(7, "Bob"), CAPTION(7.25, "Bob, Dan"), CAPTION(9.998, "Dan"),
		CAPTION(9.999, "Nobody")};
	g_autofree char *all = starts_of(made, G_N_ELEMENTS(made), 10);
	ck_assert_str_eq(all, "0 7000 Ann, Bob 7000 10000 Bob, Dan ");
	g_autofree char *start = starts_of(made, 2, 0.5);
	ck_assert_str_eq(start, "0 500 Ann, Bob ");
	g_autofree char *none = starts_of(made, 0, 0);
	ck_assert_str_eq(none, "");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("captions");
	TCase *tests = tcase_create("captions");
	tcase_add_test(tests, captions_take_no_harm_from_names);
	tcase_add_test(tests, chapters_take_no_harm_from_names);
	tcase_add_test(tests, chapters_last_a_second);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
