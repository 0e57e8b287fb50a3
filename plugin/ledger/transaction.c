/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One batch into the store: as a rule in one transaction. Where the store works but cannot take one of the
 * entries, whatever its state, that one must not keep all others out for ever: it is looked for and set
 * aside. */
#include "ledger/queue.h"

#include "base/error.h"

/* A meeting whose record lacks something that happened: nothing in it is granted or captured any more. */
static bool is_barred(const ledger *l, const ledger_ticket *t)
{
	const char *meeting = t->entry.columns.meeting;

	return t->kind == LEDGER_ANSWERED && meeting && g_hash_table_contains(l->barred, meeting);
}

static bool write_one(ledger *l, ledger_ticket *t, tip *to, GError **error)
{
	uint8_t leaf[HASH_SIZE];

	if (t->entry.body)
		t->refused |= is_barred(l, t);
	if (!t->entry.body || t->refused)
		return true;
	t->place.index = to->head.size;
	t->place.at_ms = t->entry.columns.at_ms;
	if (!ledger_write(l->store, l->keys, &t->entry, to, leaf, error))
		return false;
	hash_hex(leaf, t->place.leaf);
	return true;
}

static bool write_all(ledger *l, const GList *first, guint count, tip *t, GError **error)
{
	for (const GList *node = first; count > 0; node = node->next, count--)
		if (!write_one(l, node->data, t, error))
			return false;
	return true;
}

/* Checkpoints are made with what they cover: no entry is ever committed without one. */
static bool sign(ledger *l, const tip *t, GError **error)
{
	return !l->signs || tip_sign(l->store, t, &l->ring, error);
}

/* In a transaction. Whoever else appended may have destroyed a key as well. */
static bool catch_up(ledger *l, tip *t, GError **error)
{
	gint64 size = t->head.size;

	if (!ledger_catch_up(l->store, t, error))
		return false;
	if (t->head.size != size)
		vault_keys_wipe(l->keys);
	return true;
}

static void note_written(ledger *l, const GList *first, guint count)
{
	for (const GList *node = first; count > 0; node = node->next, count--) {
		ledger_ticket *t = node->data;

		t->in_store = true;
		l->scrub_due |= entry_destroys(&t->entry);
	}
}

/* Keys that were made go with it. Returns false. */
static bool give_up(ledger *l)
{
	l->store->ops->rollback(l->store);
	vault_keys_wipe(l->keys);
	return false;
}

/* Begins a transaction on the log's end, and moves it on. */
static bool compose(ledger *l, const GList *first, guint count, tip *t, GError **error)
{
	return l->store->ops->begin(l->store, error) &&
		((catch_up(l, t, error) && write_all(l, first, count, t, error) && sign(l, t, error)) ||
			give_up(l));
}

static bool try_commit(ledger *l, const GList *first, guint count, GError **error)
{
	tip t = l->tip;
	if (!compose(l, first, count, &t, error))
		return false;
	if (!l->store->ops->commit(l->store, error))
		return give_up(l);
	l->tip = t;
	note_written(l, first, count);
	return true;
}

bool ledger_compose(ledger *l, const GQueue *tickets, tip *t, GError **error)
{
	return compose(l, tickets->head, tickets->length, t, error);
}

bool ledger_send(ledger *l, GError **error)
{
	return l->store->ops->commit_begin(l->store, error) || give_up(l);
}

bool ledger_land(ledger *l, const GQueue *tickets, const tip *t, GError **error)
{
	if (!l->store->ops->commit_end(l->store, error))
		return give_up(l);
	l->tip = *t;
	note_written(l, tickets->head, tickets->length);
	return true;
}

static bool commit(ledger *l, const GList *first, guint count, GError **error)
{
	g_autoptr(GError) why = NULL;

	if (try_commit(l, first, count, &why))
		return true;
	if (g_error_matches(why, CONSENT_ERROR, CONSENT_ERROR_STALE))
		return try_commit(l, first, count, error);
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

/* Whoever waits for it is told no. What happened and cannot be recorded is said where operators look. */
static void set_aside(ledger *l, ledger_ticket *t, const char *why)
{
	const char *meeting = t->entry.columns.meeting;

	t->refused = true;
	if (t->kind != LEDGER_KEPT)
		return;
	g_atomic_int_inc(&l->refused);
	if (meeting)
		g_hash_table_add(l->barred, g_strdup(meeting));
	g_warning("consent: ledger | the store cannot take an entry that happened (%s): it is missing in the "
		  "log, and nothing more is granted or captured in its meeting: %s",
		why, t->entry.body);
}

/* Down to the entry that the store cannot take, and past it. False when the store itself fails. */
static bool commit_apart(ledger *l, const GList *first, guint count, GError **error)
{
	g_autoptr(GError) why = NULL;
	guint half = count / 2;

	if (commit(l, first, count, &why))
		return true;
	if (!g_error_matches(why, CONSENT_ERROR, CONSENT_ERROR_ENTRY)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	if (count == 1) {
		set_aside(l, first->data, why->message);
		return true;
	}
	return commit_apart(l, first, half, error) &&
		commit_apart(l, g_list_nth((GList *)first, half), count - half, error);
}

bool ledger_commit(ledger *l, const GQueue *tickets, GError **error)
{
	return commit_apart(l, tickets->head, tickets->length, error);
}
