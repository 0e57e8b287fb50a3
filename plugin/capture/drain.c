/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/drain.h"

#include "base/clock.h"
#include "capture/health.h"
#include "capture/track.h"

static void count_lost(capture_segment *s, size_t packets)
{
	atomic_fetch_add_explicit(&s->lost, packets, memory_order_relaxed);
}

static packet_mark mark_of(const capture_segment *s, const packet *p)
{
	packet_mark mark = {.at_ms = p->at_us / 1000};
	if (s->spec.medium != MEDIUM_DATA) {
		mark.timestamp = rtp_timestamp(p->bytes);
		mark.seq = rtp_seq(p->bytes);
	}
	return mark;
}

static void count_written(capture *c, capture_segment *s, const packet *packets, size_t count)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i < count; i++)
		bytes += packets[i].length;
	if (s->packets == 0) {
		s->first = mark_of(s, &packets[0]);
		s->ssrc = s->spec.medium == MEDIUM_DATA ? 0 : rtp_ssrc(packets[0].bytes);
	}
	s->last = mark_of(s, &packets[count - 1]);
	s->packets += count;
	atomic_fetch_add_explicit(&c->packets, count, memory_order_relaxed);
	atomic_fetch_add_explicit(&c->bytes, bytes, memory_order_relaxed);
}

/* The gate closes before anybody is told. */
static void fail(capture *c, capture_segment *s, int error)
{
	s->failure = health_reason(error);
	track_shut(s->track, s, s->failure);
	health_lost(c, s->failure);
}

static int write_batch(capture *c, capture_segment *s, const packet *packets, size_t count)
{
	int error = s->stream ? 0 : sink_open(c->sink, &s->spec, s->opened_us, &packets[0], &s->stream);
	return error ? error : sink_write(s->stream, packets, count);
}

static void deliver(capture *c, capture_segment *s, const packet *packets, size_t count)
{
	bool dropped =
		s->failure || atomic_load_explicit(&s->verdict, memory_order_relaxed) == VERDICT_REJECTED;
	int error = dropped ? 0 : write_batch(c, s, packets, count);
	if (error)
		fail(c, s, error);
	if (dropped || error)
		count_lost(s, count);
	else
		count_written(c, s, packets, count);
}

/* What the statistics need to know of a ring's age, see track.h. */
static void note_oldest(capture_track *t, const packet *oldest)
{
	gint64 at_ms = oldest ? oldest->at_us / 1000 : clock_now_ms();
	atomic_store_explicit(&t->oldest_ms, at_ms, memory_order_relaxed);
}

static bool is_newer(uint32_t serial, const capture_segment *s)
{
	return (int32_t)(serial - s->serial) > 0;
}

static void count_losses(capture *c, capture_segment *s)
{
	uint64_t lost = atomic_load_explicit(&s->lost, memory_order_relaxed);
	atomic_fetch_add_explicit(&c->lost, lost - s->lost_counted, memory_order_relaxed);
	s->lost_counted = lost;
}

void segment_drain(capture *c, capture_segment *s)
{
	ring *r = s->track->ring;
	/* In this order: what was put before the gate closed is below the end, and the end below the head. */
	uint64_t end = atomic_load_explicit(&s->end, memory_order_acquire);
	uint64_t until = MIN(end, ring_head(r)), next = 0;
	size_t count = ring_peek(r, until, c->batch, WRITER_BATCH, &next);
	note_oldest(s->track, count ? &c->batch[0] : NULL);
	if (atomic_load_explicit(&s->verdict, memory_order_acquire) == VERDICT_PENDING)
		return;

	while (count && c->batch[0].serial == s->serial) {
		deliver(c, s, c->batch, count);
		ring_release(r, next);
		count = ring_peek(r, until, c->batch, WRITER_BATCH, &next);
	}
	note_oldest(s->track, count ? &c->batch[0] : NULL);
	count_losses(c, s);
	s->drained = end != SEGMENT_OPEN && (count == 0 || is_newer(c->batch[0].serial, s));
}

/* A stream that cannot be made durable is a failed disk as well. */
static void close_stream(capture *c, capture_segment *s, sink_summary *summary)
{
	int error = s->stream ? sink_close(g_steal_pointer(&s->stream), summary) : 0;
	if (error && !s->failure)
		fail(c, s, error);
}

void segment_finish(capture *c, capture_segment *s)
{
	sink_summary summary = {0};
	close_stream(c, s, &summary);
	count_losses(c, s);

	segment_result result = {
		.id = s->spec.id,
		.file = summary.file,
		.reason = s->failure ? s->failure : s->reason,
		.first = s->first,
		.last = s->last,
		.ssrc = s->ssrc,
		.packets = s->packets,
		.bytes = summary.bytes,
		.lost = atomic_load_explicit(&s->lost, memory_order_relaxed),
		.user = s->spec.user,
	};
	g_strlcpy(result.sha256, summary.sha256, sizeof result.sha256);
	if (c->options.on_closed)
		c->options.on_closed(&result, c->options.user);
	g_free(summary.file);
}
