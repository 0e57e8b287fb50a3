/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one thread between the rings and the sink. While segments are open it empties all rings in one go each
 * WRITER_PASS_US, which is far cheaper than now one and then another. In between it looks each
 * WRITER_PERIOD_US at one word, which media threads raise when their ring fills, and only then at the rings,
 * and each WRITER_HURRY_US as long as one fills fast; those of live feeds it empties each WRITER_FEED_US. The
 * media threads never wake it. With nothing open it sleeps. */
#ifndef CONSENT_CAPTURE_WRITER_H
#define CONSENT_CAPTURE_WRITER_H

#include "capture/library.h"

#define WRITER_PERIOD_US (225 * 1000)
/* It bounds how late a live feed is. */
#define WRITER_FEED_US (80 * 1000)
/* While rings fill, or packets wait for another segment. */
#define WRITER_HURRY_US (20 * 1000)
/* It bounds what a killed process loses. */
#define WRITER_PASS_US (450 * 1000)

/* Starts the thread. 0 or an errno. */
int writer_start(capture *c);

/* Something other than packets changed: look now. Any thread but a media thread. */
void writer_wake(capture *c);

/* Media thread: a ring fills. Only stores a word that is not stored yet. */
void writer_hint(capture *c);

/* Closes every gate, drains and finishes every segment, and ends the thread. Waits for verdicts that are
 * pending. */
void writer_stop(capture *c);

#endif
