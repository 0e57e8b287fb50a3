// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConsentClient } from '../src/client/client.js';
import { concat, fromBase64, fromBase64url, fromHex, sha256, toBase64url, utf8, type Bytes } from '../src/proofs/bytes.js';
import { isIncluded } from '../src/proofs/inclusion.js';
import { publicJwk, rawKey, thumbprint, verifies, type Jwks, type PublicJwk } from '../src/proofs/keys.js';
import { verifyReceipt, type Flaw } from '../src/proofs/receipt.js';
import { Signer } from '../src/proofs/signer.js';
import { FakeGateway, purposes } from './fake-gateway.js';

const hex = (bytes: Bytes) => Buffer.from(bytes).toString('hex');
const base64 = (bytes: Bytes) => Buffer.from(bytes).toString('base64');

/** Anna has a key and allowed something; this is her receipt, and what it is checked against. */
async function receiptOfAnna() {
	const gateway = new FakeGateway(structuredClone(purposes));
	const client = new ConsentClient(gateway.join('Anna'));
	const signer = await Signer.make();
	const { participant } = await client.bind(signer);
	client.signer = signer;
	const { purpose, media, notice } = purposes[0]!;
	const { receipt } = await client.decide([{ purpose, media, decision: 'granted', notice }]);
	const keys = (await gateway.jwks()) as Jwks;
	return { receipt: receipt!, expected: { keys, participant, meeting: 'm1', key: signer.jwk }, client };
}

test('a receipt holds: by the server’s key, over my decisions, with my key in it', async () => {
	const { receipt, expected, client } = await receiptOfAnna();
	const verdict = await verifyReceipt(receipt, expected);
	assert.deepEqual([verdict.flaw, verdict.included], [undefined, false]);
	assert.deepEqual(verdict.receipt!.decisions.map((one) => [one.purpose, one.medium, one.decision]), [
		['record', 'audio', 'granted'],
		['record', 'video', 'granted'],
	]);
	assert.deepEqual((await client.receipts()).receipts, [receipt]);
});

type Change = (made: Awaited<ReturnType<typeof receiptOfAnna>>) => Promise<void> | void;

const part = (receipt: string, at: number, change: (value: any) => void) => {
	const parts = receipt.split('.');
	const value = JSON.parse(Buffer.from(parts[at]!, 'base64url').toString());
	change(value);
	parts[at] = toBase64url(utf8(JSON.stringify(value)));
	return parts.join('.');
};

const flaws: [string, Flaw, Change][] = [
	['text that is none', 'form', (made) => void (made.receipt = 'x.y.z')],
	['another kind of JWS', 'form', (made) => void (made.receipt = part(made.receipt, 0, (header) => (header.typ = 'JWT')))],
	['no algorithm', 'form', (made) => void (made.receipt = part(made.receipt, 0, (header) => (header.alg = 'none')))],
	['extensions', 'form', (made) => void (made.receipt = part(made.receipt, 0, (header) => (header.crit = ['x'])))],
	['padding', 'form', (made) => void (made.receipt += '=')],
	['a changed decision', 'signature', (made) => void (made.receipt = part(made.receipt, 1, (claims) => (claims.decisions[0].decision = 'refused')))],
	['a signature of nobody', 'signature', (made) => void (made.receipt = made.receipt.replace(/[^.]{86}$/, toBase64url(new Uint8Array(64))))],
	['a key of another server', 'key', (made) => void (made.expected.keys = { keys: [] })],
	['somebody else’s', 'owner', (made) => void (made.expected.participant = 'p2')],
	['another meeting’s', 'owner', (made) => void (made.expected.meeting = 'm2')],
	['another key of mine', 'cnf', async (made) => void (made.expected.key = (await Signer.make()).jwk)],
];

for (const [what, flaw, change] of flaws)
	test(`a receipt that does not hold: ${what}`, async () => {
		const made = await receiptOfAnna();
		await change(made);
		assert.equal((await verifyReceipt(made.receipt, made.expected)).flaw, flaw);
	});

