/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erasing what was captured: the keys first, then the files, then the ledger says that they are gone. */
#include "base/error.h"
#include "ledger/erasable.h"
#include "ledger/segmentkeys.h"
#include "meeting/private.h"
#include "meeting_evidence.h"
#include "meeting_speaker.h"

#include <glib/gstdio.h>

static world w;

/* Each test on encrypted and on plain files. */
enum { ON_SEALED, ON_PLAIN, KINDS };

static void begin(int kind)
{
	world_init(&w);
	world_close(&w);
	w.settings->plain_files = kind == ON_PLAIN;
	world_open(&w);
}

static void end(speaker *ann)
{
	speaker_clear(ann);
	world_verify(&w);
	world_clear(&w);
}

static unsigned count_files(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;
	unsigned count = dir ? 0 : g_file_test(path, G_FILE_TEST_IS_REGULAR);
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *child = g_build_filename(path, name, NULL);
		count += count_files(child);
	}
	return count;
}

static unsigned files(void)
{
	return count_files(w.settings->recordings);
}

static bool has_value(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *name = g_strdup_vprintf(format, arguments), *value = NULL;
	va_end(arguments);
	g_autoptr(ledger_reader) r = ledger_reader_open(w.settings->store, NULL);
	ck_assert(r && ledger_value(r, name, &value, NULL));
	return value != NULL;
}

static json_int_t withdraw_erasing(speaker *who, const char *purpose)
{
	json_t *answer = purpose
		? peer_ask(who->peer, "{s:s, s:b, s:[s]}", "request", "consent_withdraw", "erase", true,
			  "purposes", purpose)
		: peer_ask(who->peer, "{s:s, s:b}", "request", "consent_withdraw", "erase", true);
	json_int_t erased =
		json_is_string(json_object_get(answer, "receipt")) || json_object_get(answer, "erased")
		? integer_of(answer, "erased")
		: -1;
	json_decref(answer);
	return erased;
}

/* Two segments of Ann's. */
static void record_two(speaker *ann)
{
	speaker_record(ann, &w);
	speak(ann);
	ck_assert_int_eq(world_stop(&w, ROOM, "record"), 0);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	speak(ann);
}

START_TEST(a_withdrawal_erases)
{
	speaker ann;
	begin(_i);
	record_two(&ann);
	ck_assert_int_eq(withdraw_erasing(&ann, NULL), 2);
	ck_assert_uint_eq(files(), 0);
	ck_assert(!has_value("grant-key/%s/record/audio", ann.id));
	ck_assert_uint_eq(world_segments(&w, "erased"), 2);
	ck_assert_uint_eq(world_segments(&w, "closed"), 2);
	/* Who agrees again is captured again, under other keys. */
	speaker_agree(&ann);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	ck_assert_uint_eq(files(), 1);
	ck_assert(has_value("grant-key/%s/record/audio", ann.id) == (_i == ON_SEALED));
	ck_assert_uint_eq(world_segments(&w, "closed"), 3);
	end(&ann);
}
END_TEST

START_TEST(what_was_withdrawn_before_can_be_erased_later)
{
	speaker ann;
	begin(_i);
	record_two(&ann);
	speaker_withdraw(&ann);
	ck_assert_int_eq(withdraw_erasing(&ann, NULL), 2);
	ck_assert_int_eq(withdraw_erasing(&ann, NULL), 0);
	ck_assert_uint_eq(files(), 0);
	end(&ann);
}
END_TEST

/* A segment lives as long as one of its purposes. */
START_TEST(other_purposes_keep_a_segment)
{
	speaker ann;
	begin(_i);
	speaker_record(&ann, &w);
	speak(&ann);
	ck_assert_int_eq(world_start(&w, ROOM, "train"), 0);
	ck_assert_int_eq(peer_decide(ann.peer, "train", MEDIUM_AUDIO, "granted"), 0);
	speak(&ann);
	ck_assert_int_eq(withdraw_erasing(&ann, "record"), 1);
	speak(&ann);
	ck_assert(!has_value("grant-key/%s/record/audio", ann.id));
	ck_assert(has_value("grant-key/%s/train/audio", ann.id) == (_i == ON_SEALED));
	ck_assert_int_eq(withdraw_erasing(&ann, "train"), 2);
	ck_assert_uint_eq(files(), 0);
	end(&ann);
}
END_TEST

START_TEST(of_others_nothing_is_erased)
{
	speaker ann, bob;
	begin(_i);
	speaker_record(&ann, &w);
	speaker_join(&bob, &w, "Bob", 12);
	speaker_agree(&bob);
	speak(&ann);
	speak(&bob);
	ck_assert_int_eq(withdraw_erasing(&ann, NULL), 1);
	speaker_leave(&ann);
	speaker_leave(&bob);
	world_close(&w);
	ck_assert_uint_eq(files(), 1);
	ck_assert(has_value("grant-key/%s/record/audio", bob.id) == (_i == ON_SEALED));
	speaker_clear(&bob);
	end(&ann);
}
END_TEST

