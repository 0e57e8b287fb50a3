/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a film is made of: when media happened, who is seen when and where. */
#include "suite.h"

#include "base/error.h"
#include "rendering/convert.h"
#include "rendering/cut.h"
#include "rendering/names.h"
#include "rendering/program.h"
#include "rendering/sync.h"
#include "rendering/timeline.h"

#include <check.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A recording made by hand */

static GByteArray *begin_mjr(void)
{
	static const guint8 head[] = {'M', 'J', 'R', '0', '0', '0', '0', '2', 0, 2, '{', '}'};
	GByteArray *bytes = g_byte_array_new();
	return g_byte_array_append(bytes, head, sizeof head);
}

static void add_u32(GByteArray *to, guint32 value)
{
	value = GUINT32_TO_BE(value);
	g_byte_array_append(to, (const guint8 *)&value, sizeof value);
}

static void add_frame(GByteArray *to, guint32 arrived_ms, guint32 timestamp)
{
	static const guint8 rtp[] = {0x80, 111, 0, 1}, length[] = {0, 12};
	g_byte_array_append(to, (const guint8 *)"MEET", 4);
	add_u32(to, arrived_ms);
	g_byte_array_append(to, length, sizeof length);
	g_byte_array_append(to, rtp, sizeof rtp);
	add_u32(to, timestamp);
	add_u32(to, 7);
}

static bool read_times(const void *bytes, gsize size, sync_times *ret, GError **error)
{
	g_autofree char *path = g_build_filename(g_get_tmp_dir(), "test-rendering.mjr", NULL);
	ck_assert(g_file_set_contents(path, bytes, (gssize)size, NULL));
	bool good = sync_read(path, 1000000, 48000, ret, error);
	g_unlink(path);
	return good;
}

START_TEST(the_quickest_packet_tells_the_time)
{
	/* 20 ms apart, over the end of the clock; the third one came 5 ms earlier than the first by
	 * comparison, and the fourth overtook one that was sent before. */
	static const guint32 frames[][2] = {
		{0, 0xfffffe20}, {30, 0x1e0}, {35, 0x5a0}, {90, 0xd20}, {95, 0x960}};
	g_autoptr(GByteArray) mjr = begin_mjr();
	sync_times times;
	for (size_t i = 0; i < G_N_ELEMENTS(frames); i++)
		add_frame(mjr, frames[i][0], frames[i][1]);
	ck_assert(read_times(mjr->data, mjr->len, &times, NULL));
	ck_assert_int_eq(times.start_ms, 1000000 - 5);
	ck_assert_int_eq(times.length_ms, 80);
	ck_assert_uint_eq(times.packets, 5);
	/* Delays 0, 10, −5, 10, 35: on average 10, which is 15 more than the least. */
	ck_assert(fabs(times.error_ms - 15) < 0.01);
	ck_assert(times.stretch == 1);
	ck_assert(!times.encrypted);
}
END_TEST

START_TEST(what_is_encrypted_end_to_end_is_known)
{
	static const char head[] = "MJR00002\0\12{\"e\":true}";
	g_autoptr(GByteArray) mjr = g_byte_array_new();
	sync_times times;
	g_byte_array_append(mjr, (const guint8 *)head, sizeof head - 1);
	add_frame(mjr, 0, 0);
	ck_assert(read_times(mjr->data, mjr->len, &times, NULL));
	ck_assert(times.encrypted);
}
END_TEST

START_TEST(a_clock_that_runs_slow_is_noticed)
{
	g_autoptr(GByteArray) mjr = begin_mjr();
	sync_times times;
	/* Two minutes in which the sender counts 100 millionths too little. */
	for (guint32 i = 0; i <= 6000; i++)
		add_frame(mjr, i * 20 + (i % 7 ? 9 : 0) + i * 2 / 1000, i * 960);
	ck_assert(read_times(mjr->data, mjr->len, &times, NULL));
	ck_assert_msg(fabs(times.stretch - 1.0001) < 0.00002, "%f", times.stretch);
}
END_TEST

START_TEST(what_is_no_recording_is_refused)
{
	static const char *const texts[] = {
		"", "MJR0000", "MJR00002", "MJR00002\xff\xff{}", "RIFF00002\0\2{}", "MJR00002\0\2{}"};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		sync_times times;
		ck_assert(!read_times(texts[i], i == 5 ? 12 : strlen(texts[i]), &times, &error));
		ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_FILE));
	}
	/* A torn end is none of it. */
	g_autoptr(GByteArray) mjr = begin_mjr();
	sync_times times;
	add_frame(mjr, 0, 0);
	add_frame(mjr, 20, 960);
	ck_assert(read_times(mjr->data, mjr->len - 1, &times, NULL));
	ck_assert_uint_eq(times.packets, 1);
}
END_TEST

/* Pieces */

