/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulcast: of a picture that is sent in several sizes at once a recording gets the best one that comes, as
 * one stream with one SSRC, since whoever converts it reads one only. Which layer that is the core's helper
 * decides; it is the same that VideoRoom's own recorder asks. */
#include "upstream/gateway.h"

#include <arpa/inet.h>
#include <rtp.h>
#include <utils.h>

#define LAYERS 3
#define BEST (LAYERS - 1)

struct layers {
	json_t *simulcast; /* what was negotiated */
	janus_videocodec codec;

	/* The media thread's. */
	bool live; /* the gate was open for the packet before */
	int rid_ext_id;
	uint32_t ssrcs[LAYERS];
	char *rids[LAYERS];
	uint32_t ssrc; /* of the stream that is captured, network order; 0: none yet */
	janus_rtp_simulcasting_context chosen;
	janus_rtp_switching_context stream;
	gint64 asked_us; /* for a key frame, by us or at the beginning of the stretch; monotonic */
};

void layers_free(layers *l)
{
	if (!l)
		return;
	json_decref(l->simulcast);
	janus_rtp_simulcasting_context_reset(&l->chosen); /* frees what it has for AV1 */
	for (unsigned i = 0; i < LAYERS; i++)
		g_free(l->rids[i]);
	g_free(l);
}

/* The core's helper writes as many rids as there are. */
static bool is_good(json_t *simulcast)
{
	size_t rids = json_array_size(json_object_get(simulcast, "rids"));

	return rids <= LAYERS && (rids || json_array_size(json_object_get(simulcast, "ssrcs")) > 1);
}

/* The helper waits for a key frame, and knows those of these. */
static bool has_helper(janus_videocodec codec)
{
#ifdef JANUS_READS_DESCRIPTORS
	if (codec == JANUS_VIDEOCODEC_AV1 || codec == JANUS_VIDEOCODEC_H265)
		return true;
#endif
	return codec == JANUS_VIDEOCODEC_VP8 || codec == JANUS_VIDEOCODEC_VP9 ||
		codec == JANUS_VIDEOCODEC_H264;
}

static layers *layers_new(json_t *simulcast, const char *codec)
{
	janus_videocodec known = janus_videocodec_from_name(codec);

	if (!is_good(simulcast) || !has_helper(known))
		return NULL;
	layers *l = g_new0(layers, 1);
	l->simulcast = json_incref(simulcast);
	l->codec = known;
	janus_rtp_simulcasting_prepare(simulcast, &l->rid_ext_id, l->ssrcs, l->rids);
	return l;
}

static json_t *simulcast_at(json_t *all, int mindex)
{
	json_t *one;
	size_t i;

	json_array_foreach (all, i, one)
		if (json_integer_value(json_object_get(one, "mindex")) == mindex)
			return one;
	return NULL;
}

static bool is_same(const layers *l, json_t *simulcast, const char *codec)
{
	return l && json_equal(l->simulcast, simulcast) && l->codec == janus_videocodec_from_name(codec);
}

void layers_negotiating(shim *s, json_t *jsep)
{
	json_t *simulcast = json_object_get(jsep, "simulcast");
	SCOPE_LOCK(&s->lock);

	if (!jsep)
		return;
	json_decref(s->simulcast);
	s->simulcast = simulcast ? json_deep_copy(simulcast) : NULL;
}

/* Those of before may be in use by the media thread still. */
void layers_negotiated(shim *s, int mindex, const char *codec)
{
	SCOPE_LOCK(&s->lock);
	json_t *simulcast = codec ? simulcast_at(s->simulcast, mindex) : NULL;
	layers *former = atomic_load(&s->layers[mindex]);

	if (is_same(former, simulcast, codec))
		return;
	if (former)
		g_ptr_array_add(s->former_layers, former);
	layers *now = simulcast ? layers_new(simulcast, codec) : NULL;
	atomic_store(&s->layers[mindex], now);
	shim_set_layered(s, (unsigned)mindex, now != NULL);
}

/* Browsers name the layer of a stream in its first packets only, until they know that these have come: also
 * while nothing is captured. */
static void learn(layers *l, const janus_plugin_rtp *packet)
{
	uint32_t ssrc = ntohl(((const janus_rtp_header *)packet->buffer)->ssrc);
	char rid[16];

	for (unsigned i = 0; i < LAYERS; i++)
		if (l->ssrcs[i] == ssrc)
			return;
	if (l->rid_ext_id < 1 ||
		janus_rtp_header_extension_parse_rid(
			packet->buffer, packet->length, l->rid_ext_id, rid, sizeof rid) != 0)
		return;
	for (unsigned i = 0; i < LAYERS; i++)
		if (g_strcmp0(l->rids[i], rid) == 0)
			l->ssrcs[i] = ssrc;
}

/* A stretch of capture begins with a key frame of whatever layer comes first, and goes on to the best. */
static void begin(layers *l)
{
	janus_rtp_switching_context_reset(&l->stream);
	janus_rtp_simulcasting_context_reset(&l->chosen);
	l->chosen.rid_ext_id = l->rid_ext_id;
	l->chosen.substream_target = BEST;
	l->chosen.templayer_target = BEST;
	l->ssrc = 0;
	l->live = true;
	l->asked_us = janus_get_monotonic_time();
}

/* Without a key frame nothing is taken, and a request for one is lost as easily as any packet. VideoRoom asks
 * as often for those who watch. */
#define ASK_EVERY_US G_USEC_PER_SEC

static bool is_starving(layers *l)
{
	gint64 now_us = janus_get_monotonic_time();

	if (now_us - MAX(l->stream.last_time, l->asked_us) < ASK_EVERY_US)
		return false;
	l->asked_us = now_us;
	return true;
}

/* With the header of one stream: upstream has had the packet, and the core keeps the header for itself. */
static void take(layers *l, capture_track *t, janus_plugin_rtp *packet)
{
	janus_rtp_header *header = (janus_rtp_header *)packet->buffer;

	if (!l->ssrc)
		l->ssrc = header->ssrc;
	janus_rtp_header_update(header, &l->stream, TRUE, 0);
	header->ssrc = l->ssrc;
	capture_track_packet(t, packet->buffer, packet->length);
}

static bool is_chosen(layers *l, janus_plugin_rtp *packet)
{
	return janus_rtp_simulcasting_context_process_rtp(&l->chosen, packet->buffer, packet->length,
#ifdef JANUS_READS_DESCRIPTORS
		packet->extensions.dd_content, packet->extensions.dd_len,
#endif
		l->ssrcs, l->rids, l->codec, &l->stream, NULL);
}

bool layers_take(layers *l, capture_track *t, janus_plugin_rtp *packet)
{
	learn(l, packet);
	if (!t || !capture_track_wants(t)) {
		l->live = false;
		return false;
	}
	if (!l->live)
		begin(l);
	if (is_chosen(l, packet))
		take(l, t, packet);
	return l->chosen.need_pli || is_starving(l);
}
