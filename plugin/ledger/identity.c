/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/identity.h"

#include "ledger/store.h"

/* What the ledger tells of the meetings that one of the ids is of: participants are of one meeting a log. */
typedef struct telling {
	GPtrArray *meetings;
	GPtrArray *pairs; /* id and former id, alternately */
} telling;

static void telling_clear(telling *t)
{
	g_ptr_array_unref(t->meetings);
	g_ptr_array_unref(t->pairs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(telling, telling_clear)

GPtrArray *identity_new(const char *participant)
{
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(ids, g_strdup(participant));
	return ids;
}

void identity_add(GPtrArray *ids, const char *participant)
{
	if (!g_ptr_array_find_with_equal_func(ids, participant, g_str_equal, NULL))
		g_ptr_array_add(ids, g_strdup(participant));
}

static bool take_meeting(const store_row *row, void *user)
{
	if (row->meeting)
		identity_add(((telling *)user)->meetings, row->meeting);
	return true;
}

static bool take_pair(const store_row *row, void *user)
{
	GPtrArray *pairs = ((telling *)user)->pairs;
	json_auto_t *body = json_loads(row->body, JSON_REJECT_DUPLICATES, NULL);
	const char *former = json_string_value(json_object_get(body, "formerly"));
	if (former && row->participant) {
		g_ptr_array_add(pairs, g_strdup(row->participant));
		g_ptr_array_add(pairs, g_strdup(former));
	}
	return true;
}

/* The pairs of all meetings in which that id was. */
static bool read_pairs(store *s, const char *id, telling *t, GError **error)
{
	static const char *const here[] = {"join", "bind", NULL}, *const binds[] = {"bind", NULL};
	const ledger_filter theirs = {.types = here, .participant = id};
	bool good = s->ops->iterate(s, &theirs, take_meeting, t, error);
	for (guint i = 0; good && i < t->meetings->len; i++) {
		const ledger_filter there = {.types = binds, .meeting = t->meetings->pdata[i]};
		good = s->ops->iterate(s, &there, take_pair, t, error);
	}
	return good;
}

/* In a pair the later id stands before the former one. */
static bool complete_one(store *s, GPtrArray *ids, guint which, bool later_only, GError **error)
{
	const char *id = ids->pdata[which];
	g_auto(telling) t = {g_ptr_array_new_with_free_func(g_free), g_ptr_array_new_with_free_func(g_free)};
	if (!read_pairs(s, id, &t, error))
		return false;
	for (guint i = 0; i < t.pairs->len; i++)
		if (g_str_equal(t.pairs->pdata[i], id) && (i % 2 == 1 || !later_only))
			identity_add(ids, t.pairs->pdata[i ^ 1]);
	return true;
}

static bool complete(ledger_reader *r, GPtrArray *ids, bool later_only, GError **error)
{
	bool good = true;
	for (guint i = 0; good && i < ids->len; i++)
		good = complete_one(ledger_reader_store(r), ids, i, later_only, error);
	return good;
}

bool identity_complete(ledger_reader *r, GPtrArray *ids, GError **error)
{
	return complete(r, ids, false, error);
}

bool identity_add_later(ledger_reader *r, GPtrArray *ids, GError **error)
{
	return complete(r, ids, true, error);
}

GPtrArray *identity_find(const char *where, const char *origin, const char *participant, GError **error)
{
	g_autoptr(ledger_reader) r = ledger_reader_open_log(where, origin, error);
	g_autoptr(GPtrArray) ids = identity_new(participant);
	return r && identity_complete(r, ids, error) ? g_steal_pointer(&ids) : NULL;
}
