// SPDX-License-Identifier: GPL-3.0-or-later
// Exports of recordings when something is amiss: consent that ends meanwhile, files that are damaged, tools that are missing.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import * as consent from '../lib/consent.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import * as paths from '../lib/paths.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Source } from '../lib/source.mjs';
import { closedSegments, listed, run, segments, tool } from '../lib/tool.mjs';

after(closeAll);

/** Two people who agree, and are captured for a moment; the files are encrypted, as they are by default. */
async function captured(t, purposes = ['record']) {
	const janus = await startJanus(t, { consent: { plain_files: false } });
	const people = [];
	for (const display of ['Ann', 'Bob']) {
		const source = await Source.join(janus, { room: ROOM, display });
		t.after(() => source.close());
		await source.publish();
		for (const purpose of purposes)
			await consent.grant(source, purpose);
		people.push(source);
	}
	for (const purpose of purposes)
		await consent.start(people[0], purpose);
	for (let i = 0; i < 20; i++) {
		people.forEach(source => source.tracks.forEach(track => track.sendFrame()));
		await setTimeout(20);
	}
	for (const purpose of purposes)
		await consent.stop(people[0], purpose);
	await closedSegments(janus, 4);
	const [{ meeting }] = await listed(janus, 'meetings');
	return { janus, people, meeting };
}

const config = janus => ['--config', janus.in('config', 'janus.plugin.consent.jcfg')];
const target = janus => janus.in('out');
const asking = (janus, meeting, ...more) => ['export', 'meeting', ...config(janus), '--meeting', meeting, '--output', target(janus), '--film', 'no', ...more];

function report(janus) {
	return JSON.parse(fs.readFileSync(path.join(target(janus), 'meeting.json')));
}

/** No target, and nothing that was begun beside it. */
function assertNothing(janus) {
	assert.deepEqual(fs.readdirSync(janus.folder).filter(name => /out|part-/.test(name)), []);
}

