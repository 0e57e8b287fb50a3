/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens to recordings when the time that their notices promised is over. */
#include "kept_help.h"

#include "base/error.h"
#include "cli/eraser.h"
#include "ledger/erasable.h"
#include "ledger/standing.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

static int decrypt(const char *purpose)
{
	arguments args = kept_arguments();
	g_autoptr(GError) error = NULL;
	args.values[OPTION_PURPOSE] = purpose;
	args.values[OPTION_OUTPUT] = kept_output;
	return command_decrypt.run(&args, &error);
}

static void check_states(unsigned narrowed, unsigned erased)
{
	json_t *segments = world_entries(&kept, "segment");
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s}", "state", "narrowed")), narrowed);
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s}", "state", "erased")), erased);
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s}", "state", "erasing")), erased);
	json_decref(segments);
}

START_TEST(nothing_goes_before_its_time)
{
	ck_assert_int_eq(kept_sweep(0), TOOL_GOOD);
	ck_assert_int_eq(kept_sweep(29.9), TOOL_GOOD);
	check_states(0, 0);
	ck_assert_int_eq(decrypt("record"), TOOL_GOOD);
}
END_TEST

/* Of the segment that serves both purposes, the keys of the one whose time is over. */
START_TEST(each_purpose_goes_in_its_time)
{
	ck_assert_int_eq(kept_sweep(30.1), TOOL_GOOD);
	check_states(1, 1);
	ck_assert_int_eq(decrypt("record"), TOOL_NO);
	ck_assert_int_eq(decrypt("train"), TOOL_GOOD);
	ck_assert_int_eq(kept_sweep(30.1), TOOL_GOOD);
	check_states(1, 1);
	ck_assert_int_eq(kept_sweep(366), TOOL_GOOD);
	check_states(1, 2);
	ck_assert_int_eq(decrypt("train"), TOOL_NO);
}
END_TEST

/* Interrupted between the keys and the file. */
START_TEST(what_was_begun_is_finished)
{
	json_t *segments = world_entries(&kept, "segment");
	json_t *opened = entry_find(segments, json_pack("{s:s}", "state", "opened"));
	g_autoptr(ledger_reader) r = ledger_reader_open(kept.settings->store, NULL);
	erasable *e = erasable_segment(r, text_of(opened, "segment"), NULL);
	ck_assert(ledger_append_beside_with(kept.settings->store, NULL, "segment",
		erasable_body(e, "erasing", "test", "test"), NULL, erasable_forget(e), NULL));
	g_autofree char *path = g_build_filename(kept.settings->recordings, e->file, NULL);
	ck_assert(g_file_test(path, G_FILE_TEST_EXISTS));
	ck_assert_int_eq(kept_sweep(0), TOOL_GOOD);
	ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
	check_states(0, 1);
	erasable_free(e);
	json_decref(opened);
	json_decref(segments);
}
END_TEST

/* One that cannot be removed keeps its place, and does not keep the others. */
START_TEST(a_file_that_cannot_go_is_told)
{
	g_autofree char *room = g_build_filename(kept.settings->recordings, "1234", NULL);
	g_autofree char *away = g_build_filename(kept.folder, "away", NULL);
	ck_assert_int_eq(g_rename(room, away), 0);
	ck_assert(g_file_set_contents(room, "", 0, NULL));
	ck_assert_int_eq(kept_sweep(366), TOOL_STORE);
	json_t *segments = world_entries(&kept, "segment");
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s}", "state", "erased")), 0);
	json_decref(segments);
	ck_assert_int_eq(g_unlink(room), 0);
	ck_assert_int_eq(g_rename(away, room), 0);
	ck_assert_int_eq(kept_sweep(366), TOOL_GOOD);
	check_states(0, 2);
}
END_TEST

static int erase_by_hand(const char *participant, const char *segment)
{
	arguments args = kept_arguments();
	g_autoptr(GError) error = NULL;
	args.values[OPTION_PARTICIPANT] = participant;
	args.values[OPTION_SEGMENT] = segment;
	args.values[OPTION_REASON] = "asked for by mail";
	int code = command_erase.run(&args, &error);
	return error ? -error->code : code;
}

/* Nothing is erased of which the files may be elsewhere. */
START_TEST(a_folder_that_is_not_there_is_told)
{
	g_autoptr(GError) error = NULL;
	arguments args = kept_arguments();
	args.values[OPTION_RECORDINGS] = kept_output;
	ck_assert_int_eq(sweep_at(&args, 4102444800 * G_GINT64_CONSTANT(1000), &error), TOOL_STORE);
	ck_assert_msg(g_str_has_prefix(error->message, "--recordings: "), "%s", error->message);
	args.values[OPTION_PARTICIPANT] = kept_ann.id;
	args.values[OPTION_REASON] = "asked for by mail";
	ck_assert_int_eq(command_erase.run(&args, NULL), TOOL_STORE);
	check_states(0, 0);
}
END_TEST

START_TEST(the_tool_erases_one_segment)
{
	g_autofree char *segment = kept_first_segment();
	ck_assert_int_eq(erase_by_hand(NULL, segment), TOOL_GOOD);
	check_states(0, 1);
	ck_assert_int_eq(erase_by_hand(NULL, segment), TOOL_NO);
	ck_assert_int_eq(erase_by_hand(kept_ann.id, segment), -CONSENT_ERROR_INVALID);
	ck_assert_int_eq(decrypt("train"), TOOL_GOOD);
}
END_TEST

