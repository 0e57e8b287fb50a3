// SPDX-License-Identifier: MIT
// What browsers send beyond one plain stream a track: a picture in several sizes, sound with redundancy, frames that are encrypted end to end.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { before, test } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { Consumer } from '../lib/consumer.mjs';
import { files, segmentFiles } from '../lib/disk.mjs';
import { assertError } from '../lib/expect.mjs';
import { ROOM, SECRET, startJanus } from '../lib/janus.mjs';
import { play } from '../lib/playable.mjs';
import { parse, payloadOf } from '../lib/rtp.mjs';
import { eventually } from '../lib/stream.mjs';
import { closedSegments, run, segments } from '../lib/tool.mjs';
import { startBrowser } from './lib/browser.mjs';
import { played } from './lib/evidence.mjs';
import { emptySite, Sender } from './lib/sender.mjs';

const PORT = 23700;

let browser;

before(async t => { browser = await startBrowser(t); });

async function published(t, { consent: settings, room, ...media }) {
	const rooms = { [`room-${ROOM}`]: { description: 'Test room', secret: SECRET, publishers: 10, bitrate: 0, ...room } };
	const janus = await startJanus(t, { rooms, consent: settings });
	const site = await emptySite(t, janus);
	const sender = await Sender.publish(t, { browser, site, janus, room: ROOM, ...media });
	return { janus, sender };
}

const claimsOf = jws => JSON.parse(Buffer.from(jws.split('.')[1], 'base64url'));

const withdraw = async (janus, sender) => {
	assert.equal((await consent.withdraw(sender)).consent, 'withdrawn');
	return closedSegments(janus);
};

/** Files while they are written: one may have been made that has nothing in it yet. */
function soFar(janus) {
	try {
		return segmentFiles(janus);
	} catch {
		return [];
	}
}

/** A key frame of VP8 says how wide it is (RFC 6386, 9.1): start code, then the width. */
const keyFrameOf = width => Buffer.from([0x9d, 0x01, 0x2a, width & 0xff, width >> 8]);

/** Decodes all of it, of which FFmpeg may complain of nothing; resolves with the widths of its pictures. */
async function decoded(file) {
	const whole = await run('ffmpeg', ['-v', 'error', '-i', file, '-f', 'null', '-']);
	assert.deepEqual([whole.status, whole.stderr], [0, '']);
	const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'frame=width', '-of', 'csv=p=0', file]);
	return stdout.match(/\d+/g).map(Number);
}

/** Three sizes, the best first as Janus wants them, none of them so dear that a busy machine would leave it out. */
const SIZES = [
	{ rid: 'large', maxBitrate: 250_000 },
	{ rid: 'middle', scaleResolutionDownBy: 2, maxBitrate: 120_000 },
	{ rid: 'small', scaleResolutionDownBy: 4, maxBitrate: 60_000 },
];

test('of a picture in three sizes the recording has the best, as one stream that decodes, and a withdrawal ends it', async t => {
	const video = { width: 960, height: 540, frameRate: 10 };
	const { janus, sender } = await published(t, { video, encodings: SIZES });
	for (const { rid } of SIZES)
		await sender.sends('video', 3, { of: 'framesEncoded', rid });
	await consent.start(sender);
	await consent.grant(sender, 'record', ['video']);
	await eventually(() => soFar(janus).some(({ file }) => fs.readFileSync(file).includes(keyFrameOf(960))), 'a key frame of the best size');
	await sender.sends('video', 10, { of: 'framesEncoded', rid: 'large' });

	const rows = await withdraw(janus, sender);
	const then = segmentFiles(janus);
	await sender.sends('video', 50);
	assert.deepEqual(segmentFiles(janus).map(({ frames }) => frames.length), then.map(({ frames }) => frames.length), 'not a packet after the withdrawal');
	assert.deepEqual((await segments(janus)).map(({ segment, packets }) => [segment, packets]), rows.map(({ segment, packets }) => [segment, packets]));
	for (const { frames } of then)
		assert.equal(new Set(frames.map(({ ssrc }) => ssrc)).size, 1, 'one SSRC a segment');
	assert.ok((await played(janus)).some(({ frames }) => frames >= 8));
	const widths = await Promise.all(files(janus.folder).filter(file => file.endsWith('.webm')).map(decoded));
	assert.equal(Math.max(...widths.flat()), 960);
});

test('a picture in layers of one stream (VP9, SVC) is recorded so that it decodes', async t => {
	const video = { width: 640, height: 360, frameRate: 10 };
	const encodings = [{ scalabilityMode: 'L2T2', maxBitrate: 300_000 }];
	const { janus, sender } = await published(t, { video, encodings, first: ['video/VP9'], room: { videocodec: 'vp9', video_svc: true } });
	await consent.start(sender);
	await consent.grant(sender, 'record', ['video']);
	await eventually(() => pictures(janus), 'pictures that decode, from a key frame on');
	await withdraw(janus, sender);
	const [{ header, frames }] = segmentFiles(janus);
	assert.equal(header.c, 'vp9');
	assert.equal(new Set(frames.map(({ ssrc }) => ssrc)).size, 1);
});

