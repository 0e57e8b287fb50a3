/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Activities: announced to everybody present, then running, then stopped. */
#include "meeting/private.h"

#include "base/clock.h"

void activity_tell(meeting *m, attendance *a, unsigned purpose)
{
	const notice *n = meeting_notice(m, purpose);
	json_t *body = journal_body(m);

	a->person->shown_ms[purpose] = clock_now_ms();
	json_object_set_new(body, "participant", json_string(a->person->id));
	json_object_set_new(body, "activity", json_string(m->activities[purpose].id));
	json_object_set_new(body, "purpose", json_string(n->purpose));
	json_object_set_new(body, "notice", json_string(n->hash));
	json_object_set_new(body, "lang", json_string(notices_wording(m->all->notices, n, a->lang).lang));
	journal_post(m, "notice_sent", body, NULL);
	event_push(a, event_notice(m, a, purpose));
	a->person->member.told |= 1u << purpose;
}

static void tell_everybody(meeting *m, unsigned purpose)
{
	for (unsigned i = 0; i < m->attendances->len; i++) {
		attendance *a = g_ptr_array_index(m->attendances, i);

		if (a->announced)
			activity_tell(m, a, purpose);
	}
}

static void run(meeting *m, unsigned purpose)
{
	m->activities[purpose].runs_at_ms = 0;
	m->roster.purposes[purpose].state = ACTIVITY_RUNNING;
	journal_activity(m, purpose, "running", NULL);
	event_broadcast(m, event_activity(m, purpose, "running", NULL));
}

void activity_begin(
	meeting *m, const notice *n, policy p, unsigned countdown_s, const char *by, const char *by_display)
{
	activity *act = &m->activities[n->slot];
	roster_purpose *rp = &m->roster.purposes[n->slot];

	*act = (activity){.id = g_uuid_string_random(),
		.by = g_strdup(by),
		.by_display = g_strdup(by_display),
		.since_ms = clock_now_ms()};
	rp->policy = p;
	rp->state = ACTIVITY_ANNOUNCED;
	act->runs_at_ms = countdown_s ? act->since_ms + countdown_s * G_GINT64_CONSTANT(1000) : 0;
	journal_activity(m, n->slot, "announced", NULL);
	event_broadcast(m, event_activity(m, n->slot, "announced", NULL));
	tell_everybody(m, n->slot);
	if (!countdown_s)
		run(m, n->slot);
	else
		timer_poke(m->all);
}

static void forget_told(meeting *m, unsigned purpose)
{
	for (unsigned i = 0; i < m->persons->len; i++)
		((person *)g_ptr_array_index(m->persons, i))->member.told &= ~(1u << purpose);
}

void activity_end(meeting *m, unsigned purpose, const char *reason)
{
	activity *act = &m->activities[purpose];

	m->roster.purposes[purpose].state = ACTIVITY_STOPPED;
	gate_apply(m, reason);
	journal_activity(m, purpose, "stopped", reason);
	event_broadcast(m, event_activity(m, purpose, "stopped", reason));
	forget_told(m, purpose);
	g_free(act->id);
	g_free(act->by);
	g_free(act->by_display);
	g_free((char *)act->forward.host);
	*act = (activity){0};
}

gint64 activities_tick(meeting *m, gint64 now_ms)
{
	gint64 next = G_MAXINT64;
	bool changed = false;

	for (unsigned p = 0; p < m->roster.count; p++) {
		gint64 at = m->activities[p].runs_at_ms;

		if (at && at <= now_ms) {
			run(m, p);
			changed = true;
		} else if (at) {
			next = MIN(next, at);
		}
	}
	if (changed)
		gate_apply(m, "started");
	return next;
}

static bool check_startable(meetings *all, meeting *m, const notice *n, GError **error)
{
	if (!m || m->roster.members->len == 0) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"nobody is in the room that the field 'room' names: start '%s' when somebody has "
			"joined",
			n->purpose);
		return false;
	}
	if (all->ledger_ok)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_LEDGER,
		"the ledger is unavailable: nothing was started, nothing will be captured; try again later");
	return false;
}

/* As it is now, which may be otherwise than was asked: it may have been started before. */
static json_t *started_json(const meeting *m, unsigned slot)
{
	const activity *act = &m->activities[slot];

	return json_pack("{s:s, s:s, s:s, s:b}", "activity", act->id, "state",
		m->roster.purposes[slot].state == ACTIVITY_RUNNING ? "running" : "announced", "policy",
		policy_name(m->roster.purposes[slot].policy), "forward", act->forward.host != NULL);
}

json_t *meeting_start(meetings *all, json_t *room, const activity_request *request, GError **error)
{
	SCOPE_LOCK(&all->lock);
	meeting *m = meeting_find(all, room);
	const notice *n = request->notice;
	attendance *by = request->by && request->by->meeting == m ? request->by : NULL;

	if (!check_startable(all, m, n, error) || !ciphertext_check_start(m, n, error))
		return NULL;
	if (!forward_check(all, n, &request->forward, error))
		return NULL;
	if (!m->activities[n->slot].id) {
		activity_begin(m, n, request->policy, request->countdown_s,
			by                       ? by->person->id
				: request->admin ? "admin"
						 : "host",
			by ? by->person->display : NULL);
		m->activities[n->slot].forward = request->forward;
		m->activities[n->slot].forward.host = g_strdup(request->forward.host);
		gate_apply(m, "started");
	}
	return started_json(m, n->slot);
}

json_t *meeting_stop(meetings *all, json_t *room, const notice *n, bool admin, GError **error)
{
	SCOPE_LOCK(&all->lock);
	meeting *m = meeting_find(all, room);
	activity *act = m ? &m->activities[n->slot] : NULL;

	if (!act || !act->id) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"the field 'purpose' names '%s', which does not run in this room: consent_list says "
			"what does",
			n->purpose);
		return NULL;
	}
	json_t *answer = json_pack("{s:s, s:I}", "activity", act->id, "segments", (json_int_t)act->segments);
	activity_end(m, n->slot, admin ? "stopped by an admin" : "stopped by a host");
	return answer;
}
