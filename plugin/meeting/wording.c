/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which notice is in force for a purpose: of all that the logs of the store have recorded, the one of the
 * highest version, and among those of one version the last. So all gateways agree, whatever stands in their
 * files. */
#include "meeting/fleet.h"

#include "base/clock.h"
#include "ledger/reader.h"

static const char *text(const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));

	return value ? value : "";
}

static gint64 version_of(const heard_entry *e)
{
	return json_integer_value(json_object_get(e->body, "version"));
}

/* In order of position, so a later one of the same version wins. */
static const heard_entry *newest(GPtrArray *entries, const char *purpose)
{
	const heard_entry *best = NULL;

	for (unsigned i = 0; i < entries->len; i++) {
		const heard_entry *e = g_ptr_array_index(entries, i);

		if (strcmp(text(e->body, "purpose"), purpose) == 0 && !fleet_is_repeated(e->body) &&
			(!best || version_of(e) >= version_of(best)))
			best = e;
	}
	return best;
}

/* Decisions of this log name the notice by its hash, so its wording must be here as well. */
static void record(meetings *all, GPtrArray *entries, const heard_entry *best)
{
	for (unsigned i = 0; i < entries->len; i++) {
		const heard_entry *e = g_ptr_array_index(entries, i);

		if (strcmp(e->log, ledger_origin(all->ledger)) == 0 &&
			strcmp(text(e->body, "notice"), text(best->body, "notice")) == 0)
			return;
	}
	json_t *body = json_pack("{s:O, s:O, s:O, s:O, s:o}", "purpose",
		json_object_get(best->body, "purpose"), "version", json_object_get(best->body, "version"),
		"notice", json_object_get(best->body, "notice"), "wording",
		json_object_get(best->body, "wording"), "from", fleet_from(best->log, best->index));
	ledger_post(all->ledger, LEDGER_KEPT, "notice", body, NULL, NULL, NULL);
}

/* Lock held. Grants under the wording before have lapsed: everybody hears it of everybody. */
static void tell_lapsed(meeting *m, const notice *before)
{
	gint64 now = clock_now_ms();

	for (unsigned i = 0; i < m->persons->len; i++) {
		person *p = g_ptr_array_index(m->persons, i);
		bool lapsed = false;

		for (medium one = MEDIUM_AUDIO; one <= MEDIUM_DATA; one <<= 1)
			lapsed |= decision_stands(
				decision_card_at(&p->member.card, before->slot, one), before->hash, now);
		if (lapsed)
			event_broadcast(m, event_decision(m, p, before->slot, "lapse", now));
	}
}

/* Lock held. Nobody here has been sent this wording. */
static void change(meeting *m, const notice *before)
{
	unsigned slot = before->slot;

	meeting_heed_notice(m, slot);
	for (unsigned i = 0; i < m->persons->len; i++)
		((person *)g_ptr_array_index(m->persons, i))->member.told &= ~(1u << slot);
	gate_apply(m, "the notice has changed");
	tell_lapsed(m, before);
	for (unsigned i = 0; m->activities[slot].id && i < m->attendances->len; i++) {
		attendance *a = g_ptr_array_index(m->attendances, i);

		if (a->announced)
			activity_tell(m, a, slot);
	}
	gate_apply(m, "the notice has changed");
}

/* Lock held. */
static void change_everywhere(meetings *all, const notice *before)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, all->by_room);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		change(value, before);
}

/* What cannot be shown here cannot be agreed to here: nothing is captured for that purpose. */
static void bar(meetings *all, const notice *before, const GError *error)
{
	g_warning("%s: a newer notice is in force, but %s; nothing is captured for it", before->purpose,
		error->message);
	all->barred |= 1u << before->slot;
	change_everywhere(all, before);
}

void wording_enforce(meetings *all, const heard_entry *best, const notice *before)
{
	SCOPE_LOCK(&all->lock);
	g_autoptr(GError) error = NULL;
	const notice *now = notices_supersede(
		all->notices, json_object_get(best->body, "wording"), text(best->body, "notice"), &error);

	if (!now) {
		bar(all, before, error);
		return;
	}
	if (now == before && !(all->barred & (1u << before->slot)))
		return;
	g_message("%s | version %" G_GINT64_FORMAT " of the notice is in force, as %s recorded it",
		now->purpose, now->version, best->log);
	all->barred &= ~(1u << before->slot);
	change_everywhere(all, before);
}

void wording_settle(meetings *all)
{
	static const char *const types[] = {"notice", NULL};
	g_autoptr(GPtrArray) entries = fleet_read(all->fleet, &(ledger_filter){.types = types});

	for (unsigned slot = 0; entries && slot < notices_count(all->notices); slot++) {
		const notice *before = notices_at(all->notices, slot);
		const heard_entry *best = newest(entries, before->purpose);

		if (!best)
			continue;
		wording_enforce(all, best, before);
		if (notices_at(all->notices, slot) != before)
			record(all, entries, best);
	}
}
