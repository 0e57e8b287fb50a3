/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encrypted recordings of a meeting: whose keys open what, and what a crash leaves. */
#include "base/error.h"
#include "ledger/segmentkeys.h"
#include "meeting_evidence.h"
#include "meeting_speaker.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <unistd.h>

static world w;

static void seal(world *one)
{
	world_close(one);
	one->settings->plain_files = false;
	world_open(one);
}

static void setup(void)
{
	world_init(&w);
	seal(&w);
}

static void teardown(void)
{
	world_clear(&w);
}

static operatorkey operator_key(void)
{
	operatorkey key;
	ck_assert(operatorkey_open(w.settings->capture_key, NULL, &key, NULL));
	return key;
}

/* Whether the segment's key is there; then it is in `key`. */
static bool key_of(json_t *opened, uint8_t key[SEALING_KEY_SIZE])
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ledger_reader) r = ledger_reader_open(w.settings->store, &error);
	operatorkey with = operator_key();
	bool found;
	ck_assert_msg(r && segmentkeys_open(r, &with, opened, key, &found, &error), "%s",
		error ? error->message : "");
	return found;
}

static bool reads(const char *file, const uint8_t *key, char sha256[HASH_HEX_SIZE])
{
	int fd = open("/dev/null", O_WRONLY);
	bool good = capture_read_out(w.settings->recordings, file, key, fd, sha256, NULL);
	close(fd);
	return good;
}

static void destroy(json_t *values)
{
	ck_assert(ledger_append_beside_with(
		w.settings->store, NULL, "erase", json_pack("{s:s}", "segment", "-"), NULL, values, NULL));
}

static void record_one(speaker *ann)
{
	speaker_record(ann, &w);
	speak(ann);
	speaker_leave(ann);
}

START_TEST(files_are_encrypted_and_open_with_their_keys)
{
	speaker ann;
	uint8_t key[SEALING_KEY_SIZE];
	char sha256[HASH_HEX_SIZE];
	record_one(&ann);
	world_close(&w);
	json_t *segments = world_entries(&w, "segment");
	json_t *opened = entry_find(segments, json_pack("{s:s}", "state", "opened"));
	json_t *closed = entry_find(segments, json_pack("{s:s}", "state", "closed"));
	const char *file = text_of(closed, "file");
	ck_assert_str_eq(text_of(opened, "file"), file);
	ck_assert(capture_file_is_sealed(file));
	ck_assert(key_of(opened, key));
	ck_assert(reads(file, key, sha256));
	ck_assert_str_eq(sha256, text_of(closed, "sha256"));
	world_verify(&w);
	json_decref(segments);
	json_decref(opened);
	json_decref(closed);
	speaker_clear(&ann);
}
END_TEST

/* One file, two purposes: it opens while either has its keys. */
START_TEST(any_of_several_grants_will_do)
{
	static const char *const purposes[] = {"record", "train"};
	speaker ann;
	uint8_t key[SEALING_KEY_SIZE];
	speaker_record(&ann, &w);
	ck_assert_int_eq(world_start(&w, ROOM, "train"), 0);
	ck_assert_int_eq(peer_decide(ann.peer, "train", MEDIUM_AUDIO, "granted"), 0);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	json_t *segments = world_entries(&w, "segment");
	json_t *both = entry_find(segments,
		json_pack("{s:s, s:[s, s]}", "state", "opened", "purposes", purposes[0], purposes[1]));
	ck_assert_ptr_nonnull(both);
	ck_assert(key_of(both, key));
	for (unsigned i = 0; i < 2; i++) {
		json_t *values = json_object();
		segmentkeys_forget(values, text_of(both, "segment"), purposes[i]);
		destroy(values);
		ck_assert(key_of(both, key) == (i == 0));
	}
	json_decref(segments);
	json_decref(both);
	speaker_clear(&ann);
}
END_TEST

START_TEST(a_grant_key_ends_all_its_segments)
{
	speaker ann;
	uint8_t key[SEALING_KEY_SIZE];
	speaker_record(&ann, &w);
	speak(&ann);
	ck_assert_int_eq(world_stop(&w, ROOM, "record"), 0);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	speak(&ann);
	speaker_leave(&ann);
	world_close(&w);
	json_t *segments = world_entries(&w, "segment"), *values = json_object(), *entry;
	size_t i;
	unsigned seen = 0;
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s}", "state", "opened")), 2);
	segmentkeys_forget_grant(values, ann.id, "record", "audio");
	destroy(values);
	json_array_foreach (segments, i, entry) {
		if (g_strcmp0(text_of(entry, "state"), "opened") != 0)
			continue;
		ck_assert(!key_of(entry, key));
		seen++;
	}
	ck_assert_uint_eq(seen, 2);
	json_decref(segments);
	speaker_clear(&ann);
}
END_TEST

