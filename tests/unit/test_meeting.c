/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coming and going, notices and activities: what participants are told, and what the ledger keeps of it. */
#include "meeting_support.h"

#include "base/clock.h"

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

static json_int_t integer(json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static const char *text(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static bool is_time(json_t *value)
{
	gint64 ms;

	return json_is_string(value) && clock_parse(json_string_value(value), &ms);
}

static void assert_names(json_t *object, const char *const *names)
{
	for (unsigned i = 0; names[i]; i++)
		ck_assert_msg(json_object_get(object, names[i]) != NULL, "%s is missing", names[i]);
}

/* ---- Presence ---- */

START_TEST(a_meeting_lasts_from_the_first_to_the_last)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann"), *bob = peer_join(&w, ROOM, 12, NULL);
	peer_free(ann);
	peer_free(bob);
	peer *eve = peer_join(&w, ROOM, 13, "Eve");
	peer_free(eve);
	world_close(&w);

	json_t *began = world_entries(&w, "meeting");
	ck_assert_uint_eq(json_array_size(began), 4);
	const char *first = text(json_array_get(began, 0), "meeting");
	const char *second = text(json_array_get(began, 2), "meeting");
	ck_assert_str_ne(first, second);
	ck_assert_uint_eq(entry_count(began, json_pack("{s:s, s:i}", "event", "began", "room", ROOM)), 2);
	ck_assert_str_eq(text(json_array_get(began, 1), "event"), "ended");
	ck_assert_str_eq(text(json_array_get(began, 1), "meeting"), first);
	json_decref(began);
}
END_TEST

START_TEST(joining_and_leaving_are_kept)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann"), *bob = peer_join(&w, ROOM, 12, NULL);
	g_autofree char *id = g_strdup(ann->id);
	attendance_leave(ann->attendance, "kicked");
	attendance_leave(ann->attendance, "again");
	ck_assert(!attendance_present(ann->attendance));
	peer_free(ann);
	peer_free(bob);
	world_close(&w);

	json_t *joins = world_entries(&w, "join"), *leaves = world_entries(&w, "leave");
	json_t *join = entry_find(joins,
		json_pack("{s:s, s:i, s:i, s:s}", "participant", id, "feed", 11, "room", ROOM, "display",
			"Ann"));
	json_t *leave = entry_find(leaves, json_pack("{s:s, s:s}", "participant", id, "reason", "kicked"));
	ck_assert_ptr_nonnull(join);
	ck_assert_ptr_nonnull(leave);
	ck_assert_str_eq(text(join, "meeting"), text(leave, "meeting"));
	ck_assert_uint_eq(json_array_size(joins), 2);
	ck_assert_uint_eq(json_array_size(leaves), 2);
	ck_assert_ptr_null(json_object_get(json_array_get(joins, 1), "display"));
	json_decref(join);
	json_decref(leave);
	json_decref(joins);
	json_decref(leaves);
	world_verify(&w);
}
END_TEST

START_TEST(the_ledger_has_no_name_in_its_bodies)
{
	peer *ann = peer_join(&w, ROOM, 11, "Annabel");
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	peer_free(ann);
	world_close(&w);

	static const char *const types[] = {
		"join", "decision", "leave", "activity", "notice_sent", "meeting"};
	for (unsigned i = 0; i < G_N_ELEMENTS(types); i++) {
		json_t *entries = world_entries(&w, types[i]), *entry;
		size_t at;
		json_array_foreach (entries, at, entry)
			json_object_del(entry, "display");
		char *dump = json_dumps(entries, 0);
		ck_assert_ptr_null(strstr(dump, "Annabel"));
		free(dump);
		json_decref(entries);
	}
}
END_TEST

START_TEST(what_no_double_can_tell_is_kept_as_text)
{
	const json_int_t big = 9007199254740993;
	peer *ann = peer_join(&w, ROOM, big, "Ann");
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	peer_free(ann);
	world_close(&w);

	json_t *joins = world_entries(&w, "join"), *decisions = world_entries(&w, "decision");
	json_t *pattern = json_pack("{s:s}", "feed", "9007199254740993");
	ck_assert_uint_eq(entry_count(joins, json_incref(pattern)), 1);
	ck_assert_uint_eq(entry_count(decisions, pattern), 1);
	json_decref(joins);
	json_decref(decisions);
}
END_TEST

