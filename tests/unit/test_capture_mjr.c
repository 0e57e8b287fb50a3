/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of an MJR file, where it may lie, what becomes of it when the disk fails, and what Janus's own
 * converter makes of it. */
#include "base/error.h"
#include "capture/folder.h"
#include "capture/mjr.h"
#include "capture/mjr_format.h"
#include "capture_support.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* Format */

static char *header_of(const segment_spec *spec)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	ck_assert(mjr_format_header(out, spec, 1000001, 2000002));
	ck_assert_mem_eq(out->data, "MJR00002", 8);
	ck_assert_uint_eq(packet_u16(out->data + 8), out->len - 10);
	return g_strndup((char *)out->data + 10, out->len - 10);
}

/* The least, and everything; members in the order in which Janus 1.1.2 has them. */
START_TEST(header_has_what_is_known)
{
	segment_spec spec = {.medium = MEDIUM_VIDEO, .codec = "vp8"};
	g_autofree char *least = header_of(&spec);
	ck_assert_str_eq(least, "{\"t\": \"v\", \"c\": \"vp8\", \"s\": 1000001, \"u\": 2000002}");

	spec = (segment_spec){.medium = MEDIUM_AUDIO, .codec = "opus", .red_pt = 63, .encrypted = true};
	spec.fmtp = "useinbandfec=1";
	spec.description = "Zoë's \"mic\"";
	spec.extensions = json_pack("{s:s}", "1", "urn:ietf:params:rtp-hdrext:ssrc-audio-level");
	g_autofree char *all = header_of(&spec);
	ck_assert_str_eq(all,
		"{\"t\": \"a\", \"c\": \"opus\", \"f\": \"useinbandfec=1\", \"d\": \"Zoë's \\\"mic\\\"\", "
		"\"x\": {\"1\": \"urn:ietf:params:rtp-hdrext:ssrc-audio-level\"}, "
		"\"s\": 1000001, \"u\": 2000002, \"or\": 63, \"e\": true}");
	json_decref(spec.extensions);

	spec = (segment_spec){.medium = MEDIUM_DATA, .codec = "text", .red_pt = 63};
	g_autofree char *data = header_of(&spec);
	ck_assert_str_eq(data, "{\"t\": \"d\", \"c\": \"text\", \"s\": 1000001, \"u\": 2000002}");
}
END_TEST

/* Participants choose these strings; the converter's buffer is small. */
START_TEST(header_stays_short)
{
	g_autofree char *essay = g_strnfill(3000, 'x');
	segment_spec spec = {.medium = MEDIUM_AUDIO, .codec = "opus", .fmtp = "a=1", .description = essay};
	spec.extensions = json_pack("{s:s}", "1", "urn:x");
	g_autofree char *no_description = header_of(&spec);
	ck_assert_str_eq(no_description,
		"{\"t\": \"a\", \"c\": \"opus\", \"f\": \"a=1\", \"x\": {\"1\": \"urn:x\"}, "
		"\"s\": 1000001, \"u\": 2000002}");
	json_object_set_new(spec.extensions, "2", json_string(essay));
	spec.fmtp = essay;
	g_autofree char *bare = header_of(&spec);
	ck_assert_str_eq(bare, "{\"t\": \"a\", \"c\": \"opus\", \"s\": 1000001, \"u\": 2000002}");
	json_decref(spec.extensions);

	g_autoptr(GByteArray) out = g_byte_array_new();
	spec = (segment_spec){.medium = MEDIUM_AUDIO, .codec = essay};
	ck_assert(!mjr_format_header(out, &spec, 1, 2));
	ck_assert_uint_eq(out->len, 0);
}
END_TEST

