/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger's thread: all that waits goes into one transaction, then everyone gets their verdict, in order.
 * While one batch is being committed the next gathers, so groups form by themselves; who comes alone does not
 * wait for company. */
#include "ledger/queue.h"

#include "base/error.h"
#include "ledger/guard.h"
#include "ledger/vault.h"

#include <sodium.h>
#include <string.h>

#define GUARD_PERIOD_US G_USEC_PER_SEC
/* A group may gather for this part of the time that its commit will take. */
#define PATIENCE 4

/* Encrypts the personal data into the row; the key is made with the participant's first. */
static bool seal_personal(store *s, const entry *e, store_row *row, char **ret_text, GError **error)
{
	const char *owner = vault_owner(e->columns.participant);
	uint8_t key[VAULT_KEY_SIZE];
	bool found;

	if (!vault_key(s, owner, true, key, &found, error))
		return false;
	if (!found) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "the key of participant %s is damaged",
			owner);
		return false;
	}
	*ret_text = vault_seal(key, owner, e->salt, e->personal, row->salt);
	row->personal = *ret_text;
	sodium_memzero(key, sizeof key);
	return true;
}

static bool set_values(store *s, json_t *values, GError **error)
{
	const char *name;
	json_t *value;

	json_object_foreach (values, name, value)
		if (!s->ops->set(s, name, json_string_value(value), error))
			return false;
	return true;
}

bool ledger_write(store *s, const entry *e, tip *t, uint8_t leaf[HASH_SIZE], GError **error)
{
	uint8_t commitment[HASH_SIZE];
	g_autofree char *personal = NULL;
	store_row row = {
		.index = t->head.size,
		.at_ms = e->columns.at_ms,
		.type = e->columns.type,
		.room = e->columns.room,
		.meeting = e->columns.meeting,
		.participant = e->columns.participant,
		.subject = e->columns.subject,
		.body = e->body,
	};
	tip_commitment(t->secret, row.index, e->body, commitment);
	merkle_leaf(commitment, sizeof commitment, row.leaf);
	entry_link(t->head.link, row.leaf, row.link);
	memcpy(leaf, row.leaf, HASH_SIZE);
	if (e->personal && !seal_personal(s, e, &row, &personal, error))
		return false;
	if (!s->ops->append(s, &row, error) || !tip_grow(s, t, row.leaf, error))
		return false;
	if (!set_values(s, e->values, error))
		return false;
	/* The tombstone and what it says are one. */
	if (strcmp(row.type, ENTRY_ERASE) == 0 && !vault_forget(s, row.participant, error))
		return false;
	t->head.size++;
	memcpy(t->head.link, row.link, HASH_SIZE);
	return true;
}

static bool write_all(store *s, GQueue *batch, tip *t, GError **error)
{
	for (GList *node = batch->head; node; node = node->next) {
		ledger_ticket *one = node->data;
		uint8_t leaf[HASH_SIZE];

		if (!one->entry.body)
			continue;
		one->place.index = t->head.size;
		one->place.at_ms = one->entry.columns.at_ms;
		if (!ledger_write(s, &one->entry, t, leaf, error))
			return false;
		hash_hex(leaf, one->place.leaf);
	}
	return true;
}

/* Checkpoints are made with what they cover: no entry is ever committed without one. */
static bool sign(ledger *l, const tip *t, GError **error)
{
	return !l->signs || tip_sign(l->store, t, &l->ring, error);
}

/* Without a sync: it need not be the very last one. */
static void keep_guard(ledger *l)
{
	gint64 now = g_get_monotonic_time();

	if (!l->guard || now < l->guard_at)
		return;
	l->guard_at = now + GUARD_PERIOD_US;
	guard_write(l->guard, l->store);
}

static bool erases(GQueue *batch)
{
	for (GList *node = batch->head; node; node = node->next)
		if (entry_destroys(&((ledger_ticket *)node->data)->entry))
			return true;
	return false;
}

/* What an erasure destroyed may still lie where the store keeps its own things. Whoever reads can be in the
 * way: then again a moment later. */
static void scrub(ledger *l)
{
	const store_ops *ops = l->store->ops;

	if (l->scrub_due && (!ops->scrub || ops->scrub(l->store, 0, NULL)))
		l->scrub_due = false;
}

static bool commit(ledger *l, GQueue *batch, GError **error)
{
	store *s = l->store;
	tip t = l->tip;
	if (!s->ops->begin(s, error))
		return false;
	if (!ledger_catch_up(s, &t, error) || !write_all(s, batch, &t, error) || !sign(l, &t, error) ||
		!s->ops->commit(s, error)) {
		s->ops->rollback(s);
		return false;
	}
	l->tip = t;
	l->scrub_due |= erases(batch);
	keep_guard(l);
	return true;
}

static bool timed_commit(ledger *l, GQueue *batch, GError **error)
{
	gint64 begin = g_get_monotonic_time();
	bool good = commit(l, batch, error);

	l->took_us = g_get_monotonic_time() - begin;
	l->answered = batch->length;
	return good;
}

/* When the thread looks at the store again though nothing waits; 0: never. */
static unsigned pause_ms(const ledger *l)
{
	if (!l->healthy)
		return l->probe_ms;
	return l->beat_ms || !l->scrub_due ? l->beat_ms : l->probe_ms;
}

static void tell_health(ledger *l, bool healthy, const GError *error)
{
	g_mutex_lock(&l->lock);
	bool changed = l->healthy != healthy;
	l->healthy = healthy;
	l->busy_at = 0;
	if (healthy)
		l->heard_at = g_get_monotonic_time();
	g_mutex_unlock(&l->lock);
	l->probe_at = g_get_monotonic_time() + (gint64)pause_ms(l) * 1000;
	if (changed && l->on_health)
		l->on_health(healthy, error ? error->message : "the ledger can be written again", l->user);
}

