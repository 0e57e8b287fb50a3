/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who was in a meeting from when to when, made from joins, leaves and keys. */
#include "ledger_help.h"

#include "ledger/records.h"

#include <check.h>

#define T0 1767323045000 /* 2026-01-02T03:04:05.000Z */

static help_place place;
static store *data;

static void write_entry(gint64 at_ms, const char *type, const char *display, const char *participant)
{
	help_write(data, at_ms, type, display, "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234,
		"participant", participant);
}

/* Ann comes, Bob comes; Ann comes once more and proves her key; one of Ann's goes. */
static void write_story(void)
{
	ck_assert(data->ops->set(data, "origin", HELP_ORIGIN, NULL));
	help_write(data, T0, "meeting", NULL, "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "event",
		"began");
	write_entry(T0 + 1, "join", "Ann", "p1");
	write_entry(T0 + 2, "join", "Bob", "p2");
	write_entry(T0 + 3, "join", "Ann", "p3");
	help_write(data, T0 + 4, "bind", NULL, "{s:s, s:i, s:s, s:s}", "meeting", "m1", "room", 1234,
		"participant", "p1", "formerly", "p3");
	write_entry(T0 + 5, "leave", NULL, "p1");
}

static bool collect(json_t *record, void *user)
{
	json_array_append(user, record);
	return true;
}

static json_t *listed(const char *meeting)
{
	g_autoptr(ledger_reader) reader = ledger_reader_on(help_view(HELP_MEMORY, data, &place));
	json_t *records = json_array();
	char *cursor = NULL;

	ck_assert(records_meetings(
		reader, &(records_filter){.meeting = meeting}, collect, records, &cursor, NULL));
	g_free(cursor);
	return records;
}

START_TEST(a_meeting_asked_for_says_who_was_there)
{
	static const struct {
		const char *participant, *display;
		bool left;
	} wanted[] = {{"p1", "Ann", true}, {"p2", "Bob", false}, {"p1", "Ann", false}};
	place = help_place_new();
	data = help_store(HELP_MEMORY, &place);
	write_story();

	json_auto_t *records = listed("m1");
	const json_t *people = json_object_get(json_array_get(records, 0), "people");
	ck_assert_uint_eq(json_array_size(people), G_N_ELEMENTS(wanted));
	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
		const json_t *one = json_array_get(people, i);
		ck_assert_str_eq(
			json_string_value(json_object_get(one, "participant")), wanted[i].participant);
		ck_assert_str_eq(json_string_value(json_object_get(one, "display")), wanted[i].display);
		ck_assert(json_is_string(json_object_get(one, "until")) == wanted[i].left);
	}

	/* In a list of all it would be too much. */
	json_auto_t *all = listed(NULL);
	ck_assert_ptr_null(json_object_get(json_array_get(all, 0), "people"));
	/* Ann is one, however often she came. */
	ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(all, 0), "participants")), 2);
	store_close(data);
	help_place_remove(&place);
}
END_TEST

static void add_tests(TCase *tc, int kinds)
{
	(void)kinds;
	tcase_add_test(tc, a_meeting_asked_for_says_who_was_there);
}

int main(void)
{
	return help_run("records_people", add_tests);
}
