// SPDX-License-Identifier: GPL-3.0-or-later
// When the answer to a withdrawal is there, the gate is closed: not one later packet is on disk, however fast the
// source goes on sending. And what was sent while the grant stood is there, every packet of it.

import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { numbers, packetsOf, segmentFiles } from '../lib/disk.mjs';
import { assertNumbers } from '../lib/expect.mjs';
import { ROOM, SECRET, startJanus } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import { PACKETS_A_FRAME } from '../lib/media.mjs';
import { closeAll } from '../lib/peer.mjs';
import { segments, verify } from '../lib/tool.mjs';

after(closeAll);

const ROUNDS = Number(process.env.ROUNDS ?? 200);

/** Which of a track's packets must be on disk, and which may be, because nobody can say on which side of the gate they were. */
class Bounds {
	#must = [];
	#unsure = [];

	/** Numbers of the last packets sent when the grant was answered, the withdrawal asked, and that answered. */
	add({ granted, asked, answered }) {
		this.#must.push(...numbers(granted + 1, asked));
		this.#unsure.push(numbers(asked + 1, answered));
	}

	get due() {
		return this.#must.length;
	}

	assertHeld(janus, track) {
		const found = packetsOf(janus, track);
		// Whatever came before the gate closed is there, so that the rest of a round ends once and for all.
		const before = this.#unsure.flatMap(round => round.slice(0, round.findLastIndex(number => found.has(number)) + 1));
		assertNumbers(found, [...this.#must, ...before], `${track.format.medium}, ${this.due} due, ${before.length} in between`);
	}
}

/** Asks while the source goes on sending, some packets beyond the answer; resolves with it, and the last numbers sent when it came. */
async function askUnderFlow(source, request) {
	source.flow();
	const answer = await request();
	const answered = source.tracks.map(track => track.sent);
	while (source.tracks.some((track, i) => track.open && track.sent < answered[i] + 2 * PACKETS_A_FRAME))
		await setTimeout(1);
	await source.stopFlow();
	return { answer, answered };
}

test(`withdrawing in the middle of a video frame, ${ROUNDS} times`, async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;
	const bounds = new Map(ann.tracks.map(track => [track, new Bounds()]));
	await consent.start(ann);
	const notice = await consent.noticeOf(ann, 'record');
	const decisions = [{ purpose: 'record', media: ['audio', 'video'], decision: 'granted', notice }];

	for (let round = 0; round < ROUNDS; round++) {
		// So many decisions in so short a time are not taken.
		assert.equal((await consent.patiently(() => ann.request({ request: 'consent_decide', decisions }))).consent, 'decided');
		const granted = ann.tracks.map(track => track.sent);
		ann.video.sendFrame();
		ann.audio.sendFrame();
		for (let part = 0; part <= round % (PACKETS_A_FRAME - 1); part++)
			ann.video.sendNext();
		await meeting.arrived();
		const asked = ann.tracks.map(track => track.sent);

		const { answer, answered } = await askUnderFlow(ann, () => consent.withdraw(ann));
		assert.equal(answer.consent, 'withdrawn');
		ann.tracks.forEach((track, i) => bounds.get(track).add({ granted: granted[i], asked: asked[i], answered: answered[i] }));
		await meeting.arrived();
	}

	await meeting.close();
	await janus.stop();
	for (const [track, bound] of bounds) {
		assert.ok(bound.due >= ROUNDS, 'every round has packets that are due');
		bound.assertHeld(janus, track);
	}
	await assertLedger(janus, 2 * ROUNDS);
});

async function assertLedger(janus, expected) {
	const rows = await segments(janus);
	assert.equal(rows.length, expected);
	assert.deepEqual(rows.filter(row => row.lost !== 0 || row.state !== 'closed' || row.reason !== 'withdrawn'), []);
	const packets = segmentFiles(janus).reduce((sum, file) => sum + file.frames.length, 0);
	assert.equal(rows.reduce((sum, row) => sum + row.packets, 0), packets);
	assert.equal((await verify(janus)).status, 0);
}

const room = { room: ROOM, secret: SECRET };

/** Other ways to close a gate; what makes the video flow again, without consent to it; why Ann is told that capture ended. */
const WAYS = {
	'refusing': [({ ann }) => consent.refuse(ann)],
	'stopping the activity': [({ bob }) => consent.stop(bob)],
	'enable_recording off': [({ bob }) => bob.request({ request: 'enable_recording', ...room, record: false })],
	'a moderator\'s mute': [
		({ ann, bob }) => bob.request({ request: 'moderate', ...room, id: ann.feed, mid: '1', mute: true }),
		({ ann, bob }) => bob.request({ request: 'moderate', ...room, id: ann.feed, mid: '1', mute: false }),
	],
	'switching the stream off': [
		({ ann }) => ann.request({ request: 'configure', streams: [{ mid: '1', send: false }] }),
		({ ann }) => ann.request({ request: 'configure', streams: [{ mid: '1', send: true }] }),
	],
	'switching video off': [
		({ ann }) => ann.request({ request: 'configure', video: false }),
		({ ann }) => ann.request({ request: 'configure', video: true }),
	],
	'unpublishing': [({ ann }) => ann.request({ request: 'unpublish' })],
	'leaving': [({ ann }) => ann.request({ request: 'leave' })],
	'being kicked': [({ ann, bob }) => bob.request({ request: 'kick', ...room, id: ann.feed }), null, 'kicked'],
	'the room\'s end': [({ bob }) => bob.request({ request: 'destroy', ...room }), null, 'room destroyed'],
};

for (const [name, [way, back, reason]] of Object.entries(WAYS))
	test(`${name} closes the gate likewise`, async t => {
		const janus = await startJanus(t);
		const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
		const [ann, bob] = meeting.people;
		await consent.start(bob);
		await consent.grant(ann);
		ann.video.sendFrames(2);
		await meeting.arrived([ann]);
		const asked = ann.video.sent;

		const { answer, answered: [, answered] } = await askUnderFlow(ann, () => way({ ann, bob }));
		assert.equal(answer.error_code, undefined, JSON.stringify(answer));
		if (reason)
			assert.equal((await ann.handle.consent('capture', { capturing: false, medium: 'video' })).reason, reason);
		if (back) {
			await consent.withdraw(ann);
			await back({ ann, bob });
			await meeting.send(3, [ann]);
		}
		await meeting.close();
		await janus.stop();
		const bounds = new Bounds();
		bounds.add({ granted: 0, asked, answered });
		bounds.assertHeld(janus, ann.video);
	});
