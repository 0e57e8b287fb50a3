/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry of meetings: made with their first participant, gone with their last. */
#include "meeting/fleet.h"

#include "base/clock.h"

#include <string.h>

char *room_text(json_t *room)
{
	if (json_is_string(room))
		return g_strdup(json_string_value(room));
	return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(room));
}

const settings *meetings_settings(const meetings *all)
{
	return all->settings;
}

const notices *meetings_notices(const meetings *all)
{
	return all->notices;
}

const notice *meeting_notice(const meeting *m, unsigned purpose)
{
	return notices_at(m->all->notices, purpose);
}

meeting *meeting_find(meetings *all, json_t *room)
{
	g_autofree char *key = room_text(room);

	return g_hash_table_lookup(all->by_room, key);
}

void meeting_heed_notice(meeting *m, unsigned purpose)
{
	const notice *n = meeting_notice(m, purpose);
	roster_purpose *rp = &m->roster.purposes[purpose];

	rp->notice = n->hash;
	rp->media = n->media;
	rp->captures = n->captures && !(m->all->barred & (1u << purpose));
}

static void fill_roster(meeting *m)
{
	roster_init(&m->roster);
	m->roster.healthy = health_good(m->all);
	m->roster.count = notices_count(m->all->notices);
	for (unsigned p = 0; p < m->roster.count; p++)
		meeting_heed_notice(m, p);
}

static meeting *meeting_begin(meetings *all, json_t *room)
{
	meeting *m = g_new0(meeting, 1);

	m->all = all;
	m->room = json_incref(room);
	m->room_text = room_text(room);
	m->id = g_uuid_string_random();
	m->attendances = g_ptr_array_new();
	m->persons = g_ptr_array_new_with_free_func((GDestroyNotify)person_unref);
	fill_roster(m);
	g_hash_table_insert(all->by_room, g_strdup(m->room_text), m);
	json_t *body = journal_body(m);
	json_object_set_new(body, "event", json_string("began"));
	journal_post(m, "meeting", body, NULL);
	g_message("%s | meeting %s began", m->room_text, m->id);
	return m;
}

meeting *meeting_enter(meetings *all, json_t *room)
{
	meeting *m = meeting_find(all, room);

	return m ? m : meeting_begin(all, room);
}

void meeting_end(meeting *m)
{
	for (unsigned p = 0; p < m->roster.count; p++)
		if (m->activities[p].id)
			activity_end(m, p, "everybody has left");
	json_t *body = journal_body(m);
	json_object_set_new(body, "event", json_string("ended"));
	journal_post(m, "meeting", body, NULL);
	g_message("%s | meeting %s ended", m->room_text, m->id);
	fleet_remember(m);
	g_hash_table_remove(m->all->by_room, m->room_text);
}

static void meeting_free(gpointer pointer)
{
	meeting *m = pointer;

	roster_clear(&m->roster);
	g_ptr_array_unref(m->attendances);
	g_ptr_array_unref(m->persons);
	json_decref(m->room);
	g_free(m->room_text);
	g_free(m->id);
	g_free(m);
}

static void room_settings_free(gpointer pointer)
{
	room_settings *r = pointer;

	g_free(r->folder);
	g_free(r);
}

static bool open_parts(meetings *all, GError **error)
{
	const settings *s = all->settings;
	ledger_options lo = {.store = s->store,
		.origin = s->origin,
		.any_origin = !s->origin_set,
		.signing_key = s->signing_key,
		.on_health = health_of_ledger,
		.user = all,
		.patience_ms = s->ledger_timeout_ms};
	capture_options co = {.recordings = s->recordings,
		.on_closed = segment_closed,
		.on_health = health_of_capture,
		.on_source = segment_source_changed,
		.on_keyframe = segment_keyframe_wanted,
		.user = all};

	all->notices = notices_load(s->notices, s->language, error);
	if (!all->notices)
		return false;
	all->ledger = ledger_open(&lo, error);
	if (!all->ledger)
		return false;
	if (!keys_open(all, error) || !erasures_recover(all, error) || !record_started(all, error) ||
		!record_new_notices(all, error) || !recover_open(all, error))
		return false;
	all->capture = capture_create(&co, error);
	return all->capture && fleet_start(all, error);
}

meetings *meetings_create(const settings *s, const meeting_host *host, GError **error)
{
	g_autoptr(meetings) all = g_new0(meetings, 1);

	all->settings = s;
	all->host = *host;
	all->ledger_ok = all->sinks_ok = all->others_ok = true;
	all->by_room = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, meeting_free);
	all->rooms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, room_settings_free);
	all->live = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	all->erasures = erasures_new();
	g_mutex_init(&all->lock);
	g_cond_init(&all->timer_wake);
	g_cond_init(&all->eraser_wake);
	g_cond_init(&all->finished);
	if (!open_parts(all, error))
		return NULL;
	timer_start(all);
	return g_steal_pointer(&all);
}

/* Calls that nobody had the patience to await may still get their verdict, and must end with that. */
static void shut(meetings *all)
{
	SCOPE_LOCK(&all->lock);

	g_atomic_int_set(&all->closed, true);
}

void meetings_close(meetings *all)
{
	timer_stop(all);
	fleet_stop(all);
	/* The writer's last results go into the ledger: capture first. */
	bool whole = all->capture != NULL;
	capture_destroy(all->capture);
	all->capture = NULL;
	if (whole)
		ledger_post(all->ledger, LEDGER_KEPT, "gateway", gateway_body("stopped"), NULL, NULL, NULL);
	shut(all);
	ledger_close(all->ledger);
	all->ledger = NULL;
}

void meetings_destroy(meetings *all)
{
	if (!all)
		return;
	meetings_close(all);
	keys_close(all);
	notices_free(all->notices);
	g_hash_table_unref(all->by_room);
	g_hash_table_unref(all->rooms);
	g_hash_table_unref(all->live);
	g_hash_table_unref(all->erasures);
	g_cond_clear(&all->timer_wake);
	g_cond_clear(&all->eraser_wake);
	g_cond_clear(&all->finished);
	g_mutex_clear(&all->lock);
	g_free(all);
}
