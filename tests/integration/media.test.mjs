// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever VideoRoom carries is captured as VideoRoom itself would have recorded it: same headers, same packets.

import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { files, numbers, recording, recordings, segmentFiles } from '../lib/disk.mjs';
import { assertCaptured, assertError } from '../lib/expect.mjs';
import { ROOM, SECRET, startJanus } from '../lib/janus.mjs';
import { audioOf, OPUS, videoOf, VP8 } from '../lib/media.mjs';
import { closeAll, offerTracks } from '../lib/peer.mjs';
import { play } from '../lib/playable.mjs';
import { MID, named, RID, simulcast } from '../lib/simulcast.mjs';
import { Source, TrackSource } from '../lib/source.mjs';
import { Subscriber } from '../lib/subscriber.mjs';
import { segments } from '../lib/tool.mjs';

after(closeAll);

const FRAMES = 30;

/** Two spatial layers a frame, two packets each, by VP9's payload descriptor (RFC 9628): layer indices present, not flexible, picture id of seven bits. */
const LAYERED = {
	...videoOf('VP9', 98, 'profile-id=0'),
	payload: (frame, part) => Buffer.from([0xa0 | (part % 2 ? 0x04 : 0x08), frame & 0x7f, (part >> 1) << 1 | (part >> 1), 0, ...Array(60).fill(part)]),
};

const CALLS = {
	'Opus and VP8': { audio: OPUS, video: VP8 },
	'G.711 (µ-law) and VP9': { audio: audioOf('PCMU', 0), video: videoOf('VP9', 98, 'profile-id=0') },
	'G.711 (A-law) and H.264': { audio: audioOf('PCMA', 8), video: videoOf('H264', 102, 'profile-level-id=42e01f;packetization-mode=1') },
	'G.722 and AV1': { audio: audioOf('G722', 9), video: videoOf('AV1', 45) },
	'VP9 in layers of one stream (SVC)': { audio: OPUS, video: LAYERED, room: { video_svc: true } },
	'Opus in six channels and H.265': { audio: audioOf('multiopus', 111, 960), video: videoOf('H265', 100), rewrite: sixChannels },
};

/** As Chromium writes it. */
function sixChannels(sdp) {
	const fmtp = 'channel_mapping=0,4,1,2,3,5;coupled_streams=2;num_streams=4';
	return sdp.replace(/(a=rtpmap:111 multiopus\/48000)\/\d\r\n(a=fmtp:111 .*\r\n)?/, `$1/6\r\na=fmtp:111 ${fmtp}\r\n`);
}

function room({ audio, video, room: more }) {
	const [audiocodec, videocodec] = [audio, video].map(format => format.codec.toLowerCase());
	return { [`room-${ROOM}`]: { description: 'Test room', secret: SECRET, publishers: 10, audiocodec, videocodec, ...more } };
}

/** The files of one call. */
async function recorded(t, formats, gateway) {
	const janus = await startJanus(t, { gateway, rooms: room(formats) });
	const source = await Source.join(janus, { room: ROOM, formats });
	await source.publish({ request: 'publish', ...recording(janus) }, { rewrite: formats.rewrite });
	const watcher = await Subscriber.join(janus, ROOM, [source.feed]);
	if (gateway) {
		await consent.start(source);
		await consent.grant(source);
	}
	for (const track of source.tracks)
		track.sendFrames(FRAMES);
	for (const track of source.tracks)
		await watcher.sees(track);
	await source.close();
	watcher.close();
	await janus.stop();
	const found = recordings(janus);
	assert.deepEqual(found.map(({ header }) => header.t).sort(), ['a', 'v'], `${gateway ? 'gateway' : 'VideoRoom'}: ${files(janus.folder).join(' ')}\n${janus.log.lines.slice(-12).join('\n')}`);
	return { janus, mjr: Object.fromEntries(found.map(one => [one.header.t, one])) };
}

/** Without what differs from one recording to the next. */
function lasting({ header: { s, u, ...rest } }) {
	assert.ok(s > 0 && u > 0);
	return { f: undefined, ...rest };
}

for (const [name, formats] of Object.entries(CALLS))
	test(`${name}: as VideoRoom records it`, async t => {
		const bare = await recorded(t, formats, false), gated = await recorded(t, formats, true);
		for (const [letter, format] of [['a', formats.audio], ['v', formats.video]]) {
			const theirs = bare.mjr[letter], ours = gated.mjr[letter];
			assert.equal(theirs.header.c, format.codec.toLowerCase());
			// VideoRoom leaves out the parameters of some codecs.
			assert.deepEqual(lasting(ours), { ...lasting(theirs), f: theirs.header.f ?? ours.header.f });
			assert.deepEqual(ours.frames.map(frame => frame.number), theirs.frames.map(frame => frame.number));
		}
		if (formats.video === VP8)
			for (const letter of ['a', 'v'])
				assert.deepEqual((await play(gated.mjr[letter], gated.janus.home)).frames, (await play(bare.mjr[letter], bare.janus.home)).frames);
	});

/** What is left of a frame for its last packet may be little. */
const SHORT = { ...VP8, payload: (frame, part) => part ? VP8.payload(frame, part).subarray(0, 5) : VP8.payload(frame, part) };

