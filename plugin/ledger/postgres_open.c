/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL store's beginning and end, and what every new connection goes through. */
#include "ledger/postgres_store.h"

#include "base/error.h"

#include <sodium.h>
#include <stdarg.h>
#include <string.h>

/* Set where the server knows them. A gateway that hangs or is cut off must not keep others from its log for
 * long; what waits longer than a client does is of use to nobody. */
#define SETTINGS                                                                                             \
	"('default_transaction_isolation', 'read committed'), ('lock_timeout', '2000'),"                     \
	" ('statement_timeout', '0'), ('idle_in_transaction_session_timeout', '5000'),"                      \
	" ('client_connection_check_interval', '1000'), ('tcp_user_timeout', '5000'),"                       \
	" ('tcp_keepalives_idle', '3'), ('tcp_keepalives_interval', '1'), ('tcp_keepalives_count', '3')"

/* What is answered must be on disk; a server that waits for its standbys as well may. */
#define DURABLE ", ('synchronous_commit', 'on')"
#define READ_ONLY ", ('default_transaction_read_only', 'on')"

#define SET_KNOWN(list)                                                                                      \
	"SELECT set_config(s.name, v.value, false) FROM (VALUES " list ") AS v (name, value)"                \
	" JOIN pg_settings s ON s.name = v.name"                                                             \
	" WHERE NOT (s.name = 'synchronous_commit' AND s.setting = 'remote_apply')"

bool postgres_refuse(GError **error, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	g_autofree char *why = g_strdup_vprintf(format, values);
	va_end(values);
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_STORE, why);
	return false;
}

bool postgres_is_unknown(const postgres_link *l)
{
	/* feature not supported, syntax error, undefined function, undefined object (a language) */
	static const char *const states[] = {"0A000", "42601", "42883", "42704", NULL};
	return g_strv_contains(states, l->state);
}

static bool refuse_setting(const char *name, const char *value, GError **error)
{
	if (strcmp(name, "fsync") == 0 && strcmp(value, "off") == 0)
		return postgres_refuse(error,
			"runs with fsync = off: it may lose what it has committed; switch it on in the "
			"server");
	if (strcmp(name, "server_encoding") == 0 && strcmp(value, "UTF8") != 0)
		return postgres_refuse(
			error, "keeps its texts in %s; create the database with ENCODING 'UTF8'", value);
	return true;
}

static bool check_settings(postgres_store *st, GError **error)
{
	static const char sql[] =
		"SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'server_encoding')";
	g_autoptr(PGresult) found = postgres_run(&st->link, sql, error);
	if (!found)
		return false;
	for (int i = 0; i < PQntuples(found); i++)
		if (!refuse_setting(PQgetvalue(found, i, 0), PQgetvalue(found, i, 1), error))
			return false;
	return true;
}

static bool set_up(postgres_store *st, GError **error)
{
	bool reads = st->role == STORE_READER;
	g_autoptr(PGresult) set = postgres_run(
		&st->link, reads ? SET_KNOWN(SETTINGS READ_ONLY) : SET_KNOWN(SETTINGS DURABLE), error);
	return set && (reads || check_settings(st, error)) &&
		(st->role == STORE_WRITER ? postgres_schema_migrate(st, error)
					  : postgres_schema_check(st, error)) &&
		postgres_find_log(st, error);
}

bool postgres_connected(postgres_store *st, GError **error)
{
	if (postgres_is_up(&st->link))
		return true;
	st->claimed = st->listening = false;
	if (postgres_connect(&st->link, error) && set_up(st, error))
		return true;
	postgres_drop(&st->link);
	return false;
}

bool postgres_ready(postgres_store *st, GError **error)
{
	if (!postgres_connected(st, error))
		return false;
	if (st->role != STORE_WRITER || st->claimed || postgres_claim(st, error))
		return true;
	postgres_drop(&st->link);
	return false;
}

PGresult *postgres_query(postgres_store *st, const char *sql, const postgres_values *values, GError **error)
{
	g_autoptr(GError) first = NULL;
	bool was_up = postgres_is_up(&st->link);
	if (st->flying > 0)
		return postgres_stale(error, "nothing can be asked while a commit is under way"), NULL;
	if (st->open ? !postgres_settle(st, error) : !postgres_ready(st, error))
		return NULL;
	PGresult *result = postgres_ask(&st->link, sql, values, &first);
	bool lost = was_up && !postgres_is_up(&st->link) && !st->link.late;
	if (!result && lost && !st->open)
		return postgres_ready(st, error) ? postgres_ask(&st->link, sql, values, error) : NULL;
	if (!result)
		g_propagate_error(error, g_steal_pointer(&first));
	return result;
}

void postgres_close(store *s)
{
	postgres_store *st = (postgres_store *)s;
	if (st->open)
		st->base.ops->rollback(s);
	postgres_unclaim(st);
	postgres_link_clear(&st->link);
	postgres_batch_clear(&st->batch);
	postgres_meta_clear(&st->meta);
	g_free(st->scrub_from);
	g_free(st->name);
	g_free(st->origin);
	g_free(st);
}

static postgres_store *new_store(
	const char *url, const char *origin, store_role role, const postgres_engine *engine)
{
	postgres_store *st = g_new0(postgres_store, 1);
	st->base.ops = role == STORE_READER ? &postgres_reader_ops : &postgres_writer_ops;
	st->role = role;
	st->name = store_name(url);
	st->origin = g_strdup(origin);
	if (engine)
		st->engine = *engine;
	if (!st->engine.lease_ms)
		st->engine.lease_ms = POSTGRES_LEASE_MS;
	postgres_link_init(&st->link, url);
	postgres_batch_init(&st->batch);
	postgres_meta_init(&st->meta);
	return st;
}

store *postgres_open(
	const char *url, const char *origin, store_role role, const postgres_engine *engine, GError **error)
{
	postgres_store *st = new_store(url, origin, role, engine);
	if (sodium_init() < 0)
		postgres_refuse(error, "libsodium cannot be used");
	else if (postgres_ready(st, error))
		return &st->base;
	g_prefix_error(error, "%s: ", st->name);
	postgres_close(&st->base);
	return NULL;
}
