// SPDX-License-Identifier: GPL-3.0-or-later
// Transcripts and summaries: stored with those they rest on, handed out while these agree, gone when one of them erases.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { UUID } from '../lib/expect.mjs';
import { files } from '../lib/disk.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import * as paths from '../lib/paths.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Source } from '../lib/source.mjs';
import { Subscriber } from '../lib/subscriber.mjs';
import { closedSegments, listed, tool, verify } from '../lib/tool.mjs';
import { assertVcon } from '../lib/vcon.mjs';

after(closeAll);

const TEXT = 'Ann: the moon is made of green cheese.\nBob: “no” it is not.\n';

/** Ann and Bob let what they say be summarised. */
async function meeting(t, more = {}) {
	const janus = await startJanus(t, { consent: { plain_files: false, ...more } });
	const people = [];
	for (const display of ['Ann', 'Bob']) {
		const source = await Source.publish(janus, { room: ROOM, display });
		t.after(() => source.close());
		await consent.grant(source, 'summarize', ['audio']);
		people.push(source);
	}
	await consent.start(people[0], 'summarize');
	const watcher = await Subscriber.join(janus, ROOM, people.map(one => one.feed));
	for (const { audio } of people) {
		audio.sendFrames(20);
		await watcher.sees(audio);
	}
	watcher.close();
	await consent.stop(people[0], 'summarize');
	await closedSegments(janus, 2);
	const [{ meeting: id }] = await listed(janus, 'meetings');
	return { janus, people, id };
}

const config = janus => ['--config', janus.in('config', 'janus.plugin.consent.jcfg')];

function attach(janus, id, { name = 'summary.md', text = TEXT, kind = 'summary', more = [] } = {}) {
	const file = janus.in(name);
	fs.writeFileSync(file, text);
	return tool('attach', ...config(janus), '--meeting', id, '--kind', kind, '--vendor', 'a test 1.0', '--input', file, ...more);
}

async function attached(...args) {
	const { status, stdout, stderr } = await attach(...args);
	assert.equal(status, 0, stderr);
	assert.match(stdout.trim(), UUID);
	return stdout.trim();
}

async function exported(janus, id) {
	const folder = janus.in('vcon');
	fs.rmSync(folder, { recursive: true, force: true });
	const result = await tool('export', 'vcon', ...config(janus), '--meeting', id, '--purpose', 'summarize', '--output', folder);
	const file = path.join(folder, 'meeting.vcon.json');
	return { ...result, vcon: fs.existsSync(file) ? assertVcon(JSON.parse(fs.readFileSync(file, 'utf8'))) : null };
}

const stored = janus => files(path.join(janus.recordings, 'products'));

test('a summary is encrypted, leaves in a vCon while all it rests on agree, and goes when one of them erases', async t => {
	const { janus, people: [ann, bob], id } = await meeting(t);
	const product = await attached(janus, id);
	const [file] = stored(janus);
	assert.equal(path.basename(file), `${product}.enc`);
	assert.equal(fs.statSync(file).mode & 0o777, 0o600);
	assert.equal(fs.readFileSync(file).includes('cheese'), false);
	const [row] = await listed(janus, 'products', '--meeting', id);
	assert.deepEqual([row.product, row.kind, row.state, row.rests_on.map(one => [one.medium, one.products])],
		[product, 'summary', 'attached', [['audio', 'remove'], ['audio', 'remove']]]);
	assert.ok(Date.parse(row.until) > Date.now(), 'summarize is kept for a week');

	const first = await exported(janus, id);
	assert.equal(first.status, 0, first.stderr);
	const { analysis, extensions, parties } = first.vcon;
	assert.deepEqual(analysis, [{ type: 'summary', dialog: 0, parties: [0, 1], mediatype: 'text/markdown', vendor: 'a test 1.0', product, encoding: 'none', body: TEXT }]);
	assert.deepEqual([extensions, parties.length], [['lawful_basis', 'analysis_parties'], 2]);

	// What Bob takes back without erasing stays where it is, and does not leave.
	assert.equal((await consent.withdraw(bob, { purposes: ['summarize'] })).products, undefined);
	const second = await exported(janus, id);
	assert.equal(second.status, 1);
	assert.match(second.stderr, new RegExp(`left out: summary ${product}: participant .* does not grant summarize audio now \\(withdrawn\\)`));
	assert.equal(second.vcon.analysis, undefined);

	const answer = await consent.withdraw(bob, { purposes: ['summarize'], erase: true });
	assert.deepEqual(answer.products, [{ product, kind: 'summary', purpose: 'summarize', state: 'erased' }]);
	assert.deepEqual(stored(janus), []);
	const [gone] = await listed(janus, 'products');
	assert.deepEqual([gone.state, gone.reason, gone.file], ['erased', 'withdrawn', null]);
	assert.equal((await exported(janus, id)).vcon.analysis, undefined);
	assert.equal((await consent.withdraw(ann, { purposes: ['summarize'], erase: true })).products, undefined);
	assert.equal((await verify(janus)).status, 0);
});

