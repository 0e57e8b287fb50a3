/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is captured when: several people, media, expiry, countdown, unanimity. */
#include "meeting_clock.h"
#include "meeting_speaker.h"

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

START_TEST(one_allows_one_declines_one_is_silent)
{
	speaker ann, bob, eve;
	speaker_join(&ann, &w, "Ann", 11);
	speaker_join(&bob, &w, "Bob", 12);
	speaker_join(&eve, &w, "Eve", 13);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	speaker_agree(&ann);
	speaker_refuse(&bob);
	speaker *all[] = {&ann, &bob, &eve};
	for (unsigned i = 0; i < 3; i++)
		speak(all[i]);
	speaker_withdraw(&ann);
	for (unsigned i = 0; i < 3; i++) {
		speak(all[i]);
		speaker_leave(all[i]);
	}
	world_close(&w);
	assert_captured(&w, ann.id, "a", 1, 5);
	assert_captured(&w, bob.id, "a", 1, 0);
	assert_captured(&w, eve.id, "a", 1, 0);
	for (unsigned i = 0; i < 3; i++)
		speaker_clear(all[i]);
}
END_TEST

START_TEST(media_are_apart)
{
	speaker ann;
	speaker_record(&ann, &w);
	capture_track *video = peer_video(ann.peer);
	speak(&ann);
	send_numbers(video, 1, 5);
	ck_assert_uint_eq(ann.peer->keyframes, 0);
	ck_assert_int_eq(peer_decide(ann.peer, "record", MEDIUM_VIDEO, "granted"), 0);
	ck_assert_uint_eq(ann.peer->keyframes, 1);
	send_numbers(video, 6, 5);
	speaker_refuse(&ann);
	speak(&ann);
	send_numbers(video, 11, 5);
	speaker_leave(&ann);
	world_close(&w);
	assert_captured(&w, ann.id, "a", 1, 5);
	assert_captured(&w, ann.id, "v", 6, 15);
	speaker_clear(&ann);
}
END_TEST

START_TEST(a_countdown_captures_nothing)
{
	speaker ann;
	speaker_join(&ann, &w, "Ann", 11);
	speaker_agree(&ann);
	json_decref(world_ask_admin(&w, "{s:s, s:i, s:s, s:i}", "request", "consent_start", "room", ROOM,
		"purpose", "record", "countdown", 1));
	peer_await(ann.peer, "{s:s}", "event", "notice");
	if (peer_count(ann.peer, "{s:s, s:s}", "event", "activity", "state", "running") == 0)
		send_number(ann.track, 1000);
	peer_await(ann.peer, "{s:s, s:b}", "event", "capture", "capturing", true);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	assert_captured(&w, ann.id, "a", 1, 5);
	speaker_clear(&ann);
}
END_TEST

START_TEST(a_grant_of_before_the_start_counts)
{
	speaker ann;
	speaker_join(&ann, &w, "Ann", 11);
	speaker_agree(&ann);
	speak(&ann);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	assert_captured(&w, ann.id, "a", 6, 10);
	speaker_clear(&ann);
}
END_TEST

START_TEST(who_is_not_announced_is_not_captured)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann"), *bob = peer_arrive(&w, ROOM, 12, "Bob");
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	attendance_connected(bob->attendance);
	capture_track *track = peer_audio(bob);
	ck_assert_int_eq(peer_decide(bob, "record", MEDIUM_AUDIO, "granted"), 0);
	send_numbers(track, 1, 5);
	attendance_announce(bob->attendance);
	send_numbers(track, 6, 5);
	g_autofree char *id = g_strdup(bob->id);
	peer_free(ann);
	peer_free(bob);
	world_close(&w);
	assert_captured(&w, id, "a", 6, 10);
}
END_TEST

START_TEST(who_has_left_is_not_captured)
{
	speaker ann;
	speaker_record(&ann, &w);
	speak(&ann);
	attendance_leave(ann.peer->attendance, "left");
	speak(&ann);
	ck_assert_ptr_eq(peer_audio(ann.peer), ann.track);
	attendance_connected(ann.peer->attendance);
	attendance_relay(ann.peer->attendance, NULL, 0, true);
	speak(&ann);
	ck_assert_int_eq(peer_decide(ann.peer, "record", MEDIUM_AUDIO, "granted"), 703);
	speaker_leave(&ann);
	world_close(&w);
	assert_captured(&w, ann.id, "a", 1, 5);
	speaker_clear(&ann);
}
END_TEST