/* A crash while a segment is open: its file is closed with the key that the ledger has. */
START_TEST(recovery_reads_encrypted_files)
{
	speaker ann;
	uint8_t key[SEALING_KEY_SIZE];
	char sha256[HASH_HEX_SIZE];
	record_one(&ann);
	world_close(&w);
	json_t *segments = world_entries(&w, "segment");
	json_t *opened = entry_find(segments, json_pack("{s:s}", "state", "opened"));
	/* As if the segment were still open: its opened entry once more, under the keys that are there. */
	json_t *again = json_deep_copy(opened);
	json_object_del(again, "index");
	json_object_del(again, "type");
	json_object_del(again, "at");
	ck_assert(ledger_append_beside(w.settings->store, "segment", again, NULL, NULL));
	world_open(&w);
	world_close(&w);
	json_t *after = world_entries(&w, "segment");
	json_t *closed = entry_find(after, json_pack("{s:s, s:s}", "state", "closed", "reason", "crash"));
	ck_assert_ptr_nonnull(closed);
	ck_assert_int_eq(integer_of(closed, "packets"), 5);
	ck_assert(key_of(opened, key));
	ck_assert(reads(text_of(closed, "file"), key, sha256));
	ck_assert_str_eq(sha256, text_of(closed, "sha256"));
	json_decref(segments);
	json_decref(after);
	json_decref(opened);
	json_decref(closed);
	speaker_clear(&ann);
}
END_TEST

static void check_no_start(const char *words)
{
	g_autoptr(GError) error = NULL;
	ck_assert_ptr_null(meetings_create(w.settings, &(meeting_host){0}, &error));
	ck_assert_msg(strstr(error->message, words) && strstr(error->message, w.settings->capture_key), "%s",
		error->message);
}

START_TEST(no_start_without_the_key)
{
	g_autofree char *away = g_strconcat(w.settings->capture_key, ".away", NULL);
	world_close(&w);
	ck_assert_int_eq(g_rename(w.settings->capture_key, away), 0);
	check_no_start("from a backup");
	operatorkey other;
	ck_assert(operatorkey_open(w.settings->capture_key, NULL, &other, NULL));
	check_no_start("put the right file back");
	/* Also where no more files are encrypted: those that are shall stay erasable and readable. */
	w.settings->plain_files = true;
	check_no_start("put the right file back");
	ck_assert_int_eq(g_rename(away, w.settings->capture_key), 0);
	world_open(&w);
}
END_TEST

START_TEST(plain_files_need_no_key)
{
	world plain;
	world_init(&plain);
	ck_assert(!g_file_test(plain.settings->capture_key, G_FILE_TEST_EXISTS));
	world_clear(&plain);
}
END_TEST

static void push(void *to, json_t *event)
{
	(void)to;
	(void)event;
}

static void keyframe(void *of, int mindex)
{
	(void)of;
	(void)mindex;
}

/* One who agrees to be recorded in that room, and sends. */
static void record_in(json_t *room)
{
	const notice *record = notices_find(meetings_notices(w.all), "record");
	decision_item item = {record, MEDIUM_AUDIO, DECISION_GRANTED};
	track_spec spec = {.mid = "a", .medium = MEDIUM_AUDIO, .codec = "opus", .sending = true};
	json_t *feed = json_integer(11);
	attendance *a = attendance_join(w.all, room, feed, "Ann", NULL);
	attendance_announce(a);
	attendance_connected(a);
	capture_track *t = attendance_track(a, &spec);
	json_decref(meeting_start(w.all, room, &(activity_request){.notice = record}, NULL));
	json_t *answer = attendance_decide(a, &(decision_request){.items = &item, .count = 1}, NULL);
	ck_assert_ptr_nonnull(answer);
	send_numbers(t, 1, 5);
	attendance_free(a);
	json_decref(answer);
	json_decref(feed);
}

/* Names that no folder could have. */
START_TEST(a_room_of_any_name_is_recorded)
{
	g_autofree char *long_name = g_strnfill(700, 'n');
	const char *const names[] = {"", "..", ".hidden", "a/b", "\x01", long_name, "日本"};
	world_close(&w);
	w.all = meetings_create(w.settings, &(meeting_host){push, keyframe}, NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
		json_t *room = json_string(names[i]);
		record_in(room);
		json_decref(room);
	}
	world_close(&w);
	json_t *segments = world_entries(&w, "segment");
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s, s:i}", "state", "closed", "packets", 5)),
		G_N_ELEMENTS(names));
	json_decref(segments);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("meeting_keys");
	TCase *tests = tcase_create("keys");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, files_are_encrypted_and_open_with_their_keys);
	tcase_add_test(tests, any_of_several_grants_will_do);
	tcase_add_test(tests, a_grant_key_ends_all_its_segments);
	tcase_add_test(tests, recovery_reads_encrypted_files);
	tcase_add_test(tests, no_start_without_the_key);
	tcase_add_test(tests, plain_files_need_no_key);
	tcase_add_test(tests, a_room_of_any_name_is_recorded);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
