/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Activities: what participants are told, when, and what the ledger keeps of it. */
#include "meeting_evidence.h"
#include "suite.h"

#include <string.h>

static world w;

static void setup(void)
{
	world_init(&w);
}

static void teardown(void)
{
	world_clear(&w);
}

/* ---- Notices and activities ---- */

static const char *const notice_names[] = {"consent", "event", "room", "activity", "purpose", "state", "by",
	"by_display", "since", "notice", "title", "summary", "details", "recipients", "retention", "version",
	"media", "lang", "langs", "countdown", "decision", NULL};

START_TEST(a_start_tells_everybody)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann"), *bob = peer_join(&w, ROOM, 12, "Bob");
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);

	peer *both[] = {ann, bob};
	for (unsigned i = 0; i < 2; i++) {
		json_t *announced =
			peer_await(both[i], "{s:s, s:s}", "event", "activity", "state", "announced");
		json_t *shown = peer_await(both[i], "{s:s, s:s}", "event", "notice", "purpose", "record");
		json_t *running = peer_await(both[i], "{s:s, s:s}", "event", "activity", "state", "running");
		assert_members(shown, notice_names);
		assert_members(running,
			(const char *const[]){"consent", "event", "room", "activity", "purpose", "state",
				"by", "by_display", "reason", NULL});
		ck_assert_str_eq(text_of(announced, "activity"), text_of(shown, "activity"));
		ck_assert_str_eq(text_of(shown, "consent"), "event");
		ck_assert_int_eq(integer_of(shown, "room"), ROOM);
		ck_assert_int_eq(integer_of(shown, "countdown"), 0);
		ck_assert_str_eq(text_of(shown, "by"), "host");
		ck_assert(is_time(json_object_get(shown, "since")));
		ck_assert_uint_eq(strlen(text_of(shown, "notice")), 64);
		json_t *undecided = json_pack("{s:s, s:s}", "audio", "undecided", "video", "undecided");
		ck_assert(json_equal(json_object_get(shown, "decision"), undecided));
		json_decref(undecided);
	}
	peer_free(ann);
	peer_free(bob);
}
END_TEST

START_TEST(running_comes_after_everybody_was_told)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann"), *bob = peer_join(&w, ROOM, 12, "Bob");
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	g_autofree char *ids[] = {g_strdup(ann->id), g_strdup(bob->id)};
	peer_free(ann);
	peer_free(bob);
	world_close(&w);

	json_t *activities = world_entries(&w, "activity"), *sent = world_entries(&w, "notice_sent");
	json_t *announced = entry_find(activities, json_pack("{s:s}", "state", "announced"));
	json_t *running = entry_find(activities, json_pack("{s:s}", "state", "running"));
	ck_assert_int_lt(integer_of(announced, "index"), integer_of(running, "index"));
	for (unsigned i = 0; i < 2; i++) {
		json_t *told = entry_find(sent,
			json_pack("{s:s, s:s, s:s, s:s, s:s}", "participant", ids[i], "purpose", "record",
				"activity", text_of(running, "activity"), "notice",
				text_of(running, "notice"), "lang", "en"));
		ck_assert_ptr_nonnull(told);
		ck_assert_int_lt(integer_of(told, "index"), integer_of(running, "index"));
		json_decref(told);
		g_free(g_steal_pointer(&ids[i]));
	}
	assert_members(running,
		(const char *const[]){
			"meeting", "room", "activity", "purpose", "state", "by", "policy", "notice", NULL});
	json_decref(announced);
	json_decref(running);
	json_decref(activities);
	json_decref(sent);
}
END_TEST

