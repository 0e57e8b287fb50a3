/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only the store in PostgreSQL does: many logs, one writer each, versions, permissions, settings. */
#include "ledger_help.h"

#include "base/error.h"
#include "ledger/postgres_store.h"

#include <stdlib.h>
#include <string.h>

#define OTHER "other.example/consent"

static help_place place;

static void setup(void)
{
	place = help_place_new();
}

static void teardown(void)
{
	help_place_remove(&place);
}

static store *open_as(const char *origin, store_role role)
{
	g_autoptr(GError) error = NULL;
	store *s = store_open(help_server.url, origin, role, &error);
	ck_assert_msg(s != NULL, "%s", error ? error->message : "");
	return s;
}

static void expect_word(const GError *error, const char *word)
{
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_STORE));
	ck_assert_msg(strstr(error->message, word), "%s", error->message);
}

static void expect_no_open(const char *origin, store_role role, const char *word)
{
	g_autoptr(GError) error = NULL;
	ck_assert_ptr_null(store_open(help_server.url, origin, role, &error));
	expect_word(error, word);
	ck_assert(g_str_has_prefix(error->message, "postgresql://"));
}

static void run_sql(const char *sql)
{
	g_autofree char *ignored = pg_server_sql(&help_server, sql);
}

static void expect_sql(const char *sql, const char *value)
{
	g_autofree char *is = pg_server_sql(&help_server, sql);
	ck_assert_str_eq(is, value);
}

/* Several logs */

static bool note(const store_row *row, void *user)
{
	g_string_append_printf(user, "%.1s%" G_GINT64_FORMAT " ", row->log, row->index);
	return true;
}

static void expect_rows(store *s, const ledger_filter *filter, const char *wanted)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	ck_assert(s->ops->iterate(s, filter, note, seen, NULL));
	ck_assert_str_eq(seen->str, wanted);
}

START_TEST(keeps_logs_apart)
{
	g_autoptr(store) a = open_as(HELP_ORIGIN, STORE_WRITER), b = open_as(OTHER, STORE_WRITER);
	store_head head;
	help_fill(a, 0, 2);
	help_fill(b, 0, 1);
	help_fill(a, 2, 1);
	expect_rows(a, &(ledger_filter){0}, "t0 t1 t2 ");
	expect_rows(b, &(ledger_filter){0}, "o0 ");
	ck_assert(b->ops->head(b, &head, NULL));
	ck_assert_int_eq(head.size, 1);
	ck_assert(a->ops->set(a, "name", "of a", NULL));
	char *value = NULL;
	ck_assert(b->ops->get(b, "name", &value, NULL));
	ck_assert_ptr_null(value);
}
END_TEST

static bool stop_at_once(const store_row *row, void *user)
{
	*(gint64 *)user = row->position;
	return false;
}

START_TEST(reads_all_logs_in_the_order_of_their_coming)
{
	g_autoptr(store) a = open_as(HELP_ORIGIN, STORE_WRITER), b = open_as(OTHER, STORE_WRITER);
	static const char *const types[] = {"test", NULL};
	gint64 position = 0;
	help_fill(a, 0, 2);
	help_fill(b, 0, 1);
	help_fill(a, 2, 1);
	g_autoptr(store) all = open_as(NULL, STORE_READER);
	expect_rows(all, &(ledger_filter){0}, "t0 t1 o0 t2 ");
	expect_rows(all, &(ledger_filter){.types = types}, "t0 t1 o0 t2 ");
	expect_rows(all, &(ledger_filter){.log = OTHER}, "o0 ");
	expect_rows(all, &(ledger_filter){.log = HELP_ORIGIN, .after = 1}, "t1 t2 ");
	expect_rows(all, &(ledger_filter){.log = "none"}, "");
	expect_rows(all, &(ledger_filter){.from_ms = 1000, .to_ms = 1001}, "t0 o0 ");

	ck_assert(all->ops->iterate(
		all, &(ledger_filter){.log = OTHER, .types = types}, stop_at_once, &position, NULL));
	ck_assert_int_eq(position, 0);
	g_autoptr(store) one = open_as(OTHER, STORE_READER);
	expect_rows(one, &(ledger_filter){0}, "o0 ");
}
END_TEST

static void fill_room(store *s, gint64 first, gint64 count)
{
	ck_assert(s->ops->begin(s, NULL));
	for (gint64 i = first; i < first + count; i++) {
		store_row row = help_row(i);
		row.room = "1";
		ck_assert(s->ops->append(s, &row, NULL));
	}
	ck_assert(s->ops->commit(s, NULL));
}

typedef struct walk {
	gint64 count, position;
} walk;

static bool step(const store_row *row, void *user)
{
	walk *w = user;
	ck_assert_int_gt(row->position, w->position);
	w->position = row->position;
	w->count++;
	return true;
}

