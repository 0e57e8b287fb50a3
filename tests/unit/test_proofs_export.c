/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exporting a log as static files: what is written, what is left alone, and what is refused. */
#include "proofs_export_support.h"

#include "base/error.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void assert_files(const export_fixture *f, const char *const *wanted)
{
	g_autoptr(GPtrArray) files = export_files(f);
	g_ptr_array_add(files, NULL);
	g_autofree char *found = g_strjoinv(" ", (char **)files->pdata);
	g_autofree char *all = g_strjoinv(" ", (char **)wanted);
	ck_assert_str_eq(found, all);
}

static void assert_exports(export_fixture *f, guint64 size)
{
	g_autoptr(GError) error = NULL;
	ck_assert_msg(export_size(f, size, false, &error), "%s", error ? error->message : "");
	ck_assert_msg(export_check(f, &error), "%s", error ? error->message : "");
	ck_assert_uint_eq(f->counts.size, size);
}

static struct stat status_of(const export_fixture *f, const char *name)
{
	g_autofree char *path = export_path(f, name);
	struct stat status = {0};
	ck_assert_int_eq(stat(path, &status), 0);
	return status;
}

static const guint64 sizes[] = {0, 1, 2, 255, 256, 257, 511, 512, 700};

START_TEST(exports_of_all_kinds_of_size)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	assert_exports(&f, sizes[_i]);
	ck_assert_uint_eq(f.counts.kept, 0);
}
END_TEST

/* The files that c2sp.org/tlog-tiles names for 70,000 entries, in the places where they must be. */
START_TEST(files_of_a_large_tree)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	assert_exports(&f, 70000);
	ck_assert_uint_eq(f.counts.written, 274 + 2 + 1 + 274);
	ck_assert_int_eq(status_of(&f, "tile/0/272").st_size, 8192);
	ck_assert_int_eq(status_of(&f, "tile/0/273.p/112").st_size, 112 * HASH_SIZE);
	ck_assert_int_eq(status_of(&f, "tile/1/000").st_size, 8192);
	ck_assert_int_eq(status_of(&f, "tile/1/001.p/17").st_size, 17 * HASH_SIZE);
	ck_assert_int_eq(status_of(&f, "tile/2/000.p/1").st_size, HASH_SIZE);
	ck_assert_int_eq(status_of(&f, "tile/entries/273.p/112").st_mode & 07777, 0644);
}
END_TEST

START_TEST(exact_files)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	assert_exports(&f, 257);
	const char *const wanted[] = {"checkpoint", "tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1",
		"tile/entries/000", "tile/entries/001.p/1", NULL};
	assert_files(&f, wanted);

	g_autofree char *path = export_path(&f, "tile/entries/001.p/1");
	g_autofree char *bundle = NULL;
	gsize length;
	ck_assert(g_file_get_contents(path, &bundle, &length, NULL));
	ck_assert_uint_eq(length, 2 + 9);
	ck_assert_mem_eq(bundle,
		"\0\x09"
		"entry 256",
		11);
}
END_TEST

/* Growing */

START_TEST(only_what_is_new)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	assert_exports(&f, 600);
	struct stat before = status_of(&f, "tile/0/001");
	assert_exports(&f, 800);
	struct stat after = status_of(&f, "tile/0/001");
	ck_assert_uint_eq(f.counts.size_before, 600);
	/* tile/0/002, tile/0/003.p/32, tile/1/000.p/3, two bundles */
	ck_assert_uint_eq(f.counts.written, 5);
	ck_assert_uint_eq(f.counts.kept, 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);

	const char *const wanted[] = {"checkpoint", "tile/0/000", "tile/0/001", "tile/0/002",
		"tile/0/003.p/32", "tile/1/000.p/2", "tile/1/000.p/3", "tile/entries/000", "tile/entries/001",
		"tile/entries/002", "tile/entries/003.p/32", NULL};
	assert_files(&f, wanted); /* without the partial forms of what has become full */
}
END_TEST

