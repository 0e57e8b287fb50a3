// SPDX-License-Identifier: GPL-3.0-or-later
// A live feed as GStreamer gets it: by the description alone, encrypted or not, as the example of a consumer does it.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { files } from '../lib/disk.mjs';
import { startJanus } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import * as paths from '../lib/paths.mjs';
import { closeAll } from '../lib/peer.mjs';
import { run } from '../lib/tool.mjs';

after(closeAll);

const PORT = 23800;
const EXAMPLE = path.join(paths.repository, 'conf/consumer/feed-to-gstreamer');

/** What docs/protocol.md hands the streams to; a second of sound, and as many pictures. */
const PIPELINES = {
	audio: { elements: ['decodebin', '!', 'audioconvert', '!', 'wavenc'], enough: 2 * 2 * 48_000, codec: 'pcm_s16le' },
	video: { elements: ['decodebin', '!', 'videoconvert', '!', 'y4menc'], enough: 30 * 64 * 48 * 1.5, codec: 'rawvideo' },
};

/** The description of the stream of that medium, while there is one. */
const described = (janus, medium) => files(janus.in('state', 'feeds')).find(file => file.endsWith('.sdp') && file.includes(`-${medium}-`));

/** Begins to decode: {medium, file, ended}. */
function consume(janus, medium) {
	const file = janus.in(`decoded.${medium}`);
	const ended = run(EXAMPLE, [described(janus, medium), ...PIPELINES[medium].elements, '!', 'filesink', `location=${file}`]);
	return { medium, file, ended };
}

const size = file => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;

async function probed(file) {
	const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'csv=p=0', file]);
	return stdout.trim();
}

/** Sends frame by frame, as a person does, until `check` holds. */
async function speaking(person, check, what) {
	for (const deadline = Date.now() + 60_000; !check(); await setTimeout(20)) {
		assert.ok(Date.now() < deadline, what());
		for (const track of person.tracks)
			track.sendFrame();
	}
}

for (const suite of ['none', 'AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'])
	test(`GStreamer decodes sound and pictures of a feed, suite ${suite}`, async t => {
		const janus = await startJanus(t, { consent: { forward_to: ['127.0.0.1'] } });
		const meeting = await Meeting.of(janus, ['Ann']);
		const [ann] = meeting.people;
		assert.equal((await consent.start(ann, 'train', { forward: { host: '127.0.0.1', port: PORT, streams: 2, suite } })).consent, 'started');
		assert.equal((await consent.grant(ann, 'train', ['audio', 'video'])).consent, 'decided');
		const media = Object.keys(PIPELINES);
		await speaking(ann, () => media.every(medium => described(janus, medium)), () => 'both streams are described');

		const consumers = media.map(medium => consume(janus, medium));
		await speaking(ann, () => consumers.every(({ medium, file }) => size(file) >= PIPELINES[medium].enough),
			() => consumers.map(({ medium, file }) => `${medium}: ${size(file)} bytes`).join(', '));
		await meeting.close();
		for (const { medium, file, ended } of consumers) {
			const { status, stderr } = await ended;
			assert.equal(status, 0, `the example ends with the stream: ${stderr}`);
			assert.equal(await probed(file), PIPELINES[medium].codec);
		}
		await janus.stop();
	});
