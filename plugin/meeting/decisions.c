/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions: what closes a gate takes effect before the ledger is asked, what opens one after it has
 * committed. */
#include "meeting/fleet.h"

#include "base/clock.h"

#include <string.h>

typedef void (*each_cell)(person *who, const notice *n, medium m, decision d, void *user);

/* What closes and what grants are two entries. The first happened, whatever the ledger says, and keeps its
 * place before all later decisions until it is committed; the second is nothing without its commit. */
typedef struct part {
	json_t *items; /* for the ledger */
	guint32 purposes;
	ledger_ticket *ticket; /* NULL: there is nothing of this kind */
	ledger_place place;
	bool committed;
} part;

typedef struct deciding {
	person *who; /* a reference: the handle may become another person's meanwhile */
	const decision_request *request;
	const char *how;
	unsigned media[PURPOSES_MAX]; /* that are decided, of those that the purpose's item names */
	gint64 now_ms;
	guint64 order;
	part closing, granting;
	char receipt[UUID_SIZE]; /* its id: one for both entries */
} deciding;

static unsigned media_of(const deciding *doing, const decision_item *item)
{
	return item->media & doing->media[item->notice->slot];
}

static void for_cells(const deciding *doing, each_cell each, void *user)
{
	for (unsigned i = 0; i < doing->request->count; i++) {
		const decision_item *item = &doing->request->items[i];
		unsigned media = media_of(doing, item);

		for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
			if (media & m)
				each(doing->who, item->notice, m, item->decision, user);
	}
}

static void add_item(person *who, const notice *n, medium m, decision d, void *user)
{
	deciding *doing = user;
	part *p = d == DECISION_GRANTED ? &doing->granting : &doing->closing;
	json_t *item = journal_decision_item(n, m, d, d == DECISION_GRANTED ? doing->request->expires_ms : 0);

	json_object_set_new(item, "shown", view_time(who->shown_ms[n->slot]));
	json_array_append_new(p->items, item);
	p->purposes |= 1u << n->slot;
}

static void close_cell(person *who, const notice *n, medium m, decision d, void *user)
{
	const deciding *doing = user;

	if (d == DECISION_GRANTED)
		return;
	decision_close(
		decision_card_at(&who->member.card, n->slot, m), d, n->hash, doing->now_ms, doing->order);
	if (d != DECISION_EXPIRED)
		who->closed_here[n->slot] |= m;
}

static void commit_cell(person *who, const notice *n, medium m, decision d, void *user)
{
	const deciding *doing = user;
	decision_cell *cell = decision_card_at(&who->member.card, n->slot, m);

	if (d == DECISION_GRANTED && doing->granting.committed) {
		if (decision_grant(cell, n->hash, doing->granting.place.at_ms, doing->request->expires_ms,
			    doing->granting.place.index, doing->order))
			who->closed_here[n->slot] &= ~m;
	} else if (d != DECISION_GRANTED && doing->closing.committed) {
		decision_committed(cell, doing->closing.place.index, doing->order);
	}
}

static void apply(attendance *a, const char *reason)
{
	if (a->meeting)
		gate_apply(a->meeting, reason);
}

static void broadcast(attendance *a, const deciding *doing, guint32 purposes)
{
	meeting *m = a->meeting;

	for (unsigned p = 0; m && p < PURPOSES_MAX; p++)
		if (purposes & (1u << p))
			event_broadcast(m, event_decision(m, doing->who, p, doing->how, doing->now_ms));
	timer_poke(a->all);
}

static const char *past_tense(const char *how)
{
	return how[0] == 'w' ? "withdrawn" : "decided";
}

static json_t *personal_of(const deciding *doing)
{
	json_t *personal = journal_personal(doing->who);

	if (!doing->request->proof)
		return personal;
	if (!personal)
		personal = json_object();
	json_object_set_new(personal, "proof", json_string(doing->request->proof));
	return personal;
}

static void forget_cell(person *who, const notice *n, medium m, decision d, void *user)
{
	(void)d;
	keys_forget_grant(who, n, m, user);
}

/* With the withdrawal's entry go the keys of all that was captured. */
static json_t *forgotten_keys(const deciding *doing)
{
	json_t *values = json_object();

	for_cells(doing, forget_cell, values);
	return values;
}

/* In which the participant read what they decide on: as they say, or as the gateway has shown it. NULL: in
 * several. */
