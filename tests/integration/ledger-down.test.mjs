// SPDX-License-Identifier: GPL-3.0-or-later
// No ledger, no capture: when it cannot be written, decisions are refused with 708 and nothing is captured, the call goes on,
// and all mends itself when there is room again. The same for the disk of the recordings.

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { fill, numbers, packetsOf } from '../lib/disk.mjs';
import { assertCaptured, assertError, assertNumbers } from '../lib/expect.mjs';
import { startJanus } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import { closeAll } from '../lib/peer.mjs';
import { eventually } from '../lib/stream.mjs';
import { records, segments, verify } from '../lib/tool.mjs';

after(closeAll);

/** The ledger on a small disk of its own. */
const SMALL_LEDGER = {
	tmpfs: { ledger: '2m' },
	consent: janus => ({ store: janus.in('ledger', 'ledger.sqlite'), ledger_timeout_ms: 1000 }),
};

/** Ann is captured, Bob undecided, when the ledger's disk is full. */
async function withFullLedger(t) {
	const janus = await startJanus(t, SMALL_LEDGER);
	const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
	const [ann, bob] = meeting.people;
	await consent.start(bob);
	await consent.grant(ann);
	await captured(ann, true, ['audio', 'video']);
	await meeting.send();
	const free = fill(janus.in('ledger'));
	const notice = await consent.noticeOf(bob, 'record');
	const decisions = [{ purpose: 'record', media: ['audio', 'video'], decision: 'granted', notice }];
	const grantOfBob = () => bob.request({ request: 'consent_decide', decisions });
	return { janus, meeting, ann, bob, free, grantOfBob };
}

/** Resolves when capture of these media of `who` is told to have begun, or ended; with the reasons. */
async function captured(who, capturing, media) {
	const reasons = [];
	for (const medium of media)
		reasons.push((await who.handle.consent('capture', { medium, capturing })).reason);
	return reasons;
}

async function assertWhole(janus) {
	const { status, stdout, stderr } = await verify(janus);
	assert.equal(status, 0, stdout + stderr);
}

test('the ledger\'s disk is full: 708, no capture, the call goes on; with room again all goes on', async t => {
	const { janus, meeting, ann, bob, free, grantOfBob } = await withFullLedger(t);
	const before = await consent.decisionsOf(ann, bob.feed);

	assertError(await grantOfBob(), 708, /[Ll]edger/);
	assert.deepEqual(await consent.decisionsOf(ann, bob.feed), before, 'nothing changed');
	for (const reason of await captured(ann, false, ['audio', 'video']))
		assert.match(reason, /ledger|records/);
	assert.match((await bob.handle.consent('activity', { state: 'paused' })).reason, /ledger|records/);
	const until = { audio: ann.audio.sent, video: ann.video.sent };

	assertError(await grantOfBob(), 708);
	assertError(await consent.start(bob, 'summarize'), 708);
	await meeting.send();
	for (const track of meeting.people.flatMap(person => person.tracks))
		assertNumbers(meeting.watcher.numbers(track), numbers(1, track.sent), 'relayed all the same');

	const from = { audio: ann.audio.sent + 1, video: ann.video.sent + 1 };
	free();
	await captured(ann, true, ['audio', 'video']);
	await bob.handle.consent('activity', { state: 'running' });
	await eventually(async () => (await grantOfBob()).consent === 'decided', 'a decision that counts');
	const bobFrom = bob.video.sent + 1;
	await meeting.send();
	await meeting.close();
	await janus.stop();

	for (const medium of ['audio', 'video'])
		assertNumbers(packetsOf(janus, ann[medium]),
			[...numbers(1, until[medium]), ...numbers(from[medium], ann[medium].sent)], `Ann's ${medium}`);
	assertCaptured(janus, bob.video, bobFrom, bob.video.sent);
	assert.deepEqual((await records(janus)).map(row => [row.display, row.decision]),
		[['Ann', 'granted'], ['Ann', 'granted'], ['Bob', 'granted'], ['Bob', 'granted']]);
	assert.deepEqual((await segments(janus)).filter(row => row.state !== 'closed'), []);
	await assertWhole(janus);
});

