/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Upstream → core. Each callback names the core's session and our plugin instead of upstream's; all but
 * push_event only pass on. */
#include "upstream/gateway.h"

static int push_event(janus_plugin_session *session, janus_plugin *plugin, const char *transaction,
	json_t *message, json_t *jsep)
{
	shim *s = shim_of(session);

	gateway *g = s->gateway;
	bool open = gateway_enter(g);

	(void)plugin;
	if (open)
		videoroom_before_event(s, transaction, message, jsep);
	int result = g->core->push_event(s->core, g->self, transaction, message, jsep);
	if (open) {
		videoroom_after_event(s, message);
		gateway_leave(g);
	}
	return result;
}

static void relay_rtp(janus_plugin_session *session, janus_plugin_rtp *packet)
{
	shim *s = shim_of(session);

	s->gateway->core->relay_rtp(s->core, packet);
}

static void relay_rtcp(janus_plugin_session *session, janus_plugin_rtcp *packet)
{
	shim *s = shim_of(session);

	s->gateway->core->relay_rtcp(s->core, packet);
}

static void relay_data(janus_plugin_session *session, janus_plugin_data *packet)
{
	shim *s = shim_of(session);

	s->gateway->core->relay_data(s->core, packet);
}

static void send_pli(janus_plugin_session *session)
{
	shim *s = shim_of(session);

	s->gateway->core->send_pli(s->core);
}

static void send_pli_stream(janus_plugin_session *session, int mindex)
{
	shim *s = shim_of(session);

	s->gateway->core->send_pli_stream(s->core, mindex);
}

static void send_remb(janus_plugin_session *session, guint32 bitrate)
{
	shim *s = shim_of(session);

	s->gateway->core->send_remb(s->core, bitrate);
}

static void close_pc(janus_plugin_session *session)
{
	shim *s = shim_of(session);

	/* Upstream relays nothing of it any more. */
	if (gateway_enter(s->gateway)) {
		if (shim_attendance(s))
			attendance_disconnected(shim_attendance(s));
		gateway_leave(s->gateway);
	}
	s->gateway->core->close_pc(s->core);
}

static void end_session(janus_plugin_session *session)
{
	shim *s = shim_of(session);

	s->gateway->core->end_session(s->core);
}

static gboolean events_is_enabled(void)
{
	return gateway_instance()->core->events_is_enabled();
}

static void notify_event(janus_plugin *plugin, janus_plugin_session *session, json_t *event)
{
	gateway *g = gateway_instance();

	(void)plugin;
	if (!gateway_enter(g)) {
		json_decref(event);
		return;
	}
	telemetry_notify(g, session ? shim_of(session) : NULL, event);
	gateway_leave(g);
}

static gboolean auth_is_signed(void)
{
	return gateway_instance()->core->auth_is_signed();
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

static const janus_callbacks callbacks = {
	.push_event = push_event,
	.relay_rtp = relay_rtp,
	.relay_rtcp = relay_rtcp,
	.relay_data = relay_data,
	.send_pli = send_pli,
	.send_pli_stream = send_pli_stream,
	.send_remb = send_remb,
	.close_pc = close_pc,
	.end_session = end_session,
	.events_is_enabled = events_is_enabled,
	.notify_event = notify_event,
	.auth_is_signed = auth_is_signed,
	.auth_is_signature_valid = auth_is_signature_valid,
	.auth_signature_contains = auth_signature_contains,
};

const janus_callbacks *gateway_callbacks(const gateway *g)
{
	(void)g;
	return &callbacks;
}
