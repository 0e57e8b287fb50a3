/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only the store in a file can do: modes, locks, foreign files, killed writers. */
#include "ledger_help.h"
#include "suite.h"

#include "base/error.h"

#include <check.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static help_place place;

static void setup(void)
{
	place = help_place_new();
}

static void teardown(void)
{
	help_place_remove(&place);
}

static bool count_row(const store_row *row, void *user)
{
	gint64 *next = user;
	ck_assert_int_eq(row->index, *next);
	(*next)++;
	return true;
}

static gint64 count_rows(store *s)
{
	gint64 next = 0;
	const ledger_filter all = {0};
	ck_assert(s->ops->iterate(s, &all, count_row, &next, NULL));
	return next;
}

static void expect_error(const GError *error, const char *word)
{
	bool held = strstr(word, "another running gateway") != NULL;
	ck_assert(g_error_matches(error, CONSENT_ERROR, held ? CONSENT_ERROR_HELD : CONSENT_ERROR_STORE));
	ck_assert_msg(
		strstr(error->message, word) && strstr(error->message, place.folder), "%s", error->message);
}

static void expect_no_writer(const char *word)
{
	g_autoptr(GError) error = NULL;
	ck_assert_ptr_null(store_sqlite_open(place.path, &error));
	expect_error(error, word);
}

static void expect_no_reader(const char *word)
{
	g_autoptr(GError) error = NULL;
	ck_assert_ptr_null(store_sqlite_open_reader(place.path, &error));
	expect_error(error, word);
}

static void expect_refusal(const char *word)
{
	expect_no_writer(word);
	expect_no_reader(word);
}

START_TEST(files_are_for_the_owner_only)
{
	static const char *const endings[] = {"", "-wal", "-shm", "-lock"};
	g_autoptr(store) s = help_store(HELP_SQLITE, &place);
	help_fill(s, 0, 1);
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *path = g_strconcat(place.path, endings[i], NULL);
		struct stat found;
		ck_assert_int_eq(stat(path, &found), 0);
		ck_assert_msg((found.st_mode & 07777) == 0600, "%s has mode %o", path, found.st_mode & 07777);
	}
}
END_TEST

START_TEST(writes_ahead)
{
	store_close(help_store(HELP_SQLITE, &place));
	g_autofree char *mode = help_select(&place, "PRAGMA journal_mode");
	ck_assert_str_eq(mode, "wal");
}
END_TEST

START_TEST(refuses_other_files)
{
	ck_assert(g_file_set_contents(
		place.path, "this is a text file, and long enough to be looked at …………", -1, NULL));
	expect_refusal("not a database");
}
END_TEST

START_TEST(refuses_foreign_databases)
{
	help_tamper(&place, "CREATE TABLE entries (idx INTEGER PRIMARY KEY, body TEXT)");
	expect_refusal("no consent ledger");
	help_tamper(&place, "PRAGMA user_version = 1");
	expect_refusal("no consent ledger");
	g_autofree char *tables = help_select(&place, "SELECT group_concat(name) FROM sqlite_schema");
	ck_assert_str_eq(tables, "entries");
}
END_TEST

START_TEST(refuses_a_newer_schema)
{
	store_close(help_store(HELP_SQLITE, &place));
	help_tamper(&place, "PRAGMA user_version = 99");
	expect_refusal("newer version");
}
END_TEST

START_TEST(refuses_folders_and_missing_ones)
{
	g_free(place.path);
	place.path = g_build_filename(place.folder, "none", "ledger.sqlite", NULL);
	expect_refusal("No such file");
	g_free(place.path);
	place.path = g_strdup(place.folder);
	expect_no_writer("");
	expect_no_reader("is no file");
	g_autofree char *lock = g_strconcat(place.folder, "-lock", NULL);
	g_unlink(lock);
}
END_TEST

START_TEST(readers_want_a_ledger)
{
	expect_no_reader("No such file");
	ck_assert(!g_file_test(place.path, G_FILE_TEST_EXISTS));
	ck_assert(g_file_set_contents(place.path, "", 0, NULL));
	expect_no_reader("is empty");
}
END_TEST

START_TEST(takes_over_an_empty_file)
{
	ck_assert(g_file_set_contents(place.path, "", 0, NULL));
	g_autoptr(store) s = help_store(HELP_SQLITE, &place);
	help_fill(s, 0, 1);
}
END_TEST

