// SPDX-License-Identifier: GPL-3.0-or-later
// Who is captured: the one who said yes, to that, for that medium, from then until they change their mind. Counted in packets.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { packetsOf, segmentFiles, strays } from '../lib/disk.mjs';
import { assertCaptured, assertError, assertNothingCaptured, HASH, TIME, UUID } from '../lib/expect.mjs';
import { OTHER_ROOM, ROOM, SECRET, startJanus } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import { closeAll } from '../lib/peer.mjs';
import { play } from '../lib/playable.mjs';
import { Source } from '../lib/source.mjs';
import { records, segments, verify } from '../lib/tool.mjs';

after(closeAll);

test('three people: one allows, one declines, one ignores it', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann', 'Bob', 'Cem']);
	const [ann, bob, cem] = meeting.people;

	await meeting.send();
	const started = await consent.start(ann);
	assert.deepEqual([started.consent, started.state], ['started', 'running']);
	for (const person of meeting.people)
		assertNotice(await person.handle.consent('notice', { purpose: 'record' }), started, ann);

	await meeting.send();
	assert.equal((await consent.grant(bob)).consent, 'decided');
	assert.equal((await consent.refuse(ann)).consent, 'decided');
	const begun = { audio: bob.audio.sent + 1, video: bob.video.sent + 1 };
	await meeting.send(30);
	const ended = { audio: bob.audio.sent, video: bob.video.sent };
	assert.equal((await consent.withdraw(bob)).consent, 'withdrawn');
	await meeting.send();
	assert.equal((await consent.stop(cem)).segments, 2);
	await meeting.send();

	assert.equal(meeting.watcher.numbers(cem.video).size, cem.video.sent, 'whoever says no or nothing stays in the call');
	await meeting.close();
	await janus.stop();

	assertCaptured(janus, bob.audio, begun.audio, ended.audio);
	assertCaptured(janus, bob.video, begun.video, ended.video);
	for (const track of [...ann.tracks, ...cem.tracks])
		assert.equal(packetsOf(janus, track).size, 0, 'nothing of the others');
	assert.deepEqual(strays(janus), []);
	await assertStory(janus, { ann, bob });
});

function assertNotice(event, { activity }, by) {
	assert.equal(event.activity, activity);
	assert.equal(event.by_display, by.display);
	assert.match(event.by, UUID);
	assert.match(event.notice, HASH);
	for (const field of ['title', 'summary', 'recipients', 'retention', 'state'])
		assert.ok(event[field]?.length > 0, `${field} in a notice`);
	assert.deepEqual(event.decision, { audio: 'undecided', video: 'undecided' });
	assert.equal(event.countdown, 0);
}

/** What files, segments and records say of the story above. */
async function assertStory(janus, { ann, bob }) {
	const files = segmentFiles(janus);
	assert.deepEqual(files.map(file => [file.header.t, file.header.c]).sort(), [['a', 'opus'], ['v', 'vp8']]);
	for (const file of files) {
		const { codec, frames, seconds } = await play(file, janus.in('home'));
		assert.deepEqual([codec, frames], [file.header.c, 30]);
		const expected = codec === 'opus' ? 0.6 : 1.0;
		assert.ok(Math.abs(seconds - expected) < 0.05, `${seconds} s of ${codec}`);
	}

	for (const file of [janus.store, ...files.map(one => one.file)])
		assert.equal(fs.statSync(file).mode & 0o777, 0o600, `${file} is its owner's alone`);

	const written = await segments(janus);
	assert.deepEqual(written.map(row => [row.medium, row.packets, row.lost, row.state]).sort(),
		[['audio', 30, 0, 'closed'], ['video', 120, 0, 'closed']]);
	for (const row of written) {
		assert.equal(row.ssrc, row.medium === 'audio' ? bob.audio.ssrc : bob.video.ssrc);
		assert.deepEqual(row.purposes, ['record']);
		assert.match(row.sha256, HASH);
	}

	const said = await records(janus);
	assert.deepEqual(said.map(row => [row.display, row.medium, row.decision]), [
		['Bob', 'audio', 'granted'], ['Bob', 'video', 'granted'],
		['Ann', 'audio', 'refused'], ['Ann', 'video', 'refused'],
		['Bob', 'audio', 'withdrawn'], ['Bob', 'video', 'withdrawn'],
	]);
	assert.ok(said.every(row => row.purpose === 'record' && HASH.test(row.notice) && row.feed === (row.display === 'Ann' ? ann : bob).feed));
	assert.equal((await verify(janus)).status, 0);
}

