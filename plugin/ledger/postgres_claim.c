/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One gateway writes a log at a time. Two things see to it:
 *   - a lock that belongs to the connection, or where the engine has none, a lease that every sign of life
 * renews, says whether the holder lives;
 *   - the token in the log's row says who the holder is. It changes with every claim, and every transaction
 * asks for it under the row's lock, so a holder that was only asleep cannot write when it wakes up. */
#include "ledger/postgres_store.h"

#include "base/error.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define PAUSE_US 100000
/* A holder that is just ending, or a session of ours that was just ended, needs a moment to be gone. */
#define PATIENCE_MS 2000

static bool lock_call(const char *function, postgres_store *st, bool *ret, GError **error)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT %s(1131312972, %" G_GINT64_FORMAT ")", function, st->log);
	g_autoptr(PGresult) answer = postgres_run(&st->link, sql, error);
	if (!answer)
		return false;
	*ret = strcmp(PQgetvalue(answer, 0, 0), "t") == 0;
	return true;
}

/* Some engines know the function and lock nothing: a lock that was given must be on the list. */
static bool is_listed(postgres_store *st, bool *ret, GError **error)
{
	static const char sql[] = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
				  " AND pid = pg_backend_pid() AND classid = 1131312972 AND objid = $1";
	postgres_values values = {0};
	postgres_add_integer(&values, st->log);
	g_autoptr(PGresult) found = postgres_ask(&st->link, sql, &values, error);
	if (!found)
		return false;
	*ret = postgres_integer(found, 0, 0) > 0;
	return true;
}

/* *ret: whether nobody else has the lock, as far as the engine can tell. */
static bool try_lock(postgres_store *st, bool *ret, GError **error)
{
	g_autoptr(GError) why = NULL;
	bool listed = true, got = true;
	bool good = st->engine.locks == ENGINE_LACKS || lock_call("pg_try_advisory_lock", st, &got, &why);
	if (good && got && st->engine.locks == ENGINE_UNKNOWN)
		good = is_listed(st, &listed, &why);
	if (!good && !postgres_is_unknown(&st->link)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	if (st->engine.locks == ENGINE_UNKNOWN && got)
		st->engine.locks = good && listed ? ENGINE_HAS : ENGINE_LACKS;
	*ret = got;
	return true;
}

/* A session of ours that was cut off may keep the lock until the server notices. Only that one: the process
 * must hold this very lock. */
static bool end_old_session(postgres_store *st, GError **error)
{
	static const char sql[] =
		"SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN janus_consent.logs o ON o.log = $1"
		" WHERE l.locktype = 'advisory' AND l.classid = 1131312972 AND l.objid = $1"
		" AND l.pid = $2 AND o.holder = $3";
	postgres_values values = {0};
	postgres_add_integer(&values, st->log);
	postgres_add_integer(&values, st->session);
	postgres_add_text(&values, st->token);
	g_autoptr(PGresult) done = st->session ? postgres_ask(&st->link, sql, &values, error) : NULL;
	return done || !st->session;
}

void postgres_new_token(char token[POSTGRES_TOKEN_SIZE])
{
	uint8_t random[(POSTGRES_TOKEN_SIZE - 1) / 2];
	randombytes_buf(random, sizeof(random));
	sodium_bin2hex(token, POSTGRES_TOKEN_SIZE, random, sizeof(random));
}

/* *ret: whether the row is ours now. */
static bool take_row(postgres_store *st, bool *ret, GError **error)
{
	static const char anyway[] =
		"UPDATE janus_consent.logs SET holder = $2, holder_name = $3, renewed = now()"
		" WHERE log = $1 AND $4::text IS NOT NULL AND $5::integer > 0";
	static const char when_over[] =
		"UPDATE janus_consent.logs SET holder = $2, holder_name = $3, renewed = now()"
		" WHERE log = $1 AND (holder IS NULL OR holder = $4 OR renewed IS NULL"
		" OR renewed < now() - $5::integer * interval '1 millisecond')";
	char token[POSTGRES_TOKEN_SIZE];
	postgres_new_token(token);
	g_autofree char *name = g_strdup_printf("%s, process %d", g_get_host_name(), (int)getpid());
	postgres_values values = {0};
	postgres_add_integer(&values, st->log);
	postgres_add_text(&values, token);
	postgres_add_text(&values, name);
	postgres_add_text(&values, st->token);
	postgres_add_integer(&values, st->engine.lease_ms);
	g_autoptr(PGresult) done =
		postgres_ask(&st->link, st->engine.locks == ENGINE_HAS ? anyway : when_over, &values, error);
	if (!done)
		return false;
	*ret = postgres_changed(done) == 1;
	if (*ret)
		g_strlcpy(st->token, token, sizeof(st->token));
	return true;
}

/* One try. */
static bool try_claim(postgres_store *st, bool *ret, GError **error)
{
	bool got = false;
	if (!try_lock(st, &got, error))
		return false;
	if (got)
		return take_row(st, ret, error);
	*ret = false;
	return end_old_session(st, error);
}

static bool refuse_held(postgres_store *st, GError **error)
{
	static const char sql[] = "SELECT holder_name FROM janus_consent.logs WHERE log = $1";
	postgres_values values = {0};
	postgres_add_integer(&values, st->log);
	g_autoptr(PGresult) found = postgres_ask(&st->link, sql, &values, NULL);
	const char *holder = found && PQntuples(found) ? postgres_text(found, 0, 0) : NULL;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_HELD,
		"the log “%s” is held by another running gateway (%s); give each its own origin", st->origin,
		holder ? holder : "it did not say which");
	return false;
}

