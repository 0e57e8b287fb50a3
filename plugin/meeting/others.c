/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who here is whom at other gateways, by the key that they proved. */
#include "meeting/fleet.h"

GPtrArray *fleet_others(meeting *m, const person *p)
{
	GPtrArray *others = m->all->fleet && p->key
		? elsewheres_with(fleet_elsewhere(m->all), m->room_text, p->key_bytes)
		: NULL;

	if (others && others->len == 0)
		g_clear_pointer(&others, g_ptr_array_unref);
	return others;
}

bool fleet_reserve(meetings *all, const uint8_t *key)
{
	return all->fleet &&
		reservations_take(
			fleet_reservations(all), key, SIGNING_PUBLIC_SIZE, all->settings->ledger_timeout_ms);
}

void fleet_release(meetings *all, const uint8_t *key)
{
	if (all->fleet)
		reservations_give(fleet_reservations(all), key, SIGNING_PUBLIC_SIZE);
}

unsigned fleet_granted(meeting *m, const person *p, const notice *n)
{
	g_autoptr(GPtrArray) others = fleet_others(m, p);
	unsigned media = 0;

	for (unsigned i = 0; others && i < others->len; i++) {
		const elsewhere *e = g_ptr_array_index(others, i);

		for (unsigned j = 0; j < e->said->len; j++) {
			const said *s = &g_array_index(e->said, said, j);

			if (s->decision == DECISION_GRANTED && strcmp(s->purpose, n->purpose) == 0)
				media |= s->medium;
		}
	}
	return media & n->media;
}

void fleet_forget(meetings *all, const char *participant)
{
	if (all->fleet)
		elsewheres_forget(fleet_elsewhere(all), participant);
}

static void forget_keys_in(meeting *m, const char *participant)
{
	for (unsigned i = 0; i < m->persons->len; i++) {
		const person *p = g_ptr_array_index(m->persons, i);

		if (p->key && strcmp(p->id, participant) == 0)
			elsewheres_forget_key(fleet_elsewhere(m->all), m->room_text, p->key_bytes);
	}
}

void fleet_forget_same(meetings *all, const char *participant)
{
	GHashTableIter iter;
	gpointer value;

	if (!all->fleet)
		return;
	elsewheres_forget_same(fleet_elsewhere(all), participant);
	g_hash_table_iter_init(&iter, all->by_room);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		forget_keys_in(value, participant);
}

static void remember(meeting *m, const person *p, const notice *n)
{
	for (medium one = MEDIUM_AUDIO; one <= MEDIUM_DATA; one <<= 1)
		if (p->closed_here[n->slot] & one)
			elsewheres_remember(fleet_elsewhere(m->all),
				&(closings_cell){m->room_text, p->key_bytes, n->purpose, one},
				ledger_origin(m->all->ledger));
}

void fleet_remember(meeting *m)
{
	for (unsigned i = 0; m->all->fleet && i < m->persons->len; i++) {
		const person *p = g_ptr_array_index(m->persons, i);

		for (unsigned slot = 0; p->key && slot < m->roster.count; slot++)
			remember(m, p, meeting_notice(m, slot));
	}
}