START_TEST(frames_of_media)
{
	static const uint8_t rtp[] = {0x80, 111, 0, 7, 0, 0, 0, 9, 1, 2, 3, 4, 0xff};
	packet p = {rtp, sizeof rtp, 1, 0x01020305, 0};
	g_autoptr(GByteArray) out = g_byte_array_new();
	ck_assert(mjr_format_frame(out, MEDIUM_AUDIO, 1, &p));
	ck_assert_uint_eq(out->len, 10 + sizeof rtp);
	ck_assert_mem_eq(out->data, "MEET\1\2\3\4\0\15", 10);
	ck_assert_mem_eq(out->data + 10, rtp, sizeof rtp);

	g_byte_array_set_size(out, 0);
	ck_assert(mjr_format_frame(out, MEDIUM_AUDIO, 0x01020306, &p)); /* never negative */
	ck_assert_mem_eq(out->data, "MEET\0\0\0\0\0\15", 10);
}
END_TEST

START_TEST(frames_of_data)
{
	packet p = {(const uint8_t *)"hello", 5, 1, 3, 0x0102030405060708};
	g_autoptr(GByteArray) out = g_byte_array_new();
	ck_assert(mjr_format_frame(out, MEDIUM_DATA, 1, &p));
	ck_assert_uint_eq(out->len, 10 + 8 + 5);
	ck_assert_mem_eq(out->data, "MEET\0\0\0\2\0\15\1\2\3\4\5\6\7\10hello", 23);

	g_autofree uint8_t *large = g_malloc0(UINT16_MAX);
	p = (packet){large, UINT16_MAX - 8, 1, 3, 0};
	ck_assert(mjr_format_frame(out, MEDIUM_DATA, 1, &p));
	p.length++;
	ck_assert(!mjr_format_frame(out, MEDIUM_DATA, 1, &p));
	ck_assert_uint_eq(out->len, 23 + 10 + UINT16_MAX);
}
END_TEST

/* Places */

static int try_open(const char *sub, const char *name)
{
	g_autoptr(GError) error = NULL;
	sink *to = mjr_sink_new(folder, &error);
	uint8_t rtp[NUMBERED_SIZE];
	numbered_rtp(1, rtp);
	packet first = {rtp, sizeof rtp, 1, 0, 1};
	segment_spec spec = {.id = "a", .folder = sub, .name = name, .medium = MEDIUM_AUDIO, .codec = "opus"};
	sink_stream *stream = NULL;
	sink_summary summary = {0};
	int failed = sink_open(to, &spec, 1, &first, &stream);
	if (!failed) {
		ck_assert_int_eq(sink_write(stream, &first, 1), 0);
		ck_assert_int_eq(sink_close(stream, &summary), 0);
		g_free(summary.file);
	}
	sink_destroy(to);
	return failed;
}

static const struct {
	const char *folder, *name;
	bool plain;
} places[] = {
	{"", "a", true},
	{"1234", "2026-01-02T03:04:05.678Z-x-0", true},
	{"team a/räume/1234", "ä b", true},
	{"a..b", "a..b", true},
	{"", "", false},
	{"", ".", false},
	{"", "..", false},
	{"", "a/b", false},
	{"", "/a", false},
	{"", "../a", false},
	{"", ".hidden", false},
	{"", "a\nb", false},
	{"", "a\x7f", false},
	{"", "\xff\xfe", false},
	{".", "a", false},
	{"..", "a", false},
	{"../x", "a", false},
	{"x/..", "a", false},
	{"x/../../y", "a", false},
	{"/", "a", false},
	{"/etc", "a", false},
	{"x/", "a", false},
	{"x//y", "a", false},
	{"x/./y", "a", false},
	{"x/.ssh", "a", false},
	{"x\ty", "a", false},
	{"x\xc0\xaf", "a", false},
	{NULL, "a", false},
	{"", NULL, false},
};

START_TEST(places_are_plain_or_refused)
{
	const char *sub = places[_i].folder, *name = places[_i].name;
	ck_assert_msg(capture_path_is_plain(sub, name) == places[_i].plain, "%s + %s", sub, name);
	ck_assert_int_eq(try_open(sub, name), places[_i].plain ? 0 : EINVAL);
}
END_TEST

