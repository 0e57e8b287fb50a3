// SPDX-License-Identifier: GPL-3.0-or-later
// Key frames: a publisher is asked for one when its picture begins to be captured, and when a consumer of a live feed needs one.

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { Consumer } from '../lib/consumer.mjs';
import { packetsOf } from '../lib/disk.mjs';
import { assertCaptured } from '../lib/expect.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { VP8 } from '../lib/media.mjs';
import { closeAll } from '../lib/peer.mjs';
import { parse } from '../lib/rtp.mjs';
import { simulcast } from '../lib/simulcast.mjs';
import { Source, TrackSource } from '../lib/source.mjs';
import { eventually, Stream } from '../lib/stream.mjs';

after(closeAll);

const PORT = 23720;
/** Receiver report, empty, and picture loss indication (RFC 4585). */
const PICTURE_LOSS = Buffer.from('80c9000100000001' + '81ce00020000000111223344', 'hex');

/** What the publisher is asked for, as a stream of RTCP packets that ask for a key frame. */
function requests({ video }) {
	const asked = new Stream('requests for a key frame');
	video.track.onMessage(bytes => wantsKeyFrame(bytes) && asked.push(bytes));
	return asked;
}

/** Any packet of the compound: PLI (RFC 4585), FIR (RFC 5104). */
function wantsKeyFrame(bytes) {
	for (let at = 0; at + 4 <= bytes.length; at += 4 * (bytes.readUInt16BE(at + 2) + 1))
		if (bytes[at + 1] === 206 && [1, 4].includes(bytes[at] & 0x1f))
			return true;
	return false;
}

async function published(t, settings) {
	const janus = await startJanus(t, { consent: settings });
	const source = await Source.publish(janus, { room: ROOM });
	return { janus, source, asked: requests(source) };
}

test('capture of a picture begins with a request for a key frame, that of sound does not', async t => {
	const { source, asked } = await published(t);
	source.video.sendFrames(3);
	await consent.start(source);
	await consent.grant(source, 'record', ['audio']);
	assert.deepEqual(asked.all, []);
	await consent.grant(source, 'record', ['video']);
	await asked.next();
	await source.close();
});

test('a consumer that comes late asks for a key frame, and the publisher of that picture is asked', async t => {
	const { janus, source, asked } = await published(t, { forward_to: ['127.0.0.1'] });
	const other = await Source.publish(janus, { room: ROOM });
	const elsewhere = requests(other);
	source.video.sendFrame();
	other.video.sendFrame();
	const consumer = await Consumer.at(t, PORT);
	await consent.start(source, 'train', { forward: { host: '127.0.0.1', port: PORT, streams: 1, suite: 'none' } });
	assert.equal((await consent.grant(source, 'train', ['video'])).consent, 'decided');
	await asked.next();
	source.video.sendFrame();
	const { bytes, from } = await consumer.packets.next();
	assert.equal(parse(bytes).source, source.video.ssrc);

	// Each request turns up twice at most; what the beginning of capture asked for is no answer to the consumer.
	await eventually(async () => {
		await consumer.say(PICTURE_LOSS, { ...from, port: from.port + 1 });
		return asked.all.length >= 6;
	}, 'requests that the consumer caused');
	assert.deepEqual(elsewhere.all, [], 'nobody else is asked');
	await other.close();
	await source.close();
});

test('of a picture in several sizes a key frame is asked for until one comes', async t => {
	const janus = await startJanus(t);
	let keys = false;
	const payload = (frame, part) => {
		const bytes = VP8.payload(frame, part);
		bytes[4] |= part || keys ? 0 : 1; // behind the descriptor: another frame is needed for this one
		return bytes;
	};
	const source = await Source.join(janus, { room: ROOM, formats: { video: { ...VP8, payload } } });
	const best = new TrackSource(source.video.format, source.video.ssrc + 100);
	await source.publish({ request: 'publish' }, { rewrite: simulcast(source, [best]) });
	best.track = source.video.track;
	const asked = requests(source);
	await consent.start(source);
	await consent.grant(source, 'record', ['video']);
	await eventually(() => {
		best.sendFrame();
		return asked.all.filter(bytes => bytes.readUInt32BE(8) === best.ssrc).length >= 3;
	}, 'requests that follow one that was lost');
	const before = best.sent;
	keys = true;
	best.sendFrame();
	await eventually(() => packetsOf(janus, best).has(best.sent), 'the picture in a file');
	await source.close();
	await janus.stop();
	assertCaptured(janus, best, before + 1, best.sent);
});
