/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody present of whom nothing may be known any more goes on as another participant, who has agreed to
 * nothing. */
#include "meeting/fleet.h"

#include "base/clock.h"

/* Lock held. */
static void leave_and_join(attendance *a, person *from, person *to)
{
	json_t *left = journal_body(a->meeting), *joined = journal_body(a->meeting);

	json_object_set_new(left, "participant", json_string(from->id));
	json_object_set_new(left, "feed", journal_id(a->feed));
	json_object_set_new(left, "reason", json_string("erased"));
	journal_post(a->meeting, "leave", left, NULL);
	json_object_set_new(joined, "participant", json_string(to->id));
	json_object_set_new(joined, "feed", journal_id(a->feed));
	journal_post(a->meeting, "join", joined, NULL);
}

/* Lock held. */
static void begin_anew(attendance *a)
{
	meeting *m = a->meeting;
	person *from = a->person, *to = person_new(m, NULL);

	leave_and_join(a, from, to);
	a->person = to;
	if (a->announced) {
		person_enter(m, to);
		person_exit(m, from);
	}
	person_unref(from);
	for (unsigned slot = 0; a->announced && slot < m->roster.count; slot++)
		if (m->activities[slot].id)
			activity_tell(m, a, slot);
}

/* Lock held. Everybody hears that what this participant decided is gone: of the one who was, whom no feed has
 * any more, and of the one who has theirs now. */
static void tell_all(meeting *m, person *p)
{
	for (unsigned slot = 0; slot < m->roster.count; slot++)
		event_broadcast(m, event_decision(m, p, slot, "erase", clock_now_ms()));
}

/* Lock held. */
static void forget_person(meeting *m, person *p)
{
	g_autoptr(GPtrArray) anew = g_ptr_array_new();

	person_ref(p);
	for (unsigned i = 0; i < m->attendances->len; i++) {
		attendance *a = g_ptr_array_index(m->attendances, i);

		if (a->person != p)
			continue;
		begin_anew(a);
		if (a->announced)
			g_ptr_array_add(anew, a->person);
	}
	g_ptr_array_remove(m->persons, p);
	g_clear_pointer(&p->display, g_free);
	decision_card_init(&p->member.card);
	if (anew->len)
		tell_all(m, p);
	for (unsigned i = 0; i < anew->len; i++)
		tell_all(m, anew->pdata[i]);
	person_unref(p);
	gate_apply(m, "erased");
}

/* Lock held. */
static bool forget_in(meeting *m, const char *participant)
{
	bool found = false;

	for (unsigned i = 0; i < m->persons->len;) {
		person *p = g_ptr_array_index(m->persons, i);

		if (strcmp(p->id, participant) == 0) {
			forget_person(m, p);
			found = true;
		} else {
			i++;
		}
	}
	return found;
}

bool persons_forget(meetings *all, const char *participant)
{
	GHashTableIter iter;
	gpointer value;
	bool found = false;

	g_hash_table_iter_init(&iter, all->by_room);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		found |= forget_in(value, participant);
	fleet_forget(all, participant);
	return found;
}
