// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves of a meeting can be seen and heard of those who agreed, and of nobody else.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import * as consent from '../lib/consent.mjs';
import { dress, ffmpeg, onsets, play, samples, share, signal, strength } from '../lib/content.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Signer } from '../lib/signer.mjs';
import * as paths from '../lib/paths.mjs';
import { Source } from '../lib/source.mjs';
import { closedSegments, listed, run, tool } from '../lib/tool.mjs';

after(closeAll);

const RED = [254, 0, 0];
const GREEN = [0, 127, 0];
const BLUE = [0, 0, 254];
const TONES = { Ann: 440, Bob: 1000, Carol: 2500 };
const HEARD = 0.03;
const SILENT = 0.003;

async function person(t, janus, display, frequency, colour) {
	const source = await Source.join(janus, { room: ROOM, display });
	t.after(() => source.close());
	dress(source, { frequency, colour });
	await source.publish();
	return source;
}

/** Red Ann allows all, blue Bob his voice, green Carol nothing; they are captured for some seconds. */
async function meeting(t, options = {}) {
	const janus = await startJanus(t, options);
	const ann = await person(t, janus, 'Ann', TONES.Ann, 'red');
	const bob = await person(t, janus, 'Bob: "B" \\ %{x}', TONES.Bob, 'blue');
	const carol = await person(t, janus, 'Carol', TONES.Carol, 'green');
	await consent.grant(ann);
	await consent.grant(bob, 'record', ['audio']);
	await consent.refuse(carol);
	await consent.start(ann);
	await play(3, ann, bob, carol);
	await consent.stop(ann);
	const [{ meeting: id }] = await listed(janus, 'meetings');
	await closedSegments(janus, 3);
	return { janus, ann, bob, carol, id };
}

/** Into a folder whose name no program may take for anything else. */
async function exported(janus, id, ...more) {
	const folder = janus.in('meeting: Ünï \'1\' %d');
	fs.rmSync(folder, { recursive: true, force: true });
	const result = await tool('export', 'meeting', '--config', janus.in('config', 'janus.plugin.consent.jcfg'), '--meeting', id, '--output', folder, ...more);
	const file = name => path.join(folder, name);
	const report = fs.existsSync(file('meeting.json')) ? JSON.parse(fs.readFileSync(file('meeting.json'))) : null;
	return { ...result, folder, file, report };
}

/** Nothing was begun and left. */
function assertNothing(janus) {
	assert.deepEqual(fs.readdirSync(janus.folder).filter(name => name.includes('meeting')), []);
}

test('the film shows and sounds those who agreed, at their time, and nobody else', async t => {
	const { janus, id } = await meeting(t);
	const { status, stderr, report, file, folder } = await exported(janus, id);
	assert.equal(status, 0, stderr);
	assert.deepEqual(fs.readdirSync(folder).sort(), ['meeting.json', 'meeting.vtt', 'meeting.webm', 'tracks']);
	for (const name of fs.readdirSync(folder, { recursive: true }))
		assert.equal(fs.statSync(file(name)).mode & 0o077, 0, `${name} is the owner's`);
	assert.deepEqual(report.tracks.map(one => one.medium).sort(), ['audio', 'audio', 'video']);
	assert.deepEqual(report.left_out, []);

	const [{ start, length }] = report.tracks.filter(one => one.medium === 'video');
	const middle = start + length / 2;
	const film = file('meeting.webm');
	assert.ok(share(film, middle, RED) > 0.1, 'Ann is seen');
	assert.equal(share(film, middle, BLUE), 0, 'Bob is not');
	assert.equal(share(film, middle, GREEN), 0, 'Carol is not');
	assert.equal(share(film, Math.max(0, start - 0.2), RED), 0, 'not before she was captured');

	const sound = samples(film, middle - 0.5, 1);
	assert.ok(strength(sound, TONES.Ann) > HEARD, 'Ann is heard');
	assert.ok(strength(sound, TONES.Bob) > HEARD, 'Bob is heard');
	assert.ok(strength(sound, TONES.Carol) < SILENT, 'Carol is not');
	const captions = fs.readFileSync(file('meeting.vtt'), 'utf8');
	assert.match(captions, /Ann, Bob: "B" \\ %\{x\} and 1 more · record/);
	assert.doesNotMatch(captions, /Carol/);
	assert.doesNotMatch(JSON.stringify(report), /Carol/);
	const { stdout } = await run('ffprobe', ['-v', 'error', '-show_chapters', '-of', 'json', film]);
	assert.ok(JSON.parse(stdout).chapters.some(chapter => chapter.tags.title.includes('Ann')));
});

test('whoever withdrew is in nothing that is exported later', async t => {
	const { janus, ann, bob, id } = await meeting(t);
	await consent.withdraw(ann, { purposes: ['record'], media: ['audio'] });
	const one = await exported(janus, id);
	assert.equal(one.status, 1, 'something was left out');
	assert.match(one.stderr, /left out: segment \S+ is not granted any more \(withdrawn\)/);
	assert.deepEqual(one.report.left_out.map(({ medium, why }) => [medium, why]), [['audio', 'is not granted any more (withdrawn)']]);
	assert.ok(strength(samples(one.file('meeting.webm')), TONES.Ann) < SILENT);
	assert.ok(strength(samples(one.file('meeting.webm')), TONES.Bob) > SILENT);

	await consent.withdraw(ann);
	await consent.withdraw(bob);
	fs.rmSync(one.folder, { recursive: true });
	const none = await exported(janus, id);
	assert.equal(none.status, 1);
	assert.match(none.stderr, /nothing of the meeting \S+ may be used for record now/);
	assertNothing(janus);
});

