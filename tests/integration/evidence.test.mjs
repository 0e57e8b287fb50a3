// SPDX-License-Identifier: GPL-3.0-or-later
// Receipts, proofs and keys: what a participant holds, and what others can check.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import * as consent from '../lib/consent.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { Signer } from '../lib/signer.mjs';
import { Source } from '../lib/source.mjs';
import * as paths from '../lib/paths.mjs';

const claimsOf = jws => JSON.parse(Buffer.from(jws.split('.')[1], 'base64url'));

const granting = async source =>
	[{ purpose: 'record', media: ['audio'], decision: 'granted', notice: await consent.noticeOf(source, 'record') }];

async function join(t, janus, display) {
	const source = await Source.join(janus, { room: ROOM, display });
	t.after(() => source.close());
	return source;
}

const run = (...words) => execFileSync(paths.tool, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const tool = (janus, ...words) => run(...words, '--store', janus.store);

test('a receipt is signed by the key that the Admin API publishes, and names an entry that is in the log', async t => {
	const janus = await startJanus(t);
	const ann = await join(t, janus, 'Ann');
	const { receipt, decisions } = await consent.grant(ann);
	const admin = await janus.admin();
	t.after(() => admin.close());
	const ask = request => admin.request(janus.package, request);

	const { keys, vkey } = await ask({ request: 'consent_key' });
	const { kid, typ } = JSON.parse(Buffer.from(receipt.split('.')[0], 'base64url'));
	const key = crypto.createPublicKey({ key: keys.find(one => one.kid === kid), format: 'jwk' });
	const [header, payload, signature] = receipt.split('.');
	assert.equal(typ, 'consent-receipt+jwt');
	assert.ok(crypto.verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url')));

	const claims = claimsOf(receipt);
	assert.deepEqual(claims.decisions, decisions);
	assert.equal(claims.sub, (await consent.info(ann)).participant);
	const { proof } = await ask({ request: 'consent_proof', index: claims.log.index });
	assert.match(proof, new RegExp(`^c2sp.org/tlog-proof@v1\nindex ${claims.log.index}\n`));
	assert.ok(includes(proof, claims.log));
	const { checkpoint } = await ask({ request: 'consent_checkpoint' });
	assert.equal(checkpoint.split('\n')[0], claims.log.origin);
	assert.ok(vkey.startsWith(`${claims.log.origin}+`));
	assert.equal((await ask({ request: 'consent_proof', index: 1e9 })).error_code, 712);
	const held = await ann.request({ request: 'consent_receipts' });
	assert.deepEqual(held.receipts, [receipt]);
	assert.equal(held.proofs.length, 1);
	assert.ok(includes(held.proofs[0], claims.log));
});

/** RFC 9162, 2.1.3.2, in the test's own words: the leaf is under the proof's checkpoint. */
function includes(proof, { index, leaf }) {
	const [path, note] = [proof.slice(0, proof.indexOf('\n\n')), proof.slice(proof.indexOf('\n\n') + 2)];
	const hashes = path.split('\n').slice(2).map(line => Buffer.from(line, 'base64'));
	const [, size, root] = note.split('\n');
	const node = (left, right) => crypto.createHash('sha256').update(Buffer.concat([Buffer.of(1), left, right])).digest();
	let [first, last, hash] = [BigInt(index), BigInt(size) - 1n, Buffer.from(leaf, 'hex')];
	for (const sibling of hashes) {
		if (first & 1n || first === last) {
			hash = node(sibling, hash);
			while (!(first & 1n) && first > 0n)
				[first, last] = [first >> 1n, last >> 1n];
		} else {
			hash = node(hash, sibling);
		}
		[first, last] = [first >> 1n, last >> 1n];
	}
	return last === 0n && hash.equals(Buffer.from(root, 'base64'));
}

test('who has a key must sign, and the same key is the same participant', async t => {
	const janus = await startJanus(t);
	const ann = await join(t, janus, 'Ann');
	const key = new Signer();
	const { participant } = await key.bind(ann);
	assert.equal((await consent.grant(ann, 'record', ['audio'])).error_code, 706);

	const decisions = await granting(ann);
	const proof = await key.prove(ann, { decisions });
	const { receipt } = await ann.request({ request: 'consent_decide', decisions, proof });
	assert.deepEqual(claimsOf(receipt).cnf.jwk.x, key.jwk.x);
	assert.equal((await ann.request({ request: 'consent_decide', decisions, proof })).error_code, 706, 'a nonce serves once');

	const screen = await join(t, janus, 'Ann’s screen');
	const bound = await key.bind(screen);
	assert.equal(bound.participant, participant);
	assert.equal(bound.decisions.find(one => one.purpose === 'record' && one.medium === 'audio').decision, 'granted');
	const { participants } = await consent.info(screen);
	assert.deepEqual(participants.map(one => [one.id, one.feeds.length]), [[participant, 2]]);

	const everything = { request: 'consent_withdraw', proof: await key.prove(screen, { purposes: [] }) };
	const withdrawn = await screen.request(everything);
	assert.equal(withdrawn.decisions.find(one => one.purpose === 'record' && one.medium === 'audio').decision, 'withdrawn');
	assert.match(tool(janus, 'verify'), /^verified: /);
});

test('a proof that does not fit changes nothing', async t => {
	const janus = await startJanus(t);
	const [ann, bob] = [await join(t, janus, 'Ann'), await join(t, janus, 'Bob')];
	const [key, other] = [new Signer(), new Signer()];
	await key.bind(ann);
	await other.bind(bob);
	const decisions = await granting(ann);
	const entries = () => tool(janus, 'verify').split('\n')[0];
	const before = entries();
	const refuses = async (request, why) => assert.equal((await ann.request(request)).error_code, 706, why);
	const decide = async (proof, why) => refuses({ request: 'consent_decide', decisions, proof }, why);

	await decide(await other.prove(ann, { decisions }), 'the key of somebody else who is here');
	await decide(await new Signer().prove(ann, { decisions }), 'a key of nobody');
	await decide(await key.prove(bob, { decisions }), 'another participant');
	await decide(await key.prove(ann, { decisions }, { participant: (await consent.info(bob)).participant }), 'in their name');
	await decide(await key.prove(ann, { decisions }, { meeting: crypto.randomUUID() }), 'another meeting');
	await decide(await key.prove(ann, { decisions: [{ ...decisions[0], decision: 'refused' }] }), 'another decision');
	await decide(await key.prove(ann, { purposes: [] }), 'another request');
	await decide(await key.prove(ann, { decisions }, { nonce: 'AAAAAAAAAAAAAAAAAAAAAA' }), 'no nonce of ours');
	await decide(await key.prove(ann, { decisions }, { nonce: (await consent.info(bob)).nonce }), 'the nonce of somebody else');
	await decide(await key.prove(ann, { decisions }, { iat: 1 }), 'long ago');
	await decide(await key.prove(ann, { decisions }, { iat: Math.floor(Date.now() / 1000) + 3600 }), 'in the future');
	await decide(await key.prove(ann, { decisions }, { extra: 1 }), 'more than is asked');
	await decide(undefined, 'none');
	await refuses({ request: 'consent_withdraw', proof: await key.prove(ann, { decisions }) }, 'a decision for a withdrawal');
	await refuses({ request: 'consent_withdraw', proof: await other.prove(ann, { purposes: [] }) }, 'another one\'s withdrawal');
	await refuses({ request: 'consent_bind', key: other.jwk, proof: await other.prove(ann, { bind: other.jwk }) }, 'a second key');
	await refuses({ request: 'consent_bind', key: key.jwk, proof: await key.prove(ann, { bind: other.jwk }) }, 'a binding of another key');

	assert.equal(entries(), before, 'nothing is in the ledger');
	assert.equal((await consent.info(ann)).decisions.find(one => one.purpose === 'record').decision, 'undecided');
	const proof = await key.prove(ann, { decisions });
	assert.equal((await ann.request({ request: 'consent_decide', decisions, proof })).error_code, undefined);
	const after = entries();
	await decide(proof, 'once more');
	assert.equal(entries(), after);
});

test('a request that refuses and grants has one receipt, which names both entries', async t => {
	const janus = await startJanus(t);
	const ann = await join(t, janus, 'Ann');
	const key = new Signer();
	await key.bind(ann);
	const notice = await consent.noticeOf(ann, 'record');
	const decisions = ['refused', 'granted'].map((decision, i) => ({ purpose: 'record', media: [consent.MEDIA[i]], decision, notice }));
	const { receipt } = await ann.request({ request: 'consent_decide', decisions, proof: await key.prove(ann, { decisions }) });
	const { log, entries } = claimsOf(receipt);
	assert.equal(entries.length, 2);
	assert.deepEqual(entries[1], { index: log.index, leaf: log.leaf });

	fs.writeFileSync(janus.in('receipt'), receipt);
	fs.writeFileSync(janus.in('jwks'), JSON.stringify(await keysOf(t, janus)));
	for (const { index } of entries) {
		fs.writeFileSync(janus.in('proof'), tool(janus, 'proof', '--index', String(index)));
		const said = run('verify', '--receipt', janus.in('receipt'), '--proof', janus.in('proof'), '--key', janus.in('jwks'));
		assert.match(said, new RegExp(`^verified: receipt ${claimsOf(receipt).jti}\nlog: .*, entry ${index} of `));
		assert.match(said, /^decision: record audio refused$/m);
		assert.match(said, /^decision: record video granted$/m);
	}
	assert.match(tool(janus, 'verify'), /^verified: /);
});

async function keysOf(t, janus) {
	const admin = await janus.admin();
	t.after(() => admin.close());
	return admin.request(janus.package, { request: 'consent_key' });
}

test('the log is published while the gateway writes, and checked without it', async t => {
	const janus = await startJanus(t);
	const name = 'Annunziata of the log that tells nothing';
	const ann = await join(t, janus, name);
	await consent.grant(ann);
	const [tiles, keys] = [janus.in('public'), janus.in('keys.json')];
	tool(janus, 'export', 'tiles', tiles);
	tool(janus, 'export', 'jwks', keys);
	assert.deepEqual(JSON.parse(fs.readFileSync(keys, 'utf8')).keys, (await keysOf(t, janus)).keys);
	fs.copyFileSync(`${tiles}/checkpoint`, janus.in('kept'));
	await consent.withdraw(ann);
	tool(janus, 'export', 'tiles', tiles);
	const said = run('verify', '--tiles', tiles, '--key', keys, '--checkpoint', janus.in('kept'));
	assert.match(said, /^verified: \d+ entries\nlog: /);
	assert.match(run('verify', '--store', janus.store, '--key', keys, '--checkpoint', `${tiles}/checkpoint`), /^verified: /);
	// Nothing in it says whose it is.
	for (const file of fs.readdirSync(tiles, { recursive: true }))
		assert.ok(fs.statSync(`${tiles}/${file}`).isDirectory() || !fs.readFileSync(`${tiles}/${file}`).includes(name));
});

/** The key to a participant's personal data, as it stands in the store. */
const vaultKey = (janus, participant) =>
	execFileSync('sqlite3', ['-readonly', janus.store, `SELECT value FROM meta WHERE name = 'key/${participant}'`], { encoding: 'utf8' }).trim();

function assertNowhere(janus, ...texts) {
	for (const file of fs.readdirSync(janus.in('state')).filter(one => one.startsWith('ledger.sqlite')))
		for (const text of texts)
			assert.ok(!fs.readFileSync(janus.in('state', file)).includes(text), `${file} holds ${text}`);
}

test('the tool erases beside a running gateway who is gone, and nobody else', async t => {
	const janus = await startJanus(t);
	const name = 'Zacharias the Unforgettable';
	const [ann, bob] = [await join(t, janus, name), await join(t, janus, 'Bob')];
	await consent.grant(ann);
	const { participant } = await consent.info(ann);
	const key = vaultKey(janus, participant);
	assert.match(key, /^[A-Za-z0-9+/]{43}=$/);
	const words = ['erase', '--config', janus.in('config', 'janus.plugin.consent.jcfg'), '--participant', participant, '--reason', 'asked for'];
	assert.throws(() => run(...words), /which goes on in a running gateway/);
	await ann.close();
	await bob.close();
	await until(() => meetingsEnded(janus));
	assert.equal(run(...words), `erased participant: ${participant}\n`);
	assertNowhere(janus, name, key);

	const carl = await join(t, janus, 'Carl');
	await consent.grant(carl);
	assert.match(tool(janus, 'records', '--format', 'jsonl'), /"display":"Carl"/);
	assert.doesNotMatch(tool(janus, 'records', '--format', 'jsonl'), new RegExp(name));
	assert.match(tool(janus, 'verify'), /^verified: /);
});

const meetingsEnded = janus =>
	execFileSync('sqlite3', ['-readonly', janus.store, "SELECT count(*) FROM entries WHERE type = 'meeting' AND body LIKE '%ended%'"], { encoding: 'utf8' }).trim() !== '0';

async function until(done) {
	while (!await done())
		await new Promise(resolve => setTimeout(resolve, 20));
}

test('an erased name is nowhere in the store, and the log still verifies', async t => {
	const janus = await startJanus(t);
	const name = 'Zacharias the Unforgettable';
	const ann = await join(t, janus, name);
	await consent.grant(ann);
	const { participant } = await consent.info(ann);
	const key = vaultKey(janus, participant);
	assert.match(tool(janus, 'records', '--format', 'jsonl'), new RegExp(name));
	const admin = await janus.admin();
	t.after(() => admin.close());

	const erase = fields => admin.request(janus.package, { request: 'consent_erase', participant, ...fields });
	assert.equal((await erase({})).error_code, 701);
	assert.equal((await erase({ reason: 'asked for', participant: crypto.randomUUID() })).error_code, 712);
	assert.equal((await erase({ reason: 'asked for' })).participant, participant);
	assert.doesNotMatch(tool(janus, 'records', '--format', 'jsonl'), new RegExp(name));
	assert.match(tool(janus, 'verify'), /^verified: /);
	assertNowhere(janus, name, key);
});

test('whoever proved a key since is erased by the id that they had before, by the gateway and by the tool', async t => {
	const janus = await startJanus(t);
	const name = 'Zacharias the Unforgettable';
	const key = new Signer();
	const ann = await join(t, janus, name);
	const { participant } = await key.bind(ann);
	const phone = await join(t, janus, `${name}’s phone`);
	const former = (await consent.info(phone)).participant;
	assert.equal((await key.bind(phone)).participant, participant);
	assert.equal((await key.decide(phone, 'granted', 'record', ['audio'])).consent, 'decided');
	assert.notEqual(former, participant);
	const keys = [former, participant].map(id => vaultKey(janus, id));
	for (const one of keys)
		assert.match(one, /^[A-Za-z0-9+/]{43}=$/);

	const admin = await janus.admin();
	t.after(() => admin.close());
	const erase = { request: 'consent_erase', participant: former, reason: 'asked for' };
	assert.equal((await admin.request(janus.package, erase)).consent, 'erased');
	for (const handle of [ann, phone])
		assert.ok(![former, participant].includes((await consent.info(handle)).participant));
	assertNowhere(janus, ...keys);
	assert.match(tool(janus, 'verify'), /^verified: /);

	await ann.close();
	await phone.close();
	await until(() => meetingsEnded(janus));
	const words = ['erase', '--config', janus.in('config', 'janus.plugin.consent.jcfg'), '--participant', former, '--reason', 'again'];
	assert.deepEqual(run(...words).trim().split('\n').sort(), [former, participant].map(id => `erased participant: ${id}`).sort());
});
