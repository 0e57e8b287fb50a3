// SPDX-License-Identifier: GPL-3.0-or-later
// A meeting as a vCon: whole by the draft's rules, with the recordings of those who agreed and what proves it.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { generalVerify, importX509 } from 'jose';
import { setTimeout } from 'node:timers/promises';
import * as consent from '../lib/consent.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Source } from '../lib/source.mjs';
import { closedSegments, listed, run, tool } from '../lib/tool.mjs';
import { assertSignedVcon, assertVcon } from '../lib/vcon.mjs';

after(closeAll);

/** Ann allows her voice, for a time; Bob, whose name needs escaping, nothing. */
async function meeting(t) {
	const janus = await startJanus(t, { consent: { plain_files: false } });
	const people = [];
	for (const display of ['Ann "A" \\', 'Bob']) {
		const source = await Source.join(janus, { room: ROOM, display });
		t.after(() => source.close());
		await source.publish();
		people.push(source);
	}
	await consent.grant(people[0], 'record', ['audio', 'video']);
	await consent.withdraw(people[0], { purposes: ['record'], media: ['video'] });
	await consent.grant(people[0], 'train', ['audio'], { expires: '2999-01-01T00:00:00Z' });
	await consent.refuse(people[1], 'record', ['audio']);
	await consent.start(people[0]);
	for (let i = 0; i < 20; i++) {
		people.forEach(source => source.tracks.forEach(track => track.sendFrame()));
		await setTimeout(20);
	}
	await consent.stop(people[0]);
	await closedSegments(janus);
	return { janus, people };
}

async function exported(janus, ...more) {
	const [{ meeting: id }] = await listed(janus, 'meetings');
	const folder = janus.in('vcon');
	fs.rmSync(folder, { recursive: true, force: true });
	const result = await tool('export', 'vcon', '--config', janus.in('config', 'janus.plugin.consent.jcfg'), '--meeting', id, '--output', folder, ...more);
	assert.equal(result.status, 0, result.stderr);
	return { folder, vcon: JSON.parse(fs.readFileSync(path.join(folder, 'meeting.vcon.json'), 'utf8')) };
}

const sha512 = bytes => `sha512-${crypto.createHash('sha512').update(bytes).digest('base64url')}`;

test('a vCon holds the recordings that may be used, and what every party decided', async t => {
	const { janus } = await meeting(t);
	const { folder, vcon } = await exported(janus);
	assertVcon(vcon);
	assert.deepEqual(fs.readdirSync(folder), ['meeting.vcon.json']);
	assert.deepEqual(vcon.parties.map(party => party.name), ['Ann "A" \\', 'anonymous']);
	const [set, recording, ...rest] = vcon.dialog;
	assert.deepEqual(rest, []);
	assert.deepEqual([set.type, set.recordings, recording.originator, recording.mediatype], ['recording-set', [1], 0, 'audio/ogg']);
	const sound = Buffer.from(recording.body, 'base64url');
	assert.equal(sound.toString('latin1', 0, 4), 'OggS');
	assert.equal(recording.content_hash, sha512(sound));

	const said = vcon.attachments.map(({ party, body }) => [party, body.purpose_grants[0].purpose, body.purpose_grants[0].granted, body.purpose_grants[0].conditions[0]]);
	assert.deepEqual(said.sort(), [[0, 'record', false, 'medium: video'], [0, 'record', true, 'medium: audio'],
		[0, 'train', true, 'medium: audio'], [1, 'record', false, 'medium: audio']].sort());
	const { expiration } = vcon.attachments.find(one => one.body.purpose_grants[0].purpose === 'train').body;
	assert.equal(expiration, '2999-01-01T00:00:00.000Z');
	const records = await listed(janus, 'records', '--decision', 'granted', '--purpose', 'train');
	const { proof_data: proof } = vcon.attachments.find(one => one.body.purpose_grants[0].purpose === 'train').body.proof_mechanisms[0];
	assert.deepEqual([proof.index, proof.receipt], [records[0].index, records[0].receipt]);
	assert.match(proof.tlog_proof, new RegExp(`^c2sp.org/tlog-proof@v1\nindex ${proof.index}\n`));
});