START_TEST(who_starts_is_named)
{
	peer *ann = peer_join(&w, OPEN_ROOM, 11, "Ann"), *bob = peer_join(&w, OPEN_ROOM, 12, "Bob");
	json_t *answer = peer_ask(
		ann, "{s:s, s:i, s:s}", "request", "consent_start", "room", OPEN_ROOM, "purpose", "record");
	ck_assert_str_eq(text_of(answer, "consent"), "started");
	json_t *shown = peer_await(bob, "{s:s}", "event", "notice");
	ck_assert_str_eq(text_of(shown, "by"), ann->id);
	ck_assert_str_eq(text_of(shown, "by_display"), "Ann");
	ck_assert_str_eq(text_of(shown, "activity"), text_of(answer, "activity"));
	json_decref(answer);
	peer_free(ann);
	peer_free(bob);
}
END_TEST

START_TEST(a_latecomer_is_told_what_runs)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	ck_assert_int_eq(world_start(&w, ROOM, "summarize"), 0);
	peer *bob = peer_join(&w, ROOM, 12, "Bob");
	json_t *record = peer_await(bob, "{s:s, s:s}", "event", "notice", "state", "running");
	json_t *other = peer_await(bob, "{s:s, s:s}", "event", "notice", "state", "running");
	ck_assert_str_ne(text_of(record, "purpose"), text_of(other, "purpose"));
	ck_assert_uint_eq(peer_count(ann, "{s:s}", "event", "notice"), 2);
	peer_free(ann);
	peer_free(bob);
}
END_TEST

START_TEST(who_arrives_is_told_once_announced)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann"), *bob = peer_arrive(&w, ROOM, 12, "Bob");
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	ck_assert_uint_eq(peer_count(bob, "{}"), 0);
	attendance_announce(bob->attendance);
	peer_await(bob, "{s:s, s:s}", "event", "notice", "state", "running");
	attendance_announce(bob->attendance);
	ck_assert_uint_eq(peer_count(bob, "{s:s}", "event", "notice"), 1);
	peer_free(ann);
	peer_free(bob);
}
END_TEST

START_TEST(notices_come_in_the_language_last_asked_for)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	json_decref(peer_ask(ann, "{s:s, s:s}", "request", "consent_info", "lang", "de-AT, en;q=0.5"));
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	ck_assert_str_eq(text_of(peer_await(ann, "{s:s}", "event", "notice"), "lang"), "de");
	peer_free(ann);
	world_close(&w);
	json_t *sent = world_entries(&w, "notice_sent");
	ck_assert_str_eq(text_of(json_array_get(sent, 0), "lang"), "de");
	json_decref(sent);
}
END_TEST

START_TEST(what_runs_is_not_started_again)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	const char *format = "{s:s, s:i, s:s, s:s}";
	json_t *first = world_ask_admin(
		&w, format, "request", "consent_start", "room", ROOM, "purpose", "record", "policy", "each");
	json_t *again = world_ask_admin(&w, format, "request", "consent_start", "room", ROOM, "purpose",
		"record", "policy", "unanimous");
	ck_assert(json_equal(first, again));
	ck_assert_uint_eq(peer_count(ann, "{s:s}", "event", "notice"), 1);
	json_decref(first);
	json_decref(again);
	peer_free(ann);
}
END_TEST

START_TEST(a_stop_is_told_and_kept)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	json_t *answer = world_ask_stranger(&w, "{s:s, s:i, s:s, s:s}", "request", "consent_stop", "room",
		ROOM, "purpose", "record", "secret", SECRET);
	ck_assert_str_eq(text_of(answer, "consent"), "stopped");
	ck_assert_int_eq(integer_of(answer, "segments"), 0);
	json_t *stopped = peer_await(ann, "{s:s, s:s}", "event", "activity", "state", "stopped");
	ck_assert_str_eq(text_of(stopped, "activity"), text_of(answer, "activity"));
	ck_assert(json_is_string(json_object_get(stopped, "reason")));
	ck_assert_int_eq(world_stop(&w, ROOM, "record"), 712);

	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	json_t *shown = peer_await(ann, "{s:s}", "event", "notice");
	ck_assert_str_ne(text_of(shown, "activity"), text_of(answer, "activity"));
	json_decref(answer);
	peer_free(ann);
	world_close(&w);
	json_t *activities = world_entries(&w, "activity");
	ck_assert_uint_eq(entry_count(activities, json_pack("{s:s}", "state", "stopped")), 2);
	json_decref(activities);
}
END_TEST

