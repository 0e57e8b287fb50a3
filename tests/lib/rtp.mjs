// SPDX-License-Identifier: GPL-3.0-or-later
// RTP packets that carry their own number, so that wherever one turns up it can be told which one it is.

const HEADER = 12;
/** Where this stands, twice four bytes follow: the sender's SSRC and the number. */
export const MARK = Buffer.from('CNSN');
const TRAILER = MARK.length + 8;

/** A packet whose payload ends with mark, SSRC and number; without a number it is the payload alone, as a decoder of sound wants it. */
export function packet({ payloadType, marker = false, seq, timestamp, ssrc, number, payload }) {
	const bytes = Buffer.alloc(HEADER + payload.length + (number === undefined ? 0 : TRAILER));
	bytes[0] = 0x80;
	bytes[1] = (marker ? 0x80 : 0) | payloadType;
	bytes.writeUInt16BE(seq & 0xffff, 2);
	bytes.writeUInt32BE(timestamp >>> 0, 4);
	bytes.writeUInt32BE(ssrc, 8);
	payload.copy(bytes, HEADER);
	if (number === undefined)
		return bytes;
	MARK.copy(bytes, HEADER + payload.length);
	bytes.writeUInt32BE(ssrc, bytes.length - 8);
	bytes.writeUInt32BE(number, bytes.length - 4);
	return bytes;
}

/** What a packet says. `number` and `source` (the sender's SSRC, whatever the header says by now) are null for a foreign one. */
export function parse(bytes) {
	const header = HEADER + 4 * (bytes[0] & 0x0f);
	const ours = bytes.length >= header + TRAILER && bytes.subarray(-TRAILER, -8).equals(MARK);
	return {
		payloadType: bytes[1] & 0x7f,
		seq: bytes.readUInt16BE(2),
		timestamp: bytes.readUInt32BE(4),
		ssrc: bytes.readUInt32BE(8),
		source: ours ? bytes.readUInt32BE(bytes.length - 8) : null,
		number: ours ? bytes.readUInt32BE(bytes.length - 4) : null,
	};
}

/** RTCP shares the port with RTP; its packet types are in a range of their own (RFC 5761). */
export function isRtp(bytes) {
	return bytes.length >= HEADER && (bytes[0] & 0xc0) === 0x80 && !(bytes[1] >= 192 && bytes[1] <= 223);
}