static void add_clip(timeline *t, guint seat, bool video, double from, double to)
{
	const timeline_clip clip = {seat, video, from, to, 1, (char *)"x"};
	timeline_add_clip(t, &clip);
}

/* "from-to: seat/clip …; …", pictures counted; a ! where nobody is captured. */
static char *cut_text(const timeline *t)
{
	GString *text = g_string_new(NULL);
	g_autoptr(GArray) pieces = timeline_cut(t);
	for (guint i = 0; i < pieces->len; i++) {
		const timeline_piece *p = &g_array_index(pieces, timeline_piece, i);
		g_string_append_printf(
			text, "%s%d-%d%s:", i ? "; " : "", (int)p->from, (int)p->to, p->captured ? "" : "!");
		for (guint k = 0; k < p->tiles->len; k++) {
			const timeline_tile *tile = &g_array_index(p->tiles, timeline_tile, k);
			g_string_append_printf(text, " %u", tile->seat);
			if (tile->clip >= 0)
				g_string_append_printf(text, "/%d", tile->clip);
		}
	}
	return g_string_free(text, FALSE);
}

START_TEST(the_grid_follows_who_is_there)
{
	g_autoptr(timeline) t = timeline_new();
	t->length = 10;
	guint ann = timeline_add_seat(t, "Ann"), bob = timeline_add_seat(t, NULL);
	timeline_add_span(t, ann, 0, 10);
	timeline_add_span(t, bob, 2, 8);
	add_clip(t, ann, true, 1, 4);
	add_clip(t, ann, true, 3, 4); /* her screen */
	add_clip(t, bob, false, 6, 6.5);
	g_autofree char *text = cut_text(t);
	ck_assert_str_eq(text,
		"0-25!: 0; 25-50: 0/0; 50-75: 0/0 1; 75-100: 0/0 0/1 1; 100-150!: 0 1; 150-163: 0 1; "
		"163-200!: 0 1; "
		"200-250!: 0");
}
END_TEST

START_TEST(pieces_have_no_gaps_and_stay_within_the_meeting)
{
	g_autoptr(timeline) t = timeline_new();
	t->length = 2;
	guint ann = timeline_add_seat(t, "Ann");
	timeline_add_span(t, ann, -1, 5);
	add_clip(t, ann, true, -0.5, 0.01);
	add_clip(t, ann, true, 1.001, 9);
	g_autofree char *text = cut_text(t);
	ck_assert_str_eq(text, "0-25!: 0; 25-50: 0/1");
	g_autoptr(timeline) none = timeline_new();
	g_autoptr(GArray) pieces = timeline_cut(none);
	ck_assert_uint_eq(pieces->len, 0);
}
END_TEST

START_TEST(tiles_fill_the_picture_and_do_not_overlap)
{
	for (guint count = 1; count <= 40; count++)
		for (guint i = 0; i < count; i++) {
			timeline_place a = timeline_place_of(i, count, 1280, 720);
			ck_assert(a.x >= 0 && a.y >= 0 && a.x + a.width <= 1280 && a.y + a.height <= 720);
			ck_assert(!((a.x | a.y | a.width | a.height) & 1));
			for (guint k = 0; k < i; k++) {
				timeline_place b = timeline_place_of(k, count, 1280, 720);
				ck_assert(a.y >= b.y + b.height || a.x >= b.x + b.width);
			}
		}
	timeline_place alone = timeline_place_of(0, 1, 1280, 720), last = timeline_place_of(2, 3, 1280, 720);
	ck_assert(alone.width == 1280 && alone.height == 720);
	ck_assert(last.x == 320 && last.y == 360);
}
END_TEST

/* Cutting */

static char *plan_text(double length, const char *pauses, bool at_pauses)
{
	GString *text = g_string_new(NULL);
	const cut_options o = {16000, "flac", 10, at_pauses};
	g_auto(GStrv) words = g_strsplit(pauses, " ", -1);
	g_autoptr(GArray) middles = g_array_new(FALSE, FALSE, sizeof(double));
	for (size_t i = 0; words[i] && *pauses; i++) {
		double middle = g_ascii_strtod(words[i], NULL);
		g_array_append_val(middles, middle);
	}
	g_autoptr(GArray) plan = cut_plan(length, middles, &o);
	for (guint i = 0; i < plan->len; i++) {
		const cut_piece *p = &g_array_index(plan, cut_piece, i);
		g_string_append_printf(text, "%s%g+%g", i ? " " : "", p->from, p->length);
	}
	return g_string_free(text, FALSE);
}

static const struct {
	double length;
	const char *pauses;
	bool at_pauses;
	const char *plan;
} plans[] = {
	{5, "", true, "0+5"},
	{10, "3", true, "0+10"},
	{25, "", true, "0+10 10+10 20+5"},
	{25, "3 9.5 14 24", false, "0+10 10+10 20+5"},
	{25, "3 9.5 14 24", true, "0+9.5 9.5+4.5 14+10 24+1"},
	/* None within reach: there. */
	{25, "0.2 11", true, "0+10 10+1 11+10 21+4"},
	/* A rest that is hardly one is none. */
	{20.3, "", true, "0+10 10+10.3"},
	{0, "", true, ""},
};

