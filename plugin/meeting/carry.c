/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grants from other logs on their way into this one, by which they take effect. */
#include "meeting/fleet.h"

#include "base/clock.h"

struct carry {
	meetings *all;
	char *meeting;
	json_t *room;
	person *who; /* a reference */
	guint64 order;
	GArray *grants; /* of carried_grant, in the order of the body's decisions */
	json_t *body, *personal;
	ledger_ticket *ticket; /* of carry_begin */
};

carry *carry_new(meeting *m, person *who, GArray *grants, json_t *body, json_t *personal)
{
	carry *c = g_new(carry, 1);

	*c = (carry){.all = m->all,
		.meeting = g_strdup(m->id),
		.room = json_incref(m->room),
		.who = person_ref(who),
		.order = ++m->all->order,
		.grants = g_array_ref(grants),
		.body = body,
		.personal = personal};
	who->in_flight++;
	return c;
}

void carry_tell(meeting *m, person *p, guint32 purposes, const char *how)
{
	gint64 now = clock_now_ms();

	for (unsigned slot = 0; slot < m->roster.count; slot++)
		if (purposes & (1u << slot))
			event_broadcast(m, event_decision(m, p, slot, how, now));
	timer_poke(m->all);
}

/* Lock held. */
static guint32 apply_grants(carry *c, const ledger_place *place)
{
	guint32 purposes = 0;

	for (unsigned i = 0; i < c->grants->len; i++) {
		const carried_grant *g = &g_array_index(c->grants, carried_grant, i);
		decision_cell *cell = decision_card_at(&c->who->member.card, g->notice->slot, g->medium);

		if (decision_grant(cell, g->notice->hash, g->since_ms, g->expires_ms, place->index, c->order))
			purposes |= 1u << g->notice->slot;
	}
	return purposes;
}

void carry_free(carry *c)
{
	c->who->in_flight--;
	person_unref(c->who);
	json_decref(c->room);
	json_decref(c->body);
	json_decref(c->personal);
	g_array_unref(c->grants);
	g_free(c->meeting);
	g_free(c);
}

/* Lock held. The meeting may be another one meanwhile. */
static void settle(carry *c, const ledger_place *place)
{
	meeting *m = meeting_find(c->all, c->room);
	guint32 purposes = apply_grants(c, place);

	if (m && purposes && strcmp(m->id, c->meeting) == 0) {
		gate_apply(m, "granted at another gateway");
		carry_tell(m, c->who, purposes, "decide");
	}
	carry_free(c);
}

static void on_carried(const ledger_place *place, void *user)
{
	carry *c = user;
	meetings *all = c->all;
	SCOPE_LOCK(&all->lock);

	if (place)
		settle(c, place);
	else
		fleet_keep(all, c);
}

void carry_post(carry *c)
{
	ledger_post(c->all->ledger, LEDGER_ANSWERED, "carry", json_deep_copy(c->body), json_copy(c->personal),
		on_carried, c);
}

void carry_begin(carry *c)
{
	c->ticket = ledger_append(
		c->all->ledger, LEDGER_ANSWERED, "carry", json_deep_copy(c->body), json_copy(c->personal));
}

bool carry_stands(carry *c)
{
	json_t *items = json_object_get(c->body, "decisions");

	for (unsigned i = c->grants->len; i-- > 0;) {
		const carried_grant *g = &g_array_index(c->grants, carried_grant, i);

		if (decision_card_at(&c->who->member.card, g->notice->slot, g->medium)->order < c->order)
			continue;
		g_array_remove_index(c->grants, i);
		json_array_remove(items, i);
	}
	return c->grants->len > 0;
}

const char *carry_participant(const carry *c)
{
	return json_string_value(json_object_get(c->body, "participant"));
}

void carry_wait(carry *c)
{
	ledger_place place;
	bool good = ledger_wait(c->ticket, c->all->settings->ledger_timeout_ms, &place, NULL);

	on_carried(good ? &place : NULL, c);
}