START_TEST(rooms_are_apart)
{
	peer *ann = peer_join(&w, ROOM, 1, "Ann"), *bob = peer_join(&w, OPEN_ROOM, 1, "Bob");
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	peer_await(ann, "{s:s}", "event", "notice");
	ck_assert_uint_eq(peer_count(bob, "{}"), 0);
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	ck_assert_uint_eq(peer_count(bob, "{}"), 0);
	ck_assert_int_eq(peer_decide(bob, "record", MEDIUM_AUDIO, "granted"), 0);
	capture_track *track = peer_audio(bob);
	send_numbers(track, 1, 5);
	g_autofree char *id = g_strdup(bob->id);
	peer_free(ann);
	peer_free(bob);
	world_close(&w);
	assert_captured(&w, id, "a", 1, 0);
}
END_TEST

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
		assert_names(shown, notice_names);
		assert_names(running,
			(const char *const[]){"consent", "event", "room", "activity", "purpose", "state",
				"by", "by_display", "reason", NULL});
		ck_assert_str_eq(text(announced, "activity"), text(shown, "activity"));
		ck_assert_str_eq(text(shown, "consent"), "event");
		ck_assert_int_eq(integer(shown, "room"), ROOM);
		ck_assert_int_eq(integer(shown, "countdown"), 0);
		ck_assert_str_eq(text(shown, "by"), "admin");
		ck_assert(is_time(json_object_get(shown, "since")));
		ck_assert_uint_eq(strlen(text(shown, "notice")), 64);
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
	ck_assert_int_lt(integer(announced, "index"), integer(running, "index"));
	for (unsigned i = 0; i < 2; i++) {
		json_t *told = entry_find(sent,
			json_pack("{s:s, s:s, s:s, s:s, s:s}", "participant", ids[i], "purpose", "record",
				"activity", text(running, "activity"), "notice", text(running, "notice"),
				"lang", "en"));
		ck_assert_ptr_nonnull(told);
		ck_assert_int_lt(integer(told, "index"), integer(running, "index"));
		json_decref(told);
		g_free(g_steal_pointer(&ids[i]));
	}
	assert_names(running,
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
	ck_assert_str_eq(text(answer, "consent"), "started");
	json_t *shown = peer_await(bob, "{s:s}", "event", "notice");
	ck_assert_str_eq(text(shown, "by"), ann->id);
	ck_assert_str_eq(text(shown, "by_display"), "Ann");
	ck_assert_str_eq(text(shown, "activity"), text(answer, "activity"));
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
	ck_assert_str_ne(text(record, "purpose"), text(other, "purpose"));
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
	ck_assert_str_eq(text(peer_await(ann, "{s:s}", "event", "notice"), "lang"), "de");
	peer_free(ann);
	world_close(&w);
	json_t *sent = world_entries(&w, "notice_sent");
	ck_assert_str_eq(text(json_array_get(sent, 0), "lang"), "de");
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
	ck_assert_str_eq(text(answer, "consent"), "stopped");
	ck_assert_int_eq(integer(answer, "segments"), 0);
	json_t *stopped = peer_await(ann, "{s:s, s:s}", "event", "activity", "state", "stopped");
	ck_assert_str_eq(text(stopped, "activity"), text(answer, "activity"));
	ck_assert(json_is_string(json_object_get(stopped, "reason")));
	ck_assert_int_eq(world_stop(&w, ROOM, "record"), 712);

	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	json_t *shown = peer_await(ann, "{s:s}", "event", "notice");
	ck_assert_str_ne(text(shown, "activity"), text(answer, "activity"));
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
	ck_assert_int_lt(integer(stopped, "index"), integer(ended, "index"));
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
	ck_assert_str_eq(text(answer, "state"), "announced");
	json_decref(answer);
	json_t *shown = peer_await(ann, "{s:s}", "event", "notice");
	ck_assert_str_eq(text(shown, "state"), "announced");
	ck_assert_int_eq(integer(shown, "countdown"), 1);
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

/* ---- Rooms that record by configuration ---- */

static json_t *room_of(json_int_t id)
{
	static json_t *room;

	json_decref(room);
	return room = json_integer(id);
}

START_TEST(an_armed_room_begins_with_a_record_activity)
{
	room_arm(w.all, room_of(ROOM), true);
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	json_t *shown = peer_await(ann, "{s:s, s:s}", "event", "notice", "purpose", "record");
	ck_assert_str_eq(text(shown, "by"), "configuration");
	peer_await(ann, "{s:s, s:s}", "event", "activity", "state", "running");
	peer *bob = peer_join(&w, ROOM, 12, "Bob");
	peer_await(bob, "{s:s, s:s}", "event", "notice", "state", "running");
	ck_assert_uint_eq(peer_count(ann, "{s:s}", "event", "notice"), 1);
	peer_free(ann);
	peer_free(bob);

	room_arm(w.all, room_of(ROOM), false);
	ann = peer_join(&w, ROOM, 11, "Ann");
	ck_assert_uint_eq(peer_count(ann, "{}"), 0);
	peer_free(ann);
}
END_TEST

START_TEST(a_forgotten_room_is_armed_no_more)
{
	room_arm(w.all, room_of(ROOM), true);
	room_forget(w.all, room_of(ROOM));
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	ck_assert_uint_eq(peer_count(ann, "{}"), 0);
	peer_free(ann);
	room_forget(w.all, room_of(OPEN_ROOM));
}
END_TEST

/* The meeting goes on when its first participant leaves while the second has not been announced yet. */
START_TEST(an_armed_room_starts_once_a_meeting)
{
	room_arm(w.all, room_of(ROOM), true);
	peer *ann = peer_join(&w, ROOM, 11, "Ann"), *bob = peer_arrive(&w, ROOM, 12, "Bob");
	peer_free(ann);
	attendance_announce(bob->attendance);
	peer_await(bob, "{s:s}", "event", "notice");
	ck_assert_uint_eq(peer_count(bob, "{s:s}", "event", "notice"), 1);
	peer_free(bob);
	world_close(&w);
	json_t *activities = world_entries(&w, "activity");
	ck_assert_uint_eq(entry_count(activities, json_pack("{s:s}", "state", "announced")), 1);
	ck_assert_uint_eq(entry_count(activities, json_pack("{s:s}", "state", "stopped")), 1);
	json_decref(activities);
}
END_TEST

START_TEST(what_a_host_stopped_stays_stopped)
{
	room_arm(w.all, room_of(ROOM), true);
	peer *ann = peer_join(&w, ROOM, 11, "Ann"), *bob = peer_arrive(&w, ROOM, 12, "Bob");
	ck_assert_int_eq(world_stop(&w, ROOM, "record"), 0);
	peer_free(ann);
	attendance_announce(bob->attendance);
	ck_assert_uint_eq(peer_count(bob, "{}"), 0);
	peer_free(bob);
}
END_TEST

static const struct {
	const char *folder;
	bool inside;
} folders[] = {
	{"a", true},
	{"a/b-c_1", true},
	{"", true},
	{"/a", false},
	{"..", false},
	{"a/..", false},
	{"a/../../b", false},
	{".hidden", false},
	{"a/.b", false},
	{"a\\b", false},
	{"a//b", false},
	{"a/", false},
	{"a\nb", false},
	{"a\x01", false},
};

START_TEST(folders_stay_inside)
{
	ck_assert_msg(
		room_folder_is_inside(folders[_i].folder) == folders[_i].inside, "'%s'", folders[_i].folder);
	ck_assert_int_eq(room_folder(w.all, room_of(ROOM), folders[_i].folder), folders[_i].inside);
}
END_TEST

/* ---- Decisions ---- */

START_TEST(a_decision_is_told_to_all)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann"), *bob = peer_join(&w, ROOM, 12, "Bob");
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_VIDEO, "refused"), 0);
	peer *both[] = {ann, bob};
	for (unsigned i = 0; i < 2; i++) {
		peer_await(both[i], "{s:s}", "event", "decision");
		json_t *event = peer_await(both[i], "{s:s, s:s, s:i, s:s, s:s, s:s, s:{s:s, s:s}}", "event",
			"decision", "participant", ann->id, "feed", 11, "display", "Ann", "purpose", "record",
			"how", "decide", "decisions", "audio", "granted", "video", "refused");
		ck_assert_int_eq(integer(event, "room"), ROOM);
	}
	peer_free(ann);
	peer_free(bob);
}
END_TEST

