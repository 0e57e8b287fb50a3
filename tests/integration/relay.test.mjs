// SPDX-License-Identifier: GPL-3.0-or-later
// In front of VideoRoom the gateway is not noticed by those who speak VideoRoom: same answers, same events, same media.

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { Anonymous } from '../lib/dialogue.mjs';
import { numbers } from '../lib/disk.mjs';
import { assertNothingCaptured, assertNumbers } from '../lib/expect.mjs';
import { CONSENT, OTHER_ROOM, ROOM, SECRET, startJanus, VIDEOROOM } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Source } from '../lib/source.mjs';
import { eventually } from '../lib/stream.mjs';
import { Subscriber } from '../lib/subscriber.mjs';

after(closeAll);

/** What a client that knows nothing of consent says to VideoRoom: managing rooms. */
const ADMINISTRATION = [
	{ request: 'exists', room: ROOM },
	{ request: 'exists', room: 1 },
	{ request: 'list' },
	{ request: 'create', room: 77, description: 'Made here', secret: 'mine', pin: 'in', publishers: 3, bitrate: 256000 },
	{ request: 'create', room: 77 },
	{ request: 'edit', room: 77, secret: 'mine', new_description: 'Edited' },
	{ request: 'edit', room: 77, new_description: 'Without the secret' },
	{ request: 'allowed', room: 77, secret: 'mine', action: 'add', allowed: ['token'] },
	{ request: 'listparticipants', room: ROOM },
	{ request: 'list' },
	{ request: 'destroy', room: 77, secret: 'wrong' },
	{ request: 'destroy', room: 77, secret: 'mine' },
	{ request: 'destroy', room: 77, secret: 'mine' },
	{ request: 'kick', room: ROOM, secret: SECRET, id: 42 },
	{ request: 'join', ptype: 'publisher', room: 99 },
	{ request: 'join', room: ROOM },
	{ request: 'join', ptype: 'spectator', room: ROOM },
	{ request: 'configure', bitrate: 1 },
	{ request: 'publish' },
	{ request: 'leave' },
];

async function administration(janus) {
	const client = await janus.client();
	const handle = await client.attach(janus.package);
	const answers = [];
	for (const request of ADMINISTRATION)
		answers.push(await handle.request(request));
	client.close();
	return answers;
}

/** A call: two publish, one subscribes, things are changed, people go. All answers and events in order. */
async function call(janus) {
	const said = [];
	const note = (who, what) => said.push([who, what]);
	const ann = await Source.join(janus, { room: ROOM, display: 'Ann', join: { id: 414141414141 } });
	note('ann', ann.joined);
	note('ann', await ann.publish());
	const bob = await Source.join(janus, { room: ROOM, display: 'Bob', join: { id: 424242424242 } });
	note('bob', bob.joined);
	note('bob', await bob.publish({ request: 'publish', bitrate: 128000, descriptions: [{ mid: '0', description: 'my voice' }] }));
	note('ann', await ann.handle.next(data => data.publishers, 'Bob\'s publishers'));

	const watcher = await Subscriber.join(janus, ROOM, [ann.feed]);
	note('watcher', watcher.joined);
	note('watcher', watcher.started);
	for (const request of requestsInCall(ann, bob))
		note('ann', await ann.request({ ...request }));
	note('bob', await bob.request({ request: 'unpublish' }));
	note('ann', await ann.handle.next(data => data.unpublished, 'unpublished'));
	note('bob', await bob.request({ request: 'leave' }));
	note('ann', await ann.handle.next(data => data.leaving, 'leaving'));
	note('watcher', await watcher.handle.request({ request: 'configure', streams: [{ mid: '0', send: false }] }));
	note('watcher', await watcher.handle.request({ request: 'pause' }));
	note('ann', await ann.request({ request: 'destroy', room: ROOM, secret: SECRET }));
	note('ann', await ann.handle.next(data => data.videoroom === 'destroyed', 'the end'));
	watcher.close();
	await ann.close();
	await bob.close();
	return said;
}

const requestsInCall = (ann, bob) => [
	{ request: 'configure', bitrate: 64000 },
	{ request: 'configure', streams: [{ mid: '1', send: false }] },
	{ request: 'configure', display: 'Anna' },
	{ request: 'listparticipants', room: ROOM },
	{ request: 'moderate', room: ROOM, secret: SECRET, id: bob.feed, mid: '0', mute: true },
	{ request: 'moderate', room: ROOM, secret: 'wrong', id: bob.feed, mid: '0', mute: true },
	{ request: 'join', ptype: 'publisher', room: OTHER_ROOM },
];

const servers = {
	'bare VideoRoom': { gateway: false },
	'the gateway': {},
	'the gateway under VideoRoom\'s name': { package: VIDEOROOM },
};

for (const [what, dialogue] of Object.entries({ administration, call }))
	test(`${what}: the gateway gives VideoRoom's own answers`, async t => {
		const heard = {};
		for (const [name, options] of Object.entries(servers)) {
			const janus = await startJanus(t, options);
			heard[name] = new Anonymous().of(await dialogue(janus));
			await janus.stop();
		}
		const { 'bare VideoRoom': expected, ...others } = heard;
		for (const [name, actual] of Object.entries(others))
			assert.deepEqual(actual, expected, name);
	});

