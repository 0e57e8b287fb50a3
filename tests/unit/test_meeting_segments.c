/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How capture is divided into segments, what the ledger keeps of each, and what participants are told. */
#include "meeting_speaker.h"
#include "suite.h"

#include "base/hash.h"

static world w;

static void setup(void)
{
	world_init(&w);
}

static void teardown(void)
{
	world_clear(&w);
}

/* ---- Segments ---- */

START_TEST(purposes_share_a_segment_and_lose_no_packet)
{
	speaker ann;
	speaker_record(&ann, &w);
	speak(&ann);
	ck_assert_int_eq(world_start(&w, ROOM, "train"), 0);
	speak(&ann);
	ck_assert_int_eq(peer_decide(ann.peer, "train", MEDIUM_AUDIO, "granted"), 0);
	speak(&ann);
	ck_assert_int_eq(world_stop(&w, ROOM, "record"), 0);
	speak(&ann);
	ck_assert_int_eq(peer_decide(ann.peer, "train", MEDIUM_AUDIO, "refused"), 0);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	assert_captured(&w, ann.id, "a", 1, 20);

	json_t *segments = world_entries(&w, "segment");
	ck_assert_uint_eq(
		entry_count(segments, json_pack("{s:s, s:[s]}", "state", "opened", "purposes", "record")), 1);
	ck_assert_uint_eq(
		entry_count(segments,
			json_pack("{s:s, s:[s, s]}", "state", "opened", "purposes", "record", "train")),
		1);
	ck_assert_uint_eq(
		entry_count(segments, json_pack("{s:s, s:[s]}", "state", "opened", "purposes", "train")), 1);
	ck_assert_uint_eq(
		entry_count(segments, json_pack("{s:s, s:i}", "state", "closed", "packets", 10)), 1);
	json_decref(segments);
	speaker_clear(&ann);
}
END_TEST

/* A segment rests on the decisions that its entry names: a new grant is a new segment. */
START_TEST(a_new_grant_is_a_new_segment)
{
	speaker ann;
	speaker_record(&ann, &w);
	speak(&ann);
	speaker_agree(&ann);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	assert_captured(&w, ann.id, "a", 1, 10);
	json_t *segments = world_entries(&w, "segment"), *decisions = world_entries(&w, "decision");
	for (unsigned i = 0; i < 2; i++) {
		json_t *rests = json_pack("{s:s, s:[{s:s, s:I}]}", "state", "opened", "decisions", "purpose",
			"record", "index", integer_of(json_array_get(decisions, i), "index"));
		ck_assert_uint_eq(entry_count(segments, rests), 1);
	}
	json_decref(segments);
	json_decref(decisions);
	speaker_clear(&ann);
}
END_TEST

/* Also when only one of several purposes was granted anew. */
START_TEST(a_new_grant_of_one_purpose_is_a_new_segment)
{
	static const char *const purposes[] = {"record", "train"};
	speaker ann;
	speaker_record(&ann, &w);
	ck_assert_int_eq(world_start(&w, ROOM, "train"), 0);
	ck_assert_int_eq(peer_decide(ann.peer, "train", MEDIUM_AUDIO, "granted"), 0);
	for (unsigned i = 0; i < 2; i++)
		ck_assert_int_eq(peer_decide(ann.peer, purposes[i], MEDIUM_AUDIO, "granted"), 0);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	json_t *segments = world_entries(&w, "segment");
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s}", "state", "opened")), 4);
	json_decref(segments);
	speaker_clear(&ann);
}
END_TEST

static void assert_hash(const char *file, const char *hex)
{
	g_autofree char *path = g_build_filename(w.settings->recordings, file, NULL), *bytes = NULL;
	char actual[HASH_HEX_SIZE];
	gsize length;

	ck_assert(g_file_get_contents(path, &bytes, &length, NULL));
	ck_assert_str_eq(hash_bytes_hex(bytes, length, actual), hex);
}

