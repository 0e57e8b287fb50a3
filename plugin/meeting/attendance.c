/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coming and going, and the tracks that a participant has meanwhile. */
#include "meeting/private.h"

#include "base/clock.h"

#include <string.h>

attendance *attendance_join(meetings *all, json_t *room, json_t *feed, const char *display, void *peer)
{
	attendance *a = g_new0(attendance, 1);
	SCOPE_LOCK(&all->lock);
	meeting *m = meeting_enter(all, room);

	a->all = all;
	a->meeting = m;
	a->room = json_incref(m->room);
	a->feed = json_incref(feed);
	a->meeting_id = g_strdup(m->id);
	a->peer = peer;
	a->person = person_new(m, display);
	a->muted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_ptr_array_add(m->attendances, a);
	json_t *body = journal_body(m);
	json_object_set_new(body, "participant", json_string(a->person->id));
	json_object_set_new(body, "feed", journal_id(a->feed));
	journal_post(m, "join", body, journal_personal(a->person));
	m->roster.coming++;
	gate_apply(m, "somebody joined");
	return a;
}

/* With the first one in begins what the room was told to start, unless a host was quicker. */
static void start_armed(meeting *m)
{
	room_settings *r = g_hash_table_lookup(m->all->rooms, m->room_text);
	const notice *n = r && r->record ? notices_find(m->all->notices, "record") : NULL;

	if (n && !m->opened && !m->activities[n->slot].id)
		activity_begin(m, n, POLICY_EACH, 0, "configuration", NULL);
	m->opened = true;
}

void attendance_announce(attendance *a)
{
	SCOPE_LOCK(&a->all->lock);
	meeting *m = a->meeting;

	if (!m || a->announced)
		return;
	a->announced = true;
	for (unsigned p = 0; p < m->roster.count; p++)
		if (m->activities[p].id)
			activity_tell(m, a, p);
	m->roster.coming--;
	person_enter(m, a->person);
	start_armed(m);
	gate_apply(m, "somebody joined");
}

void attendance_rename(attendance *a, const char *display)
{
	SCOPE_LOCK(&a->all->lock);

	g_free(a->person->display);
	a->person->display = person_display(display);
}

/* Of whom nobody was told. */
static void stay_out(meeting *m, person *p)
{
	m->roster.coming--;
	if (!p->key)
		g_ptr_array_remove(m->persons, p);
}

static void leave(attendance *a, const char *reason)
{
	meeting *m = a->meeting;

	if (!m)
		return;
	gate_close_attendance(a, reason);
	if (a->announced)
		person_exit(m, a->person);
	else
		stay_out(m, a->person);
	g_ptr_array_remove(m->attendances, a);
	json_t *body = journal_body(m);
	json_object_set_new(body, "participant", json_string(a->person->id));
	json_object_set_new(body, "feed", journal_id(a->feed));
	json_object_set_new(body, "reason", json_string(reason));
	journal_post(m, "leave", body, NULL);
	a->meeting = NULL;
	if (m->attendances->len == 0)
		meeting_end(m);
	else
		gate_apply(m, "somebody left");
}

void attendance_leave(attendance *a, const char *reason)
{
	SCOPE_LOCK(&a->all->lock);

	leave(a, reason);
}

static void track_free(track *t)
{
	if (!t)
		return;
	capture_track_free(t->gate, "gone");
	json_decref(t->extensions);
	g_free(t->mid);
	g_free(t->codec);
	g_free(t->fmtp);
	g_free(t->description);
	g_free(t->segment);
	g_free(t->told_segment);
	g_free(t);
}

/* Other threads may hold references of the same person. */
static void person_drop(attendance *a)
{
	SCOPE_LOCK(&a->all->lock);

	person_unref(a->person);
}

void attendance_free(attendance *a)
{
	if (!a)
		return;
	attendance_leave(a, "gone");
	for (unsigned n = 0; n < TRACKS_MAX; n++)
		track_free(a->tracks[n]);
	json_decref(a->room);
	json_decref(a->feed);
	person_drop(a);
	g_hash_table_unref(a->muted);
	g_free(a->meeting_id);
	g_free(a->lang);
	g_free(a);
}

bool attendance_present(attendance *a)
{
	SCOPE_LOCK(&a->all->lock);

	return a->meeting != NULL;
}

json_t *attendance_room(attendance *a)
{
	return a->room;
}