/** Ann’s camera, with her key, and her screen, which proves it only when something of it has been captured. */
async function boundLate(t) {
	const janus = await startJanus(t);
	const ann = new Signer();
	const camera = await person(t, janus, 'Ann', TONES.Ann, 'red');
	const screen = await person(t, janus, 'Ann’s screen', TONES.Bob, 'blue');
	await ann.bind(camera);
	await ann.decide(camera, 'granted');
	await consent.grant(screen);
	await consent.start(camera);
	await play(1, camera, screen);
	await ann.bind(screen);
	await play(1, camera, screen);
	await consent.stop(camera);
	await screen.close();
	await closedSegments(janus, 6);
	const [{ meeting: id }] = await listed(janus, 'meetings');
	return { janus, ann, camera, id };
}

test('camera and screen of one person are one who is there until both are gone', async t => {
	const { janus, camera, id } = await boundLate(t);
	const { participant } = await consent.info(camera);
	const people = async () => (await listed(janus, 'meetings', '--meeting', id))[0].people;
	while (!(await people()).some(one => one.until))
		await setTimeout(20);
	const [{ since: from }] = await people();
	const { status, stderr, report, file } = await exported(janus, id);
	assert.equal(status, 0, stderr);
	assert.deepEqual(report.participants, [{ participant, display: 'Ann', from, to: report.ended }], 'she did not go with her screen');
	assert.deepEqual([...new Set(report.tracks.map(one => one.participant))], [participant]);
	const said = fs.readFileSync(file('meeting.vtt'), 'utf8').split('\n').filter(line => line && !/^WEBVTT|-->/.test(line));
	assert.deepEqual(said, ['Ann', 'Ann · record', 'Ann']);

	const folder = janus.in('vcon');
	assert.equal((await tool('export', 'vcon', '--config', janus.in('config', 'janus.plugin.consent.jcfg'), '--meeting', id, '--output', folder)).status, 0);
	const vcon = JSON.parse(fs.readFileSync(path.join(folder, 'meeting.vcon.json')));
	assert.deepEqual(vcon.parties.map(({ uuid, name }) => [uuid, name]), [[participant, 'Ann']]);
	assert.deepEqual(vcon.dialog[0].party_history.map(one => one.event), ['join', 'drop']);
	assert.deepEqual([...new Set(vcon.dialog.slice(1).map(one => one.originator))], [0]);
	assert.deepEqual(vcon.attachments.map(one => one.body.purpose_grants[0].conditions[0]).sort(), ['medium: audio', 'medium: video']);
});

test('what a handle sent before it proved a key goes when its person withdraws', async t => {
	const { janus, ann, camera, id } = await boundLate(t);
	const before = await exported(janus, id, '--film', 'no');
	assert.equal(before.status, 0, before.stderr);
	assert.equal(before.report.tracks.length, 6, 'of the handle as it was, too');

	await ann.withdraw(camera);
	const after = await exported(janus, id, '--film', 'no');
	assert.equal(after.status, 1);
	assert.equal(after.stderr.match(/is not granted any more \(withdrawn\)/g).length, 6);
	assert.match(after.stderr, /nothing of the meeting \S+ may be used for record now/);
	const decrypted = await tool('decrypt', '--config', janus.in('config', 'janus.plugin.consent.jcfg'), '--output', janus.in('plain'));
	assert.deepEqual([decrypted.status, decrypted.stdout], [1, '']);
	assert.equal(decrypted.stderr.match(/is not granted any more \(withdrawn\)/g).length, 6);
});

test('the bar on a terminal stays in its line, and nothing is written behind it', async t => {
	const { janus, id } = await meeting(t);
	const command = [paths.tool, 'export', 'meeting', '--config', janus.in('config', 'janus.plugin.consent.jcfg'), '--meeting', id, '--film', 'no', '--output'].join(' ');
	for (const columns of [40, 200]) {
		const { status, stdout } = await run('script', ['-qec', `stty cols ${columns} && ${command} ${janus.in(`${columns}`)}`, '/dev/null']);
		assert.equal(status, 0, stdout);
		const lines = stdout.split(/\r?\n|\r\x1b\[K/).filter(Boolean);
		assert.deepEqual(lines.filter(line => line.includes('janus-consent: ')), [`janus-consent: export meeting: ${janus.in(`${columns}`)}`]);
		for (const line of lines.slice(0, -1))
			assert.ok(line.startsWith('export meeting [') && line.length < columns, line);
	}
});

test('a flash and a beep of two people are together in the film', async t => {
	const janus = await startJanus(t);
	const people = [];
	for (const display of ['Ann', 'Bob']) {
		const source = await Source.join(janus, { room: ROOM, display });
		t.after(() => source.close());
		signal(source, 1.5, 2.5);
		await source.publish();
		people.push(source);
	}
	const [ann, bob] = people;
	await consent.grant(ann, 'record', ['video']);
	await consent.grant(bob, 'record', ['audio']);
	await consent.start(ann);
	await play(3.5, ann, bob);
	await consent.stop(ann);
	await closedSegments(janus, 2);
	const [{ meeting: id }] = await listed(janus, 'meetings');
	const { status, stderr, file, report } = await exported(janus, id);
	assert.equal(status, 0, stderr);
	const { picture, sound } = onsets(file('meeting.webm'));
	const apart = Math.abs(picture - sound) * 1000;
	t.diagnostic(`${apart.toFixed(0)} ms apart; measured errors ${report.tracks.map(one => one.error_ms.toFixed(1))} ms`);
	assert.ok(apart < 80, `${apart} ms apart`);
});