START_TEST(a_segment_is_kept_in_the_ledger)
{
	json_t *room = json_integer(ROOM);
	ck_assert(room_folder(w.all, room, "sub/folder"));
	json_decref(room);
	speaker ann;
	speaker_record(&ann, &w);
	json_t *event = peer_await(ann.peer, "{s:s, s:b}", "event", "capture", "capturing", true);
	g_autofree char *segment = g_strdup(text_of(event, "segment"));
	speak(&ann);
	speaker_withdraw(&ann);
	speaker_leave(&ann);
	world_close(&w);

	json_t *segments = world_entries(&w, "segment"), *decisions = world_entries(&w, "decision");
	ck_assert_uint_eq(json_array_size(segments), 2);
	json_t *opened = json_array_get(segments, 0), *closed = json_array_get(segments, 1);
	ck_assert(entry_fits(opened,
		json_pack("{s:s, s:s, s:i, s:s, s:i, s:s, s:s, s:s, s:[s]}", "segment", segment, "state",
			"opened", "room", ROOM, "participant", ann.id, "feed", 11, "mid", "a", "medium",
			"audio", "codec", "opus", "purposes", "record")));
	ck_assert_int_gt(integer_of(opened, "index"), integer_of(json_array_get(decisions, 0), "index"));
	ck_assert(entry_fits(closed,
		json_pack("{s:s, s:s, s:i, s:s, s:s, s:i, s:i, s:I}", "segment", segment, "state", "closed",
			"room", ROOM, "participant", ann.id, "reason", "withdrawn", "packets", 5, "lost", 0,
			"ssrc", (json_int_t)TEST_SSRC)));
	ck_assert_str_eq(text_of(opened, "file"), text_of(closed, "file"));
	ck_assert(g_str_has_prefix(text_of(opened, "file"), "sub/folder/1234/"));
	assert_hash(text_of(closed, "file"), text_of(closed, "sha256"));
	json_t *first = json_object_get(closed, "first"), *last = json_object_get(closed, "last");
	ck_assert_int_eq(integer_of(first, "seq"), 1);
	ck_assert_int_eq(integer_of(last, "seq"), 5);
	ck_assert_int_eq(integer_of(last, "timestamp"), 5 * 960);
	json_decref(segments);
	json_decref(decisions);
	speaker_clear(&ann);
}
END_TEST

START_TEST(a_segment_without_a_packet_leaves_no_file)
{
	speaker ann;
	speaker_record(&ann, &w);
	speaker_leave(&ann);
	world_close(&w);
	json_t *segments = world_entries(&w, "segment");
	json_t *closed =
		entry_find(segments, json_pack("{s:s, s:i, s:n}", "state", "closed", "packets", 0, "file"));
	ck_assert_ptr_nonnull(closed);
	ck_assert_ptr_null(json_object_get(closed, "first"));
	json_decref(closed);
	json_decref(segments);
	assert_captured(&w, ann.id, "a", 1, 0);
	speaker_clear(&ann);
}
END_TEST

START_TEST(another_codec_is_another_segment)
{
	speaker ann;
	speaker_record(&ann, &w);
	speak(&ann);
	attendance_track(ann.peer->attendance,
		&(track_spec){
			.mindex = 0, .mid = "a", .medium = MEDIUM_AUDIO, .codec = "pcmu", .sending = true});
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	assert_captured(&w, ann.id, "a", 1, 10);
	json_t *segments = world_entries(&w, "segment");
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s}", "codec", "opus")), 1);
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s}", "codec", "pcmu")), 1);
	json_decref(segments);
	speaker_clear(&ann);
}
END_TEST

/* An m-line that becomes another medium follows the grants of that. */
START_TEST(another_medium_follows_its_own_grant)
{
	speaker ann;
	speaker_record(&ann, &w);
	speak(&ann);
	attendance_track(ann.peer->attendance,
		&(track_spec){
			.mindex = 0, .mid = "a", .medium = MEDIUM_VIDEO, .codec = "vp8", .sending = true});
	speak(&ann);
	ck_assert_int_eq(peer_decide(ann.peer, "record", MEDIUM_VIDEO, "granted"), 0);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	ASSERT_NUMBERS(&w, ann.id, "a", 1, 2, 3, 4, 5, 11, 12, 13, 14, 15);
	speaker_clear(&ann);
}
END_TEST

START_TEST(rooms_with_odd_names_stay_inside)
{
	static const char *const names[] = {"..", ".", "a/b", "../../x", "a b", "ü", "-", "%2e%2e"};
	json_t *room = json_string(names[_i]), *feed = json_string("f");
	peer *ann = peer_join(&w, ROOM, 1, "Ann");
	attendance *a = attendance_join(w.all, room, feed, "Bob", ann);
	attendance_announce(a);
	attendance_connected(a);
	json_t *info = attendance_info(a, NULL);
	g_autofree char *id = g_strdup(text_of(info, "participant"));
	json_decref(info);
	const notice *n = notices_find(meetings_notices(w.all), "record");
	json_t *answer = meeting_start(w.all, room, &(activity_request){.notice = n}, NULL);
	ck_assert_ptr_nonnull(answer);
	json_decref(answer);
	const decision_item item = {n, MEDIUM_AUDIO, DECISION_GRANTED};
	json_decref(attendance_decide(a, &(decision_request){.items = &item, .count = 1}, NULL));
	capture_track *track = attendance_track(
		a, &(track_spec){.mid = "a", .medium = MEDIUM_AUDIO, .codec = "opus", .sending = true});
	send_numbers(track, 1, 5);
	attendance_free(a);
	peer_free(ann);
	json_decref(room);
	json_decref(feed);
	world_close(&w);
	assert_captured(&w, id, "a", 1, 5);
}
END_TEST