START_TEST(goes_on_at_a_position_over_many_pages)
{
	g_autoptr(store) a = open_as(HELP_ORIGIN, STORE_WRITER), b = open_as(OTHER, STORE_WRITER);
	for (gint64 i = 0; i < 4; i++) {
		fill_room(a, i * 300, 300);
		fill_room(b, i * 10, 10);
	}
	g_autoptr(store) all = open_as(NULL, STORE_READER);
	walk whole = {0}, rest = {0};
	ck_assert(all->ops->iterate(all, &(ledger_filter){.room = "1"}, step, &whole, NULL));
	ck_assert_int_eq(whole.count, 1240);
	ck_assert(all->ops->iterate(
		all, &(ledger_filter){.room = "1", .after = whole.position - 309}, step, &rest, NULL));
	ck_assert_int_eq(rest.count, 310);
	walk one = {.position = 899};
	ck_assert(all->ops->iterate(
		all, &(ledger_filter){.room = "1", .log = HELP_ORIGIN, .after = 900}, step, &one, NULL));
	ck_assert_int_eq(one.count, 300);
}
END_TEST

static bool note_log(const char *origin, const store_head *head, void *user)
{
	g_string_append_printf(user, "%s %" G_GINT64_FORMAT "\n", origin, head->size);
	return true;
}

START_TEST(lists_its_logs)
{
	g_autoptr(store) a = open_as(HELP_ORIGIN, STORE_WRITER), b = open_as(OTHER, STORE_WRITER);
	g_autoptr(GString) seen = g_string_new(NULL);
	help_fill(a, 0, 2);
	ck_assert(b->ops->logs(b, note_log, seen, NULL));
	ck_assert_str_eq(seen->str, HELP_ORIGIN " 2\n" OTHER " 0\n");
	g_auto(GStrv) origins = ledger_logs(help_server.url, NULL);
	ck_assert_uint_eq(g_strv_length(origins), 2);
	ck_assert_str_eq(origins[1], OTHER);
}
END_TEST

/* One writer */

START_TEST(a_second_writer_is_refused_and_told_who_holds_the_log)
{
	store *first = open_as(HELP_ORIGIN, STORE_WRITER);
	g_autofree char *me = g_strdup_printf("process %d", (int)getpid());
	help_fill(first, 0, 1);
	expect_no_open(HELP_ORIGIN, STORE_WRITER, "is held by another running gateway");
	expect_no_open(HELP_ORIGIN, STORE_WRITER, me);
	help_fill(first, 1, 1);
	store_close(first);
	g_autoptr(store) second = open_as(HELP_ORIGIN, STORE_WRITER);
	help_fill(second, 2, 1);
}
END_TEST

static void end_sessions(void)
{
	run_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
		" WHERE application_name = 'janus-consent'");
}

START_TEST(goes_on_when_its_connection_was_lost)
{
	g_autoptr(store) s = open_as(HELP_ORIGIN, STORE_WRITER);
	char *value = NULL;
	help_fill(s, 0, 1);
	end_sessions();
	help_fill(s, 1, 1);
	end_sessions();
	ck_assert(s->ops->probe(s, NULL));
	end_sessions();
	ck_assert(s->ops->set(s, "a", "b", NULL));
	end_sessions();
	ck_assert(s->ops->get(s, "a", &value, NULL));
	g_free(value);
	end_sessions();
	expect_rows(s, &(ledger_filter){0}, "t0 t1 ");
}
END_TEST

START_TEST(who_lost_the_log_cannot_write_until_it_is_free)
{
	g_autoptr(store) first = open_as(HELP_ORIGIN, STORE_WRITER);
	g_autoptr(GError) error = NULL;
	help_fill(first, 0, 1);
	end_sessions();
	store *second = open_as(HELP_ORIGIN, STORE_WRITER);
	help_fill(second, 1, 1);
	ck_assert(!first->ops->begin(first, &error));
	expect_word(error, "is held by another running gateway");
	ck_assert(!first->ops->probe(first, NULL));
	ck_assert(!first->ops->set(first, "a", "b", NULL));
	help_fill(second, 2, 1);
	store_close(second);
	help_fill(first, 3, 1);
}
END_TEST

/* The first has its connection still, but the row says that it is another's. */
START_TEST(the_token_keeps_a_sleeper_out)
{
	g_autoptr(store) s = open_as(HELP_ORIGIN, STORE_WRITER);
	g_autoptr(GError) error = NULL;
	postgres_store *st = (postgres_store *)s;
	postgres_drop(&((postgres_store *)s)->link);
	ck_assert(postgres_ready(st, NULL));
	run_sql("UPDATE janus_consent.logs SET holder = 'somebody else'");
	ck_assert(!s->ops->set(s, "a", "b", &error));
	expect_word(error, "has taken over");
	/* Nobody holds the lock, so it gets the log back. */
	help_fill(s, 0, 1);
	run_sql("UPDATE janus_consent.logs SET holder = 'somebody else'");
	ck_assert(s->ops->probe(s, NULL));
}
END_TEST

