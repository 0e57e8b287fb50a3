/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recordings on a disk that is full, in the way, or taken away. */
#include "capture_support.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/resource.h>

static char *folder;

static void setup(void)
{
	folder = scratch_new();
}

static void teardown(void)
{
	scratch_remove(folder);
}

static char *in_folder(const char *file)
{
	return g_build_filename(folder, file, NULL);
}

/* The file is as the result says, whole frames and no more. */
static void check_file(const closing *one)
{
	g_autofree char *path = in_folder(one->file);
	g_autofree char *bytes = NULL;
	gsize size;
	char hex[HASH_HEX_SIZE];
	ck_assert(g_file_get_contents(path, &bytes, &size, NULL));
	ck_assert_uint_eq(size, one->result.bytes);
	ck_assert_str_eq(hash_bytes_hex(bytes, size, hex), one->result.sha256);

	segment_result recovered;
	ck_assert(capture_recover(folder, one->file, NULL, &recovered, NULL));
	ck_assert_uint_eq(recovered.bytes, one->result.bytes);
	ck_assert_uint_eq(recovered.packets, one->result.packets);
	ck_assert_uint_eq(recovered.last.seq, one->result.last.seq);
}

START_TEST(no_file_before_the_first_packet)
{
	recorder r;
	recorder_init(&r, folder);
	segment_spec spec = opus_spec("a");
	recorder_open(&r, &spec);
	capture_track_close(r.track, "withdrawn");
	ck_assert_ptr_null(listener_await(&r.listener, "a")->file);
	g_autofree char *room = in_folder("room");
	ck_assert(!g_file_test(room, G_FILE_TEST_EXISTS));
	recorder_clear(&r);
}
END_TEST

/* The disk takes so many bytes of a file and no more; the signal that comes with it is not for this process.
 * The last frame is not torn, and as the probe still fits, health comes back. */
START_TEST(a_full_disk)
{
	recorder r;
	struct rlimit limit = {100000, RLIM_INFINITY};
	recorder_init(&r, folder);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	segment_spec spec = opus_spec("a");
	capture_segment *segment = capture_track_open(r.track, &spec);
	send_numbers(r.track, 1, 5000);
	capture_segment_confirm(segment, true);
	const closing *one = listener_await(&r.listener, "a");
	ck_assert_str_eq(one->reason, "disk: File too large");
	ck_assert_uint_gt(one->result.packets, 0);
	ck_assert_uint_eq(one->result.packets + one->result.lost, 5000);
	ck_assert_uint_le(one->result.bytes, 100000);
	check_file(one);
	g_autofree char *health = listener_await_health(&r.listener, 2);
	ck_assert_str_eq(health, "-+");
	recorder_clear(&r);
}
END_TEST

/* Not even the header fits: nothing is left. */
START_TEST(a_disk_that_is_quite_full)
{
	recorder r;
	struct rlimit before, limit = {20, RLIM_INFINITY};
	recorder_init(&r, folder);
	segment_spec spec = opus_spec("a");
	recorder_open(&r, &spec);
	getrlimit(RLIMIT_FSIZE, &before);
	setrlimit(RLIMIT_FSIZE, &limit); /* Check notes assertions in a file: none up to the restoring */
	send_number(r.track, 1);
	const closing *one = listener_await(&r.listener, "a");
	setrlimit(RLIMIT_FSIZE, &before);
	ck_assert_str_eq(one->reason, "disk: File too large");
	ck_assert_ptr_null(one->file);
	ck_assert_uint_eq(one->result.lost, 1);
	g_autofree char *path = in_folder("room/a.mjr");
	ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
	g_autofree char *health = listener_await_health(&r.listener, 2);
	ck_assert_str_eq(health, "-+");
	recorder_clear(&r);
}
END_TEST

START_TEST(a_folder_in_the_way)
{
	recorder r;
	recorder_init(&r, folder);
	g_autofree char *room = in_folder("room");
	ck_assert(g_file_set_contents(room, "", 0, NULL));
	segment_spec spec = opus_spec("a");
	recorder_open(&r, &spec);
	send_number(r.track, 1);
	ck_assert_str_eq(listener_await(&r.listener, "a")->reason, "disk: Not a directory");
	recorder_clear(&r);
}
END_TEST

typedef enum way_to_go {
	FILE_REMOVED,
	ALL_REMOVED,
	ALL_REPLACED, /* as when another disk is mounted there: the file still has its name, elsewhere */
	FILE_RENAMED,
} way_to_go;

static void let_go(way_to_go how, const char *aside)
{
	g_autofree char *file = in_folder("room/a.mjr"), *other = in_folder("room/b.mjr");
	if (how == FILE_RENAMED)
		ck_assert_int_eq(rename(file, other), 0);
	else if (how == ALL_REPLACED)
		ck_assert(rename(folder, aside) == 0 && g_mkdir(folder, 0700) == 0);
	else
		scratch_remove(how == ALL_REMOVED ? g_strdup(folder) : g_steal_pointer(&file));
}

/* A file that is being written goes, before the segment ends or, `meanwhile`, while packets come. */
static void lose_file(way_to_go how, bool meanwhile)
{
	recorder r;
	recorder_init(&r, folder);
	char *aside = g_strconcat(folder, ".aside", NULL);
	segment_spec spec = opus_spec("a");
	recorder_open(&r, &spec);
	uint64_t sent = 1;
	send_number(r.track, sent);
	capture_stats stats;
	do
		capture_get_stats(r.capture, &stats);
	while (!stats.packets);
	let_go(how, aside);
	for (; meanwhile && capture_track_wants(r.track); g_usleep(1000))
		send_number(r.track, ++sent);
	capture_track_close(r.track, "withdrawn");
	ck_assert_str_eq(listener_await(&r.listener, "a")->reason, "disk: No such file or directory");
	g_autofree char *health = listener_await_health(&r.listener, 2);
	ck_assert_str_eq(health, "-+"); /* the folder is made anew */
	ck_assert(g_file_test(folder, G_FILE_TEST_IS_DIR));
	recorder_clear(&r);
	scratch_remove(aside);
}

START_TEST(a_file_that_goes)
{
	lose_file((way_to_go)_i, false);
}
END_TEST

/* The media thread's gate closes by itself. */
START_TEST(a_file_that_goes_while_packets_come)
{
	lose_file((way_to_go)_i, true);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture_disk");
	TCase *tests = tcase_create("disk");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, no_file_before_the_first_packet);
	tcase_add_test(tests, a_full_disk);
	tcase_add_test(tests, a_disk_that_is_quite_full);
	tcase_add_test(tests, a_folder_in_the_way);
	tcase_add_loop_test(tests, a_file_that_goes, 0, FILE_RENAMED + 1);
	tcase_add_loop_test(tests, a_file_that_goes_while_packets_come, 0, FILE_RENAMED);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
