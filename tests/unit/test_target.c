/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files and folders that are there complete or not at all. */
#include "scratch.h"
#include "suite.h"

#include "exports/target.h"

#include <check.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static char *folder, *path;

static void setup(void)
{
	folder = scratch_new();
	path = g_build_filename(folder, "out", NULL);
}

static void teardown(void)
{
	scratch_remove(folder);
	g_free(path);
}

/* The folder holds nothing but `path`, or nothing at all. */
static void expect_only(bool there)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name = g_dir_read_name(dir);
	ck_assert(there ? g_strcmp0(name, "out") == 0 : name == NULL);
	ck_assert_ptr_null(g_dir_read_name(dir));
}

START_TEST(a_file_appears_when_it_is_complete)
{
	g_autofree char *text = NULL;
	struct stat about;
	g_autoptr(target) t = target_file(path, NULL);
	ck_assert_str_eq(target_name(t), path);
	fputs("all", target_stream(t));
	ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
	ck_assert(target_finish(t, NULL));
	expect_only(true);
	ck_assert(g_file_get_contents(path, &text, NULL, NULL));
	ck_assert_str_eq(text, "all");
	ck_assert_int_eq(stat(path, &about), 0);
	ck_assert_int_eq(about.st_mode & 0777, 0600);
}
END_TEST

/* A large piece goes past the stream's buffer, and what does not fit of it is not there to be flushed. */
START_TEST(a_file_that_was_written_in_part_does_not_appear)
{
	static const char large[256 * 1024];
	const struct rlimit small = {64 * 1024, RLIM_INFINITY};
	g_autoptr(GError) error = NULL;
	target *t = target_file(path, NULL);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	fwrite(large, 1, sizeof large, target_stream(t));
	ck_assert(!target_finish(t, &error));
	ck_assert_msg(
		strstr(error->message, "cannot be written: File too large") != NULL, "%s", error->message);
	target_free(t);
	expect_only(false);
}
END_TEST

START_TEST(what_is_not_finished_leaves_nothing)
{
	target *t = target_file(path, NULL);
	fputs("half", target_stream(t));
	target_free(t);
	expect_only(false);
	t = target_folder(path, NULL);
	g_autofree char *inner = g_build_filename(target_place(t), "a", NULL);
	g_autofree char *file = g_build_filename(inner, "b", NULL);
	ck_assert_int_eq(g_mkdir(inner, 0700), 0);
	ck_assert(g_file_set_contents(file, "x", -1, NULL));
	target_free(t);
	expect_only(false);
}
END_TEST

START_TEST(a_folder_appears_with_all_that_is_in_it)
{
	g_autofree char *slashed = g_strconcat(path, "//", NULL);
	g_autoptr(target) t = target_folder(slashed, NULL);
	g_autofree char *file = g_build_filename(target_place(t), "b", NULL);
	ck_assert(g_file_set_contents(file, "x", -1, NULL));
	ck_assert(target_finish(t, NULL));
	expect_only(true);
	g_autofree char *there = g_build_filename(path, "b", NULL);
	ck_assert(g_file_test(there, G_FILE_TEST_EXISTS));
}
END_TEST

START_TEST(nothing_is_replaced)
{
	g_autoptr(GError) error = NULL;
	ck_assert(g_file_set_contents(path, "mine", -1, NULL));
	ck_assert_ptr_null(target_file(path, &error));
	ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_EXIST));
	ck_assert_ptr_null(target_folder(path, NULL));
	g_unlink(path);
	/* A link that leads nowhere is something, too. */
	ck_assert_int_eq(symlink("nowhere", path), 0);
	ck_assert_ptr_null(target_file(path, NULL));
	g_unlink(path);
	/* Nor what comes up meanwhile. */
	g_clear_error(&error);
	target *t = target_file(path, NULL);
	ck_assert(g_file_set_contents(path, "mine", -1, NULL));
	ck_assert(!target_finish(t, &error));
	ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_EXIST));
	target_free(t);
	expect_only(true);
}
END_TEST

START_TEST(a_place_that_is_none_is_named)
{
	g_autoptr(GError) error = NULL;
	ck_assert_ptr_null(target_file("/nonexistent/x", &error));
	ck_assert(g_str_has_prefix(error->message, "/nonexistent/x: "));
	ck_assert_ptr_null(target_folder("/nonexistent/x", NULL));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("target");
	TCase *tc = tcase_create("target");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_file_appears_when_it_is_complete);
	tcase_add_test(tc, a_file_that_was_written_in_part_does_not_appear);
	tcase_add_test(tc, what_is_not_finished_leaves_nothing);
	tcase_add_test(tc, a_folder_appears_with_all_that_is_in_it);
	tcase_add_test(tc, nothing_is_replaced);
	tcase_add_test(tc, a_place_that_is_none_is_named);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
