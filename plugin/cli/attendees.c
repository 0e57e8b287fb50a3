/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/attendees.h"

#include "base/error.h"

#include <string.h>

static void attendee_clear(void *data)
{
	attendee *one = data;
	g_free(one->id);
	g_free(one->name);
}

static void event_clear(void *data)
{
	attendees_event *e = data;
	g_free(e->activity);
	g_free(e->state);
}

void attendees_free(attendees *a)
{
	if (!a)
		return;
	g_free(a->meeting);
	json_decref(a->room);
	g_array_unref(a->people);
	g_array_unref(a->events);
	g_ptr_array_unref(a->bound);
	g_free(a);
}

static const char *text(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

static void add_event(attendees *a, gint64 at_ms, const char *activity, const char *state)
{
	attendees_event e = {at_ms, g_strdup(activity), g_strdup(state)};
	g_array_append_val(a->events, e);
}

static void come(attendees *a, const ledger_entry *entry, const char *name)
{
	attendee one = {.id = g_strdup(text(entry->body, "participant")),
		.name = g_strdup(name),
		.from_ms = entry->at_ms};
	g_array_append_val(a->people, one);
	add_event(a, entry->at_ms, NULL, NULL);
}

/* Whoever came first of those with this id goes first: which of several handles it is makes no difference. */
static void go(attendees *a, const ledger_entry *entry)
{
	const char *id = text(entry->body, "participant");
	for (guint i = 0; i < a->people->len; i++) {
		attendee *one = &g_array_index(a->people, attendee, i);
		if (one->to_ms != 0 || g_strcmp0(one->id, id) != 0)
			continue;
		one->to_ms = entry->at_ms;
		break;
	}
	add_event(a, entry->at_ms, NULL, NULL);
}

/* A handle that proves the key of somebody known is theirs, from its beginning on. */
static void bind(attendees *a, const ledger_entry *entry)
{
	const char *id = text(entry->body, "participant"), *formerly = text(entry->body, "formerly");
	if (!id || !formerly)
		return;
	g_ptr_array_add(a->bound, g_strdup(formerly));
	g_ptr_array_add(a->bound, g_strdup(id));
	for (guint i = 0; i < a->people->len; i++) {
		attendee *one = &g_array_index(a->people, attendee, i);
		if (g_strcmp0(one->id, formerly) != 0)
			continue;
		g_free(one->id);
		one->id = g_strdup(id);
	}
}

const char *attendees_person(const attendees *a, const char *participant)
{
	for (guint i = 0; i + 1 < a->bound->len; i += 2)
		if (g_strcmp0(a->bound->pdata[i], participant) == 0)
			participant = a->bound->pdata[i + 1];
	return participant;
}

static void meet(attendees *a, const ledger_entry *entry)
{
	if (g_strcmp0(text(entry->body, "event"), "ended") == 0) {
		a->ended_ms = entry->at_ms;
		return;
	}
	a->began_ms = entry->at_ms;
	a->room = json_incref(json_object_get(entry->body, "room"));
}

static bool take(const ledger_entry *entry, void *user)
{
	attendees *a = user;
	if (strcmp(entry->type, "meeting") == 0)
		meet(a, entry);
	else if (strcmp(entry->type, "join") == 0)
		come(a, entry, text(entry->personal, "display"));
	else if (strcmp(entry->type, "leave") == 0)
		go(a, entry);
	else if (strcmp(entry->type, "bind") == 0)
		bind(a, entry);
	else
		add_event(a, entry->at_ms, text(entry->body, "purpose"), text(entry->body, "state"));
	return true;
}

static void close_all(attendees *a, gint64 now_ms)
{
	if (a->ended_ms == 0)
		a->ended_ms = now_ms;
	for (guint i = 0; i < a->people->len; i++) {
		attendee *one = &g_array_index(a->people, attendee, i);
		if (one->to_ms == 0)
			one->to_ms = a->ended_ms;
	}
}

/* Somebody who is there by another handle at that time; NULL: nobody. */
static attendee *there_already(const attendees *a, guint before, const attendee *one)
{
	for (guint i = 0; i < before; i++) {
		attendee *other = &g_array_index(a->people, attendee, i);
		if (g_strcmp0(other->id, one->id) == 0 && other->to_ms >= one->from_ms)
			return other;
	}
	return NULL;
}

/* Camera and screen of one person are one who is there from the first to the last of them. */
static void merge_handles(attendees *a)
{
	for (guint i = 0; i < a->people->len;) {
		const attendee *one = &g_array_index(a->people, attendee, i);
		attendee *other = there_already(a, i, one);
		if (!other) {
			i++;
			continue;
		}
		other->to_ms = MAX(other->to_ms, one->to_ms);
		g_array_remove_index(a->people, i);
	}
}

attendees *attendees_read(ledger_reader *r, const char *meeting, gint64 now_ms, GError **error)
{
	static const char *const types[] = {"meeting", "join", "leave", "bind", "activity", NULL};
	const ledger_filter filter = {.types = types, .meeting = meeting};
	g_autoptr(attendees) a = g_new0(attendees, 1);
	a->meeting = g_strdup(meeting);
	a->people = g_array_new(FALSE, TRUE, sizeof(attendee));
	a->events = g_array_new(FALSE, TRUE, sizeof(attendees_event));
	a->bound = g_ptr_array_new_with_free_func(g_free);
	g_array_set_clear_func(a->people, attendee_clear);
	g_array_set_clear_func(a->events, event_clear);
	if (!ledger_read(r, &filter, take, a, error))
		return NULL;
	if (a->began_ms == 0) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"there is no meeting “%s”; `janus-consent meetings` lists them", meeting);
		return NULL;
	}
	close_all(a, now_ms);
	merge_handles(a);
	return g_steal_pointer(&a);
}
