/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where segments go: a sink makes one stream a segment. mjr.h writes files, memory.h keeps everything for
 * tests; both pass the same conformance suite.
 *
 * Functions return 0 or an errno. All are called by one thread at a time, the writer, and may block. */
#ifndef CONSENT_CAPTURE_SINK_H
#define CONSENT_CAPTURE_SINK_H

#include "capture/capture.h"
#include "capture/packet.h"

typedef struct sink sink;
typedef struct sink_stream sink_stream;

/* What a stream became. */
typedef struct sink_summary {
	char *file;     /* as in segment_result; NULL: nothing of it is left. g_free */
	uint64_t bytes; /* of the file */
	char sha256[HASH_HEX_SIZE];
} sink_summary;

typedef struct sink_ops {
	/* Begins the stream of a segment opened at `opened_us` whose first packet will be `first` (it is not
	 * written yet). On failure nothing is left of it. */
	int (*open)(sink *self, const segment_spec *spec, gint64 opened_us, const packet *first,
		sink_stream **ret);
	/* Appends packets, at least one, in one go. On failure none of them is in the stream, and only close
	 * may follow. */
	int (*write)(sink_stream *stream, const packet *packets, size_t count);
	/* Makes durable what was written and frees the stream, also on failure; fills `ret` in both cases. A
	 * stream without a packet leaves nothing: file NULL, 0 bytes, sha256 "". */
	int (*close)(sink_stream *stream, sink_summary *ret);
	/* Tries whether a stream could be written now. */
	int (*probe)(sink *self);
	void (*destroy)(sink *self);
} sink_ops;

/* Implementations embed these as their first members. */
struct sink {
	const sink_ops *ops;
};

struct sink_stream {
	const sink_ops *ops;
};

static inline int sink_open(
	sink *self, const segment_spec *spec, gint64 opened_us, const packet *first, sink_stream **ret)
{
	return self->ops->open(self, spec, opened_us, first, ret);
}

static inline int sink_write(sink_stream *stream, const packet *packets, size_t count)
{
	return stream->ops->write(stream, packets, count);
}

static inline int sink_close(sink_stream *stream, sink_summary *ret)
{
	return stream->ops->close(stream, ret);
}

static inline int sink_probe(sink *self)
{
	return self->ops->probe(self);
}

/* Takes NULL. */
static inline void sink_destroy(sink *self)
{
	if (self)
		self->ops->destroy(self);
}

#endif
