/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export meeting: the segments that may be played now, and a film of them. Made from what the rule allows,
 * then the rule is asked again: whoever withdrew meanwhile is in nothing that leaves. */
#include "cli/export_meeting.h"

#include "base/clock.h"
#include "base/error.h"
#include "cli/export.h"
#include "cli/interrupt.h"
#include "exports/filehash.h"
#include "exports/target.h"
#include "rendering/convert.h"
#include "rendering/program.h"

#include <glib/gstdio.h>
#include <string.h>

/* Somebody withdraws while it is made: so often it is begun anew. */
#define TRIES 5

static void track_free(gpointer data)
{
	meeting_track *track = data;
	g_free(track->file);
	g_free(track);
}

/* Names of files are made of nothing that a participant chose. */
static char *name_of(const meeting_export *m, const playable *one, const char *extension)
{
	return g_strdup_printf("tracks/%03u-%s-%s.%s", m->tracks->len,
		attendees_person(m->who, playable_text(one, "participant")), playable_text(one, "medium"),
		extension);
}

static bool check_readable(const sync_times *times, GError **error)
{
	if (times->encrypted)
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_FILE,
			"it is encrypted end to end, and only the participants have its keys");
	return !times->encrypted;
}

static bool times_of(const meeting_track *track, const char *mjr, sync_times *ret, GError **error)
{
	const json_t *first = json_object_get(track->from->record, "first");
	const char *at = json_string_value(json_object_get(first, "at"));
	bool video = strcmp(playable_text(track->from, "medium"), "video") == 0;
	gint64 first_ms;
	if (at && clock_parse(at, &first_ms)) {
		unsigned clock = sync_clock(playable_text(track->from, "codec"), video);
		return sync_read(mjr, first_ms, clock, ret, error) && check_readable(ret, error);
	}
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_FILE,
		"the ledger does not say when its first packet came");
	return false;
}

static bool make_file(const meeting_export *m, meeting_track *track, const char *mjr, GError **error)
{
	const char *extension =
		convert_extension(playable_text(track->from, "medium"), playable_text(track->from, "codec"));
	if (!extension) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE,
			"janus-pp-rec cannot convert its codec %s", playable_text(track->from, "codec"));
		return false;
	}
	g_autofree char *file = name_of(m, track->from, extension);
	g_autofree char *path = g_build_filename(m->place, file, NULL);
	bool good = playable_read_out(m->all, track->from, mjr, error) &&
		times_of(track, mjr, &track->times, error) && convert(mjr, path, error) &&
		filehash(path, track->sha256, error);
	if (!target_fits(m->place, good, error)) {
		g_unlink(path);
		return false;
	}
	track->file = g_steal_pointer(&file);
	return true;
}

/* What cannot be read or converted is left out and said; the rest is unharmed by it. A full disk ends it all.
 */
static bool make_track(meeting_export *m, playable *one, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autofree char *mjr = g_build_filename(m->work, "segment.mjr", NULL);
	meeting_track *track = g_new0(meeting_track, 1);
	track->from = one;
	g_ptr_array_add(m->tracks, track);
	bool good = make_file(m, track, mjr, &why);
	bool full = g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
	g_unlink(mjr);
	if (full)
		g_propagate_error(error, g_steal_pointer(&why));
	else if (!good)
		playable_refuse(one, g_strdup_printf("cannot be used: %s", why->message));
	return !full;
}

static bool make_tracks(meeting_export *m, GError **error)
{
	m->progress->total = m->segments->len;
	for (guint i = 0; i < m->segments->len; i++) {
		playable *one = m->segments->pdata[i];
		if (!one->why && !make_track(m, one, error))
			return false;
		progress_show(m->progress, i + 1);
		if (interrupt_asked(error))
			return false;
	}
	return true;
}

static bool ask_people(meeting_export *m, GError **error)
{
	g_autoptr(ledger_reader) r = tool_open(m->args, error);
	for (guint i = 0; r && i < m->who->people->len; i++) {
		attendee *one = &g_array_index(m->who->people, attendee, i);
		if (!playable_person_agrees(r, one->id, m->purpose, m->now_ms, &one->agrees, error))
			return false;
	}
	return r != NULL;
}

static bool has_content(const meeting_export *m)
{
	if (json_array_size(m->products))
		return true;
	for (guint i = 0; i < m->tracks->len; i++)
		if (((meeting_track *)m->tracks->pdata[i])->file)
			return true;
	return false;
}

