// SPDX-License-Identifier: GPL-3.0-or-later
// Key frames of shared screens: what comes faster than the writer looks, of several people at once, is captured all the same.

import assert from 'node:assert/strict';
import { setImmediate, setTimeout } from 'node:timers/promises';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { packetsOf } from '../lib/disk.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { OPUS, VP8 } from '../lib/media.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Source } from '../lib/source.mjs';
import { Subscriber } from '../lib/subscriber.mjs';
import { segments } from '../lib/tool.mjs';

after(closeAll);

const PEOPLE = 3;
const BURSTS = 2;
/** Of about 1,200 bytes: 300 KB. */
const PACKETS = 250;
const SPREAD_MS = 50;

/** One frame in so many packets, the first of which is all that a decoder would look at. */
const SCREEN = {
	...VP8,
	packets: PACKETS,
	payload: (frame, part) => Buffer.concat([VP8.payload(frame, part), Buffer.alloc(1_100)]),
};

/** A frame of each, side by side, over SPREAD_MS: sent at once, it would overrun the sockets' buffers before Janus sees it. */
async function burst(people) {
	const begun = performance.now();
	for (let part = 0; part < PACKETS; part++) {
		while (performance.now() - begun < part * SPREAD_MS / PACKETS)
			await setImmediate();
		for (const { video } of people)
			video.sendNext();
	}
}

test(`${PACKETS} packets of each of ${PEOPLE} within ${SPREAD_MS} ms: all are captured`, async t => {
	const janus = await startJanus(t);
	const people = [];
	for (let i = 0; i < PEOPLE; i++)
		people.push(await Source.publish(janus, { room: ROOM, formats: { audio: OPUS, video: SCREEN } }));
	await consent.start(people[0]);
	for (const person of people)
		await consent.grant(person);
	const watcher = await Subscriber.join(janus, ROOM, people.map(({ feed }) => feed));
	for (let i = 0; i < BURSTS; i++)
		await burst(people);
	for (const { audio } of people)
		await comesThrough(watcher, audio);
	await consent.stop(people[0]);

	const { lost, rings } = await statisticsOnceClosed(janus);
	assert.equal(lost, 0);
	assert.equal(rings.fullest, 0);
	for (const person of people)
		await person.close();
	watcher.close();
	await janus.stop();

	for (const { video } of people) {
		const captured = packetsOf(janus, video);
		const missing = [...watcher.numbers(video)].filter(number => !captured.has(number));
		assert.deepEqual(missing, [], `of ${video.ssrc}, ${captured.size} captured`);
	}
	assert.deepEqual((await segments(janus)).map(segment => segment.lost), Array(2 * PEOPLE).fill(0));
});

/** Resolves when something that was sent behind the bursts has come through: again and again, for sockets may be full. */
async function comesThrough(watcher, track) {
	while (watcher.last(track) === 0) {
		track.sendNext();
		await setTimeout(5);
	}
}

/** Of capture, when no segment is open. */
async function statisticsOnceClosed(janus) {
	const admin = await janus.admin();
	let capture;
	do
		({ capture } = await admin.request(janus.package, { request: 'consent_stats' }));
	while (capture.open > 0);
	admin.close();
	return capture;
}