test('of a picture that comes in three sizes the best is captured, as one stream', async t => {
	const janus = await startJanus(t);
	const source = await Source.join(janus, { room: ROOM, formats: { audio: OPUS, video: SHORT } });
	const layers = [source.video, new TrackSource(SHORT, source.video.ssrc + 100), new TrackSource(SHORT, source.video.ssrc + 200)];
	await source.publish({ request: 'publish' }, { rewrite: simulcast(source, layers.slice(1)) });
	for (const layer of layers)
		layer.track = source.video.track;
	const watcher = await Subscriber.join(janus, ROOM, [source.feed]);
	await consent.start(source);
	await consent.grant(source, 'record', ['video']);
	for (let i = 0; i < FRAMES; i++) {
		// The best first, once all are there: Janus turns to a smaller one that comes a quarter of a second after the last of the best.
		for (const layer of i === 0 ? layers : [...layers].reverse())
			layer.sendFrame();
		await setTimeout(1); // what overruns the socket's buffer is lost before Janus sees it
	}
	// Which size the subscriber gets is its own affair; what is sent behind comes behind.
	source.audio.sendFrames(5);
	await watcher.sees(source.audio);
	await source.close();
	watcher.close();
	await janus.stop();

	const [mjr] = segmentFiles(janus);
	const best = mjr.frames.filter(({ source: ssrc }) => ssrc === layers[2].ssrc);
	assert.deepEqual(best.map(frame => frame.number), numbers(best[0].number, layers[2].sent), 'nothing of the best layer is missing once it is there');
	assert.ok(best.length >= layers[2].sent - 8, `${best.length} packets`);
	assert.ok(mjr.frames.slice(-best.length).every(frame => frame.source === layers[2].ssrc), 'nothing of the others from then on');
	assert.equal(new Set(mjr.frames.map(frame => frame.ssrc)).size, 1);
	assert.deepEqual(mjr.frames.map(frame => frame.seq), mjr.frames.map((_, i) => (mjr.frames[0].seq + i) & 0xffff));
	assert.ok((await play(mjr, janus.home)).frames >= FRAMES - 2);
});

test('of sizes that a browser names in its first packets only, the best is captured also later', async t => {
	const janus = await startJanus(t);
	const source = await Source.join(janus, { room: ROOM });
	const rids = ['best', 'middle', 'small'];
	const layers = rids.map((rid, i) => Object.assign(new TrackSource(VP8, source.video.ssrc + 100 * i), { extension: { [MID]: '1', [RID]: rid } }));
	await source.publish({ request: 'publish' }, { rewrite: named(rids) });
	const watcher = await Subscriber.join(janus, ROOM, [source.feed]);
	for (const layer of layers) {
		layer.track = source.video.track;
		layer.sendFrames(3);
		layer.extension = undefined;
	}
	source.audio.sendFrame();
	await watcher.sees(source.audio);
	const [best] = layers, before = best.sent;
	await consent.start(source);
	await consent.grant(source, 'record', ['video']);
	for (const layer of layers)
		layer.sendFrame();
	best.sendFrames(FRAMES);
	source.audio.sendFrame();
	await watcher.sees(source.audio);
	await source.close();
	watcher.close();
	await janus.stop();

	const [mjr] = segmentFiles(janus);
	assert.deepEqual(mjr.frames.map(frame => [frame.source, frame.number]), numbers(before + 1, best.sent).map(number => [best.ssrc, number]));
});

/** Publishes these tracks alone, the first at m-line 0. */
async function publishAlone(source, tracks, options) {
	source.peer = await offerTracks(source.display, tracks, options);
	const { jsep } = await source.handle.ask({ request: 'publish' }, source.peer.offer);
	await source.peer.answered(jsep);
	await source.handle.core.next(({ janus }) => janus === 'webrtcup', 'webrtcup');
}

test('audio where a picture in several sizes was is captured whole', async t => {
	const janus = await startJanus(t);
	const source = await Source.join(janus, { room: ROOM });
	const smaller = new TrackSource(VP8, source.video.ssrc + 100);
	await publishAlone(source, [source.video], { rewrite: simulcast(source, [smaller]) });
	await consent.start(source);
	await consent.grant(source, 'record', ['audio']);
	await source.request({ request: 'unpublish' });
	await source.handle.core.next(({ janus }) => janus === 'hangup', 'hangup');
	source.peer.close();

	await publishAlone(source, [source.audio]);
	const watcher = await Subscriber.join(janus, ROOM, [source.feed]);
	source.audio.sendFrames(FRAMES);
	await watcher.sees(source.audio);
	await source.close();
	watcher.close();
	await janus.stop();
	assertCaptured(janus, source.audio, 1, source.audio.sent);
});

test('what participants encrypt end to end is recorded as it is, and nothing else', async t => {
	const janus = await startJanus(t);
	const source = await Source.join(janus, { room: ROOM });
	await source.publish({ request: 'publish' }, { e2ee: true });
	const watcher = await Subscriber.join(janus, ROOM, [source.feed]);
	assert.equal((await consent.info(source)).encrypted, true);
	assertError(await consent.start(source, 'summarize'), 711);
	assertError(await consent.grant(source, 'train', ['audio']), 711);
	await consent.start(source);
	await consent.grant(source);
	for (const track of source.tracks)
		track.sendFrames(FRAMES);
	for (const track of source.tracks)
		await watcher.sees(track);
	await source.close();
	watcher.close();
	await janus.stop();
	for (const mjr of segmentFiles(janus)) {
		assert.equal(mjr.header.e, true);
		assert.equal(mjr.frames.length, mjr.header.t === 'a' ? source.audio.sent : source.video.sent);
	}
	assert.deepEqual((await segments(janus)).map(row => row.encrypted), [true, true], 'whoever lists them knows');
});
