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

#define RING_SIZE_DEFAULT ((size_t)128 * 1024)
#define RING_SIZE_MIN ((size_t)1024)

typedef struct ring ring;

/* `bytes`: a power of two, at least RING_SIZE_MIN. Aborts without memory, as all of GLib does. */
ring *ring_new(size_t bytes);
void ring_free(ring *r);

size_t ring_size(const ring *r);

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

#endif
