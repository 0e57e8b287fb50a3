/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tracks from the SDP answer that upstream gave: true for any upstream, and known before the first packet. */
#include "upstream/gateway.h"

#include <sdp-utils.h>
#include <string.h>

static const char *attribute(const janus_sdp_mline *m, const char *name)
{
	for (GList *l = m->attributes; l; l = l->next) {
		const janus_sdp_attribute *a = l->data;

		if (strcmp(a->name, name) == 0)
			return a->value;
	}
	return NULL;
}

/* "3/sendrecv urn:… attributes" → {"3": "urn:…"} */
static json_t *extensions(const janus_sdp_mline *m)
{
	json_t *map = json_object();

	for (GList *l = m->attributes; l; l = l->next) {
		const janus_sdp_attribute *a = l->data;

		if (strcmp(a->name, "extmap") != 0 || !a->value)
			continue;
		g_auto(GStrv) words = g_strsplit(a->value, " ", 3);
		if (words[0] && words[1]) {
			words[0][strcspn(words[0], "/")] = '\0';
			json_object_set_new(map, words[0], json_string(words[1]));
		}
	}
	return map;
}

static medium medium_of(const janus_sdp_mline *m)
{
	switch (m->type) {
	case JANUS_SDP_AUDIO:
		return MEDIUM_AUDIO;
	case JANUS_SDP_VIDEO:
		return MEDIUM_VIDEO;
	case JANUS_SDP_APPLICATION:
		return MEDIUM_DATA;
	default:
		return 0;
	}
}

/* The first payload type that is no wrapping of another (`red_pt`, 0: there is none; G.711 has 0 itself). */
static int payload_type(const janus_sdp_mline *m, int red_pt)
{
	for (GList *l = m->ptypes; l; l = l->next)
		if (!red_pt || GPOINTER_TO_INT(l->data) != red_pt)
			return GPOINTER_TO_INT(l->data);
	return -1;
}

static void take_media(janus_sdp *sdp, const janus_sdp_mline *m, track_spec *spec)
{
	spec->red_pt = m->type == JANUS_SDP_AUDIO ? MAX(0, janus_sdp_get_opusred_pt(sdp, m->index)) : 0;
	int pt = payload_type(m, spec->red_pt);
	const char *codec = pt >= 0 ? janus_sdp_get_codec_name(sdp, m->index, pt) : NULL;

	spec->codec = codec ? codec : "unknown";
	spec->fmtp = pt >= 0 ? janus_sdp_get_fmtp(sdp, m->index, pt) : NULL;
	spec->extensions = extensions(m);
}

/* What VideoRoom's event says of that m-line; NULL: nothing. Its SDP has no mids. */
static json_t *stream_at(json_t *event, int index)
{
	json_t *stream;
	size_t i;

	json_array_foreach (json_object_get(event, "streams"), i, stream) {
		json_t *mindex = json_object_get(stream, "mindex");

		if (json_is_integer(mindex) && json_integer_value(mindex) == index)
			return stream;
	}
	return NULL;
}

/* The mid by which requests name the m-line: by default its index, as in VideoRoom. */
static const char *mid_of(json_t *stream, const janus_sdp_mline *m, const char *index)
{
	const char *told = json_string_value(json_object_get(stream, "mid")), *written = attribute(m, "mid");

	return told ? told : written ? written : index;
}

static bool is_sending(json_t *stream, const janus_sdp_mline *m)
{
	bool received = m->type == JANUS_SDP_APPLICATION || m->direction == JANUS_SDP_RECVONLY ||
		m->direction == JANUS_SDP_SENDRECV;

	return received && m->port != 0 && !json_is_true(json_object_get(stream, "disabled"));
}

static void take_track(shim *s, janus_sdp *sdp, const janus_sdp_mline *m, json_t *stream, bool encrypted)
{
	g_autofree char *index = g_strdup_printf("%d", m->index);
	track_spec spec = {.mindex = m->index,
		.mid = mid_of(stream, m, index),
		.medium = medium_of(m),
		.codec = "text",
		.description = json_string_value(json_object_get(stream, "description")),
		.sending = is_sending(stream, m)};

	if (!spec.medium || m->index < 0 || m->index >= TRACKS_MAX)
		return;
	if (spec.medium != MEDIUM_DATA) {
		take_media(sdp, m, &spec);
		spec.encrypted = encrypted;
	}
	layers_negotiated(s, m->index, spec.medium == MEDIUM_VIDEO ? spec.codec : NULL);
	capture_track *track = attendance_track(shim_attendance(s), &spec);
	json_decref(spec.extensions);
	if (spec.medium == MEDIUM_DATA)
		atomic_store(&s->data, track);
	else
		shim_set_track(s, m->index, track);
}

void negotiated_tracks(shim *s, json_t *event, json_t *jsep)
{
	char error[256] = "there is none";
	const char *text = json_string_value(json_object_get(jsep, "sdp"));
	bool encrypted = json_is_true(json_object_get(jsep, "e2ee"));
	janus_sdp *sdp = text ? janus_sdp_parse(text, error, sizeof error) : NULL;

	if (!sdp) {
		g_warning("upstream's SDP answer cannot be read, its media are not captured: %s", error);
		return;
	}
	for (GList *l = sdp->m_lines; l; l = l->next) {
		const janus_sdp_mline *m = l->data;

		take_track(s, sdp, m, stream_at(event, m->index), encrypted);
	}
	janus_sdp_destroy(sdp);
}
