/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Upstream → core. What only passes on is the core's own function; ours are where the gateway has to know, or
 * where upstream names its plugin and the core expects ours. */
#include "upstream/gateway.h"

#include "base/thread.h"

typedef struct news {
	shim *shim;
	const char *transaction;
	json_t *event, *jsep;
} news;

static void before_event(void *data)
{
	const news *n = data;

	videoroom_before_event(n->shim, n->transaction, n->event, n->jsep);
}

static void after_joining(void *joined)
{
	videoroom_after_joining(joined);
}

/* Around events of which the gateway has to know it makes what stays as long as the participant, in the
 * thread in which core and upstream make what they need with every packet. It does so aside, or these would
 * lie scattered among its own: measured, that cost each packet a hundredth. */
static int push_event(janus_plugin_session *session, janus_plugin *plugin, const char *transaction,
	json_t *message, json_t *jsep)
{
	gateway *g = gateway_instance();
	g_autoptr(gateway_inside) inside = gateway_come_in(g);
	g_autoptr(shim) s = inside ? shim_acquire(g, session) : NULL;
	news n = {s, transaction, message, jsep};

	(void)plugin;
	if (s && videoroom_is_news(s, transaction, message))
		thread_aside("consent-before", before_event, &n);
	int result = g->core->push_event(session, g->self, transaction, message, jsep);
	if (s && videoroom_is_joining(message))
		thread_aside("consent-after", after_joining, s);
	return result;
}

/* Upstream relays nothing of it any more. */
static void close_pc(janus_plugin_session *session)
{
	gateway *g = gateway_instance();
	g_autoptr(gateway_inside) inside = gateway_come_in(g);
	g_autoptr(shim) s = inside ? shim_acquire(g, session) : NULL;
	attendance *a = s ? shim_attendance(s) : NULL;

	if (a)
		attendance_disconnected(a);
	g->core->close_pc(session);
}

static void notify_event(janus_plugin *plugin, janus_plugin_session *session, json_t *event)
{
	gateway *g = gateway_instance();
	g_autoptr(gateway_inside) inside = gateway_come_in(g);
	g_autoptr(shim) s = inside ? shim_acquire(g, session) : NULL;

	(void)plugin;
	if (inside)
		telemetry_notify(g, s, event);
	else
		json_decref(event);
}

static gboolean auth_is_signature_valid(janus_plugin *plugin, const char *token)
{
	gateway *g = gateway_instance();

	(void)plugin;
	return g->core->auth_is_signature_valid(g->self, token);
}

static gboolean auth_signature_contains(janus_plugin *plugin, const char *token, const char *descriptor)
{
	gateway *g = gateway_instance();

	(void)plugin;
	return g->core->auth_signature_contains(g->self, token, descriptor);
}

janus_callbacks *gateway_callbacks(const gateway *g)
{
	const janus_callbacks *core = g->core;
	const janus_callbacks callbacks = {
		.push_event = push_event,
		.relay_rtp = core->relay_rtp,
		.relay_rtcp = core->relay_rtcp,
		.relay_data = core->relay_data,
		.send_pli = core->send_pli,
		.send_pli_stream = core->send_pli_stream,
		.send_remb = core->send_remb,
		.close_pc = close_pc,
		.end_session = core->end_session,
		.events_is_enabled = core->events_is_enabled,
		.notify_event = notify_event,
		.auth_is_signed = core->auth_is_signed,
		.auth_is_signature_valid = auth_is_signature_valid,
		.auth_signature_contains = auth_signature_contains,
	};

	return g_memdup2(&callbacks, sizeof callbacks);
}
