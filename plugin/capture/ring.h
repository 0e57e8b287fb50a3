/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bounded ring of packets between one producer and one consumer, without locks or system calls.
 *
 * Positions count bytes since the ring was made and never wrap (64 bits). A packet's bytes are contiguous:
 * where one does not fit before the end of the memory, a filler stands there and the packet begins at the
 * start. Every packet carries the serial of its segment, so that the boundary between two segments is where
 * the serial changes.
 *
 * Threads: ring_put by the producer alone; ring_peek and ring_release by the consumer alone; ring_head and
 * ring_tail by any. */
#ifndef CONSENT_CAPTURE_RING_H
#define CONSENT_CAPTURE_RING_H

#include "capture/packet.h"

#include <stdatomic.h>

#define RING_SIZE_DEFAULT ((size_t)1024 * 1024)
#define RING_SIZE_MIN ((size_t)1024)
/* So much of one is touched at the beginning, and as a rule no more is ever used: a ring that was emptied
 * begins anew at its start. The rest, for bursts and for a disk that stalls, is memory only once it was
 * needed. */
#define RING_TOUCHED ((size_t)128 * 1024)

/* Members are ring.c's. All of it is one line of memory with the gate of its track: consumers look seldom, so
 * that one line for both sides costs less than two. */
typedef struct ring {
	_Atomic uint64_t head, tail;
	uint64_t
		origin; /* the position that stands at the start of the memory. Changed only while the ring is
			   empty, so the consumer, who needs it only when it is not, sees it with the head */
	size_t size;    /* constant, as is `bytes` */
	uint8_t *bytes;
} ring;

/* In `memory` (borrowed; aligned to eight), the first RING_TOUCHED bytes of which are cleared. `size`: a
 * power of two, at least RING_SIZE_MIN. */
void ring_init(ring *r, uint8_t *memory, size_t size);

/* False: zeroed. */
static inline bool ring_is_there(const ring *r)
{
	return r->bytes != NULL;
}

/* Any thread: how many bytes of it are full. More than its size where it is filled and emptied meanwhile. */
static inline uint64_t ring_waiting(const ring *r)
{
	/* Before the head, which it follows. */
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);
	return atomic_load_explicit(&r->head, memory_order_relaxed) - tail;
}

/* Any thread: whether so much of it is full that it should be emptied soon. */
static inline bool ring_is_filling(const ring *r)
{
	return ring_waiting(r) >= MIN(r->size, RING_TOUCHED) / 2;
}

/* The same of one that the writer emptied a moment ago. */
static inline bool ring_fills_fast(const ring *r)
{
	return ring_waiting(r) >= MIN(r->size, RING_TOUCHED) / 8;
}

/* Producer: has the memory of the next packet fetched, which takes as long as many instructions. */
static inline void ring_prefetch(const ring *r)
{
	uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	uint64_t origin = head == atomic_load_explicit(&r->tail, memory_order_relaxed) ? head : r->origin;
	const uint8_t *at = r->bytes + ((head - origin) & (r->size - 1));
	__builtin_prefetch(at, 1);
	__builtin_prefetch(at + 64, 1);
}

/* Copies `p` in. False when there is no room; packets of up to half the ring always fit into an empty one. */
bool ring_put(ring *r, const packet *p);

/* Where the next packet will stand. What was put before a position that another thread's release made known
 * is below it. */
uint64_t ring_head(const ring *r);

/* Everything below was released. */
uint64_t ring_tail(const ring *r);

/* The packets from the tail up to `until` (a position got from ring_head), at most `max`, that are of one
 * segment: that of the first. Their bytes stay valid until ring_release(*ret_next). Returns how many;
 * *ret_next is set when there are any. */
size_t ring_peek(const ring *r, uint64_t until, packet *ret, size_t max, uint64_t *ret_next);

/* Gives the memory below `next` back to the producer. */
void ring_release(ring *r, uint64_t next);

/* Gives what bursts made memory of back to the kernel. Neither side may be at work, nor anything in the ring.
 */
void ring_trim(ring *r);

#endif
