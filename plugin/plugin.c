/* SPDX-License-Identifier: GPL-3.0-or-later */
/* create(), the janus_plugin table, init and destroy. The only mutable globals of the project are here. */
#include "upstream/gateway.h"

#include <debug.h>
#include <sodium.h>
#include <string.h>

#define NAME "Janus consent gateway"
#define CONFIG_FILE "janus.plugin.consent.jcfg"

static janus_plugin plugin;
static gateway *instance;
static media_path media;
static guint log_handler;

gateway *gateway_instance(void)
{
	return instance;
}

/* GLib's log becomes Janus's. */
static void log_line(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer user)
{
	(void)domain;
	(void)user;
	if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
		JANUS_LOG(LOG_ERR, "consent: %s\n", message);
	else if (level & G_LOG_LEVEL_WARNING)
		JANUS_LOG(LOG_WARN, "consent: %s\n", message);
	else if (level & (G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO))
		JANUS_LOG(LOG_INFO, "consent: %s\n", message);
	else
		JANUS_LOG(LOG_VERB, "consent: %s\n", message);
}

static void push(void *peer, json_t *event)
{
	shim_push(peer, event);
}

static void keyframe(void *peer, int mindex)
{
	shim *s = peer;

	if (!atomic_load(&s->gone))
		s->gateway->core->send_pli_stream(s->core, mindex);
}

static void gateway_free(gateway *g)
{
	if (!g)
		return;
	upstream_unload(g);
	meetings_destroy(g->meetings);
	settings_free(g->settings);
	lookup_clear(&g->media->shims);
	g_free(g->callbacks);
	g_mutex_clear(&g->lock);
	g_cond_clear(&g->idle);
	g_free(g);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gateway, gateway_free)

static bool fail(GError **error, const char *what)
{
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_UPSTREAM, what);
	return false;
}

static bool open_parts(gateway *g, const char *config_folder, GError **error)
{
	g_autofree char *config = g_build_filename(config_folder, CONFIG_FILE, NULL);

	if (sodium_init() < 0)
		return fail(error, "libsodium cannot be initialised");
	g->settings = settings_load(config, error);
	if (!g->settings || !upstream_load(g, config_folder, error))
		return false;
	g->meetings =
		meetings_create(g->settings, &(meeting_host){.push = push, .keyframe = keyframe}, error);
	g->signalling = (struct signalling){.meetings = g->meetings,
		.check_secret = videoroom_check_secret,
		.check_room = videoroom_check_room};
	return g->meetings != NULL;
}

/* Upstream may call back from the moment it is initialised, so the instance is published before. */
static bool start_upstream(gateway *g, const char *config_folder, GError **error)
{
	g->callbacks = gateway_callbacks(g);
	if (g->upstream->init(g->callbacks, config_folder) < 0)
		return fail(error, "the upstream plugin could not be initialised");
	if (videoroom_static_rooms(g, config_folder, error))
		return true;
	g->upstream->destroy();
	return false;
}

static int init(janus_callbacks *callback, const char *config_path)
{
	if (!callback || !config_path)
		return -1;

	g_autoptr(gateway) g = g_new0(gateway, 1);
	g_autoptr(GError) error = NULL;

	if (!log_handler)
		log_handler =
			g_log_set_handler("consent", G_LOG_LEVEL_MASK | G_LOG_FLAG_FATAL, log_line, NULL);
	g->core = callback;
	g->self = &plugin;
	g->media = &media;
	media.core = callback;
	lookup_init(&media.shims);
	g_mutex_init(&g->lock);
	g_cond_init(&g->idle);
	g_rw_lock_init(&g->sessions);
	instance = g;
	if (!open_parts(g, config_path, &error) || !start_upstream(g, config_path, &error)) {
		instance = NULL;
		JANUS_LOG(LOG_FATAL, "consent: %s\n", error->message);
		return -1;
	}
	JANUS_LOG(LOG_INFO, "consent: %s initialised as %s in front of %s\n", NAME, g->settings->package,
		g->upstream->get_package());
	g_steal_pointer(&g);
	return 0;
}

/* The instance stays, closed, and so do its shims and the code: threads of the core come late. */
static void destroy(void)
{
	if (instance)
		gateway_close(instance);
}

static int get_api_compatibility(void)
{
	return JANUS_PLUGIN_API_VERSION;
}

static int get_version(void)
{
	return 1;
}

static const char *get_version_string(void)
{
	return PACKAGE_VERSION;
}

static const char *get_description(void)
{
	return "Stands in front of VideoRoom and lets nobody's media be captured who has not agreed.";
}

static const char *get_name(void)
{
	return NAME;
}

