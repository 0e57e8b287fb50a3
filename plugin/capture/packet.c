/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/packet.h"

#include "base/cacheline.h"

#define RTP_VERSION 2
#define RTP_EXTENSION_BIT 0x10
#define RTP_CSRC_MASK 0x0f
/* RFC 5761, section 4: the second byte of the RTCP packet types in use, which RTP payload types keep clear
 * of. */
#define RTCP_FIRST 192
#define RTCP_LAST 223

EVERY_PACKET size_t rtp_header_size(const uint8_t *bytes, size_t length)
{
	if (length < RTP_HEADER_SIZE)
		return 0;
	size_t header = RTP_HEADER_SIZE + 4 * (size_t)(bytes[0] & RTP_CSRC_MASK);
	if (bytes[0] & RTP_EXTENSION_BIT) {
		if (length < header + 4)
			return 0;
		header += 4 + 4 * (size_t)packet_u16(bytes + header + 2);
	}
	return length >= header ? header : 0;
}

EVERY_PACKET bool rtp_is_media(const uint8_t *bytes, size_t length)
{
	if (length < RTP_HEADER_SIZE || bytes[0] >> 6 != RTP_VERSION)
		return false;
	if (bytes[1] >= RTCP_FIRST && bytes[1] <= RTCP_LAST)
		return false;
	return rtp_header_size(bytes, length) != 0;
}