/* The withdrawal holds at once, the erasure follows when the ledger is back. */
START_TEST(erased_when_the_ledger_is_back)
{
	speaker ann;
	begin(_i);
	record_two(&ann);
	world_await_written(&w, 10);
	world_break_ledger(&w);
	ck_assert_int_eq(withdraw_erasing(&ann, NULL), -1);
	world_mend_ledger(&w);
	world_await_segments(&w, "erased", 2);
	ck_assert_uint_eq(files(), 0);
	end(&ann);
}
END_TEST

static void append(const char *type, json_t *body, json_t *values)
{
	ck_assert(ledger_append_beside_with(w.settings->store, NULL, type, body, NULL, values, NULL));
}

static erasable *held_segment(void)
{
	json_t *segments = world_entries(&w, "segment");
	json_t *opened = entry_find(segments, json_pack("{s:s}", "state", "opened"));
	g_autoptr(ledger_reader) r = ledger_reader_open(w.settings->store, NULL);
	erasable *e = erasable_segment(r, text_of(opened, "segment"), NULL);
	json_decref(opened);
	json_decref(segments);
	return e;
}

/* As if the writer were still at it, with what it knows of the segment in `context`; NULL: not any more. */
static void hold(const char *segment, void *context)
{
	SCOPE_LOCK(&w.all->lock);
	if (context)
		g_hash_table_insert(w.all->live, g_strdup(segment), context);
	else
		g_hash_table_remove(w.all->live, segment);
	g_cond_broadcast(&w.all->finished);
}

/* Where a crash came between the keys and the files. */
START_TEST(the_next_start_finishes)
{
	speaker ann;
	begin(_i);
	speaker_record(&ann, &w);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	erasable *e = held_segment();
	append("segment", erasable_body(e, "erasing", "asked for", "test"), erasable_forget(e));
	ck_assert_uint_eq(files(), 1);
	world_open(&w);
	ck_assert_uint_eq(files(), 0);
	ck_assert_uint_eq(world_segments(&w, "erased"), 1);
	world_close(&w);
	world_open(&w);
	ck_assert_uint_eq(world_segments(&w, "erased"), 1);
	erasable_free(e);
	end(&ann);
}
END_TEST

START_TEST(the_next_start_finishes_a_withdrawal)
{
	speaker ann;
	begin(_i);
	speaker_record(&ann, &w);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	json_t *values = json_object();
	segmentkeys_forget_grant(values, ann.id, "record", "audio");
	append("decision",
		json_pack("{s:s, s:s, s:b, s:[{s:s, s:s, s:s}]}", "participant", ann.id, "how", "withdraw",
			"erase", true, "decisions", "purpose", "record", "medium", "audio", "decision",
			"withdrawn"),
		values);
	world_open(&w);
	ck_assert_uint_eq(files(), 0);
	ck_assert_uint_eq(world_segments(&w, "erased"), 1);
	speaker_clear(&ann);
	world_clear(&w);
}
END_TEST

/* The eraser waits for a writer that does not get done with the segment; countdowns end all the same. */
START_TEST(time_goes_on_while_an_erasure_waits)
{
	char writing[1024] = "";
	speaker ann;
	begin(_i);
	speaker_record(&ann, &w);
	ck_assert_int_eq(world_stop(&w, ROOM, "record"), 0);
	world_await_segments(&w, "closed", 1);
	erasable *e = held_segment();
	append("segment", erasable_body(e, "erasing", "asked for", "test"), erasable_forget(e));
	hold(e->segment, writing);
	erasure_postpone(w.all, ann.id, "withdrawn", "participant");
	ck_assert_int_eq(code_of(world_ask_admin(&w, "{s:s, s:i, s:s, s:i}", "request", "consent_start",
				 "room", ROOM, "purpose", "train", "countdown", 1)),
		0);
	peer_await(ann.peer, "{s:s, s:s, s:s}", "event", "activity", "purpose", "train", "state", "running");
	ck_assert_mem_eq(writing, (char[sizeof writing]){0}, sizeof writing);
	hold(e->segment, NULL);
	world_await_segments(&w, "erased", 1);
	erasable_free(e);
	end(&ann);
}
END_TEST

static json_int_t admin_erase(const char *what, const char *id)
{
	json_t *answer = world_ask_admin(
		&w, "{s:s, s:s, s:s}", "request", "consent_erase", what, id, "reason", "asked for by mail");
	json_int_t erased = json_object_get(answer, "error_code") ? -integer_of(answer, "error_code")
								  : integer_of(answer, "erased");
	json_decref(answer);
	return erased;
}

