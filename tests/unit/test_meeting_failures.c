/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ledger or a disk that cannot be written: nothing is captured, nothing is granted, what was closed stays
 * closed, and all goes on when it is back. */
#include "meeting_holder.h"
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

/* The gateway notices with its next entry, and says so. */
static void break_ledger(speaker *witness)
{
	world_break_ledger(&w);
	ck_assert_int_eq(peer_decide(witness->peer, "telemetry", MEDIUM_DATA, "granted"), 708);
	peer_await(witness->peer, "{s:s, s:s}", "event", "activity", "state", "paused");
}

static void mend_ledger(speaker *witness)
{
	world_mend_ledger(&w);
	peer_await(witness->peer, "{s:s, s:s}", "event", "activity", "state", "running");
}

static unsigned decided(speaker *s, const char *what)
{
	json_t *info = peer_ask(s->peer, "{s:s}", "request", "consent_info");
	unsigned count = entry_count(json_object_get(info, "decisions"),
		json_pack("{s:s, s:s, s:s}", "purpose", "record", "medium", "audio", "decision", what));

	json_decref(info);
	return count;
}

/* Until every segment whose gate is closed is finished, and the ledger says so. */
static void await_finished(void)
{
	for (bool open = true; open; g_thread_yield()) {
		json_t *stats = meetings_stats(w.all), *segments = world_entries(&w, "segment");

		open = integer_of(json_object_get(stats, "capture"), "open") > 0 ||
			entry_count(segments, json_pack("{s:s}", "state", "closed")) <
				entry_count(segments, json_pack("{s:s}", "state", "opened"));
		json_decref(stats);
		json_decref(segments);
	}
}

/* ---- The ledger ---- */

START_TEST(no_ledger_no_capture)
{
	speaker ann;
	speaker_record(&ann, &w);
	speak(&ann);
	world_await_written(&w, 5);
	break_ledger(&ann);
	ck_assert_uint_eq(peer_count(ann.peer, "{s:s, s:b}", "event", "capture", "capturing", false), 1);
	speak(&ann);
	mend_ledger(&ann);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	ASSERT_NUMBERS(&w, ann.id, "a", 1, 2, 3, 4, 5, 11, 12, 13, 14, 15);

	json_t *segments = world_entries(&w, "segment"), *activities = world_entries(&w, "activity");
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s}", "state", "opened")), 2);
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s, s:i}", "state", "closed", "packets", 5)), 2);
	ck_assert_uint_eq(entry_count(activities, json_pack("{s:s}", "state", "paused")), 1);
	json_decref(segments);
	json_decref(activities);
	world_verify(&w);
	speaker_clear(&ann);
}
END_TEST

/* Nobody writes an entry meanwhile: the store is looked at all the same. */
START_TEST(an_idle_ledger_that_is_lost_ends_capture)
{
	speaker ann;
	speaker_record(&ann, &w);
	speak(&ann);
	world_await_written(&w, 5);
	world_break_ledger(&w);
	peer_await(ann.peer, "{s:s, s:b}", "event", "capture", "capturing", false);
	peer_await(ann.peer, "{s:s, s:s}", "event", "activity", "state", "paused");
	speak(&ann);
	mend_ledger(&ann);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	ASSERT_NUMBERS(&w, ann.id, "a", 1, 2, 3, 4, 5, 11, 12, 13, 14, 15);
	world_verify(&w);
	speaker_clear(&ann);
}
END_TEST

/* What goes in between the failure and its being noticed waits for an entry that never comes. */
START_TEST(nothing_of_an_unrecorded_segment_is_kept)
{
	speaker ann;
	speaker_join(&ann, &w, "Ann", 11);
	speaker_agree(&ann);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	ck_assert_int_eq(world_stop(&w, ROOM, "record"), 0);
	peer_await(ann.peer, "{s:s, s:s}", "event", "activity", "state", "stopped");
	/* While something is captured the ledger is looked at unasked. */
	await_finished();

	world_break_ledger(&w);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	speak(&ann);
	peer_await(ann.peer, "{s:s, s:s}", "event", "activity", "state", "paused");
	speak(&ann);
	speaker_leave(&ann);
	world_mend_ledger(&w);
	world_close(&w);
	assert_captured(&w, ann.id, "a", 1, 0);
	world_verify(&w);
	speaker_clear(&ann);
}
END_TEST

START_TEST(a_grant_that_is_not_kept_is_none)
{
	speaker ann, bob;
	speaker_record(&ann, &w);
	speaker_join(&bob, &w, "Bob", 12);
	break_ledger(&ann);
	ck_assert_int_eq(peer_decide(bob.peer, "record", MEDIUM_AUDIO, "granted"), 708);
	ck_assert_uint_eq(decided(&bob, "undecided"), 1);
	mend_ledger(&ann);
	speak(&bob);
	ck_assert_uint_eq(decided(&bob, "undecided"), 1);
	ck_assert_uint_eq(peer_count(ann.peer, "{s:s, s:s}", "event", "decision", "participant", bob.id), 0);
	speaker_agree(&bob);
	speak(&bob);
	speaker_leave(&ann);
	speaker_leave(&bob);
	world_close(&w);
	assert_captured(&w, bob.id, "a", 6, 10);
	json_t *decisions = world_entries(&w, "decision");
	ck_assert_uint_eq(entry_count(decisions, json_pack("{s:s}", "participant", bob.id)), 1);
	json_decref(decisions);
	speaker_clear(&ann);
	speaker_clear(&bob);
}
END_TEST