START_TEST(long_names)
{
	g_autofree char *fits = g_strnfill(247, 'n'), *too_long = g_strnfill(248, 'n');
	g_autofree char *folder_fits = g_strnfill(255, 'n'), *folder_too_long = g_strnfill(256, 'n');
	ck_assert_int_eq(try_open(folder_fits, fits), 0);
	ck_assert_int_eq(try_open("", too_long), EINVAL);
	ck_assert_int_eq(try_open(folder_too_long, "a"), EINVAL);
}
END_TEST

START_TEST(symbolic_links_lead_nowhere)
{
	g_autofree char *elsewhere = scratch_new(), *link = in_folder("link"), *file = in_folder("file.mjr");
	g_autofree char *target = g_build_filename(elsewhere, "target", NULL);
	ck_assert_int_eq(symlink(elsewhere, link), 0);
	ck_assert_int_eq(try_open("link", "a"), ENOTDIR);
	ck_assert_int_eq(try_open("link/sub", "a"), ENOTDIR);
	ck_assert_int_eq(symlink(target, file), 0);
	ck_assert_int_eq(try_open("", "file"), EEXIST);
	GDir *dir = g_dir_open(elsewhere, 0, NULL);
	ck_assert_ptr_null(g_dir_read_name(dir));
	g_dir_close(dir);
	scratch_remove(g_steal_pointer(&elsewhere));
}
END_TEST

START_TEST(nothing_is_overwritten)
{
	g_autofree char *path = in_folder("a.mjr");
	g_autofree char *text = NULL;
	ck_assert(g_file_set_contents(path, "precious", -1, NULL));
	ck_assert_int_eq(try_open("", "a"), EEXIST);
	ck_assert(g_file_get_contents(path, &text, NULL, NULL));
	ck_assert_str_eq(text, "precious");
}
END_TEST

static mode_t mode_of(const char *path)
{
	struct stat status;
	ck_assert_int_eq(stat(path, &status), 0);
	return status.st_mode & 07777;
}

START_TEST(nobody_else_may_read)
{
	g_autofree char *root = in_folder("recordings"), *sub = in_folder("recordings/x/y");
	g_autofree char *file = in_folder("recordings/x/y/a.mjr");
	char *outer = folder;
	umask(0);
	folder = root;
	ck_assert_int_eq(try_open("x/y", "a"), 0);
	folder = outer;
	ck_assert_uint_eq(mode_of(root), 0700);
	ck_assert_uint_eq(mode_of(sub), 0700);
	ck_assert_uint_eq(mode_of(file), 0600);
}
END_TEST

START_TEST(a_folder_that_cannot_be)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = in_folder("file"), *below = in_folder("file/recordings");
	ck_assert(g_file_set_contents(path, "", 0, NULL));
	capture_options options = {.recordings = below};
	ck_assert_ptr_null(capture_create(&options, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_FILE));
	ck_assert_ptr_nonnull(strstr(error->message, below));
}
END_TEST

/* Janus's converter */

/* An output of `argv` as text, or NULL when the program is not installed. */
static char *run_program(const char *const *argv)
{
	g_autofree char *program = g_find_program_in_path(argv[0]);
	g_autoptr(GError) error = NULL;
	char *output = NULL;
	gint status;
	if (!program) {
		printf("SKIPPED: %s is not installed\n", argv[0]);
		return NULL;
	}
	ck_assert_msg(
		g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
			NULL, NULL, &output, NULL, &status, &error),
		"%s", error ? error->message : "");
	ck_assert_msg(g_spawn_check_wait_status(status, NULL), "%s failed: %s", argv[0], output);
	return output;
}

