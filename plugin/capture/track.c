/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/track.h"

#include "capture/mjr_format.h"
#include "capture/segment.h"
#include "capture/writer.h"

capture_track *capture_track_new(capture *c)
{
	capture_track *t = cacheline_new(sizeof *t, c->options.ring_bytes);
	gate_init(&t->gate, c->fenced);
	atomic_init(&t->references, 1);
	atomic_init(&t->fresh_us, 0);
	t->owner = capture_ref(c);
	pthread_mutex_init(&t->lock, NULL);
	return t;
}

capture_track *track_ref(capture_track *t)
{
	atomic_fetch_add_explicit(&t->references, 1, memory_order_relaxed);
	return t;
}

void track_unref(capture_track *t)
{
	if (!t || atomic_fetch_sub_explicit(&t->references, 1, memory_order_acq_rel) != 1)
		return;
	pthread_mutex_destroy(&t->lock);
	capture_unref(t->owner);
	free(t);
}

void capture_track_free(capture_track *t, const char *reason)
{
	if (!t)
		return;
	capture_track_close(t, reason);
	track_unref(t);
}

/* Lock held. */
static void raise_flag(capture_track *t, bool up)
{
	const capture_flag *f = &t->flag;

	if (!f->word || t->flag_is_up == up)
		return;
	t->flag_is_up = up;
	if (up) {
		atomic_fetch_or(f->word, f->bit);
		atomic_fetch_add(f->count, 1);
	} else {
		atomic_fetch_sub(f->count, 1);
		atomic_fetch_and(f->word, ~f->bit);
	}
}

void capture_track_flag(capture_track *t, capture_flag flag)
{
	pthread_mutex_lock(&t->lock);
	raise_flag(t, false);
	t->flag = flag;
	raise_flag(t, capture_track_wants(t));
	pthread_mutex_unlock(&t->lock);
}

/* Lock held. */
static capture_segment *segment_in_gate(capture_track *t)
{
	const gate_pass *pass = atomic_load_explicit(&t->gate.pass, memory_order_relaxed);
	return pass ? pass->segment : NULL;
}

/* Lock held. The media thread may still look at the one that is in the gate. */
static gate_pass *pass_for(capture_track *t, capture_segment *s)
{
	const gate_pass *taken = atomic_load_explicit(&t->gate.pass, memory_order_relaxed);
	gate_pass *pass = &t->passes[taken == &t->passes[0] ? 1 : 0];
	*pass = (gate_pass){
		.segment = s,
		.opened_steady_us = s->opened_steady_us,
		.not_after_ms = s->spec.not_after_ms,
		.serial = s->serial,
		.data = s->spec.medium == MEDIUM_DATA,
	};
	return pass;
}

/* Lock held. The segment that was in the gate is over at the ring's head as it is once the media thread let
 * go of it: what follows carries the serial of the next one. */
static void set_gate(capture_track *t, capture_segment *next, const char *reason)
{
	if (next)
		raise_flag(t, true);
	gate_pass *before = gate_set(&t->gate, next ? pass_for(t, segment_ref(next)) : NULL);
	if (!next)
		raise_flag(t, false);
	if (!before)
		return;
	segment_end(before->segment, ring_head(&t->ring), reason);
	segment_unref(before->segment);
}

/* Lock held. What the segment in the gate leaves in the ring is the next one's, which is not yet in it. */
static void inherit(capture_track *t, capture_segment *s)
{
	capture_segment *before = segment_in_gate(t);
	if (!s->spec.continues || !before)
		return;
	before->has_heir = true;
	s->first_serial = before->first_serial;
}

/* Lock held. */
static void admit(capture_track *t, capture_segment *s, const char *reason)
{
	if (!capture_register(t->owner, s))
		return;
	if (!s->misplaced) {
		set_gate(t, s, reason);
		return;
	}
	set_gate(t, NULL, reason);
	segment_end(s, ring_head(&t->ring), "refused: folder or name of the file is not plain");
}