static json_t *withdraw(speaker *s)
{
	return peer_ask(s->peer, "{s:s}", "request", "consent_withdraw");
}

static json_t *withdraw_and_erase(speaker *s)
{
	return peer_ask(s->peer, "{s:s, s:b}", "request", "consent_withdraw", "erase", 1);
}

static json_t *refuse(speaker *s)
{
	return peer_ask(s->peer, "{s:s, s:[o]}", "request", "consent_decide", "decisions",
		decision_of(&w, "record", MEDIUM_AUDIO, "refused"));
}

#define STANDS "nothing of it is captured any more, and this stands"

static const struct {
	const char *becomes;
	json_t *(*act)(speaker *s);
	const char *saying;
	bool erased;
} closings[] = {{"withdrawn", withdraw, STANDS, false}, {"refused", refuse, STANDS, false},
	{"withdrawn", withdraw_and_erase, "the erasure follows by itself; " STANDS, true}};

static void assert_stands(json_t *answer, const char *saying)
{
	ck_assert_msg(g_str_has_prefix(text_of(answer, "error"), saying), "%s", text_of(answer, "error"));
	ck_assert_int_eq(code_of(answer), 708);
}

START_TEST(what_was_closed_stays_closed)
{
	speaker ann;
	speaker_record(&ann, &w);
	speak(&ann);
	world_await_written(&w, 5);
	break_ledger(&ann);
	assert_stands(closings[_i].act(&ann), closings[_i].saying);
	ck_assert_uint_eq(decided(&ann, closings[_i].becomes), 1);
	mend_ledger(&ann);
	speak(&ann);
	ck_assert_uint_eq(decided(&ann, closings[_i].becomes), 1);
	speaker_leave(&ann);
	world_close(&w);
	if (!closings[_i].erased)
		assert_captured(&w, ann.id, "a", 1, 5);

	json_t *decisions = world_entries(&w, "decision");
	json_t *last = json_array_get(decisions, json_array_size(decisions) - 1);
	ck_assert_uint_eq(json_array_size(decisions), 2);
	ck_assert_uint_eq(
		entry_count(json_object_get(last, "decisions"),
			json_pack("{s:s, s:s}", "medium", "audio", "decision", closings[_i].becomes)),
		1);
	json_decref(decisions);
	speaker_clear(&ann);
}
END_TEST

/* Of a request that grants and refuses the refusal alone remains. */
START_TEST(half_a_request_is_kept_when_it_closes)
{
	speaker ann;
	speaker_record(&ann, &w);
	break_ledger(&ann);
	ck_assert_int_eq(code_of(peer_ask(ann.peer, "{s:s, s:[o, o]}", "request", "consent_decide",
				 "decisions", decision_of(&w, "record", MEDIUM_AUDIO, "refused"),
				 decision_of(&w, "record", MEDIUM_VIDEO, "granted"))),
		708);
	mend_ledger(&ann);
	ck_assert_uint_eq(decided(&ann, "refused"), 1);
	speaker_leave(&ann);
	world_close(&w);
	json_t *decisions = world_entries(&w, "decision"), *entry, *all = json_array();
	size_t i;
	json_array_foreach (decisions, i, entry)
		json_array_extend(all, json_object_get(entry, "decisions"));
	ck_assert_uint_eq(entry_count(all, json_pack("{s:s}", "medium", "video")), 0);
	ck_assert_uint_eq(
		entry_count(all, json_pack("{s:s, s:s}", "medium", "audio", "decision", "refused")), 1);
	json_decref(all);
	json_decref(decisions);
	speaker_clear(&ann);
}
END_TEST

START_TEST(nothing_starts_without_a_ledger)
{
	speaker ann;
	speaker_record(&ann, &w);
	break_ledger(&ann);
	ck_assert_int_eq(world_start(&w, ROOM, "train"), 708);
	ck_assert_uint_eq(peer_count(ann.peer, "{s:s, s:s}", "event", "notice", "purpose", "train"), 0);
	mend_ledger(&ann);
	ck_assert_int_eq(world_start(&w, ROOM, "train"), 0);
	speaker_clear(&ann);
}
END_TEST