static bool make_folder(const char *place, const char *name, char **ret, GError **error)
{
	*ret = g_build_filename(place, name, NULL);
	if (g_mkdir(*ret, 0700) == 0)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "%s cannot be made", *ret);
	return false;
}

static bool make_all(meeting_export *m, const char *place, GError **error)
{
	g_autofree char *work = NULL, *tracks = NULL;
	if (!make_folder(place, "work", &work, error) || !make_folder(place, "tracks", &tracks, error))
		return false;
	m->place = place;
	m->work = work;
	bool good =
		ask_people(m, error) && make_tracks(m, error) && (!has_content(m) || m->kind->make(m, error));
	good = target_fits(place, good, error);
	target_remove(work);
	m->work = NULL;
	return good;
}

static void say_left_out(const meeting_export *m)
{
	for (guint i = 0; i < m->segments->len; i++) {
		const playable *one = m->segments->pdata[i];
		if (one->why)
			progress_step(m->progress, "left out: segment %s %s", playable_text(one, "segment"),
				one->why);
	}
	for (guint i = 0; i < m->lacking->len; i++)
		progress_step(m->progress, "left out: %s", (const char *)m->lacking->pdata[i]);
}

static json_t *ids_of(const json_t *products)
{
	json_t *ids = json_array(), *one;
	size_t i;
	json_array_foreach (products, i, one)
		json_array_append(ids, json_object_get(one, "product"));
	return ids;
}

static bool note(const meeting_export *m, GError **error)
{
	json_t *segments = json_array();
	for (guint i = 0; i < m->tracks->len; i++) {
		const meeting_track *track = m->tracks->pdata[i];
		if (track->file)
			json_array_append_new(segments, json_string(playable_text(track->from, "segment")));
	}
	guint64 count = json_array_size(segments) + json_array_size(m->products);
	json_t *more = json_pack("{s:s, s:o}", "purpose", m->purpose, "segments", segments);
	if (json_array_size(m->products))
		json_object_set_new(more, "products", ids_of(m->products));
	return export_note(m->args, m->kind->what, NULL, count, more, error);
}

static bool any_left_out(const meeting_export *m)
{
	for (guint i = 0; i < m->segments->len; i++)
		if (((playable *)m->segments->pdata[i])->why)
			return true;
	return m->lacking->len > 0;
}

/* The ledger knows before it leaves. */
static int hand_over(const meeting_export *m, target *to, GError **error)
{
	say_left_out(m);
	if (!has_content(m)) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"nothing of the meeting %s may be used for %s now", m->who->meeting, m->purpose);
		return TOOL_NO;
	}
	if (!note(m, error) || !target_finish(to, error))
		return TOOL_STORE;
	progress_step(m->progress, "%s", target_name(to));
	return any_left_out(m) ? TOOL_NO : TOOL_GOOD;
}

/* What else of the meeting may be used now; an empty array where the kind has nothing else. */
static json_t *find_products(const meeting_export *m, GPtrArray *left_out, GError **error)
{
	return m->kind->products ? m->kind->products(m, clock_now_ms(), left_out, error) : json_array();
}

/* *ret_changed: something that was to leave may not any more. */
static bool ask_again(meeting_export *m, bool *ret_changed, GError **error)
{
	if (!playable_ask_again(m->all, m->segments, m->purpose, clock_now_ms(), ret_changed, error))
		return false;
	json_auto_t *now = find_products(m, NULL, error), *ids = ids_of(now), *before = ids_of(m->products);
	*ret_changed |= !json_equal(ids, before);
	return now != NULL;
}

/* One try. *ret_again: somebody has withdrawn meanwhile. */
static int try(meeting_export *m, const char *path, bool *ret_again, GError **error)
{
	const records_filter filter = {.meeting = m->who->meeting, .purpose = m->purpose};
	g_autoptr(target) to = target_folder(path, error);
	g_autoptr(GPtrArray) tracks = g_ptr_array_new_with_free_func(track_free);
	g_autoptr(GPtrArray) lacking = m->lacking = g_ptr_array_new_with_free_func(g_free);
	json_auto_t *products = m->products = to ? find_products(m, lacking, error) : NULL;
	m->now_ms = clock_now_ms();
	g_autoptr(GPtrArray) segments =
		products ? playable_list(m->all, &filter, m->purpose, m->now_ms, error) : NULL;
	if (!segments)
		return TOOL_STORE;
	m->segments = segments;
	m->tracks = tracks;
	if (!make_all(m, target_place(to), error) || !ask_again(m, ret_again, error))
		return TOOL_STORE;
	return *ret_again ? TOOL_STORE : hand_over(m, to, error);
}

