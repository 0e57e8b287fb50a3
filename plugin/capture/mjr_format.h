/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Janus's recording format MJR, version 2, as Janus 1.1's recorder writes it. Integers are big-endian.
 *
 *   file   "MJR00002" ‖ u16 length ‖ JSON of that length ‖ frames
 *   frame  "MEET" ‖ u32 milliseconds since the first frame ‖ u16 length ‖ payload of that length
 *
 * The payload is an RTP packet, or, for data channels, i64 microseconds since 1970 and then the message.
 * Members of the JSON: t medium (a, v, d); c codec; f fmtp; d description; x RTP extensions {"id": "uri"}; s
 * when the recording was opened, u when its first frame came (microseconds since 1970); or payload type of
 * RED; e true if end-to-end encrypted. */
#ifndef CONSENT_CAPTURE_MJR_FORMAT_H
#define CONSENT_CAPTURE_MJR_FORMAT_H

#include "capture/capture.h"
#include "capture/packet.h"

#define MJR_MAGIC "MJR00002"
#define MJR_MAGIC_SIZE (sizeof MJR_MAGIC - 1)
#define MJR_FRAME_MAGIC "MEET"
#define MJR_FRAME_MAGIC_SIZE (sizeof MJR_FRAME_MAGIC - 1)
#define MJR_FRAME_HEADER_SIZE (MJR_FRAME_MAGIC_SIZE + sizeof(uint32_t) + sizeof(uint16_t))
#define MJR_DATA_TIME_SIZE sizeof(gint64)

/* janus-pp-rec reads the JSON into 1500 bytes on its stack without asking; fmtp and description come from
 * participants. What is optional is left out, longest-winded first, until the JSON fits. */
#define MJR_JSON_MAX 1400

/* Appends magic, length and JSON. False (nothing appended) when even the members that must be there do not
 * fit. */
bool mjr_format_header(GByteArray *out, const segment_spec *spec, gint64 opened_us, gint64 first_us);

/* Appends one frame. False (nothing appended) when the packet is too long for one. */
bool mjr_format_frame(GByteArray *out, medium what, uint32_t first_ms, const packet *p);

/* Reads the JSON of a header. False when it is none. */
bool mjr_parse_header(const char *json, size_t length, medium *ret_medium, gint64 *ret_first_us);

#endif
