/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Named values of a log. What a transaction sets waits in memory and goes out with its rows; what it gets is
 * remembered beyond it, as long as nobody else has written to the log: most are asked for again and again. */
#include "ledger/postgres_store.h"

#include <sodium.h>
#include <string.h>

/* More than the people who talk at one time in one gateway's meetings. */
#define KNOWN_MAX 20000

/* Some are keys. */
static void wipe(void *value)
{
	if (value)
		sodium_memzero(value, strlen(value));
	g_free(value);
}

static GHashTable *new_table(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, wipe);
}

void postgres_meta_init(postgres_meta *m)
{
	*m = (postgres_meta){.pending = new_table(), .known = new_table()};
}

void postgres_meta_clear(postgres_meta *m)
{
	g_clear_pointer(&m->pending, g_hash_table_unref);
	g_clear_pointer(&m->known, g_hash_table_unref);
}

void postgres_meta_begin(postgres_store *st)
{
	postgres_meta *m = &st->meta;
	bool ours = m->head.size == st->head.size && memcmp(m->head.link, st->head.link, HASH_SIZE) == 0;
	if (!ours)
		g_hash_table_remove_all(m->known);
}

static gboolean move_one(gpointer name, gpointer value, gpointer known)
{
	g_hash_table_replace(known, name, value);
	return TRUE;
}

void postgres_meta_drop(postgres_store *st, bool known)
{
	g_hash_table_remove_all(st->meta.pending);
	if (known)
		g_hash_table_remove_all(st->meta.known);
}

void postgres_meta_keep(postgres_store *st, postgres_flight *f)
{
	postgres_meta *m = &st->meta;
	if (g_hash_table_size(m->known) > KNOWN_MAX)
		g_hash_table_remove_all(m->known);
	g_hash_table_foreach_steal(f->values, move_one, m->known);
	m->head = f->head;
}

GHashTable *postgres_meta_collect(postgres_store *st)
{
	GHashTableIter iter;
	gpointer name, value;
	GHashTable *set = g_steal_pointer(&st->meta.pending);
	g_hash_table_iter_init(&iter, set);
	while (g_hash_table_iter_next(&iter, &name, &value))
		postgres_batch_value(&st->batch, name, value);
	st->meta.pending = new_table();
	return set;
}

static bool fetch(postgres_store *st, const char *name, char **ret_value, GError **error)
{
	static const char sql[] = "SELECT value FROM janus_consent.meta WHERE log = $1 AND name = $2";
	postgres_values values = {0};
	postgres_add_integer(&values, st->log);
	postgres_add_text(&values, name);
	g_autoptr(PGresult) row = postgres_query(st, sql, &values, error);
	if (!row)
		return false;
	*ret_value = PQntuples(row) ? g_strdup(postgres_text(row, 0, 0)) : NULL;
	return true;
}

/* The newest that is known in the transaction. */
static bool look_up(postgres_store *st, const char *name, gpointer *ret_value)
{
	if (g_hash_table_lookup_extended(st->meta.pending, name, NULL, ret_value))
		return true;
	for (unsigned i = st->flying; i > 0; i--)
		if (g_hash_table_lookup_extended(st->flights[i - 1].values, name, NULL, ret_value))
			return true;
	return g_hash_table_lookup_extended(st->meta.known, name, NULL, ret_value);
}

bool postgres_get(store *s, const char *name, char **ret_value, GError **error)
{
	postgres_store *st = (postgres_store *)s;
	gpointer value;
	if (!st->open)
		return fetch(st, name, ret_value, error);
	if (look_up(st, name, &value)) {
		*ret_value = g_strdup(value);
		return true;
	}
	if (!fetch(st, name, ret_value, error))
		return false;
	g_hash_table_replace(st->meta.known, g_strdup(name), g_strdup(*ret_value));
	return true;
}

/* A transaction of its own. The writer's holds only while the log is its. */
static bool set_now(postgres_store *st, const char *name, const char *value, GError **error)
{
	static const char held[] =
		"WITH own AS (SELECT log FROM janus_consent.logs WHERE log = $1 AND holder = $4 FOR UPDATE)"
		" INSERT INTO janus_consent.meta (log, name, value) SELECT log, $2, $3 FROM own"
		" ON CONFLICT (log, name) DO UPDATE SET value = EXCLUDED.value";
	static const char any[] = "INSERT INTO janus_consent.meta (log, name, value) VALUES ($1, $2, $3)"
				  " ON CONFLICT (log, name) DO UPDATE SET value = EXCLUDED.value";
	postgres_values values = {0};
	bool holds = st->role == STORE_WRITER;
	if (!postgres_ready(st, error))
		return false;
	postgres_add_integer(&values, st->log);
	postgres_add_text(&values, name);
	postgres_add_text(&values, value);
	if (holds)
		postgres_add_text(&values, st->token);
	g_autoptr(PGresult) done = postgres_query(st, holds ? held : any, &values, error);
	if (!done)
		return false;
	return postgres_changed(done) == 1 ||
		postgres_refuse(error, "another gateway has taken over the log “%s”", st->origin);
}

static bool destroy_now(postgres_store *st, const char *name, GError **error)
{
	static const char sql[] = "DELETE FROM janus_consent.meta WHERE log = $1 AND name = $2";
	postgres_values values = {0};
	postgres_add_integer(&values, st->log);
	postgres_add_text(&values, name);
	g_autoptr(PGresult) done = postgres_query(st, sql, &values, error);
	return done != NULL;
}

bool postgres_set(store *s, const char *name, const char *value, GError **error)
{
	postgres_store *st = (postgres_store *)s;
	if (st->open) {
		g_hash_table_replace(st->meta.pending, g_strdup(name), g_strdup(value));
		return true;
	}
	g_hash_table_remove(st->meta.known, name);
	return value ? set_now(st, name, value, error) : destroy_now(st, name, error);
}
