/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets that carry a number go in, and what is on disk afterwards is exactly what the rule allows. */
#include "meeting_speaker.h"
#include "suite.h"

static world w;

static void setup(void)
{
	world_init(&w);
}

static void teardown(void)
{
	world_clear(&w);
}

/* ---- Each condition of the rule, on and off ---- */

typedef struct step {
	const char *what;
	void (*off)(speaker *s), (*on)(speaker *s);
} step;

static void stop(speaker *s)
{
	(void)s;
	ck_assert_int_eq(world_stop(&w, ROOM, "record"), 0);
}

static void start(speaker *s)
{
	(void)s;
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
}

static void pause_all(speaker *s)
{
	attendance_relay(s->peer->attendance, NULL, 0, false);
}

static void resume_all(speaker *s)
{
	attendance_relay(s->peer->attendance, NULL, 0, true);
}

static void pause_audio(speaker *s)
{
	attendance_relay(s->peer->attendance, NULL, MEDIUM_AUDIO, false);
}

static void resume_audio(speaker *s)
{
	attendance_relay(s->peer->attendance, NULL, MEDIUM_AUDIO, true);
}

static void pause_mid(speaker *s)
{
	attendance_relay(s->peer->attendance, "a", 0, false);
}

static void resume_mid(speaker *s)
{
	attendance_relay(s->peer->attendance, "a", 0, true);
}

static void moderate(speaker *s, bool muted)
{
	json_t *room = json_integer(ROOM), *feed = json_integer(11);

	(void)s;
	ck_assert_int_eq(attendance_moderate(w.all, room, feed, "a", muted), !muted);
	json_decref(room);
	json_decref(feed);
}

static void mute(speaker *s)
{
	moderate(s, true);
}

static void unmute(speaker *s)
{
	moderate(s, false);
}

static void hang_up(speaker *s)
{
	attendance_hangup(s->peer->attendance);
}

static void reconnect(speaker *s)
{
	attendance_connected(s->peer->attendance);
}

static void disconnect(speaker *s)
{
	attendance_disconnected(s->peer->attendance);
}

static void negotiate_and_connect(speaker *s)
{
	ck_assert_ptr_eq(peer_audio(s->peer), s->track);
	reconnect(s);
}

static void send_nothing(speaker *s)
{
	attendance_track(s->peer->attendance,
		&(track_spec){
			.mindex = 0, .mid = "a", .medium = MEDIUM_AUDIO, .codec = "opus", .sending = false});
}

static void send_again(speaker *s)
{
	ck_assert_ptr_eq(peer_audio(s->peer), s->track);
}

static const step steps[] = {
	{"the activity", stop, start},
	{"the grant, withdrawn", speaker_withdraw, speaker_agree},
	{"the grant, refused", speaker_refuse, speaker_agree},
	{"relaying of everything", pause_all, resume_all},
	{"relaying of audio", pause_audio, resume_audio},
	{"relaying of the m-line", pause_mid, resume_mid},
	{"a moderator", mute, unmute},
	{"the connection", hang_up, negotiate_and_connect},
	{"the connection, while its tracks stay", disconnect, reconnect},
	{"the negotiated direction", send_nothing, send_again},
};

START_TEST(a_condition_ends_and_returns)
{
	speaker ann;
	speaker_record(&ann, &w);
	speak(&ann);
	steps[_i].off(&ann);
	speak(&ann);
	steps[_i].on(&ann);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	ASSERT_NUMBERS(&w, ann.id, "a", 1, 2, 3, 4, 5, 11, 12, 13, 14, 15);

	json_t *segments = world_entries(&w, "segment");
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s}", "state", "opened")), 2);
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s, s:i}", "state", "closed", "packets", 5)), 2);
	json_decref(segments);
	speaker_clear(&ann);
}
END_TEST

/* All conditions off, then on one by one: only with the last one there is capture. */
START_TEST(nothing_before_everything_holds)
{
	speaker ann;
	speaker_join(&ann, &w, "Ann", 11);
	pause_all(&ann);
	speak(&ann);
	start(&ann);
	speak(&ann);
	resume_all(&ann);
	speak(&ann);
	hang_up(&ann);
	speaker_agree(&ann);
	speak(&ann);
	reconnect(&ann);
	speak(&ann);
	send_again(&ann);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	ASSERT_NUMBERS(&w, ann.id, "a", 26, 27, 28, 29, 30);
	speaker_clear(&ann);
}
END_TEST

/* What was said of a connection's tracks ends with it; what is said of relaying before there are any is lost
 * upstream, too. */
START_TEST(pauses_and_mutes_end_with_the_connection)
{
	speaker ann;
	speaker_record(&ann, &w);
	mute(&ann);
	pause_audio(&ann);
	hang_up(&ann);
	pause_mid(&ann);
	negotiate_and_connect(&ann);
	speak(&ann);
	/* While it is down, but not gone, they hold. */
	disconnect(&ann);
	pause_mid(&ann);
	reconnect(&ann);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	assert_captured(&w, ann.id, "a", 1, 5);
	speaker_clear(&ann);
}
END_TEST

/* Upstream makes a track before its answer tells of it: what a moderator says in between counts. */
START_TEST(who_is_muted_before_the_answer_is_muted)
{
	speaker ann = {.next = 1};
	ann.peer = peer_join(&w, ROOM, 11, "Ann");
	ann.id = g_strdup(ann.peer->id);
	mute(&ann);
	ann.track = peer_audio(ann.peer);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	speaker_agree(&ann);
	speak(&ann);
	unmute(&ann);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	assert_captured(&w, ann.id, "a", 6, 10);
	speaker_clear(&ann);
}
END_TEST

START_TEST(mids_are_meant_without_regard_to_case)
{
	speaker ann;
	speaker_record(&ann, &w);
	attendance_relay(ann.peer->attendance, "A", 0, false);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	assert_captured(&w, ann.id, "a", 1, 0);
	speaker_clear(&ann);
}
END_TEST

static void add_rule(TCase *tests)
{
	tcase_add_loop_test(tests, a_condition_ends_and_returns, 0, G_N_ELEMENTS(steps));
	tcase_add_test(tests, nothing_before_everything_holds);
	tcase_add_test(tests, pauses_and_mutes_end_with_the_connection);
	tcase_add_test(tests, who_is_muted_before_the_answer_is_muted);
	tcase_add_test(tests, mids_are_meant_without_regard_to_case);
}

int main(void)
{
	Suite *suite = suite_create("meeting_capture");

	add_rule(suite_case(suite, "rule", setup, teardown));
	return run_capture_suite(suite);
}
