// SPDX-License-Identifier: GPL-3.0-or-later
// The log's signing key: made at the first start, never replaced by accident, rotated on purpose; and stores that are not
// the ones that were signed before.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { test } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { Source } from '../lib/source.mjs';
import { tool, verify } from '../lib/tool.mjs';

const keyFile = janus => janus.in('state', 'signing-key');

async function speak(janus) {
	const ann = await Source.join(janus, { room: ROOM, display: 'Ann' });
	const { receipt } = await consent.grant(ann);
	await ann.close();
	return receipt;
}

/** The plugin says no, in these words, and Janus goes on without it. */
async function assertRefused(janus, ...words) {
	await janus.start();
	const line = await janus.log.next(/plugin not loaded|could not be initialized/);
	const text = janus.log.text;
	for (const word of words)
		assert.ok(text.includes(word), `“${word}” is not in the log: ${line}\n${text.split('\n').filter(one => /consent/i.test(one)).join('\n')}`);
	await janus.stop();
}

async function publicKeys(janus) {
	const file = janus.in('jwks.json');
	const { status, stderr } = await tool('export', 'jwks', file, '--store', janus.store);
	assert.equal(status, 0, stderr);
	return { file, keys: JSON.parse(fs.readFileSync(file, 'utf8')).keys };
}

test('the key is made at the first start, for its owner alone, and stays', async t => {
	const janus = await startJanus(t);
	const made = fs.readFileSync(keyFile(janus), 'utf8');
	assert.equal(fs.statSync(keyFile(janus)).mode & 0o7777, 0o600);
	assert.match(made, /^PRIVATE\+KEY\+/m);
	await speak(janus);
	await janus.stop();
	await janus.start();
	assert.equal(fs.readFileSync(keyFile(janus), 'utf8'), made);
	assert.match((await verify(janus)).stdout, /^verified: /);
});

test('a key that the configuration names is made there', async t => {
	const janus = await startJanus(t, { consent: one => ({ signing_key: one.in('state', 'elsewhere.key') }) });
	assert.equal(fs.statSync(janus.in('state', 'elsewhere.key')).mode & 0o7777, 0o600);
	assert.ok(!fs.existsSync(keyFile(janus)));
});

test('a lost, foreign or open key is refused, with the file and the mend; the right one is taken again', async t => {
	const janus = await startJanus(t);
	await speak(janus);
	await janus.stop();
	const path = keyFile(janus), own = fs.readFileSync(path, 'utf8');

	fs.rmSync(path);
	await assertRefused(janus, path, 'the signing key is missing', 'put the file back from a backup');
	assert.ok(!fs.existsSync(path), 'none is made in its place');

	const stranger = await startJanus(t);
	const foreign = fs.readFileSync(keyFile(stranger), 'utf8');
	await stranger.stop();
	fs.writeFileSync(path, foreign, { mode: 0o600 });
	await assertRefused(janus, path, 'put the right file back');

	fs.writeFileSync(path, 'no key at all\n', { mode: 0o600 });
	await assertRefused(janus, path);

	fs.writeFileSync(path, own);
	fs.chmodSync(path, 0o644);
	await assertRefused(janus, path, 'chmod 600');

	fs.chmodSync(path, 0o600);
	await janus.start();
	await speak(janus);
	assert.match((await verify(janus)).stdout, /^verified: /);
});

test('a rotated key signs from then on, and what the old one signed stays good', async t => {
	const janus = await startJanus(t);
	const admin = await janus.admin();
	const before = await speak(janus);
	const { checkpoint } = await admin.request(janus.package, { request: 'consent_checkpoint' });
	const { proof } = await admin.request(janus.package, { request: 'consent_proof', index: claimsOf(before).log.index });
	admin.close();
	fs.writeFileSync(janus.in('checkpoint'), checkpoint);
	fs.writeFileSync(janus.in('receipt'), before);
	fs.writeFileSync(janus.in('proof'), proof);

	const running = await tool('rotate-key', '--store', janus.store);
	assert.equal(running.status, 3, 'while a gateway runs');
	assert.match(running.stderr, /stop it first/);
	await janus.stop();
	const rotated = await tool('rotate-key', '--store', janus.store);
	assert.equal(rotated.status, 0, rotated.stderr);
	assert.equal(fs.statSync(keyFile(janus)).mode & 0o7777, 0o600);

	await janus.start();
	const after = await speak(janus);
	assert.notEqual(kidOf(before), kidOf(after));
	const { file, keys } = await publicKeys(janus);
	assert.deepEqual(keys.map(one => one.kid), [kidOf(after), kidOf(before)]);
	for (const receipt of [before, after])
		assert.ok(isSigned(receipt, keys));

	const whole = await tool('verify', '--store', janus.store, '--checkpoint', janus.in('checkpoint'), '--key', file);
	assert.equal(whole.status, 0, whole.stderr);
	const one = await tool('verify', '--receipt', janus.in('receipt'), '--proof', janus.in('proof'), '--key', file);
	assert.match(one.stdout, /^verified: receipt /, one.stderr);
});

test('a store that was put back to an older copy is refused', async t => {
	const janus = await startJanus(t);
	await janus.stop();
	const older = fs.readFileSync(janus.store);
	await janus.start();
	await speak(janus);
	await janus.stop();
	fs.writeFileSync(janus.store, older);
	await assertRefused(janus, `${keyFile(janus)}.checkpoint`, 'put back to an older copy or replaced', 'Restore the newer store');

	const { status, stderr } = await tool('verify', '--config', janus.in('config', 'janus.plugin.consent.jcfg'));
	assert.equal(status, 1);
	assert.match(stderr, /the checkpoint that the gateway keeps in .*signing-key\.checkpoint covers \d+ entries/);
});

const claimsOf = jws => JSON.parse(Buffer.from(jws.split('.')[1], 'base64url'));
const kidOf = jws => JSON.parse(Buffer.from(jws.split('.')[0], 'base64url')).kid;

function isSigned(jws, keys) {
	const [header, payload, signature] = jws.split('.');
	const key = crypto.createPublicKey({ key: keys.find(one => one.kid === kidOf(jws)), format: 'jwk' });
	return crypto.verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
}