/* With the lock held: takes all that waits. What is in a batch is not taken back by its waiter any more. */
static GQueue take_batch(ledger *l)
{
	GQueue batch = l->waiting;
	g_queue_init(&l->waiting);
	for (GList *node = batch.head; node; node = node->next)
		((ledger_ticket *)node->data)->queued = false;
	return batch;
}

/* With the lock held: those of the batch that are kept go back before everything that has come since. */
static void give_back(ledger *l, GQueue *kept)
{
	GList *node;
	while ((node = g_queue_pop_tail_link(kept))) {
		((ledger_ticket *)node->data)->queued = true;
		g_queue_push_head_link(&l->waiting, node);
	}
}

/* With the lock held: the verdict. Returns whether the entry stays in the queue all the same. */
static bool settle(ledger_ticket *t, bool good)
{
	bool whole = t->entry.body != NULL;
	if (!t->settled)
		t->good = good && whole;
	t->settled = true;
	return !good && whole && t->kind == LEDGER_KEPT;
}

/* Without the lock: a waiter that is woken with it held would only queue up for it. */
static void wake(GQueue *settled)
{
	GList *node;
	while ((node = g_queue_pop_head_link(settled))) {
		ledger_ticket *t = node->data;
		g_cond_signal(&t->verdict);
		ticket_unref(t);
	}
}

static void call_back(ledger_ticket *t)
{
	ledger_done done = g_steal_pointer(&t->done);
	done(t->good ? &t->place : NULL, t->user);
}

/* Without the lock; returns with it. Verdicts are given in the order of the entries. */
static void settle_batch(ledger *l, GQueue *batch, bool good)
{
	GQueue settled = G_QUEUE_INIT, kept = G_QUEUE_INIT;
	GList *node;
	g_mutex_lock(&l->lock);
	while ((node = g_queue_pop_head_link(batch))) {
		ledger_ticket *t = node->data;
		bool stays = settle(t, good);
		if (stays)
			g_cond_signal(&t->verdict);
		if (t->done) {
			g_mutex_unlock(&l->lock);
			wake(&settled);
			call_back(t);
			g_mutex_lock(&l->lock);
		}
		g_queue_push_tail_link(stays ? &kept : &settled, node);
	}
	give_back(l, &kept);
	g_mutex_unlock(&l->lock);
	wake(&settled);
	g_mutex_lock(&l->lock);
}

/* With the lock held, which is let go meanwhile. An empty batch comes when a probe is due.
 */
static void try_batch(ledger *l)
{
	g_autoptr(GError) error = NULL;
	GQueue batch = take_batch(l);
	l->busy_at = g_get_monotonic_time();
	g_mutex_unlock(&l->lock);

	bool good = batch.length ? timed_commit(l, &batch, &error) : l->store->ops->probe(l->store, &error);
	bool slow = l->store->ops->slow_scrub;
	if (good && !slow)
		scrub(l);
	tell_health(l, good, error);
	settle_batch(l, &batch, good);
	if (!good || !slow)
		return;
	g_mutex_unlock(&l->lock);
	scrub(l);
	g_mutex_lock(&l->lock);
}

/* With the lock held, which is let go meanwhile. */
static void refuse_batch(ledger *l)
{
	GQueue batch = take_batch(l);
	g_mutex_unlock(&l->lock);
	settle_batch(l, &batch, false);
}

/* Those whose commit is in doubt have no verdict until it is known; everybody else must not wait for that. */
bool ledger_in_doubt(const GError *why, void *user)
{
	ledger *l = user;
	tell_health(l, false, why);
	g_mutex_lock(&l->lock);
	refuse_batch(l);
	bool go_on = !l->closing;
	g_mutex_unlock(&l->lock);
	return go_on;
}

/* Kept entries that have their verdict come first, so the last one tells. */
static bool somebody_waits(ledger *l)
{
	const ledger_ticket *last = g_queue_peek_tail(&l->waiting);
	return last && !last->settled;
}

static bool probe_due(const ledger *l)
{
	return g_get_monotonic_time() >= l->probe_at;
}

/* With the lock held: until there is something to do. */
static void await_work(ledger *l)
{
	while (!l->closing) {
		if (somebody_waits(l))
			return;
		if (pause_ms(l) == 0)
			g_cond_wait(&l->work, &l->lock);
		else if (probe_due(l) || !g_cond_wait_until(&l->work, &l->lock, l->probe_at))
			return;
	}
}

/* With the lock held. Whoever was answered with others is likely to be followed by as many: without a
 * moment's patience the first of them would be committed alone, and all others wait for that. */
static void await_company(ledger *l)
{
	gint64 deadline = g_get_monotonic_time() + l->took_us / PATIENCE;
	l->wanted = l->answered;
	while (!l->closing && l->waiting.length < l->wanted)
		if (!g_cond_wait_until(&l->work, &l->lock, deadline))
			break;
	l->wanted = 0;
	l->answered = 0;
}

gpointer ledger_thread(gpointer data)
{
	ledger *l = data;
	bool last = false;
	g_mutex_lock(&l->lock);
	while (!last) {
		await_work(l);
		last = l->closing;
		if (last && g_queue_is_empty(&l->waiting))
			break;
		if (l->healthy && somebody_waits(l))
			await_company(l);
		if (l->healthy || last || probe_due(l))
			try_batch(l);
		else
			refuse_batch(l);
	}
	g_mutex_unlock(&l->lock);
	return NULL;
}
