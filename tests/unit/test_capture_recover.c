/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a crash may leave of a recording, and what becomes of it. */
#include "base/error.h"
#include "capture/mjr_format.h"
#include "capture_support.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FRAMES 4u
#define FRAME_SIZE (MJR_FRAME_HEADER_SIZE + NUMBERED_SIZE)
#define FILE_NAME "room/a.mjr"

static char *folder;
static closing whole; /* what on_closed said of the file as it was written */
static char *bytes;   /* of that file */
static gsize size;

static char *in_folder(const char *file)
{
	return g_build_filename(folder, file, NULL);
}

static void put_file(const char *content, gsize length)
{
	g_autofree char *path = in_folder(FILE_NAME);
	FILE *file = fopen(path, "wb"); /* GLib would sync it each time */
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(content, 1, length, file), length);
	ck_assert_int_eq(fclose(file), 0);
}

/* The real thing writes the file that the tests then tear. */
static void setup(void)
{
	folder = scratch_new();
	listener heard;
	listener_init(&heard);
	capture_options options = listener_options(&heard);
	options.recordings = folder;
	capture *c = capture_create(&options, NULL);
	capture_track *t = capture_track_new(c);
	segment_spec spec = opus_spec("a");
	capture_segment_confirm(capture_track_open(t, &spec), true);
	send_numbers(t, 1, FRAMES);
	capture_track_free(t, "left");
	capture_destroy(c);
	whole = *listener_await(&heard, "a");
	listener_clear(&heard);
	g_autofree char *path = in_folder(FILE_NAME);
	ck_assert(g_file_get_contents(path, &bytes, &size, NULL));
	ck_assert_uint_eq(size, whole.result.bytes);
}

static void teardown(void)
{
	g_free(bytes);
	scratch_remove(folder);
}

static void check_marks(const packet_mark *mark, unsigned number)
{
	ck_assert_uint_eq(mark->seq, number);
	ck_assert_uint_eq(mark->timestamp, number * 960);
	ck_assert_int_ge(mark->at_ms, whole.result.first.at_ms - 1);
	ck_assert_int_le(mark->at_ms, whole.result.last.at_ms + 1);
}

static void check_hash(const segment_result *found)
{
	char hex[HASH_HEX_SIZE];
	ck_assert_str_eq(found->sha256, hash_bytes_hex(bytes, found->bytes, hex));
}

static void check_gone(const segment_result *found)
{
	g_autofree char *path = in_folder(FILE_NAME);
	ck_assert_ptr_null(found->file);
	ck_assert_uint_eq(found->packets, 0);
	ck_assert_uint_eq(found->bytes, 0);
	ck_assert_str_eq(found->sha256, "");
	ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
}

static void check_frames(const segment_result *found, unsigned frames)
{
	g_autofree char *path = in_folder(FILE_NAME);
	struct stat status;
	ck_assert_str_eq(found->file, FILE_NAME);
	ck_assert_str_eq(found->reason, "crash");
	ck_assert_uint_eq(found->packets, frames);
	ck_assert_uint_eq(found->bytes, size - (FRAMES - frames) * FRAME_SIZE);
	ck_assert_uint_eq(found->ssrc, TEST_SSRC);
	check_marks(&found->first, 1);
	check_marks(&found->last, frames);
	check_hash(found);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq((uint64_t)status.st_size, found->bytes);
}

static segment_result recover(void)
{
	segment_result found;
	g_autoptr(GError) error = NULL;
	ck_assert_msg(
		capture_recover(folder, FILE_NAME, NULL, &found, &error), "%s", error ? error->message : "");
	return found;
}

START_TEST(a_whole_file_stays_as_it_is)
{
	segment_result found = recover();
	check_frames(&found, FRAMES);
	ck_assert_str_eq(found.sha256, whole.result.sha256);
	ck_assert_int_eq(found.first.at_ms, whole.result.first.at_ms);
}
END_TEST

START_TEST(torn_at_every_byte)
{
	gsize header = size - FRAMES * FRAME_SIZE;
	for (gsize length = 0; length <= size; length++) {
		unsigned frames = length < header ? 0 : (unsigned)((length - header) / FRAME_SIZE);
		put_file(bytes, length);
		segment_result found = recover();
		if (frames == 0) {
			check_gone(&found);
			continue;
		}
		check_frames(&found, frames);
		if (length % 8)
			continue;
		found = recover(); /* a crash while recovering is as good as none */
		check_frames(&found, frames);
	}
}
END_TEST

/* After a power cut a file may end in zeroes, or in what another one held. */
START_TEST(garbage_at_the_end)
{
	static const char tails[][17] = {"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "MEET\0\0\0\1\0\0------",
		"MEET\0\0\0\1\377\377------", "MEET\0\0\0\1\0\5------", "MJR00002\0\2{}----"};
	g_autoptr(GByteArray) file = g_byte_array_new();
	g_byte_array_append(file, (guint8 *)bytes, (guint)size);
	g_byte_array_append(file, (const guint8 *)tails[_i], 16);
	put_file((char *)file->data, file->len);
	segment_result found = recover();
	check_frames(&found, FRAMES);
}
END_TEST

static bool refuse(const char *file, int code)
{
	segment_result found = {.packets = 42};
	g_autoptr(GError) error = NULL;
	bool good = capture_recover(folder, file, NULL, &found, &error);
	return !good && found.packets == 0 && !found.file && g_error_matches(error, CONSENT_ERROR, code);
}

