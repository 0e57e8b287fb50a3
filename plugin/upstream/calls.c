/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Core → upstream: messages, through the gateway's own requests and the filter. */
#include "upstream/gateway.h"

static janus_plugin_result *answered(json_t *answer)
{
	return janus_plugin_result_new(JANUS_PLUGIN_OK, NULL, answer);
}

static json_t *ours(gateway *g, shim *s, json_t *message)
{
	caller who = {.attendance = s ? shim_attendance(s) : NULL, .admin = !s, .rate = s ? &s->rate : NULL};

	return signalling_answer(&g->signalling, &who, message);
}

static janus_plugin_result *refused(const char *why)
{
	return janus_plugin_result_new(JANUS_PLUGIN_ERROR, why, NULL);
}

/* NULL: no request, or none that is a string. */
static const char *request_name(json_t *message)
{
	return json_string_value(json_object_get(message, "request"));
}

/* For as long as upstream has the request; NULL: it needs no such thing. */
static GRWLockWriterLocker *keep_sessions(gateway *g, json_t *message)
{
	return videoroom_reaches_others(message) ? g_rw_lock_writer_locker_new(&g->sessions) : NULL;
}

/* Upstream owns transaction, message and jsep from here on. */
static janus_plugin_result *ask_upstream(
	gateway *g, shim *s, char *transaction, json_t *message, json_t *jsep)
{
	G_GNUC_UNUSED g_autoptr(GRWLockWriterLocker) nobody_goes = keep_sessions(g, message);

	return g->upstream->handle_message(s->core, transaction, message, jsep);
}

static json_t *ask_upstream_as_admin(gateway *g, json_t *message)
{
	G_GNUC_UNUSED g_autoptr(GRWLockWriterLocker) nobody_goes = keep_sessions(g, message);

	return g->upstream->handle_admin_message(message);
}

static janus_plugin_result *pass(gateway *g, shim *s, char *transaction, filtered *f, json_t *jsep)
{
	json_t *asked = json_incref(f->message);

	videoroom_note_request(s, transaction, f->message);
	layers_negotiating(s, jsep);
	videoroom_asking(g, f);
	janus_plugin_result *result = ask_upstream(g, s, transaction, f->message, jsep);
	if (result && result->type == JANUS_PLUGIN_OK)
		videoroom_answered(g, f, asked, result->content);
	json_decref(f->room_wishes);
	json_decref(asked);
	return result;
}

static janus_plugin_result *take(
	gateway *g, janus_plugin_session *core, char *transaction, json_t *message, json_t *jsep)
{
	g_autoptr(shim) s = shim_acquire(g, core);
	const char *name = request_name(message);
	filtered f = {0};

	if (s && name && signalling_is_ours(name))
		f.answer = ours(g, s, message);
	else if (s)
		f = videoroom_filter(g, s, message);
	json_decref(message);
	if (f.message)
		return pass(g, s, transaction, &f, jsep);
	json_decref(jsep);
	g_free(transaction);
	return s ? answered(f.answer) : refused("No session associated with this handle");
}

janus_plugin_result *gateway_message(
	gateway *g, janus_plugin_session *core, char *transaction, json_t *message, json_t *jsep)
{
	if (!gateway_enter(g)) {
		json_decref(message);
		json_decref(jsep);
		g_free(transaction);
		return refused("The gateway is shutting down");
	}
	janus_plugin_result *result = take(g, core, transaction, message, jsep);
	gateway_leave(g);
	return result;
}

static json_t *admin(gateway *g, json_t *message)
{
	const char *name = request_name(message);

	if (name && signalling_is_ours(name))
		return ours(g, NULL, message);
	filtered f = videoroom_filter(g, NULL, message);
	if (!f.message)
		return f.answer;
	if (!g->upstream->handle_admin_message) {
		json_decref(f.message);
		json_decref(f.room_wishes);
		return NULL;
	}
	videoroom_asking(g, &f);
	json_t *answer = ask_upstream_as_admin(g, f.message);
	videoroom_answered(g, &f, f.message, answer);
	json_decref(f.message);
	json_decref(f.room_wishes);
	return answer;
}

json_t *gateway_admin(gateway *g, json_t *message)
{
	if (!gateway_enter(g))
		return NULL;
	json_t *answer = admin(g, message);
	gateway_leave(g);
	return answer;
}
