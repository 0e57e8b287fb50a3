// SPDX-License-Identifier: GPL-3.0-or-later
// Packets that are unusual, but such as clients may send: on file they are, byte for byte, what VideoRoom's own recorder makes of them.

import assert from 'node:assert/strict';
import path from 'node:path';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { recording, recordings, segmentFiles } from '../lib/disk.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { OPUS, videoOf, VP8 } from '../lib/media.mjs';
import * as paths from '../lib/paths.mjs';
import { closeAll, offerTracks } from '../lib/peer.mjs';
import { packet, payloadOf } from '../lib/rtp.mjs';
import { simulcast } from '../lib/simulcast.mjs';
import { Source, TrackSource } from '../lib/source.mjs';
import { eventually } from '../lib/stream.mjs';
import { Subscriber } from '../lib/subscriber.mjs';

after(closeAll);

const bytes = length => Buffer.from(Array.from({ length }, (_, i) => i & 0xff));
const fifteen = Array.from({ length: 15 }, (_, i) => 0xc000_0000 + i);

/** Sequence numbers go round among them, and do not all come in order. */
const ODD = [
	{ seq: 65500, payload: bytes(40) },
	{ seq: 65501 },
	{ seq: 65502, payload: bytes(1) },
	{ seq: 65503, payload: bytes(5), marker: true },
	{ seq: 65504, sources: [1], payload: bytes(7) },
	{ seq: 65505, sources: fifteen, payload: bytes(33) },
	{ seq: 65506, sources: fifteen },
	{ seq: 65507, extension: Buffer.from([0xbe, 0xde, 0, 1, 0x10, 0x55, 0, 0]), payload: bytes(20) },
	{ seq: 65508, extension: Buffer.from([0x10, 0x00, 0, 2, 1, 5, 1, 2, 3, 4, 5, 0]), payload: bytes(20) },
	{ seq: 65509, extension: Buffer.from([0xbe, 0xde, 0, 0]), payload: bytes(20) },
	{ seq: 65510, extension: Buffer.from([0xab, 0xcd, 0, 1, 9, 9, 9, 9]), sources: [1, 2], payload: bytes(20), padding: 4 },
	{ seq: 65511, extension: Buffer.from([0xbe, 0xde, 0, 1, 0x10, 0x55, 0, 0]) },
	{ seq: 65512, payload: bytes(10), padding: 2 },
	{ seq: 65513, padding: 255 },
	{ seq: 65514, payload: bytes(1180) },
	{ seq: 65517, payload: bytes(30), timestamp: 93_000 },
	{ seq: 65516, payload: bytes(31), timestamp: 93_000 },
	{ seq: 65515, payload: bytes(32), timestamp: 93_000 },
	{ seq: 65518, payload: bytes(30), timestamp: 0xffff_fff0 },
	{ seq: 65519, payload: bytes(30), timestamp: 960 },
	{ seq: 65535, payload: bytes(30), timestamp: 1920 },
	{ seq: 65536, payload: bytes(30), timestamp: 2880 },
	{ seq: 65538, payload: bytes(30), timestamp: 4800 },
	{ seq: 65537, payload: bytes(30), timestamp: 3840 },
	{ seq: 65539, payloadType: 13, payload: bytes(1) },
	{ seq: 65540, payloadType: 126, payload: bytes(4) },
	{ seq: 65541, payloadType: 35, payload: bytes(50) },
];

/** The files of what ODD's packets are sent among: {a, v}. */
async function recorded(t, gateway) {
	const janus = await startJanus(t, { gateway });
	const source = await Source.join(janus, { room: ROOM });
	await source.publish({ request: 'publish', ...recording(janus) });
	const watcher = await Subscriber.join(janus, ROOM, [source.feed]);
	if (gateway) {
		await consent.start(source);
		await consent.grant(source);
	}
	for (const track of source.tracks)
		for (const one of ODD)
			track.track.sendMessageBinary(packet({ ssrc: track.ssrc, payloadType: track.format.payloadType, timestamp: 90_000, ...one }));
	for (const track of source.tracks) {
		track.sendFrame();
		await watcher.sees(track);
	}
	await source.close();
	watcher.close();
	await janus.stop();
	return Object.fromEntries(recordings(janus).map(one => [one.header.t, one]));
}

/** The packets before the last frame, without the SSRC, which differs from source to source, and the payload type: VideoRoom writes the one that was negotiated into every packet. */
const lasting = ({ frames }) => frames.slice(0, ODD.length).map(({ bytes: [first, second, ...rest], seq, timestamp }) =>
	({ first, marker: second >> 7, seq, timestamp, rest: Buffer.from(rest.slice(10)).toString('hex') }));

test('packets of every shape that RTP allows are on file as VideoRoom records them, but for the payload type, which stays', async t => {
	const bare = await recorded(t, false), gated = await recorded(t, true);
	for (const [letter, { payloadType: usual, packets }] of [['a', OPUS], ['v', VP8]]) {
		const ours = gated[letter], theirs = bare[letter];
		assert.deepEqual(lasting(ours), lasting(theirs));
		assert.deepEqual(ours.frames.map(frame => frame.payloadType), [...ODD.map(({ payloadType = usual }) => payloadType), ...Array(packets).fill(usual)]);
		assert.equal(new Set(ours.frames.map(frame => frame.ssrc)).size, 1);
	}
});