/* Versions */

#define OPENERS 6

static gpointer open_and_fill(gpointer number)
{
	g_autofree char *origin = g_strdup_printf("gateway-%d", GPOINTER_TO_INT(number));
	g_autoptr(GError) error = NULL;
	g_autoptr(store) s = store_open(help_server.url, origin, STORE_WRITER, &error);
	if (!s)
		return g_strdup(error->message);
	help_fill(s, 0, 3);
	return NULL;
}

START_TEST(many_may_make_the_tables_at_once)
{
	GThread *threads[OPENERS];
	for (int i = 0; i < OPENERS; i++)
		threads[i] = g_thread_new("opener", open_and_fill, GINT_TO_POINTER(i));
	for (int i = 0; i < OPENERS; i++) {
		g_autofree char *wrong = g_thread_join(threads[i]);
		ck_assert_msg(wrong == NULL, "%s", wrong);
	}
	expect_sql("SELECT count(*) FROM janus_consent.entries", G_STRINGIFY(18));
}
END_TEST

START_TEST(refuses_newer_and_foreign_schemas)
{
	store_close(open_as(HELP_ORIGIN, STORE_WRITER));
	run_sql("UPDATE janus_consent.version SET version = 99");
	expect_no_open(HELP_ORIGIN, STORE_WRITER, "newer version");
	expect_no_open(HELP_ORIGIN, STORE_READER, "newer version");
	pg_server_empty(&help_server);
	run_sql("CREATE SCHEMA janus_consent; CREATE TABLE janus_consent.entries (a integer)");
	expect_no_open(HELP_ORIGIN, STORE_WRITER, "is no consent ledger");
	expect_sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'janus_consent'", "1");
}
END_TEST

START_TEST(readers_want_a_ledger)
{
	expect_no_open(NULL, STORE_READER, "holds no ledger");
	expect_no_open(HELP_ORIGIN, STORE_BESIDE, "holds no ledger");
	expect_sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'janus_consent'", "0");
	store_close(open_as(HELP_ORIGIN, STORE_WRITER));
	expect_no_open(OTHER, STORE_READER, "holds no log of “" OTHER "”");
	expect_no_open(OTHER, STORE_BESIDE, "holds no log of “" OTHER "”");
}
END_TEST

/* What the database itself forbids */

START_TEST(the_database_is_append_only)
{
	static const char *const forbidden[] = {
		"UPDATE janus_consent.entries SET body = 'x'",
		"UPDATE janus_consent.entries SET body = 'x' WHERE false",
		"DELETE FROM janus_consent.entries",
		"TRUNCATE janus_consent.entries CASCADE",
		"UPDATE janus_consent.personal SET data = 'x'",
		"DELETE FROM janus_consent.personal",
		"TRUNCATE janus_consent.personal",
		"DELETE FROM janus_consent.logs",
		"UPDATE janus_consent.logs SET size = size - 1",
		"UPDATE janus_consent.logs SET origin = 'x'",
		"INSERT INTO janus_consent.entries (log, idx, at, type, body, leaf, link)"
		" SELECT log, idx + 3, at, type, body, leaf, link FROM janus_consent.entries",
		"INSERT INTO janus_consent.entries (log, idx, at, type, body, leaf, link)"
		" SELECT log, 9, at, type, body, leaf, link FROM janus_consent.entries LIMIT 1",
	};
	g_autoptr(store) s = open_as(HELP_ORIGIN, STORE_WRITER);
	help_fill(s, 0, 2);
	for (size_t i = 0; i < G_N_ELEMENTS(forbidden); i++) {
		g_autofree char *message = pg_server_refuses(&help_server, forbidden[i]);
		ck_assert_msg(strstr(message, "append-only"), "%s: %s", forbidden[i], message);
	}
	g_autofree char *doubled = pg_server_refuses(&help_server,
		"INSERT INTO janus_consent.entries (log, idx, at, type, body, leaf, link)"
		" SELECT log, idx, at, type, body, leaf, link FROM janus_consent.entries");
	ck_assert_ptr_nonnull(strstr(doubled, "duplicate key"));
	help_fill(s, 2, 1);
}
END_TEST

static char *url_of(const char *user)
{
	return g_strdup_printf("postgresql://%s@/postgres?host=%s", user, help_server.folder);
}

