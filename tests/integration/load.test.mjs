// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever is wrong at the start: the gateway refuses, Janus's log says what to write where, and nobody gets in unasked.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { CONSENT, ROOM, startJanus, VIDEOROOM } from '../lib/janus.mjs';
import * as paths from '../lib/paths.mjs';
import { run } from '../lib/tool.mjs';

/** Starts with these options; the log must say `sentences`, and neither name must be there to attach to. */
async function refuses(t, options, ...sentences) {
	const janus = await startJanus(t, { refused: true, ...options });
	for (const sentence of sentences)
		assert.match(janus.log.text, sentence);
	const client = await janus.client();
	for (const name of [CONSENT, ...(options.others ?? [VIDEOROOM])])
		await assert.rejects(client.attach(name), { code: 460 }, `${name} must not be there`);
	client.close();
	assert.deepEqual(fs.readdirSync(janus.home), []);
	return janus;
}

/** What the log says goes on over several lines. */
const DISABLE = /Janus itself loads .*libjanus_videoroom\.so as well[^]*plugins: \{ disable = "libjanus_videoroom\.so" \}[^]*janus\.jcfg/;

for (const upstream of ['libjanus_nosuchplugin.so', '/nowhere/libjanus_videoroom.so'])
	test(`upstream is not there: ${upstream}: named, with the option and the file to set`, t =>
		refuses(t, { consent: { upstream } }, new RegExp(upstream), /'upstream' in .*janus\.plugin\.consent\.jcfg/));

test('upstream is another plugin than VideoRoom: the log says what that means', async t => {
	const janus = await startJanus(t, { consent: { upstream: 'libjanus_echotest.so' } });
	assert.match(janus.log.text, /the upstream plugin is janus\.plugin\.echotest: .*'upstream' in janus\.plugin\.consent\.jcfg/);
});

test('upstream is a folder, a text file, no plugin', async t => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-load-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	fs.writeFileSync(path.join(folder, 'text.so'), 'no shared object');
	const empty = await compiled(folder, 'empty', '-DEMPTY', '-DAPI=0');
	await refuses(t, { consent: { upstream: folder } }, new RegExp(folder));
	await refuses(t, { consent: { upstream: path.join(folder, 'text.so') } }, /text\.so/);
	await refuses(t, { consent: { upstream: empty } }, /empty\.so is no Janus plugin/);
});

test('upstream was built for another API version', async t => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-load-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	for (const version of [1, 9999])
		await refuses(t, { consent: { upstream: await compiled(folder, `api${version}`, `-DAPI=${version}`) } },
			new RegExp(`api${version}\\.so was built for plugin API ${version}, the gateway for \\d+`));
});

async function compiled(folder, name, ...flags) {
	const source = path.join(paths.repository, 'tests/integration/fixtures/plugin.c');
	const target = path.join(folder, `${name}.so`);
	const packages = await run('pkg-config', ['--cflags', 'glib-2.0', 'jansson']);
	const { status, stderr } = await run('cc', ['-shared', '-fPIC', '-o', target, ...flags, source,
		'-I/usr/include/janus', '-I/usr/include', ...packages.stdout.trim().split(/\s+/)]);
	assert.equal(status, 0, stderr);
	return target;
}

// Janus loads in the order in which the file system lists, and a tmpfs lists first what came last.
const SHARED = {
	'Janus loads VideoRoom before the gateway': { plugins: [paths.gateway, paths.videoroom()], order: ['videoroom', 'consent'] },
	'Janus would load VideoRoom after the gateway': { plugins: [paths.videoroom(), paths.gateway], order: ['consent', 'videoroom'] },
};

for (const [name, { plugins, order }] of Object.entries(SHARED))
	test(`${name}: refused, with the line to write`, async t => {
		const janus = await refuses(t, { plugins, tmpfs: { plugins: '1m' }, others: [] }, DISABLE);
		const loading = janus.log.lines.filter(line => /Loading plugin/.test(line));
		assert.deepEqual(loading.map(line => /libjanus_(\w+)\.so/.exec(line)[1]), order);
	});

