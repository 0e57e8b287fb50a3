/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/drain.h"

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

/* Few packets in the ring are left to become more, but not for long. A segment whose gate is closed is
 * finished at once. */
static bool is_worth_it(const capture_segment *s, uint64_t end, gint64 now_us)
{
	const ring *r = s->track->ring;
	gint64 fresh_us = atomic_load_explicit(&s->track->fresh_us, memory_order_relaxed);
	return end != SEGMENT_OPEN || now_us - fresh_us >= WRITER_PATIENCE_US ||
		ring_head(r) - ring_tail(r) >= MIN(WRITER_ENOUGH, ring_size(r) / 4);
}

/* False when packets of an earlier segment, which has no verdict yet, stand before its own. */
static bool drain_until(capture *c, capture_segment *s, uint64_t until, bool closed)
{
	ring *r = s->track->ring;
	uint64_t next;
	size_t count;
	while ((count = ring_peek(r, until, c->batch, WRITER_BATCH, &next)) &&
		c->batch[0].serial == s->serial) {
		deliver(c, s, c->batch, count);
		ring_release(r, next);
	}
	bool reached = count == 0 || is_newer(c->batch[0].serial, s);
	s->drained = closed && reached;
	return reached;
}

void segment_drain(capture *c, capture_segment *s)
{
	gint64 now_us = g_get_monotonic_time();
	/* In this order: what was put before the gate closed is below the end, and the end below the head. */
	uint64_t end = atomic_load_explicit(&s->end, memory_order_acquire);
	uint64_t until = MIN(end, ring_head(s->track->ring));
	if (atomic_load_explicit(&s->verdict, memory_order_acquire) == VERDICT_PENDING ||
		!is_worth_it(s, end, now_us))
		return;
	if (drain_until(c, s, until, end != SEGMENT_OPEN))
		atomic_store_explicit(&s->track->fresh_us, now_us, memory_order_relaxed);
	count_losses(c, s);
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
