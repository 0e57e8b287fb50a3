// SPDX-License-Identifier: MIT
// What is on disk, judged by its packets and by what others' tools make of it.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { segmentFiles, strays } from '../../lib/disk.mjs';
import { play } from '../../lib/playable.mjs';
import { PATIENCE } from '../../lib/stream.mjs';
import { run, segments } from '../../lib/tool.mjs';

/** How many packets of each SSRC are on disk, over all files whatever they are called. */
export function packetsBySsrc(janus) {
	const counts = new Map();
	for (const { frames } of segmentFiles(janus))
		for (const { ssrc } of frames)
			counts.set(ssrc, (counts.get(ssrc) ?? 0) + 1);
	return counts;
}

/** Asserts that the packets on disk are of these SSRCs, all of them and no others, and that there are no other files. */
export function assertOnDisk(janus, ssrcs) {
	assert.deepEqual([...packetsBySsrc(janus).keys()].sort(), [...ssrcs].sort(), 'whose packets are on disk');
	assert.deepEqual(strays(janus), [], 'no file but the gateway’s own');
}

/** Asserts that each file is one row of the ledger and says of itself what the ledger says of it. Resolves with the rows. */
export async function assertLedgerKnowsFiles(janus) {
	const rows = await segments(janus);
	const files = segmentFiles(janus);
	assert.deepEqual(rows.map(({ file }) => path.join(janus.recordings, file)).sort(), files.map(({ file }) => file).sort());
	for (const { file, frames, whole } of files) {
		const row = rows.find(one => path.join(janus.recordings, one.file) === file);
		assert.ok(whole, `${file} is whole`);
		assert.equal(row.packets, frames.length, `${file}: packets`);
		assert.equal(row.sha256, crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex'), `${file}: SHA-256`);
		assert.deepEqual([...new Set(frames.map(({ ssrc }) => ssrc))], [row.ssrc], `${file}: SSRC`);
	}
	return rows;
}

/** Resolves when the ledger has every segment as closed: files are finished a moment after the gate. */
export async function closedSegments(janus) {
	const deadline = Date.now() + PATIENCE;
	while (!(await segments(janus)).every(({ state }) => state === 'closed'))
		assert.ok(Date.now() < deadline, 'segments are closed in the ledger');
}

/** What janus-pp-rec and FFmpeg make of each file: {medium, codec, frames, seconds, mjr}. */
export async function played(janus) {
	return Promise.all(segmentFiles(janus).map(async mjr => ({ mjr, medium: mjr.header.t === 'a' ? 'audio' : 'video', ...(await play(mjr, janus.folder)) })));
}

/** The colour of the wall behind whoever is in a converted video, as [red, green, blue]. */
export async function wallColour({ mjr }, janus) {
	const video = path.join(janus.folder, `${path.basename(mjr.file, '.mjr')}.webm`);
	const raw = `${video}.rgb`;
	const { status, stderr } = await run('ffmpeg', ['-v', 'error', '-y', '-i', video, '-vf', 'crop=iw*0.14:ih*0.12:iw*0.62:ih*0.04,scale=1:1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', raw]);
	assert.equal(status, 0, stderr);
	return [...fs.readFileSync(raw).subarray(-3)];
}