static int try_all(meeting_export *m, const char *path, GError **error)
{
	for (unsigned i = 0; i < TRIES; i++) {
		bool again = false;
		int code = try(m, path, &again, error);
		if (!again)
			return code;
		progress_step(m->progress, "somebody withdrew meanwhile: made anew without them");
	}
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_STORE,
		"people go on withdrawing while it is made; try again later");
	return TOOL_STORE;
}

static bool check_arguments(const arguments *args, GError **error)
{
	const char *missing = !args->values[OPTION_MEETING] ? "--meeting is needed: which one"
		: !args->values[OPTION_OUTPUT_FOLDER]       ? "--output is needed: the folder to make"
							    : NULL;
	if (missing)
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, missing);
	return !missing;
}

static bool check_programs(const meeting_export *m, GError **error)
{
	return program_require("janus-pp-rec", "janus-tools", error) &&
		(!m->kind->needs_ffmpeg(m->args) || program_require("ffmpeg", "ffmpeg", error));
}

static attendees *read_meeting(const arguments *args, GError **error)
{
	g_autoptr(ledger_reader) r = tool_open(args, error);
	return r ? attendees_read(r, args->values[OPTION_MEETING], clock_now_ms(), error) : NULL;
}

int meeting_run(const meeting_kind *kind, const arguments *args, GError **error)
{
	tool_keep_private();
	g_auto(interrupt) held;
	interrupt_hold(&held);
	g_auto(recordings) all = {0};
	progress bar;
	const char *purpose = args->values[OPTION_PURPOSE];
	meeting_export m = {.kind = kind,
		.args = args,
		.purpose = purpose ? purpose : "record",
		.all = &all,
		.progress = &bar};
	g_autofree char *name = g_strconcat("export ", kind->what, NULL);
	progress_begin(&bar, name, "segments", 0);
	if (!check_arguments(args, error) || !recordings_open(args, &all, error) ||
		!recordings_need_folder(&all, error) || !check_programs(&m, error))
		return TOOL_STORE;
	g_autoptr(attendees) who = m.who = read_meeting(args, error);
	int code = who ? try_all(&m, args->values[OPTION_OUTPUT_FOLDER], error) : TOOL_STORE;
	progress_end(&bar);
	return code;
}

const option_words meeting_words[] = {
	{OPTION_MEETING, "required: which one, as `meetings` lists it"},
	{OPTION_PURPOSE, "for which purpose it is used: only what was captured for\nit; default: record"},
	{OPTION_OUTPUT_FOLDER, "required: the folder to make, which must not exist"},
	{0},
};

static bool wants_film(const arguments *args)
{
	return g_strcmp0(args->values[OPTION_FILM], "no") != 0;
}

static bool make_meeting(const meeting_export *m, GError **error)
{
	return (!wants_film(m->args) || meeting_film(m, error)) && meeting_manifest(m, error);
}

static int run_meeting(const arguments *args, GError **error)
{
	static const meeting_kind kind = {"meeting", make_meeting, wants_film, NULL};
	return meeting_run(&kind, args, error);
}

const command command_export_meeting = {
	.name = "export meeting",
	.needs = "--meeting ID --output DIR",
	.summary = "what may be played now of a meeting: its tracks, and a film of them",
	.help = "Makes a folder with each segment that may be played now as Opus, WebM or MP4, a film of "
		"all\n"
		"with captions, and meeting.json, which says what was left out and why. Consent is asked\n"
		"of the ledger at that moment, and again before the folder appears.",
	.options = OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_ORIGIN) |
		OPTION_BIT(OPTION_MEETING) | OPTION_BIT(OPTION_PURPOSE) | OPTION_BIT(OPTION_OUTPUT_FOLDER) |
		OPTION_BIT(OPTION_FILM) | OPTION_BIT(OPTION_RECORDINGS) | OPTION_BIT(OPTION_KEY),
	.words = meeting_words,
	.run = run_meeting,
};
