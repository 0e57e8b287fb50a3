/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What requests are answered with; fields as in docs/protocol.md. */
#include "meeting/private.h"

#include "base/clock.h"

static json_t *string_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *media_json(unsigned media)
{
	json_t *array = json_array();

	for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
		if (media & m)
			json_array_append_new(array, json_string(medium_name(m)));
	return array;
}

json_t *meetings_show(const meetings *all, const notice *n, const char *lang)
{
	notice_wording w = notices_wording(all->notices, n, lang);

	return json_pack("{s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:o}", "purpose", n->purpose,
		"media", media_json(n->media), "notice", n->hash, "title", w.title, "summary", w.summary,
		"details", w.details, "recipients", w.recipients, "retention", w.retention, "version",
		(json_int_t)n->version, "lang", w.lang, "langs", notice_langs(n));
}

static decision effective(person *p, const notice *n, medium m, gint64 now_ms)
{
	return decision_effective(decision_card_at(&p->member.card, n->slot, m), n->hash, now_ms);
}

json_t *view_media(person *p, unsigned purpose, gint64 now_ms)
{
	const notice *n = notices_at(p->all->notices, purpose);
	json_t *object = json_object();

	for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
		if (n->media & m)
			json_object_set_new(object, medium_name(m),
				json_string(decision_name(effective(p, n, m, now_ms))));
	return object;
}

static json_t *cell_json(person *p, const notice *n, medium m, gint64 now_ms)
{
	const decision_cell *cell = decision_card_at(&p->member.card, n->slot, m);
	decision d = effective(p, n, m, now_ms);

	return json_pack("{s:s, s:s, s:s, s:o, s:o}", "purpose", n->purpose, "medium", medium_name(m),
		"decision", decision_name(d), "since",
		view_time(d == DECISION_UNDECIDED ? 0 : cell->since_ms), "expires",
		view_time(d == DECISION_GRANTED ? cell->expires_ms : 0));
}

json_t *view_decisions(person *p, gint64 now_ms)
{
	json_t *array = json_array();

	for (unsigned slot = 0; slot < notices_count(p->all->notices); slot++) {
		const notice *n = notices_at(p->all->notices, slot);

		for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
			if (n->media & m)
				json_array_append_new(array, cell_json(p, n, m, now_ms));
	}
	return array;
}

const char *view_state(const meeting *m, unsigned purpose)
{
	if (m->roster.purposes[purpose].state == ACTIVITY_ANNOUNCED)
		return "announced";
	return m->activities[purpose].paused ? "paused" : "running";
}

static json_t *activities_json(const meeting *m)
{
	json_t *array = json_array();

	for (unsigned p = 0; p < m->roster.count; p++) {
		const activity *act = &m->activities[p];

		if (!act->id)
			continue;
		json_array_append_new(array,
			json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:s, s:o}", "activity", act->id, "purpose",
				meeting_notice(m, p)->purpose, "state", view_state(m, p), "by", act->by,
				"by_display", string_or_null(act->by_display), "since",
				view_time(act->since_ms), "policy", policy_name(m->roster.purposes[p].policy),
				"reason", string_or_null(act->paused)));
	}
	return array;
}

static guint32 captured(const attendance *a)
{
	guint32 purposes = 0;

	for (unsigned n = 0; n < TRACKS_MAX; n++)
		purposes |= a->tracks[n] ? a->tracks[n]->purposes : 0;
	return purposes;
}

/* What of a person comes from their handles. */
typedef struct handles {
	json_t *feeds;
	guint32 purposes;
} handles;

static handles handles_of(const meeting *m, const person *p)
{
	handles all = {.feeds = json_array()};

	for (unsigned i = 0; i < m->attendances->len; i++) {
		attendance *a = g_ptr_array_index(m->attendances, i);

		if (a->person != p)
			continue;
		json_array_append(all.feeds, a->feed);
		all.purposes |= captured(a);
	}
	return all;
}

json_t *view_feed(const meeting *m, const person *p)
{
	for (unsigned i = 0; i < m->attendances->len; i++) {
		attendance *a = g_ptr_array_index(m->attendances, i);

		if (a->person == p)
			return json_incref(a->feed);
	}
	return json_null();
}

static json_t *names_json(const meeting *m, guint32 purposes)
{
	json_t *array = json_array();

	for (unsigned p = 0; p < m->roster.count; p++)
		if (purposes & (1u << p))
			json_array_append_new(array, json_string(meeting_notice(m, p)->purpose));
	return array;
}

static json_t *participant_json(const meeting *m, person *who, gint64 now_ms)
{
	json_t *decisions = json_object();
	handles from = handles_of(m, who);

	for (unsigned p = 0; p < m->roster.count; p++)
		json_object_set_new(decisions, meeting_notice(m, p)->purpose, view_media(who, p, now_ms));
	return json_pack("{s:s, s:O?, s:o, s:o, s:o, s:o, s:b}", "id", who->id, "feed",
		json_array_get(from.feeds, 0), "feeds", from.feeds, "display", string_or_null(who->display),
		"decisions", decisions, "capturing", names_json(m, from.purposes), "bound", who->key != NULL);
}

