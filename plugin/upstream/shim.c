/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "upstream/gateway.h"

/* ---- Tracks ---- */

static tap *tap_of(lookup_entry *e)
{
	return (tap *)e->near;
}

static _Atomic(capture_track *) *track_at(shim *s, tap *t, unsigned mindex)
{
	return mindex < TAP_TRACKS ? &t->tracks[mindex] : &s->more_tracks[mindex - TAP_TRACKS];
}

/* Lock held. Whose packets that of an m-line are now: `track` NULL: nobody's. */
static void set_track(shim *s, unsigned mindex, capture_track *track)
{
	_Atomic(capture_track *) *at = track_at(s, s->tap, mindex);
	capture_track *former = atomic_load(at);

	/* Negotiated again: the flag stays up, or packets would be missed between down and up. */
	if (former == track)
		return;
	if (former)
		capture_track_flag(former, (capture_flag){0});
	atomic_store(at, track);
	if (track)
		capture_track_flag(
			track, (capture_flag){&s->tap->wanted, SHIM_BIT(mindex), &s->gateway->media->taps});
}

void shim_set_track(shim *s, unsigned mindex, capture_track *track)
{
	SCOPE_LOCK(&s->lock);

	if (s->tap)
		set_track(s, mindex, track);
}

/* Lock held. */
static void forget_tracks(shim *s)
{
	for (unsigned i = 0; s->tap && i < TRACKS_MAX; i++)
		set_track(s, i, NULL);
	atomic_store(&s->data, NULL);
}

void shim_forget_tracks(shim *s)
{
	SCOPE_LOCK(&s->lock);

	forget_tracks(s);
}

void shim_set_layered(shim *s, unsigned mindex, bool layered)
{
	uint64_t bit = SHIM_BIT(mindex);
	atomic_uint *taps = &s->gateway->media->taps;

	if (!s->tap)
		return;
	if (layered && !(atomic_fetch_or(&s->tap->layered, bit) & bit))
		atomic_fetch_add(taps, 1);
	else if (!layered && (atomic_fetch_and(&s->tap->layered, ~bit) & bit))
		atomic_fetch_sub(taps, 1);
}

/* Before its place in the table becomes another's. */
static void detach(shim *s)
{
	SCOPE_LOCK(&s->lock);

	forget_tracks(s);
	for (unsigned i = 0; i < TRACKS_MAX; i++)
		shim_set_layered(s, i, false);
	s->tap = NULL;
}

/* ---- Packets ---- */

/* With the flag comes what was stored before it was raised: the layers, without which all of them would be
 * taken. */
EVERY_PACKET static bool is_up(const _Atomic uint64_t *flags, unsigned mindex)
{
	return mindex < TRACKS_MAX && (atomic_load_explicit(flags, memory_order_acquire) & SHIM_BIT(mindex));
}

/* Layers have to hear also of packets that nobody wants. */
EVERY_PACKET static bool is_tapped(const tap *t, unsigned mindex)
{
	return is_up(&t->layered, mindex) || is_up(&t->wanted, mindex);
}

EVERY_PACKET shim_expected shim_expect(
	media_path *m, janus_plugin_session *core, const janus_plugin_rtp *packet)
{
	lookup_entry *e = lookup_find(&m->shims, core);
	unsigned mindex = (unsigned)packet->mindex;

	if (!e || !is_tapped(tap_of(e), mindex) || packet->length < RTP_FIXED_HEADER)
		return (shim_expected){NULL, false};
	if (mindex < TAP_TRACKS)
		capture_track_prefetch(
			atomic_load_explicit(&tap_of(e)->tracks[mindex], memory_order_relaxed));
	return (shim_expected){e, is_up(&tap_of(e)->wanted, mindex)};
}

/* True when a key frame is needed. */
EVERY_PACKET static bool take(shim *s, tap *t, janus_plugin_rtp *packet, bool wanted)
{
	unsigned mindex = (unsigned)packet->mindex;
	if (!is_tapped(t, mindex))
		return false;
	bool layered = is_up(&t->layered, mindex);
	capture_track *track = atomic_load_explicit(track_at(s, t, mindex), memory_order_acquire);
	layers *l = layered ? atomic_load_explicit(&s->layers[mindex], memory_order_acquire) : NULL;
	if (l)
		return layers_take(l, wanted ? track : NULL, packet);
	if (track && wanted)
		capture_track_packet(track, packet->buffer, packet->length);
	return false;
}