START_TEST(speech_is_cut_at_pauses_or_at_the_second)
{
	g_autofree char *text = plan_text(plans[_i].length, plans[_i].pauses, plans[_i].at_pauses);
	ck_assert_str_eq(text, plans[_i].plan);
}
END_TEST

/* Names */

static const struct {
	const char *name, *line;
} lines[] = {
	{NULL, NULL},
	{"", NULL},
	{" \t\n", NULL},
	{"\u200b\u200d", NULL},
	{"Ann", "Ann"},
	{" Ann \n\t Lee\r", "Ann Lee"},
	{"a\u202eb\u2066c", "abc"},
	{"\x1b[31mred", "[31mred"},
	{"שלום", "שלום"},
	{"👩‍💻", "👩‍💻"},
};

START_TEST(a_name_stands_in_one_line)
{
	g_autofree char *line = names_in_line(lines[_i].name);
	ck_assert_pstr_eq(line, lines[_i].line);
}
END_TEST

static const struct {
	const char *name;
	double ems;
	const char *fitted;
} widths[] = {
	{"Ann", 3, "Ann"},
	{"Annabelle", 6.01, "Annabelle"},
	{"Annabelle", 4, "Anna…"},
	{"会議会議", 4, "会議会議"},
	{"会議会議", 3, "会議…"},
	{"e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301e\u0301"},
	{"x", 0.1, "…"},
	{"", 0.1, ""},
};

START_TEST(a_name_is_no_wider_than_its_place)
{
	g_autofree char *fitted = names_fitted(widths[_i].name, widths[_i].ems);
	ck_assert_str_eq(fitted, widths[_i].fitted);
}
END_TEST

/* Programs */

START_TEST(says_which_program_failed_and_how)
{
	static const char *const failing[] = {
		"sh", "-c", "echo first >&2; echo the reason >&2; exit 3", NULL};
	static const char *const missing[] = {"no-such-program", NULL};
	static const char *const good[] = {"sh", "-c", "pwd", NULL};
	g_autoptr(GError) error = NULL;
	g_autofree char *out = NULL;
	ck_assert(!program_run(failing, NULL, &error));
	ck_assert_str_eq(error->message, "sh ended with status 3: the reason");
	g_clear_error(&error);
	ck_assert(!program_run(missing, NULL, &error));
	ck_assert_ptr_nonnull(strstr(error->message, "no-such-program"));
	g_clear_error(&error);
	ck_assert(program_read(good, "/", &out, NULL));
	ck_assert_str_eq(out, "/\n");
	ck_assert(program_require("sh", "dash", NULL));
	ck_assert(!program_require("no-such-program", "a-package", &error));
	ck_assert_ptr_nonnull(strstr(error->message, "package a-package"));
}
END_TEST

START_TEST(knows_what_a_codec_becomes)
{
	ck_assert_str_eq(convert_extension("audio", "opus"), "opus");
	ck_assert_str_eq(convert_extension("video", "VP8"), "webm");
	ck_assert_str_eq(convert_extension("video", "h264"), "mp4");
	ck_assert_str_eq(convert_extension("data", "text"), "srt");
	ck_assert_ptr_null(convert_extension("video", "mpeg2"));
	ck_assert_uint_eq(sync_clock("opus", false), 48000);
	ck_assert_uint_eq(sync_clock("pcmu", false), 8000);
	ck_assert_uint_eq(sync_clock("vp8", true), 90000);
}
END_TEST

static void add_tests(TCase *tc)
{
	static const TTest *const *const tests[] = {&the_quickest_packet_tells_the_time,
		&what_is_encrypted_end_to_end_is_known, &a_clock_that_runs_slow_is_noticed,
		&what_is_no_recording_is_refused, &the_grid_follows_who_is_there,
		&pieces_have_no_gaps_and_stay_within_the_meeting, &tiles_fill_the_picture_and_do_not_overlap,
		&says_which_program_failed_and_how, &knows_what_a_codec_becomes};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
}

int main(void)
{
	Suite *suite = suite_create("rendering");
	TCase *tc = tcase_create("rendering");
	add_tests(tc);
	tcase_add_loop_test(tc, speech_is_cut_at_pauses_or_at_the_second, 0, (int)G_N_ELEMENTS(plans));
	tcase_add_loop_test(tc, a_name_stands_in_one_line, 0, (int)G_N_ELEMENTS(lines));
	tcase_add_loop_test(tc, a_name_is_no_wider_than_its_place, 0, (int)G_N_ELEMENTS(widths));
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
