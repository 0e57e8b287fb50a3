// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the files that VideoRoom and the gateway write: a header and frames of RTP, or of data.

import fs from 'node:fs';
import { parse } from './rtp.mjs';

const MAGIC = 'MJR00002';

/** {header, frames: [{at, bytes, …parse()}], whole: false when the last frame is torn}; frames of data have text instead. Throws for what is no such file. */
export function readMjr(file) {
	const bytes = fs.readFileSync(file);
	if (bytes.toString('latin1', 0, 8) !== MAGIC)
		throw new Error(`${file} does not begin with ${MAGIC}`);

	const start = 10 + bytes.readUInt16BE(8);
	const header = JSON.parse(bytes.toString('utf8', 10, start));
	return { file, header, ...readFrames(file, bytes, start, header.t !== 'd') };
}

function readFrames(file, bytes, start, rtp) {
	const frames = [];
	let offset = start;
	while (offset + 10 <= bytes.length) {
		if (bytes.toString('latin1', offset, offset + 4) !== 'MEET')
			throw new Error(`${file} has no frame at ${offset}`);
		const at = bytes.readUInt32BE(offset + 4);
		const end = offset + 10 + bytes.readUInt16BE(offset + 8);
		if (end > bytes.length)
			break;
		// A message of a data channel has its time, eight bytes, before it.
		const payload = bytes.subarray(offset + 10, end);
		frames.push({ at, bytes: payload, ...(rtp ? parse(payload) : { text: payload.toString('utf8', 8) }) });
		offset = end;
	}
	return { frames, whole: offset === bytes.length };
}
