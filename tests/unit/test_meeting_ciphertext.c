/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tracks that are encrypted end to end: recorded as they are, understood by nobody. */
#include "base/error.h"
#include "meeting_evidence.h"
#include "meeting_support.h"

#include <string.h>

static world w;
static peer *ann;
static capture_track *audio;

static capture_track *negotiate(peer *p, bool encrypted)
{
	attendance_connected(p->attendance);
	return attendance_track(p->attendance,
		&(track_spec){.mid = "a",
			.medium = MEDIUM_AUDIO,
			.codec = "opus",
			.sending = true,
			.encrypted = encrypted});
}

static void setup(void)
{
	world_init(&w);
	ann = peer_join(&w, ROOM, 11, "Ann");
	audio = negotiate(ann, true);
}

static void teardown(void)
{
	peer_free(ann);
	world_clear(&w);
}

START_TEST(a_recording_keeps_ciphertext_and_says_so)
{
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	peer_await(ann, "{s:s, s:s, s:b}", "event", "notice", "purpose", "record", "encrypted", true);
	json_t *info = peer_ask(ann, "{s:s}", "request", "consent_info");
	ck_assert(json_is_true(json_object_get(info, "encrypted")));
	json_decref(info);
	json_t *answer = peer_ask(ann, "{s:s, s:[o]}", "request", "consent_decide", "decisions",
		decision_of(&w, "record", MEDIUM_AUDIO, "granted"));
	ck_assert_ptr_nonnull(json_object_get(answer, "decisions"));
	json_decref(answer);
	send_numbers(audio, 1, 5);
	peer_free(ann);
	ann = NULL;
	world_close(&w);
	json_t *segments = world_entries(&w, "segment");
	json_t *opened = entry_find(segments, json_pack("{s:s, s:b}", "state", "opened", "encrypted", true));
	ck_assert_ptr_nonnull(opened);
	g_autofree char *path = g_build_filename(w.settings->recordings, text_of(opened, "file"), NULL);
	g_autofree char *bytes = NULL;
	gsize length;
	ck_assert(g_file_get_contents(path, &bytes, &length, NULL));
	ck_assert_ptr_nonnull(memmem(bytes, length, "\"e\": true", 9));
	json_decref(opened);
	json_decref(segments);
}
END_TEST

static const char *const others[] = {"summarize", "train"};

START_TEST(what_would_have_to_understand_is_refused)
{
	ck_assert_int_eq(world_start(&w, ROOM, others[_i]), CONSENT_ERROR_ENCRYPTED);
	ck_assert_int_eq(peer_decide(ann, others[_i], MEDIUM_AUDIO, "granted"), CONSENT_ERROR_ENCRYPTED);
	ck_assert_int_eq(peer_decide(ann, others[_i], MEDIUM_AUDIO, "refused"), 0);
	/* With somebody who sends in the clear it can be started, and gets nothing of Ann. */
	peer *bob = peer_join(&w, ROOM, 12, "Bob");
	negotiate(bob, false);
	ck_assert_int_eq(world_start(&w, ROOM, others[_i]), 0);
	ck_assert_int_eq(peer_decide(bob, others[_i], MEDIUM_AUDIO, "granted"), 0);
	ck_assert_int_eq(peer_decide(ann, others[_i], MEDIUM_AUDIO, "granted"), CONSENT_ERROR_ENCRYPTED);
	peer_free(bob);
}
END_TEST

/* Who agreed in the clear and encrypts later is not captured for that any more, and is again. */
START_TEST(encryption_that_comes_later_closes_the_gate)
{
	negotiate(ann, false);
	ck_assert_int_eq(world_start(&w, ROOM, "train"), 0);
	ck_assert_int_eq(peer_decide(ann, "train", MEDIUM_AUDIO, "granted"), 0);
	send_numbers(audio, 1, 5);
	negotiate(ann, true);
	send_numbers(audio, 6, 5);
	negotiate(ann, false);
	send_numbers(audio, 11, 5);
	g_autofree char *id = g_strdup(ann->id);
	peer_free(ann);
	ann = NULL;
	world_close(&w);
	g_autoptr(GArray) numbers = world_numbers(&w, id, "a");
	ck_assert_uint_eq(numbers->len, 10);
	ck_assert_uint_eq(g_array_index(numbers, uint64_t, 4), 5);
	ck_assert_uint_eq(g_array_index(numbers, uint64_t, 5), 11);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("meeting_ciphertext");
	TCase *tests = tcase_create("ciphertext");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_recording_keeps_ciphertext_and_says_so);
	tcase_add_loop_test(tests, what_would_have_to_understand_is_refused, 0, 2);
	tcase_add_test(tests, encryption_that_comes_later_closes_the_gate);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
