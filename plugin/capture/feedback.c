/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/feedback.h"

#include "capture/packet.h"

#define RTCP_HEADER_SIZE 4
/* With the SSRCs of sender and media. */
#define FEEDBACK_SIZE (RTCP_HEADER_SIZE + 2 * 4)

#define PAYLOAD_SPECIFIC 206
#define PLI 1
#define FIR 4

static bool is_request(const uint8_t *rtcp, size_t size)
{
	unsigned format = rtcp[0] & 0x1f;

	return size >= FEEDBACK_SIZE && rtcp[1] == PAYLOAD_SPECIFIC && (format == PLI || format == FIR);
}

bool feedback_wants_keyframe(const uint8_t *bytes, size_t length)
{
	while (length >= RTCP_HEADER_SIZE && bytes[0] >> 6 == 2) {
		size_t size = ((size_t)packet_u16(bytes + 2) + 1) * 4;

		if (size > length)
			return false;
		if (is_request(bytes, size))
			return true;
		bytes += size;
		length -= size;
	}
	return false;
}