START_TEST(the_last_one_out_ends_what_runs)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	peer_free(ann);
	peer *bob = peer_join(&w, ROOM, 12, "Bob");
	ck_assert_uint_eq(peer_count(bob, "{}"), 0);
	peer_free(bob);
	world_close(&w);
	json_t *activities = world_entries(&w, "activity"), *began = world_entries(&w, "meeting");
	json_t *stopped = entry_find(activities, json_pack("{s:s}", "state", "stopped"));
	json_t *ended = entry_find(began, json_pack("{s:s}", "event", "ended"));
	ck_assert_int_lt(integer_of(stopped, "index"), integer_of(ended, "index"));
	json_decref(stopped);
	json_decref(ended);
	json_decref(activities);
	json_decref(began);
}
END_TEST

START_TEST(a_countdown_announces_first)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	json_t *answer = world_ask_admin(&w, "{s:s, s:i, s:s, s:i}", "request", "consent_start", "room", ROOM,
		"purpose", "record", "countdown", 1);
	ck_assert_str_eq(text_of(answer, "state"), "announced");
	json_decref(answer);
	json_t *shown = peer_await(ann, "{s:s}", "event", "notice");
	ck_assert_str_eq(text_of(shown, "state"), "announced");
	ck_assert_int_eq(integer_of(shown, "countdown"), 1);
	peer_await(ann, "{s:s, s:s}", "event", "activity", "state", "running");
	ck_assert_int_lt(peer_position(ann, "{s:s}", "event", "notice"),
		peer_position(ann, "{s:s, s:s}", "event", "activity", "state", "running"));
	peer_free(ann);
}
END_TEST

START_TEST(a_countdown_can_be_stopped)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	json_decref(world_ask_admin(&w, "{s:s, s:i, s:s, s:i}", "request", "consent_start", "room", ROOM,
		"purpose", "record", "countdown", 1));
	json_decref(world_ask_admin(&w, "{s:s, s:i, s:s, s:i}", "request", "consent_start", "room", ROOM,
		"purpose", "train", "countdown", 1));
	ck_assert_int_eq(world_stop(&w, ROOM, "record"), 0);
	peer_await(ann, "{s:s, s:s, s:s}", "event", "activity", "purpose", "train", "state", "running");
	ck_assert_uint_eq(peer_count(ann, "{s:s, s:s, s:s}", "event", "activity", "purpose", "record",
				  "state", "running"),
		0);
	peer_free(ann);
}
END_TEST

START_TEST(a_purpose_that_captures_nothing_can_be_asked_for)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	ck_assert_int_eq(world_start(&w, ROOM, "telemetry"), 0);
	peer_await(ann, "{s:s, s:s}", "event", "notice", "purpose", "telemetry");
	ck_assert_int_eq(peer_decide(ann, "telemetry", MEDIUM_DATA, "granted"), 0);
	attendance_track(ann->attendance,
		&(track_spec){
			.mindex = 2, .mid = "d", .medium = MEDIUM_DATA, .codec = "text", .sending = true});
	peer_free(ann);
	world_close(&w);
	json_t *segments = world_entries(&w, "segment");
	ck_assert_uint_eq(json_array_size(segments), 0);
	json_decref(segments);
}
END_TEST

/* ---- Unanimous ---- */

static void start_unanimous(void)
{
	ck_assert_int_eq(code_of(world_ask_admin(&w, "{s:s, s:i, s:s, s:s}", "request", "consent_start",
				 "room", ROOM, "purpose", "record", "policy", "unanimous")),
		0);
}