capture_segment *capture_track_rotate(capture_track *t, const segment_spec *spec, const char *reason)
{
	pthread_mutex_lock(&t->lock);
	if (!ring_is_there(&t->ring))
		ring_init(&t->ring, (uint8_t *)(t + 1), t->owner->options.ring_bytes);
	if (ring_head(&t->ring) == ring_tail(&t->ring))
		atomic_store_explicit(&t->fresh_us, g_get_monotonic_time(), memory_order_relaxed);
	capture_segment *s = segment_new(t, ++t->serials, spec);
	inherit(t, s);
	admit(t, s, reason);
	pthread_mutex_unlock(&t->lock);
	writer_wake(t->owner);
	return s;
}

capture_segment *capture_track_open(capture_track *t, const segment_spec *spec)
{
	return capture_track_rotate(t, spec, "replaced");
}

void capture_track_close(capture_track *t, const char *reason)
{
	pthread_mutex_lock(&t->lock);
	set_gate(t, NULL, reason);
	pthread_mutex_unlock(&t->lock);
	writer_wake(t->owner);
}

void track_shut(capture_track *t, const capture_segment *s, const char *reason)
{
	pthread_mutex_lock(&t->lock);
	if (segment_in_gate(t) == s)
		set_gate(t, NULL, reason);
	pthread_mutex_unlock(&t->lock);
}

void track_settle(capture_track *t)
{
	pthread_mutex_lock(&t->lock);
	if (!segment_in_gate(t) && ring_head(&t->ring) == ring_tail(&t->ring))
		ring_trim(&t->ring);
	pthread_mutex_unlock(&t->lock);
}

void capture_segment_confirm(capture_segment *s, bool ok)
{
	atomic_store_explicit(&s->verdict, ok ? VERDICT_CONFIRMED : VERDICT_REJECTED, memory_order_release);
	if (!ok)
		track_shut(s->track, s, "not confirmed");
	writer_wake(s->track->owner);
	segment_unref(s);
}

EVERY_PACKET static bool is_over(gate_pass *pass, gint64 now_us)
{
	if (pass->not_after_ms && now_us >= pass->not_after_ms * 1000)
		pass->expired = true;
	return pass->expired;
}

EVERY_PACKET static bool put(
	capture_track *t, const gate_pass *pass, const uint8_t *bytes, size_t length, gint64 now_us)
{
	size_t longest = pass->data ? PACKET_MAX - MJR_DATA_TIME_SIZE : PACKET_MAX;
	gint64 since_us = g_get_monotonic_time() - pass->opened_steady_us;
	packet p = {bytes, (uint32_t)length, pass->serial, (uint32_t)(since_us / 1000), now_us};
	return length <= longest && ring_put(&t->ring, &p);
}

/* Within a visit: puts one packet of the segment's medium into the ring, or drops and counts it. */
EVERY_PACKET static void take(capture_track *t, gate_pass *pass, const uint8_t *bytes, size_t length)
{
	gint64 now_us = g_get_real_time();
	if (is_over(pass, now_us))
		return;
	if (!put(t, pass, bytes, length, now_us))
		atomic_fetch_add_explicit(&pass->segment->lost, 1, memory_order_relaxed);
	if (ring_is_filling(&t->ring))
		writer_hint(t->owner);
}

EVERY_PACKET void capture_track_prefetch(const capture_track *t)
{
	__builtin_prefetch(&t->gate, 1);
	__builtin_prefetch(t->passes);
}

EVERY_PACKET void capture_track_packet(capture_track *t, const void *bytes, size_t length)
{
	gate_pass *pass = gate_enter(&t->gate);
	if (!pass)
		return;
	ring_prefetch(&t->ring);
	if (!pass->data && rtp_is_media(bytes, length))
		take(t, pass, bytes, length);
	gate_leave(&t->gate);
}

bool capture_track_wants(capture_track *t)
{
	return atomic_load_explicit(&t->gate.pass, memory_order_relaxed) != NULL;
}

void capture_track_message(capture_track *t, const void *message, size_t length, bool binary)
{
	/* Janus's recorder keeps both kinds in one recording, and so does this. */
	(void)binary;
	gate_pass *pass = gate_enter(&t->gate);
	if (!pass)
		return;
	if (pass->data && length)
		take(t, pass, message, length);
	gate_leave(&t->gate);
}
