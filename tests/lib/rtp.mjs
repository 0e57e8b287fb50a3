// SPDX-License-Identifier: GPL-3.0-or-later
// RTP packets that carry their own number, so that wherever one turns up it can be told which one it is.

const HEADER = 12;
/** Where this stands, twice four bytes follow: the sender's SSRC and the number. */
export const MARK = Buffer.from('CNSN');
const TRAILER = MARK.length + 8;

/** Elements of one byte's header (RFC 8285), {id: text}, as the extension of an RTP header. */
function extensionOf(elements) {
	const bytes = Object.entries(elements).map(([id, text]) => Buffer.concat([Buffer.from([(id << 4) | (text.length - 1)]), Buffer.from(text)]));
	const size = bytes.reduce((sum, one) => sum + one.length, 0);
	const words = Math.ceil(size / 4);
	return Buffer.concat([Buffer.from([0xbe, 0xde, 0, words]), ...bytes], 4 + 4 * words);
}

/**
 * A packet whose payload ends with mark, SSRC and number; without a number it is the payload alone, as a decoder of sound wants it. `sources` contributed (CSRC);
 * `extension`: its elements, or all its bytes; `padding`: so many bytes.
 */
export function packet({ payloadType, marker = false, seq, timestamp, ssrc, sources = [], number, payload = Buffer.alloc(0), extension, padding = 0 }) {
	const header = Buffer.alloc(HEADER + 4 * sources.length);
	header[0] = 0x80 | (padding ? 0x20 : 0) | (extension ? 0x10 : 0) | sources.length;
	header[1] = (marker ? 0x80 : 0) | payloadType;
	header.writeUInt16BE(seq & 0xffff, 2);
	header.writeUInt32BE(timestamp >>> 0, 4);
	header.writeUInt32BE(ssrc, 8);
	sources.forEach((source, i) => header.writeUInt32BE(source, HEADER + 4 * i));
	const more = Buffer.isBuffer(extension) ? extension : extensionOf(extension ?? {});
	return Buffer.concat([header, ...(extension ? [more] : []), payload, ...(number === undefined ? [] : [trailer(ssrc, number)]), paddingOf(padding)]);
}

function paddingOf(length) {
	const bytes = Buffer.alloc(length);
	if (length)
		bytes[length - 1] = length;
	return bytes;
}

function trailer(ssrc, number) {
	const bytes = Buffer.alloc(TRAILER);
	MARK.copy(bytes);
	bytes.writeUInt32BE(ssrc, MARK.length);
	bytes.writeUInt32BE(number, MARK.length + 4);
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

/** What a packet carries, behind its header and the header's extension. */
export function payloadOf(bytes) {
	const header = HEADER + 4 * (bytes[0] & 0x0f);
	return bytes.subarray(bytes[0] & 0x10 ? header + 4 + 4 * bytes.readUInt16BE(header + 2) : header);
}

/** RTCP shares the port with RTP; its packet types are in a range of their own (RFC 5761). */
export function isRtp(bytes) {
	return bytes.length >= HEADER && (bytes[0] & 0xc0) === 0x80 && !(bytes[1] >= 192 && bytes[1] <= 223);
}
