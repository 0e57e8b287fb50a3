/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encrypted recordings: what is in them, what a crash leaves, and who cannot read them. */
#include "base/error.h"
#include "capture/folder.h"
#include "capture/mjr_format.h"
#include "capture_support.h"
#include "sealing/sealed.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SEALED "room/a.mjr.enc"
#define BATCHES 4u
#define BATCH 5u

static const uint8_t key[SEALING_KEY_SIZE] = "the key of this file";
static const uint8_t other_key[SEALING_KEY_SIZE] = "another key";

static char *folder;
static closing whole;
static char *bytes; /* of the encrypted file */
static gsize size;
static char *plain; /* of the same recording in the clear */
static gsize plain_size;

static char *in_folder(const char *file)
{
	return g_build_filename(folder, file, NULL);
}

static void put_file(const char *content, gsize length)
{
	g_autofree char *path = in_folder(SEALED);
	FILE *file = fopen(path, "wb");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(content, 1, length, file), length);
	ck_assert_int_eq(fclose(file), 0);
}

static char *read_out(const char *file, const uint8_t *with, gsize *ret_size, char *sha256, GError **error)
{
	g_autofree char *path = in_folder("out");
	char hex[HASH_HEX_SIZE], *text;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	bool good = capture_read_out(folder, file, with, fd, sha256 ? sha256 : hex, error);
	close(fd);
	if (!good)
		return NULL;
	ck_assert(g_file_get_contents(path, &text, ret_size, NULL));
	return text;
}

/* Several writes, so several frames, each with as many packets. */
static void record(recorder *r, const segment_spec *spec, gint64 written)
{
	capture_stats stats = {0};
	stop_passes(r->capture);
	recorder_open(r, spec);
	for (unsigned i = 0; i < BATCHES; i++) {
		send_numbers(r->track, i * BATCH + 1, BATCH);
		pass_now(r->capture);
		while (capture_get_stats(r->capture, &stats),
			stats.packets < (uint64_t)written + (i + 1) * BATCH)
			g_usleep(1000);
		stop_passes(r->capture);
	}
	capture_track_close(r->track, "left");
}

static void setup(void)
{
	recorder r;
	folder = scratch_new();
	recorder_init(&r, folder);
	segment_spec spec = opus_spec("a"), clear = opus_spec("b");
	spec.key = key;
	record(&r, &spec, 0);
	record(&r, &clear, BATCHES * BATCH);
	whole = *listener_await(&r.listener, "a");
	whole.file = g_strdup(whole.file);
	listener_await(&r.listener, "b");
	recorder_clear(&r);
	g_autofree char *path = in_folder(SEALED), *of_clear = in_folder("room/b.mjr");
	ck_assert(g_file_get_contents(path, &bytes, &size, NULL));
	ck_assert(g_file_get_contents(of_clear, &plain, &plain_size, NULL));
}

static void teardown(void)
{
	g_free(bytes);
	g_free(plain);
	g_free(whole.file);
	scratch_remove(folder);
}

/* From the first frame on; the headers differ by their times. */
static void check_same_packets(const char *mjr, gsize length, unsigned frames)
{
	gsize frame = MJR_FRAME_HEADER_SIZE + NUMBERED_SIZE;
	ck_assert_uint_eq(length, plain_size - (BATCHES * BATCH - frames) * frame);
	gsize header = plain_size - BATCHES * BATCH * frame;
	for (unsigned i = 0; i < frames; i++)
		ck_assert_mem_eq(mjr + header + i * frame + MJR_FRAME_HEADER_SIZE,
			plain + header + i * frame + MJR_FRAME_HEADER_SIZE, NUMBERED_SIZE);
}

START_TEST(reads_as_the_plain_one)
{
	char hex[HASH_HEX_SIZE], sha256[HASH_HEX_SIZE];
	gsize length;
	ck_assert_str_eq(whole.file, SEALED);
	ck_assert_uint_eq(whole.result.bytes, size);
	ck_assert_str_eq(whole.result.sha256, hash_bytes_hex(bytes, size, hex));
	g_autofree char *mjr = read_out(SEALED, key, &length, sha256, NULL);
	ck_assert_ptr_nonnull(mjr);
	ck_assert_str_eq(sha256, hex);
	check_same_packets(mjr, length, BATCHES * BATCH);
	G_GNUC_UNUSED g_autofree char *copy = read_out("room/b.mjr", NULL, &length, sha256, NULL);
	ck_assert_uint_eq(length, plain_size);
	ck_assert_mem_eq(copy, plain, length);
	ck_assert_str_eq(sha256, hash_bytes_hex(plain, plain_size, hex));
}
END_TEST

START_TEST(tells_nothing)
{
	g_autofree char *path = in_folder(SEALED);
	struct stat status;
	ck_assert_ptr_null(memmem(bytes, size, MJR_MAGIC, MJR_MAGIC_SIZE));
	ck_assert_ptr_null(memmem(bytes, size, MJR_FRAME_MAGIC, MJR_FRAME_MAGIC_SIZE));
	ck_assert_ptr_null(memmem(bytes, size, "opus", 4));
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0600);
}
END_TEST