static const char *get_author(void)
{
	return "The Janus consent gateway's authors";
}

static const char *get_package(void)
{
	return instance ? instance->settings->package : "janus.plugin.consent";
}

static void create_session(janus_plugin_session *handle, int *error)
{
	if (!instance) {
		*error = -1;
		return;
	}
	if (upstream_is_shared(instance)) {
		JANUS_LOG(LOG_FATAL,
			"consent: Janus itself has loaded %s as well: nobody is let in until janus.jcfg "
			"disables it\n",
			instance->upstream->get_package());
		*error = -2;
		return;
	}
	shim_create(instance, handle, error);
}

static janus_plugin_result *handle_message(
	janus_plugin_session *handle, char *transaction, json_t *message, json_t *jsep)
{
	return gateway_message(instance, handle, transaction, message, jsep);
}

static json_t *handle_admin_message(json_t *message)
{
	return instance ? gateway_admin(instance, message) : NULL;
}

/* Whoever is behind a handle hears that its media have come or gone. */
static void tell(janus_plugin_session *handle, void (*what)(attendance *a))
{
	g_autoptr(gateway_inside) inside = gateway_come_in(instance);
	g_autoptr(shim) s = inside ? shim_acquire(instance, handle) : NULL;
	attendance *a = s ? shim_attendance(s) : NULL;

	if (a)
		what(a);
}

static void setup_media(janus_plugin_session *handle)
{
	instance->upstream->setup_media(handle);
	tell(handle, attendance_connected);
}

/* Upstream relays the same bytes to one after the other, and so leaves a packet as it came, but for what the
 * header begins with. */
EVERY_PACKET static void relay_and_tap(
	janus_plugin_session *handle, janus_plugin_rtp *packet, shim_expected expected)
{
	uint8_t header[RTP_FIXED_HEADER];

	memcpy(header, packet->buffer, sizeof header);
	media.incoming_rtp(handle, packet);
	memcpy(packet->buffer, header, sizeof header);
	shim_tap(&media, expected, handle, packet);
}

/* The media path. Somebody must want the packet before upstream gets it, and still do so after. */
EVERY_PACKET static void incoming_rtp(janus_plugin_session *handle, janus_plugin_rtp *packet)
{
	shim_expected expected = {NULL, false};

	if (atomic_load_explicit(&media.taps, memory_order_relaxed))
		expected = shim_expect(&media, handle, packet);
	if (expected.entry)
		relay_and_tap(handle, packet, expected);
	else
		media.incoming_rtp(handle, packet);
}

static void incoming_rtcp(janus_plugin_session *handle, janus_plugin_rtcp *packet)
{
	if (instance->upstream->incoming_rtcp)
		instance->upstream->incoming_rtcp(handle, packet);
}

static void incoming_data(janus_plugin_session *handle, janus_plugin_data *packet)
{
	shim_tap_data(instance, handle, packet);
	if (instance->upstream->incoming_data)
		instance->upstream->incoming_data(handle, packet);
}

static void data_ready(janus_plugin_session *handle)
{
	if (instance->upstream->data_ready)
		instance->upstream->data_ready(handle);
}

static void slow_link(janus_plugin_session *handle, int mindex, gboolean video, gboolean uplink)
{
	if (instance->upstream->slow_link)
		instance->upstream->slow_link(handle, mindex, video, uplink);
}

static void hangup_media(janus_plugin_session *handle)
{
	tell(handle, attendance_hangup);
	instance->upstream->hangup_media(handle);
}

static void destroy_session(janus_plugin_session *handle, int *error)
{
	shim_destroy(instance, handle, error);
}

static json_t *query_session(janus_plugin_session *handle)
{
	return instance->upstream->query_session(handle);
}

static janus_plugin plugin = {
	.init = init,
	.destroy = destroy,
	.get_api_compatibility = get_api_compatibility,
	.get_version = get_version,
	.get_version_string = get_version_string,
	.get_description = get_description,
	.get_name = get_name,
	.get_author = get_author,
	.get_package = get_package,
	.create_session = create_session,
	.handle_message = handle_message,
	.handle_admin_message = handle_admin_message,
	.setup_media = setup_media,
	.incoming_rtp = incoming_rtp,
	.incoming_rtcp = incoming_rtcp,
	.incoming_data = incoming_data,
	.data_ready = data_ready,
	.slow_link = slow_link,
	.hangup_media = hangup_media,
	.destroy_session = destroy_session,
	.query_session = query_session,
};

janus_plugin *create(void);

/* The only symbol that others see: the core loads plugins with RTLD_GLOBAL. */
__attribute__((visibility("default"))) janus_plugin *create(void)
{
	return &plugin;
}
