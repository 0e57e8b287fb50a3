/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A commit of unknown fate: the connection was lost, or the answer is late. What was sent may be committed,
 * may be lost, or still on its way. */
#include "ledger/postgres_store.h"

#include <string.h>

/* Between two tries to find out, and how long when nobody says to go on. */
#define DOUBT_PAUSE_US 100000
#define DOUBT_MS 10000

/* Takes the log's row and its token, then looks for the last row. Who holds the row's lock knows that the
 * transaction has ended if it had begun; who has changed the token, that it fails should it only arrive now.
 */
static bool look(postgres_store *st, const char *token, bool *ret_there, GError **error)
{
	static const char locked[] = "SELECT size FROM janus_consent.logs WHERE log = $1 FOR UPDATE";
	static const char taken[] =
		"UPDATE janus_consent.logs SET holder = $2 WHERE log = $1 AND holder = $3";
	static const char sql[] =
		"SELECT e.link FROM janus_consent.entries e WHERE e.log = $1 AND e.idx = $2";
	const postgres_values none = {0};
	postgres_link *l = &st->link;
	uint8_t link[HASH_SIZE] = {0};
	postgres_values log = {0}, holder = {0}, last = {0};
	g_autoptr(PGresult) row = NULL;
	postgres_add_integer(&log, st->log);
	postgres_add_integer(&holder, st->log);
	postgres_add_text(&holder, token);
	postgres_add_text(&holder, st->token);
	postgres_add_integer(&last, st->log);
	postgres_add_integer(&last, st->flights[0].head.size - 1);
	if (!postgres_connected(st, error) || !postgres_pipeline_begin(l, error))
		return false;
	if (!postgres_pipeline_add(l, "BEGIN ISOLATION LEVEL READ COMMITTED", &none, error) ||
		!postgres_pipeline_add(l, locked, &log, error) ||
		!postgres_pipeline_add(l, taken, &holder, error) ||
		!postgres_pipeline_add(l, "COMMIT", &none, error) ||
		!postgres_pipeline_add(l, sql, &last, error) ||
		!postgres_pipeline_end(l, POSTGRES_ANSWER_MS, &row, error))
		return false;
	if (PQntuples(row) == 1)
		postgres_bytes(row, 0, 0, link, HASH_SIZE);
	*ret_there = memcmp(link, st->flights[0].head.link, HASH_SIZE) == 0;
	return true;
}

static bool go_on(postgres_store *st, const GError *why, gint64 began)
{
	if (st->base.in_doubt)
		return st->base.in_doubt(why, st->base.user);
	return g_get_monotonic_time() - began < DOUBT_MS * (gint64)1000;
}

bool postgres_find_out(postgres_store *st, GError *cause, GError **error)
{
	g_autoptr(GError) why = cause;
	char token[POSTGRES_TOKEN_SIZE];
	gint64 began = g_get_monotonic_time();
	bool there = false;
	/* Who was kept waiting once shall know before the next wait. */
	bool more = true;
	postgres_new_token(token);
	if (st->link.late)
		go_on(st, why, began);
	postgres_drop(&st->link);
	for (; more; g_usleep(DOUBT_PAUSE_US)) {
		g_autoptr(GError) failure = NULL;
		bool known = look(st, token, &there, &failure);
		postgres_drop(&st->link);
		if (known && st->token[0])
			g_strlcpy(st->token, token, sizeof(st->token));
		if (known && !there)
			g_propagate_error(error, g_steal_pointer(&why));
		if (known)
			return there;
		more = go_on(st, failure, began);
	}
	return postgres_refuse(
		error, "it is not known whether the last entries were committed: %s", why->message);
}
