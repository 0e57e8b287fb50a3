/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL store's writing side.
 *
 * A transaction is two round trips: one that begins it and locks the log's row (postgres_begin.c), and one
 * that brings all rows, the new head and the COMMIT. */
#include "ledger/postgres_store.h"

#include "base/error.h"

#include <string.h>

/* More for each row, should a store that was away be given a long queue at once. */
#define ROWS_PER_MS 2
/* A commit of unknown fate: between two tries to find out, and how long when nobody says to go on. */
#define DOUBT_PAUSE_US 100000
#define DOUBT_MS 10000

static void postgres_rollback(store *s)
{
	postgres_store *st = (postgres_store *)s;
	postgres_batch_empty(&st->batch);
	postgres_meta_end(st, false);
	if (!st->open)
		return;
	postgres_settle(st, NULL);
	st->open = false;
	g_autoptr(PGresult) done = postgres_run(&st->link, "ROLLBACK", NULL);
	if (!done)
		postgres_drop(&st->link);
}

static bool postgres_append(store *s, const store_row *row, GError **error)
{
	postgres_store *st = (postgres_store *)s;
	if (row->index != st->head.size)
		return postgres_refuse(error, "the ledger is append-only");
	postgres_batch_add(&st->batch, row);
	st->head.size++;
	memcpy(st->head.link, row->link, HASH_SIZE);
	return true;
}

static bool send_rows(postgres_store *st, GError **error)
{
	static const char entries[] =
		"INSERT INTO janus_consent.entries"
		" (log, idx, at, type, room, meeting, participant, subject, body, leaf, link)"
		" SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[],"
		" $7::text[], $8::text[], $9::text[], $10::bytea[], $11::bytea[])";
	static const char personal[] = "INSERT INTO janus_consent.personal (log, idx, salt, data)"
				       " SELECT $1, * FROM unnest($2::bigint[], $3::bytea[], $4::text[])";
	postgres_values of_entries = {0}, of_personal = {0};
	postgres_add_integer(&of_entries, st->log);
	postgres_batch_entries(&st->batch, &of_entries);
	postgres_add_integer(&of_personal, st->log);
	postgres_batch_personal(&st->batch, &of_personal);
	return (!st->batch.rows || postgres_pipeline_add(&st->link, entries, &of_entries, error)) &&
		(!st->batch.personal || postgres_pipeline_add(&st->link, personal, &of_personal, error));
}

static bool send_values(postgres_store *st, GError **error)
{
	static const char set[] = "INSERT INTO janus_consent.meta (log, name, value)"
				  " SELECT $1, * FROM unnest($2::text[], $3::text[])"
				  " ON CONFLICT (log, name) DO UPDATE SET value = EXCLUDED.value";
	static const char destroy[] =
		"DELETE FROM janus_consent.meta WHERE log = $1 AND name = ANY ($2::text[])";
	postgres_values of_set = {0}, of_gone = {0};
	postgres_add_integer(&of_set, st->log);
	postgres_batch_values(&st->batch, &of_set);
	postgres_add_integer(&of_gone, st->log);
	postgres_batch_gone(&st->batch, &of_gone);
	return (!st->batch.values || postgres_pipeline_add(&st->link, set, &of_set, error)) &&
		(!st->batch.gone || postgres_pipeline_add(&st->link, destroy, &of_gone, error));
}

static bool send_head(postgres_store *st, GError **error)
{
	static const char sql[] =
		"UPDATE janus_consent.logs SET size = $2, link = $3, renewed = now() WHERE log = $1";
	const postgres_values none = {0};
	postgres_values values = {0};
	postgres_add_integer(&values, st->log);
	postgres_add_integer(&values, st->head.size);
	postgres_add_bytes(&values, st->head.link, HASH_SIZE);
	return postgres_pipeline_add(&st->link, sql, &values, error) &&
		postgres_pipeline_add(&st->link, "COMMIT", &none, error);
}

typedef enum { NOT_COMMITTED, COMMITTED, IN_DOUBT } fate;

/* The server's word counts when it has given it: an error of a statement before the COMMIT, or of the COMMIT.
 * Some errors say that it does not know itself. */
static fate read_fate(postgres_store *st, bool good, PGresult *answer)
{
	if (good)
		return strcmp(PQcmdStatus(answer), "COMMIT") == 0 ? COMMITTED : NOT_COMMITTED;
	bool said = postgres_is_up(&st->link) && st->link.state[0] && strcmp(st->link.state, "40003") != 0 &&
		!g_str_has_prefix(st->link.state, "08");
	return said ? NOT_COMMITTED : IN_DOUBT;
}

static fate send_all(postgres_store *st, GError **error)
{
	g_autoptr(PGresult) answer = NULL;
	gint64 limit_ms = POSTGRES_ANSWER_MS + st->batch.rows / ROWS_PER_MS;
	postgres_meta_collect(st);
	if (!postgres_pipeline_begin(&st->link, error))
		return NOT_COMMITTED;
	bool good = send_rows(st, error) && send_values(st, error) && send_head(st, error) &&
		postgres_pipeline_end(&st->link, limit_ms, &answer, error);
	fate is = read_fate(st, good, answer);
	if (good && is == NOT_COMMITTED)
		postgres_refuse(error, "the database: rolled back instead of committing");
	return is;
}