test('JSON stands in a vCon as it is, bytes as base64url, and what is damaged is left out', async t => {
	const { janus, id, people: [ann] } = await meeting(t);
	const transcript = await attached(janus, id, { name: 'words.json', kind: 'transcript', text: JSON.stringify({ words: ['a', 'ü'] }) });
	const bytes = Buffer.from([0xff, 0xfe, 0, 1]);
	const other = await attached(janus, id, { name: 'x.bin', text: bytes, more: ['--mediatype', 'application/octet-stream'] });
	const { vcon } = await exported(janus, id);
	assert.deepEqual(vcon.analysis.map(one => [one.product, one.type, one.encoding, one.body]),
		[[transcript, 'transcript', 'json', { words: ['a', 'ü'] }], [other, 'summary', 'base64url', bytes.toString('base64url')]]);

	fs.appendFileSync(path.join(janus.recordings, 'products', `${transcript}.enc`), 'x');
	const damaged = await exported(janus, id);
	assert.equal(damaged.status, 1);
	assert.match(damaged.stderr, new RegExp(`left out: transcript ${transcript}: cannot be used: .* is not the file that was attached`));
	assert.deepEqual(damaged.vcon.analysis.map(one => one.product), [other]);

	const only = await tool('erase', ...config(janus), '--product', other, '--reason', 'a test');
	assert.deepEqual([only.status, only.stdout], [0, `erased product: ${other}\n`]);
	assert.equal((await tool('erase', ...config(janus), '--product', other, '--reason', 'a test')).status, 1);

	// Ann has gone, and asks to be erased.
	const participant = (await listed(janus, 'records', '--limit', '1'))[0].participant;
	await ann.close();
	await janus.stop();
	const erased = await tool('erase', ...config(janus), '--participant', participant, '--reason', 'asked for');
	assert.equal(erased.status, 0, erased.stderr);
	assert.match(erased.stdout, new RegExp(`erased product: ${transcript}\n`));
	assert.deepEqual(stored(janus), []);
	assert.equal((await verify(janus)).status, 0);
});

test('where the notice says so, a summary stays and whoever erases is told', async t => {
	const folder = fs.mkdtempSync(path.join(process.env.TMPDIR ?? '/tmp', 'consent-notices-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	fs.cpSync(paths.notices, folder, { recursive: true });
	fs.appendFileSync(path.join(folder, 'summarize.jcfg'), '\nproducts = "list";\n');
	const { janus, people: [ann], id } = await meeting(t, { notices: folder });
	const product = await attached(janus, id);
	const answer = await consent.withdraw(ann, { purposes: ['summarize'], erase: true });
	assert.deepEqual(answer.products, [{ product, kind: 'summary', purpose: 'summarize', state: 'kept' }]);
	const [{ participant }] = await listed(janus, 'records', '--decision', 'withdrawn');
	const [row] = await listed(janus, 'products', '--participant', participant);
	assert.deepEqual([row.product, row.state], [product, 'attached']);
	assert.equal((await exported(janus, id)).vcon.analysis, undefined, 'it leaves no more');
});

test('nothing is attached that somebody does not agree to, nor what is not whole', async t => {
	const { janus, people: [, bob], id } = await meeting(t);
	const refused = async (status, pattern, ...args) => {
		const result = await attach(janus, ...args);
		assert.match(result.stderr, pattern);
		assert.equal(result.status, status, result.stderr);
		assert.deepEqual(stored(janus), []);
	};
	await refused(1, /there is no meeting .* in which something was captured for summarize/, '00000000-0000-4000-8000-000000000000');
	await refused(1, /nothing of participant nobody was captured for summarize/, id, { more: ['--participants', 'nobody'] });
	await refused(1, /captured for train and is not erased/, id, { more: ['--purpose', 'train'] });
	await refused(2, /--input is an empty file/, id, { text: '' });
	await refused(2, /--input is said to be text, and is not UTF-8/, id, { text: Buffer.from([0xff]) });
	await refused(2, /--input is said to be JSON, and is not/, id, { name: 'x.json', text: '{' });
	await refused(2, /--mediatype is needed/, id, { name: 'x.bin' });
	await refused(2, /--kind must be one of transcript, summary, not “sumary”; did you mean “?summary/, id, { kind: 'sumary' });
	await consent.withdraw(bob, { purposes: ['summarize'] });
	await refused(1, /participant .* does not grant summarize audio now \(withdrawn\), and it rests on them/, id);
	const [first, second] = [...new Set((await listed(janus, 'segments')).map(one => one.participant))];
	const [{ participant: gone }] = await listed(janus, 'records', '--decision', 'withdrawn');
	const product = await attached(janus, id, { more: ['--participants', first === gone ? second : first] });
	assert.deepEqual(stored(janus).map(file => path.basename(file)), [`${product}.enc`]);
	assert.deepEqual((await listed(janus, 'products'))[0].rests_on.length, 1);
});