/* The core is called when the visit is over. */
EVERY_PACKET void shim_tap(
	media_path *m, shim_expected x, janus_plugin_session *core, janus_plugin_rtp *packet)
{
	lookup_entry *e = x.entry;
	if (!lookup_enter(e, core))
		return;
	bool keyframe = take(e->value, tap_of(e), packet, x.wanted);
	lookup_leave(e);
	if (keyframe)
		m->core->send_pli_stream(core, packet->mindex);
}

void shim_tap_data(gateway *g, janus_plugin_session *core, const janus_plugin_data *packet)
{
	lookup_entry *e = lookup_visit(&g->media->shims, core);
	if (!e)
		return;
	capture_track *t = atomic_load_explicit(&((shim *)e->value)->data, memory_order_acquire);
	if (t)
		capture_track_message(t, packet->buffer, packet->length, packet->binary);
	lookup_leave(e);
}

/* ---- Life ---- */

static void shim_free(shim *s)
{
	for (unsigned i = 0; i < TRACKS_MAX; i++)
		layers_free(atomic_load(&s->layers[i]));
	attendance_free(s->attendance);
	g_ptr_array_unref(s->earlier);
	g_ptr_array_unref(s->former_layers);
	json_decref(s->simulcast);
	videoroom_forget_requests(s);
	rate_clear(&s->rate);
	g_mutex_clear(&s->lock);
	if (atomic_load(&s->holds_core))
		janus_refcount_decrease(&s->core->ref);
	g_free(s);
}

static shim *shim_new(gateway *g, janus_plugin_session *core)
{
	shim *s = g_new0(shim, 1);

	s->core = core;
	s->gateway = g;
	atomic_init(&s->references, 1);
	s->earlier = g_ptr_array_new_with_free_func((GDestroyNotify)attendance_free);
	s->former_layers = g_ptr_array_new_with_free_func((GDestroyNotify)layers_free);
	g_queue_init(&s->pending);
	g_mutex_init(&s->lock);
	rate_init(&s->rate, g_get_monotonic_time());
	return s;
}

void shim_create(gateway *g, janus_plugin_session *core, int *error)
{
	g->upstream->create_session(core, error);
	if (*error)
		return;
	shim *s = shim_new(g, core);
	SCOPE_LOCK(&s->lock);
	s->tap = tap_of(lookup_add(&g->media->shims, core, s));
}

static void forget_session(gateway *g, janus_plugin_session *core, int *error)
{
	G_GNUC_UNUSED g_autoptr(GRWLockReaderLocker) no_other_looks =
		g_rw_lock_reader_locker_new(&g->sessions);

	g->upstream->destroy_session(core, error);
}

/* What upstream still says of the handle while it forgets it is about somebody, after that about nobody. */
void shim_destroy(gateway *g, janus_plugin_session *core, int *error)
{
	g_autoptr(gateway_inside) inside = gateway_come_in(g);
	g_autoptr(shim) s = shim_acquire(g, core);

	if (s)
		atomic_store(&s->gone, true);
	if (s && inside)
		shim_depart(s, "disconnected");
	forget_session(g, core, error);
	if (s)
		detach(s);
	shim_release(lookup_remove(&g->media->shims, core));
}

void shim_depart(shim *s, const char *reason)
{
	attendance *a = shim_attendance(s);

	if (a)
		attendance_leave(a, reason);
}

shim *shim_ref(shim *s)
{
	atomic_fetch_add(&s->references, 1);
	return s;
}

/* The core initialises its counter of references when it has created the session, so not before somebody asks
 * for it the session can be held. */
static void hold_core(shim *s)
{
	if (!atomic_exchange(&s->holds_core, true))
		janus_refcount_increase(&s->core->ref);
}

shim *shim_acquire(gateway *g, janus_plugin_session *core)
{
	lookup_entry *e = core ? lookup_visit(&g->media->shims, core) : NULL;
	if (!e)
		return NULL;
	shim *s = shim_ref(e->value);
	hold_core(s);
	lookup_leave(e);
	return s;
}

void shim_release(shim *s)
{
	if (s && atomic_fetch_sub(&s->references, 1) == 1)
		shim_free(s);
}

attendance *shim_attendance(shim *s)
{
	SCOPE_LOCK(&s->lock);

	return s->attendance;
}

void shim_push(shim *s, json_t *event)
{
	if (!atomic_load(&s->gone))
		s->gateway->core->push_event(s->core, s->gateway->self, NULL, event, NULL);
}
