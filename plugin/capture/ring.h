/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bounded ring of packets between one producer and one consumer, without locks or system calls.
 *
 * Positions count bytes since the ring was made and never wrap (64 bits). A packet's bytes are contiguous:
 * where one does not fit before the end of the memory, a filler stands there and the packet begins at the
 * start. Every packet carries the serial of its segment, so that the boundary between two segments is where
 * the serial changes.
 *
 * A ring that is full goes on in a block that it borrows (spares.h), in another when that is full, and in its
 * own memory again as soon as the consumer has emptied that. Where it leaves one for another stands a marker
 * that says so: the consumer follows the markers and gives back the blocks that it has left, so that neither
 * side looks at what the other keeps.
 *
 * Threads: ring_put by the producer alone; ring_peek and ring_release by the consumer alone; ring_head,
 * ring_tail and ring_waiting by any. */
#ifndef CONSENT_CAPTURE_RING_H
#define CONSENT_CAPTURE_RING_H

#include "capture/packet.h"
#include "capture/spares.h"

#include <stdatomic.h>

#define RING_SIZE_DEFAULT ((size_t)128 * 1024)
#define RING_SIZE_MIN ((size_t)1024)
#define RING_SIZE_MAX ((size_t)1 << 30)
/* While so many times its own size waits in it, a ring borrows no more: no track takes everything. */
#define RING_TIMES_MAX 8

/* Members are ring.c's. All of it is one line of memory with the gate of its track: consumers look seldom, so
 * that one line for both sides costs less than two. */
typedef struct ring {
	_Atomic uint64_t head, tail;
	uint64_t
		origin; /* the position that stands at the start of the memory. Changed only while the ring is
			   empty, so the consumer, who needs it only when it is not, sees it with the head */
	uint8_t *bytes; /* constant, as are `spares` and `size` */
	spares *spares;
	uint32_t size;
	/* Numbers of blocks, 0: its own memory. */
	uint8_t writing; /* producer: where it is */
	uint8_t outside; /* producer: where it went when it left its own memory last */
	uint8_t reading; /* consumer: where the tail is */
} ring;

/* A position, and where it is found. */
typedef struct ring_place {
	uint64_t position;
	unsigned block; /* as in `ring` */
} ring_place;

/* In `memory` (borrowed; aligned to eight), which is cleared. `size`: a power of two, RING_SIZE_MIN to
 * RING_SIZE_MAX. `lender` must outlive it; NULL: it never borrows. */
void ring_init(ring *r, uint8_t *memory, size_t size, spares *lender);

/* False: zeroed. */
static inline bool ring_is_there(const ring *r)
{
	return r->bytes != NULL;
}

/* Any thread: how many bytes wait in it. More than there are where it is filled and emptied meanwhile. */
static inline uint64_t ring_waiting(const ring *r)
{
	/* Before the head, which it follows. */
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);
	return atomic_load_explicit(&r->head, memory_order_relaxed) - tail;
}

/* Any thread: whether so much of it is full that it should be emptied soon. */
static inline bool ring_is_filling(const ring *r)
{
	return ring_waiting(r) >= r->size / 2;
}

/* The same of one that the writer emptied a moment ago. */
static inline bool ring_fills_fast(const ring *r)
{
	return ring_waiting(r) >= r->size / 8;
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

/* Copies `p` in. False when there is no room, also none to borrow; packets of up to half the ring always fit
 * into an empty one. */
bool ring_put(ring *r, const packet *p);

/* Where the next packet will stand. What was put before a position that another thread's release made known
 * is below it. */
uint64_t ring_head(const ring *r);

/* Everything below was released. */
uint64_t ring_tail(const ring *r);

/* The packets from the tail up to `until` (a position got from ring_head), at most `max`, that are of one
 * segment: that of the first. Their bytes stay valid until ring_release(*ret_next). Returns how many;
 * *ret_next is set when there are any. */
size_t ring_peek(const ring *r, uint64_t until, packet *ret, size_t max, ring_place *ret_next);

/* Gives the memory below `next` back to the producer, and blocks that are empty now to the lender. */
void ring_release(ring *r, ring_place next);

/* Neither side may be at work, nor begin to meanwhile. An empty ring gives back the block that it would go on
 * in: that happens by itself only when another packet comes. */
void ring_settle(ring *r);

#endif