START_TEST(every_size_on_the_way)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	for (guint64 size = 250; size < 262; size++)
		assert_exports(&f, size);
	assert_exports(&f, 261);
	ck_assert_uint_eq(f.counts.written, 0);
	ck_assert_uint_eq(f.counts.kept, 3);
}
END_TEST

START_TEST(interrupted_exports_are_taken_up)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	g_autoptr(GError) error = NULL;
	g_autofree char *head = export_path(&f, "checkpoint");
	f.fail_entry = 650;
	ck_assert(!export_size(&f, 700, false, &error));
	assert_error(&error, CONSENT_ERROR_STORE, "injected");
	ck_assert(!g_file_test(head, G_FILE_TEST_EXISTS));

	f.fail_entry = G_MAXUINT64;
	assert_exports(&f, 700);
	ck_assert_uint_eq(f.counts.kept, 3 + 1 + 2);
	ck_assert_uint_eq(f.counts.written, 1);
}
END_TEST

/* Half a file of a crash, and files with wrong bytes that no checkpoint vouches for yet. */
START_TEST(leftovers)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	assert_exports(&f, 100);
	g_autofree char *part = put_file(f.folder, ".part", "half", -1);
	g_autofree char *folder = export_path(&f, "tile/0/000.p");
	g_free(put_file(folder, "200", "not these", -1));
	assert_exports(&f, 200);
	ck_assert(!g_file_test(part, G_FILE_TEST_EXISTS));
}
END_TEST

START_TEST(mending)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	g_autoptr(GError) error = NULL;
	assert_exports(&f, 700);
	g_autofree char *path = export_path(&f, "tile/0/000");
	ck_assert_int_eq(unlink(path), 0);
	ck_assert(export_size(&f, 701, false, NULL));
	ck_assert(!export_check(&f, &error)); /* what was published once is not looked at again… */
	assert_error(&error, CONSENT_ERROR_VERIFY, "tile/0/000: is missing");
	ck_assert(export_size(&f, 701, true, NULL)); /* …unless one asks for it */
	ck_assert_uint_eq(f.counts.written, 1);
	ck_assert(export_check(&f, NULL));
}
END_TEST

/* Refusals: the folder stays as it is */

static void assert_refused(export_fixture *f, guint64 size, int code, const char *words)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = export_path(f, "checkpoint");
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;
	g_file_get_contents(path, &before, NULL, NULL);
	ck_assert(!export_size(f, size, false, &error));
	assert_error(&error, code, words);
	g_file_get_contents(path, &after, NULL, NULL);
	ck_assert_int_eq(g_strcmp0(before, after), 0);
}

START_TEST(never_back)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	assert_exports(&f, 300);
	assert_refused(&f, 299, CONSENT_ERROR_VERIFY, "more entries than the log has");
}
END_TEST

START_TEST(never_to_another_log)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	assert_exports(&f, 300);
	note_signer_clear(&f.signer);
	make_signer("example.com/other", 1, &f.signer);
	assert_refused(&f, 301, CONSENT_ERROR_VERIFY, "another log");
}
END_TEST

START_TEST(never_to_another_history)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	assert_exports(&f, 300);
	memory_log_free(f.log);
	f.log = memory_log_new();
	memory_log_add(f.log, "forged", 6);
	assert_refused(&f, 301, CONSENT_ERROR_VERIFY, "not the beginning of this log");
}
END_TEST

START_TEST(never_over_something_unknown)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	g_autofree char *path = put_file(f.folder, "checkpoint", "what is this?", -1);
	assert_refused(&f, 1, CONSENT_ERROR_VERIFY, path);
}
END_TEST

START_TEST(changed_entries_are_not_published)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	memory_log_grow(f.log, 300);
	g_bytes_unref(f.log->entries->pdata[280]);
	f.log->entries->pdata[280] = g_bytes_new_static("forged", 6);
	assert_refused(&f, 300, CONSENT_ERROR_VERIFY, "entry 280 is not the one");
}
END_TEST

