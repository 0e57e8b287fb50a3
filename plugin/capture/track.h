/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A track: one gate, one ring whose memory follows it, and the order in which segments follow one another. */
#ifndef CONSENT_CAPTURE_TRACK_H
#define CONSENT_CAPTURE_TRACK_H

#include "base/cacheline.h"
#include "capture/gate.h"
#include "capture/library.h"
#include "capture/ring.h"

struct capture_track {
	/* What the media thread needs of it with every packet: two lines of memory, and next to them the
	 * ring's. */
	_Alignas(CACHE_LINE) gate gate;
	ring ring; /* made by the first open, before anything else can see it */
	/* One of them is in the gate, if any, and the next one goes into the other. */
	_Alignas(CACHE_LINE) gate_pass passes[2];

	atomic_uint references;
	capture *owner;

	pthread_mutex_t lock; /* over every change of the gate; may be held when library's is taken */
	uint32_t serials;
	capture_flag flag;
	bool flag_is_up;

	/* Steady clock: what is in the ring came after it. Stored by the writer when it has seen to all that
	 * was there. */
	_Atomic gint64 fresh_us;
};

capture_track *track_ref(capture_track *t);
/* Takes NULL. */
void track_unref(capture_track *t);

/* Closes the gate if `s` is in it. Any thread but the media thread. */
void track_shut(capture_track *t, const capture_segment *s, const char *reason);

/* A segment is finished: unless the next one has begun, the ring takes no more memory than one without
 * bursts. Writer. */
void track_settle(capture_track *t);

#endif
