/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/drain.h"

#include "capture/feed.h"
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

/* Comes first: the disk may take its time. A consumer's trouble is none of the segment's. */
static void feed_batch(capture_segment *s, const packet *packets, size_t count)
{
	if (!s->spec.feed || s->spec.medium == MEDIUM_DATA)
		return;
	if (!s->feed_tried)
		s->feed = feed_open(&s->spec, &packets[0]);
	s->feed_tried = true;
	if (s->feed)
		feed_send(s->feed, packets, count);
}

static int write_batch(capture *c, capture_segment *s, const packet *packets, size_t count)
{
	feed_batch(s, packets, count);
	if (s->spec.unstored)
		return 0;
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

/* Also one that was so at the last look, and goes on like that: left to be half full again, it could be full
 * by the next. */
static bool is_filling(capture *c, capture_segment *s)
{
	s->filling = ring_is_filling(s->ring) || (s->filling && ring_fills_fast(s->ring));
	c->hurried |= s->filling;
	return s->filling;
}

/* A write costs nearly the same however little it writes: what is less than a page of memory waits for one
 * more pass. */
#define FEW_BYTES ((uint64_t)4096)

static bool is_its_pass(const capture *c, capture_segment *s)
{
	if (!c->passing)
		return false;
	s->passed_over = !s->passed_over && ring_waiting(s->ring) < FEW_BYTES;
	return !s->passed_over;
}

/* Few packets in the ring are left to become more, until the next pass. A segment whose gate is closed is
 * finished at once, a consumer gets what there is, and packets of another source have waited long enough. */
static bool is_worth_it(capture *c, capture_segment *s, uint64_t end)
{
	bool own_pass = is_its_pass(c, s);
	return is_filling(c, s) || own_pass || end != SEGMENT_OPEN || (s->feeds && c->feeding) ||
		s->foreign_us;
}

static bool is_own(uint32_t serial, const capture_segment *s)
{
	return !is_newer(serial, s) && (int32_t)(serial - s->first_serial) >= 0;
}

/* How many of the packets, from the first on, are of the SSRC that the file has, or will have. */
static size_t of_one_source(const capture *c, const capture_segment *s, size_t count)
{
	const packet *batch = c->batch;
	if (!c->options.on_source || s->spec.medium == MEDIUM_DATA || count == 0)
		return count;
	uint32_t ssrc = s->packets ? s->ssrc : rtp_ssrc(batch[0].bytes);
	size_t same = 0;
	while (same < count && rtp_ssrc(batch[same].bytes) == ssrc)
		same++;
	return same;
}

/* How many stand before the source that the file has comes back: such a track sends under several SSRCs at
 * once, of which converters read the first. 0: it does not. */
static size_t until_back(const capture *c, const capture_segment *s, size_t count)
{
	for (size_t i = 0; s->packets && i < count; i++)
		if (rtp_ssrc(c->batch[i].bytes) == s->ssrc)
			return i;
	return 0;
}

/* No more often than this, whatever a track sends; and not before the former source may be taken for gone. */
#define SOURCE_EVERY_US G_USEC_PER_SEC
#define SOURCE_GONE_US (200 * 1000)

static void ask_for_heir(capture *c, capture_segment *s)
{
	gint64 now_us = g_get_monotonic_time();
	c->hurried = true;
	if (!s->foreign_us)
		s->foreign_us = now_us;
	if (s->source_told || now_us - s->foreign_us < SOURCE_GONE_US ||
		now_us - s->opened_steady_us < SOURCE_EVERY_US)
		return;
	s->source_told = true;
	c->options.on_source(s->spec.id, c->options.user);
}

/* Another SSRC comes next. True when it is not this segment's to wait for it. */
static bool leave_to_heir(capture *c, capture_segment *s, bool closed)
{
	if (!closed)
		ask_for_heir(c, s);
	return closed && s->has_heir;
}

/* One batch, up to where the source changes. False when there is nothing that can be drained now. */
static bool drain_batch(capture *c, capture_segment *s, uint64_t until, bool closed, bool *ret_reached)
{
	ring *r = s->ring;
	uint64_t next;
	size_t count = ring_peek(r, until, c->batch, WRITER_BATCH, &next);
	*ret_reached = count == 0 || is_newer(c->batch[0].serial, s);
	if (*ret_reached || !is_own(c->batch[0].serial, s))
		return false;

	size_t same = of_one_source(c, s, count), others = same ? 0 : until_back(c, s, count);
	if (same == 0 && others == 0) {
		*ret_reached = leave_to_heir(c, s, closed);
		if (*ret_reached || !closed)
			return false;
		others = count;
	}
	if (same + others < count)
		ring_peek(r, until, c->batch, same + others, &next);
	s->foreign_us = 0;
	if (same)
		deliver(c, s, c->batch, same);
	else
		count_lost(s, others);
	ring_release(r, next);
	return true;
}

/* False when packets of an earlier segment, which has no verdict yet, stand before its own, or such of
 * another source. */
static bool drain_until(capture *c, capture_segment *s, uint64_t until, bool closed)
{
	bool reached;
	while (drain_batch(c, s, until, closed, &reached))
		;
	s->drained = closed && reached;
	return reached;
}

/* How often a feed's consumer is listened to, and how often a publisher is asked for what it wants at most.
 */
#define LISTEN_EVERY_US (80 * 1000)
#define KEYFRAME_EVERY_US G_USEC_PER_SEC

static void listen_to_consumer(capture *c, capture_segment *s, gint64 now_us)
{
	if (!s->feed || !c->options.on_keyframe || s->spec.medium != MEDIUM_VIDEO || now_us < s->listen_us)
		return;
	s->listen_us = now_us + LISTEN_EVERY_US;
	s->keyframe_wanted = feed_asked(s->feed) || s->keyframe_wanted;
	if (!s->keyframe_wanted || now_us < s->keyframe_us)
		return;
	s->keyframe_us = now_us + KEYFRAME_EVERY_US;
	s->keyframe_wanted = false;
	c->options.on_keyframe(s->spec.id, c->options.user);
}

void segment_drain(capture *c, capture_segment *s, gint64 now_us)
{
	listen_to_consumer(c, s, now_us);
	/* In this order: what was put before the gate closed is below the end, and the end below the head. */
	uint64_t end = atomic_load_explicit(&s->end, memory_order_acquire);
	uint64_t head = ring_head(s->ring);
	if (!is_worth_it(c, s, end) ||
		atomic_load_explicit(&s->verdict, memory_order_acquire) == VERDICT_PENDING)
		return;
	if (drain_until(c, s, MIN(end, head), end != SEGMENT_OPEN))
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
	feed_close(g_steal_pointer(&s->feed));
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
