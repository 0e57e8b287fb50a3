/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only the store in PostgreSQL does: one writer a log, versions, permissions, settings. */
#include "postgres_help.h"

#include "base/error.h"

#include <string.h>

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

/* Statements are prepared with their first use: behind one that fails the server has not looked at them. */
START_TEST(goes_on_behind_a_row_that_it_cannot_take)
{
	g_autoptr(store) s = open_as(HELP_ORIGIN, STORE_WRITER);
	g_autoptr(GError) error = NULL;
	store_row row = help_row(0);
	row.subject = "\xff";
	for (int i = 0; i < 2; i++) {
		ck_assert(s->ops->begin(s, NULL) && s->ops->append(s, &row, NULL));
		ck_assert(s->ops->set(s, "a", "b", NULL));
		ck_assert(!s->ops->commit(s, &error));
		ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_ENTRY));
		s->ops->rollback(s);
		g_clear_error(&error);
	}
	help_fill(s, 0, 2);
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
	expect_no_open(HELP_OTHER, STORE_READER, "holds no log of “" HELP_OTHER "”");
	expect_no_open(HELP_OTHER, STORE_BESIDE, "holds no log of “" HELP_OTHER "”");
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
		"GRANT INSERT, UPDATE ON janus_consent.logs TO gateway;"
		"GRANT INSERT, UPDATE, DELETE ON janus_consent.meta TO gateway;");
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

int main(void)
{
	static const TTest *const *const tests[] = {&a_second_writer_is_refused_and_told_who_holds_the_log,
		&goes_on_when_its_connection_was_lost, &goes_on_behind_a_row_that_it_cannot_take,
		&who_lost_the_log_cannot_write_until_it_is_free, &the_token_keeps_a_sleeper_out,
		&many_may_make_the_tables_at_once, &refuses_newer_and_foreign_schemas, &readers_want_a_ledger,
		&the_database_is_append_only, &needs_few_permissions, &what_it_commits_is_on_disk,
		&refuses_other_encodings, &says_no_passwords};
	return run_on_postgres("postgres", tests, G_N_ELEMENTS(tests));
}