/* 20 ms of silence, RFC 6716. */
static void send_opus(capture_track *t, uint32_t number)
{
	uint8_t rtp[15] = {0x80, 111, (uint8_t)(number >> 8), (uint8_t)number};
	uint32_t timestamp = GUINT32_TO_BE(number * 960), ssrc = GUINT32_TO_BE(TEST_SSRC);
	memcpy(rtp + 4, &timestamp, 4);
	memcpy(rtp + 8, &ssrc, 4);
	memcpy(rtp + 12, "\xf8\xff\xfe", 3);
	capture_track_packet(t, rtp, sizeof rtp);
}

static char *record_opus(unsigned packets)
{
	recorder r;
	recorder_init(&r, folder);
	segment_spec spec = opus_spec("a");
	recorder_open(&r, &spec);
	for (unsigned i = 0; i < packets; i++)
		send_opus(r.track, 65500 + i);
	capture_track_close(r.track, "withdrawn");
	char *path = in_folder(listener_await(&r.listener, "a")->file);
	recorder_clear(&r);
	return path;
}

START_TEST(janus_converts_audio)
{
	g_autofree char *recording = record_opus(100), *converted = in_folder("a.opus");
	g_autofree char *said = run_program((const char *[]){"janus-pp-rec", recording, converted, NULL});
	if (!said)
		return;
	ck_assert_ptr_nonnull(strstr(said, "Counted 100 RTP packets"));
	g_autofree char *probed = run_program((const char *[]){"ffprobe", "-v", "error", "-show_entries",
		"stream=codec_name:format=duration", "-of", "default=nw=1:nk=1", converted, NULL});
	if (!probed)
		return;
	ck_assert_msg(g_str_has_prefix(probed, "opus\n"), "%s", probed);
	double seconds = g_ascii_strtod(probed + strlen("opus\n"), NULL);
	ck_assert_msg(seconds > 1.9 && seconds < 2.1, "%f s", seconds);
}
END_TEST

START_TEST(janus_reads_the_header)
{
	g_autofree char *recording = record_opus(3);
	g_autofree char *said = run_program((const char *[]){"janus-pp-rec", "-j", recording, NULL});
	if (said)
		ck_assert_ptr_nonnull(strstr(said, "{\"t\": \"a\", \"c\": \"opus\", \"s\": "));
}
END_TEST

START_TEST(janus_converts_data)
{
	recorder r;
	recorder_init(&r, folder);
	segment_spec spec = opus_spec("d");
	spec.medium = MEDIUM_DATA;
	spec.codec = "text";
	recorder_open(&r, &spec);
	capture_track_message(r.track, "first words", 11, false);
	capture_track_message(r.track, "and the last", 12, false);
	capture_track_close(r.track, "withdrawn");
	g_autofree char *recording = in_folder(listener_await(&r.listener, "d")->file);
	g_autofree char *converted = in_folder("d.srt"), *text = NULL;
	recorder_clear(&r);
	g_autofree char *said = run_program((const char *[]){"janus-pp-rec", recording, converted, NULL});
	if (!said)
		return;
	ck_assert(g_file_get_contents(converted, &text, NULL, NULL));
	ck_assert_msg(strstr(text, "first words") && strstr(text, "and the last"), "%s", text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture_mjr");
	TCase *tests = tcase_create("mjr");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, header_has_what_is_known);
	tcase_add_test(tests, header_stays_short);
	tcase_add_test(tests, frames_of_media);
	tcase_add_test(tests, frames_of_data);
	tcase_add_loop_test(tests, places_are_plain_or_refused, 0, G_N_ELEMENTS(places));
	tcase_add_test(tests, long_names);
	tcase_add_test(tests, symbolic_links_lead_nowhere);
	tcase_add_test(tests, nothing_is_overwritten);
	tcase_add_test(tests, nobody_else_may_read);
	tcase_add_test(tests, a_folder_that_cannot_be);
	tcase_add_test(tests, janus_converts_audio);
	tcase_add_test(tests, janus_reads_the_header);
	tcase_add_test(tests, janus_converts_data);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