START_TEST(has_one_writer)
{
	store *first = help_store(HELP_SQLITE, &place);
	expect_no_writer("another running gateway");
	store_close(first);
	store_close(help_store(HELP_SQLITE, &place));
}
END_TEST

START_TEST(others_may_append_beside_the_writer)
{
	g_autoptr(GError) error = NULL;
	ck_assert_ptr_null(store_sqlite_open_beside(place.path, &error));
	ck_assert(!g_file_test(place.path, G_FILE_TEST_EXISTS));
	g_autoptr(store) s = help_store(HELP_SQLITE, &place);
	g_autoptr(store) other = store_sqlite_open_beside(place.path, NULL);
	help_fill(s, 0, 2);
	help_fill(other, 2, 2);
	help_fill(s, 4, 1);
	ck_assert_int_eq(count_rows(s), 5);

	/* One at a time. */
	ck_assert(other->ops->begin(other, NULL));
	ck_assert(!s->ops->begin(s, NULL));
	other->ops->rollback(other);
	help_fill(s, 5, 1);
}
END_TEST

static bool take_user(const ledger_entry *entry, void *user)
{
	*(char **)user = g_strdup(json_string_value(json_object_get(entry->personal, "user")));
	return false;
}

static char *user_of(gint64 index)
{
	char *user = NULL;
	g_autoptr(ledger_reader) r = ledger_reader_open(place.path, NULL);
	ck_assert(ledger_read(r, &(ledger_filter){.after = index}, take_user, &user, NULL));
	return user;
}

START_TEST(a_program_beside_the_gateway_appends)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ledger) l = help_ledger(&place);
	help_append(l, "test", "{s:i}", "n", 0);
	ck_assert_msg(ledger_append_beside(place.path, "export", json_pack("{s:i}", "rows", 3),
			      json_pack("{s:s}", "user", "ann"), &error),
		"%s", error ? error->message : "");
	ck_assert_int_eq(help_append(l, "test", "{s:i}", "n", 2).index, 2);
	g_autofree char *user = user_of(1);
	ck_assert_str_eq(user, "ann");

	help_tamper(&place, "UPDATE entries SET body = '{}' WHERE idx = 2");
	ck_assert(!ledger_append_beside(place.path, "export", json_object(), NULL, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_STORE));
	g_autofree char *count = help_select(&place, "SELECT count(*) FROM entries");
	ck_assert_str_eq(count, "3");
}
END_TEST

START_TEST(odd_names_are_paths_all_the_same)
{
	g_free(place.path);
	place.path = g_build_filename(place.folder, "led%67er ?mode=rwc&x#ü.sqlite", NULL);
	g_autoptr(store) s = help_store(HELP_SQLITE, &place);
	help_fill(s, 0, 2);
	g_autoptr(store) reader = help_view(HELP_SQLITE, s, &place);
	ck_assert_int_eq(count_rows(reader), 2);
}
END_TEST

START_TEST(refuses_changes_by_sql)
{
	static const char *const attempts[] = {
		"UPDATE entries SET body = '{}' WHERE idx = 1",
		"DELETE FROM entries WHERE idx = 2",
		"INSERT OR REPLACE INTO entries SELECT * FROM entries WHERE idx = 1",
		"INSERT INTO entries SELECT 9, at, type, 0, 0, 0, 0, body, leaf, link FROM entries",
		"UPDATE personal SET data = '{}'",
		"DELETE FROM personal",
		"INSERT OR REPLACE INTO personal VALUES (0, zeroblob(32), '{}')",
	};
	g_autoptr(store) s = help_store(HELP_SQLITE, &place);
	store_row row = help_row(0);
	row.personal = "{}";
	ck_assert(s->ops->begin(s, NULL) && s->ops->append(s, &row, NULL) && s->ops->commit(s, NULL));
	help_fill(s, 1, 2);
	sqlite3 *db = NULL;
	ck_assert_int_eq(sqlite3_open(place.path, &db), SQLITE_OK);
	for (size_t i = 0; i < G_N_ELEMENTS(attempts); i++)
		ck_assert_msg(sqlite3_exec(db, attempts[i], NULL, NULL, NULL) == SQLITE_CONSTRAINT, "%s",
			attempts[i]);
	sqlite3_close(db);
	ck_assert_int_eq(count_rows(s), 3);
}
END_TEST