START_TEST(a_decision_is_kept_with_what_it_was_made_on)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	json_t *answer = peer_ask(ann, "{s:s, s:[o, o], s:s, s:s}", "request", "consent_decide", "decisions",
		decision_of(&w, "record", MEDIUM_AUDIO, "granted"),
		decision_of(&w, "train", MEDIUM_AUDIO | MEDIUM_VIDEO, "refused"), "expires",
		"2100-01-02T03:04:05Z", "lang", "de");
	ck_assert_str_eq(text(answer, "consent"), "decided");
	json_decref(answer);
	peer_free(ann);
	world_close(&w);

	json_t *entries = world_entries(&w, "decision"), *entry = json_array_get(entries, 0);
	ck_assert(json_matches(entry,
		json_pack("{s:i, s:s, s:s, s:s, s:s}", "feed", 11, "how", "decide", "evidence", "session",
			"lang", "de", "display", "Ann")));
	json_t *items = json_object_get(entry, "decisions");
	ck_assert_uint_eq(json_array_size(items), 3);
	json_t *granted = entry_find(items,
		json_pack("{s:s, s:s, s:s, s:s, s:i}", "purpose", "record", "medium", "audio", "decision",
			"granted", "expires", "2100-01-02T03:04:05.000Z", "version", 1));
	ck_assert_ptr_nonnull(granted);
	ck_assert(is_time(json_object_get(granted, "shown")));
	json_t *refused = entry_find(items,
		json_pack("{s:s, s:s, s:s}", "purpose", "train", "medium", "video", "decision", "refused"));
	ck_assert_ptr_nonnull(refused);
	ck_assert(json_is_null(json_object_get(refused, "expires")));
	ck_assert(json_is_null(json_object_get(refused, "shown")));
	json_decref(granted);
	json_decref(refused);
	json_decref(entries);
}
END_TEST