/* Who starts outwaits the lease of one that was killed. */
static gint64 patience_us(const postgres_store *st)
{
	bool starts = !st->token[0] && st->engine.locks == ENGINE_LACKS;
	return (PATIENCE_MS + (starts ? st->engine.lease_ms : 0)) * (gint64)1000;
}

bool postgres_claim(postgres_store *st, GError **error)
{
	gint64 began = g_get_monotonic_time();
	for (;;) {
		bool got = false;
		if (!try_claim(st, &got, error))
			return false;
		if (got)
			break;
		if (g_get_monotonic_time() - began >= patience_us(st))
			return refuse_held(st, error);
		g_usleep(PAUSE_US);
	}
	st->session = PQbackendPID(st->link.conn);
	st->claimed = true;
	return true;
}

void postgres_unclaim(postgres_store *st)
{
	static const char sql[] =
		"UPDATE janus_consent.logs SET holder = NULL WHERE log = $1 AND holder = $2";
	postgres_values values = {0};
	if (!st->claimed || !postgres_is_up(&st->link))
		return;
	postgres_add_integer(&values, st->log);
	postgres_add_text(&values, st->token);
	PQclear(postgres_ask(&st->link, sql, &values, NULL));
}

static bool look_up(postgres_store *st, GError **error)
{
	static const char sql[] = "SELECT log FROM janus_consent.logs WHERE origin = $1";
	postgres_values values = {0};
	postgres_add_text(&values, st->origin);
	g_autoptr(PGresult) found = postgres_ask(&st->link, sql, &values, error);
	if (!found)
		return false;
	st->log = PQntuples(found) ? postgres_integer(found, 0, 0) : 0;
	return true;
}

static bool make_log(postgres_store *st, GError **error)
{
	static const char sql[] = "INSERT INTO janus_consent.logs (origin) VALUES ($1)"
				  " ON CONFLICT (origin) DO NOTHING";
	postgres_values values = {0};
	postgres_add_text(&values, st->origin);
	g_autoptr(PGresult) done = postgres_ask(&st->link, sql, &values, error);
	return done != NULL;
}

bool postgres_find_log(postgres_store *st, GError **error)
{
	if (!st->origin)
		return true;
	if (!look_up(st, error))
		return false;
	if (st->log == 0 && st->role == STORE_WRITER && (!make_log(st, error) || !look_up(st, error)))
		return false;
	return st->log != 0 || postgres_refuse(error, "holds no log of “%s”", st->origin);
}
