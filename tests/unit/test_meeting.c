/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coming and going, rooms that record by configuration, and what can be seen of a meeting. */
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
	const char *first = text_of(json_array_get(began, 0), "meeting");
	const char *second = text_of(json_array_get(began, 2), "meeting");
	ck_assert_str_ne(first, second);
	ck_assert_uint_eq(entry_count(began, json_pack("{s:s, s:i}", "event", "began", "room", ROOM)), 2);
	ck_assert_str_eq(text_of(json_array_get(began, 1), "event"), "ended");
	ck_assert_str_eq(text_of(json_array_get(began, 1), "meeting"), first);
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
	ck_assert_str_eq(text_of(join, "meeting"), text_of(leave, "meeting"));
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
	ck_assert_str_eq(text_of(shown, "by"), "configuration");
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

/* ---- Views ---- */

START_TEST(info_says_everything)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann"), *bob = peer_join(&w, ROOM, 12, NULL);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	peer_audio(ann);
	json_t *info = peer_ask(ann, "{s:s, s:i}", "request", "consent_info", "room", ROOM);
	assert_members(info,
		(const char *const[]){"consent", "meeting", "room", "participant", "policy", "nonce",
			"purposes", "activities", "decisions", "participants", NULL});
	ck_assert_str_eq(text_of(info, "consent"), "info");
	ck_assert_str_eq(text_of(info, "participant"), ann->id);
	ck_assert_uint_ge(strlen(text_of(info, "nonce")), 16);

	json_t *purposes = json_object_get(info, "purposes");
	ck_assert_uint_eq(json_array_size(purposes), notices_count(meetings_notices(w.all)));
	for (unsigned i = 0; i < json_array_size(purposes); i++)
		assert_members(json_array_get(purposes, i),
			(const char *const[]){"purpose", "media", "notice", "title", "summary", "details",
				"recipients", "retention", "version", "lang", "langs", NULL});

	json_t *activity = json_array_get(json_object_get(info, "activities"), 0);
	assert_members(activity,
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

/* Cut between characters: of two bytes each, behind one of one byte or none. */
START_TEST(of_a_long_name_the_beginning_is_kept)
{
	g_autoptr(GString) name = g_string_new(_i ? "x" : "");
	g_autoptr(GString) kept = g_string_new(name->str);
	while (name->len < 10000)
		g_string_append(name, "é");
	while (kept->len + 2 <= 256)
		g_string_append(kept, "é");
	peer *ann = peer_join(&w, ROOM, 11, name->str);
	json_t *info = peer_ask(ann, "{s:s}", "request", "consent_info");
	json_t *me = entry_find(json_object_get(info, "participants"),
		json_pack("{s:s, s:s}", "id", ann->id, "display", kept->str));
	attendance_rename(ann->attendance, "Ann");
	attendance_rename(ann->attendance, name->str);
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	peer_await(ann, "{s:s, s:s}", "event", "decision", "display", kept->str);
	json_decref(me);
	json_decref(info);
	peer_free(ann);
}
END_TEST

START_TEST(each_info_has_a_nonce_of_its_own)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	json_t *first = peer_ask(ann, "{s:s}", "request", "consent_info");
	json_t *second = peer_ask(ann, "{s:s}", "request", "consent_info");
	ck_assert_str_ne(text_of(first, "nonce"), text_of(second, "nonce"));
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

static void add_presence(TCase *tests)
{
	tcase_add_test(tests, a_meeting_lasts_from_the_first_to_the_last);
	tcase_add_test(tests, joining_and_leaving_are_kept);
	tcase_add_test(tests, the_ledger_has_no_name_in_its_bodies);
	tcase_add_test(tests, what_no_double_can_tell_is_kept_as_text);
	tcase_add_test(tests, rooms_are_apart);
}

static void add_rooms(TCase *tests)
{
	tcase_add_test(tests, an_armed_room_begins_with_a_record_activity);
	tcase_add_test(tests, a_forgotten_room_is_armed_no_more);
	tcase_add_test(tests, an_armed_room_starts_once_a_meeting);
	tcase_add_test(tests, what_a_host_stopped_stays_stopped);
	tcase_add_loop_test(tests, folders_stay_inside, 0, G_N_ELEMENTS(folders));
}

static void add_views(TCase *tests)
{
	tcase_add_test(tests, info_says_everything);
	tcase_add_test(tests, a_new_name_is_used);
	tcase_add_loop_test(tests, of_a_long_name_the_beginning_is_kept, 0, 2);
	tcase_add_test(tests, each_info_has_a_nonce_of_its_own);
	tcase_add_test(tests, notices_are_kept_once);
}

int main(void)
{
	Suite *suite = suite_create("meeting");

	add_presence(suite_case(suite, "presence", setup, teardown));
	add_rooms(suite_case(suite, "rooms", setup, teardown));
	add_views(suite_case(suite, "views", setup, teardown));
	return run_capture_suite(suite);
}