test('a grant for one medium captures that medium only', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
	const [ann, bob] = meeting.people;

	await consent.start(ann);
	await consent.grant(ann, 'record', ['audio']);
	await consent.grant(bob, 'record', ['video']);
	await meeting.send();
	const asked = await consent.decisionsOf(ann, bob.feed);
	assert.deepEqual(asked.record, { audio: 'undecided', video: 'granted' });
	await meeting.close();
	await janus.stop();

	assertCaptured(janus, ann.audio, 1, ann.audio.sent);
	assertCaptured(janus, ann.video, 1, 0);
	assertCaptured(janus, bob.audio, 1, 0);
	assertCaptured(janus, bob.video, 1, bob.video.sent);
});

test('withdrawing one medium keeps the other', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;

	await consent.start(ann);
	await consent.grant(ann);
	await meeting.send();
	const until = ann.video.sent;
	const answer = await consent.withdraw(ann, { purposes: ['record'], media: ['video'] });
	assert.deepEqual(decided(answer, 'record'), { audio: 'granted', video: 'withdrawn' });
	await meeting.send();
	await meeting.close();
	await janus.stop();

	assertCaptured(janus, ann.audio, 1, ann.audio.sent);
	assertCaptured(janus, ann.video, 1, until);
});

/** {medium: decision} of one purpose in an answer. */
function decided({ decisions }, purpose) {
	return Object.fromEntries(decisions.filter(one => one.purpose === purpose).map(one => [one.medium, one.decision]));
}

test('a grant before an activity runs captures nothing until it runs, and nothing after it was stopped', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;

	await consent.grant(ann);
	await meeting.send();
	const from = { audio: ann.audio.sent + 1, video: ann.video.sent + 1 };
	await consent.start(ann);
	await meeting.send();
	const to = { audio: ann.audio.sent, video: ann.video.sent };
	await consent.stop(ann);
	await meeting.send();
	await meeting.close();
	await janus.stop();

	assertCaptured(janus, ann.audio, from.audio, to.audio);
	assertCaptured(janus, ann.video, from.video, to.video);
});

test('a grant for one purpose is none for another', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
	const [ann, bob] = meeting.people;

	await consent.start(ann, 'record');
	await consent.start(ann, 'summarize');
	await consent.grant(ann, 'train');
	await consent.grant(bob, 'summarize', ['audio']);
	await meeting.send();
	await meeting.close();
	await janus.stop();

	for (const track of [...ann.tracks, bob.video])
		assertCaptured(janus, track, 1, 0);
	assertCaptured(janus, bob.audio, 1, bob.audio.sent);
	assert.deepEqual((await segments(janus)).map(row => row.purposes), [['summarize']]);
});

test('a track that is captured for two purposes is one segment that names both', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;

	for (const purpose of ['record', 'train'])
		await consent.start(ann, purpose);
	const notices = await Promise.all(['record', 'train'].map(purpose => consent.noticeOf(ann, purpose)));
	await ann.request({ request: 'consent_decide', decisions: ['record', 'train'].map((purpose, index) => (
		{ purpose, media: ['audio'], decision: 'granted', notice: notices[index] })) });
	await meeting.send();
	await meeting.close();
	await janus.stop();

	assertCaptured(janus, ann.audio, 1, ann.audio.sent);
	const [row, ...more] = await segments(janus);
	assert.deepEqual([row.purposes.sort(), more], [['record', 'train'], []]);
});

