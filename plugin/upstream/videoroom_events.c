/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the gateway learns from what upstream tells a peer. */
#include "upstream/gateway.h"

#include <string.h>

static const char *text(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static bool says(json_t *event, const char *name, const char *value)
{
	return g_strcmp0(text(event, name), value) == 0;
}

/* Upstream takes names of requests without regard to case. */
static bool is_request(json_t *message, const char *name)
{
	return g_ascii_strcasecmp(text(message, "request"), name) == 0;
}

/* Upstream reads both alike. */
static bool is_configure(json_t *message)
{
	return is_request(message, "configure") || is_request(message, "publish");
}

/* ---- Requests that await their event ---- */

typedef struct pending {
	char *transaction;
	json_t *message;
} pending;

/* Those whose event the gateway learns from; upstream answers each of them by an event with its transaction.
 */
static bool is_awaited(json_t *message)
{
	return is_request(message, "join") || is_request(message, "joinandconfigure") ||
		is_configure(message);
}

static void await(shim *s, const char *transaction, json_t *message)
{
	SCOPE_LOCK(&s->lock);
	pending *p = g_new(pending, 1);

	p->transaction = g_strdup(transaction);
	/* Upstream adds to its own while this one is read. */
	p->message = json_deep_copy(message);
	g_queue_push_tail(&s->pending, p);
}

static int compare_transaction(gconstpointer p, gconstpointer transaction)
{
	return g_strcmp0(((const pending *)p)->transaction, transaction);
}

/* The message that this event answers, the eldest when a client was careless with its transactions; NULL:
 * none that is known. */
static json_t *take_pending(shim *s, const char *transaction)
{
	SCOPE_LOCK(&s->lock);
	GList *found =
		transaction ? g_queue_find_custom(&s->pending, transaction, compare_transaction) : NULL;

	if (!found)
		return NULL;
	pending *p = found->data;
	json_t *message = p->message;
	g_queue_delete_link(&s->pending, found);
	g_free(p->transaction);
	g_free(p);
	return message;
}

static void decref(gpointer json)
{
	json_decref(json);
}

static GPtrArray *all_pending(shim *s)
{
	SCOPE_LOCK(&s->lock);
	GPtrArray *messages = g_ptr_array_new_with_free_func(decref);

	for (GList *l = s->pending.head; l; l = l->next)
		g_ptr_array_add(messages, json_incref(((const pending *)l->data)->message));
	return messages;
}

static void pending_free(gpointer user)
{
	pending *p = user;

	json_decref(p->message);
	g_free(p->transaction);
	g_free(p);
}

void videoroom_forget_requests(shim *s)
{
	g_queue_clear_full(&s->pending, pending_free);
}

/* ---- What a configure says of relaying ---- */

static bool is_wish(json_t *object, const char *name, bool relayed)
{
	json_t *value = json_object_get(object, name);

	return json_is_boolean(value) && json_is_true(value) == relayed;
}

/* One element of "streams"; one without a mid leaves it to the message's "audio", "video" and "data". */
static void relay_stream(attendance *a, json_t *message, json_t *stream, bool relayed)
{
	const char *mid = text(stream, "mid");

	if (mid && is_wish(stream, "send", relayed))
		attendance_relay(a, mid, 0, relayed);
	for (medium m = MEDIUM_AUDIO; !mid && m <= MEDIUM_DATA; m <<= 1)
		if (is_wish(message, medium_name(m), relayed))
			attendance_relay(a, NULL, m, relayed);
}

/* As upstream reads it: without "streams" the message itself is the one stream. */
static void relay(attendance *a, json_t *message, bool relayed)
{
	json_t *streams = json_object_get(message, "streams"), *stream;
	size_t i;

	if (!streams)
		relay_stream(a, message, message, relayed);
	json_array_foreach (streams, i, stream)
		relay_stream(a, message, stream, relayed);
}

/* What is asked to stop has stopped with the request: later requests outweigh the answers to earlier ones. */
static void relay_pending(shim *s, attendance *a)
{
	g_autoptr(GPtrArray) messages = all_pending(s);

	for (guint i = 0; i < messages->len; i++)
		if (is_configure(messages->pdata[i]))
			relay(a, messages->pdata[i], false);
}

void videoroom_note_request(shim *s, const char *transaction, json_t *message)
{
	attendance *a = shim_attendance(s);

	if (is_awaited(message))
		await(s, transaction, message);
	if (a && is_configure(message))
		relay(a, message, false);
	if (a && (is_request(message, "unpublish") || is_request(message, "leave")))
		attendance_disconnected(a);
}

/* ---- Events ---- */

static void joined(shim *s, json_t *event, json_t *message)
{
	attendance *a = attendance_join(s->gateway->meetings, json_object_get(event, "room"),
		json_object_get(event, "id"), text(message, "display"), s);

	g_mutex_lock(&s->lock);
	if (s->attendance)
		g_ptr_array_add(s->earlier, s->attendance);
	s->attendance = a;
	g_mutex_unlock(&s->lock);
	shim_forget_tracks(s);
}

static void configured(shim *s, attendance *a, json_t *message)
{
	if (text(message, "display"))
		attendance_rename(a, text(message, "display"));
	relay(a, message, false);
	relay(a, message, true);
	relay_pending(s, a);
}

/* The answer to the peer's leave, or the news that it was kicked; not that somebody else has left, who may be
 * called "ok" where ids are strings. */
static bool is_leaving(const char *transaction, json_t *event)
{
	return says(event, "leaving", "ok") && (transaction || says(event, "reason", "kicked"));
}

static void left(attendance *a, const char *transaction, json_t *event)
{
	if (says(event, "videoroom", "destroyed"))
		attendance_leave(a, "room destroyed");
	else if (is_leaving(transaction, event))
		attendance_leave(a, transaction ? "left" : "kicked");
}

bool videoroom_is_joining(json_t *event)
{
	return says(event, "videoroom", "joined");
}

/* Whoever only watches neither is in the meeting nor asks for it. */
static bool is_or_comes_in(shim *s)
{
	SCOPE_LOCK(&s->lock);

	return s->attendance || s->pending.length > 0;
}

bool videoroom_is_news(shim *s, const char *transaction, json_t *event)
{
	return videoroom_is_joining(event) ||
		(is_or_comes_in(s) &&
			(transaction || says(event, "videoroom", "destroyed") ||
				is_leaving(transaction, event)));
}

void videoroom_before_event(shim *s, const char *transaction, json_t *event, json_t *jsep)
{
	json_t *message = take_pending(s, transaction);

	if (videoroom_is_joining(event))
		joined(s, event, message);
	attendance *a = shim_attendance(s);
	if (a)
		left(a, transaction, event);
	if (a && message && is_configure(message) && says(event, "configured", "ok"))
		configured(s, a, message);
	if (a && jsep && says(jsep, "type", "answer"))
		negotiated_tracks(s, event, jsep);
	json_decref(message);
}

void videoroom_after_joining(shim *s)
{
	attendance_announce(shim_attendance(s));
}
