// SPDX-License-Identifier: GPL-3.0-or-later
// VideoRoom's own way to record: the same request, the same answers, and nobody captured who has not agreed.

import assert from 'node:assert/strict';
import path from 'node:path';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { nothingCaptured } from '../lib/nothing-captured.mjs';
import { assertCaptured, assertUpstreamError } from '../lib/expect.mjs';
import { ROOM, SECRET, startJanus, VIDEOROOM } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import * as paths from '../lib/paths.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Source } from '../lib/source.mjs';

after(closeAll);

test('enable_recording answers as VideoRoom does', async t => {
	const questions = [
		{ record: true },
		{ record: true, room: ROOM },
		{ record: true, room: ROOM, secret: 'wrong' },
		{ record: true, room: 4711, secret: SECRET },
		{ room: ROOM, secret: SECRET },
		{ record: 'yes', room: ROOM, secret: SECRET },
		{ record: true, room: 'text', secret: SECRET },
		{ record: true, room: ROOM, secret: SECRET },
		{ record: true, room: ROOM, secret: SECRET },
		{ record: false, room: ROOM, secret: SECRET },
		{ record: false, room: ROOM, secret: SECRET },
	];
	const heard = [];
	for (const options of [{ gateway: false }, { package: VIDEOROOM }]) {
		const janus = await startJanus(t, options);
		const source = await Source.join(janus, { room: ROOM });
		const answers = [];
		for (const question of questions)
			answers.push(await source.request({ request: 'enable_recording', ...question }));
		const admin = await janus.admin();
		for (const question of questions)
			answers.push(await admin.request(janus.package, { request: 'enable_recording', ...question }));
		heard.push(answers);
		admin.close();
		await source.close();
	}
	assert.deepEqual(heard[1], heard[0]);
});

test('enable_recording starts and stops the record activity', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
	const [ann, bob] = meeting.people;
	const enable = record => bob.request({ request: 'enable_recording', room: ROOM, secret: SECRET, record });

	assert.deepEqual(await enable(true), { videoroom: 'success', record: true });
	await ann.handle.consent('notice', { purpose: 'record' });
	await meeting.send();
	const from = ann.video.sent + 1;
	await consent.grant(ann, 'record', ['video']);
	await meeting.send();
	const to = ann.video.sent;
	assert.deepEqual(await enable(false), { videoroom: 'success', record: false });
	await ann.handle.consent('activity', { state: 'stopped' });
	await meeting.send();
	await meeting.close();
	await janus.stop();
	assertCaptured(janus, ann.audio, 1, 0);
	assertCaptured(janus, ann.video, from, to);
	for (const track of bob.tracks)
		assertCaptured(janus, track, 1, 0);
});

test('enable_recording in an empty room makes the next meeting begin with the question', t => nothingCaptured(t, async janus => {
	const handle = await (await janus.client()).attach(janus.package);
	const enabled = await handle.request({ request: 'enable_recording', room: ROOM, secret: SECRET, record: true });
	assert.deepEqual(enabled, { videoroom: 'success', record: true });
	handle.client.close();
	const meeting = await Meeting.of(janus, ['Ann']);
	await meeting.people[0].handle.consent('notice', { purpose: 'record' });
	return meeting;
}));

const ROOMS = {
	[`room-${ROOM}`]: { description: 'Records', secret: SECRET, publishers: 10, record: true },
	'room-5678': { description: 'Records without a secret', publishers: 10, record: 'yes' },
};

test('enable_recording speaks as VideoRoom where the gateway refuses it, and a server without a notice says that it records nothing', async t => {
	const notices = path.join(paths.repository, 'tests/integration/fixtures/notices');
	const janus = await startJanus(t, { consent: { notices }, rooms: ROOMS });
	assert.ok(janus.log.has(/'record' of the static room .* does nothing: .*record\.jcfg/));
	const host = await (await janus.client()).attach(janus.package);
	assertUpstreamError(await host.request({ request: 'enable_recording', room: 5678, record: true }), 433);
	assertUpstreamError(await host.request({ request: 'enable_recording', room: ROOM, secret: SECRET, record: true }), 499);
	await host.request({ request: 'create', room: 500, record: true });
	assert.match((await host.consent('blocked', { field: 'record' })).hint, /records nothing/);
	host.client.close();
});
