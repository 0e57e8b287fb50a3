/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "postgres_help.h"
#include "suite.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

store *open_as(const char *origin, store_role role)
{
	g_autoptr(GError) error = NULL;
	store *s = store_open(help_server.url, origin, role, &error);
	ck_assert_msg(s != NULL, "%s", error ? error->message : "");
	return s;
}

void expect_word(const GError *error, const char *word)
{
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_STORE) ||
		g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_HELD));
	ck_assert_msg(strstr(error->message, word), "%s", error->message);
}

void expect_no_open(const char *origin, store_role role, const char *word)
{
	g_autoptr(GError) error = NULL;
	ck_assert_ptr_null(store_open(help_server.url, origin, role, &error));
	expect_word(error, word);
	ck_assert(g_str_has_prefix(error->message, "postgresql://"));
}

void run_sql(const char *sql)
{
	g_free(pg_server_sql(&help_server, sql));
}

void expect_sql(const char *sql, const char *value)
{
	g_autofree char *is = pg_server_sql(&help_server, sql);
	ck_assert_str_eq(is, value);
}

void end_sessions(void)
{
	run_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
		" WHERE application_name = 'janus-consent'");
}

static bool note(const store_row *row, void *user)
{
	g_string_append_printf(user, "%.1s%" G_GINT64_FORMAT " ", row->log, row->index);
	return true;
}

void expect_rows(store *s, const ledger_filter *filter, const char *wanted)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	ck_assert(s->ops->iterate(s, filter, note, seen, NULL));
	ck_assert_str_eq(seen->str, wanted);
}

static void empty(void)
{
	pg_server_empty(&help_server);
}

int run_on_postgres(const char *name, const TTest *const *const *tests, size_t count)
{
	if (!pg_server_new(&help_server))
		return 77;
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, empty, NULL);
	for (size_t i = 0; i < count; i++)
		tcase_add_test(tc, *tests[i]);
	suite_add_tcase(suite, tc);

	int status = suite_run(suite);
	pg_server_remove(&help_server);
	return status;
}
