// SPDX-License-Identifier: GPL-3.0-or-later
// A training set holds the speech of those who agreed to that, and loses what they withdraw.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import jsonld from 'jsonld';
import * as consent from '../lib/consent.mjs';
import { dress, play, samples, strength } from '../lib/content.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import * as paths from '../lib/paths.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Source } from '../lib/source.mjs';
import { closedSegments, listed, run, tool } from '../lib/tool.mjs';

after(closeAll);

const TONES = { Ann: 440, Bob: 1000, Carol: 2500 };
const HEARD = 0.03;
const SILENT = 0.003;

/** All are recorded; Ann and Bob let their voice be trained on, Carol does not, nor Ann her picture. */
async function meeting(t) {
	const janus = await startJanus(t, { consent: { plain_files: false } });
	const people = {};
	for (const [display, frequency] of Object.entries(TONES)) {
		const source = people[display] = await Source.join(janus, { room: ROOM, display });
		t.after(() => source.close());
		dress(source, { frequency, colour: 'red' });
		await source.publish();
		await consent.grant(source);
	}
	await consent.grant(people.Ann, 'train', ['audio']);
	await consent.grant(people.Bob, 'train', ['audio']);
	await consent.refuse(people.Carol, 'train', ['audio']);
	for (const purpose of ['record', 'train'])
		await consent.start(people.Ann, purpose);
	await play(2.6, ...Object.values(people));
	for (const purpose of ['record', 'train'])
		await consent.stop(people.Ann, purpose);
	await closedSegments(janus);
	return { janus, people };
}

const config = janus => ['--config', janus.in('config', 'janus.plugin.consent.jcfg')];

/** Into a folder, named from where the tool runs, whose name no program may take for anything else. */
async function made(janus, ...more) {
	const name = 'sets: ü/set';
	const folder = janus.in(name);
	fs.mkdirSync(path.dirname(folder), { recursive: true });
	fs.rmSync(folder, { recursive: true, force: true });
	const args = ['export', 'training', ...config(janus), '--output', name, ...more];
	return { folder, ...await run(paths.tool, args, { cwd: janus.folder }) };
}

const lines = (folder, name = 'metadata.jsonl') => fs.readFileSync(path.join(folder, name), 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line));
const files = folder => fs.readdirSync(folder, { recursive: true, withFileTypes: false });

/** Every file is in MANIFEST and as it says, and MANIFEST is signed by the log's key. */
async function assertSigned(janus, folder) {
	const { status, stdout, stderr } = await run('sha256sum', ['--check', '--strict', 'MANIFEST'], { cwd: folder });
	assert.equal(status, 0, stdout + stderr);
	const manifest = fs.readFileSync(path.join(folder, 'MANIFEST'), 'utf8');
	const audio = fs.readdirSync(path.join(folder, 'audio')).map(name => `audio/${name}`);
	const there = [...fs.readdirSync(folder).filter(name => !/^(audio|MANIFEST)/.test(name)), ...audio].sort();
	assert.deepEqual(manifest.trim().split('\n').map(line => line.slice(66)).sort(), there);

	const admin = await janus.admin();
	const { vkey } = await admin.request(janus.package, { request: 'consent_key' });
	admin.close();
	const note = fs.readFileSync(path.join(folder, 'MANIFEST.note'), 'utf8');
	const end = note.lastIndexOf('\n\n') + 1;
	const [, , signature] = note.slice(end + 1).trim().split(' ');
	const key = Buffer.from(vkey.split('+').slice(2).join('+'), 'base64').subarray(1);
	const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') };
	assert.ok(crypto.verify(null, Buffer.from(note.slice(0, end)), crypto.createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(signature, 'base64').subarray(4)));
	assert.ok(note.slice(0, end).endsWith(manifest));
	assert.match(note, /^janus-consent\/training-set\/v1 /);
}

const heard = (folder, file) => Object.entries(TONES)
	.filter(([, frequency]) => strength(samples(path.join(folder, file)), frequency) > HEARD).map(([name]) => name);

test('a set holds the speech of those who agreed, line by line with what it rests on', async t => {
	const { janus } = await meeting(t);
	const { status, stderr, folder } = await made(janus, '--seconds', '1', '--cut', 'fixed');
	assert.equal(status, 0, stderr);
	for (const name of files(folder))
		assert.equal(fs.statSync(path.join(folder, name)).mode & 0o077, 0, `${name} is the owner's`);
	const all = lines(folder);
	assert.equal(new Set(all.map(line => line.speaker)).size, 2);
	assert.deepEqual(fs.readdirSync(path.join(folder, 'audio')).map(name => `audio/${name}`).sort(), all.map(line => line.file_name).sort());
	const names = all.map(line => heard(folder, line.file_name).join());
	assert.deepEqual([...new Set(names)].sort(), ['Ann', 'Bob']);
	for (const line of all) {
		assert.ok(strength(samples(path.join(folder, line.file_name)), TONES.Carol) < SILENT);
		assert.ok(line.duration > 0.4 && line.duration <= 1.6, `${line.duration} s`);
		assert.equal(line.sampling_rate, 16000);
	}

	const decisions = await listed(janus, 'records', '--purpose', 'train', '--decision', 'granted');
	for (const { decision, notice, receipt } of all) {
		const record = decisions.find(one => one.index === decision.index);
		assert.deepEqual([record.notice, record.receipt], [notice, receipt]);
	}
	const text = files(folder).filter(name => /json|MANIFEST/.test(name)).map(name => fs.readFileSync(path.join(folder, name), 'utf8')).join('');
	for (const { participant, display } of await listed(janus, 'records'))
		assert.ok(!text.includes(participant) && !new RegExp(`\\b${display}\\b`).test(text), 'nobody is named');
	await assertSigned(janus, folder);

	const croissant = JSON.parse(fs.readFileSync(path.join(folder, 'croissant.json'), 'utf8'));
	// Names of files are relative, as Croissant has them.
	const [data] = await jsonld.expand(croissant, { base: 'https://example.org/set/', safe: true, documentLoader: url => { throw new Error(url); } });
	assert.deepEqual(data['@type'], ['https://schema.org/Dataset']);
	assert.equal(data['http://mlcommons.org/croissant/recordSet'].length, 1);
});

