// SPDX-License-Identifier: GPL-3.0-or-later
// Hosts start and stop; nobody is captured by that alone. Countdown, policies, rooms without a secret, languages.

import assert from 'node:assert/strict';
import path from 'node:path';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { numbers, packetsOf, segmentFiles } from '../lib/disk.mjs';
import { assertCaptured, assertError, assertNothingCaptured, assertNumbers } from '../lib/expect.mjs';
import { OTHER_ROOM, ROOM, startJanus } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import { closeAll } from '../lib/peer.mjs';
import * as paths from '../lib/paths.mjs';
import { Source } from '../lib/source.mjs';
import { eventually } from '../lib/stream.mjs';
import { Subscriber } from '../lib/subscriber.mjs';

after(closeAll);

test('with a countdown nothing is captured before it has run down', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;
	await consent.grant(ann);

	const started = await consent.start(ann, 'record', { countdown: 2 });
	assert.equal(started.state, 'announced');
	const notice = await ann.handle.consent('notice');
	assert.deepEqual([notice.state, notice.countdown], ['announced', 2]);
	await meeting.send();
	assert.deepEqual((await consent.info(ann)).activities.map(one => one.state), ['announced'], 'a machine fast enough for this test');

	await ann.handle.consent('activity', { state: 'running' });
	await ann.handle.consent('capture', { medium: 'video', capturing: true });
	const from = ann.video.sent + 1;
	await meeting.send();
	await meeting.close();
	await janus.stop();
	assertCaptured(janus, ann.video, from, ann.video.sent);
});

test('an activity stopped during its countdown never runs', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;
	await consent.grant(ann);
	const { activity } = await consent.start(ann, 'record', { countdown: 1 });
	const stopped = await consent.stop(ann);
	assert.deepEqual([stopped.activity, stopped.segments], [activity, 0]);
	// A second one, of the same length, outlasts the first.
	await consent.start(ann, 'summarize', { countdown: 1 });
	await ann.handle.consent('activity', { purpose: 'summarize', state: 'running' });
	await meeting.send();
	assert.deepEqual(ann.handle.consented('activity').filter(one => one.purpose === 'record').map(one => one.state), ['announced', 'stopped']);
	await meeting.close();
	await janus.stop();
	assertNothingCaptured(janus);
});

test('unanimous: nobody is captured unless everybody agreed, and a newcomer or a no pauses it for all', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
	const [ann, bob] = meeting.people;
	const due = [];
	const phase = async (captured, people) => {
		const from = ann.video.sent + 1;
		await meeting.send(5, people);
		if (captured)
			due.push(...numbers(from, ann.video.sent));
	};

	await consent.start(ann, 'record', { policy: 'unanimous' });
	await phase(false);
	await consent.grant(ann);
	await phase(false);
	await consent.grant(bob);
	await phase(true);
	const newcomer = await meeting.add(janus, 'New');
	await phase(false);
	await consent.grant(newcomer);
	await phase(true);
	await consent.refuse(newcomer);
	await phase(false);
	await newcomer.request({ request: 'leave' });
	await phase(true, [ann, bob]);
	assert.ok(ann.handle.consented('activity').filter(one => one.state === 'paused').every(one => one.reason));
	await meeting.close();
	await janus.stop();
	assertNumbers(packetsOf(janus, ann.video), due, 'Ann\'s video');
});

test('starting what runs answers with what runs; stopping what does not run is no such activity', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;
	assertError(await consent.stop(ann), 712);
	const first = await consent.start(ann);
	assert.deepEqual(await consent.start(ann), first);
	assert.equal(ann.handle.consented('notice').length, 1, 'nobody is asked twice');
	await consent.stop(ann);
	assertError(await consent.stop(ann), 712);
	assert.notEqual((await consent.start(ann)).activity, first.activity);
	await meeting.close();
});

test('an empty room has no meeting to start anything in', async t => {
	const janus = await startJanus(t);
	const handle = await (await janus.client()).attach(janus.package);
	assertError(await consent.start(handle), 712);
	assertError(await consent.stop(handle), 712);
	assertError(await consent.list(handle), 712);
	handle.client.close();
});

