/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a participant has said at another gateway, taken over here: what closes closes at once; a grant is
 * nothing until this log has it. */
#include "meeting/fleet.h"

#include "base/clock.h"

/* Meetings whose gateway is gone for good are never ended: their grants come of age. */
#define GRANT_AGE_MS (24 * 3600 * G_GINT64_CONSTANT(1000))

/* The last entry of a log that was taken over for a cell. */
typedef struct mark {
	GQuark log;
	unsigned slot;
	medium medium;
	gint64 index;
} mark;

struct taken {
	GArray *marks;
};

static struct taken *taken_of(person *p)
{
	if (!p->taken) {
		p->taken = g_new0(struct taken, 1);
		p->taken->marks = g_array_new(FALSE, FALSE, sizeof(mark));
	}
	return p->taken;
}

void taken_free(struct taken *t)
{
	if (!t)
		return;
	g_array_unref(t->marks);
	g_free(t);
}

static mark *mark_at(struct taken *t, const char *log, unsigned slot, medium m)
{
	const mark none = {g_quark_from_string(log), slot, m, -1};

	for (unsigned i = 0; i < t->marks->len; i++) {
		mark *one = &g_array_index(t->marks, mark, i);

		if (one->log == none.log && one->slot == slot && one->medium == m)
			return one;
	}
	g_array_append_val(t->marks, none);
	return &g_array_index(t->marks, mark, t->marks->len - 1);
}

/* What of one entry elsewhere is taken over: an entry of this log. */
typedef struct part {
	const said *first; /* of those with that entry; borrowed */
	bool grants;
	json_t *items;
	json_t *values;  /* that destroy keys of what was captured, NULL: nothing is erased */
	GArray *granted; /* of carried_grant */
} part;

/* What one takeover does. */
typedef struct taking {
	meeting *m;
	person *who;
	gint64 now_ms;
	guint64 order;
	GArray *parts;    /* of part */
	guint32 purposes; /* closed */
} taking;

static part *part_at(taking *now, const said *s)
{
	bool grants = s->decision == DECISION_GRANTED;

	for (unsigned i = 0; i < now->parts->len; i++) {
		part *one = &g_array_index(now->parts, part, i);

		if (one->first->of_index == s->of_index && one->grants == grants &&
			strcmp(one->first->of_log, s->of_log) == 0)
			return one;
	}
	const part none = {.first = s,
		.grants = grants,
		.items = json_array(),
		.granted = g_array_new(FALSE, FALSE, sizeof(carried_grant))};
	g_array_append_val(now->parts, none);
	return &g_array_index(now->parts, part, now->parts->len - 1);
}

static void part_clear(gpointer value)
{
	part *p = value;

	json_decref(p->items);
	json_decref(p->values);
	g_array_unref(p->granted);
}

static void add_item(part *p, const said *s, const notice *n)
{
	json_t *item = journal_decision_item(n, s->medium, s->decision, s->expires_ms);

	json_object_set_new(item, "notice", json_string(s->notice));
	json_object_set_new(item, "version", json_integer(s->version));
	json_array_append_new(p->items, item);
}

static bool is_closed(const decision_cell *cell)
{
	return cell->decision == DECISION_REFUSED || cell->decision == DECISION_WITHDRAWN;
}

static void forget_captured(taking *now, part *p, const said *s, const notice *n)
{
	if (!p->values)
		p->values = json_object();
	keys_forget_grant(now->who, n, s->medium, p->values);
}

/* What was said here in this meeting is known here, and so is what came after it. */
static bool is_own(const taking *now, const said *s)
{
	return strcmp(s->of_log, ledger_origin(now->m->all->ledger)) == 0 &&
		strcmp(s->of_meeting, now->m->id) == 0;
}

/* A grant on its way into the ledger must not arrive after this. */
static void take_closing(taking *now, const elsewhere *e, const said *s, const notice *n)
{
	decision_cell *cell = decision_card_at(&now->who->member.card, n->slot, s->medium);
	bool erases = s->erase && (now->who->captured[n->slot] & s->medium);

	(void)e;
	if ((s->decision != DECISION_REFUSED && s->decision != DECISION_WITHDRAWN) || is_own(now, s))
		return;
	if (is_closed(cell) && !now->who->in_flight && !erases)
		return;
	decision_close(cell, s->decision, s->notice, now->now_ms, now->order);
	part *p = part_at(now, s);
	add_item(p, s, n);
	if (erases)
		forget_captured(now, p, s, n);
	now->purposes |= 1u << n->slot;
}

