/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "upstream/gateway.h"

#include "base/cacheline.h"

/* Whose packets that of an m-line are now: `track` NULL: nobody's. */
static void set_track(shim *s, unsigned mindex, capture_track *track)
{
	capture_track *former = atomic_load(&s->media[mindex].track);

	if (former && former != track)
		capture_track_flag(former, NULL, 0);
	atomic_store(&s->media[mindex].track, track);
	if (track)
		capture_track_flag(track, &s->wanted, SHIM_BIT(mindex));
}

void shim_set_track(shim *s, unsigned mindex, capture_track *track)
{
	SCOPE_LOCK(&s->lock);

	set_track(s, mindex, track);
}

void shim_forget_tracks(shim *s)
{
	SCOPE_LOCK(&s->lock);

	for (unsigned i = 0; i < TRACKS_MAX; i++)
		set_track(s, i, NULL);
	atomic_store(&s->data, NULL);
}

shim *shim_of(janus_plugin_session *upstream_session)
{
	return upstream_session ? upstream_session->gateway_handle : NULL;
}

static void shim_discard(shim *s)
{
	shim_forget_tracks(s);
	attendance_free(s->attendance);
	g_ptr_array_unref(s->earlier);
	for (unsigned i = 0; i < TRACKS_MAX; i++)
		layers_free(atomic_load(&s->media[i].layers));
	g_ptr_array_unref(s->former_layers);
	json_decref(s->simulcast);
	videoroom_forget_requests(s);
	rate_clear(&s->rate);
	g_mutex_clear(&s->lock);
	free(s);
}

static void shim_free(const janus_refcount *ref)
{
	shim *s = janus_refcount_containerof(
		janus_refcount_containerof(ref, janus_plugin_session, ref), shim, session);

	/* The core keeps a reference of its session for its plugin, to be given back when the plugin is done
	 * with it. */
	janus_plugin_session *core = s->core;

	shim_discard(s);
	janus_refcount_decrease(&core->ref);
}

static shim *shim_new(gateway *g, janus_plugin_session *core)
{
	shim *s = cacheline_new0(sizeof *s);

	s->session.gateway_handle = s;
	s->core = core;
	s->gateway = g;
	s->incoming_rtp = g->upstream->incoming_rtp;
	s->earlier = g_ptr_array_new_with_free_func((GDestroyNotify)attendance_free);
	s->former_layers = g_ptr_array_new_with_free_func((GDestroyNotify)layers_free);
	g_queue_init(&s->pending);
	g_mutex_init(&s->lock);
	rate_init(&s->rate, g_get_monotonic_time());
	return s;
}

shim *shim_create(gateway *g, janus_plugin_session *core, int *error)
{
	shim *s = shim_new(g, core);

	g->upstream->create_session(&s->session, error);
	if (*error) {
		shim_discard(s);
		return NULL;
	}
	/* As the core does: one reference for whoever holds the handle (us), one that upstream gives back. */
	janus_refcount_init(&s->session.ref, shim_free);
	janus_refcount_increase(&s->session.ref);
	core->plugin_handle = s;
	g_mutex_lock(&g->lock);
	g_hash_table_insert(g->shims, core, s);
	g_mutex_unlock(&g->lock);
	return s;
}

void shim_destroy(shim *s, int *error)
{
	gateway *g = s->gateway;

	g_mutex_lock(&g->lock);
	g_hash_table_remove(g->shims, s->core);
	g_mutex_unlock(&g->lock);
	g_atomic_int_set(&s->session.stopped, 1);
	if (gateway_enter(g)) {
		shim_depart(s, "disconnected");
		gateway_leave(g);
	}
	g->upstream->destroy_session(&s->session, error);
	janus_refcount_decrease(&s->session.ref);
}

void shim_depart(shim *s, const char *reason)
{
	attendance *a = shim_attendance(s);

	if (a)
		attendance_leave(a, reason);
}

shim *shim_acquire(gateway *g, janus_plugin_session *core)
{
	SCOPE_LOCK(&g->lock);
	shim *s = g_hash_table_lookup(g->shims, core);

	if (s)
		janus_refcount_increase(&s->session.ref);
	return s;
}

void shim_release(shim *s)
{
	if (s)
		janus_refcount_decrease(&s->session.ref);
}

attendance *shim_attendance(shim *s)
{
	SCOPE_LOCK(&s->lock);

	return s->attendance;
}

void shim_push(shim *s, json_t *event)
{
	if (!g_atomic_int_get(&s->session.stopped))
		s->gateway->core->push_event(s->core, s->gateway->self, NULL, event, NULL);
}
