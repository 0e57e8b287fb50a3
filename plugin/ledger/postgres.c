/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL store's writing side.
 *
 * A transaction is two round trips: one that begins it and locks the log's row (postgres_begin.c), and one
 * that brings all rows, the new head and the COMMIT. One that follows another at once is begun before that
 * one's fate is known, and needs only the second. */
#include "ledger/postgres_store.h"

#include "base/error.h"

#include <string.h>

/* More for each row, should a store that was away be given a long queue at once. */
#define ROWS_PER_MS 2
/* Others hear of commits that follow each other closely no more often than this. */
#define TELL_US 10000

/* Where the next transaction follows at once, its commit tells, unless nobody has been told for a while. */
static void tell(postgres_store *st)
{
	gint64 now = g_get_monotonic_time();
	st->untold = st->flying > 0 && now - st->told_at < TELL_US;
	if (st->untold)
		return;
	st->told_at = now;
	postgres_notify(st);
}

static void end_transaction(postgres_store *st)
{
	postgres_settle(st, NULL);
	g_autoptr(PGresult) done = postgres_run(&st->link, "ROLLBACK", NULL);
	if (!done)
		postgres_drop(&st->link);
}

/* What flies stays in flight. */
static void postgres_rollback(store *s)
{
	postgres_store *st = (postgres_store *)s;
	bool there = st->open && !st->chained;
	postgres_batch_empty(&st->batch);
	postgres_meta_drop(st, !st->chained);
	if (there)
		end_transaction(st);
	st->open = st->chained = false;
	if (st->untold && st->flying == 0)
		tell(st);
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

/* Comes first: in a transaction that is not begun under the row's lock it fails, and everything with it,
 * unless the log is still this gateway's and its head what it was. A size that is NULL is one that no engine
 * takes. */
static bool send_head(postgres_store *st, const postgres_flight *f, GError **error)
{
	static const char locked[] =
		"UPDATE janus_consent.logs SET size = $2, link = $3, renewed = now() WHERE log = $1";
	static const char whole[] = "UPDATE janus_consent.logs SET link = $3, renewed = now(), size ="
				    " CASE WHEN holder = $4 AND size = $5 AND link = $6 THEN $2::bigint END"
				    " WHERE log = $1";
	postgres_values values = {0};
	postgres_add_integer(&values, st->log);
	postgres_add_integer(&values, f->head.size);
	postgres_add_bytes(&values, f->head.link, HASH_SIZE);
	if (f->whole) {
		postgres_add_text(&values, st->token);
		postgres_add_integer(&values, f->before.size);
		postgres_add_bytes(&values, f->before.link, HASH_SIZE);
	}
	return postgres_pipeline_add(&st->link, f->whole ? whole : locked, &values, error);
}

static bool send_all(postgres_store *st, const postgres_flight *f, GError **error)
{
	static const char begin[] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", commit[] = "COMMIT";
	const postgres_values none = {0};
	return (!f->whole || postgres_pipeline_add(&st->link, begin, &none, error)) &&
		send_head(st, f, error) && send_rows(st, error) && send_values(st, error) &&
		postgres_pipeline_add(&st->link, commit, &none, error) &&
		postgres_pipeline_send(&st->link, error);
}

static bool postgres_commit_begin(store *s, GError **error)
{
	postgres_store *st = (postgres_store *)s;
	g_assert(st->flying < STORE_FLIGHTS);
	if (!postgres_settle(st, error) || !postgres_pipeline_begin(&st->link, error))
		return false;
	postgres_flight *f = &st->flights[st->flying];
	*f = (postgres_flight){
		.whole = st->chained,
		.before = st->flying > 0 ? f[-1].head : st->meta.head,
		.head = st->head,
		.rows = st->batch.rows,
		.values = postgres_meta_collect(st),
		.limit_ms = POSTGRES_ANSWER_MS + st->batch.rows / ROWS_PER_MS,
	};
	f->sent = send_all(st, f, &f->why);
	st->flying++;
	st->open = st->chained = false;
	postgres_batch_empty(&st->batch);
	return true;
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

/* The log's row lacks a size where somebody else has written, or taken over the log. */
static bool is_fenced(const postgres_store *st, const postgres_flight *f)
{
	return f->whole && strcmp(st->link.state, "23502") == 0;
}

/* What the server made of it. */
static fate take_fate(postgres_store *st, postgres_flight *f, GError **error)
{
	g_autoptr(PGresult) answer = NULL;
	bool good = f->sent && postgres_pipeline_take(&st->link, f->limit_ms, &answer, error);
	if (!f->sent) {
		g_propagate_error(error, g_steal_pointer(&f->why));
		postgres_drop(&st->link);
	}
	fate is = read_fate(st, good, answer);
	if (good && is == NOT_COMMITTED)
		postgres_refuse(error, "the database: rolled back instead of committing");
	if (is == NOT_COMMITTED && is_fenced(st, f)) {
		g_clear_error(error);
		postgres_stale(error, "somebody else has written");
	}
	return is;
}

/* Those that follow on what is not committed fail as well. Their answers are of no interest. */
static void abandon(postgres_store *st)
{
	for (unsigned i = 1; i < st->flying; i++) {
		g_autoptr(PGresult) ignored = NULL;
		if (postgres_is_up(&st->link))
			postgres_pipeline_take(&st->link, POSTGRES_ANSWER_MS, &ignored, NULL);
	}
	g_autoptr(PGresult) done =
		postgres_is_up(&st->link) ? postgres_run(&st->link, "ROLLBACK", NULL) : NULL;
	if (!done)
		postgres_drop(&st->link);
}

static void forget_flight(postgres_store *st)
{
	postgres_flight *f = st->flights;
	g_clear_error(&f->why);
	g_hash_table_unref(f->values);
	memmove(f, f + 1, --st->flying * sizeof(*f));
}

/* Values without rows leave no trace to look for; they are only ever set again. */
static bool postgres_commit_end(store *s, GError **error)
{
	postgres_store *st = (postgres_store *)s;
	postgres_flight *f = st->flights;
	GError *why = NULL;
	fate is = take_fate(st, f, &why);
	bool there = is == COMMITTED;
	if (is == IN_DOUBT && f->rows > 0)
		there = postgres_find_out(st, why, error);
	else if (!there)
		g_propagate_error(error, why);
	if (there)
		postgres_meta_keep(st, f);
	else
		abandon(st);
	st->sure = there && st->base.retries;
	do
		forget_flight(st);
	while (!there && st->flying > 0);
	if (there)
		tell(st);
	else
		postgres_meta_drop(st, true);
	return there;
}

static bool postgres_commit(store *s, GError **error)
{
	return postgres_commit_begin(s, error) && postgres_commit_end(s, error);
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
	.commit_begin = postgres_commit_begin,
	.commit_end = postgres_commit_end,
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
	.check_logs = postgres_check_logs,
	.wait = postgres_wait_op,
	.close = postgres_close,
	.beat_ms = 1000,
};
