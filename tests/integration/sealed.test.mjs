// SPDX-License-Identifier: GPL-3.0-or-later
// Encrypted recordings: nobody reads them without the operator's key and a grant's, whoever has both plays them.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { files, numbers, packetsOf, segmentFiles } from '../lib/disk.mjs';
import { assertError } from '../lib/expect.mjs';
import { startJanus } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import { closeAll } from '../lib/peer.mjs';
import { play } from '../lib/playable.mjs';
import { decrypt, onRecordings, SEALED } from '../lib/sealed.mjs';
import { segments, verify } from '../lib/tool.mjs';

after(closeAll);

const sha256 = file => crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex');

/** One who agrees, and what they sent meanwhile. */
async function recorded(janus, frames = 30) {
	const meeting = await Meeting.of(janus, ['Ann']);
	const [ann] = meeting.people;
	await consent.start(ann);
	await consent.grant(ann);
	await meeting.send(frames);
	return { meeting, ann };
}

/** Resolves when at least so many packets are on disk. */
async function written(janus, packets) {
	const admin = await janus.admin();
	while ((await admin.request(janus.package, { request: 'consent_stats' })).capture.packets < packets)
		await setTimeout(5);
	admin.close();
}

test('a recording is encrypted on disk and plays after decrypting', async t => {
	const janus = await startJanus(t, { consent: SEALED });
	const { meeting, ann } = await recorded(janus);
	await meeting.close();
	await janus.stop();

	const rows = await segments(janus);
	assert.equal(rows.length, 2);
	assert.deepEqual(segmentFiles(janus), [], 'no plain file');
	for (const track of ann.tracks)
		assert.equal(packetsOf(janus, track).size, 0, 'no packet in the clear, in any file');
	for (const row of rows) {
		const file = path.join(janus.recordings, row.file);
		assert.match(row.file, /\.mjr\.enc$/);
		assert.equal(sha256(file), row.sha256);
		assert.equal(fs.statSync(file).mode & 0o777, 0o600);
	}

	const { status, stderr, files: plain } = await decrypt(janus, 'plain');
	assert.equal(status, 0, stderr);
	assert.equal(plain.length, 2);
	for (const mjr of plain) {
		const track = mjr.header.t === 'a' ? ann.audio : ann.video;
		assert.deepEqual(mjr.frames.map(frame => frame.number), numbers(1, track.sent));
		assert.equal((await play(mjr, janus.home)).frames, 30);
	}
	assert.equal((await verify(janus)).status, 0);
});

test('decrypting needs a grant that stands, or a reason', async t => {
	const janus = await startJanus(t, { consent: SEALED });
	const { meeting, ann } = await recorded(janus);
	await consent.withdraw(ann, { media: ['video'] });
	await meeting.close();
	await janus.stop();

	const first = await decrypt(janus, 'first');
	assert.equal(first.status, 1);
	assert.match(first.stderr, /withdrawn/);
	assert.deepEqual(first.files.map(({ header }) => header.t), ['a']);
	const all = await decrypt(janus, 'all', '--authorised', 'asked for by the participant');
	assert.equal(all.status, 0, all.stderr);
	assert.equal(all.files.length, 2);
	const train = await decrypt(janus, 'train', '--purpose', 'train');
	assert.equal(train.status, 1);
	assert.equal((await decrypt(janus, 'none', '--segment', 'no such one')).status, 1);
	const nowhere = await onRecordings(janus, 'decrypt');
	assert.match(nowhere.stderr, /^janus-consent: decrypt: --output is needed/, 'before it speaks of any segment');
});

test('decrypting needs the operator\'s key and the file as it was captured', async t => {
	const janus = await startJanus(t, { consent: SEALED });
	const { meeting } = await recorded(janus);
	await meeting.close();
	await janus.stop();

	const key = path.join(path.dirname(janus.store), 'capture-key');
	assert.equal(fs.statSync(key).mode & 0o777, 0o600);
	fs.renameSync(key, `${key}.away`);
	assert.equal((await decrypt(janus, 'plain')).status, 3);
	fs.renameSync(`${key}.away`, key);

	for (const file of files(janus.recordings)) {
		const bytes = fs.readFileSync(file);
		bytes[bytes.length - 30] ^= 1;
		fs.writeFileSync(file, bytes);
	}
	const changed = await decrypt(janus, 'plain');
	assert.notEqual(changed.status, 0);
	assert.deepEqual(files(janus.in('plain')), [], 'nothing half is left');
});