/* In the order of coming; a person once, whatever their handles. */
static bool is_listed_before(const meeting *m, unsigned index)
{
	const attendance *a = g_ptr_array_index(m->attendances, index);

	for (unsigned i = 0; i < index; i++)
		if (((attendance *)g_ptr_array_index(m->attendances, i))->person == a->person)
			return true;
	return false;
}

static json_t *participants_json(const meeting *m, const attendance *you)
{
	json_t *array = json_array();
	gint64 now = clock_now_ms();

	for (unsigned i = 0; i < m->attendances->len; i++) {
		attendance *a = g_ptr_array_index(m->attendances, i);

		if (is_listed_before(m, i))
			continue;
		json_t *one = participant_json(m, a->person, now);
		if (you && a->person == you->person)
			json_object_set_new(one, "you", json_true());
		json_array_append_new(array, one);
	}
	return array;
}

static json_t *purposes_json(const meetings *all, const char *lang)
{
	json_t *array = json_array();

	for (unsigned p = 0; p < notices_count(all->notices); p++)
		json_array_append_new(array, meetings_show(all, notices_at(all->notices, p), lang));
	return array;
}

static policy room_policy(const meeting *m)
{
	for (unsigned p = 0; p < m->roster.count; p++)
		if (m->activities[p].id && m->roster.purposes[p].policy == POLICY_UNANIMOUS)
			return POLICY_UNANIMOUS;
	return POLICY_EACH;
}

static json_t *nonce_json(person *p)
{
	char text[NONCE_TEXT_SIZE];

	return json_string(nonces_issue(&p->nonces, clock_now_ms(), NONCE_LIFE_MS, text));
}

json_t *attendance_info(attendance *a, const char *lang)
{
	SCOPE_LOCK(&a->all->lock);
	const meeting *m = a->meeting;

	if (lang) {
		g_free(a->lang);
		a->lang = g_strdup(lang);
	}
	json_t *info = json_pack("{s:s, s:O, s:s, s:s, s:o, s:o, s:o}", "meeting", a->meeting_id, "room",
		a->room, "participant", a->person->id, "policy",
		policy_name(m ? room_policy(m) : POLICY_EACH), "nonce", nonce_json(a->person), "purposes",
		purposes_json(a->all, a->lang), "decisions", view_decisions(a->person, clock_now_ms()));
	json_object_set_new(info, "encrypted", json_boolean(ciphertext_of(a, MEDIA_ALL)));
	json_object_set_new(info, "activities", m ? activities_json(m) : json_array());
	json_object_set_new(info, "participants", m ? participants_json(m, a) : json_array());
	return info;
}

json_t *meeting_list(meetings *all, json_t *room, GError **error)
{
	SCOPE_LOCK(&all->lock);
	const meeting *m = meeting_find(all, room);

	if (!m) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"nobody is in the room that the field 'room' names: there is a meeting as soon as "
			"somebody joins");
		return NULL;
	}
	return json_pack("{s:s, s:O, s:o, s:o}", "meeting", m->id, "room", m->room, "activities",
		activities_json(m), "participants", participants_json(m, NULL));
}

/* Nothing that names a person: whoever may ask is not here yet. */
static json_t *running_json(const meeting *m)
{
	json_t *array = json_array();

	for (unsigned p = 0; p < m->roster.count; p++)
		if (m->activities[p].id)
			json_array_append_new(array,
				json_pack("{s:s, s:s, s:s}", "purpose", meeting_notice(m, p)->purpose,
					"state", view_state(m, p), "policy",
					policy_name(m->roster.purposes[p].policy)));
	return array;
}

json_t *meeting_preview(meetings *all, json_t *room)
{
	SCOPE_LOCK(&all->lock);
	const meeting *m = meeting_find(all, room);
	unsigned people = 0;

	for (unsigned i = 0; m && i < m->attendances->len; i++)
		people += !is_listed_before(m, i);
	return json_pack("{s:O, s:i, s:o}", "room", room, "people", (int)people, "activities",
		m ? running_json(m) : json_array());
}

json_t *meetings_stats(meetings *all)
{
	SCOPE_LOCK(&all->lock);
	capture_stats c;

	capture_get_stats(all->capture, &c);
	return json_pack("{s:i, s:{s:b, s:i}, s:{s:b, s:I, s:I, s:I, s:I, s:i, s:I, s:{s:I, s:I}}}",
		"meetings", (int)g_hash_table_size(all->by_room), "ledger", "healthy",
		ledger_healthy(all->ledger), "refused", (int)ledger_refused(all->ledger), "capture",
		"healthy", capture_healthy(all->capture), "packets", (json_int_t)c.packets, "bytes",
		(json_int_t)c.bytes, "lost", (json_int_t)c.lost, "segments", (json_int_t)c.segments, "open",
		(int)c.open, "lag_ms", (json_int_t)c.lag_ms, "rings", "size", (json_int_t)c.ring_bytes,
		"fullest", (json_int_t)c.ring_fullest);
}
