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

/** What janus-pp-rec and FFmpeg make of each file: {medium, codec, frames, seconds, mjr}. They may complain of nothing. */
export async function played(janus) {
	return Promise.all(segmentFiles(janus).map(async mjr => {
		const medium = mjr.header.t === 'a' ? 'audio' : 'video';
		return { mjr, medium, ...(await play(medium === 'video' ? withoutTornPictures(mjr, janus.folder) : mjr, janus.folder)) };
	}));
}

/**
 * Yes and no take effect at a packet, and so often in the middle of a picture, of which FFmpeg rightly says that it is broken. The first and the last
 * picture are left out of a copy where they are torn, so that everything between them can be held to account.
 */
function withoutTornPictures(mjr, folder) {
	const { frames } = mjr;
	const end = frames.findLastIndex(endsPicture) + 1;
	const begin = beginsPicture(frames[0]) ? 0 : frames.findIndex(endsPicture) + 1;
	for (const torn of [frames.slice(0, begin), frames.slice(end)])
		assert.ok(new Set(torn.map(({ timestamp }) => timestamp)).size <= 1, 'at most one picture is torn at either end');

	const bytes = fs.readFileSync(mjr.file);
	const size = some => some.reduce((sum, one) => sum + 10 + one.bytes.length, 0);
	const start = bytes.length - size(frames);
	const file = path.join(folder, path.basename(mjr.file));
	fs.writeFileSync(file, Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + size(frames.slice(0, begin)), start + size(frames.slice(0, end)))]));
	return { ...mjr, file };
}

/** The RTP marker: VP8's last packet of a picture. */
const endsPicture = ({ bytes }) => (bytes[1] & 0x80) !== 0;

/** VP8's payload descriptor (RFC 7741), after the RTP header and its extension: start of partition, and of the first one. */
function beginsPicture({ bytes }) {
	const header = 12 + 4 * (bytes[0] & 0x0f);
	const extension = bytes[0] & 0x10 ? 4 + 4 * bytes.readUInt16BE(header + 2) : 0;
	return (bytes[header + extension] & 0x17) === 0x10;
}

/** The colour of the wall behind whoever is in a converted video, as [red, green, blue]. */
export async function wallColour({ mjr }, janus) {
	const video = path.join(janus.folder, `${path.basename(mjr.file, '.mjr')}.webm`);
	const raw = `${video}.rgb`;
	const wall = 'crop=iw*0.14:ih*0.12:iw*0.62:ih*0.04,scale=1:1';
	const { status, stderr } = await run('ffmpeg', ['-v', 'error', '-y', '-i', video, '-vf', wall, '-f', 'rawvideo', '-pix_fmt', 'rgb24', raw]);
	assert.equal(status, 0, stderr);
	return [...fs.readFileSync(raw).subarray(-3)];
}