START_TEST(withdrawing_all_withdraws_what_was_granted)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	ck_assert_int_eq(peer_decide(ann, "train", MEDIUM_AUDIO, "refused"), 0);
	json_t *answer = peer_ask(ann, "{s:s}", "request", "consent_withdraw");
	json_t *decisions = json_object_get(answer, "decisions");
	ck_assert_uint_eq(entry_count(decisions, json_pack("{s:s}", "decision", "withdrawn")), 1);
	ck_assert_uint_eq(entry_count(decisions, json_pack("{s:s}", "decision", "refused")), 1);
	json_decref(answer);
	peer_await(ann, "{s:s, s:s}", "event", "decision", "how", "withdraw");
	peer_free(ann);
	world_close(&w);
	json_t *entries = world_entries(&w, "decision");
	json_t *last = json_object_get(json_array_get(entries, 2), "decisions");
	ck_assert_uint_eq(json_array_size(last), 1);
	ck_assert_uint_eq(entry_count(last,
				  json_pack("{s:s, s:s, s:s}", "purpose", "record", "medium", "audio",
					  "decision", "withdrawn")),
		1);
	json_decref(entries);
}
END_TEST

START_TEST(withdrawing_nothing_is_no_entry)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	ck_assert_int_eq(peer_withdraw(ann), 0);
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	ck_assert_int_eq(peer_withdraw(ann), 0);
	ck_assert_int_eq(peer_withdraw(ann), 0);
	ck_assert_uint_eq(peer_count(ann, "{s:s, s:s}", "event", "decision", "how", "withdraw"), 1);
	peer_free(ann);
	world_close(&w);
	json_t *entries = world_entries(&w, "decision");
	ck_assert_uint_eq(json_array_size(entries), 2);
	json_decref(entries);
}
END_TEST