static const char *lang_of(const attendance *a, const deciding *doing)
{
	const decision_request *request = doing->request;
	const char *lang = request->lang;

	for (unsigned i = 0; !request->lang && i < request->count; i++) {
		if (!media_of(doing, &request->items[i]))
			continue;
		const char *one = notices_wording(a->all->notices, request->items[i].notice, a->lang).lang;

		if (lang && strcmp(lang, one) != 0)
			return NULL;
		lang = one;
	}
	return lang;
}

/* Takes the items. */
static void append(attendance *a, deciding *doing, part *p, ledger_kind kind)
{
	json_t *items = g_steal_pointer(&p->items);

	if (json_array_size(items) == 0) {
		json_decref(items);
		return;
	}
	json_t *body = journal_decision(a, doing->how, lang_of(a, doing), items);
	json_object_set_new(body, "evidence", json_string(doing->request->proof ? "signed" : "session"));
	json_object_set_new(body, "receipt", json_string(doing->receipt));
	if (doing->request->erase)
		json_object_set_new(body, "erase", json_true());
	p->ticket = ledger_append_with(a->all->ledger, kind, "decision", body, personal_of(doing),
		doing->request->erase ? forgotten_keys(doing) : NULL);
}

static void await(attendance *a, part *p, GError **error)
{
	if (p->ticket)
		p->committed = ledger_wait(p->ticket, a->all->settings->ledger_timeout_ms, &p->place, error);
}

/* Lock held. Whoever has a key must have signed; the nonce serves once. */
bool decision_check_proof(attendance *a, const decision_request *request, GError **error)
{
	const person *who = a->person;

	if (!who->key && !request->proof)
		return true;
	if (!who->key || !request->proof) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_PROOF, "%s",
			who->key ? "the field 'proof' is missing: this participant has a key and must sign"
				 : "the field 'proof' cannot be checked: bind a key with consent_bind first");
		return false;
	}
	return person_check_proof(a, who->key_bytes, request->proof, request->subject, error);
}

/* Lock held. A grant is to the wording in force. */
static bool check_grant(attendance *a, const decision_item *item, GError **error)
{
	if (item->decision != DECISION_GRANTED)
		return true;
	if (item->notice == meeting_notice(a->meeting, item->notice->slot))
		return ciphertext_check_grant(a, item->notice, item->media, error);
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOTICE,
		"the notice for '%s' has just been replaced: ask for the one in force with consent_info",
		item->notice->purpose);
	return false;
}

/* Lock held. */
static bool check(attendance *a, const decision_request *request, GError **error)
{
	if (!a->meeting) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_IN_ROOM,
			"this handle has left its room: join again");
		return false;
	}
	for (unsigned i = 0; i < request->count; i++)
		if (!check_grant(a, &request->items[i], error))
			return false;
	return decision_check_proof(a, request, error);
}

/* Lock held. Closes, then asks the ledger. */
static bool begin(attendance *a, deciding *doing, GError **error)
{
	if (!check(a, doing->request, error))
		return false;
	doing->who = person_ref(a->person);
	withdrawal_narrow(a, doing->request, doing->media);
	doing->now_ms = clock_now_ms();
	doing->order = ++a->all->order;
	doing->closing.items = json_array();
	doing->granting.items = json_array();
	receipt_id(doing->receipt);
	for_cells(doing, close_cell, doing);
	apply(a, past_tense(doing->how));
	for_cells(doing, add_item, doing);
	append(a, doing, &doing->closing, LEDGER_KEPT);
	append(a, doing, &doing->granting, LEDGER_ANSWERED);
	doing->who->in_flight++;
	return true;
}

/* Lock held. Opens what was committed. */
static void finish(attendance *a, deciding *doing)
{
	guint32 granted = doing->granting.committed ? doing->granting.purposes : 0;

	doing->who->in_flight--;
	for_cells(doing, commit_cell, doing);
	apply(a, past_tense(doing->how));
	broadcast(a, doing, doing->closing.purposes | granted);
}

/* Lock held. The receipt names every entry of the request. */
static json_t *good_answer(attendance *a, const deciding *doing)
{
	const part *const parts[] = {&doing->closing, &doing->granting};
	ledger_place places[G_N_ELEMENTS(parts)];
	unsigned count = 0;
	json_t *decisions = view_decisions(doing->who, clock_now_ms());

	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++)
		if (parts[i]->committed)
			places[count++] = parts[i]->place;
	json_t *receipt =
		count ? receipt_make(a, doing->who, doing->receipt, places, count, decisions) : NULL;

	if (count)
		g_message("%s/%s | %s", a->meeting_id, doing->who->id, past_tense(doing->how));
	return json_pack("{s:o, s:o*}", "decisions", decisions, "receipt", receipt);
}

