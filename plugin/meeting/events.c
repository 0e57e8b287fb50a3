/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events that participants get; their fields are docs/protocol.md's. */
#include "meeting/private.h"

#include "base/clock.h"

json_t *event_new(const char *event)
{
	return json_pack("{s:s, s:s}", "consent", "event", "event", event);
}

void event_push(attendance *a, json_t *event)
{
	json_object_set(event, "room", a->room);
	a->all->host.push(a->peer, event);
	json_decref(event);
}

void event_broadcast(meeting *m, json_t *event)
{
	json_object_set(event, "room", m->room);
	for (unsigned i = 0; i < m->attendances->len; i++) {
		attendance *a = g_ptr_array_index(m->attendances, i);

		if (a->announced)
			m->all->host.push(a->peer, event);
	}
	json_decref(event);
}

static void add_by(json_t *object, const activity *act)
{
	json_object_set_new(object, "activity", json_string(act->id));
	json_object_set_new(object, "by", json_string(act->by));
	json_object_set_new(
		object, "by_display", act->by_display ? json_string(act->by_display) : json_null());
}

json_t *event_notice(meeting *m, attendance *a, unsigned purpose)
{
	const activity *act = &m->activities[purpose];
	json_t *event = event_new("notice");
	json_t *wording = meetings_show(m->all, meeting_notice(m, purpose), a->lang);
	gint64 now = clock_now_ms();

	json_object_update(event, wording);
	json_decref(wording);
	add_by(event, act);
	json_object_set_new(event, "state", json_string(view_state(m, purpose)));
	json_object_set_new(event, "reason", act->paused ? json_string(act->paused) : json_null());
	json_object_set_new(event, "since", view_time(act->since_ms));
	json_object_set_new(event, "countdown",
		json_integer(act->runs_at_ms > now ? (act->runs_at_ms - now + 999) / 1000 : 0));
	json_object_set_new(event, "decision", view_media(a->person, purpose, now));
	json_object_set_new(event, "encrypted", json_boolean(ciphertext_of(a, MEDIA_ALL)));
	return event;
}

json_t *event_activity(meeting *m, unsigned purpose, const char *state, const char *reason)
{
	json_t *event = event_new("activity");

	add_by(event, &m->activities[purpose]);
	json_object_set_new(event, "purpose", json_string(meeting_notice(m, purpose)->purpose));
	json_object_set_new(event, "state", json_string(state));
	json_object_set_new(event, "reason", reason ? json_string(reason) : json_null());
	return event;
}

json_t *event_decision(meeting *m, person *p, unsigned purpose, const char *how, gint64 now_ms)
{
	json_t *event = event_new("decision");

	json_object_set_new(event, "participant", json_string(p->id));
	json_object_set_new(event, "feed", view_feed(m, p));
	json_object_set_new(event, "display", p->display ? json_string(p->display) : json_null());
	json_object_set_new(event, "purpose", json_string(meeting_notice(m, purpose)->purpose));
	json_object_set_new(event, "decisions", view_media(p, purpose, now_ms));
	json_object_set_new(event, "how", json_string(how));
	return event;
}

json_t *event_capture(attendance *a, const track *t, unsigned purpose, const capture_news *c)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:b, s:s?, s:s?, s:s?}", "consent", "event", "event",
		"capture", "purpose", notices_at(a->all->notices, purpose)->purpose, "medium",
		medium_name(t->medium), "mid", t->mid, "capturing", c->now, "segment", c->segment, "replaces",
		c->replaces, "reason", c->reason);
}