START_TEST(no_key_is_bound_without_a_ledger)
{
	speaker ann;
	holder bob;
	speaker_record(&ann, &w);
	holder_join(&bob, &w, "Bob", NULL);
	break_ledger(&ann);
	ck_assert_int_eq(code_of(holder_ask_bind(&bob)), 708);
	mend_ledger(&ann);
	/* Who has none need not sign. */
	ck_assert_int_eq(peer_decide(bob.peer, "record", MEDIUM_AUDIO, "granted"), 0);
	holder_bind(&bob);
	ck_assert_int_eq(peer_decide(bob.peer, "record", MEDIUM_AUDIO, "granted"), 706);
	holder_clear(&bob);
	speaker_clear(&ann);
}
END_TEST

START_TEST(who_leaves_meanwhile_is_kept_later)
{
	speaker ann, bob;
	speaker_record(&ann, &w);
	speaker_join(&bob, &w, "Bob", 12);
	speaker_agree(&bob);
	speak(&bob);
	world_await_written(&w, 5);
	break_ledger(&ann);
	speaker_leave(&bob);
	ck_assert_int_eq(world_stop(&w, ROOM, "record"), 0);
	speaker_leave(&ann);
	world_mend_ledger(&w);
	world_close(&w);
	json_t *leaves = world_entries(&w, "leave"), *segments = world_entries(&w, "segment");
	json_t *meetings_kept = world_entries(&w, "meeting");
	ck_assert_uint_eq(json_array_size(leaves), 2);
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s}", "state", "opened")),
		entry_count(segments, json_pack("{s:s}", "state", "closed")));
	ck_assert_uint_eq(json_array_size(meetings_kept), 2);
	json_decref(leaves);
	json_decref(segments);
	json_decref(meetings_kept);
	assert_captured(&w, bob.id, "a", 1, 5);
	world_verify(&w);
	speaker_clear(&ann);
	speaker_clear(&bob);
}
END_TEST

/* ---- The disk ---- */

START_TEST(no_disk_no_capture)
{
	speaker ann;
	speaker_join(&ann, &w, "Ann", 11);
	speaker_agree(&ann);
	world_break_disk(&w);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	speak(&ann);
	json_t *ended = peer_await(ann.peer, "{s:s, s:b}", "event", "capture", "capturing", false);
	ck_assert(json_is_string(json_object_get(ended, "reason")));
	peer_await(ann.peer, "{s:s, s:s}", "event", "activity", "state", "paused");
	speak(&ann);
	world_mend_disk(&w);
	peer_await(ann.peer, "{s:s, s:s}", "event", "activity", "state", "running");
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	assert_captured(&w, ann.id, "a", 11, 15);

	json_t *segments = world_entries(&w, "segment");
	json_t *failed =
		entry_find(segments, json_pack("{s:s, s:i, s:n}", "state", "closed", "packets", 0, "file"));
	ck_assert(g_str_has_prefix(text_of(failed, "reason"), "disk: "));
	ck_assert_int_eq(integer_of(failed, "lost"), 5);
	json_decref(failed);
	json_decref(segments);
	speaker_clear(&ann);
}
END_TEST

START_TEST(both_must_be_back)
{
	speaker ann;
	speaker_join(&ann, &w, "Ann", 11);
	speaker_agree(&ann);
	world_break_disk(&w);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	speak(&ann);
	peer_await(ann.peer, "{s:s, s:s}", "event", "activity", "state", "paused");
	world_break_ledger(&w);
	ck_assert_int_eq(peer_decide(ann.peer, "train", MEDIUM_AUDIO, "granted"), 708);
	world_mend_ledger(&w);
	/* A start is refused until the ledger is back. */
	while (world_start(&w, ROOM, "train") == 708)
		g_thread_yield();
	speak(&ann);
	ck_assert_uint_eq(peer_count(ann.peer, "{s:s, s:b}", "event", "capture", "capturing", true), 1);
	world_mend_disk(&w);
	peer_await(ann.peer, "{s:s, s:s, s:s}", "event", "activity", "purpose", "record", "state", "running");
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	assert_captured(&w, ann.id, "a", 11, 15);
	speaker_clear(&ann);
}
END_TEST

static void add_ledger(TCase *tests)
{
	tcase_add_test(tests, no_ledger_no_capture);
	tcase_add_test(tests, an_idle_ledger_that_is_lost_ends_capture);
	tcase_add_test(tests, nothing_of_an_unrecorded_segment_is_kept);
	tcase_add_test(tests, a_grant_that_is_not_kept_is_none);
	tcase_add_loop_test(tests, what_was_closed_stays_closed, 0, G_N_ELEMENTS(closings));
	tcase_add_test(tests, half_a_request_is_kept_when_it_closes);
	tcase_add_test(tests, nothing_starts_without_a_ledger);
	tcase_add_test(tests, no_key_is_bound_without_a_ledger);
	tcase_add_test(tests, who_leaves_meanwhile_is_kept_later);
}

static void add_disk(TCase *tests)
{
	tcase_add_test(tests, no_disk_no_capture);
	tcase_add_test(tests, both_must_be_back);
}

int main(void)
{
	Suite *suite = suite_create("meeting_failures");

	add_ledger(suite_case(suite, "ledger", setup, teardown));
	add_disk(suite_case(suite, "disk", setup, teardown));
	return run_capture_suite(suite);
}
