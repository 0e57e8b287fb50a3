/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists as somebody looks through them: the newest first, and by name; on every store. */
#include "ledger_help.h"

#include "base/error.h"
#include "ledger/products.h"
#include "ledger/records.h"

#include <check.h>
#include <string.h>

#define T0 1767323045000 /* 2026-01-02T03:04:05.000Z */
/* More than a store reads in one go. */
#define MANY 600

static help_place place;
static store *data;
static ledger_reader *reader;

static void setup_kind(int kind)
{
	place = help_place_new();
	data = help_store(kind, &place);
	reader = ledger_reader_on(help_view(kind, data, &place));
	ck_assert(data->ops->set(data, "origin", HELP_ORIGIN, NULL));
}

static void teardown(void)
{
	ledger_reader_close(reader);
	store_close(data);
	help_place_remove(&place);
}

static void write_began(gint64 at_ms, const char *meeting, int room)
{
	help_write(data, at_ms, "meeting", NULL, "{s:s, s:i, s:s}", "meeting", meeting, "room", room, "event",
		"began");
}

/* Comes, allows two media, and is captured. `display` may be NULL. */
static void write_person(gint64 at_ms, const char *meeting, const char *participant, const char *display)
{
	help_write(data, at_ms, "join", display, "{s:s, s:i, s:s}", "meeting", meeting, "room", 1234,
		"participant", participant);
	help_write(data, at_ms + 1, "decision", display,
		"{s:s, s:i, s:s, s:[{s:s, s:s, s:s}, {s:s, s:s, s:s}]}", "meeting", meeting, "room", 1234,
		"participant", participant, "decisions", "purpose", "record", "medium", "audio", "decision",
		"granted", "purpose", "record", "medium", "video", "decision", "granted");
	help_write(data, at_ms + 2, "segment", NULL, "{s:s, s:s, s:s, s:i, s:s, s:[s]}", "segment",
		participant, "state", "opened", "meeting", meeting, "room", 1234, "participant", participant,
		"purposes", "record");
}

/* In m1 Ann and somebody without a name, in m2 Joanna and Strauß. */
static void write_story(void)
{
	write_began(T0, "m1", 1234);
	write_person(T0 + 10, "m1", "p1", "Ann");
	write_person(T0 + 20, "m1", "p2", NULL);
	write_began(T0 + 30, "m2", 1234);
	write_person(T0 + 40, "m2", "p3", "JOANNA");
	write_person(T0 + 50, "m2", "p4", "Strauß");
}

typedef bool (*lister)(ledger_reader *, const records_filter *, records_each, void *, char **, GError **);

/* What `member` says in each record, and a letter of the medium where there is one, with blanks between. */
typedef struct seen {
	const char *member;
	GString *text;
	guint count;
} seen;

static bool note(json_t *record, void *user)
{
	seen *s = user;
	const char *medium = json_string_value(json_object_get(record, "medium"));
	g_string_append_printf(s->text, "%s%s%.1s", s->text->len ? " " : "",
		json_string_value(json_object_get(record, s->member)), medium ? medium : "");
	s->count++;
	return true;
}

/* All pages of what the filter gives (g_free). */
static char *listed(lister all, const char *member, records_filter filter)
{
	seen s = {.member = member, .text = g_string_new(NULL)};
	g_autofree char *cursor = NULL;
	guint pages = 0;
	do {
		g_autofree char *before = g_steal_pointer(&cursor);
		guint had = s.count;
		filter.cursor = before;
		ck_assert(all(reader, &filter, note, &s, &cursor, NULL));
		ck_assert(filter.limit == 0 || s.count - had <= filter.limit);
		ck_assert_uint_le(pages++, 2 * MANY);
	} while (cursor);
	return g_string_free(s.text, FALSE);
}

static void expect(lister all, const char *member, records_filter filter, const char *wanted)
{
	g_autofree char *text = listed(all, member, filter);
	ck_assert_str_eq(text, wanted);
}

START_TEST(the_newest_come_first)
{
	setup_kind(_i);
	write_story();
	/* What one entry decides stays in its order. */
	static const char decisions[] = "p4a p4v p3a p3v p2a p2v p1a p1v";
	for (unsigned limit = 0; limit <= 5; limit++) {
		const records_filter newest = {.newest = true, .limit = limit};
		expect(records_decisions, "participant", newest, decisions);
		expect(records_segments, "participant", newest, "p4 p3 p2 p1");
		expect(records_meetings, "meeting", newest, "m2 m1");
	}
	teardown();
}
END_TEST