/** A folder for PATH in which that program does as the script says; REAL is the real one. */
function pretend(janus, name, script) {
	const folder = fs.mkdtempSync(janus.in('bin-'));
	const real = path.join('/usr/bin', name);
	fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${script.replaceAll('REAL', real)}\n`, { mode: 0o755 });
	return { env: { ...process.env, PATH: `${folder}:${process.env.PATH}` } };
}

test('whoever withdraws while it is made is in nothing that leaves', async t => {
	const { janus, people: [ann], meeting } = await captured(t);
	// The first conversion waits until Ann has withdrawn.
	const [begun, go] = [janus.in('begun'), janus.in('go')];
	const options = pretend(janus, 'janus-pp-rec', `touch ${begun}; while ! [ -e ${go} ]; do sleep 0.05; done; exec REAL "$@"`);
	const running = run(paths.tool, asking(janus, meeting), options);
	while (!fs.existsSync(begun))
		await setTimeout(20);
	await consent.withdraw(ann);
	fs.writeFileSync(go, '');
	const { status, stderr } = await running;
	assert.equal(status, 1, stderr);
	assert.match(stderr, /somebody withdrew meanwhile: made anew without them/);
	const { tracks, left_out: out } = report(janus);
	const people = await listed(janus, 'records', '--decision', 'withdrawn');
	assert.equal(tracks.length, 2);
	assert.equal(out.length, 2);
	assert.ok(tracks.every(one => one.participant !== people[0].participant));
	assert.ok(out.every(one => one.participant === people[0].participant));
});

test('damaged and missing segments are left out and named, the rest is unharmed', async t => {
	const { janus, meeting } = await captured(t);
	const [first, second, third] = await segments(janus);
	const file = segment => path.join(janus.recordings, segment.file);
	fs.unlinkSync(file(first));
	const bytes = fs.readFileSync(file(second));
	bytes[bytes.length >> 1] ^= 1;
	fs.writeFileSync(file(second), bytes);
	fs.truncateSync(file(third), 10);
	const { status, stderr } = await tool(...asking(janus, meeting));
	assert.equal(status, 1, stderr);
	assert.equal(report(janus).tracks.length, 1);
	assert.deepEqual(report(janus).left_out.map(one => one.segment).sort(), [first, second, third].map(one => one.segment).sort());
	for (const one of [first, second, third])
		assert.match(stderr, new RegExp(`left out: segment ${one.segment} cannot be used: .*`));
});

test('what cannot be done is said, with nothing left behind', async t => {
	const { janus, meeting } = await captured(t);
	const unknown = await tool(...asking(janus, 'no-such-meeting'));
	assert.equal(unknown.status, 1);
	assert.match(unknown.stderr, /there is no meeting “no-such-meeting”; `janus-consent meetings` lists them/);

	const bare = { env: { ...process.env, PATH: fs.mkdtempSync(janus.in('empty-')) } };
	const missing = await run(paths.tool, asking(janus, meeting), bare);
	assert.equal(missing.status, 3);
	assert.match(missing.stderr, /janus-pp-rec is needed and not installed; Debian has it in the package janus-tools/);

	const film = pretend(janus, 'ffmpeg', 'echo no such codec >&2; exit 1');
	const failing = await run(paths.tool, asking(janus, meeting).filter(word => word !== '--film' && word !== 'no'), film);
	assert.equal(failing.status, 3);
	assert.match(failing.stderr, /ffmpeg ended with status 1: no such codec/);
	assertNothing(janus);

	for (const [words, why] of [[['--meeting', meeting], /--output is needed/], [['--output', target(janus)], /--meeting is needed/]]) {
		const { status, stderr } = await tool('export', 'meeting', ...config(janus), ...words);
		assert.equal(status, 2);
		assert.match(stderr, why);
	}
	fs.mkdirSync(target(janus));
	const existing = await tool(...asking(janus, meeting));
	assert.equal(existing.status, 3);
	assert.match(existing.stderr, /exists already/);
	assert.deepEqual(fs.readdirSync(target(janus)), []);
	assert.deepEqual(await listed(janus, 'records', '--decision', 'withdrawn'), []);
});

test('an interrupted export leaves nothing', async t => {
	const { janus, meeting } = await captured(t);
	const options = pretend(janus, 'janus-pp-rec', `kill -TERM $PPID; exec REAL "$@"`);
	const { status, stderr } = await run(paths.tool, asking(janus, meeting), options);
	assert.equal(status, 'SIGTERM', stderr);
	assertNothing(janus);
});

/** What is asked for to get a set, or a vCon. */
const kinds = janus => ({
	training: ['export', 'training', ...config(janus), '--output', target(janus)],
	vcon: ['export', 'vcon', ...config(janus), '--purpose', 'train', '--output', target(janus)],
});

/** A folder for PATH in which there is nothing but these programs. */
function only(janus, ...names) {
	const folder = fs.mkdtempSync(janus.in('only-'));
	for (const name of names)
		fs.symlinkSync(path.join('/usr/bin', name), path.join(folder, name));
	return { env: { ...process.env, PATH: folder } };
}

test('sets and vCons are refused likewise, with nothing left behind', async t => {
	const { janus, meeting } = await captured(t, ['train']);
	const { training, vcon } = kinds(janus);
	const cases = [
		[training, only(janus), /janus-pp-rec is needed and not installed; Debian has it in the package janus-tools/],
		[[...vcon, '--meeting', meeting], only(janus), /janus-pp-rec is needed and not installed/],
		[training, only(janus, 'janus-pp-rec'), /ffmpeg is needed and not installed; Debian has it in the package ffmpeg/],
		[asking(janus, meeting, '--purpose', 'train').filter(word => word !== '--film' && word !== 'no'), only(janus, 'janus-pp-rec'), /ffmpeg is needed and not installed/],
	];
	for (const [words, options, why] of cases) {
		const { status, stderr } = await run(paths.tool, words, options);
		assert.equal(status, 3, stderr);
		assert.match(stderr, why);
		assertNothing(janus);
	}
	for (const words of [[...training, '--meeting', 'no-such-meeting'], [...vcon, '--meeting', 'no-such-meeting']]) {
		assert.equal((await tool(...words)).status, 1, words.join(' '));
		assertNothing(janus);
	}
	fs.mkdirSync(target(janus));
	for (const words of [training, [...vcon, '--meeting', meeting]]) {
		const { status, stderr } = await tool(...words);
		assert.equal(status, 3);
		assert.match(stderr, /exists already/);
		assert.deepEqual(fs.readdirSync(target(janus)), []);
	}
});

test('of a damaged and a missing segment nothing is in a set or a vCon, and all of the rest', async t => {
	const { janus, meeting } = await captured(t, ['train']);
	const { training, vcon } = kinds(janus);
	const [damaged, lost, ...whole] = (await segments(janus)).sort((a, b) => a.medium < b.medium ? -1 : 1);
	fs.truncateSync(path.join(janus.recordings, damaged.file), 10);

	const set = await tool(...training);
	assert.equal(set.status, 0, set.stderr);
	assert.match(set.stderr, new RegExp(`left out: segment ${damaged.segment} cannot be used: .*`));
	const lines = fs.readFileSync(path.join(target(janus), 'metadata.jsonl'), 'utf8').trim().split('\n').map(line => JSON.parse(line).segment);
	assert.deepEqual([...new Set(lines)], [lost.segment]);
	fs.rmSync(target(janus), { recursive: true });

	fs.unlinkSync(path.join(janus.recordings, lost.file));
	const meant = await tool(...vcon, '--meeting', meeting);
	assert.equal(meant.status, 1, meant.stderr);
	for (const one of [damaged, lost])
		assert.match(meant.stderr, new RegExp(`left out: segment ${one.segment} cannot be used: .*`));
	const { dialog } = JSON.parse(fs.readFileSync(path.join(target(janus), 'meeting.vcon.json'), 'utf8'));
	assert.equal(dialog.filter(({ type }) => type === 'recording').length, whole.length);
});
