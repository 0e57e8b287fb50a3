/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was destroyed is in no file of the tables any more, also where PostgreSQL kept it for itself. */
#include "postgres_help.h"

#include <libpq-fe.h>
#include <string.h>

#define SECRET "c2VjcmV0IHRoYXQgbm9ib2R5IG11c3QgZmluZA"
#define OTHER "YW5vdGhlciBzZWNyZXQgdGhhdCBzdGF5cw"

static bool file_has(const char *path, const char *text)
{
	g_autofree char *bytes = NULL;
	gsize length;

	/* A file may go while we look. */
	if (!g_file_get_contents(path, &bytes, &length, NULL))
		return false;
	return memmem(bytes, length, text, strlen(text)) != NULL;
}

static bool tree_has(const char *path, const char *text)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	if (!dir)
		return file_has(path, text);
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *child = g_build_filename(path, name, NULL);
		if (tree_has(child, text))
			return true;
	}
	return false;
}

static bool tables_have(const char *text)
{
	g_autofree char *path = g_build_filename(help_server.folder, "data", "base", NULL);

	run_sql("CHECKPOINT");
	return tree_has(path, text);
}

static store *open_with_secrets(void)
{
	store *s = open_as(HELP_ORIGIN, STORE_WRITER);

	ck_assert(s->ops->set(s, "secret", SECRET, NULL));
	ck_assert(s->ops->set(s, "other", OTHER, NULL));
	ck_assert(tables_have(SECRET));
	ck_assert(s->ops->set(s, "secret", NULL, NULL));
	/* Deleted is not gone: this is what the scrubbing is for. */
	ck_assert(tables_have(SECRET));
	return s;
}

START_TEST(what_was_destroyed_is_gone)
{
	g_autoptr(store) s = open_with_secrets();
	g_autofree char *other = NULL;
	ck_assert(s->ops->scrub(s, 0, NULL));
	ck_assert(!tables_have(SECRET));
	ck_assert(s->ops->get(s, "other", &other, NULL));
	ck_assert_str_eq(other, OTHER);
	help_fill(s, 0, 2);
	expect_rows(s, &(ledger_filter){0}, "t0 t1 ");
}
END_TEST

START_TEST(whoever_may_still_see_it_is_waited_for)
{
	g_autoptr(GError) error = NULL;
	PGconn *old = PQconnectdb(help_server.url);
	PQclear(PQexec(old, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1"));
	g_autoptr(store) s = open_with_secrets();
	ck_assert(!s->ops->scrub(s, 0, &error));
	expect_word(error, "older transaction");
	ck_assert(tables_have(SECRET));
	PQclear(PQexec(old, "COMMIT; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1"));
	/* This one is young enough. */
	ck_assert(s->ops->scrub(s, 0, NULL));
	ck_assert(!tables_have(SECRET));
	PQfinish(old);
}
END_TEST

START_TEST(a_reader_in_the_way_is_waited_for_later)
{
	g_autoptr(store) s = open_with_secrets();
	PGconn *reader = PQconnectdb(help_server.url);
	PQclear(PQexec(reader, "BEGIN; LOCK TABLE janus_consent.meta IN ACCESS SHARE MODE"));
	ck_assert(!s->ops->scrub(s, 0, NULL));
	PQfinish(reader);
	ck_assert(s->ops->scrub(s, 1000, NULL));
	ck_assert(!tables_have(SECRET));
}
END_TEST

static char *url_of(const char *user)
{
	g_auto(GStrv) parts = g_strsplit(help_server.url, "consent@", 2);
	return g_strconcat(parts[0], user, "@", parts[1], NULL);
}

START_TEST(who_does_not_own_the_tables_leaves_it_to_the_owner)
{
	store_close(open_with_secrets());
	run_sql("DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN;"
		"GRANT USAGE ON SCHEMA janus_consent TO guest;"
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA janus_consent TO guest");
	g_autofree char *url = url_of("guest");
	g_autoptr(store) s = store_open(url, HELP_ORIGIN, STORE_WRITER, NULL);
	ck_assert_ptr_nonnull(s);
	ck_assert(s->ops->scrub(s, 0, NULL));
	run_sql("VACUUM (FULL) janus_consent.meta");
	ck_assert(!tables_have(SECRET));
}
END_TEST

START_TEST(an_erased_key_is_in_no_table)
{
	g_autoptr(GError) error = NULL;
	const ledger_options options = {.store = help_server.url, .origin = HELP_ORIGIN};
	ledger *l = ledger_open(&options, &error);
	ck_assert_msg(l != NULL, "%s", error ? error->message : "");
	help_append_named(l, "join", "Ann", "{s:s}", "participant", "p1");
	g_autofree char *key =
		pg_server_sql(&help_server, "SELECT value FROM janus_consent.meta WHERE name = 'key/p1'");
	ck_assert_uint_gt(strlen(key), 40);
	ck_assert(tables_have(key));
	ck_assert(ledger_erase(l, "p1", "asked for", "admin", 20000, &error));
	/* The answer does not wait for it. */
	ledger_close(l);
	ck_assert(!tables_have(key));
	ck_assert(!tables_have("Ann"));
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {&what_was_destroyed_is_gone,
		&whoever_may_still_see_it_is_waited_for, &a_reader_in_the_way_is_waited_for_later,
		&who_does_not_own_the_tables_leaves_it_to_the_owner, &an_erased_key_is_in_no_table};
	return run_on_postgres("scrub", tests, G_N_ELEMENTS(tests));
}