START_TEST(what_is_named_is_withdrawn_whatever_it_was)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	json_t *answer = peer_ask(ann, "{s:s, s:[s], s:[s]}", "request", "consent_withdraw", "purposes",
		"record", "media", "video");
	json_t *decisions = json_object_get(answer, "decisions");
	ck_assert_uint_eq(entry_count(decisions, json_pack("{s:s}", "decision", "withdrawn")), 1);
	ck_assert_uint_eq(entry_count(decisions,
				  json_pack("{s:s, s:s, s:s}", "purpose", "record", "medium", "video",
					  "decision", "withdrawn")),
		1);
	json_decref(answer);
	peer_free(ann);
}
END_TEST

START_TEST(a_grant_expires)
{
	char soon[CLOCK_TEXT_SIZE];
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	clock_format(clock_now_ms() + 200, soon);
	ck_assert_int_eq(
		code_of(peer_ask(ann, "{s:s, s:[o], s:s}", "request", "consent_decide", "decisions",
			decision_of(&w, "record", MEDIUM_AUDIO | MEDIUM_VIDEO, "granted"), "expires", soon)),
		0);
	peer_await(ann, "{s:s, s:s}", "event", "decision", "how", "decide");
	peer_await(ann, "{s:s, s:s, s:{s:s, s:s}}", "event", "decision", "how", "expire", "decisions",
		"audio", "expired", "video", "expired");
	json_t *info = peer_ask(ann, "{s:s}", "request", "consent_info");
	ck_assert_uint_eq(entry_count(json_object_get(info, "decisions"),
				  json_pack("{s:s, s:n}", "decision", "expired", "expires")),
		2);
	json_decref(info);
	peer_free(ann);
	world_close(&w);
	json_t *entries = world_entries(&w, "decision");
	ck_assert_uint_ge(entry_count(entries, json_pack("{s:s}", "how", "expire")), 1);
	json_decref(entries);
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
	ck_assert_str_eq(text(activity, "state"), "paused");
	ck_assert_str_eq(text(activity, "policy"), "unanimous");
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

/* ---- Views ---- */

START_TEST(info_says_everything)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann"), *bob = peer_join(&w, ROOM, 12, NULL);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	peer_audio(ann);
	json_t *info = peer_ask(ann, "{s:s, s:i}", "request", "consent_info", "room", ROOM);
	assert_names(info,
		(const char *const[]){"consent", "meeting", "room", "participant", "policy", "nonce",
			"purposes", "activities", "decisions", "participants", NULL});
	ck_assert_str_eq(text(info, "consent"), "info");
	ck_assert_str_eq(text(info, "participant"), ann->id);
	ck_assert_uint_ge(strlen(text(info, "nonce")), 16);

	json_t *purposes = json_object_get(info, "purposes");
	ck_assert_uint_eq(json_array_size(purposes), notices_count(meetings_notices(w.all)));
	for (unsigned i = 0; i < json_array_size(purposes); i++)
		assert_names(json_array_get(purposes, i),
			(const char *const[]){"purpose", "media", "notice", "title", "summary", "details",
				"recipients", "retention", "version", "lang", "langs", NULL});

	json_t *activity = json_array_get(json_object_get(info, "activities"), 0);
	assert_names(activity,
		(const char *const[]){"activity", "purpose", "state", "by", "by_display", "since", "policy",
			"reason", NULL});

	json_t *decisions = json_object_get(info, "decisions");
	json_t *granted = entry_find(decisions,
		json_pack("{s:s, s:s, s:s, s:n}", "purpose", "record", "medium", "audio", "decision",
			"granted", "expires"));
	ck_assert(is_time(json_object_get(granted, "since")));
	json_t *undecided = entry_find(decisions,
		json_pack("{s:s, s:s, s:s, s:n, s:n}", "purpose", "record", "medium", "video", "decision",
			"undecided", "since", "expires"));
	ck_assert_ptr_nonnull(undecided);

	json_t *participants = json_object_get(info, "participants");
	json_t *me = entry_find(participants,
		json_pack("{s:s, s:i, s:s, s:b, s:[s]}", "id", ann->id, "feed", 11, "display", "Ann", "you",
			true, "capturing", "record"));
	json_t *other = entry_find(participants,
		json_pack("{s:s, s:i, s:n, s:[]}", "id", bob->id, "feed", 12, "display", "capturing"));
	ck_assert_ptr_nonnull(me);
	ck_assert_ptr_nonnull(other);
	ck_assert_ptr_null(json_object_get(other, "you"));
	ck_assert(json_is_object(json_object_get(json_object_get(me, "decisions"), "record")));
	json_t *parts[] = {granted, undecided, me, other, info};
	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++)
		json_decref(parts[i]);
	peer_free(ann);
	peer_free(bob);
}
END_TEST

