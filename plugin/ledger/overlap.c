/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batches that follow each other at once. While the store commits one the next gathers, and the store is
 * given it before it has answered: it works all the time, and those who wait for its answer are woken, and
 * come back, while it is at the next. */
#include "ledger/batch.h"

#include "base/error.h"
#include "base/scope.h"

#define PACE_STEP_US 100

/* A batch on its way. */
typedef struct flight {
	batch batch;
	tip end;         /* of the log, with it */
	gint64 began_at; /* monotonic: when the store could begin with it */
} flight;

static bool destroys(const GQueue *tickets)
{
	for (const GList *node = tickets->head; node; node = node->next)
		if (entry_destroys(&((const ledger_ticket *)node->data)->entry))
			return true;
	return false;
}

/* What is only done while the store has nothing else to do must not wait for long. */
bool batch_may_overlap(const ledger *l, const GQueue *tickets)
{
	bool guard_due = l->guard && g_get_monotonic_time() >= l->guard_at;
	return l->store->ops->commit_begin && l->healthy && !l->closing && !l->scrub_due && !guard_due &&
		tickets->length > BATCH_FEW && !destroys(tickets);
}

void batch_refuse_follower(ledger *l)
{
	if (!l->follower || l->follower->sent)
		return;
	batch_settle(l, l->follower, false);
	l->follower = NULL;
}

static void send(ledger *l, flight *f)
{
	f->batch.sent = ledger_compose(l, &f->batch.tickets, &f->end, NULL) && ledger_send(l, NULL);
	f->began_at = g_get_monotonic_time();
}

/* Those who were answered last are given the time to come back that the store needs anyway; a few stragglers
 * are no reason to go on. */
static bool take_follower(ledger *l, const flight *f, batch *ret)
{
	gint64 deadline = f->began_at + l->pace_us / 4 * 3;
	bool more = true;
	SCOPE_LOCK(&l->lock);
	while (!l->closing && l->waiting.length < l->crowd && more) {
		l->wanted = l->crowd;
		more = g_cond_wait_until(&l->work, &l->lock, deadline);
	}
	l->wanted = 0;
	if (!batch_may_overlap(l, &l->waiting) || l->waiting.length < f->batch.tickets.length / 2)
		return false;
	*ret = batch_take(l);
	l->next = f->end.head.size + ret->tickets.length;
	return true;
}

/* Where it cannot be sent it is tried again by itself. */
static void send_follower(ledger *l, const flight *f, flight *ret)
{
	if (!f->batch.sent || !take_follower(l, f, &ret->batch))
		return;
	ret->end = f->end;
	send(l, ret);
	l->follower = &ret->batch;
}

/* The time that most commits take: one that took long is an exception, one that did not is none. */
static void note_time(ledger *l, gint64 begin, guint answered)
{
	l->took_us = g_get_monotonic_time() - begin;
	l->pace_us = MIN(l->took_us, l->pace_us + l->pace_us / 4 + PACE_STEP_US);
	l->answered = l->crowd = answered;
}

/* Whether to try by itself what could not be committed like this. */
static bool is_worth_another_try(const GError *error)
{
	return g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_STALE) ||
		g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_ENTRY);
}

static bool commit(ledger *l, const flight *f, bool *ret_landed, GError **error)
{
	g_autoptr(GError) why = NULL;
	const GQueue *tickets = &f->batch.tickets;
	*ret_landed = f->batch.sent && ledger_land(l, tickets, &f->end, &why);
	if (*ret_landed)
		return true;
	if (!f->batch.sent || is_worth_another_try(why))
		return ledger_commit(l, tickets, error);
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

/* Returns whether there is a follower, still to be committed. */
static bool end(ledger *l, flight *f, flight *next)
{
	g_autoptr(GError) error = NULL;
	gint64 begin = f->batch.sent ? f->began_at : g_get_monotonic_time();
	bool landed;
	bool good = commit(l, f, &landed, &error);
	note_time(l, begin, f->batch.tickets.length);
	next->began_at = g_get_monotonic_time();
	/* What was sent after one that did not land does not stand. */
	next->batch.sent &= landed;
	/* Those that are kept go back behind those of the first. */
	if (!good)
		batch_refuse_follower(l);
	bool more = l->follower != NULL;
	l->follower = NULL;
	batch_finish(l, &f->batch, good, next->batch.sent, error);
	return more;
}

void batch_overlap(ledger *l, batch *b)
{
	flight f = {.batch = *b, .end = l->tip};
	bool more = true;
	send(l, &f);
	while (more) {
		flight next = {0};
		send_follower(l, &f, &next);
		more = end(l, &f, &next);
		f = next;
	}
}
