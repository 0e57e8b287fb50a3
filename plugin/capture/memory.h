/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sink that keeps segments in memory, and that fails or stalls when told to: for tests. Thread-safe. */
#ifndef CONSENT_CAPTURE_MEMORY_H
#define CONSENT_CAPTURE_MEMORY_H

#include "capture/sink.h"

typedef enum {
	MEMORY_OPEN,
	MEMORY_WRITE,
	MEMORY_CLOSE,
	MEMORY_PROBE,
	MEMORY_CALLS,
} memory_call;

sink *memory_sink_new(void);

/* From the nth call of that kind from now (1: the next) all fail with errno `error`; 0 mends it. */
void memory_sink_fail(sink *self, memory_call call, unsigned nth, int error);

/* How many calls of that kind began so far. */
unsigned memory_sink_calls(sink *self, memory_call call);

/* Waits until `calls` calls of that kind have begun. */
void memory_sink_await(sink *self, memory_call call, unsigned calls);

/* While stalled, writes do not return. */
void memory_sink_stall(sink *self, bool stalled);

/* What is kept of a segment: copies of its packets in order, as GBytes; NULL when there is no such stream. */
GPtrArray *memory_sink_packets(sink *self, const char *id);

#endif
