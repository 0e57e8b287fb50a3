// SPDX-License-Identifier: GPL-3.0-or-later

// The judge of receipts: the npm package jose, as a participant's browser or an outsider's script would use it.
//
//   jose.mjs verify FOLDER    says of each kind of file that our code wrote whether it holds
//   jose.mjs ledger FOLDER    says whether the receipts of a ledger hold with the key set that the tool exported
//   jose.mjs make FOLDER      writes JWS, each with jose's own verdict, for our code to judge
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as jose from 'jose'

const [verb, folder] = process.argv.slice(2)
const read = (...path) => readFileSync(join(folder, ...path), 'utf8')
const json = (...path) => JSON.parse(read(...path))
const receipts = () => readdirSync(join(folder, 'jws')).filter((name) => name.endsWith('.jws'))
const type = 'consent-receipt+jwt'

const checks = {
	'jose verifies the receipts with the key set': async () => {
		const keys = jose.createLocalJWKSet(json('jwks.json'))
		assert.ok(receipts().length >= 6)
		for (const name of receipts()) {
			const { payload, protectedHeader } = await jose.jwtVerify(read('jws', name), keys, {
				typ: type,
				issuer: 'consent.example.com/log',
			})
			assert.deepEqual(payload, json('jws', `${name}.json`))
			assert.equal(`${protectedHeader.kid} ${protectedHeader.typ}`, `${payload.jti} ${type}`)
			assert.ok(name.endsWith(`-${protectedHeader.alg}.jws`))
		}
	},

	'jose verifies the receipts with the key of the claims, where it is the same': async () => {
		const first = json('jws', '0-EdDSA.jws.json').cnf.jwk
		for (const name of receipts()) {
			const { alg } = jose.decodeProtectedHeader(read('jws', name))
			const verified = jose.compactVerify(read('jws', name), await jose.importJWK(first, alg))
			if (name.startsWith('0-')) await verified
			else await assert.rejects(verified, { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
		}
	},

	'jose computes the same thumbprints': async () => {
		const thumbprints = []
		for (const jwk of json('jwks.json').keys) {
			thumbprints.push(await jose.calculateJwkThumbprint(jwk))
			assert.equal(jwk.kid, thumbprints.at(-1))
		}
		assert.deepEqual(thumbprints, json('thumbprints.json'))
	},

	'jose refuses the receipts when a bit is changed': async () => {
		const keys = jose.createLocalJWKSet(json('jwks.json'))
		const text = read('jws', '1-Ed25519.jws')
		for (let at = 0; at < text.length; at += 7) {
			const changed = Buffer.from(text)
			changed[at] ^= 4
			await assert.rejects(jose.jwtVerify(changed.toString(), keys), `character ${at}`)
		}
	},
}

const ledgerChecks = {
	'jose verifies the receipts of a ledger with the keys that the tool exported, before and after a rotation': async () => {
		const keys = jose.createLocalJWKSet(json('jwks.json'))
		const names = readdirSync(join(folder, 'receipts'))
		const used = new Set()
		assert.ok(names.length >= 2)
		for (const name of names) {
			const options = { typ: type, issuer: 'consent.example.com/log' }
			const { payload, protectedHeader } = await jose.jwtVerify(read('receipts', name), keys, options)
			assert.equal(`${payload.log.index}.jws`, name)
			used.add(protectedHeader.kid)
		}
		assert.equal(used.size, 2)
	},
}

async function verify(checks) {
	for (const [name, check] of Object.entries(checks)) {
		try {
			await check()
			console.log(`ok ${name}`)
		} catch (error) {
			console.log(`not ok ${name}: ${error.message}`)
			process.exitCode = 1
		}
	}
}

// What others may send: signed by jose, by jose with a header that is no good, or put together by hand.

const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const claims = { meeting: 'm', nonce: 'ü — 😀', iat: 1767323045, decisions: [{ purpose: 'record', media: ['audio'] }] }

const sign = (header, key, payload = JSON.stringify(claims)) =>
	new jose.CompactSign(new TextEncoder().encode(payload)).setProtectedHeader(header).sign(key)

// Signed rightly over whatever header and payload.
async function forge(header, payload, { privateKey }) {
	const input = `${encode(header)}.${encode(payload)}`
	const signature = await crypto.subtle.sign('Ed25519', privateKey, Buffer.from(input))
	return `${input}.${Buffer.from(signature).toString('base64url')}`
}

// jose's verdict, and that of the claims: ours takes JSON objects only, as jose's jwtVerify does.
async function verdict(text, key) {
	try {
		await jose.jwtVerify(text, key, { algorithms: ['Ed25519', 'EdDSA'], currentDate: new Date(claims.iat * 1000) })
		return 'good'
	} catch {
		return 'bad'
	}
}

async function texts(pair, other) {
	const list = []
	for (const alg of ['Ed25519', 'EdDSA']) {
		list.push(await sign({ alg }, pair.privateKey))
		list.push(await sign({ alg, typ: 'JWT', kid: 'ü', cty: 'x', unknown: { a: [1] } }, pair.privateKey))
		list.push(await sign({ alg }, other.privateKey))
		list.push(await sign({ alg }, pair.privateKey, '[]'))
		list.push(await sign({ alg }, pair.privateKey, '"text"'))
		list.push(await sign({ alg }, pair.privateKey, 'text'))
		list.push(await forge({ alg, crit: ['exp'], exp: 1 }, claims, pair))
		list.push(await forge({ alg, crit: [] }, claims, pair))
	}
	for (const alg of ['none', 'HS256', 'ES256', 'eddsa', '', null, 1])
		list.push(await forge({ alg }, claims, pair))
	list.push(await forge({}, claims, pair), await forge('', claims, pair), await forge('[]', claims, pair))
	list.push(new jose.UnsecuredJWT(claims).encode())
	list.push(await sign({ alg: 'HS256' }, Buffer.alloc(32, 1)))
	return list.concat(list.slice(0, 2).flatMap(mutations))
}

// Every character changed to another one of the alphabet; parts lost, doubled, added.
function mutations(text) {
	const parts = text.split('.')
	const changed = [...text].map((character, at) =>
		text.slice(0, at) + (character === 'A' ? 'g' : 'A') + text.slice(at + 1))
	return [...changed, parts.slice(0, 2).join('.'), `${parts.slice(0, 2).join('.')}.`, `${text}.`, `${text}.AA`,
		`.${text}`, parts.slice(1).join('.'), [parts[1], parts[0], parts[2]].join('.')]
}

// Node and browsers make the keys of participants.
async function make() {
	const generate = () => crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
	const pair = await generate()
	const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey)
	const lines = [`key ${Buffer.from(JSON.stringify(jwk)).toString('base64')}`]
	for (const text of await texts(pair, await generate())) lines.push(`${await verdict(text, pair.publicKey)} ${text}`)
	writeFileSync(join(folder, 'jws-by-jose'), `${lines.join('\n')}\n`)
}

globalThis.crypto ??= (await import('node:crypto')).webcrypto // Node 18 keeps it there
if (verb === 'make') await make()
else await verify(verb === 'ledger' ? ledgerChecks : checks)
