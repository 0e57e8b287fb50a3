// SPDX-License-Identifier: GPL-3.0-or-later
// The counter-test to all others: VideoRoom alone records what the gateway must not let it record, and the means by
// which the other suites find that nothing was captured do find it here.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after } from 'node:test';
import { files, numbers, packetsBelow, packetsOf, strays } from '../lib/disk.mjs';
import { ROOM, SECRET, startJanus } from '../lib/janus.mjs';
import { readMjr } from '../lib/mjr.mjs';
import { closeAll } from '../lib/peer.mjs';
import { play } from '../lib/playable.mjs';
import { Source } from '../lib/source.mjs';
import { Subscriber } from '../lib/subscriber.mjs';

after(closeAll);

const FRAMES = 30;

async function send(source, subscriber) {
	source.video.sendFrames(FRAMES);
	source.audio.sendFrames(FRAMES);
	await subscriber.sees(source.video);
	await subscriber.sees(source.audio);
}

test('bare VideoRoom records, and the packets and files are found', async t => {
	const janus = await startJanus(t, { gateway: false });
	const source = await Source.join(janus, { room: ROOM });
	await source.publish({ request: 'publish', record: true, filename: 'bare' });
	const subscriber = await Subscriber.join(janus, ROOM, [source.feed]);

	await send(source, subscriber);
	await source.close();
	subscriber.close();
	await janus.stop();

	assert.deepEqual([...packetsOf(janus, source.video)], numbers(1, source.video.sent));
	assert.deepEqual([...packetsOf(janus, source.audio)], numbers(1, source.audio.sent));
	assert.deepEqual(strays(janus).map(file => path.basename(file)), ['bare-audio-0.mjr', 'bare-video-1.mjr']);

	const [audio, video] = files(janus.home).map(readMjr);
	assert.deepEqual(await play(audio, janus.folder), { codec: 'opus', frames: FRAMES, seconds: 0.6 });
	const played = await play(video, janus.folder);
	assert.deepEqual([played.codec, played.frames], ['vp8', FRAMES]);
	assert.ok(Math.abs(played.seconds - 1) < 0.05, `${played.seconds} s of video`);
});

test('bare VideoRoom records into any folder it is told to, on anybody\'s word who knows the room\'s secret', async t => {
	const janus = await startJanus(t, { gateway: false });
	const elsewhere = fs.mkdtempSync(`${janus.folder}/elsewhere-`);
	const source = await Source.publish(janus, { room: ROOM });
	const subscriber = await Subscriber.join(janus, ROOM, [source.feed]);

	await source.request({ request: 'edit', room: ROOM, secret: SECRET, new_rec_dir: elsewhere });
	await source.request({ request: 'Enable_Recording', room: ROOM, secret: SECRET, record: true });
	await send(source, subscriber);
	await source.close();
	subscriber.close();
	await janus.stop();

	assert.deepEqual([...packetsBelow(elsewhere).get(source.video.ssrc)], numbers(1, source.video.sent));
});
