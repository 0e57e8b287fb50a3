// SPDX-License-Identifier: GPL-3.0-or-later
// The disk is full somewhere in the middle of an export, of every kind: it is said, and nothing half-made is left.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import * as consent from '../lib/consent.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Source } from '../lib/source.mjs';
import { closedSegments, listed, segments, tool, verify } from '../lib/tool.mjs';

after(closeAll);

const PAGE = 4096;
const PAGES = 4096;
/** Too little for all of them, for some of them, and enough. */
const ROOMS = [0, 2, 12, PAGES - 1];

const PURPOSES = ['record', 'train', 'summarize'];

/** Ann allows everything, and is captured for a moment; a small disk is at `small`. */
async function captured(t) {
	const operator = { controller: 'Example', controller_contact: 'mailto:a@example.org', controller_address: 'Here 1', jurisdiction: 'DE', rights: ['eu-gdpr:A15'] };
	const janus = await startJanus(t, { consent: { plain_files: false, ...operator }, tmpfs: { small: `${PAGE * PAGES}` } });
	const ann = await Source.publish(janus, { room: ROOM, display: 'Ann' });
	t.after(() => ann.close());
	for (const purpose of PURPOSES) {
		await consent.grant(ann, purpose, ['audio']);
		await consent.start(ann, purpose);
	}
	for (let i = 0; i < 60; i++) {
		ann.audio.sendFrame();
		await setTimeout(20);
	}
	for (const purpose of PURPOSES)
		await consent.stop(ann, purpose);
	await closedSegments(janus);
	const [{ meeting }] = await listed(janus, 'meetings');
	return { janus, meeting };
}

/** Leaves so many pages free on the small disk. */
function leave(janus, pages) {
	const filler = janus.in('small', 'filler');
	fs.rmSync(filler, { force: true });
	const { bavail, bsize } = fs.statfsSync(janus.in('small'));
	assert.equal(bsize, PAGE);
	fs.writeFileSync(filler, Buffer.alloc(Math.max(0, bavail - pages) * PAGE));
}

/** Runs it with more and more room until it fits; every time before, it says why and leaves nothing. */
async function untilItFits(janus, ...words) {
	const target = janus.in('small', 'out');
	let failed = 0;
	for (const pages of ROOMS) {
		leave(janus, pages);
		const { status, stderr } = await tool('export', ...words, '--config', janus.in('config', 'janus.plugin.consent.jcfg'), '--output', target);
		if (status === 0) {
			assert.ok(fs.existsSync(target));
			assert.doesNotMatch(stderr, /cannot be used/);
			fs.rmSync(target, { recursive: true });
			return failed;
		}
		assert.equal(status, 3, `${words} with ${pages} pages: ${stderr}`);
		assert.match(stderr, /No space left on device/, `${words} with ${pages} pages`);
		assert.deepEqual(fs.readdirSync(janus.in('small')), ['filler'], `${words} with ${pages} pages`);
		failed++;
	}
	assert.fail(`${words} does not fit into an empty disk`);
}

test('an export that does not fit says so and leaves nothing, wherever the disk is full', async t => {
	const { janus, meeting } = await captured(t);
	const before = await segments(janus);
	for (const words of [
		['records'], ['records', '--format', 'csv'], ['records', '--format', 'jsonld'], ['notices'],
		['meeting', '--meeting', meeting, '--film', 'no'], ['meeting', '--meeting', meeting], ['vcon', '--meeting', meeting], ['training'],
	])
		assert.ok(await untilItFits(janus, ...words) > 0);
	assert.deepEqual(await segments(janus), before, 'the recordings are as they were');
	assert.equal((await verify(janus)).status, 0);
});

const config = janus => ['--config', janus.in('config', 'janus.plugin.consent.jcfg')];

/** It fails for want of room, and the small disk holds what it held. */
async function assertTooFull(janus, ...words) {
	const before = contents(janus.in('small'));
	const { status, stderr } = await tool(...words, ...config(janus));
	assert.equal(status, 3, `${words}: ${stderr}`);
	assert.match(stderr, /No space left on device/, `${words}`);
	assert.deepEqual(contents(janus.in('small')), before, `${words}`);
}

/** Names and lengths of what is in a folder, in all its folders. */
function contents(folder) {
	return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter(one => one.isFile())
		.map(({ parentPath, path, name }) => `${parentPath ?? path}/${name}`)
		.map(name => [name, fs.statSync(name).size]).sort();
}

test('what is kept up to date for a web server stays as it was while its disk is full', async t => {
	const { janus } = await captured(t);
	const [tiles, keys] = [janus.in('small', 'tiles'), janus.in('small', 'keys.json')];
	const publish = [['export', 'tiles', tiles], ['export', 'jwks', keys]];
	leave(janus, 0);
	for (const words of publish)
		await assertTooFull(janus, ...words);
	leave(janus, PAGES - 1);
	for (const words of publish)
		assert.equal((await tool(...words, ...config(janus))).status, 0);
	const published = fs.readFileSync(`${tiles}/checkpoint`, 'utf8');
	// The log goes on.
	assert.equal((await tool('export', 'notices', ...config(janus), '--output', janus.in('notices'))).status, 0);
	leave(janus, 0);
	for (const words of publish)
		await assertTooFull(janus, ...words);
	assert.equal(fs.readFileSync(`${tiles}/checkpoint`, 'utf8'), published);
	const held = await tool('verify', '--tiles', tiles, '--key', keys);
	assert.equal(held.status, 0, held.stderr);
	leave(janus, PAGES - 1);
	for (const words of publish)
		assert.equal((await tool(...words, ...config(janus))).status, 0);
	assert.notEqual(fs.readFileSync(`${tiles}/checkpoint`, 'utf8'), published);
});

test('a summary that does not fit on the disk is in neither folder nor ledger', async t => {
	const { janus, meeting } = await captured(t);
	const [input, folder] = [janus.in('summary.txt'), janus.in('small', 'recordings')];
	fs.writeFileSync(input, 'Ann said nothing.\n'.repeat(2000));
	fs.mkdirSync(folder);
	const words = ['attach', '--meeting', meeting, '--kind', 'summary', '--vendor', 'a test', '--input', input, '--recordings', folder];
	for (const pages of ROOMS.filter(one => one < 8)) {
		leave(janus, pages);
		await assertTooFull(janus, ...words);
		assert.deepEqual(await listed(janus, 'products'), []);
	}
	leave(janus, PAGES - 1);
	assert.equal((await tool(...words, ...config(janus))).status, 0);
	assert.equal((await listed(janus, 'products')).length, 1);
});