test('a late joiner is told what runs, and is not captured before answering', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;
	const { activity } = await consent.start(ann);
	await consent.grant(ann);

	const late = await meeting.add(janus, 'Late');
	const notice = await late.handle.consent('notice', { purpose: 'record' });
	assert.deepEqual([notice.activity, notice.state], [activity, 'running']);
	const { activities, participants } = await consent.info(late);
	assert.deepEqual(activities.map(one => [one.activity, one.purpose, one.state]), [[activity, 'record', 'running']]);
	assert.deepEqual(participants.map(one => [one.display, one.capturing]).sort(), [['Ann', ['record']], ['Late', []]]);

	await meeting.send();
	const from = late.video.sent + 1;
	await consent.grant(late, 'record', ['video']);
	await meeting.send();
	await meeting.close();
	await janus.stop();
	assertCaptured(janus, late.audio, 1, 0);
	assertCaptured(janus, late.video, from, late.video.sent);
});

test('everybody in the meeting is told of decisions and activities; capture is told to its owner only', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
	const [ann, bob] = meeting.people;
	const { participant } = await consent.info(ann);

	const { activity } = await consent.start(bob);
	for (const state of ['announced', 'running'])
		assert.equal((await ann.handle.consent('activity', { state })).activity, activity);
	await consent.grant(ann);
	const told = await bob.handle.consent('decision', { participant });
	assert.deepEqual([told.display, told.purpose, told.decisions, told.feed], ['Ann', 'record', { audio: 'granted', video: 'granted' }, ann.feed]);
	for (const medium of ['audio', 'video']) {
		const capture = await ann.handle.consent('capture', { medium });
		assert.deepEqual([capture.purpose, capture.capturing], ['record', true]);
		assert.match(capture.segment, UUID);
	}

	await consent.withdraw(ann);
	assert.equal((await ann.handle.consent('capture', { medium: 'video', capturing: false })).reason, 'withdrawn');
	assert.deepEqual((await bob.handle.consent('decision', { participant })).decisions, { audio: 'withdrawn', video: 'withdrawn' });
	await consent.stop(bob);
	assert.equal((await ann.handle.consent('activity', { state: 'stopped' })).activity, activity);
	await consent.info(bob);
	assert.deepEqual(bob.handle.consented('capture'), []);
	await meeting.close();
});

test('consent_list shows a host the meeting, and nobody else', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
	const [ann, bob] = meeting.people;
	await consent.start(ann);
	await consent.grant(bob, 'record', ['audio']);
	await bob.handle.consent('capture', { medium: 'audio', capturing: true });

	const seen = await consent.list(ann);
	const { meeting: id, participant } = await consent.info(bob);
	assert.equal(seen.consent, 'list');
	assert.equal(seen.meeting, id);
	assert.deepEqual(seen.activities.map(one => [one.purpose, one.state, TIME.test(one.since)]), [['record', 'running', true]]);
	assert.deepEqual(seen.participants.map(one => [one.display, one.decisions.record, one.capturing]), [
		['Ann', { audio: 'undecided', video: 'undecided' }, []],
		['Bob', { audio: 'granted', video: 'undecided' }, ['record']],
	]);
	assert.equal(seen.participants[1].id, participant);
	assert.equal(seen.participants[1].feed, bob.feed);

	assertError(await consent.list(ann, { secret: 'guess' }), 707);
	const admin = await janus.admin();
	const same = await admin.request(janus.package, { request: 'consent_list', room: ROOM });
	assert.deepEqual(same, seen);
	admin.close();
	await meeting.close();
});