/** Whether ten pictures of what is recorded so far decode. */
async function pictures(janus) {
	const [mjr] = soFar(janus), webm = janus.in('svc.webm');
	if (!mjr || (await run('janus-pp-rec', [mjr.file, webm])).status !== 0)
		return false;
	const { stdout } = await run('ffprobe', ['-v', 'quiet', '-show_entries', 'frame=width', '-of', 'csv=p=0', webm]);
	return (stdout.match(/\d+/g) ?? []).length >= 10;
}

test('another path between browser and Janus interrupts no recording', async t => {
	const { janus, sender } = await published(t, {});
	await consent.start(sender);
	await consent.grant(sender, 'record', ['audio']);
	await sender.sends('audio', 30);
	const { frames: { length } } = await eventually(() => soFar(janus)[0], 'a file');
	const offer = sender.offer;
	await sender.restart();
	assert.notEqual(/ice-ufrag:.*/.exec(sender.offer)[0], /ice-ufrag:.*/.exec(offer)[0]);
	await eventually(() => soFar(janus)[0]?.frames.length > length + 50, 'packets after it in the same file');
	assert.equal((await withdraw(janus, sender)).length, 1);
});

/** The payload type of a codec in an SDP, or undefined. */
const typeOf = (sdp, codec) => Number(new RegExp(`a=rtpmap:(\\d+) ${codec}/`, 'i').exec(sdp)?.[1] ?? NaN) || undefined;

test('of sound that is offered with redundancy the recording and the feed have what was negotiated, and say so', async t => {
	const { janus, sender } = await published(t, { first: ['audio/red'], consent: { forward_to: ['127.0.0.1'] } });
	assert.ok(sender.offer.includes(`SAVPF ${typeOf(sender.offer, 'red')} `), 'it is what the browser would rather send');
	// VideoRoom 1.1.2 takes Opus without it. Where an upstream takes it, its type is in the header as in Janus's own recordings.
	const red = typeOf(sender.answer, 'red');
	const consumer = await Consumer.at(t, PORT);
	await consent.start(sender);
	await consent.start(sender, 'summarize', { forward: { host: '127.0.0.1', port: PORT, streams: 1, suite: 'none' } });
	await consent.decide(sender, 'record', 'granted', ['audio']);
	await sender.sends('audio', 50);
	await consent.grant(sender, 'summarize', ['audio']);
	const { payloadType } = parse((await consumer.packets.next()).bytes);
	const [sdp] = files(janus.in('state', 'feeds')).filter(file => file.endsWith('.sdp')).map(file => fs.readFileSync(file, 'utf8'));
	assert.match(sdp, new RegExp(`^m=audio ${PORT} RTP/AVP ${payloadType}( |\r$)`, 'm'));
	assert.match(sdp, new RegExp(`^a=rtpmap:${payloadType} ${red ? 'red' : 'opus'}/48000/2\r$`, 'm'));

	await withdraw(janus, sender);
	for (const mjr of segmentFiles(janus)) {
		assert.equal(mjr.header.c, 'opus');
		assert.equal(mjr.header.or, red);
		assert.deepEqual([...new Set(mjr.frames.map(one => one.payloadType))], [red ?? typeOf(sender.answer, 'opus')]);
		const { codec, frames } = await play(mjr, janus.home);
		assert.equal(codec, 'opus');
		assert.ok(frames > 0);
	}
});

test('what a browser encrypts end to end is recorded as ciphertext, is marked so everywhere, and serves nothing else', async t => {
	const { janus, sender } = await published(t, { scrambled: true });
	assertError(await consent.start(sender, 'summarize'), 711);
	for (const purpose of ['summarize', 'train'])
		assertError(await consent.grant(sender, purpose, ['audio']), 711);
	await consent.start(sender);
	assert.equal((await sender.handle.consent('notice', { purpose: 'record' })).encrypted, true);
	const { receipt } = await consent.grant(sender);
	assert.equal(claimsOf(receipt).encrypted, true);
	await sender.sends('audio', 60);
	await sender.sends('video', 60);
	const rows = await withdraw(janus, sender);
	assert.deepEqual(rows.map(row => row.encrypted), [true, true]);

	const { plain, cipher } = await sender.scrambled();
	const recorded = segmentFiles(janus);
	assert.deepEqual(recorded.map(({ header }) => header.e), [true, true]);
	const sound = recorded.find(({ header }) => header.t === 'a').frames.map(({ bytes }) => payloadOf(bytes).toString('hex'));
	assert.ok(sound.length >= 20, `${sound.length} packets`);
	assert.ok(sound.every(one => cipher.includes(one)), 'every packet is what the browser made of it');
	assert.ok(!sound.some(one => plain.includes(one)), 'and none is sound');
});
