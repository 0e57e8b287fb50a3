// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever a client or an admin asks VideoRoom itself to record or forward, not a packet is captured without a decision,
// and the client goes on as if nothing had happened.

import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import fs from 'node:fs';
import path from 'node:path';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { nothingCaptured } from '../lib/nothing-captured.mjs';
import { files } from '../lib/disk.mjs';
import { assertCaptured, assertError, assertUpstreamError } from '../lib/expect.mjs';
import { ROOM, SECRET, startJanus } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Source } from '../lib/source.mjs';
import { Stream } from '../lib/stream.mjs';
import { Subscriber } from '../lib/subscriber.mjs';

after(closeAll);

const FORWARD_PORT = 18298;
const THERE = { room: ROOM, secret: SECRET, host: '127.0.0.1' };

/** A meeting of one person who was made by `make`. */
async function meetingOf(janus, source, room = ROOM) {
	return new Meeting([source], await Subscriber.join(janus, room, [source.feed]));
}

async function assertBlocked(source, request, fields) {
	for (const field of fields) {
		const event = await source.handle.consent('blocked', { field });
		assert.equal(event.request, request);
		assert.equal(event.room, ROOM);
		assert.ok(event.hint.length > 0);
	}
}

const WAYS = {
	async join(janus, fields) {
		const source = await Source.join(janus, { room: ROOM, join: fields });
		await source.publish();
		return source;
	},

	async joinandconfigure(janus, fields) {
		const source = await Source.join(janus, { room: ROOM, join: { request: 'joinandconfigure', ...fields } });
		assert.equal(source.joined.videoroom, 'joined');
		await source.publish();
		return source;
	},

	async publish(janus, fields) {
		const source = await Source.join(janus, { room: ROOM });
		await source.publish({ request: 'publish', ...fields });
		return source;
	},

	async configure(janus, fields) {
		const source = await Source.publish(janus, { room: ROOM });
		assert.equal((await source.request({ request: 'configure', ...fields })).configured, 'ok');
		return source;
	},
};

for (const [request, way] of Object.entries(WAYS)) {
	test(`${request} with record and filename: stripped, told, and the call goes on`, t => nothingCaptured(t, async janus => {
		const source = await way(janus, { record: true, filename: janus.in('home', 'sneaky') });
		await assertBlocked(source, request, ['record', 'filename']);
		return meetingOf(janus, source);
	}));

	test(`${request} with record only, then filename only`, t => nothingCaptured(t, async janus => {
		const source = await way(janus, { record: true });
		await assertBlocked(source, request, ['record']);
		await source.request({ request: 'configure', filename: janus.in('home', 'later') });
		await assertBlocked(source, 'configure', ['filename']);
		await source.request({ request: 'configure', record: true });
		return meetingOf(janus, source);
	}));
}

test('record as a string, a number or null is not taken for a yes', t => nothingCaptured(t, async janus => {
	const meeting = await Meeting.of(janus, ['Ann']);
	for (const record of ['true', 1, [true], null])
		assert.ok(await meeting.people[0].request({ request: 'configure', record }));
	return meeting;
}));

test('requests in any case are the same requests', t => nothingCaptured(t, async janus => {
	const source = await Source.join(janus, { room: ROOM, join: { request: 'JOIN', record: true } });
	await source.publish({ request: 'Publish', record: true });
	await source.request({ request: 'CONFIGURE', record: true });
	assert.equal((await source.request({ request: 'Enable_Recording', ...THERE, record: true })).record, true);
	assertError(await source.request({ request: 'RTP_Forward', ...THERE, publisher_id: source.feed, video_port: 9 }), 709);
	await assertBlocked(source, 'RTP_Forward', ['request']);
	return meetingOf(janus, source);
}));

test('record: false is nothing to warn of', async t => {
	const janus = await startJanus(t);
	const source = await Source.join(janus, { room: ROOM, join: { record: false } });
	await source.publish({ request: 'publish', record: false });
	await consent.info(source);
	assert.deepEqual(source.handle.consented('blocked'), []);
	await source.close();
});