static json_t *answer(attendance *a, deciding *doing, bool good)
{
	SCOPE_LOCK(&a->all->lock);
	json_t *result = NULL;

	finish(a, doing);
	if (good)
		result = good_answer(a, doing);
	person_unref(doing->who);
	return result;
}

static bool begin_locked(attendance *a, deciding *doing, char **ret_participant, GError **error)
{
	SCOPE_LOCK(&a->all->lock);
	bool good = begin(a, doing, error);

	if (good && ret_participant)
		*ret_participant = g_strdup(doing->who->id);
	return good;
}

json_t *decision_make(attendance *a, const decision_request *request, const char *how, char **ret_participant,
	GError **error)
{
	deciding doing = {.request = request, .how = how};
	g_autoptr(GError) not_closed = NULL, not_granted = NULL;

	if (!begin_locked(a, &doing, ret_participant, error))
		return NULL;
	await(a, &doing.closing, &not_closed);
	await(a, &doing.granting, &not_granted);
	/* The closing entry is before the other one: a grant that is in the ledger says that both are. */
	GError **failed = doing.granting.ticket ? &not_granted : &not_closed;
	bool good = !*failed;
	if (!doing.granting.ticket)
		g_prefix_error(failed, "nothing of it is captured any more, and this stands: ");
	if (!good)
		g_propagate_error(error, g_steal_pointer(failed));
	return answer(a, &doing, good);
}

static bool closes(const decision_request *request)
{
	for (unsigned i = 0; i < request->count; i++)
		if (request->items[i].decision != DECISION_GRANTED)
			return true;
	return false;
}

json_t *attendance_decide(attendance *a, const decision_request *request, GError **error)
{
	json_t *answer = decision_make(a, request, "decide", NULL, error);

	if (answer && closes(request))
		trainings_tell(a, request, answer);
	return answer;
}

bool attendance_agreed(attendance *a, const char *purpose)
{
	SCOPE_LOCK(&a->all->lock);
	const notice *n = notices_find(a->all->notices, purpose);
	gint64 now = clock_now_ms();

	for (medium m = MEDIUM_AUDIO; n && m <= MEDIUM_DATA; m <<= 1)
		if ((n->media & m) &&
			!decision_stands(decision_card_at(&a->person->member.card, n->slot, m), n->hash, now))
			return false;
	return n != NULL;
}

/* Expiry of one cell: the packets ended by themselves (not_after_ms), this is for state, ledger and people.
 */
static void expire(meeting *m, person *who, const notice *n, medium one, gint64 now_ms)
{
	const decision_request none = {0};
	deciding doing = {
		.who = who, .request = &none, .how = "expire", .now_ms = now_ms, .order = ++m->all->order};

	doing.closing.items = json_array();
	close_cell(who, n, one, DECISION_EXPIRED, &doing);
	add_item(who, n, one, DECISION_EXPIRED, &doing);
	json_t *body = journal_body(m);
	json_object_set_new(body, "participant", json_string(who->id));
	json_object_set_new(body, "how", json_string("expire"));
	json_object_set_new(body, "evidence", json_string("clock"));
	json_object_set_new(body, "decisions", doing.closing.items);
	journal_post(m, "decision", body, journal_personal(who));
	event_broadcast(m, event_decision(m, who, n->slot, "expire", now_ms));
}

static gint64 expire_due(meeting *m, person *who, gint64 now_ms, bool *changed)
{
	gint64 next = G_MAXINT64;

	for (unsigned p = 0; p < m->roster.count; p++)
		for (medium one = MEDIUM_AUDIO; one <= MEDIUM_DATA; one <<= 1) {
			const decision_cell *cell = decision_card_at(&who->member.card, p, one);

			if (cell->decision != DECISION_GRANTED || !cell->expires_ms)
				continue;
			if (cell->expires_ms > now_ms) {
				next = MIN(next, cell->expires_ms);
				continue;
			}
			/* A grant on its way may replace this one: the timer is poked when it has arrived. */
			if (who->in_flight)
				continue;
			expire(m, who, meeting_notice(m, p), one, now_ms);
			*changed = true;
		}
	return next;
}

gint64 decisions_tick(meeting *m, gint64 now_ms)
{
	gint64 next = G_MAXINT64;
	bool changed = false;

	for (unsigned i = 0; i < m->persons->len; i++)
		next = MIN(next, expire_due(m, g_ptr_array_index(m->persons, i), now_ms, &changed));
	if (changed)
		gate_apply(m, "expired");
	return next;
}
