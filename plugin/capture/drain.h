/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the writer does to one segment. Writer thread only. */
#ifndef CONSENT_CAPTURE_DRAIN_H
#define CONSENT_CAPTURE_DRAIN_H

#include "capture/segment.h"

/* Packets a batch, so in one write. */
#define WRITER_BATCH 512

/* Moves what the ring holds of the segment to its stream, which the first packet opens, or drops it:
 * rejected, or the disk failed. Does nothing before the verdict, or while there is too little for a write
 * and c->passing is false. Sets `drained` when no more can come. `now_us`: steady clock. */
void segment_drain(capture *c, capture_segment *s, gint64 now_us);

/* Of a drained segment: syncs and closes the stream, calls on_closed. */
void segment_finish(capture *c, capture_segment *s);

#endif
