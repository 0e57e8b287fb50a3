/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/batch.h"

#include "base/scope.h"

batch batch_take(ledger *l)
{
	batch b = {.tickets = l->waiting, .round = l->round};
	g_queue_init(&l->waiting);
	l->round = ledger_round_new();
	for (GList *node = b.tickets.head; node; node = node->next)
		((ledger_ticket *)node->data)->queued = false;
	return b;
}

/* Those that are kept go back before everything that has come since. */
static void give_back(ledger *l, GQueue *kept)
{
	GList *node;
	SCOPE_LOCK(&l->lock);
	while ((node = g_queue_pop_tail_link(kept))) {
		((ledger_ticket *)node->data)->queued = true;
		g_queue_push_head_link(&l->waiting, node);
	}
}

/* The verdict. Returns whether the entry stays in the queue all the same. */
static bool settle(ledger_ticket *t, bool good)
{
	bool possible = t->entry.body && !t->refused;
	bool there = possible && (good || t->in_store);
	if (ticket_verdict(t) == VERDICT_NONE)
		g_atomic_int_set(&t->verdict, there ? VERDICT_GOOD : VERDICT_BAD);
	return possible && !there && t->kind == LEDGER_KEPT;
}

/* All of the round who have a verdict, or, when everybody has one, as many as there are likely to be
 * processors to spare: they wake the others. Whoever saw no verdict under the lock is asleep by now. */
static void wake(ledger_round *r, bool everybody_has_one)
{
	g_mutex_lock(&r->lock);
	g_mutex_unlock(&r->lock);
	if (!everybody_has_one) {
		g_cond_broadcast(&r->over);
		return;
	}
	g_cond_signal(&r->over);
	g_cond_signal(&r->over);
}

static void call_back(ledger_ticket *t)
{
	ledger_done done = g_steal_pointer(&t->done);
	done(ticket_verdict(t) == VERDICT_GOOD ? &t->place : NULL, t->user);
}

/* Those who wait for what comes before a callback are woken before it. */
void batch_settle(ledger *l, batch *b, bool good)
{
	GQueue kept = G_QUEUE_INIT;
	bool asleep = false;
	GList *node;
	while ((node = g_queue_pop_head_link(&b->tickets))) {
		ledger_ticket *t = node->data;
		bool stays = settle(t, good);
		if (t->done && asleep)
			wake(b->round, false);
		asleep = !t->done;
		if (t->done)
			call_back(t);
		if (stays)
			g_queue_push_tail_link(&kept, node);
		else
			ticket_unref(t);
	}
	wake(b->round, true);
	ledger_round_unref(b->round);
	if (kept.length > 0)
		give_back(l, &kept);
}
