/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `capture` is inside, and who may touch which part of it. Tracks and segments hold references, so that
 * a late call on one of them finds it alive even after capture_destroy. */
#ifndef CONSENT_CAPTURE_LIBRARY_H
#define CONSENT_CAPTURE_LIBRARY_H

#include "capture/capture.h"
#include "capture/sink.h"

#include <pthread.h>
#include <stdatomic.h>

struct capture {
	atomic_uint references;

	/* Constant. */
	capture_options options; /* but for `recordings` */
	sink *sink;
	bool fenced; /* gates are */

	pthread_mutex_t lock; /* over the next five, pass_us and feed_us */
	pthread_cond_t wake;
	GPtrArray *active; /* segments from open to on_closed, in the order of opening; a reference each */
	GPtrArray *fed;    /* those of them that have a live feed */
	bool woken, stopping;

	/* Raised by a media thread whose ring is filling, lowered by the writer. */
	atomic_bool filling;

	/* Writer. */
	pthread_t thread;
	GPtrArray *round; /* what of `active` is being looked at */
	packet *batch;    /* WRITER_BATCH of them */
	gint64 pass_us;   /* steady clock: when every ring is to be emptied next */
	bool passing;     /* this round does it */
	gint64 feed_us;   /* steady clock: when those of feeds are next */
	bool feeding;     /* this round does it */
	bool hurried;     /* the next look must be soon, and at all of them */
	gint64 probe_us;  /* steady clock: when to probe next, while not healthy */
	int first_error;  /* of the probe at creation */

	/* Any thread. */
	atomic_bool healthy;
	_Atomic uint64_t packets, bytes, lost, segments;
};

/* As capture_create, with a sink of the caller's that `capture` owns from then on, also on failure;
 * options->recordings is not used. */
capture *capture_create_with(const capture_options *options, sink *to, GError **error);

capture *capture_ref(capture *c);
/* Takes NULL. */
void capture_unref(capture *c);

/* Hands a new segment to the writer. False when it is stopping: the segment will not be drained. */
bool capture_register(capture *c, capture_segment *s);

#endif