START_TEST(an_admin_erases_a_segment_that_is_being_captured)
{
	speaker ann;
	begin(_i);
	speaker_record(&ann, &w);
	json_t *event = peer_await(ann.peer, "{s:s, s:b}", "event", "capture", "capturing", true);
	g_autofree char *segment = g_strdup(text_of(event, "segment"));
	speak(&ann);
	ck_assert_int_eq(admin_erase("segment", segment), 1);
	ck_assert_int_eq(admin_erase("segment", segment), -712);
	/* Capture goes on. */
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	ck_assert_uint_eq(files(), 1);
	ck_assert(!has_value("segment-key/%s/record", segment));
	ck_assert(has_value("grant-key/%s/record/audio", ann.id) == (_i == ON_SEALED));
	end(&ann);
}
END_TEST

/* Who was is gone for everybody, and who is there now has agreed to nothing. */
static void expect_forgotten(peer *witness, const char *id)
{
	json_t *gone = peer_await(witness, "{s:s, s:s, s:s, s:n}", "event", "decision", "how", "erase",
		"participant", id, "feed");
	ck_assert_str_eq(text_of(json_object_get(gone, "decisions"), "audio"), "undecided");
	json_t *anew =
		peer_await(witness, "{s:s, s:s, s:i}", "event", "decision", "how", "erase", "feed", 11);
	ck_assert_str_ne(text_of(anew, "participant"), id);
	ck_assert(json_is_null(json_object_get(anew, "display")));
	ck_assert_str_eq(text_of(json_object_get(anew, "decisions"), "audio"), "undecided");
}

START_TEST(an_admin_erases_a_participant)
{
	speaker ann;
	begin(_i);
	peer *bob = peer_join(&w, ROOM, 12, "Bob");
	record_two(&ann);
	ck_assert_int_eq(admin_erase("participant", ann.id), 2);
	expect_forgotten(bob, ann.id);
	peer_free(bob);
	ck_assert_uint_eq(world_segments(&w, "erased"), 2);
	/* What they had granted has ended. */
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	ck_assert_uint_eq(files(), 0);
	world_open(&w);
	ck_assert_int_eq(admin_erase("participant", ann.id), 0);
	ck_assert_int_eq(admin_erase("participant", "nobody"), -712);
	ck_assert_int_eq(admin_erase("segment", "none"), -712);
	speaker_clear(&ann);
	world_clear(&w);
}
END_TEST

/* What cannot be removed is not said to be gone. */
START_TEST(a_file_that_stays_is_not_erased)
{
	speaker ann;
	begin(_i);
	record_two(&ann);
	speaker_withdraw(&ann);
	speaker_leave(&ann);
	world_close(&w);
	g_autofree char *room = g_build_filename(w.settings->recordings, "1234", NULL);
	g_autofree char *away = g_build_filename(w.folder, "away", NULL);
	world_open(&w);
	ck_assert_int_eq(g_rename(room, away), 0);
	ck_assert(g_file_set_contents(room, "", 0, NULL)); /* a file where the folder was */
	ck_assert_int_eq(admin_erase("participant", ann.id), 0);
	ck_assert_uint_eq(world_segments(&w, "erased"), 0);
	ck_assert(!has_value("grant-key/%s/record/audio", ann.id));
	world_close(&w);
	ck_assert_int_eq(g_unlink(room), 0);
	ck_assert_int_eq(g_rename(away, room), 0);
	world_open(&w);
	ck_assert_uint_eq(world_segments(&w, "erased"), 2);
	ck_assert_uint_eq(files(), 0);
	end(&ann);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("meeting_erasure");
	TCase *tests = tcase_create("erasure");
	tcase_add_loop_test(tests, a_withdrawal_erases, 0, KINDS);
	tcase_add_loop_test(tests, what_was_withdrawn_before_can_be_erased_later, 0, KINDS);
	tcase_add_loop_test(tests, other_purposes_keep_a_segment, 0, KINDS);
	tcase_add_loop_test(tests, of_others_nothing_is_erased, 0, KINDS);
	tcase_add_loop_test(tests, erased_when_the_ledger_is_back, 0, KINDS);
	tcase_add_loop_test(tests, the_next_start_finishes, 0, KINDS);
	tcase_add_loop_test(tests, the_next_start_finishes_a_withdrawal, 0, KINDS);
	tcase_add_loop_test(tests, an_admin_erases_a_segment_that_is_being_captured, 0, KINDS);
	tcase_add_loop_test(tests, time_goes_on_while_an_erasure_waits, 0, KINDS);
	tcase_add_loop_test(tests, an_admin_erases_a_participant, 0, KINDS);
	tcase_add_loop_test(tests, a_file_that_stays_is_not_erased, 0, KINDS);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
