/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gate of a track: which segment its packets go to now, if any, and a way to know that the media thread
 * has let go of one.
 *
 * The media thread enters, uses the segment and leaves. Whoever changes the gate stores the next segment and
 * then waits until no visit that may have begun before is under way. Both sides store first and load the
 * other's word after that (Dekker's pattern), which only sequential consistency orders: either the visitor
 * sees the new segment, or the closer sees the visit.
 *
 * Visits are counted (odd: inside), so that the closer waits for one packet at most, however many follow. */
#ifndef CONSENT_CAPTURE_GATE_H
#define CONSENT_CAPTURE_GATE_H

#include "capture/capture.h"

#include <stdatomic.h>

typedef struct gate {
	_Atomic(capture_segment *) segment; /* NULL: closed */
	atomic_uint visits;                 /* changed by the media thread alone */
} gate;

static inline void gate_leave(gate *g)
{
	unsigned visits = atomic_load_explicit(&g->visits, memory_order_relaxed);
	atomic_store_explicit(&g->visits, visits + 1, memory_order_release);
}

/* Media thread. NULL when the gate is closed; a segment that was returned stays valid until gate_leave. A
 * closed gate costs one relaxed load; that it may be seen closed a moment too long loses nothing, and seen
 * open too long it is looked at again. */
static inline capture_segment *gate_enter(gate *g)
{
	if (!atomic_load_explicit(&g->segment, memory_order_relaxed))
		return NULL;

	unsigned visits = atomic_load_explicit(&g->visits, memory_order_relaxed);
	atomic_store_explicit(&g->visits, visits + 1, memory_order_seq_cst);
	capture_segment *s = atomic_load_explicit(&g->segment, memory_order_seq_cst);
	if (!s)
		gate_leave(g);
	return s;
}

/* One thread at a time, never the media thread. Puts `next` (NULL: closed) in place, waits until the media
 * thread uses no earlier one, and returns the earlier one. What that thread did during its visits is visible
 * to the caller. */
capture_segment *gate_set(gate *g, capture_segment *next);

#endif