const ELSEWHERE = ['relative', '../above', '/tmp', (janus) => janus.in('home'), (janus) => janus.in('state')];

test('create and edit with record and any rec_dir: VideoRoom never writes', t => nothingCaptured(t, async janus => {
	const client = await janus.client();
	const handle = await client.attach(janus.package);
	for (const [index, folder] of ELSEWHERE.entries()) {
		const rec_dir = typeof folder === 'function' ? folder(janus) : folder;
		const room = 100 + index;
		const created = await handle.request({ request: 'create', room, secret: 's', record: true, rec_dir, lock_record: false });
		const edited = await handle.request({ request: 'edit', room, secret: 's', new_rec_dir: rec_dir });
		assert.deepEqual([created.videoroom, edited.videoroom], ['created', 'edited']);
	}
	const { list } = await handle.request({ request: 'list' });
	assert.deepEqual(list.filter(room => room.record), [], 'VideoRoom itself knows of no recording');
	client.close();
	return Meeting.of(janus, ['Ann'], { room: 103, join: { record: true } });
}));

test('a room created with record begins with a record activity, whose segments go below the rec_dir', async t => {
	const janus = await startJanus(t);
	const host = await (await janus.client()).attach(janus.package);
	await host.request({ request: 'create', room: 200, secret: 's', record: true, rec_dir: 'board/monday' });

	const meeting = await Meeting.of(janus, ['Ann', 'Bob'], { room: 200 });
	const [ann, bob] = meeting.people;
	const notice = await ann.handle.consent('notice', { purpose: 'record' });
	assert.equal(notice.by, 'configuration');
	await bob.handle.consent('notice', { purpose: 'record' });
	await meeting.send();
	const from = { audio: ann.audio.sent + 1, video: ann.video.sent + 1 };
	await consent.grant(ann);
	await meeting.send();
	host.client.close();
	await meeting.close();
	await janus.stop();

	assertCaptured(janus, ann.audio, from.audio, ann.audio.sent);
	assertCaptured(janus, ann.video, from.video, ann.video.sent);
	for (const track of bob.tracks)
		assertCaptured(janus, track, 1, 0);
	const folders = new Set(files(janus.recordings).map(file => path.relative(janus.recordings, path.dirname(file))));
	assert.deepEqual([...folders], ['board/monday/200']);
});

test('edit with new_rec_dir moves the sub-folder of what is captured from then on', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;
	assert.equal((await ann.request({ request: 'edit', room: ROOM, secret: 'wrong', new_rec_dir: 'not/here' })).error_code, 433);
	assert.equal((await ann.request({ request: 'edit', room: ROOM, secret: SECRET, new_rec_dir: path.join(janus.recordings, 'moved') })).videoroom, 'edited');
	await consent.start(ann);
	await consent.grant(ann);
	await meeting.send();
	await meeting.close();
	await janus.stop();
	assertCaptured(janus, ann.video, 1, ann.video.sent);
	const folders = new Set(files(janus.recordings).map(file => path.relative(janus.recordings, path.dirname(file))));
	assert.deepEqual([...folders], [`moved/${ROOM}`]);
});

