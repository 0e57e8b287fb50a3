// SPDX-License-Identifier: GPL-3.0-or-later
// Receipts, proofs and keys: what a participant holds, and what others can check.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import * as consent from '../lib/consent.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { Source } from '../lib/source.mjs';
import * as paths from '../lib/paths.mjs';

const base64url = value => Buffer.from(value).toString('base64url');
const claimsOf = jws => JSON.parse(Buffer.from(jws.split('.')[1], 'base64url'));

/** A person's key, and what they sign with it. */
class Signer {
	constructor() {
		const { publicKey, privateKey } = crypto.generateKeyPairSync('ed25519');
		this.jwk = publicKey.export({ format: 'jwk' });
		this.privateKey = privateKey;
	}

	sign(claims) {
		const text = `${base64url('{"alg":"EdDSA"}')}.${base64url(JSON.stringify(claims))}`;
		return `${text}.${base64url(crypto.sign(null, Buffer.from(text), this.privateKey))}`;
	}

	/** A proof over `subject`, as who is asked on that handle right now. */
	async prove(source, subject, changes = {}) {
		const { meeting, participant, nonce } = await consent.info(source);
		return this.sign({ meeting, participant, nonce, iat: Math.floor(Date.now() / 1000), ...subject, ...changes });
	}

	async bind(source, changes) {
		return source.request({ request: 'consent_bind', key: this.jwk, proof: await this.prove(source, { bind: this.jwk }, changes) });
	}
}

const granting = async source =>
	[{ purpose: 'record', media: ['audio'], decision: 'granted', notice: await consent.noticeOf(source, 'record') }];

async function join(t, janus, display) {
	const source = await Source.join(janus, { room: ROOM, display });
	t.after(() => source.close());
	return source;
}

function tool(janus, ...words) {
	return execFileSync(paths.tool, [...words, '--store', janus.store], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

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
	assert.deepEqual((await ann.request({ request: 'consent_receipts' })).receipts, [receipt]);
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
	const decisions = await granting(ann);
	const ask = async proof => (await ann.request({ request: 'consent_decide', decisions, proof })).error_code;

	assert.equal(await ask(await other.prove(ann, { decisions })), 706, 'another key');
	assert.equal(await ask(await key.prove(bob, { decisions })), 706, 'another participant');
	assert.equal(await ask(await key.prove(ann, { decisions: [{ ...decisions[0], decision: 'refused' }] })), 706, 'another decision');
	assert.equal(await ask(await key.prove(ann, { decisions }, { nonce: 'AAAAAAAAAAAAAAAAAAAAAA' })), 706, 'no nonce of ours');
	assert.equal(await ask(await key.prove(ann, { decisions }, { iat: 1 })), 706, 'long ago');
	assert.equal(await ask(await key.prove(ann, { decisions }, { extra: 1 })), 706, 'more than is asked');
	assert.equal((await other.bind(ann)).error_code, 706, 'a second key');
	assert.equal((await consent.info(ann)).decisions.find(one => one.purpose === 'record').decision, 'undecided');
	assert.equal(await ask(await key.prove(ann, { decisions })), undefined);
});

test('an erased name is nowhere in the store, and the log still verifies', async t => {
	const janus = await startJanus(t);
	const name = 'Zacharias the Unforgettable';
	const ann = await join(t, janus, name);
	await consent.grant(ann);
	const { participant } = await consent.info(ann);
	assert.match(tool(janus, 'records', '--format', 'jsonl'), new RegExp(name));
	const admin = await janus.admin();
	t.after(() => admin.close());

	const erase = fields => admin.request(janus.package, { request: 'consent_erase', participant, ...fields });
	assert.equal((await erase({})).error_code, 701);
	assert.equal((await erase({ reason: 'asked for', participant: crypto.randomUUID() })).error_code, 712);
	assert.equal((await erase({ reason: 'asked for' })).participant, participant);
	assert.doesNotMatch(tool(janus, 'records', '--format', 'jsonl'), new RegExp(name));
	assert.match(tool(janus, 'verify'), /^verified: /);
	for (const file of fs.readdirSync(janus.in('state')).filter(one => one.startsWith('ledger.sqlite')))
		assert.ok(!fs.readFileSync(janus.in('state', file)).includes(name), `${file} holds the name`);
});
