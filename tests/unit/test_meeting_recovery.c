/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A crash leaves a ledger with a meeting that has not ended and segments that were not closed; the next start
 * closes them. The crash: a second world opened on a copy of the first one's files, taken while it runs. */
#include "base/error.h"
#include "meeting/private.h"
#include "meeting_speaker.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

static world w;

static void setup(void)
{
	world_init(&w);
}

static void teardown(void)
{
	world_clear(&w);
}

static void copy_ledger(const char *from, const char *to)
{
	sqlite3 *source = NULL, *target = NULL;

	g_remove(to);
	ck_assert_int_eq(sqlite3_open(from, &source), SQLITE_OK);
	ck_assert_int_eq(sqlite3_open(to, &target), SQLITE_OK);
	sqlite3_backup *backup = sqlite3_backup_init(target, "main", source, "main");
	ck_assert_int_eq(sqlite3_backup_step(backup, -1), SQLITE_DONE);
	sqlite3_backup_finish(backup);
	sqlite3_close(source);
	sqlite3_close(target);
}

static void copy_tree(const char *from, const char *to)
{
	g_autoptr(GDir) dir = g_dir_open(from, 0, NULL);
	const char *name;

	if (dir)
		g_mkdir(to, 0700);
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *source = g_build_filename(from, name, NULL);
		g_autofree char *target = g_build_filename(to, name, NULL);
		g_autofree char *bytes = NULL;
		gsize length;

		copy_tree(source, target);
		if (g_file_get_contents(source, &bytes, &length, NULL))
			ck_assert(g_file_set_contents(target, bytes, (gssize)length, NULL));
	}
}

/* As the crash of `from` would leave it; not opened yet. */
static void crash(world *after, const world *from)
{
	world_init(after);
	world_close(after);
	copy_ledger(from->settings->store, after->settings->store);
	copy_tree(from->settings->recordings, after->settings->recordings);
}

/* One was opened and closed. */
static void assert_closed(json_t *segments, const char *id, const char *reason, json_int_t packets)
{
	ck_assert_uint_eq(
		entry_count(segments, json_pack("{s:s, s:s}", "segment", id, "state", "opened")), 1);
	json_t *closed = entry_find(segments, json_pack("{s:s, s:s}", "segment", id, "state", "closed"));
	ck_assert_ptr_nonnull(closed);
	ck_assert_str_eq(text_of(closed, "reason"), reason);
	ck_assert_int_eq(integer_of(closed, "packets"), packets);
	assert_members(closed,
		(const char *const[]){"meeting", "room", "participant", "bytes", "lost", "file", NULL});
	json_decref(closed);
}

START_TEST(what_was_open_is_closed)
{
	world after;
	speaker ann;
	speaker_record(&ann, &w);
	json_t *began = peer_await(ann.peer, "{s:s, s:b}", "event", "capture", "capturing", true);
	speak(&ann);
	world_await_written(&w, 5);
	crash(&after, &w);

	world_open(&after);
	peer *bob = peer_join(&after, ROOM, 12, "Bob");
	ck_assert_uint_eq(peer_count(bob, "{}"), 0);
	peer_free(bob);
	world_close(&after);

	json_t *segments = world_entries(&after, "segment"), *ends = world_entries(&after, "meeting");
	ck_assert_uint_eq(json_array_size(segments), 2);
	assert_closed(segments, text_of(began, "segment"), "crash", 5);
	ck_assert_uint_eq(json_array_size(ends), 4);
	json_t *first = json_array_get(ends, 1);
	ck_assert_str_eq(text_of(first, "event"), "ended");
	ck_assert_str_eq(text_of(first, "meeting"), text_of(json_array_get(ends, 0), "meeting"));
	ck_assert(json_is_string(json_object_get(first, "reason")));
	json_decref(segments);
	json_decref(ends);
	assert_captured(&after, ann.id, "a", 1, 5);
	world_verify(&after);
	speaker_clear(&ann);
	world_clear(&after);
}
END_TEST

START_TEST(a_second_start_has_nothing_to_do)
{
	world after;
	speaker ann;
	speaker_record(&ann, &w);
	speak(&ann);
	world_await_written(&w, 5);
	crash(&after, &w);
	for (unsigned i = 0; i < 2; i++) {
		world_open(&after);
		world_close(&after);
	}
	json_t *segments = world_entries(&after, "segment"), *ends = world_entries(&after, "meeting");
	ck_assert_uint_eq(json_array_size(segments), 2);
	ck_assert_uint_eq(json_array_size(ends), 2);
	json_decref(segments);
	json_decref(ends);
	speaker_clear(&ann);
	world_clear(&after);
}
END_TEST

