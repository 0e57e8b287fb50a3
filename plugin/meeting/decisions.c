/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions: what closes a gate takes effect before the ledger is asked, what opens one after it has
 * committed. */
#include "meeting/private.h"

#include "base/clock.h"

typedef void (*each_cell)(attendance *a, const notice *n, medium m, decision d, void *user);

static void for_cells(attendance *a, const decision_request *request, each_cell each, void *user)
{
	for (unsigned i = 0; i < request->count; i++) {
		const decision_item *item = &request->items[i];

		for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
			if (item->media & m)
				each(a, item->notice, m, item->decision, user);
	}
}

/* What the handlers below pass along. */
typedef struct deciding {
	gint64 now_ms, expires_ms, index;
	guint64 order;
	json_t *items; /* for the ledger */
	guint32 purposes;
} deciding;

static void add_item(attendance *a, const notice *n, medium m, decision d, void *user)
{
	deciding *doing = user;
	json_t *item = journal_decision_item(n, m, d, d == DECISION_GRANTED ? doing->expires_ms : 0);

	json_object_set_new(item, "shown", view_time(a->shown_ms[n->slot]));
	json_array_append_new(doing->items, item);
	doing->purposes |= 1u << n->slot;
}

static void close_cell(attendance *a, const notice *n, medium m, decision d, void *user)
{
	const deciding *doing = user;

	if (d != DECISION_GRANTED)
		decision_close(decision_card_at(&a->member.card, n->slot, m), d, n->hash, doing->now_ms,
			doing->order);
}

static void commit_cell(attendance *a, const notice *n, medium m, decision d, void *user)
{
	const deciding *doing = user;
	decision_cell *cell = decision_card_at(&a->member.card, n->slot, m);

	if (d == DECISION_GRANTED)
		decision_grant(cell, n->hash, doing->now_ms, doing->expires_ms, doing->index, doing->order);
	else
		decision_committed(cell, doing->index, doing->order);
}

/* After a failed commit: what was closed stays closed, and is recorded when the ledger is back. */
static void add_closed(attendance *a, const notice *n, medium m, decision d, void *user)
{
	if (d != DECISION_GRANTED)
		add_item(a, n, m, d, user);
}

static void apply(attendance *a, const char *reason)
{
	if (a->meeting)
		gate_apply(a->meeting, reason);
}

static void broadcast(attendance *a, guint32 purposes, const char *how, gint64 now_ms)
{
	for (unsigned p = 0; a->meeting && p < PURPOSES_MAX; p++)
		if (purposes & (1u << p))
			event_broadcast(a->meeting, event_decision(a, p, how, now_ms));
	timer_poke(a->all);
}

static bool begin(attendance *a, deciding *doing, GError **error)
{
	doing->now_ms = clock_now_ms();
	doing->order = ++a->all->order;
	doing->items = json_array();
	if (a->meeting)
		return true;
	json_decref(doing->items);
	g_set_error(
		error, CONSENT_ERROR, CONSENT_ERROR_NOT_IN_ROOM, "this handle has left its room: join again");
	return false;
}

static void failed(attendance *a, const decision_request *request, deciding *doing, const char *how)
{
	doing->items = json_array();
	for_cells(a, request, add_closed, doing);
	if (json_array_size(doing->items))
		ledger_post(a->all->ledger, LEDGER_KEPT, "decision",
			journal_decision(a, how, request->lang, doing->items), journal_personal(a), NULL,
			NULL);
	else
		json_decref(doing->items);
}

static const char *past_tense(const char *how)
{
	return how[0] == 'w' ? "withdrawn" : "decided";
}

static json_t *finish(attendance *a, const decision_request *request, deciding *doing, const char *how,
	const ledger_place *place)
{
	doing->index = place->index;
	for_cells(a, request, commit_cell, doing);
	apply(a, past_tense(how));
	broadcast(a, doing->purposes, how, doing->now_ms);
	g_message("%s/%s | %s, entry %" G_GINT64_FORMAT, a->meeting_id, a->id, past_tense(how), place->index);
	return view_decisions(a, clock_now_ms());
}

