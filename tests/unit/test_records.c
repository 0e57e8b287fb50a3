/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records, segments and meetings made from entries, on every store. */
#include "ledger_help.h"

#include "base/error.h"
#include "ledger/records.h"

#include <check.h>
#include <string.h>

#define T0 1767323045000 /* 2026-01-02T03:04:05.000Z */
#define HOSTILE                                                                                              \
	"=cmd|'/c calc'!A0 \"<img src=x>\n\x1b[31m\xe2\x80\xae"                                              \
	"gnp.exe 🎥"

static help_place place;
static store *data;
static ledger_reader *reader;

/* Decisions as the gateway writes them. */
static json_t *decision(const char *purpose, const char *medium, const char *verdict)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i}", "purpose", purpose, "medium", medium, "decision",
		verdict, "notice", "abcd", "version", 2);
}

static void write_decisions(gint64 at_ms, const char *participant, const char *display, json_t *decisions)
{
	help_write(data, at_ms, "decision", display, "{s:s, s:i, s:s, s:i, s:s, s:s, s:o}", "meeting", "m1",
		"room", 1234, "participant", participant, "feed", 77, "how", "decide", "evidence", "session",
		"decisions", decisions);
}

static void write_sent(gint64 at_ms, const char *participant, const char *notice, const char *lang)
{
	help_write(data, at_ms, "notice_sent", NULL, "{s:s, s:i, s:s, s:s, s:s, s:s, s:s}", "meeting", "m1",
		"room", 1234, "participant", participant, "activity", "a1", "purpose", "record", "notice",
		notice, "lang", lang);
}

static void write_segment(gint64 at_ms, const char *segment, const char *participant, json_t *purposes)
{
	help_write(data, at_ms, "segment", NULL,
		"{s:s, s:s, s:s, s:i, s:s, s:i, s:s, s:s, s:s, s:o, s:[{s:s, s:i}], s:s}", "segment", segment,
		"state", "opened", "meeting", "m1", "room", 1234, "participant", participant, "feed", 77,
		"mid", "0", "medium", "audio", "codec", "opus", "purposes", purposes, "decisions", "purpose",
		"record", "index", 3, "file", "1234/x.mjr");
}

static void write_closed(gint64 at_ms, const char *segment, const char *participant)
{
	help_write(data, at_ms, "segment", NULL, "{s:s, s:s, s:s, s:i, s:s, s:s, s:s, s:i, s:i, s:i}",
		"segment", segment, "state", "closed", "meeting", "m1", "room", 1234, "participant",
		participant, "reason", "withdrawn", "file", "1234/x.mjr", "packets", 500, "bytes", 40000,
		"lost", 0);
}

/* Two meetings; in the first Ann (p1) and a hostile name (p2), in the second p3. */
static void write_story(void)
{
	ck_assert(data->ops->set(data, "origin", HELP_ORIGIN, NULL));
	help_write(data, T0, "meeting", NULL, "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "event",
		"began");
	help_write(data, T0 + 1, "join", "Ann", "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234,
		"participant", "p1");
	help_write(data, T0 + 2, "join", HOSTILE, "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234,
		"participant", "p2");
	help_write(data, T0 + 3, "activity", NULL, "{s:s, s:i, s:s, s:s, s:s}", "meeting", "m1", "room", 1234,
		"activity", "a1", "purpose", "record", "state", "announced");
	write_sent(T0 + 4, "p1", "abcd", "de");
	write_sent(T0 + 4, "p2", "0000", "en");
	help_write(data, T0 + 5, "activity", NULL, "{s:s, s:i, s:s, s:s, s:s}", "meeting", "m1", "room", 1234,
		"activity", "a1", "purpose", "record", "state", "running");
	write_decisions(T0 + 6, "p1", "Ann",
		json_pack("[o, o]", decision("record", "audio", "granted"),
			decision("record", "video", "granted")));
	write_segment(T0 + 7, "s1", "p1", json_pack("[s, s]", "record", "train"));
	write_segment(T0 + 8, "s2", "p1", json_pack("[s]", "record"));
	write_decisions(T0 + 9, "p2", HOSTILE, json_pack("[o]", decision("record", "audio", "refused")));
	write_decisions(T0 + 10, "p1", "Ann", json_pack("[o]", decision("record", "audio", "withdrawn")));
	write_closed(T0 + 11, "s1", "p1");
	help_write(data, T0 + 12, "activity", NULL, "{s:s, s:i, s:s, s:s, s:s}", "meeting", "m1", "room",
		1234, "activity", "a1", "purpose", "record", "state", "stopped");
	help_write(data, T0 + 13, "meeting", NULL, "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "event",
		"ended");
	help_write(data, T0 + 20, "meeting", NULL, "{s:s, s:s, s:s}", "meeting", "m2", "room", "lounge",
		"event", "began");
	help_write(data, T0 + 21, "join", "Bob", "{s:s, s:s, s:s}", "meeting", "m2", "room", "lounge",
		"participant", "p3");
}

