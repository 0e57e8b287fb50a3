/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger's thread: all that waits goes into one transaction, then everyone gets their verdict, in order.
 * While one batch is being committed the next gathers, so groups form by themselves and nobody waits for
 * company. */
#include "ledger/queue.h"

#include "base/error.h"

#include <string.h>

bool ledger_write(store *s, const entry *e, store_head *head, GError **error)
{
	store_row row = {
		.index = head->size,
		.at_ms = e->columns.at_ms,
		.type = e->columns.type,
		.room = e->columns.room,
		.meeting = e->columns.meeting,
		.participant = e->columns.participant,
		.subject = e->columns.subject,
		.body = e->body,
		.personal = e->personal,
	};
	memcpy(row.salt, e->salt, HASH_SIZE);
	memcpy(row.leaf, e->leaf, HASH_SIZE);
	entry_link(head->link, row.leaf, row.link);
	if (!s->ops->append(s, &row, error))
		return false;
	head->size++;
	memcpy(head->link, row.link, HASH_SIZE);
	return true;
}

static bool write_all(store *s, GQueue *batch, store_head *head, GError **error)
{
	for (GList *node = batch->head; node; node = node->next) {
		ledger_ticket *t = node->data;
		t->place.index = head->size;
		t->place.at_ms = t->entry.columns.at_ms;
		hash_hex(t->entry.leaf, t->place.leaf);
		if (t->entry.body && !ledger_write(s, &t->entry, head, error))
			return false;
	}
	return true;
}

static bool commit(ledger *l, GQueue *batch, GError **error)
{
	store *s = l->store;
	store_head head = l->head;
	if (!s->ops->begin(s, error))
		return false;
	if (!ledger_catch_up(s, &head, error) || !write_all(s, batch, &head, error) ||
		!s->ops->commit(s, error)) {
		s->ops->rollback(s);
		return false;
	}
	l->head = head;
	return true;
}

static void tell_health(ledger *l, bool healthy, const GError *error)
{
	g_mutex_lock(&l->lock);
	bool changed = l->healthy != healthy;
	l->healthy = healthy;
	g_mutex_unlock(&l->lock);
	l->probe_at = g_get_monotonic_time() + (gint64)(healthy ? l->beat_ms : l->probe_ms) * 1000;
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
	g_mutex_unlock(&l->lock);

	bool good = batch.length ? commit(l, &batch, &error) : l->store->ops->probe(l->store, &error);
	tell_health(l, good, error);
	settle_batch(l, &batch, good);
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
		if (l->healthy && !l->beat_ms)
			g_cond_wait(&l->work, &l->lock);
		else if (probe_due(l) || !g_cond_wait_until(&l->work, &l->lock, l->probe_at))
			return;
	}
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
		if (l->healthy || last || probe_due(l))
			try_batch(l);
		else
			refuse_batch(l);
	}
	g_mutex_unlock(&l->lock);
	return NULL;
}