test('VideoRoom under another file name is recognised all the same', async t => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-load-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const other = path.join(folder, 'libjanus_conference.so');
	fs.symlinkSync(paths.videoroom(), other);

	await refuses(t, { plugins: [paths.gateway, other], tmpfs: { plugins: '1m' }, others: [] }, /Janus itself loads/);

	const late = await startJanus(t, { plugins: [other, paths.gateway], tmpfs: { plugins: '1m' } });
	const client = await late.client();
	await assert.rejects(client.attach(CONSENT), 'nobody is let in where media could pass the gateway');
	await late.log.next(/Janus itself has loaded janus\.plugin\.videoroom as well/);
	client.close();
	// Initialised twice, VideoRoom does not always end.
	await late.kill();
});

test('with that line written, the same folder serves', async t => {
	const janus = await startJanus(t, { plugins: [paths.videoroom(), paths.gateway], disable: 'libjanus_videoroom.so' });
	const client = await janus.client();
	const handle = await client.attach(CONSENT);
	assert.equal((await handle.request({ request: 'exists', room: ROOM })).exists, true);
	await assert.rejects(client.attach(VIDEOROOM), { code: 460 });
	client.close();
});

test('a name without a path is found beside the gateway', async t => {
	const janus = await startJanus(t, { plugins: [paths.videoroom(), paths.gateway], disable: 'libjanus_sip.so, libjanus_videoroom.so',
		consent: { upstream: 'libjanus_videoroom.so' } });
	const handle = await (await janus.client()).attach(CONSENT);
	assert.equal((await handle.request({ request: 'exists', room: ROOM })).exists, true);
	handle.client.close();
});

/** Settings that cannot be used, and what the log has to name. */
const SETTINGS = {
	'an option with a slip of the pen': [{ recordngs: '/tmp' }, /janus\.plugin\.consent\.jcfg:\d+.*recordngs/],
	'an option of the wrong type': [{ ledger_timeout_ms: 'soon' }, /janus\.plugin\.consent\.jcfg:\d+.*ledger_timeout_ms/],
	'a number out of range': [{ ledger_timeout_ms: 1 }, /janus\.plugin\.consent\.jcfg:\d+.*ledger_timeout_ms/],
	'a package that is no name': [{ package: 'a plugin' }, /janus\.plugin\.consent\.jcfg:\d+.*package/],
	'notices that are not there': [{ notices: '/nowhere/notices' }, /\/nowhere\/notices/],
	'a language that the notices do not have': [{ language: 'tlh' }, /record\.jcfg.*tlh/],
	'a store in a folder that is not there': [{ store: '/nowhere/ledger.sqlite' }, /\/nowhere\/ledger\.sqlite/],
	'recordings where a file is in the way': [{ recordings: '/dev/null' }, /\/dev\/null/],
};

for (const [what, [consent, sentence]] of Object.entries(SETTINGS))
	test(`${what}: refused and named`, t => refuses(t, { consent }, sentence));

test('a store that is no ledger is refused and left as it is', async t => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-load-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	for (const content of ['this is somebody\'s diary', Buffer.alloc(8192, 0xff)]) {
		const store = path.join(folder, 'diary');
		fs.writeFileSync(store, content);
		await refuses(t, { consent: { store } }, new RegExp(store));
		assert.deepEqual(fs.readFileSync(store), Buffer.from(content));
	}
});

test('a second gateway on the same store is refused', async t => {
	const first = await startJanus(t);
	await refuses(t, { consent: { store: first.store } }, new RegExp(first.store));
	const handle = await (await first.client()).attach(CONSENT);
	assert.equal((await handle.request({ request: 'exists', room: ROOM })).exists, true);
	handle.client.close();
});
