/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cell of a participant's card: what it says when, and that late answers never overrule later decisions.
 */
#include "consent/decision.h"

#include "base_support.h"

#define NOTICE "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define NOW 1000000

static decision_cell fresh(void)
{
	decision_card card;
	decision_card_init(&card);
	return *decision_card_at(&card, 0, MEDIUM_AUDIO);
}

START_TEST(names)
{
	ck_assert_str_eq(decision_name(DECISION_UNDECIDED), "undecided");
	ck_assert_str_eq(decision_name(DECISION_GRANTED), "granted");
	ck_assert_str_eq(decision_name(DECISION_REFUSED), "refused");
	ck_assert_str_eq(decision_name(DECISION_WITHDRAWN), "withdrawn");
	ck_assert_str_eq(decision_name(DECISION_EXPIRED), "expired");
}
END_TEST

START_TEST(a_new_card_says_nothing)
{
	decision_card card;
	decision_card_init(&card);
	for (unsigned p = 0; p < PURPOSES_MAX; p++)
		for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1) {
			const decision_cell *cell = decision_card_at(&card, p, m);
			ck_assert_int_eq(decision_effective(cell, NOTICE, NOW), DECISION_UNDECIDED);
			ck_assert_int_eq(decision_effective(cell, "", NOW), DECISION_UNDECIDED);
			ck_assert(!decision_stands(cell, NOTICE, NOW));
			ck_assert(!decision_stands(cell, "", NOW));
		}
}
END_TEST

START_TEST(cells_are_apart)
{
	decision_card card;
	decision_card_init(&card);
	decision_grant(decision_card_at(&card, 3, MEDIUM_VIDEO), NOTICE, NOW, 0, 7, 1);
	for (unsigned p = 0; p < PURPOSES_MAX; p++)
		for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
			ck_assert_int_eq(decision_stands(decision_card_at(&card, p, m), NOTICE, NOW),
				p == 3 && m == MEDIUM_VIDEO);
}
END_TEST

static const struct {
	const char *notice; /* in force */
	gint64 now_ms, expires_ms, index;
	decision says;
	bool stands;
} readings[] = {
	{NOTICE, NOW, 0, 0, DECISION_GRANTED, true},
	{NOTICE, NOW, NOW + 1, 5, DECISION_GRANTED, true},
	{NOTICE, NOW, NOW, 5, DECISION_EXPIRED, false},
	{NOTICE, NOW, NOW - 1, 5, DECISION_EXPIRED, false},
	{OTHER, NOW, 0, 5, DECISION_UNDECIDED, false},
	{OTHER, NOW, NOW - 1, 5, DECISION_UNDECIDED, false},
	{NOTICE, NOW, 0, -1, DECISION_GRANTED, false},
};

START_TEST(a_grant_is_read)
{
	decision_cell cell = fresh();
	ck_assert(decision_grant(&cell, NOTICE, NOW - 10, readings[_i].expires_ms, readings[_i].index, 1));
	ck_assert_int_eq(cell.since_ms, NOW - 10);
	ck_assert_int_eq(
		decision_effective(&cell, readings[_i].notice, readings[_i].now_ms), readings[_i].says);
	ck_assert_int_eq(
		decision_stands(&cell, readings[_i].notice, readings[_i].now_ms), readings[_i].stands);
}
END_TEST

static const decision closings[] = {DECISION_REFUSED, DECISION_WITHDRAWN, DECISION_EXPIRED};

START_TEST(a_closing_ends_a_grant)
{
	decision_cell cell = fresh();
	decision_grant(&cell, NOTICE, NOW, NOW + 100, 4, 1);
	ck_assert(decision_close(&cell, closings[_i], NOTICE, NOW + 1, 2));
	ck_assert_int_eq(decision_effective(&cell, NOTICE, NOW + 1), closings[_i]);
	ck_assert(!decision_stands(&cell, NOTICE, NOW + 1));
	ck_assert_int_eq(cell.expires_ms, 0);

	/* Its commit does not make it a grant. */
	decision_committed(&cell, 9, 2);
	ck_assert_int_eq(cell.index, 9);
	ck_assert(!decision_stands(&cell, NOTICE, NOW + 1));
}
END_TEST

START_TEST(a_closing_holds_whatever_the_notice)
{
	decision_cell cell = fresh();
	decision_close(&cell, closings[_i], OTHER, NOW, 1);
	ck_assert_int_eq(decision_effective(&cell, NOTICE, NOW), closings[_i]);
}
END_TEST

START_TEST(a_late_grant_is_ignored)
{
	decision_cell cell = fresh();
	ck_assert(decision_close(&cell, DECISION_WITHDRAWN, NOTICE, NOW, 2));
	ck_assert(!decision_grant(&cell, NOTICE, NOW + 1, 0, 8, 1));
	ck_assert(!decision_grant(&cell, NOTICE, NOW + 1, 0, 8, 2));
	ck_assert_int_eq(decision_effective(&cell, NOTICE, NOW + 1), DECISION_WITHDRAWN);
	ck_assert_int_eq(cell.since_ms, NOW);

	ck_assert(decision_grant(&cell, NOTICE, NOW + 1, 0, 8, 3));
	ck_assert(decision_stands(&cell, NOTICE, NOW + 1));
}
END_TEST

START_TEST(a_late_closing_is_ignored)
{
	decision_cell cell = fresh();
	decision_grant(&cell, NOTICE, NOW, 0, 8, 3);
	ck_assert(!decision_close(&cell, DECISION_REFUSED, NOTICE, NOW, 2));
	ck_assert(!decision_close(&cell, DECISION_REFUSED, NOTICE, NOW, 3));
	ck_assert(decision_stands(&cell, NOTICE, NOW));
}
END_TEST

START_TEST(a_late_commit_is_ignored)
{
	decision_cell cell = fresh();
	decision_close(&cell, DECISION_REFUSED, NOTICE, NOW, 1);
	decision_close(&cell, DECISION_WITHDRAWN, NOTICE, NOW, 2);
	decision_committed(&cell, 5, 1);
	ck_assert_int_eq(cell.index, -1);
	decision_committed(&cell, 6, 2);
	ck_assert_int_eq(cell.index, 6);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("decision");
	TCase *tests = tcase_create("decision");
	tcase_add_test(tests, names);
	tcase_add_test(tests, a_new_card_says_nothing);
	tcase_add_test(tests, cells_are_apart);
	tcase_add_loop_test(tests, a_grant_is_read, 0, G_N_ELEMENTS(readings));
	tcase_add_loop_test(tests, a_closing_ends_a_grant, 0, G_N_ELEMENTS(closings));
	tcase_add_loop_test(tests, a_closing_holds_whatever_the_notice, 0, G_N_ELEMENTS(closings));
	tcase_add_test(tests, a_late_grant_is_ignored);
	tcase_add_test(tests, a_late_closing_is_ignored);
	tcase_add_test(tests, a_late_commit_is_ignored);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