test('media passes packet by packet, both ways under either name, and none of it is captured', async t => {
	for (const name of [CONSENT, VIDEOROOM]) {
		const janus = await startJanus(t, { package: name });
		const meeting = await Meeting.of(janus, ['Ann', 'Bob', 'Cem']);
		await meeting.send(50);
		for (const track of meeting.people.flatMap(person => person.tracks))
			assertNumbers(meeting.watcher.numbers(track), numbers(1, track.sent), 'relayed');
		await meeting.close();
		await janus.stop();
		assertNothingCaptured(janus);
	}
});

test('messages on data channels pass, text and binary', async t => {
	const janus = await startJanus(t);
	const ann = await Source.join(janus, { room: ROOM });
	await ann.publish({ request: 'publish' }, { data: true });
	const watcher = await Subscriber.join(janus, ROOM, [ann.feed]);
	await ann.peer.opened;
	// Janus opens the subscriber's channel with the first message, and drops what comes before the connection is there.
	await eventually(() => {
		ann.peer.channel.sendMessage('hello');
		return watcher.peer.messages.all.length > 0;
	}, 'a first message');
	ann.peer.channel.sendMessage('text: äöü');
	ann.peer.channel.sendMessageBinary(Buffer.from([0, 255, 1]));
	await watcher.peer.messages.next(message => message === 'text: äöü', 'text');
	await watcher.peer.messages.next(message => Buffer.isBuffer(message) && message.equals(Buffer.from([0, 255, 1])), 'bytes');
	watcher.close();
	await ann.close();
});

test('answers and events come in the name of the configured package', async t => {
	for (const name of [CONSENT, VIDEOROOM]) {
		const janus = await startJanus(t, { package: name });
		const client = await janus.client();
		const handle = await client.attach(name);
		assert.equal((await handle.ask({ request: 'list' })).plugin, name);
		assert.equal((await handle.ask({ request: 'join', ptype: 'publisher', room: ROOM })).plugin, name);
		assert.equal((await handle.ask({ request: 'consent_info' })).plugin, name);
		const other = name === CONSENT ? VIDEOROOM : CONSENT;
		await assert.rejects(client.attach(other), { code: 460 });
		client.close();
	}
});

test('the Admin API sees handles, rooms and streams as with VideoRoom', async t => {
	const views = [];
	for (const options of [{ gateway: false }, {}]) {
		const janus = await startJanus(t, options);
		const source = await Source.publish(janus, { room: ROOM, display: 'Ann' });
		const admin = await janus.admin();
		const { session, id } = { session: source.client.session, id: source.handle.id };
		const { info } = await admin.ask({ janus: 'handle_info', session_id: session, handle_id: id });
		assert.equal(info.plugin, janus.package);
		const { room, id: feed, display, streams } = info.plugin_specific;
		assert.equal(feed, source.feed);
		views.push([room, display, streams.map(({ type, mid, codec }) => [type, mid, codec]), await admin.request(janus.package, { request: 'list' }),
			await admin.request(janus.package, { request: 'exists', room: ROOM }), await admin.request(janus.package, { request: 'nonsense' })]);
		admin.close();
		await source.close();
	}
	const [bare, gateway] = views.map(view => view.slice(0, -1));
	assert.deepEqual(gateway, bare);
	assert.equal(views[1].at(-1).error_code, 709, 'what the filter does not know is refused, VideoRoom would say 423');
});

test('a hundred clients that come and go leave nothing behind', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;
	for (let round = 0; round < 100; round++) {
		const source = await Source.join(janus, { room: ROOM, display: `Guest ${round}` });
		if (round % 3 === 0)
			await source.handle.detach();
		else if (round % 3 === 1)
			await source.request({ request: 'leave' });
		await source.close();
		await ann.handle.next(data => data.leaving === source.feed, `guest ${round} leaving`);
	}
	const admin = await janus.admin();
	const { sessions } = await admin.ask({ janus: 'list_sessions' });
	assert.equal(sessions.length, 2, 'Ann and the watcher');
	assert.deepEqual((await consent.info(ann)).participants.map(one => one.display), ['Ann']);
	await meeting.send();
	admin.close();
	await meeting.close();
});

/** A room of twelve, who all hang up at once; `meanwhile` gets their ids. */
async function leaveTogether(janus, room, meanwhile) {
	const client = await janus.client();
	const handles = await Promise.all(Array.from({ length: 12 }, () => client.attach(janus.package)));
	const joined = await Promise.all(handles.map(handle => handle.request({ request: 'join', ptype: 'publisher', room })));
	const going = handles.map(handle => handle.detach());
	await meanwhile(joined.map(({ id }) => id));
	await Promise.all(going);
	await client.destroy();
}

// Bare VideoRoom 1.1.2 falls here now and then: it looks into sessions that are just being freed.
test('a room that is destroyed, or who is kicked, while everybody hangs up does not take Janus along', async t => {
	const janus = await startJanus(t);
	const client = await janus.client();
	const host = await client.attach(janus.package);
	for (let room = 1; room <= 30; room++) {
		await host.request({ request: 'create', room, publishers: 12, record: true });
		const destroy = () => host.request({ request: 'destroy', room });
		const kick = ids => Promise.all(ids.map(id => host.request({ request: 'kick', room, id })));
		await leaveTogether(janus, room, room % 2 ? destroy : kick);
		await destroy();
		assert.equal((await host.request({ request: 'exists', room })).exists, false);
	}
	await client.destroy();
});
