/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gates follow the rule: gate_apply is called after whatever may have changed its outcome, closes first,
 * opens last. */
#include "meeting/private.h"

#include "base/clock.h"

#include <string.h>

/* What the rule wants of a track now. */
typedef struct wish {
	guint32 purposes;
	guint64 grants;  /* fingerprint of the ledger entries they rest on */
	gint64 until_ms; /* 0: for good */
} wish;

static bool is_relayed(const attendance *a, const track *t)
{
	return a->connected && t->sending && t->active && !t->muted;
}

static wish wish_of(meeting *m, attendance *a, const track *t, gint64 now_ms)
{
	wish w = {0};

	if (!a->announced || !is_relayed(a, t))
		return w;
	w.purposes = roster_allowed(&m->roster, &a->person->member, t->medium, now_ms);
	if (t->encrypted)
		w.purposes &= ciphertext_purposes(m);
	for (unsigned p = 0; p < m->roster.count; p++)
		if (w.purposes & (1u << p))
			w.grants = w.grants * 1000003 +
				(guint64)decision_card_at(&a->person->member.card, p, t->medium)->index + 1;
	w.until_ms = roster_until(&m->roster, &a->person->member, t->medium, w.purposes);
	return w;
}

static void close_gate(track *t, const char *reason)
{
	if (!t->segment)
		return;
	capture_track_close(t->gate, reason);
	g_clear_pointer(&t->segment, g_free);
	t->purposes = 0;
}

/* Also from one segment to the next, without losing a packet between them. */
static void open_gate(
	meeting *m, attendance *a, track *t, const wish *w, const char *reason, bool continues, gint64 now_ms)
{
	t->purposes = w->purposes;
	t->grants = w->grants;
	t->until_ms = w->until_ms;
	segment_open(m, a, t, reason, continues, now_ms);
	for (unsigned p = 0; p < m->roster.count; p++)
		if (t->purposes & (1u << p)) {
			m->activities[p].segments++;
			a->person->captured[p] |= t->medium;
		}
	if (t->medium == MEDIUM_VIDEO)
		m->all->host.keyframe(a->peer, t->mindex);
}

/* Tells the participant whose capture began or ended, or goes on in another segment. */
static void tell(meeting *m, attendance *a, track *t, const char *reason)
{
	guint32 ended = t->told & ~t->purposes, began = t->purposes & ~t->told, kept = t->told & t->purposes;
	g_autofree char *before = g_steal_pointer(&t->told_segment);

	t->told = t->purposes;
	t->told_segment = g_strdup(t->segment);
	for (unsigned p = 0; p < m->roster.count; p++)
		if (ended & (1u << p))
			event_push(a, event_capture(a, t, p, &(capture_news){before, .reason = reason}));
	for (unsigned p = 0; p < m->roster.count; p++)
		if (began & (1u << p))
			event_push(a, event_capture(a, t, p, &(capture_news){t->segment, .now = true}));
		else if ((kept & (1u << p)) && g_strcmp0(before, t->segment) != 0)
			event_push(a,
				event_capture(
					a, t, p, &(capture_news){t->segment, .now = true, before, reason}));
}

void gate_rotate(attendance *a, const char *segment, const char *reason, bool continues)
{
	for (unsigned n = 0; a->meeting && n < TRACKS_MAX; n++) {
		track *t = a->tracks[n];
		const wish same = {t ? t->purposes : 0, t ? t->grants : 0, t ? t->until_ms : 0};

		if (!t || !t->segment || (segment && strcmp(t->segment, segment) != 0))
			continue;
		open_gate(a->meeting, a, t, &same, reason, continues, clock_now_ms());
		tell(a->meeting, a, t, reason);
	}
}

void gate_keyframe(attendance *a, const char *segment)
{
	for (unsigned n = 0; n < TRACKS_MAX; n++) {
		const track *t = a->tracks[n];

		if (t && g_strcmp0(t->segment, segment) == 0)
			a->all->host.keyframe(a->peer, t->mindex);
	}
}

static void tell_paused(meeting *m, gint64 now_ms)
{
	for (unsigned p = 0; p < m->roster.count; p++) {
		activity *act = &m->activities[p];
		bool running = act->id && m->roster.purposes[p].state == ACTIVITY_RUNNING;
		const char *paused = running ? roster_paused(&m->roster, p, now_ms) : NULL;

		if (g_strcmp0(paused, act->paused) == 0 || !running)
			continue;
		act->paused = paused;
		journal_activity(m, p, paused ? "paused" : "running", paused);
		event_broadcast(m, event_activity(m, p, paused ? "paused" : "running", paused));
	}
}

typedef void (*each_track)(meeting *m, attendance *a, track *t, const char *reason, gint64 now_ms);

static void for_tracks(meeting *m, each_track each, const char *reason, gint64 now_ms)
{
	for (unsigned i = 0; i < m->attendances->len; i++) {
		attendance *a = g_ptr_array_index(m->attendances, i);

		for (unsigned n = 0; n < TRACKS_MAX; n++)
			if (a->tracks[n])
				each(m, a, a->tracks[n], reason, now_ms);
	}
}

static bool is_as_wished(const track *t, const wish *w)
{
	return w->purposes == t->purposes && w->grants == t->grants && w->until_ms == t->until_ms;
}

/* What must not go on ends first, everywhere. */
static void close_unwanted(meeting *m, attendance *a, track *t, const char *reason, gint64 now_ms)
{
	wish w = wish_of(m, a, t, now_ms);

	if (!t->segment || is_as_wished(t, &w))
		return;
	if (w.purposes)
		open_gate(m, a, t, &w, reason, false, now_ms);
	else
		close_gate(t, reason);
}

static void open_wanted(meeting *m, attendance *a, track *t, const char *reason, gint64 now_ms)
{
	wish w = wish_of(m, a, t, now_ms);

	if (!t->segment && w.purposes)
		open_gate(m, a, t, &w, reason, false, now_ms);
	tell(m, a, t, reason);
}

void gate_apply(meeting *m, const char *reason)
{
	gint64 now = clock_now_ms();

	for_tracks(m, close_unwanted, reason, now);
	for_tracks(m, open_wanted, reason, now);
	tell_paused(m, now);
}

void gate_apply_all(meetings *all, const char *reason)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, all->by_room);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		gate_apply(value, reason);
}

void gate_close_attendance(attendance *a, const char *reason)
{
	for (unsigned n = 0; n < TRACKS_MAX; n++)
		if (a->tracks[n]) {
			close_gate(a->tracks[n], reason);
			tell(a->meeting, a, a->tracks[n], reason);
		}
}
