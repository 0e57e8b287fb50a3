// SPDX-License-Identifier: GPL-3.0-or-later
// A summariser that listens live: the media of those who agreed, as SRTP, and of nobody else.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { files } from '../lib/disk.mjs';
import { assertError } from '../lib/expect.mjs';
import { ROOM, SECRET, startJanus } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import * as paths from '../lib/paths.mjs';
import { closeAll } from '../lib/peer.mjs';
import { run, segments } from '../lib/tool.mjs';

after(closeAll);

const PORT = 23600;
const forward = { host: '127.0.0.1', port: PORT, streams: 10 };
const allowed = { forward_to: ['127.0.0.1'] };

/** Resolves when `check` holds. */
async function until(check, what) {
	for (const deadline = Date.now() + 20_000; !check(); await setTimeout(20))
		assert.ok(Date.now() < deadline, what);
}

const feeds = janus => files(janus.in('state', 'feeds')).map(file => path.basename(file)).filter(name => name.endsWith('.sdp'));

test('the example consumer makes an Ogg file of each participant who agreed', async t => {
	const janus = await startJanus(t, { consent: allowed });
	const consumer = spawn(path.join(paths.repository, 'conf/consumer/feeds-to-ogg'), [janus.in('state', 'feeds'), janus.in('ogg')], { stdio: 'inherit', detached: true });
	t.after(() => consumer.kill());
	const meeting = await Meeting.of(janus, ['Ann', 'Bob', 'Cem']);
	const [ann, bob, cem] = meeting.people;
	assert.equal((await consent.start(ann, 'summarize', { forward })).consent, 'started');
	await consent.grant(ann, 'summarize', ['audio']);
	await consent.grant(bob, 'summarize', ['audio']);
	const ids = Object.fromEntries((await consent.info(cem)).participants.map(one => [one.display, one.id]));

	const oggs = () => files(janus.in('ogg')).filter(file => fs.statSync(file).size > 2000).map(file => path.basename(file).slice(0, 36));
	await until(() => {
		for (const person of meeting.people)
			person.audio.sendFrame();
		return new Set(oggs()).size === 2;
	}, `two files: ${files(janus.in('ogg'))}`);
	assert.deepEqual(oggs().sort(), [ids.Ann, ids.Bob].sort());
	assert.equal(feeds(janus).length, 2);

	await consent.withdraw(bob);
	await until(() => feeds(janus).length === 1, 'a withdrawal ends the feed');
	await meeting.close();
	await until(() => feeds(janus).length === 0, 'leaving ends the feed');
	await janus.stop();
	await setTimeout(500); // FFmpeg writes its end
	consumer.kill();
	for (const file of files(janus.in('ogg'))) {
		const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'csv=p=0', file]);
		assert.equal(stdout.trim(), 'opus');
	}
	assert.deepEqual(files(janus.recordings), [], 'nothing is stored of what is only fed');
	const rows = await segments(janus);
	assert.ok(rows.length >= 2 && rows.every(row => row.file === null && row.packets > 0));
});

test('feeds go only where the operator allows', async t => {
	const janus = await startJanus(t, { consent: { forward_to: ['127.0.0.1', '192.0.2.7'] } });
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;
	const start = (fields, purpose = 'summarize') => consent.start(ann, purpose, { forward: { ...forward, ...fields } });
	assertError(await start({ host: '192.0.2.8' }), 707, /forward_to/);
	assertError(await start({ host: 'localhost' }), 702, /IP address/);
	assertError(await start({ host: '192.0.2.7', suite: 'none' }), 702, /this machine/);
	assertError(await start({ suite: 'AES' }), 702, /forward\.suite/);
	assertError(await start({ port: 5005 }), 702, /even/);
	assertError(await start({ port: undefined }), 701, /forward\.port/);
	assertError(await start({ extra: 1 }), 702);
	assertError(await start({}, 'record'), 702, /'purpose'.*name another one/);
	assert.equal((await start({ host: '192.0.2.7' })).consent, 'started');
	await meeting.close();
});

test('by default feeds go nowhere', async t => {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann']);
	assertError(await consent.start(meeting.people[0], 'summarize', { forward }), 707, /forward_to/);
	await meeting.close();
});

test('rtp_forward that says for what is such a feed, and otherwise refused', async t => {
	const janus = await startJanus(t, { consent: allowed });
	const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
	const [ann] = meeting.people;
	const forwarding = { request: 'rtp_forward', room: ROOM, secret: SECRET, publisher_id: ann.feed, host: '127.0.0.1', audio_port: PORT };
	assertError(await ann.request(forwarding), 709);
	assertError(await ann.request({ ...forwarding, purpose: 'summarize', secret: 'wrong' }), 707);
	assertError(await ann.request({ ...forwarding, purpose: 'summarize', host: '127.0.0.2' }), 707, /forward_to/);
	assertError(await ann.request({ ...forwarding, purpose: 'record' }), 702, /'purpose'.*name another one/);
	assertError(await ann.request({ ...forwarding, purpose: 'telemetry' }), 702, /'purpose'.*name another one/);
	assertError(await ann.request({ ...forwarding, purpose: 'summarize', host: undefined }), 701, /'host'/);
	assertError(await ann.request({ ...forwarding, purpose: 'summarize', audio_port: undefined }), 701, /'audio_port'/);
	assertError(await ann.request({ ...forwarding, purpose: 'summarize', audio_port: undefined, streams: [{ port: 7 }] }), 702, /'streams\[0\]\.port'/);
	for (const srtp_suite of [33, '80', null])
		assertError(await ann.request({ ...forwarding, purpose: 'summarize', srtp_suite }), 702, /'srtp_suite' must be 32 or 80/);
	assertError(await ann.request({ ...forwarding, purpose: 'summarize', audio_port: undefined, video_port: 7 }), 702, /'video_port'/);
	assert.equal((await ann.request({ ...forwarding, purpose: 'summarize', audio_port: undefined, video_port: PORT })).consent, 'started');
	await consent.stop(ann, 'summarize');
	assert.equal((await ann.request({ ...forwarding, purpose: 'summarize', srtp_suite: 80 })).consent, 'started');
	await consent.grant(ann, 'summarize', ['audio']);
	await until(() => {
		ann.audio.sendFrame();
		return feeds(janus).length === 1;
	}, 'a feed of the one who agreed');
	await meeting.close();
});
