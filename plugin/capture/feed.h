/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A segment as a live stream to a consumer: its packets as they came, by UDP, as SRTP under a key of the
 * segment's own, and a file in SDP that describes it while it lasts, for FFmpeg or GStreamer. Nothing is
 * waited for: what cannot be sent at once is lost to the consumer.
 *
 * It is sent from an even port, and what the consumer answers is heard there (RFC 5761) and on the next one
 * (RFC 3550, 11), if it comes from the port of the feed or the next one. Where the feed is SRTP the answer
 * must be SRTCP under the same key, in which nothing else is sent.
 *
 * Writer thread only; srtp_init() must have succeeded once, as Janus sees to. */
#ifndef CONSENT_CAPTURE_FEED_H
#define CONSENT_CAPTURE_FEED_H

#include "capture/capture.h"
#include "capture/packet.h"

typedef struct feed feed;

/* NULL, with a warning, when it cannot be opened. `first`: its first packet. */
feed *feed_open(const segment_spec *spec, const packet *first);
void feed_send(feed *f, const packet *packets, size_t count);
/* Whether the consumer has asked for a key frame since the last time. Does not wait. */
bool feed_asked(feed *f);
/* Removes the description. Takes NULL. */
void feed_close(feed *f);

/* The description (g_free), for tests. `first`: its first packet; `key` NULL: RTP. */
char *feed_sdp(const segment_spec *spec, const packet *first, const uint8_t *key, size_t key_size);

#endif
