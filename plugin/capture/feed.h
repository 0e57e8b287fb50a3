/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A segment as a live stream to a consumer: its packets as they came, by UDP, as SRTP under a key of the
 * segment's own, and a file in SDP that describes it while it lasts, for FFmpeg or GStreamer. Nothing is
 * waited for: what cannot be sent at once is lost to the consumer. Writer thread only; srtp_init() must have
 * succeeded once, as Janus sees to. */
#ifndef CONSENT_CAPTURE_FEED_H
#define CONSENT_CAPTURE_FEED_H

#include "capture/capture.h"
#include "capture/packet.h"

typedef struct feed feed;

/* NULL, with a warning, when it cannot be opened. `first`: its first packet. */
feed *feed_open(const segment_spec *spec, const packet *first);
void feed_send(feed *f, const packet *packets, size_t count);
/* Removes the description. Takes NULL. */
void feed_close(feed *f);

/* The description (g_free), for tests. `key` NULL: RTP. */
char *feed_sdp(const segment_spec *spec, unsigned payload_type, const uint8_t *key, size_t key_size);

#endif