/* Whether what a segment's header says would not be true any more. */
static bool is_changed(const track *t, const track_spec *spec)
{
	return g_strcmp0(t->mid, spec->mid) != 0 || t->medium != spec->medium ||
		g_strcmp0(t->codec, spec->codec) != 0 || g_strcmp0(t->fmtp, spec->fmtp) != 0 ||
		t->red_pt != spec->red_pt || t->encrypted != spec->encrypted ||
		!(t->extensions == spec->extensions || json_equal(t->extensions, spec->extensions));
}

static void describe(track *t, const track_spec *spec)
{
	g_free(t->mid);
	g_free(t->codec);
	g_free(t->fmtp);
	g_free(t->description);
	json_decref(t->extensions);
	t->mindex = spec->mindex;
	t->medium = spec->medium;
	t->mid = g_strdup(spec->mid);
	t->codec = g_strdup(spec->codec);
	t->fmtp = g_strdup(spec->fmtp);
	t->description = g_strdup(spec->description);
	t->extensions = json_incref(spec->extensions);
	t->red_pt = spec->red_pt;
	t->encrypted = spec->encrypted;
}

static track *track_at(attendance *a, int mindex)
{
	track *t = a->tracks[mindex];

	if (t)
		return t;
	t = g_new0(track, 1);
	t->gate = capture_track_new(a->all->capture);
	t->active = true;
	a->tracks[mindex] = t;
	return t;
}

static bool is_muted(const attendance *a, const track *t)
{
	return g_hash_table_contains(a->muted, t->mid);
}

capture_track *attendance_track(attendance *a, const track_spec *spec)
{
	SCOPE_LOCK(&a->all->lock);
	track *t = track_at(a, spec->mindex);

	if (is_changed(t, spec)) {
		t->sending = false;
		if (a->meeting)
			gate_apply(a->meeting, "negotiated again");
		describe(t, spec);
	}
	t->known = true;
	t->muted = is_muted(a, t);
	t->sending = spec->sending;
	if (a->meeting)
		gate_apply(a->meeting, "negotiated again");
	return t->gate;
}

/* Upstream takes mids without regard to case here. */
static bool is_meant(const track *t, const char *mid, unsigned media)
{
	return mid ? g_ascii_strcasecmp(t->mid, mid) == 0 : !media || (t->medium & media);
}

void attendance_relay(attendance *a, const char *mid, unsigned media, bool relayed)
{
	SCOPE_LOCK(&a->all->lock);

	for (unsigned n = 0; n < TRACKS_MAX; n++) {
		track *t = a->tracks[n];

		if (t && t->known && is_meant(t, mid, media))
			t->active = relayed;
	}
	if (a->meeting)
		gate_apply(a->meeting, relayed ? "track resumed" : "track paused");
}

/* Also of a track that upstream has made while its answer, from which it becomes known here, is on its way.
 */
static bool mute(attendance *a, const char *mid, bool muted)
{
	bool before = g_hash_table_contains(a->muted, mid);

	if (muted)
		g_hash_table_add(a->muted, g_strdup(mid));
	else
		g_hash_table_remove(a->muted, mid);
	for (unsigned n = 0; n < TRACKS_MAX; n++)
		if (a->tracks[n])
			a->tracks[n]->muted = is_muted(a, a->tracks[n]);
	return before;
}

bool attendance_moderate(meetings *all, json_t *room, json_t *feed, const char *mid, bool muted)
{
	SCOPE_LOCK(&all->lock);
	meeting *m = meeting_find(all, room);
	bool before = false;

	for (unsigned i = 0; m && i < m->attendances->len; i++) {
		attendance *a = g_ptr_array_index(m->attendances, i);

		if (json_equal(a->feed, feed))
			before = mute(a, mid, muted);
	}
	if (m)
		gate_apply(m, muted ? "muted by a moderator" : "unmuted by a moderator");
	return before;
}

void attendance_connected(attendance *a)
{
	SCOPE_LOCK(&a->all->lock);

	a->connected = true;
	if (a->meeting)
		gate_apply(a->meeting, "connected");
}

/* Lock held. */
static void disconnect(attendance *a, const char *reason)
{
	a->connected = false;
	if (a->meeting)
		gate_apply(a->meeting, reason);
}

void attendance_disconnected(attendance *a)
{
	SCOPE_LOCK(&a->all->lock);

	disconnect(a, "unpublished");
}

static void forget(track *t)
{
	t->known = t->sending = t->muted = false;
	t->active = true;
}

void attendance_hangup(attendance *a)
{
	SCOPE_LOCK(&a->all->lock);

	disconnect(a, "hung up");
	for (unsigned n = 0; n < TRACKS_MAX; n++)
		if (a->tracks[n])
			forget(a->tracks[n]);
	g_hash_table_remove_all(a->muted);
}