/* Whoever does not own the tables needs no more than these. */
START_TEST(needs_few_permissions)
{
	g_autoptr(GError) error = NULL;
	store_close(open_as(HELP_ORIGIN, STORE_WRITER));
	run_sql("DROP ROLE IF EXISTS gateway; DROP ROLE IF EXISTS auditor;"
		"CREATE ROLE gateway LOGIN; CREATE ROLE auditor LOGIN;"
		"GRANT USAGE ON SCHEMA janus_consent TO gateway, auditor;"
		"GRANT SELECT ON ALL TABLES IN SCHEMA janus_consent TO gateway, auditor;"
		"GRANT INSERT ON janus_consent.entries, janus_consent.personal TO gateway;"
		"GRANT INSERT, UPDATE ON janus_consent.logs, janus_consent.meta TO gateway;");
	g_autofree char *as_gateway = url_of("gateway"), *as_auditor = url_of("auditor");
	g_autoptr(store) s = store_open(as_gateway, HELP_ORIGIN, STORE_WRITER, &error);
	ck_assert_msg(s != NULL, "%s", error ? error->message : "");
	help_fill(s, 0, 2);
	ck_assert(s->ops->set(s, "a", "b", NULL) && s->ops->probe(s, NULL));
	g_autoptr(store) reader = store_open(as_auditor, NULL, STORE_READER, &error);
	ck_assert_msg(reader != NULL, "%s", error ? error->message : "");
	expect_rows(reader, &(ledger_filter){0}, "t0 t1 ");
	ck_assert(reader->ops->check(reader, NULL));
}
END_TEST

/* Settings */

static char *setting(store *s, const char *name)
{
	g_autofree char *sql = g_strconcat("SHOW ", name, NULL);
	g_autoptr(PGresult) found = postgres_run(&((postgres_store *)s)->link, sql, NULL);
	return g_strdup(PQgetvalue(found, 0, 0));
}

START_TEST(what_it_commits_is_on_disk)
{
	run_sql("ALTER ROLE consent SET synchronous_commit = off");
	g_autoptr(store) s = open_as(HELP_ORIGIN, STORE_WRITER);
	help_fill(s, 0, 1);
	g_autofree char *now = setting(s, "synchronous_commit");
	ck_assert_str_eq(now, "on");
	run_sql("ALTER ROLE consent SET synchronous_commit = remote_apply");
	end_sessions();
	help_fill(s, 1, 1);
	g_autofree char *stronger = setting(s, "synchronous_commit");
	ck_assert_str_eq(stronger, "remote_apply");
	run_sql("ALTER ROLE consent RESET synchronous_commit");
}
END_TEST

START_TEST(refuses_other_encodings)
{
	g_autoptr(GError) error = NULL;
	run_sql("DROP DATABASE IF EXISTS latin");
	run_sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
	g_autofree char *url = g_strdup_printf("postgresql://consent@/latin?host=%s", help_server.folder);
	ck_assert_ptr_null(store_open(url, HELP_ORIGIN, STORE_WRITER, &error));
	expect_word(error, "ENCODING 'UTF8'");
	run_sql("DROP DATABASE latin");
}
END_TEST

START_TEST(says_no_passwords)
{
	static const char secret[] = "postgresql://me:hunter2@127.0.0.1:1/db?application_name=x";
	static const char broken[] = "postgresql://me:hunter2%zz@127.0.0.1:1/db";
	g_autofree char *name = store_name(secret), *other = store_name(broken), *path = store_name("/a/b");
	g_autoptr(GError) error = NULL, second = NULL;
	ck_assert_str_eq(name, "postgresql://127.0.0.1:1/db");
	ck_assert_str_eq(other, "postgresql://");
	ck_assert_str_eq(path, "/a/b");
	ck_assert_ptr_null(store_open(secret, HELP_ORIGIN, STORE_WRITER, &error));
	ck_assert_ptr_null(store_open(broken, HELP_ORIGIN, STORE_WRITER, &second));
	expect_word(error, "refused");
	ck_assert_ptr_null(strstr(error->message, "hunter"));
	ck_assert_ptr_null(strstr(second->message, "hunter"));
}
END_TEST

static void add_tests(TCase *tc, int kinds)
{
	static const TTest *const *const tests[] = {&keeps_logs_apart,
		&reads_all_logs_in_the_order_of_their_coming, &goes_on_at_a_position_over_many_pages,
		&lists_its_logs, &a_second_writer_is_refused_and_told_who_holds_the_log,
		&goes_on_when_its_connection_was_lost, &who_lost_the_log_cannot_write_until_it_is_free,
		&the_token_keeps_a_sleeper_out, &many_may_make_the_tables_at_once,
		&refuses_newer_and_foreign_schemas, &readers_want_a_ledger, &the_database_is_append_only,
		&needs_few_permissions, &what_it_commits_is_on_disk, &refuses_other_encodings,
		&says_no_passwords};
	if (kinds <= HELP_POSTGRES)
		exit(77);
	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
}

int main(void)
{
	return help_run("postgres", add_tests);
}
