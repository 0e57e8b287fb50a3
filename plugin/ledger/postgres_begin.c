/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a transaction begins: with the log's row locked, so that its head stays what it is.
 *
 * As a rule nobody else has written to the log since the last commit. Who can begin again is then given the
 * head that this commit left and goes on at once, while the server begins; its answer is looked at before any
 * row is sent. */
#include "ledger/postgres_store.h"

#include "base/error.h"

#include <string.h>

/* Who writes beside the holder waits for the row as well, but holds nothing. */
static bool ask_for_head(postgres_store *st, GError **error)
{
	static const char held[] = "SELECT size, link FROM janus_consent.logs"
				   " WHERE log = $1 AND holder = $2 FOR UPDATE";
	static const char any[] = "SELECT size, link FROM janus_consent.logs WHERE log = $1 FOR UPDATE";
	const postgres_values none = {0};
	postgres_values values = {0};
	bool holds = st->role == STORE_WRITER;
	postgres_add_integer(&values, st->log);
	if (holds)
		postgres_add_text(&values, st->token);
	return postgres_pipeline_begin(&st->link, error) &&
		postgres_pipeline_add(
			&st->link, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", &none, error) &&
		postgres_pipeline_add(&st->link, holds ? held : any, &values, error) &&
		postgres_pipeline_send(&st->link, error);
}

/* False when the row is another's by now. */
static bool read_head(const PGresult *row, store_head *ret)
{
	if (PQntuples(row) != 1)
		return false;
	*ret = (store_head){.size = postgres_integer(row, 0, 0)};
	postgres_bytes(row, 0, 1, ret->link, HASH_SIZE);
	return true;
}

static bool try_begin(postgres_store *st, GError **error)
{
	g_autoptr(PGresult) row = NULL;
	if (!postgres_ready(st, error))
		return false;
	bool good =
		ask_for_head(st, error) && postgres_pipeline_take(&st->link, POSTGRES_ANSWER_MS, &row, error);
	st->open = postgres_is_up(&st->link);
	if (good && read_head(row, &st->head)) {
		postgres_meta_begin(st);
		return true;
	}
	st->base.ops->rollback(&st->base);
	/* Whether the other one is still there is seen when this one connects anew. */
	if (good)
		postgres_drop(&st->link);
	return good ? postgres_refuse(error, "another gateway has taken over the log “%s”", st->origin)
		    : false;
}

/* Behind a commit whose fate is not known yet. */
static bool begin_chained(postgres_store *st)
{
	if (st->flying == 0)
		return false;
	st->open = st->chained = true;
	st->head = st->flights[st->flying - 1].head;
	return true;
}

static bool begin_ahead(postgres_store *st)
{
	bool sure = st->sure && st->claimed && postgres_is_up(&st->link);
	st->sure = false;
	if (!sure)
		return false;
	if (!ask_for_head(st, NULL)) {
		postgres_drop(&st->link);
		return false;
	}
	st->open = st->ahead = true;
	st->head = st->meta.head;
	postgres_meta_begin(st);
	return true;
}

/* A connection that was lost since the last transaction shows only now. */
bool postgres_begin(store *s, GError **error)
{
	postgres_store *st = (postgres_store *)s;
	g_autoptr(GError) first = NULL;
	if (begin_chained(st) || begin_ahead(st))
		return true;
	bool was_up = postgres_is_up(&st->link);
	if (try_begin(st, &first))
		return true;
	if (was_up && !postgres_is_up(&st->link) && !st->link.late)
		return try_begin(st, error);
	g_propagate_error(error, g_steal_pointer(&first));
	return false;
}

bool postgres_stale(GError **error, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STALE, "the log is not what it was a moment ago%s%s",
		why ? ": " : "", why ? why : "");
	return false;
}

bool postgres_settle(postgres_store *st, GError **error)
{
	g_autoptr(PGresult) row = NULL;
	g_autoptr(GError) why = NULL;
	store_head is;
	if (st->chained && !(st->claimed && postgres_is_up(&st->link)))
		return postgres_stale(error, "the connection was lost");
	if (!st->ahead)
		return true;
	st->ahead = false;
	bool good = postgres_pipeline_take(&st->link, POSTGRES_ANSWER_MS, &row, &why);
	if (good && read_head(row, &is) && is.size == st->meta.head.size &&
		memcmp(is.link, st->meta.head.link, HASH_SIZE) == 0)
		return true;
	/* There is no time for another try. */
	if (!good && st->link.late) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	return postgres_stale(error, why ? why->message : NULL);
}
