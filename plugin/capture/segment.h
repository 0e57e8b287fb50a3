/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a segment: opened → confirmed or rejected → drained → finished, the gate being closed somewhere
 * on the way.
 *
 * Who holds a reference: the gate while the segment is in it, the writer until it has called on_closed, and
 * whoever opened it until capture_segment_confirm. The media thread holds none: gate_set waits for it. A
 * segment holds its track, and so the ring. */
#ifndef CONSENT_CAPTURE_SEGMENT_H
#define CONSENT_CAPTURE_SEGMENT_H

#include "capture/capture.h"
#include "capture/packet.h"
#include "capture/sink.h"

#include <stdatomic.h>

/* The value of `end` while the gate is open. */
#define SEGMENT_OPEN UINT64_MAX

typedef enum {
	VERDICT_PENDING,
	VERDICT_CONFIRMED,
	VERDICT_REJECTED,
} verdict;

/* What the writer looks at at every turn stands first, and so together: most of what it pays is waiting for
 * memory. The media thread looks at none of it, but counts losses. */
struct capture_segment {
	/* Constant. */
	capture_track *track;
	struct ring *ring; /* the track's */
	gint64 opened_steady_us;
	uint32_t serial; /* unique and growing within the track */

	_Atomic verdict verdict; /* any thread */
	_Atomic uint64_t
		end;      /* ring position that all its packets are below; stored last when the gate closed */
	bool feeds;       /* constant: to a consumer */
	bool has_heir;    /* the next one continues it; stored before `end` */
	bool drained;     /* writer */
	bool filling;     /* writer: its ring was, at the last look */
	bool passed_over; /* writer: at the last pass, with few bytes in its ring */

	/* Constant. */
	uint32_t first_serial; /* of the packets that are its own: of a former segment that it continues, or
				  `serial` */
	segment_spec spec;     /* own copies */
	bool misplaced;        /* folder or name is not plain: no file may be made of it */
	gint64 opened_us;      /* wall clock */

	/* Any thread. */
	atomic_uint references;
	_Atomic uint64_t lost;
	char *reason; /* of the closing; stored before `end` */

	/* Writer. */
	bool source_told;  /* that another SSRC has begun */
	gint64 foreign_us; /* steady clock: since when packets of another SSRC wait; 0: none do */
	char *failure;     /* "disk: …" */
	sink_stream *stream;
	struct feed *feed;
	bool feed_tried;
	bool keyframe_wanted;          /* by the feed's consumer */
	gint64 listen_us, keyframe_us; /* steady clock: when to listen to it, and when to ask for it, next */
	packet_mark first, last;
	uint32_t ssrc;
	uint64_t packets;
	uint64_t lost_counted; /* what of `lost` is in the statistics */
};

/* Copies `spec`; takes a reference of `track`. One reference for the caller, verdict pending, `end` open. */
capture_segment *segment_new(capture_track *track, uint32_t serial, const segment_spec *spec);
capture_segment *segment_ref(capture_segment *s);
/* Takes NULL. */
void segment_unref(capture_segment *s);

/* The gate is closed and nothing of the segment is at or above `end`. Once. */
void segment_end(capture_segment *s, uint64_t end, const char *reason);

#endif