/* Looks for the last row. The log's row was locked when the transaction began, so whoever gets that lock
 * knows that the transaction is over, whatever may still arrive of it. */
static bool look(postgres_store *st, bool *ret_there, GError **error)
{
	static const char sql[] =
		"SELECT e.link FROM janus_consent.entries e WHERE e.log = $1 AND e.idx = $2";
	static const char locked[] = "SELECT size FROM janus_consent.logs WHERE log = $1 FOR UPDATE";
	const postgres_values none = {0};
	uint8_t link[HASH_SIZE] = {0};
	postgres_values log = {0}, last = {0};
	g_autoptr(PGresult) row = NULL;
	postgres_add_integer(&log, st->log);
	postgres_add_integer(&last, st->log);
	postgres_add_integer(&last, st->head.size - 1);
	if (!postgres_connected(st, error) || !postgres_pipeline_begin(&st->link, error))
		return false;
	if (!postgres_pipeline_add(&st->link, "BEGIN ISOLATION LEVEL READ COMMITTED", &none, error) ||
		!postgres_pipeline_add(&st->link, locked, &log, error) ||
		!postgres_pipeline_add(&st->link, sql, &last, error) ||
		!postgres_pipeline_end(&st->link, POSTGRES_ANSWER_MS, &row, error))
		return false;
	if (PQntuples(row) == 1)
		postgres_bytes(row, 0, 0, link, HASH_SIZE);
	*ret_there = memcmp(link, st->head.link, HASH_SIZE) == 0;
	return true;
}

static bool go_on(postgres_store *st, const GError *why, gint64 began)
{
	if (st->base.in_doubt)
		return st->base.in_doubt(why, st->base.user);
	return g_get_monotonic_time() - began < DOUBT_MS * (gint64)1000;
}

/* What was sent may be committed, may be still on its way, or lost. */
static bool find_out(postgres_store *st, GError *cause, GError **error)
{
	g_autoptr(GError) why = cause;
	gint64 began = g_get_monotonic_time();
	bool there = false;
	/* Who was kept waiting once shall know before the next wait. */
	bool more = true;
	if (st->link.late)
		go_on(st, why, began);
	postgres_drop(&st->link);
	for (; more; g_usleep(DOUBT_PAUSE_US)) {
		g_autoptr(GError) failure = NULL;
		bool known = look(st, &there, &failure);
		postgres_drop(&st->link);
		if (known && !there)
			g_propagate_error(error, g_steal_pointer(&why));
		if (known)
			return there;
		more = go_on(st, failure, began);
	}
	return postgres_refuse(
		error, "it is not known whether the last entries were committed: %s", why->message);
}

/* Values without rows leave no trace to look for; they are only ever set again. */
static bool commit_all(postgres_store *st, GError **error)
{
	GError *cause = NULL;
	fate is = send_all(st, &cause);
	bool there = is == COMMITTED;
	if (is == IN_DOUBT && st->batch.rows > 0) {
		st->open = false;
		there = find_out(st, cause, error);
	} else if (!there) {
		g_propagate_error(error, cause);
	}
	if (there) {
		st->open = false;
		st->sure = st->base.retries;
		postgres_batch_empty(&st->batch);
		postgres_meta_end(st, true);
		postgres_notify(st);
	}
	return there;
}

static bool postgres_commit(store *s, GError **error)
{
	postgres_store *st = (postgres_store *)s;
	if (!postgres_settle(st, error))
		return false;
	if (st->batch.rows > 0 || g_hash_table_size(st->meta.pending) > 0)
		return commit_all(st, error);
	g_autoptr(PGresult) done = postgres_run(&st->link, "COMMIT", error);
	st->open = !done;
	return done != NULL;
}

static bool try_probe(postgres_store *st, GError **error)
{
	static const char sql[] = "UPDATE janus_consent.logs SET probes = probes + 1, renewed = now()"
				  " WHERE log = $1 AND holder = $2";
	postgres_values values = {0};
	if (!postgres_ready(st, error))
		return false;
	postgres_add_integer(&values, st->log);
	postgres_add_text(&values, st->token);
	g_autoptr(PGresult) done = postgres_ask(&st->link, sql, &values, error);
	if (!done || postgres_changed(done) == 1)
		return done != NULL;
	postgres_drop(&st->link);
	return postgres_refuse(error, "another gateway has taken over the log “%s”", st->origin);
}

static bool postgres_probe(store *s, GError **error)
{
	postgres_store *st = (postgres_store *)s;
	g_autoptr(GError) first = NULL;
	bool was_up = postgres_is_up(&st->link);
	if (try_probe(st, &first))
		return true;
	if (was_up && !postgres_is_up(&st->link) && !st->link.late)
		return try_probe(st, error);
	g_propagate_error(error, g_steal_pointer(&first));
	return false;
}

const store_ops postgres_writer_ops = {
	.begin = postgres_begin,
	.append = postgres_append,
	.commit = postgres_commit,
	.rollback = postgres_rollback,
	.head = postgres_head,
	.iterate = postgres_iterate,
	.get = postgres_get,
	.set = postgres_set,
	.probe = postgres_probe,
	.scrub = postgres_scrub,
	.slow_scrub = true,
	.check = postgres_check,
	.logs = postgres_logs,
	.wait = postgres_wait_op,
	.close = postgres_close,
	.beat_ms = 1000,
};