/* ---- What participants are told of it ---- */

START_TEST(capture_events_follow_the_gate)
{
	speaker ann;
	peer *bob = peer_join(&w, ROOM, 12, "Bob");
	speaker_record(&ann, &w);
	json_t *began = peer_await(ann.peer, "{s:s, s:s, s:s, s:s, s:b, s:n}", "event", "capture", "purpose",
		"record", "medium", "audio", "mid", "a", "capturing", true, "reason");
	ck_assert_int_eq(integer_of(began, "room"), ROOM);
	speaker_withdraw(&ann);
	json_t *ended = peer_await(
		ann.peer, "{s:s, s:s, s:b}", "event", "capture", "purpose", "record", "capturing", false);
	ck_assert_str_eq(text_of(ended, "segment"), text_of(began, "segment"));
	ck_assert_str_eq(text_of(ended, "reason"), "withdrawn");
	ck_assert_uint_eq(peer_count(bob, "{s:s}", "event", "capture"), 0);
	speaker_clear(&ann);
	peer_free(bob);
}
END_TEST

/* So that what began and what ended can be told together. */
START_TEST(a_change_of_segment_names_both)
{
	speaker ann;
	speaker_record(&ann, &w);
	json_t *began = peer_await(ann.peer, "{s:s, s:n}", "event", "capture", "replaces");
	speaker_agree(&ann);
	json_t *next = peer_await(ann.peer, "{s:s, s:b, s:s, s:s}", "event", "capture", "capturing", true,
		"replaces", text_of(began, "segment"), "reason", "decided");
	json_t *answer = world_ask_admin(
		&w, "{s:s, s:i, s:s}", "request", "consent_stop", "room", ROOM, "purpose", "record");
	ck_assert_int_eq(integer_of(answer, "segments"), 2);
	json_decref(answer);
	peer_await(ann.peer, "{s:s, s:b, s:s, s:n}", "event", "capture", "capturing", false, "segment",
		text_of(next, "segment"), "replaces");
	ck_assert_uint_eq(peer_count(ann.peer, "{s:s}", "event", "capture"), 3);
	speaker_clear(&ann);
}
END_TEST

START_TEST(the_list_says_who_is_captured)
{
	speaker ann;
	speaker_record(&ann, &w);
	json_t *list = world_ask_admin(&w, "{s:s, s:i}", "request", "consent_list", "room", ROOM);
	ck_assert_uint_eq(entry_count(json_object_get(list, "participants"),
				  json_pack("{s:s, s:[s]}", "id", ann.id, "capturing", "record")),
		1);
	json_decref(list);
	attendance_relay(ann.peer->attendance, NULL, 0, false);
	list = world_ask_admin(&w, "{s:s, s:i}", "request", "consent_list", "room", ROOM);
	ck_assert_uint_eq(
		entry_count(json_object_get(list, "participants"), json_pack("{s:[]}", "capturing")), 1);
	json_decref(list);
	speaker_clear(&ann);
}
END_TEST

static void add_segments(TCase *tests)
{
	tcase_add_test(tests, purposes_share_a_segment_and_lose_no_packet);
	tcase_add_test(tests, a_new_grant_is_a_new_segment);
	tcase_add_test(tests, a_new_grant_of_one_purpose_is_a_new_segment);
	tcase_add_test(tests, a_segment_is_kept_in_the_ledger);
	tcase_add_test(tests, a_segment_without_a_packet_leaves_no_file);
	tcase_add_test(tests, another_codec_is_another_segment);
	tcase_add_test(tests, another_medium_follows_its_own_grant);
	tcase_add_loop_test(tests, rooms_with_odd_names_stay_inside, 0, 8);
}

static void add_events(TCase *tests)
{
	tcase_add_test(tests, capture_events_follow_the_gate);
	tcase_add_test(tests, a_change_of_segment_names_both);
	tcase_add_test(tests, the_list_says_who_is_captured);
}

int main(void)
{
	Suite *suite = suite_create("meeting_segments");

	add_segments(suite_case(suite, "segments", setup, teardown));
	add_events(suite_case(suite, "events", setup, teardown));
	return run_capture_suite(suite);
}