static void setup_kind(int kind)
{
	place = help_place_new();
	data = help_store(kind, &place);
	reader = ledger_reader_on(help_view(kind, data, &place));
}

static void teardown(void)
{
	ledger_reader_close(reader);
	store_close(data);
	help_place_remove(&place);
}

static bool collect(json_t *record, void *user)
{
	json_array_append(user, record);
	return true;
}

typedef bool (*lister)(ledger_reader *, const records_filter *, records_each, void *, char **, GError **);

static json_t *list(lister all, records_filter filter)
{
	g_autoptr(GError) error = NULL;
	json_t *records = json_array();
	char *cursor = NULL;
	ck_assert_msg(
		all(reader, &filter, collect, records, &cursor, &error), "%s", error ? error->message : "");
	ck_assert_ptr_null(cursor);
	return records;
}

static void expect_json(const json_t *value, const char *wanted)
{
	json_auto_t *parsed = json_loads(wanted, JSON_DECODE_ANY, NULL);
	g_autofree char *text = json_dumps(value, JSON_SORT_KEYS | JSON_ENCODE_ANY);
	ck_assert_msg(parsed != NULL, "%s", wanted);
	ck_assert_msg(json_equal(value, parsed), "%s\nwanted %s", text, wanted);
}

static void expect_count(lister all, records_filter filter, size_t count)
{
	json_auto_t *records = list(all, filter);
	ck_assert_uint_eq(json_array_size(records), count);
}

START_TEST(a_decision_record_says_all)
{
	setup_kind(_i);
	write_story();
	json_auto_t *records = list(records_decisions, (records_filter){0});
	ck_assert_uint_eq(json_array_size(records), 4);
	expect_json(json_array_get(records, 1),
		"{\"log\":\"" HELP_ORIGIN
		"\",\"index\":7,\"time\":\"2026-01-02T03:04:05.006Z\",\"room\":1234,\"meeting\":\"m1\","
		"\"participant\":\"p1\","
		"\"display\":\"Ann\",\"feed\":77,\"purpose\":\"record\",\"medium\":\"video\",\"decision\":"
		"\"granted\","
		"\"notice\":\"abcd\",\"version\":2,\"lang\":\"de\",\"shown\":\"2026-01-02T03:04:05.004Z\","
		"\"how\":\"decide\","
		"\"evidence\":\"session\",\"receipt\":null,\"expires\":null,\"replaced\":null}");
	/* Another wording had been sent to this one. */
	const json_t *hostile = json_array_get(records, 2);
	ck_assert_str_eq(json_string_value(json_object_get(hostile, "display")), HOSTILE);
	ck_assert(json_is_null(json_object_get(hostile, "shown")));
	ck_assert(json_is_null(json_object_get(hostile, "lang")));
	teardown();
}
END_TEST

START_TEST(a_decision_may_say_itself_when_its_notice_was_shown)
{
	setup_kind(_i);
	json_t *item = decision("record", "audio", "granted");
	json_object_set_new(item, "shown", json_string("2025-12-31T00:00:00.000Z"));
	json_object_set_new(item, "expires", json_string("2027-01-01T00:00:00.000Z"));
	write_sent(T0, "p1", "abcd", "de");
	write_decisions(T0 + 1, "p1", NULL, json_pack("[o]", item));
	write_decisions(T0 + 1, "p1", NULL, json_pack("[o]", decision("record", "audio", "granted")));
	/* Sent again afterwards, which is no matter for the decisions before. */
	write_sent(T0 + 2, "p1", "abcd", "fr");
	write_decisions(T0 + 3, "p1", NULL, json_pack("[o]", decision("record", "audio", "refused")));

	json_auto_t *records = list(records_decisions, (records_filter){0});
	const json_t *first = json_array_get(records, 0), *second = json_array_get(records, 1),
		     *third = json_array_get(records, 2);
	expect_json(json_object_get(first, "shown"), "\"2025-12-31T00:00:00.000Z\"");
	expect_json(json_object_get(first, "expires"), "\"2027-01-01T00:00:00.000Z\"");
	ck_assert(json_is_null(json_object_get(first, "display")));
	expect_json(json_object_get(second, "lang"), "\"de\"");
	expect_json(json_object_get(third, "shown"), "\"2026-01-02T03:04:05.002Z\"");
	expect_json(json_object_get(third, "lang"), "\"fr\"");
	teardown();
}
END_TEST