/** What is wrong with each is one thing. */
const FLAWS = {
	'no uuid': vcon => { delete vcon.uuid; },
	'a uuid that is none': vcon => { vcon.uuid = 'x'; },
	'a time that is none': vcon => { vcon.created_at = '2026-13-01T00:00:00Z'; },
	'another version': vcon => { vcon.vcon = '0.0.1'; },
	'a member that the tables do not have': vcon => { vcon.party = []; },
	'an extension that is not named': vcon => { vcon.extensions = []; },
	'a name that is none': vcon => { vcon.parties[1].name = null; },
	'a member of a party that the tables do not have': vcon => { vcon.parties[0].nick = 'x'; },
	'a dialog without a type': vcon => { delete vcon.dialog[1].type; },
	'a dialog without a start': vcon => { delete vcon.dialog[0].start; },
	'a duration that is negative': vcon => { vcon.dialog[1].duration = -1; },
	'an event that there is not': vcon => { vcon.dialog[0].party_history[0].event = 'leave'; },
	'a recording with neither body nor address': vcon => { delete vcon.dialog[1].body; },
	'a recording with both': vcon => { vcon.dialog[1].url = 'https://example.org/x'; },
	'a body that is not base64url': vcon => { vcon.dialog[1].body += '+/='; },
	'a body of which nobody knows the encoding': vcon => { delete vcon.dialog[1].encoding; },
	'a hash of another kind': vcon => { vcon.dialog[1].content_hash = 'md5-x'; },
	'a recording of no set': vcon => { vcon.dialog[1].recording_set = 1; },
	'a recording that its set does not know': vcon => { vcon.dialog[0].recordings = []; },
	'a party that there is not': vcon => { vcon.dialog[0].parties.push(2); },
	'an attachment of nobody': vcon => { vcon.attachments[0].party = 9; },
	'an attachment of no dialog': vcon => { delete vcon.attachments[0].dialog; },
	'an attachment in text': vcon => { vcon.attachments[0].encoding = 'none'; },
	'a basis without an expiration': vcon => { delete vcon.attachments[0].body.expiration; },
	'a basis without grants': vcon => { vcon.attachments[0].body.purpose_grants = []; },
	'a grant that is neither yes nor no': vcon => { vcon.attachments[0].body.purpose_grants[0].granted = 'yes'; },
	'a proof without a time': vcon => { delete vcon.attachments[0].body.proof_mechanisms[0].timestamp; },
	'a wording that nobody can find': vcon => { vcon.attachments[0].body.content_hash.value = 'x'; },
};

test('the schema finds each flaw', async t => {
	const { janus } = await meeting(t);
	const { vcon } = await exported(janus);
	assertVcon(vcon);
	for (const [what, spoil] of Object.entries(FLAWS)) {
		const flawed = structuredClone(vcon);
		spoil(flawed);
		assert.throws(() => assertVcon(flawed), assert.AssertionError, what);
	}
});

test('a vCon can refer to recordings that are published', async t => {
	const { janus, people: [ann] } = await meeting(t);
	const { folder, vcon } = await exported(janus, '--url', 'https://media.example.org/m1');
	assertVcon(vcon);
	const recording = vcon.dialog[1];
	assert.equal(recording.url, `https://media.example.org/m1/${recording.filename}`);
	assert.equal(recording.content_hash, sha512(fs.readFileSync(path.join(folder, recording.filename))));
	const refused = await tool('export', 'vcon', '--store', janus.store, '--url', 'http://x', '--meeting', 'x');
	assert.equal(refused.status, 2);
	assert.match(refused.stderr, /--url must be an address such as https:/);

	await consent.withdraw(ann);
	fs.rmSync(folder, { recursive: true });
	const [{ meeting: id }] = await listed(janus, 'meetings');
	const none = await tool('export', 'vcon', '--config', janus.in('config', 'janus.plugin.consent.jcfg'), '--meeting', id, '--output', folder);
	assert.equal(none.status, 1);
	assert.equal(fs.existsSync(folder), false);
});