START_TEST(the_newest_are_filtered_as_the_oldest_are)
{
	setup_kind(_i);
	write_story();
	write_began(T0 + 60, "m3", 5678);
	static const records_filter filters[] = {
		{.newest = true, .limit = 1, .meeting = "m1"},
		{.newest = true, .limit = 1, .from_ms = T0 + 11, .to_ms = T0 + 25},
		{.newest = true, .limit = 1, .to_ms = T0 + 25},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(filters); i++)
		expect(records_decisions, "participant", filters[i], "p2a p2v p1a p1v");
	const records_filter room = {.newest = true, .room = "1234"},
			     late = {.newest = true, .from_ms = T0 + 30};
	expect(records_meetings, "meeting", room, "m2 m1");
	expect(records_meetings, "meeting", late, "m3 m2");
	teardown();
}
END_TEST

START_TEST(many_are_read_from_the_end)
{
	setup_kind(_i);
	write_began(T0, "m1", 1234);
	g_autoptr(GString) wanted = g_string_new(NULL);
	for (int i = 0; i < MANY; i++) {
		g_autofree char *id = g_strdup_printf("p%d", i);
		help_write(data, T0 + i, "segment", NULL, "{s:s, s:s, s:s, s:i, s:s, s:[s]}", "segment", id,
			"state", "opened", "meeting", "m1", "room", 1234, "participant", id, "purposes",
			"record");
		g_string_prepend(wanted, i ? " " : "");
		g_string_prepend(wanted, id);
	}
	expect(records_segments, "participant", (records_filter){.newest = true}, wanted->str);
	expect(records_segments, "participant", (records_filter){.newest = true, .limit = 100}, wanted->str);
	teardown();
}
END_TEST

START_TEST(a_part_of_a_name_finds_it)
{
	setup_kind(_i);
	write_story();
	static const struct {
		const char *part, *decisions, *segments, *meetings;
	} wanted[] = {
		{"ann", "p1a p1v p3a p3v", "p1 p3", "m1 m2"},
		{"Joan", "p3a p3v", "p3", "m2"},
		{"STRAUSS", "p4a p4v", "p4", "m2"},
		{"%", "", "", ""},
		{"Anna B", "", "", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
		for (unsigned limit = 0; limit <= 2; limit++) {
			const records_filter named = {.display = wanted[i].part, .limit = limit};
			expect(records_decisions, "participant", named, wanted[i].decisions);
			expect(records_segments, "participant", named, wanted[i].segments);
			expect(records_meetings, "meeting", named, wanted[i].meetings);
		}
	teardown();
}
END_TEST

/* A time that is over at once: each page ends with the first entry that it has looked at. */
START_TEST(a_search_in_small_steps_finds_the_same)
{
	setup_kind(_i);
	write_story();
	for (int newest = 0; newest <= 1; newest++) {
		const records_filter named = {.display = "joanna", .newest = newest, .until_us = 1};
		expect(records_decisions, "participant", named, "p3a p3v");
		expect(records_segments, "participant", named, "p3");
		expect(records_meetings, "meeting", named, "m2");
		g_autofree char *cursor = NULL;
		seen s = {.member = "meeting", .text = g_string_new(NULL)};
		ck_assert(records_segments(reader, &named, note, &s, &cursor, NULL));
		ck_assert_ptr_nonnull(cursor);
		ck_assert_uint_eq(s.count, 0);
		g_string_free(s.text, TRUE);
	}
	teardown();
}
END_TEST

static void expect_refused(lister all, records_filter filter, const char *word)
{
	g_autoptr(GError) error = NULL;
	ck_assert(!all(reader, &filter, NULL, NULL, NULL, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_INVALID));
	ck_assert_msg(strstr(error->message, word), "%s", error->message);
}

START_TEST(refuses_a_cursor_of_the_other_order_and_names_where_there_are_none)
{
	setup_kind(HELP_MEMORY);
	expect_refused(records_decisions, (records_filter){.cursor = "d1.0", .newest = true}, "cursor");
	expect_refused(records_decisions, (records_filter){.cursor = "D1.0"}, "cursor");
	expect_refused(records_meetings, (records_filter){.cursor = "M1.0"}, "cursor");
	expect_refused(records_products, (records_filter){.display = "Ann"}, "display");
	teardown();
}
END_TEST

static void add_tests(TCase *tc, int kinds)
{
	static const TTest *const *const tests[] = {&the_newest_come_first,
		&the_newest_are_filtered_as_the_oldest_are, &many_are_read_from_the_end,
		&a_part_of_a_name_finds_it, &a_search_in_small_steps_finds_the_same};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_loop_test(tc, *tests[i], 0, kinds);
	tcase_add_test(tc, refuses_a_cursor_of_the_other_order_and_names_where_there_are_none);
}

int main(void)
{
	return help_run("records_search", add_tests);
}