/* It never overrules what closed a gate, wherever that was, unless that came before it from the same log. */
static bool may_open(taking *now, const elsewhere *e, const said *s, const notice *n)
{
	const decision_cell *cell = decision_card_at(&now->who->member.card, n->slot, s->medium);

	if (!s->proof || strcmp(s->notice, n->hash) != 0 || s->at_ms < now->now_ms - GRANT_AGE_MS ||
		(s->expires_ms && s->expires_ms <= now->now_ms))
		return false;
	if (now->who->closed_here[n->slot] & s->medium)
		return false;
	return elsewheres_allow(fleet_elsewhere(now->m->all), e, s, is_closed(cell)) &&
		!decision_stands(cell, n->hash, now->now_ms);
}

static void take_grant(taking *now, const elsewhere *e, const said *s, const notice *n)
{
	const carried_grant one = {n, s->medium, s->at_ms, s->expires_ms};

	if (s->decision != DECISION_GRANTED || !may_open(now, e, s, n))
		return;
	part *p = part_at(now, s);
	g_array_append_val(p->granted, one);
	add_item(p, s, n);
}

/* What several logs repeat is taken over once. */
static mark *mark_of(const taking *now, const said *s, const notice *n)
{
	return mark_at(now->who->taken, s->of_log, n->slot, s->medium);
}

static gint64 place_of(const elsewhere *e, const said *s)
{
	return strcmp(s->of_log, e->log) == 0 ? s->index : s->of_index;
}

static void set_mark(taking *now, const elsewhere *e, const said *s, const notice *n)
{
	mark_of(now, s, n)->index = MAX(mark_of(now, s, n)->index, place_of(e, s));
}

typedef void (*each_said)(taking *now, const elsewhere *e, const said *s, const notice *n);

/* What is new. */
static void take_from(taking *now, const elsewhere *e, each_said take)
{
	for (unsigned i = 0; i < e->said->len; i++) {
		const said *s = &g_array_index(e->said, said, i);
		const notice *n = notices_find(now->m->all->notices, s->purpose);

		if (n && (n->media & s->medium) && place_of(e, s) > mark_of(now, s, n)->index)
			take(now, e, s, n);
	}
}

/* What closes comes first, of all logs. Every gateway has a clock of its own: what has expired elsewhere
 * expires here by itself. */
static void take_all(taking *now, GPtrArray *from)
{
	static const each_said steps[] = {take_closing, take_grant, set_mark};

	for (unsigned step = 0; step < G_N_ELEMENTS(steps); step++)
		for (unsigned i = 0; i < from->len; i++)
			take_from(now, g_ptr_array_index(from, i), steps[step]);
}

static json_t *carry_body(const taking *now, const part *p)
{
	json_t *body = journal_body(now->m), *from = fleet_from(p->first->of_log, p->first->of_index);

	json_object_set_new(from, "participant", json_string(p->first->of_participant));
	json_object_set_new(from, "meeting", json_string(p->first->of_meeting));
	json_object_set_new(body, "participant", json_string(now->who->id));
	json_object_set_new(body, "from", from);
	json_object_set(body, "decisions", p->items);
	return body;
}

/* The participant's own signature stands with it, as with the entry that this one repeats. */
static json_t *carry_personal(const part *p)
{
	return p->first->proof ? json_pack("{s:s}", "proof", p->first->proof) : NULL;
}

static void post_closing(const taking *now, part *p)
{
	json_t *body = carry_body(now, p);

	if (!p->values) {
		journal_post(now->m, "carry", body, carry_personal(p));
		return;
	}
	json_object_set_new(body, "erase", json_true());
	erasure_post(
		now->m->all, "carry", body, carry_personal(p), g_steal_pointer(&p->values), now->who->id);
}

static void close_all(taking *now)
{
	if (!now->purposes)
		return;
	gate_apply(now->m, "withdrawn at another gateway");
	for (unsigned i = 0; i < now->parts->len; i++) {
		part *p = &g_array_index(now->parts, part, i);

		if (!p->grants)
			post_closing(now, p);
	}
	carry_tell(now->m, now->who, now->purposes, "withdraw");
	g_message("%s/%s | withdrawn at another gateway", now->m->id, now->who->id);
}

static carry *granting(const taking *now, const part *p)
{
	return carry_new(now->m, now->who, p->granted, carry_body(now, p), carry_personal(p));
}

GPtrArray *takeover(meeting *m, person *p, GPtrArray *from)
{
	taking now = {.m = m,
		.who = p,
		.now_ms = clock_now_ms(),
		.order = ++m->all->order,
		.parts = g_array_new(FALSE, FALSE, sizeof(part))};
	GPtrArray *carries = g_ptr_array_new();

	g_array_set_clear_func(now.parts, part_clear);
	taken_of(p);
	take_all(&now, from);
	close_all(&now);
	for (unsigned i = 0; i < now.parts->len; i++)
		if (g_array_index(now.parts, part, i).grants)
			g_ptr_array_add(carries, granting(&now, &g_array_index(now.parts, part, i)));
	g_array_unref(now.parts);
	return carries;
}
