/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/segment.h"

#include "base/cacheline.h"
#include "capture/folder.h"
#include "capture/track.h"
#include "sealing/wrap.h"

#include <sodium.h>

static feed_spec *feed_copy(const feed_spec *from)
{
	feed_spec *copy = g_memdup2(from, sizeof *from);
	copy->host = g_strdup(from->host);
	copy->sdp = g_strdup(from->sdp);
	return copy;
}

static void feed_spec_free(feed_spec *spec)
{
	if (!spec)
		return;
	g_free((char *)spec->host);
	g_free((char *)spec->sdp);
	g_free(spec);
}

static segment_spec spec_copy(const segment_spec *spec)
{
	segment_spec copy = *spec;
	copy.id = g_strdup(spec->id);
	copy.folder = g_strdup(spec->folder);
	copy.name = g_strdup(spec->name);
	copy.codec = g_strdup(spec->codec);
	copy.fmtp = g_strdup(spec->fmtp);
	copy.description = g_strdup(spec->description);
	copy.extensions = json_deep_copy(spec->extensions);
	copy.feed = spec->feed ? feed_copy(spec->feed) : NULL;
	copy.key = spec->key ? g_memdup2(spec->key, SEALING_KEY_SIZE) : NULL;
	return copy;
}

static void spec_clear(segment_spec *spec)
{
	g_free((char *)spec->id);
	g_free((char *)spec->folder);
	g_free((char *)spec->name);
	g_free((char *)spec->codec);
	g_free((char *)spec->fmtp);
	g_free((char *)spec->description);
	json_decref(spec->extensions);
	feed_spec_free((feed_spec *)spec->feed);
	if (spec->key)
		sodium_memzero((uint8_t *)spec->key, SEALING_KEY_SIZE);
	g_free((uint8_t *)spec->key);
}

capture_segment *segment_new(capture_track *track, uint32_t serial, const segment_spec *spec)
{
	capture_segment *s = cacheline_new0(sizeof *s);
	atomic_init(&s->references, 1);
	atomic_init(&s->verdict, VERDICT_PENDING);
	atomic_init(&s->lost, 0);
	atomic_init(&s->end, SEGMENT_OPEN);
	s->track = track_ref(track);
	s->ring = &track->ring;
	s->feeds = spec->feed && spec->medium != MEDIUM_DATA;
	s->serial = s->first_serial = serial;
	s->spec = spec_copy(spec);
	s->misplaced = !folder_is_plain(spec->folder) || !folder_is_name(spec->name);
	s->opened_us = g_get_real_time();
	s->opened_steady_us = g_get_monotonic_time();
	return s;
}

capture_segment *segment_ref(capture_segment *s)
{
	atomic_fetch_add_explicit(&s->references, 1, memory_order_relaxed);
	return s;
}

void segment_unref(capture_segment *s)
{
	if (!s || atomic_fetch_sub_explicit(&s->references, 1, memory_order_acq_rel) != 1)
		return;
	spec_clear(&s->spec);
	g_free(s->reason);
	g_free(s->failure);
	track_unref(s->track);
	free(s);
}

void segment_end(capture_segment *s, uint64_t end, const char *reason)
{
	s->reason = g_strdup(reason);
	atomic_store_explicit(&s->end, end, memory_order_release);
}