START_TEST(a_new_name_is_used)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	attendance_rename(ann->attendance, "Anna");
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	peer_await(ann, "{s:s, s:s}", "event", "decision", "display", "Anna");
	attendance_rename(ann->attendance, NULL);
	ck_assert_int_eq(peer_withdraw(ann), 0);
	peer_await(ann, "{s:s, s:n}", "event", "decision", "display");
	peer_free(ann);
}
END_TEST

START_TEST(each_info_has_a_nonce_of_its_own)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	json_t *first = peer_ask(ann, "{s:s}", "request", "consent_info");
	json_t *second = peer_ask(ann, "{s:s}", "request", "consent_info");
	ck_assert_str_ne(text(first, "nonce"), text(second, "nonce"));
	json_decref(first);
	json_decref(second);
	peer_free(ann);
}
END_TEST

START_TEST(notices_are_kept_once)
{
	const unsigned count = notices_count(meetings_notices(w.all));
	world_close(&w);
	world_open(&w);
	world_close(&w);
	json_t *entries = world_entries(&w, "notice");
	ck_assert_uint_eq(json_array_size(entries), count);
	json_t *record = entry_find(entries, json_pack("{s:s}", "purpose", "record"));
	ck_assert(json_is_object(json_object_get(record, "wording")));
	json_decref(record);
	json_decref(entries);
}
END_TEST

static TCase *fixture(Suite *suite, const char *name)
{
	TCase *tests = tcase_create(name);

	tcase_add_checked_fixture(tests, setup, teardown);
	suite_add_tcase(suite, tests);
	return tests;
}

static void add_presence(TCase *tests)
{
	tcase_add_test(tests, a_meeting_lasts_from_the_first_to_the_last);
	tcase_add_test(tests, joining_and_leaving_are_kept);
	tcase_add_test(tests, the_ledger_has_no_name_in_its_bodies);
	tcase_add_test(tests, what_no_double_can_tell_is_kept_as_text);
	tcase_add_test(tests, rooms_are_apart);
}

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
}

static void add_rooms(TCase *tests)
{
	tcase_add_test(tests, an_armed_room_begins_with_a_record_activity);
	tcase_add_test(tests, a_forgotten_room_is_armed_no_more);
	tcase_add_test(tests, an_armed_room_starts_once_a_meeting);
	tcase_add_test(tests, what_a_host_stopped_stays_stopped);
	tcase_add_loop_test(tests, folders_stay_inside, 0, G_N_ELEMENTS(folders));
}

static void add_decisions(TCase *tests)
{
	tcase_add_test(tests, a_decision_is_told_to_all);
	tcase_add_test(tests, a_decision_is_kept_with_what_it_was_made_on);
	tcase_add_test(tests, withdrawing_all_withdraws_what_was_granted);
	tcase_add_test(tests, withdrawing_nothing_is_no_entry);
	tcase_add_test(tests, what_is_named_is_withdrawn_whatever_it_was);
	tcase_add_test(tests, a_grant_expires);
}

static void add_views(TCase *tests)
{
	tcase_add_test(tests, info_says_everything);
	tcase_add_test(tests, a_new_name_is_used);
	tcase_add_test(tests, each_info_has_a_nonce_of_its_own);
	tcase_add_test(tests, notices_are_kept_once);
}

int main(void)
{
	Suite *suite = suite_create("meeting");

	add_presence(fixture(suite, "presence"));
	add_activities(fixture(suite, "activities"));
	add_rooms(fixture(suite, "rooms"));
	add_decisions(fixture(suite, "decisions"));
	add_views(fixture(suite, "views"));
	return run_capture_suite(suite);
}