static void check_refused(const char *file, const uint8_t *with, int code)
{
	g_autoptr(GError) error = NULL;
	gsize length;
	ck_assert_ptr_null(read_out(file, with, &length, NULL, &error));
	ck_assert_msg(g_error_matches(error, CONSENT_ERROR, code), "%s", error->message);
}

START_TEST(not_without_its_key)
{
	check_refused(SEALED, other_key, CONSENT_ERROR_FILE);
	check_refused("room/b.mjr", key, CONSENT_ERROR_FILE);
	check_refused("room/c.mjr.enc", key, CONSENT_ERROR_NOT_FOUND);
	check_refused("../a.mjr.enc", key, CONSENT_ERROR_FILE);
	segment_result found;
	g_autoptr(GError) error = NULL;
	ck_assert(!capture_recover(folder, SEALED, other_key, &found, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_FILE));
	g_autofree char *path = in_folder(SEALED), *after = NULL;
	gsize length;
	ck_assert(g_file_get_contents(path, &after, &length, NULL));
	ck_assert_uint_eq(length, size);
}
END_TEST

/* Position behind the frame at `at`. */
static gsize next_frame(gsize at)
{
	return at + SEALED_FRAME_HEAD_SIZE + sealed_frame_length((const uint8_t *)bytes + at);
}

/* How many packets are in whole frames below `length`. */
static unsigned packets_below(gsize length)
{
	gsize at = SEALED_HEAD_SIZE;
	unsigned frames = 0;
	while (at < size && next_frame(at) <= length) {
		at = next_frame(at);
		frames++;
	}
	/* The first has the header only, the last nothing. */
	return frames < 2 ? 0 : MIN(frames - 1, BATCHES) * BATCH;
}

START_TEST(torn_at_every_byte)
{
	for (gsize length = 0; length <= size; length++) {
		unsigned packets = packets_below(length);
		segment_result found;
		put_file(bytes, length);
		ck_assert(capture_recover(folder, SEALED, key, &found, NULL));
		ck_assert_uint_eq(found.packets, packets);
		if (packets == 0)
			continue;
		char hex[HASH_HEX_SIZE];
		gsize left;
		ck_assert_uint_le(found.bytes, length);
		ck_assert_uint_eq(found.last.seq, packets);
		ck_assert_str_eq(found.sha256, hash_bytes_hex(bytes, found.bytes, hex));
		g_autofree char *mjr = read_out(SEALED, key, &left, NULL, NULL);
		ck_assert_ptr_nonnull(mjr);
		check_same_packets(mjr, left, packets);
	}
}
END_TEST

START_TEST(whole_again)
{
	segment_result found;
	ck_assert(capture_recover(folder, SEALED, key, &found, NULL));
	ck_assert_uint_eq(found.bytes, size);
	ck_assert_str_eq(found.sha256, whole.result.sha256);
	ck_assert_uint_eq(found.packets, BATCHES * BATCH);
	ck_assert_uint_eq(found.ssrc, TEST_SSRC);
}
END_TEST

/* Whatever byte is changed, nothing of that frame or behind it is ever read. */
START_TEST(changed_at_every_byte)
{
	for (gsize at = SEALED_MAGIC_SIZE; at < size; at++) {
		segment_result found = {0};
		bytes[at] ^= 1;
		put_file(bytes, size);
		bytes[at] ^= 1;
		capture_recover(folder, SEALED, key, &found, NULL);
		ck_assert_uint_le(found.packets, packets_below(at));
	}
}
END_TEST

START_TEST(frames_cannot_change_places)
{
	gsize second = next_frame(SEALED_HEAD_SIZE), third = next_frame(second), fourth = next_frame(third);
	ck_assert_uint_eq(third - second, fourth - third);
	g_autofree char *swapped = g_memdup2(bytes, size);
	segment_result found;
	memcpy(swapped + second, bytes + third, third - second);
	memcpy(swapped + third, bytes + second, third - second);
	put_file(swapped, size);
	ck_assert(capture_recover(folder, SEALED, key, &found, NULL));
	ck_assert_uint_eq(found.packets, 0);
}
END_TEST

START_TEST(removed)
{
	g_autofree char *path = in_folder(SEALED);
	ck_assert(capture_remove(folder, SEALED, NULL));
	ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
	ck_assert(capture_remove(folder, SEALED, NULL));
	ck_assert(capture_remove(folder, "nowhere/a.mjr.enc", NULL));
	ck_assert(!capture_remove(folder, "../a", NULL));
	g_autofree char *unmounted = g_build_filename(folder, "unmounted", NULL);
	ck_assert_msg(!capture_remove(unmounted, SEALED, NULL), "who knows what is there");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture_sealed");
	TCase *tests = tcase_create("sealed");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, reads_as_the_plain_one);
	tcase_add_test(tests, tells_nothing);
	tcase_add_test(tests, not_without_its_key);
	tcase_add_test(tests, torn_at_every_byte);
	tcase_add_test(tests, whole_again);
	tcase_add_test(tests, changed_at_every_byte);
	tcase_add_test(tests, frames_cannot_change_places);
	tcase_add_test(tests, removed);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