START_TEST(notices_that_its_file_is_gone)
{
	g_autoptr(store) s = help_store(HELP_SQLITE, &place);
	g_autoptr(GError) error = NULL;
	g_autofree char *elsewhere = g_strconcat(place.path, ".moved", NULL);
	help_fill(s, 0, 1);
	ck_assert_int_eq(g_rename(place.path, elsewhere), 0);
	ck_assert(!s->ops->begin(s, &error));
	ck_assert_msg(strstr(error->message, "moved or removed"), "%s", error->message);
	ck_assert(!s->ops->probe(s, NULL));
	ck_assert_int_eq(g_rename(elsewhere, place.path), 0);
	ck_assert(s->ops->probe(s, NULL));
}
END_TEST

START_TEST(somebody_elses_lock_fails_the_write_only)
{
	g_autoptr(store) s = help_store(HELP_SQLITE, &place);
	g_autoptr(GError) error = NULL;
	sqlite3 *db = NULL;
	ck_assert_int_eq(sqlite3_open(place.path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	ck_assert(!s->ops->begin(s, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_STORE));
	sqlite3_close(db);
	help_fill(s, 0, 1);
}
END_TEST

/* A writer in another process that is killed without a chance to close. */
static void write_and_die(unsigned count)
{
	pid_t child = fork();
	if (child == 0) {
		store *s = store_sqlite_open(place.path, NULL);
		if (s)
			help_fill(s, 0, count);
		raise(SIGKILL);
	}
	int status;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
}

START_TEST(outlives_a_killed_writer)
{
	write_and_die(300);
	g_autoptr(store) reader = help_view(HELP_SQLITE, NULL, &place);
	ck_assert_int_eq(count_rows(reader), 300);
	g_autoptr(store) s = help_store(HELP_SQLITE, &place);
	help_fill(s, 300, 1);
	ck_assert_int_eq(count_rows(reader), 301);
}
END_TEST

START_TEST(outlives_the_loss_of_the_index_of_its_log)
{
	write_and_die(300);
	g_autofree char *shared = g_strconcat(place.path, "-shm", NULL);
	ck_assert_int_eq(g_unlink(shared), 0);
	g_autoptr(store) reader = help_view(HELP_SQLITE, NULL, &place);
	ck_assert_int_eq(count_rows(reader), 300);
}
END_TEST

START_TEST(is_readable_when_no_gateway_runs)
{
	store *s = help_store(HELP_SQLITE, &place);
	help_fill(s, 0, 10);
	store_close(s);
	g_autofree char *log = g_strconcat(place.path, "-wal", NULL);
	ck_assert(!g_file_test(log, G_FILE_TEST_EXISTS));
	g_autoptr(store) reader = help_view(HELP_SQLITE, NULL, &place);
	ck_assert_int_eq(count_rows(reader), 10);

	/* A gateway that starts while the reader looks on. */
	g_autoptr(store) again = help_store(HELP_SQLITE, &place);
	help_fill(again, 10, 5);
	ck_assert_int_eq(count_rows(reader), 15);
}
END_TEST

START_TEST(says_what_is_damaged)
{
	g_autoptr(GError) error = NULL;
	store *s = help_store(HELP_SQLITE, &place);
	help_fill(s, 0, 50);
	store_close(s);
	/* An index that lacks what its table has. */
	help_tamper(&place,
		"PRAGMA writable_schema = ON;"
		"UPDATE sqlite_schema SET sql = replace(sql, 'room IS NOT NULL', 'room IS NULL')"
		" WHERE name = 'entries_room'");
	g_autoptr(store) reader = help_view(HELP_SQLITE, NULL, &place);
	ck_assert(!reader->ops->check(reader, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY));
}
END_TEST

static void add_file(TCase *tc)
{
	static const TTest *const *const tests[] = {&files_are_for_the_owner_only, &writes_ahead,
		&refuses_other_files, &refuses_foreign_databases, &refuses_a_newer_schema,
		&refuses_folders_and_missing_ones, &readers_want_a_ledger, &takes_over_an_empty_file,
		&has_one_writer, &others_may_append_beside_the_writer, &a_program_beside_the_gateway_appends,
		&odd_names_are_paths_all_the_same, &refuses_changes_by_sql, &notices_that_its_file_is_gone,
		&somebody_elses_lock_fails_the_write_only, &outlives_a_killed_writer,
		&outlives_the_loss_of_the_index_of_its_log, &is_readable_when_no_gateway_runs,
		&says_what_is_damaged};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
}

int main(void)
{
	Suite *suite = suite_create("store_file");
	TCase *tc = tcase_create("store_file");
	tcase_add_checked_fixture(tc, setup, teardown);
	add_file(tc);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