test('what a crash leaves of encrypted files decrypts', async t => {
	const first = await startJanus(t, { consent: SEALED });
	const { meeting, ann } = await recorded(first);
	await written(first, 60);
	await first.kill('SIGKILL');
	await meeting.close();

	const janus = await startJanus(t, { consent: SEALED, folder: first.folder });
	await janus.stop();
	const rows = await segments(janus);
	assert.deepEqual(rows.map(row => [row.state, row.reason]), [['closed', 'crash'], ['closed', 'crash']]);
	for (const row of rows.filter(one => one.file))
		assert.equal(sha256(path.join(janus.recordings, row.file)), row.sha256);
	const { status, stderr, files: plain } = await decrypt(janus, 'plain');
	assert.ok(plain.length > 0, stderr);
	assert.equal(status, 0, stderr);
	for (const mjr of plain) {
		const track = mjr.header.t === 'a' ? ann.audio : ann.video;
		assert.ok(mjr.whole && mjr.frames.length > 0);
		assert.deepEqual(mjr.frames.map(frame => frame.number), numbers(1, mjr.frames.length));
		assert.ok(mjr.frames.length <= track.sent);
	}
	assert.equal((await verify(janus)).status, 0);
});

test('the tool says what it needs', async t => {
	const janus = await startJanus(t, { consent: SEALED });
	const { meeting } = await recorded(janus, 2);
	await meeting.close();
	await janus.stop();
	const missing = await onRecordings(janus, 'decrypt');
	assert.equal(missing.status, 2);
	assert.match(missing.stderr, /--output is needed/);
	const several = await onRecordings(janus, 'decrypt', '--output', janus.in('one.mjr'));
	assert.equal(several.status, 2);
	assert.match(several.stderr, /give a folder/);
});

test('what its participant erases nobody decrypts, nor a copy made before', async t => {
	const janus = await startJanus(t, { consent: SEALED });
	const { meeting, ann } = await recorded(janus);
	await consent.stop(ann);
	await consent.start(ann);
	await meeting.send();
	while (files(janus.recordings).length < 4)
		await setTimeout(5);
	const copies = janus.in('copies');
	fs.cpSync(janus.recordings, copies, { recursive: true });
	const answer = await consent.withdraw(ann, { erase: true });
	assert.equal(answer.erased, 4, JSON.stringify(answer));
	assert.deepEqual(files(janus.recordings), []);
	assert.deepEqual((await segments(janus)).map(row => [row.state, row.file]), Array(4).fill(['erased', null]));
	await meeting.close();
	await janus.stop();

	fs.cpSync(copies, janus.recordings, { recursive: true });
	for (const more of [[], ['--authorised', 'curiosity']]) {
		const { status, stderr, files: plain } = await decrypt(janus, 'plain', ...more);
		assert.equal(status, 1);
		assert.match(stderr, /erased/);
		assert.deepEqual(plain, []);
	}
	const { status, stderr } = await verify(janus);
	assert.equal(status, 1);
	assert.match(stderr, /is of no segment that the ledger has: .*, or was erased/);
	fs.rmSync(janus.recordings, { recursive: true });
	assert.equal((await verify(janus)).status, 0);
});

test('an admin erases a segment, or all of a participant, while they are captured', async t => {
	const janus = await startJanus(t, { consent: SEALED });
	const { meeting } = await recorded(janus);
	const admin = await janus.admin();
	const erase = fields => admin.request(janus.package, { request: 'consent_erase', reason: 'asked for', ...fields });
	const [first, second] = await segments(janus);
	assert.equal((await erase({ segment: first.segment })).erased, 1);
	assertError(await erase({ segment: first.segment }), 712);
	assertError(await erase({}), 701);
	assertError(await erase({ segment: first.segment, participant: first.participant }), 702);
	await meeting.send();
	assert.equal((await segments(janus)).filter(row => row.state === 'open').length, 2, 'capture goes on');
	assert.equal((await erase({ participant: first.participant })).erased, 2);
	assert.equal((await segments(janus)).find(row => row.segment === second.segment).state, 'erased');
	await meeting.send();
	await meeting.close();
	await janus.stop();
	admin.close();
	assert.deepEqual(files(janus.recordings), [], 'what they had granted has ended');
	assert.equal((await verify(janus)).status, 0);
});

test('sweep keeps what may be kept', async t => {
	const janus = await startJanus(t, { consent: SEALED });
	const { meeting } = await recorded(janus);
	assert.equal((await onRecordings(janus, 'sweep')).status, 0, 'beside a running gateway');
	await meeting.close();
	await janus.stop();
	const { status, stdout, stderr } = await onRecordings(janus, 'sweep');
	assert.equal(status, 0, stderr);
	assert.equal(stdout, '');
	assert.match(stderr, /0 erased, 2 kept/);
	assert.equal(files(janus.recordings).length, 2);
});
