/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where decrypt writes to: nothing that is there already is replaced, and nothing is said to have left then.
 */
#include "kept_help.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <string.h>

/* `segment` NULL: all. */
static int decrypt(const char *segment, const char *to, GError **error)
{
	arguments args = kept_arguments();
	args.values[OPTION_SEGMENT] = segment;
	args.values[OPTION_OUTPUT] = to;
	return command_decrypt.run(&args, error);
}

static void check_exports(unsigned count)
{
	json_t *exports = world_entries(&kept, "export");
	ck_assert_uint_eq(json_array_size(exports), count);
	json_decref(exports);
}

/* Says which, and what to do; the ledger has as many exports as before. */
static void check_refused(const char *segment, const char *to, const char *path, unsigned exports)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *there = g_strconcat(path, " exists already; remove it, or let --output ", NULL);
	ck_assert_int_eq(decrypt(segment, to, &error), TOOL_STORE);
	ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_EXIST));
	ck_assert_msg(g_str_has_prefix(error->message, there), "%s", error->message);
	check_exports(exports);
}

START_TEST(a_file_is_not_replaced)
{
	g_autofree char *segment = kept_first_segment(), *file = g_strconcat(kept_output, ".mjr", NULL),
			*text = NULL;
	ck_assert(g_file_set_contents(file, "mine", -1, NULL));
	check_refused(segment, file, file, 0);
	ck_assert(g_file_get_contents(file, &text, NULL, NULL));
	ck_assert_str_eq(text, "mine");
	ck_assert_int_eq(g_unlink(file), 0);
	ck_assert_int_eq(decrypt(segment, file, NULL), TOOL_GOOD);
	check_exports(1);
}
END_TEST

/* One of them is enough: all or none. */
START_TEST(nothing_in_a_folder_is_replaced)
{
	g_autofree char *segment = kept_first_segment();
	ck_assert_int_eq(decrypt(segment, kept_output, NULL), TOOL_GOOD);
	g_autoptr(GDir) dir = g_dir_open(kept_output, 0, NULL);
	g_autofree char *path = g_build_filename(kept_output, g_dir_read_name(dir), NULL);
	ck_assert(g_str_has_suffix(path, ".mjr"));
	check_refused(NULL, kept_output, path, 1);
	ck_assert_ptr_null(g_dir_read_name(dir));
	ck_assert_int_eq(g_unlink(path), 0);
	ck_assert_int_eq(decrypt(NULL, kept_output, NULL), TOOL_GOOD);
	check_exports(2);
}
END_TEST

/* A place that cannot be made is no export. */
START_TEST(what_cannot_be_written_is_not_told)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *below = g_build_filename(kept_output, "below", NULL);
	ck_assert(g_file_set_contents(kept_output, "mine", -1, NULL));
	ck_assert_int_eq(decrypt(NULL, below, NULL), TOOL_STORE);
	check_exports(0);
	ck_assert_int_eq(decrypt(NULL, kept_output, &error), TOOL_STORE);
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_INVALID));
	ck_assert_msg(
		g_str_has_prefix(error->message, "--output is a file that exists"), "%s", error->message);
	check_exports(0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("decrypt");
	TCase *tests = tcase_create("decrypt");
	tcase_add_checked_fixture(tests, kept_setup, kept_teardown);
	tcase_add_test(tests, a_file_is_not_replaced);
	tcase_add_test(tests, nothing_in_a_folder_is_replaced);
	tcase_add_test(tests, what_cannot_be_written_is_not_told);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
