/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What closed, and what may open again. */
#include "meeting/closings.h"

#include "base_support.h"

#define DAY_MS (24 * 3600 * G_GINT64_CONSTANT(1000))

static const uint8_t ann[SIGNING_PUBLIC_SIZE] = {1}, bob[SIGNING_PUBLIC_SIZE] = {2};
static const closings_cell cell = {"1", ann, "record", MEDIUM_AUDIO};
static closings *all;

static void setup(void)
{
	all = closings_new();
}

static void teardown(void)
{
	closings_free(all);
}

static bool allows(const char *log, gint64 index)
{
	return closings_allow(all, &cell, log, index, false);
}

START_TEST(nothing_stands_against_a_grant_where_nothing_closed)
{
	ck_assert(allows("b", 1));
	/* What closed it is not known: then nothing is known to come after that. */
	ck_assert(!closings_allow(all, &cell, "b", 1, true));
}
END_TEST

START_TEST(only_a_later_entry_of_the_same_log_overrules)
{
	closings_note(all, &cell, "a", 5, 0);
	ck_assert(!allows("a", 4));
	ck_assert(!allows("a", 5));
	ck_assert(allows("a", 6));
	ck_assert(closings_allow(all, &cell, "a", 6, true));
	ck_assert(!allows("b", 4));
	ck_assert(!allows("b", 6));
}
END_TEST

START_TEST(the_last_of_a_log_counts_in_whatever_order_they_are_told)
{
	closings_note(all, &cell, "a", 9, 0);
	closings_note(all, &cell, "a", 5, 0);
	ck_assert(!allows("a", 8));
	ck_assert(allows("a", 10));
}
END_TEST

START_TEST(all_logs_must_agree)
{
	closings_note(all, &cell, "a", 5, 0);
	closings_note(all, &cell, "b", 5, 0);
	ck_assert(!allows("a", 6));
	ck_assert(!allows("b", 6));
}
END_TEST

START_TEST(other_people_rooms_purposes_and_media_are_others)
{
	static const closings_cell others[] = {{"1", bob, "record", MEDIUM_AUDIO},
		{"2", ann, "record", MEDIUM_AUDIO}, {"1", ann, "train", MEDIUM_AUDIO},
		{"1", ann, "record", MEDIUM_VIDEO}, {"1\naudio\nrecord", ann, "record", MEDIUM_AUDIO}};

	for (unsigned i = 0; i < G_N_ELEMENTS(others); i++)
		closings_note(all, &others[i], "a", 5, 0);
	ck_assert(allows("b", 1));
}
END_TEST

START_TEST(it_ages_when_nobody_closed_it_anew)
{
	closings_note(all, &cell, "a", 5, DAY_MS);
	closings_note(all, &cell, "b", 5, 2 * DAY_MS);
	closings_age(all, 2 * DAY_MS);
	ck_assert(!allows("a", 6));
	closings_age(all, 2 * DAY_MS + 1);
	ck_assert(allows("a", 6));
}
END_TEST

START_TEST(all_of_one_person_is_forgotten)
{
	const closings_cell other = {"1", bob, "record", MEDIUM_AUDIO};

	closings_note(all, &cell, "a", 5, 0);
	closings_note(all, &other, "a", 5, 0);
	closings_forget(all, "2", ann);
	ck_assert(!allows("b", 1));
	closings_forget(all, "1", ann);
	ck_assert(allows("b", 1));
	ck_assert(!closings_allow(all, &other, "b", 1, false));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("closings");
	TCase *tests = tcase_create("closings");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, nothing_stands_against_a_grant_where_nothing_closed);
	tcase_add_test(tests, only_a_later_entry_of_the_same_log_overrules);
	tcase_add_test(tests, the_last_of_a_log_counts_in_whatever_order_they_are_told);
	tcase_add_test(tests, all_logs_must_agree);
	tcase_add_test(tests, other_people_rooms_purposes_and_media_are_others);
	tcase_add_test(tests, it_ages_when_nobody_closed_it_anew);
	tcase_add_test(tests, all_of_one_person_is_forgotten);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
