/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The callers' side: entries are made and queued here, and waited for. */
#include "ledger/queue.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/scope.h"

ledger_round *ledger_round_new(void)
{
	ledger_round *r = g_new(ledger_round, 1);
	r->refs = 1;
	g_mutex_init(&r->lock);
	g_cond_init(&r->over);
	return r;
}

static ledger_round *round_ref(ledger_round *r)
{
	g_atomic_int_inc(&r->refs);
	return r;
}

void ledger_round_unref(ledger_round *r)
{
	if (!r || !g_atomic_int_dec_and_test(&r->refs))
		return;
	g_mutex_clear(&r->lock);
	g_cond_clear(&r->over);
	g_free(r);
}

void ticket_unref(ledger_ticket *t)
{
	if (!g_atomic_int_dec_and_test(&t->refs))
		return;
	entry_clear(&t->entry);
	ledger_round_unref(t->round);
	g_free(t);
}

/* Sealed here, in the caller's thread: the ledger's own has the chain and the disk to care for. */
static ledger_ticket *ticket_new(
	ledger *l, ledger_kind kind, const char *type, json_t *body, json_t *personal, json_t *values)
{
	g_autoptr(GError) error = NULL;
	ledger_ticket *t = g_new0(ledger_ticket, 1);
	t->node.data = t;
	t->refs = 1;
	t->owner = l;
	t->kind = kind;
	if (!entry_seal(type, clock_now_ms(), body, personal, &t->entry, &error))
		g_warning("consent: ledger | refused: %s", error->message);
	vault_seal_ahead(l->keys, &t->entry);
	t->entry.values = values;
	json_decref(body);
	json_decref(personal);
	return t;
}

/* With the lock held. Returns whether the thread waits for this, and is to be woken without the lock, which
 * it would only queue up for. It sleeps on when there is nothing but what somebody is about to wait for. */
static bool enqueue(ledger *l, ledger_ticket *t)
{
	t->queued = true;
	t->round = round_ref(l->round);
	t->helps &= l->idle;
	t->entry.likely = l->next + l->waiting.length;
	g_queue_push_tail_link(&l->waiting, &t->node);
	if (l->wanted == 0 || l->waiting.length < l->wanted || t->helps)
		return false;
	l->wanted = 0;
	return true;
}

ledger_ticket *ledger_append(ledger *l, ledger_kind kind, const char *type, json_t *body, json_t *personal)
{
	return ledger_append_with(l, kind, type, body, personal, NULL);
}

ledger_ticket *ledger_append_with(
	ledger *l, ledger_kind kind, const char *type, json_t *body, json_t *personal, json_t *values)
{
	ledger_ticket *t = ticket_new(l, kind, type, body, personal, values);
	bool wake = false, ahead = false;
	ledger_ref(l);
	g_mutex_lock(&l->lock);
	if (kind == LEDGER_ANSWERED && !l->healthy) {
		t->verdict = VERDICT_BAD;
	} else {
		t->refs++;
		/* Whoever may leave after a while must not be kept by a store that does not answer. */
		t->helps = kind == LEDGER_ANSWERED;
		wake = enqueue(l, t);
		ahead = !t->helps;
	}
	g_mutex_unlock(&l->lock);
	if (wake)
		g_cond_signal(&l->work);
	if (ahead)
		ledger_hash_ahead(l->secret, &t->entry);
	return t;
}

void ledger_post(ledger *l, ledger_kind kind, const char *type, json_t *body, json_t *personal,
	ledger_done done, void *user)
{
	ledger_post_with(l, kind, type, body, personal, NULL, done, user);
}

void ledger_post_with(ledger *l, ledger_kind kind, const char *type, json_t *body, json_t *personal,
	json_t *values, ledger_done done, void *user)
{
	ledger_ticket *t = ticket_new(l, kind, type, body, personal, values);
	t->done = done;
	t->user = user;
	g_mutex_lock(&l->lock);
	bool wake = enqueue(l, t);
	g_mutex_unlock(&l->lock);
	if (wake)
		g_cond_signal(&l->work);
}

/* With the round's lock held; false when it is too late. */
static bool sleep_until(ledger_round *r, const gint64 *deadline)
{
	if (deadline)
		return g_cond_wait_until(&r->over, &r->lock, *deadline);
	g_cond_wait(&r->over, &r->lock);
	return true;
}

/* Until the verdict, or until the deadline (NULL: none). Whoever was woken by a verdict wakes the next. */
static void await_verdict(ledger_ticket *t, const gint64 *deadline)
{
	ledger_round *r = t->round;
	bool slept = false, more = true;

	if (ticket_verdict(t) != VERDICT_NONE)
		return;
	g_mutex_lock(&r->lock);
	while (ticket_verdict(t) == VERDICT_NONE && more) {
		more = sleep_until(r, deadline);
		slept = true;
	}
	g_mutex_unlock(&r->lock);
	if (slept && ticket_verdict(t) != VERDICT_NONE)
		g_cond_signal(&r->over);
}

/* Whether one without a verdict can be left: what is queued is taken back, what is kept gets there anyhow.
 * What is being committed has to be waited for, which can take as long as a database that fell in the middle
 * of it is away. */
static bool leave(ledger_ticket *t)
{
	SCOPE_LOCK(&t->owner->lock);
	if (t->kind == LEDGER_KEPT)
		return true;
	if (!t->queued)
		return false;
	g_queue_unlink(&t->owner->waiting, &t->node);
	t->queued = false;
	ticket_unref(t);
	return true;
}

static bool fail(ledger_kind kind, GError **error)
{
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_LEDGER,
		kind == LEDGER_KEPT
			? "the consent ledger cannot be written now; the entry is kept, and written by "
			  "itself as soon as it can be"
			: "the consent ledger cannot be written now: nothing was recorded and nothing "
			  "will be captured; try again");
	return false;
}

bool ledger_wait(ledger_ticket *t, unsigned timeout_ms, ledger_place *ret_place, GError **error)
{
	ledger *l = t->owner;
	ledger_kind kind = t->kind;
	gint64 deadline = g_get_monotonic_time() + (gint64)timeout_ms * 1000;

	if (t->helps)
		ledger_help(l);
	await_verdict(t, &deadline);
	if (ticket_verdict(t) == VERDICT_NONE && !leave(t))
		await_verdict(t, NULL);
	bool good = ticket_verdict(t) == VERDICT_GOOD;
	if (good && ret_place)
		*ret_place = t->place;
	ticket_unref(t);

	ledger_unref(l);
	return good || fail(kind, error);
}

bool ledger_erase(ledger *l, const char *participant, const char *reason, const char *by, unsigned timeout_ms,
	GError **error)
{
	json_t *body = json_pack("{s:s, s:s, s:s}", "participant", participant, "reason", reason, "by", by);
	/* The thread destroys the key with the entry, see ledger_write. */
	return ledger_wait(ledger_append(l, LEDGER_ANSWERED, "erase", body, NULL), timeout_ms, NULL, error);
}
