/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The film of a meeting: who sits where and when, what the captions say. */
#include "cli/export_meeting.h"

#include "cli/interrupt.h"
#include "rendering/captions.h"
#include "rendering/compose.h"
#include "rendering/names.h"

#include <string.h>

#define CARD "Nobody was captured"

double meeting_seconds(const meeting_export *m, gint64 at_ms)
{
	return (double)(at_ms - m->who->began_ms) / 1000;
}

const char *meeting_name(const meeting_export *m, const char *participant)
{
	participant = attendees_person(m->who, participant);
	for (guint i = 0; i < m->who->people->len; i++) {
		const attendee *one = &g_array_index(m->who->people, attendee, i);
		if (g_strcmp0(one->id, participant) == 0 && one->name)
			return one->agrees ? one->name : NULL;
	}
	return NULL;
}

/* A seat a participant, however often they came and went. */
static guint seat_of(const meeting_export *m, timeline *t, GHashTable *seats, const char *participant)
{
	gpointer known;
	participant = attendees_person(m->who, participant);
	if (g_hash_table_lookup_extended(seats, participant, NULL, &known))
		return GPOINTER_TO_UINT(known);
	g_autofree char *name = names_in_line(meeting_name(m, participant));
	guint seat = timeline_add_seat(t, name);
	g_hash_table_insert(seats, (char *)participant, GUINT_TO_POINTER(seat));
	return seat;
}

static void add_clip(const meeting_export *m, timeline *t, GHashTable *seats, const meeting_track *track)
{
	const char *medium = playable_text(track->from, "medium");
	double from = meeting_seconds(m, track->times.start_ms);
	/* The last packet, too, holds a moment. */
	double length = (double)track->times.length_ms / 1000 * track->times.stretch + 1.0 / TIMELINE_RATE;
	g_autofree char *file = g_strconcat("../", track->file, NULL);
	const timeline_clip clip = {
		.seat = seat_of(m, t, seats, playable_text(track->from, "participant")),
		.video = strcmp(medium, "video") == 0,
		.from = from,
		.to = from + length,
		.stretch = track->times.stretch,
		.file = file,
	};
	if (strcmp(medium, "data") != 0)
		timeline_add_clip(t, &clip);
}

static timeline *make_timeline(const meeting_export *m)
{
	timeline *t = timeline_new();
	g_autoptr(GHashTable) seats = g_hash_table_new(g_str_hash, g_str_equal);
	t->length = meeting_seconds(m, m->who->ended_ms);
	for (guint i = 0; i < m->who->people->len; i++) {
		const attendee *one = &g_array_index(m->who->people, attendee, i);
		timeline_add_span(t, seat_of(m, t, seats, one->id), meeting_seconds(m, one->from_ms),
			meeting_seconds(m, one->to_ms));
	}
	for (guint i = 0; i < m->tracks->len; i++) {
		const meeting_track *track = m->tracks->pdata[i];
		if (track->file)
			add_clip(m, t, seats, track);
	}
	return t;
}

/* Captions */

static void append_people(const meeting_export *m, gint64 at_ms, GString *out)
{
	guint others = 0, named = 0;
	for (guint i = 0; i < m->who->people->len; i++) {
		const attendee *one = &g_array_index(m->who->people, attendee, i);
		g_autofree char *name = names_in_line(meeting_name(m, one->id));
		if (one->from_ms > at_ms || one->to_ms <= at_ms)
			continue;
		if (name)
			g_string_append_printf(out, "%s%s", named++ ? ", " : "", name);
		else
			others++;
	}
	if (others)
		g_string_append_printf(
			out, "%s%u %s", named ? " and " : "", others, named ? "more" : "present");
	else if (!named)
		g_string_append(out, "Nobody present");
}

static bool runs(const char *state)
{
	return g_strcmp0(state, "running") == 0;
}

static void append_activities(const GHashTable *running, GString *out)
{
	GHashTableIter iter;
	gpointer purpose;
	guint count = 0;
	g_hash_table_iter_init(&iter, (GHashTable *)running);
	while (g_hash_table_iter_next(&iter, &purpose, NULL))
		g_string_append_printf(out, "%s%s", count++ ? ", " : " · ", (const char *)purpose);
}

static void add_caption(const meeting_export *m, const GHashTable *running, gint64 at_ms, GArray *captions)
{
	g_autoptr(GString) said = g_string_new(NULL);
	append_people(m, at_ms, said);
	append_activities(running, said);
	caption made = {meeting_seconds(m, at_ms), NULL};
	if (captions->len > 0) {
		caption *last = &g_array_index(captions, caption, captions->len - 1);
		if (strcmp(last->text, said->str) == 0)
			return;
	}
	made.text = g_strdup(said->str);
	g_array_append_val(captions, made);
}

static void caption_clear(void *data)
{
	g_free(((caption *)data)->text);
}

static GArray *make_captions(const meeting_export *m)
{
	GArray *captions = g_array_new(FALSE, FALSE, sizeof(caption));
	g_autoptr(GHashTable) running = g_hash_table_new(g_str_hash, g_str_equal);
	g_array_set_clear_func(captions, caption_clear);
	for (guint i = 0; i < m->who->events->len; i++) {
		const attendees_event *e = &g_array_index(m->who->events, attendees_event, i);
		if (e->activity && runs(e->state))
			g_hash_table_add(running, e->activity);
		else if (e->activity)
			g_hash_table_remove(running, e->activity);
		add_caption(m, running, e->at_ms, captions);
	}
	return captions;
}

static bool write_captions(const meeting_export *m, double length, GError **error)
{
	g_autoptr(GArray) captions = make_captions(m);
	g_autofree char *webvtt = captions_webvtt(captions, length);
	g_autofree char *chapters = captions_chapters(captions, length);
	g_autofree char *beside = g_build_filename(m->place, "meeting.vtt", NULL);
	g_autofree char *within = g_build_filename(m->work, "chapters", NULL);
	return g_file_set_contents(beside, webvtt, -1, error) &&
		g_file_set_contents(within, chapters, -1, error);
}

static bool step(guint done, guint of, void *user, GError **error)
{
	progress *p = user;
	p->total = of;
	p->unit = "pieces of the film";
	progress_show(p, done);
	return !interrupt_asked(error);
}

bool meeting_film(const meeting_export *m, GError **error)
{
	g_autoptr(timeline) t = make_timeline(m);
	const composition c = {
		.timeline = t,
		.folder = m->work,
		.chapters = "chapters",
		.file = "../meeting.webm",
		.card = CARD,
		.step = step,
		.user = m->progress,
	};
	return write_captions(m, t->length, error) && compose(&c, error);
}