test('who knows the secret may start from outside the room; where there is none, only who has joined', async t => {
	const rooms = { [`room-${ROOM}`]: { publishers: 10, secret: 'key' }, [`room-${OTHER_ROOM}`]: { publishers: 10 } };
	const janus = await startJanus(t, { rooms });
	const outside = await (await janus.client()).attach(janus.package);
	const [inSecret, inOpen] = [await Source.join(janus, { room: ROOM }), await Source.join(janus, { room: OTHER_ROOM })];

	assertError(await consent.start(inSecret, 'record', { secret: undefined }), 707);
	assert.equal((await consent.start(outside, 'record', { secret: 'key' })).consent, 'started');
	assert.equal((await inSecret.handle.consent('notice')).by.length > 0, true);
	for (const secret of [undefined, '', 'any'])
		assert.notEqual((await consent.start(outside, 'record', { room: OTHER_ROOM, secret })).consent, 'started');
	assertError(await consent.start(inSecret, 'record', { room: OTHER_ROOM, secret: undefined }), 707);
	assertError(await consent.list(outside, { room: OTHER_ROOM, secret: undefined }), 707);
	assert.equal((await consent.start(inOpen, 'record', { room: OTHER_ROOM, secret: undefined })).consent, 'started');
	for (const { client } of [outside, inSecret, inOpen])
		client.close();
});

test('an admin starts and stops', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;
	const admin = await janus.admin();
	const ask = (request, fields) => admin.request(janus.package, { request, room: ROOM, purpose: 'record', ...fields });
	assert.equal((await ask('consent_start')).consent, 'started');
	assert.equal((await ann.handle.consent('notice')).by, 'admin');
	await meeting.send();
	assert.equal((await ask('consent_stop')).segments, 0);
	assertError(await ask('consent_start', { room: 4711 }), 712);
	admin.close();
	await meeting.close();
	await janus.stop();
	assertNothingCaptured(janus);
});

test('wording comes in the language asked for; the hash covers them all', async t => {
	const janus = await startJanus(t);
	const ann = await Source.join(janus, { room: ROOM });
	const wording = async lang => (await consent.info(ann, { lang })).purposes.find(one => one.purpose === 'record');
	const [en, de, base, list, none] = await Promise.all(['en', 'de', 'de-AT', 'tlh, de;q=0.5', 'tlh'].map(wording));
	assert.notEqual(de.title, en.title);
	assert.deepEqual([en.lang, de.lang, base.lang, none.lang], ['en', 'de', 'de', 'en']);
	assert.ok(['de', 'en'].includes(list.lang));
	assert.equal(new Set([en, de, base, list, none].map(one => one.notice)).size, 1);
	await ann.close();
});

test('a purpose of the operator\'s own, for messages', async t => {
	const janus = await startJanus(t, { consent: { notices: path.join(paths.repository, 'tests/integration/fixtures/notices') } });
	const ann = await Source.join(janus, { room: ROOM });
	await ann.publish({ request: 'publish' }, { data: true });
	const { purposes: [own, ...others] } = await consent.info(ann);
	assert.deepEqual([own.purpose, own.media, own.version, others], ['minutes', ['data'], 7, []]);
	const watcher = await Subscriber.join(janus, ROOM, [ann.feed]);
	await ann.peer.opened;

	const say = async text => {
		await eventually(() => {
			ann.peer.channel.sendMessage(text);
			return watcher.peer.messages.all.includes(text);
		}, text);
	};
	await consent.start(ann, 'minutes');
	await say('before');
	await consent.grant(ann, 'minutes', ['data']);
	await say('between');
	await consent.withdraw(ann);
	await say('after');
	watcher.close();
	await ann.close();
	await janus.stop();

	const [segment, ...more] = segmentFiles(janus);
	assert.deepEqual([segment.header.t, more], ['d', []]);
	assert.deepEqual([...new Set(segment.frames.map(frame => frame.text))], ['between']);
});