START_TEST(decisions_are_filtered)
{
	setup_kind(_i);
	write_story();
	expect_count(records_decisions, (records_filter){.room = "1234"}, 4);
	expect_count(records_decisions, (records_filter){.participant = "p1"}, 3);
	expect_count(records_decisions, (records_filter){.participant = "p1", .meeting = "m2"}, 0);
	expect_count(records_decisions, (records_filter){.decision = "granted"}, 2);
	expect_count(records_decisions, (records_filter){.decision = "withdrawn"}, 1);
	expect_count(records_decisions, (records_filter){.purpose = "train"}, 0);
	expect_count(records_decisions, (records_filter){.from_ms = T0 + 9, .to_ms = T0 + 10}, 1);
	teardown();
}
END_TEST

START_TEST(a_segment_record_joins_its_entries)
{
	setup_kind(_i);
	write_story();
	json_auto_t *records = list(records_segments, (records_filter){0});
	ck_assert_uint_eq(json_array_size(records), 2);
	expect_json(json_array_get(records, 0),
		"{\"segment\":\"s1\",\"room\":1234,\"meeting\":\"m1\",\"participant\":\"p1\",\"display\":"
		"\"Ann\",\"feed\":77,"
		"\"mid\":\"0\",\"medium\":\"audio\",\"codec\":\"opus\",\"encrypted\":false,\"purposes\":["
		"\"record\",\"train\"],"
		"\"decisions\":[{\"purpose\":\"record\",\"index\":3}],\"file\":\"1234/x.mjr\","
		"\"opened\":\"2026-01-02T03:04:05.007Z\",\"closed\":\"2026-01-02T03:04:05.011Z\",\"reason\":"
		"\"withdrawn\","
		"\"state\":\"closed\",\"first\":null,\"last\":null,\"ssrc\":null,\"packets\":500,\"bytes\":"
		"40000,\"lost\":0,"
		"\"sha256\":null,\"erased\":null}");
	const json_t *open = json_array_get(records, 1);
	expect_json(json_object_get(open, "state"), "\"open\"");
	ck_assert(json_is_null(json_object_get(open, "closed")));
	expect_json(json_object_get(open, "file"), "\"1234/x.mjr\"");

	expect_count(records_segments, (records_filter){.purpose = "train"}, 1);
	expect_count(records_segments, (records_filter){.participant = "p2"}, 0);
	/* By when it was opened, whenever it was closed. */
	expect_count(records_segments, (records_filter){.from_ms = T0 + 8, .to_ms = T0 + 100}, 1);
	teardown();
}
END_TEST

START_TEST(a_meeting_record_sums_up)
{
	setup_kind(_i);
	write_story();
	json_auto_t *records = list(records_meetings, (records_filter){0});
	expect_json(records,
		"[{\"meeting\":\"m1\",\"room\":1234,\"began\":\"2026-01-02T03:04:05.000Z\","
		"\"ended\":\"2026-01-02T03:04:05.013Z\",\"participants\":2,\"activities\":[{\"activity\":"
		"\"a1\","
		"\"purpose\":\"record\",\"since\":\"2026-01-02T03:04:05.003Z\",\"until\":\"2026-01-02T03:04:"
		"05.012Z\"}]},"
		"{\"meeting\":\"m2\",\"room\":\"lounge\",\"began\":\"2026-01-02T03:04:05.020Z\",\"ended\":"
		"null,"
		"\"participants\":1,\"activities\":[]}]");
	expect_count(records_meetings, (records_filter){.room = "lounge"}, 1);
	expect_count(records_meetings, (records_filter){.participant = "p3"}, 1);
	expect_count(records_meetings, (records_filter){.participant = "p4"}, 0);
	expect_count(records_meetings, (records_filter){.purpose = "record"}, 1);
	expect_count(records_meetings, (records_filter){.purpose = "train"}, 0);
	expect_count(records_meetings, (records_filter){.participant = "p3", .purpose = "record"}, 0);
	teardown();
}
END_TEST

/* Cursors */

/* Reads all in pages of `limit` and expects the same as in one go. */
static void expect_pages(lister all, unsigned limit)
{
	json_auto_t *whole = list(all, (records_filter){0}), *paged = json_array();
	g_autofree char *cursor = NULL;
	unsigned pages = 0;
	do {
		g_autofree char *before = g_steal_pointer(&cursor);
		const records_filter filter = {.limit = limit, .cursor = before};
		size_t had = json_array_size(paged);
		ck_assert(all(reader, &filter, collect, paged, &cursor, NULL));
		ck_assert_uint_le(json_array_size(paged) - had, limit);
		pages++;
	} while (cursor);
	ck_assert(json_equal(whole, paged));
	ck_assert_uint_eq(pages, (json_array_size(whole) + limit - 1) / limit);
}