/** VP8 by another payload type than VideoRoom's own, and with all that a descriptor may have (RFC 7741), which VideoRoom writes anew for each who watches one size. */
const LAYERED = {
	...videoOf('VP8', 100),
	payload: (frame, part) => Buffer.concat([
		Buffer.from([part ? 0x80 : 0x90, 0xf0, 0x80 | ((frame >> 8) & 0x7f), frame & 0xff, frame & 0xff, frame % 3 << 6 | 0x20 | (frame & 0x1f)]),
		VP8.payload(frame, part).subarray(4),
	]),
};

/** Watches that size, by VideoRoom's number, and frames up to that layer in time only. */
async function watch(janus, source, substream, temporal) {
	const watcher = await Subscriber.join(janus, ROOM, [source.feed]);
	const { mid } = watcher.joined.streams.find(({ type }) => type === 'video');
	await watcher.handle.request({ request: 'configure', streams: [{ mid, substream, temporal }] });
	return watcher;
}

test('who watches smaller sizes, or fewer frames, changes no byte of what is captured', async t => {
	const janus = await startJanus(t);
	const source = await Source.join(janus, { room: ROOM, formats: { video: LAYERED } });
	const layers = [source.video, ...[100, 200].map(more => new TrackSource(LAYERED, source.video.ssrc + more))];
	await source.publish({ request: 'publish' }, { rewrite: simulcast(source, layers.slice(1)) });
	for (const layer of layers)
		layer.track = source.video.track;
	const watchers = await Promise.all([[0, 0], [0, 2], [1, 1], [2, 2]].map(which => watch(janus, source, ...which)));
	await consent.start(source);
	await consent.grant(source, 'record', ['video']);
	for (let i = 0; i < 30; i++) {
		for (const layer of [...layers].reverse())
			layer.sendFrame();
		source.audio.sendFrame();
		for (const watcher of watchers)
			await watcher.sees(source.audio);
	}
	assert.deepEqual(watchers.map((watcher, i) => watcher.numbers(layers[[0, 0, 1, 2][i]]).size > 0), [true, true, true, true], 'each size is watched');
	await source.close();
	watchers.forEach(watcher => watcher.close());
	await janus.stop();

	const [{ frames }] = segmentFiles(janus);
	assert.ok(frames.some(frame => frame.source === layers[2].ssrc), 'the best is captured');
	for (const { number, payloadType, bytes: found } of frames) {
		const at = number - 1, sent = LAYERED.payload(Math.floor(at / LAYERED.packets), at % LAYERED.packets);
		assert.equal(payloadType, LAYERED.payloadType);
		assert.deepEqual(payloadOf(found).subarray(0, sent.length), sent);
	}
});

/** More than anybody's camera and microphone, each told apart by what it is. */
const MANY = ['voice', 'face', 'music', 'screen', 'translation', 'whiteboard', 'crowd'];

/** What the files of all these say of themselves, and their packets' numbers, by description. */
async function many(t, gateway) {
	const janus = await startJanus(t, { gateway });
	const source = await Source.join(janus, { room: ROOM });
	const tracks = MANY.map((_, i) => new TrackSource(i % 2 ? VP8 : OPUS, source.audio.ssrc + 16 + i));
	source.peer = await offerTracks('many', tracks);
	const descriptions = MANY.map((description, i) => ({ mid: String(i), description }));
	const { jsep } = await source.handle.ask({ request: 'publish', descriptions, ...recording(janus) }, source.peer.offer);
	await source.peer.answered(jsep);
	await source.handle.core.next(({ janus }) => janus === 'webrtcup', 'webrtcup');
	const watcher = await Subscriber.join(janus, ROOM, [source.feed]);
	if (gateway) {
		await consent.start(source);
		await consent.grant(source);
	}
	for (let i = 0; i < 20; i++) {
		tracks.forEach(track => track.sendFrame());
		// What overruns the socket's buffer is lost before Janus sees it.
		for (const track of tracks)
			await watcher.sees(track);
	}
	await source.close();
	watcher.close();
	await janus.stop();
	return recordings(janus).map(({ header: { t: letter, c, d }, frames }) => [d, letter, c, frames.map(frame => frame.number)]).sort();
}

test('as many tracks as somebody has are captured, each whole and in a file that says which it is', async t => {
	const bare = await many(t, false), gated = await many(t, true);
	assert.equal(gated.length, MANY.length);
	assert.deepEqual(gated, bare);
});

/** Lengths of messages; VideoRoom, to whom lengths come with sixteen bits, drops what has none of them. */
const LENGTHS = [1, 2, 1200, 16_384, 65_527, 65_536, 3];

test('messages are captured whole up to what a file takes, and not where VideoRoom drops them', async t => {
	const janus = await startJanus(t, { consent: { notices: path.join(paths.repository, 'tests/integration/fixtures/notices') } });
	const source = await Source.join(janus, { room: ROOM });
	await source.publish({ request: 'publish' }, { data: true });
	const watcher = await Subscriber.join(janus, ROOM, [source.feed]);
	await source.peer.opened;
	await consent.start(source, 'minutes');
	await consent.grant(source, 'minutes', ['data']);
	for (const length of LENGTHS)
		source.peer.channel.sendMessageBinary(bytes(length));
	await eventually(() => {
		source.peer.channel.sendMessage('the end');
		return watcher.peer.messages.all.includes('the end');
	}, 'the end');
	watcher.close();
	await source.close();
	await janus.stop();

	const [{ frames }] = segmentFiles(janus);
	const found = frames.map(frame => frame.bytes.subarray(8)).filter(message => !message.equals(Buffer.from('the end')));
	assert.deepEqual(found.map(message => message.length), LENGTHS.filter(length => length < 65_536));
	for (const message of found)
		assert.ok(message.equals(bytes(message.length)), `the one of ${message.length} bytes`);
});
