/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bar that a long command draws. */
#include "suite.h"

#include "cli/progress.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	guint64 total, done;
	double seconds;
	const char *text;
} bars[] = {
	{100, 25, 5, "x [######..................]  25 % 25 things, 5 a second, 0:15 left"},
	{100, 0, 1, "x [........................]   0 % 0 things, 0 a second"},
	{100, 100, 2, "x [########################] 100 % 100 things, 50 a second, 0:00 left"},
	/* There were fewer when it began. */
	{100, 120, 2, "x [########################] 100 % 120 things, 60 a second, 0:00 left"},
	{1000000, 100, 1, "x [........................]   0 % 100 things, 100 a second, 2:46:39 left"},
	{0, 7, 1, "x 7 things, 7 a second"},
};

START_TEST(shows_how_much_is_done_and_how_long_it_will_take)
{
	const progress p = {.of = "x", .unit = "things", .total = bars[_i].total, .begun_us = 1000};
	g_autofree char *text =
		progress_text(&p, bars[_i].done, 1000 + (gint64)(bars[_i].seconds * G_USEC_PER_SEC), 0);
	ck_assert_str_eq(text, bars[_i].text);
}
END_TEST

START_TEST(stays_within_the_line)
{
	const progress p = {.of = "x", .unit = "things", .total = 100, .begun_us = 0};
	g_autofree char *whole = progress_text(&p, 25, G_USEC_PER_SEC, 0);
	for (unsigned columns = 1; columns < 100; columns++) {
		g_autofree char *text = progress_text(&p, 25, G_USEC_PER_SEC, columns);
		ck_assert_uint_eq(strlen(text), MIN(columns - 1, strlen(whole)));
		ck_assert(g_str_has_prefix(whole, text));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("progress");
	TCase *tc = tcase_create("progress");
	tcase_add_loop_test(tc, shows_how_much_is_done_and_how_long_it_will_take, 0, (int)G_N_ELEMENTS(bars));
	tcase_add_test(tc, stays_within_the_line);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