START_TEST(others_files_are_left_alone)
{
	static const char *const foreign[] = {
		"#!/bin/sh\n", "MJR00001--------", "MJ--------", "MEETECHO\0\5audio"};
	for (unsigned i = 0; i < G_N_ELEMENTS(foreign); i++) {
		g_autofree char *path = in_folder(FILE_NAME), *after = NULL;
		gsize length;
		put_file(foreign[i], 10);
		ck_assert_msg(refuse(FILE_NAME, CONSENT_ERROR_FILE), "%s", foreign[i]);
		ck_assert(g_file_get_contents(path, &after, &length, NULL));
		ck_assert_uint_eq(length, 10);
		ck_assert_mem_eq(after, foreign[i], 10);
	}
	put_file("MJR00002\0\3{}}", 13);
	ck_assert(refuse(FILE_NAME, CONSENT_ERROR_FILE));
	put_file("MJR00002\0\2{}", 12);
	ck_assert(refuse(FILE_NAME, CONSENT_ERROR_FILE));
}
END_TEST

START_TEST(no_file_is_no_packets)
{
	ck_assert(refuse("room/b.mjr", CONSENT_ERROR_NOT_FOUND));
	ck_assert(refuse("elsewhere/a.mjr", CONSENT_ERROR_NOT_FOUND));
}
END_TEST

START_TEST(what_is_no_file)
{
	g_autofree char *fifo = in_folder("fifo.mjr"), *link = in_folder("link.mjr"),
			*target = in_folder(FILE_NAME);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert_int_eq(symlink(target, link), 0);
	ck_assert(refuse("fifo.mjr", CONSENT_ERROR_FILE));
	ck_assert(refuse("link.mjr", CONSENT_ERROR_FILE));
	ck_assert(refuse("room", CONSENT_ERROR_FILE));
}
END_TEST

START_TEST(places_outside)
{
	static const char *const outside[] = {"", "..", "../a.mjr", "/etc/passwd", "room/../../a.mjr",
		"room/", "room//a.mjr", "./room/a.mjr", "room/\x01.mjr"};
	for (unsigned i = 0; i < G_N_ELEMENTS(outside); i++)
		ck_assert_msg(refuse(outside[i], CONSENT_ERROR_FILE), "%s", outside[i]);
}
END_TEST

/* Data channels: the time stands in the frame. */
START_TEST(data_frames)
{
	g_autoptr(GByteArray) file = g_byte_array_new();
	segment_spec spec = {.medium = MEDIUM_DATA, .codec = "text"};
	packet p = {(const uint8_t *)"", 0, 1, 0, 1700000000123456};
	mjr_format_header(file, &spec, 1, 1700000000123456);
	mjr_format_frame(file, MEDIUM_DATA, 0, &p);
	p = (packet){(const uint8_t *)"hello", 5, 1, 70, 1700000000193456};
	mjr_format_frame(file, MEDIUM_DATA, 0, &p);
	guint good = file->len;
	g_byte_array_append(file, (const guint8 *)"MEET\0\0\0\1\0\7-------", 17); /* no room for a time */
	put_file((char *)file->data, file->len);
	segment_result found = recover();
	ck_assert_uint_eq(found.packets, 2);
	ck_assert_uint_eq(found.bytes, good);
	ck_assert_uint_eq(found.ssrc, 0);
	ck_assert_int_eq(found.first.at_ms, 1700000000123);
	ck_assert_int_eq(found.last.at_ms, 1700000000193);
	ck_assert_uint_eq(found.last.seq, 0);
}
END_TEST

/* Records without end, and says so on `ready` once something is in the file. */
static void record_until_killed(int ready)
{
	recorder r;
	capture_stats stats = {0};
	segment_spec spec = opus_spec("killed");
	recorder_init(&r, folder);
	recorder_open(&r, &spec);
	for (uint64_t number = 1;; sched_yield()) {
		send_number(r.track, number++);
		if (stats.packets)
			continue;
		capture_get_stats(r.capture, &stats);
		if (stats.packets && write(ready, "!", 1) != 1)
			_exit(1);
	}
}

static void kill_at_random(GRand *rand)
{
	int ready[2];
	char byte;
	ck_assert_int_eq(pipe(ready), 0);
	pid_t child = fork();
	if (child == 0)
		record_until_killed(ready[1]);
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	g_usleep((gulong)g_rand_int_range(rand, 0, 30000));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(ready[0]);
}

/* A process that is killed leaves whole frames, but for the last. */
START_TEST(killed_at_any_moment)
{
	g_autoptr(GRand) rand = announced_rand();
	for (unsigned round = 0; round < 20; round++) {
		g_autofree char *path = in_folder("room/killed.mjr"), *left = NULL;
		segment_result found;
		gsize length;
		char hex[HASH_HEX_SIZE];
		kill_at_random(rand);
		ck_assert(capture_recover(folder, "room/killed.mjr", NULL, &found, NULL));
		ck_assert_uint_ge(found.packets, 1);
		ck_assert_uint_eq(found.first.seq, 1);
		ck_assert(g_file_get_contents(path, &left, &length, NULL));
		ck_assert_uint_eq(length, found.bytes);
		ck_assert_uint_eq(
			length % FRAME_SIZE, size % FRAME_SIZE); /* a header as long as the other one's */
		ck_assert_str_eq(hash_bytes_hex(left, length, hex), found.sha256);
		ck_assert_int_eq(unlink(path), 0);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture_recover");
	TCase *tests = tcase_create("recover");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_whole_file_stays_as_it_is);
	tcase_add_test(tests, torn_at_every_byte);
	tcase_add_loop_test(tests, garbage_at_the_end, 0, 5);
	tcase_add_test(tests, others_files_are_left_alone);
	tcase_add_test(tests, no_file_is_no_packets);
	tcase_add_test(tests, what_is_no_file);
	tcase_add_test(tests, places_outside);
	tcase_add_test(tests, data_frames);
	tcase_add_test(tests, killed_at_any_moment);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