/** A key and the certificate that an authority of the test's own has given for it. */
async function certified(janus, name, algorithm) {
	const file = suffix => janus.in(`${name}.${suffix}`);
	const openssl = async (...args) => assert.equal((await run('openssl', args)).status, 0, args.join(' '));
	await openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', file('ca.key'), '-out', file('ca.pem'), '-days', '2', '-subj', '/CN=test authority');
	await openssl('req', '-newkey', ...algorithm, '-nodes', '-keyout', file('key'), '-out', file('csr'), '-subj', '/CN=operator');
	await openssl('x509', '-req', '-in', file('csr'), '-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-set_serial', '7', '-out', file('crt'), '-days', '1');
	fs.appendFileSync(file('crt'), fs.readFileSync(file('ca.pem')));
	return { key: file('key'), certificate: file('crt'), options: ['--signkey', file('key'), '--certificate', file('crt')] };
}

const pem = der => `-----BEGIN CERTIFICATE-----\n${der.match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----`;

test('a signed vCon is the one that was signed, by whoever the certificate names', async t => {
	const { janus } = await meeting(t);
	for (const [alg, algorithm] of [['RS256', ['rsa:2048']], ['ES256', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']]]) {
		const { options } = await certified(janus, alg, algorithm);
		const { folder, vcon: jws } = await exported(janus, ...options);
		assert.deepEqual([Object.keys(jws), fs.readdirSync(folder)], [['payload', 'signatures'], ['meeting.vcon.json']]);
		let header;
		const { payload } = await generalVerify(jws, given => {
			header = given;
			return importX509(pem(given.x5c[0]), given.alg);
		});
		const vcon = assertSignedVcon(jws);
		assert.deepEqual(vcon, JSON.parse(Buffer.from(payload).toString()));
		assert.deepEqual([header.alg, header.uuid, header.x5c.length], [alg, vcon.uuid, 2]);
		const [leaf, authority] = header.x5c.map(der => new crypto.X509Certificate(Buffer.from(der, 'base64')));
		assert.ok(leaf.verify(authority.publicKey) && leaf.subject === 'CN=operator');
		const changed = Buffer.from(payload).toString().replace('anonymous', 'Anonymous');
		await assert.rejects(generalVerify({ ...jws, payload: Buffer.from(changed).toString('base64url') }, () => importX509(pem(header.x5c[0]), alg)), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
	}

	const [{ meeting: id }] = await listed(janus, 'meetings');
	const one = await certified(janus, 'one', ['rsa:2048']);
	const other = await certified(janus, 'other', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384']);
	for (const [options, pattern] of [
		[['--signkey', one.key], /--signkey and --certificate are needed both, or neither/],
		[['--signkey', other.key, '--certificate', other.certificate], /must be an RSA key of 2048 bits or more, or one of P-256/],
		[['--signkey', one.key, '--certificate', other.certificate], /is not the certificate of that key/],
		[['--signkey', one.certificate, '--certificate', one.certificate], /holds no private key in PEM/],
		[['--signkey', one.key, '--certificate', one.key], /holds no certificate in PEM/],
		[['--signkey', janus.in('none'), '--certificate', one.certificate], /\(--signkey\) cannot be read/],
	]) {
		const refused = await tool('export', 'vcon', '--config', janus.in('config', 'janus.plugin.consent.jcfg'), '--meeting', id, '--output', janus.in('no'), ...options);
		assert.equal(refused.status, 2, refused.stderr);
		assert.match(refused.stderr, pattern);
		assert.equal(fs.existsSync(janus.in('no')), false);
	}
});