START_TEST(what_was_closed_is_left_alone)
{
	speaker ann;
	speaker_record(&ann, &w);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	json_t *before = world_entries(&w, "segment");
	world_open(&w);
	world_close(&w);
	json_t *after = world_entries(&w, "segment");
	ck_assert(json_equal(before, after));
	json_decref(before);
	json_decref(after);
	speaker_clear(&ann);
}
END_TEST

START_TEST(starts_and_stops_are_kept)
{
	world after;
	crash(&after, &w);
	world_open(&after);
	world_close(&after);
	json_t *entries = world_entries(&after, "gateway");
	ck_assert_uint_eq(json_array_size(entries), 3);
	ck_assert_uint_eq(
		entry_count(entries, json_pack("{s:s, s:s}", "event", "started", "version", PACKAGE_VERSION)),
		2);
	ck_assert_str_eq(text_of(json_array_get(entries, 2), "event"), "stopped");
	json_decref(entries);
	world_clear(&after);
}
END_TEST

static void remove_files(world *after)
{
	scratch_remove(g_strdup(after->settings->recordings));
}

static void damage_files(world *after)
{
	GDir *dir;
	const char *name;
	g_autofree char *folder = g_build_filename(after->settings->recordings, "1234", NULL);

	dir = g_dir_open(folder, 0, NULL);
	ck_assert_ptr_nonnull(dir);
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		ck_assert(g_file_set_contents(path, "no recording", -1, NULL));
	}
	g_dir_close(dir);
}

static const struct {
	void (*befall)(world *after);
	const char *reason;
} losses[] = {
	{remove_files, "crash"},
	{damage_files, "unreadable after a crash"},
};

START_TEST(a_lost_file_does_not_keep_the_gateway_from_starting)
{
	world after;
	speaker ann;
	speaker_record(&ann, &w);
	json_t *began = peer_await(ann.peer, "{s:s, s:b}", "event", "capture", "capturing", true);
	speak(&ann);
	world_await_written(&w, 5);
	crash(&after, &w);
	losses[_i].befall(&after);
	world_open(&after);
	world_close(&after);
	json_t *segments = world_entries(&after, "segment");
	assert_closed(segments, text_of(began, "segment"), losses[_i].reason, 0);
	json_decref(segments);
	speaker_clear(&ann);
	world_clear(&after);
}
END_TEST

/* A decision that was answered is in the copy, whatever else is not. */
START_TEST(an_answered_decision_survives)
{
	world after;
	speaker ann;
	speaker_join(&ann, &w, "Ann", 11);
	for (unsigned i = 0; i < 10; i++) {
		(i % 2 ? speaker_withdraw : speaker_agree)(&ann);
		crash(&after, &w);
		json_t *decisions = world_entries(&after, "decision");
		ck_assert_uint_eq(json_array_size(decisions), i + 1);
		json_decref(decisions);
		world_verify(&after);
		world_clear(&after);
	}
	speaker_clear(&ann);
}
END_TEST

/* A commit of unknown fate can outlast the gateway's patience: its verdict comes when all is closed. */
START_TEST(a_verdict_after_the_end_does_no_harm)
{
	g_autoptr(GError) error = NULL;
	const ledger_place place = {.index = 1, .at_ms = 1000};
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	attendance *a = ann->attendance;
	json_t *decisions = json_array(), *receipts = json_pack("[s]", "of before");
	attendance_leave(a, "shutdown");
	meetings_close(w.all);
	ck_assert_ptr_null(receipt_make(a, a->person, "some id", &place, 1, decisions));
	ck_assert_ptr_null(meetings_read_own(w.all, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_LEDGER));
	json_t *proofs = attendance_proofs(a, receipts);
	ck_assert(json_is_null(json_array_get(proofs, 0)));
	json_decref(proofs);
	json_decref(receipts);
	json_decref(decisions);
	peer_free(ann);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("meeting_recovery");
	TCase *tests = tcase_create("recovery");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, what_was_open_is_closed);
	tcase_add_test(tests, starts_and_stops_are_kept);
	tcase_add_test(tests, a_second_start_has_nothing_to_do);
	tcase_add_test(tests, what_was_closed_is_left_alone);
	tcase_add_loop_test(
		tests, a_lost_file_does_not_keep_the_gateway_from_starting, 0, G_N_ELEMENTS(losses));
	tcase_add_test(tests, an_answered_decision_survives);
	tcase_add_test(tests, a_verdict_after_the_end_does_no_harm);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
