/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A value that was destroyed lies on in the table's file, as a row that nobody sees. The table is small, so
 * it is written anew without such rows, and the old file goes. That keeps every row which an older
 * transaction could still see, and so waits until there is none. */
#include "ledger/postgres_store.h"

#include <string.h>

/* While the table is written anew all gateways wait for it: tenths of a second for a table of the largest
 * size. */
#define REWRITE_MS 10000
#define TABLE_MAX (64 * 1024 * 1024) /* bytes: some three hundred thousand participants */
#define LOOK_US 50000

/* The column of the one row; "" where there is none (g_free). NULL and an error when the server refuses. */
static char *ask(postgres_store *st, const char *sql, GError **error)
{
	g_autoptr(PGresult) found = postgres_run(&st->link, sql, error);

	if (!found)
		return NULL;
	return g_strdup(PQntuples(found) ? PQgetvalue(found, 0, 0) : "");
}

/* From now on every new transaction sees that the value is gone. */
static bool note_now(postgres_store *st, GError **error)
{
	if (!st->scrub_from)
		st->scrub_from = ask(st, "SELECT pg_snapshot_xmax(pg_current_snapshot())::xid::text", error);
	return st->scrub_from != NULL;
}

static bool are_younger(postgres_store *st, bool *ret, GError **error)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
				" AND age(backend_xmin) > age('%s'::xid)",
			st->scrub_from);
	g_autofree char *count = ask(st, sql, error);

	if (!count)
		return false;
	*ret = strcmp(count, "0") == 0;
	return true;
}

static bool await_younger(postgres_store *st, unsigned patience_ms, GError **error)
{
	gint64 deadline = g_get_monotonic_time() + (gint64)patience_ms * 1000;

	for (;;) {
		bool younger = false;
		if (!are_younger(st, &younger, error))
			return false;
		if (younger)
			return true;
		if (g_get_monotonic_time() >= deadline)
			return postgres_refuse(error, "an older transaction may still see what was erased");
		g_usleep(LOOK_US);
	}
}

/* Whether the table can be written anew from here; *ret_why says why it cannot. */
static bool look_at_table(postgres_store *st, const char **ret_why, GError **error)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT CASE WHEN NOT pg_has_role(relowner, 'USAGE') THEN 'owner'"
				" WHEN pg_table_size(oid) > %d THEN 'size' ELSE '' END"
				" FROM pg_class WHERE oid = 'janus_consent.meta'::regclass",
			TABLE_MAX);
	g_autofree char *obstacle = ask(st, sql, error);

	if (!obstacle)
		return false;
	*ret_why = strcmp(obstacle, "owner") == 0 ? "the gateway does not own the tables"
		: strcmp(obstacle, "size") == 0   ? "its table is too large to make everybody wait"
						  : NULL;
	return true;
}

static bool rewrite(postgres_store *st, unsigned patience_ms, GError **error)
{
	if (!note_now(st, error) || !await_younger(st, patience_ms, error))
		return false;
	st->link.limit_ms = REWRITE_MS;
	g_autofree char *done = ask(st, "VACUUM (FULL) janus_consent.meta", error);
	st->link.limit_ms = POSTGRES_ANSWER_MS;
	return done != NULL;
}

/* What cannot be done here at all is said once, and need not be tried again. */
static bool leave_to_operator(postgres_store *st, const char *why)
{
	g_warning(
		"consent: ledger | %s: what was erased can be found in the database's files until its owner "
		"runs VACUUM (FULL) janus_consent.meta",
		why);
	g_clear_pointer(&st->scrub_from, g_free);
	return true;
}

bool postgres_scrub(store *s, unsigned patience_ms, GError **error)
{
	postgres_store *st = (postgres_store *)s;
	g_autoptr(GError) why = NULL;
	const char *obstacle = NULL;

	if (!postgres_ready(st, error))
		return false;
	bool good = look_at_table(st, &obstacle, &why);
	if (obstacle)
		return leave_to_operator(st, obstacle);
	good = good && rewrite(st, patience_ms, &why);
	if (!good && postgres_is_unknown(&st->link))
		return leave_to_operator(st, why->message);
	if (!good) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	g_clear_pointer(&st->scrub_from, g_free);
	return true;
}
