// SPDX-License-Identifier: GPL-3.0-or-later
// Janus is killed at any moment, in the middle of decisions and media: every decision that was answered is in the ledger,
// the ledger verifies, the next start closes what was open, and the files play.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { files } from '../lib/disk.mjs';
import { startJanus } from '../lib/janus.mjs';
import { PACKETS_A_FRAME } from '../lib/media.mjs';
import { Meeting } from '../lib/meeting.mjs';
import { readMjr } from '../lib/mjr.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Random } from '../lib/random.mjs';
import { records, run, segments, verify } from '../lib/tool.mjs';

after(closeAll);

const ROUNDS = Number(process.env.ROUNDS ?? 50);
const SEED = Number(process.env.SEED ?? 20231108);

/** Decides and withdraws without a pause until Janus is gone. `said` holds what was answered. */
class Decider {
	said = [];
	participant = null;
	/** How many media the request that got no answer was about. */
	unanswered = 0;

	constructor(who, random) {
		this.who = who;
		this.random = random;
	}

	async run() {
		const { participant, purposes } = await consent.info(this.who);
		const { notice } = purposes.find(one => one.purpose === 'record');
		this.participant = participant;
		for (;;)
			await this.#say(notice);
	}

	async #say(notice) {
		const media = this.random.pick([['audio'], ['video'], ['audio', 'video']]);
		const decision = this.random.pick(['granted', 'granted', 'refused', 'withdrawn']);
		const request = decision === 'withdrawn'
			? { request: 'consent_withdraw', purposes: ['record'], media }
			: { request: 'consent_decide', decisions: [{ purpose: 'record', media, decision, notice }] };
		this.unanswered = media.length;
		const answer = await this.who.request(request);
		if (answer.error_code === 710) { // faster than anybody may decide: nothing was
			this.unanswered = 0;
			return;
		}
		assert.equal(answer.error_code, undefined, JSON.stringify(answer));
		this.unanswered = 0;
		this.said.push(...answer.decisions
			.filter(one => one.purpose === 'record' && media.includes(one.medium))
			.map(one => [one.medium, one.decision, one.since]));
	}
}

/** One life of Janus: two people talk and decide until the end. Resolves with what they were told. */
async function live(janus, random) {
	const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
	await consent.start(meeting.people[0]);
	const deciders = meeting.people.map(person => new Decider(person, random));
	for (const person of meeting.people)
		person.flow();
	const talks = deciders.map(decider => decider.run().catch(error => {
		if (!/was closed|closed by the test/.test(error.message))
			throw error;
	}));
	await setTimeout(random.between(20, 250));
	await janus.kill('SIGKILL');
	await Promise.all(talks);
	await meeting.close();
	return deciders;
}

/** The ledger has all that was answered, in that order, and at most one request more. */
function assertKept(rows, { participant, said, unanswered }) {
	const kept = rows.filter(row => row.participant === participant).map(row => [row.medium, row.decision, row.time]);
	assert.deepEqual(kept.slice(0, said.length).map(withoutTime), said.map(withoutTime));
	said.forEach(([medium, decision, since], i) => {
		// A grant counts from its entry on; what closes a gate closes it first.
		const time = kept[i][2];
		assert.ok(decision === 'granted' ? since === time : since <= time, `${medium} ${decision}: since ${since}, in the ledger at ${time}`);
	});
	assert.ok(kept.length - said.length <= unanswered, `${kept.length} kept, ${said.length} answered`);
}

const withoutTime = ([medium, decision]) => [medium, decision];

async function assertVerifies(janus) {
	const { status, stdout, stderr } = await verify(janus);
	assert.equal(status, 0, stdout + stderr);
}

test(`Janus is killed ${ROUNDS} times (SEED=${SEED})`, async t => {
	const random = new Random(SEED);
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-crash-'));
	t.after(() => process.env.TEST_KEEP || fs.rmSync(folder, { recursive: true, force: true }));
	let janus, known = 0, answered = 0;

	for (let round = 0; round < ROUNDS; round++) {
		janus = await startJanus(t, { folder });
		assert.deepEqual((await segments(janus)).filter(row => row.state === 'open'), [], 'the start closes what a crash left open');
		const deciders = await live(janus, random);
		await assertVerifies(janus);
		const rows = (await records(janus)).slice(known);
		known += rows.length;
		for (const decider of deciders) {
			assertKept(rows, decider);
			answered += decider.said.length;
		}
	}

	janus = await startJanus(t, { folder });
	await janus.stop();
	await assertVerifies(janus);
	assert.ok(answered > ROUNDS, `${answered} decisions were answered`);
	await assertFiles(t, janus);
});

/** Every file is whole, is what the ledger says it is, and plays. */
async function assertFiles(t, janus) {
	const rows = new Map((await segments(janus)).filter(row => row.file).map(row => [path.join(janus.recordings, row.file), row]));
	const found = files(janus.recordings);
	assert.deepEqual([...rows.keys()].sort(), found.sort(), 'every file has its segment, and every segment its file');
	let converted = 0;
	for (const [index, file] of found.entries()) {
		const mjr = readMjr(file);
		const row = rows.get(file);
		assert.ok(mjr.whole, `${file} ends within a frame`);
		assert.equal(row.packets, mjr.frames.length, file);
		assert.equal(row.sha256, crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex'), file);
		// Those that the crash left open, and a tenth of the others: conversion takes longer than all the rest.
		if (hasWholeFrame(mjr) && (/crash/.test(row.reason) || index % 10 === 0)) {
			await assertConverts(mjr, janus.home);
			converted++;
		}
	}
	// How many depends on the machine: where setting up is slow, some lives end before a packet has been captured.
	const open = [...rows.values()].filter(row => /crash/.test(row.reason)).length;
	assert.ok(open > 0, 'no crash left a segment open: nothing was tried');
	t.diagnostic(`${found.length} files, ${open} left open by a crash, ${converted} converted`);
}

function hasWholeFrame({ header, frames }) {
	if (header.t === 'a')
		return frames.length > 0;
	const counts = new Map();
	for (const { timestamp } of frames)
		counts.set(timestamp, (counts.get(timestamp) ?? 0) + 1);
	return [...counts.values()].some(count => count === PACKETS_A_FRAME);
}

async function assertConverts({ file, header }, folder) {
	const target = path.join(folder, `converted.${header.t === 'a' ? 'opus' : 'webm'}`);
	const { status, stdout } = await run('janus-pp-rec', [file, target]);
	assert.equal(status, 0, `${file}: ${stdout}`);
	assert.ok(fs.statSync(target).size > 100, file);
	fs.rmSync(target);
}