START_TEST(pages_add_up)
{
	setup_kind(_i);
	write_story();
	for (unsigned limit = 1; limit <= 5; limit++) {
		expect_pages(records_decisions, limit);
		expect_pages(records_segments, limit);
		expect_pages(records_meetings, limit);
	}
	teardown();
}
END_TEST

/* With a filter that nothing more passes, there is no further page. */
START_TEST(a_full_page_at_the_end_has_no_cursor)
{
	setup_kind(_i);
	write_story();
	json_auto_t *records = json_array();
	char *cursor = NULL;
	const records_filter filter = {.limit = 2, .decision = "granted"};
	ck_assert(records_decisions(reader, &filter, collect, records, &cursor, NULL));
	ck_assert_uint_eq(json_array_size(records), 2);
	ck_assert_ptr_null(cursor);
	teardown();
}
END_TEST

static bool take_one(json_t *record, void *user)
{
	json_array_append(user, record);
	return false;
}

START_TEST(who_stops_goes_on_behind_it)
{
	setup_kind(_i);
	write_story();
	json_auto_t *records = json_array();
	g_autofree char *cursor = NULL;
	ck_assert(records_decisions(reader, &(records_filter){0}, take_one, records, &cursor, NULL));
	ck_assert_ptr_nonnull(cursor);
	const records_filter rest = {.cursor = cursor};
	ck_assert(records_decisions(reader, &rest, collect, records, NULL, NULL));
	json_auto_t *whole = list(records_decisions, (records_filter){0});
	ck_assert(json_equal(records, whole));
	teardown();
}
END_TEST

static void expect_invalid(lister all, records_filter filter, const char *word)
{
	g_autoptr(GError) error = NULL;
	char *cursor = (char *)"untouched";
	ck_assert(!all(reader, &filter, NULL, NULL, &cursor, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_INVALID));
	ck_assert_msg(strstr(error->message, word), "%s", error->message);
	ck_assert_str_eq(cursor, "untouched");
}

START_TEST(refuses_foreign_cursors)
{
	static const char *const wrong[] = {"", "d", "d1", "d1.", "d.1", "s1.0", "d1.0x", "d-1.0", "d1.-1",
		"d1.0.0", "d99999999999999999999.0", "d 1.0", "\xff"};
	setup_kind(HELP_MEMORY);
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++)
		expect_invalid(records_decisions, (records_filter){.cursor = wrong[i]}, "cursor");
	expect_invalid(records_segments, (records_filter){.cursor = "d1.0"}, "cursor");
	expect_invalid(records_meetings, (records_filter){.cursor = "s1.0"}, "cursor");
	teardown();
}
END_TEST

START_TEST(refuses_a_decision_where_it_filters_nothing)
{
	setup_kind(HELP_MEMORY);
	expect_invalid(records_segments, (records_filter){.decision = "granted"}, "segments");
	expect_invalid(records_meetings, (records_filter){.decision = "granted"}, "meetings");
	teardown();
}
END_TEST

START_TEST(says_when_the_store_cannot_be_read)
{
	g_autoptr(GError) error = NULL;
	json_auto_t *records = json_array();
	setup_kind(HELP_SQLITE);
	write_story();
	help_tamper(&place, "UPDATE entries SET body = 'x' WHERE idx = 10");
	ck_assert(!records_decisions(reader, &(records_filter){0}, collect, records, NULL, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_STORE));
	ck_assert_uint_eq(json_array_size(records), 2);
	/* Found by look-up only. */
	help_tamper(&place, "UPDATE entries SET body = 'x' WHERE idx = 1");
	ck_assert(!records_meetings(reader, &(records_filter){0}, collect, records, NULL, NULL));
	teardown();
}
END_TEST

static void add_tests(TCase *tc, int kinds)
{
	static const TTest *const *const tests[] = {&a_decision_record_says_all,
		&a_decision_may_say_itself_when_its_notice_was_shown, &decisions_are_filtered,
		&a_segment_record_joins_its_entries, &a_meeting_record_sums_up, &pages_add_up,
		&a_full_page_at_the_end_has_no_cursor, &who_stops_goes_on_behind_it};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_loop_test(tc, *tests[i], 0, kinds);
	tcase_add_test(tc, refuses_foreign_cursors);
	tcase_add_test(tc, refuses_a_decision_where_it_filters_nothing);
	tcase_add_test(tc, says_when_the_store_cannot_be_read);
}

int main(void)
{
	return help_run("records", add_tests);
}