test('no set is made of what people agreed to for something else', async t => {
	const { janus } = await meeting(t);
	const { status, stderr, folder } = await made(janus, '--purpose', 'record');
	assert.equal(status, 2);
	assert.match(stderr, /--purpose must be train, or one of your own .*: who agreed to record did not agree to that/);
	assert.ok(!fs.existsSync(folder));
});

test('what is withdrawn is taken out of a set, and the rest is signed anew', async t => {
	const { janus, people } = await meeting(t);
	const { folder, status, stderr } = await made(janus, '--format', 'opus', '--layout', 'nemo');
	assert.equal(status, 0, stderr);
	const before = lines(folder, 'manifest.json');
	assert.deepEqual(before.map(line => [heard(folder, line.audio_filepath).join(), line.text]).sort(), [['Ann', ''], ['Bob', '']]);
	await assertSigned(janus, folder);

	const again = await tool('export', 'training', ...config(janus), '--refresh', folder);
	assert.equal(again.status, 0, again.stderr);
	assert.equal(again.stdout, '');
	assert.deepEqual(lines(folder, 'manifest.json'), before);

	const gone = before.find(line => heard(folder, line.audio_filepath)[0] === 'Ann').audio_filepath;
	await consent.withdraw(people.Ann, { purposes: ['train'] });
	const refreshed = await tool('export', 'training', ...config(janus), '--refresh', folder);
	assert.equal(refreshed.status, 0, refreshed.stderr);
	assert.equal(refreshed.stdout, `${gone}\n`);
	assert.match(refreshed.stderr, /removed: segment \S+ is not granted any more \(withdrawn\)/);
	assert.equal(fs.existsSync(path.join(folder, gone)), false);
	assert.deepEqual(lines(folder, 'manifest.json'), before.filter(line => line.audio_filepath !== gone));
	await assertSigned(janus, folder);

	await consent.withdraw(people.Bob, { purposes: ['train'] });
	const nothing = await made(janus);
	assert.equal(nothing.status, 1);
	assert.match(nothing.stderr, /there is no sound that may be used for train now/);
	assert.equal(fs.existsSync(nothing.folder), false);
});

test('a folder that is no set is left alone', async t => {
	const { janus } = await meeting(t);
	const folder = janus.in('other');
	fs.mkdirSync(folder);
	for (const [about, listing, why] of [[null, '', /set\.json: cannot be read; is it a training set\?/],
		['{"set":"x","layout":"hf"}', '{"file_name":"../../etc/passwd"}', /names a file that is not in the set/]]) {
		if (about)
			fs.writeFileSync(path.join(folder, 'set.json'), about);
		fs.writeFileSync(path.join(folder, 'metadata.jsonl'), listing);
		const { status, stderr } = await tool('export', 'training', ...config(janus), '--refresh', folder);
		assert.equal(status, 2);
		assert.match(stderr, why);
	}
});

test('whoever takes it back is told in how many sets it is, and the admin in which', async t => {
	const { janus, people: { Ann, Bob, Carol } } = await meeting(t);
	assert.equal((await consent.withdraw(Bob, { purposes: ['record'] })).training_sets, 0, 'it was for another purpose');
	const { folder } = await made(janus);
	const second = janus.in('second');
	assert.equal((await tool('export', 'training', ...config(janus), '--output', second)).status, 0);
	const ids = [folder, second].map(one => JSON.parse(fs.readFileSync(path.join(one, 'set.json'), 'utf8')).set);
	const admin = await janus.admin();
	t.after(() => admin.close());
	const sets = async (fields = {}) => (await admin.request(janus.package, { request: 'consent_training_sets', ...fields })).training_sets;
	assert.deepEqual((await sets()).map(one => [one.set, one.purpose, one.segments, one.refreshed]), ids.map(id => [id, 'train', 2, null]));

	assert.equal((await consent.refuse(Ann, 'train', ['audio'])).training_sets, 2);
	assert.equal((await consent.refuse(Carol, 'train', ['audio'])).training_sets, 0);
	assert.equal((await consent.grant(Carol, 'train', ['audio'])).training_sets, undefined, 'nothing is taken back');
	const participant = (await listed(janus, 'records', '--purpose', 'train', '--decision', 'refused')).find(one => one.display === 'Ann').participant;
	assert.deepEqual((await sets({ participant })).map(one => [one.set, one.segments]), ids.map(id => [id, 1]));

	assert.equal((await tool('export', 'training', ...config(janus), '--refresh', folder)).status, 0);
	assert.deepEqual((await sets({ participant })).map(one => one.set), [ids[1]]);
	assert.equal(typeof (await sets())[0].refreshed, 'string');
	assert.equal((await consent.withdraw(Ann)).training_sets, 1);
	assert.equal((await consent.withdraw(Bob)).training_sets, 2);
	const [first, { cursor }] = [await sets({ limit: 1 }), await admin.request(janus.package, { request: 'consent_training_sets', limit: 1 })];
	assert.deepEqual([first.map(one => one.set), (await sets({ cursor })).map(one => one.set)], [[ids[0]], [ids[1]]]);
});