/** A log of `size` entries with a signed checkpoint, made the plain way, and proofs from it. */
async function log(size: number) {
	const origin = 'example.org/log';
	const signer = await Signer.make();
	const leaves = await Promise.all(Array.from({ length: size }, (_, i) => sha256(Uint8Array.of(0), utf8(`entry ${i}`))));
	const node = (left: Bytes, right: Bytes) => sha256(Uint8Array.of(1), left, right);
	const split = (n: number) => 2 ** Math.floor(Math.log2(n - 1));
	const root = async (of: Bytes[]): Promise<Bytes> =>
		of.length === 1 ? of[0]! : node(await root(of.slice(0, split(of.length))), await root(of.slice(split(of.length))));
	const path = async (index: number, of: Bytes[]): Promise<Bytes[]> => {
		if (of.length === 1) return [];
		const k = split(of.length);
		const [mine, other, at] = index < k ? [of.slice(0, k), of.slice(k), index] : [of.slice(k), of.slice(0, k), index - k];
		return [...(await path(at, mine)), await root(other)];
	};
	const text = `${origin}\n${size}\n${base64(await root(leaves))}\n`;
	const id = (await sha256(utf8(`${origin}\n`), Uint8Array.of(1), rawKey(signer.jwk))).slice(0, 4);
	const signature = new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, signer.pair.privateKey, utf8(text)));
	const note = `${text}\n\u2014 someone.else/key AAAAAAAA\n\u2014 ${origin} ${base64(concat(id, signature))}\n`;
	const proof = async (index: number) =>
		`c2sp.org/tlog-proof@v1\nindex ${index}\n${(await path(index, leaves)).map((one) => `${base64(one)}\n`).join('')}\n${note}`;
	return { keys: { keys: [signer.jwk] }, place: (index: number) => ({ origin, index, leaf: leaves[index]! }), proof };
}

test('every entry of every small log is found in it, and at no other place', async () => {
	for (const size of [1, 2, 3, 4, 5, 7, 8]) {
		const { keys, place, proof } = await log(size);
		for (let index = 0; index < size; index++) {
			const text = await proof(index);
			assert.equal(await isIncluded(place(index), text, keys), true, `${index} of ${size}`);
			if (size > 1) assert.equal(await isIncluded({ ...place(index), leaf: place((index + 1) % size).leaf }, text, keys), false);
		}
	}
});

const spoilt: [string, (text: string) => string][] = [
	['another root', (text) => text.replace(/(log\n7\n)..../, '$1AAAA')],
	['another size', (text) => text.replace('log\n7\n', 'log\n6\n')],
	['another index', (text) => text.replace('index 3', 'index 2')],
	['another log', (text) => text.replace('example.org/log\n7', 'example.org/other\n7')],
	['a hash less', (text) => text.replace(/(index 3\n)[^\n]+\n/, '$1')],
	['a hash more', (text) => text.replace(/(index 3\n)([^\n]+\n)/, '$1$2$2')],
	['a spoilt signature', (text) => text.replace(/(log \S{12})..../, '$1AAAA')],
	['no signature', (text) => text.replace(/\u2014 example[^\n]*\n/, '')],
];

for (const [what, spoil] of spoilt)
	test(`a proof of inclusion does not hold with ${what}`, async () => {
		const { keys, place, proof } = await log(7);
		const text = await proof(3);
		assert.notEqual(spoil(text), text);
		assert.equal(await isIncluded(place(3), spoil(text), keys), false);
	});

test('a signed note of others, and the thumbprint of RFC 8037, come out as published', async () => {
	// golang.org/x/mod/sumdb/note's example.
	const raw = fromBase64('AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k').slice(1);
	const key: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64url(raw) };
	const signature = fromBase64('Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=');
	assert.equal(hex((await sha256(utf8('example.com/foo\n'), Uint8Array.of(1), raw)).slice(0, 4)), '530d903a');
	assert.equal(hex(signature.slice(0, 4)), '530d903a');
	assert.ok(await verifies(key, signature.slice(4), utf8('This is an example message.\n')));
	const rfc = publicJwk({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' })!;
	assert.equal(await thumbprint(rfc), 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

test('bytes have one text', () => {
	assert.deepEqual([...fromBase64url('AQID')], [1, 2, 3]);
	for (const text of ['AQID=', 'AR', '+w', 'A Q', '!']) assert.throws(() => fromBase64url(text), text);
	assert.throws(() => fromBase64('AQI'));
	assert.throws(() => fromHex('0G'));
	assert.throws(() => fromHex('AB'));
});
