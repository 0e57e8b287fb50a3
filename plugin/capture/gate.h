/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gate of a track: which segment its packets go to now, if any, and a way to know that the media thread
 * has let go of one.
 *
 * The media thread enters, uses the segment and leaves. Whoever changes the gate stores the next segment and
 * then waits until no visit that may have begun before is under way. Both sides store first and load the
 * other's word after that (Dekker's pattern): either the visitor sees the new segment, or the closer sees the
 * visit. That takes a barrier on both sides. The media thread's would have it wait, with every packet, for
 * all that it stored before; so the closer, who comes once in a while, has the kernel carry out both
 * (membarrier(2)). Where the kernel does not, each side pays for its own.
 *
 * Visits are counted (odd: inside), so that the closer waits for one packet at most, however many follow. */
#ifndef CONSENT_CAPTURE_GATE_H
#define CONSENT_CAPTURE_GATE_H

#include "capture/capture.h"

#include <stdatomic.h>

/* What the media thread has to know of a segment, so that it need not look at the segment itself. */
typedef struct gate_pass {
	capture_segment *segment;
	gint64 opened_steady_us;
	gint64 not_after_ms; /* as in segment_spec */
	uint32_t serial;
	bool data;    /* messages, not RTP */
	bool expired; /* media thread: not_after_ms was reached once, and a clock that steps back does not
			 undo it */
} gate_pass;

typedef struct gate {
	_Atomic(gate_pass *) pass; /* NULL: closed */
	atomic_uint visits;        /* changed by the media thread alone */
	bool fenced;               /* constant: the media thread pays for the order, see below */
} gate;

static inline void gate_leave(gate *g)
{
	unsigned visits = atomic_load_explicit(&g->visits, memory_order_relaxed);
	atomic_store_explicit(&g->visits, visits + 1, memory_order_release);
}

/* Media thread. NULL when the gate is closed; a pass that was returned stays valid until gate_leave. A closed
 * gate costs one relaxed load; that it may be seen closed a moment too long loses nothing, and seen open too
 * long it is looked at again. */
static inline gate_pass *gate_enter(gate *g)
{
	if (!atomic_load_explicit(&g->pass, memory_order_relaxed))
		return NULL;

	unsigned visits = atomic_load_explicit(&g->visits, memory_order_relaxed);
	if (g->fenced)
		atomic_store_explicit(&g->visits, visits + 1, memory_order_seq_cst);
	else
		atomic_store_explicit(&g->visits, visits + 1, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	gate_pass *pass = atomic_load_explicit(&g->pass, memory_order_seq_cst);
	if (!pass)
		gate_leave(g);
	return pass;
}

/* Whether media threads must pay for the order: the kernel does not see to it. Once, before any gate is made.
 */
bool gate_is_fenced(void);

/* Closed. */
void gate_init(gate *g, bool fenced);

/* One thread at a time, never the media thread. Puts `next` (NULL: closed) in place, waits until the media
 * thread uses no earlier one, and returns the earlier one. What that thread did during its visits is visible
 * to the caller. */
gate_pass *gate_set(gate *g, gate_pass *next);

#endif
