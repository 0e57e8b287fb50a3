/* SPDX-License-Identifier: GPL-3.0-or-later */
/* meeting.json: what `export meeting` made, of what, on whose word, and what it left out. */
#include "cli/export_meeting.h"

#include "base/clock.h"
#include "base/error.h"

static json_t *time_of(gint64 ms)
{
	char text[CLOCK_TEXT_SIZE];
	return json_string(clock_format(ms, text));
}

static json_t *people(const meeting_export *m)
{
	json_t *list = json_array();
	for (guint i = 0; i < m->who->people->len; i++) {
		const attendee *one = &g_array_index(m->who->people, attendee, i);
		json_array_append_new(list,
			json_pack("{s:s, s:s?, s:o, s:o}", "participant", one->id, "display",
				meeting_name(m, one->id), "from", time_of(one->from_ms), "to",
				time_of(one->to_ms)));
	}
	return list;
}

static const char *person_of(const meeting_export *m, const playable *one)
{
	return attendees_person(m->who, playable_text(one, "participant"));
}

static json_t *track(const meeting_export *m, const meeting_track *one)
{
	static const char *const members[] = {"segment", "medium", "codec", "decisions", "lost"};
	json_t *made = json_pack("{s:s, s:s, s:f, s:f, s:f, s:f, s:I}", "file", one->file, "sha256",
		one->sha256, "start", meeting_seconds(m, one->times.start_ms), "length",
		(double)one->times.length_ms / 1000, "error_ms", one->times.error_ms, "stretch",
		one->times.stretch, "packets", (json_int_t)one->times.packets);
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		json_object_set(made, members[i], json_object_get(one->from->record, members[i]));
	json_object_set_new(made, "participant", json_string(person_of(m, one->from)));
	json_object_set_new(made, "log", *one->from->origin ? json_string(one->from->origin) : json_null());
	return made;
}

static json_t *tracks(const meeting_export *m)
{
	json_t *list = json_array();
	for (guint i = 0; i < m->tracks->len; i++) {
		const meeting_track *one = m->tracks->pdata[i];
		if (one->file)
			json_array_append_new(list, track(m, one));
	}
	return list;
}

static json_t *left_out(const meeting_export *m)
{
	json_t *list = json_array();
	for (guint i = 0; i < m->segments->len; i++) {
		const playable *one = m->segments->pdata[i];
		if (one->why)
			json_array_append_new(list,
				json_pack("{s:s, s:s, s:s, s:s}", "segment", playable_text(one, "segment"),
					"participant", person_of(m, one), "medium",
					playable_text(one, "medium"), "why", one->why));
	}
	return list;
}

bool meeting_manifest(const meeting_export *m, GError **error)
{
	g_autofree char *path = g_build_filename(m->place, "meeting.json", NULL);
	json_auto_t *whole = json_pack("{s:s, s:O?, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "meeting",
		m->who->meeting, "room", m->who->room, "purpose", m->purpose, "exported", time_of(m->now_ms),
		"began", time_of(m->who->began_ms), "ended", time_of(m->who->ended_ms), "participants",
		people(m), "tracks", tracks(m), "left_out", left_out(m));
	if (json_dump_file(whole, path, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) == 0)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "%s cannot be written", path);
	return false;
}
