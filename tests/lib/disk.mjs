// SPDX-License-Identifier: GPL-3.0-or-later
// What is on disk after all: packets, found by their marks in whatever file they are, and files that should not be.

import fs from 'node:fs';
import path from 'node:path';
import { MARK } from './rtp.mjs';
import { readMjr } from './mjr.mjs';

/** Every file below `folder`, links not followed. */
export function files(folder) {
	if (!fs.existsSync(folder))
		return [];
	return fs.readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
		const full = path.join(folder, entry.name);
		return entry.isDirectory() ? files(full) : entry.isFile() ? [full] : [];
	});
}

/** Numbers of all packets in any file below `folder`, by the sender's SSRC: not asked of a format, but of the bytes. */
export function packetsBelow(folder) {
	const found = new Map();
	for (const file of files(folder))
		for (const { source, number } of marks(fs.readFileSync(file)))
			(found.get(source) ?? found.set(source, new Set()).get(source)).add(number);
	return found;
}

/** The numbers of `track`'s packets that are on disk anywhere in the Janus's folder. */
export function packetsOf(janus, { ssrc }) {
	return packetsBelow(janus.folder).get(ssrc) ?? new Set();
}

function* marks(bytes) {
	for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + 1))
		if (at + MARK.length + 8 <= bytes.length)
			yield { source: bytes.readUInt32BE(at + MARK.length), number: bytes.readUInt32BE(at + MARK.length + 4) };
}

const mjrsBelow = folder => files(folder).filter(file => file.endsWith('.mjr')).map(readMjr);

/** The gateway's segments, read. */
export function segmentFiles(janus) {
	return mjrsBelow(janus.recordings);
}

/** What `publish` says so that a Janus without the gateway records the call by itself. */
export const recording = janus => janus.gateway ? {} : { record: true, filename: 'bare' };

/** What was recorded, by the gateway or, without one, by VideoRoom. */
export function recordings(janus) {
	return janus.gateway ? segmentFiles(janus) : mjrsBelow(janus.home);
}

/** Files that neither the test nor the gateway has any business to have made. */
export function strays(janus) {
	const keys = ['signing-key', 'capture-key'].map(name => path.join(path.dirname(janus.store), name));
	const expected = [janus.in('config'), janus.in('plugins'), janus.in('transports'), janus.recordings, janus.store, ...keys];
	return files(janus.folder).filter(file => !expected.some(prefix => file.startsWith(prefix)));
}

/** from, from + 1, … to. */
export function numbers(from, to) {
	return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

/** Takes every free byte of the file system that `folder` is on; returns what gives them back. For small ones of the test's own. */
export function fill(folder) {
	const file = path.join(folder, 'filler');
	const out = fs.openSync(file, 'w');
	try {
		for (let size = 1 << 16; size >= 1; size >>= 4)
			writeAll(out, Buffer.alloc(size));
	} finally {
		fs.closeSync(out);
	}
	return () => fs.rmSync(file);
}

function writeAll(out, bytes) {
	try {
		while (fs.writeSync(out, bytes) === bytes.length);
	} catch (error) {
		if (error.code !== 'ENOSPC')
			throw error;
	}
}
