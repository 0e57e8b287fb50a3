/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/segment.h"

#include "base/cacheline.h"
#include "capture/folder.h"
#include "capture/mjr_format.h"
#include "capture/ring.h"
#include "capture/track.h"
#include "capture/writer.h"
#include "sealing/wrap.h"

#include <sodium.h>
#include <time.h>

static gint64 time_us(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

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
	s->medium = spec->medium;
	s->feeds = spec->feed && spec->medium != MEDIUM_DATA;
	s->not_after_ms = spec->not_after_ms;
	s->serial = s->first_serial = serial;
	s->spec = spec_copy(spec);
	s->misplaced = !folder_is_plain(spec->folder) || !folder_is_name(spec->name);
	s->opened_us = time_us(CLOCK_REALTIME);
	s->opened_steady_us = time_us(CLOCK_MONOTONIC);
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

static size_t longest(const capture_segment *s)
{
	return s->medium == MEDIUM_DATA ? PACKET_MAX - MJR_DATA_TIME_SIZE : PACKET_MAX;
}

static bool is_over(capture_segment *s, gint64 now_us)
{
	if (s->not_after_ms && now_us >= s->not_after_ms * 1000)
		s->expired = true;
	return s->expired;
}

static bool put(capture_segment *s, const uint8_t *bytes, size_t length, gint64 now_us)
{
	gint64 since_us = time_us(CLOCK_MONOTONIC) - s->opened_steady_us;
	packet p = {bytes, (uint32_t)length, s->serial, (uint32_t)(since_us / 1000), now_us};
	return length <= longest(s) && ring_put(s->ring, &p);
}

void segment_take(capture_segment *s, const uint8_t *bytes, size_t length)
{
	if (atomic_load_explicit(&s->verdict, memory_order_relaxed) == VERDICT_REJECTED)
		return;
	gint64 now_us = time_us(CLOCK_REALTIME);
	if (is_over(s, now_us))
		return;
	if (!put(s, bytes, length, now_us))
		atomic_fetch_add_explicit(&s->lost, 1, memory_order_relaxed);
	if (ring_is_filling(s->ring))
		writer_hint(s->track->owner);
}

void segment_end(capture_segment *s, uint64_t end, const char *reason)
{
	s->reason = g_strdup(reason);
	atomic_store_explicit(&s->end, end, memory_order_release);
}
