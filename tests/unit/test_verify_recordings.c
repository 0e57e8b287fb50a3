/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify --recordings: whether the files are those that the ledger has. */
#include "kept_help.h"

#include "base/error.h"
#include "cli/recordings.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

/* NULL: good. */
static char *verify_with(const char *key)
{
	arguments args = kept_arguments();
	g_autoptr(GError) error = NULL;
	args.values[OPTION_KEY] = key;
	args.values[OPTION_COMPARED] = args.values[OPTION_RECORDINGS];
	args.values[OPTION_RECORDINGS] = NULL;
	int code = command_verify.run(&args, &error);
	ck_assert_int_eq(code, error ? TOOL_NO : TOOL_GOOD);
	return error ? g_strdup(error->message) : NULL;
}

static char *verify(void)
{
	return verify_with(kept.settings->capture_key);
}

#define EXPECT_FOUND(words)                                                                                  \
	do {                                                                                                 \
		g_autofree char *found = verify();                                                           \
		ck_assert_ptr_nonnull(found);                                                                \
		ck_assert_msg(strstr(found, words), "%s", found);                                            \
	} while (0)

static void expect_good(void)
{
	g_autofree char *found = verify();
	ck_assert_msg(!found, "%s", found);
}

/* The path of the first recording. */
static char *first_file(void)
{
	json_t *segments = world_entries(&kept, "segment");
	json_t *closed = entry_find(segments, json_pack("{s:s}", "state", "closed"));
	char *path = g_build_filename(kept.settings->recordings, text_of(closed, "file"), NULL);
	json_decref(closed);
	json_decref(segments);
	return path;
}

START_TEST(what_was_captured_is_good)
{
	expect_good();
	ck_assert_ptr_null(verify_with(NULL)); /* by hashes alone */
	ck_assert_int_eq(kept_sweep(30.1), TOOL_GOOD);
	expect_good();
	ck_assert_int_eq(kept_sweep(366), TOOL_GOOD);
	expect_good();
}
END_TEST

START_TEST(a_changed_byte_is_found)
{
	g_autofree char *path = first_file(), *bytes = NULL;
	gsize length;
	ck_assert(g_file_get_contents(path, &bytes, &length, NULL));
	bytes[length / 2] ^= 1;
	ck_assert(g_file_set_contents(path, bytes, (gssize)length, NULL));
	EXPECT_FOUND("is not what was captured");
	bytes[length / 2] ^= 1;
	ck_assert(g_file_set_contents(path, bytes, (gssize)length, NULL));
	expect_good();
}
END_TEST

START_TEST(a_missing_file_is_found)
{
	g_autofree char *path = first_file();
	ck_assert_int_eq(g_unlink(path), 0);
	EXPECT_FOUND("is missing");
}
END_TEST

/* By somebody else, or from a backup after it was erased. */
START_TEST(a_file_too_many_is_found)
{
	g_autofree char *path = first_file(), *bytes = NULL;
	g_autofree char *other = g_build_filename(kept.settings->recordings, "other.mjr", NULL);
	gsize length;
	ck_assert(g_file_get_contents(path, &bytes, &length, NULL));
	ck_assert(g_file_set_contents(other, bytes, (gssize)length, NULL));
	EXPECT_FOUND("other.mjr is of no segment that the ledger has");
	ck_assert_int_eq(g_unlink(other), 0);
	ck_assert_int_eq(kept_sweep(366), TOOL_GOOD);
	ck_assert(g_file_set_contents(path, bytes, (gssize)length, NULL));
	EXPECT_FOUND("or was erased");
}
END_TEST

/* What is wrong with a key, and how that is said. */
static const struct {
	const char *change, *said;
} keys[] = {
	{"DELETE FROM meta WHERE name LIKE 'segment-key/%'", "has lost its key"},
	{"DELETE FROM meta WHERE name LIKE 'grant-key/%'", "has lost its key"},
	{"UPDATE meta SET value = 'A' || substr(value, 2) || 'A' WHERE name LIKE 'segment-key/%'",
		"cannot be opened"},
	{"UPDATE meta SET value = (SELECT value FROM meta WHERE name LIKE 'segment-key/%') "
	 "WHERE name LIKE 'grant-key/%'",
		"cannot be opened"},
};

START_TEST(a_key_that_was_tampered_with_is_found)
{
	sqlite3 *db = NULL;
	ck_assert_int_eq(sqlite3_open(kept.settings->store, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, keys[_i].change, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	EXPECT_FOUND(keys[_i].said);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("verify_recordings");
	TCase *tests = tcase_create("verify_recordings");
	tcase_add_checked_fixture(tests, kept_setup, kept_teardown);
	tcase_add_test(tests, what_was_captured_is_good);
	tcase_add_test(tests, a_changed_byte_is_found);
	tcase_add_test(tests, a_missing_file_is_found);
	tcase_add_test(tests, a_file_too_many_is_found);
	tcase_add_loop_test(tests, a_key_that_was_tampered_with_is_found, 0, (int)G_N_ELEMENTS(keys));
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
