/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger's thread: all that waits goes into one transaction, then everyone gets their verdict, in order.
 * While one batch is being committed the next gathers, so groups form by themselves; who comes alone does not
 * wait for company. */
#include "ledger/batch.h"

#include "base/scope.h"
#include "ledger/guard.h"

#define GUARD_PERIOD_US G_USEC_PER_SEC
/* A group may gather for this part of the time that its commit will take. */
#define PATIENCE 4

/* Without a sync: it need not be the very last one. */
static void keep_guard(ledger *l)
{
	gint64 now = g_get_monotonic_time();

	if (!l->guard || now < l->guard_at)
		return;
	l->guard_at = now + GUARD_PERIOD_US;
	guard_write(l->guard, l->store);
}

/* What an erasure destroyed may still lie where the store keeps its own things. Whoever reads can be in the
 * way: then again a moment later. */
static void scrub(ledger *l)
{
	const store_ops *ops = l->store->ops;

	if (l->scrub_due && (!ops->scrub || ops->scrub(l->store, 0, NULL)))
		l->scrub_due = false;
}

static bool timed_commit(ledger *l, const GQueue *tickets, GError **error)
{
	gint64 begin = g_get_monotonic_time();
	bool good = ledger_commit(l, tickets, error);

	l->took_us = g_get_monotonic_time() - begin;
	l->answered = tickets->length;
	return good;
}

/* When the thread looks at the store again though nothing waits; 0: never. */
static unsigned pause_ms(const ledger *l)
{
	if (!l->healthy)
		return l->probe_ms;
	if (l->beat_ms)
		return l->beat_ms;
	return l->scrub_due || g_atomic_int_get(&l->watched) ? l->probe_ms : 0;
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

static bool commit_or_probe(ledger *l, const batch *b, GError **error)
{
	return b->tickets.length ? timed_commit(l, &b->tickets, error)
				 : l->store->ops->probe(l->store, error);
}

void batch_finish(ledger *l, batch *b, bool good, bool busy, const GError *error)
{
	bool slow = l->store->ops->slow_scrub;
	if (good && !slow && !busy)
		scrub(l);
	tell_health(l, good, error);
	batch_settle(l, b, good);
	if (good && slow && !busy)
		scrub(l);
	if (good && !busy)
		keep_guard(l);
}

/* With the lock held, which is let go meanwhile. An empty batch comes when a probe is due. */
static void try_batch(ledger *l)
{
	g_autoptr(GError) error = NULL;
	batch b = batch_take(l);
	l->next = l->tip.head.size + b.tickets.length;
	l->busy_at = g_get_monotonic_time();
	bool overlap = batch_may_overlap(l, &b.tickets);
	g_mutex_unlock(&l->lock);
	if (overlap) {
		batch_overlap(l, &b);
	} else {
		bool good = commit_or_probe(l, &b, &error);
		batch_finish(l, &b, good, false, error);
	}
	g_mutex_lock(&l->lock);
}

/* With the lock held, which is let go meanwhile. */
static void refuse_batch(ledger *l)
{
	batch b = batch_take(l);
	g_mutex_unlock(&l->lock);
	batch_settle(l, &b, false);
	g_mutex_lock(&l->lock);
}

/* Those whose commit is in doubt have no verdict until it is known; everybody else must not wait for that. */
bool ledger_in_doubt(const GError *why, void *user)
{
	ledger *l = user;
	tell_health(l, false, why);
	batch_refuse_follower(l);
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
	return last && ticket_verdict((ledger_ticket *)last) == VERDICT_NONE;
}

static bool probe_due(const ledger *l)
{
	return pause_ms(l) != 0 && g_get_monotonic_time() >= l->probe_at;
}

/* With the lock held. */
static void sleep_idle(ledger *l)
{
	l->wanted = l->lent ? 0 : 1;
	l->reclaimed = l->lent;
	l->idle = true;
	if (l->lent) {
		g_cond_wait(&l->work, &l->lock);
	} else if (pause_ms(l) != 0) {
		g_cond_wait_until(&l->work, &l->lock, l->probe_at);
	} else {
		g_cond_wait(&l->work, &l->lock);
		/* Whoever begins to watch has just seen it work. */
		if (!l->lent)
			l->probe_at = g_get_monotonic_time() + (gint64)pause_ms(l) * 1000;
	}
	l->idle = false;
}

/* With the lock held: until there is something to do. */
static void await_work(ledger *l)
{
	while (l->lent || (!l->closing && !somebody_waits(l) && !probe_due(l)))
		sleep_idle(l);
}

/* With the lock held. Those who were just answered may be about to come again, and it pays to be late for a
 * few when many more follow: alone, these few would make all others wait for their commit. Where at least
 * half as many wait already as were answered there is nothing to wait for: two groups that take turns, one
 * working while the other's commit is under way, get through more than a single one. */
static void await_company(ledger *l)
{
	gint64 deadline = g_get_monotonic_time() + l->took_us / PATIENCE;
	guint enough = (l->answered + 1) / 2;
	bool more = true;
	while (!l->closing && l->waiting.length < enough && more) {
		l->wanted = enough;
		more = g_cond_wait_until(&l->work, &l->lock, deadline);
	}
	l->crowd = l->answered;
	l->answered = 0;
}

/* With the lock held. What has others to tell is the thread's to do, and so is what leaves more to do. */
static bool is_simple(const ledger *l)
{
	for (const GList *node = l->waiting.head; node; node = node->next) {
		const ledger_ticket *t = node->data;
		if (t->done || entry_destroys(&t->entry))
			return false;
	}
	return true;
}

/* With the lock held. After a crowd more are likely to come, and gather for the thread. */
static bool may_help(const ledger *l)
{
	return l->idle && !l->lent && !l->closing && l->healthy && l->answered <= BATCH_FEW &&
		l->waiting.length > 0 && l->waiting.length <= BATCH_FEW && is_simple(l);
}

/* With the lock held. */
static void wake_thread(ledger *l)
{
	l->wanted = 0;
	g_cond_signal(&l->work);
}

/* With the lock held, which is let go meanwhile. The thread sleeps on unless there is something for it. */
static void commit_in_its_stead(ledger *l)
{
	l->lent = true;
	l->wanted = 0;
	try_batch(l);
	l->lent = false;
	if ((l->reclaimed && pause_ms(l) != 0) || l->closing || !l->healthy || l->waiting.length > 0)
		wake_thread(l);
	else
		l->wanted = 1;
	l->reclaimed = false;
}

void ledger_help(ledger *l)
{
	SCOPE_LOCK(&l->lock);
	if (may_help(l))
		commit_in_its_stead(l);
	else if (l->wanted > 0 && l->waiting.length >= l->wanted)
		wake_thread(l);
}

gpointer ledger_thread(gpointer data)
{
	ledger *l = data;
	bool last = false;
	g_mutex_lock(&l->lock);
	while (!last) {
		await_work(l);
		l->wanted = 0;
		last = l->closing;
		if (last && g_queue_is_empty(&l->waiting))
			break;
		if (l->healthy && somebody_waits(l))
			await_company(l);
		l->wanted = 0;
		if (l->healthy || last || probe_due(l))
			try_batch(l);
		else
			refuse_batch(l);
	}
	g_mutex_unlock(&l->lock);
	return NULL;
}