START_TEST(unanimous_pauses_and_goes_on)
{
	const char *format = "{s:s, s:s}";
	peer *ann = peer_join(&w, ROOM, 11, "Ann"), *bob = peer_join(&w, ROOM, 12, "Bob");
	start_unanimous();
	json_t *paused = peer_await(ann, format, "event", "activity", "state", "paused");
	ck_assert(json_is_string(json_object_get(paused, "reason")));
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	ck_assert_uint_eq(peer_count(ann, "{s:s, s:b}", "event", "capture", "capturing", true), 0);
	ck_assert_int_eq(peer_decide(bob, "record", MEDIUM_AUDIO, "granted"), 0);
	peer_await(ann, format, "event", "activity", "state", "running");

	peer *eve = peer_join(&w, ROOM, 13, "Eve");
	peer_await(ann, format, "event", "activity", "state", "paused");
	json_t *list = world_ask_admin(&w, "{s:s, s:i}", "request", "consent_list", "room", ROOM);
	json_t *activity = json_array_get(json_object_get(list, "activities"), 0);
	ck_assert_str_eq(text_of(activity, "state"), "paused");
	ck_assert_str_eq(text_of(activity, "policy"), "unanimous");
	ck_assert(json_is_string(json_object_get(activity, "reason")));
	json_decref(list);
	peer_free(eve);
	peer_await(ann, format, "event", "activity", "state", "running");
	ck_assert_int_eq(peer_withdraw(bob), 0);
	peer_await(ann, format, "event", "activity", "state", "paused");
	peer_free(ann);
	peer_free(bob);
	world_close(&w);

	json_t *activities = world_entries(&w, "activity");
	ck_assert_uint_eq(
		entry_count(activities, json_pack("{s:s, s:s}", "state", "paused", "policy", "unanimous")),
		3);
	json_decref(activities);
}
END_TEST

/* Whoever has heard that they are in may count on it: not when they have been told what runs. */
START_TEST(unanimous_pauses_before_a_newcomer_is_in)
{
	const char *format = "{s:s, s:s}";
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	peer_audio(ann);
	start_unanimous();
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	peer_await(ann, "{s:s, s:b}", "event", "capture", "capturing", true);

	peer *eve = peer_arrive(&w, ROOM, 13, "Eve");
	ck_assert_uint_eq(peer_count(ann, "{s:s, s:b}", "event", "capture", "capturing", false), 1);
	attendance_announce(eve->attendance);
	ck_assert_str_eq(text_of(peer_await(eve, "{s:s}", "event", "notice"), "state"), "paused");
	peer_free(eve);
	peer_await(ann, "{s:s, s:b}", "event", "capture", "capturing", true);
	/* Gone before anybody was told. */
	peer_free(peer_arrive(&w, ROOM, 14, "Eve"));
	peer_await(ann, format, "event", "activity", "state", "paused");
	peer_await(ann, format, "event", "activity", "state", "running");
	ck_assert_uint_eq(peer_count(ann, "{s:s, s:b}", "event", "capture", "capturing", true), 3);
	peer_free(ann);
}
END_TEST

static void add_activities(TCase *tests)
{
	tcase_add_test(tests, a_start_tells_everybody);
	tcase_add_test(tests, running_comes_after_everybody_was_told);
	tcase_add_test(tests, who_starts_is_named);
	tcase_add_test(tests, a_latecomer_is_told_what_runs);
	tcase_add_test(tests, who_arrives_is_told_once_announced);
	tcase_add_test(tests, notices_come_in_the_language_last_asked_for);
	tcase_add_test(tests, what_runs_is_not_started_again);
	tcase_add_test(tests, a_stop_is_told_and_kept);
	tcase_add_test(tests, the_last_one_out_ends_what_runs);
	tcase_add_test(tests, a_countdown_announces_first);
	tcase_add_test(tests, a_countdown_can_be_stopped);
	tcase_add_test(tests, a_purpose_that_captures_nothing_can_be_asked_for);
	tcase_add_test(tests, unanimous_pauses_and_goes_on);
	tcase_add_test(tests, unanimous_pauses_before_a_newcomer_is_in);
}

int main(void)
{
	Suite *suite = suite_create("meeting_activities");

	add_activities(suite_case(suite, "activities", setup, teardown));
	return run_capture_suite(suite);
}