START_TEST(heads_of_something_else)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	g_autoptr(GError) error = NULL;
	const uint8_t root[HASH_SIZE] = {1};
	tile_log log = {memory_log_reader(f.log), NULL, &f};
	memory_log_grow(f.log, 3);
	g_autofree char *wrong = checkpoint_sign(3, root, &f.signer, 1, NULL);
	ck_assert(!tile_export(f.folder, &log, wrong, false, NULL, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "not of this log");
	ck_assert(!tile_export(f.folder, &log, "no note", false, NULL, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "the note");
}
END_TEST

START_TEST(large_entries)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	g_autofree char *large = g_strnfill(TILE_ENTRY_MAX + 1, 'x');
	memory_log_add(f.log, large, TILE_ENTRY_MAX);
	assert_exports(&f, 1);
	memory_log_add(f.log, large, TILE_ENTRY_MAX + 1);
	assert_refused(&f, 2, CONSENT_ERROR_INVALID, "65536 bytes");
}
END_TEST

START_TEST(one_export_at_a_time)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	int other = open(f.folder, O_RDONLY | O_DIRECTORY);
	ck_assert_int_eq(flock(other, LOCK_EX), 0);
	assert_refused(&f, 10, CONSENT_ERROR_FILE, "another export may be writing");
	close(other);
	assert_exports(&f, 10);
}
END_TEST

START_TEST(folders_that_cannot_be)
{
	g_auto(export_fixture) f;
	export_setup(&f);
	g_autofree char *blocked = put_file(f.folder, "tile", "a file where a folder must be", -1);
	assert_refused(&f, 10, CONSENT_ERROR_FILE, "cannot make");
	g_free(f.folder);
	f.folder = g_steal_pointer(&blocked);
	assert_refused(&f, 10, CONSENT_ERROR_FILE, "cannot make");
	char *folder = g_path_get_dirname(f.folder);
	g_free(f.folder);
	f.folder = folder;
}
END_TEST

START_TEST(failing_hashes)
{
	/* four for the root, and one for each hash of the two levels */
	for (guint nth = 1; nth <= 4 + 300 + 1; nth += 8) {
		g_auto(export_fixture) f;
		export_setup(&f);
		g_autoptr(GError) error = NULL;
		memory_log_grow(f.log, 300);
		g_autofree char *head = export_head(&f, 300);
		tile_log log = {memory_log_reader(f.log), NULL, &f};
		g_autofree char *path = export_path(&f, "checkpoint");
		f.log->fail_read = nth;
		ck_assert(!tile_export(f.folder, &log, head, false, NULL, &error));
		assert_error(&error, CONSENT_ERROR_STORE, "injected");
		ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proofs: export");
	TCase *tests = tcase_create("export");
	tcase_add_loop_test(tests, exports_of_all_kinds_of_size, 0, G_N_ELEMENTS(sizes));
	tcase_add_test(tests, files_of_a_large_tree);
	tcase_add_test(tests, exact_files);
	tcase_add_test(tests, only_what_is_new);
	tcase_add_test(tests, every_size_on_the_way);
	tcase_add_test(tests, interrupted_exports_are_taken_up);
	tcase_add_test(tests, leftovers);
	tcase_add_test(tests, mending);
	tcase_add_test(tests, never_back);
	tcase_add_test(tests, never_to_another_log);
	tcase_add_test(tests, never_to_another_history);
	tcase_add_test(tests, never_over_something_unknown);
	tcase_add_test(tests, changed_entries_are_not_published);
	tcase_add_test(tests, heads_of_something_else);
	tcase_add_test(tests, large_entries);
	tcase_add_test(tests, one_export_at_a_time);
	tcase_add_test(tests, folders_that_cannot_be);
	tcase_add_test(tests, failing_hashes);
	suite_add_tcase(suite, tests);
	return run_proofs_suite(suite);
}
