/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the gateway learns from what upstream tells a peer. */
#include "upstream/gateway.h"

#include <string.h>

static const char *text(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* Those whose event the gateway learns from; upstream answers each of them by an event with its transaction.
 */
static bool is_awaited(const char *name)
{
	static const char *const names[] = {"join", "joinandconfigure", "configure", "publish", "unpublish"};

	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_ascii_strcasecmp(names[i], name) == 0)
			return true;
	return false;
}

/* Not to be sent on any more: not captured from now on, whatever upstream will answer. */
static void stop_relayed(attendance *a, json_t *message)
{
	json_t *stream;
	size_t i;

	for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
		if (json_is_false(json_object_get(message, medium_name(m))))
			attendance_relay(a, NULL, m, false);
	json_array_foreach (json_object_get(message, "streams"), i, stream) {
		if (text(stream, "mid") && json_is_false(json_object_get(stream, "send")))
			attendance_relay(a, text(stream, "mid"), 0, false);
	}
}

static bool is_named(const char *name, const char *other)
{
	return g_ascii_strcasecmp(name, other) == 0;
}

void videoroom_note_request(shim *s, const char *transaction, json_t *message, json_t *jsep)
{
	const char *name = text(message, "request");
	attendance *a = shim_attendance(s);

	if (!is_awaited(name))
		return;
	g_mutex_lock(&s->lock);
	if (transaction)
		g_hash_table_insert(s->pending, g_strdup(transaction), json_copy(message));
	if (jsep)
		s->encrypted = json_is_true(json_object_get(jsep, "e2ee"));
	g_mutex_unlock(&s->lock);
	if (a && is_named(name, "configure"))
		stop_relayed(a, message);
	if (a && is_named(name, "unpublish"))
		attendance_hangup(a);
}

/* The message that this event answers; NULL: none that is known. */
static json_t *take_pending(shim *s, const char *transaction)
{
	SCOPE_LOCK(&s->lock);
	json_t *message = transaction ? json_incref(g_hash_table_lookup(s->pending, transaction)) : NULL;

	if (message)
		g_hash_table_remove(s->pending, transaction);
	return message;
}

static void joined(shim *s, json_t *event, json_t *message)
{
	attendance *a = attendance_join(s->gateway->meetings, json_object_get(event, "room"),
		json_object_get(event, "id"), text(message, "display"), s);

	g_mutex_lock(&s->lock);
	if (s->attendance)
		g_ptr_array_add(s->earlier, s->attendance);
	s->attendance = a;
	g_mutex_unlock(&s->lock);
	for (unsigned i = 0; i < TRACKS_MAX; i++)
		atomic_store(&s->tracks[i], NULL);
	atomic_store(&s->data, NULL);
}

static void configured(attendance *a, json_t *message)
{
	json_t *stream;
	size_t i;

	if (text(message, "display"))
		attendance_rename(a, text(message, "display"));
	for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
		if (json_is_true(json_object_get(message, medium_name(m))))
			attendance_relay(a, NULL, m, true);
	json_array_foreach (json_object_get(message, "streams"), i, stream) {
		if (text(stream, "mid") && json_is_true(json_object_get(stream, "send")))
			attendance_relay(a, text(stream, "mid"), 0, true);
	}
}

static bool says(json_t *event, const char *name, const char *value)
{
	return g_strcmp0(text(event, name), value) == 0;
}

void videoroom_before_event(shim *s, const char *transaction, json_t *event, json_t *jsep)
{
	json_t *message = take_pending(s, transaction);
	attendance *a = shim_attendance(s);

	if (says(event, "videoroom", "joined"))
		joined(s, event, message);
	else if (a && (says(event, "videoroom", "destroyed") || says(event, "leaving", "ok")))
		attendance_leave(a,
			says(event, "reason", "kicked")        ? "kicked"
				: says(event, "leaving", "ok") ? "left"
							       : "room destroyed");
	else if (a && message && says(event, "configured", "ok"))
		configured(a, message);
	if (shim_attendance(s) && jsep && says(jsep, "type", "answer"))
		negotiated_tracks(s, text(jsep, "sdp"));
	json_decref(message);
}

void videoroom_after_event(shim *s, json_t *event)
{
	if (says(event, "videoroom", "joined"))
		attendance_announce(shim_attendance(s));
}
