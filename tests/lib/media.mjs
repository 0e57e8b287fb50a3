// SPDX-License-Identifier: GPL-3.0-or-later
// What the sources send: real enough for janus-pp-rec and FFmpeg, and numbered packet by packet.

/** One blue picture of 64×48, a key frame of VP8. A decoder reads no further than it needs, so that a number can follow. */
const PICTURE = Buffer.from('kAMAnQEqQAAwAABHCIWFiIWEiAICAnWqA/gD+AIHO4YdMbPFmQD++7Ar/37S4P3H/02/+3ZpjH7+5MA=', 'base64');

/** Opus, 20 ms, fullband, mono, one frame a packet: every content decodes to some sound. */
const SOUND = Buffer.concat([Buffer.from([0xf8]), Buffer.alloc(40, 0x5a)]);

export const PACKETS_A_FRAME = 4;

export const OPUS = {
	medium: 'audio',
	codec: 'opus',
	payloadType: 111,
	clock: 48_000,
	step: 960,
	packets: 1,
	payload: () => SOUND,
};

/** Every frame a key frame, in PACKETS_A_FRAME packets. */
export const VP8 = {
	medium: 'video',
	codec: 'VP8',
	payloadType: 96,
	clock: 90_000,
	step: 3_000,
	packets: PACKETS_A_FRAME,
	payload: (frame, part) => Buffer.concat([descriptor(frame, part === 0), part === 0 ? PICTURE : Buffer.alloc(60)]),
};

/** VP8 payload descriptor with a picture id of 15 bits (RFC 7741). */
function descriptor(frame, first) {
	return Buffer.from([first ? 0x90 : 0x80, 0x80, 0x80 | ((frame >> 8) & 0x7f), frame & 0xff]);
}

/** The same packets by another name, for those who only pass them on. */
export const audioOf = (codec, payloadType, step = 160) => ({ ...OPUS, codec, payloadType, step });
export const videoOf = (codec, payloadType, profile) => ({ ...VP8, codec, payloadType, profile });