static void agree_until(speaker *s, const char *end)
{
	ck_assert_int_eq(
		code_of(peer_ask(s->peer, "{s:s, s:[o], s:s}", "request", "consent_decide", "decisions",
			decision_of(&w, "record", MEDIUM_AUDIO, "granted"), "expires", end)),
		0);
}

/* The last packet is from before the end, though the timer comes later. */
START_TEST(an_expired_grant_captures_nothing)
{
	char soon[CLOCK_TEXT_SIZE];
	speaker ann;
	speaker_join(&ann, &w, "Ann", 11);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	clock_format(clock_now_ms() + 300, soon);
	agree_until(&ann, soon);
	while (peer_count(ann.peer, "{s:s, s:s}", "event", "decision", "how", "expire") == 0)
		send_number(ann.track, 1);
	send_numbers(ann.track, 2, 5);
	speaker_leave(&ann);
	world_close(&w);
	g_autoptr(GArray) numbers = world_numbers(&w, ann.id, "a");
	for (unsigned i = 0; i < numbers->len; i++)
		ck_assert_uint_eq(g_array_index(numbers, uint64_t, i), 1);
	json_t *segments = world_entries(&w, "segment");
	json_t *closed = entry_find(segments, json_pack("{s:s}", "state", "closed"));
	json_t *last = json_object_get(closed, "last");
	ck_assert(!last || strcmp(text_of(last, "at"), soon) < 0);
	json_decref(closed);
	json_decref(segments);
	speaker_clear(&ann);
}
END_TEST

/* Ann and Bob are in, and nothing is recorded unless everybody agrees. */
static void two_must_agree(speaker *ann, speaker *bob)
{
	speaker_join(ann, &w, "Ann", 11);
	speaker_join(bob, &w, "Bob", 12);
	ck_assert_int_eq(code_of(world_ask_admin(&w, "{s:s, s:i, s:s, s:s}", "request", "consent_start",
				 "room", ROOM, "purpose", "record", "policy", "unanimous")),
		0);
}

START_TEST(unanimous_captures_while_all_agree)
{
	speaker ann, bob;
	two_must_agree(&ann, &bob);
	speaker_agree(&ann);
	speak(&ann);
	speaker_agree(&bob);
	speak(&ann); /* 6 to 10 */
	speak(&bob); /* 1 to 5 */
	peer *eve = peer_join(&w, ROOM, 13, "Eve");
	speak(&ann);
	speak(&bob);
	peer_free(eve);
	speak(&ann); /* 16 to 20 */
	speaker_withdraw(&bob);
	speak(&ann);
	speak(&bob);
	speaker_leave(&bob);
	speak(&ann); /* 26 to 30 */
	speaker_leave(&ann);
	world_close(&w);
	ASSERT_NUMBERS(&w, ann.id, "a", 6, 7, 8, 9, 10, 16, 17, 18, 19, 20, 26, 27, 28, 29, 30);
	assert_captured(&w, bob.id, "a", 1, 5);
	speaker_clear(&ann);
	speaker_clear(&bob);
}
END_TEST

static void agree_for(speaker *s, gint64 ms)
{
	char end[CLOCK_TEXT_SIZE];
	clock_format(clock_now_ms() + ms, end);
	agree_until(s, end);
}

/* At that very moment, and not before: no timer is waited for. */
START_TEST(unanimous_ends_with_the_first_grant_that_ends)
{
	speaker ann, bob;
	meeting_clock_stop();
	two_must_agree(&ann, &bob);
	speaker_agree(&ann);
	agree_for(&bob, 1000);
	speak(&ann); /* 1 to 5 */
	agree_for(&bob, 2000);
	meeting_clock_pass(1000);
	speak(&ann); /* 6 to 10 */
	meeting_clock_pass(1000);
	speak(&ann);
	speaker_leave(&bob);
	speak(&ann); /* 16 to 20 */
	speaker_leave(&ann);
	world_close(&w);
	ASSERT_NUMBERS(&w, ann.id, "a", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16, 17, 18, 19, 20);
	speaker_clear(&ann);
	speaker_clear(&bob);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("meeting_story");
	TCase *tests = tcase_create("story");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, one_allows_one_declines_one_is_silent);
	tcase_add_test(tests, media_are_apart);
	tcase_add_test(tests, a_countdown_captures_nothing);
	tcase_add_test(tests, a_grant_of_before_the_start_counts);
	tcase_add_test(tests, who_is_not_announced_is_not_captured);
	tcase_add_test(tests, who_has_left_is_not_captured);
	tcase_add_test(tests, an_expired_grant_captures_nothing);
	tcase_add_test(tests, unanimous_captures_while_all_agree);
	tcase_add_test(tests, unanimous_ends_with_the_first_grant_that_ends);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