START_TEST(the_tool_erases_a_participant_with_recordings)
{
	ck_assert_int_eq(erase_by_hand(kept_ann.id, NULL), TOOL_GOOD);
	check_states(0, 2);
	ck_assert_int_eq(decrypt(NULL), TOOL_NO);
	json_t *erasures = world_entries(&kept, "erase");
	ck_assert_uint_eq(json_array_size(erasures), 1);
	json_decref(erasures);
}
END_TEST

/* A summary of what Ann said. */
static int attach_from(const char *input, const char *participants)
{
	arguments args = kept_arguments();
	g_autoptr(GError) error = NULL;
	g_autofree char *file = g_build_filename(kept.folder, "summary.txt", NULL);
	json_t *joins = world_entries(&kept, "join");
	g_autofree char *meeting = g_strdup(text_of(json_array_get(joins, 0), "meeting"));
	json_decref(joins);
	ck_assert(g_file_set_contents(file, "Ann was here.", -1, NULL));
	ck_assert_ptr_nonnull(freopen(file, "r", stdin));
	args.values[OPTION_MEETING] = meeting;
	args.values[OPTION_PURPOSE] = "record";
	args.values[OPTION_KIND] = "summary";
	args.values[OPTION_INPUT] = input ? input : file;
	args.values[OPTION_MEDIATYPE] = "text/plain";
	args.values[OPTION_PARTICIPANTS] = participants;
	args.values[OPTION_VENDOR] = "test";
	int code = command_attach.run(&args, &error);
	ck_assert_msg(!error, "%s", error->message);
	return code;
}

static int attach(void)
{
	return attach_from(NULL, NULL);
}

static void check_products(unsigned attached, unsigned erased)
{
	json_t *products = world_entries(&kept, "product");
	ck_assert_uint_eq(entry_count(products, json_pack("{s:s}", "state", "attached")), attached);
	ck_assert_uint_eq(entry_count(products, json_pack("{s:s}", "state", "erased")), erased);
	json_decref(products);
}

START_TEST(a_summary_goes_when_what_it_rests_on_does)
{
	ck_assert_int_eq(attach(), TOOL_GOOD);
	ck_assert_int_eq(kept_sweep(29.9), TOOL_GOOD);
	check_products(1, 0);
	ck_assert_int_eq(kept_sweep(30.1), TOOL_GOOD);
	check_products(1, 1);
	ck_assert_int_eq(kept_sweep(31), TOOL_GOOD);
	check_products(1, 1);
}
END_TEST

/* As from a file, and of those who are named with blanks between. */
START_TEST(a_summary_comes_from_a_pipe)
{
	g_autofree char *blank = g_strdup_printf(" %s ", kept_ann.id);
	ck_assert_int_eq(attach_from("-", blank), TOOL_GOOD);
	ck_assert_int_eq(attach(), TOOL_GOOD);
	json_t *products = world_entries(&kept, "product");
	ck_assert_uint_eq(
		entry_count(products, json_pack("{s:i}", "bytes", (int)strlen("Ann was here."))), 2);
	ck_assert(json_equal(json_object_get(json_array_get(products, 0), "rests_on"),
		json_object_get(json_array_get(products, 1), "rests_on")));
	json_decref(products);
}
END_TEST

/* The file cannot be removed: the key stays, and so does what the ledger says. */
START_TEST(a_summary_that_cannot_go_is_told)
{
	g_autofree char *place = g_build_filename(kept.settings->recordings, "products", NULL);
	g_autofree char *away = g_build_filename(kept.folder, "away", NULL);
	ck_assert_int_eq(attach(), TOOL_GOOD);
	ck_assert_int_eq(g_rename(place, away), 0);
	ck_assert(g_file_set_contents(place, "", 0, NULL));
	ck_assert_int_eq(kept_sweep(30.1), TOOL_STORE);
	check_products(1, 0);
	ck_assert_int_eq(g_unlink(place), 0);
	ck_assert_int_eq(g_rename(away, place), 0);
	ck_assert_int_eq(kept_sweep(30.1), TOOL_GOOD);
	check_products(1, 1);
}
END_TEST

/* From that moment on nothing may play what sweep would erase. */
START_TEST(time_is_over_at_its_last_millisecond)
{
	const gint64 end_ms = 2 * 24 * 3600 * G_GINT64_CONSTANT(1000);
	const char *closed = "1970-01-01T00:00:00.000Z";
	ck_assert(!standing_is_over(2, closed, end_ms - 1));
	ck_assert(standing_is_over(2, closed, end_ms));
	ck_assert(!standing_is_over(0, closed, G_MAXINT64));
	ck_assert(!standing_is_over(2, NULL, G_MAXINT64));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sweep");
	TCase *tests = tcase_create("sweep");
	tcase_add_checked_fixture(tests, kept_setup, kept_teardown);
	tcase_add_test(tests, nothing_goes_before_its_time);
	tcase_add_test(tests, each_purpose_goes_in_its_time);
	tcase_add_test(tests, what_was_begun_is_finished);
	tcase_add_test(tests, a_file_that_cannot_go_is_told);
	tcase_add_test(tests, a_folder_that_is_not_there_is_told);
	tcase_add_test(tests, the_tool_erases_one_segment);
	tcase_add_test(tests, the_tool_erases_a_participant_with_recordings);
	tcase_add_test(tests, a_summary_goes_when_what_it_rests_on_does);
	tcase_add_test(tests, a_summary_comes_from_a_pipe);
	tcase_add_test(tests, a_summary_that_cannot_go_is_told);
	tcase_add_test(tests, time_is_over_at_its_last_millisecond);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