/** What takes consent away is in force without a ledger; the answer says that it could not be written yet. */
const CLOSING = {
	'a withdrawal': [consent.withdraw, 'withdrawn'],
	'a refusal': [consent.refuse, 'refused'],
};

for (const [name, [close, decision]] of Object.entries(CLOSING))
	test(`${name} while the ledger is down is in force at once, told to all, and written later`, async t => {
		const { janus, meeting, ann, bob, free, grantOfBob } = await withFullLedger(t);
		const until = ann.video.sent;
		assertError(await close(ann), 708);
		await meeting.send();
		assert.deepEqual((await consent.decisionsOf(ann, ann.feed)).record, { audio: decision, video: decision });
		await bob.handle.next(data => data.event === 'decision' && data.decisions.audio === decision, 'the decision');

		free();
		await eventually(async () => (await grantOfBob()).consent === 'decided', 'a decision that counts');
		await meeting.send();
		await meeting.close();
		await janus.stop();
		assertCaptured(janus, ann.video, 1, until);
		const rows = await records(janus, '--decision', decision);
		assert.deepEqual(rows.map(row => [row.display, row.medium]), [['Ann', 'audio'], ['Ann', 'video']]);
		await assertWhole(janus);
	});

test('who joins and leaves while the ledger is down can talk, and is not captured', async t => {
	const { janus, meeting, free, grantOfBob } = await withFullLedger(t);
	const guest = await meeting.add(janus, 'Guest');
	assertError(await consent.grant(guest), 708);
	await meeting.send(5);
	free();
	await eventually(async () => (await grantOfBob()).consent === 'decided', 'a decision that counts');
	await meeting.send(5);
	await meeting.close();
	await janus.stop();
	for (const track of guest.tracks)
		assertCaptured(janus, track, 1, 0);
	await assertWhole(janus);
});

test('Janus stops while the ledger is down: it does stop, and the next start mends the ledger', async t => {
	const { janus, meeting, ann, free, grantOfBob } = await withFullLedger(t);
	const until = ann.video.sent;
	assertError(await grantOfBob(), 708);
	await captured(ann, false, ['audio', 'video']);
	await meeting.send();
	await meeting.close();
	await janus.stop();
	free();
	await assertWhole(janus);

	await janus.start();
	const again = await Meeting.of(janus, ['Ann']);
	await again.close();
	await janus.stop();
	assertCaptured(janus, ann.video, 1, until);
	assert.deepEqual((await segments(janus)).filter(row => row.state === 'open'), []);
	await assertWhole(janus);
});

test('the disk of the recordings is full: capture ends, decisions count, and capture resumes with room', async t => {
	const janus = await startJanus(t, { tmpfs: { media: '1m' }, consent: own => ({ recordings: own.in('media', 'recordings') }) });
	const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
	const [ann, bob] = meeting.people;
	await consent.start(bob);
	await consent.grant(ann, 'record', ['video']);
	await captured(ann, true, ['video']);
	await meeting.send();
	const safe = ann.video.sent;
	await eventually(() => packetsOf(janus, ann.video).size === safe, 'the writer');
	const free = fill(janus.in('media'));

	ann.flow();
	const [reason] = await captured(ann, false, ['video']);
	await ann.stopFlow();
	await meeting.arrived();
	const last = ann.video.sent;
	assert.match(reason, /disk|recordings|space/i);
	assert.equal((await consent.grant(bob, 'record', ['audio'])).consent, 'decided');
	await meeting.send();

	const from = ann.video.sent + 1;
	free();
	await captured(ann, true, ['video']);
	await meeting.send();
	await meeting.close();
	await janus.stop();
	const found = packetsOf(janus, ann.video);
	const sure = new Set([...found].filter(number => number <= safe || number > last));
	assertNumbers(sure, [...numbers(1, safe), ...numbers(from, ann.video.sent)], 'Ann\'s video');
	await assertWhole(janus);
});
