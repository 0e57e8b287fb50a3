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

/* The first payload type that is no wrapping of another. */
static int payload_type(janus_sdp *sdp, const janus_sdp_mline *m, int red_pt)
{
	(void)sdp;
	for (GList *l = m->ptypes; l; l = l->next)
		if (GPOINTER_TO_INT(l->data) != red_pt)
			return GPOINTER_TO_INT(l->data);
	return -1;
}

static void take_media(shim *s, janus_sdp *sdp, const janus_sdp_mline *m, track_spec *spec)
{
	spec->red_pt = m->type == JANUS_SDP_AUDIO ? MAX(0, janus_sdp_get_opusred_pt(sdp, m->index)) : 0;
	int pt = payload_type(sdp, m, spec->red_pt);
	const char *codec = pt >= 0 ? janus_sdp_get_codec_name(sdp, m->index, pt) : NULL;

	spec->codec = codec ? codec : "unknown";
	spec->fmtp = pt >= 0 ? janus_sdp_get_fmtp(sdp, m->index, pt) : NULL;
	spec->extensions = extensions(m);
	spec->encrypted = s->encrypted;
}

static void take_track(shim *s, janus_sdp *sdp, const janus_sdp_mline *m)
{
	const char *mid = attribute(m, "mid");
	g_autofree char *index = g_strdup_printf("%d", m->index);
	track_spec spec = {
		.mindex = m->index, .mid = mid ? mid : index, .medium = medium_of(m), .codec = "text"};

	if (!spec.medium || m->index < 0 || m->index >= TRACKS_MAX)
		return;
	if (spec.medium != MEDIUM_DATA)
		take_media(s, sdp, m, &spec);
	spec.sending = m->port != 0 &&
		(spec.medium == MEDIUM_DATA || m->direction == JANUS_SDP_RECVONLY ||
			m->direction == JANUS_SDP_SENDRECV);
	capture_track *track = attendance_track(shim_attendance(s), &spec);
	json_decref(spec.extensions);
	atomic_store(spec.medium == MEDIUM_DATA ? &s->data : &s->tracks[m->index], track);
}

void negotiated_tracks(shim *s, const char *text)
{
	char error[256];
	janus_sdp *sdp = text ? janus_sdp_parse(text, error, sizeof error) : NULL;

	if (!sdp) {
		g_warning("upstream's SDP answer cannot be read, its media are not captured: %s",
			text ? error : "there is none");
		return;
	}
	for (GList *l = sdp->m_lines; l; l = l->next)
		take_track(s, sdp, l->data);
	janus_sdp_destroy(sdp);
}