test('consent_preview tells who has not gone in what runs, and names nobody', async t => {
	const janus = await startJanus(t);
	const client = await janus.client();
	const outside = await client.attach(janus.package);
	const ask = (more = {}) => outside.request({ request: 'consent_preview', room: ROOM, ...more });
	assert.deepEqual(await ask(), { consent: 'preview', room: ROOM, people: 0, activities: [] });

	const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
	await consent.start(meeting.people[0], 'record', { policy: 'unanimous' });
	const activities = [{ purpose: 'record', state: 'paused', policy: 'unanimous' }];
	assert.deepEqual(await ask(), { consent: 'preview', room: ROOM, people: 2, activities });
	assert.deepEqual(await ask({ room: OTHER_ROOM }), { consent: 'preview', room: OTHER_ROOM, people: 0, activities: [] });
	assertError(await ask({ room: undefined }), 701);
	assertError(await ask({ secret: SECRET }), 702);
	await meeting.close();
	await client.destroy();
});

test('a grant that expires ends by itself', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;
	await consent.start(ann);

	const expires = new Date(Date.now() + 700).toISOString();
	const answer = await consent.grant(ann, 'record', ['video'], { expires });
	assert.equal(answer.decisions.find(one => one.purpose === 'record' && one.medium === 'video').expires, expires);
	await meeting.send();
	const safe = ann.video.sent;
	ann.flow();
	assert.equal((await ann.handle.consent('capture', { medium: 'video', capturing: false })).reason, 'expired');
	const last = ann.video.sent;
	await ann.stopFlow();
	assert.deepEqual((await ann.handle.consent('decision', { how: 'expire' })).decisions, { audio: 'undecided', video: 'expired' });
	assert.deepEqual((await consent.decisionsOf(ann, ann.feed)).record, { audio: 'undecided', video: 'expired' });

	await meeting.send();
	await meeting.close();
	await janus.stop();
	const captured = packetsOf(janus, ann.video);
	assert.ok(captured.has(safe) && Math.max(...captured) <= last, `${Math.max(...captured)} of at most ${last}`);
	assert.equal((await records(janus, '--decision', 'expired')).length, 1);
});

test('leaving ends capture; coming back is undecided', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
	const [ann, bob] = meeting.people;
	await consent.start(bob);
	await consent.grant(ann);
	await meeting.send();
	await ann.request({ request: 'leave' });
	assertError(await consent.info(ann), 703);

	const again = await meeting.add(janus, 'Ann');
	assert.equal((await again.handle.consent('notice')).decision.audio, 'undecided');
	await meeting.send(15, [again]);
	await meeting.close();
	await janus.stop();
	assertCaptured(janus, ann.audio, 1, ann.audio.sent);
	for (const track of again.tracks)
		assertCaptured(janus, track, 1, 0);
});

test('nobody is asked, and nothing captured, where nothing was started', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
	await meeting.send();
	for (const { handle } of meeting.people) {
		await consent.info(handle);
		assert.deepEqual(handle.events.all.filter(({ data }) => 'consent' in data), []);
	}
	await meeting.close();
	await janus.stop();
	assertNothingCaptured(janus);
});

test('who has not joined, or only watches, has no say', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann']);
	const notice = await consent.noticeOf(meeting.people[0], 'record');
	const decisions = [{ purpose: 'record', media: ['audio'], decision: 'granted', notice }];
	const stranger = await (await janus.client()).attach(janus.package);
	for (const who of [stranger, meeting.watcher.handle]) {
		assertError(await who.request({ request: 'consent_info' }), 703);
		assertError(await who.request({ request: 'consent_decide', decisions }), 703);
		assertError(await who.request({ request: 'consent_withdraw' }), 703);
	}
	stranger.client.close();
	await meeting.close();
});

test('one decision cannot be made for somebody else\'s room', async t => {
	const janus = await startJanus(t);
	const ann = await Source.join(janus, { room: ROOM });
	assertError(await consent.info(ann, { room: 5678 }), 703);
	assert.equal((await consent.info(ann, { room: ROOM })).consent, 'info');
	await ann.close();
});