test('a rec_dir that leads out of the recordings folder is not followed', async t => {
	const janus = await startJanus(t);
	const outside = fs.mkdtempSync(janus.in('home', 'outside-'));
	fs.mkdirSync(janus.recordings, { recursive: true });
	fs.symlinkSync(outside, path.join(janus.recordings, 'link'));
	const host = await (await janus.client()).attach(janus.package);
	for (const [index, rec_dir] of [outside, '../../home', 'a/../../..', '/', '..', 'link', '.', ''].entries()) {
		const room = 300 + index;
		await host.request({ request: 'create', room, record: true, rec_dir });
		if (/\.\.|^\//.test(rec_dir))
			assert.equal((await host.consent('blocked', { field: 'rec_dir' })).request, 'create');
		const meeting = await Meeting.of(janus, ['Ann'], { room });
		await consent.grant(meeting.people[0]);
		await meeting.send(2);
		await meeting.close();
	}
	host.client.close();
	await janus.stop();
	assert.deepEqual(files(janus.home), []);
	const segments = files(janus.folder).filter(file => file.endsWith('.mjr'));
	assert.deepEqual(segments.filter(file => !file.startsWith(`${janus.recordings}/`)), []);
});

test('what a permanent room does not keep over a restart is said, and goes on when its file has it', async t => {
	const janus = await startJanus(t);
	const file = janus.in('config', 'janus.plugin.videoroom.jcfg');
	const host = await (await janus.client()).attach(janus.package);
	await host.request({ request: 'create', room: 77, permanent: true, record: true });
	await janus.log.next(/WARN.*permanent room.*configuration file/);
	host.client.close();
	await janus.stop();
	const kept = fs.readFileSync(file, 'utf8');
	assert.match(kept, /room-77/);
	assert.doesNotMatch(kept, /record = "(true|yes)"/);

	fs.writeFileSync(file, kept.replace(/(room-77\s*:\s*\{)/, '$1 record = "true";'));
	await janus.start();
	const ann = await Source.join(janus, { room: 77 });
	await ann.handle.consent('activity', { purpose: 'record', state: 'running', by: 'configuration' });
	await ann.close();
});

/** Hears what arrives at the port that the forwards name. */
function forwarded(t) {
	const listener = dgram.createSocket('udp4').bind(FORWARD_PORT, '127.0.0.1');
	t.after(() => listener.close());
	const packets = new Stream('forwarded packets');
	listener.on('message', packet => packets.push(packet));
	return packets;
}

/** What would send media away, and what nobody knows. */
const FORWARDS = feed => [
	{ request: 'rtp_forward', ...THERE, publisher_id: feed, audio_port: FORWARD_PORT, video_port: FORWARD_PORT },
	{ request: 'rtp_forward', ...THERE, publisher_id: feed, streams: [{ mid: '1', port: FORWARD_PORT }] },
	{ request: 'publish_remotely', ...THERE, publisher_id: feed, remote_id: 'r', port: FORWARD_PORT },
	{ request: 'add_remote_publisher', ...THERE, id: 99, streams: [{ mid: '0', mindex: 0, type: 'audio', codec: 'opus' }] },
	{ request: 'update_remote_publisher', ...THERE, id: 99, streams: [] },
	{ request: 'record_everything' },
	{ request: '' },
	{ request: 'enable_recording ', ...THERE, record: true },
	{ request: 'x'.repeat(60_000) },
];

test('forwarding and unknown requests are refused, by participants and by the Admin API', t => nothingCaptured(t, async janus => {
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;
	const admin = await janus.admin();
	const heard = forwarded(t);

	for (const request of FORWARDS(ann.feed)) {
		assertError(await ann.request(request), 709);
		assertError(await admin.request(janus.package, request), 709);
	}
	const { publishers = [], rtp_forwarders = [] } = await admin.request(janus.package, { request: 'listforwarders', ...THERE });
	assert.deepEqual([publishers, rtp_forwarders], [[], []]);
	await meeting.send(50);
	assert.equal(heard.all.length, 0);
	admin.close();
	return meeting;
}));

test('a request that the operator allows by name passes', async t => {
	const janus = await startJanus(t, { consent: { allowed_requests: ['RTP_forward'] } });
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;
	const heard = forwarded(t);
	const [forward, ...others] = FORWARDS(ann.feed);
	assert.equal((await ann.request(forward)).videoroom, 'rtp_forward');
	await meeting.send(1);
	await heard.next(() => true, 'what the operator allowed');
	for (const request of others.filter(one => one.request !== 'rtp_forward'))
		assertError(await ann.request(request), 709);
	await meeting.close();
});

test('the same through the Admin API', t => nothingCaptured(t, async janus => {
	const admin = await janus.admin();
	const ask = request => admin.request(janus.package, request);
	assert.equal((await ask({ request: 'create', room: 400, record: true, rec_dir: janus.home })).videoroom, 'created');
	await janus.log.next(/a room's rec_dir is not used: .*recordings folder/);
	assert.equal((await ask({ request: 'edit', room: 400, new_rec_dir: janus.home })).videoroom, 'edited');
	const meeting = await Meeting.of(janus, ['Ann'], { room: 400 });
	await meeting.people[0].handle.consent('notice', { purpose: 'record', by: 'configuration' });
	assert.deepEqual(await ask({ request: 'enable_recording', room: 400, record: true }), { videoroom: 'success', record: true });
	assert.deepEqual(await ask({ request: 'Enable_Recording', room: 400, record: false }), { videoroom: 'success', record: false });
	assertUpstreamError(await ask({ request: 'enable_recording', room: 4711, record: true }), 426);
	const { list } = await ask({ request: 'list' });
	assert.deepEqual(list.filter(room => room.record), []);
	admin.close();
	return meeting;
}));

const STATIC = {
	[`room-${ROOM}`]: { description: 'Records', secret: SECRET, publishers: 10, record: true, rec_dir: '/tmp' },
	'room-5678': { description: 'Records without a secret', publishers: 10, record: 'yes', rec_dir: 'sub' },
	'room-9': { description: 'Locked', secret: 'locked', publishers: 10, record: true, lock_record: true },
};

for (const [room, fields] of [[ROOM, {}], [5678, {}], [9, { record: true }]])
	test(`a static room that VideoRoom would record is not recorded, but asks: ${room}`, t => nothingCaptured(t, async janus => {
		const meeting = await Meeting.of(janus, ['Ann'], { room, join: fields });
		await meeting.people[0].handle.consent('notice', { purpose: 'record', by: 'configuration' });
		const { list } = await meeting.people[0].request({ request: 'list' });
		assert.deepEqual(list.filter(one => one.record), []);
		return meeting;
	}, { rooms: STATIC }));

test('a static room with record captures those who agree, below its rec_dir', async t => {
	const janus = await startJanus(t, { rooms: STATIC });
	const meeting = await Meeting.of(janus, ['Ann', 'Bob'], { room: 5678 });
	const [ann, bob] = meeting.people;
	await consent.grant(ann);
	await meeting.send();
	await meeting.close();
	await janus.stop();
	assertCaptured(janus, ann.video, 1, ann.video.sent);
	assertCaptured(janus, bob.video, 1, 0);
	assert.ok(files(janus.recordings).every(file => file.startsWith(path.join(janus.recordings, 'sub', '5678'))));
});

test('rooms whose names are strings are filtered likewise', async t => {
	const rooms = { 'room-lounge': { description: 'Named', secret: SECRET, publishers: 10, record: true } };
	const janus = await startJanus(t, { rooms, videoroom: { string_ids: true } });
	const meeting = await Meeting.of(janus, ['Ann', 'Bob'], { room: 'lounge', join: { record: true } });
	const [ann, bob] = meeting.people;
	await ann.handle.consent('notice', { purpose: 'record', room: 'lounge' });
	await consent.grant(ann);
	await meeting.send();
	assert.equal((await consent.stop(ann, 'record', { room: 'lounge' })).consent, 'stopped');
	await meeting.close();
	await janus.stop();
	assertCaptured(janus, ann.audio, 1, ann.audio.sent);
	assertCaptured(janus, bob.audio, 1, 0);
});

test('ids that no ledger could keep are refused before VideoRoom has them', async t => {
	const janus = await startJanus(t, { videoroom: { string_ids: true } });
	const admin = await janus.admin();
	const ask = request => admin.request(janus.package, request);
	const longest = 'r'.repeat(255);
	assert.equal((await ask({ request: 'create', room: longest })).room, longest);
	assertError(await ask({ request: 'create', room: `${longest}r` }), 702, /'room'/);
	const source = await Source.join(janus, { room: longest, join: { id: 'f'.repeat(255) } });
	assertError(await source.request({ request: 'join', ptype: 'publisher', room: longest, id: 'é'.repeat(128) }), 702, /'id'/);
	await source.close();
	admin.close();
	await janus.stop();
});