static json_t *decide(attendance *a, const decision_request *request, const char *how, GError **error)
{
	deciding doing = {.expires_ms = request->expires_ms};
	ledger_place place;
	json_t *answer = NULL;

	g_mutex_lock(&a->all->lock);
	if (!begin(a, &doing, error)) {
		g_mutex_unlock(&a->all->lock);
		return NULL;
	}
	for_cells(a, request, close_cell, &doing);
	apply(a, past_tense(how));
	for_cells(a, request, add_item, &doing);
	a->in_flight++;
	ledger_ticket *ticket = ledger_append(a->all->ledger, LEDGER_ANSWERED, "decision",
		journal_decision(a, how, request->lang, doing.items), journal_personal(a));
	g_mutex_unlock(&a->all->lock);

	bool committed = ledger_wait(ticket, a->all->settings->ledger_timeout_ms, &place, error);

	g_mutex_lock(&a->all->lock);
	a->in_flight--;
	if (committed)
		answer = finish(a, request, &doing, how, &place);
	else
		failed(a, request, &doing, how);
	g_mutex_unlock(&a->all->lock);
	return answer;
}

json_t *attendance_decide(attendance *a, const decision_request *request, GError **error)
{
	return decide(a, request, "decide", error);
}

/* What there is to withdraw in the item: what is granted, or on its way into the ledger. */
static unsigned granted_media(attendance *a, const decision_item *item)
{
	unsigned media = 0;

	for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
		if (decision_card_at(&a->member.card, item->notice->slot, m)->decision == DECISION_GRANTED)
			media |= m;
	return item->media & (a->in_flight ? item->media : media);
}

/* "All" means all that was granted; what somebody names is withdrawn whatever it was. */
static unsigned narrow(attendance *a, const decision_request *request, bool named, decision_item *items)
{
	SCOPE_LOCK(&a->all->lock);
	unsigned count = 0;

	for (unsigned i = 0; i < request->count; i++) {
		items[count] = request->items[i];
		items[count].decision = DECISION_WITHDRAWN;
		if (!named)
			items[count].media = granted_media(a, &request->items[i]);
		count += items[count].media != 0;
	}
	return count;
}

static json_t *nothing_withdrawn(attendance *a)
{
	SCOPE_LOCK(&a->all->lock);

	return view_decisions(a, clock_now_ms());
}

json_t *attendance_withdraw(attendance *a, const decision_request *request, bool named, GError **error)
{
	decision_item items[PURPOSES_MAX];
	decision_request narrowed = *request;

	narrowed.items = items;
	narrowed.count = narrow(a, request, named, items);
	if (narrowed.count == 0)
		return nothing_withdrawn(a);
	return decide(a, &narrowed, "withdraw", error);
}

bool attendance_agreed(attendance *a, const char *purpose)
{
	SCOPE_LOCK(&a->all->lock);
	const notice *n = notices_find(a->all->notices, purpose);
	gint64 now = clock_now_ms();

	for (medium m = MEDIUM_AUDIO; n && m <= MEDIUM_DATA; m <<= 1)
		if ((n->media & m) &&
			!decision_stands(decision_card_at(&a->member.card, n->slot, m), n->hash, now))
			return false;
	return n != NULL;
}

/* Expiry of one cell: the packets ended by themselves (not_after_ms), this is for state, ledger and people.
 */
static void expire(attendance *a, const notice *n, medium m, gint64 now_ms)
{
	deciding doing = {.now_ms = now_ms, .order = ++a->all->order, .items = json_array()};

	close_cell(a, n, m, DECISION_EXPIRED, &doing);
	add_item(a, n, m, DECISION_EXPIRED, &doing);
	ledger_post(a->all->ledger, LEDGER_KEPT, "decision", journal_decision(a, "expire", NULL, doing.items),
		journal_personal(a), NULL, NULL);
	event_broadcast(a->meeting, event_decision(a, n->slot, "expire", now_ms));
}

static gint64 expire_due(attendance *a, gint64 now_ms, bool *changed)
{
	gint64 next = G_MAXINT64;

	for (unsigned p = 0; p < a->meeting->roster.count; p++)
		for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1) {
			const decision_cell *cell = decision_card_at(&a->member.card, p, m);

			if (cell->decision != DECISION_GRANTED || !cell->expires_ms)
				continue;
			if (cell->expires_ms > now_ms) {
				next = MIN(next, cell->expires_ms);
				continue;
			}
			expire(a, meeting_notice(a->meeting, p), m, now_ms);
			*changed = true;
		}
	return next;
}

gint64 decisions_tick(meeting *m, gint64 now_ms)
{
	gint64 next = G_MAXINT64;
	bool changed = false;

	for (unsigned i = 0; i < m->attendances->len; i++)
		next = MIN(next, expire_due(g_ptr_array_index(m->attendances, i), now_ms, &changed));
	if (changed)
		gate_apply(m, "expired");
	return next;
}
