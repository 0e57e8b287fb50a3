/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sink.h promises, for every sink. */
#include "capture/mjr.h"
#include "capture_support.h"
#include "sealing/sealed.h"

#include <string.h>

enum { ON_MEMORY, ON_FILES, ON_SEALED_FILES, SINKS };

static char *folder;
static const uint8_t key[SEALING_KEY_SIZE] = "a key of the segment's own";

static sink *sink_new(int kind)
{
	g_autoptr(GError) error = NULL;
	sink *to = kind == ON_MEMORY ? memory_sink_new() : mjr_sink_new(folder, &error);
	ck_assert_msg(to != NULL, "%s", error ? error->message : "no sink");
	return to;
}

static void setup(void)
{
	folder = scratch_new();
}

static void teardown(void)
{
	scratch_remove(folder);
}

/* Packet number i, with time going on by 20 ms. */
static packet numbered(uint8_t rtp[NUMBERED_SIZE], unsigned i)
{
	numbered_rtp(i, rtp);
	return (packet){rtp, NUMBERED_SIZE, 1, i * 20, 1700000000000000 + i * 20000};
}

static segment_spec spec_of(int kind, const char *id)
{
	segment_spec spec = opus_spec(id);
	spec.key = kind == ON_SEALED_FILES ? key : NULL;
	return spec;
}

static sink_stream *open_stream(int kind, sink *to, const char *id)
{
	uint8_t rtp[NUMBERED_SIZE];
	segment_spec spec = spec_of(kind, id);
	packet first = numbered(rtp, 1);
	sink_stream *stream = NULL;
	ck_assert_int_eq(sink_open(to, &spec, first.at_us - 5, &first, &stream), 0);
	ck_assert_ptr_nonnull(stream);
	return stream;
}

static void write_numbers(sink_stream *stream, unsigned first, unsigned count)
{
	uint8_t rtp[8][NUMBERED_SIZE];
	packet packets[8];
	for (unsigned i = 0; i < count; i++)
		packets[i] = numbered(rtp[i], first + i);
	ck_assert_int_eq(sink_write(stream, packets, count), 0);
}

/* Closes; what is hashed and counted is what is there. */
static sink_summary close_stream(sink_stream *stream)
{
	sink_summary summary;
	ck_assert_int_eq(sink_close(stream, &summary), 0);
	if (!summary.file) {
		ck_assert_uint_eq(summary.bytes, 0);
		ck_assert_str_eq(summary.sha256, "");
	}
	return summary;
}

static GBytes *joined(sink *memory, const char *id)
{
	g_autoptr(GPtrArray) packets = memory_sink_packets(memory, id);
	GByteArray *all = g_byte_array_new();
	for (guint i = 0; packets && i < packets->len; i++) {
		gsize size;
		const guint8 *bytes = g_bytes_get_data(packets->pdata[i], &size);
		g_byte_array_append(all, bytes, (guint)size);
	}
	return g_byte_array_free_to_bytes(all);
}

static GBytes *file_bytes(const char *file)
{
	g_autofree char *path = g_build_filename(folder, file, NULL);
	char *text;
	gsize size;
	ck_assert_msg(g_file_get_contents(path, &text, &size, NULL), "%s is missing", path);
	return g_bytes_new_take(text, size);
}

static void check_summary(int kind, sink *to, const char *id, sink_summary *summary)
{
	ck_assert_ptr_nonnull(summary->file);
	g_autoptr(GBytes) bytes = kind == ON_MEMORY ? joined(to, id) : file_bytes(summary->file);
	char hex[HASH_HEX_SIZE];
	hash_bytes_hex(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), hex);
	ck_assert_str_eq(summary->sha256, hex);
	ck_assert_uint_eq(summary->bytes, g_bytes_get_size(bytes));
	g_free(summary->file);
}

START_TEST(keeps_what_is_written)
{
	sink *to = sink_new(_i);
	sink_stream *stream = open_stream(_i, to, "a");
	write_numbers(stream, 1, 1);
	write_numbers(stream, 2, 8);
	sink_summary summary = close_stream(stream);
	ck_assert_msg(g_str_has_prefix(summary.file, "room/a"), "%s", summary.file);
	check_summary(_i, to, "a", &summary);
	sink_destroy(to);
}
END_TEST

START_TEST(streams_do_not_mix)
{
	sink *to = sink_new(_i);
	sink_stream *a = open_stream(_i, to, "a"), *b = open_stream(_i, to, "b");
	for (unsigned i = 1; i < 20; i += 2) {
		write_numbers(a, i, 1);
		write_numbers(b, i + 1, 1);
	}
	sink_summary of_a = close_stream(a);
	write_numbers(b, 21, 4);
	sink_summary of_b = close_stream(b);
	check_summary(_i, to, "a", &of_a);
	check_summary(_i, to, "b", &of_b);
	ck_assert_str_ne(of_a.sha256, of_b.sha256);
	sink_destroy(to);
}
END_TEST

START_TEST(nothing_written_leaves_nothing)
{
	sink *to = sink_new(_i);
	sink_summary summary = close_stream(open_stream(_i, to, "a"));
	ck_assert_ptr_null(summary.file);
	g_autofree char *path = g_build_filename(folder, "room", "a.mjr", NULL);
	g_autofree char *sealed = g_strconcat(path, ".enc", NULL);
	ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(sealed, G_FILE_TEST_EXISTS));
	if (_i == ON_MEMORY)
		ck_assert_ptr_null(memory_sink_packets(to, "a"));

	/* and the place is free again */
	sink_stream *stream = open_stream(_i, to, "a");
	write_numbers(stream, 1, 3);
	summary = close_stream(stream);
	check_summary(_i, to, "a", &summary);
	sink_destroy(to);
}
END_TEST

START_TEST(without_a_folder)
{
	sink *to = sink_new(_i);
	uint8_t rtp[NUMBERED_SIZE];
	segment_spec spec = spec_of(_i, "a");
	packet first = numbered(rtp, 1);
	sink_stream *stream;
	spec.folder = "";
	ck_assert_int_eq(sink_open(to, &spec, first.at_us, &first, &stream), 0);
	write_numbers(stream, 1, 1);
	sink_summary summary = close_stream(stream);
	ck_assert_msg(!strchr(summary.file, '/'), "%s", summary.file);
	check_summary(_i, to, "a", &summary);
	sink_destroy(to);
}
END_TEST

START_TEST(probes)
{
	sink *to = sink_new(_i);
	ck_assert_int_eq(sink_probe(to), 0);
	ck_assert_int_eq(sink_probe(to), 0);
	GDir *dir = g_dir_open(folder, 0, NULL);
	ck_assert_msg(!g_dir_read_name(dir), "the probe left something behind");
	g_dir_close(dir);
	sink_destroy(to);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture_sink");
	TCase *tests = tcase_create("sink");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, keeps_what_is_written, 0, SINKS);
	tcase_add_loop_test(tests, streams_do_not_mix, 0, SINKS);
	tcase_add_loop_test(tests, nothing_written_leaves_nothing, 0, SINKS);
	tcase_add_loop_test(tests, without_a_folder, 0, SINKS);
	tcase_add_loop_test(tests, probes, 0, SINKS);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
