/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signalling/rate.h"

#include "base_support.h"

#define START ((gint64)1000 * G_USEC_PER_SEC)

static unsigned take_all(rate *r, gint64 now_us)
{
	unsigned taken = 0;
	while (rate_take(r, now_us, 1, 0))
		taken++;
	return taken;
}

START_TEST(a_burst_and_no_more)
{
	rate r;
	rate_init(&r, START);
	ck_assert_uint_eq(take_all(&r, START), RATE_BURST);
	ck_assert(!rate_take(&r, START, 1, 0));
	rate_clear(&r);
}
END_TEST

START_TEST(it_fills_with_time)
{
	rate r;
	rate_init(&r, START);
	take_all(&r, START);
	ck_assert_uint_eq(take_all(&r, START + G_USEC_PER_SEC), RATE_PER_SECOND);
	ck_assert(!rate_take(&r, START + G_USEC_PER_SEC + G_USEC_PER_SEC / RATE_PER_SECOND / 2, 1, 0));
	ck_assert(rate_take(&r, START + G_USEC_PER_SEC + 2 * G_USEC_PER_SEC / RATE_PER_SECOND, 1, 0));
	rate_clear(&r);
}
END_TEST

START_TEST(it_never_holds_more_than_a_burst)
{
	rate r;
	rate_init(&r, START);
	ck_assert_uint_eq(take_all(&r, START + 3600 * (gint64)G_USEC_PER_SEC), RATE_BURST);
	rate_clear(&r);
}
END_TEST

START_TEST(time_that_steps_back_gives_and_takes_nothing)
{
	rate r;
	rate_init(&r, START);
	take_all(&r, START);
	ck_assert(!rate_take(&r, START - G_USEC_PER_SEC, 1, 0));
	ck_assert_uint_le(take_all(&r, START), RATE_PER_SECOND);
	rate_clear(&r);
}
END_TEST

START_TEST(what_is_dear_takes_more_or_nothing)
{
	rate r;
	rate_init(&r, START);
	ck_assert(rate_take(&r, START, RATE_BURST - 2, 0));
	ck_assert(!rate_take(&r, START, 3, 0));
	ck_assert_uint_eq(take_all(&r, START), 2);
	rate_clear(&r);
}
END_TEST

START_TEST(some_are_left_for_those_that_take_less)
{
	rate r;
	rate_init(&r, START);
	while (rate_take(&r, START, 3, 10))
		;
	unsigned left = take_all(&r, START);
	ck_assert(left >= 10 && left < 13);
	rate_clear(&r);
}
END_TEST

/* Four purposes of three media, one by one, allowed and declined again and again, each signed with a nonce
 * that was asked for; and all of that after a connection was lost ten times. */
START_TEST(nobody_who_presses_buttons_is_refused)
{
	enum { BUTTONS = 4 * 3, TIMES = 5, BINDS = 10, ASKED = 1 };
	rate r;
	rate_init(&r, START);
	for (unsigned i = 0; i < BUTTONS * TIMES + BINDS; i++)
		ck_assert(rate_take(&r, START, 2 * ASKED, 0) && rate_take(&r, START, RATE_WRITES, RATE_LEFT));
	rate_clear(&r);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rate");
	TCase *tests = tcase_create("rate");
	tcase_add_test(tests, a_burst_and_no_more);
	tcase_add_test(tests, what_is_dear_takes_more_or_nothing);
	tcase_add_test(tests, some_are_left_for_those_that_take_less);
	tcase_add_test(tests, nobody_who_presses_buttons_is_refused);
	tcase_add_test(tests, it_fills_with_time);
	tcase_add_test(tests, it_never_holds_more_than_a_burst);
	tcase_add_test(tests, time_that_steps_back_gives_and_takes_nothing);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
