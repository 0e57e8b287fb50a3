/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A captured packet, as it stands in a ring and as sinks get it, and the little that capture reads of RTP
 * (RFC 3550). */
#ifndef CONSENT_CAPTURE_PACKET_H
#define CONSENT_CAPTURE_PACKET_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The length of a frame in an MJR file has sixteen bits. */
#define PACKET_MAX UINT16_MAX

#define RTP_HEADER_SIZE 12

typedef struct packet {
	const uint8_t *bytes; /* borrowed */
	uint32_t length;
	uint32_t serial;   /* of the segment within its track */
	uint32_t since_ms; /* since the segment was opened, steady clock */
	gint64 at_us;      /* arrival, wall clock, microseconds since 1970 */
} packet;

static inline uint16_t packet_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t packet_u32(const uint8_t *at)
{
	return (uint32_t)packet_u16(at) << 16 | packet_u16(at + 2);
}

/* Of the RTP header, contributing sources and extension included. 0: it is not within `length`. */
size_t rtp_header_size(const uint8_t *bytes, size_t length);

/* These three need a packet that rtp_is_media() accepted. */
static inline uint16_t rtp_seq(const uint8_t *rtp)
{
	return packet_u16(rtp + 2);
}

static inline uint32_t rtp_timestamp(const uint8_t *rtp)
{
	return packet_u32(rtp + 4);
}

static inline uint32_t rtp_ssrc(const uint8_t *rtp)
{
	return packet_u32(rtp + 8);
}

/* True for an RTP packet of version 2 whose header, contributing sources and extension included, lies within
 * it; false for RTCP on the same port (RFC 5761) and for anything else. Converters trust these lengths, hence
 * the care. */
bool rtp_is_media(const uint8_t *bytes, size_t length);

#endif
